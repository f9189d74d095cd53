//! What a pair of records says, field by field, in bits.

use super::dates::{self, Dates};
use super::levels::{ABSENT, LEVELS, NEARLY, SAME, agrees, date, name};
use super::records::{Column, Compare, Kind, MOST_FIELDS, Records};
use super::settings::{Parameters, Settings, bits};
use super::spelling::one_sign_off;
use super::words::{Fit, Words};

/// From so many different records on, that a word is hardly there says that it is misspelled.
const TELLING: u32 = 5_000;
/// A word of more than one in so many different records is a name in use, and no misspelling.
const IN_USE: u32 = 10_000;
/// Nothing is taken for rarer than this: no single value outweighs what speaks against any two of a million records.
const RAREST: f64 = 1.0 / (1 << 20) as f64;
/// The same for whole names.
const RAREST_NAME: f64 = 1.0 / (1 << 22) as f64;
/// Words in common move a name that is not quite the same by no more than this many bits.
const MOST_BITS: f64 = 6.0;

/// What one field says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    pub level: u8,
    /// The values compared, of which this is the best.
    pub left: u32,
    pub right: u32,
    /// What the level weighs, and what it weighs more or less because the value is rare or common.
    pub base: f64,
    pub frequency: f64,
    /// What it weighs less because it is the best of several tries; zero or less.
    pub tries: f64,
    /// It shows more than a name or place does.
    pub hard: bool,
    /// Of names: kin may be called so too.
    pub doubtful: bool,
    /// It rules out that the two are one party.
    pub veto: bool,
    /// An identifying identifier is the same.
    pub identifies: bool,
}

const NOTHING: Evidence = Evidence {
    level: ABSENT,
    left: 0,
    right: 0,
    base: 0.0,
    frequency: 0.0,
    tries: 0.0,
    hard: false,
    doubtful: false,
    veto: false,
    identifies: false,
};

impl Evidence {
    pub fn bits(&self) -> f64 {
        self.base + self.frequency + self.tries
    }
}

/// What a whole pair says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score {
    /// Prior and all fields.
    pub sum: f64,
    /// The level of each field.
    pub levels: [u8; MOST_FIELDS],
    /// A date of birth or identifier agrees.
    pub hard: bool,
    /// A number that few use agrees.
    pub contact: bool,
    /// Beside a number something agrees that is not each kin's: another number, the year of birth.
    pub beside: bool,
    /// The address agrees, or nearly.
    pub address: bool,
    pub identifies: bool,
    pub kinds_differ: bool,
    pub birth_differs: bool,
    pub identifiers_differ: bool,
    /// The closest level of all names, and whether kin may be called so too.
    pub name: u8,
    pub doubtful: bool,
}

/// Weighs pairs with fixed numbers.
pub(super) struct Scorer<'a> {
    pub records: &'a Records,
    pub parameters: &'a Parameters,
    pub prior: f64,
    most_users: u32,
    usual: f64,
    weights: Vec<[f64; LEVELS]>,
    /// By field and scheme: once, identifying.
    schemes: Vec<Vec<(bool, bool)>>,
}

