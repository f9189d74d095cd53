//! Whether the keys of a mapping fit together, before any record is read with it.

use super::dates::DateFormat;
use super::spec::{Mapping, TableKind};
use crate::intake::encoding::CodePage;
use crate::model::{Channel, Currency};

/// A key whose value cannot be right.
pub struct Fault {
    pub key: String,
    pub value: String,
    pub expected: String,
}

/// Checks a mapping; the first fault is given.
pub fn check(mapping: &Mapping) -> Result<(), Fault> {
    for (key, value) in [
        ("id", &mapping.id),
        ("title", &mapping.title),
        ("source", &mapping.source),
    ] {
        need(!value.trim().is_empty(), key, value, "a text")?;
    }
    check_file(mapping)?;
    check_columns(mapping)?;
    check_values(mapping)?;
    check_table(mapping)
}

/// Days of a mapping with an epoch: the day of step 0.
pub fn epoch(text: &str) -> Option<crate::model::Date> {
    DateFormat::parse("%Y-%m-%d").ok()?.read(text, 70)?.date
}

fn check_file(mapping: &Mapping) -> Result<(), Fault> {
    let file = &mapping.file;
    need(!file.delimiters.is_empty(), "file.delimiters", "", "at least one")?;
    for text in &file.delimiters {
        let one = text == "tab" || (text.len() == 1 && !matches!(text.as_str(), "\n" | "\r" | "\""));
        need(one, "file.delimiters", text, "one ASCII character or `tab`")?;
    }
    let quote = file.quote.len() <= 1;
    need(
        quote,
        "file.quote",
        &file.quote,
        "one ASCII character, or empty for none",
    )?;
    let page = file.code_page.is_empty() || CodePage::from_name(&file.code_page).is_some();
    need(page, "file.code_page", &file.code_page, &CodePage::names())?;
    if !file.header {
        let fields = file.fields.to_string();
        need(
            file.fields > 0,
            "file.fields",
            &fields,
            "the number of columns, because there is no header",
        )?;
    }
    Ok(())
}

