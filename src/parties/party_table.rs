//! The tables of parties, of mentions, and of who holds which account.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};

use super::counterparties::NAMED;
use super::derive::{Linked, PartyNote};
use super::fault;
use super::read::{Day, Number, PartiesRead, Text};
use super::same::{maybe, text};
use crate::case::{CaseError, Decision, Table};
use crate::model::{Date, decision_key, hash_id, party_key};
use crate::victims::Category;

/// Texts of a party's row between kind and category, by column.
const SHOWN: [Text; 7] = [
    Text::Name,
    Text::Number,
    Text::Country,
    Text::Address,
    Text::Phone,
    Text::Email,
    Text::Sector,
];

/// One row a party, sorted by id. What two records say differently is told by the one of the source with the smaller hash
/// and the earlier place. And what is to be said of categories that contradict each other.
pub(super) fn parties(
    read: &PartiesRead,
    linked: &Linked,
    categories: &[Decision],
) -> Result<(RecordBatch, Vec<PartyNote>), CaseError> {
    let decided: BTreeMap<&str, &Decision> = categories.iter().map(|d| (d.subject.as_str(), d)).collect();
    let mut notes = Vec::new();
    let clusters: Vec<&[u32]> = linked.resolved.clusters.iter().collect();
    // Rows of a party in the order in which they are believed.
    let rows: Vec<Vec<u32>> = clusters
        .iter()
        .map(|members| {
            let mut rows: Vec<u32> = members.iter().flat_map(|mention| read.rows(*mention)).collect();
            if members.len() > 1 {
                rows.sort_by_key(|row| {
                    (
                        // What a register says comes before what a payment calls somebody.
                        is_named(read, *row),
                        read.text(Text::Source, *row),
                        read.number(Number::Start, *row),
                        *row,
                    )
                });
            }
            rows
        })
        .collect();
    let first = |text: Text| -> Vec<&str> {
        rows.iter()
            .map(|rows| {
                let own = rows.iter().map(|row| read.text(text, *row));
                own.into_iter().find(|text| !text.is_empty()).unwrap_or("")
            })
            .collect()
    };
    let days = |day: Day| -> ArrayRef {
        Arc::new(Date32Array::from_iter(rows.iter().map(|rows| {
            rows.iter().find_map(|row| read.day(day, *row)).map(|day| day.0)
        })))
    };
    let numbers = |number: Number| -> ArrayRef {
        Arc::new(Int64Array::from_iter(
            rows.iter()
                .map(|rows| rows.iter().find_map(|row| read.number(number, *row))),
        ))
    };
    let kinds: Vec<&str> = clusters
        .iter()
        .map(|members| {
            let known = members
                .iter()
                .map(|mention| read.kind(*mention))
                .find(|kind| *kind != "unknown");
            known.unwrap_or("unknown")
        })
        .collect();
    let shown: Vec<Vec<&str>> = SHOWN.iter().map(|text| first(*text)).collect();
    let mut category = Vec::with_capacity(clusters.len());
    let mut basis = Vec::with_capacity(clusters.len());
    for members in &clusters {
        let mut own: Vec<&Decision> = members
            .iter()
            .filter_map(|mention| decision_on(read, *mention, &decided))
            .collect();
        own.sort_by(|a, b| {
            protection(a)
                .cmp(&protection(b))
                .then(a.decision_id.cmp(&b.decision_id))
        });
        own.dedup_by(|a, b| a.decision_id == b.decision_id);
        if own.iter().any(|decision| decision.value != own[0].value) {
            notes.push(PartyNote {
                kind: "category",
                text: format!(
                    "people decided differently on records that are one party ({}): the one that protects most counts; take \
                     the other back with `geldspoor decisions undo`, or part the records with `geldspoor resolve --split`",
                    own.iter().map(|d| d.decision_id.as_str()).collect::<Vec<_>>().join(", ")
                ),
                party_id: read.id(members[0]).to_owned(),
                ..PartyNote::default()
            });
        }
        category.push(own.first().map_or("unclassified", |d| d.value.as_str()));
        basis.push(
            own.first()
                .map(|d| format!("{}: {} ({})", d.author, d.reason, d.decision_id)),
        );
    }
    let resolution: Vec<String> = clusters
        .iter()
        .map(|members| match members.len() {
            1 => "as recorded".to_owned(),
            several => format!("{several} mentions are one party: table party_mentions"),
        })
        .collect();
    let columns: Vec<ArrayRef> = vec![
        text(clusters.iter().map(|members| read.id(members[0]))),
        text(kinds.into_iter()),
        maybe(shown[0].iter().copied()),
        days(Day::Birth),
        maybe(shown[1].iter().copied()),
        maybe(shown[2].iter().copied()),
        maybe(shown[3].iter().copied()),
        maybe(shown[4].iter().copied()),
        maybe(shown[5].iter().copied()),
        maybe(shown[6].iter().copied()),
        days(Day::Incorporated),
        numbers(Number::Employees),
        text(category.into_iter()),
        Arc::new(StringArray::from_iter(basis)),
        text(resolution.iter().map(String::as_str)),
        maybe(first(Text::LegalForm).into_iter()),
        maybe(first(Text::Status).into_iter()),
        days(Day::StatusUntil),
        days(Day::Dissolved),
        numbers(Number::BirthYear),
    ];
    let batch = RecordBatch::try_new(Table::Parties.schema(), columns).map_err(fault)?;
    Ok((batch, notes))
}

