//! Who is who among many records with typing errors and gaps, of which the truth is known.
//!
//! `cargo bench --bench resolve` times 100,000 such records with criterion. `cargo bench --bench resolve -- figures` prints
//! processor seconds, peak memory, pairs compared, precision and recall of them, and of the records of a file where
//! `GELDSPOOR_BENCH_PERSONS=FILE` names one; `python3 benches/peers/er_records.py 1000000 FILE` writes the million
//! records on which Splink was measured. Precision and recall are counted over pairs: of the links that the evidence
//! alone makes, and of the final parties.

#[path = "tools/took.rs"]
mod took;

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group};
use geldspoor::parties::resolve::{
    Compare, Decisions, Field, Kind, Outcome, Records, RecordsBuilder, Resolved, Settings, resolve,
};
use took::{arguments, on_threads, timed};

/// Id, first name, surname, date of birth, city, phone, and who it is.
type Row = [String; 7];

fn build(rows: &[Row]) -> (Records, Vec<u32>) {
    let fields = [
        ("name", Compare::PersonName),
        ("born", Compare::Date),
        ("city", Compare::Text),
        ("phone", Compare::Contact),
    ];
    let mut builder = RecordsBuilder::new(fields.map(|(name, compare)| Field::new(name, compare)).to_vec());
    for [id, first, surname, born, city, phone, _] in rows {
        builder.record(id, Kind::Person);
        builder.value(0, &format!("{surname}, {first}").to_lowercase());
        builder.value(1, born);
        builder.value(2, &city.to_lowercase());
        builder.value(3, phone);
    }
    let persons: HashMap<&str, u32> = rows
        .iter()
        .map(|row| (row[0].as_str(), row[6].parse().expect("a number")))
        .collect();
    let records = builder.finish().expect("records");
    let truth = (0..records.len() as u32)
        .map(|record| persons[records.id(record)])
        .collect();
    (records, truth)
}

/// Records of persons, three of ten again of a person who is there, with errors and gaps.
fn made(count: u32) -> Vec<Row> {
    let mut state = 21_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    };
    let syllables: Vec<&str> = "ka ri mo ta lu no pe sha vin dor bel gra ni so chi wa zu mar ton fel"
        .split(' ')
        .collect();
    let words = |count: usize, next: &mut dyn FnMut(u64) -> u64| -> Vec<String> {
        (0..count)
            .map(|_| (0..2 + next(2)).map(|_| syllables[next(20) as usize]).collect())
            .collect()
    };
    let (first, family, city) = (
        words(800, &mut next),
        words(6_000, &mut next),
        words(400, &mut next),
    );
    // The square of an even number makes some names far more common than others.
    let skewed = |list: &[String], next: &mut dyn FnMut(u64) -> u64| {
        let at = next(1_000_000) as f64 / 1_000_000.0;
        list[(at * at * list.len() as f64) as usize].clone()
    };
    let persons = count * 7 / 10;
    let mut rows: Vec<Row> = Vec::new();
    for person in 0..persons {
        rows.push([
            String::new(),
            skewed(&first, &mut next),
            skewed(&family, &mut next),
            format!("{}-{:02}-{:02}", 1950 + next(55), 1 + next(12), 1 + next(28)),
            skewed(&city, &mut next),
            (100_000_000 + next(900_000_000)).to_string(),
            person.to_string(),
        ]);
    }
    for _ in persons..count {
        let mut row = rows[next(u64::from(persons)) as usize].clone();
        for (field, chance) in [(1, 20), (2, 20), (4, 10)] {
            if next(100) < chance {
                let place = next(row[field].len() as u64) as usize;
                let letter = char::from(b'a' + next(26) as u8).to_string();
                row[field].replace_range(place..place + 1, &letter);
            }
        }
        for (field, chance) in [(5, 15), (3, 10)] {
            if next(100) < chance {
                row[field].clear();
            }
        }
        rows.push(row);
    }
    for (number, row) in rows.iter_mut().enumerate() {
        row[0] = format!("r{number:08}");
    }
    rows
}

fn read(file: &std::ffi::OsStr) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(file).expect("a file");
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        std::array::from_fn(|column| row[column].to_owned())
    });
    rows.collect()
}

