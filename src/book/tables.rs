//! What a tracing says as rows of the tables of a case.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

use super::traced::{Traced, TracedClaim, TracedFlow, TracedLot};
use crate::case::{CaseError, MONEY, MONEY_SUM, Table};

/// Labels of claims that a note names.
const MOST_LABELS: usize = 5;

impl Traced {
    /// The rows of table `claims`.
    pub fn claim_rows(&self) -> Result<RecordBatch, CaseError> {
        let claims = &self.claims;
        let text = |pick: &dyn Fn(&TracedClaim) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(claims.iter().map(pick)))
        };
        let maybe = |pick: &dyn Fn(&TracedClaim) -> Option<&str>| -> ArrayRef {
            Arc::new(StringArray::from_iter(claims.iter().map(pick)))
        };
        batch(
            Table::Claims,
            vec![
                text(&|claim| &claim.claim_id),
                text(&|claim| &claim.label),
                text(&|claim| claim.kind.as_str()),
                maybe(&|claim| claim.entry_id.as_deref()),
                maybe(&|claim| claim.transfer_id.as_deref()),
                maybe(&|claim| claim.account_id.as_deref()),
                Arc::new(TimestampMicrosecondArray::from_iter(
                    claims.iter().map(|claim| claim.at),
                )),
                money(claims.iter().map(|claim| claim.amount)),
                maybe(&|claim| claim.currency.as_deref()),
                text(&|claim| &claim.given),
                maybe(&|claim| claim.refused.as_deref()),
            ],
        )
    }

    /// The rows of table `lots`.
    pub fn lot_rows(&self) -> Result<RecordBatch, CaseError> {
        let traced = self;
        let lots = &traced.lots;
        let claim = |lot: &TracedLot| &traced.claims[lot.claim];
        let text = |pick: &dyn Fn(&TracedLot) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(lots.iter().map(pick)))
        };
        let maybe = |pick: &dyn Fn(&TracedLot) -> Option<&str>| -> ArrayRef {
            Arc::new(StringArray::from_iter(lots.iter().map(pick)))
        };
        batch(
            Table::Lots,
            vec![
                text(&|lot| lot.lot_id.clone()),
                text(&|lot| claim(lot).claim_id.clone()),
                text(&|lot| claim(lot).label.clone()),
                text(&|lot| claim(lot).kind.as_str().to_owned()),
                text(&|lot| lot.method.to_owned()),
                text(&|lot| lot.ends.to_owned()),
                maybe(&|lot| lot.account_id.as_deref()),
                maybe(&|lot| lot.asset.as_deref()),
                maybe(&|lot| lot.told.as_deref()),
                maybe(&|lot| lot.transfer_id.as_deref()),
                maybe(&|lot| lot.entry_id.as_deref()),
                money(lots.iter().map(|lot| Some(lot.amount))),
                money(lots.iter().map(|lot| Some(lot.low))),
                money(lots.iter().map(|lot| lot.high)),
                text(&|lot| lot.bound.as_str().to_owned()),
                text(&|lot| lot.currency.clone()),
                money(lots.iter().map(|lot| Some(lot.claimed))),
                sums(lots.iter().map(|lot| lot.most_by_flow)),
            ],
        )
    }

    /// The rows of table `traced_flows`.
    pub fn flow_rows(&self) -> Result<RecordBatch, CaseError> {
        let traced = self;
        let flows = &traced.flows;
        let text = |pick: &dyn Fn(&TracedFlow) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(flows.iter().map(pick)))
        };
        batch(
            Table::TracedFlows,
            vec![
                text(&|flow| flow.method.to_owned()),
                text(&|flow| flow.kind.as_str().to_owned()),
                text(&|flow| flow.from_kind.to_owned()),
                text(&|flow| flow.from.clone()),
                text(&|flow| flow.to_kind.to_owned()),
                text(&|flow| flow.to.clone()),
                text(&|flow| flow.currency.clone()),
                sums(flows.iter().map(|flow| Some(flow.amount))),
                Arc::new(Int64Array::from_iter_values(
                    flows.iter().map(|flow| flow.transfers as i64),
                )),
            ],
        )
    }

    /// The rows of table `trace_notes`.
    pub fn note_rows(&self) -> Result<RecordBatch, CaseError> {
        let traced = self;
        let funds = traced
            .funds
            .iter()
            .map(|(_, fund)| ("fund", 0, String::new(), fund.clone()));
        let notes = traced.notes.iter().map(|note| {
            let mut labels: Vec<&str> = note
                .claims
                .iter()
                .map(|claim| traced.claims[*claim].label.as_str())
                .collect();
            labels.sort_unstable();
            labels.dedup();
            let more = labels.len().saturating_sub(MOST_LABELS);
            labels.truncate(MOST_LABELS);
            let mut told = labels.join(", ");
            if more > 0 {
                told.push_str(&format!(" and {more} more"));
            }
            (note.weight.as_str(), note.claims.len(), told, note.text.clone())
        });
        let rows: Vec<(&str, usize, String, String)> = notes.chain(funds).collect();
        let account = |text: &str| {
            let behind = text.split_once("{account:")?.1;
            Some(behind.split_once('}')?.0.to_owned())
        };
        batch(
            Table::TraceNotes,
            vec![
                Arc::new(Int64Array::from_iter_values(1..=rows.len() as i64)),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
                Arc::new(StringArray::from_iter(rows.iter().map(|row| account(&row.3)))),
                Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1 as i64))),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.2))),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.3))),
            ],
        )
    }
}

fn money(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let values = values.map(|value| value.map(i128::from));
    Arc::new(Decimal128Array::from_iter(values).with_data_type(MONEY))
}

fn sums(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let values = values.map(|value| value.map(i128::from));
    Arc::new(Decimal128Array::from_iter(values).with_data_type(MONEY_SUM))
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, CaseError> {
    RecordBatch::try_new(table.schema(), columns).map_err(|error| CaseError::Damaged {
        path: format!("tables/{}", table.name()),
        reason: error.to_string(),
        next_step: "This is a fault of ours; please report it with the command you typed".to_owned(),
    })
}
