//! Building the temporal graph and searching it for every pattern, over a seeded random graph of a million transfers:
//! 150,000 accounts, 30 days, activity skewed so that some accounts are hubs, a third of the payments inside small
//! circles. What records tell beside payments (loans, places, accounts abroad) is made up from the numbers.

#[path = "tools/facts.rs"]
mod facts;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use facts::Facts;
use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{
    Budget, Conservation, Pattern, Run, Search, SearchKind, TemporalCycles, TimeOrder,
};

const TRANSFERS: usize = 1_000_000;
const ACCOUNTS: u64 = 150_000;
const CIRCLE: u64 = 50;
const DAY: i64 = 86_400_000_000;

#[derive(Default)]
struct Columns {
    payer: Vec<u32>,
    payee: Vec<u32>,
    at: Vec<i64>,
    amount: Vec<i64>,
}

impl Columns {
    fn graph(&self) -> TemporalGraph {
        TemporalGraph::build(
            ACCOUNTS as usize,
            &self.payer,
            &self.payee,
            &self.at,
            &self.amount,
        )
        .expect("columns of equal length")
    }
}

fn columns() -> Columns {
    let mut state = 2026_u64;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut columns = Columns::default();
    for row in 0..TRANSFERS {
        // The smaller of two draws, twice: low numbers are busy, the busiest has some thousand transfers.
        let mut busy = || below(ACCOUNTS).min(below(ACCOUNTS)) * below(ACCOUNTS) / ACCOUNTS;
        let (payer, far) = (busy(), busy());
        let near = (payer / CIRCLE * CIRCLE + below(CIRCLE)).min(ACCOUNTS - 1);
        let payee = if below(3) == 0 { near } else { far };
        columns.payer.push(payer as u32);
        columns.payee.push(payee as u32);
        columns.at.push(row as i64 * (30 * DAY / TRANSFERS as i64));
        // Up to 20,000, so that some lie just below a threshold and some can be passed on.
        columns.amount.push(below(200_000_000) as i64);
    }
    columns
}

/// The defaults, with lengths of time that 30 days can hold.
fn search(kind: SearchKind) -> Search {
    let mut search = Search::new(kind);
    let shorter: &[(&str, &str)] = match kind {
        SearchKind::DormantReactivation => &[("silence", "7 days")],
        SearchKind::BurstAndClose => &[("quiet", "5 days")],
        SearchKind::UTurn | SearchKind::CircularLoans => &[("time_window", "7 days")],
        _ => &[],
    };
    for (name, value) in shorter {
        search.set(name, value).expect("an argument of the pattern");
    }
    search
}

fn patterns(criterion: &mut Criterion) {
    let columns = columns();
    let graph = columns.graph();
    let run = Run {
        budget: Budget::UNLIMITED,
        ..Run::default()
    };
    let cycles = TemporalCycles {
        window: DAY,
        max_hops: 8,
        order: TimeOrder::Strict,
        conservation: Conservation::default(),
    };
    let mut group = criterion.benchmark_group("patterns");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(TRANSFERS as u64));
    group.bench_function("build", |bencher| bencher.iter(|| black_box(columns.graph())));
    group.bench_function("count cycles, 1 day", |bencher| {
        bencher.iter(|| black_box(cycles.count(&graph, &run).expect("good parameters")))
    });
    group.bench_function("bundle cycles, 1 day", |bencher| {
        bencher.iter(|| black_box(cycles.search(&graph, &run).expect("good parameters")))
    });
    let facts = Facts::of(ACCOUNTS as usize, TRANSFERS);
    let others = SearchKind::ALL
        .into_iter()
        .filter(|kind| *kind != SearchKind::TemporalCycles);
    for kind in others {
        let search = search(kind);
        group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| black_box(search.run(&graph, &facts.told()).expect("good parameters")))
        });
    }
    group.finish();
}

criterion_group!(benches, patterns);
criterion_main!(benches);
