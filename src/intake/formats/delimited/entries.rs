//! A line of a statement → one entry, and one more for a fee that stands in the same line.

use super::fault::Fault;
use super::fee;
use super::fields::Record;
use super::plan::{Money, Plan, Slot, shorten};
use super::reader::Reader;
use super::values;
use crate::intake::mapping::spec::{InsideField, Pseudo, Side};
use crate::model::{
    AccountKey, AccountMention, Amount, AmountError, Channel, CounterpartyStatus, Currency, Direction,
    EntryRow, Leg, Place,
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
    // Mostly the day of the booking, written alike.
    let value_date = if plan.epoch.is_none()
        && !plan.dialect.rendered
        && plan.value.get(record) == plan.booked.get(record)
    {
        Some(date)
    } else {
        plan.date(&plan.value, record)?.and_then(|reading| reading.date)
    };
    let sequence = values::sequence(plan, record, place)?;
    let fee = fee::of(plan, record, movement.currency, movement.asset)?;
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
    let side = match movement.direction {
        Direction::Credit => &plan.other_payer,
        Direction::Debit => &plan.other_payee,
    };
    row.counterparty_name = first(plan.other_name.get(record), side.name.get(record));
    row.counterparty = AccountKey {
        number: trim_quotes(first(plan.other_account.get(record), side.account.get(record))),
        bank: plan.other_bank.get(record),
    };
    row.counterparty_identifier = first(plan.other_identifier.get(record), side.identifier.get(record));
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
    row.statement = plan.in_statement.then_some(0);
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
                InsideField::BankCode => &mut row.bank_code,
                InsideField::MerchantCategory => &mut row.merchant_category,
                InsideField::Country => &mut row.country,
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
    // The balance stands behind the whole line, its fee among it.
    row.balance_after = match &fee {
        Some(fee) => fee.balance_before(after, row.currency),
        None => after,
    };

    reader.rows.entry(&row);
    if !reader.seized.contains(&number) {
        reader.seized.insert(number.clone());
        reader.rows.account(&AccountMention {
            account,
            bic: "",
            currency: None,
            country: "",
            holder_name: plan.account_holder.get(record),
            opened: None,
            closed: None,
            seized: true,
        });
    }
    if let Some(fee) = &fee {
        let mut charge = EntryRow::new(place, Leg::Fee, account, fee.direction, fee.amount);
        charge.sequence = Some(sequence.saturating_add(1));
        charge.booking_date = row.booking_date;
        charge.value_date = row.value_date;
        charge.booked_at = row.booked_at;
        charge.currency = fee.currency;
        charge.asset = &fee.asset;
        charge.quantity = fee.quantity;
        charge.balance_after = after.filter(|_| fee.currency.is_some() && fee.currency == row.currency);
        charge.channel = Channel::Fee;
        charge.counterparty_status = CounterpartyStatus::Bank;
        charge.remittance = row.remittance;
        charge.bank_reference = row.bank_reference;
        charge.locator = row.locator;
        charge.statement = row.statement;
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
    let mixed = plan.mapping.currency.asset_or_money;
    let named = plan.asset.get(record);
    if mixed && !named.is_empty() {
        match plan.asset_or_money(named) {
            // The column of quantities holds an amount of money here.
            Money::Currency(currency) => {
                let Some(amount) = plan.amount(&plan.quantity, record)? else {
                    return Err(Fault::Empty {
                        column: plan.label(&plan.quantity),
                        expected: "an amount",
                    });
                };
                return Ok(Movement {
                    direction: direction(plan, record, amount.is_negative())?,
                    amount: Some(amount.abs()),
                    currency: Some(currency),
                    asset: "",
                    quantity: None,
                });
            }
            Money::Asset(code) => asset.push_str(&code),
        }
    } else if !named.is_empty() {
        asset.push_str(named);
    }
    let money = if asset.is_empty() || !plan.currency.get(record).is_empty() || plan.money_constant.is_some()
    {
        match plan.money(&plan.currency, record) {
            // One asset against another: there is no rate in money.
            Ok(Money::Asset(_)) | Err(_) if mixed && !asset.is_empty() => None,
            money => Some(money?),
        }
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
    let (amount, by_column) = match amount(plan, record) {
        // A value finer than amounts are kept is no amount; the quantity beside it is exact.
        Err(Fault::Amount {
            error: AmountError::Decimals(_),
            ..
        }) if mixed && quantity.is_some() => (None, None),
        _ if mixed && quantity.is_some() && currency.is_none() => (None, None),
        amount => amount?,
    };
    // What moves is the quantity, where there is one: the value beside it is what was given for it.
    let negative = match (quantity, amount) {
        (Some(quantity), _) => quantity < 0,
        (None, Some(amount)) => amount.is_negative(),
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
    let currency = match (direction, plan.received_currency.get(record)) {
        (Direction::Credit, word) if by_column.is_some() && !word.is_empty() => {
            match plan.money(&plan.received_currency, record)? {
                Money::Currency(currency) => Some(currency),
                Money::Asset(_) => None,
            }
        }
        _ => currency,
    };
    Ok(Movement {
        direction,
        amount: amount.map(Amount::abs),
        currency: amount.and(currency),
        asset,
        quantity: quantity.map(i128::abs),
    })
}

/// The amount, and its direction where two columns tell it.
pub fn amount(plan: &Plan<'_>, record: &Record<'_>) -> Result<(Option<Amount>, Option<Direction>), Fault> {
    if !plan.debit.is_there() {
        return Ok((plan.amount(&plan.amount, record)?, None));
    }
    if plan.direction.is_there() {
        let way = direction(plan, record, false)?;
        let slot = match way {
            Direction::Debit => &plan.debit,
            Direction::Credit => &plan.credit,
        };
        return match plan.amount(slot, record)? {
            Some(amount) if amount.is_negative() => Err(Fault::Negative {
                column: plan.label(slot),
                value: shorten(slot.get(record)),
                because: "a column of its own says which way the money went",
            }),
            amount => Ok((amount, Some(way))),
        };
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
    let spec = &plan.mapping.amount;
    if spec.direction.is_empty() {
        let marks = !spec.debit_words.is_empty();
        let unmarked = if marks && !plan.has_mark(&plan.amount, record) {
            match spec.unmarked {
                Some(side) => Some(side),
                None if negative => None,
                None => {
                    return Err(Fault::Direction {
                        column: plan.label(&plan.amount),
                        value: shorten(plan.amount.get(record)),
                        expected: [spec.debit_words.join(", "), spec.credit_words.join(", ")].join(", "),
                    });
                }
            }
        } else {
            None
        };
        let positive = unmarked.unwrap_or(spec.positive);
        return Ok(if negative == (positive == Side::Credit) {
            Direction::Debit
        } else {
            Direction::Credit
        });
    }
    if spec.signed && negative {
        return Ok(Direction::Debit);
    }
    let mut word = plan.direction.get(record);
    if word.is_empty() && plan.direction_else.is_there() {
        word = plan.direction_else.get(record);
    }
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

// The balance behind the line; with a start balance the line must agree with itself.
fn balance(plan: &Plan<'_>, record: &Record<'_>, movement: &Movement<'_>) -> Result<Option<Amount>, Fault> {
    // A balance of an asset is a quantity, and entries keep none.
    if !movement.asset.is_empty() {
        return Ok(None);
    }
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

/// A quantity of a column, exact or a fault.
pub fn exact_quantity(plan: &Plan<'_>, record: &Record<'_>, slot: &Slot, text: &str) -> Result<i128, Fault> {
    values::quantity(text, plan.number_style(slot, record)).ok_or_else(|| Fault::Quantity {
        column: plan.label(slot),
        value: shorten(text),
    })
}

fn first<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}

// Some exports lose the opening quote of the first field; an account's number never has one.
fn trim_quotes(number: &str) -> &str {
    match number.as_bytes() {
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => number,
        _ => number.trim_matches(['"', '\'']),
    }
}