/// The decision on the category of a mention.
fn decision_on<'d>(
    read: &PartiesRead,
    mention: u32,
    decided: &BTreeMap<&str, &'d Decision>,
) -> Option<&'d Decision> {
    if decided.is_empty() {
        return None;
    }
    let (name, number, birth) = named(read, mention);
    let key = decision_key(read.id(mention), name, number, birth);
    decided.get(key.as_str()).copied().or_else(|| {
        // A decision from before mentions had schemes, records and sources holds for all that were one then.
        let before = party_key(name, number, birth);
        let whole = hash_id('p', &[&before]);
        let is_another = read.find(&whole).is_some();
        let decision = decided.get(before.as_str()).copied().filter(|_| !is_another)?;
        // Of several who claim one number nobody knows who was meant: protection holds for all, a reproach for none.
        let is_parted = read.parted().of.contains_key(&whole);
        (!is_parted || protection(decision) <= PROTECTS).then_some(decision)
    })
}

/// Whether a row is a payment's word for its other side, and no register's.
fn is_named(read: &PartiesRead, row: u32) -> bool {
    read.text(Text::Role, row) == NAMED
}

/// How a mention is known to decisions.
pub(super) fn key(read: &PartiesRead, mention: u32) -> String {
    let (name, number, birth) = named(read, mention);
    decision_key(read.id(mention), name, number, birth)
}

fn named(read: &PartiesRead, mention: u32) -> (&str, &str, Option<Date>) {
    (
        read.first(Text::Name, mention),
        read.first(Text::Number, mention),
        read.rows(mention).find_map(|row| read.day(Day::Birth, row)),
    )
}

/// Up to here a category protects.
const PROTECTS: u8 = 1;

/// The strongest protection first: a victim stays one whatever else was decided on another record.
fn protection(decision: &Decision) -> u8 {
    decision
        .value
        .parse::<Category>()
        .unwrap_or_default()
        .protection()
}

