//! Who is protected, by which terms, made into a table of hashes of all their writings. The table holds no names and no
//! numbers, so that nothing that is printed from it can give one away.

use hashbrown::{HashMap, HashSet};

use super::letters::{Hash, folded};
use super::{dates, names, numbers, places};
use crate::model::Date;

/// Why somebody is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Of the category of victims and possible victims.
    Victim,
    Witness,
    /// Holder of an account that stands behind the control gate.
    Gated,
    Child,
    /// Whose age is not known and who may be a child.
    PossibleChild,
    /// A natural person on whom nobody has decided.
    Unclassified,
}

/// Something by which a person is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A name as recorded, in any order of its parts.
    Name(String),
    /// A name of which no record says that it is a person's, as of a shop where somebody paid: looked for with all its
    /// words, not with initials, which stand in texts by chance.
    Called(String),
    /// An account number or IBAN.
    Account(String),
    /// The number of a payment card; without hidden digits.
    Card(String),
    /// A telephone number, with the country in which it was written (two letters, or nothing).
    Phone {
        number: String,
        country: String,
    },
    Email(String),
    /// An address, with its country (two letters, or nothing).
    Address {
        text: String,
        country: String,
    },
    /// A number in a register or on a document.
    Number(String),
    /// Looked for together with a word of the name.
    Born(Date),
    /// An id of a case's tables, which is the same whatever the key of the pseudonyms.
    Id(String),
}

/// Somebody who must not be found in what leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym, for messages.
    pub label: String,
    pub why: Why,
    pub terms: Vec<Term>,
}

/// What kind of term was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Name,
    Account,
    AccountPart,
    Card,
    Phone,
    Email,
    Address,
    Number,
    BirthDate,
    Id,
    /// An amount with its day that no other account has.
    Movement,
}

/// How a writing is to be found in a text, beside its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// Parts of a name, so many words of them.
    Words { words: u8, are_ordinary: bool },
    /// An initial and a family name.
    Initial {
        words: u8,
        behind: bool,
        is_ordinary: bool,
    },
    /// Whatever stands between its signs; also glued to other digits where it is long enough.
    Signs { is_long: bool },
    /// Digits that could be something else: in one piece, or in groups that no date or time has.
    ShortNumber,
    /// The end of a number: in one piece, or behind signs that hide the beginning.
    Part { only_masked: bool },
    /// A birth date: beside a word of a name of one of these persons (a place in `born`).
    Date,
}

/// One writing of one term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub kind: Kind,
    pub how: How,
    /// A person; for a date, a place in `born`.
    pub who: u32,
}

/// Everybody who is protected, ready to be looked for.
pub struct Protected {
    pub(super) people: Vec<(String, Why)>,
    pub(super) table: HashMap<u64, (u32, u32), Mixed>,
    pub(super) entries: Vec<Entry>,
    /// Per birth date: persons with the words of their names.
    pub(super) born: Vec<Vec<(u32, Vec<u64>)>>,
    pub(super) begins: Begins,
    /// Lengths of numbers that are looked for inside longer ones.
    pub(super) long: Vec<usize>,
    pub(super) longest: usize,
    weak: Vec<String>,
}

/// Hashes are mixed already.
#[derive(Clone, Copy, Default)]
pub(super) struct Mixed;
/// Gives back what is written into it.
#[derive(Default)]
pub(super) struct Same(u64);

impl std::hash::BuildHasher for Mixed {
    type Hasher = Same;
    fn build_hasher(&self) -> Same {
        Same(0)
    }
}

impl std::hash::Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// The beginnings of all writings: what begins otherwise need not be read on.
pub(super) struct Begins {
    four: Vec<u64>,
    seven: Vec<u64>,
}

/// Signs that every writing has at least.
pub(super) const SHORTEST: usize = 4;
/// Signs after which the second look is taken.
pub(super) const SECOND: usize = 7;
const SECOND_BITS: u64 = 1 << 23;

