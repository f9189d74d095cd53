//! From entities to parties, relations and accounts.

use serde_json::Value;

use super::addresses::Addresses;
use super::{party, tie};
use crate::intake::json::{Record, Records, text};
use crate::intake::registers::short;
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{AccountKey, AccountMention, Currency, Place};

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let addresses = Addresses::of(source)?;
    let mut records = Records::open(source)?;
    let mut out = Segments::new(source.source_id, output);
    while let Some(record) = records.next()? {
        let value = record.value();
        if let Err(reason) = value.and_then(|value| entity(&value, &record, &addresses, &mut out)) {
            out.rows().reject(&Reject {
                place: record.place,
                locator: &record.locator(),
                reason: &reason,
                raw: record.text,
            });
        }
        out.pass_on()?;
    }
    if addresses.beyond {
        output.note("the file tells more addresses than are remembered: some parties stand without theirs");
    }
    out.finish()
}

/// An entity on its way to rows.
pub struct Entity<'e> {
    pub id: &'e str,
    pub schema: &'e str,
    pub properties: &'e Value,
    pub place: Place,
    pub locator: String,
}

impl<'e> Entity<'e> {
    /// The values of a property: texts, and the ids of entities that stand in it whole.
    pub fn values(&self, name: &str) -> Vec<&'e str> {
        let of = |value: &'e Value| match value {
            Value::String(text) => text.trim(),
            Value::Object(_) => text(value, "id"),
            _ => "",
        };
        let mut values: Vec<&str> = match self.properties.get(name) {
            Some(Value::Array(list)) => list.iter().map(of).collect(),
            Some(value) => vec![of(value)],
            None => Vec::new(),
        };
        values.retain(|value| !value.is_empty());
        values
    }

    /// The first value of a property; empty where it has none.
    pub fn first(&self, name: &str) -> &'e str {
        self.values(name).first().copied().unwrap_or("")
    }
}

fn entity(
    value: &Value,
    record: &Record<'_>,
    addresses: &Addresses,
    out: &mut Segments<'_>,
) -> Result<(), String> {
    let (id, schema) = (text(value, "id"), text(value, "schema"));
    if id.is_empty() {
        return Err("no id; expected the id of the entity".to_owned());
    }
    if schema.is_empty() {
        return Err("no schema; expected what the entity is, as Person or Ownership".to_owned());
    }
    let Some(properties) = value.get("properties").filter(|found| found.is_object()) else {
        return Err("no properties; expected an object".to_owned());
    };
    let entity = Entity {
        id,
        schema,
        properties,
        place: record.place,
        locator: record.locator(),
    };
    let rows = out.rows();
    let is_read =
        party::read(&entity, addresses, rows)? || tie::read(&entity, rows)? || account(&entity, rows);
    if is_read || schema == "Address" {
        rows.accepted();
    } else {
        rows.set_aside(&format!("schema {}, which is not read", short(schema)));
    }
    Ok(())
}

fn account(entity: &Entity<'_>, rows: &mut crate::intake::Rows) -> bool {
    if entity.schema != "BankAccount" {
        return false;
    }
    let number = match entity.first("iban") {
        "" => entity.first("accountNumber"),
        iban => iban,
    };
    let bic = entity.first("bic");
    let account = AccountKey { number, bank: bic };
    if !account.is_empty() {
        rows.account(&AccountMention {
            account,
            bic,
            currency: Currency::from_code(entity.first("currency")).ok(),
            country: entity.first("country"),
            holder_name: "",
            opened: None,
            closed: None,
            seized: false,
        });
    }
    true
}
