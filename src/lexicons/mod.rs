//! Lexicons: which words, merchant categories and purpose codes say what a payment is for, and the engine that marks
//! payments by them.
//!
//! The lists are data (`queries/lexicons/*.csv`), built in and overridable by a case. They say what a payment is for
//! (`wage`, `lodging`), never what anybody is. Nothing here reads a table, judges a party or knows a rule.
//!
//! | file | columns | what |
//! |---|---|---|
//! | `merchant_categories.csv` | `mark,from,to,note` | codes of ISO 18245, four digits, first and last |
//! | `purposes.csv` | `mark,code,note` | purpose codes of ISO 20022 |
//! | `sectors.csv` | `environment,revision,nace,note` | NACE prefixes of sectors; a table for rules, marks nothing |
//! | any other | `mark,language,word,note` | words; with a column `where` (`text`, `name`, empty: both) also where they count |
//!
//! A word stands for whole words of the text without case and accents; `~` before or behind it lets letters follow there.
//! A mark behind `!` is taken away by the word.

mod builtin;
mod fold;
mod load;
mod matching;

pub use fold::fold;
pub use load::{LexiconError, Lexicons, SectorCode, built_in_texts, digests};
pub use matching::{Basis, Given, Marked, Matcher};
