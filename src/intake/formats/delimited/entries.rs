//! A line of a statement → one entry, and one more for a fee that stands in the same line.

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Money, Plan, Slot, shorten};
use super::reader::Reader;
use super::values;
use crate::intake::mapping::spec::{InsideField, Pseudo};
use crate::model::{
    AccountKey, AccountMention, Amount, Channel, CounterpartyStatus, Currency, Direction, EntryRow, Leg,
    Place,
};

/// What moves in a line.
struct Movement<'a> {
    direction: Direction,
    amount: Option<Amount>,
    currency: Option<Currency>,
    asset: &'a str,
    quantity: Option<i128>,
}

/// Reads a line.
pub fn read(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let plan = reader.plan;
    values::refuse_not_booked(plan, record)?;
    let mut asset = String::new();
    let movement = movement(plan, record, &mut asset)?;
    let (date, mut moment) = values::booked(plan, record)?;
    let value_date = plan.date(&plan.value, record)?.and_then(|reading| reading.date);
    let sequence = values::sequence(plan, record, place)?;
    let fee = fee(plan, record)?;
    let after = balance(plan, record, &movement)?;
    let channel = values::channel(plan, record);

    let mut number = std::mem::take(&mut reader.number);
    own_account(plan, record, &mut number)?;
    let mut joined = std::mem::take(&mut reader.joined);
    let account = AccountKey {
        number: &number,
        bank: plan.account_bank.get(record),
    };
    let mut row = EntryRow::new(place, Leg::Line, account, movement.direction, movement.amount);
    row.sequence = Some(sequence);
    row.booking_date = Some(date);
    row.value_date = value_date;
    row.currency = movement.currency;
    row.asset = movement.asset;
    row.quantity = movement.quantity;
    row.channel = channel;
    row.counterparty_name = plan.other_name.get(record);
    row.counterparty = AccountKey {
        number: trim_quotes(plan.other_account.get(record)),
        bank: plan.other_bank.get(record),
    };
    row.counterparty_identifier = plan.other_identifier.get(record);
    row.counterparty_country = plan.other_country.get(record);
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
    for rule in &plan.inside {
        let text = rule.slot.get(record);
        if rule.field == InsideField::Time {
            moment = moment.or_else(|| values::time_inside(rule, text, plan.mapping.dates.pivot));
            continue;
        }
        if let Some(value) = values::inside(rule, text) {
            let place = match rule.field {
                InsideField::Terminal => &mut row.terminal,
                InsideField::City => &mut row.city,
                InsideField::CounterpartyName => &mut row.counterparty_name,
                InsideField::CounterpartyAccount => &mut row.counterparty.number,
                InsideField::CounterpartyBank => &mut row.counterparty.bank,
                InsideField::CounterpartyIdentifier => &mut row.counterparty_identifier,
                InsideField::EndToEndId => &mut row.end_to_end_id,
                InsideField::BankReference => &mut row.bank_reference,
                InsideField::Purpose => &mut row.purpose,
                InsideField::Remittance => {
                    row.remittance = value;
                    continue;
                }
                InsideField::Time => continue,
            };
            // A column of its own says more than a text.
            if place.is_empty() {
                *place = value;
            }
        }
    }
    row.booked_at = moment;
    let pseudo = plan.pseudo(row.counterparty.number);
    if pseudo.is_some() || row.counterparty.is_empty() {
        row.counterparty = AccountKey::default();
    }
    row.counterparty_status = status(&row, pseudo);
    row.balance_after = match (after, fee) {
        (Some(after), Some(fee)) => after.checked_add(fee),
        _ => after,
    };

    reader.rows.entry(&row);
    if !reader.seized.contains(&number) {
        reader.seized.insert(number.clone());
        reader.rows.account(&AccountMention {
            account,
            bic: "",
            currency: None,
            country: "",
            holder_name: "",
            opened: None,
            closed: None,
            seized: true,
        });
    }
    if let Some(fee) = fee {
        let mut charge = EntryRow::new(place, Leg::Fee, account, Direction::Debit, Some(fee));
        charge.sequence = Some(sequence.saturating_add(1));
        charge.booking_date = row.booking_date;
        charge.value_date = row.value_date;
        charge.booked_at = row.booked_at;
        charge.currency = row.currency;
        charge.balance_after = after;
        charge.channel = Channel::Fee;
        charge.counterparty_status = CounterpartyStatus::Bank;
        charge.remittance = row.remittance;
        charge.bank_reference = row.bank_reference;
        charge.locator = row.locator;
        reader.rows.entry(&charge);
    }
    reader.number = number;
    reader.joined = joined;
    Ok(())
}

