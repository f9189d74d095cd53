//! Building the temporal graph and searching it, over a seeded random graph of a million transfers: 150,000 accounts,
//! 30 days, activity skewed so that some accounts are hubs, a third of the payments inside small circles.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Budget, Conservation, FanIn, Pattern, Run, TemporalCycles, TimeOrder};

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
        columns.amount.push(below(10_000_000) as i64);
    }
    columns
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
    let fan = FanIn::default();
    group.bench_function("fan-in, 7 days", |bencher| {
        bencher.iter(|| black_box(fan.search(&graph, &run).expect("good parameters")))
    });
    group.finish();
}

criterion_group!(benches, patterns);
criterion_main!(benches);
