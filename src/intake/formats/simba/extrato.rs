//! EXTRATO: a line is an entry.

use hashbrown::HashSet;

use super::counterpart::Counterpart;
use super::counterparts::{Counterparts, Found};
use super::layout::{self, Kind, extrato as column};
use super::records::{Fields, fields_of, is_header, place_of, reject};
use super::values::{self, Account, shown};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Rows, SourceFile};
use crate::model::{
    AccountMention, Amount, Channel, CounterpartyStatus, Currency, Date, DetailRow, Direction, EntryRow, Leg,
    Place,
};

/// What a line says, checked.
struct Entry<'a> {
    key: &'a str,
    account: Account,
    date: Date,
    amount: Amount,
    direction: Direction,
    balance: Option<Amount>,
    fields: Fields<'a>,
}

/// Entries that share their key with an earlier one: how many, and the line of the first.
#[derive(Default)]
struct Shared {
    count: u64,
    line: u64,
}

/// Reads the file, with ORIGEM_DESTINO beside it where it is there.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let beside = layout::find(Kind::OriginDestination, source.name, source.siblings);
    let opened = beside.map(|file| file.source());
    let mut others = match &opened {
        Some(opened) => match Counterparts::open(opened) {
            Ok(others) => {
                if others.is_empty() {
                    output.note("ORIGEM_DESTINO holds no rows: entries are without their other side");
                }
                Some(others)
            }
            Err(error) => {
                output.note(&format!(
                    "ORIGEM_DESTINO cannot be read ({error}): entries are without their other side"
                ));
                None
            }
        },
        None => {
            output.note(
                "ORIGEM_DESTINO of this case did not come in the same folder: entries are without their other side",
            );
            None
        }
    };
    let currency = Currency::from_code("BRL").ok();
    let mut segments = Segments::new(source.source_id, output);
    let mut lines = Lines::open(source)?;
    let mut line = Line::default();
    let mut own: HashSet<String> = HashSet::new();
    let mut shared = Shared::default();
    while lines.next(&mut line)? {
        if line.text.trim().is_empty() || (line.number == 1 && is_header(Kind::Extrato, &line.text)) {
            continue;
        }
        let place = place_of(&line);
        let entry = match fields_of(Kind::Extrato, &line).and_then(entry_of) {
            Ok(entry) => entry,
            Err(reason) => {
                let locator = format!("line {}", line.number);
                reject(segments.rows(), &lines, place, &locator, &reason);
                segments.pass_on()?;
                continue;
            }
        };
        let found = match (&mut others, entry.key) {
            (Some(others), key) if !key.is_empty() => others.take(key)?,
            _ => Found::Nothing,
        };
        let rows = segments.rows();
        if own.insert(format!("{} {}", entry.account.bank, entry.account.number)) {
            rows.account(&AccountMention {
                account: entry.account.key(),
                bic: "",
                currency,
                country: "BR",
                holder_name: "",
                opened: None,
                closed: None,
                seized: true,
            });
        }
        let mut inside = matches!(found, Found::Several);
        let mut other = None;
        match found {
            Found::One(row, at) => {
                // A part of the amount only: the entry's amount is not the other side's.
                inside = row.amount.is_some_and(|amount| amount != entry.amount);
                other = (!inside).then(|| (row.seen_from(&entry.account), at));
            }
            Found::Taken => {
                shared.count += 1;
                if shared.count == 1 {
                    shared.line = line.number;
                }
            }
            Found::Nothing | Found::Several => {}
        }
        write(rows, &entry, place, other.as_ref(), currency);
        rows.accepted();
        if let (true, Some(others)) = (inside, &mut others) {
            details(others, &entry, place, &mut segments, currency)?;
        }
        segments.pass_on()?;
    }
    segments.finish()?;
    if let Some(others) = &others {
        note_left(others, &shared, output);
    }
    Ok(())
}

fn note_left(others: &Counterparts<'_>, shared: &Shared, output: &dyn Output) {
    let (left, line) = others.left();
    if left > 0 {
        output.note(&format!(
            "{left} rows of ORIGEM_DESTINO (the first in line {line}) name an entry that was not read from this file"
        ));
    }
    if shared.count > 0 {
        output.note(&format!(
            "{} entries (the first in line {}) have the key of an earlier entry and are without their other side, \
             because ORIGEM_DESTINO does not say whose it is",
            shared.count, shared.line
        ));
    }
}

