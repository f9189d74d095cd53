//! Places down, methods across: where claimed money went, what proves that nothing of it is lost, what to request next.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::figures::{Figure, count, money};
use super::super::language::Words as Own;
use super::super::page::Context;
use super::super::rows::{Row, Rows, rows};
use super::super::text::Piece;
use super::super::{Query, ReportError, queries};
use super::proofs::{Proof, proofs};
use super::words::{Words, ground, method, name, plain, protected, verify};
use crate::trace::METHODS;

/// Places listed of one ground, and accounts to request.
const LISTED: i64 = 25;

/// A method as the head of a column.
#[derive(Clone, Serialize)]
pub(super) struct Head {
    pub id: &'static str,
    pub title: String,
}

/// Where money of one ground is.
#[derive(Serialize)]
pub(super) struct Table {
    claim: String,
    kind: String,
    lines: Vec<Line>,
    proofs: Vec<Proof>,
}

#[derive(Serialize)]
struct Line {
    what: Vec<Piece>,
    guard: Option<String>,
    cells: Vec<Option<Cell>>,
    most: Option<Figure>,
    /// Whether the most by flow is left out.
    most_withheld: bool,
    /// How many places stand in this line.
    several: Option<Figure>,
}

#[derive(Default, Serialize)]
struct Cell {
    /// Nothing where it would tell what lies on an account of a possible victim.
    amount: Option<Figure>,
    /// The least and the most, where they differ.
    range: Option<(Figure, Figure)>,
    outer: bool,
}

/// Accounts whose statements would tell more.
#[derive(Serialize)]
pub(super) struct Requests {
    lines: Vec<Line>,
    left_out: Option<Figure>,
}

/// The tables of a trace.
pub(super) struct Tables {
    pub methods: Vec<Head>,
    pub tables: Vec<Table>,
    pub requests: Option<Requests>,
    /// Whether any amount has a least and a most, and whether any of these may not be reached.
    pub is_ranged: bool,
    pub is_outer: bool,
}

/// Amounts of one place or of several, by method.
#[derive(Default)]
struct Amounts {
    amount: i128,
    low: i128,
    /// Nothing where no most is known.
    high: Option<i128>,
    claimed: Option<i128>,
    outer: bool,
    places: usize,
}

/// A place, with what each method leaves there.
struct Place<'a> {
    row: Row<'a>,
    amounts: BTreeMap<&'a str, Amounts>,
}

impl Place<'_> {
    fn is_guarded(&self) -> bool {
        self.row.truth("guarded")
    }
}

/// Reads the places of a trace; nothing where there is none.
pub(super) fn tables(
    query: &dyn Query,
    context: &Context<'_>,
    words: &mut Words<'_>,
) -> Result<Option<Tables>, ReportError> {
    let wanted = [
        "ground",
        "place",
        "place_apart",
        "guarded",
        "method",
        "amount",
        "low",
        "high",
        "claimed",
    ];
    let found = rows(query, queries::TRACED_PLACES, &wanted)?;
    if found.len() == 0 {
        return Ok(None);
    }
    let places = places(&found);
    let methods = methods(&found, words.own);
    let claimed = proofs(query, &methods, words)?;
    let reveals = context.names.reveals();
    let mut tables = Vec::new();
    for own in places.chunk_by(|a, b| a.row.integer("ground") == b.row.integer("ground")) {
        let number = own.first().map_or(0, |place| place.row.integer("ground"));
        let kind = own.first().map_or("", |place| place.row.text_or_empty("kind"));
        tables.push((
            number,
            Table {
                claim: words.claim(number),
                kind: ground(kind, words.own),
                lines: lines(number, own, &methods, reveals, words),
                proofs: Vec::new(),
            },
        ));
    }
    // A ground may be claimed in two currencies.
    for (number, proof) in claimed {
        if let Some((_, table)) = tables.iter_mut().find(|(own, _)| *own == number) {
            table.proofs.push(proof);
        }
    }
    let tables: Vec<Table> = tables.into_iter().map(|(_, table)| table).collect();
    let cells = || {
        let lines = tables.iter().flat_map(|table| &table.lines);
        lines.flat_map(|line| line.cells.iter().flatten())
    };
    let is_ranged = cells().any(|cell| cell.range.is_some());
    let is_outer = cells().any(|cell| cell.range.is_some() && cell.outer);
    Ok(Some(Tables {
        requests: requests(&places, &methods, reveals, words),
        is_ranged,
        is_outer,
        methods,
        tables,
    }))
}

