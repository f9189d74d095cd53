//! What a person gives as claims, as claims on movements of the book.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use super::find::{As, find};
use super::request::{From, GivenClaim, GivenKind, Request};
use super::{CaseBook, TraceError};
use crate::case::column::each_row;
use crate::case::{Case, Table};
use crate::model::{Date, money_text};
use crate::trace::{Claim, Kind, OUTSIDE};

/// A claim, or why it is none.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub label: String,
    pub kind: GivenKind,
    /// What it names.
    pub entry: String,
    pub given: String,
    /// On the movement, or why it cannot be traced.
    pub claim: Result<Claim, String>,
}

/// The claims of a request, in its order; those made of accounts and findings behind those given one by one, in the
/// order of movements.
pub(super) fn resolve(case: &Case, book: &CaseBook, request: &Request) -> Result<Vec<Resolved>, TraceError> {
    let mut names: Vec<GivenClaim> = request.claims.clone();
    let mut made: Vec<(usize, Made)> = Vec::new();
    for (number, from) in request.from.iter().enumerate() {
        let what = from.what.trim();
        if what.starts_with("f-") {
            made.push((number, Made::Finding(entries_of(case, what)?)));
            continue;
        }
        let places = book.places_called(case, what)?;
        if !places.is_empty() {
            made.push((number, Made::Account(places)));
            continue;
        }
        // A transfer, an entry, or what is none of all.
        names.push(GivenClaim {
            entry: what.to_owned(),
            amount: None,
            currency: None,
            kind: from.kind,
            label: label(from),
            given: format!("--from {what}"),
        });
    }
    let mut wanted: HashSet<String> = names.iter().map(|claim| claim.entry.clone()).collect();
    for (_, made) in &made {
        if let Made::Finding(entries) = made {
            wanted.extend(entries.iter().cloned());
        }
    }
    let mut found = find(case, &wanted)?;
    counted_elsewhere(case, &wanted, &mut found)?;
    let rows: HashSet<u32> = found.values().flatten().map(|(row, _)| *row).collect();
    let movements = book.movements_of(&rows);
    let mut resolved: Vec<Resolved> = Vec::new();
    resolved.extend(request.unread.iter().map(|line| Resolved {
        label: line.label.clone(),
        kind: line.kind,
        entry: String::new(),
        given: line.given.clone(),
        claim: Err(line.to_string()),
    }));
    for claim in &names {
        resolved.extend(single(book, &found, &movements, claim));
    }
    for (number, made) in &made {
        let from = &request.from[*number];
        let credits = match made {
            Made::Account(places) => credits(book, places, from.period),
            Made::Finding(entries) => came_into(book, entries, &found, &movements),
        };
        if credits.is_empty() {
            resolved.push(Resolved {
                label: label(from),
                kind: from.kind,
                entry: from.what.clone(),
                given: format!("--from {}", from.what),
                claim: Err(nothing(from, made)),
            });
        }
        resolved.extend(credits.into_iter().map(|movement| Resolved {
            label: label(from),
            kind: from.kind,
            entry: String::new(),
            given: format!("--from {}", from.what),
            claim: Ok(Claim {
                movement,
                amount: book.book.movements()[movement as usize].received,
                currency: None,
                kind: from.kind.engine(),
                label: label(from),
            }),
        }));
    }
    Ok(resolved)
}

/// An entry of a second copy of a statement is counted where the first copy has it: a claim on it is one on that.
fn counted_elsewhere(
    case: &Case,
    wanted: &HashSet<String>,
    found: &mut HashMap<String, Vec<(u32, As)>>,
) -> Result<(), TraceError> {
    let mut same: HashMap<String, String> = HashMap::new();
    each_row(
        case,
        Table::SameEntries,
        &["entry_id", "same_as", "kind"],
        |[id, other, kind]| {
            if kind != "likely_duplicate" && wanted.contains(id) && !found.contains_key(id) {
                same.insert(id.to_owned(), other.to_owned());
            }
        },
    )?;
    let others: HashSet<String> = same.values().cloned().collect();
    let counted = find(case, &others)?;
    for (id, other) in same {
        if let Some(rows) = counted.get(&other) {
            found.insert(id, rows.clone());
        }
    }
    Ok(())
}

