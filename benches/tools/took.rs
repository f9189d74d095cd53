//! What a piece of work took, and what benches that are called with arguments share.

use std::fmt;
use std::time::Instant;

/// Seconds of the clock and of the processor (all threads; Linux, zero elsewhere), and the most memory in between.
pub struct Took {
    pub wall: f64,
    pub cpu: f64,
    /// Megabytes that the process held at its peak, what it held before included.
    pub peak: u64,
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}s (cpu {:.3})", self.wall, self.cpu)
    }
}

/// Does something and tells what it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Took) {
    // Five forgets the peak so far; where that is not allowed the peak is that of the whole process.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let (begun, before) = (Instant::now(), processor());
    let result = work();
    let took = Took {
        wall: begun.elapsed().as_secs_f64(),
        cpu: processor() - before,
        peak: peak(),
    };
    (result, took)
}

/// Runs everything inside a pool of so many threads.
pub fn on_threads<T: Send>(threads: &str, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.parse().expect("a number of threads"))
        .build()
        .expect("threads");
    pool.install(work)
}

/// The words after the bench's name, without what cargo adds.
pub fn arguments() -> Vec<String> {
    std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect()
}

/// Seconds of the processor that all threads have taken so far.
pub fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |place: usize| -> f64 {
        let word = after_name.split_ascii_whitespace().nth(place);
        word.and_then(|word| word.parse().ok()).unwrap_or_default()
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_ascii_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
