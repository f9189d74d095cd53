//! From records to statements and entries.

use super::complement::{Complements, Side};
use super::operation::{channel, is_payer, takes_back};
use super::records::{self, Account, Balance, Movement};
use crate::intake::fixed::{self, Record, add, is_filler, note};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{
    AccountKey, AccountMention, Channel, CounterpartyStatus, Currency, Direction, EntryRow, Leg, Place,
    StatementRow,
};

/// Characters of a record.
const WIDTH: usize = 120;

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut lines = Lines::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        next_number: 0,
        known: 0,
        statement: None,
        open: None,
    };
    let result = reader.run(&mut lines);
    reader.out.finish()?;
    result?;
    if reader.known == 0 && source.bytes > 0 {
        return Err(IntakeError::Shape {
            name: source.name.to_owned(),
            place: "the whole file".to_owned(),
            found: "no record that begins with 01, 04, 05 or 07".to_owned(),
            expected: "a statement of CFONB 120".to_owned(),
            next_step: "Give the file's own format, or a mapping with --mapping.".to_owned(),
        });
    }
    Ok(())
}

struct Reader<'a> {
    out: Segments<'a>,
    next_number: u32,
    /// Records of known types.
    known: u64,
    statement: Option<Statement>,
    open: Option<Open>,
}

struct Statement {
    number: u32,
    place: Place,
    account: Account,
    currency: Option<Currency>,
    opening: Option<Balance>,
    closing: Option<Balance>,
    entries: i64,
}

/// A movement whose records 05 may follow.
struct Open {
    place: Place,
    account: Result<Account, String>,
    movement: Result<Movement, String>,
    operation: String,
    own_operation: String,
    reject_reason: String,
    label: String,
    number: String,
    reference: String,
    complements: Complements,
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
        let kind = record.columns(1, 2);
        let known = matches!(kind, "01" | "04" | "05" | "07");
        self.known += u64::from(known);
        // Complements go to the movement before them; a record that is none does not end it.
        if known && kind != "05" {
            self.end_movement(lines)?;
        }
        let result = match kind {
            "01" => self.begin_statement(record, place, fault),
            "04" => {
                self.open = Some(begin_movement(record, place, fault));
                Ok(())
            }
            "05" => self.complement(record, place, fault),
            "07" => self.new_balance(record, fault),
            _ => Err(format!(
                "the record begins with ‘{kind}’; expected 01, 04, 05 or 07"
            )),
        };
        if let Some(statement) = &mut self.statement {
            statement.place.byte_end = statement.place.byte_end.max(place.byte_end);
        }
        if let Err(reason) = result {
            self.reject(place, &reason, lines);
        }
        if kind == "07" {
            self.end_statement();
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
        let account = records::account(record)
            .map_err(|reason| format!("{reason}; the movements below have no statement"))?;
        // A wrong balance does not take the account from the movements.
        let opening = records::balance(record);
        let currency = records::currency(record);
        let number = self.next_number;
        self.next_number += 1;
        self.statement = Some(Statement {
            number,
            place,
            account,
            currency: currency.as_ref().ok().copied(),
            opening: opening.as_ref().ok().copied(),
            closing: None,
            entries: 0,
        });
        match fault {
            Some(fault) => Err(fault),
            None => currency.and(opening).map(|_| ()),
        }
    }