fn run(records: &Records) -> Resolved {
    resolve(records, &Settings::default(), &Decisions::default(), &|_| true).expect("resolved")
}

/// How many pairs groups of such sizes have.
fn pairs(sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.map(|size| size * (size - 1) / 2).sum()
}

/// How many pairs of one person hang together by a phone or a date of birth: what can be found without merging on a name
/// and a city alone.
fn within_reach(records: &Records, members: &[u32]) -> u64 {
    let mut of: Vec<usize> = (0..members.len()).collect();
    for right in 0..members.len() {
        for left in 0..right {
            let shares = |field: usize| {
                let value = records.values(field, members[left]).next();
                value.is_some() && value == records.values(field, members[right]).next()
            };
            if shares(1) || shares(3) {
                let (from, to) = (of[right], of[left]);
                of.iter_mut()
                    .filter(|group| **group == from)
                    .for_each(|group| *group = to);
            }
        }
    }
    pairs(
        (0..of.len())
            .map(|group| of.iter().filter(|of| **of == group).count() as u64)
            .filter(|size| *size > 0),
    )
}

fn tell(name: &str, rows: Vec<Row>) {
    let ((records, truth), built) = timed(|| build(&rows));
    // The rows are no part of the memory that the work takes.
    drop(rows);
    let (resolved, took) = timed(|| run(&records));
    let mut persons: HashMap<u32, Vec<u32>> = HashMap::new();
    for (record, person) in truth.iter().enumerate() {
        persons.entry(*person).or_default().push(record as u32);
    }
    let real = pairs(persons.values().map(|members| members.len() as u64));
    let reach: u64 = persons
        .values()
        .map(|members| within_reach(&records, members))
        .sum();
    let (mut found, mut right) = (0, 0);
    for members in resolved.clusters.iter() {
        let mut of: HashMap<u32, u64> = HashMap::new();
        for member in members {
            *of.entry(truth[*member as usize]).or_default() += 1;
        }
        found += pairs(std::iter::once(members.len() as u64));
        right += pairs(of.values().copied());
    }
    let linked = || {
        resolved
            .pairs
            .iter()
            .filter(|pair| matches!(pair.outcome, Outcome::Same(_)))
    };
    let links = linked().count() as u64;
    let right_links = linked()
        .filter(|pair| truth[pair.left as usize] == truth[pair.right as usize])
        .count() as u64;
    let share = |part: u64, of: u64| part as f64 / of as f64;
    let all = pairs(std::iter::once(records.len() as u64));
    println!(
        "{name}: {} records, taken in {built}, resolved {took}, peak {} MB",
        records.len(),
        took.peak
    );
    println!(
        "  {} pairs compared, {} possible",
        resolved.compared,
        resolved.pairs.len() as u64 - links
    );
    println!(
        "  links: {links}, precision {:.5}, recall {:.5}",
        share(right_links, links),
        share(right_links, real)
    );
    println!(
        "  parties: {} of {}, pairs {found}, precision {:.5}, recall {:.5} of {:.5} within reach",
        resolved.clusters.len(),
        persons.len(),
        share(right, found),
        share(right, real),
        share(reach, real)
    );
    let parameters = &resolved.parameters;
    let (prior, truly) = (1.0 / parameters.prior, all as f64 / real as f64);
    println!(
        "  prior 1 in {prior:.0} (truly 1 in {truly:.0}), learned: {}",
        parameters.estimated
    );
}

fn resolving(criterion: &mut Criterion) {
    let (records, _) = build(&made(100_000));
    let mut group = criterion.benchmark_group("resolve");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("100,000 records", |bencher| {
        bencher.iter(|| black_box(run(&records)))
    });
    group.finish();
}

criterion_group!(benches, resolving);

fn main() {
    let words = arguments();
    if words.first().is_some_and(|word| word == "figures") {
        let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "2".to_owned());
        on_threads(&threads, || {
            tell("made", made(100_000));
            if let Some(file) = std::env::var_os("GELDSPOOR_BENCH_PERSONS") {
                tell("file", read(&file));
            }
        });
        return;
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
