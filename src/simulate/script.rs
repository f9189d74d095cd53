//! What is planted: parties, accounts and movements that somebody wrote down on purpose, lawful or not, with the
//! reason. Everything else in a case is everyday life.

use std::collections::BTreeSet;

use serde::Serialize;

use super::banks::{Bank, StatementFormat};
use super::movement::{Kind, Movement, place};
use super::names;
use super::random::{Draw, Purpose};
use crate::model::Date;

/// What a planted party is in the story. Written to the truth only, never to the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Directs or profits from exploitation.
    Controller,
    /// Is exploited.
    Victim,
    /// A business that gives the money a lawful look.
    Front,
    /// Where money leaves the records.
    Exit,
    /// Holds an account through which money is layered.
    NetworkAccount,
    /// Brings people into exploitation and is paid for it.
    Recruiter,
    /// Drives or moves the exploited.
    Transport,
    /// Houses the exploited.
    Housing,
    /// Pays for the abuse of a child.
    Demand,
    /// Nothing to do with the network.
    Lawful,
}

/// A planted or public party.
#[derive(Clone, Debug)]
pub struct Party {
    pub name: String,
    pub company: bool,
    pub role: Role,
    /// Which pattern a lawful party resembles, and why it is none; empty for everybody else.
    pub resembles: &'static str,
    pub birth_date: Option<Date>,
    pub registration_number: String,
    pub country: &'static str,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub sector: &'static str,
    pub incorporated: Option<Date>,
    pub employees: Option<u32>,
    pub more: More,
}

/// What the scenarios of the forms of exploitation tell of a party besides; empty elsewhere.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// Family name, for relatives.
    pub family: &'static str,
    /// Word of the form of exploitation; empty for lawful parties.
    pub form: &'static str,
    /// Number of the network, from 1; 0 for lawful parties.
    pub network: u32,
    /// What the party does in the network.
    pub functions: Vec<&'static str>,
    /// Rules whose look a lawful party has, and why it is none.
    pub alike: Vec<(&'static str, &'static str)>,
    /// Kind of lawful household, as `student`.
    pub household: &'static str,
    /// Merchant category code (ISO 18245) of who takes cards.
    pub merchant: &'static str,
    /// What authorities know of the party's yearly income: kind, hundredths, basis.
    pub income: Option<(&'static str, i64, &'static str)>,
}

/// An account of a planted or public party.
#[derive(Clone, Debug)]
pub struct Holding {
    pub party: u32,
    pub bank: Bank,
    pub opened: Date,
    /// Parties who hold the account with the first.
    pub co_holders: Vec<u32>,
    /// Parties who may use the account without holding it.
    pub mandates: Vec<u32>,
    /// What stands on it when the period begins, in hundredths; raised where the movements need it.
    pub opening_cents: i64,
}