impl Begins {
    fn new() -> Begins {
        Begins {
            four: vec![0; 36 * 36 * 36 * 36 / 64 + 1],
            seven: vec![0; (SECOND_BITS / 64) as usize],
        }
    }

    fn place(four: &[u8]) -> usize {
        four.iter().fold(0, |place, byte| {
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                _ => (byte - b'a').min(25) + 10,
            };
            place * 36 + usize::from(value)
        })
    }

    #[inline]
    pub(super) fn has_four(&self, four: &[u8; SHORTEST]) -> bool {
        let place = Begins::place(four);
        self.four[place / 64] >> (place % 64) & 1 == 1
    }

    #[inline]
    pub(super) fn has_seven(&self, hash: Hash) -> bool {
        let place = hash.mixed() % SECOND_BITS;
        self.seven[(place / 64) as usize] >> (place % 64) & 1 == 1
    }

    fn insert(&mut self, form: &[u8]) {
        let place = Begins::place(&form[..SHORTEST]);
        self.four[place / 64] |= 1 << (place % 64);
        if form.len() >= SECOND {
            let place = Hash::of(&form[..SECOND]).mixed() % SECOND_BITS;
            self.seven[(place / 64) as usize] |= 1 << (place % 64);
        }
    }
}

/// Collects the writings of one person.
pub(super) struct Forms<'a> {
    build: &'a mut Build,
    who: u32,
}

struct Build {
    begins: Begins,
    found: Vec<(u64, Entry)>,
    long: HashSet<usize>,
    longest: usize,
}

impl Forms<'_> {
    /// Adds a writing from its small Latin letters and digits. Gives whether it is long enough to be looked for.
    pub(super) fn add(&mut self, plain: &[u8], kind: Kind, how: How) -> bool {
        let form = folded(strip_zeros(plain));
        if form.len() < SHORTEST {
            return false;
        }
        let build = &mut *self.build;
        build.begins.insert(&form);
        build.longest = build.longest.max(form.len());
        if matches!(how, How::Signs { is_long: true }) && form.iter().all(u8::is_ascii_digit) {
            build.long.insert(form.len());
        }
        let entry = Entry {
            kind,
            how,
            who: self.who,
        };
        build.found.push((Hash::of(&form).mixed(), entry));
        true
    }
}

/// Without the zeros before its first digit: deliveries lose them, and gain some.
pub(super) fn strip_zeros(plain: &[u8]) -> &[u8] {
    let zeros = plain.iter().take_while(|byte| **byte == b'0').count();
    &plain[zeros..]
}

