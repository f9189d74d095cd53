//! Who exists: households, companies, and the cases in which two are easily taken for one. A unit is made from its number
//! alone, so units can be made in any order.

use std::sync::OnceLock;

use super::homes::{Home, rank};
use super::letters::{Marks, Way, latin, marked};
use super::lists::{LISTS, TRADES, WORDS};
use super::numbers::{self, Land};
use crate::model::Date;
use crate::simulate::random::{Draw, Purpose};

/// Why the people of a unit are easily confused, or what binds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    Single,
    Couple,
    Family,
    Siblings,
    /// One address, several families.
    Housemates,
    /// One name, one address, two ages.
    FatherSon,
    /// One date of birth, one family name, one address.
    Twins,
    /// One name, one year of birth, strangers.
    SameNameSameYear,
    /// One name, one date of birth, strangers, each with a number.
    SameNameSameDay,
    /// The same where one's number is in no record.
    SameNameOneNumber,
    /// Twelve workers who give the phone of one recruiter.
    SharedPhone,
    Company,
    /// Two companies of one name in two cities.
    SameCompanyName,
}

impl Bond {
    /// The word in the truth.
    pub const fn as_str(self) -> &'static str {
        match self {
            Bond::Single => "single",
            Bond::Couple => "couple",
            Bond::Family => "family",
            Bond::Siblings => "siblings",
            Bond::Housemates => "housemates",
            Bond::FatherSon => "father-son",
            Bond::Twins => "twins",
            Bond::SameNameSameYear => "same-name-same-year",
            Bond::SameNameSameDay => "same-name-same-day",
            Bond::SameNameOneNumber => "same-name-one-number",
            Bond::SharedPhone => "shared-phone",
            Bond::Company => "company",
            Bond::SameCompanyName => "same-company-name",
        }
    }

    /// The first units are one each of what is rare; the others come by chance.
    fn of(unit: u64, draw: &mut Draw) -> Bond {
        let planted = [
            Bond::SameNameSameDay,
            Bond::SameNameOneNumber,
            Bond::Twins,
            Bond::FatherSon,
            Bond::SameNameSameYear,
            Bond::SharedPhone,
            Bond::SameCompanyName,
        ];
        if let Some(bond) = planted.get(unit as usize) {
            return *bond;
        }
        match draw.below(10_000) {
            0..3_000 => Bond::Single,
            3_000..5_000 => Bond::Couple,
            5_000..6_700 => Bond::Family,
            6_700..7_100 => Bond::Siblings,
            7_100..7_700 => Bond::Housemates,
            7_700..8_000 => Bond::FatherSon,
            8_000..8_200 => Bond::Twins,
            8_200..8_350 => Bond::SameNameSameYear,
            // Strangers with one name and one day of birth are very rare.
            8_350..8_355 => Bond::SameNameSameDay,
            8_355..8_360 => Bond::SameNameOneNumber,
            8_360..8_440 => Bond::SharedPhone,
            8_440..9_880 => Bond::Company,
            _ => Bond::SameCompanyName,
        }
    }
}

/// A person or a company as it is.
#[derive(Clone, Debug)]
pub struct Party {
    pub company: bool,
    /// Number within the unit, of the party and of its household.
    pub number_in_unit: u32,
    pub household: u32,
    /// Given names in their own letters; of a company the words of its name.
    pub given: Vec<String>,
    pub family: String,
    /// The family's name after marriage, and whether the own one stays behind it.
    pub married: Option<(String, bool)>,
    /// What tells father from son.
    pub suffix: &'static str,
    pub ukrainian: bool,
    pub family_first: bool,
    /// Born or founded.
    pub born: Date,
    pub land: Land,
    pub number: String,
    /// Whether records may hold the number.
    pub numbered: bool,
    /// Now and before.
    pub phones: [String; 2],
    pub email: String,
    pub homes: Vec<Home>,
    /// A phone that others give too, and how many in a hundred of the records have it.
    pub shared: Option<(String, u64)>,
    /// Whether that phone is a whole household's; otherwise it is somebody else's.
    pub shared_at_home: bool,
    pub joint_account: bool,
    /// Somebody else of the unit can be taken for this one.
    pub has_double: bool,
}

