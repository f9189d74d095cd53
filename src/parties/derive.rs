//! Parties, holders and relations from what registers and customer files say.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};

use crate::case::{CaseError, Decision, Table, column};
use crate::model::{Date, decision_key, hash_id, party_key};

/// The three tables that are derived from the parties read.
#[derive(Debug)]
pub struct Derived {
    pub parties: RecordBatch,
    pub account_holders: RecordBatch,
    pub relations: RecordBatch,
}

#[derive(Clone, Default)]
struct Party {
    kind: String,
    texts: [String; 7],
    birth_date: Option<i32>,
    incorporated: Option<i32>,
    employees: Option<i64>,
}

const TEXTS: [&str; 7] = [
    "name",
    "registration_number",
    "country",
    "address",
    "phone",
    "email",
    "sector",
];

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    account_id: String,
    party_id: String,
    role: String,
    from: Option<i32>,
    to: Option<i32>,
    source_id: String,
    byte_start: i64,
    byte_end: i64,
    locator: String,
}

/// Derives the tables. Rows come sorted by id; where two records differ in a field, the one of the source with the
/// smaller hash and the earlier place is shown (every record stays in `parties_read`). `categories` are the standing
/// decisions on categories; everybody else is *unclassified*.
pub fn derive(
    parties_read: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    relations_read: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    categories: &[Decision],
) -> Result<Derived, CaseError> {
    let mut parties: BTreeMap<String, Party> = BTreeMap::new();
    let mut holders = Vec::new();
    for batch in parties_read {
        let batch = batch?;
        let id = column::text(&batch, "party_id")?;
        let kind = column::text(&batch, "kind")?;
        let texts = TEXTS.map(|name| column::text(&batch, name));
        let birth = column::date(&batch, "birth_date")?;
        let incorporated = column::date(&batch, "incorporated")?;
        let employees = column::number(&batch, "employees")?;
        let account = column::text(&batch, "account_id")?;
        let role = column::text(&batch, "role")?;
        let (from, to) = (
            column::date(&batch, "from_date")?,
            column::date(&batch, "to_date")?,
        );
        let source = column::text(&batch, "source_id")?;
        let locator = column::text(&batch, "locator")?;
        let (start, end) = (
            column::number(&batch, "byte_start")?,
            column::number(&batch, "byte_end")?,
        );
        for row in 0..batch.num_rows() {
            let party = parties.entry(id.value(row).to_owned()).or_default();
            // A record that does not know what a party is takes nothing from one that does.
            if column::text_at(kind, row) != "unknown" {
                keep(&mut party.kind, column::text_at(kind, row));
            }
            for (slot, values) in party.texts.iter_mut().zip(&texts) {
                if let Ok(values) = values {
                    keep(slot, column::text_at(values, row));
                }
            }
            party.birth_date = party.birth_date.or_else(|| day(birth, row));
            party.incorporated = party.incorporated.or_else(|| day(incorporated, row));
            party.employees = party
                .employees
                .or_else(|| employees.is_valid(row).then(|| employees.value(row)));
            if account.is_valid(row) {
                let role = column::text_at(role, row);
                holders.push(Holder {
                    account_id: account.value(row).to_owned(),
                    party_id: id.value(row).to_owned(),
                    role: if role.is_empty() { "holder" } else { role }.to_owned(),
                    from: day(from, row),
                    to: day(to, row),
                    source_id: source.value(row).to_owned(),
                    byte_start: start.value(row),
                    byte_end: end.value(row),
                    locator: locator.value(row).to_owned(),
                });
            }
        }
        for values in texts {
            values?;
        }
    }
    holders.sort();
    holders.dedup_by(|a, b| {
        (&a.account_id, &a.party_id, &a.role, a.from, a.to)
            == (&b.account_id, &b.party_id, &b.role, b.from, b.to)
    });
    let mut relations = Vec::new();
    for batch in relations_read {
        relations.push(batch?);
    }
    Ok(Derived {
        parties: party_table(&parties, categories)?,
        account_holders: holder_table(&holders)?,
        relations: relation_table(&relations)?,
    })
}

