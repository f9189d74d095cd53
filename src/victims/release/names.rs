//! The writings of a person's name: its parts in every order, with and without particles, further given names and marks,
//! transliterated, and with initials for given names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use hashbrown::HashSet;

use super::letters::{Hash, folded, plain};
use super::protected::{Forms, How, Kind};
use crate::parties::names::{self, Role, Token};

/// Words that are no sign of a person by themselves, nor glued together.
const ORDINARY: &str = include_str!("ordinary_words.txt");
/// Spellings of a word, and of a name, at most.
const SPELLINGS: usize = 5;
const COMBINATIONS: usize = 24;
/// Shorter names are looked for with their capitals alone.
const SHORT: usize = 7;

/// Whether a word of small Latin letters is an ordinary one.
pub(super) fn is_ordinary(plain: &[u8]) -> bool {
    static WORDS: OnceLock<HashSet<Vec<u8>>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let lines = ORDINARY.lines().filter(|line| !line.starts_with('#'));
        lines
            .flat_map(str::split_whitespace)
            .map(|word| folded(word.as_bytes()))
            .collect()
    });
    words.contains(folded(plain).as_slice())
}

/// A word of a name with what stands before it.
struct Unit {
    particles: Vec<Vec<u8>>,
    spellings: Vec<Vec<u8>>,
    role: Role,
}

impl Unit {
    fn is_whole(&self) -> bool {
        self.role != Role::Initial && self.spellings[0].len() >= 2
    }
}

/// Adds all writings. Gives whether the name has enough words to be looked for.
pub(super) fn add(name: &str, forms: &mut Forms<'_>) -> bool {
    let mut is_added = add_whole(name, forms);
    let units = units(name);
    for family in families(&units) {
        is_added |= initials(&units, family, forms);
    }
    is_added
}

/// Adds all writings with every word that tells somebody. Gives whether the name has enough words to be looked for.
pub(super) fn add_whole(name: &str, forms: &mut Forms<'_>) -> bool {
    let units = units(name);
    let mut is_added = false;
    for order in orders(&units) {
        for with_particles in [true, false] {
            is_added |= whole(&units, &order, with_particles, forms);
        }
    }
    is_added
}

/// The words of a name that show beside a birth date whose it is, as hashes.
pub(super) fn words(name: &str) -> Vec<u64> {
    units(name)
        .iter()
        .filter(|unit| unit.is_whole())
        .flat_map(|unit| &unit.spellings)
        .filter(|word| word.len() >= 3 && !is_ordinary(word))
        .map(|word| Hash::of(&folded(word)).mixed())
        .collect()
}

fn units(name: &str) -> Vec<Unit> {
    let read = names::read(name, names::Kind::Person);
    let mut units: Vec<Unit> = Vec::new();
    let mut particles = Vec::new();
    for token in read.naming() {
        if token.role == Role::Particle {
            particles.push(token.text.clone().into_bytes());
            continue;
        }
        let spellings = spellings(token, &read.raw);
        if spellings.is_empty() {
            continue;
        }
        units.push(Unit {
            particles: std::mem::take(&mut particles),
            spellings,
            role: token.role,
        });
    }
    // “Hof, Ion van ’t”: what stands behind belongs to the family name in front.
    match units.first_mut() {
        Some(first) if first.particles.is_empty() => first.particles = particles,
        Some(_) => {}
        // A name of particles alone is a name of words.
        None => {
            for particle in particles {
                units.push(Unit {
                    particles: Vec::new(),
                    spellings: vec![particle],
                    role: Role::Unknown,
                });
            }
        }
    }
    units.truncate(8);
    units
}

