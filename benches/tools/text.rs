//! What the benches that read a graph from text share: the columns, and what a piece of work took.

use std::fmt;
use std::time::Instant;

/// Payers, payees and seconds: three numbers a line.
#[derive(Default)]
pub struct Columns {
    pub payer: Vec<u32>,
    pub payee: Vec<u32>,
    /// Microseconds.
    pub at: Vec<i64>,
}

/// Seconds of the clock and of the processor (all threads; Linux, zero elsewhere), and the most memory in between.
pub struct Took {
    wall: f64,
    cpu: f64,
    /// Megabytes that the process held at its peak, what it held before included.
    pub peak: u64,
}

impl Columns {
    /// The columns of a text.
    pub fn read(text: &[u8]) -> Columns {
        let mut columns = Columns::default();
        let words = text
            .split(|byte| !byte.is_ascii_digit())
            .filter(|word| !word.is_empty());
        let mut numbers = words.map(|word| {
            word.iter()
                .fold(0_u32, |n, digit| 10 * n + u32::from(digit - b'0'))
        });
        while let (Some(payer), Some(payee), Some(at)) = (numbers.next(), numbers.next(), numbers.next()) {
            columns.payer.push(payer);
            columns.payee.push(payee);
            columns.at.push(i64::from(at) * 1_000_000);
        }
        columns
    }

    /// One more than the largest account.
    pub fn accounts(&self) -> usize {
        let ends = self.payer.iter().chain(&self.payee);
        ends.max().map_or(0, |most| *most as usize + 1)
    }
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

fn processor() -> f64 {
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
