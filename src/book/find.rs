//! Where ids stand in the table of transfers.

use hashbrown::{HashMap, HashSet};

use crate::case::{Case, CaseError, Table, column};

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
    let mut first = 0;
    for batch in case.scan(Table::Transfers, &COLUMNS.map(|(name, _)| name)) {
        let batch = batch?;
        let mut columns = Vec::with_capacity(COLUMNS.len());
        for (name, as_what) in COLUMNS {
            columns.push((column::text(&batch, name)?, as_what));
        }
        for row in 0..batch.num_rows() {
            for (column, as_what) in &columns {
                let id = column::text_at(column, row);
                if !id.is_empty() && wanted.contains(id) {
                    found
                        .entry(id.to_owned())
                        .or_default()
                        .push((first + row as u32, *as_what));
                }
            }
        }
        first += batch.num_rows() as u32;
    }
    Ok(found)
}

/// What a person wants to read of transfers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub transfer_id: String,
    pub debit_entry: Option<String>,
    pub credit_entry: Option<String>,
    pub channel: String,
}

/// The ids of transfers, by their rows.
pub(super) fn tell(case: &Case, rows: &HashSet<u32>) -> Result<HashMap<u32, Told>, CaseError> {
    let mut told = HashMap::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(told);
    }
    let mut first = 0;
    for batch in case.scan(
        Table::Transfers,
        &["transfer_id", "debit_entry", "credit_entry", "channel"],
    ) {
        let batch = batch?;
        let [id, debit, credit, channel] =
            ["transfer_id", "debit_entry", "credit_entry", "channel"].map(|name| column::text(&batch, name));
        let (id, debit, credit, channel) = (id?, debit?, credit?, channel?);
        let maybe = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        for row in 0..batch.num_rows() {
            if rows.contains(&(first + row as u32)) {
                told.insert(
                    first + row as u32,
                    Told {
                        transfer_id: id.value(row).to_owned(),
                        debit_entry: maybe(column::text_at(debit, row)),
                        credit_entry: maybe(column::text_at(credit, row)),
                        channel: channel.value(row).to_owned(),
                    },
                );
            }
        }
        first += batch.num_rows() as u32;
    }
    Ok(told)
}
