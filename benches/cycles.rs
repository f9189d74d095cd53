//! Temporal cycles of a text graph (`payer payee seconds` a line), to lay beside other programs that read the same file.
//!
//! `cargo bench --bench cycles -- GRAPH.edges.txt SECONDS HOPS THREADS [count|bundle]`. Without arguments it does nothing,
//! so that `cargo bench` runs through. `benches/peers/cycles.py` runs it and its peers in turn.

#[path = "tools/text.rs"]
mod text;
#[path = "tools/took.rs"]
mod took;

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Budget, Conservation, CycleCounts, Pattern, Run, TemporalCycles, TimeOrder};
use text::Columns;
use took::{arguments, on_threads, timed};

fn main() {
    let arguments = arguments();
    let [path, seconds, hops, threads, rest @ ..] = arguments.as_slice() else {
        println!("cycles: give GRAPH.edges.txt SECONDS HOPS THREADS [count|bundle] to run");
        return;
    };
    let number = |word: &str| word.parse::<u32>().expect("a whole number");
    let text = std::fs::read(path).expect("a file that can be read");
    let columns = Columns::read(&text);
    drop(text);
    on_threads(threads, || {
        let accounts = columns.accounts();
        let Columns { payer, payee, at } = columns;
        let amount = vec![1; at.len()];
        let pattern = TemporalCycles {
            window: i64::from(number(seconds)) * 1_000_000,
            max_hops: number(hops),
            order: TimeOrder::Strict,
            conservation: Conservation::default(),
        };
        let run = Run {
            budget: Budget::UNLIMITED,
            ..Run::default()
        };
        let (graph, built) =
            timed(|| TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good columns"));
        let head = format!("RESULT geldspoor N={accounts} M={} build {built}", at.len());
        if rest.first().is_some_and(|word| word == "bundle") {
            let (found, took) = timed(|| pattern.search(&graph, &run).expect("good"));
            let total: u64 = found.bundles.iter().map(|bundle| bundle.instances).sum();
            println!(
                "{head} enum {took} peak {} MB total {total} in {} bundles",
                took.peak,
                found.bundles.len()
            );
            return;
        }
        let (counts, took) = timed(|| pattern.count(&graph, &run).expect("good"));
        let CycleCounts {
            by_hops,
            total,
            steps,
            ..
        } = counts;
        let by_hops: Vec<String> = (0..)
            .zip(&by_hops)
            .filter(|(_, count)| **count > 0)
            .map(|(hops, count)| format!("{hops}:{count}"))
            .collect();
        println!(
            "{head} enum {took} peak {} MB steps {steps} total {total} | {}",
            took.peak,
            by_hops.join(" ")
        );
    });
}
