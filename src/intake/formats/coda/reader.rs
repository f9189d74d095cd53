//! From records to statements, entries and their parts.

use super::movement::{Described, Movement};
use super::records::{self, Account, Header, Line as Booked};
use crate::intake::fixed::{self, Record};
use crate::intake::fixed_file::{self, Handover, Holder, Layout, Read};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::{
    AccountKey, Amount, Date, DetailRow, Direction, EntryRow, Leg, Place, StatementRow, format_scaled,
};

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    fixed_file::read(&mut Reader::default(), source, output)
}

#[derive(Default)]
struct Reader {
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

impl Layout for Reader {
    const WIDTH: usize = 128;
    const KINDS: &'static [&'static str] = &["0", "1", "2", "3", "4", "8", "9"];
    const LAST: &'static str = "9";
    const FILE: &'static str = "a CODA statement";

    type Movement = Movement;

    fn ends_movement(record: Record<'_>) -> bool {
        match record.columns(1, 1) {
            "2" => record.columns(2, 2) == "1",
            kind => kind != "3",
        }
    }

    fn record(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        self.counted += u64::from(matches!(read.kind, "1" | "2" | "3" | "8"));
        match read.kind {
            "0" => {
                self.end_statement(out);
                self.counted = 0;
                self.parent = None;
                let (header, wrong) = records::header(read.record);
                self.header = header;
                read.sound?;
                wrong.map_or(Ok(()), Err)
            }
            "1" => self.begin_statement(read, out),
            "2" => self.part_of_movement(read),
            "3" => self.information(read),
            // A note on the statement.
            "4" => read.sound,
            "8" => self.new_balance(read),
            _ => {
                let result = self.trailer(read);
                self.counted = 0;
                result
            }
        }
    }

    fn movement(&mut self) -> &mut Option<Movement> {
        &mut self.open
    }

    fn place_of(movement: &Movement) -> Place {
        movement.place
    }

    fn book(&mut self, open: &mut Movement, out: &mut Handover<'_>) -> Result<(), String> {
        if open.is_part() {
            self.part(open, out)
        } else {
            self.booked(open, out)
        }
    }

    fn statement(&mut self) -> Option<&mut Place> {
        self.statement.as_mut().map(|statement| &mut statement.place)
    }

    fn end_statement(&mut self, out: &mut Handover<'_>) {
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
        let row = StatementRow {
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
        };
        let holder = Holder {
            name: &statement.holder,
            bic: &self.header.bic,
            ..Holder::default()
        };
        out.statement(&row, holder);
    }
}

impl Reader {
    fn begin_statement(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        let Read {
            record, place, sound, ..
        } = read;
        self.end_statement(out);
        self.parent = None;
        let account = records::account(record, record.columns(2, 2), self.header.version, 6)
            .map_err(|reason| format!("{reason}; the movements below have no account"))?;
        // A wrong balance does not take the account from the movements.
        let opening = records::balance(record, 43);
        let fault = sound.err().or_else(|| records::currency_fault(record, &account));
        let coded = record.field(126, 128);
        let paper = record.field(3, 5);
        self.statement = Some(Statement {
            number: out.number(),
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

    fn part_of_movement(&mut self, read: Read<'_>) -> Result<(), String> {
        let record = read.record;
        let part = match record.columns(2, 2) {
            "1" => {
                self.open = Some(Movement::begin(record, read.place, read.sound));
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
        read.sound?;
        open.part(record, part, version)?;
        open.place.byte_end = read.place.byte_end;
        Ok(())
    }

    fn information(&mut self, read: Read<'_>) -> Result<(), String> {
        let record = read.record;
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
        read.sound?;
        open.inform(record, part)?;
        open.place.byte_end = read.place.byte_end;
        Ok(())
    }

    fn new_balance(&mut self, read: Read<'_>) -> Result<(), String> {
        let record = read.record;
        let version = self.header.version;
        let Some(statement) = &mut self.statement else {
            return Err("a new balance without an old one; expected record 1 before record 8".to_owned());
        };
        read.sound?;
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

    fn trailer(&mut self, read: Read<'_>) -> Result<(), String> {
        read.sound?;
        let (count, debits, credits) = records::trailer(read.record)?;
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

    fn booked(&mut self, open: &mut Movement, out: &mut Handover<'_>) -> Result<(), String> {
        let mut parent = Parent {
            sequence: open.sequence.clone(),
            place: open.place,
            entry_start: None,
            globalised: open.globalised && matches!(open.kind(), b'1'..=b'3'),
            parts: 0,
        };
        let result = self.entry(open, out);
        if result.is_ok() {
            parent.entry_start = Some(open.place.byte_start);
        }
        self.parent = Some(parent);
        result
    }

    fn entry(&mut self, open: &mut Movement, out: &mut Handover<'_>) -> Result<(), String> {
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
        out.entry(&row);
        Ok(())
    }

    /// A part of a sum: a row of details and no entry.
    fn part(&mut self, open: &mut Movement, out: &mut Handover<'_>) -> Result<(), String> {
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
        out.detail(&row);
        Ok(())
    }

    fn elsewhere(&self) -> String {
        format!(
            "the file is a separate application ({}): its movements are parts of sums booked in the account's main \
             file and would be counted twice",
            self.header.separate_application
        )
    }
}

fn counterparty(said: &Described) -> AccountKey<'_> {
    AccountKey {
        number: &said.account,
        bank: &said.bic,
    }
}
