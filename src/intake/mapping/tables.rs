//! Keys of the tables that are no movements: parties, relations, incomes, assets, debts, expenses.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    pub kind: String,
    pub basis: String,
}
