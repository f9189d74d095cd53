//! Addresses as records write them, read into street, house number, unit, postcode and place.
//!
//! [`read`] takes the text of one address and the country it is in; [`Address::of_parts`] the fields of a structured
//! one. Two addresses are compared by [`Address::key`] (the building) and [`Address::unit_key`] (the dwelling): many
//! people in one building say nothing, many in one dwelling do. Neither key is given without a house number, and a post
//! office box is no building.
//!
//! What lives here: `reader` (parts of a text), `street` (the street and its number), `number` (house number and unit), `postcodes`, `words` with its four
//! tables. Nothing is looked up in a register of streets: what is told is what the text says by its form.

mod number;
mod postcodes;
mod reader;
mod street;
mod words;

#[cfg(test)]
mod golden;

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Street,
    PostOfficeBox,
    /// No street was found.
    Unknown,
}

/// An address as read. Texts are in small Latin letters, save `raw`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As received, untouched; the parts joined by commas for a structured address.
    pub raw: String,
    pub kind: Kind,
    /// At whose address: “c/o Jansen”.
    pub care_of: Option<String>,
    /// The street's words, written out: “hauptstrasse”, “ulica dluga”.
    pub street: String,
    /// The number of the building: `12`, `5-7`, `1234/12`.
    pub house_number: Option<String>,
    /// The part of the building: `a`, `3`, `et 2`, `bl a2 sc 1 et 3 ap 12`.
    pub unit: Option<String>,
    /// The number of a post office box.
    pub box_number: Option<String>,
    /// Without spaces and country letters: `1234ab`, `00950`.
    pub postcode: Option<String>,
    pub city: Option<String>,
    /// As given, in capitals; else what the text ends with; else empty.
    pub country: String,
}

/// Reads the text of one address. `country` is its ISO 3166 code, or empty where the record has none.
pub fn read(text: &str, country: &str) -> Address {
    reader::read(text, country)
}

impl Address {
    /// Reads a structured address (ISO 20022: StrtNm, BldgNb, PstCd, TwnNm, Ctry). Fields may be empty.
    pub fn of_parts(street: &str, building: &str, postcode: &str, town: &str, country: &str) -> Address {
        reader::of_parts(street, building, postcode, town, country)
    }

    /// The building, the same for every writing of it: country, postcode (or place), street, house number. `None`
    /// without a house number, without both postcode and place, and for a post office box.
    pub fn key(&self) -> Option<String> {
        let number = self.house_number.as_ref()?;
        let place = self.postcode.as_ref().or(self.city.as_ref())?;
        if self.kind != Kind::Street || self.street.is_empty() {
            return None;
        }
        let street = words::without_type(&self.street);
        Some(format!("{}|{place}|{street}|{number}", self.country))
    }

    /// The dwelling: the building and its unit. `None` where there is no building or no unit.
    pub fn unit_key(&self) -> Option<String> {
        let unit = self.unit.as_ref()?;
        self.key().map(|key| format!("{key}|{unit}"))
    }
}
