//! FollowTheMoney: entities and what ties them as JSON, an entity a line, as Aleph and OpenSanctions write them.
//!
//! `reader` goes through the entities, `party` reads those that are somebody, `tie` those that tie two,
//! `addresses` what addresses that stand apart say.

mod addresses;
mod party;
mod reader;
mod tie;

use serde_json::Value;

use crate::intake::{Format, IntakeError, Output, Recognition, SourceFile, json};

/// The format of FollowTheMoney entities (`.ijson`, `.ftm.json`, `entities.ftm.json`).
///
/// - An entity is one record, cited by its bytes. Its `id` is one in the file.
/// - Persons, companies, organisations, public bodies and trusts are parties; their further names, numbers, addresses and
///   days of birth are rows of their own.
/// - `Ownership`, `Directorship`, `Representation`, `Employment`, `Family` are relations of these kinds; `Membership`,
///   `Associate` and `UnknownLink` say no more than that two are tied (`shared_attribute`). A property of several entities
///   ties each of them.
/// - An address that is an entity of its own stands with the parties that refer to it. A `BankAccount` is an account that is
///   known. Payments, documents and everything else are set aside and counted by their schema.
/// - Nationality, citizenship, ethnicity, religion, gender, political positions and topics are not read.
#[derive(Clone, Copy, Debug, Default)]
pub struct FollowTheMoney;

impl Format for FollowTheMoney {
    fn id(&self) -> &'static str {
        "followthemoney"
    }

    fn parser(&self) -> &'static str {
        "followthemoney/1"
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        if !json::begins_json(head) {
            return (0, "").into();
        }
        let is_entity = |record: &Value| {
            record.get("schema").is_some_and(Value::is_string)
                && record.get("properties").is_some_and(Value::is_object)
                && record.get("id").is_some()
        };
        let first = json::whole_records(head, 3);
        if !first.is_empty() {
            return if first.iter().all(is_entity) {
                (96, "JSON entities with id, schema and properties").into()
            } else {
                (0, "").into()
            };
        }
        // The first entity is longer than what is looked at.
        let plain = json::plain(head);
        let has = |name: &str| plain.contains(&format!("\"{name}\""));
        if has("schema") && has("properties") && has("id") && !has("$schema") {
            (60, "JSON with id, schema and properties").into()
        } else {
            (0, "").into()
        }
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        reader::read(source, output)
    }
}
