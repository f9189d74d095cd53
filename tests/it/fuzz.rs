//! Damage by the thousand: whatever bytes a file holds, a reader neither panics nor hangs nor grows, and what it counts
//! stays consistent. Seeds are simulated files, the public corpus where it is there, and the made-up files of the other
//! tests. Runs a moment in the suite; `GELDSPOOR_FUZZ_SECONDS=600 cargo test --test it fuzz -- --nocapture` runs each
//! format so long, and `GELDSPOOR_FUZZ_ONLY=mt940` that one alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use geldspoor::case::Table;
use geldspoor::intake::encoding::find;
use geldspoor::intake::{Format, formats};
use geldspoor::simulate::{Plan, Scenario, StatementFormat, run};

use crate::collect::{read_encoded, shared};

/// Seconds a format runs in the ordinary suite.
const A_MOMENT: f64 = 0.3;
/// Longest time for one input of a few kilobytes, with room for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most memory of the process, in bytes.
const MEMORY: u64 = 1 << 30;
/// Longest seed: damage in a short file reaches more of its reader.
const LONGEST: usize = 16 * 1024;

/// Files that a reader knows, damaged at random.
struct Target {
    format: Box<dyn Format>,
    name: String,
    /// Name and bytes: some mappings know their files by both.
    seeds: Vec<(String, Vec<u8>)>,
}

#[test]
fn damage_never_breaks_a_reader() {
    let seconds =
        std::env::var("GELDSPOOR_FUZZ_SECONDS").map_or(A_MOMENT, |text| text.parse().expect("seconds"));
    let only = std::env::var("GELDSPOOR_FUZZ_ONLY").ok();
    let targets = targets();
    assert!(targets.len() >= 7, "{} targets", targets.len());
    for target in targets
        .iter()
        .filter(|t| only.as_ref().is_none_or(|only| t.name.contains(only)))
    {
        let (inputs, accepted, rejected) = attack(target, Duration::from_secs_f64(seconds));
        println!(
            "{}: {} seeds, {inputs} damaged inputs, {accepted} records accepted, {rejected} rejected, {} MB",
            target.name,
            target.seeds.len(),
            resident() >> 20
        );
        assert!(accepted + rejected > 0, "{}: nothing was ever read", target.name);
    }
}

/// Runs damaged inputs for so long.
fn attack(target: &Target, time: Duration) -> (u64, u64, u64) {
    let begin = Instant::now();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut inputs, mut accepted, mut rejected) = (0u64, 0, 0);
    while begin.elapsed() < time || inputs < 20 || inputs < target.seeds.len() as u64 {
        // Each seed once as it is.
        let (name, input) = match target.seeds.get(inputs as usize) {
            Some(seed) => seed.clone(),
            None => damaged(&target.seeds, &mut random),
        };
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| {
            read_encoded(target.format.as_ref(), &input, &name, find(&input))
        }));
        let took = start.elapsed();
        let Ok(got) = result else {
            panic!("{}: a panic on {}", target.name, kept(&input));
        };
        let ids = got.text(Table::Entries, "entry_id");
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(
            different.len(),
            ids.len(),
            "{}: an id twice, on {}",
            target.name,
            kept(&input)
        );
        for (start, end) in got.places(Table::Entries) {
            assert!(
                start < end && end <= input.len(),
                "{}: an entry at {start}..{end} of {}, on {}",
                target.name,
                input.len(),
                kept(&input)
            );
        }
        assert_eq!(
            got.text(Table::Rejects, "reason").len() as u64,
            got.rejected,
            "{}: rejects are counted and kept, on {}",
            target.name,
            kept(&input)
        );
        assert!(took < PATIENCE, "{}: {took:?} for {}", target.name, kept(&input));
        assert!(
            resident() < MEMORY,
            "{}: {} MB, on {}",
            target.name,
            resident() >> 20,
            kept(&input)
        );
        inputs += 1;
        accepted += got.accepted;
        rejected += got.rejected;
    }
    (inputs, accepted, rejected)
}

