//! The offices that deliver records, and their habits.

use super::homes::Style;
use super::letters::{Marks, Way};
use super::numbers::Dialled;

/// What an office keeps of dates of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Births {
    Whole,
    None,
    /// The year alone, in a column of its own.
    Year,
}

/// How an office orders the parts of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `Maria Popescu`
    GivenFirst,
    /// `POPESCU Maria`
    FamilyFirst,
    /// `Popescu, Maria`
    Comma,
}

/// Habits of an office; shares are in a hundred.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// The file is called by it.
    pub name: &'static str,
    /// Four letters of its account numbers; empty for a register, which has no accounts.
    pub bank: &'static str,
    /// How many people and how many companies it knows.
    pub people: u64,
    pub companies: u64,
    pub births: Births,
    pub order: Order,
    pub way: Way,
    /// It writes names in their own letters.
    pub own_script: bool,
    pub marks: Marks,
    pub capitals: bool,
    /// How often given names are only initials.
    pub initials: u64,
    /// How often second given names are left out.
    pub first_only: u64,
    /// How often there is a number; in how many of these only its last digits.
    pub numbers: u64,
    pub masked: u64,
    pub phones: u64,
    pub emails: u64,
    pub addresses: u64,
    pub style: Style,
    pub dialled: Dialled,
    /// How often names have a slip of the keyboard.
    pub slips: u64,
    /// It says whether a party is a person.
    pub kinds: bool,
    /// The form of a company's name: with dots, none, without dots, written out.
    pub form: usize,
}

const BANK: Habits = Habits {
    name: "noord",
    bank: "NOOR",
    people: 42,
    companies: 50,
    births: Births::Whole,
    order: Order::GivenFirst,
    way: Way::Passport,
    own_script: false,
    marks: Marks::Kept,
    capitals: false,
    initials: 4,
    first_only: 70,
    numbers: 15,
    masked: 0,
    phones: 75,
    emails: 50,
    addresses: 92,
    style: Style::Commas,
    dialled: Dialled::Plus,
    slips: 3,
    kinds: true,
    form: 0,
};

/// Every office.
pub const OFFICES: [Habits; 8] = [
    // The register of residents: everything official, nothing by which to call people.
    Habits {
        name: "gemeente",
        bank: "",
        people: 62,
        companies: 0,
        way: Way::Own,
        initials: 0,
        first_only: 0,
        numbers: 97,
        phones: 0,
        emails: 0,
        addresses: 99,
        slips: 1,
        ..BANK
    },
    BANK,
    // No dates of birth; numbers are masked.
    Habits {
        name: "zuid",
        bank: "ZUID",
        people: 35,
        companies: 40,
        births: Births::None,
        marks: Marks::Dropped,
        numbers: 60,
        masked: 100,
        phones: 80,
        style: Style::Short,
        dialled: Dialled::Home,
        ..BANK
    },
    // Capitals without marks, the family first, as old computers keep names.
    Habits {
        name: "kapitaal",
        bank: "KAPI",
        people: 33,
        companies: 35,
        order: Order::FamilyFirst,
        marks: Marks::Dropped,
        capitals: true,
        numbers: 25,
        phones: 60,
        emails: 10,
        style: Style::Capitals,
        dialled: Dialled::Zeros,
        slips: 4,
        form: 2,
        ..BANK
    },
    // Initials.
    Habits {
        name: "voorletter",
        bank: "VOOR",
        people: 22,
        companies: 0,
        marks: Marks::WrittenOut,
        initials: 92,
        first_only: 40,
        numbers: 10,
        dialled: Dialled::Home,
        ..BANK
    },
    // Names as their bearers write them.
    Habits {
        name: "oost",
        bank: "OOST",
        people: 22,
        companies: 20,
        order: Order::Comma,
        own_script: true,
        first_only: 40,
        form: 3,
        ..BANK
    },
    // An office that sends money abroad: heard over a counter, typed in haste.
    Habits {
        name: "wissel",
        bank: "WISS",
        people: 18,
        companies: 0,
        births: Births::Year,
        way: Way::German,
        marks: Marks::Dropped,
        numbers: 0,
        phones: 85,
        emails: 5,
        addresses: 60,
        slips: 9,
        kinds: false,
        ..BANK
    },
    // The register of companies.
    Habits {
        name: "handelsregister",
        bank: "",
        people: 0,
        companies: 72,
        numbers: 99,
        phones: 35,
        emails: 20,
        addresses: 99,
        slips: 0,
        ..BANK
    },
];
