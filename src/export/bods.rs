//! Beneficial Ownership Data Standard 0.4 (standard.openownership.org): one statement a record of a person, an entity, or
//! a relationship of ownership or control between them, in one JSON list.
//!
//! Only parties that such a relationship names are written: the rest of the case has no place in a register. Until a
//! relationship names them, parties are held in memory, some 600 bytes each.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Map, Value};

use super::facts::place;
use super::json::{Json, members, texts, value};
use super::text::{country, hashed, token};
use super::{ExportError, Head, Party, PartyKind, Placed, Relation, Row, Sink, Table};
use crate::model::{RelationKind, Share};

const NOT_OWNERSHIP: &str = "the standard holds ownership and control alone";
const HELD: &str = "of parties, only those that a relation of ownership or control names are written";

// What a waiting party needs: as text, which takes a tenth of the memory of an object.
enum Held {
    Waiting {
        person: bool,
        details: Box<str>,
        place: Box<str>,
    },
    Written,
}

/// Writes BODS statements.
pub struct Bods<W: Write> {
    json: Json<W>,
    case: String,
    made: String,
    authority: String,
    parties: HashMap<Box<str>, Held>,
    written: u64,
    withheld: String,
}

impl<W: Write> Bods<W> {
    /// Begins a file.
    pub fn new(out: W, head: &Head<'_>) -> Result<Bods<W>, ExportError> {
        Ok(Bods {
            json: Json::new(out, "[\n")?,
            case: head.case.to_owned(),
            made: head.made.date().to_string(),
            authority: match head.authority {
                "" => "not stated".to_owned(),
                authority => authority.to_owned(),
            },
            parties: HashMap::new(),
            written: 0,
            withheld: head.withheld.join(" "),
        })
    }

    fn statement(
        &self,
        record: &str,
        kind: &str,
        place: &str,
        details: Map<String, Value>,
    ) -> Map<String, Value> {
        members([
            (
                "statementId",
                hashed(&["bods", &self.case, &self.made, record]).into(),
            ),
            ("statementDate", self.made.as_str().into()),
            (
                "publicationDetails",
                value([
                    ("publicationDate", self.made.as_str().into()),
                    ("bodsVersion", "0.4".into()),
                    ("publisher", value([("name", self.authority.as_str().into())])),
                ]),
            ),
            (
                "source",
                match place {
                    "" => Value::Null,
                    place => value([("type", texts(["thirdParty"])), ("description", place.into())]),
                },
            ),
            ("recordId", record.into()),
            ("recordStatus", "new".into()),
            ("recordType", kind.into()),
            ("recordDetails", Value::Object(details)),
        ])
    }

    fn party(&mut self, party: &Party<'_>) -> Result<Placed, ExportError> {
        let person = party.kind == PartyKind::Person;
        let details = Value::Object(match person {
            true => person_details(party),
            false => entity_details(party),
        });
        let held = Held::Waiting {
            person,
            details: details.to_string().into(),
            place: place(&party.cited).into(),
        };
        match self.parties.insert(party.party_id.into(), held) {
            None => Ok(Placed::LeftOut(HELD)),
            Some(_) => Err(ExportError::Twice {
                table: Table::Parties,
                id: party.party_id.to_owned(),
            }),
        }
    }

    // A party's statement comes before the first that refers to it.
    fn name(&mut self, id: &str, subject: &str, row: (Table, &str)) -> Result<Value, ExportError> {
        if id.is_empty() {
            return Ok(value([
                ("reason", "unknown".into()),
                ("description", "The record does not say who it is.".into()),
            ]));
        }
        let Some(held) = self.parties.get_mut(id) else {
            return Err(ExportError::Missing {
                table: row.0,
                id: row.1.to_owned(),
                missing: id.to_owned(),
            });
        };
        let held = std::mem::replace(held, Held::Written);
        if let Held::Waiting {
            person,
            details,
            place,
        } = held
        {
            let details = serde_json::from_str(&details).map_err(std::io::Error::from)?;
            let kind = if person { "person" } else { "entity" };
            let mut statement = self.statement(&token("p", id), kind, &place, details);
            statement.insert("declarationSubject".to_owned(), subject.into());
            self.put(statement)?;
            self.written += 1;
        }
        Ok(token("p", id).into())
    }