fn entry_of<'a>(fields: Fields<'a>) -> Result<Entry<'a>, String> {
    let get = |at: usize| fields.get(at);
    let account = Account::of(
        get(column::BANK),
        get(column::BRANCH),
        get(column::NUMBER),
        get(column::TYPE),
    );
    if account.key().is_empty() {
        return Err(format!(
            "NUMERO_CONTA: ‘{}’ names no account; expected the account that the entry belongs to",
            shown(get(column::NUMBER))
        ));
    }
    let date = values::date(get(column::DATE)).map_err(|fault| format!("DATA_LANCAMENTO: {fault}"))?;
    let amount = values::amount(get(column::AMOUNT))
        .map_err(|fault| format!("VALOR_LANCAMENTO: {fault}"))?
        .ok_or("VALOR_LANCAMENTO is empty; expected an amount")?;
    let direction = match get(column::NATURE) {
        "C" | "c" => Direction::Credit,
        "D" | "d" => Direction::Debit,
        other => {
            return Err(format!(
                "NATUREZA_LANCAMENTO: ‘{}’ does not say which way the money went; expected C or D",
                shown(other)
            ));
        }
    };
    Ok(Entry {
        key: get(column::KEY),
        account,
        date,
        amount,
        direction,
        balance: balance(get(column::BALANCE), get(column::BALANCE_NATURE))?,
        fields,
    })
}

// Without a nature a balance other than zero is not known to be a credit or a debt.
fn balance(text: &str, nature: &str) -> Result<Option<Amount>, String> {
    let value = values::amount(text).map_err(|fault| format!("VALOR_SALDO: {fault}"))?;
    match (value, nature) {
        (None, _) => Ok(None),
        (Some(value), "C" | "c") => Ok(Some(value)),
        (Some(value), "D" | "d") => Ok(Some(Amount::from_scaled(-value.scaled()))),
        (Some(Amount::ZERO), _) => Ok(Some(Amount::ZERO)),
        (Some(_), "" | "*") => Ok(None),
        (Some(_), other) => Err(format!("NATUREZA_SALDO: ‘{}’ is neither C nor D", shown(other))),
    }
}

fn write(
    rows: &mut Rows,
    entry: &Entry<'_>,
    place: Place,
    other: Option<&(Counterpart, Place)>,
    currency: Option<Currency>,
) {
    let code = entry.fields.get(column::CODE);
    let mut locator = format!("line {}", place.line);
    let mut remittance = entry.fields.get(column::DESCRIPTION).to_owned();
    let mut row = EntryRow::new(
        place,
        Leg::Line,
        entry.account.key(),
        entry.direction,
        Some(entry.amount),
    );
    row.sequence = i64::try_from(place.byte_start).ok();
    row.booking_date = Some(entry.date);
    row.currency = currency;
    row.balance_after = entry.balance;
    row.channel = values::channel(code);
    row.purpose = values::purpose(code);
    row.reversal = values::is_reversal(code);
    row.bank_code = code;
    row.bank_reference = entry.fields.get(column::DOCUMENT);
    row.terminal = entry.fields.get(column::PLACE);
    if let Some((other, at)) = other {
        row.counterparty_name = &other.name;
        row.counterparty = other.account.key();
        row.counterparty_identifier = &other.identifier;
        locator.push_str(&format!("; ORIGEM_DESTINO line {}", at.line));
        if !other.remark.is_empty() && other.remark != remittance {
            if !remittance.is_empty() {
                remittance.push(' ');
            }
            remittance.push_str(&other.remark);
        }
    }
    row.counterparty_status = match row.channel {
        _ if !row.counterparty.is_empty() => CounterpartyStatus::Identified,
        Channel::CashAtm | Channel::CashBranch => CounterpartyStatus::Cash,
        Channel::Fee | Channel::Interest | Channel::Loan => CounterpartyStatus::Bank,
        _ if !row.counterparty_identifier.is_empty() => CounterpartyStatus::Identified,
        _ if !row.counterparty_name.is_empty() => CounterpartyStatus::Partial,
        _ => CounterpartyStatus::Unknown,
    };
    row.remittance = &remittance;
    row.locator = &locator;
    rows.entry(&row);
}

fn details(
    others: &mut Counterparts<'_>,
    entry: &Entry<'_>,
    place: Place,
    segments: &mut Segments<'_>,
    currency: Option<Currency>,
) -> Result<(), IntakeError> {
    let stands_in = others.source_id();
    let mut number = 0;
    others.for_each(entry.key, &mut |other, at| {
        number += 1;
        let other = other.seen_from(&entry.account);
        let locator = format!("ORIGEM_DESTINO line {}", at.line);
        segments.rows().detail_of(
            stands_in,
            &DetailRow {
                place: at,
                entry_start: place.byte_start,
                number,
                direction: entry.direction,
                amount: other.amount,
                currency: other.amount.and(currency),
                counterparty_name: &other.name,
                counterparty: other.account.key(),
                counterparty_identifier: &other.identifier,
                counterparty_country: "",
                purpose: "",
                remittance: &other.remark,
                end_to_end_id: "",
                bank_reference: &other.document,
                return_reason: "",
                locator: &locator,
            },
        );
        segments.pass_on()
    })
}
