//! What a mapping must say for each kind of row.

use super::{Fault, need};
use crate::intake::mapping::spec::{Mapping, TableKind};

/// Checks that the sections are there which the kind of row needs.
pub fn check(mapping: &Mapping) -> Result<(), Fault> {
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
                    let fine = from == "name"
                        || ["column:", "constant:", "statement:"]
                            .iter()
                            .any(|front| from.starts_with(front));
                    need(
                        fine,
                        "account.account_from",
                        from,
                        "`column:X`, `constant:...`, `statement:account` or `name`",
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
        TableKind::Assets => some(mapping.asset.is_some(), "asset"),
        TableKind::Liabilities => some(mapping.liability.is_some(), "liability"),
        TableKind::Expenses => some(mapping.expense.is_some(), "expense"),
        TableKind::Rates => {
            let whole = mapping.rate.as_ref().is_some_and(|rate| {
                [&rate.day, &rate.base, &rate.currency, &rate.rate]
                    .iter()
                    .all(|cell| !cell.is_empty())
            });
            need(whole, "rate", "", "day, base, currency and rate")
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