    fn relation(&mut self, relation: &Relation<'_>, row: (Table, &str)) -> Result<Placed, ExportError> {
        let Some(interest) = interest(relation.kind) else {
            return Ok(Placed::LeftOut(NOT_OWNERSHIP));
        };
        let about = match (relation.object, relation.subject) {
            ("", "") => return Ok(Placed::LeftOut("the record says of neither side who it is")),
            ("", subject) => token("p", subject),
            (object, _) => token("p", object),
        };
        let subject = self.name(relation.object, &about, row)?;
        let interested = self.name(relation.subject, &about, row)?;
        let details = [relation.interest, relation.detail]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
        let detail = value([
            ("type", interest.into()),
            (
                "directOrIndirect",
                match relation.directness {
                    "direct" | "indirect" => relation.directness,
                    _ => "unknown",
                }
                .into(),
            ),
            (
                "beneficialOwnershipOrControl",
                match relation.beneficial {
                    "yes" => true.into(),
                    "no" => false.into(),
                    _ => Value::Null,
                },
            ),
            ("details", details.into()),
            ("share", share(&relation.share)),
            ("startDate", relation.from.map(|day| day.to_string()).into()),
            ("endDate", relation.to.map(|day| day.to_string()).into()),
        ]);
        let record = members([
            ("isComponent", false.into()),
            ("subject", subject),
            ("interestedParty", interested),
            ("interests", Value::Array(vec![detail])),
        ]);
        let id = token("r", relation.relation_id);
        let mut statement = self.statement(&id, "relationship", &place(&relation.cited), record);
        statement.insert("declarationSubject".to_owned(), about.into());
        self.put(statement)?;
        Ok(Placed::Written)
    }

    // A list of statements has no head: the first statement says what was withheld.
    fn put(&mut self, mut statement: Map<String, Value>) -> Result<(), ExportError> {
        let withheld = std::mem::take(&mut self.withheld);
        if !withheld.is_empty() {
            // The empty pointer is the whole statement.
            let said = serde_json::json!({
                "statementPointerTarget": "",
                "motivation": "commenting",
                "description": withheld,
            });
            statement.insert("annotations".to_owned(), Value::Array(vec![said]));
        }
        Ok(self.json.object(",", statement)?)
    }
}

impl<W: Write> Sink for Bods<W> {
    fn row(&mut self, row: Row<'_>) -> Result<Placed, ExportError> {
        match row {
            Row::Party(party) => self.party(party),
            Row::Relation(relation) => self.relation(relation, (row.table(), row.id())),
            _ => Ok(Placed::LeftOut(NOT_OWNERSHIP)),
        }
    }

    fn finish(&mut self) -> Result<Vec<String>, ExportError> {
        let mut notes = self.json.finish("]\n")?;
        if !self.withheld.is_empty() {
            notes.push("no statement was written, so the file does not say what was withheld".to_owned());
        }
        notes.push(format!(
            "{} parties are written, those that a relation of ownership or control names",
            self.written
        ));
        Ok(notes)
    }
}

fn person_details(party: &Party<'_>) -> Map<String, Value> {
    let named = !party.name.is_empty();
    let names = std::iter::once(party.name)
        .filter(|_| named)
        .map(|name| value([("type", "legal".into()), ("fullName", name.into())]))
        .chain(
            party
                .aliases
                .iter()
                .filter(|name| !name.is_empty())
                .map(|name| value([("type", "alternative".into()), ("fullName", (*name).into())])),
        )
        .collect();
    members([
        ("isComponent", false.into()),
        (
            "personType",
            if named { "knownPerson" } else { "unknownPerson" }.into(),
        ),
        ("unspecifiedPersonDetails", unspecified(named)),
        ("names", names),
        ("identifiers", identifiers(party)),
        ("birthDate", party.birth_date.map(|day| day.to_string()).into()),
        ("addresses", addresses(party, "service")),
    ])
}

