//! Tracing through the transfers of a case that `simulate` makes: all funds at once, and from chosen claims under every
//! method, with and without the steps that explain.
//!
//! `cargo bench --bench trace` times them with criterion. `GELDSPOOR_BENCH_ROWS` sets the number of transfers (100,000
//! where not set); `GELDSPOOR_BENCH_BOOK=FILE` takes those of a file in the authors' format instead.
//!
//! `cargo bench --bench trace -- figures [RUNS [NAME]...]` prints the processor seconds of one core and the peak memory of
//! each piece of work, the least of RUNS, or of those with these names alone. Over many transfers some take more memory
//! than there is: `benches/peers/trace.py` runs each by itself under a limit, the authors' program beside it.
//! `cargo bench --bench trace -- write FILE` writes the transfers for both.

#[path = "tools/book.rs"]
mod book;
#[path = "tools/took.rs"]
mod took;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group};
use geldspoor::trace::{Book, Claim, METHODS, Method, Outcome, Receipt, Rules, TraceInput, all_funds};
use took::{Took, arguments, on_threads, timed};

/// How many claims of one account are laid beside its first.
const SAME: usize = 100;

/// From how many claims every method traces.
const CLAIMS: [usize; 3] = [1, 100, 1_000];

fn transfers() -> Book {
    if let Some(file) = std::env::var_os("GELDSPOOR_BENCH_BOOK") {
        return book::read(Path::new(&file));
    }
    let rows = std::env::var("GELDSPOOR_BENCH_ROWS").ok();
    book::simulated(rows.map_or(100_000, |rows| rows.parse().expect("a number of rows")))
}

fn traced(book: &Book, claims: &[Claim], method: &dyn Method, explain: bool) -> Outcome {
    let rules = Rules {
        explain,
        ..Rules::default()
    };
    // What the claims reach is found anew each time: it is part of the work.
    let input = TraceInput::new(book, claims, &rules);
    assert!(input.refused().is_empty(), "claims that can be traced");
    method.trace(&input)
}

fn trace(criterion: &mut Criterion) {
    let book = transfers();
    let mut group = criterion.benchmark_group("trace");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(book.movements().len() as u64));
    for (name, receipt) in [("fifo", Receipt::First), ("lifo", Receipt::Last)] {
        group.bench_function(format!("all funds, {name}"), |bencher| {
            bencher.iter(|| black_box(all_funds(&book, receipt).expect("one currency")))
        });
    }
    for count in CLAIMS {
        let claims = book::spread(&book, count);
        for method in METHODS {
            for (explain, steps) in [(false, ""), (true, ", explained")] {
                let name = format!("{} from {count} claims{steps}", method.name());
                group.bench_function(name, |bencher| {
                    bencher.iter(|| black_box(traced(&book, &claims, method, explain)))
                });
            }
        }
    }
    group.finish();
}

/// Runs several times and tells the least that it took, with what the work returned.
fn best<T>(runs: usize, work: impl Fn() -> T) -> (T, Took) {
    let (mut result, mut least) = timed(&work);
    for _ in 1..runs {
        // What is there already is no part of the next run's peak.
        drop(result);
        let (again, took) = timed(&work);
        result = again;
        least = Took {
            wall: least.wall.min(took.wall),
            cpu: least.cpu.min(took.cpu),
            peak: least.peak.min(took.peak),
        };
    }
    (result, least)
}

/// One line a piece of work, as `benches/peers/trace.py` reads it.
struct Figures<'a> {
    book: &'a Book,
    runs: usize,
    names: &'a [String],
}

impl Figures<'_> {
    /// Measures the work if it is asked for and prints a line with what it found.
    fn line<T>(&self, name: &str, work: impl Fn() -> T, found: impl Fn(&T) -> String) -> Option<f64> {
        if !self.names.is_empty() && self.names.iter().all(|asked| asked != name) {
            return None;
        }
        let (result, took) = best(self.runs, work);
        let bytes = (took.peak << 20) / self.book.movements().len() as u64;
        println!(
            "RESULT geldspoor {name}: {took} peak {} MB, {bytes} bytes a transfer; {}",
            took.peak,
            found(&result)
        );
        Some(took.cpu)
    }

    fn claims(&self, name: &str, claims: &[Claim], method: &dyn Method, explain: bool) -> Option<f64> {
        let steps = if explain { ", explained" } else { "" };
        self.line(
            &format!("{} {name}{steps}", method.name()),
            || traced(self.book, claims, method, explain),
            |outcome| format!("{} lots {} steps", outcome.lots.len(), outcome.steps.len()),
        )
    }

    fn print(&self) {
        for (name, receipt) in [("fifo", Receipt::First), ("lifo", Receipt::Last)] {
            self.line(
                &format!("{name} over all funds"),
                || all_funds(self.book, receipt).expect("one currency"),
                |funds| format!("{} moves {} hundredths born", funds.moves, funds.born / 100),
            );
        }
        for method in METHODS {
            for count in CLAIMS {
                let claims = book::spread(self.book, count);
                for explain in [false, true] {
                    self.claims(&format!("from {count} claims"), &claims, method, explain);
                }
            }
        }
        let same = book::of_one_account(self.book, SAME);
        for method in METHODS {
            let one = self.claims("from 1 on one account", &same[..1], method, false);
            let all = self.claims(&format!("from {SAME} on one account"), &same, method, false);
            if let (Some(one), Some(all)) = (one, all) {
                println!(
                    "RATIO {}: {} claims on one account take {:.1} times the processor seconds of the first alone",
                    method.name(),
                    same.len(),
                    all / one.max(0.01)
                );
            }
        }
    }
}

fn figures(rest: &[String]) {
    let (runs, names) = match rest {
        [runs, names @ ..] => (runs.parse().expect("a number of runs"), names),
        [] => (3, rest),
    };
    let (book, took) = timed(transfers);
    println!(
        "RESULT geldspoor book N={} M={} made in {took}",
        book.accounts().len(),
        book.movements().len()
    );
    let figures = Figures {
        book: &book,
        runs,
        names,
    };
    on_threads("1", || figures.print());
}

criterion_group!(benches, trace);

fn main() {
    let arguments = arguments();
    match arguments.as_slice() {
        [word, rest @ ..] if word == "figures" => figures(rest),
        [word, path] if word == "write" => {
            book::write(&transfers(), Path::new(path)).expect("a file that can be written")
        }
        _ => {
            benches();
            Criterion::default().configure_from_args().final_summary();
        }
    }
}