impl<'a> Scorer<'a> {
    pub fn new(records: &'a Records, parameters: &'a Parameters, settings: &Settings) -> Scorer<'a> {
        let weights = parameters.fields.iter().map(|field| {
            let mut weights = [0.0; LEVELS];
            for (level, (m, u)) in field.m.iter().zip(&field.u).enumerate() {
                weights[level + 1] = bits(*m, *u);
            }
            weights
        });
        let schemes = records.columns.iter().map(|column| {
            let known = (0..column.schemes.len() as u32).map(|scheme| {
                let name = column.schemes.get(scheme);
                let found = settings.schemes.iter().find(|scheme| scheme.name == name);
                found.map_or((false, false), |scheme| (scheme.once, scheme.identifying))
            });
            known.collect()
        });
        Scorer {
            records,
            parameters,
            prior: bits(parameters.prior, 1.0 - parameters.prior),
            most_users: settings.most_users,
            usual: settings.usual,
            weights: weights.collect(),
            schemes: schemes.collect(),
        }
    }

    /// Whether a pair is different without weighing it: kind or date of birth rule it out, and no identifier can make it
    /// a conflict. Most pairs of large blocks are, and reading all their texts is what takes the time.
    pub fn ruled_out(&self, left: u32, right: u32) -> bool {
        let mut rules_out = self.kinds_differ(left, right);
        for (field, column) in self.records.columns.iter().enumerate() {
            match column.compare {
                Compare::Date => rules_out = rules_out || self.evidence(field, left, right).veto,
                Compare::Identifier if !column.of(left).is_empty() && !column.of(right).is_empty() => {
                    return false;
                }
                _ => {}
            }
        }
        rules_out
    }

    /// Whether one is a person and the other an organisation.
    pub fn kinds_differ(&self, left: u32, right: u32) -> bool {
        let kinds = (self.records.kind(left), self.records.kind(right));
        kinds.0 != kinds.1 && kinds.0 != Kind::Unknown && kinds.1 != Kind::Unknown
    }

    /// Weighs a pair.
    pub fn score(&self, left: u32, right: u32) -> Score {
        let mut score = Score {
            sum: self.prior,
            levels: [ABSENT; MOST_FIELDS],
            hard: false,
            contact: false,
            beside: false,
            address: false,
            identifies: false,
            kinds_differ: self.kinds_differ(left, right),
            birth_differs: false,
            identifiers_differ: false,
            name: ABSENT,
            doubtful: false,
        };
        for (field, column) in self.records.columns.iter().enumerate() {
            let evidence = self.evidence(field, left, right);
            score.levels[field] = evidence.level;
            if evidence.level == ABSENT && !evidence.veto {
                continue;
            }
            // A city says nothing new beside an address, and who moved would be told so twice.
            let twice = self.records.fields[field].within_address && self.addressed(left, right);
            if !twice {
                score.sum += evidence.bits();
            }
            if column.compare == Compare::Contact {
                score.beside |= score.contact && evidence.hard;
                score.contact |= evidence.hard;
            } else {
                score.beside |= column.compare == Compare::Date && evidence.level == date::YEAR;
                score.address |= column.compare == Compare::Address && agrees(column.compare, evidence.level);
                score.hard |= evidence.hard;
            }
            score.identifies |= evidence.identifies;
            match column.compare {
                Compare::Date => score.birth_differs |= evidence.veto,
                Compare::Identifier => score.identifiers_differ |= evidence.veto,
                Compare::PersonName | Compare::CompanyName
                    if score.name == ABSENT || evidence.level < score.name =>
                {
                    score.name = evidence.level;
                    score.doubtful = evidence.doubtful;
                }
                _ => {}
            }
        }
        score
    }

    /// Whether two names that share a part have each another one that the other lacks, and it is not one word misspelled in
    /// both: that many records tell, among which neither spelling is in use beside the other.
    pub fn differ_in_a_part(&self, left: u32, right: u32) -> bool {
        let names = self
            .records
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| matches!(column.compare, Compare::PersonName | Compare::CompanyName));
        let closest = names
            .map(|(field, column)| (self.evidence(field, left, right), column))
            .filter(|(evidence, _)| evidence.level != ABSENT)
            .min_by_key(|(evidence, _)| evidence.level);
        closest.is_some_and(|(evidence, column)| {
            let (a, b) = column.words.unshared(evidence.left, evidence.right);
            match (a.as_slice(), b.as_slice()) {
                ([], _) | (_, []) => false,
                ([a], [b]) => {
                    let fewer = column.words.count[*a as usize].min(column.words.count[*b as usize]);
                    self.records.contents < TELLING
                        || fewer > 2.max(self.records.contents / IN_USE)
                        || !column.words.misspelt_twice(*a, *b)
                }
                _ => true,
            }
        })
    }

    /// Whether both have an address.
    pub fn addressed(&self, left: u32, right: u32) -> bool {
        let mut columns = self.records.columns.iter();
        columns.any(|column| {
            column.compare == Compare::Address && !column.of(left).is_empty() && !column.of(right).is_empty()
        })
    }

    /// What one field says of a pair: of all values the pair that weighs most.
    pub fn evidence(&self, field: usize, left: u32, right: u32) -> Evidence {
        let column = &self.records.columns[field];
        let (a, b) = (column.of(left), column.of(right));
        if a.is_empty() || b.is_empty() {
            return NOTHING;
        }
        if column.compare == Compare::Identifier {
            return self.identifiers(field, column, a, b);
        }
        let mut best = self.values(field, column, a[0], b[0]);
        if a.len() * b.len() > 1 {
            for left in a {
                for right in b {
                    let evidence = self.values(field, column, *left, *right);
                    // The closest, and only then the rarest: a word shared by chance is no better than the same name.
                    if evidence.level < best.level
                        || evidence.level == best.level && evidence.bits() > best.bits()
                    {
                        best = evidence;
                    }
                }
            }
            if agrees(column.compare, best.level) {
                best.tries = -((a.len() * b.len()) as f64).log2();
            }
        }
        best.veto &= self.records.fields[field].vetoes;
        best
    }

    /// The share of other parties that have a value which so many contents of records have, the two compared among them.
    fn share(&self, count: u32, usual: f64) -> f64 {
        let others = |count: u32| f64::from(count.saturating_sub(2));
        let share = (others(count) + self.usual * usual) / (others(self.records.contents) + self.usual);
        share.clamp(RAREST, 1.0)
    }

    /// Under more names than this a date is no date of birth but what a form is filled with: 1 January 1900.
    pub fn most_on_a_day(&self) -> u32 {
        self.most_users.max(self.records.contents / 1_000)
    }

    fn values(&self, field: usize, column: &Column, left: u32, right: u32) -> Evidence {
        let mut evidence = Evidence {
            left,
            right,
            ..NOTHING
        };
        let numbers = &self.parameters.fields[field];
        let same = |evidence: &mut Evidence| {
            evidence.level = SAME;
            evidence.frequency = bits(
                numbers.u[0],
                self.share(column.count[left as usize], numbers.u[0]),
            );
        };
        match column.compare {
            Compare::PersonName | Compare::CompanyName => {
                let initials = column.compare == Compare::PersonName;
                let fit = column.words.fit(left, right, initials);
                evidence.level = name_level(&fit, left == right);
                evidence.frequency = self.name_frequency(field, column, &evidence, &fit);
                // Only many records can tell which words are in use.
                let two = |pair: &(u32, u32)| {
                    self.records.contents < TELLING || column.words.both_in_use(pair.0, pair.1)
                };
                evidence.doubtful = fit.initials > 0 || fit.close_given.iter().any(two);
            }
            Compare::Date => {
                let (a, b) = (column.days[left as usize], column.days[right as usize]);
                match dates::compare(a, b) {
                    Dates::Same => {
                        same(&mut evidence);
                        evidence.hard = column.users[left as usize] <= self.most_on_a_day();
                    }
                    Dates::Swapped => {
                        evidence.level = date::SWAPPED;
                        evidence.hard = true;
                    }
                    // Not hard: some fifty days are a digit off, and some other Jan Jansen was born on one of them.
                    Dates::DigitOff => evidence.level = date::DIGIT,
                    Dates::Year => evidence.level = date::YEAR,
                    Dates::Different => evidence.level = date::DIFFERENT,
                }
                evidence.veto = evidence.level == date::DIFFERENT;
            }
            Compare::Text if left == right => same(&mut evidence),
            Compare::Text => evidence.level = 2,
            Compare::Contact if left == right => {
                same(&mut evidence);
                evidence.hard = column.users[left as usize] <= self.most_users;
            }
            Compare::Contact => {
                let near = one_sign_off(column.texts.get(left), column.texts.get(right));
                evidence.level = if near { NEARLY } else { 3 };
            }
            Compare::Address if left == right => same(&mut evidence),
            Compare::Address => {
                evidence.level = if nearly_one_address(&column.words, left, right) {
                    NEARLY
                } else {
                    3
                };
            }
            // Compared by scheme, in `identifiers`.
            Compare::Identifier => {}
        }
        evidence.base = self.weights[field][usize::from(evidence.level)];
        evidence
    }

    fn name_frequency(&self, field: usize, column: &Column, evidence: &Evidence, fit: &Fit) -> f64 {
        let numbers = &self.parameters.fields[field];
        let words = &column.words;
        let share = |word: &u32| self.share(words.count[*word as usize], numbers.word);
        match evidence.level {
            SAME | name::REORDERED => {
                let by_words: f64 = fit.same.iter().map(share).product();
                let count = column.count[evidence.left as usize].max(column.count[evidence.right as usize]);
                // Names are no words chosen blindly: the whole is never taken for rarer than it is.
                let whole = f64::from(count.saturating_sub(2)) / f64::from(self.records.contents.max(1));
                let share = by_words.max(whole).clamp(RAREST_NAME, 1.0);
                bits(numbers.u[usize::from(evidence.level) - 1], share)
            }
            name::MISSING..=name::SEVERAL => {
                let same: f64 = fit.same.iter().map(|word| bits(numbers.word, share(word))).sum();
                // Of two words a letter apart, the rarer is the likelier misspelling; two common words are two names.
                let close: f64 = fit
                    .close
                    .iter()
                    .map(|(left, right, _)| {
                        bits(
                            numbers.misspelt,
                            self.misspelt(words, *left, *right, numbers.misspelt),
                        )
                    })
                    .sum();
                (same + close).clamp(-MOST_BITS, MOST_BITS)
            }
            // That a rare family name is shared says that people are kin, not that they are one.
            name::ONE_PART => {
                let same: f64 = fit.same.iter().map(|word| bits(numbers.word, share(word))).sum();
                same.clamp(-MOST_BITS, 0.0)
            }
            _ => 0.0,
        }
    }

    /// The share of the rarer of two words of which only one is in each record.
    pub fn misspelt(&self, words: &Words, left: u32, right: u32, usual: f64) -> f64 {
        let count = words.count[left as usize].min(words.count[right as usize]);
        self.share(count + 1, usual)
    }

    fn identifiers(&self, field: usize, column: &Column, a: &[u32], b: &[u32]) -> Evidence {
        let known = &self.schemes[field];
        let scheme = |value: u32| column.scheme_of[value as usize];
        let mut best: Option<Evidence> = None;
        let mut differ: Option<(u32, u32)> = None;
        let mut identifies = false;
        for left in a {
            // Where one value of a scheme is the same, others of the scheme are further ones and no contradiction.
            let agree = b.contains(left);
            let (once, identifying) = known[scheme(*left) as usize];
            // What a party has once and many have (a suffix such as junior) rules out, and speaks for nothing.
            if agree && once && !identifying {
                continue;
            }
            if agree {
                let numbers = &self.parameters.fields[field];
                let share = self.share(column.count[*left as usize], numbers.u[0]);
                let evidence = Evidence {
                    level: SAME,
                    left: *left,
                    right: *left,
                    base: self.weights[field][usize::from(SAME)],
                    frequency: bits(numbers.u[0], share),
                    hard: true,
                    ..NOTHING
                };
                identifies |= identifying;
                if best.is_none_or(|best| evidence.bits() > best.bits()) {
                    best = Some(evidence);
                }
            } else if once
                && let Some(right) = b.iter().find(|right| scheme(**right) == scheme(*left))
                && !a
                    .iter()
                    .any(|other| scheme(*other) == scheme(*left) && b.contains(other))
            {
                differ = differ.or(Some((*left, *right)));
            }
        }
        let mut evidence = match (best, differ) {
            (Some(best), _) => best,
            (None, Some((left, right))) => Evidence {
                level: 2,
                left,
                right,
                base: self.weights[field][2],
                ..NOTHING
            },
            (None, None) => NOTHING,
        };
        evidence.veto = differ.is_some();
        evidence.identifies = identifies;
        evidence
    }
}

