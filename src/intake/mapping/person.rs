//! Keys for a side of a listing that names a person instead of an account: money sent from hand to hand.

use serde::Deserialize;

/// A person who sends or is paid. Every value but `service` is a column; columns that a file lacks count as empty.
///
/// The person's account at the service is made of what identifies the person best: the document, else the telephone,
/// else name and birth date together. A name alone identifies nobody: such a person has an account of that one
/// transfer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonSpec {
    /// What the account's number ends with, behind an `@`: `western-union`.
    pub service: String,
    /// The whole name, where one column has it.
    pub full_name: String,
    /// Columns of parts of the name, joined by a space where `full_name` is empty.
    pub name: Vec<String>,
    pub birth_date: String,
    /// Number, kind and issuing country of the identity document.
    pub document_number: String,
    pub document_kind: String,
    pub document_country: String,
    pub phone: String,
    pub email: String,
    /// The person's own country.
    pub country: String,
    /// Columns of the address, joined by a comma.
    pub address: Vec<String>,
    /// The agent where the person was, its city and its country.
    pub agent: String,
    pub agent_city: String,
    pub agent_country: String,
}

impl PersonSpec {
    /// Every key that names a column, with its value.
    pub fn cells(&self) -> Vec<(&'static str, &str)> {
        let mut cells = vec![
            ("full_name", self.full_name.as_str()),
            ("birth_date", &self.birth_date),
            ("document_number", &self.document_number),
            ("document_kind", &self.document_kind),
            ("document_country", &self.document_country),
            ("phone", &self.phone),
            ("email", &self.email),
            ("country", &self.country),
            ("agent", &self.agent),
            ("agent_city", &self.agent_city),
            ("agent_country", &self.agent_country),
        ];
        cells.extend(self.name.iter().map(|cell| ("name", cell.as_str())));
        cells.extend(self.address.iter().map(|cell| ("address", cell.as_str())));
        cells
    }
}