enum Made {
    Account(Vec<u32>),
    Finding(Vec<String>),
}

fn label(from: &From) -> String {
    match from.label.is_empty() {
        true => from.what.clone(),
        false => from.label.clone(),
    }
}

fn nothing(from: &From, made: &Made) -> String {
    let period = from.period.map_or(String::new(), |(first, last)| {
        format!(" from {} to {}", Date(first), Date(last))
    });
    match made {
        Made::Account(_) => format!(
            "account ‘{}’ has no credit{period} in these records that could be claimed",
            from.what
        ),
        Made::Finding(entries) if entries.is_empty() => format!(
            "there is no finding ‘{}’ in this case; `geldspoor detect` lists them",
            from.what
        ),
        Made::Finding(_) => format!(
            "no entry of finding ‘{}’ brings money to an account with statements",
            from.what
        ),
    }
}

/// One claim that a person gave. An entry that books several payments is claimed whole, as one claim a payment.
fn single(
    book: &CaseBook,
    found: &HashMap<String, Vec<(u32, As)>>,
    movements: &HashMap<u32, Vec<u32>>,
    given: &GivenClaim,
) -> Vec<Resolved> {
    let resolved = |claim: Result<Claim, String>| Resolved {
        label: given.label.clone(),
        kind: given.kind,
        entry: given.entry.clone(),
        given: given.given.clone(),
        claim,
    };
    let refused = |reason: String| vec![resolved(Err(format!("claim ‘{}’ {reason}", given.label)))];
    let Some(rows) = found.get(&given.entry) else {
        return refused(format!(
            "names ‘{}’, which is no entry, transfer, account or finding of this case; `geldspoor sql -c \"SELECT entry_id, \
             booking_date, amount FROM entries\"` lists entries",
            given.entry
        ));
    };
    // A credit comes to a recorded account; a debit whose other side is recorded too is the same transfer.
    let mut on: Vec<u32> = Vec::new();
    for (row, _) in rows {
        let of_row = movements.get(row).map_or(&[][..], Vec::as_slice);
        on.extend(of_row.iter().filter(|movement| {
            let payee = book.book.movements()[**movement as usize].payee;
            payee != OUTSIDE && book.book.recorded(payee)
        }));
    }
    on.sort_unstable();
    on.dedup();
    if on.is_empty() {
        let is_traced = rows.iter().any(|(row, _)| movements.contains_key(row));
        return refused(
            match (is_traced, rows.iter().all(|(_, as_what)| *as_what == As::Debit)) {
                (false, _) => format!(
                    "names ‘{}’, which has no day or no amount in the records; request the entry anew",
                    given.entry
                ),
                (true, true) => format!(
                    "names ‘{}’, a debit to an account without statements in the records; request them, or claim the credit by \
                 which the money came before",
                    given.entry
                ),
                (true, false) => format!(
                    "names ‘{}’, which brings money to an account without statements in the records; request them",
                    given.entry
                ),
            },
        );
    }
    let received = |movement: &u32| book.book.movements()[*movement as usize].received;
    let whole: i64 = on.iter().map(received).sum();
    let code = |movement: u32| book.currency(book.book.movements()[movement as usize].payee);
    let amounts: Vec<i64> = match (given.amount, on.as_slice()) {
        (None, _) => on.iter().map(received).collect(),
        (Some(amount), [_]) => vec![amount],
        (Some(amount), _) if amount == whole => on.iter().map(received).collect(),
        (Some(amount), several) => {
            let own = code(several[0]);
            return refused(format!(
                "is for {} of ‘{}’, which books {} payments of {} together; name the payments that it means, `geldspoor show \
                 {}` lists them",
                money_text(amount, own),
                given.entry,
                several.len(),
                money_text(whole, own),
                given.entry
            ));
        }
    };
    let one = |(movement, amount): (&u32, i64)| {
        let own = code(*movement);
        match &given.currency {
            Some(other) if other != own => Err(format!(
                "claim ‘{}’ is in {other}, but ‘{}’ is booked in {own}; give the amount in {own}, and with what rate",
                given.label, given.entry
            )),
            _ if amount > received(movement) => Err(format!(
                "claim ‘{}’ is for {}, but ‘{}’ brought {}; lower the amount",
                given.label,
                money_text(amount, own),
                given.entry,
                money_text(received(movement), own),
            )),
            _ => Ok(Claim {
                movement: *movement,
                amount,
                currency: None,
                kind: given.kind.engine(),
                label: given.label.clone(),
            }),
        }
    };
    on.iter().zip(amounts).map(one).map(resolved).collect()
}

