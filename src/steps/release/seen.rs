//! What entries tell of people: the first day of each account, and whom they name without saying more.

use std::collections::BTreeSet;

use datafusion::arrow::array::Array;
use hashbrown::{HashMap, HashSet};

use crate::case::column::{self, each_row, text_at};
use crate::case::{Case, CaseError, Table};
use crate::model::Date;

/// What entries tell: the first day of each account, and names with the identifier beside them.
pub(super) struct Seen {
    pub first: HashMap<String, Date>,
    pub loose: BTreeSet<(String, String)>,
}

impl Seen {
    /// First days by statements alone.
    pub(super) fn statements(case: &Case) -> Result<Seen, CaseError> {
        let mut first: HashMap<String, Date> = HashMap::new();
        for batch in case.scan(Table::StatementsRead, &["account_id", "from_date"]) {
            let batch = batch?;
            let account = column::text(&batch, "account_id")?;
            let from = column::date(&batch, "from_date")?;
            for row in (0..batch.num_rows()).filter(|row| from.is_valid(*row)) {
                let day = Date(from.value(row));
                let known = first.entry(account.value(row).to_owned()).or_insert(day);
                *known = day.min(*known);
            }
        }
        Ok(Seen {
            first,
            loose: BTreeSet::new(),
        })
    }

    /// All of it, from entries and from whatever else names people beside parties.
    pub(super) fn read(case: &Case) -> Result<Seen, CaseError> {
        let mut loose: HashSet<(String, String)> = HashSet::new();
        let mut take = |name: &str, identifier: &str| {
            if name.trim().is_empty() {
                return;
            }
            let one = (name.to_owned(), identifier.to_owned());
            if !loose.contains(&one) {
                loose.insert(one);
            }
        };
        let mut first: HashMap<String, Date> = HashMap::new();
        let columns = [
            "account_id",
            "booking_date",
            "counterparty_name",
            "counterparty_identifier",
        ];
        for batch in case.scan(Table::Entries, &columns) {
            let batch = batch?;
            let (account, name) = (
                column::text(&batch, "account_id")?,
                column::text(&batch, "counterparty_name")?,
            );
            let identifier = column::text(&batch, "counterparty_identifier")?;
            let day = column::date(&batch, "booking_date")?;
            for row in 0..batch.num_rows() {
                if day.is_valid(row) {
                    let day = Date(day.value(row));
                    let account = account.value(row);
                    match first.get_mut(account) {
                        Some(known) => *known = day.min(*known),
                        None => {
                            first.insert(account.to_owned(), day);
                        }
                    }
                }
                take(text_at(name, row), text_at(identifier, row));
            }
        }
        each_row(
            case,
            Table::EntryDetails,
            &["counterparty_name", "counterparty_identifier"],
            |[name, identifier]| take(name, identifier),
        )?;
        each_row(
            case,
            Table::PaymentOrders,
            &[
                "debtor_name",
                "ultimate_debtor",
                "creditor_name",
                "ultimate_creditor",
            ],
            |names| names.into_iter().for_each(|name| take(name, "")),
        )?;
        each_row(
            case,
            Table::Liabilities,
            &["debtor_name", "creditor_name"],
            |names| names.into_iter().for_each(|name| take(name, "")),
        )?;
        each_row(case, Table::Assets, &["holder_name"], |[name]| take(name, ""))?;
        each_row(case, Table::Expenses, &["party_name"], |[name]| take(name, ""))?;
        each_row(
            case,
            Table::InferredCounterparties,
            &["what", "value"],
            |[what, value]| {
                if what == "name" {
                    take(value, "");
                }
            },
        )?;
        Ok(Seen {
            first,
            loose: loose.into_iter().collect(),
        })
    }
}
