//! Intake: rows of a listing to the tables of a case, hashing and Parquet included.
//!
//! `cargo bench --bench intake` makes its own file with `simulate`. `GELDSPOOR_BENCH_ROWS` sets its size (100,000 where
//! not set). The comparison with DuckDB on whole files is `benches/peers/intake.py`.

use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geldspoor::case::{Actor, Case, Settings};
use geldspoor::intake::{Delivery, Silent};
use geldspoor::simulate::{Plan, Scenario};
use geldspoor::steps;

fn intake(criterion: &mut Criterion) {
    let rows = std::env::var("GELDSPOOR_BENCH_ROWS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plan = Plan {
        formats: Vec::new(),
        ..Plan::new(7, rows, Scenario::Mixed)
    };
    geldspoor::simulate::run(&plan, &folder.path().join("made"), &|_| {}).expect("a case to read");
    let files: Vec<(PathBuf, String)> = vec![(
        folder.path().join("made/delivery/transactions.csv"),
        "transactions.csv".to_owned(),
    )];
    let bytes = std::fs::metadata(&files[0].0).expect("the listing").len();

    let mut group = criterion.benchmark_group("intake");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes));
    let mut run = 0;
    group.bench_function(format!("listing of {rows} rows"), |bencher| {
        bencher.iter(|| {
            run += 1;
            let root = folder.path().join(format!("case-{run}"));
            let mut case = Case::create(&root, &Settings::new("bench")).expect("a case");
            let actor = Actor {
                user: "bench".into(),
                purpose: String::new(),
                command: "intake".into(),
            };
            let taken =
                steps::take_in(&mut case, actor, &files, &Delivery::default(), &Silent).expect("taken in");
            std::fs::remove_dir_all(&root).expect("removed");
            taken
        });
    });
    group.finish();
}

criterion_group!(benches, intake);
criterion_main!(benches);
