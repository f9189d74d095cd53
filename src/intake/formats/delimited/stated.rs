//! The statement that a file tells of in the lines around its records: opening and closing balance, period, number.

use super::plan::{Plan, Slot, shorten};
use super::said::{NotSaid, Said};
use crate::intake::mapping::Mapping;
use crate::intake::mapping::TableKind;
use crate::intake::mapping::spec::{StatementField, StatementPlace};
use crate::intake::{IntakeError, Rows, SourceFile};
use crate::model::{AccountKey, Amount, Currency, Date, Place, StatementRow};

/// The statement, with the bytes in which its balances stand.
pub struct Stated {
    place: Place,
    account: String,
    bank: String,
    currency: Option<Currency>,
    from: Option<Date>,
    to: Option<Date>,
    opening: Option<Amount>,
    closing: Option<Amount>,
    number: String,
}

/// A value around the records that does not read as what the mapping says it is.
#[derive(Debug)]
pub struct Unreadable {
    field: StatementField,
    value: String,
    place: Option<Place>,
    expected: String,
}

impl Stated {
    /// The statement of a file whose records are all of one account. Nothing where the file tells no balance, or where
    /// running balances in the records prove more than the one balance it tells.
    pub fn of(plan: &Plan<'_>, said: &Said) -> Result<Option<Stated>, Unreadable> {
        let (Slot::Constant(account), TableKind::Entries) = (&plan.account, plan.mapping.table) else {
            return Ok(None);
        };
        let opening = amount(plan, said, StatementField::OpeningBalance)?;
        let closing = amount(plan, said, StatementField::ClosingBalance)?;
        let both = opening.is_some() && closing.is_some();
        if !both && (opening.or(closing).is_none() || plan.balance_after.is_there()) {
            return Ok(None);
        }
        let place = said.place(StatementField::OpeningBalance);
        let Some(place) = place.or(said.place(StatementField::ClosingBalance)) else {
            return Ok(None);
        };
        let currency = match (&plan.currency, &plan.money_constant) {
            (Slot::Constant(code), _) => Currency::from_code(code).ok(),
            (_, Some(super::plan::Money::Currency(currency))) => Some(*currency),
            _ => None,
        };
        let bank = match &plan.account_bank {
            Slot::Constant(bank) => bank.as_str(),
            _ => "",
        };
        Ok(Some(Stated {
            place,
            account: account.to_owned(),
            bank: bank.to_owned(),
            currency,
            from: date(plan, said, StatementField::FromDate)?,
            to: date(plan, said, StatementField::ToDate)?,
            opening,
            closing,
            number: said.text(StatementField::Number).to_owned(),
        }))
    }

    /// Adds the statement's row.
    pub fn write(&self, rows: &mut Rows) {
        let locator = match self.place.line {
            0 => "behind the records".to_owned(),
            line => format!("line {line}"),
        };
        rows.statement(&StatementRow {
            place: self.place,
            number: 0,
            account: AccountKey {
                number: &self.account,
                bank: &self.bank,
            },
            currency: self.currency,
            from_date: self.from,
            to_date: self.to,
            opening_balance: self.opening,
            closing_balance: self.closing,
            sequence_number: &self.number,
            stated_entries: None,
            stated_credits: None,
            stated_debits: None,
            locator: &locator,
        });
    }
}

/// The refusal of a file that lacks a line which its mapping needs.
pub fn not_said(mapping: &Mapping, source: &SourceFile<'_>, missing: &NotSaid) -> IntakeError {
    let place = match missing.place {
        StatementPlace::Top => "the lines before the header",
        StatementPlace::Bottom => "the lines behind the records",
        StatementPlace::Name => "its name",
    };
    IntakeError::Shape {
        name: source.name.to_owned(),
        place: place.to_owned(),
        found: format!("nothing for {}", missing.field),
        expected: format!("the {} of the mapping {}", missing.rule, mapping.id),
        next_step: "Where files may lack it, give the [[statement]] rule `optional = true`".to_owned(),
    }
}

/// The refusal of a file whose balance or period around the records does not read.
pub fn unreadable(mapping: &Mapping, source: &SourceFile<'_>, fault: &Unreadable) -> IntakeError {
    IntakeError::Shape {
        name: source.name.to_owned(),
        place: match fault.place {
            Some(place) if place.line > 0 => format!("line {}", place.line),
            Some(place) => format!("byte {}", place.byte_start),
            None => "its name".to_owned(),
        },
        found: format!("{} ‘{}’", fault.field.as_str(), shorten(&fault.value)),
        expected: fault.expected.clone(),
        next_step: format!(
            "Change the [[statement]] rule or the formats of the mapping {}",
            mapping.id
        ),
    }
}

fn amount(plan: &Plan<'_>, said: &Said, field: StatementField) -> Result<Option<Amount>, Unreadable> {
    let text = said.text(field);
    if text.is_empty() {
        return Ok(None);
    }
    plan.amount_of(text).map(Some).map_err(|expected| Unreadable {
        field,
        value: text.to_owned(),
        place: said.place(field),
        expected,
    })
}

fn date(plan: &Plan<'_>, said: &Said, field: StatementField) -> Result<Option<Date>, Unreadable> {
    let text = said.text(field);
    if text.is_empty() {
        return Ok(None);
    }
    let found = plan
        .formats
        .iter()
        .find_map(|format| format.read(text, plan.mapping.dates.pivot)?.date);
    found.map(Some).ok_or_else(|| Unreadable {
        field,
        value: text.to_owned(),
        place: said.place(field),
        expected: format!("a day written as {}", plan.mapping.dates.formats.join(" or ")),
    })
}