/// The credits of an account in a period. What takes an earlier payment back, or is interest of the bank, brings no money
/// of others; what comes from another of the same places is the account's own.
fn credits(book: &CaseBook, places: &[u32], period: Option<(i32, i32)>) -> Vec<u32> {
    let inside = |at: i64| {
        period.is_none_or(|(first, last)| at >= Date(first).midnight() && at < Date(last + 1).midnight())
    };
    let is_one = |place: u32| places.contains(&place);
    let movements = book.book.movements();
    let reversed: HashSet<u32> = movements
        .iter()
        .filter_map(|movement| match movement.kind {
            Kind::Reversal(earlier) => Some(earlier),
            _ => None,
        })
        .collect();
    (0_u32..)
        .zip(movements)
        .filter(|(number, movement)| {
            is_one(movement.payee)
                && !is_one(movement.payer)
                && movement.received > 0
                && inside(movement.at)
                && !matches!(movement.kind, Kind::Reversal(_) | Kind::Interest)
                && !reversed.contains(number)
                && book.rows[*number as usize] != super::rows::NO_ROW
        })
        .map(|(number, _)| number)
        .collect()
}

/// Of the movements of a finding those by which money came into it: whose payer is none of the accounts that its
/// movements pay. Where all go round, the first.
fn came_into(
    book: &CaseBook,
    entries: &[String],
    found: &HashMap<String, Vec<(u32, As)>>,
    movements: &HashMap<u32, Vec<u32>>,
) -> Vec<u32> {
    let all = entries.iter().filter_map(|entry| found.get(entry)).flatten();
    let mut own: Vec<u32> = all
        .filter_map(|(row, _)| movements.get(row))
        .flatten()
        .copied()
        .filter(|movement| {
            let movement = &book.book.movements()[*movement as usize];
            movement.payee != OUTSIDE && book.book.recorded(movement.payee) && movement.received > 0
        })
        .collect();
    own.sort_unstable();
    own.dedup();
    let paid: HashSet<u32> = own
        .iter()
        .map(|movement| book.book.movements()[*movement as usize].payee)
        .collect();
    let from_outside: Vec<u32> = own
        .iter()
        .copied()
        .filter(|movement| !paid.contains(&book.book.movements()[*movement as usize].payer))
        .collect();
    match from_outside.is_empty() {
        true => own.into_iter().take(1).collect(),
        false => from_outside,
    }
}

fn entries_of(case: &Case, finding: &str) -> Result<Vec<String>, TraceError> {
    let mut entries = BTreeSet::new();
    each_row(
        case,
        Table::FindingEntries,
        &["finding_id", "entry_id"],
        |[id, entry]| {
            if id == finding {
                entries.insert(entry.to_owned());
            }
        },
    )?;
    Ok(entries.into_iter().collect())
}