/// The methods that were used: those that add up, then what is distributed at the end, then exposure.
fn methods(found: &Rows, own: Own) -> Vec<Head> {
    let mut used: Vec<&dyn crate::trace::Method> = METHODS
        .into_iter()
        .filter(|known| {
            found
                .iter()
                .any(|row| row.text_or_empty("method") == known.name())
        })
        .map(|known| known as &dyn crate::trace::Method)
        .collect();
    used.sort_by_key(|known| (!known.conserves() && known.follows(), !known.follows()));
    used.into_iter()
        .map(|known| Head {
            id: known.name(),
            title: method(known.name(), own),
        })
        .collect()
}

fn places(found: &Rows) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for row in found.iter() {
        let key = |row: &Row<'_>| (row.integer("ground"), row.integer("place"));
        if places.last().is_none_or(|last| key(&last.row) != key(&row)) {
            places.push(Place {
                row,
                amounts: BTreeMap::new(),
            });
        }
        let Some(place) = places.last_mut() else { continue };
        let amount = |name: &str| row.money(name).unwrap_or(0);
        place.amounts.insert(
            row.text_or_empty("method"),
            Amounts {
                amount: amount("amount"),
                low: amount("low"),
                high: row.money("high"),
                claimed: row.money("claimed"),
                outer: row.text_or_empty("bound") == "outer",
                places: 1,
            },
        );
    }
    places
}

fn lines(
    number: i64,
    own: &[Place<'_>],
    methods: &[Head],
    reveals: bool,
    words: &mut Words<'_>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let position = |place: &Place<'_>| match reveals {
        true => place.row.integer("place"),
        false => place.row.integer("place_apart"),
    };
    // The number among all places would tell where those of possible victims stand.
    let own_key = |place: &Place<'_>| match reveals {
        true => format!("{number} {}", position(place)),
        false => format!("{number} apart {}", position(place)),
    };
    let is_withheld = |head: &Head| words.withheld.holds(number, head.id);
    let withheld: Vec<bool> = methods.iter().map(is_withheld).collect();
    let most_withheld = words.withheld.holds_ground(number);
    let is_apart = |place: &&Place<'_>| reveals || !place.is_guarded();
    for place in own
        .iter()
        .filter(is_apart)
        .filter(|place| position(place) <= LISTED)
    {
        let row = place.row;
        let currency = row.text_or_empty("currency");
        let cells = methods.iter().zip(&withheld).map(|(head, withheld)| {
            if *withheld {
                return Some(Cell::default());
            }
            let amounts = place.amounts.get(head.id)?;
            cell(amounts, &format!("{} {}", own_key(place), head.id), currency)
        });
        lines.push(Line {
            cells: cells.collect(),
            what: words.place(
                row.text_or_empty("ends"),
                row.text_or_empty("account_id"),
                row.text_or_empty("asset"),
                row.text_or_empty("told"),
            ),
            guard: (reveals && place.is_guarded()).then(|| verify(words.own)),
            most: row
                .money("most_by_flow")
                .filter(|_| !most_withheld)
                .map(|most| money("trace.flow_at_most", own_key(place), most, currency)),
            most_withheld,
            several: None,
        });
    }
    if !reveals && own.iter().any(Place::is_guarded) {
        // Where there is anything it is withheld.
        let cells = withheld.iter().map(|withheld| withheld.then(Cell::default));
        lines.push(Line {
            cells: cells.collect(),
            what: vec![plain(protected(words.own))],
            guard: None,
            most: None,
            most_withheld,
            several: None,
        });
    }
    let rest: Vec<&Place<'_>> = own
        .iter()
        .filter(is_apart)
        .filter(|place| position(place) > LISTED)
        .collect();
    let which = if reveals { "rest" } else { "rest-apart" };
    lines.extend(together(number, which, &rest, methods, &withheld, words.own));
    lines
}

