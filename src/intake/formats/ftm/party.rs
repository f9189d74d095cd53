//! Entities that are somebody.

use super::addresses::Addresses;
use super::reader::Entity;
use crate::intake::Rows;
use crate::intake::registers::{Said, birth, day, short};
use crate::model::PartyRow;

/// Properties of numbers, and whose number each is. A number of the company register has no scheme: the register is not
/// told.
const NUMBERS: [(&str, &str); 14] = [
    ("leiCode", "XI-LEI"),
    ("registrationNumber", ""),
    ("taxNumber", "taxNumber"),
    ("vatCode", "vatCode"),
    ("innCode", "RU-INN"),
    ("ogrnCode", "RU-OGRN"),
    ("kppCode", "RU-KPP"),
    ("dunsCode", "US-DUNS"),
    ("uniqueEntityId", "US-UEI"),
    ("cikCode", "US-CIK"),
    ("idNumber", "idNumber"),
    ("socialSecurityNumber", "socialSecurityNumber"),
    ("passportNumber", "passportNumber"),
    ("swiftBic", "BIC"),
];

/// Reads a party; false where the entity is none.
pub fn read(entity: &Entity<'_>, addresses: &Addresses, rows: &mut Rows) -> Result<bool, String> {
    let kind = match entity.schema {
        "Person" => "person",
        "Company" | "Organization" => "company",
        "PublicBody" => "state",
        "Trust" => "arrangement",
        "LegalEntity" => "unknown",
        _ => return Ok(false),
    };
    let mut said = Said::default();
    for (property, of) in [
        ("name", ""),
        ("alias", "alias"),
        ("weakAlias", "alias"),
        ("previousName", "former"),
        ("abbreviation", "alias"),
    ] {
        for name in entity.values(property) {
            said.names.push((name.to_owned(), of));
        }
    }
    for (property, scheme) in NUMBERS {
        for number in entity.values(property) {
            said.numbers.push((number.to_owned(), scheme.to_owned()));
        }
    }
    said.addresses = entity.values("address").into_iter().map(str::to_owned).collect();
    for id in entity.values("addressEntity") {
        let address = addresses.get(id);
        if !address.is_empty() {
            said.addresses.push(address.to_owned());
        }
    }
    for born in entity.values("birthDate") {
        said.births.push(birth(born).ok_or_else(|| {
            format!(
                "birthDate: ‘{}’; expected a day, a month or a year, as 1964-04-12, 1964-04 or 1964",
                short(born)
            )
        })?);
    }
    // The countries of a person may be those of its passports.
    let countries: &[&str] = match kind {
        "person" => &[],
        _ => &["jurisdiction", "mainCountry", "country"],
    };
    let country = countries.iter().map(|name| entity.first(name));
    let row = PartyRow {
        place: entity.place,
        kind,
        record_id: entity.id,
        legal_form: entity.first("legalForm"),
        status: entity.first("status"),
        country: country
            .into_iter()
            .find(|country| !country.is_empty())
            .unwrap_or(""),
        phone: entity.first("phone"),
        email: entity.first("email"),
        sector: entity.first("sector"),
        // Registers may know the year alone, which is no day.
        incorporated: day(entity.first("incorporationDate")),
        dissolved: day(entity.first("dissolutionDate")),
        locator: &entity.locator,
        ..PartyRow::default()
    };
    said.write(rows, &row);
    Ok(true)
}
