//! Fields of the records of Norma 43, by column (annex 1 of the norm).

use crate::intake::fixed::{self, DateForm, Record};
use crate::intake::national::spanish_iban;
use crate::model::{Amount, Currency, Date, Direction};

/// An account as records 11 and 33 name it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The IBAN where the columns are digits, else the number alone.
    pub number: String,
    /// Bank and branch.
    pub bank: String,
    /// Bank, branch and number as written.
    pub written: String,
}

/// An account header (record 11): what of it can be read.
pub struct Header {
    /// First and last day.
    pub period: Option<(Date, Date)>,
    pub opening: Option<Amount>,
    pub currency: Option<Currency>,
}

/// A movement (record 22).
pub struct Movement {
    pub booking: Date,
    pub value: Option<Date>,
    pub direction: Direction,
    pub amount: Amount,
}

/// The end of an account (record 33).
pub struct End {
    pub debits: (u64, Amount),
    pub credits: (u64, Amount),
    pub closing: Amount,
    pub currency: Currency,
}

/// The account of a record 11 or 33; an error where no number stands there.
pub fn account(record: Record<'_>) -> Result<Account, String> {
    let (bank, branch, number) = (record.field(3, 6), record.field(7, 10), record.field(11, 20));
    if fixed::is_filler(number) {
        return Err(format!(
            "the account number ‘{number}’ is empty; expected ten digits"
        ));
    }
    Ok(Account {
        number: spanish_iban(bank, branch, number).unwrap_or_else(|| number.to_owned()),
        bank: format!("{bank}{branch}"),
        written: format!("{bank} {branch} {number}"),
    })
}

/// Period, opening balance and currency of a record 11, and what is wrong with it.
pub fn header(record: Record<'_>, form: DateForm) -> (Header, Option<String>) {
    let period = period(record, form);
    let opening = balance(record, 33, "opening balance");
    let currency = currency(record.columns(48, 50));
    let wrong = [
        period.as_ref().err(),
        opening.as_ref().err(),
        currency.as_ref().err(),
    ]
    .into_iter()
    .flatten()
    .next()
    .cloned();
    let header = Header {
        period: period.ok(),
        opening: opening.ok(),
        currency: currency.ok(),
    };
    (header, wrong)
}

/// First and last day of a record 11.
pub fn period(record: Record<'_>, form: DateForm) -> Result<(Date, Date), String> {
    let from = fixed::required_date(record.columns(21, 26), form, "first day")?;
    let to = fixed::required_date(record.columns(27, 32), form, "last day")?;
    if from > to {
        return Err(format!("the first day {from} lies behind the last day {to}"));
    }
    Ok((from, to))
}

/// Dates and amount of a record 22.
pub fn movement(record: Record<'_>, form: DateForm) -> Result<Movement, String> {
    Ok(Movement {
        booking: fixed::required_date(record.columns(11, 16), form, "operation date")?,
        value: fixed::optional_date(record.field(17, 22), form, "value date")?,
        direction: direction(record.columns(28, 28))?,
        amount: fixed::amount(record.columns(29, 42), 14, 2, "amount")?,
    })
}

/// Currency and amount of a record 24.
pub fn equivalent(record: Record<'_>) -> Result<String, String> {
    let currency = currency(record.columns(5, 7))?;
    let amount = fixed::amount(record.columns(8, 21), 14, 2, "original amount")?;
    Ok(format!("{} {currency}", amount.to_text(2)))
}

/// Counts, sums and closing balance of a record 33.
pub fn end(record: Record<'_>) -> Result<End, String> {
    Ok(End {
        debits: (
            count(record.columns(21, 25), 5, "count of debits")?,
            fixed::amount(record.columns(26, 39), 14, 2, "sum of debits")?,
        ),
        credits: (
            count(record.columns(40, 44), 5, "count of credits")?,
            fixed::amount(record.columns(45, 58), 14, 2, "sum of credits")?,
        ),
        closing: balance(record, 59, "closing balance")?,
        currency: currency(record.columns(74, 76))?,
    })
}

/// Count of records of a record 88.
pub fn file_count(record: Record<'_>) -> Result<u64, String> {
    count(record.columns(21, 26), 6, "count of records")
}

/// A sign and fourteen digits.
fn balance(record: Record<'_>, from: usize, name: &str) -> Result<Amount, String> {
    let amount = fixed::amount(record.columns(from + 1, from + 14), 14, 2, name)?;
    Ok(match direction(record.columns(from, from))? {
        Direction::Credit => amount,
        Direction::Debit => fixed::negated(amount),
    })
}

fn direction(text: &str) -> Result<Direction, String> {
    match text {
        "1" => Ok(Direction::Debit),
        "2" => Ok(Direction::Credit),
        _ => Err(format!(
            "the sign is ‘{text}’; expected 1 for debit (debe) or 2 for credit (haber)"
        )),
    }
}

fn count(text: &str, width: usize, name: &str) -> Result<u64, String> {
    let number = if fixed::is_digits(text) && text.len() == width {
        text.parse().ok()
    } else {
        None
    };
    number.ok_or_else(|| format!("the {name} ‘{text}’ is no number; expected {width} digits"))
}

fn currency(text: &str) -> Result<Currency, String> {
    let number = if fixed::is_digits(text) {
        text.parse().ok()
    } else {
        None
    };
    number.and_then(Currency::from_number).ok_or_else(|| {
        format!("‘{text}’ is no currency number of ISO 4217; expected three digits such as 978")
    })
}
