//! The patterns beside cycles and fans, each against a second, plain implementation that reads its definition word for
//! word, and against what has to hold for any input.

use std::collections::BTreeSet;

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Budget, Bundle, Found, HopTolerance, Limit, Pattern, Run, Share, TimeOrder};

mod budgets;
mod chain;
mod dense_flow;
mod deposits;
mod every;
mod flow_motif;
mod funnel;
mod gather_scatter;
mod groups;
mod largest_flow;
mod layers;
mod lives;
mod mirror;
mod pass_through;
mod planted;
mod scatter_gather;
mod since;
mod told_cycles;

/// Payer, payee, time, amount.
pub type Row = (u32, u32, i64, i64);

/// What two implementations have to agree on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// The account that a bundle tells of first.
    pub first: u32,
    /// All of them, sorted.
    pub accounts: Vec<u32>,
    /// Every transfer of every member, sorted.
    pub transfers: BTreeSet<u32>,
    pub instances: u64,
    pub carried: i128,
    pub needs_lenient: bool,
}

/// Numbers that look random, from a seed (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub fn order(&mut self) -> TimeOrder {
        match self.below(2) {
            0 => TimeOrder::Strict,
            _ => TimeOrder::Lenient,
        }
    }

    pub fn tolerance(&mut self) -> Option<HopTolerance> {
        let loss = Share::from_millionths(self.below(5) as u32 * 250_000).expect("at most the whole");
        let fee = self.below(2) as i64 * 30;
        (self.below(2) == 0).then_some(HopTolerance { loss, fee })
    }

    pub fn shuffled(&mut self, length: usize) -> Vec<u32> {
        let mut place: Vec<u32> = (0..length as u32).collect();
        for index in (1..place.len()).rev() {
            place.swap(index, self.below(index as u64 + 1) as usize);
        }
        place
    }
}

/// A graph small enough to try everything on, dense enough to hold shapes: equal times, parallel transfers,
/// self-transfers and amounts of zero all occur.
pub fn small(numbers: &mut Numbers) -> (usize, Vec<Row>) {
    let accounts = 4 + numbers.below(3);
    let span = 2 + numbers.below(14);
    let rows = (0..7 + numbers.below(13))
        .map(|_| {
            (
                numbers.below(accounts) as u32,
                numbers.below(accounts) as u32,
                numbers.below(span) as i64,
                numbers.below(5) as i64 * 25,
            )
        })
        .collect();
    (accounts as usize, rows)
}

pub fn graph(accounts: usize, rows: &[Row]) -> TemporalGraph {
    let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
    let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let amount: Vec<i64> = rows.iter().map(|row| row.3).collect();
    TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good columns")
}

pub fn shape(graph: &TemporalGraph, bundle: &Bundle) -> Shape {
    let mut accounts = bundle.accounts.clone();
    accounts.sort_unstable();
    Shape {
        first: bundle.accounts[0],
        accounts,
        transfers: bundle.transfers(graph).into_iter().collect(),
        instances: bundle.instances,
        carried: bundle.measures.carried,
        needs_lenient: bundle.measures.needs_lenient,
    }
}

/// What a pattern finds, after a look at what has to hold for any pattern: order, no repetition, true measures.
pub fn found(graph: &TemporalGraph, pattern: &dyn Pattern) -> Vec<Shape> {
    let found = pattern.search(graph, &Run::default()).expect("good parameters");
    assert_eq!(found.truncated, None);
    let key = |bundle: &Bundle| {
        (
            bundle.measures.first_at,
            bundle.representative.clone(),
            bundle.accounts.clone(),
        )
    };
    assert!(
        found.bundles.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])),
        "sorted, none twice: {found:?}"
    );
    for bundle in &found.bundles {
        let times: Vec<i64> = bundle
            .transfers(graph)
            .iter()
            .map(|transfer| graph.at(*transfer))
            .collect();
        assert_eq!(times.iter().min(), Some(&bundle.measures.first_at));
        assert_eq!(times.iter().max(), Some(&bundle.measures.last_at));
        assert_eq!(bundle.measures.hops as usize, bundle.representative.len());
        let total: i128 = bundle
            .representative
            .iter()
            .map(|row| i128::from(graph.amount(*row)))
            .sum();
        assert_eq!(bundle.measures.total, total);
        assert!(
            bundle
                .accounts
                .iter()
                .all(|account| (*account as usize) < graph.accounts())
        );
    }
    found.bundles.iter().map(|bundle| shape(graph, bundle)).collect()
}

