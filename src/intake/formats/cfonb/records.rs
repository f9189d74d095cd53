//! Fields of the records of CFONB 120, by column.

use super::amount::signed;
use crate::intake::fixed::{self, DateForm, Record};
use crate::intake::national::french_iban;
use crate::model::{Amount, Currency, Date};

/// The account that every record names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The IBAN where bank, branch and number have their lengths, else the number alone.
    pub number: String,
    /// Bank and branch.
    pub bank: String,
    /// Bank, branch and number as written.
    pub written: String,
}

/// A balance (record 01 or 07).
#[derive(Clone, Copy)]
pub struct Balance {
    pub date: Date,
    pub amount: Amount,
}

/// A movement (record 04). Its amount is above zero for a credit.
pub struct Movement {
    pub booking: Date,
    pub value: Option<Date>,
    pub amount: Amount,
    pub currency: Currency,
}

/// The account of any record; an error where no number stands there.
pub fn account(record: Record<'_>) -> Result<Account, String> {
    let (bank, branch, number) = (record.field(3, 7), record.field(12, 16), record.field(22, 32));
    if fixed::is_filler(number) {
        return Err(format!(
            "the account number ‘{number}’ is empty; expected eleven characters"
        ));
    }
    Ok(Account {
        number: french_iban(bank, branch, number).unwrap_or_else(|| number.to_owned()),
        bank: format!("{bank}{branch}"),
        written: format!("{bank} {branch} {number}"),
    })
}

/// The balance of a record 01 or 07.
pub fn balance(record: Record<'_>) -> Result<Balance, String> {
    Ok(Balance {
        date: fixed::required_date(record.columns(35, 40), DateForm::DayFirst, "date of the balance")?,
        amount: signed(record.columns(91, 104), decimals(record)?, "balance")?,
    })
}

/// The currency of any record.
pub fn currency(record: Record<'_>) -> Result<Currency, String> {
    Currency::from_code(record.columns(17, 19)).map_err(|e| e.to_string())
}

/// Dates, amount and currency of a record 04.
pub fn movement(record: Record<'_>) -> Result<Movement, String> {
    Ok(Movement {
        booking: fixed::required_date(record.columns(35, 40), DateForm::DayFirst, "date of the entry")?,
        value: fixed::optional_date(record.field(43, 48), DateForm::DayFirst, "value date")?,
        amount: signed(record.columns(91, 104), decimals(record)?, "amount")?,
        currency: currency(record)?,
    })
}

fn decimals(record: Record<'_>) -> Result<u32, String> {
    let text = record.columns(20, 20);
    text.parse()
        .map_err(|_| format!("the decimals of the amount are ‘{text}’ in column 20; expected a digit"))
}
