//! A row that names both sides → a debit entry of the payer and a credit entry of the payee.

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Money, Plan, Side, Slot, shorten};
use super::reader::Reader;
use super::remittance;
use super::values;
use crate::intake::mapping::spec::Pseudo;
use crate::model::{
    AccountKey, Amount, Channel, CounterpartyStatus, Currency, Direction, EntryRow, Leg, Place,
};

/// What one side pays or receives.
pub struct Part {
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub asset: String,
    pub quantity: Option<i128>,
}

/// A side as the row names it.
enum Named<'a> {
    Account(AccountKey<'a>),
    Pseudo(Pseudo),
}

/// Reads a row.
pub fn read(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let plan = reader.plan;
    if let (Some(payer), Some(payee)) = (&plan.payer.person, &plan.payee.person) {
        return remittance::read(reader, record, place, (payer, payee));
    }
    values::refuse_not_booked(plan, record)?;
    let (date, moment) = values::booked(plan, record)?;
    let paid = part(plan, record, &plan.amount, &plan.currency)?;
    let received = if plan.received.get(record).is_empty() {
        None
    } else {
        let currency = if plan.received_currency.is_there() {
            &plan.received_currency
        } else {
            &plan.currency
        };
        Some(part(plan, record, &plan.received, currency)?)
    };
    let payer = side(plan, record, &plan.payer)?;
    let payee = side(plan, record, &plan.payee)?;
    if let (Named::Pseudo(_), Named::Pseudo(_)) = (&payer, &payee) {
        return Err(Fault::NoSide);
    }
    let value_date = plan.date(&plan.value, record)?.and_then(|reading| reading.date);
    let sequence = values::sequence(plan, record, place)?;
    let channel = values::channel(plan, record);
    let payer_balance = plan.amount(&plan.payer.balance_after, record)?;
    let payee_balance = plan.amount(&plan.payee.balance_after, record)?;

    let mut joined = std::mem::take(&mut reader.joined);
    let mut row = EntryRow::new(place, Leg::Debit, AccountKey::default(), Direction::Debit, None);
    row.sequence = Some(sequence);
    row.booking_date = Some(date);
    row.booked_at = moment;
    row.value_date = value_date;
    row.channel = channel;
    row.merchant_category = plan.merchant_category.get(record);
    row.terminal = plan.terminal.get(record);
    row.city = plan.city.get(record);
    row.country = plan.country.get(record);
    row.purpose = values::purpose(plan, record);
    row.end_to_end_id = plan.end_to_end_id.get(record);
    row.bank_reference = plan.bank_reference.get(record);
    row.bank_code = plan.bank_code.get(record);
    row.remittance = values::remittance(plan, record, &mut joined);
    row.locator = &reader.locator;
    for (leg, direction, own, other, name, part, balance) in [
        (
            Leg::Debit,
            Direction::Debit,
            &payer,
            &payee,
            &plan.payee.name,
            &paid,
            payer_balance,
        ),
        (
            Leg::Credit,
            Direction::Credit,
            &payee,
            &payer,
            &plan.payer.name,
            received.as_ref().unwrap_or(&paid),
            payee_balance,
        ),
    ] {
        let Named::Account(account) = own else { continue };
        row.leg = leg;
        row.direction = direction;
        row.account = *account;
        row.amount = part.amount;
        row.currency = part.currency;
        row.asset = &part.asset;
        row.quantity = part.quantity;
        row.balance_after = balance;
        row.counterparty_name = name.get(record);
        (row.counterparty, row.counterparty_status) = match other {
            Named::Account(key) => (*key, CounterpartyStatus::Identified),
            Named::Pseudo(pseudo) => (
                AccountKey::default(),
                status(*pseudo, channel, row.counterparty_name),
            ),
        };
        reader.rows.entry(&row);
    }
    reader.joined = joined;
    Ok(())
}

fn side<'a>(plan: &'a Plan<'_>, record: &Record<'a>, side: &'a Side) -> Result<Named<'a>, Fault> {
    let number = side.account.get(record);
    if let Some(pseudo) = plan.pseudo(number) {
        return Ok(Named::Pseudo(pseudo));
    }
    if number.is_empty() {
        return Err(Fault::Empty {
            column: plan.label(&side.account),
            expected: "an account's number",
        });
    }
    Ok(Named::Account(AccountKey {
        number,
        bank: side.bank.get(record),
    }))
}

/// Amount or quantity by two columns, with the currency of one of them.
pub fn part(plan: &Plan<'_>, record: &Record<'_>, amount: &Slot, currency: &Slot) -> Result<Part, Fault> {
    let text = amount.get(record);
    match plan.money(currency, record)? {
        Money::Currency(currency) => {
            let Some(value) = plan.amount(amount, record)? else {
                return Err(Fault::Empty {
                    column: plan.label(amount),
                    expected: "an amount",
                });
            };
            unsigned(plan, amount, text, value.is_negative())?;
            Ok(Part {
                amount: Some(value),
                currency: Some(currency),
                asset: String::new(),
                quantity: None,
            })
        }
        Money::Asset(asset) => {
            let Some(value) = values::quantity(text, plan.number_style(amount, record)) else {
                return Err(Fault::Quantity {
                    column: plan.label(amount),
                    value: shorten(text),
                });
            };
            unsigned(plan, amount, text, value < 0)?;
            Ok(Part {
                amount: None,
                currency: None,
                asset,
                quantity: Some(value),
            })
        }
    }
}

fn unsigned(plan: &Plan<'_>, slot: &Slot, text: &str, negative: bool) -> Result<(), Fault> {
    if negative {
        return Err(Fault::Negative {
            column: plan.label(slot),
            value: shorten(text),
            because: "columns of their own say who pays and who is paid",
        });
    }
    Ok(())
}

fn status(pseudo: Pseudo, channel: Channel, name: &str) -> CounterpartyStatus {
    if pseudo == Pseudo::Cash || channel.is_cash() {
        CounterpartyStatus::Cash
    } else if matches!(channel, Channel::Fee | Channel::Interest) {
        CounterpartyStatus::Bank
    } else if name.is_empty() {
        CounterpartyStatus::Unknown
    } else {
        CounterpartyStatus::Partial
    }
}
