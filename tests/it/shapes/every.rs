//! What has to hold for every kind of search alike, on small graphs of chance of which everything is told.

use std::collections::BTreeSet;

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Bundle, FunnelAccount, Search, SearchKind, Told};

use super::{Numbers, Row, graph, small};

mod backwards;
mod ends;
mod lost;
mod odd;
mod permuted;
mod threads;
mod wider;

/// Transfers, and everything that a pattern can be told of them and of their accounts.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub accounts: usize,
    pub rows: Vec<Row>,
    pub deposits: Vec<bool>,
    pub quiet: Vec<bool>,
    pub loans: Vec<bool>,
    pub places: Vec<u32>,
    pub currencies: Vec<u32>,
    pub values: Vec<i64>,
    pub parties: Vec<u32>,
    pub foreign: Vec<bool>,
    pub closed: Vec<bool>,
    pub seen: Vec<bool>,
    pub opened: Vec<Option<i64>>,
    pub attributes: Vec<(u32, u32)>,
    pub sources: Vec<u32>,
    pub sinks: Vec<u32>,
}

impl World {
    /// Tells something of given transfers: most of it is chance.
    pub fn of(accounts: usize, rows: Vec<Row>, numbers: &mut Numbers) -> World {
        fn list<T>(count: usize, mut of: impl FnMut(u32) -> T) -> Vec<T> {
            (0..count as u32).map(&mut of).collect()
        }
        let count = rows.len();
        let place = |numbers: &mut Numbers| match numbers.below(8) {
            0 => FunnelAccount::NOWHERE,
            place => place as u32 % 3,
        };
        World {
            accounts,
            deposits: list(count, |_| numbers.below(6) > 0),
            quiet: list(count, |_| numbers.below(6) == 0),
            loans: list(count, |_| numbers.below(6) > 0),
            places: list(count, |_| place(numbers)),
            currencies: list(count, |_| numbers.below(2) as u32),
            values: rows.iter().map(|row| row.3).collect(),
            parties: list(accounts, |account| match numbers.below(5) {
                0 => account / 2,
                _ => account + 100,
            }),
            foreign: list(accounts, |_| numbers.below(3) == 0),
            closed: list(accounts, |_| numbers.below(4) == 0),
            seen: list(accounts, |_| numbers.below(6) > 0),
            opened: list(accounts, |_| {
                (numbers.below(4) > 0).then(|| numbers.below(9) as i64)
            }),
            attributes: list(2, |mark| (numbers.below(accounts as u64) as u32, mark % 2)),
            sources: vec![0],
            sinks: vec![accounts as u32 - 1],
            rows,
        }
    }

    /// A small graph; equal times, parallel transfers, transfers to oneself and amounts of zero all occur.
    pub fn small(numbers: &mut Numbers) -> World {
        let (accounts, rows) = small(numbers);
        World::of(accounts, rows, numbers)
    }

    /// Two accounts pay two others, and these two more; most pairs do, and some other transfers are there too.
    pub fn layered(numbers: &mut Numbers) -> World {
        let mut rows: Vec<Row> = Vec::new();
        for depth in 0..2_u32 {
            for pair in 0..4 {
                if numbers.below(8) > 0 {
                    let at = i64::from(depth) * 3 + numbers.below(6) as i64;
                    let (payer, payee) = (2 * depth + pair % 2, 2 * depth + 2 + pair / 2);
                    rows.push((payer, payee, at, 25 + numbers.below(4) as i64 * 25));
                }
            }
        }
        rows.extend((0..numbers.below(5)).map(|_| {
            let mut side = || numbers.below(6) as u32;
            (side(), side(), i64::from(side()) * 2, 50)
        }));
        World::of(6, rows, numbers)
    }

    pub fn graph(&self) -> TemporalGraph {
        graph(self.accounts, &self.rows)
    }

