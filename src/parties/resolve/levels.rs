//! The levels at which two values agree, and what they weigh where nothing can be learned from the records.
//!
//! `m` is how often records of one party come out at a level, `u` how often records of two parties do, both among pairs
//! that have the field. Level 0 is *absent* and weighs nothing; 1 is the closest, the last is *different*.
//!
//! The defaults are estimates on the careful side, for cases of some dozens of records. Their `u` are higher than in a
//! population: people of one case are kin and neighbours, have names of one community and use each other's phones.
//! `m` allows for a tenth to a third of errors and changes. Each is overridden by `Settings::given`.

use super::records::Compare;

/// The most levels of a field, absent included.
pub(super) const LEVELS: usize = 9;

/// Not known on one side or both.
pub(super) const ABSENT: u8 = 0;
/// The same in every kind of field.
pub(super) const SAME: u8 = 1;

/// Levels of names.
pub(super) mod name {
    pub const REORDERED: u8 = 2;
    pub const MISSING: u8 = 3;
    pub const INITIAL: u8 = 4;
    pub const CLOSE: u8 = 5;
    pub const SEVERAL: u8 = 6;
    pub const ONE_PART: u8 = 7;
    pub const DIFFERENT: u8 = 8;
}

/// Levels of dates.
pub(super) mod date {
    pub const SWAPPED: u8 = 2;
    pub const DIGIT: u8 = 3;
    pub const YEAR: u8 = 4;
    pub const DIFFERENT: u8 = 5;
}

/// The second level of contacts and addresses.
pub(super) const NEARLY: u8 = 2;

/// What is known of one kind of field before any record is seen.
pub(super) struct Table {
    pub levels: &'static [&'static str],
    pub m: &'static [f64],
    pub u: &'static [f64],
}

/// Of names, the share of a word, and of the rarer of two words that differ in a letter, where no count is to be had.
pub(super) const WORD: f64 = 0.01;
pub(super) const MISSPELT: f64 = 0.002;

const NAME_LEVELS: &[&str] = &[
    "same name",
    "same parts in another order",
    "part missing",
    "initial for a part",
    "one part spelled closely",
    "several small differences",
    "a part shared",
    "different",
];

/// The table of a kind of field.
pub(super) fn table(compare: Compare) -> Table {
    match compare {
        // One pair in 10,000 has the same name by chance: what two parts of one in 100 each give.
        Compare::PersonName => Table {
            levels: NAME_LEVELS,
            m: &[0.60, 0.08, 0.08, 0.06, 0.09, 0.04, 0.03, 0.02],
            u: &[1e-4, 2e-5, 1e-4, 3e-4, 5e-4, 1e-3, 2e-2, 0.97808],
        },
        // Names of companies are made to differ, but share words (holding, trading) with many.
        Compare::CompanyName => Table {
            levels: NAME_LEVELS,
            m: &[0.62, 0.03, 0.10, 0.01, 0.10, 0.05, 0.05, 0.04],
            u: &[2e-5, 1e-6, 1e-5, 2e-6, 3e-5, 1e-4, 2e-2, 0.979867],
        },
        // A day of some 25,000; a digit off has some 50 others, a year one of 60 where only the year is known at all.
        Compare::Date => Table {
            levels: &[
                "same day",
                "day and month swapped",
                "a digit off",
                "year agrees",
                "different",
            ],
            m: &[0.90, 0.01, 0.05, 0.015, 0.025],
            u: &[4e-5, 2e-5, 1e-3, 4e-4, 0.99854],
        },
        Compare::Text => Table {
            levels: &["same", "different"],
            m: &[0.85, 0.15],
            u: &[0.02, 0.98],
        },
        // Phones are changed and shared: in the house, at work, by whoever runs the accounts.
        Compare::Contact => Table {
            levels: &["same", "a sign off", "different"],
            m: &[0.70, 0.03, 0.27],
            u: &[1e-4, 5e-4, 0.9994],
        },
        // People move; who lives together is often kin.
        Compare::Address => Table {
            levels: &["same", "nearly the same", "different"],
            m: &[0.55, 0.15, 0.30],
            u: &[5e-4, 1e-3, 0.9985],
        },
        // Check digits keep errors out; what is left is a number used by another, or a renewed document.
        Compare::Identifier => Table {
            levels: &["same", "different"],
            m: &[0.97, 0.03],
            u: &[1e-5, 0.99999],
        },
    }
}

/// Whether a level speaks for one party at all.
pub(super) fn agrees(compare: Compare, level: u8) -> bool {
    level != ABSENT && usize::from(level) < table(compare).levels.len()
}
