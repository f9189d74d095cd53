//! A `STMTTRN` while it is read, and the entry that it gives.

use std::fmt::Write;

use super::statement::Account;
use super::times;
use crate::model::{
    AccountKey, Amount, Channel, CounterpartyStatus, Currency, Direction, EntryRow, Leg, NumberStyle, Place,
};

/// What a transaction says, as written.
#[derive(Default)]
pub struct Draft {
    kind: String,
    posted: String,
    initiated: String,
    available: String,
    amount: String,
    id: String,
    cheque: String,
    reference: String,
    industry: String,
    name: String,
    long_name: String,
    payee: String,
    address: String,
    memo: String,
    corrects: String,
    correction: String,
    /// `CURRENCY/CURSYM`: the currency of the amount where it is not that of the account.
    currency: String,
    /// `ORIGCURRENCY/CURSYM`: what the amount was before the bank converted it.
    original_currency: String,
    rate: String,
    /// The account on the other side.
    pub other: Account,
    /// Why it cannot be read.
    pub fault: String,
    remittance: String,
}

impl Draft {
    /// Forgets everything; the memory stays.
    pub fn clear(&mut self) {
        for text in [
            &mut self.kind,
            &mut self.posted,
            &mut self.initiated,
            &mut self.available,
            &mut self.amount,
            &mut self.id,
            &mut self.cheque,
            &mut self.reference,
            &mut self.industry,
            &mut self.name,
            &mut self.long_name,
            &mut self.payee,
            &mut self.address,
            &mut self.memo,
            &mut self.corrects,
            &mut self.correction,
            &mut self.currency,
            &mut self.original_currency,
            &mut self.rate,
            &mut self.fault,
            &mut self.remittance,
        ] {
            text.clear();
        }
        self.other.clear();
    }

    /// Takes the text of an element directly inside the transaction.
    pub fn field(&mut self, name: &str, text: &str) {
        let slot = match name {
            "TRNTYPE" => &mut self.kind,
            "DTPOSTED" => &mut self.posted,
            "DTUSER" => &mut self.initiated,
            "DTAVAIL" => &mut self.available,
            "TRNAMT" => &mut self.amount,
            "FITID" => &mut self.id,
            "CHECKNUM" => &mut self.cheque,
            "REFNUM" => &mut self.reference,
            "SIC" => &mut self.industry,
            "NAME" => &mut self.name,
            "EXTDNAME" => &mut self.long_name,
            "MEMO" => return add(&mut self.memo, text),
            "CORRECTFITID" => &mut self.corrects,
            "CORRECTACTION" => &mut self.correction,
            _ => return,
        };
        // Where an end tag was lost, two transactions run into each other.
        if !slot.is_empty() && matches!(name, "DTPOSTED" | "TRNAMT" | "FITID") {
            self.fault = format!("a second {name} in one transaction; expected one of each");
        }
        slot.clear();
        add(slot, text);
    }

    /// Takes the text of an element inside `PAYEE`.
    pub fn payee(&mut self, name: &str, text: &str) {
        match name {
            "NAME" => add(&mut self.payee, text),
            "ADDR1" | "ADDR2" | "ADDR3" | "CITY" | "STATE" | "POSTALCODE" | "COUNTRY" | "PHONE" => {
                add(&mut self.address, text);
            }
            _ => {}
        }
    }

    /// Takes the text of an element inside `CURRENCY` or `ORIGCURRENCY`.
    pub fn money(&mut self, aggregate: &str, name: &str, text: &str) {
        let slot = match (aggregate, name) {
            (_, "CURRATE") => &mut self.rate,
            ("CURRENCY", "CURSYM") => &mut self.currency,
            ("ORIGCURRENCY", "CURSYM") => &mut self.original_currency,
            _ => return,
        };
        slot.clear();
        slot.push_str(text);
    }

