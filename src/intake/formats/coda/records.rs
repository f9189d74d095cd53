//! Fields of the records of CODA, by column.

use crate::intake::fixed::{self, DateForm, Record, is_filler};
use crate::intake::national::belgian_iban;
use crate::model::{Amount, Currency, Date, Direction};

/// What a header (record 0) says.
#[derive(Default)]
pub struct Header {
    /// The bank that holds the account.
    pub bic: String,
    /// Other than zeros: the file holds parts of sums that are booked elsewhere.
    pub separate_application: String,
    /// 1 or 2.
    pub version: u8,
}

/// An account as the file writes it.
#[derive(Default)]
pub struct Account {
    /// The IBAN where there is one, else the bank's own number.
    pub number: String,
    /// As written.
    pub written: String,
    pub currency: Option<Currency>,
}

/// A booked or explained amount (record 2.1).
pub struct Line {
    pub direction: Direction,
    pub amount: Amount,
    pub value: Option<Date>,
    pub booking: Date,
}

/// Reads a header. The error names a version that is not known; the rest is read as version 2.
pub fn header(record: Record<'_>) -> (Header, Option<String>) {
    let version = record.field(128, 128);
    let header = Header {
        bic: record.field(61, 71).to_owned(),
        separate_application: match record.field(84, 88) {
            filler if is_filler(filler) => String::new(),
            code => code.to_owned(),
        },
        version: if version == "1" { 1 } else { 2 },
    };
    let fault = (!matches!(version, "1" | "2")).then(|| {
        format!("the header gives version ‘{version}’ in column 128; expected 1 or 2, and what follows is read as 2")
    });
    (header, fault)
}

/// The account of a record 1 or 8: 37 columns from `from`, in one of four structures. A currency that is none leaves
/// the account without; see [`currency_fault`].
pub fn account(record: Record<'_>, structure: &str, version: u8, from: usize) -> Result<Account, String> {
    let whole = record.field(from, from + 33);
    // An IBAN is one whatever the structure says.
    let compact: String = whole.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.parse::<iban::Iban>().is_ok() {
        return Ok(Account {
            written: whole.to_owned(),
            number: compact,
            currency: Currency::from_code(record.field(from + 34, from + 36)).ok(),
        });
    }
    let (written, code) = match structure {
        _ if version == 1 => (record.field(from, from + 11), record.field(from + 13, from + 15)),
        "0" => (record.field(from, from + 11), record.field(from + 13, from + 15)),
        "1" | "3" => (whole, record.field(from + 34, from + 36)),
        "2" => (record.field(from, from + 30), record.field(from + 34, from + 36)),
        _ => {
            return Err(format!(
                "the account has structure ‘{structure}’ in column 2; expected 0, 1, 2 or 3"
            ));
        }
    };
    if is_filler(written) {
        return Err(format!("the account ‘{whole}’ is empty; expected a number"));
    }
    let mut number = String::new();
    fixed::add(&mut number, written);
    Ok(Account {
        number: belgian_iban(written).unwrap_or(number),
        written: written.to_owned(),
        currency: Currency::from_code(code).ok(),
    })
}

/// What is wrong with the currency of a record 1; it may be blank.
pub fn currency_fault(record: Record<'_>, account: &Account) -> Option<String> {
    let short = account.written.len() == 12 && fixed::is_digits(&account.written);
    let code = if short {
        record.field(19, 21)
    } else {
        record.field(40, 42)
    };
    let wrong = account.currency.is_none() && !code.is_empty();
    wrong.then(|| format!("the currency ‘{code}’ is none of ISO 4217; expected three letters or blanks"))
}

/// The account of the other side (record 2.3, columns 11 to 47), whose structure no code gives: twelve digits and a
/// blank are a Belgian number, all else stands in 34 columns.
pub fn counterparty(record: Record<'_>) -> String {
    let short = record.field(11, 22);
    let whole = record.field(11, 44);
    if short.len() == 12 && fixed::is_digits(short) && record.field(23, 23).is_empty() {
        return belgian_iban(short).unwrap_or_else(|| short.to_owned());
    }
    if is_filler(whole) {
        return String::new();
    }
    let compact: String = whole.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.parse::<iban::Iban>().is_ok() {
        return compact;
    }
    let mut number = String::new();
    fixed::add(&mut number, whole);
    number
}

/// Sign, amount and date of a balance: one, fifteen and six columns from `from`.
pub fn balance(record: Record<'_>, from: usize) -> Result<(Amount, Date), String> {
    let direction = sign(record.columns(from, from))?;
    let amount = fixed::amount(record.columns(from + 1, from + 15), 15, 3, "balance")?;
    let amount = match direction {
        Direction::Credit => amount,
        Direction::Debit => fixed::negated(amount),
    };
    let date = fixed::required_date(
        record.columns(from + 16, from + 21),
        DateForm::DayFirst,
        "date of the balance",
    )?;
    Ok((amount, date))
}

/// Amount and dates of a record 2.1.
pub fn line(record: Record<'_>) -> Result<Line, String> {
    Ok(Line {
        direction: sign(record.columns(32, 32))?,
        amount: fixed::amount(record.columns(33, 47), 15, 3, "amount")?,
        value: fixed::optional_date(record.columns(48, 53), DateForm::DayFirst, "value date")?,
        booking: fixed::required_date(record.columns(116, 121), DateForm::DayFirst, "entry date")?,
    })
}

/// Count of records, sum of debits, sum of credits of a trailer (record 9).
pub fn trailer(record: Record<'_>) -> Result<(u64, Amount, Amount), String> {
    let count = record.columns(17, 22);
    let count = count
        .parse()
        .map_err(|_| format!("the count of records ‘{count}’ is no number; expected six digits"))?;
    Ok((
        count,
        fixed::amount(record.columns(23, 37), 15, 3, "sum of debits")?,
        fixed::amount(record.columns(38, 52), 15, 3, "sum of credits")?,
    ))
}

fn sign(text: &str) -> Result<Direction, String> {
    match text {
        "0" => Ok(Direction::Credit),
        "1" => Ok(Direction::Debit),
        _ => Err(format!(
            "the sign is ‘{text}’; expected 0 for credit or 1 for debit"
        )),
    }
}
