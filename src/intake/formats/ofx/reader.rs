//! The walk through the tags: which aggregate is open, where each begins and ends, what is refused.

use super::tags;
use super::tokens::{Stop, Token, Tokens};
use super::transaction::add;
use super::{statement, transaction, transfer};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{Currency, Place};

/// Deepest nesting that is read. The specification needs less than ten of these aggregates.
const DEPTH: usize = 64;
/// Longest record, in bytes.
const RECORD: u64 = 1024 * 1024;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut walk = Walk {
        source_id: source.source_id,
        out: Segments::new(source.source_id, output),
        stack: Vec::with_capacity(16),
        element: String::new(),
        element_place: Place::default(),
        next_number: 0,
        statements: 0,
        transfers: 0,
        institution: [String::new(), String::new()],
        statement: None,
        record: None,
        transaction: transaction::Draft::default(),
        transfer: transfer::Draft::default(),
    };
    let mut tokens = Tokens::open(source)?;
    let result = walk.run(&mut tokens);
    // What stood before a break is kept in every case.
    walk.out.finish()?;
    let shape = |place: &str, found: String, expected: &str, next_step: &str| IntakeError::Shape {
        name: source.name.to_owned(),
        place: place.to_owned(),
        found,
        expected: expected.to_owned(),
        next_step: next_step.to_owned(),
    };
    match result {
        Ok(()) if walk.statements + walk.transfers == 0 => Err(shape(
            "the whole file",
            "no STMTRS, CCSTMTRS, INVSTMTRS, INTRARS or INTERRS".to_owned(),
            "a statement",
            "Ask the bank for the statement itself; this file holds none.",
        )),
        Ok(()) => Ok(()),
        Err(Broken::Intake(error)) => Err(error),
        Err(Broken::Definition(line)) => Err(shape(
            &format!("line {line}"),
            "a definition of a document type or an entity".to_owned(),
            "none: definitions are not read, because they can hide or multiply content",
            "What stands before it was read. Ask the bank for the file without definitions.",
        )),
        Err(Broken::Deep(line)) => Err(shape(
            &format!("line {line}"),
            format!("aggregates nested more than {DEPTH} deep"),
            "the nesting of OFX, less than ten",
            "What stands before it was read. Ask the bank for the file again.",
        )),
        Err(Broken::Ended(line, open)) => Err(shape(
            &format!("line {line}"),
            format!("the end of the file inside {open}"),
            "its end tag",
            "What stands before was read; the end of the file may be missing. Ask the bank for the whole file.",
        )),
    }
}

/// Why reading ended early.
enum Broken {
    Intake(IntakeError),
    Definition(u64),
    Deep(u64),
    Ended(u64, &'static str),
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Broken {
        match stop {
            Stop::Io(error) => Broken::Intake(error),
            Stop::Definition(line) => Broken::Definition(line),
        }
    }
}

impl From<IntakeError> for Broken {
    fn from(error: IntakeError) -> Broken {
        Broken::Intake(error)
    }
}

/// A record that is open: a transaction, a trade, a transfer.
struct Open {
    tag: &'static str,
    place: Place,
    locator: String,
    /// Its begin tag is missing.
    headless: bool,
}

struct Walk<'a> {
    source_id: &'a str,
    out: Segments<'a>,
    /// Open aggregates, from the root.
    stack: Vec<&'static str>,
    /// The element begun last, whose text comes next; empty where an aggregate began or something ended.
    element: String,
    element_place: Place,
    next_number: u32,
    statements: u64,
    transfers: u64,
    /// `FID` and `ORG` of the institution.
    institution: [String; 2],
    statement: Option<statement::Draft>,
    record: Option<Open>,
    transaction: transaction::Draft,
    transfer: transfer::Draft,
}

