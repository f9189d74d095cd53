//! Tables of what was joined and why: pairs, their terms, the numbers they were weighed with, and what a reader has to
//! know.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};

use super::derive::{Linked, PartyNote};
use super::fault;
use super::read::PartiesRead;
use super::resolve::{Explainer, Ground, Outcome, Verdict, levels_of, reason};
use crate::case::{CaseError, Table};

impl Linked {
    /// Explains pairs with the numbers they were weighed with.
    pub fn explainer(&self) -> Explainer<'_> {
        Explainer::new(
            &self.records,
            &self.resolved.parameters,
            &self.settings,
            &self.decisions,
        )
    }
}

/// The word of an outcome in the table, and of what made it.
fn words(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Same(Ground::Decision) => ("merged", "decision"),
        Outcome::Same(Ground::Identifier) => ("merged", "identifier"),
        Outcome::Same(Ground::Evidence) => ("merged", "model"),
        Outcome::Possible(_) => ("possible", "model"),
        Outcome::Conflict(_) => ("conflict", "identifier"),
        Outcome::Different(_) => ("different", "model"),
    }
}

pub(super) fn pairs(linked: &Linked) -> Result<RecordBatch, CaseError> {
    let pairs = &linked.resolved.pairs;
    let id = |record: u32| linked.records.id(record);
    let columns: Vec<ArrayRef> = vec![
        text(pairs.iter().map(|pair| id(pair.left))),
        text(pairs.iter().map(|pair| id(pair.right))),
        text(pairs.iter().map(|pair| words(pair.outcome).0)),
        text(pairs.iter().map(|pair| words(pair.outcome).1)),
        bits(pairs.iter().map(|pair| Some(pair.sum)))?,
        share(pairs.iter().map(|pair| Some(pair.posterior())))?,
        text(pairs.iter().map(|pair| reason(pair.outcome))),
    ];
    RecordBatch::try_new(Table::SameParties.schema(), columns).map_err(fault)
}

/// Terms of every pair, in the order of the pairs and fields; what is absent weighs nothing and is left out.
pub(super) fn terms(linked: &Linked) -> Result<RecordBatch, CaseError> {
    let explainer = linked.explainer();
    let mut rows = Vec::new();
    for pair in &linked.resolved.pairs {
        let explanation = explainer.explain(pair.left, pair.right);
        let told = explanation
            .terms
            .into_iter()
            .filter(|term| term.verdict != Verdict::Absent);
        rows.extend(
            (1_i64..)
                .zip(told)
                .map(|(number, term)| (pair.left, pair.right, number, term)),
        );
    }
    let id = |record: u32| linked.records.id(record);
    let columns: Vec<ArrayRef> = vec![
        text(rows.iter().map(|row| id(row.0))),
        text(rows.iter().map(|row| id(row.1))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.2))),
        text(rows.iter().map(|row| row.3.field.as_str())),
        maybe(rows.iter().map(|row| row.3.left.as_str())),
        maybe(rows.iter().map(|row| row.3.right.as_str())),
        text(rows.iter().map(|row| verdict(row.3.verdict))),
        text(rows.iter().map(|row| row.3.level)),
        share(rows.iter().map(|row| Some(row.3.m)))?,
        share(rows.iter().map(|row| Some(row.3.u)))?,
        bits(rows.iter().map(|row| Some(row.3.total())))?,
        maybe(rows.iter().map(|row| row.3.note.as_str())),
    ];
    RecordBatch::try_new(Table::SamePartyTerms.schema(), columns).map_err(fault)
}

/// The word of a verdict in tables and on screens.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agrees => "agree",
        Verdict::Disagrees => "disagree",
        Verdict::Absent => "absent",
    }
}

/// The numbers of the model: the prior first, then fields and levels in their order.
pub(super) fn model(linked: &Linked) -> Result<RecordBatch, CaseError> {
    let parameters = &linked.resolved.parameters;
    let own = if parameters.estimated {
        "estimated"
    } else {
        "default"
    };
    let prior = linked.settings.prior.map_or(own, |_| "given");
    type Row<'a> = (&'a str, &'a str, Option<f64>, Option<f64>, f64, &'a str);
    let mut rows: Vec<Row<'_>> = vec![(
        "prior",
        "the share of pairs that are one party",
        Some(parameters.prior),
        None,
        (parameters.prior / (1.0 - parameters.prior)).log2(),
        prior,
    )];
    for (field, numbers) in linked.records.fields().iter().zip(&parameters.fields) {
        for ((level, m), u) in levels_of(field.compare).iter().zip(&numbers.m).zip(&numbers.u) {
            let is_given = (linked.settings.given.iter())
                .any(|given| given.field == field.name && given.level == *level);
            let basis = if is_given { "given" } else { own };
            rows.push((&field.name, *level, Some(*m), Some(*u), (m / u).log2(), basis));
        }
    }
    let columns: Vec<ArrayRef> = vec![
        text(rows.iter().map(|row| row.0)),
        text(rows.iter().map(|row| row.1)),
        share(rows.iter().map(|row| row.2))?,
        share(rows.iter().map(|row| row.3))?,
        bits(rows.iter().map(|row| Some(row.4)))?,
        text(rows.iter().map(|row| row.5)),
    ];
    RecordBatch::try_new(Table::ResolutionModel.schema(), columns).map_err(fault)
}

