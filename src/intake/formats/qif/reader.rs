//! From lines to sections, accounts and records.

use super::evidence::{self, Evidence, Order};
use super::record::{Record, account_of};
use crate::intake::formats::delimited::account_of_name;
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{
    AccountKey, Amount, CounterpartyStatus, Date, DetailRow, Direction, EntryRow, Leg, Place, StatementRow,
    source_prefix,
};

/// Longest record, in bytes.
const RECORD: u64 = 1024 * 1024;

/// Reads a whole file: once for the evidence, once for the records.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let shape = |[found, expected, next_step]: [String; 3]| IntakeError::Shape {
        name: source.name.to_owned(),
        place: "the whole file".to_owned(),
        found,
        expected,
        next_step: format!("{next_step}."),
    };
    let (evidence, sections) = gather(source)?;
    if sections == 0 && source.bytes > 0 {
        return Err(shape([
            "no section !Type:Bank, CCard, Cash, Oth A or Oth L".to_owned(),
            "a list of transactions".to_owned(),
            "Give the file's own format, or a mapping with --mapping".to_owned(),
        ]));
    }
    let (order, decimal) = (
        evidence.order().map_err(shape)?,
        evidence.decimal().map_err(shape)?,
    );
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        source_id: source.source_id,
        order,
        decimal,
        file_account: account_of_name(source.name, source.source_id),
        section: Section::None,
        account: Listed::default(),
        statement: None,
        next_number: 0,
        record: Record::default(),
    };
    let result = reader.run(source);
    reader.out.finish()?;
    result
}

/// What a section holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    None,
    /// `!Type:Bank` and its like.
    Transactions,
    /// `!Account`
    Accounts,
    Investments,
    /// Categories, classes, prices and the like: no movements.
    List,
}

impl Section {
    /// From a line that begins with `!`; nothing for options.
    fn of(line: &str) -> Option<Section> {
        let word = line.trim().to_ascii_lowercase();
        if word == "!account" {
            return Some(Section::Accounts);
        }
        let kind = word.strip_prefix("!type:")?.trim();
        Some(match kind {
            "bank" | "ccard" | "cash" | "oth a" | "oth l" | "otha" | "othl" => Section::Transactions,
            "invst" | "port" | "401(k)" => Section::Investments,
            _ => Section::List,
        })
    }
}

/// The account that a block of `!Account` names.
#[derive(Default)]
struct Listed {
    name: String,
    balance: String,
    balance_day: String,
}

/// An open section of transactions.
struct Statement {
    number: u32,
    place: Place,
    account: String,
    opening: Option<(Amount, Date)>,
    days: Option<(Date, Date)>,
    entries: i64,
    balance: Option<(Amount, Date)>,
}

/// Calls with each line; lines ended by CR alone (Quicken for Macintosh) are cut within what is read as one.
fn each_line(
    source: &SourceFile<'_>,
    mut take: impl FnMut(&str, (u64, u64, u64), &Lines<'_>) -> Result<(), IntakeError>,
) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut line = Line::default();
    while lines.next(&mut line)? {
        if line.cut && line.text.contains('\r') {
            return Err(IntakeError::Shape {
                name: source.name.to_owned(),
                place: format!("line {}", line.number),
                found: "more than 64 KB of lines ended by a carriage return alone".to_owned(),
                expected: "lines ended by LF or CR LF".to_owned(),
                next_step: "What stands before was read. Ask for the file with the line ends of Windows."
                    .to_owned(),
            });
        }
        let mut from = 0;
        for part in line.text.split('\r') {
            let to = from + part.trim_end().len();
            let whole = part.len() == line.text.len();
            let end = if whole && line.cut {
                line.end
            } else {
                lines.byte_of(&line, to)
            };
            take(
                part.trim_end(),
                (lines.byte_of(&line, from), end, line.number),
                &lines,
            )?;
            from += part.len() + 1;
        }
    }
    Ok(())
}

/// Evidence from every date and amount of transactions, and the number of their sections.
fn gather(source: &SourceFile<'_>) -> Result<(Evidence, u64), IntakeError> {
    // Progress is told by the second reading.
    let quiet = SourceFile {
        progress: &|_| {},
        ..*source
    };
    let mut evidence = Evidence::default();
    let name = source.name.to_ascii_lowercase();
    let mut sections = 0;
    let mut section = Section::None;
    each_line(&quiet, |text, (_, _, line), _| {
        if text.starts_with('!') {
            if let Some(next) = Section::of(text) {
                section = next;
                sections += u64::from(matches!(next, Section::Transactions | Section::Investments));
            }
            match text.trim().to_ascii_lowercase().as_str() {
                "!option:mdy" => evidence.stated = Some(Order::MonthFirst),
                "!option:dmy" => evidence.stated = Some(Order::DayFirst),
                _ => {}
            }
        } else if section == Section::Transactions {
            let mut letters = text.chars();
            match letters.next() {
                Some('D') => evidence.date(letters.as_str(), line),
                Some('T' | 'U' | '$') => evidence.amount(letters.as_str(), line),
                _ => {}
            }
        }
        Ok(())
    })?;
    if name.contains("day-first") {
        evidence.stated = Some(Order::DayFirst);
    } else if name.contains("month-first") {
        evidence.stated = Some(Order::MonthFirst);
    }
    Ok((evidence, sections))
}