/// Tries a pattern on many small graphs against its second implementation; the order of the rows has to change nothing.
/// Gives the number of instances seen.
pub fn agrees<P: Pattern + Copy + std::fmt::Debug + 'static>(
    seed: u64,
    graphs: usize,
    make: impl Fn(&mut Numbers) -> P + Send + Sync,
    plain: impl Fn(&[Row], usize, &P) -> BTreeSet<Shape> + Send + Sync,
) -> usize {
    tried(
        seed,
        graphs,
        |_, time| time,
        true,
        move |numbers: &mut Numbers| fixed(make(numbers)),
        plain,
    )
}

/// The same with the rows as they are: for patterns that break ties of time by the number.
pub fn agrees_unshuffled<P: Pattern + Copy + std::fmt::Debug + 'static>(
    seed: u64,
    graphs: usize,
    make: impl Fn(&mut Numbers) -> P + Send + Sync,
    plain: impl Fn(&[Row], usize, &P) -> BTreeSet<Shape> + Send + Sync,
) -> usize {
    tried(
        seed,
        graphs,
        |_, time| time,
        false,
        move |numbers: &mut Numbers| fixed(make(numbers)),
        plain,
    )
}

/// The same with times made from the number of the row and its time.
pub fn agrees_at<P: Pattern + Copy + std::fmt::Debug + 'static>(
    seed: u64,
    graphs: usize,
    times: impl Fn(usize, i64) -> i64 + Send + Sync,
    make: impl Fn(&mut Numbers) -> P + Send + Sync,
    plain: impl Fn(&[Row], usize, &P) -> BTreeSet<Shape> + Send + Sync,
) -> usize {
    tried(
        seed,
        graphs,
        times,
        true,
        move |numbers: &mut Numbers| fixed(make(numbers)),
        plain,
    )
}

/// The same for patterns that are told more of rows and accounts; what they are told is made from the rows.
pub fn agrees_told<P: Pattern + std::fmt::Debug>(
    seed: u64,
    graphs: usize,
    make: impl Fn(&mut Numbers) -> Maker<P> + Send + Sync,
    plain: impl Fn(&[Row], usize, &P) -> BTreeSet<Shape> + Send + Sync,
) -> usize {
    tried(seed, graphs, |_, time| time, true, make, plain)
}

/// Makes a pattern for rows and a number of accounts.
pub type Maker<P> = Box<dyn Fn(&[Row], usize) -> P>;

fn fixed<P: Copy + 'static>(pattern: P) -> Maker<P> {
    Box::new(move |_, _| pattern)
}

/// What a pattern is told of each row. It is never freed: there are few and they are small.
pub fn told<T>(rows: &[Row], of: impl Fn(&Row) -> T) -> Option<&'static [T]> {
    Some(rows.iter().map(of).collect::<Vec<T>>().leak())
}

fn tried<P: Pattern + std::fmt::Debug>(
    seed: u64,
    graphs: usize,
    times: impl Fn(usize, i64) -> i64 + Send + Sync,
    shuffle: bool,
    make: impl Fn(&mut Numbers) -> Maker<P> + Send + Sync,
    plain: impl Fn(&[Row], usize, &P) -> BTreeSet<Shape> + Send + Sync,
) -> usize {
    alone(move || {
        let mut numbers = Numbers(seed);
        let mut seen = 0;
        for round in 0..graphs {
            let (accounts, mut rows) = small(&mut numbers);
            (0..)
                .zip(&mut rows)
                .for_each(|(index, row)| row.2 = times(index, row.2));
            let maker = make(&mut numbers);
            let pattern = maker(&rows, accounts);
            let list = found(&graph(accounts, &rows), &pattern);
            let shapes: BTreeSet<Shape> = list.iter().cloned().collect();
            assert_eq!(shapes.len(), list.len());
            assert_eq!(
                shapes,
                plain(&rows, accounts, &pattern),
                "graph {round}: {rows:?} {pattern:?}"
            );
            seen += list.len();
            if shuffle && round % 4 == 0 {
                let place = numbers.shuffled(rows.len());
                let shuffled: Vec<Row> = place.iter().map(|old| rows[*old as usize]).collect();
                // Of several sequences the representative may change with the numbers of transfers of one time, and with
                // it what is carried.
                let plainly = |shape: Shape, number: &dyn Fn(u32) -> u32| Shape {
                    transfers: shape.transfers.iter().map(|row| number(*row)).collect(),
                    carried: if shape.instances == 1 { shape.carried } else { 0 },
                    ..shape
                };
                let mapped: BTreeSet<Shape> = found(&graph(accounts, &shuffled), &maker(&shuffled, accounts))
                    .into_iter()
                    .map(|shape| plainly(shape, &|row| place[row as usize]))
                    .collect();
                let shapes: BTreeSet<Shape> = shapes
                    .into_iter()
                    .map(|shape| plainly(shape, &|row| row))
                    .collect();
                assert_eq!(
                    mapped, shapes,
                    "rows in another order: {rows:?} {place:?} {pattern:?}"
                );
            }
        }
        seen
    })
}

