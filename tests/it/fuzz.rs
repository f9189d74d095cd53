//! Damage by the thousand: whatever bytes a file holds, a reader neither panics nor hangs nor grows, and what it counts
//! stays consistent. Every format has a target, and so has everything that holds other files. Seeds are simulated files,
//! the made-up files of the other tests, and the public corpus where it is there.
//!
//! Runs a moment in the suite; `GELDSPOOR_FUZZ_SECONDS=600 cargo test --test it fuzz -- --nocapture` runs each target so
//! long, `GELDSPOOR_FUZZ_ONLY=mt940` that one alone, `GELDSPOOR_FUZZ_SEED=7` with other damage. What is being read stands
//! in the folder that a failure names, also where the process dies of it.

mod damage;
pub mod seeds;
mod watch;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use geldspoor::case::Table;
use geldspoor::intake::encoding::find;
use geldspoor::intake::{Outcome, Sibling, formats};
use geldspoor::model::{hex, sha256};

use crate::collect::{Collected, collect};
use crate::delivery::{Place, fate, listing};
use damage::{Random, damaged};
use seeds::{Input, Package, Seed, Seeds, Target};
use watch::Watch;

/// Seconds a target runs in the ordinary suite.
const A_MOMENT: f64 = 0.3;
/// Longest time for one input of a few kilobytes, with room for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most memory of the process, in bytes, where a target has it for itself.
const MEMORY: u64 = 1 << 30;
/// One input of so many is read twice: the same bytes give the same rows.
const AGAIN: u64 = 16;

/// What holds other files, or is rendered before it is read. They are no formats of `formats`, and told by their bytes.
const CONTAINERS: [&str; 6] = ["xlsx", "ods", "xls", "parquet", "zip", "gzip"];

#[test]
fn damage_never_breaks_a_reader() {
    let seconds = std::env::var("GELDSPOOR_FUZZ_SECONDS")
        .ok()
        .map(|text| text.parse().expect("seconds"));
    let only = std::env::var("GELDSPOOR_FUZZ_ONLY").ok();
    let seed = std::env::var("GELDSPOOR_FUZZ_SEED").map_or(0, |text| text.parse().expect("a number"));
    let watch = Watch::new(seconds.is_some());
    let mut ran = 0;
    for target in seeds::targets() {
        if only.as_ref().is_some_and(|only| *only != target.name) {
            continue;
        }
        ran += 1;
        let time = Duration::from_secs_f64(seconds.unwrap_or(A_MOMENT));
        let (counts, peak) = attack(&target, time, Random::new(seed), &watch);
        println!(
            "{}: {} seeds, {} damaged inputs, {} records accepted, {} rejected, at most {} MB",
            target.name,
            target.seeds.len(),
            counts.inputs,
            counts.accepted,
            counts.rejected,
            peak >> 20
        );
        assert!(
            counts.accepted > 0 && counts.rejected + counts.refused > 0,
            "{}: {counts:?}: damage that is never noticed, or a seed that is never read",
            target.name
        );
    }
    assert!(ran > 0, "no target is named {only:?}");
    watch.finish();
}

#[test]
fn every_format_and_container_has_seeds() {
    let targets = seeds::targets();
    let names: BTreeSet<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    let known = formats::signed();
    let known: BTreeSet<&str> = known
        .iter()
        .map(|format| format.id())
        .chain(["csv"])
        .chain(CONTAINERS)
        .collect();
    assert_eq!(names, known, "targets on the left, what is read on the right");
    for target in &targets {
        assert!(target.seeds.len() > 0, "{} has no seed", target.name);
    }
}

#[derive(Debug, Default)]
struct Counts {
    inputs: u64,
    accepted: u64,
    rejected: u64,
    /// Files that were refused as a whole, with the reason.
    refused: u64,
}