fn entity_details(party: &Party<'_>) -> Map<String, Value> {
    let known = party.kind == PartyKind::Organisation;
    let kind = match (known, party.registration_number.is_empty()) {
        (false, _) => "unknownEntity",
        (true, true) => "legalEntity",
        (true, false) => "registeredEntity",
    };
    let jurisdiction = country(party.country).map_or(Value::Null, |code| {
        value([("name", code.as_str().into()), ("code", code.as_str().into())])
    });
    members([
        ("isComponent", false.into()),
        ("entityType", value([("type", kind.into())])),
        ("unspecifiedEntityDetails", unspecified(known)),
        ("name", party.name.into()),
        ("alternateNames", texts(party.aliases.iter().copied())),
        ("jurisdiction", jurisdiction),
        ("identifiers", identifiers(party)),
        (
            "foundingDate",
            party.incorporated.map(|day| day.to_string()).into(),
        ),
        ("addresses", addresses(party, "business")),
    ])
}

fn unspecified(known: bool) -> Value {
    match known {
        true => Value::Null,
        false => value([("reason", "unknown".into())]),
    }
}

fn identifiers(party: &Party<'_>) -> Value {
    let registered = ("registration number", party.registration_number);
    let taken = party
        .identifiers
        .iter()
        .any(|(_, value)| *value == party.registration_number);
    std::iter::once(&registered)
        .filter(|_| !taken)
        .chain(party.identifiers)
        .filter(|(_, id)| !id.is_empty())
        .map(|(scheme, id)| {
            let scheme = if scheme.is_empty() { "not stated" } else { scheme };
            value([("id", (*id).into()), ("schemeName", scheme.into())])
        })
        .collect()
}

fn addresses(party: &Party<'_>, kind: &str) -> Value {
    party
        .addresses
        .iter()
        .filter(|address| !address.is_empty())
        .map(|address| value([("type", kind.into()), ("address", (*address).into())]))
        .collect()
}

// The standard's word; nothing where a tie is no ownership or control.
fn interest(kind: RelationKind) -> Option<&'static str> {
    Some(match kind {
        RelationKind::Ownership => "shareholding",
        RelationKind::Voting => "votingRights",
        RelationKind::Profit => "rightsToProfitOrIncome",
        RelationKind::Liquidation => "rightsToSurplusAssetsOnDissolution",
        RelationKind::Directorship => "boardMember",
        RelationKind::BoardAppointment => "appointmentOfBoard",
        RelationKind::Control | RelationKind::AccountingParent => "otherInfluenceOrControl",
        RelationKind::Nominee => "nominee",
        RelationKind::Nominator => "nominator",
        RelationKind::Trustee => "trustee",
        RelationKind::Settlor => "settlor",
        RelationKind::Protector => "protector",
        RelationKind::Beneficiary => "beneficiaryOfLegalArrangement",
        RelationKind::UnknownOwner => "unknownInterest",
        RelationKind::Family
        | RelationKind::Household
        | RelationKind::Employment
        | RelationKind::Mandate
        | RelationKind::SharedAttribute => return None,
    })
}

// Percent with at most four decimals, which a double of JSON holds.
fn share(share: &Share) -> Value {
    let percent = |bound: Option<i128>| bound.map(|bound| bound as f64 / 10_000.0);
    let (min, max) = (percent(share.min), percent(share.max));
    let exact = share.min.is_some() && share.min == share.max;
    let when = |wanted: bool, bound: Option<f64>| {
        bound
            .filter(|_| wanted && !exact)
            .map_or(Value::Null, Value::from)
    };
    value([
        ("exact", min.filter(|_| exact).map_or(Value::Null, Value::from)),
        ("minimum", when(!share.above_min, min)),
        ("exclusiveMinimum", when(share.above_min, min)),
        ("maximum", when(!share.below_max, max)),
        ("exclusiveMaximum", when(share.below_max, max)),
    ])
}