/// Transfers among many accounts, with clusters, so that searches are neither empty nor all alike.
pub fn random(seed: u64, accounts: u64, rows: u64, span: i64) -> Vec<Row> {
    let mut numbers = Numbers(seed);
    (0..rows)
        .map(|_| {
            let payer = numbers.below(accounts);
            let near = (payer / 12 * 12 + numbers.below(12)).min(accounts - 1);
            let payee = if numbers.below(3) > 0 {
                near
            } else {
                numbers.below(accounts)
            };
            (
                payer as u32,
                payee as u32,
                numbers.below(span as u64) as i64,
                numbers.below(100) as i64 * 100,
            )
        })
        .collect()
}

/// A search on so many threads.
pub fn on_threads(pattern: &dyn Pattern, graph: &TemporalGraph, threads: usize, budget: Budget) -> Found {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a pool");
    let run = Run {
        budget,
        ..Run::default()
    };
    pool.install(|| pattern.search(graph, &run).expect("good"))
}

/// One, two and sixteen threads give the same, whole and cut by any budget.
pub fn same_on_any_threads(pattern: &dyn Pattern, accounts: usize, rows: &[Row]) {
    let graph = graph(accounts, rows);
    let search = |threads: usize, budget: Budget| on_threads(pattern, &graph, threads, budget);
    let whole = search(1, Budget::UNLIMITED);
    assert!(
        whole.truncated.is_none() && !whole.bundles.is_empty() && whole.steps > 0,
        "nothing to compare"
    );
    let most = whole.bundles.len() as u64;
    for budget in [
        Budget::UNLIMITED,
        Budget {
            max_instances: most / 2,
            ..Budget::UNLIMITED
        },
        Budget {
            max_steps: whole.steps / 2,
            ..Budget::UNLIMITED
        },
        Budget {
            max_steps: whole.steps - 1,
            ..Budget::UNLIMITED
        },
        Budget {
            max_steps: 1,
            max_instances: 0,
        },
    ] {
        let alone = search(1, budget);
        assert_eq!(search(2, budget), alone, "{budget:?}");
        assert_eq!(search(16, budget), alone, "{budget:?}");
        assert!(alone.steps <= budget.max_steps);
        let Some(truncated) = alone.truncated else {
            assert_eq!(alone, whole);
            continue;
        };
        assert!(budget != Budget::UNLIMITED);
        assert!(alone.bundles.len() as u64 <= budget.max_instances);
        assert!(alone.bundles.iter().all(|bundle| whole.bundles.contains(bundle)));
        let early = |bundles: &[Bundle]| -> Vec<Bundle> {
            bundles
                .iter()
                .filter(|bundle| bundle.measures.first_at < truncated.complete_before)
                .cloned()
                .collect()
        };
        assert_eq!(early(&alone.bundles), early(&whole.bundles));
        if budget.max_steps == u64::MAX {
            assert_eq!(truncated.by, Limit::Instances);
            // The earliest ones, and nothing is promised from the first one on that lacks.
            let (told, lacks) = whole.bundles.split_at(budget.max_instances as usize);
            assert_eq!(alone.bundles, told);
            assert_eq!(truncated.complete_before, lacks[0].measures.first_at);
        } else if budget.max_steps > 1 && most > 50 {
            assert!(
                !alone.bundles.is_empty(),
                "{budget:?}: a cut keeps what was found"
            );
        }
    }
}

