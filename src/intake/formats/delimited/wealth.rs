//! Rows of assets, debts, expenses and exchange rates.

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Money, Plan, Slot, shorten};
use super::reader::Reader;
use super::registers::{self, Cells, PARTY, name_party, need_party, word};
use super::values;
use crate::model::{Amount, AssetRow, Currency, ExpenseRow, LiabilityRow, NumberStyle, Place, RateRow};

/// A share is counted in millionths.
const WHOLE: i128 = 1_000_000;

/// The cells of the tables that are read here.
pub fn cells(plan: &Plan<'_>) -> Option<Cells> {
    let mapping = plan.mapping;
    if let Some(spec) = &mapping.asset {
        return Some(registers::cells!(
            plan,
            spec,
            kind,
            description,
            identifier,
            holder_name,
            holder_number,
            holder_birth_date,
            share,
            role,
            acquired,
            disposed,
            value_date,
            basis,
            country,
            address
        ));
    }
    if let Some(spec) = &mapping.liability {
        return Some(registers::cells!(
            plan,
            spec,
            kind,
            description,
            identifier,
            debtor_name,
            debtor_number,
            debtor_birth_date,
            creditor_name,
            from_date,
            to_date,
            as_of,
            basis
        ));
    }
    if let Some(spec) = &mapping.expense {
        return Some(registers::cells!(
            plan,
            spec,
            party_name,
            party_number,
            party_birth_date,
            year,
            from_date,
            to_date,
            kind,
            basis
        ));
    }
    let spec = mapping.rate.as_ref()?;
    Some(registers::cells!(plan, spec, day, base, currency, rate))
}

/// Reads a row of assets.
pub fn read_asset(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.asset else {
        return Ok(());
    };
    let (value, currency) = value(plan, record)?;
    let holder = cells.party(
        plan,
        record,
        ["holder_name", "holder_number", "holder_birth_date"],
    )?;
    let row = AssetRow {
        place,
        kind: word(plan, cells.slot("kind"), record, &spec.kind_words, true)?,
        description: cells.text(record, "description"),
        identifier: cells.text(record, "identifier"),
        holder,
        share: share(plan, cells.slot("share"), record)?,
        role: cells.text(record, "role"),
        acquired: cells.date(plan, record, "acquired")?,
        disposed: cells.date(plan, record, "disposed")?,
        value,
        currency,
        value_date: cells.date(plan, record, "value_date")?,
        basis: cells.text(record, "basis"),
        country: cells.text(record, "country"),
        address: cells.text(record, "address"),
        locator: &reader.locator,
    };
    // Cash found has no holder on paper; a row that says neither what nor whose is none.
    let says = !row.identifier.is_empty() || !row.description.is_empty() || row.value.is_some();
    if !says {
        need_party(plan, cells, record, "holder_name", "holder_number")?;
    }
    reader.rows.asset(&row);
    name_party(reader, place, holder);
    Ok(())
}

/// Reads a row of debts.
pub fn read_liability(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.liability else {
        return Ok(());
    };
    need_party(plan, cells, record, "debtor_name", "debtor_number")?;
    let (amount, currency) = value(plan, record)?;
    let debtor = cells.party(
        plan,
        record,
        ["debtor_name", "debtor_number", "debtor_birth_date"],
    )?;
    let row = LiabilityRow {
        place,
        kind: word(plan, cells.slot("kind"), record, &spec.kind_words, true)?,
        description: cells.text(record, "description"),
        identifier: cells.text(record, "identifier"),
        debtor,
        creditor_name: cells.text(record, "creditor_name"),
        from_date: cells.date(plan, record, "from_date")?,
        to_date: cells.date(plan, record, "to_date")?,
        amount,
        currency,
        as_of: cells.date(plan, record, "as_of")?,
        basis: cells.text(record, "basis"),
        locator: &reader.locator,
    };
    reader.rows.liability(&row);
    name_party(reader, place, debtor);
    Ok(())
}

