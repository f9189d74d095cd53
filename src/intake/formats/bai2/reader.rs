//! From records to groups, accounts and entries, and the control totals against what was read.

use super::details::{self, Details};
use super::fields::{self, Fields, shorten};
use super::records::{Record, Records};
use super::totals::{Totals, compare};
use super::{codes, fields::whole};
use crate::intake::lines::Lines;
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{
    AccountKey, Amount, CounterpartyStatus, Currency, Date, EntryRow, Leg, Place, StatementRow,
};

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut records = Records::new(Lines::open(source)?);
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        known: 0,
        next_number: 0,
        file: None,
        group: None,
        account: None,
        details: Details::default(),
    };
    let result = reader.run(&mut records);
    reader.out.finish()?;
    result?;
    if reader.known == 0 && source.bytes > 0 {
        return Err(source.holds_none(
            "no record that begins with 01, 02, 03, 16, 49, 98 or 99",
            "a BAI2 report",
        ));
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    /// Records with a known code.
    known: u64,
    next_number: u32,
    file: Option<Totals>,
    group: Option<Group>,
    account: Option<Account>,
    details: Details,
}

struct Group {
    totals: Totals,
    bank: String,
    as_of: Option<Date>,
    currency: Currency,
    /// Why its records are no bookings.
    void: &'static str,
    /// `1` and `3`: interim.
    interim: bool,
}

struct Account {
    totals: Totals,
    number: String,
    currency: Currency,
    statement: u32,
    place: Place,
    opening: Option<Amount>,
    closing: Option<Amount>,
    /// Sum and count of credits (100) and debits (400).
    stated: [(Option<Amount>, Option<u64>); 2],
    entries: i64,
}