fn party_table(parties: &BTreeMap<String, Party>, categories: &[Decision]) -> Result<RecordBatch, CaseError> {
    let decided: BTreeMap<&str, &Decision> = categories.iter().map(|d| (d.subject.as_str(), d)).collect();
    let rows: Vec<(&String, &Party, Option<&&Decision>)> = parties
        .iter()
        .map(|(id, party)| {
            let (name, number, birth) = (
                party.texts[0].as_str(),
                party.texts[1].as_str(),
                party.birth_date.map(Date),
            );
            let key = decision_key(id, name, number, birth);
            let decision = decided.get(key.as_str()).or_else(|| {
                // A decision from before mentions had schemes, records and sources holds for all that were one then.
                let before = party_key(name, number, birth);
                let is_another = parties.contains_key(&hash_id('p', &[&before]));
                decided.get(before.as_str()).filter(|_| !is_another)
            });
            (id, party, decision)
        })
        .collect();
    let required = |pick: &dyn Fn(&Party) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|(_, party, _)| pick(party)),
        ))
    };
    let maybe = |at: usize| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(|(_, party, _)| {
            Some(party.texts[at].as_str()).filter(|text| !text.is_empty())
        })))
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(
            rows.iter().map(|(id, _, _)| id.as_str()),
        )),
        required(&|p| {
            if p.kind.is_empty() {
                "unknown".to_owned()
            } else {
                p.kind.clone()
            }
        }),
        maybe(0),
        Arc::new(Date32Array::from_iter(rows.iter().map(|(_, p, _)| p.birth_date))),
        maybe(1),
        maybe(2),
        maybe(3),
        maybe(4),
        maybe(5),
        maybe(6),
        Arc::new(Date32Array::from_iter(
            rows.iter().map(|(_, p, _)| p.incorporated),
        )),
        Arc::new(Int64Array::from_iter(rows.iter().map(|(_, p, _)| p.employees))),
        Arc::new(StringArray::from_iter_values(
            rows.iter()
                .map(|(_, _, d)| d.map_or("unclassified", |d| d.value.as_str())),
        )),
        Arc::new(StringArray::from_iter(rows.iter().map(|(_, _, d)| {
            d.map(|d| format!("{}: {} ({})", d.author, d.reason, d.decision_id))
        }))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|_| "as recorded"))),
    ];
    batch(Table::Parties, columns)
}

fn holder_table(holders: &[Holder]) -> Result<RecordBatch, CaseError> {
    let text = |pick: &dyn Fn(&Holder) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(holders.iter().map(pick)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(&|h| h.account_id.clone()),
        text(&|h| h.party_id.clone()),
        text(&|h| h.role.clone()),
        Arc::new(Date32Array::from_iter(holders.iter().map(|h| h.from))),
        Arc::new(Date32Array::from_iter(holders.iter().map(|h| h.to))),
        text(&|h| h.source_id.clone()),
        text(&|h| h.locator.clone()),
        Arc::new(Int64Array::from_iter_values(holders.iter().map(|h| h.byte_start))),
        Arc::new(Int64Array::from_iter_values(holders.iter().map(|h| h.byte_end))),
    ];
    batch(Table::AccountHolders, columns)
}

/// Relations are kept as read for now, in order of subject, object and place.
fn relation_table(read: &[RecordBatch]) -> Result<RecordBatch, CaseError> {
    use datafusion::arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take_record_batch};
    let all = concat_batches(&Table::Relations.schema(), read).map_err(arrow)?;
    if all.num_rows() == 0 {
        return Ok(all);
    }
    let order: Vec<SortColumn> = ["subject", "object", "kind", "source_id", "byte_start"]
        .into_iter()
        .filter_map(|name| all.column_by_name(name))
        .map(|values| SortColumn {
            values: values.clone(),
            options: None,
        })
        .collect();
    let indices = lexsort_to_indices(&order, None).map_err(arrow)?;
    take_record_batch(&all, &indices).map_err(arrow)
}

fn batch(table: Table, columns: Vec<ArrayRef>) -> Result<RecordBatch, CaseError> {
    RecordBatch::try_new(table.schema(), columns).map_err(arrow)
}

fn arrow(error: impl ToString) -> CaseError {
    CaseError::Damaged {
        path: "parties".to_owned(),
        reason: error.to_string(),
        next_step: "This is a fault of ours; please report it".to_owned(),
    }
}

fn day(array: &Date32Array, row: usize) -> Option<i32> {
    array.is_valid(row).then(|| array.value(row))
}

fn keep(slot: &mut String, value: &str) {
    if slot.is_empty() {
        slot.push_str(value);
    }
}
