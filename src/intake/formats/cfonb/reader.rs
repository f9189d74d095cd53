//! From records to statements and entries.

use super::complement::{Complements, Side};
use super::operation::{channel, is_payer, takes_back};
use super::records::{self, Account, Balance, Movement};
use crate::intake::fixed::{Record, add, is_filler, note};
use crate::intake::fixed_file::{self, Handover, Holder, Layout, Read};
use crate::intake::{IntakeError, Output, SourceFile};
use crate::model::{AccountKey, CounterpartyStatus, Currency, Direction, EntryRow, Leg, Place, StatementRow};

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    fixed_file::read(&mut Reader::default(), source, output)
}

#[derive(Default)]
struct Reader {
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

impl Layout for Reader {
    const WIDTH: usize = 120;
    const KINDS: &'static [&'static str] = &["01", "04", "05", "07"];
    const LAST: &'static str = "07";
    const FILE: &'static str = "a statement of CFONB 120";

    type Movement = Open;

    fn ends_movement(record: Record<'_>) -> bool {
        record.columns(1, 2) != "05"
    }

    fn record(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        match read.kind {
            "01" => self.begin_statement(read, out),
            "04" => {
                self.open = Some(begin_movement(read));
                Ok(())
            }
            "05" => self.complement(read),
            _ => self.new_balance(read),
        }
    }

    fn movement(&mut self) -> &mut Option<Open> {
        &mut self.open
    }

    fn place_of(movement: &Open) -> Place {
        movement.place
    }

    fn book(&mut self, open: &mut Open, out: &mut Handover<'_>) -> Result<(), String> {
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
        row.counterparty_status =
            CounterpartyStatus::of(&other.account, &other.identifier, &other.name, channel);
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
        out.entry(&row);
        Ok(())
    }

    fn statement(&mut self) -> Option<&mut Place> {
        self.statement.as_mut().map(|statement| &mut statement.place)
    }

    fn end_statement(&mut self, out: &mut Handover<'_>) {
        let Some(statement) = self.statement.take() else {
            return;
        };
        let account = key(&statement.account);
        let locator = format!(
            "line {}, account {}",
            statement.place.line, statement.account.written
        );
        let row = StatementRow {
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
        };
        out.statement(&row, Holder::default());
    }
}

impl Reader {
    fn begin_statement(&mut self, read: Read<'_>, out: &mut Handover<'_>) -> Result<(), String> {
        let Read {
            record, place, sound, ..
        } = read;
        self.end_statement(out);
        let account = records::account(record)
            .map_err(|reason| format!("{reason}; the movements below have no statement"))?;
        // A wrong balance does not take the account from the movements.
        let opening = records::balance(record);
        let currency = records::currency(record);
        self.statement = Some(Statement {
            number: out.number(),
            place,
            account,
            currency: currency.as_ref().ok().copied(),
            opening: opening.as_ref().ok().copied(),
            closing: None,
            entries: 0,
        });
        sound?;
        currency.and(opening).map(|_| ())
    }

    fn complement(&mut self, read: Read<'_>) -> Result<(), String> {
        let Some(open) = &mut self.open else {
            return Err("a record 05 without a movement (04) before it".to_owned());
        };
        read.sound?;
        let record = read.record;
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
        open.place.byte_end = read.place.byte_end;
        Ok(())
    }

    fn new_balance(&mut self, read: Read<'_>) -> Result<(), String> {
        let Some(statement) = &mut self.statement else {
            return Err("a new balance (07) without an old one (01)".to_owned());
        };
        read.sound?;
        let record = read.record;
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
}

fn begin_movement(read: Read<'_>) -> Open {
    let record = read.record;
    Open {
        place: read.place,
        account: records::account(record),
        movement: read.sound.and_then(|()| records::movement(record)),
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