struct Reader<'a> {
    out: Segments<'a>,
    source_id: &'a str,
    order: Order,
    decimal: Option<u8>,
    /// The account where the file names none.
    file_account: String,
    section: Section,
    account: Listed,
    statement: Option<Statement>,
    next_number: u32,
    record: Record,
}

impl Reader<'_> {
    fn run(&mut self, source: &SourceFile<'_>) -> Result<(), IntakeError> {
        each_line(source, |text, place, lines| self.line(text, place, lines))?;
        // The file again, for the bytes that a reject shows.
        let quiet = SourceFile {
            progress: &|_| {},
            ..*source
        };
        let lines = Lines::open(&quiet)?;
        if self.record.lines > 0 && matches!(self.section, Section::Transactions | Section::Investments) {
            self.record.fault =
                "the file ends before the ^ of this record: its end may be missing".to_owned();
            self.end_record(&lines);
        }
        self.end_statement();
        Ok(())
    }

    fn line(&mut self, text: &str, place: (u64, u64, u64), lines: &Lines<'_>) -> Result<(), IntakeError> {
        let (start, end, line) = place;
        let Some(letter) = text.chars().next() else {
            return Ok(());
        };
        if letter == '!' {
            // Options change nothing of what is open.
            let Some(next) = Section::of(text) else {
                return Ok(());
            };
            if self.record.lines > 0 && matches!(self.section, Section::Transactions | Section::Investments) {
                self.record.fault = "the section ends before the ^ of this record".to_owned();
                self.end_record(lines);
            }
            self.record = Record::default();
            self.end_statement();
            self.section = next;
            match next {
                Section::Accounts => self.account = Listed::default(),
                Section::Transactions => self.begin_statement(Place {
                    byte_start: start,
                    byte_end: end,
                    line,
                }),
                _ => {}
            }
            return self.out.pass_on();
        }
        if let Some(statement) = &mut self.statement {
            statement.place.byte_end = end;
        }
        if letter == '^' {
            if self.record.lines > 0 {
                self.record.end = end;
                self.end_record(lines);
            }
            return self.out.pass_on();
        }
        let value = text.get(letter.len_utf8()..).unwrap_or("").trim();
        match self.section {
            Section::None | Section::List => return Ok(()),
            Section::Accounts => {
                // Several accounts may be listed; the last before the transactions is theirs.
                match letter {
                    'N' => {
                        self.account = Listed {
                            name: value.to_owned(),
                            ..Listed::default()
                        };
                    }
                    '$' => self.account.balance = value.to_owned(),
                    '/' => self.account.balance_day = value.to_owned(),
                    _ => {}
                }
                return Ok(());
            }
            Section::Transactions | Section::Investments => {}
        }
        if self.record.lines == 0 {
            self.record.start = start;
            self.record.line = line;
        }
        self.record.lines += 1;
        self.record.end = end;
        if end.saturating_sub(self.record.start) > RECORD {
            self.record.fault = "longer than a record of 1 MB; expected ^ behind each record".to_owned();
        } else {
            self.record.line(letter, value, place);
        }
        Ok(())
    }

    /// The account of a name: the name itself where it is a number, else with the beginning of the file's hash.
    fn account_named(&self, name: &str) -> String {
        match name {
            "" => self.file_account.clone(),
            name if name.bytes().filter(u8::is_ascii_digit).count() >= 5 => name.to_owned(),
            name => format!("{name}#{}", source_prefix(self.source_id)),
        }
    }

    fn begin_statement(&mut self, place: Place) {
        let balance = evidence::amount(&self.account.balance, self.decimal)
            .ok()
            .zip(evidence::date(&self.account.balance_day, self.order).ok());
        self.statement = Some(Statement {
            number: self.next_number,
            place,
            account: self.account_named(&self.account.name),
            opening: None,
            days: None,
            entries: 0,
            balance,
        });
        self.next_number += 1;
    }

    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let (first, last) = statement.days.unzip();
        // The balance of an account list belongs here only where no entry is later.
        let closing = statement
            .balance
            .filter(|(_, day)| last.is_some_and(|last| last <= *day));
        self.out.rows().statement(&StatementRow {
            place: statement.place,
            number: statement.number,
            account: AccountKey::number(&statement.account),
            currency: None,
            from_date: statement.opening.map(|(_, day)| day).or(first),
            to_date: closing.map(|(_, day)| day).or(last),
            opening_balance: statement.opening.map(|(amount, _)| amount),
            closing_balance: closing.map(|(amount, _)| amount),
            sequence_number: "",
            stated_entries: None,
            stated_credits: None,
            stated_debits: None,
            locator: &format!("line {}", statement.place.line),
        });
    }

    fn end_record(&mut self, lines: &Lines<'_>) {
        let record = std::mem::take(&mut self.record);
        let place = Place {
            byte_start: record.start,
            byte_end: record.end,
            line: record.line,
        };
        let result = match self.section {
            _ if !record.fault.is_empty() => Err(record.fault.clone()),
            Section::Transactions => self.entry(&record, place),
            Section::Investments => {
                Err("an investment record is not read; only movements of money on accounts are".to_owned())
            }
            // The block of an account, or an entry of a list.
            _ => return,
        };
        if let Err(reason) = result {
            let raw = lines.excerpt(place.byte_start, place.byte_end);
            self.out.rows().reject(&Reject {
                place,
                locator: &format!("line {}", place.line),
                reason: &reason,
                raw: &raw,
            });
        }
    }

    fn entry(&mut self, record: &Record, place: Place) -> Result<(), String> {
        let (date, amount) = (record.date(self.order)?, record.amount(self.decimal)?);
        let splits = record
            .splits
            .iter()
            .map(|split| split.amount(self.decimal))
            .collect::<Result<Vec<_>, _>>()?;
        let other = account_of(&record.category).map(|name| self.account_named(name));
        let named = account_of(&record.category).unwrap_or("").to_owned();
        let own_is_named = !self.account.name.is_empty();
        let prefix = source_prefix(self.source_id);
        let Some(statement) = &mut self.statement else {
            return Err("a record outside a section".to_owned());
        };
        let is_own = |other: &str| !own_is_named || statement.account == other;
        if statement.entries == 0
            && statement.opening.is_none()
            && record.payee.eq_ignore_ascii_case("opening balance")
            && let Some(other) = other.as_deref().filter(|other| is_own(other))
        {
            if !own_is_named {
                statement.account = other.to_owned();
            }
            statement.opening = Some((amount, date));
            self.out.rows().accepted();
            return Ok(());
        }
        statement.entries += 1;
        let (first, last) = statement.days.unwrap_or((date, date));
        statement.days = Some((first.min(date), last.max(date)));
        let direction = direction(amount);
        let (remittance, channel) = (record.remittance(), record.channel());
        let locator = format!("line {}", place.line);
        let mut row = EntryRow::new(
            place,
            Leg::Line,
            AccountKey::number(&statement.account),
            direction,
            Some(amount.abs()),
        );
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries);
        row.booking_date = Some(date);
        row.channel = channel;
        row.counterparty = AccountKey::number(other.as_deref().unwrap_or(""));
        row.counterparty_name = match record.payee.as_str() {
            "" => &named,
            payee => payee,
        };
        row.counterparty_status =
            CounterpartyStatus::of(row.counterparty.number, "", row.counterparty_name, channel);
        row.remittance = &remittance;
        row.bank_reference = &record.number;
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        for (number, (split, amount)) in record.splits.iter().zip(splits).enumerate() {
            let other = account_of(&split.category).map(|name| {
                let digits = name.bytes().filter(u8::is_ascii_digit).count();
                if digits >= 5 {
                    name.to_owned()
                } else {
                    format!("{name}#{prefix}")
                }
            });
            let remittance = match (split.memo.as_str(), other.is_some() || split.category.is_empty()) {
                (memo, true) => memo.to_owned(),
                ("", false) => format!("[category {}]", split.category),
                (memo, false) => format!("{memo} [category {}]", split.category),
            };
            let locator = format!("line {}", split.line);
            rows.detail(&DetailRow {
                place: Place {
                    byte_start: split.start,
                    byte_end: split.end,
                    line: split.line,
                },
                entry_start: place.byte_start,
                number: number as i64 + 1,
                direction: amount.map_or(direction, self::direction),
                amount: amount.map(Amount::abs),
                currency: None,
                counterparty_name: account_of(&split.category).unwrap_or(""),
                counterparty: AccountKey::number(other.as_deref().unwrap_or("")),
                counterparty_identifier: "",
                counterparty_country: "",
                purpose: "",
                remittance: &remittance,
                end_to_end_id: "",
                bank_reference: "",
                return_reason: "",
                locator: &locator,
            });
        }
        Ok(())
    }
}

fn direction(amount: Amount) -> Direction {
    if amount.is_negative() {
        Direction::Debit
    } else {
        Direction::Credit
    }
}