    fn complement(&mut self, record: Record<'_>, place: Place, fault: Option<String>) -> Result<(), String> {
        let Some(open) = &mut self.open else {
            return Err("a record 05 without a movement (04) before it".to_owned());
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        if let Ok(own) = &open.account {
            let account = records::account(record)?;
            if account != *own {
                return Err(format!(
                    "the record 05 is that of account {}; expected {} of the movement before it",
                    account.written, own.written
                ));
            }
        }
        open.complements.read(record)?;
        open.place.byte_end = place.byte_end;
        Ok(())
    }

    fn new_balance(&mut self, record: Record<'_>, fault: Option<String>) -> Result<(), String> {
        let Some(statement) = &mut self.statement else {
            return Err("a new balance (07) without an old one (01)".to_owned());
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        let account = records::account(record)?;
        if account != statement.account {
            return Err(format!(
                "the new balance is that of account {}; expected {} of record 01",
                account.written, statement.account.written
            ));
        }
        let currency = records::currency(record)?;
        if statement.currency.is_some_and(|own| own != currency) {
            return Err(format!(
                "the new balance is in {currency}; expected the currency of record 01"
            ));
        }
        statement.currency = Some(currency);
        statement.closing = Some(records::balance(record)?);
        Ok(())
    }

    /// Writes the open movement, all its records read.
    fn end_movement(&mut self, lines: &Lines<'_>) -> Result<(), IntakeError> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        if let Err(reason) = self.entry(&open) {
            self.reject(open.place, &reason, lines);
        }
        self.out.pass_on()
    }

    fn entry(&mut self, open: &Open) -> Result<(), String> {
        let movement = open.movement.as_ref().map_err(Clone::clone)?;
        let account = open.account.as_ref().map_err(Clone::clone)?;
        let mut number = None;
        let mut sequence = None;
        if let Some(statement) = &mut self.statement {
            if *account != statement.account {
                return Err(format!(
                    "the movement is that of account {}; expected {} of record 01",
                    account.written, statement.account.written
                ));
            }
            statement.entries += 1;
            number = Some(statement.number);
            sequence = Some(statement.entries);
        }
        let direction = if movement.amount.is_negative() {
            Direction::Debit
        } else {
            Direction::Credit
        };
        let said = &open.complements;
        let payer = is_payer(&open.operation, direction);
        let (own, other) = if payer {
            (&said.payer, &said.payee)
        } else {
            (&said.payee, &said.payer)
        };
        let remittance = remittance(open, own, other, payer);
        let channel = channel(&open.operation);
        let code = match open.own_operation.as_str() {
            "" => open.operation.clone(),
            own => format!("{}/{own}", open.operation),
        };
        let locator = format!("line {}", open.place.line);
        let key = key(account);
        let mut row = EntryRow::new(open.place, Leg::Line, key, direction, Some(movement.amount.abs()));
        row.statement = number;
        row.sequence = sequence;
        row.booking_date = Some(movement.booking);
        row.value_date = movement.value;
        row.currency = Some(movement.currency);
        row.channel = channel;
        row.counterparty_name = &other.name;
        row.counterparty = AccountKey::number(&other.account);
        row.counterparty_identifier = &other.identifier;
        row.counterparty_status = if !other.account.is_empty() || !other.identifier.is_empty() {
            CounterpartyStatus::Identified
        } else if channel.is_cash() {
            CounterpartyStatus::Cash
        } else if !other.name.is_empty() {
            CounterpartyStatus::Partial
        } else if matches!(channel, Channel::Fee | Channel::Interest) {
            CounterpartyStatus::Bank
        } else {
            CounterpartyStatus::Unknown
        };
        row.purpose = &said.purpose;
        row.remittance = &remittance;
        row.end_to_end_id = &said.end_to_end;
        row.bank_reference = [&said.transaction, &open.reference, &open.number]
            .into_iter()
            .find(|reference| !is_filler(reference))
            .map_or("", String::as_str);
        row.bank_code = &code;
        row.reversal = takes_back(&open.operation) || !is_filler(&open.reject_reason);
        row.locator = &locator;
        let rows = self.out.rows();
        rows.entry(&row);
        rows.accepted();
        Ok(())
    }

    /// Writes the open statement. Its last movement has ended before.
    fn end_statement(&mut self) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let account = key(&statement.account);
        let locator = format!(
            "line {}, account {}",
            statement.place.line, statement.account.written
        );
        let rows = self.out.rows();
        rows.account(&AccountMention {
            account,
            bic: "",
            currency: statement.currency,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: true,
        });
        rows.statement(&StatementRow {
            place: statement.place,
            number: statement.number,
            account,
            currency: statement.currency,
            from_date: statement.opening.map(|balance| balance.date),
            to_date: statement.closing.map(|balance| balance.date),
            opening_balance: statement.opening.map(|balance| balance.amount),
            closing_balance: statement.closing.map(|balance| balance.amount),
            sequence_number: "",
            stated_entries: None,
            stated_credits: None,
            stated_debits: None,
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

fn begin_movement(record: Record<'_>, place: Place, fault: Option<String>) -> Open {
    Open {
        place,
        account: records::account(record),
        movement: match fault {
            Some(fault) => Err(fault),
            None => records::movement(record),
        },
        operation: record.field(33, 34).to_ascii_uppercase(),
        own_operation: record.field(8, 11).to_owned(),
        reject_reason: record.field(41, 42).to_owned(),
        label: record.field(49, 79).to_owned(),
        number: record.field(82, 88).to_owned(),
        reference: record.field(105, 120).to_owned(),
        complements: Complements::default(),
    }
}

/// What the payer wrote, else the bank's own words; in brackets what has no column of its own.
fn remittance(open: &Open, own: &Side, other: &Side, payer: bool) -> String {
    let said = &open.complements;
    let mut out = String::new();
    add(&mut out, &open.label);
    for text in [&said.customer_text, &said.structured, &said.bank_text] {
        if !out.contains(text.as_str()) {
            add(&mut out, text);
        }
    }
    let (own_label, other_label) = if payer {
        ("payer", "payee")
    } else {
        ("payee", "payer")
    };
    note(&mut out, &format!("{own_label} "), &own.name);
    note(&mut out, &format!("{own_label}'s identifier "), &own.identifier);
    note(&mut out, &format!("{own_label}'s account "), &own.account);
    note(&mut out, &format!("ultimate {own_label} "), &own.ultimate);
    note(&mut out, &format!("ultimate {other_label} "), &other.ultimate);
    note(&mut out, "mandate ", &said.mandate);
    note(&mut out, "batch ", &said.batch);
    note(&mut out, "original ", &said.original);
    if !is_filler(&open.reject_reason) {
        note(&mut out, "reject reason ", &open.reject_reason);
    }
    if !is_filler(&open.number) {
        note(&mut out, "number ", &open.number);
    }
    add(&mut out, &said.notes);
    out
}

fn key(account: &Account) -> AccountKey<'_> {
    AccountKey {
        number: &account.number,
        bank: &account.bank,
    }
}