/// A seed with a few random changes.
fn damaged(seeds: &[(String, Vec<u8>)], random: &mut Random) -> (String, Vec<u8>) {
    let (name, mut bytes) = seeds[random.below(seeds.len())].clone();
    for _ in 0..1 + random.below(6) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let length = (1 + random.below(64)).min(bytes.len() - at);
        match random.below(9) {
            0 => bytes[at] = random.next() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let copied = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copied);
            }
            4 => bytes.truncate(at),
            5 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            6 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at + length, token.iter().copied());
            }
            7 => {
                // A piece of another seed.
                let (_, other) = &seeds[random.below(seeds.len())];
                if !other.is_empty() {
                    let from = random.below(other.len());
                    let piece = other[from..(from + 200).min(other.len())].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
            _ => {
                // A digit becomes another, so that amounts and dates stay well formed.
                if bytes[at].is_ascii_digit() {
                    bytes[at] = b'0' + random.below(10) as u8;
                }
            }
        }
    }
    (name, bytes)
}

/// What readers look for, and what breaks them.
const TOKENS: &[&[u8]] = &[
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\t",
    b",",
    b";",
    b"\"",
    b"'",
    b"<",
    b">",
    b"</",
    b"/>",
    b"&",
    b"&amp;",
    b"&#x0;",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<?",
    b":",
    b":61:",
    b":86:",
    b"-}",
    b"{4:",
    b"?20",
    b"/",
    b"88,",
    b"99,",
    b"^",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC3",
    b"\xE2\x82\xAC",
    b"-",
    b"+",
    b"0",
    b"999999999999999999999",
    b"0000",
    b"99991231",
    b"20250231",
    b"1e9",
    b"{",
    b"\x1a",
    b"   ",
    b"EUR",
    b"XXX",
];

/// Every reader with its seeds.
fn targets() -> Vec<Target> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for word in [
        "camt.053.001.02",
        "camt.053.001.08",
        "mt940-nl",
        "mt940-de",
        "ing-nl",
        "rabobank",
        "geldspoor-entries",
    ] {
        let made = folder.path().join(word);
        let plan = Plan {
            write_as: StatementFormat::from_word(word),
            ..Plan::new(3, 1_000, Scenario::Mixed)
        };
        run(&plan, &made, &|_| ()).expect("the case is made");
        gather(&made.join("delivery"), &mut files);
    }
    if let Some(corpus) = shared("statements") {
        gather(&corpus, &mut files);
    }
    if let Some(corpus) = shared("nasty") {
        gather(&corpus, &mut files);
    }
    files.extend(
        MADE_UP
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())),
    );
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    for (name, bytes) in files {
        let head = &bytes[..bytes.len().min(1 << 16)];
        let Ok(chosen) = formats::choose(head, &name, find(&bytes), None, "") else {
            continue;
        };
        let key = chosen.describe();
        let mut short = bytes;
        short.truncate(LONGEST);
        targets
            .entry(key.clone())
            .or_insert_with(|| Target {
                format: chosen.format,
                name: key,
                seeds: Vec::new(),
            })
            .seeds
            .push((name, short));
    }
    targets.into_values().collect()
}

/// Files of formats that neither simulated cases nor the public corpus have: the texts of their own tests.
const MADE_UP: &[(&str, &str)] = &[];

fn gather(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(&path, files);
        } else {
            let name = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            files.push((name, fs::read(&path).expect("a file")));
        }
    }
}

/// Keeps the input and names its place, so that it can become a test.
fn kept(input: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("geldspoor-fuzz-{}", std::process::id()));
    fs::write(&path, input).expect("room");
    path.display().to_string()
}

/// Bytes of memory in use; nothing where the system does not tell.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages
        .split(' ')
        .nth(1)
        .and_then(|n| n.parse::<u64>().ok())
        .unwrap_or(0)
        * 4_096
}

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}
