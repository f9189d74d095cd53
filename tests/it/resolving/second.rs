//! A second way to resolve, slow and plain: all pairs, on texts, beside the engine's.

use std::collections::{BTreeMap, BTreeSet};

use geldspoor::parties::resolve::{
    Block, Decisions, Ground, Kind, Lack, Outcome, Parameters, Settings, Veto, resolve,
};
use proptest::prelude::*;

use super::second_words::{addresses, dates, distance, names, plain_words};
use super::steady::Numbers;
use super::world::world;
use super::{ADDRESS, BORN, IDENTIFIER, NAME, PHONE, Row, records, settings};

/// All that the plain way needs.
struct Plain<'a> {
    rows: Vec<Row>,
    parameters: &'a Parameters,
    settings: &'a Settings,
    /// Different contents of records.
    contents: Vec<[BTreeSet<String>; 6]>,
}

fn values(row: &Row, field: usize) -> BTreeSet<String> {
    row.values[field]
        .split('|')
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .collect()
}

fn scheme(value: &str) -> &str {
    value.split(':').next().unwrap_or("")
}

/// What a link rests on, what it weighs, and whom it links.
type PlainLink = (Ground, f64, usize, usize);

struct Weighed {
    sum: f64,
    name: usize,
    hard: bool,
    contact: bool,
    beside: bool,
    address: bool,
    kin: bool,
    /// Each of the names has words that the other lacks.
    differ: bool,
    identifies: bool,
    veto: Option<Veto>,
}

fn both_lack(left: &str, right: &str) -> bool {
    let (mut a, mut b) = (plain_words(left), plain_words(right));
    for word in plain_words(left) {
        if let (Some(i), Some(j)) = (
            a.iter().position(|one| *one == word),
            b.iter().position(|one| *one == word),
        ) {
            a.remove(i);
            b.remove(j);
        }
    }
    !a.is_empty() && !b.is_empty()
}