/// Runs damaged inputs for so long.
fn attack(target: &Target, time: Duration, mut random: Random, watch: &Watch) -> (Counts, u64) {
    let begin = Instant::now();
    watch.begin();
    let mut counts = Counts::default();
    while begin.elapsed() < time || counts.inputs < 20 || counts.inputs < target.seeds.len() as u64 {
        // Each seed once as it is.
        let whole = usize::try_from(counts.inputs)
            .ok()
            .filter(|at| *at < target.seeds.len());
        let next = match &target.seeds {
            Seeds::Formats(seeds) => next_seed(seeds, whole, &mut random),
            Seeds::Containers(packages) => next_package(packages, whole, &mut random),
        };
        let place = watch.reads(&next.files);
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| match next.format {
            Some(format) => read(&next, format, counts.inputs.is_multiple_of(AGAIN), &mut counts),
            None => take_in(&next, &mut counts),
        }));
        let mut took = start.elapsed();
        if took >= PATIENCE && result.is_ok() {
            // The machine may have been asleep: once more.
            let start = Instant::now();
            match next.format {
                Some(format) => read(&next, format, false, &mut counts),
                None => take_in(&next, &mut counts),
            }
            took = start.elapsed();
        }
        assert!(
            result.is_ok(),
            "{}: what stands above, on input {} in {place}",
            target.name,
            counts.inputs
        );
        assert!(took < PATIENCE, "{}: {took:?} for {place}", target.name);
        let memory = watch.peak();
        assert!(
            memory < MEMORY,
            "{}: {} MB, on {place}",
            target.name,
            memory >> 20
        );
        counts.inputs += 1;
    }
    (counts, watch.peak())
}

/// A seed of a format, whole or damaged, or one of its files beside it.
fn next_seed<'s>(seeds: &'s [Seed], whole: Option<usize>, random: &mut Random) -> Input<'s> {
    let at = whole.unwrap_or_else(|| random.below(seeds.len()));
    let seed = &seeds[at];
    let mut files = seed.files.clone();
    if whole.is_none() {
        let which = if random.below(2) == 0 {
            0
        } else {
            random.below(files.len())
        };
        let other = &seeds[random.below(seeds.len())].files[0].1;
        damaged(&mut files[which].1, other, random);
    }
    Input {
        files,
        format: Some(seed.format.as_ref()),
    }
}

/// A container, whole or damaged: its own bytes, or what is packed in it.
fn next_package<'s>(packages: &'s [Package], whole: Option<usize>, random: &mut Random) -> Input<'s> {
    let at = whole.unwrap_or_else(|| random.below(packages.len()));
    let package = &packages[at];
    let other = &packages[random.below(packages.len())];
    let mut members = package.members.clone();
    let inside = random.below(2) == 0;
    if whole.is_none() && inside {
        let which = random.below(members.len());
        let other = &other.members[random.below(other.members.len())].1;
        damaged(&mut members[which].1, other, random);
    }
    let mut bytes = (package.pack)(&members);
    if whole.is_none() && !inside {
        let other = (other.pack)(&other.members);
        damaged(&mut bytes, &other, random);
    }
    Input {
        files: vec![(package.name.clone(), bytes)],
        format: None,
    }
}

/// Reads the first file with a format, the others beside it.
fn read(input: &Input<'_>, format: &dyn geldspoor::intake::Format, again: bool, counts: &mut Counts) {
    let folder = tempfile::tempdir().expect("a folder");
    let siblings: Vec<Sibling> = match input.files.as_slice() {
        [_] => Vec::new(),
        files => files
            .iter()
            .map(|(name, bytes)| {
                let path = folder.path().join(name);
                std::fs::write(&path, bytes).expect("written");
                Sibling {
                    name: name.clone(),
                    source_id: hex(&sha256(bytes)),
                    path,
                    bytes: bytes.len() as u64,
                    encoding: find(bytes),
                }
            })
            .collect(),
    };
    let (name, bytes) = &input.files[0];
    let got = collect(format, bytes, name, find(bytes), &siblings);
    check(&got, input);
    if again {
        let other = collect(format, bytes, name, find(bytes), &siblings);
        assert!(
            got.fingerprint() == other.fingerprint(),
            "the same bytes gave other rows"
        );
    }
    counts.accepted += got.accepted;
    counts.rejected += got.rejected;
    counts.refused += u64::from(got.error.is_some());
}

