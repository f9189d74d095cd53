//! Relations between parties: those that records tell, and those that follow from what several parties have in common.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};

use super::derive::{Linked, PartyNote};
use super::fault;
use super::known::Attribute;
use super::read::{Number, PartiesRead, Text};
use crate::case::{CaseError, Table, column};
use crate::model::RelationKind;

/// An attribute that more parties than this have in common ties nobody: a call centre, a business address, a shelter.
const MOST_SHARING: usize = 12;

/// What follows, before it is a row: kind, the two parties, and what they have in common.
struct Shared<'r> {
    kind: RelationKind,
    subject: &'r str,
    object: &'r str,
    detail: String,
    row: u32,
}

/// All relations, sorted by subject, object, kind and place; notes; how many households.
pub(super) fn relations(
    read: &PartiesRead,
    linked: &Linked,
    attributes: &[Attribute],
    recorded: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
) -> Result<(RecordBatch, Vec<PartyNote>, u64), CaseError> {
    let party = |mention: u32| read.id(linked.leader(mention));
    let mut batches = Vec::new();
    for batch in recorded {
        batches.push(of_parties(&batch?, |id, source, start| {
            // Joined parts of one number are one party again, whichever is meant.
            let parted = read.parted();
            let meant = parted.meant(id, source, start).map(str::to_owned).or_else(|| {
                let own: Vec<u32> = parted.of[id].iter().filter_map(|id| read.find(id)).collect();
                let first = linked.leader(*own.first()?);
                let is_one = own.iter().all(|mention| linked.leader(*mention) == first);
                is_one.then(|| read.id(first).to_owned())
            });
            let meant = meant.as_deref().unwrap_or(id);
            match read.find(meant) {
                Some(mention) => party(mention).to_owned(),
                None => meant.to_owned(),
            }
        })?);
    }
    let mut shared: Vec<Shared<'_>> = Vec::new();
    for household in &linked.resolved.households {
        let (left, right) = household.records;
        let field = &linked.records.fields()[household.field].name;
        shared.push(Shared {
            kind: RelationKind::Household,
            subject: party(left),
            object: party(right),
            detail: format!(
                "inferred: the same {field} and a family name in common; the other record is {} in source {}",
                read.text(Text::Locator, read.rows(right).start),
                read.text(Text::Source, read.rows(right).start)
            ),
            row: read.rows(left).start,
        });
    }
    let households = shared.len() as u64;
    let mut notes = Vec::new();
    for group in attributes.chunk_by(|a, b| (a.kind, &a.value) == (b.kind, &b.value)) {
        let parties: BTreeSet<u32> = group.iter().map(|one| linked.leader(one.mention)).collect();
        if parties.len() < 2 {
            continue;
        }
        if parties.len() > MOST_SHARING {
            notes.push(PartyNote {
                kind: "shared attribute",
                text: format!(
                    "{} parties have the {} ‘{}’ in common: too many to tie them pair by pair",
                    parties.len(),
                    group[0].kind,
                    group[0].value
                ),
                ..PartyNote::default()
            });
            continue;
        }
        // One record a party shows it.
        let shows = |wanted: u32| group.iter().find(|one| linked.leader(one.mention) == wanted);
        let shown: Vec<&Attribute> = parties.iter().filter_map(|one| shows(*one)).collect();
        for (number, left) in shown.iter().enumerate() {
            for right in &shown[number + 1..] {
                shared.push(Shared {
                    kind: RelationKind::SharedAttribute,
                    subject: party(left.mention),
                    object: party(right.mention),
                    detail: format!(
                        "inferred: {} {}; the other record is {} in source {}",
                        left.kind,
                        left.value,
                        read.text(Text::Locator, right.row),
                        read.text(Text::Source, right.row)
                    ),
                    row: left.row,
                });
            }
        }
    }
    batches.push(rows(read, &shared)?);
    let all = concat_batches(&Table::Relations.schema(), &batches).map_err(fault)?;
    if all.num_rows() == 0 {
        return Ok((all, notes, households));
    }
    let order: Vec<SortColumn> = ["subject", "object", "kind", "source_id", "byte_start", "detail"]
        .into_iter()
        .filter_map(|name| all.column_by_name(name))
        .map(|values| SortColumn {
            values: values.clone(),
            options: None,
        })
        .collect();
    let indices = lexsort_to_indices(&order, None).map_err(fault)?;
    Ok((
        take_record_batch(&all, &indices).map_err(fault)?,
        notes,
        households,
    ))
}

/// The same rows with parties in the place of mentions; `party` takes a mention, its source and its record's first byte.
fn of_parties(
    batch: &RecordBatch,
    party: impl Fn(&str, &str, i64) -> String,
) -> Result<RecordBatch, CaseError> {
    let mut columns = batch.columns().to_vec();
    let source = column::text(batch, "source_id")?;
    let start = column::number(batch, "byte_start")?;
    for (number, name) in ["subject", "object"].into_iter().enumerate() {
        let mentions = column::text(batch, name)?;
        let told = (0..batch.num_rows()).map(|row| {
            let id = column::text_at(mentions, row);
            (!id.is_empty()).then(|| party(id, source.value(row), start.value(row)))
        });
        columns[number] = Arc::new(StringArray::from_iter(told));
    }
    RecordBatch::try_new(Table::Relations.schema(), columns).map_err(fault)
}

fn rows(read: &PartiesRead, shared: &[Shared<'_>]) -> Result<RecordBatch, CaseError> {
    let text = |pick: &dyn Fn(&Shared<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(shared.iter().map(pick)))
    };
    let none = || text(&|_| None);
    let share = || -> Result<ArrayRef, CaseError> {
        let empty = Decimal128Array::from_iter(shared.iter().map(|_| None::<i128>));
        Ok(Arc::new(empty.with_precision_and_scale(9, 6).map_err(fault)?))
    };
    let no = || -> ArrayRef { Arc::new(BooleanArray::from_iter(shared.iter().map(|_| Some(false)))) };
    let day = || -> ArrayRef { Arc::new(Date32Array::from_iter(shared.iter().map(|_| None::<i32>))) };
    let place = |number: Number| -> ArrayRef {
        let of = |one: &Shared<'_>| read.number(number, one.row).unwrap_or(0);
        Arc::new(Int64Array::from_iter_values(shared.iter().map(of)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|one| Some(one.subject.to_owned())),
        text(&|one| Some(one.object.to_owned())),
        text(&|one| Some(one.kind.as_str().to_owned())),
        none(),
        share()?,
        share()?,
        no(),
        no(),
        none(),
        none(),
        text(&|one| Some(one.detail.clone())),
        none(),
        day(),
        day(),
        text(&|one| Some(read.text(Text::Source, one.row).to_owned())),
        text(&|one| Some(read.text(Text::Locator, one.row).to_owned())),
        place(Number::Start),
        place(Number::End),
    ];
    RecordBatch::try_new(Table::Relations.schema(), columns).map_err(fault)
}
