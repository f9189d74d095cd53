//! Columns are found by name or number, and every key that names one names one that is there.

use super::{Fault, need};
use crate::intake::mapping::spec::Mapping;

/// Checks `[columns]` and every key that names a column.
pub fn check(mapping: &Mapping) -> Result<(), Fault> {
    for (name, column) in &mapping.columns {
        let key = format!("columns.{name}");
        if mapping.file.header {
            need(
                column.names.is_empty() == column.heading.is_some(),
                &key,
                &column.names.join(", "),
                "either the name that heads the column or the pattern `heading`",
            )?;
        } else {
            let number = column.number.to_string();
            let fits = (1..=mapping.file.fields).contains(&column.number);
            need(fits, &key, &number, "a column's number from 1 to file.fields")?;
        }
    }
    let known = mapping
        .columns
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    for (key, cell) in cells(mapping) {
        let fine = if let Some(field) = cell.strip_prefix("statement:") {
            mapping.statement.iter().any(|rule| rule.field.as_str() == field)
        } else if let Some(column) = cell.strip_prefix("heading:") {
            let column = mapping.columns.get(column);
            column.is_some_and(|column| column.heading.is_some())
        } else {
            cell.is_empty()
                || cell.starts_with("constant:")
                || mapping
                    .columns
                    .contains_key(cell.strip_prefix("column:").unwrap_or(cell))
        };
        need(
            fine,
            &key,
            cell,
            &format!(
                "`constant:...`, `statement:...` of a [[statement]] rule, `heading:...` of a column with a heading \
                 pattern, or a key of [columns]: {known}"
            ),
        )?;
    }
    Ok(())
}

// Every key that names a column, with its value.
fn cells(mapping: &Mapping) -> Vec<(String, &str)> {
    let (dates, amount, currency) = (&mapping.dates, &mapping.amount, &mapping.currency);
    let (other, texts) = (&mapping.counterparty, &mapping.texts);
    let mut cells: Vec<(String, &str)> = Vec::new();
    let mut put = |key: String, value| cells.push((key, value));
    macro_rules! section {
        ($name:literal, $from:expr, $($field:ident),+) => {
            $(put(format!("{}.{}", $name, stringify!($field)), $from.$field.as_str());)+
        };
    }
    section!("dates", dates, booked, value, time);
    section!(
        "amount",
        amount,
        column,
        received,
        direction,
        direction_else,
        debit,
        credit,
        fee,
        quantity
    );
    section!("currency", currency, column, received, asset, fee);
    section!("balance", mapping.balance, after, before);
    section!("order", mapping.order, sequence);
    section!("counterparty", other, name, account, bank, identifier, country);
    section!("counterparty", other, payer, payee, payer_account, payee_account);
    section!("counterparty", other, payer_identifier, payee_identifier);
    section!(
        "texts",
        texts,
        purpose,
        end_to_end_id,
        bank_reference,
        bank_code,
        merchant_category,
        terminal
    );
    section!("texts", texts, city, country);
    if let Some(account) = &mapping.account {
        section!("account", account, bank, pocket, holder);
        if account.account_from != "name" {
            section!("account", account, account_from);
        }
    }
    for side in mapping.payer.iter() {
        section!("payer", side, account, bank, name, balance_after);
    }
    for side in mapping.payee.iter() {
        section!("payee", side, account, bank, name, balance_after);
    }
    for (name, side) in [("payer", &mapping.payer), ("payee", &mapping.payee)] {
        let person = side.as_ref().and_then(|side| side.person.as_ref());
        for (key, cell) in person.map(|person| person.cells()).unwrap_or_default() {
            put(format!("{name}.person.{key}"), cell);
        }
    }
    if let Some(holder) = &mapping.holder {
        section!(
            "holder",
            holder,
            account,
            bank,
            role,
            kind,
            name,
            birth_date,
            registration_number,
            country
        );
        section!(
            "holder",
            holder,
            address,
            phone,
            email,
            sector,
            incorporated,
            employees,
            from_date,
            to_date
        );
        section!(
            "holder",
            holder,
            identifier_scheme,
            other_number,
            other_scheme,
            record_id
        );
        section!(
            "holder",
            holder,
            record_scheme,
            legal_form,
            status_until,
            dissolved
        );
        for (key, list) in [
            ("other_names", &holder.other_names),
            ("status", &holder.status),
            ("address_parts", &holder.address_parts),
        ] {
            list.iter().for_each(|cell| put(format!("holder.{key}"), cell));
        }
    }
    if let Some(relation) = &mapping.relation {
        section!("relation", relation, kind, interest, share, share_min, share_max);
        section!(
            "relation", relation, directness, beneficial, detail, record_id, from_date, to_date
        );
        section!("relation", relation, subject_name, subject_number, subject_scheme);
        section!(
            "relation",
            relation,
            subject_record_id,
            subject_record_scheme,
            subject_birth_date
        );
        section!(
            "relation",
            relation,
            subject_kind,
            subject_country,
            subject_address
        );
        section!("relation", relation, object_name, object_number, object_scheme);
        section!(
            "relation",
            relation,
            object_record_id,
            object_record_scheme,
            object_birth_date
        );
        section!("relation", relation, object_kind, object_country, object_address);
        for (key, list) in [
            ("period_kinds", &relation.period_kinds),
            ("period_from", &relation.period_from),
            ("period_to", &relation.period_to),
        ] {
            list.iter().for_each(|cell| put(format!("relation.{key}"), cell));
        }
    }
    if let Some(income) = &mapping.income {
        section!(
            "income",
            income,
            party_name,
            party_number,
            party_birth_date,
            year,
            kind,
            basis
        );
    }
    if let Some(asset) = &mapping.asset {
        section!(
            "asset",
            asset,
            kind,
            description,
            identifier,
            holder_name,
            holder_number
        );
        section!("asset", asset, holder_birth_date, share, role, acquired, disposed);
        section!("asset", asset, value_date, basis, country, address);
    }
    if let Some(debt) = &mapping.liability {
        section!(
            "liability",
            debt,
            kind,
            description,
            identifier,
            debtor_name,
            debtor_number
        );
        section!(
            "liability",
            debt,
            debtor_birth_date,
            creditor_name,
            from_date,
            to_date,
            as_of
        );
        section!("liability", debt, basis);
    }
    if let Some(expense) = &mapping.expense {
        section!(
            "expense",
            expense,
            party_name,
            party_number,
            party_birth_date,
            year
        );
        section!("expense", expense, from_date, to_date, kind, basis);
    }
    if let Some(rate) = &mapping.rate {
        section!("rate", rate, day, base, currency, rate);
    }
    for rule in &mapping.channels {
        section!("channels", rule, column);
    }
    for rule in &mapping.not_booked {
        section!("not_booked", rule, column);
    }
    for rule in &mapping.inside {
        section!("inside", rule, column);
    }
    for rule in &mapping.skip {
        section!("skip", rule, column);
    }
    for text in &texts.remittance {
        put("texts.remittance".to_owned(), text);
    }
    cells
}