impl Reader<'_> {
    fn run(&mut self, records: &mut Records<'_>) -> Result<(), IntakeError> {
        while let Some(record) = records.next()? {
            self.known += u64::from(!record.code.is_empty());
            let result = match record.code {
                _ if record.cut => Err("longer than a line of 64 KB or a record of 1 MB".to_owned()),
                "01" => self.file_header(&record, records),
                "02" => self.group_header(&record, records),
                "03" => self.account_header(&record, records),
                "16" => self.entry(&record),
                "49" => self.account_trailer(&record),
                "98" => self.group_trailer(&record, records),
                "99" => self.file_trailer(&record, records),
                "88" => Err("a continuation (88) without a record before it".to_owned()),
                _ => Err(
                    "no record code at its beginning; expected 01, 02, 03, 16, 49, 88, 98 or 99".to_owned(),
                ),
            };
            if record.cut && record.code == "16" {
                self.spoil();
            }
            if let Err(reason) = result {
                self.reject(&record, &reason, records);
            }
            self.out.pass_on()?;
        }
        self.end_account();
        let (group, file) = (self.group.take().is_some(), self.file.take().is_some());
        if group || file {
            let missing = if group {
                "98 (group trailer)"
            } else {
                "99 (file trailer)"
            };
            let end = Record::default();
            self.reject(
                &end,
                &format!("the file ends without its record {missing}: its end may be missing"),
                records,
            );
            self.out.pass_on()?;
        }
        Ok(())
    }

    fn file_header(&mut self, record: &Record, records: &Records<'_>) -> Result<(), String> {
        self.end_group(record, records);
        if self.file.take().is_some() {
            self.reject(
                record,
                "a file header (01) before the trailer (99) of the file before it",
                records,
            );
        }
        self.file = Some(Totals {
            records: record.count,
            ..Totals::NONE
        });
        let version = Fields::of(record).nth(7);
        match version {
            "" | "2" => Ok(()),
            other => Err(format!("version ‘{}’ of the format; expected 2", shorten(other))),
        }
    }

    fn group_header(&mut self, record: &Record, records: &Records<'_>) -> Result<(), String> {
        self.end_group(record, records);
        let mut fields = Fields::of(record);
        let (_receiver, bank, status) = (fields.text(), fields.text(), fields.text());
        let (as_of, _time, currency, modifier) = (fields.text(), fields.text(), fields.text(), fields.text());
        let as_of = fields::day(as_of);
        let currency_read = match currency {
            "" => Currency::from_code("USD"),
            code => Currency::from_code(code),
        };
        self.group = Some(Group {
            totals: Totals {
                records: record.count,
                ..Totals::NONE
            },
            bank: bank.to_owned(),
            as_of: as_of.clone().ok(),
            currency: currency_read.clone().unwrap_or(Currency::EUR),
            void: match status {
                "2" => "its group is a deletion (status 2)",
                "4" => "its group is a test (status 4)",
                _ if currency_read.is_err() => "its group has no currency that is known",
                _ if as_of.is_err() => "its group has no as-of date",
                _ => "",
            },
            interim: matches!(modifier, "1" | "3"),
        });
        if !matches!(status, "" | "1" | "2" | "3" | "4") {
            return Err(format!("group status ‘{}’; expected 1 to 4", shorten(status)));
        }
        currency_read.map_err(|e| e.to_string())?;
        as_of.map(drop)
    }

    fn account_header(&mut self, record: &Record, records: &Records<'_>) -> Result<(), String> {
        if self.account.is_some() {
            self.end_account();
            self.reject(
                record,
                "an account (03) before the trailer (49) of the account before it",
                records,
            );
        }
        let Some(group) = &mut self.group else {
            return Err("an account (03) outside a group (02)".to_owned());
        };
        let mut fields = Fields::of(record);
        let (number, code) = (fields.text(), fields.text());
        let currency = match code {
            "" => Ok(group.currency),
            code => Currency::from_code(code),
        };
        let mut account = Account {
            totals: Totals {
                records: record.count,
                ..Totals::NONE
            },
            number: number.to_owned(),
            currency: currency.clone().unwrap_or(group.currency),
            statement: self.next_number,
            place: place(record),
            opening: None,
            closing: None,
            stated: [(None, None); 2],
            entries: 0,
        };
        if currency.is_err() {
            // Neither its amounts nor its balances can be told.
            account.number.clear();
        }
        self.next_number += 1;
        let result = match currency {
            Ok(currency) => summaries(&mut fields, &mut account, currency),
            Err(error) => {
                account.totals.sum = None;
                Err(error.to_string())
            }
        };
        let nameless = number.is_empty();
        self.account = Some(account);
        if nameless {
            return Err("no account number in its second field".to_owned());
        }
        result
    }

    fn entry(&mut self, record: &Record) -> Result<(), String> {
        let Some(account) = &mut self.account else {
            return Err("a transaction (16) outside an account (03)".to_owned());
        };
        account.totals.records += record.count;
        account.place.byte_end = record.end;
        let mut fields = Fields::of(record);
        let (code, units) = (fields.text(), fields.text());
        let units = whole(units).map_err(|reason| {
            account.totals.sum = None;
            format!("amount {reason}")
        })?;
        account.totals.add(Some(units.unwrap_or(0)));
        let code: u32 = match code.parse() {
            Ok(number) if code.len() == 3 => number,
            _ => return Err(format!("type code ‘{}’; expected three digits", shorten(code))),
        };
        let Some(group) = self.group.as_ref() else {
            return Err("a transaction (16) outside a group (02)".to_owned());
        };
        if !group.void.is_empty() {
            return Err(format!("no booking: {}", group.void));
        }
        if account.number.is_empty() {
            return Err("no account: its record 03 could not be read".to_owned());
        }
        if code == 890 {
            return Err("type code 890 carries text; no money moved".to_owned());
        }
        let Some(direction) = codes::direction(code) else {
            return Err(format!(
                "type code {code} has no direction; expected 101 to 399 (credit), 401 to 699 (debit), 720, 760, or a \
                 bank's own from 920 on"
            ));
        };
        let units = match units {
            Some(units) if units >= 0 => units,
            Some(units) => return Err(format!("amount ‘{units}’; expected one without a sign")),
            None => return Err("no amount; expected one, 0 where nothing moved".to_owned()),
        };
        let amount = fields::amount(units, account.currency)?;
        let value_date = fields::funds(&mut fields)?;
        let (bank_reference, customer_reference) = (fields.text(), fields.text());
        details::read(fields.pieces(), direction, &mut self.details);
        account.entries += 1;
        let channel = codes::channel(code);
        let (code, locator) = (format!("{code:03}"), format!("line {}", record.line));
        let key = AccountKey {
            number: &account.number,
            bank: &group.bank,
        };
        let mut row = EntryRow::new(place(record), Leg::Line, key, direction, Some(amount));
        row.statement = Some(account.statement);
        row.sequence = Some(account.entries);
        row.booking_date = group.as_of;
        row.value_date = value_date;
        row.currency = Some(account.currency);
        row.channel = channel;
        row.counterparty_name = &self.details.name;
        row.counterparty = AccountKey {
            number: &self.details.account,
            bank: &self.details.bank,
        };
        row.counterparty_status =
            CounterpartyStatus::of(&self.details.account, "", &self.details.name, channel);
        row.remittance = &self.details.text;
        row.bank_reference = bank_reference;
        row.end_to_end_id = match self.details.end_to_end.as_str() {
            "" => customer_reference,
            reference => reference,
        };
        row.bank_code = &code;
        row.reversal = codes::is_reversal(code.parse().unwrap_or(0));
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        Ok(())
    }

    fn account_trailer(&mut self, record: &Record) -> Result<(), String> {
        let mut fields = Fields::of(record);
        let (total, count) = (whole(fields.text()), whole(fields.text()));
        let Some(account) = &mut self.account else {
            return Err("an account trailer (49) outside an account (03)".to_owned());
        };
        account.totals.records += record.count;
        account.place.byte_end = record.end;
        let totals = account.totals;
        self.end_account_with(total.as_ref().ok().copied().flatten());
        compare("account", total?, count?, None, totals)
    }

    fn group_trailer(&mut self, record: &Record, records: &Records<'_>) -> Result<(), String> {
        let mut fields = Fields::of(record);
        let (total, parts, count) = (whole(fields.text()), whole(fields.text()), whole(fields.text()));
        if self.account.is_some() {
            self.end_account();
            self.reject(
                record,
                "a group trailer (98) before the trailer (49) of its last account",
                records,
            );
        }
        let Some(mut group) = self.group.take() else {
            return Err("a group trailer (98) outside a group (02)".to_owned());
        };
        group.totals.records += record.count;
        self.end_group_with(&group, total.as_ref().ok().copied().flatten());
        compare("group", total?, count?, parts?, group.totals)
    }

    fn file_trailer(&mut self, record: &Record, records: &Records<'_>) -> Result<(), String> {
        self.end_group(record, records);
        let mut fields = Fields::of(record);
        let (total, parts, count) = (whole(fields.text()), whole(fields.text()), whole(fields.text()));
        let Some(mut totals) = self.file.take() else {
            return Err("a file trailer (99) without a file header (01)".to_owned());
        };
        totals.records += record.count;
        compare("file", total?, count?, parts?, totals)
    }

    /// Ends a group whose trailer is missing.
    fn end_group(&mut self, record: &Record, records: &Records<'_>) {
        self.end_account();
        if let Some(group) = self.group.take() {
            self.end_group_with(&group, None);
            let reason = format!(
                "a record {} before the trailer (98) of the group before it",
                record.code
            );
            self.reject(record, &reason, records);
        }
    }

    fn end_group_with(&mut self, group: &Group, stated: Option<i64>) {
        if let Some(file) = &mut self.file {
            file.parts += 1;
            file.records += group.totals.records;
            match stated {
                Some(total) => file.add(Some(total)),
                None => file.sum = file.sum.zip(group.totals.sum).map(|(a, b)| a + b),
            }
        }
    }

    /// An amount of the account could not be read.
    fn spoil(&mut self) {
        if let Some(account) = &mut self.account {
            account.totals.sum = None;
        }
    }

    fn end_account(&mut self) {
        self.end_account_with(None);
    }

    /// Writes the statement and adds the account to its group; `stated` is the total of its trailer.
    fn end_account_with(&mut self, stated: Option<i64>) {
        let Some(account) = self.account.take() else {
            return;
        };
        let Some(group) = &mut self.group else {
            return;
        };
        group.totals.parts += 1;
        group.totals.records += account.totals.records;
        match stated {
            Some(total) => group.totals.add(Some(total)),
            None => group.totals.sum = group.totals.sum.zip(account.totals.sum).map(|(a, b)| a + b),
        }
        if account.number.is_empty() || !group.void.is_empty() {
            return;
        }
        let [credits, debits] = account.stated;
        let interim = if group.interim { ", interim report" } else { "" };
        let locator = format!("line {}{interim}", account.place.line);
        self.out.rows().statement(&StatementRow {
            place: account.place,
            number: account.statement,
            account: AccountKey {
                number: &account.number,
                bank: &group.bank,
            },
            currency: Some(account.currency),
            from_date: group.as_of,
            to_date: group.as_of,
            opening_balance: account.opening,
            closing_balance: account.closing,
            sequence_number: "",
            stated_entries: credits.1.zip(debits.1).and_then(|(a, b)| a.checked_add(b)),
            stated_credits: credits.0,
            stated_debits: debits.0,
            locator: &locator,
        });
    }

    fn reject(&mut self, record: &Record, reason: &str, records: &Records<'_>) {
        let raw = records.excerpt(record.start, record.end);
        let (locator, label) = match record.code {
            "" if record.line == 0 => ("end of the file".to_owned(), String::new()),
            "" => (format!("line {}", record.line), String::new()),
            code => (format!("line {}", record.line), format!("{code}: ")),
        };
        self.out.rows().reject(&Reject {
            place: place(record),
            locator: &locator,
            reason: &format!("{label}{reason}"),
            raw: &raw,
        });
    }
}

