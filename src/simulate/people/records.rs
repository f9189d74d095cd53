//! Records: what an office writes of a party, and what is true of the record.

use super::banks::{Births, Habits, OFFICES, Order};
use super::homes::Style;
use super::letters::{Marks, Way, is_foreign, latin, marked, slip};
use super::numbers::{self, Dialled, Land};
use super::units::{Bond, Party, Unit};
use crate::simulate::random::{Draw, Purpose};

/// A record and its truth.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Which office wrote it.
    pub office: usize,
    /// Cells in the order of the file's columns.
    pub cells: [String; 16],
    pub person: String,
    pub household: String,
    pub kind: &'static str,
    pub bond: &'static str,
    /// The name that the party bears in the record: by birth, after marriage, or both.
    pub name: &'static str,
    /// What the record holds whole and right enough to know the party by: number, day of birth, phone, e-mail.
    pub number: String,
    pub born: String,
    pub phone: String,
    pub email: String,
    /// Whether the address is that of the unit.
    pub at_home: bool,
    /// Name and day of birth, as they stand here, are those of the party's double too.
    alike: bool,
    /// The phone is the party's alone.
    own_phone: bool,
    /// Nothing tells the party from its double: neither name nor day of birth, nor what another of its records has too.
    pub either: bool,
    /// What makes it hard, words parted by spaces.
    pub trouble: Vec<&'static str>,
}

/// Marks the records of one party that nothing tells from its double: neither what they say themselves nor what ties them
/// to another that does.
fn either(own: &mut [Made]) {
    let mut told: Vec<bool> = own
        .iter()
        .map(|made| !made.alike || !made.number.is_empty())
        .collect();
    loop {
        let by = |at: &usize| (0..own.len()).any(|other| told[other] && own[*at].told_by(&own[other]));
        let new: Vec<usize> = (0..own.len()).filter(|at| !told[*at]).filter(by).collect();
        if new.is_empty() {
            break;
        }
        new.into_iter().for_each(|at| told[at] = true);
    }
    for (made, told) in own.iter_mut().zip(told) {
        made.either = !told;
    }
}

impl Made {
    /// Whether the other record of the same party has a number, phone or mailbox that is in this one and only the party's.
    fn told_by(&self, other: &Made) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        same(&self.number, &other.number)
            || same(&self.email, &other.email)
            || self.own_phone && other.own_phone && same(&self.phone, &other.phone)
    }
}

/// Places of cells.
pub mod cell {
    pub const ACCOUNT: usize = 0;
    pub const ROLE: usize = 1;
    pub const KIND: usize = 2;
    pub const NAME: usize = 3;
    pub const BORN: usize = 4;
    pub const NUMBER: usize = 5;
    pub const COUNTRY: usize = 6;
    pub const ADDRESS: usize = 7;
    pub const PHONE: usize = 8;
    pub const EMAIL: usize = 9;
    pub const FOUNDED: usize = 11;
    pub const FROM: usize = 13;
    pub const YEAR: usize = 15;
}

/// The records of a unit, by party and office.
pub fn records(seed: u64, unit: &Unit) -> Vec<Made> {
    let mut all = Vec::new();
    for party in &unit.parties {
        let mut draw = Draw::new(
            seed,
            Purpose::People,
            unit.number,
            1 + u64::from(party.number_in_unit),
        );
        let before = all.len();
        for (at, office) in OFFICES.iter().enumerate() {
            let share = if party.company {
                office.companies
            } else {
                office.people
            };
            if draw.below(100) >= share {
                continue;
            }
            all.push(record(unit, party, at, 0, &mut draw));
            // A second account at the same bank.
            if !office.bank.is_empty() && draw.below(100) < 6 {
                all.push(record(unit, party, at, 1, &mut draw));
            }
        }
        if all.len() == before {
            all.push(record(unit, party, 1, 0, &mut draw));
        }
        either(&mut all[before..]);
    }
    all
}

