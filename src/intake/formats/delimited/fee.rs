//! A fee that stands in the same line as the movement it was taken for.

use super::entries::exact_quantity;
use super::fault::Fault;
use super::fields::Record;
use super::plan::{Money, Plan, shorten};
use crate::intake::mapping::spec::FeeSign;
use crate::model::{Amount, Currency, Direction};

/// The fee of a line: an amount of money, or a quantity of an asset.
pub struct Fee {
    /// Charged, or paid back.
    pub direction: Direction,
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    /// Empty for money.
    pub asset: String,
    pub quantity: Option<i128>,
}

/// Reads the fee of a line, in its own currency or asset, else in that of the movement. Nothing where there is none.
pub fn of(
    plan: &Plan<'_>,
    record: &Record<'_>,
    currency: Option<Currency>,
    asset: &str,
) -> Result<Option<Fee>, Fault> {
    // Some exchanges write a dash where there is none.
    let none = |text: &str| matches!(text, "" | "-");
    let text = plan.fee.get(record);
    if none(text) {
        return Ok(None);
    }
    let word = plan.fee_currency.get(record);
    let unit = match (none(word), asset, currency) {
        (false, _, _) if plan.mapping.currency.asset_or_money => plan.asset_or_money(word),
        (false, _, _) => plan.money(&plan.fee_currency, record)?,
        (true, "", Some(currency)) => Money::Currency(currency),
        (true, asset, _) => Money::Asset(asset.to_owned()),
    };
    let (number, mut fee) = match unit {
        Money::Asset(asset) => {
            let quantity = exact_quantity(plan, record, &plan.fee, text)?;
            let fee = Fee {
                direction: Direction::Debit,
                amount: None,
                currency: None,
                asset,
                quantity: Some(quantity.abs()),
            };
            (quantity, fee)
        }
        Money::Currency(currency) => {
            let amount = plan.amount(&plan.fee, record)?.unwrap_or_default();
            let fee = Fee {
                direction: Direction::Debit,
                amount: Some(amount.abs()),
                currency: Some(currency),
                asset: String::new(),
                quantity: None,
            };
            (i128::from(amount.scaled()), fee)
        }
    };
    match plan.mapping.amount.fee_sign {
        _ if number == 0 => return Ok(None),
        FeeSign::Charged if number < 0 => {
            return Err(Fault::Negative {
                column: plan.label(&plan.fee),
                value: shorten(text),
                because: "a fee is taken from the account",
            });
        }
        FeeSign::Signed if number > 0 => fee.direction = Direction::Credit,
        _ => {}
    }
    Ok(Some(fee))
}

impl Fee {
    /// The balance between the movement and its fee, from the balance behind both. They differ only where both are in
    /// one currency.
    pub fn balance_before(&self, after: Option<Amount>, currency: Option<Currency>) -> Option<Amount> {
        let (after, amount) = (after?, self.amount.unwrap_or_default());
        if self.currency != currency {
            return Some(after);
        }
        match self.direction {
            Direction::Debit => after.checked_add(amount),
            Direction::Credit => after.checked_add(Amount::from_scaled(-amount.scaled())),
        }
    }
}