fn place(record: &Record) -> Place {
    Place {
        byte_start: record.start,
        byte_end: record.end,
        line: record.line,
    }
}

/// Reads the balances and sums of an account: type code, amount, count of items, funds type.
fn summaries(fields: &mut Fields<'_>, account: &mut Account, currency: Currency) -> Result<(), String> {
    let result = summaries_of(fields, account, currency);
    if result.is_err() {
        account.totals.sum = None;
    }
    result
}

fn summaries_of(fields: &mut Fields<'_>, account: &mut Account, currency: Currency) -> Result<(), String> {
    while let Some(code) = fields.next() {
        let (units, count) = (fields.text(), fields.text());
        let wrong = |reason: String| format!("code ‘{}’: {reason}", shorten(code));
        let units = whole(units).map_err(wrong)?;
        account.totals.add(Some(units.unwrap_or(0)));
        let count = whole(count).map_err(wrong)?;
        fields::funds(fields).map_err(wrong)?;
        let amount = match units {
            Some(units) => Some(fields::amount(units, currency).map_err(wrong)?),
            None => None,
        };
        let count = count.and_then(|n| u64::try_from(n).ok());
        match code {
            "010" => account.opening = amount,
            "015" => account.closing = amount,
            "100" => account.stated[0] = (amount, count),
            "400" => account.stated[1] = (amount, count),
            _ => {}
        }
    }
    Ok(())
}