/// Places in one line, a line a currency.
fn together(
    number: i64,
    which: &str,
    places: &[&Place<'_>],
    methods: &[Head],
    withheld: &[bool],
    own: Own,
) -> Vec<Line> {
    let mut sums: BTreeMap<&str, (usize, BTreeMap<&str, Amounts>)> = BTreeMap::new();
    for place in places {
        let (all, of) = sums.entry(place.row.text_or_empty("currency")).or_default();
        *all += 1;
        for (method, one) in &place.amounts {
            let sum = of.entry(method).or_insert_with(|| Amounts {
                high: Some(0),
                ..Amounts::default()
            });
            sum.amount += one.amount;
            sum.low += one.low;
            sum.high = sum.high.zip(one.high).map(|(sum, high)| sum + high);
            sum.claimed = sum.claimed.max(one.claimed);
            sum.outer |= one.outer;
            sum.places += 1;
        }
    }
    let line = |(currency, (all, of)): (&str, (usize, BTreeMap<&str, Amounts>))| {
        let cells = methods.iter().zip(withheld).map(|(head, withheld)| {
            if *withheld {
                return Some(Cell::default());
            }
            let sum = of.get(head.id)?;
            // Exposure counts money more than once, so that of several places it may pass what was claimed.
            let most = sum.claimed.filter(|_| head.id != "exposure");
            let sum = Amounts {
                high: sum
                    .high
                    .map(|high| most.map_or(high, |most| high.min(most.max(sum.amount)))),
                // What each may have need not be there at once.
                outer: sum.outer || sum.places > 1,
                ..*sum
            };
            cell(
                &sum,
                &format!("{number} {which} {currency} {}", head.id),
                currency,
            )
        });
        Line {
            cells: cells.collect(),
            what: vec![plain(own.plural("a further place", "further places", all as u64))],
            guard: None,
            most: None,
            most_withheld: false,
            several: Some(count(
                "trace.places_together",
                format!("{number} {which} {currency}"),
                all as i64,
            )),
        }
    };
    sums.into_iter().map(line).collect()
}

fn cell(amounts: &Amounts, key: &str, currency: &str) -> Option<Cell> {
    if amounts.amount == 0 && amounts.high == Some(0) {
        return None;
    }
    // The currency stands above it.
    let plain_number = |name: &'static str, value| {
        let figure = money(name, key, value, currency);
        Figure {
            shown: figure.shown.trim_end_matches(currency).trim_end().to_owned(),
            ..figure
        }
    };
    // Where no most is known there is no interval to tell; a note says why.
    let range = amounts
        .high
        .filter(|high| amounts.low != amounts.amount || *high != amounts.amount);
    Some(Cell {
        amount: Some(money("trace.amount", key, amounts.amount, currency)),
        range: range.map(|high| {
            (
                plain_number("trace.low", amounts.low),
                plain_number("trace.high", high),
            )
        }),
        outer: amounts.outer,
    })
}

/// Whether an account is a possible victim's, what each method loses there, and of which methods that is withheld.
type Asked<'a> = (bool, BTreeMap<&'a str, i128>, BTreeSet<&'a str>);

/// Accounts at the edge of the records, the most money first.
fn requests(places: &[Place<'_>], methods: &[Head], reveals: bool, words: &Words<'_>) -> Option<Requests> {
    // Accounts of possible victims are one where names must not be seen.
    let mut sums: BTreeMap<(&str, &str), Asked<'_>> = BTreeMap::new();
    for place in places
        .iter()
        .filter(|place| place.row.text_or_empty("ends") == "out of records")
    {
        let account = match reveals || !place.is_guarded() {
            true => place.row.text_or_empty("account_id"),
            false => "protected",
        };
        let (guarded, of, withheld) = sums
            .entry((account, place.row.text_or_empty("currency")))
            .or_default();
        *guarded |= place.is_guarded();
        for (method, one) in &place.amounts {
            *of.entry(method).or_default() += one.amount;
            if words.withheld.holds(place.row.integer("ground"), method) {
                withheld.insert(method);
            }
        }
    }
    let largest = |of: &BTreeMap<&str, i128>| {
        let own = of
            .iter()
            .filter(|(name, _)| crate::trace::method(name).is_some_and(|known| known.conserves()));
        own.map(|(_, amount)| *amount).max()
    };
    let mut sorted: Vec<_> = sums.into_iter().collect();
    sorted.sort_by(|a, b| (largest(&b.1.1), &a.0).cmp(&(largest(&a.1.1), &b.0)));
    let left_out = (sorted.len() as i64 - LISTED).max(0);
    let line = |((account, currency), (guarded, of, withheld)): ((&str, &str), Asked<'_>)| {
        let cells = methods.iter().map(|head| {
            if withheld.contains(head.id) {
                return Some(Cell::default());
            }
            let amount = of.get(head.id).copied().filter(|amount| *amount > 0)?;
            Some(Cell {
                amount: Some(money(
                    "trace.request",
                    format!("{account} {currency} {}", head.id),
                    amount,
                    currency,
                )),
                ..Cell::default()
            })
        });
        Line {
            cells: cells.collect(),
            what: match account {
                "protected" => vec![plain(protected(words.own))],
                _ => vec![name(words.account(account))],
            },
            guard: (reveals && guarded).then(|| verify(words.own)),
            most: None,
            most_withheld: false,
            several: None,
        }
    };
    let which = if reveals { "all" } else { "apart" };
    (!sorted.is_empty()).then(|| Requests {
        lines: sorted.into_iter().take(LISTED as usize).map(line).collect(),
        left_out: (left_out > 0).then(|| count("trace.requests_left_out", which, left_out)),
    })
}
