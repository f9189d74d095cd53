//! Keys of the tables that are no movements: parties, relations, incomes, assets, debts, expenses.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Kinds of assets.
pub const ASSET_KINDS: [&str; 10] = [
    "land",
    "vehicle",
    "vessel",
    "company",
    "securities",
    "insurance",
    "cash",
    "crypto",
    "account",
    "other",
];

/// Kinds of debts.
pub const LIABILITY_KINDS: [&str; 5] = ["mortgage", "loan", "tax", "private", "other"];

/// A party and its account. Every value is a column or `constant:...`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HolderSpec {
    pub account: String,
    pub bank: String,
    /// The file's words become `holder`, `mandate`, `beneficial_owner` by `role_words`.
    pub role: String,
    pub role_words: BTreeMap<String, String>,
    /// The file's words become `person`, `company`, `unknown` by `kind_words` (beginnings of the value).
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub name: String,
    pub birth_date: String,
    pub registration_number: String,
    pub country: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub sector: String,
    pub incorporated: String,
    pub employees: String,
    pub from_date: String,
    pub to_date: String,
}

/// Two parties and what ties them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelationSpec {
    pub kind: String,
    pub subject_name: String,
    pub subject_number: String,
    pub subject_birth_date: String,
    pub object_name: String,
    pub object_number: String,
    pub from_date: String,
    pub to_date: String,
}

/// A stated income.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IncomeSpec {
    pub party_name: String,
    pub party_number: String,
    pub party_birth_date: String,
    pub year: String,
    /// The file's words become ours by `kind_words` (beginnings of the value); without them they stay as written.
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub basis: String,
}

/// A thing of value and who holds it; its value by `amount` and `currency`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AssetSpec {
    /// `land`, `vehicle`, `vessel`, `company`, `securities`, `insurance`, `cash`, `crypto`, `account` or `other`, by
    /// `kind_words` (beginnings of the value).
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub description: String,
    pub identifier: String,
    pub holder_name: String,
    pub holder_number: String,
    pub holder_birth_date: String,
    /// A fraction (`1/2`), a percentage (`50 %`) or a number of at most 1.
    pub share: String,
    pub role: String,
    pub acquired: String,
    pub disposed: String,
    pub value_date: String,
    pub basis: String,
    pub country: String,
    pub address: String,
}

/// A debt and who owes it; what is owed by `amount` and `currency`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LiabilitySpec {
    /// `mortgage`, `loan`, `tax`, `private` or `other`, by `kind_words` (beginnings of the value).
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub description: String,
    pub identifier: String,
    pub debtor_name: String,
    pub debtor_number: String,
    pub debtor_birth_date: String,
    pub creditor_name: String,
    pub from_date: String,
    pub to_date: String,
    pub as_of: String,
    pub basis: String,
}

/// Spending that stands in no account; the sum by `amount` and `currency`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExpenseSpec {
    pub party_name: String,
    pub party_number: String,
    pub party_birth_date: String,
    pub year: String,
    pub from_date: String,
    pub to_date: String,
    /// The file's words become ours by `kind_words` (beginnings of the value); without them they stay as written.
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub basis: String,
}

/// So many units of `currency` for one of `base`, on a day.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateSpec {
    pub day: String,
    pub base: String,
    pub currency: String,
    pub rate: String,
}
