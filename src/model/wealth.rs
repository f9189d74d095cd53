//! What registers, authorities and inventories say of assets, debts and expenses, and exchange rates.

use super::{Amount, Currency, Date, NamedParty, Place};

/// So many units of a currency for one of another, on a day.
#[derive(Clone, Copy, Debug)]
pub struct RateRow<'a> {
    pub place: Place,
    pub day: Date,
    pub base: Currency,
    pub currency: Currency,
    /// In units of 10⁻¹⁰.
    pub rate: i128,
    pub locator: &'a str,
}

/// A thing of value and who holds it.
#[derive(Clone, Copy, Debug)]
pub struct AssetRow<'a> {
    pub place: Place,
    /// `land`, `vehicle`, `vessel`, `company`, `securities`, `insurance`, `cash`, `crypto`, `account`, `other`.
    pub kind: &'a str,
    pub description: &'a str,
    /// Cadastral number, plate, IMO number, ISIN, policy number.
    pub identifier: &'a str,
    pub holder: NamedParty<'a>,
    /// Share of the holder in millionths; nothing where the record does not say.
    pub share: Option<i128>,
    /// `owner`, `beneficiary`, `user`, ... as written.
    pub role: &'a str,
    pub acquired: Option<Date>,
    pub disposed: Option<Date>,
    pub value: Option<Amount>,
    pub currency: Option<Currency>,
    pub value_date: Option<Date>,
    /// What the value rests on: `purchase price`, `tax value`, `estimate`, ...
    pub basis: &'a str,
    pub country: &'a str,
    pub address: &'a str,
    pub locator: &'a str,
}

/// A debt and who owes it.
#[derive(Clone, Copy, Debug)]
pub struct LiabilityRow<'a> {
    pub place: Place,
    /// `mortgage`, `loan`, `tax`, `private`, `other`.
    pub kind: &'a str,
    pub description: &'a str,
    pub identifier: &'a str,
    pub debtor: NamedParty<'a>,
    pub creditor_name: &'a str,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    /// What is owed on `as_of`.
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub as_of: Option<Date>,
    pub basis: &'a str,
    pub locator: &'a str,
}

/// Spending that stands in no account.
#[derive(Clone, Copy, Debug)]
pub struct ExpenseRow<'a> {
    pub place: Place,
    pub party: NamedParty<'a>,
    pub year: Option<i64>,
    pub from_date: Option<Date>,
    pub to_date: Option<Date>,
    /// `housing`, `food`, `tax`, `holiday`, ... as written.
    pub kind: &'a str,
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub basis: &'a str,
    pub locator: &'a str,
}
