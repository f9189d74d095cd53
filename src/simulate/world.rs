//! The made-up world: who is there, with which account at which bank. Planted parties first, then companies and
//! offices, then households (units). A unit's properties are computed from its number, never stored.

use std::ops::Range;

use super::banks::{Bank, IbanText, StatementFormat, iban_str};
use super::names;
use super::random::{Draw, Purpose};
use super::script::{Holding, Party, Role, Script, email};
use crate::model::Date;

/// What kind of household a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// Two earners, one account.
    Couple,
    /// Supported by the couple before it.
    Student,
    /// One earner.
    Single,
    /// Lives on a pension.
    Pensioner,
    /// Lives on a benefit.
    Benefit,
    /// Two earners with children, one account.
    Family,
}

/// Companies and offices that everybody deals with, by account index.
#[derive(Clone, Debug, Default)]
pub struct Public {
    pub employers: Range<u32>,
    pub landlords: Range<u32>,
    pub shops: Range<u32>,
    pub tax_office: u32,
    pub benefits_office: u32,
    pub pension_fund: u32,
    pub insurer: u32,
    pub energy: u32,
    pub telecom: u32,
}

/// Everybody and every account.
pub struct World {
    pub seed: u64,
    pub start: Date,
    pub days: u32,
    pub parties: Vec<Party>,
    pub holdings: Vec<Holding>,
    pub texts: Vec<String>,
    /// Statements and listing say merchants, times and places.
    pub detailed: bool,
    pub public: Public,
    /// How many households there are; their accounts follow the holdings.
    pub units: u32,
    formats: Vec<StatementFormat>,
    /// How many units are delivered as statements.
    statement_units: u32,
    ibans: Vec<IbanText>,
    banks: Vec<Bank>,
}

/// A member of a household, as registers know them.
pub struct Member {
    pub name: String,
    pub birth_date: Date,
    pub registration_number: String,
    pub address: String,
    pub phone: String,
    pub email: String,
}

impl World {
    /// Puts companies, offices and `units` households around what a script planted (whose movements it leaves there).
    pub fn build(
        script: &mut Script,
        units: u32,
        formats: &[StatementFormat],
        statement_units: u32,
    ) -> World {
        let mut public = Public::default();
        let many = |per: u32, low: u32, high: u32| (units / per).clamp(low, high);
        let seed = script.seed;
        public.employers = add(script, many(12, 3, 40_000), |number, _| {
            let (name, sector) = names::company(seed, number);
            (name, sector, Bank::Listing, 12)
        });
        public.landlords = add(script, many(10, 2, 40_000), |number, at| {
            let bank = if at % 3 == 2 {
                Bank::OutsideBe
            } else {
                Bank::OutsideNl
            };
            (names::landlord(seed, number), "68.20", bank, 30)
        });
        public.shops = add(script, many(8, 16, 20_000), |number, at| {
            let (name, sector) = names::shop(seed, number, at as usize);
            let bank = match at % 4 {
                0 => Bank::OutsideBe,
                1 => Bank::OutsideDe,
                _ => Bank::OutsideNl,
            };
            (name, sector, bank, 20)
        });
        let office = |script: &mut Script, name: &str, sector: &'static str| {
            let party = script.company(Role::Lawful, name.to_owned(), sector, 900);
            script.account(party, Bank::OutsideNl)
        };
        public.tax_office = office(script, "Ontvangkantoor Belastingen Waterland", "84.11");
        public.benefits_office = office(script, "Uitkeringskantoor Waterland", "84.30");
        public.pension_fund = office(script, "Pensioenfonds De Eik", "65.30");
        public.insurer = office(script, "Zorgverzekeraar Het Verbond", "65.12");
        public.energy = office(script, "Energiebedrijf Noordenwind", "35.14");
        public.telecom = office(script, "Telecom Morgenrood", "61.20");

        let mut world = World {
            seed,
            start: script.start,
            days: script.days,
            parties: std::mem::take(&mut script.parties),
            holdings: std::mem::take(&mut script.holdings),
            texts: std::mem::take(&mut script.texts),
            detailed: script.is_detailed(),
            public,
            units,
            formats: formats.to_vec(),
            statement_units: if formats.is_empty() { 0 } else { statement_units },
            ibans: Vec::new(),
            banks: Vec::new(),
        };
        let total = world.holdings.len() as u32 + units;
        world.banks = (0..total).map(|account| world.choose_bank(account)).collect();
        world.ibans = (0..total)
            .map(|account| world.banks[account as usize].iban(account, seed))
            .collect();
        world
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> u32 {
        self.banks.len() as u32
    }

    /// Index of a unit's account.
    pub fn unit_account(&self, unit: u32) -> u32 {
        self.holdings.len() as u32 + unit
    }

    /// The unit that holds an account; nothing for planted and public accounts.
    pub fn unit_of(&self, account: u32) -> Option<u32> {
        account.checked_sub(self.holdings.len() as u32)
    }

    /// The bank that keeps an account.
    pub fn bank(&self, account: u32) -> Bank {
        self.banks[account as usize]
    }

    /// The number of an account.
    pub fn iban(&self, account: u32) -> &str {
        iban_str(&self.ibans[account as usize])
    }