/// People and companies that are made together.
#[derive(Clone, Debug)]
pub struct Unit {
    pub number: u64,
    pub bond: Bond,
    pub parties: Vec<Party>,
}

/// A day about which no one of the records is younger.
const TODAY: Date = Date(20_454);

/// The words of a list, with dots as spaces.
fn words(list: usize, which: usize) -> &'static [String] {
    static ALL: OnceLock<Vec<[Vec<String>; 4]>> = OnceLock::new();
    let split = |text: &str| {
        text.split_whitespace()
            .map(|word| word.replace('.', " "))
            .collect()
    };
    let all = ALL.get_or_init(|| {
        LISTS
            .iter()
            .map(|names| [names.given, names.family, names.beginnings, names.endings].map(split))
            .collect()
    });
    &all[list][which]
}

fn picked(list: usize, which: usize, draw: &mut Draw) -> &'static str {
    let words = words(list, which);
    &words[rank(words.len(), draw)]
}

fn given(list: usize, draw: &mut Draw) -> Vec<String> {
    let mut all = vec![picked(list, 0, draw).to_owned()];
    if draw.below(100) < 30 {
        let second = picked(list, 0, draw).to_owned();
        if second != all[0] {
            all.push(second);
        }
    }
    all
}

fn family(list: usize, draw: &mut Draw) -> String {
    let one = |draw: &mut Draw| {
        if draw.below(100) < 35 {
            return picked(list, 1, draw).to_owned();
        }
        let any = |which: usize, draw: &mut Draw| draw.pick(words(list, which)).clone();
        format!("{}{}", any(2, draw), any(3, draw))
    };
    let first = one(draw);
    // In Spain and Portugal people have the names of two families.
    if list == 8 && draw.below(100) < 60 {
        format!("{first} {}", one(draw))
    } else {
        first
    }
}

fn day(draw: &mut Draw, youngest: i64, oldest: i64) -> Date {
    Date(TODAY.0 - draw.between(youngest * 366, oldest * 365) as i32)
}