fn check_columns(mapping: &Mapping) -> Result<(), Fault> {
    for (name, column) in &mapping.columns {
        let key = format!("columns.{name}");
        if mapping.file.header {
            need(
                !column.names.is_empty(),
                &key,
                "",
                "the name that heads the column",
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
        let fine = cell.is_empty()
            || cell.starts_with("constant:")
            || mapping
                .columns
                .contains_key(cell.strip_prefix("column:").unwrap_or(cell));
        need(
            fine,
            &key,
            cell,
            &format!("`constant:...` or a key of [columns]: {known}"),
        )?;
    }
    Ok(())
}

fn check_values(mapping: &Mapping) -> Result<(), Fault> {
    let dates = &mapping.dates;
    for (key, formats) in [
        ("dates.formats", &dates.formats),
        ("dates.time_formats", &dates.time_formats),
    ] {
        for text in formats {
            if let Err(expected) = DateFormat::parse(text) {
                return fault(key, text, &expected);
            }
        }
    }
    let day = dates.epoch.is_empty() || epoch(&dates.epoch).is_some();
    need(day, "dates.epoch", &dates.epoch, "a day as YYYY-MM-DD")?;
    need(
        dates.pivot <= 100,
        "dates.pivot",
        &dates.pivot.to_string(),
        "0 to 100",
    )?;
    let amount = &mapping.amount;
    let decimal = matches!(amount.decimal.as_str(), "," | ".");
    need(decimal, "amount.decimal", &amount.decimal, "`,` or `.`")?;
    let grouping = amount.grouping.len() <= 1 && amount.grouping != amount.decimal;
    need(
        grouping,
        "amount.grouping",
        &amount.grouping,
        "one character that is not the decimal sign, or empty",
    )?;
    if !amount.direction.is_empty() {
        let both = !amount.debit_words.is_empty() && !amount.credit_words.is_empty();
        need(
            both,
            "amount.direction",
            &amount.direction,
            "amount.debit_words and amount.credit_words beside it",
        )?;
    }
    let currency = &mapping.currency;
    if !currency.constant.is_empty() {
        check_currency("currency.constant", &currency.constant)?;
    }
    for (word, code) in &currency.words {
        if !code.starts_with("asset:") {
            check_currency(&format!("currency.words.\"{word}\""), code)?;
        }
    }
    for rule in &mapping.channels {
        for (word, channel) in &rule.words {
            need(
                Channel::from_word(channel).is_some(),
                &format!("channels.words.\"{word}\""),
                channel,
                "a channel: cash_atm, cash_branch, card_pos, card_ecom, transfer, transfer_sepa, direct_debit, ...",
            )?;
        }
    }
    for rule in &mapping.not_booked {
        let either = rule.words.is_empty() != rule.booked.is_empty();
        need(either, "not_booked", &rule.column, "either `words` or `booked`")?;
    }
    for rule in &mapping.inside {
        need(
            !rule.after.is_empty(),
            "inside.after",
            "",
            "the mark before the value",
        )?;
        for text in &rule.formats {
            if let Err(expected) = DateFormat::parse(text) {
                return fault("inside.formats", text, &expected);
            }
        }
    }
    Ok(())
}

fn check_table(mapping: &Mapping) -> Result<(), Fault> {
    let some = |present: bool, section: &str| {
        need(
            present,
            section,
            "",
            "this section, because of what `table` says a row is",
        )
    };
    match mapping.table {
        TableKind::Entries | TableKind::Listing => {
            need(
                !mapping.dates.booked.is_empty(),
                "dates.booked",
                "",
                "the column of the day",
            )?;
            let amount = &mapping.amount;
            let two = !amount.debit.is_empty() && !amount.credit.is_empty();
            let any = !amount.column.is_empty() || !amount.quantity.is_empty() || two;
            need(
                any,
                "amount.column",
                &amount.column,
                "the column of the amount, or amount.debit and amount.credit, or amount.quantity",
            )?;
            let currency = &mapping.currency;
            let given =
                !currency.column.is_empty() || !currency.constant.is_empty() || !currency.asset.is_empty();
            need(given, "currency.column", "", "a column, or currency.constant")?;
            if mapping.table == TableKind::Listing {
                some(mapping.payer.is_some(), "payer")?;
                some(mapping.payee.is_some(), "payee")?;
                return check_sides(mapping);
            }
            match &mapping.account {
                None => some(false, "account"),
                Some(account) => {
                    let from = &account.account_from;
                    let fine = from == "name" || from.starts_with("column:") || from.starts_with("constant:");
                    need(
                        fine,
                        "account.account_from",
                        from,
                        "`column:X`, `constant:...` or `name`",
                    )
                }
            }
        }
        TableKind::AccountHolders => some(mapping.holder.is_some(), "holder"),
        TableKind::Relations => some(mapping.relation.is_some(), "relation"),
        TableKind::Incomes => {
            some(mapping.income.is_some(), "income")?;
            need(
                !mapping.amount.column.is_empty(),
                "amount.column",
                "",
                "the column of the amount",
            )
        }
        TableKind::NotRecords => need(
            !mapping.refusal.trim().is_empty(),
            "refusal",
            &mapping.refusal,
            "why the file is not taken in",
        ),
    }
}

// Both sides are accounts, or both are persons.
fn check_sides(mapping: &Mapping) -> Result<(), Fault> {
    let sides = [("payer", &mapping.payer), ("payee", &mapping.payee)];
    let persons = sides
        .iter()
        .any(|(_, side)| side.as_ref().is_some_and(|side| side.person.is_some()));
    for (name, side) in sides {
        let Some(side) = side else { continue };
        let Some(person) = &side.person else {
            need(
                !persons,
                &format!("{name}.person"),
                "",
                "a person, as the other side is one",
            )?;
            need(
                !side.account.is_empty(),
                &format!("{name}.account"),
                "",
                "the column of the account, or a person",
            )?;
            continue;
        };
        let service = !person.service.trim().is_empty() && !person.service.contains('@');
        need(
            service,
            &format!("{name}.person.service"),
            &person.service,
            "the name of the service, without @",
        )?;
        need(
            !mapping.texts.bank_reference.is_empty(),
            "texts.bank_reference",
            "",
            "the column of the transfer's own number, because the sides are persons",
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
        "amount", amount, column, received, direction, debit, credit, fee, quantity
    );
    section!("currency", currency, column, received, asset);
    section!("balance", mapping.balance, after, before);
    section!("order", mapping.order, sequence);
    section!("counterparty", other, name, account, bank, identifier, country);
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
        section!("account", account, bank, pocket);
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
    }
    if let Some(relation) = &mapping.relation {
        section!(
            "relation",
            relation,
            kind,
            subject_name,
            subject_number,
            subject_birth_date
        );
        section!(
            "relation",
            relation,
            object_name,
            object_number,
            from_date,
            to_date
        );
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
    for rule in &mapping.channels {
        section!("channels", rule, column);
    }
    for rule in &mapping.not_booked {
        section!("not_booked", rule, column);
    }
    for rule in &mapping.inside {
        section!("inside", rule, column);
    }
    for text in &texts.remittance {
        put("texts.remittance".to_owned(), text);
    }
    cells
}

fn check_currency(key: &str, code: &str) -> Result<(), Fault> {
    need(
        Currency::from_code(code).is_ok(),
        key,
        code,
        "a code of ISO 4217, or `asset:...`",
    )
}

fn need(fine: bool, key: &str, value: &str, expected: &str) -> Result<(), Fault> {
    if fine { Ok(()) } else { fault(key, value, expected) }
}

fn fault(key: &str, value: &str, expected: &str) -> Result<(), Fault> {
    Err(Fault {
        key: key.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    })
}
