//! Temporal cycles of a text graph (`payer payee seconds` a line), to lay beside other programs that read the same file.
//!
//! `cargo bench --bench cycles -- GRAPH.edges.txt SECONDS HOPS THREADS [count|bundle]`. Without arguments it does nothing,
//! so that `cargo bench` runs through. `benches/peers/cycles.py` runs it and its peers in turn.

use std::time::Instant;

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Budget, Conservation, CycleCounts, Pattern, Run, TemporalCycles, TimeOrder};

/// Numbers of a line each: payer, payee, seconds.
fn columns(text: &[u8]) -> (Vec<u32>, Vec<u32>, Vec<i64>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    let words = text
        .split(|byte| !byte.is_ascii_digit())
        .filter(|word| !word.is_empty());
    let mut numbers = words.map(|word| {
        word.iter()
            .fold(0_u32, |n, digit| 10 * n + u32::from(digit - b'0'))
    });
    while let (Some(payer), Some(payee), Some(at)) = (numbers.next(), numbers.next(), numbers.next()) {
        columns.0.push(payer);
        columns.1.push(payee);
        columns.2.push(i64::from(at) * 1_000_000);
    }
    columns
}

/// Seconds of processor time that this process took, all threads (Linux; zero elsewhere).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| -> f64 {
        let word = after_name.split_ascii_whitespace().nth(place);
        word.and_then(|word| word.parse().ok()).unwrap_or_default()
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, String) {
    let (begun, before) = (Instant::now(), processor());
    let result = work();
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), processor() - before);
    (result, format!("{wall:.3}s (cpu {cpu:.3})"))
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let [path, seconds, hops, threads, rest @ ..] = arguments.as_slice() else {
        println!("cycles: give GRAPH.edges.txt SECONDS HOPS THREADS [count|bundle] to run");
        return;
    };
    let number = |word: &str| word.parse::<u32>().expect("a whole number");
    let text = std::fs::read(path).expect("a file that can be read");
    let (payer, payee, at) = columns(&text);
    let accounts = payer
        .iter()
        .chain(&payee)
        .max()
        .map_or(0, |most| *most as usize + 1);
    let amount = vec![1; at.len()];
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(number(threads) as usize)
        .build()
        .expect("threads");
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
    let build = || TemporalGraph::build(accounts, &payer, &payee, &at, &amount).expect("good columns");
    let (graph, built) = timed(|| pool.install(build));
    let head = format!("RESULT geldspoor N={accounts} M={} build {built}", at.len());
    if rest.first().is_some_and(|word| word == "bundle") {
        let (found, took) = timed(|| pool.install(|| pattern.search(&graph, &run).expect("good")));
        let total: u64 = found.bundles.iter().map(|bundle| bundle.instances).sum();
        println!(
            "{head} enum {took} total {total} in {} bundles",
            found.bundles.len()
        );
        return;
    }
    let (counts, took) = timed(|| pool.install(|| pattern.count(&graph, &run).expect("good")));
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
        "{head} enum {took} steps {steps} total {total} | {}",
        by_hops.join(" ")
    );
}
