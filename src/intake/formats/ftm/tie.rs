//! Entities that tie two others.

use super::reader::Entity;
use crate::intake::Rows;
use crate::intake::registers::{day, short};
use crate::intake::shares::{self, Unit};
use crate::model::{NamedParty, RelationKind, RelationRow, Share};

/// Ties that one entity may make: a list of owners by a list of assets.
const MOST: usize = 1_000;

/// Schema, kind, and the properties of who has the tie and to whom.
const TIES: [(&str, RelationKind, &str, &str); 8] = [
    ("Ownership", RelationKind::Ownership, "owner", "asset"),
    (
        "Directorship",
        RelationKind::Directorship,
        "director",
        "organization",
    ),
    (
        "Membership",
        RelationKind::SharedAttribute,
        "member",
        "organization",
    ),
    ("Family", RelationKind::Family, "person", "relative"),
    ("Associate", RelationKind::SharedAttribute, "person", "associate"),
    ("Representation", RelationKind::Mandate, "agent", "client"),
    ("Employment", RelationKind::Employment, "employee", "employer"),
    ("UnknownLink", RelationKind::SharedAttribute, "subject", "object"),
];

/// Reads a tie; false where the entity is none.
pub fn read(entity: &Entity<'_>, rows: &mut Rows) -> Result<bool, String> {
    let Some((schema, kind, subject, object)) = TIES.iter().find(|(schema, ..)| *schema == entity.schema)
    else {
        return Ok(false);
    };
    let (subjects, objects) = (entity.values(subject), entity.values(object));
    for (name, values) in [(subject, &subjects), (object, &objects)] {
        if values.is_empty() {
            return Err(format!("{schema} without {name}; expected the id of an entity"));
        }
    }
    if subjects.len().saturating_mul(objects.len()) > MOST {
        return Err(format!(
            "{schema} of {} by {} entities; expected at most {MOST} ties",
            subjects.len(),
            objects.len()
        ));
    }
    let share = match entity.first("percentage") {
        "" => Share::default(),
        text => shares::read(text, Unit::Percent)
            .ok_or_else(|| format!("percentage: ‘{}’; expected a share, as 25 or 25-50", short(text)))?,
    };
    let mut detail: Vec<&str> = ["role", "relationship", "status", "summary"]
        .iter()
        .flat_map(|name| entity.values(name))
        .collect();
    // A day that is not told whole is told as it is.
    let mut days = [None; 2];
    let mut partly = Vec::new();
    for (slot, name) in days.iter_mut().zip(["startDate", "endDate"]) {
        let text = entity.first(name);
        *slot = day(text);
        if slot.is_none() && !text.is_empty() {
            partly.push(format!("{name} {text}"));
        }
    }
    detail.extend(partly.iter().map(String::as_str));
    let detail = detail.join("; ");
    let word = match entity.first("ownershipType") {
        "" => schema,
        word => word,
    };
    let named = |id| NamedParty {
        record_id: id,
        ..NamedParty::default()
    };
    for subject in &subjects {
        for object in &objects {
            rows.relation(&RelationRow {
                interest: word,
                share,
                detail: &detail,
                record_id: entity.id,
                from_date: days[0],
                to_date: days[1],
                ..RelationRow::between(
                    entity.place,
                    *kind,
                    named(subject),
                    named(object),
                    &entity.locator,
                )
            });
        }
    }
    Ok(true)
}
