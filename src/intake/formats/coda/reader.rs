//! From records to statements, entries and their parts.

use super::movement::{Described, Movement};
use super::records::{self, Account, Header, Line as Booked};
use crate::intake::fixed::{self, Record};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{
    AccountKey, AccountMention, Amount, Date, DetailRow, Direction, EntryRow, Leg, Place, StatementRow,
    format_scaled,
};

/// Characters of a record.
const WIDTH: usize = 128;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        next_number: 0,
        known: 0,
        header: Header::default(),
        counted: 0,
        statement: None,
        open: None,
        parent: None,
    };
    let result = reader.run(&mut lines);
    reader.out.finish()?;
    result?;
    if reader.known == 0 && source.bytes > 0 {
        return Err(IntakeError::Shape {
            name: source.name.to_owned(),
            place: "the whole file".to_owned(),
            found: "no record that begins with 0, 1, 2, 3, 4, 8 or 9".to_owned(),
            expected: "a CODA statement".to_owned(),
            next_step: "Give the file's own format, or a mapping with --mapping.".to_owned(),
        });
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    next_number: u32,
    /// Records of known types in the file.
    known: u64,
    header: Header,
    /// Records 1, 2, 3 and 8 since the header: what record 9 counts.
    counted: u64,
    statement: Option<Statement>,
    /// The movement whose further records may follow.
    open: Option<Movement>,
    parent: Option<Parent>,
}

struct Statement {
    number: u32,
    place: Place,
    account: Account,
    holder: String,
    sequence_number: String,
    opening: Option<(Amount, Date)>,
    closing: Option<(Amount, Date)>,
    entries: i64,
    /// Sums of credits and debits of the entries, in ten-thousandths.
    sums: [i128; 2],
    stated: Option<(Amount, Amount)>,
}

/// The booked movement that parts may follow.
struct Parent {
    sequence: String,
    place: Place,
    /// Nothing where the movement was refused.
    entry_start: Option<u64>,
    /// Its type is one of sums, and the end of the globalisation was not seen.
    globalised: bool,
    parts: i64,
}

