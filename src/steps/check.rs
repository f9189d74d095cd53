//! Accounts, statements with verdicts, gaps, transfers: does the record prove itself.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::error::ArrowError;

use hashbrown::HashSet;

use super::StepError;
use crate::case::{Actor, Case, CaseError, Step, Table, column};
use crate::reconcile::{
    Ambiguous, Beside, CHECK_ENTRY_COLUMNS, Coverage, Gap, MissingMirror, OtherSides, Rates,
    TRANSFER_ENTRY_COLUMNS, TransferCounts, derive_accounts, leg_requests, statement_requests,
    transfers_beside,
};

/// How many accounts a currency are proposed for the next order.
const REQUESTED_ACCOUNTS: usize = 20;
/// Transfers in a batch on the way to the file.
const TRANSFER_ROWS: usize = 65_536;
/// What counting once needs of an entry.
const COUNTED: [&str; 5] = [
    "entry_id",
    "counterparty_account_id",
    "currency",
    "counterparty_status",
    "amount",
];

/// What the check found.
#[derive(Debug)]
pub struct CheckSummary {
    pub coverage: Coverage,
    pub requests: Vec<String>,
    pub transfers: TransferCounts,
    /// Legs that fit more than one other leg; left apart.
    pub ambiguous: Vec<Ambiguous>,
    /// Legs whose other leg must stand in seized records and does not.
    pub missing_mirrors: Vec<MissingMirror>,
    /// Days on which sources state different rates of one pair of currencies.
    pub contradicting_rates: usize,
}

/// Derives accounts, statements, gaps and transfers anew.
pub fn check(case: &mut Case, actor: Actor) -> Result<CheckSummary, StepError> {
    let writer = case.write(actor)?;
    let now = writer.case();
    let accounts = derive_accounts(now.scan(Table::AccountsRead, &[]).map(as_arrow))?;
    writer.replace(Table::Accounts, &mut std::iter::once(Ok(accounts.clone())))?;
    let mut checked = crate::reconcile::check(
        now.scan(Table::Entries, CHECK_ENTRY_COLUMNS).map(as_arrow),
        now.scan(Table::StatementsRead, &[]).map(as_arrow),
    )?;
    writer.replace(
        Table::Statements,
        &mut std::iter::once(Ok(checked.statements.clone())),
    )?;
    let beside = Beside {
        details: Box::new(now.scan(Table::EntryDetails, &[]).map(as_arrow)),
        accounts: Some(&accounts),
        rates: Rates::read(
            &now.settings().currency,
            now.scan(Table::Rates, &[]).map(as_arrow),
        )?,
    };
    let made = transfers_beside(
        now.scan(Table::Entries, TRANSFER_ENTRY_COLUMNS).map(as_arrow),
        &checked.same_entries,
        &checked.statements,
        beside,
    )?;
    count_once(
        &mut checked.coverage,
        &mut now.scan(Table::Entries, &COUNTED),
        &made.other_records,
    )?;
    let mut requests = checked.coverage.requests(&accounts, REQUESTED_ACCOUNTS)?;
    requests.extend(statement_requests(&checked.statements, &accounts)?);
    requests.extend(leg_requests(
        &made.missing_mirrors,
        &accounts,
        REQUESTED_ACCOUNTS,
    )?);
    writer.replace(Table::Gaps, &mut std::iter::once(gaps(&checked.coverage.gaps)))?;
    writer.replace(Table::Requests, &mut std::iter::once(request_rows(&requests)))?;
    let same = [Ok(checked.same_entries), Ok(made.other_records.clone())];
    writer.replace(Table::SameEntries, &mut same.into_iter())?;
    let mut batches = made.batches(TRANSFER_ROWS).map(|batch| batch.map_err(from_arrow));
    writer.replace(Table::Transfers, &mut batches)?;
    drop(batches);
    let mut rates = made
        .rate_batches(TRANSFER_ROWS)
        .map(|batch| batch.map_err(from_arrow));
    writer.replace(Table::TransferRates, &mut rates)?;
    drop(rates);
    for (table, rows) in [
        (Table::Reversals, made.reversals()?),
        (Table::AmbiguousLegs, made.ambiguous_legs()?),
        (Table::MissingLegs, made.missing_legs()?),
    ] {
        writer.replace(table, &mut std::iter::once(Ok(rows)))?;
    }
    writer.derived(Step::Check, &super::goes_by(writer.case(), Step::Check)?);
    writer.commit()?;
    Ok(CheckSummary {
        coverage: checked.coverage,
        requests,
        transfers: made.counts,
        contradicting_rates: made.contradicting_rates(),
        ambiguous: made.ambiguous,
        missing_mirrors: made.missing_mirrors,
    })
}

