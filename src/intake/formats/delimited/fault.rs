//! Why a record is rejected, in a sentence a person can act on.

use thiserror::Error;

use crate::intake::encoding::DecodeError;
use crate::model::{AmountError, CurrencyError};

/// Why a record is rejected. Texts are made only here, on the rare path.
#[derive(Debug, Error)]
pub enum Fault {
    #[error("{0}; the rest of the file is read on")]
    Encoding(#[from] DecodeError),
    #[error("the record is longer than {0} bytes; expected a line end within them")]
    TooLong(usize),
    #[error(
        "a quote opens in this line and does not close; expected a quote before the next delimiter or line end"
    )]
    Stray,
    #[error("a quoted value that spans lines has text behind its closing quote; expected a delimiter there")]
    Ragged,
    #[error("more than {0} columns; expected {1}")]
    TooManyFields(usize, usize),
    #[error("{found} columns; expected {expected}, as in the header")]
    Fields { found: usize, expected: usize },
    #[error("column ‘{column}’: ‘{value}’ is no day of the calendar written as {expected}")]
    Date {
        column: String,
        value: String,
        expected: String,
    },
    #[error("column ‘{column}’: ‘{value}’ is no time written as {expected}")]
    Time {
        column: String,
        value: String,
        expected: String,
    },
    #[error("column ‘{column}’: ‘{value}’ is no step; expected a whole number within the calendar")]
    Step { column: String, value: String },
    #[error("column ‘{column}’: {error}; expected a number such as {example}")]
    Amount {
        column: String,
        error: AmountError,
        example: &'static str,
    },
    #[error("column ‘{column}’: ‘{value}’ is negative; expected a number without sign, because {because}")]
    Negative {
        column: String,
        value: String,
        because: &'static str,
    },
    #[error(
        "columns ‘{debit}’ and ‘{credit}’ are both filled or both empty; expected an amount in one of them"
    )]
    BothSides { debit: String, credit: String },
    #[error("column ‘{column}’: ‘{value}’ says neither debit nor credit; expected one of {expected}")]
    Direction {
        column: String,
        value: String,
        expected: String,
    },
    #[error("column ‘{column}’: {error}")]
    Currency { column: String, error: CurrencyError },
    #[error("column ‘{column}’: ‘{value}’ is no quantity; expected digits with at most 18 decimals")]
    Quantity { column: String, value: String },
    #[error("column ‘{column}’: ‘{value}’ is not among the known words; expected one of {expected}")]
    Word {
        column: String,
        value: String,
        expected: String,
    },
    #[error("column ‘{column}’: ‘{value}’ is no share; expected 1/2, 50 % or a number from 0 to 1")]
    Share { column: String, value: String },
    #[error(
        "column ‘{column}’: ‘{value}’ is no share or band of shares; expected 25, 25 %, 1/4, 25-50 or >25%, of at most \
         100 %, the smaller bound first"
    )]
    Band { column: String, value: String },
    #[error(
        "column ‘{column}’: ‘{value}’ is no exchange rate; expected a number above zero with at most 10 decimals"
    )]
    Rate { column: String, value: String },
    #[error("column ‘{column}’: ‘{value}’ is no whole number")]
    Whole { column: String, value: String },
    #[error("not booked (column ‘{column}’: ‘{value}’)")]
    NotBooked { column: String, value: String },
    #[error("column ‘{column}’ is empty; expected {expected}")]
    Empty { column: String, expected: &'static str },
    #[error("neither side names an account; expected one at least")]
    NoSide,
    #[error(
        "start {before} and amount {amount} do not give the end {after} in this line; expected a line that agrees \
         with itself"
    )]
    Balance {
        before: String,
        amount: String,
        after: String,
    },
}