    pub fn told(&self) -> Told<'_> {
        Told {
            deposits: Some(&self.deposits),
            quiet: Some(&self.quiet),
            loans: Some(&self.loans),
            places: Some(&self.places),
            currencies: Some(&self.currencies),
            values: Some(&self.values),
            parties: Some(&self.parties),
            foreign: Some(&self.foreign),
            closed: Some(&self.closed),
            seen: Some(&self.seen),
            opened: Some(&self.opened),
            attributes: &self.attributes,
            sources: &self.sources,
            sinks: &self.sinks,
        }
    }

    pub fn search(&self, search: &Search) -> Vec<Bundle> {
        let found = search.run(&self.graph(), &self.told()).expect("good");
        assert_eq!(found.truncated, None);
        found.bundles
    }

    /// The same transfers, each at another time.
    pub fn one_by_one(mut self, numbers: &mut Numbers) -> World {
        let times = numbers.shuffled(self.rows.len());
        self.rows
            .iter_mut()
            .zip(times)
            .for_each(|(row, time)| row.2 = i64::from(time));
        self
    }

    /// Some of the transfers, in another order maybe, with what is told of them.
    pub fn picked(&self, places: &[u32]) -> World {
        fn list<T: Copy>(all: &[T], places: &[u32]) -> Vec<T> {
            places.iter().map(|place| all[*place as usize]).collect()
        }
        World {
            rows: list(&self.rows, places),
            deposits: list(&self.deposits, places),
            quiet: list(&self.quiet, places),
            loans: list(&self.loans, places),
            places: list(&self.places, places),
            currencies: list(&self.currencies, places),
            values: list(&self.values, places),
            ..self.clone()
        }
    }
}

/// Sets a parameter where the kind has it.
pub fn set(search: &mut Search, name: &str, value: &str) {
    if search.kind().arguments().contains(&name) {
        search.set(name, value).expect(name);
    }
}

/// Loose parameters of chance, so that small graphs hold something.
pub fn any_search(kind: SearchKind, numbers: &mut Numbers) -> Search {
    let mut search = Search::new(kind);
    let mut chance = |name: &str, words: &[&str]| {
        let word = words[numbers.below(words.len() as u64) as usize];
        set(&mut search, name, word);
    };
    for length in ["time_window", "period", "max_life"] {
        let words: Vec<String> = (0..12).map(|length| format!("{length} microseconds")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        chance(length, &words);
    }
    for length in ["silence", "quiet", "max_apart"] {
        chance(
            length,
            &[
                "1 microsecond",
                "2 microseconds",
                "3 microseconds",
                "5 microseconds",
            ],
        );
    }
    for share in ["conserve", "min_returned"] {
        chance(share, &["none", "0", "0.25", "0.5", "1"]);
    }
    for share in ["tolerance", "min_share", "min_emptied"] {
        chance(share, &["0", "0.25", "0.5", "0.75", "1"]);
    }
    for few in [
        "min_events",
        "min_transfers",
        "min_pairs",
        "min_shared",
        "factor",
        "min_places",
    ] {
        chance(few, &["1", "2"]);
    }
    for some in [
        "min_deposits",
        "min_depositors",
        "min_counterparties",
        "min_middles",
        "min_accounts",
        "min_small",
    ] {
        chance(some, &["2", "2", "3"]);
    }
    chance("min_hops", &["2", "3"]);
    chance("max_hops", &["3", "4", "5", "20"]);
    chance("threshold", &["0.0100", "0.0075"]);
    chance("band", &["0.25", "0.5", "0.75"]);
    chance("bunching", &["0", "1"]);
    chance("deposits", &["all", "cash"]);
    chance("density", &["0.5", "0.7", "1"]);
    chance("small_share", &["0.5", "1"]);
    chance("min_amount", &["0.0050", "0.0100"]);
    chance("min_inflow", &["0", "0.0050"]);
    chance("middle_layers", &["1", "1", "1", "2"]);
    chance("lambda", &["0", "1", "4"]);
    chance("time_order", &["strict", "lenient"]);
    search
}

/// Each instance of each bundle with the account that the bundle begins with.
pub fn instances(bundles: &[Bundle]) -> Vec<(u32, BTreeSet<u32>)> {
    let own = |bundle: &Bundle| -> Vec<BTreeSet<u32>> {
        match bundle.members.is_empty() {
            true => vec![bundle.representative.iter().copied().collect()],
            false => bundle
                .members
                .iter()
                .map(|member| member.iter().copied().collect())
                .collect(),
        }
    };
    bundles
        .iter()
        .flat_map(|bundle| {
            own(bundle)
                .into_iter()
                .map(|instance| (bundle.accounts[0], instance))
        })
        .collect()
}
