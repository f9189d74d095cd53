//! Intake: rows of a listing to the tables of a case, hashing and Parquet included; and what reading statements costs
//! on one thread, from files to columns in memory.
//!
//! `cargo bench --bench intake` makes its own file with `simulate`. `GELDSPOOR_BENCH_ROWS` sets its size (100,000 where
//! not set). The comparison with DuckDB on whole files is `benches/peers/intake.py`.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geldspoor::case::{Actor, Case, Settings};
use geldspoor::intake::encoding::find;
use geldspoor::intake::formats::camt::Camt;
use geldspoor::intake::formats::mt940::Mt940;
use geldspoor::intake::{Delivery, Format, IntakeError, Output, Rows, Silent, SourceFile, collect};
use geldspoor::simulate::{Plan, Scenario, StatementFormat};
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

/// Takes what a format reads and lets it go.
struct Sink;

impl Output for Sink {
    fn segment(&self, _number: u32, rows: Rows) -> Result<(), IntakeError> {
        black_box(rows.finish()?);
        Ok(())
    }
}

/// What statements cost on one thread, as delivered: a file of some 40 KB for each account, 123 of them. MT940 also in
/// one large file, so that the cost of a file and the cost of a byte can be told apart.
fn statements(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("statements");
    group.sample_size(10);
    for (word, format) in [
        ("camt.053.001.02", &Camt as &dyn Format),
        ("camt.053.001.08", &Camt),
        ("mt940-nl", &Mt940),
        ("mt940-de", &Mt940),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let plan = Plan {
            write_as: StatementFormat::from_word(word),
            statement_households: u32::MAX,
            ..Plan::new(7, 40_000, Scenario::Mixed)
        };
        geldspoor::simulate::run(&plan, &folder.path().join("made"), &|_| {}).expect("a case to read");
        let files: Vec<(PathBuf, String)> = collect(&[folder.path().join("made/delivery")])
            .expect("files")
            .into_iter()
            .filter(|(_, name)| !name.ends_with(".csv"))
            .collect();
        let mut deliveries = vec![(word.to_owned(), files.clone())];
        if word.starts_with("mt940") {
            let large = folder.path().join("large.sta");
            let messages: Vec<u8> = files
                .iter()
                .flat_map(|(path, _)| std::fs::read(path).expect("a file"))
                .collect();
            std::fs::write(&large, messages.repeat(6)).expect("room");
            deliveries.push((
                format!("{word} in one file"),
                vec![(large, "large.sta".to_owned())],
            ));
        }
        for (title, files) in deliveries {
            let bytes: u64 = files
                .iter()
                .map(|(path, _)| std::fs::metadata(path).expect("a file").len())
                .sum();
            group.throughput(Throughput::Bytes(bytes));
            group.bench_function(title, |bencher| {
                bencher.iter(|| {
                    for (path, name) in &files {
                        let source = SourceFile {
                            source_id: "0123456789abcdef",
                            siblings: &[],
                            path,
                            name,
                            bytes: 0,
                            encoding: find(b"ASCII"),
                            progress: &|_| {},
                        };
                        format.read(&source, &Sink).expect("read");
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, intake, statements);
criterion_main!(benches);
