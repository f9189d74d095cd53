//! Entities and persons.

use serde_json::Value;

use super::reader::Statement;
use crate::intake::Rows;
use crate::intake::json::{text, written};
use crate::intake::registers::{Said, birth, optional_day, short};
use crate::model::PartyRow;

/// Reads an entity.
pub fn entity(statement: &Statement<'_>, rows: &mut Rows) -> Result<(), String> {
    let kind = statement.details.get("entityType");
    let (form, more) = match kind {
        Some(Value::String(form)) => (form.as_str(), String::new()),
        Some(kind) => (
            text(kind, "type"),
            joined(&[text(kind, "subtype"), text(kind, "details")]),
        ),
        None => ("", String::new()),
    };
    let kind = match form {
        "registeredEntity" | "legalEntity" => "company",
        "arrangement" => "arrangement",
        "state" | "stateBody" => "state",
        "anonymousEntity" | "unknownEntity" | "" => "unknown",
        other => {
            return Err(format!(
                "entityType: ‘{}’; expected registeredEntity, legalEntity, arrangement, anonymousEntity, unknownEntity, \
                 state or stateBody",
                short(other)
            ));
        }
    };
    let mut said = said(statement);
    let name = statement.text("name");
    if !name.is_empty() {
        said.names.insert(0, (name.to_owned(), "legal"));
    }
    for other in statement.list("alternateNames").iter().filter_map(Value::as_str) {
        said.names.push((other.trim().to_owned(), "alias"));
    }
    said.names.retain(|(name, _)| !name.is_empty());
    let status = status(statement, form, "unspecifiedEntityDetails");
    let row = PartyRow {
        kind,
        legal_form: &joined(&[form, &more]),
        status: &status,
        country: &place(statement.details.get("jurisdiction")),
        incorporated: optional_day("foundingDate", statement.text("foundingDate"))?,
        dissolved: optional_day("dissolutionDate", statement.text("dissolutionDate"))?,
        ..base(statement)
    };
    said.write(rows, &row);
    Ok(())
}

/// Reads a person.
pub fn person(statement: &Statement<'_>, rows: &mut Rows) -> Result<(), String> {
    let form = statement.text("personType");
    if !matches!(form, "knownPerson" | "anonymousPerson" | "unknownPerson" | "") {
        return Err(format!(
            "personType: ‘{}’; expected knownPerson, anonymousPerson or unknownPerson",
            short(form)
        ));
    }
    let mut said = said(statement);
    for name in statement.list("names") {
        let kind = match text(name, "type") {
            // `individual` is the word of older versions.
            "legal" | "individual" => "legal",
            "former" | "birth" => "former",
            "transliteration" | "translation" => "transliteration",
            "alternative" => "alias",
            _ => "",
        };
        let full = match text(name, "fullName") {
            "" => joined_by(
                &[
                    text(name, "givenName"),
                    text(name, "patronymicName"),
                    text(name, "familyName"),
                ],
                " ",
            ),
            full => full.to_owned(),
        };
        if !full.is_empty() {
            said.names.push((full, kind));
        }
    }
    // The name that the law knows is the first.
    said.names.sort_by_key(|(_, kind)| *kind != "legal");
    let born = statement.text("birthDate");
    if !born.is_empty() {
        said.births.push(birth(born).ok_or_else(|| {
            format!(
                "birthDate: ‘{}’; expected a day, a month or a year, as 1964-04-12, 1964-04 or 1964",
                short(born)
            )
        })?);
    }
    let known = if form == "knownPerson" { "" } else { form };
    let status = status(statement, known, "unspecifiedPersonDetails");
    let row = PartyRow {
        kind: "person",
        status: &status,
        ..base(statement)
    };
    said.write(rows, &row);
    Ok(())
}

fn base<'s>(statement: &'s Statement<'_>) -> PartyRow<'s> {
    PartyRow {
        place: statement.place,
        record_id: statement.record_id,
        locator: &statement.locator,
        ..PartyRow::default()
    }
}

/// Identifiers and addresses, which both have.
fn said(statement: &Statement<'_>) -> Said {
    let mut said = Said::default();
    for identifier in statement.list("identifiers") {
        let scheme = match text(identifier, "scheme") {
            "" => text(identifier, "schemeName"),
            scheme => scheme,
        };
        let number = written(identifier, "id");
        if !number.is_empty() {
            said.numbers.push((number, scheme.to_owned()));
        }
    }
    for address in statement.list("addresses") {
        // Where somebody was born says where from, and is not read.
        if text(address, "type") == "placeOfBirth" {
            continue;
        }
        let country = address
            .get("country")
            .map_or("", |country| match country.as_str() {
                Some(country) => country,
                None => text(country, "name"),
            });
        let address = joined(&[text(address, "address"), text(address, "postCode"), country]);
        if !address.is_empty() {
            said.addresses.push(address);
        }
    }
    said
}

// Closed, or why nobody is named.
fn status(statement: &Statement<'_>, form: &str, unspecified: &str) -> String {
    let closed = if statement.closed.is_some() { "closed" } else { "" };
    let hidden = if matches!(
        form,
        "anonymousEntity" | "unknownEntity" | "anonymousPerson" | "unknownPerson"
    ) {
        form
    } else {
        ""
    };
    let why = statement.details.get(unspecified);
    let why = why.map_or(["", ""], |why| [text(why, "reason"), text(why, "description")]);
    joined(&[closed, hidden, why[0], why[1]])
}

fn place(jurisdiction: Option<&Value>) -> String {
    jurisdiction.map_or(String::new(), |place| match text(place, "code") {
        "" => text(place, "name").to_owned(),
        code => code.to_owned(),
    })
}

fn joined(parts: &[&str]) -> String {
    joined_by(parts, ", ")
}

fn joined_by(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}