/// Reads a row of expenses.
pub fn read_expense(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.expense else {
        return Ok(());
    };
    need_party(plan, cells, record, "party_name", "party_number")?;
    let (amount, currency) = value(plan, record)?;
    let party = cells.party(plan, record, PARTY)?;
    let kind = cells.kind(plan, record, &spec.kind_words)?;
    let row = ExpenseRow {
        place,
        party,
        year: cells.whole(plan, record, "year")?,
        from_date: cells.date(plan, record, "from_date")?,
        to_date: cells.date(plan, record, "to_date")?,
        kind,
        amount,
        currency,
        basis: cells.text(record, "basis"),
        locator: &reader.locator,
    };
    reader.rows.expense(&row);
    name_party(reader, place, party);
    Ok(())
}

/// Reads a row of exchange rates.
pub fn read_rate(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(day) = cells.date(plan, record, "day")? else {
        return Err(Fault::Empty {
            column: plan.label(cells.slot("day")),
            expected: "the day of the rate",
        });
    };
    let text = cells.text(record, "rate");
    let Some(rate) = rate(text, plan.style) else {
        return Err(Fault::Rate {
            column: plan.label(cells.slot("rate")),
            value: shorten(text),
        });
    };
    let row = RateRow {
        place,
        day,
        base: currency(plan, cells.slot("base"), record)?,
        currency: currency(plan, cells.slot("currency"), record)?,
        rate,
        locator: &reader.locator,
    };
    reader.rows.rate(&row);
    Ok(())
}

/// An exchange rate in units of 10⁻¹⁰: above zero, with at most ten decimals that matter.
pub fn rate(text: &str, style: NumberStyle) -> Option<i128> {
    const FINER: i128 = 100_000_000;
    let value = values::quantity(text.trim(), style).filter(|value| *value > 0 && value % FINER == 0)?;
    Some(value / FINER)
}

fn currency(plan: &Plan<'_>, slot: &Slot, record: &Record<'_>) -> Result<Currency, Fault> {
    match plan.money(slot, record)? {
        Money::Currency(currency) => Ok(currency),
        Money::Asset(asset) => Err(Fault::Word {
            column: plan.label(slot),
            value: shorten(&asset),
            expected: "a currency of ISO 4217".to_owned(),
        }),
    }
}

// The value of a row and its currency; a value without a currency is none.
fn value(plan: &Plan<'_>, record: &Record<'_>) -> Result<(Option<Amount>, Option<Currency>), Fault> {
    let Some(amount) = plan.amount(&plan.amount, record)? else {
        return Ok((None, None));
    };
    Ok(match plan.money(&plan.currency, record)? {
        Money::Currency(currency) => (Some(amount), Some(currency)),
        Money::Asset(_) => (Some(amount), None),
    })
}

// `1/2`, `50 %`, `50%`, `0.5`, `1`, in millionths.
fn share(plan: &Plan<'_>, slot: &Slot, record: &Record<'_>) -> Result<Option<i128>, Fault> {
    let text = slot.get(record);
    if text.is_empty() {
        return Ok(None);
    }
    const FINER: i128 = 1_000_000_000_000;
    let number = |text: &str| {
        let either = if text.contains(',') {
            NumberStyle::COMMA
        } else {
            NumberStyle::POINT
        };
        values::quantity(text.trim(), either)
    };
    let share = if let Some((part, whole)) = text.split_once('/') {
        let (part, whole) = (
            part.trim().parse::<i128>().ok(),
            whole.trim().parse::<i128>().ok(),
        );
        match (part, whole) {
            (Some(part), Some(whole)) if whole > 0 && part <= whole && whole < WHOLE * WHOLE => {
                part.checked_mul(WHOLE).map(|millionths| millionths / whole)
            }
            _ => None,
        }
    } else if let Some(percent) = text.strip_suffix('%') {
        number(percent).map(|value| value / FINER / 100)
    } else {
        number(text).map(|value| value / FINER)
    };
    match share.filter(|share| (0..=WHOLE).contains(share)) {
        Some(share) => Ok(Some(share)),
        None => Err(Fault::Share {
            column: plan.label(slot),
            value: shorten(text),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        for (text, expected) in [
            ("1.0876", Some(10_876_000_000)),
            ("17000.55", Some(170_005_500_000_000)),
            ("0.0000000001", Some(1)),
            ("0.00000000001", None),
            ("0", None),
            ("-1", None),
            ("N/A", None),
        ] {
            assert_eq!(rate(text, NumberStyle::POINT), expected, "{text}");
        }
    }
}