    /// The entry, or why there is none. `currency` is that of the statement.
    pub fn entry<'a>(
        &'a mut self,
        place: Place,
        account: AccountKey<'a>,
        currency: Result<Option<Currency>, String>,
    ) -> Result<EntryRow<'a>, String> {
        if !self.fault.is_empty() {
            return Err(self.fault.clone());
        }
        if self.kind.eq_ignore_ascii_case("HOLD") {
            return Err("TRNTYPE HOLD: an amount on hold is not booked".to_owned());
        }
        if self.correction.eq_ignore_ascii_case("DELETE") {
            return Err(format!(
                "CORRECTACTION DELETE: the bank deletes its entry {}; no money moved by this one",
                shorten(&self.corrects)
            ));
        }
        let (booking, posted_at) = date("DTPOSTED", &self.posted)?;
        let initiated = match self.initiated.as_str() {
            "" => None,
            text => Some(date("DTUSER", text)?),
        };
        let value = match self.available.as_str() {
            "" => None,
            text => Some(date("DTAVAIL", text)?.0),
        };
        let currency = match self.currency.as_str() {
            "" => currency?,
            code => Some(Currency::from_code(code).map_err(|e| format!("CURSYM {e}"))?),
        };
        let amount = amount("TRNAMT", &self.amount, currency)?;
        if account.is_empty() {
            return Err("no account: the statement names no ACCTID before this transaction".to_owned());
        }
        let direction = if amount.is_negative() {
            Direction::Debit
        } else {
            Direction::Credit
        };
        let channel = channel(&self.kind);
        let initiated_day = initiated.map(|(day, _)| day).filter(|day| *day != booking);
        self.write_remittance(initiated_day.map(|day| day.to_string()));
        let mut row = EntryRow::new(place, Leg::Line, account, direction, Some(amount.abs()));
        row.booking_date = Some(booking);
        row.value_date = value;
        row.booked_at = initiated.and_then(|(_, at)| at).or(posted_at);
        row.currency = currency;
        row.channel = channel;
        row.counterparty_name = [&self.long_name, &self.payee, &self.name]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or("", String::as_str);
        row.counterparty = self.other.key();
        row.counterparty_status =
            CounterpartyStatus::of(row.counterparty.number, "", row.counterparty_name, channel);
        if self.industry.len() == 4 && self.industry.bytes().all(|b| b.is_ascii_digit()) {
            row.merchant_category = &self.industry;
        }
        row.remittance = &self.remittance;
        row.bank_reference = &self.id;
        row.bank_code = &self.kind;
        Ok(row)
    }

    /// What was written; in brackets what has no column of its own.
    fn write_remittance(&mut self, initiated: Option<String>) {
        let out = &mut self.remittance;
        out.push_str(&self.memo);
        let short = [&self.long_name, &self.payee]
            .into_iter()
            .any(|longer| !longer.is_empty() && *longer != self.name);
        let rate = match (self.rate.is_empty(), self.original_currency.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!("{} to the account's currency", self.rate),
            (false, false) => format!("{} from {}", self.rate, self.original_currency),
        };
        let original = if rate.is_empty() {
            self.original_currency.as_str()
        } else {
            ""
        };
        for (label, text) in [
            ("name", if short { self.name.as_str() } else { "" }),
            ("payee's address", &self.address),
            ("cheque", &self.cheque),
            ("reference", &self.reference),
            ("initiated", initiated.as_deref().unwrap_or("")),
            ("original currency", original),
            ("rate", &rate),
            ("corrects", &self.corrects),
        ] {
            if !text.is_empty() {
                let _ = write!(out, "{}[{label} {text}]", if out.is_empty() { "" } else { " " });
            }
        }
    }
}

/// Appends a text, its white space made single spaces.
pub fn add(slot: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !slot.is_empty() {
            slot.push(' ');
        }
        slot.push_str(word);
    }
}

/// A date that must be one.
pub fn date(name: &str, text: &str) -> Result<(crate::model::Date, Option<crate::model::Moment>), String> {
    times::read(text).ok_or_else(|| match text {
        "" => format!("no {name}; expected YYYYMMDD"),
        text => format!(
            "{name} ‘{}’ is no day of the calendar; expected YYYYMMDD, with HHMMSS or without",
            shorten(text)
        ),
    })
}

/// A signed amount with a point or a comma. The format has no grouping; where both signs stand, the first groups.
pub fn amount(name: &str, text: &str, currency: Option<Currency>) -> Result<Amount, String> {
    let last = text.rfind(['.', ',']);
    let signs = text.bytes().filter(|b| matches!(b, b'.' | b',')).count();
    let decimals = last.map_or(0, |at| text.len() - at - 1);
    if signs == 1 && decimals == 3 && currency.is_none_or(|c| c.digits() < 3) {
        return Err(format!(
            "{name} ‘{}’ may be a thousand times more or less: three digits behind its only sign, in a currency of \
             fewer decimals",
            shorten(text)
        ));
    }
    let style = match last.and_then(|at| text.as_bytes().get(at)) {
        Some(b',') => NumberStyle {
            decimal_sign: b',',
            grouping: Some(b'.'),
        },
        _ => NumberStyle {
            decimal_sign: b'.',
            grouping: Some(b','),
        },
    };
    Amount::parse(text, style).map_err(|e| format!("{name}: {e}"))
}

/// How the money moved, by `TRNTYPE`. A deposit may be cash or a cheque.
fn channel(kind: &str) -> Channel {
    match kind.to_ascii_uppercase().as_str() {
        "INT" => Channel::Interest,
        "FEE" | "SRVCHG" => Channel::Fee,
        "ATM" => Channel::CashAtm,
        "POS" => Channel::CardPos,
        "CASH" => Channel::CashBranch,
        "CHECK" => Channel::Cheque,
        "DIRECTDEBIT" => Channel::DirectDebit,
        "XFER" | "DIRECTDEP" | "REPEATPMT" | "PAYMENT" => Channel::Transfer,
        _ => Channel::Unknown,
    }
}

/// The beginning of a text, for messages.
pub fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_with_point_or_comma() {
        let read = |text| amount("TRNAMT", text, Some(Currency::EUR)).map(|a| a.to_text(2));
        for (text, value) in [
            ("-80", "-80.00"),
            ("+12,5", "12.50"),
            ("-1.234,56", "-1234.56"),
            ("1,234.56", "1234.56"),
            ("1,234,567.00", "1234567.00"),
            (".5", "0.50"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(value), "{text}");
        }
        for wrong in ["", "1,234", "1.234", "1.2.3", "12a", "1e3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let dinar = Currency::from_code("KWD").ok();
        assert_eq!(
            amount("TRNAMT", "1.234", dinar).map(|a| a.to_text(3)).as_deref(),
            Ok("1.234")
        );
    }
}