/// The level of two names whose words fit so.
pub(super) fn name_level(fit: &Fit, same: bool) -> u8 {
    if same {
        return SAME;
    }
    let missing = fit.left_over.0.max(fit.left_over.1);
    let parts = fit.same.len() + fit.close.len();
    let too_little = missing > 0 && (parts + fit.initials < 2 || !fit.beyond_family);
    if fit.left_over.0.min(fit.left_over.1) > 0 || parts == 0 || too_little {
        return if fit.whole {
            name::ONE_PART
        } else {
            name::DIFFERENT
        };
    }
    match (fit.close.len(), fit.initials, missing) {
        (0, 0, 0) if fit.in_order => SAME,
        (0, 0, 0) => name::REORDERED,
        (0, 0, _) => name::MISSING,
        (0, _, _) => name::INITIAL,
        (1, 0, 0) if !fit.same.is_empty() => name::CLOSE,
        _ => name::SEVERAL,
    }
}

/// The same numbers, and at least half of the words of the one that has fewer.
fn nearly_one_address(words: &Words, left: u32, right: u32) -> bool {
    let fit = words.fit(left, right, false);
    let numbers = |text: u32| {
        words
            .of(text)
            .iter()
            .filter(|word| words.has_digit(**word))
            .count()
    };
    let shared = fit.same.iter().filter(|word| words.has_digit(**word)).count();
    let (a, b) = (numbers(left), numbers(right));
    let plain = (words.of(left).len() - a).min(words.of(right).len() - b);
    let found = fit.same.len() - shared + fit.close.len();
    a == b && shared == a && a > 0 && found * 2 >= plain && found > 0
}
