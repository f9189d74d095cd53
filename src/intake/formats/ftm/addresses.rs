//! Addresses that are entities of their own: parties refer to them by id.

use hashbrown::HashMap;
use serde_json::Value;

use super::reader::Entity;
use crate::intake::json::{Records, text};
use crate::intake::{IntakeError, SourceFile};
use crate::model::Place;

/// Bytes of addresses that are remembered.
const MOST: usize = 256 << 20;

/// What each address entity says, by its id.
#[derive(Default)]
pub struct Addresses {
    told: HashMap<String, String>,
    bytes: usize,
    /// There were more than are remembered.
    pub beyond: bool,
}

impl Addresses {
    /// Reads the file once for them.
    pub fn of(source: &SourceFile<'_>) -> Result<Addresses, IntakeError> {
        let mut addresses = Addresses::default();
        // The bytes are counted when they are read for good.
        let source = &SourceFile {
            progress: &|_| {},
            ..*source
        };
        let mut records = Records::open(source)?;
        while let Some(record) = records.next()? {
            if record.fault.is_some() || !record.text.contains("\"Address\"") {
                continue;
            }
            let value = record.value().unwrap_or_default();
            if text(&value, "schema") == "Address" {
                addresses.add(&value);
            }
        }
        Ok(addresses)
    }

    /// The address of this id; empty where none is known.
    pub fn get(&self, id: &str) -> &str {
        self.told.get(id).map_or("", String::as_str)
    }

    fn add(&mut self, value: &Value) {
        let (Some(properties), id) = (value.get("properties"), text(value, "id")) else {
            return;
        };
        let entity = Entity {
            id,
            schema: "Address",
            properties,
            place: Place::default(),
            locator: String::new(),
        };
        let told = match entity.first("full") {
            "" => {
                let parts = ["street", "street2", "postalCode", "city", "region", "country"];
                let parts: Vec<&str> = parts
                    .into_iter()
                    .map(|name| entity.first(name))
                    .filter(|part| !part.is_empty())
                    .collect();
                parts.join(", ")
            }
            full => full.to_owned(),
        };
        if id.is_empty() || told.is_empty() {
            return;
        }
        self.bytes += id.len() + told.len();
        if self.bytes > MOST {
            self.beyond = true;
            return;
        }
        self.told.insert(id.to_owned(), told);
    }
}