fn record(unit: &Unit, party: &Party, at: usize, again: u64, draw: &mut Draw) -> Made {
    let office = &OFFICES[at];
    let mut made = Made {
        office: at,
        person: format!("{}-{}", unit.number, party.number_in_unit),
        household: format!("{}-h{}", unit.number, party.household),
        kind: if party.company { "company" } else { "person" },
        bond: unit.bond.as_str(),
        name: "birth",
        at_home: true,
        ..Made::default()
    };
    let cells = &mut made.cells;
    if !office.bank.is_empty() {
        let joint = party.joint_account && at == 1 && again == 0;
        let holder = if joint { 0 } else { u64::from(party.number_in_unit) };
        cells[cell::ACCOUNT] = numbers::iban(office.bank, unit.number * 64 + holder * 2 + again);
        cells[cell::ROLE] = "holder".to_owned();
        let from = crate::model::Date(18_000 + (unit.number % 2_000) as i32);
        cells[cell::FROM] = from.to_string();
    }
    if office.kinds {
        cells[cell::KIND] = made.kind.to_owned();
    }
    cells[cell::COUNTRY] = party.land.code().to_owned();
    let full_given = name(unit, party, office, &mut made, draw);
    births(party, office, &mut made, draw);
    number(party, office, &mut made, draw);
    let own_phone = contacts(party, office, &mut made, draw);
    address(party, office, &mut made, draw);
    made.own_phone = own_phone;
    made.alike = party.has_double
        && match unit.bond {
            Bond::Twins => !full_given && same_initials(unit),
            Bond::SameNameSameDay | Bond::SameNameOneNumber => true,
            Bond::FatherSon => made.born.is_empty() && made.cells[cell::YEAR].is_empty(),
            _ => made.born.is_empty(),
        };
    made
}

/// Whether an initial of one of two is one of the other too.
fn same_initials(unit: &Unit) -> bool {
    let initials = |party: &Party| -> Vec<Option<char>> {
        let first = |name: &String| latin(name, Way::Own, party.ukrainian).chars().next();
        party.given.iter().map(first).collect()
    };
    unit.parties.windows(2).any(|pair| {
        let other = initials(&pair[1]);
        initials(&pair[0]).iter().any(|letter| other.contains(letter))
    })
}

/// Writes the name; says whether a given name stands there in full.
fn name(unit: &Unit, party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) -> bool {
    if party.company {
        company_name(unit, party, office, made, draw);
        return true;
    }
    let mut family = party.family.clone();
    if let Some((other, both)) = &party.married
        && !office.bank.is_empty()
        && draw.below(100) < 50
    {
        made.trouble.push("married");
        (family, made.name) = if *both {
            (format!("{other}-{family}"), "both")
        } else {
            (other.clone(), "married")
        };
    }
    let mut given = party.given.clone();
    if given.len() > 1 && draw.below(100) < office.first_only {
        given.truncate(1);
        made.trouble.push("part-missing");
    }
    let spelled = |text: &str| {
        let text = if office.own_script {
            text.to_owned()
        } else {
            latin(text, office.way, party.ukrainian)
        };
        marked(&text, office.marks)
    };
    if is_foreign(&family) {
        made.trouble.push("transliterated");
    } else if office.marks != Marks::Kept && spelled(&family) != family
        || given.iter().any(|one| !is_foreign(one) && spelled(one) != *one)
    {
        made.trouble.push("marks-lost");
    }
    let mut family = spelled(&family);
    let initials = draw.below(100) < office.initials;
    let mut first = given.iter().map(|one| spelled(one)).collect::<Vec<_>>();
    if initials {
        made.trouble.push("initials");
        let short = |one: &String| {
            one.chars()
                .next()
                .map_or_else(String::new, |letter| format!("{letter}."))
        };
        first = first.iter().map(short).collect();
    }
    if draw.below(100) < office.slips {
        let wrong = if initials || draw.below(2) == 0 {
            slip(&family, draw)
        } else {
            None
        };
        match wrong {
            Some(wrong) => {
                family = wrong;
                made.trouble.push("typo");
            }
            None => {
                if let Some(wrong) = slip(&first[0], draw) {
                    first[0] = wrong;
                    made.trouble.push("typo");
                }
            }
        }
    }
    let first = first.join(if initials { "" } else { " " });
    let mut order = office.order;
    if order == Order::GivenFirst && (draw.below(100) < 2 || office.own_script && party.family_first) {
        order = Order::FamilyFirst;
    }
    if order != Order::GivenFirst {
        made.trouble.push("reordered");
    }
    let mut name = match order {
        Order::GivenFirst => format!("{first} {family}"),
        Order::FamilyFirst => format!("{} {first}", family.to_uppercase()),
        Order::Comma => format!("{family}, {first}"),
    };
    if !party.suffix.is_empty()
        && !office.bank.is_empty()
        && order == Order::GivenFirst
        && draw.below(100) < 60
    {
        name = format!("{name} {}", party.suffix);
    }
    if office.capitals {
        name = name.to_uppercase();
        made.trouble.push("capitals");
    }
    made.cells[cell::NAME] = name;
    !initials
}