/// A word as it may be written: as its letters are read here, as the reader of names reads them, transliterated in
/// other ways, and with what differs between languages that write a foreign name.
fn spellings(token: &Token, raw: &str) -> Vec<Vec<u8>> {
    let written = raw
        .get(token.span.start as usize..token.span.end as usize)
        .unwrap_or_default();
    let mut all: Vec<String> = vec![token.text.clone()];
    all.extend(token.variants.iter().cloned());
    all.push(String::from_utf8_lossy(&plain(written)).into_owned());
    for (from, to) in [("kh", "h"), ("kh", "ch"), ("ts", "c"), ("cz", "c")] {
        if token.text.contains(from) {
            all.push(token.text.replace(from, to));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|word| !word.is_empty() && seen.insert(folded(word.as_bytes())));
    all.truncate(SPELLINGS);
    all.into_iter().map(String::into_bytes).collect()
}

/// The units that may be the family name.
fn families(units: &[Unit]) -> Vec<usize> {
    let told: Vec<usize> = (0..units.len())
        .filter(|at| units[*at].role == Role::Family && units[*at].is_whole())
        .collect();
    if !told.is_empty() {
        return told;
    }
    let mut ends = vec![0, units.len().saturating_sub(1)];
    ends.dedup();
    ends.retain(|at| units.get(*at).is_some_and(Unit::is_whole));
    ends
}

/// The orders of words in which a whole name may stand: all of them in any order, and each given name with the family
/// name.
fn orders(units: &[Unit]) -> Vec<Vec<usize>> {
    let mut orders = Vec::new();
    let all: Vec<usize> = (0..units.len()).collect();
    if units.len() <= 4 {
        permutations(&all, &mut Vec::new(), &mut orders);
    } else {
        for turn in 0..units.len() {
            let mut order = all.clone();
            order.rotate_left(turn);
            orders.push(order);
        }
    }
    if units.len() > 2 {
        let families = families(units);
        // Two family names are both left in, or one of them out.
        for family in &families {
            for other in all
                .iter()
                .filter(|other| *other != family && units[**other].is_whole())
            {
                orders.push(vec![*other, *family]);
                orders.push(vec![*family, *other]);
            }
        }
        for left_out in all.iter().filter(|_| units.len() == 4) {
            let rest: Vec<usize> = all.iter().copied().filter(|at| at != left_out).collect();
            if families.iter().any(|family| rest.contains(family)) {
                permutations(&rest, &mut Vec::new(), &mut orders);
            }
        }
    }
    orders
}

fn permutations(left: &[usize], chosen: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    if left.is_empty() {
        out.push(chosen.clone());
    }
    for (at, unit) in left.iter().enumerate() {
        let mut rest = left.to_vec();
        rest.remove(at);
        chosen.push(*unit);
        permutations(&rest, chosen, out);
        chosen.pop();
    }
}

fn whole(units: &[Unit], order: &[usize], with_particles: bool, forms: &mut Forms<'_>) -> bool {
    let chosen: Vec<&Unit> = order.iter().filter_map(|at| units.get(*at)).collect();
    let whole: Vec<&&Unit> = chosen.iter().filter(|unit| unit.is_whole()).collect();
    if whole.len() < 2 || (!with_particles && chosen.iter().all(|unit| unit.particles.is_empty())) {
        return false;
    }
    let are_ordinary = whole
        .iter()
        .all(|unit| unit.spellings.iter().all(|word| is_ordinary(word)));
    let mut is_added = false;
    for spelled in combinations(&chosen) {
        let mut form = Vec::new();
        let mut words = 0;
        for (unit, word) in chosen.iter().zip(&spelled) {
            for particle in unit.particles.iter().filter(|_| with_particles) {
                form.extend_from_slice(particle);
                words += 1;
            }
            form.extend_from_slice(word);
            words += 1;
        }
        let how = How::Words {
            words,
            are_ordinary: are_ordinary || folded(&form).len() < SHORT,
        };
        is_added |= forms.add(&form, Kind::Name, how);
    }
    is_added
}

fn combinations<'a>(chosen: &[&'a Unit]) -> Vec<Vec<&'a [u8]>> {
    let mut all: Vec<Vec<&[u8]>> = vec![Vec::new()];
    for unit in chosen {
        let longer: Vec<Vec<&[u8]>> = all
            .iter()
            .flat_map(|begun| {
                unit.spellings.iter().map(|word| {
                    let mut begun = begun.clone();
                    begun.push(word.as_slice());
                    begun
                })
            })
            .collect();
        all = longer;
        all.truncate(COMBINATIONS);
    }
    all
}

fn initials(units: &[Unit], family: usize, forms: &mut Forms<'_>) -> bool {
    let unit = &units[family];
    let others: Vec<&Unit> = units
        .iter()
        .enumerate()
        .filter(|(at, unit)| *at != family && (unit.role != Role::Family || !unit.is_whole()))
        .map(|(_, unit)| unit)
        .collect();
    let mut letters: Vec<Vec<u8>> = Vec::new();
    let firsts: Vec<u8> = others.iter().map(|unit| unit.spellings[0][0]).collect();
    letters.push(firsts.iter().take(1).copied().collect());
    letters.push(firsts.iter().take(2).copied().collect());
    letters.push(firsts.clone());
    // “Юлия” is Y., J. or I.
    let spelled = others.first().into_iter().flat_map(|unit| &unit.spellings);
    letters.extend(spelled.filter_map(|word| word.first().map(|first| vec![*first])));
    letters.retain(|letters| !letters.is_empty());
    letters.sort();
    letters.dedup();
    let mut is_added = false;
    for word in unit.spellings.iter().filter(|word| word.len() >= 3) {
        let is_ordinary = is_ordinary(word);
        for with_particles in [true, false] {
            if !with_particles && unit.particles.is_empty() {
                continue;
            }
            let mut name = Vec::new();
            let mut words = 1;
            for particle in unit.particles.iter().filter(|_| with_particles) {
                name.extend_from_slice(particle);
                words += 1;
            }
            name.extend_from_slice(word);
            for letters in &letters {
                let how = |behind| How::Initial {
                    words,
                    behind,
                    is_ordinary,
                };
                let before = [letters.as_slice(), &name].concat();
                let after = [name.as_slice(), letters].concat();
                is_added |= forms.add(&before, Kind::Name, how(false));
                is_added |= forms.add(&after, Kind::Name, how(true));
            }
        }
    }
    is_added
}