fn movement<'a>(
    plan: &'a Plan<'_>,
    record: &Record<'a>,
    asset: &'a mut String,
) -> Result<Movement<'a>, Fault> {
    let named = plan.asset.get(record);
    if !named.is_empty() {
        asset.push_str(named);
    }
    let money = if asset.is_empty() || !plan.currency.get(record).is_empty() || plan.money_constant.is_some()
    {
        Some(plan.money(&plan.currency, record)?)
    } else {
        None
    };
    let currency = match money {
        Some(Money::Asset(code)) => {
            // The number beside an asset's word is a quantity, and there is no rate.
            let (slot, text) = (&plan.amount, plan.amount.get(record));
            let value = exact_quantity(plan, record, slot, text)?;
            let direction = direction(plan, record, value < 0)?;
            asset.clear();
            asset.push_str(&code);
            return Ok(Movement {
                direction,
                amount: None,
                currency: None,
                asset,
                quantity: Some(value.abs()),
            });
        }
        Some(Money::Currency(currency)) => Some(currency),
        None => None,
    };
    let text = plan.quantity.get(record);
    let quantity = match text {
        "" => None,
        _ => Some(exact_quantity(plan, record, &plan.quantity, text)?),
    };
    let (amount, by_column) = amount(plan, record)?;
    let negative = match (amount, quantity) {
        (Some(amount), _) => amount.is_negative(),
        (None, Some(quantity)) => quantity < 0,
        (None, None) => {
            return Err(Fault::Empty {
                column: plan.label(&plan.amount),
                expected: "an amount",
            });
        }
    };
    let direction = match by_column {
        Some(direction) => direction,
        None => direction(plan, record, negative)?,
    };
    Ok(Movement {
        direction,
        amount: amount.map(Amount::abs),
        currency: amount.and(currency),
        asset,
        quantity: quantity.map(i128::abs),
    })
}

// The amount, and its direction where two columns tell it.
fn amount(plan: &Plan<'_>, record: &Record<'_>) -> Result<(Option<Amount>, Option<Direction>), Fault> {
    if !plan.debit.is_there() {
        return Ok((plan.amount(&plan.amount, record)?, None));
    }
    let filled = |slot: &Slot| -> Result<Option<Amount>, Fault> {
        Ok(plan
            .amount(slot, record)?
            .filter(|amount| *amount != Amount::ZERO))
    };
    match (filled(&plan.debit)?, filled(&plan.credit)?) {
        // Some banks write the debits of a column of debits with a minus.
        (Some(debit), None) => Ok((Some(debit.abs()), Some(Direction::Debit))),
        (None, Some(credit)) if !credit.is_negative() => Ok((Some(credit), Some(Direction::Credit))),
        (None, Some(_)) => Err(Fault::Negative {
            column: plan.label(&plan.credit),
            value: shorten(plan.credit.get(record)),
            because: "the column holds credits",
        }),
        (None, None) if !plan.credit.get(record).is_empty() => {
            Ok((Some(Amount::ZERO), Some(Direction::Credit)))
        }
        (None, None) if !plan.debit.get(record).is_empty() => {
            Ok((Some(Amount::ZERO), Some(Direction::Debit)))
        }
        _ => Err(Fault::BothSides {
            debit: plan.label(&plan.debit),
            credit: plan.label(&plan.credit),
        }),
    }
}

