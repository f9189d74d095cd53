//! Who owns every entity of a register, and who owns one: a seeded register with heavy tails (some entities have
//! thousands of holders, some holders thousands of entities), circles of neighbours, one knot, a fifth of the shares as
//! bands. 100,000 entities always; with `GELDSPOOR_BENCH_FULL=1` a million entities and two million holdings, once.

#[allow(dead_code, reason = "other benches call the rest")]
#[path = "tools/took.rs"]
mod took;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use geldspoor::parties::ownership::{
    Category, ChainBudget, Holding, Interest, Network, Party, PartyKind, Regime, Register, Share, Threshold,
    WHOLE,
};

/// Entities that may hold each other in circles are neighbours inside blocks of this size.
const BLOCK: u64 = 50;
const KNOT: u64 = 200;

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }

    /// Small numbers often, large ones seldom: below `limit`, with a tail like one over the square.
    fn tail(&mut self, limit: u64) -> u64 {
        let draw = self.below(1 << 20) + 1;
        ((1 << 20) / draw).min(limit)
    }
}

/// So many entities, then persons; about two holdings an entity.
fn register(entities: u64) -> Network {
    let mut chance = Chance(2026);
    let persons = entities * 6 / 10;
    let kind = |number| {
        if number < entities {
            PartyKind::Company
        } else {
            PartyKind::Person
        }
    };
    let parties = (0..entities + persons)
        .map(|number| Party::of(kind(number)))
        .collect();
    let mut holdings: Vec<Holding> = Vec::new();
    for held in 0..entities {
        let knot = held < KNOT;
        let holders = if knot {
            6
        } else {
            chance.tail(5_000).min(1 + holdings.len() as u64)
        };
        // Of seven entities two have one holder too many for the average; the rest is drawn by the tail.
        let holders = if holders > 8 && chance.below(12) > 0 {
            1
        } else {
            holders
        };
        let mut left = WHOLE;
        for place in 0..holders {
            let owner = match chance.below(10) {
                _ if knot && place < 3 => chance.below(KNOT),
                // A parent that comes earlier: trees, with busy parents.
                0..=2 if held > 0 => chance.below(held).min(chance.below(held)),
                3 if chance.below(4) == 0 => (held / BLOCK * BLOCK + chance.below(BLOCK)).min(entities - 1),
                4 => entities + chance.below(persons).min(chance.below(persons)) / 8,
                _ => entities + chance.below(persons),
            };
            let units = if place + 1 == holders && chance.below(4) > 0 {
                left
            } else {
                match chance.below(4) {
                    0 => left / 2,
                    1 => left.min(WHOLE / 4),
                    _ => (left / holders.max(2)).max(chance.below(left / 4 + 1)),
                }
            };
            left -= units;
            let share = if chance.below(5) == 0 {
                let band = (units.min(WHOLE - 1)) / (WHOLE / 4);
                Share::between(band * (WHOLE / 4), (band + 1) * (WHOLE / 4))
            } else {
                Share::exact(units)
            };
            let record = holdings.len() as u32;
            holdings.push(Holding::direct(
                owner as u32,
                held as u32,
                Interest::Shares,
                share,
                record,
            ));
        }
    }
    Network { parties, holdings }
}

fn once(entities: u64) {
    let network = register(entities);
    let (ready, took) = took::timed(|| Register::new(&network, None).expect("parties that are there"));
    println!(
        "{entities} entities, {} holdings: made ready in {took}, {} MB",
        network.holdings.len(),
        took.peak
    );
    let rings = ready.rings();
    let largest = rings.iter().map(|ring| ring.entities.len()).max().unwrap_or(0);
    println!("  {} rings, the largest of {largest} entities", rings.len());
    for (name, threshold) in [
        ("25 % or more", Threshold::GTE25),
        ("more than 25 %", Threshold::GT25),
    ] {
        let (all, took) = took::timed(|| ready.integrated(Category::Shares, threshold));
        let complete = (0..entities as u32)
            .filter(|entity| all.covered(*entity).complete)
            .count();
        let undecided = (0..entities as u32)
            .filter(|entity| all.covered(*entity).undecided)
            .count();
        println!(
            "  {name}: {took}, {} MB; {} rows, {complete} complete, {} decided exactly, {undecided} undecided, {} findings",
            took.peak,
            all.rows(),
            all.settled,
            all.findings.len()
        );
    }
}

fn ownership(criterion: &mut Criterion) {
    once(100_000);
    if std::env::var_os("GELDSPOOR_BENCH_FULL").is_some() {
        once(1_000_000);
    }
    let network = register(100_000);
    let ready = Register::new(&network, None).expect("parties that are there");
    let mut group = criterion.benchmark_group("ownership");
    group.sample_size(10);
    group.bench_function("whole register of 100,000", |bencher| {
        bencher.iter(|| black_box(ready.integrated(Category::Shares, Threshold::GTE25)));
    });
    group.bench_function("owners of 1,000 entities, one by one", |bencher| {
        bencher.iter(|| {
            for entity in 50_000..51_000 {
                black_box(ready.owners(entity, Category::Shares, &ChainBudget::NONE));
            }
        });
    });
    let regime = Regime::regulation();
    group.bench_function("beneficial owners of 100 entities, one by one", |bencher| {
        bencher.iter(|| {
            for entity in 50_000..50_100 {
                black_box(ready.beneficial(entity, &regime));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, ownership);
criterion_main!(benches);
