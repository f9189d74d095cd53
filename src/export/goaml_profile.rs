//! What one country's financial intelligence unit asks of a goAML report: a small TOML file.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

/// The profiles that are built in: name and text.
const BUILT_IN: [(&str, &str); 4] = [
    ("generic", include_str!("../../queries/goaml/generic.toml")),
    ("generic-4", include_str!("../../queries/goaml/generic-4.toml")),
    ("nl", include_str!("../../queries/goaml/nl.toml")),
    ("de", include_str!("../../queries/goaml/de.toml")),
];

/// Why a profile cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// No built-in profile has this name.
    #[error("there is no goAML profile ‘{0}’; built in are {list}; give the path of a file for another", list = names())]
    Unknown(String),
    /// The file is not a profile.
    #[error("the goAML profile cannot be read: {0}")]
    Form(String),
    /// A mandatory field that no report has.
    #[error(
        "the goAML profile asks for ‘{0}’, which is no field that is written; see docs/exports.md for those"
    )]
    Field(String),
}

/// Whether a transaction has two sides or a list of involved parties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `t_from` and `t_to`.
    #[default]
    BiParty,
    /// `involved_parties`.
    MultiParty,
}

/// Which accounts are written as the reporting side's own (`_my_client`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MyClient {
    /// None: an office that investigates has no clients.
    #[default]
    None,
    /// Those whose statements were received.
    Seized,
}

/// A unit's profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// For people.
    pub title: String,
    /// The schema's first number: 4 or 5.
    pub schema: u8,
    /// Local currency; empty for the case's own.
    #[serde(default)]
    pub currency: String,
    /// Code of the kind of report.
    #[serde(default)]
    pub report_code: String,
    #[serde(default)]
    pub shape: Shape,
    #[serde(default)]
    pub my_client: MyClient,
    /// Channel to the unit's transmode code; `default` for the others.
    #[serde(default)]
    pub transmode: BTreeMap<String, String>,
    /// Channel to the unit's funds code; `default` for the others.
    #[serde(default)]
    pub funds: BTreeMap<String, String>,
    /// `payer` and `payee` to the unit's code of the party's role.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// Rule to the unit's code of the indicator.
    #[serde(default)]
    pub indicators: BTreeMap<String, String>,
    /// Fields that must be there, as `transaction.transmode_code`.
    #[serde(default)]
    pub mandatory: Vec<String>,
}

/// Every field that a profile may ask for, by the element that holds it.
pub(super) const FIELDS: &[(&str, &[&str])] = &[
    (
        "report",
        &[
            "rentity_id",
            "rentity_branch",
            "submission_code",
            "report_code",
            "entity_reference",
            "fiu_ref_number",
            "submission_date",
            "currency_code_local",
            "reason",
            "action",
            "indicators",
        ],
    ),
    ("reporting_person", &["first_name", "last_name"]),
    (
        "transaction",
        &[
            "transactionnumber",
            "transaction_description",
            "date_transaction",
            "date_posting",
            "transmode_code",
            "transmode_comment",
            "amount_local",
            "comments",
        ],
    ),
    ("side", &["funds_code", "country", "role"]),
    (
        "account",
        &[
            "institution_name",
            "swift",
            "account",
            "currency_code",
            "account_name",
            "iban",
            "opened",
            "closed",
        ],
    ),
    ("person", &["first_name", "last_name", "birthdate"]),
    (
        "entity",
        &[
            "name",
            "incorporation_number",
            "incorporation_country_code",
            "incorporation_date",
        ],
    ),
];

impl Profile {
    /// A built-in profile.
    pub fn named(name: &str) -> Result<Profile, ProfileError> {
        let (_, text) = BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ProfileError::Unknown(name.to_owned()))?;
        Profile::parse(text)
    }

    /// The names of the built-in profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A profile of the office's own.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let profile: Profile = toml::from_str(text).map_err(|error| ProfileError::Form(error.to_string()))?;
        for field in &profile.mandatory {
            let known = field.split_once('.').is_some_and(|(element, name)| {
                FIELDS
                    .iter()
                    .any(|(known, names)| *known == element && names.contains(&name))
            });
            if !known {
                return Err(ProfileError::Field(field.clone()));
            }
        }
        if !(4..=5).contains(&profile.schema) {
            return Err(ProfileError::Form(format!(
                "schema = {} was found, 4 or 5 was expected",
                profile.schema
            )));
        }
        Ok(profile)
    }

    /// The code of a channel in one of the lists; empty where the list has neither it nor a default.
    pub fn code<'a>(list: &'a BTreeMap<String, String>, word: &str) -> &'a str {
        list.get(word)
            .or_else(|| list.get("default"))
            .map_or("", String::as_str)
    }
}

fn names() -> String {
    Profile::names().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_can_be_read() {
        for name in Profile::names() {
            assert!(Profile::named(name).is_ok(), "{name}: {:?}", Profile::named(name));
        }
        assert!(matches!(Profile::named("xx"), Err(ProfileError::Unknown(_))));
    }

    #[test]
    fn a_field_that_is_never_written_cannot_be_asked_for() {
        let text = "title = 'x'\nschema = 5\nmandatory = ['person.gender']";
        assert_eq!(
            Profile::parse(text),
            Err(ProfileError::Field("person.gender".to_owned()))
        );
        assert!(matches!(
            Profile::parse("title = 'x'\nschema = 3"),
            Err(ProfileError::Form(_))
        ));
        assert!(matches!(
            Profile::parse("titel = 'x'"),
            Err(ProfileError::Form(_))
        ));
    }
}
