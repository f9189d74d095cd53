//! That nothing of what was claimed is lost: beside each table the sum of all its ends.

use serde::Serialize;

use super::super::figures::{Figure, money};
use super::super::rows::{Row, rows};
use super::super::{Query, ReportError, queries};
use super::table::Head;
use super::words::Words;

/// That what was claimed is the sum of all its ends.
#[derive(Serialize)]
pub(super) struct Proof {
    /// Nothing where it would tell what lies on an account of a possible victim.
    claimed: Option<Figure>,
    cells: Vec<Sum>,
}

#[derive(Default, Serialize)]
struct Sum {
    ends: Option<Figure>,
    agrees: bool,
    /// What interest and gains add, or losses take.
    grown: Option<Figure>,
    falls_short: bool,
    words: String,
}

/// Grounds, and what proves each.
pub(super) fn proofs(
    query: &dyn Query,
    methods: &[Head],
    words: &Words<'_>,
) -> Result<Vec<(i64, Proof)>, ReportError> {
    let found = rows(
        query,
        queries::TRACED_SUMS,
        &["ground", "currency", "method", "claimed", "ends", "grown"],
    )?;
    let say = |english| words.own.say(english, &[]);
    let all: Vec<Row<'_>> = found.iter().collect();
    let key = |row: &Row<'_>| (row.integer("ground"), row.text_or_empty("currency").to_owned());
    let mut made = Vec::new();
    for own in all.chunk_by(|a, b| key(a) == key(b)) {
        let Some(first) = own.first() else { continue };
        let (number, currency) = key(first);
        let sum = first.money("claimed").unwrap_or(0);
        let withheld = words.withheld.holds_ground(number);
        let cells = methods.iter().map(|head| {
            let row = own.iter().find(|row| row.text_or_empty("method") == head.id);
            let known = crate::trace::method(head.id);
            let ends = row.and_then(|row| row.money("ends")).unwrap_or(0);
            let grown = row.and_then(|row| row.money("grown")).unwrap_or(0);
            let key = format!("{number} {currency} {}", head.id);
            match known {
                Some(known) if !known.follows() => Sum {
                    words: say("see the balances below"),
                    ..Sum::default()
                },
                Some(known) if !known.conserves() => Sum {
                    words: say("no sum"),
                    ..Sum::default()
                },
                _ if row.is_none() => Sum {
                    words: say("no sum: a fault of ours, please report it"),
                    ..Sum::default()
                },
                _ if withheld => Sum {
                    words: say("withheld"),
                    ..Sum::default()
                },
                _ => Sum {
                    ends: Some(money("trace.ends", key.clone(), ends, &currency)),
                    agrees: ends == sum,
                    grown: (grown != 0).then(|| money("trace.grown", key, grown.abs(), &currency)),
                    falls_short: grown < 0,
                    words: String::new(),
                },
            }
        });
        let proof = Proof {
            claimed: (!withheld)
                .then(|| money("trace.claimed", format!("{number} {currency}"), sum, &currency)),
            cells: cells.collect(),
        };
        made.push((number, proof));
    }
    Ok(made)
}
