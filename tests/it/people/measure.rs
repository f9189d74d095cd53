//! Precision and recall of pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::truth::{Row, known, persons};

/// What came of a kind of pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub all: u64,
    pub found: u64,
}

impl Count {
    fn add(&mut self, found: bool) {
        self.all += 1;
        self.found += u64::from(found);
    }

    pub fn share(self) -> f64 {
        if self.all == 0 {
            1.0
        } else {
            self.found as f64 / self.all as f64
        }
    }
}

/// Records of two people in one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub left: usize,
    pub right: usize,
    /// The bond of the two, or `strangers`.
    pub bond: String,
    /// One of them fits both people alike.
    pub either: bool,
    /// Each has a number of its own.
    pub numbers: bool,
}

/// All figures.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Pairs that can be known, and how many of them are in one party.
    pub known: Count,
    /// The others: a name, or a name and a place, is all they have in common, or one fits two people alike.
    pub unknown: Count,
    /// The pairs that can be known, by what makes them hard.
    pub by_trouble: BTreeMap<String, Count>,
    pub wrong: Vec<Wrong>,
    /// Pairs that can be known and are in two parties.
    pub missed: Vec<(usize, usize)>,
    /// Pairs of father and son at one address, in two parties, and how many are told to be of one household.
    pub father_son: Count,
    /// Relations of a household, and how many of them are true.
    pub households: Count,
}

impl Measured {
    /// Of all pairs in one party, those that are one person's.
    pub fn precision(&self) -> f64 {
        let right = self.known.found + self.unknown.found;
        right as f64 / (right + self.wrong.len() as u64).max(1) as f64
    }

    /// Wrong pairs of a bond, where both records tell the two people apart.
    pub fn merged(&self, bond: &str) -> Vec<&Wrong> {
        self.wrong
            .iter()
            .filter(|wrong| wrong.bond == bond && !wrong.either)
            .collect()
    }
}

/// Measures: `party` says of each record which party it is in, `households` which parties live together.
pub fn measure(rows: &[Row], party: &[u32], households: &BTreeSet<(u32, u32)>) -> Measured {
    let mut all = Measured::default();
    let persons = persons(rows);
    for of in &persons {
        let group = known(rows, of);
        for left in 0..of.len() {
            for right in left + 1..of.len() {
                let (a, b) = (of[left], of[right]);
                let found = party[a] == party[b];
                if group[left] != group[right] {
                    all.unknown.add(found);
                    continue;
                }
                all.known.add(found);
                if !found {
                    all.missed.push((a, b));
                }
                let mut trouble: BTreeSet<&str> = [&rows[a], &rows[b]]
                    .iter()
                    .flat_map(|row| row.trouble.iter().map(String::as_str))
                    .collect();
                trouble.insert(rows[a].bond.as_str());
                if rows[a].name != rows[b].name {
                    trouble.insert("another-name");
                }
                for kind in trouble {
                    all.by_trouble.entry(kind.to_owned()).or_default().add(found);
                }
            }
        }
    }
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, party) in party.iter().enumerate() {
        members.entry(*party).or_default().push(at);
    }
    for records in members.values() {
        for (place, left) in records.iter().enumerate() {
            for right in &records[place + 1..] {
                let (a, b) = (&rows[*left], &rows[*right]);
                if a.person != b.person {
                    all.wrong.push(Wrong {
                        left: *left,
                        right: *right,
                        bond: if a.unit() == b.unit() {
                            a.bond.clone()
                        } else {
                            "strangers".to_owned()
                        },
                        either: a.either || b.either,
                        numbers: !a.number.is_empty() && !b.number.is_empty(),
                    });
                }
            }
        }
    }
    fathers(rows, &persons, party, households, &mut all);
    for (left, right) in households {
        let of = |party: &u32| {
            members[party]
                .iter()
                .map(|at| rows[*at].household.as_str())
                .collect::<BTreeSet<_>>()
        };
        all.households.add(!of(left).is_disjoint(&of(right)));
    }
    all
}

fn fathers(
    rows: &[Row],
    persons: &[Vec<usize>],
    party: &[u32],
    households: &BTreeSet<(u32, u32)>,
    all: &mut Measured,
) {
    let mut units: BTreeMap<&str, Vec<&Vec<usize>>> = BTreeMap::new();
    for of in persons.iter().filter(|of| rows[of[0]].bond == "father-son") {
        units.entry(rows[of[0]].unit()).or_default().push(of);
    }
    for pair in units.values().filter(|unit| unit.len() == 2) {
        let parties = |of: &[usize]| -> BTreeSet<u32> {
            of.iter()
                .filter(|at| rows[**at].at_home)
                .map(|at| party[*at])
                .collect()
        };
        let (father, son) = (parties(pair[0]), parties(pair[1]));
        if father.is_empty() || son.is_empty() {
            continue;
        }
        let told = father.iter().any(|left| {
            son.iter()
                .any(|right| households.contains(&(*left.min(right), *left.max(right))))
        });
        all.father_son.add(told);
    }
}

/// The figures as lines.
pub fn told(seed: u64, all: &Measured) -> String {
    let mut text = String::new();
    let percent = |count: Count| {
        format!(
            "{:7} of {:7}  {:6.2} %",
            count.found,
            count.all,
            100.0 * count.share()
        )
    };
    let _ = writeln!(
        text,
        "seed {seed}: precision {:.5}, recall of what can be known {:.5}",
        all.precision(),
        all.known.share()
    );
    let _ = writeln!(text, "  {:<24} {}", "can be known", percent(all.known));
    let _ = writeln!(text, "  {:<24} {}", "cannot be known", percent(all.unknown));
    for (trouble, count) in &all.by_trouble {
        let _ = writeln!(text, "    {trouble:<22} {}", percent(*count));
    }
    let mut bonds: BTreeMap<(&str, bool), u64> = BTreeMap::new();
    for wrong in &all.wrong {
        *bonds.entry((&wrong.bond, wrong.either)).or_default() += 1;
    }
    let _ = writeln!(text, "  wrong pairs              {:7}", all.wrong.len());
    for ((bond, either), count) in bonds {
        let either = if either { " (fits both alike)" } else { "" };
        let _ = writeln!(text, "    {bond:<22} {count:7}{either}");
    }
    let _ = writeln!(
        text,
        "  father and son told as a household  {}",
        percent(all.father_son)
    );
    let _ = writeln!(
        text,
        "  told households that are one        {}",
        percent(all.households)
    );
    text
}