fn company_name(unit: &Unit, party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) {
    let form = match party.land {
        Land::Nl => ["B.V.", "", "BV", "Besloten Vennootschap"],
        Land::Be => ["BV", "", "BV", "NV"],
        Land::De => ["GmbH", "", "GMBH", "Gesellschaft mit beschränkter Haftung"],
        Land::Pl => [
            "Sp. z o.o.",
            "",
            "SP Z O O",
            "Spółka z ograniczoną odpowiedzialnością",
        ],
        Land::Ro => ["S.R.L.", "", "SRL", "S.R.L."],
    };
    // A public limited company stays one at every bank.
    let form = if party.land == Land::Be {
        [["BV"; 4], ["NV"; 4]][(unit.number % 2) as usize]
    } else {
        form
    };
    let mut name = party.given.join(" ");
    if draw.below(100) < 15 && name.contains(" en ") {
        name = name.replace(" en ", " & ");
        made.trouble.push("spelling");
    }
    if draw.below(100) < office.slips
        && let Some(wrong) = slip(&name, draw)
    {
        name = wrong;
        made.trouble.push("typo");
    }
    let without = !office.bank.is_empty() && draw.below(100) < 30;
    if without {
        made.trouble.push("no-legal-form");
    } else {
        name = format!("{name} {}", form[office.form]);
        if office.form > 1 {
            made.trouble.push("legal-form-spelled");
        }
    }
    if office.capitals {
        name = name.to_uppercase();
        made.trouble.push("capitals");
    }
    made.cells[cell::NAME] = name.trim().to_owned();
}

fn births(party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) {
    let (year, month, day) = party.born.ymd();
    let missing = draw.below(100) < if office.bank.is_empty() { 1 } else { 8 };
    if party.company {
        if !missing && (office.bank.is_empty() || draw.below(100) < 35) {
            made.born = party.born.to_string();
            made.cells[cell::FOUNDED] = made.born.clone();
        }
        return;
    }
    if missing || office.births == Births::None {
        made.trouble.push("birth-missing");
        return;
    }
    if office.births == Births::Year {
        made.trouble.push("birth-year");
        made.cells[cell::YEAR] = year.to_string();
        return;
    }
    made.born = party.born.to_string();
    let slips = if office.bank.is_empty() { 2 } else { 15 };
    made.cells[cell::BORN] = match draw.below(1_000) {
        at if at < slips && day <= 12 && day != month => {
            made.trouble.push("birth-swapped");
            format!("{year:04}-{day:02}-{month:02}")
        }
        at if at >= 980 && at < 980 + slips / 2 => {
            made.trouble.push("birth-digit");
            let day = if day % 10 < 8 { day + 1 } else { day - 1 };
            format!("{year:04}-{month:02}-{:02}", day.min(28))
        }
        _ => made.born.clone(),
    };
}

fn number(party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) {
    if !party.numbered
        || draw.below(100) >= office.numbers
        || party.company && office.masked > 0 && draw.below(2) == 0
    {
        made.trouble.push("number-missing");
        return;
    }
    made.cells[cell::NUMBER] = if draw.below(100) < office.masked && !party.company {
        made.trouble.push("number-masked");
        numbers::masked(&party.number)
    } else if draw.below(1_000) < 15 {
        made.trouble.push("number-wrong");
        numbers::wrong(&party.number, draw)
    } else {
        made.number.clone_from(&party.number);
        party.number.clone()
    };
}

/// Writes phone and e-mail; says whether the phone is the party's own.
fn contacts(party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) -> bool {
    let mut own = false;
    if draw.below(100) < office.phones {
        let (phone, is_own) = match &party.shared {
            Some((phone, share)) if draw.below(100) < *share => {
                made.trouble.push("phone-shared");
                (phone.clone(), false)
            }
            // The first of the house has the phone that the others give too.
            _ if draw.below(100) < 15 => {
                made.trouble.push("phone-changed");
                (party.phones[1].clone(), true)
            }
            _ => (
                party.phones[0].clone(),
                party
                    .shared
                    .as_ref()
                    .is_none_or(|(phone, _)| *phone != party.phones[0]),
            ),
        };
        own = is_own;
        if is_own || party.shared_at_home {
            made.phone.clone_from(&phone);
        }
        made.cells[cell::PHONE] = numbers::dialled(party.land, &phone, office.dialled);
        if party.company && office.dialled == Dialled::Home {
            made.trouble.push("spelling");
        }
    } else {
        made.trouble.push("phone-missing");
    }
    if draw.below(100) < office.emails {
        made.email.clone_from(&party.email);
        made.cells[cell::EMAIL].clone_from(&party.email);
    }
    own
}

fn address(party: &Party, office: &Habits, made: &mut Made, draw: &mut Draw) {
    if draw.below(100) >= office.addresses {
        made.at_home = false;
        made.trouble.push("address-missing");
        return;
    }
    let moved = party.homes.len() > 1 && draw.below(100) < 40;
    if moved {
        made.at_home = false;
        made.trouble.push("moved");
    }
    let written = party.homes[usize::from(moved)].written(office.style);
    made.cells[cell::ADDRESS] = if office.style == Style::Capitals {
        marked(&written, Marks::Dropped).to_uppercase()
    } else {
        marked(&written, office.marks)
    };
}