impl Protected {
    /// All writings of all terms. `part` is how many last digits of an account or card number are looked for at least.
    pub fn new(persons: &[Person], part: usize) -> Protected {
        let mut build = Build {
            begins: Begins::new(),
            found: Vec::new(),
            long: HashSet::new(),
            longest: 0,
        };
        let is_number = |term: &&Term| matches!(term, Term::Account(_) | Term::Card(_));
        let numbers = persons
            .iter()
            .flat_map(|person| &person.terms)
            .filter(is_number)
            .count();
        let mut dates: Vec<(Date, u32, Vec<u64>)> = Vec::new();
        let mut weak = Vec::new();
        for (who, person) in persons.iter().enumerate() {
            let mut forms = Forms {
                build: &mut build,
                who: who as u32,
            };
            let mut is_weak = false;
            for term in &person.terms {
                let is_found = match term {
                    Term::Name(name) => names::add(name, &mut forms),
                    Term::Called(name) => names::add_whole(name, &mut forms),
                    Term::Account(number) => numbers::account(number, part, numbers, &mut forms),
                    Term::Card(number) => numbers::card(number, part, numbers, &mut forms),
                    Term::Phone { number, country } => numbers::phone(number, country, &mut forms),
                    Term::Email(mail) => numbers::email(mail, &mut forms),
                    Term::Address { text, country } => places::add(text, country, &mut forms),
                    Term::Number(number) => numbers::register(number, &mut forms),
                    Term::Id(id) => numbers::id(id, &mut forms),
                    Term::Born(_) => true,
                };
                is_weak |= !is_found;
            }
            if is_weak {
                weak.push(person.label.clone());
            }
            let words = || -> Vec<u64> {
                let mut words: Vec<u64> = person
                    .terms
                    .iter()
                    .filter_map(|term| match term {
                        Term::Name(name) => Some(names::words(name)),
                        _ => None,
                    })
                    .flatten()
                    .collect();
                words.sort_unstable();
                words.dedup();
                words
            };
            let born = person.terms.iter().filter_map(|term| match term {
                Term::Born(date) => Some((*date, who as u32, words())),
                _ => None,
            });
            dates.extend(born);
        }
        let mut born: Vec<Vec<(u32, Vec<u64>)>> = Vec::new();
        dates.sort();
        for same in dates.chunk_by(|a, b| a.0 == b.0) {
            let mut forms = Forms {
                build: &mut build,
                who: born.len() as u32,
            };
            dates::add(same[0].0, &mut forms);
            born.push(same.iter().map(|(_, who, words)| (*who, words.clone())).collect());
        }
        let Build {
            begins,
            mut found,
            long,
            longest,
        } = build;
        found.sort_unstable();
        // One person stands for all of one writing, save for dates: there every person counts.
        found.dedup_by(|later, first| {
            later.0 == first.0
                && later.1.kind == first.1.kind
                && later.1.how == first.1.how
                && (later.1.how != How::Date || later.1.who == first.1.who)
        });
        let mut table = HashMap::with_capacity_and_hasher(found.len(), Mixed);
        let mut entries = Vec::with_capacity(found.len());
        for same in found.chunk_by(|a, b| a.0 == b.0) {
            table.insert(same[0].0, (entries.len() as u32, same.len() as u32));
            entries.extend(same.iter().map(|(_, entry)| *entry));
        }
        let mut long: Vec<usize> = long.into_iter().collect();
        long.sort_unstable();
        weak.sort();
        weak.dedup();
        Protected {
            people: persons
                .iter()
                .map(|person| (person.label.clone(), person.why))
                .collect(),
            table,
            entries,
            born,
            begins,
            long,
            longest,
            weak,
        }
    }

    /// Labels of persons of whom a term is too short to be looked for alone: a name of one word, a number of few
    /// digits. A person has to look for those.
    pub fn weak(&self) -> &[String] {
        &self.weak
    }

    /// How many writings are looked for.
    pub fn writings(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub(super) fn of(&self, hash: Hash) -> &[Entry] {
        match self.table.get(&hash.mixed()) {
            Some((from, count)) => &self.entries[*from as usize..(*from + *count) as usize],
            None => &[],
        }
    }
}

impl std::fmt::Debug for Protected {
    /// How many, not who.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Protected({} persons, {} writings)",
            self.people.len(),
            self.entries.len()
        )
    }
}

impl Why {
    /// In words, behind “because”.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Victim => "the category is victim or possible victim",
            Why::Witness => "the person is a witness",
            Why::Gated => "an account of the person stands behind the control gate",
            Why::Child => "the person is a child",
            Why::PossibleChild => "the person's age is not known and may be a child's",
            Why::Unclassified => "nobody has decided what this natural person is in the case",
        }
    }
}

impl Kind {
    /// In words, as in “a telephone number of Person K7Q2-MX4P”.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Name => "a name",
            Kind::Account => "an account number",
            Kind::AccountPart => "the last digits of an account or card number",
            Kind::Card => "a card number",
            Kind::Phone => "a telephone number",
            Kind::Email => "an e-mail address",
            Kind::Address => "an address",
            Kind::Number => "a number of a register or document",
            Kind::BirthDate => "a birth date beside a part of the name",
            Kind::Id => "an id of the case",
            Kind::Movement => "an amount with its day, which no other account has,",
        }
    }
}