/// Which party each mention is, and by what.
pub(super) fn mentions(read: &PartiesRead, linked: &Linked) -> Result<RecordBatch, CaseError> {
    use super::resolve::{Ground, Outcome};
    // The strongest pair of each mention with another of its party.
    let mut best: BTreeMap<u32, (Ground, f64, u32)> = BTreeMap::new();
    for pair in &linked.resolved.pairs {
        let Outcome::Same(ground) = pair.outcome else {
            continue;
        };
        for (own, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            let better = match best.get(&own) {
                None => true,
                Some((known, sum, _)) => (ground, -pair.sum) < (*known, -*sum),
            };
            if better {
                best.insert(own, (ground, pair.sum, other));
            }
        }
    }
    let mut order: Vec<u32> = (0..read.mentions()).collect();
    order.sort_by_key(|mention| (linked.leader(*mention), *mention));
    let basis = |mention: &u32| match best.get(mention).map(|best| best.0) {
        None => "alone",
        Some(Ground::Decision) => "decision",
        Some(Ground::Identifier) => "identifier",
        Some(Ground::Evidence) => "model",
    };
    let keys: Vec<String> = order.iter().map(|mention| key(read, *mention)).collect();
    // A number whose records were parted and then joined means their party.
    let whole: Vec<(&str, u32)> = (read.parted().of.iter())
        .filter_map(|(number, own)| {
            let own: Vec<u32> = own.iter().filter_map(|id| read.find(id)).collect();
            let first = linked.leader(*own.first()?);
            let is_one = own.iter().all(|mention| linked.leader(*mention) == first);
            is_one.then_some((number.as_str(), first))
        })
        .collect();
    let joined = |of: fn(&(&str, u32)) -> u32| whole.iter().map(of);
    let columns: Vec<ArrayRef> = vec![
        text(
            order
                .iter()
                .map(|mention| read.id(*mention))
                .chain(whole.iter().map(|one| one.0)),
        ),
        text(
            order
                .iter()
                .map(|mention| read.id(linked.leader(*mention)))
                .chain(joined(|one| one.1).map(|one| read.id(one))),
        ),
        text(
            order
                .iter()
                .map(|mention| read.kind(*mention))
                .chain(joined(|one| one.1).map(|one| read.kind(one))),
        ),
        maybe(
            order
                .iter()
                .map(|mention| read.first(Text::Name, *mention))
                .chain(joined(|one| one.1).map(|one| read.first(Text::Name, one))),
        ),
        text(order.iter().map(basis).chain(whole.iter().map(|_| "identifier"))),
        maybe(
            order
                .iter()
                .map(|mention| best.get(mention).map_or("", |best| read.id(best.2)))
                .chain(joined(|one| one.1).map(|one| read.id(one))),
        ),
        text(
            keys.iter()
                .map(String::as_str)
                .chain(joined(|one| one.1).map(|_| "")),
        ),
    ];
    RecordBatch::try_new(Table::PartyMentions.schema(), columns).map_err(fault)
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Holder<'r> {
    account_id: &'r str,
    party_id: &'r str,
    role: &'r str,
    from: Option<Date>,
    to: Option<Date>,
    source_id: &'r str,
    start: i64,
    end: i64,
    locator: &'r str,
}

/// Who holds which account, by account, party and role.
pub(super) fn account_holders<'r>(
    read: &'r PartiesRead,
    party: &dyn Fn(u32) -> &'r str,
) -> Result<RecordBatch, CaseError> {
    let mut holders = Vec::new();
    for mention in 0..read.mentions() {
        for row in read.rows(mention) {
            let account_id = read.text(Text::Account, row);
            if account_id.is_empty() || is_named(read, row) {
                continue;
            }
            let role = match read.text(Text::Role, row) {
                "" => "holder",
                role => role,
            };
            holders.push(Holder {
                account_id,
                party_id: party(mention),
                role,
                from: read.day(Day::From, row),
                to: read.day(Day::To, row),
                source_id: read.text(Text::Source, row),
                start: read.number(Number::Start, row).unwrap_or(0),
                end: read.number(Number::End, row).unwrap_or(0),
                locator: read.text(Text::Locator, row),
            });
        }
    }
    holders.sort();
    holders.dedup_by(|a, b| {
        (a.account_id, a.party_id, a.role, a.from, a.to) == (b.account_id, b.party_id, b.role, b.from, b.to)
    });
    let day = |pick: &dyn Fn(&Holder<'_>) -> Option<Date>| -> ArrayRef {
        Arc::new(Date32Array::from_iter(
            holders.iter().map(|holder| pick(holder).map(|day| day.0)),
        ))
    };
    let columns: Vec<ArrayRef> = vec![
        text(holders.iter().map(|holder| holder.account_id)),
        text(holders.iter().map(|holder| holder.party_id)),
        text(holders.iter().map(|holder| holder.role)),
        day(&|holder| holder.from),
        day(&|holder| holder.to),
        text(holders.iter().map(|holder| holder.source_id)),
        text(holders.iter().map(|holder| holder.locator)),
        Arc::new(Int64Array::from_iter_values(
            holders.iter().map(|holder| holder.start),
        )),
        Arc::new(Int64Array::from_iter_values(
            holders.iter().map(|holder| holder.end),
        )),
    ];
    RecordBatch::try_new(Table::AccountHolders.schema(), columns).map_err(fault)
}