impl Reader<'_> {
    fn run(&mut self, lines: &mut Lines<'_>) -> Result<(), IntakeError> {
        let mut line = Line::default();
        while lines.next(&mut line)? {
            if !fixed::is_empty(&line.text) {
                self.record(&line, lines)?;
            }
        }
        self.end_movement(lines)?;
        self.end_statement();
        Ok(())
    }

    fn record(&mut self, line: &Line, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let record = Record::new(&line.text);
        let place = fixed::place(line);
        let fault = record.length_fault(line, WIDTH);
        let kind = record.columns(1, 1);
        self.known += u64::from(matches!(kind, "0" | "1" | "2" | "3" | "4" | "8" | "9"));
        self.counted += u64::from(matches!(kind, "1" | "2" | "3" | "8"));
        // Information and further parts go to the movement before them; a record that is none does not end it.
        if matches!(
            (kind, record.columns(2, 2)),
            ("0" | "1" | "4" | "8" | "9", _) | ("2", "1")
        ) {
            self.end_movement(lines)?;
        }
        let result = match kind {
            "0" => {
                self.end_statement();
                self.counted = 0;
                self.parent = None;
                let (header, wrong) = records::header(record);
                self.header = header;
                fault.or(wrong).map_or(Ok(()), Err)
            }
            "1" => self.begin_statement(record, place, fault),
            "2" => self.movement(record, place, fault),
            "3" => self.information(record, place, fault),
            // A note on the statement.
            "4" => fault.map_or(Ok(()), Err),
            "8" => self.new_balance(record, fault),
            "9" => self.trailer(record, fault),
            _ => Err(format!(
                "the record begins with ‘{kind}’; expected 0, 1, 2, 3, 4, 8 or 9"
            )),
        };
        if let Some(statement) = &mut self.statement {
            statement.place.byte_end = statement.place.byte_end.max(place.byte_end);
        }
        if let Err(reason) = result {
            self.reject(place, &reason, lines);
        }
        if kind == "9" {
            self.end_statement();
            self.counted = 0;
        }
        self.out.pass_on()
    }

    fn begin_statement(
        &mut self,
        record: Record<'_>,
        place: Place,
        fault: Option<String>,
    ) -> Result<(), String> {
        self.end_statement();
        self.parent = None;
        let account = records::account(record, record.columns(2, 2), self.header.version, 6)
            .map_err(|reason| format!("{reason}; the movements below have no account"))?;
        // A wrong balance does not take the account from the movements.
        let opening = records::balance(record, 43);
        let fault = fault.or_else(|| records::currency_fault(record, &account));
        let coded = record.field(126, 128);
        let paper = record.field(3, 5);
        let number = self.next_number;
        self.next_number += 1;
        self.statement = Some(Statement {
            number,
            place,
            account,
            holder: record.field(65, 90).to_owned(),
            sequence_number: [coded, paper]
                .into_iter()
                .find(|text| !fixed::is_filler(text))
                .unwrap_or("")
                .to_owned(),
            opening: opening.as_ref().ok().copied(),
            closing: None,
            entries: 0,
            sums: [0; 2],
            stated: None,
        });
        match fault {
            Some(fault) => Err(fault),
            None => opening.map(|_| ()),
        }
    }

    fn movement(&mut self, record: Record<'_>, place: Place, fault: Option<String>) -> Result<(), String> {
        let part = match record.columns(2, 2) {
            "1" => {
                self.open = Some(Movement::begin(record, place, fault));
                return Ok(());
            }
            "2" => 2,
            "3" => 3,
            other => {
                return Err(format!(
                    "the record begins with ‘2{other}’; expected 21, 22 or 23"
                ));
            }
        };
        let version = self.header.version;
        let Some(open) = &mut self.open else {
            return Err(format!("a record 2.{part} without a record 2.1 before it"));
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        open.part(record, part, version)?;
        open.place.byte_end = place.byte_end;
        Ok(())
    }

    fn information(&mut self, record: Record<'_>, place: Place, fault: Option<String>) -> Result<(), String> {
        let part = match record.columns(2, 2) {
            "1" => 1,
            "2" => 2,
            "3" => 3,
            other => {
                return Err(format!(
                    "the record begins with ‘3{other}’; expected 31, 32 or 33"
                ));
            }
        };
        let Some(open) = &mut self.open else {
            return Err(format!("a record 3.{part} without a movement before it"));
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        open.inform(record, part)?;
        open.place.byte_end = place.byte_end;
        Ok(())
    }

    fn new_balance(&mut self, record: Record<'_>, fault: Option<String>) -> Result<(), String> {
        let version = self.header.version;
        let Some(statement) = &mut self.statement else {
            return Err("a new balance without an old one; expected record 1 before record 8".to_owned());
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        let closing = records::balance(record, 42)?;
        // Record 8 carries no structure: it has that of record 1, by which its account is compared.
        let written = record.field(5, 5 + statement.account.written.chars().count() - 1);
        if statement.account.written != written {
            let named = records::account(record, "3", version, 5).map_or(String::new(), |a| a.number);
            if named != statement.account.number {
                return Err(format!(
                    "the new balance is that of account ‘{written}’; expected ‘{}’ of record 1",
                    statement.account.written
                ));
            }
        }
        if statement.closing.is_some() {
            return Err("a second new balance in one statement; expected one".to_owned());
        }
        statement.closing = Some(closing);
        Ok(())
    }

    fn trailer(&mut self, record: Record<'_>, fault: Option<String>) -> Result<(), String> {
        if let Some(fault) = fault {
            return Err(fault);
        }
        let (count, debits, credits) = records::trailer(record)?;
        let mut wrong = Vec::new();
        if count != self.counted {
            wrong.push(format!("{count} records are stated, {} were read", self.counted));
        }
        if let Some(statement) = &mut self.statement {
            statement.stated = Some((credits, debits));
            for (name, stated, read) in [
                ("debits", debits, statement.sums[1]),
                ("credits", credits, statement.sums[0]),
            ] {
                if i128::from(stated.scaled()) != read {
                    wrong.push(format!(
                        "{name} of {} are stated, the movements read give {}",
                        stated.to_text(2),
                        format_scaled(read, 2)
                    ));
                }
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("record 9 does not agree: {}", wrong.join("; ")))
        }
    }

    /// Writes the open movement, all its records read.
    fn end_movement(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let place = open.place;
        let result = if open.is_part() {
            self.part(&mut open)
        } else {
            self.booked(&mut open)
        };
        if let Err(reason) = result {
            self.reject(place, &reason, lines);
        }
        self.out.pass_on()
    }

    fn booked(&mut self, open: &mut Movement) -> Result<(), String> {
        let mut parent = Parent {
            sequence: open.sequence.clone(),
            place: open.place,
            entry_start: None,
            globalised: open.globalised && matches!(open.kind(), b'1'..=b'3'),
            parts: 0,
        };
        let result = self.entry(open);
        if result.is_ok() {
            parent.entry_start = Some(open.place.byte_start);
        }
        self.parent = Some(parent);
        result
    }

    fn entry(&mut self, open: &mut Movement) -> Result<(), String> {
        if !self.header.separate_application.is_empty() {
            return Err(self.elsewhere());
        }
        let Booked {
            direction,
            amount,
            value,
            booking,
        } = *open.line.as_ref().map_err(Clone::clone)?;
        let Some(statement) = &mut self.statement else {
            return Err("the movement has no account; expected a readable record 1 before it".to_owned());
        };
        let said = open.describe(direction);
        statement.entries += 1;
        statement.sums[usize::from(direction == Direction::Debit)] += i128::from(amount.scaled());
        let account = AccountKey {
            number: &statement.account.number,
            bank: &self.header.bic,
        };
        let locator = format!("line {}", open.place.line);
        let mut row = EntryRow::new(open.place, Leg::Line, account, direction, Some(amount));
        row.statement = Some(statement.number);
        row.sequence = Some(statement.entries);
        row.booking_date = Some(booking);
        row.value_date = value;
        row.booked_at = said.used_at;
        row.currency = statement.account.currency;
        row.channel = said.channel;
        row.counterparty_name = &said.name;
        row.counterparty = counterparty(&said);
        row.counterparty_identifier = &said.identifier;
        row.counterparty_status = said.status;
        row.terminal = &said.terminal;
        row.city = &said.city;
        row.purpose = &said.purpose;
        row.remittance = &said.remittance;
        row.end_to_end_id = &said.end_to_end;
        row.bank_reference = &said.reference;
        row.bank_code = &open.code;
        row.reversal = said.reversal;
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        Ok(())
    }

    /// A part of a sum: a row of details and no entry.
    fn part(&mut self, open: &mut Movement) -> Result<(), String> {
        if !self.header.separate_application.is_empty() {
            return Err(self.elsewhere());
        }
        let numbers = format!("{}{}", open.sequence, open.detail);
        let parent = self
            .parent
            .as_mut()
            .filter(|parent| {
                // Some banks number the parts of a sum anew instead of by its detail numbers.
                parent.sequence == open.sequence || (parent.globalised && open.detail == "0000")
            })
            .ok_or_else(|| format!("the part {numbers} of a sum has no booked movement before it"))?;
        let Some(entry_start) = parent.entry_start else {
            return Err(format!(
                "the movement that {numbers} is a part of, line {}, was rejected",
                parent.place.line
            ));
        };
        let Booked {
            direction, amount, ..
        } = *open.line.as_ref().map_err(Clone::clone)?;
        let Some(statement) = &self.statement else {
            return Err("the movement has no account; expected a readable record 1 before it".to_owned());
        };
        let mut said = open.describe(direction);
        parent.parts += 1;
        if parent.sequence != open.sequence && open.globalised {
            // The end of the globalisation is marked in its last part.
            parent.globalised = false;
        }
        let of_part = open.kind() == b'9';
        if of_part {
            let text = format!("{} {}, code {}", amount.to_text(2), direction.as_str(), open.code);
            fixed::note(&mut said.remittance, "part of the detail before: ", &text);
        }
        let locator = format!("line {}", open.place.line);
        let row = DetailRow {
            place: open.place,
            entry_start,
            number: parent.parts,
            direction,
            amount: (!of_part).then_some(amount),
            currency: statement.account.currency,
            counterparty_name: &said.name,
            counterparty: counterparty(&said),
            counterparty_identifier: &said.identifier,
            counterparty_country: "",
            purpose: &said.purpose,
            remittance: &said.remittance,
            end_to_end_id: &said.end_to_end,
            bank_reference: &said.reference,
            return_reason: &said.return_reason,
            locator: &locator,
        };
        let rows = self.out.rows();
        rows.detail(&row);
        rows.accepted();
        Ok(())
    }

    fn elsewhere(&self) -> String {
        format!(
            "the file is a separate application ({}): its movements are parts of sums booked in the account's main \
             file and would be counted twice",
            self.header.separate_application
        )
    }

    /// Writes the open statement. Its last movement has ended before.
    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let account = AccountKey {
            number: &statement.account.number,
            bank: &self.header.bic,
        };
        let locator = if statement.account.written == statement.account.number {
            format!("line {}", statement.place.line)
        } else {
            format!(
                "line {}, account {}",
                statement.place.line, statement.account.written
            )
        };
        let rows = self.out.rows();
        rows.account(&AccountMention {
            account,
            bic: &self.header.bic,
            currency: statement.account.currency,
            country: "",
            holder_name: &statement.holder,
            opened: None,
            closed: None,
            seized: true,
        });
        rows.statement(&StatementRow {
            place: statement.place,
            number: statement.number,
            account,
            currency: statement.account.currency,
            from_date: statement.opening.map(|(_, day)| day),
            to_date: statement.closing.map(|(_, day)| day),
            opening_balance: statement.opening.map(|(amount, _)| amount),
            closing_balance: statement.closing.map(|(amount, _)| amount),
            sequence_number: &statement.sequence_number,
            stated_entries: None,
            stated_credits: statement.stated.map(|(credits, _)| credits),
            stated_debits: statement.stated.map(|(_, debits)| debits),
            locator: &locator,
        });
    }

    fn reject(&mut self, place: Place, reason: &str, lines: &Lines<'_>) {
        let raw = lines.excerpt(place.byte_start, place.byte_end);
        let locator = format!("line {}", place.line);
        self.out.rows().reject(&Reject {
            place,
            locator: &locator,
            reason,
            raw: &raw,
        });
    }
}

fn counterparty(said: &Described) -> AccountKey<'_> {
    AccountKey {
        number: &said.account,
        bank: &said.bic,
    }
}