impl Walk<'_> {
    fn run(&mut self, tokens: &mut Tokens<'_>) -> Result<(), Broken> {
        let mut token = Token::default();
        while tokens.next(&mut token)? {
            self.text(&token, tokens);
            if token.is_end {
                self.close(&token, tokens)?;
            } else {
                self.open(&token, tokens)?;
                if token.is_empty {
                    self.element.clear();
                    self.close(&token, tokens)?;
                }
            }
        }
        self.text(&token, tokens);
        let Some(innermost) = self.stack.last().copied() else {
            return Ok(());
        };
        if self.record.is_some() {
            self.transaction.fault = "the file ends inside it".to_owned();
            self.end_record(token.before, tokens)?;
        }
        while let Some(tag) = self.stack.pop() {
            self.ended(tag, token.before, tokens)?;
        }
        Err(Broken::Ended(token.line, innermost))
    }

    fn open(&mut self, token: &Token, tokens: &Tokens<'_>) -> Result<(), Broken> {
        let trades = self.stack.last() == Some(&"INVTRANLIST");
        let Some(tag) = tags::aggregate(&token.name, trades) else {
            self.element.push_str(&token.name);
            self.element_place = Place {
                byte_start: token.start,
                byte_end: token.end,
                line: token.line,
            };
            return Ok(());
        };
        // What never holds one of its kind ends where the next begins, whatever end tags were lost.
        let ends_before: &[&str] = match tag {
            "STMTTRN" | "STMTTRNP" => &["STMTTRN", "STMTTRNP"],
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" | "INTRARS" | "INTERRS" => {
                &["STMTRS", "CCSTMTRS", "INVSTMTRS", "INTRARS", "INTERRS"]
            }
            "BANKTRANLIST" | "LEDGERBAL" => &["STMTTRN", "STMTTRNP", "LEDGERBAL", "BANKTRANLIST"],
            _ => &[],
        };
        if let Some(at) = self.stack.iter().position(|open| ends_before.contains(open)) {
            self.pop_to(at, token.before, tokens)?;
        }
        if self.record.as_ref().is_some_and(|record| record.headless) && matches!(tag, "STMTTRN" | "STMTTRNP")
        {
            self.end_record(token.before, tokens)?;
        }
        if self.stack.len() >= DEPTH {
            return Err(Broken::Deep(token.line));
        }
        self.stack.push(tag);
        let place = Place {
            byte_start: token.start,
            byte_end: token.end,
            line: token.line,
        };
        match tag {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                self.statements += 1;
                let path = format!("{tag}[{}]", self.statements);
                self.statement = Some(statement::Draft::new(self.next_number, path, place));
                self.next_number += 1;
            }
            "STMTTRN" | "STMTTRNP" => self.begin_record(tag, place, false),
            "INTRARS" | "INTERRS" => {
                self.transfers += 1;
                self.transfer.clear();
                self.transaction.clear();
                self.record = Some(Open {
                    tag,
                    place,
                    locator: format!("{tag}[{}], line {}", self.transfers, token.line),
                    headless: false,
                });
            }
            "LEDGERBAL" => {
                if let Some(statement) = &mut self.statement {
                    statement.balance_begins(place);
                }
            }
            _ if trades && tags::trade(tag).is_some() => self.begin_record(tag, place, false),
            _ => {}
        }
        Ok(())
    }

    fn begin_record(&mut self, tag: &'static str, place: Place, headless: bool) {
        self.transaction.clear();
        let (path, number) = match &mut self.statement {
            Some(statement) => {
                statement.transactions += 1;
                (statement.path.as_str(), statement.transactions)
            }
            None => ("", 1),
        };
        self.record = Some(Open {
            tag,
            place,
            locator: format!("{path}/{tag}[{number}], line {}", place.line),
            headless,
        });
    }

    fn close(&mut self, token: &Token, tokens: &Tokens<'_>) -> Result<(), Broken> {
        match self.stack.iter().rposition(|open| *open == token.name) {
            Some(at) => {
                self.pop_to(at + 1, token.before, tokens)?;
                if let Some(tag) = self.stack.pop() {
                    self.ended(tag, token.end, tokens)?;
                }
            }
            None if self
                .record
                .as_ref()
                .is_some_and(|record| record.headless && record.tag == token.name) =>
            {
                self.end_record(token.end, tokens)?;
            }
            // The end of an element, or one whose beginning was lost.
            None => {}
        }
        Ok(())
    }

    /// Ends the aggregates above a place of the stack, whose own end tags are missing.
    fn pop_to(&mut self, length: usize, end: u64, tokens: &Tokens<'_>) -> Result<(), Broken> {
        while self.stack.len() > length {
            if let Some(tag) = self.stack.pop() {
                self.ended(tag, end, tokens)?;
            }
        }
        Ok(())
    }

    fn ended(&mut self, tag: &'static str, end: u64, tokens: &Tokens<'_>) -> Result<(), Broken> {
        match tag {
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => {
                if self.record.is_some() {
                    self.end_record(end, tokens)?;
                }
                let Some(mut statement) = self.statement.take() else {
                    return Ok(());
                };
                statement.place.byte_end = end;
                if let Err((place, reason)) = statement.end(self.out.rows(), &mut self.next_number) {
                    let locator = format!("{}, line {}", statement.path, place.line);
                    self.reject(place, &locator, &reason, tokens);
                }
            }
            "BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM" => {
                let [id, name] = &self.institution;
                let institution = if id.is_empty() { name } else { id };
                if let Some(statement) = self.statement.as_mut().filter(|_| self.record.is_none()) {
                    statement.account_is_named(institution, self.source_id);
                }
            }
            "LEDGERBAL" => {
                if let Some(statement) = &mut self.statement {
                    statement.balance_ends(end);
                }
            }
            "BANKTRANLIST" | "INVTRANLIST" if self.record.as_ref().is_some_and(|record| record.headless) => {
                self.end_record(end, tokens)?;
            }
            _ if self
                .record
                .as_ref()
                .is_some_and(|record| record.tag == tag && !record.headless) =>
            {
                self.end_record(end, tokens)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the text before a tag for the element that was begun last.
    fn text(&mut self, token: &Token, tokens: &Tokens<'_>) {
        let element = std::mem::take(&mut self.element);
        if element.is_empty() || token.text.is_empty() {
            return;
        }
        let name = element.as_str();
        let text = token.text.as_str();
        let innermost = self.stack.last().copied().unwrap_or("");
        if let Some(record) = &self.record {
            if token.cut || token.before.saturating_sub(record.place.byte_start) > RECORD {
                self.transaction.fault =
                    "an element longer than 64 KB or a record longer than 1 MB; expected less".to_owned();
                return;
            }
        } else if matches!(innermost, "BANKTRANLIST" | "INVBANKTRAN")
            && matches!(name, "TRNTYPE" | "DTPOSTED" | "TRNAMT" | "FITID")
        {
            // Elements of a transaction whose begin tag was lost.
            self.begin_record("STMTTRN", self.element_place, true);
            self.transaction.fault = "its begin tag STMTTRN is missing".to_owned();
        }
        match innermost {
            "STMTTRN" | "STMTTRNP" => self.transaction.field(name, text),
            "PAYEE" => self.transaction.payee(name, text),
            "CURRENCY" | "ORIGCURRENCY" => self.transaction.money(innermost, name, text),
            "INTRARS" | "INTERRS" | "XFERINFO" => self.transfer.field(name, text),
            "BANKACCTTO" | "CCACCTTO" => match &self.record {
                Some(record) if matches!(record.tag, "INTRARS" | "INTERRS") => {
                    self.transfer.to.field(name, text)
                }
                _ => self.transaction.other.field(name, text),
            },
            "BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM" => match (&self.record, &mut self.statement) {
                (Some(record), _) if matches!(record.tag, "INTRARS" | "INTERRS") => {
                    self.transfer.from.field(name, text);
                }
                (None, Some(statement)) => statement.account.field(name, text),
                _ => {}
            },
            "LEDGERBAL" => {
                if let Some(statement) = &mut self.statement {
                    statement.balance(name, text);
                }
            }
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" if name == "CURDEF" => self.currency(token, tokens),
            "BANKTRANLIST" | "INVTRANLIST" if self.record.is_none() => {
                let result = match &mut self.statement {
                    Some(statement) => statement.period(name, text),
                    None => Ok(()),
                };
                if let Err(reason) = result {
                    self.reject_element(token, &reason, tokens);
                }
            }
            "FI" => {
                let slot = usize::from(name == "ORG");
                if matches!(name, "FID" | "ORG") && self.institution[slot].is_empty() {
                    add(&mut self.institution[slot], text);
                }
            }
            _ => {}
        }
    }

    fn currency(&mut self, token: &Token, tokens: &Tokens<'_>) {
        if let Some(statement) = &mut self.statement {
            statement.currency.clear();
            statement.currency.push_str(&token.text);
        }
        if let Err(error) = Currency::from_code(&token.text) {
            self.reject_element(token, &format!("CURDEF {error}"), tokens);
        }
    }

    fn end_record(&mut self, end: u64, tokens: &Tokens<'_>) -> Result<(), Broken> {
        let Some(open) = self.record.take() else {
            return Ok(());
        };
        let place = Place {
            byte_end: end,
            ..open.place
        };
        let result = match open.tag {
            "INTRARS" | "INTERRS" if self.transaction.fault.is_empty() => {
                self.transfer.end(self.out.rows(), place, &open.locator)
            }
            "INTRARS" | "INTERRS" => Err(self.transaction.fault.clone()),
            "STMTTRNP" => Err("a pending transaction (STMTTRNP) is not booked".to_owned()),
            "STMTTRN" => self.entry(place, &open.locator),
            trade => Err(format!(
                "{trade}: a trade in securities is not read; only movements of money (INVBANKTRAN) are"
            )),
        };
        if let Err(reason) = result {
            self.reject(place, &open.locator, &reason, tokens);
        }
        self.out.pass_on()?;
        Ok(())
    }

    fn entry(&mut self, place: Place, locator: &str) -> Result<(), String> {
        let Some(statement) = &mut self.statement else {
            return Err("no account: the transaction stands outside a statement".to_owned());
        };
        let currency = statement.currency();
        let mut row = self.transaction.entry(place, statement.account.key(), currency)?;
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries + 1);
        row.locator = locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        let day = row.booking_date;
        statement.entries += 1;
        statement.booked(day);
        Ok(())
    }

    /// Rejects an element of a statement's head, from its tag to the end of its text.
    fn reject_element(&mut self, token: &Token, reason: &str, tokens: &Tokens<'_>) {
        let place = Place {
            byte_end: token.before,
            ..self.element_place
        };
        self.reject(place, &format!("line {}", place.line), reason, tokens);
    }

    fn reject(&mut self, place: Place, locator: &str, reason: &str, tokens: &Tokens<'_>) {
        let raw = tokens.excerpt(place.byte_start, place.byte_end);
        self.out.rows().reject(&Reject {
            place,
            locator,
            reason,
            raw: &raw,
        });
    }
}