fn check(got: &Collected, input: &Input<'_>) {
    let length = input.files[0].1.len();
    let longest = input
        .files
        .iter()
        .map(|(_, bytes)| bytes.len())
        .max()
        .unwrap_or(0);
    for (table, column) in [
        (Table::Entries, "entry_id"),
        (Table::EntryDetails, "detail_id"),
        (Table::PaymentOrders, "order_id"),
    ] {
        let ids = got.text(table, column);
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "{table:?}: an id twice");
    }
    let entries: BTreeSet<String> = got.text(Table::Entries, "entry_id").into_iter().collect();
    for id in got.text(Table::EntryDetails, "entry_id") {
        assert!(entries.contains(&id), "a payment inside of no entry: {id}");
    }
    for table in [Table::Entries, Table::PaymentOrders, Table::Rates] {
        for (start, end) in got.places(table) {
            assert!(
                start < end && end <= length,
                "{table:?} at {start}..{end} of {length}"
            );
        }
    }
    for table in [Table::Rejects, Table::StatementsRead] {
        for (start, end) in got.places(table) {
            assert!(
                start <= end && end <= length,
                "{table:?} at {start}..{end} of {length}"
            );
        }
    }
    // Payments inside may cite a file beside.
    for (start, end) in got.places(Table::EntryDetails) {
        assert!(
            start < end && end <= longest,
            "a payment inside at {start}..{end} of {longest}"
        );
    }
    assert!(
        got.text(Table::Rejects, "reason")
            .iter()
            .all(|reason| !reason.is_empty()),
        "a reject without a reason"
    );
    assert_eq!(
        got.text(Table::Rejects, "reason").len() as u64,
        got.rejected,
        "rejects are counted and kept"
    );
}

/// Takes the file in as a delivery, beside a good one that must not suffer.
fn take_in(input: &Input<'_>, counts: &mut Counts) {
    let (name, bytes) = &input.files[0];
    let mut place = Place::new();
    place.put(name, bytes);
    place.put("good.csv", &listing(4_711));
    let taken = place.take_in();
    let kept = std::fs::read(place.case.source_path(&hex(&sha256(bytes)))).expect("the file as received");
    assert!(kept == *bytes, "the file as received is kept");
    assert_eq!(fate(&taken, "good.csv").0, "read", "the good file beside it");
    let (mut accepted, mut rejected, mut entries) = (0, 0, 0);
    for one in &taken {
        match &one.outcome {
            Outcome::Read {
                accepted: a,
                rejected: r,
                entries: e,
                ..
            } => {
                accepted += a;
                rejected += r;
                entries += e;
            }
            Outcome::Kept { reason } => {
                assert!(!reason.is_empty(), "{}: kept without a reason", one.name);
                counts.refused += 1;
            }
            Outcome::Opened { pieces, note, .. } => {
                assert!(
                    *pieces > 0 || !note.is_empty(),
                    "{}: empty, and nothing is said",
                    one.name
                );
                counts.refused += u64::from(!note.is_empty());
            }
            Outcome::Known { .. } => {}
        }
    }
    let manifest = place.case.manifest();
    assert_eq!(
        manifest.rows(Table::Rejects),
        rejected,
        "rejects are counted and kept"
    );
    assert_eq!(
        manifest.rows(Table::Entries),
        entries,
        "entries are counted and kept"
    );
    for one in &taken {
        assert!(manifest.has_source(&one.source_id), "{} is in no table", one.name);
    }
    // Less the good file's one record.
    counts.accepted += accepted - 1;
    counts.rejected += rejected;
}