/// The parameters are refused, and the message names the parameter and its value.
pub fn refused(pattern: &dyn Pattern, words: &str) {
    let error = pattern
        .search(&graph(2, &[(0, 1, 0, 1)]), &Run::default())
        .expect_err(words)
        .to_string();
    // Lengths of time stand between quotes, as they are written.
    assert!(
        error.starts_with(pattern.name()) && error.replace('\'', "").contains(words),
        "{error}"
    );
}

/// Whether a row can carry on another, read from the definition.
pub fn follows(
    before: &Row,
    after: &Row,
    window: i64,
    order: TimeOrder,
    conserve: Option<HopTolerance>,
) -> bool {
    let in_order = match order {
        TimeOrder::Strict => before.2 < after.2,
        TimeOrder::Lenient => before.2 <= after.2,
    };
    in_order && after.2 - before.2 <= window && carries(i128::from(before.3), i128::from(after.3), conserve)
}

/// Whether an amount carries on another.
pub fn carries(before: i128, after: i128, conserve: Option<HopTolerance>) -> bool {
    conserve.is_none_or(|tolerance| {
        let (loss, fee) = (i128::from(tolerance.loss.millionths()), i128::from(tolerance.fee));
        before > 0
            && after > 0
            && after <= before + fee
            && 1_000_000 * (after + fee) >= before * (1_000_000 - loss)
    })
}

/// The rows with time running backwards.
pub fn backwards(rows: &[Row]) -> Vec<Row> {
    rows.iter().map(|row| (row.0, row.1, -row.2, row.3)).collect()
}

pub fn amount(rows: &[Row], transfers: impl IntoIterator<Item = u32>) -> i128 {
    transfers
        .into_iter()
        .map(|transfer| i128::from(rows[transfer as usize].3))
        .sum()
}

/// `src dst seconds`, as the generator beside the published figures writes it.
pub fn published(name: &str) -> Option<(usize, Vec<Row>)> {
    let Some(folder) = std::env::var_os("GELDSPOOR_PEERS_DATA") else {
        println!("GELDSPOOR_PEERS_DATA is not set: the counts of public engines are not compared");
        return None;
    };
    let path = std::path::PathBuf::from(folder).join(format!("{name}.edges.txt"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "{} is missing: the counts of public engines are not compared on it",
            path.display()
        );
        return None;
    };
    let row = |line: &str| -> Row {
        let mut words = line
            .split_ascii_whitespace()
            .map(|word| word.parse::<u32>().expect("a number"));
        let mut word = || words.next().expect("three numbers");
        (word(), word(), i64::from(word()) * 1_000_000, 1)
    };
    let rows: Vec<Row> = text.lines().map(row).collect();
    let accounts = rows
        .iter()
        .map(|row| row.0.max(row.1) as usize + 1)
        .max()
        .unwrap_or(0);
    Some((accounts, rows))
}

/// Rows of an account that are none to itself, in the order of time.
pub fn own(rows: &[Row], keep: impl Fn(u32, &Row) -> bool) -> Vec<u32> {
    let mut list: Vec<u32> = (0_u32..)
        .zip(rows)
        .filter(|(index, row)| row.0 != row.1 && keep(*index, row))
        .map(|(index, _)| index)
        .collect();
    list.sort_by_key(|index| (rows[*index as usize].2, *index));
    list
}

/// A shape of one set of transfers.
pub fn set(rows: &[Row], first: u32, transfers: &[u32], carried: i128) -> Shape {
    let accounts: BTreeSet<u32> = transfers
        .iter()
        .flat_map(|index| [rows[*index as usize].0, rows[*index as usize].1])
        .chain([first])
        .collect();
    Shape {
        first,
        accounts: accounts.into_iter().collect(),
        transfers: transfers.iter().copied().collect(),
        instances: 1,
        carried,
        needs_lenient: false,
    }
}

/// Runs inside a pool of one thread: graphs this small are searched faster than a thread is woken.
pub fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a pool");
    pool.install(work)
}