/// Takes out of the coverage what another record tells too: a leg of a listing that stands in the account's own
/// statement. The check counts before legs are tied, so it cannot know.
fn count_once(
    coverage: &mut Coverage,
    entries: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    other_records: &RecordBatch,
) -> Result<(), CaseError> {
    let told: HashSet<&str> = column::text(other_records, "entry_id")?
        .iter()
        .flatten()
        .collect();
    for batch in entries {
        let batch = batch?;
        let id = column::text(&batch, "entry_id")?;
        let other = column::text(&batch, "counterparty_account_id")?;
        let currency = column::text(&batch, "currency")?;
        let status = column::text(&batch, "counterparty_status")?;
        let amount = column::decimal(&batch, "amount")?;
        for row in (0..batch.num_rows()).filter(|row| told.contains(id.value(*row))) {
            let (other, code) = (column::text_at(other, row), column::text_at(currency, row));
            let value = if amount.is_null(row) { 0 } else { amount.value(row) };
            let seen = coverage
                .unseized
                .iter_mut()
                .find(|seen| seen.account_id == other && seen.currency == code);
            if let Some(seen) = seen {
                seen.entries = seen.entries.saturating_sub(1);
                seen.amount -= value;
            }
            let place = OtherSides::STATUSES
                .iter()
                .position(|word| *word == column::text_at(status, row));
            let sides = coverage
                .other_sides
                .iter_mut()
                .find(|sides| sides.currency == code);
            if let (Some(place), Some(sides)) = (place, sides) {
                sides.entries[place] = sides.entries[place].saturating_sub(1);
                sides.amounts[place] -= value;
            }
        }
    }
    coverage.unseized.retain(|seen| seen.entries > 0);
    coverage.unseized.sort_by(|a, b| {
        (&a.currency, std::cmp::Reverse(a.amount), &a.account_id).cmp(&(
            &b.currency,
            std::cmp::Reverse(b.amount),
            &b.account_id,
        ))
    });
    Ok(())
}

fn gaps(gaps: &[Gap]) -> Result<RecordBatch, CaseError> {
    let text = |pick: &dyn Fn(&Gap) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(gaps.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|gap| gap.account_id.clone()),
        Arc::new(StringArray::from_iter(gaps.iter().map(|gap| {
            Some(gap.currency.as_str()).filter(|code| !code.is_empty())
        }))),
        Arc::new(Date32Array::from_iter_values(gaps.iter().map(|gap| gap.from.0))),
        Arc::new(Date32Array::from_iter_values(gaps.iter().map(|gap| gap.to.0))),
        text(&|gap| gap.kind.as_str().to_owned()),
        text(&|gap| gap.detail.clone()),
    ];
    RecordBatch::try_new(Table::Gaps.schema(), columns).map_err(from_arrow)
}

fn request_rows(requests: &[String]) -> Result<RecordBatch, CaseError> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values((1..).take(requests.len()))),
        Arc::new(StringArray::from_iter_values(requests)),
    ];
    RecordBatch::try_new(Table::Requests.schema(), columns).map_err(from_arrow)
}

fn as_arrow(batch: Result<RecordBatch, CaseError>) -> Result<RecordBatch, ArrowError> {
    batch.map_err(|error| ArrowError::ExternalError(Box::new(error)))
}

fn from_arrow(error: impl ToString) -> CaseError {
    CaseError::Damaged {
        path: "tables".to_owned(),
        reason: error.to_string(),
        next_step: "Take the sources in again with this version of geldspoor".to_owned(),
    }
}