/// What a reader has to know of the linkage.
pub(super) fn notes(read: &PartiesRead, linked: &Linked) -> Vec<PartyNote> {
    let party = |record: u32| read.id(linked.leader(record)).to_owned();
    let note = |kind: &'static str, text: String| PartyNote {
        kind,
        text,
        ..PartyNote::default()
    };
    let resolved = &linked.resolved;
    let mut notes: Vec<PartyNote> = resolved
        .notes
        .iter()
        .map(|text| note("linkage", text.clone()))
        .collect();
    for refused in resolved.refused.iter().filter(|refused| refused.pairs > 0) {
        notes.push(note(
            "not compared",
            format!(
                "{} pairs that agree in {} were not compared by it: {} groups of up to {} records are too large",
                refused.pairs, refused.block, refused.groups, refused.largest
            ),
        ));
    }
    for unknown in &resolved.unknown {
        notes.push(note(
            "decision",
            format!("a decision names {unknown}, which no record is: its source may have been withdrawn"),
        ));
    }
    for (number, own) in &read.parted().of {
        let parties: std::collections::BTreeSet<u32> = own
            .iter()
            .filter_map(|id| read.find(id))
            .map(|mention| linked.leader(mention))
            .collect();
        if parties.len() < 2 {
            continue;
        }
        notes.push(PartyNote {
            kind: "one number",
            text: format!(
                "records under one number contradict each other and are told apart as {}: what names that number alone (an \
                 employment, an income, a decision) is nobody's until the originals have been looked at; to records it is {number}",
                own.join(", ")
            ),
            party_id: own[0].clone(),
            record: number.clone(),
        });
    }
    let id = |record: u32| linked.records.id(record);
    for (kind, cuts, lead) in [
        ("cut", &resolved.cuts, "agree, and are kept apart"),
        (
            "decision",
            &resolved.contradictions,
            "were to be merged, and another decision keeps them apart",
        ),
    ] {
        for cut in cuts {
            notes.push(PartyNote {
                kind,
                text: format!(
                    "{} and {} {lead}: {} and {} on their sides cannot be one party ({})",
                    id(cut.left),
                    id(cut.right),
                    id(cut.between.0),
                    id(cut.between.1),
                    reason(Outcome::Different(Some(cut.veto)))
                ),
                party_id: party(cut.left),
                record: id(cut.right).to_owned(),
            });
        }
    }
    notes
}

pub(super) fn note_table(notes: &[PartyNote]) -> Result<RecordBatch, CaseError> {
    let columns: Vec<ArrayRef> = vec![
        text(notes.iter().map(|note| note.kind)),
        text(notes.iter().map(|note| note.text.as_str())),
        maybe(notes.iter().map(|note| note.party_id.as_str())),
        maybe(notes.iter().map(|note| note.record.as_str())),
    ];
    RecordBatch::try_new(Table::PartyNotes.schema(), columns).map_err(fault)
}

pub(super) fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub(super) fn maybe<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter(
        values.map(|text| Some(text).filter(|text| !text.is_empty())),
    ))
}

/// Bits to a ten-thousandth: what is stored does not depend on the last digit of a logarithm.
fn bits(values: impl Iterator<Item = Option<f64>>) -> Result<ArrayRef, CaseError> {
    decimal(values, 4, 18)
}

/// Shares to ten decimals.
fn share(values: impl Iterator<Item = Option<f64>>) -> Result<ArrayRef, CaseError> {
    decimal(values, 10, 28)
}

fn decimal(
    values: impl Iterator<Item = Option<f64>>,
    scale: i8,
    precision: u8,
) -> Result<ArrayRef, CaseError> {
    let factor = 10_f64.powi(i32::from(scale));
    let whole = values.map(|value| {
        value
            .filter(|value| value.is_finite())
            .map(|value| (value * factor).round() as i128)
    });
    let array = Decimal128Array::from_iter(whole)
        .with_precision_and_scale(precision, scale)
        .map_err(fault)?;
    Ok(Arc::new(array))
}