    /// The merchant category code of who holds an account (ISO 18245), empty where it takes no cards.
    pub fn merchant(&self, account: u32) -> &'static str {
        let Some(holding) = self.holdings.get(account as usize) else {
            return "";
        };
        let party = &self.parties[holding.party as usize];
        if party.more.merchant.is_empty() {
            names::merchant(party.sector)
        } else {
            party.more.merchant
        }
    }

    /// The day on which an account was opened, where it was opened within the period.
    pub fn opened_within(&self, account: u32) -> Option<Date> {
        let opened = self.holdings.get(account as usize)?.opened;
        (opened > self.start).then_some(opened)
    }

    /// The name on an account.
    pub fn name(&self, account: u32) -> String {
        match self.unit_of(account) {
            None => {
                let holding = &self.holdings[account as usize];
                let mut name = self.parties[holding.party as usize].name.clone();
                for party in &holding.co_holders {
                    name.push_str(" en ");
                    name.push_str(&self.parties[*party as usize].name);
                }
                name
            }
            Some(unit) => match self.kind(unit) {
                UnitKind::Couple | UnitKind::Family => {
                    format!("{} en {}", self.member_name(unit, 0), self.member_name(unit, 1))
                }
                _ => self.member_name(unit, 0),
            },
        }
    }

    /// The kind of a household. Every kind stands among the first twelve.
    pub fn kind(&self, unit: u32) -> UnitKind {
        match unit % 12 {
            0 | 6 => UnitKind::Couple,
            1 => UnitKind::Student,
            3 => UnitKind::Pensioner,
            5 => UnitKind::Benefit,
            4 => UnitKind::Family,
            _ => UnitKind::Single,
        }
    }

    /// How many grown-ups share the account.
    pub fn members(&self, unit: u32) -> u32 {
        match self.kind(unit) {
            UnitKind::Couple | UnitKind::Family => 2,
            _ => 1,
        }
    }

    /// The name of a grown-up of the household.
    pub fn member_name(&self, unit: u32, member: u32) -> String {
        match member {
            0 => names::person(self.seed, u64::from(unit)),
            other => names::relative(self.seed, u64::from(unit), u64::from(other)),
        }
    }

    /// What registers know about a grown-up of the household.
    pub fn member(&self, unit: u32, member: u32) -> Member {
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 10 + u64::from(member));
        let name = self.member_name(unit, member);
        let (young, old) = match self.kind(unit) {
            UnitKind::Student => (19, 25),
            UnitKind::Pensioner => (68, 88),
            _ => (25, 64),
        };
        let number = u64::from(unit) * 2 + u64::from(member);
        let mut shared = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 9);
        Member {
            birth_date: Date(self.start.0 - draw.between(young * 365, old * 365) as i32),
            registration_number: format!("P{:09}", 200_000_000 + number % 700_000_000),
            address: format!(
                "{}, {}",
                names::street(self.seed, u64::from(unit)),
                shared.pick(&names::CITIES)
            ),
            phone: format!("+31 601 {:03} {:03}", number / 1_000 % 1_000, number % 1_000),
            email: email(&name, number),
            name,
        }
    }

    /// The employer's account of an earner of a unit.
    pub fn employer(&self, unit: u32, member: u32) -> u32 {
        let range = &self.public.employers;
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 2 + u64::from(member));
        range.start + draw.below(u64::from(range.end - range.start)) as u32
    }

    /// The landlord's account of a unit.
    pub fn landlord(&self, unit: u32) -> u32 {
        let range = &self.public.landlords;
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 1);
        range.start + draw.below(u64::from(range.end - range.start)) as u32
    }

    /// The net monthly wage of an earner, in hundredths.
    pub fn wage(&self, unit: u32, member: u32) -> i64 {
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 4 + u64::from(member));
        draw.between(190_000, 360_000)
    }

    /// The monthly pension or benefit of a unit, in hundredths.
    pub fn income(&self, unit: u32) -> i64 {
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 7);
        match self.kind(unit) {
            UnitKind::Pensioner => draw.between(145_000, 210_000),
            _ => draw.between(118_000, 136_000),
        }
    }

    /// The monthly rent of a unit, in hundredths.
    pub fn rent(&self, unit: u32) -> i64 {
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 6);
        let (low, high) = match self.kind(unit) {
            UnitKind::Student => (340, 420),
            UnitKind::Single => (640, 940),
            UnitKind::Couple | UnitKind::Family => (880, 1_290),
            UnitKind::Pensioner | UnitKind::Benefit => (480, 620),
        };
        draw.between(low, high) * 100
    }

    /// The city index a unit lives in.
    pub fn home(&self, unit: u32) -> usize {
        let mut draw = Draw::new(self.seed, Purpose::Unit, u64::from(unit), 9);
        draw.below(names::CITIES.len() as u64) as usize
    }

    // Three of five units bank where statements come from, until the bound is reached; the others stand in the listing.
    fn choose_bank(&self, account: u32) -> Bank {
        match self.unit_of(account) {
            None => self.holdings[account as usize].bank,
            Some(unit) => {
                let (group, within) = (unit / 5, unit % 5);
                let rank = group * 3 + within;
                if within < 3 && rank < self.statement_units {
                    Bank::Statements(self.formats[rank as usize % self.formats.len()])
                } else {
                    Bank::Listing
                }
            }
        }
    }
}

fn add(
    script: &mut Script,
    count: u32,
    make: impl Fn(u64, u32) -> (String, &'static str, Bank, u32),
) -> Range<u32> {
    let first = script.holdings.len() as u32;
    for at in 0..count {
        let number = script.parties.len() as u64;
        let (name, sector, bank, employees) = make(number, at);
        let party = script.company(Role::Lawful, name, sector, employees);
        script.account(party, bank);
    }
    first..first + count
}