fn mailbox(given: &str, family: &str, ukrainian: bool, draw: &mut Draw) -> String {
    let plain = |text: &str| -> String {
        marked(&latin(text, Way::Own, ukrainian), Marks::Dropped)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    format!(
        "{}.{}{}@example.org",
        plain(given),
        plain(family),
        draw.between(1, 9_999)
    )
}

/// What a household has in common.
struct Common {
    list: usize,
    land: Land,
    home: Home,
    family: String,
}

impl Common {
    fn drawn(draw: &mut Draw) -> Common {
        let list = rank(LISTS.len(), draw);
        let land = Land::drawn(draw);
        Common {
            list,
            land,
            home: Home::drawn(land, draw),
            family: family(list, draw),
        }
    }

    /// A person of the household.
    fn person(&self, at: u32, born: Date, draw: &mut Draw) -> Party {
        let given = given(self.list, draw);
        let ukrainian = self.list == 5;
        let mut homes = vec![self.home.clone()];
        if draw.below(100) < 18 {
            homes.push(self.home.elsewhere(draw));
        }
        Party {
            company: false,
            number_in_unit: at,
            household: 0,
            email: mailbox(&given[0], &self.family, ukrainian, draw),
            given,
            family: self.family.clone(),
            married: None,
            suffix: "",
            ukrainian,
            family_first: LISTS[self.list].family_first,
            born,
            land: self.land,
            number: numbers::person(self.land, born, draw),
            numbered: true,
            phones: [numbers::phone(self.land, draw), numbers::phone(self.land, draw)],
            homes,
            shared: None,
            shared_at_home: true,
            joint_account: false,
            has_double: false,
        }
    }
}

impl Unit {
    /// The unit with this number.
    pub fn made(seed: u64, number: u64) -> Unit {
        let mut draw = Draw::new(seed, Purpose::People, number, 0);
        let bond = Bond::of(number, &mut draw);
        let mut parties = match bond {
            Bond::Company | Bond::SameCompanyName => companies(bond, &mut draw),
            Bond::SameNameSameYear | Bond::SameNameSameDay | Bond::SameNameOneNumber => {
                namesakes(number, bond, &mut draw)
            }
            Bond::SharedPhone => crew(&mut draw),
            _ => household(bond, &mut draw),
        };
        for (at, party) in parties.iter_mut().enumerate() {
            party.number_in_unit = at as u32;
        }
        Unit {
            number,
            bond,
            parties,
        }
    }
}

fn household(bond: Bond, draw: &mut Draw) -> Vec<Party> {
    let common = Common::drawn(draw);
    let youngest = if bond == Bond::FatherSon { 58 } else { 25 };
    let adult = day(draw, youngest, 85);
    let mut all = vec![common.person(0, adult, draw)];
    let years =
        |draw: &mut Draw, least: i64, most: i64| Date(adult.0 + draw.between(least * 365, most * 365) as i32);
    match bond {
        Bond::Couple | Bond::Family => {
            let born = years(draw, -6, 6);
            let mut partner = Common::drawn(draw);
            partner.list = common.list;
            partner.land = common.land;
            partner.home = common.home.clone();
            partner.family = family(common.list, draw);
            let mut partner = partner.person(1, born, draw);
            match draw.below(100) {
                0..30 => partner.family.clone_from(&common.family),
                30..55 => partner.married = Some((common.family.clone(), draw.below(2) == 0)),
                _ => {}
            }
            for one in [&mut all[0], &mut partner] {
                one.joint_account = true;
            }
            all.push(partner);
            if bond == Bond::Family {
                for _ in 0..draw.between(1, 3) {
                    let mut born = Date(adult.0 + draw.between(20 * 365, 38 * 365) as i32);
                    if born.0 > TODAY.0 - 12 * 366 {
                        born = day(draw, 12, 20);
                    }
                    let child = common.person(0, born, draw);
                    all.push(child);
                }
            }
        }
        Bond::Siblings => {
            for _ in 0..draw.between(1, 2) {
                let born = years(draw, 1, 9);
                all.push(common.person(0, born, draw));
            }
        }
        Bond::Housemates => {
            for at in 0..draw.between(2, 5) {
                let other = Common::drawn(draw);
                let born = day(draw, 19, 50);
                let mut mate = Common {
                    home: common.home.clone(),
                    land: common.land,
                    ..other
                }
                .person(0, born, draw);
                mate.household = at as u32 + 1;
                all.push(mate);
            }
        }
        Bond::FatherSon => {
            let mut son = common.person(1, years(draw, 20, 40), draw);
            son.given.clone_from(&all[0].given);
            son.email = mailbox(&son.given[0], &son.family, son.ukrainian, draw);
            if draw.below(100) < 20 {
                all[0].suffix = "sr.";
                son.suffix = "jr.";
            }
            all.push(son);
        }
        Bond::Twins => {
            let mut twin = common.person(1, adult, draw);
            while twin.given[0] == all[0].given[0] {
                twin.given = given(common.list, draw);
                twin.email = mailbox(&twin.given[0], &twin.family, twin.ukrainian, draw);
            }
            all.push(twin);
        }
        _ => {}
    }
    if matches!(bond, Bond::FatherSon | Bond::Twins) {
        for one in &mut all {
            one.homes.truncate(1);
            one.has_double = true;
        }
    }
    if bond != Bond::Housemates && all.len() > 1 && draw.below(100) < 30 {
        let phone = all[0].phones[0].clone();
        for one in &mut all {
            one.shared = Some((phone.clone(), 40));
        }
    }
    // Nobody in one house has a given name of another, but for a father's son.
    if bond != Bond::FatherSon {
        let mut seen: Vec<String> = Vec::new();
        all.retain_mut(|one| {
            let new = !seen.contains(&one.given[0]);
            one.given.retain(|name| !seen.contains(name));
            seen.extend(one.given.iter().cloned());
            new
        });
    }
    all
}

fn namesakes(number: u64, bond: Bond, draw: &mut Draw) -> Vec<Party> {
    let mut common = Common::drawn(draw);
    let mut born = day(draw, 20, 75);
    if number == 0 {
        common.list = 2;
        common.family = "Popescu".to_owned();
        born = Date(7_436);
    }
    let mut first = common.person(0, born, draw);
    if number == 0 {
        first.given = vec!["Maria".to_owned()];
        first.email = mailbox("Maria", &common.family, false, draw);
    }
    if bond == Bond::SameNameSameYear {
        let (year, _, _) = born.ymd();
        while born == first.born || born.ymd().0 != year {
            born = Date(first.born.0 + draw.between(-360, 360) as i32);
        }
    }
    let mut other = Common {
        home: common.home.elsewhere(draw),
        ..common
    }
    .person(1, born, draw);
    other.given.clone_from(&first.given);
    other.email = mailbox(&other.given[0], &other.family, other.ukrainian, draw);
    other.household = 1;
    other.numbered = bond != Bond::SameNameOneNumber;
    first.has_double = true;
    other.has_double = true;
    vec![first, other]
}

fn crew(draw: &mut Draw) -> Vec<Party> {
    let common = Common::drawn(draw);
    let phone = numbers::phone(common.land, draw);
    let mut home = common.home.clone();
    (0..12)
        .map(|at| {
            if at % 4 == 0 {
                home = Home::drawn(common.land, draw);
            }
            let own = Common {
                list: common.list,
                land: common.land,
                home: home.clone(),
                family: family(common.list, draw),
            };
            let born = day(draw, 19, 55);
            let mut worker = own.person(at, born, draw);
            worker.household = at;
            worker.shared = Some((phone.clone(), 80));
            worker.shared_at_home = false;
            worker
        })
        .collect()
}

fn companies(bond: Bond, draw: &mut Draw) -> Vec<Party> {
    fn word(list: &'static str, draw: &mut Draw) -> &'static str {
        let words: Vec<&str> = list.split_whitespace().collect();
        words[rank(words.len(), draw)]
    }
    let land = Land::drawn(draw);
    let home = Home::drawn(land, draw);
    let trade = word(TRADES, draw).to_owned();
    let rest = match draw.below(100) {
        0..40 => marked(&latin(&family(0, draw), Way::Own, false), Marks::Dropped),
        40..55 => format!("{} en Zonen", family(0, draw)),
        55..80 => format!("{} {}", word(WORDS, draw), word(WORDS, draw)),
        _ => format!("{} {}", word(WORDS, draw), home.city),
    };
    let one = |at: u32, home: Home, draw: &mut Draw| {
        let number = numbers::company(land, home.city, draw);
        let mut homes = vec![home.clone()];
        if bond == Bond::Company && draw.below(100) < 12 {
            homes.push(home.elsewhere(draw));
        }
        Party {
            company: true,
            number_in_unit: at,
            household: at,
            given: vec![trade.clone(), rest.clone()],
            family: String::new(),
            married: None,
            suffix: "",
            ukrainian: false,
            family_first: false,
            born: day(draw, 1, 40),
            land,
            number,
            numbered: true,
            phones: [numbers::phone(land, draw), numbers::phone(land, draw)],
            email: mailbox("info", &format!("{trade}{rest}"), false, draw),
            homes,
            shared: None,
            shared_at_home: true,
            joint_account: false,
            has_double: bond == Bond::SameCompanyName,
        }
    };
    let first = one(0, home.clone(), draw);
    if bond == Bond::Company {
        return vec![first];
    }
    let other = one(1, home.elsewhere(draw), draw);
    vec![first, other]
}
