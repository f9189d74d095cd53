//! What something was paid with, as a table on the screen: sources down, methods across.

use datafusion::arrow::array::RecordBatch;

use super::super::context::Failure;
use super::table::{amount, batch};
use crate::book::{Backwards, Payer};
use crate::model::{Moment, TimePrecision};
use crate::report::Names;
use crate::steps::CaseNames;

/// Where money came from, methods across, for people: the largest sources, and the rest as one row.
pub fn sources(backwards: &Backwards, names: &CaseNames, most: usize) -> Result<RecordBatch, Failure> {
    let mut heading = HEADING.to_vec();
    heading.extend(&backwards.methods);
    batch(&heading, rows(backwards, names, most))
}

/// The same of several targets as one table, with all sources, for programs.
pub fn all_sources(found: &[Backwards], names: &CaseNames) -> Result<RecordBatch, Failure> {
    let mut heading = vec!["target", "currency"];
    heading.extend(HEADING);
    heading.extend(
        found
            .iter()
            .flat_map(|one| &one.methods)
            .take(found.first().map_or(0, |one| one.methods.len())),
    );
    let of = |one: &Backwards| {
        let lead = [one.target.clone(), one.currency.clone()];
        let whole = rows(one, names, usize::MAX).into_iter();
        whole
            .map(|row| lead.iter().cloned().chain(row).collect())
            .collect::<Vec<_>>()
    };
    batch(&heading, found.iter().flat_map(of).collect())
}

const HEADING: [&str; 3] = ["source", "day", "entry"];

fn rows(backwards: &Backwards, names: &CaseNames, most: usize) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in backwards.rows.iter().take(most) {
        let account = row
            .account_id
            .as_deref()
            .map_or("outside".to_owned(), |id| names.account(id));
        let at = row.at.map_or(String::new(), |at| {
            let moment = Moment {
                microseconds: at,
                precision: TimePrecision::Day,
            };
            moment.to_string()
        });
        let mut cells = vec![
            match row.is_opening {
                true => format!("opening balance of {account}"),
                false => format!("{} to {account}", payer(row.payer.as_ref(), names)),
            },
            at,
            row.entry_id
                .clone()
                .or_else(|| row.transfer_id.clone())
                .unwrap_or_default(),
        ];
        cells.extend(row.amounts.iter().map(|one| amount(*one, &backwards.currency)));
        rows.push(cells);
    }
    if let Some(more) = backwards.rows.len().checked_sub(most).filter(|more| *more > 0) {
        let mut cells = vec![format!("{more} further sources"), String::new(), String::new()];
        cells.extend((0..backwards.methods.len()).map(|number| {
            let sum: i64 = backwards
                .rows
                .iter()
                .skip(most)
                .map(|row| row.amounts[number])
                .sum();
            amount(sum, &backwards.currency)
        }));
        rows.push(cells);
    }
    let mut rest = vec![
        "lent by the bank, or with no source in the records".to_owned(),
        String::new(),
        String::new(),
    ];
    rest.extend(backwards.rest.iter().map(|rest| match rest {
        Some(rest) => amount(*rest, &backwards.currency),
        None => "-".to_owned(),
    }));
    rows.push(rest);
    rows
}

fn payer(payer: Option<&Payer>, names: &CaseNames) -> String {
    match payer {
        Some(Payer::Account(id)) => names.account(id),
        Some(Payer::Named(name)) => name.clone(),
        Some(Payer::Cash) => "cash".to_owned(),
        None => "somebody not named".to_owned(),
    }
}