/// A planted pattern: which movements are it, and what each does there.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Id of the domain's catalogue: `ML-11`, `THB-13`.
    pub kind: &'static str,
    pub name: &'static str,
    pub what: String,
    /// Account and its place in the pattern, in order.
    pub accounts: Vec<(u32, &'static str)>,
    /// Planted movement and what it does there, in order of time.
    pub movements: Vec<(u32, String)>,
    /// False for a lawful lookalike.
    pub planted: bool,
    /// Form and network, where the scenario tells them.
    pub told: (&'static str, u32),
}

/// Employment that the employers' register knows.
#[derive(Clone, Debug)]
pub struct Employment {
    pub employee: u32,
    pub employer: u32,
    pub from: Date,
    pub to: Option<Date>,
}

/// Collects what is planted.
pub struct Script {
    pub seed: u64,
    pub start: Date,
    pub days: u32,
    formats: Vec<StatementFormat>,
    pub parties: Vec<Party>,
    pub holdings: Vec<Holding>,
    pub movements: Vec<Movement>,
    pub patterns: Vec<Pattern>,
    pub employments: Vec<Employment>,
    /// Texts that movements name by number.
    pub texts: Vec<String>,
    /// The form and the network that is being told; empty and 0 for the lawful.
    pub telling: (&'static str, u32),
    /// Transfers between persons at the counter of a money transfer service.
    pub counters: Vec<Counter>,
    /// The scenario tells forms of exploitation, with merchants, times and places.
    detailed: bool,
    names: BTreeSet<String>,
    draw: Draw,
    rotation: usize,
}

/// A transfer between persons at the counter of a money transfer service: cash in here, cash out abroad.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    pub day: u32,
    pub second: u32,
    pub sender: u32,
    pub payee: u32,
    pub cents: i64,
    pub city: usize,
}

impl Script {
    /// An empty script for a period; statements may be written in the given formats only.
    pub fn new(seed: u64, start: Date, days: u32, formats: &[StatementFormat]) -> Script {
        Script {
            seed,
            start,
            days,
            formats: formats.to_vec(),
            parties: Vec::new(),
            holdings: Vec::new(),
            movements: Vec::new(),
            patterns: Vec::new(),
            employments: Vec::new(),
            texts: Vec::new(),
            telling: ("", 0),
            counters: Vec::new(),
            detailed: false,
            names: BTreeSet::new(),
            draw: Draw::new(seed, Purpose::Script, 0, 0),
            rotation: 0,
        }
    }

    /// The script of a scenario that tells forms of exploitation.
    pub fn detailed(seed: u64, start: Date, days: u32, formats: &[StatementFormat]) -> Script {
        Script {
            detailed: true,
            ..Script::new(seed, start, days, formats)
        }
    }

    /// Whether merchants, times and places are delivered.
    pub fn is_detailed(&self) -> bool {
        self.detailed
    }

    /// Banks of the plan in turn, those of detailed statements among them.
    pub fn turn_bank(&mut self) -> Bank {
        self.rotation += 1;
        match self.formats.get((self.rotation - 1) % self.formats.len().max(1)) {
            Some(format) => Bank::Statements(*format),
            None => Bank::Listing,
        }
    }

    /// The series of numbers that the script draws from, in the order in which it is written.
    pub fn draw(&mut self) -> &mut Draw {
        &mut self.draw
    }

    /// The bank of a format, or of another one where the plan does not want it, or the listing where it wants none.
    pub fn bank(&self, wish: StatementFormat) -> Bank {
        if self.formats.contains(&wish) {
            return Bank::Statements(wish);
        }
        match self.formats.get(wish as usize % self.formats.len().max(1)) {
            Some(format) => Bank::Statements(*format),
            None => Bank::Listing,
        }
    }

    /// Banks that deliver statements in turn.
    pub fn next_bank(&mut self) -> Bank {
        let wish = StatementFormat::ALL[self.rotation % StatementFormat::ALL.len()];
        self.rotation += 1;
        self.bank(wish)
    }

    /// A made-up person.
    pub fn person(&mut self, role: Role) -> u32 {
        let number = self.parties.len() as u64 + 9_000_000_000;
        let (name, family) = if self.detailed {
            self.fresh_long_name(number, None)
        } else {
            (self.fresh_name(number), "")
        };
        let birth = Date(self.start.0 - self.draw.between(20 * 365, 58 * 365) as i32);
        let digits = self.draw.between(100_000_000, 999_999_999);
        self.parties.push(Party {
            registration_number: format!("P{digits}"),
            country: "NL",
            address: format!(
                "{}, {}",
                names::street(self.seed, number),
                self.draw.pick(&names::CITIES)
            ),
            phone: format!("+31 600 {:03} {:03}", number / 1_000 % 1_000, number % 1_000),
            email: email(&name, number),
            name,
            company: false,
            role,
            resembles: "",
            birth_date: Some(birth),
            sector: "",
            incorporated: None,
            employees: None,
            more: self.more(family),
        });
        self.parties.len() as u32 - 1
    }

    /// A relative: the same family name and the same home.
    pub fn relative(&mut self, role: Role, of: u32) -> u32 {
        let party = self.person(role);
        let number = u64::from(party) + 9_000_000_000;
        let (family, address) = {
            let of = &self.parties[of as usize];
            (of.more.family, of.address.clone())
        };
        let (name, family) = self.fresh_long_name(number, Some(family));
        let told = &mut self.parties[party as usize];
        told.email = email(&name, number);
        (told.name, told.address, told.more.family) = (name, address, family);
        party
    }

    fn more(&self, family: &'static str) -> More {
        More {
            family,
            form: self.telling.0,
            network: self.telling.1,
            ..More::default()
        }
    }

    /// A made-up company.
    pub fn company(&mut self, role: Role, name: String, sector: &'static str, employees: u32) -> u32 {
        let number = self.parties.len() as u64 + 9_000_000_000;
        let digits = self.draw.between(10_000_000, 99_999_999);
        self.parties.push(Party {
            registration_number: format!("{digits}"),
            country: "NL",
            address: format!(
                "{}, {}",
                names::street(self.seed, number),
                self.draw.pick(&names::CITIES)
            ),
            phone: format!("+31 600 {:03} {:03}", number / 1_000 % 1_000, number % 1_000),
            email: email(&name, number),
            name,
            company: true,
            role,
            resembles: "",
            birth_date: None,
            sector,
            incorporated: Some(Date(self.start.0 - self.draw.between(200, 4_000) as i32)),
            employees: Some(employees),
            more: self.more(""),
        });
        self.parties.len() as u32 - 1
    }

    /// An account of a party; its index is also its index in the world.
    pub fn account(&mut self, party: u32, bank: Bank) -> u32 {
        let opened = Date(self.start.0 - self.draw.between(40, 900) as i32);
        self.holdings.push(Holding {
            party,
            bank,
            opened,
            co_holders: Vec::new(),
            mandates: Vec::new(),
            opening_cents: self.draw.between(1_000, 9_500),
        });
        self.holdings.len() as u32 - 1
    }

    /// A text that movements can name.
    pub fn text(&mut self, text: impl Into<String>) -> u32 {
        let text = text.into();
        debug_assert!(!text.contains([',', '"', ';', '\n', '/', '?']), "{text}");
        self.texts.push(text);
        self.texts.len() as u32 - 1
    }

    /// A movement; gives its number, or nothing where the day lies outside the period.
    pub fn pay(
        &mut self,
        at: (i32, u32),
        payer: u32,
        payee: u32,
        cents: i64,
        what: (Kind, u32),
    ) -> Option<u32> {
        let (day, second) = at;
        if day < 0 || day as u32 >= self.days || cents <= 0 {
            return None;
        }
        let number = self.movements.len() as u32;
        self.movements.push(Movement {
            day: day as u32,
            second: second.min(86_399),
            payer,
            payee,
            cents,
            kind: what.0,
            detail: what.1,
            planted: number,
        });
        Some(number)
    }

    /// A transfer with a text.
    pub fn transfer(
        &mut self,
        at: (i32, u32),
        payer: u32,
        payee: u32,
        cents: i64,
        text: &str,
    ) -> Option<u32> {
        let text = self.text(text);
        self.pay(at, payer, payee, cents, (Kind::Told, text))
    }

    /// Writes a pattern down. Movements that fell outside the period are left out.
    pub fn pattern(
        &mut self,
        kind: (&'static str, &'static str),
        what: impl Into<String>,
        accounts: Vec<(u32, &'static str)>,
        movements: Vec<(Option<u32>, String)>,
    ) {
        self.write_pattern(kind, what.into(), accounts, movements, true);
    }

    /// Writes down what only looks like a pattern, and why it is none.
    pub fn lookalike(
        &mut self,
        kind: (&'static str, &'static str),
        what: &'static str,
        accounts: Vec<(u32, &'static str)>,
        movements: Vec<(Option<u32>, String)>,
    ) {
        for (account, _) in &accounts {
            let party = self.holdings[*account as usize].party as usize;
            if self.parties[party].role == Role::Lawful && self.parties[party].resembles.is_empty() {
                self.parties[party].resembles = kind.0;
            }
        }
        self.write_pattern(kind, what.to_owned(), accounts, movements, false);
    }

    fn write_pattern(
        &mut self,
        (kind, name): (&'static str, &'static str),
        what: String,
        accounts: Vec<(u32, &'static str)>,
        movements: Vec<(Option<u32>, String)>,
        planted: bool,
    ) {
        let mut movements: Vec<(u32, String)> = movements
            .into_iter()
            .filter_map(|(number, role)| Some((number?, role)))
            .collect();
        movements.sort_by_key(|(number, _)| {
            let movement = &self.movements[*number as usize];
            (movement.day, movement.second, *number)
        });
        self.patterns.push(Pattern {
            kind,
            name,
            what,
            accounts,
            movements,
            planted,
            told: self.telling,
        });
    }

    /// Seconds of the day for a time of day, with some minutes drawn on top.
    pub fn around(&mut self, hour: u32) -> u32 {
        hour * 3_600 + self.draw.below(3_000) as u32
    }

    /// A terminal in a city.
    pub fn terminal(&mut self, city: usize) -> u32 {
        place(city as u32, 100 + self.draw.below(40) as u32)
    }

    /// First days of the months that lie wholly in the period, as days since the start.
    pub fn whole_months(&self) -> Vec<i32> {
        super::calendar::months(self.start, self.days)
            .into_iter()
            .filter(|(from, to)| {
                *from == super::calendar::month_start(*from)
                    && super::calendar::next_month(*from).0 == to.0 + 1
            })
            .map(|(from, _)| from.0 - self.start.0)
            .collect()
    }

    /// The day on which wages of the month beginning at `first` are paid: the 25th or the working day before it.
    pub fn payday(&self, first: i32) -> i32 {
        super::calendar::previous_working(Date(self.start.0 + first + 24)).0 - self.start.0
    }

    /// `2025-03` of a day of the period.
    pub fn month_text(&self, day: i32) -> String {
        let (year, month, _) = Date(self.start.0 + day).ymd();
        format!("{year:04}-{month:02}")
    }

    fn fresh_long_name(&mut self, number: u64, kin: Option<&'static str>) -> (String, &'static str) {
        let mut attempt = 0u64;
        loop {
            let (given, family) = names::long_person(self.seed, number + attempt * 1_000_003);
            let family = kin.unwrap_or(family);
            let name = format!("{given} {family}");
            attempt += 1;
            // A case never has a thousandth of the people that there are names for.
            if self.names.insert(name.clone()) || attempt > 1_000 {
                return (name, family);
            }
        }
    }

    // No two planted persons share a name, so that a name in a text means one person.
    fn fresh_name(&self, number: u64) -> String {
        let mut name = names::person(self.seed, number);
        let mut attempt = 1u64;
        while attempt < 64 && self.parties.iter().any(|party| party.name == name) {
            name = names::person(self.seed, number + attempt * 1_000_003);
            attempt += 1;
        }
        name
    }
}

/// A mail address that can never exist (`.example` is reserved).
pub fn email(name: &str, number: u64) -> String {
    let word: String = names::plain(name)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    format!("{word}{}@post.example", number % 1_000)
}
