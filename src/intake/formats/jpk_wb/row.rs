//! One `WyciagWiersz`: what it says, and the entry or the reject that it becomes.

use super::tags::Tag;
use crate::intake::iso20022::times;
use crate::model::{
    AccountKey, Amount, CounterpartyStatus, Currency, Date, Direction, EntryRow, Leg, NumberStyle, Place,
};

/// The texts of a row, in memory that the next one uses again.
#[derive(Default)]
pub struct Draft {
    /// Why it cannot be taken in.
    pub problem: String,
    number: String,
    date: String,
    name: String,
    description: String,
    amount: String,
    balance: String,
}

/// The fields that decide whether a row can be taken in.
pub struct Core {
    date: Date,
    amount: Amount,
    balance: Option<Amount>,
    sequence: Option<i64>,
}

/// What an entry needs to know of its statement.
pub struct Context<'a> {
    pub account: AccountKey<'a>,
    pub statement: u32,
    pub currency: Option<Currency>,
    /// Place among the rows, from 1.
    pub ordinal: i64,
    pub place: Place,
    pub locator: &'a str,
}

impl Draft {
    /// Begins the next row.
    pub fn clear(&mut self) {
        for text in [
            &mut self.problem,
            &mut self.number,
            &mut self.date,
            &mut self.name,
            &mut self.description,
            &mut self.amount,
            &mut self.balance,
        ] {
            text.clear();
        }
    }

    /// Takes a text; `path` leads from the row to it.
    pub fn text(&mut self, path: &[Tag], text: &str) {
        let slot = match path {
            [Tag::NumerWiersza] => &mut self.number,
            [Tag::DataOperacji] => &mut self.date,
            [Tag::NazwaPodmiotu] => &mut self.name,
            [Tag::OpisOperacji] => &mut self.description,
            [Tag::KwotaOperacji] => &mut self.amount,
            [Tag::SaldoOperacji] => &mut self.balance,
            _ => return,
        };
        for word in text.split_ascii_whitespace() {
            if !slot.is_empty() {
                slot.push(' ');
            }
            slot.push_str(word);
        }
    }

    /// What decides whether the row is taken in, or why it is not.
    pub fn core(&self) -> Result<Core, String> {
        if !self.problem.is_empty() {
            return Err(self.problem.clone());
        }
        let date = times::moment(&self.date).map(|(date, _)| date).ok_or_else(|| {
            format!(
                "DataOperacji is ‘{}’; expected a day of the calendar as YYYY-MM-DD",
                self.date
            )
        })?;
        let money = |text: &str, field: &str| {
            Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("{field}: {e}"))
        };
        let amount = money(&self.amount, "KwotaOperacji")?;
        let balance = match self.balance.as_str() {
            "" => None,
            text => Some(money(text, "SaldoOperacji")?),
        };
        let sequence = match self.number.as_str() {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|_| format!("NumerWiersza is ‘{text}’; expected a whole number"))?,
            ),
        };
        Ok(Core {
            date,
            amount,
            balance,
            sequence,
        })
    }

    /// The entry. `core` comes from this draft.
    pub fn row<'a>(&'a self, core: &Core, context: Context<'a>) -> EntryRow<'a> {
        let direction = if core.amount.is_negative() {
            Direction::Debit
        } else {
            Direction::Credit
        };
        let mut row = EntryRow::new(
            context.place,
            Leg::Line,
            context.account,
            direction,
            Some(core.amount.abs()),
        );
        row.statement = Some(context.statement);
        row.sequence = core.sequence.or(Some(context.ordinal));
        row.booking_date = Some(core.date);
        row.currency = context.currency;
        row.balance_after = core.balance;
        row.counterparty_name = &self.name;
        if !self.name.is_empty() {
            row.counterparty_status = CounterpartyStatus::Partial;
        }
        row.remittance = &self.description;
        row.locator = context.locator;
        row
    }
}
