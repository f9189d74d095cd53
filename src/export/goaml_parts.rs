//! What a goAML report is made of: what a person says, and accounts, people and bodies as fields in the schema's order.

use super::text::country;
use super::{Account, Party, PartyKind};
use crate::model::Date;

/// What a person says about the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report<'a> {
    /// The reporting body's number at the unit.
    pub rentity_id: &'a str,
    pub rentity_branch: &'a str,
    /// The unit's own number, in an answer.
    pub fiu_ref_number: &'a str,
    pub reason: &'a str,
    pub action: &'a str,
    /// Who reports.
    pub first_name: &'a str,
    pub last_name: &'a str,
    /// The unit's indicator codes; those of the profile come from the findings.
    pub indicators: &'a [&'a str],
}

/// Fields in the order of the schema.
pub type Fields = Vec<(&'static str, String)>;

/// An account as a report writes it.
pub struct Bank {
    pub fields: Fields,
    pub country: String,
    pub holders: Vec<(Box<str>, Box<str>)>,
    pub known: bool,
    pub seized: bool,
}

/// A person or body as a report writes it.
pub struct Someone {
    pub person: bool,
    pub fields: Fields,
}

impl Bank {
    /// An account's fields.
    pub fn of(account: &Account<'_>) -> Bank {
        let number = [account.number, account.iban, account.label]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        Bank {
            fields: vec![
                ("institution_name", account.bank.to_owned()),
                ("swift", account.bic.to_owned()),
                ("account", number.to_owned()),
                ("currency_code", account.currency.to_owned()),
                ("account_name", super::facts::account_label(account).to_owned()),
                ("iban", account.iban.to_owned()),
                ("opened", midnight(account.opened)),
                ("closed", midnight(account.closed)),
            ],
            country: country(account.country).unwrap_or_default(),
            holders: Vec::new(),
            known: !matches!(account.scheme, "cash" | "unknown"),
            seized: account.seized,
        }
    }
}

impl Someone {
    /// A party's fields.
    pub fn of(party: &Party<'_>) -> Someone {
        let person = party.kind == PartyKind::Person;
        let name = super::facts::party_label(party).to_owned();
        let fields = match person {
            // Where a name divides is not guessed: the whole of it is the last name.
            true => vec![
                ("first_name", "-".to_owned()),
                ("last_name", name),
                ("birthdate", midnight(party.birth_date)),
            ],
            false => vec![
                ("name", name),
                ("incorporation_number", party.registration_number.to_owned()),
                (
                    "incorporation_country_code",
                    country(party.country).unwrap_or_default(),
                ),
                ("incorporation_date", midnight(party.incorporated)),
            ],
        };
        Someone { person, fields }
    }
}

fn midnight(day: Option<Date>) -> String {
    day.map(|day| format!("{day}T00:00:00")).unwrap_or_default()
}