impl Plain<'_> {
    fn new<'a>(rows: &[Row], parameters: &'a Parameters, settings: &'a Settings) -> Plain<'a> {
        let mut rows = rows.to_vec();
        rows.sort_by(|left, right| left.id.cmp(&right.id));
        let mut contents: Vec<_> = rows
            .iter()
            .map(|row| (row.kind, [0, 1, 2, 3, 4, 5].map(|field| values(row, field))))
            .collect();
        contents.sort();
        contents.dedup();
        Plain {
            rows,
            parameters,
            settings,
            contents: contents.into_iter().map(|(_, content)| content).collect(),
        }
    }

    fn share(&self, count: usize, usual: f64) -> f64 {
        let others = |count: usize| count.saturating_sub(2) as f64;
        let share = (others(count) + self.settings.usual * usual)
            / (others(self.contents.len()) + self.settings.usual);
        share.max(2.0_f64.powi(-20)).min(1.0)
    }

    fn count(&self, field: usize, fits: impl Fn(&str) -> bool) -> usize {
        self.contents
            .iter()
            .filter(|content| content[field].iter().any(|value| fits(value)))
            .count()
    }

    /// How many names there are with a value.
    fn users(&self, field: usize, value: &str) -> usize {
        let with = self
            .contents
            .iter()
            .filter(|content| content[field].contains(value));
        let users: BTreeSet<Vec<String>> = with
            .enumerate()
            .map(|(place, content)| {
                let name = content[NAME].iter().next();
                let mut words = name.map_or(vec![place.to_string()], |name| plain_words(name));
                words.sort();
                words
            })
            .collect();
        users.len()
    }

    /// Level, bits, hard (of names: whether kin may be called so), veto.
    fn compared(&self, field: usize, left: &str, right: &str) -> (usize, f64, bool, bool) {
        let numbers = &self.parameters.fields[field];
        let same =
            || (numbers.u[0] / self.share(self.count(field, |value| value == left), numbers.u[0])).log2();
        let (level, frequency, hard) = match field {
            NAME => {
                let found = names(left, right);
                let count = |word: &String| self.count(NAME, |value| plain_words(value).contains(word));
                let words = || {
                    found
                        .same
                        .iter()
                        .map(|word| self.share(count(word), numbers.word))
                };
                let same: f64 = words().map(|share| (numbers.word / share).log2()).sum();
                let close = found.close.iter().map(|(one, other)| {
                    (numbers.misspelt / self.share(count(one).min(count(other)) + 1, numbers.misspelt)).log2()
                });
                let frequency = match found.level {
                    1 | 2 => {
                        let whole = self
                            .count(NAME, |value| value == left)
                            .max(self.count(NAME, |value| value == right));
                        let whole = whole.saturating_sub(2) as f64 / self.contents.len() as f64;
                        let share = words()
                            .product::<f64>()
                            .max(whole)
                            .max(2.0_f64.powi(-22))
                            .min(1.0);
                        (numbers.u[found.level - 1] / share).log2()
                    }
                    3..=6 => (same + close.sum::<f64>()).clamp(-6.0, 6.0),
                    7 => same.clamp(-6.0, 0.0),
                    _ => 0.0,
                };
                let in_use = |pair: &(String, String)| {
                    let (one, other) = (count(&pair.0), count(&pair.1));
                    one.min(other) >= 3 && one.min(other) * 100 >= one.max(other)
                };
                let kin = |pair: &(String, String)| self.contents.len() < 5_000 || in_use(pair);
                (
                    found.level,
                    frequency,
                    found.initials || found.close_given.iter().any(kin),
                )
            }
            BORN => {
                let level = dates(left, right);
                let few = self.users(BORN, left) <= self.settings.most_users as usize;
                (
                    level,
                    if level == 1 { same() } else { 0.0 },
                    (level == 1 && few) || level == 2,
                )
            }
            PHONE if left == right => (
                1,
                same(),
                self.users(PHONE, left) <= self.settings.most_users as usize,
            ),
            PHONE => (if distance(left, right) == 1 { 2 } else { 3 }, 0.0, false),
            ADDRESS => {
                let level = addresses(left, right);
                (level, if level == 1 { same() } else { 0.0 }, false)
            }
            _ if left == right => (1, same(), false),
            _ => (2, 0.0, false),
        };
        let base = (numbers.m[level - 1] / numbers.u[level - 1]).log2();
        (level, base + frequency, hard, field == BORN && level == 5)
    }

    fn weigh(&self, left: &Row, right: &Row) -> Weighed {
        let prior = self.parameters.prior;
        let mut weighed = Weighed {
            sum: (prior / (1.0 - prior)).log2(),
            name: 0,
            hard: false,
            contact: false,
            beside: false,
            address: false,
            kin: false,
            differ: false,
            identifies: false,
            veto: None,
        };
        let mut vetoes = BTreeSet::new();
        if left.kind != right.kind && left.kind != Kind::Unknown && right.kind != Kind::Unknown {
            vetoes.insert(Veto::Kinds);
        }
        for field in 0..IDENTIFIER {
            let (a, b) = (values(left, field), values(right, field));
            let mut best: Option<(usize, f64, bool, bool)> = None;
            for left in &a {
                for right in &b {
                    let found = self.compared(field, left, right);
                    if best.is_none_or(|best| found.0 < best.0 || (found.0 == best.0 && found.1 > best.1)) {
                        best = Some(found);
                        if field == NAME {
                            weighed.differ = both_lack(left, right);
                        }
                    }
                }
            }
            let Some((level, bits, hard, veto)) = best else {
                continue;
            };
            let last = self.parameters.fields[field].m.len();
            weighed.sum += bits
                - if level < last {
                    ((a.len() * b.len()) as f64).log2()
                } else {
                    0.0
                };
            match field {
                NAME => weighed.kin = hard,
                PHONE => weighed.contact = hard,
                BORN if level == 4 => weighed.beside = true,
                ADDRESS if level < last => weighed.address = true,
                _ => weighed.hard |= hard,
            }
            if veto {
                vetoes.insert(Veto::Birth);
            }
            if field == NAME {
                weighed.name = level;
            }
        }
        self.identifiers(left, right, &mut weighed, &mut vetoes);
        weighed.veto = vetoes.into_iter().next();
        weighed
    }

    fn identifiers(&self, left: &Row, right: &Row, weighed: &mut Weighed, vetoes: &mut BTreeSet<Veto>) {
        let numbers = &self.parameters.fields[IDENTIFIER];
        let (a, b) = (values(left, IDENTIFIER), values(right, IDENTIFIER));
        let known = |value: &str| {
            self.settings
                .schemes
                .iter()
                .find(|known| known.name == scheme(value))
        };
        let both: Vec<&String> = a.intersection(&b).collect();
        let mut differ = false;
        for value in &a {
            let others = b.iter().any(|other| scheme(other) == scheme(value));
            let shared = both.iter().any(|other| scheme(other) == scheme(value));
            differ |= known(value).is_some_and(|known| known.once) && others && !shared;
        }
        let shares = both.iter().map(|value| {
            let share = self.share(
                self.count(IDENTIFIER, |other| other == value.as_str()),
                numbers.u[0],
            );
            (numbers.m[0] / share).log2()
        });
        if let Some(bits) = shares.max_by(f64::total_cmp) {
            weighed.sum += bits;
            weighed.hard = true;
        } else if differ {
            weighed.sum += (numbers.m[1] / numbers.u[1]).log2();
        }
        weighed.identifies = both
            .iter()
            .any(|value| known(value).is_some_and(|known| known.identifying));
        if differ {
            vetoes.insert(Veto::Identifiers);
        }
    }

    fn decide(&self, weighed: &Weighed) -> Outcome {
        let posterior = 1.0 / (1.0 + (-weighed.sum).exp2());
        match (weighed.identifies, weighed.veto) {
            (true, Some(veto)) => Outcome::Conflict(veto),
            (true, None) if weighed.name == 8 => Outcome::Conflict(Veto::Names),
            (true, None) => Outcome::Same(Ground::Identifier),
            (false, Some(veto)) => Outcome::Different(Some(veto)),
            _ if posterior < self.settings.possible => Outcome::Different(None),
            _ if weighed.name == 0 || weighed.name > 6 => Outcome::Possible(Lack::Name),
            _ if !weighed.hard && !weighed.contact => Outcome::Possible(Lack::HardEvidence),
            _ if weighed.kin && !(weighed.hard || weighed.beside || weighed.address && weighed.name == 4) => {
                Outcome::Possible(Lack::Kin)
            }
            _ if posterior < self.settings.threshold => Outcome::Possible(Lack::Weight),
            _ => Outcome::Same(Ground::Evidence),
        }
    }

    /// Whether two records must not be one.
    fn barred(&self, one: usize, other: usize, never: &[(usize, usize)]) -> bool {
        let pair = (one.min(other), one.max(other));
        let weighed = self.weigh(&self.rows[pair.0], &self.rows[pair.1]);
        let tied = weighed.hard || weighed.beside;
        // Among so few records none tells that a word is misspelled twice.
        let kin = match weighed.name {
            7 => !tied || weighed.differ,
            4 => false,
            _ => weighed.kin && !tied,
        };
        never.contains(&pair) || weighed.veto.is_some() || (kin && !weighed.identifies)
    }

    /// Joins from the strongest, asking every record of the one group about every record of the other. Returns groups and
    /// the links not followed.
    fn join(&self, links: &[PlainLink], never: &[(usize, usize)]) -> (Vec<usize>, Vec<PlainLink>) {
        let mut of: Vec<usize> = (0..self.rows.len()).collect();
        let mut cuts = Vec::new();
        for link in links {
            let (a, b) = (of[link.2], of[link.3]);
            let group = |group: usize| {
                let all = 0..of.len();
                all.filter(|record| of[*record] == group).collect::<Vec<_>>()
            };
            let (left, right) = (group(a), group(b));
            if a == b {
                continue;
            }
            if left
                .iter()
                .any(|one| right.iter().any(|other| self.barred(*one, *other, never)))
            {
                cuts.push(*link);
                continue;
            }
            for record in left.into_iter().chain(right) {
                of[record] = a.min(b);
            }
        }
        (of, cuts)
    }

    /// Joins, and again without those who fit two groups about as well.
    fn clusters(
        &self,
        pairs: &BTreeMap<(usize, usize), (f64, Outcome)>,
        never: &[(usize, usize)],
    ) -> Vec<usize> {
        let mut links: Vec<PlainLink> = Vec::new();
        for ((left, right), (sum, outcome)) in pairs {
            if let Outcome::Same(ground) = outcome
                && !never.contains(&(*left, *right))
            {
                links.push((*ground, *sum, *left, *right));
            }
        }
        links.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then(b.1.total_cmp(&a.1))
                .then((a.2, a.3).cmp(&(b.2, b.3)))
        });
        loop {
            let (of, cuts) = self.join(&links, never);
            let mut torn = BTreeSet::new();
            for (ground, sum, left, right) in cuts {
                for (record, other) in [(left, right), (right, left)] {
                    let fits =
                        (0..of.len()).all(|one| of[one] != of[other] || !self.barred(record, one, never));
                    let holds = links
                        .iter()
                        .filter(|link| (link.2 == record || link.3 == record) && of[link.2] == of[link.3]);
                    let most = holds.map(|link| {
                        if link.0 == Ground::Evidence {
                            link.1
                        } else {
                            f64::INFINITY
                        }
                    });
                    let odds = self.settings.threshold / (1.0 - self.settings.threshold);
                    if ground == Ground::Evidence
                        && fits
                        && most.fold(f64::NEG_INFINITY, f64::max) - sum < odds.log2()
                    {
                        torn.insert(record);
                    }
                }
            }
            if torn.is_empty() {
                return of;
            }
            links.retain(|link| {
                link.0 != Ground::Evidence || !(torn.contains(&link.2) || torn.contains(&link.3))
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_agree(seed in any::<u64>(), count in 2..16_usize, kept in 0..3_usize, usual in 0..3_usize) {
        let rows = world(seed, count);
        let mut settings = settings();
        // With a small number the counts of these few records tell much.
        settings.usual = [1_000.0, 10.0, 0.1][usual];
        settings.blocks = Some(vec![Block { name: "all".to_owned(), parts: Vec::new(), within: Vec::new() }]);
        let mut numbers = Numbers(seed ^ 1);
        let mut ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        ids.sort();
        let never: Vec<(usize, usize)> = (0..kept)
            .map(|_| (numbers.below(count), numbers.below(count)))
            .filter(|(left, right)| left != right)
            .map(|(left, right)| (left.min(right), left.max(right)))
            .collect();
        let decisions = Decisions {
            never: never.iter().map(|(left, right)| (ids[*right].clone(), ids[*left].clone())).collect(),
            ..Decisions::default()
        };
        let records = records(&rows);
        let resolved = resolve(&records, &settings, &decisions, &|_| true).expect("resolved");
        let plain = Plain::new(&rows, &resolved.parameters, &settings);
        let mut pairs = BTreeMap::new();
        for left in 0..count {
            for right in left + 1..count {
                let weighed = plain.weigh(&plain.rows[left], &plain.rows[right]);
                pairs.insert((left, right), (weighed.sum, plain.decide(&weighed)));
            }
        }
        let clusters = plain.clusters(&pairs, &never);
        for (left, right) in pairs.keys() {
            let (sum, mut outcome) = pairs[&(*left, *right)];
            let together = resolved.clusters.of(*left as u32) == resolved.clusters.of(*right as u32);
            prop_assert_eq!(together, clusters[*left] == clusters[*right], "{} {}", left, right);
            if never.contains(&(*left, *right)) {
                outcome = Outcome::Different(Some(Veto::Decision));
            } else if matches!(outcome, Outcome::Same(_)) && !together {
                outcome = Outcome::Possible(Lack::Apart);
            }
            let found = resolved.pairs.iter().find(|pair| (pair.left as usize, pair.right as usize) == (*left, *right));
            match found {
                Some(found) => {
                    prop_assert_eq!(found.outcome, outcome, "{} {}", left, right);
                    prop_assert!((found.sum - sum).abs() < 1e-9, "{} {}: {} {}", left, right, found.sum, sum);
                }
                None => prop_assert!(
                    matches!(outcome, Outcome::Different(_)) || (together && matches!(outcome, Outcome::Possible(_))),
                    "{} {}: {:?} {:?}", left, right, outcome, (&plain.rows[*left], &plain.rows[*right])
                ),
            }
        }
    }

    /// Whoever shares an identifier, a number, or a day of birth and a first letter, is found by the standard blocks.
    #[test]
    fn standard_blocks_find_hard_evidence(seed in any::<u64>(), count in 2..16_usize) {
        let rows = world(seed, count);
        let all = Settings {
            blocks: Some(vec![Block { name: "all".to_owned(), parts: Vec::new(), within: Vec::new() }]),
            ..settings()
        };
        let records = records(&rows);
        let by = |settings: &Settings| resolve(&records, settings, &Decisions::default(), &|_| true).expect("resolved");
        let (standard, all) = (by(&settings()), by(&all));
        let shares = |left: u32, right: u32, field: usize| {
            let left: Vec<&str> = records.values(field, left).collect();
            records.values(field, right).any(|value| left.contains(&value))
        };
        for pair in &all.pairs {
            let first = |record: u32| -> BTreeSet<char> {
                let names = records.values(NAME, record).flat_map(plain_words);
                names.filter_map(|word| word.chars().next()).collect()
            };
            let (left, right) = (pair.left, pair.right);
            let born = shares(left, right, BORN) && !first(left).is_disjoint(&first(right));
            if matches!(pair.outcome, Outcome::Same(_)) && (born || shares(left, right, PHONE) || shares(left, right, IDENTIFIER)) {
                prop_assert!(standard.pairs.iter().any(|found| (found.left, found.right) == (left, right)));
            }
        }
    }
}
