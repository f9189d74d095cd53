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

/// Kinds of parties.
pub const PARTY_KINDS: [&str; 5] = ["person", "company", "arrangement", "state", "unknown"];

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
    /// The file's words become `person`, `company`, `arrangement`, `state`, `unknown` by `kind_words` (beginnings of the
    /// value).
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    pub name: String,
    /// Columns of further names; each tells of the same party in a row of its own, where `record_id` says who it is.
    pub other_names: Vec<String>,
    /// A day; `1964-04` and `1964` are kept as month and year.
    pub birth_date: String,
    pub registration_number: String,
    /// Whose number that is: `NL-KVK`, `XI-LEI`.
    pub identifier_scheme: String,
    /// A further number of the same party and whose it is, as `other_names`.
    pub other_number: String,
    pub other_scheme: String,
    /// The register's own id of its record; with `record_scheme` where it is one everywhere.
    pub record_id: String,
    pub record_scheme: String,
    pub legal_form: String,
    /// Columns, joined.
    pub status: Vec<String>,
    pub status_until: String,
    pub country: String,
    pub address: String,
    /// Instead of `address`: columns, joined.
    pub address_parts: Vec<String>,
    pub phone: String,
    pub email: String,
    pub sector: String,
    pub incorporated: String,
    pub dissolved: String,
    pub employees: String,
    pub from_date: String,
    pub to_date: String,
}

/// Two parties and what ties them: the subject owns, runs, works for the object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelationSpec {
    /// The file's words become the table's by `kind_words` (beginnings of the value); without them they stand as they are.
    pub kind: String,
    pub kind_words: BTreeMap<String, String>,
    /// The register's own word for it.
    pub interest: String,
    /// One share or a band: `25`, `1/4`, `25-50`, `>25%`.
    pub share: String,
    pub share_min: String,
    pub share_max: String,
    /// What a share without `%` and `/` is.
    pub share_unit: ShareUnit,
    /// `direct`, `indirect`, `unknown`.
    pub directness: String,
    /// `yes`, `no`, `unknown`.
    pub beneficial: String,
    pub detail: String,
    pub record_id: String,
    pub subject_name: String,
    pub subject_number: String,
    pub subject_scheme: String,
    pub subject_record_id: String,
    pub subject_record_scheme: String,
    pub subject_birth_date: String,
    /// With it the row tells of the subject as a party too; words by `party_words` (beginnings of the value).
    pub subject_kind: String,
    pub subject_country: String,
    pub subject_address: String,
    pub object_name: String,
    pub object_number: String,
    pub object_scheme: String,
    pub object_record_id: String,
    pub object_record_scheme: String,
    pub object_birth_date: String,
    /// As `subject_kind`, of the object.
    pub object_kind: String,
    pub object_country: String,
    pub object_address: String,
    pub party_words: BTreeMap<String, String>,
    pub from_date: String,
    pub to_date: String,
    /// Where a row has several periods: columns of what each is, when it begins and when it ends, in one order; the first
    /// that is `period_word` counts.
    pub period_kinds: Vec<String>,
    pub period_word: String,
    pub period_from: Vec<String>,
    pub period_to: Vec<String>,
}

/// What a share without `%` and `/` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareUnit {
    #[default]
    Percent,
    Fraction,
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