fn direction(plan: &Plan<'_>, record: &Record<'_>, negative: bool) -> Result<Direction, Fault> {
    if !plan.direction.is_there() {
        return Ok(if negative {
            Direction::Debit
        } else {
            Direction::Credit
        });
    }
    let spec = &plan.mapping.amount;
    let word = plan.direction.get(record);
    let among = |words: &[String]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    let direction = if among(&spec.debit_words) {
        Direction::Debit
    } else if among(&spec.credit_words) {
        Direction::Credit
    } else {
        return Err(Fault::Direction {
            column: plan.label(&plan.direction),
            value: shorten(word),
            expected: [spec.debit_words.join(", "), spec.credit_words.join(", ")].join(", "),
        });
    };
    if negative {
        return Err(Fault::Negative {
            column: plan.label(&plan.amount),
            value: shorten(plan.amount.get(record)),
            because: "a column of its own says which way the money went",
        });
    }
    Ok(direction)
}

fn fee(plan: &Plan<'_>, record: &Record<'_>) -> Result<Option<Amount>, Fault> {
    let fee = plan.amount(&plan.fee, record)?.filter(|fee| *fee != Amount::ZERO);
    match fee {
        Some(fee) if fee.is_negative() => Err(Fault::Negative {
            column: plan.label(&plan.fee),
            value: shorten(plan.fee.get(record)),
            because: "a fee is taken from the account",
        }),
        fee => Ok(fee),
    }
}

// The balance behind the line; with a start balance the line must agree with itself.
fn balance(plan: &Plan<'_>, record: &Record<'_>, movement: &Movement<'_>) -> Result<Option<Amount>, Fault> {
    let after = plan.amount(&plan.balance_after, record)?;
    let Some(before) = plan.amount(&plan.balance_before, record)? else {
        return Ok(after);
    };
    let signed = movement.amount.map(|amount| match movement.direction {
        Direction::Credit => amount,
        Direction::Debit => Amount::from_scaled(-amount.scaled()),
    });
    let computed = signed.and_then(|signed| before.checked_add(signed));
    match after {
        Some(after) if computed.is_some_and(|computed| computed != after) => Err(Fault::Balance {
            before: before.to_text(2),
            amount: signed.unwrap_or_default().to_text(2),
            after: after.to_text(2),
        }),
        after => Ok(after.or(computed)),
    }
}

fn own_account(plan: &Plan<'_>, record: &Record<'_>, number: &mut String) -> Result<(), Fault> {
    number.clear();
    number.push_str(trim_quotes(plan.account.get(record)));
    if number.is_empty() {
        return Err(Fault::Empty {
            column: plan.label(&plan.account),
            expected: "the account's number",
        });
    }
    let pocket = plan.pocket.get(record);
    let main = plan
        .mapping
        .account
        .as_ref()
        .map_or(&[][..], |own| &own.main_pockets);
    if !pocket.is_empty() && !main.iter().any(|main| main.eq_ignore_ascii_case(pocket)) {
        number.push('/');
        number.push_str(pocket);
    }
    Ok(())
}

fn status(row: &EntryRow<'_>, pseudo: Option<Pseudo>) -> CounterpartyStatus {
    let named = !row.counterparty_name.is_empty();
    match pseudo {
        Some(Pseudo::Cash) => return CounterpartyStatus::Cash,
        Some(Pseudo::Unknown) if !named => return CounterpartyStatus::Unknown,
        _ => {}
    }
    if !row.counterparty.is_empty() || !row.counterparty_identifier.is_empty() {
        return CounterpartyStatus::Identified;
    }
    match row.channel {
        Channel::CashAtm | Channel::CashBranch => CounterpartyStatus::Cash,
        Channel::Fee | Channel::Interest | Channel::Loan => CounterpartyStatus::Bank,
        _ if named => CounterpartyStatus::Partial,
        _ => CounterpartyStatus::Unknown,
    }
}

fn exact_quantity(plan: &Plan<'_>, record: &Record<'_>, slot: &Slot, text: &str) -> Result<i128, Fault> {
    values::quantity(text, plan.number_style(slot, record)).ok_or_else(|| Fault::Quantity {
        column: plan.label(slot),
        value: shorten(text),
    })
}

// Some exports lose the opening quote of the first field; an account's number never has one.
fn trim_quotes(number: &str) -> &str {
    number.trim_matches(['"', '\''])
}
