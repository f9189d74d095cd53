//! Where ids stand in the table of transfers.

use hashbrown::{HashMap, HashSet};

use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};

/// How a transfer names an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum As {
    /// It is the transfer itself.
    Transfer,
    /// The entry, or the payment inside one, by which money left.
    Debit,
    /// By which it came.
    Credit,
}

/// For each wanted id the rows of the table that name it, in their order, and as what.
pub(super) fn find(
    case: &Case,
    wanted: &HashSet<String>,
) -> Result<HashMap<String, Vec<(u32, As)>>, CaseError> {
    const COLUMNS: [(&str, As); 5] = [
        ("transfer_id", As::Transfer),
        ("debit_entry", As::Debit),
        ("debit_detail", As::Debit),
        ("credit_entry", As::Credit),
        ("credit_detail", As::Credit),
    ];
    let mut found: HashMap<String, Vec<(u32, As)>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut row = 0;
    each_row(case, Table::Transfers, &COLUMNS.map(|(name, _)| name), |ids| {
        for (id, (_, as_what)) in ids.into_iter().zip(COLUMNS) {
            if !id.is_empty() && wanted.contains(id) {
                found.entry(id.to_owned()).or_default().push((row, as_what));
            }
        }
        row += 1;
    })?;
    Ok(found)
}

/// What a person wants to read of transfers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub transfer_id: String,
    pub debit_entry: Option<String>,
    pub credit_entry: Option<String>,
}

/// The ids of transfers, by their rows.
pub(super) fn tell(case: &Case, rows: &HashSet<u32>) -> Result<HashMap<u32, Told>, CaseError> {
    let mut told = HashMap::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(told);
    }
    let mut row = 0;
    let columns = ["transfer_id", "debit_entry", "credit_entry"];
    each_row(case, Table::Transfers, &columns, |[id, debit, credit]| {
        if rows.contains(&row) {
            let maybe = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let one = Told {
                transfer_id: id.to_owned(),
                debit_entry: maybe(debit),
                credit_entry: maybe(credit),
            };
            told.insert(row, one);
        }
        row += 1;
    })?;
    Ok(told)
}
