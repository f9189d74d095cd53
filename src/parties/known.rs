//! What mentions say, in normal form: once as evidence for the linkage, once as rows to cite.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::addresses::{self, Address};
use super::identifiers::{self, Identifies, Scheme, Status};
use super::names::{self, Name, Role};
use super::read::{Day, Number, PartiesRead, Text};
use super::resolve::{self, Compare, Field, RecordsBuilder};
use super::sheet::Sheet;
use crate::case::Table;

/// The fields by which mentions are compared, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    PersonName,
    CompanyName,
    Birth,
    Founded,
    Identifier,
    Phone,
    Email,
    Account,
    Address,
    City,
    LegalForm,
}

fn fields() -> Vec<Field> {
    let not_ruling_out = |mut field: Field| {
        field.vetoes = false;
        field
    };
    let within_address = |mut field: Field| {
        field.within_address = true;
        field
    };
    vec![
        Field::new("name", Compare::PersonName),
        Field::new("company name", Compare::CompanyName),
        Field::new("birth date", Compare::Date),
        // Registers differ on what day a company began.
        not_ruling_out(Field::new("founded", Compare::Date)),
        Field::new("identifier", Compare::Identifier),
        Field::new("phone", Compare::Contact),
        Field::new("e-mail", Compare::Contact),
        // Two people may hold an account: evidence, and no key.
        Field::new("account", Compare::Contact),
        Field::new("address", Compare::Address),
        within_address(Field::new("city", Compare::Text)),
        Field::new("legal form", Compare::Text),
    ]
}

/// What several parties may have in common: kind of attribute, its normal form, and the row that says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Attribute {
    pub kind: &'static str,
    pub value: String,
    pub mention: u32,
    pub row: u32,
}

/// Everything that was read of mentions.
pub(super) struct Known {
    pub records: RecordsBuilder,
    /// Schemes of identifiers that occur, with what they are worth.
    pub schemes: Vec<resolve::Scheme>,
    pub names: Sheet,
    pub identifiers: Sheet,
    pub addresses: Sheet,
    /// Sorted.
    pub attributes: Vec<Attribute>,
}

/// Numbers that a company can have several of, or another of after it has moved.
const NOT_FOR_LIFE: [&str; 3] = ["de-hr", "it-rea", "ro-onrc"];

/// Other spellings of one name that are tried.
const MOST_SPELLINGS: usize = 8;

impl Known {
    /// Reads every mention. `agents` are those at which each account's money was sent or paid out.
    pub fn of(read: &PartiesRead, agents: &BTreeMap<String, Vec<String>>) -> Known {
        let mut known = Known {
            records: RecordsBuilder::new(fields()),
            schemes: Vec::new(),
            names: Sheet::new(Table::PartyNames),
            identifiers: Sheet::new(Table::PartyIdentifiers),
            addresses: Sheet::new(Table::PartyAddresses),
            attributes: Vec::new(),
        };
        let mut schemes: BTreeMap<String, resolve::Scheme> = BTreeMap::new();
        let holders = holders(read);
        for mention in 0..read.mentions() {
            known.mention(read, mention, &holders, &mut schemes);
            for row in read.rows(mention) {
                let own = agents.get(read.text(Text::Account, row)).into_iter().flatten();
                known.attributes.extend(own.map(|agent| Attribute {
                    kind: "agent of a money transfer service",
                    value: agent.clone(),
                    mention,
                    row,
                }));
            }
        }
        // What tells father from son: nobody is both, and nobody is somebody by it.
        schemes.insert(
            "suffix".to_owned(),
            resolve::Scheme {
                name: "suffix".to_owned(),
                once: true,
                identifying: false,
            },
        );
        known.schemes = schemes.into_values().collect();
        known.attributes.sort();
        known
            .attributes
            .dedup_by(|a, b| (a.kind, &a.value, a.mention) == (b.kind, &b.value, b.mention));
        known
    }

    fn mention(
        &mut self,
        read: &PartiesRead,
        mention: u32,
        holders: &HashMap<&str, Option<&str>>,
        schemes: &mut BTreeMap<String, resolve::Scheme>,
    ) {
        // A payment does not say what its other side is; who holds the account does.
        let said = match read.kind(mention) {
            "unknown" => (read.rows(mention))
                .find_map(|row| *holders.get(read.text(Text::Account, row))?)
                .unwrap_or("unknown"),
            said => said,
        };
        let as_name = match said {
            "person" => names::Kind::Person,
            "company" | "arrangement" | "state" => names::Kind::Company,
            _ => names::Kind::Unknown,
        };
        let texts: Vec<(u32, Name)> = distinct(read, mention, Text::Name)
            .map(|(row, text)| (row, names::read(text, as_name)))
            .collect();
        let is_company = texts.iter().any(|(_, name)| name.kind == names::Kind::Company);
        let kind = match (said, is_company) {
            ("person", _) => resolve::Kind::Person,
            ("company" | "arrangement" | "state", _) | (_, true) => resolve::Kind::Organisation,
            _ => resolve::Kind::Unknown,
        };
        self.records.record(read.id(mention), kind);
        for (row, name) in &texts {
            self.name(read, mention, *row, name, kind);
        }
        let country = read.first(Text::Country, mention).to_owned();
        for row in read.rows(mention) {
            let own = match read.text(Text::Country, row) {
                "" => &country,
                own => own,
            };
            self.births(read, row);
            self.records
                .value(By::Account as usize, read.text(Text::Account, row));
            let number = read.text(Text::Number, row);
            if !number.is_empty() {
                // Who is said to be a person has a person's number, whatever else of the country it could be.
                let scheme = match (read.text(Text::Scheme, row), said) {
                    ("", "person") => "person",
                    ("", "company") => "registration",
                    (scheme, _) => scheme,
                };
                self.identifier(mention, row, (scheme, own, number), schemes);
            }
            for (text, hint, by, kind) in [
                (Text::Phone, "phone", By::Phone, "phone"),
                (Text::Email, "email", By::Email, "e-mail"),
            ] {
                let value = read.text(text, row);
                if value.is_empty() {
                    continue;
                }
                let identifier = identifiers::read(hint, own, value);
                self.row_of(mention, row, &identifier, value);
                if identifier.status == Status::Valid {
                    self.records.value(by as usize, &identifier.value);
                    self.attributes.push(Attribute {
                        kind,
                        value: identifier.value,
                        mention,
                        row,
                    });
                }
            }
            let address = read.text(Text::Address, row);
            if !address.is_empty() {
                self.address(mention, row, &addresses::read(address, own));
            }
        }
    }

    fn name(&mut self, read: &PartiesRead, mention: u32, row: u32, name: &Name, kind: resolve::Kind) {
        let honorifics = name.honorifics.join(" ");
        self.names.add(
            mention,
            row,
            &[
                &name.raw,
                read.text(Text::NameKind, row),
                &name.normal,
                &name.core,
                name.legal_form.map_or("", |form| form.form),
                &honorifics,
                name.suffix.as_deref().unwrap_or(""),
                name.script,
            ],
        );
        // The name of nobody, or of two people in one field, is no evidence for who one party is.
        let is_several = kind != resolve::Kind::Organisation && names::names_several(&name.raw);
        if name.is_generic || is_several || name.core.is_empty() {
            return;
        }
        if let Some(suffix) = &name.suffix {
            self.records
                .value(By::Identifier as usize, &format!("suffix:{suffix}"));
        }
        if kind == resolve::Kind::Organisation {
            self.records.value(By::CompanyName as usize, &name.core);
            if let Some(form) = name.legal_form {
                self.records.value(By::LegalForm as usize, form.form);
            }
            return;
        }
        for spelling in spellings(name) {
            self.records.value(By::PersonName as usize, &spelling);
        }
    }

    fn births(&mut self, read: &PartiesRead, row: u32) {
        let birth = match (read.day(Day::Birth, row), read.number(Number::BirthYear, row)) {
            (Some(day), _) => Some(day.to_string()),
            (None, Some(year)) => Some(match read.number(Number::BirthMonth, row) {
                Some(month) => format!("{year:04}-{month:02}"),
                None => format!("{year:04}"),
            }),
            (None, None) => None,
        };
        if let Some(birth) = birth {
            self.records.value(By::Birth as usize, &birth);
        }
        if let Some(day) = read.day(Day::Incorporated, row) {
            self.records.value(By::Founded as usize, &day.to_string());
        }
    }

    fn identifier(
        &mut self,
        mention: u32,
        row: u32,
        (scheme, country, text): (&str, &str, &str),
        schemes: &mut BTreeMap<String, resolve::Scheme>,
    ) {
        let guessed = identifiers::read(scheme, country, text);
        // What the record does not say is told only where the number bears it out.
        let is_guess = ["person", "registration"].contains(&scheme) && guessed.status != Status::Valid;
        let identifier = if is_guess {
            identifiers::read("", country, text)
        } else {
            guessed
        };
        self.row_of(mention, row, &identifier, text);
        if let Some(birth) = identifier.birth_date() {
            self.records.value(By::Birth as usize, &birth.to_string());
        }
        let key = match identifier.key() {
            Some(key) => key,
            // A number of which nobody knows whose it is, is evidence beside a name, and decides nothing.
            None if identifier.identifies() == Identifies::Unknown && identifier.status == Status::Valid => {
                format!(
                    "{}:{}:{}",
                    identifier.scheme.as_str(),
                    identifier.country,
                    identifier.value
                )
            }
            None => return,
        };
        let name = key.split(':').next().unwrap_or("").to_owned();
        let is_one = identifier.identifies().is_one_party() || identifier.key().is_some();
        let is_known = !matches!(identifier.scheme, Scheme::Named(_) | Scheme::Unknown);
        schemes.entry(name.clone()).or_insert(resolve::Scheme {
            once: is_one && is_known && !NOT_FOR_LIFE.contains(&name.as_str()),
            identifying: is_one,
            name,
        });
        self.records.value(By::Identifier as usize, &key);
    }

    fn row_of(&mut self, mention: u32, row: u32, identifier: &identifiers::Identifier, raw: &str) {
        // A whole card number stays nowhere but in the original.
        let raw = match identifier.scheme {
            Scheme::Card => "",
            _ => raw,
        };
        self.identifiers.add(
            mention,
            row,
            &[
                identifier.scheme.as_str(),
                &identifier.country,
                &identifier.value,
                identifier.status.as_str(),
                &identifier.reason,
                raw,
            ],
        );
    }

    fn address(&mut self, mention: u32, row: u32, address: &Address) {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        self.addresses.add(
            mention,
            row,
            &[
                &address.raw,
                &text(&address.care_of),
                &address.street,
                &text(&address.house_number),
                &text(&address.unit),
                &text(&address.postcode),
                &text(&address.city),
                &address.country,
                kind_of(address),
            ],
        );
        if let Some(city) = address.city.as_deref().filter(|city| !city.is_empty()) {
            self.records.value(By::City as usize, city);
        }
        let key = address.unit_key().or_else(|| address.key());
        if let Some(key) = key {
            // The linkage looks at words.
            self.records.value(By::Address as usize, &key.replace('|', " "));
            self.attributes.push(Attribute {
                kind: "address",
                value: key,
                mention,
                row,
            });
        }
    }
}

fn kind_of(address: &Address) -> &'static str {
    match address.kind {
        addresses::Kind::Street => "street",
        addresses::Kind::PostOfficeBox => "post office box",
        addresses::Kind::Unknown => "unknown",
    }
}

/// What the registered holders of each account are; nothing where they are of several kinds.
fn holders(read: &PartiesRead) -> HashMap<&str, Option<&str>> {
    let mut kinds: HashMap<&str, Option<&str>> = HashMap::new();
    for mention in 0..read.mentions() {
        let kind = read.kind(mention);
        for row in read
            .rows(mention)
            .filter(|row| kind != "unknown" && read.text(Text::Role, *row) == "holder")
        {
            let known = kinds.entry(read.text(Text::Account, row)).or_insert(Some(kind));
            if *known != Some(kind) {
                *known = None;
            }
        }
    }
    kinds.remove("");
    kinds
}

/// The texts that a mention's rows have in a column, each once.
fn distinct(read: &PartiesRead, mention: u32, text: Text) -> impl Iterator<Item = (u32, &str)> {
    let rows = read.rows(mention);
    rows.clone()
        .map(move |row| (row, read.text(text, row)))
        .filter(move |(row, value)| {
            !value.is_empty() && !(rows.start..*row).any(|earlier| read.text(text, earlier) == *value)
        })
}

/// A person's name as the linkage takes it: the family's words before a comma where the writing shows them, and the same
/// in the other spellings that its letters allow.
fn spellings(name: &Name) -> Vec<String> {
    let mut all: Vec<(String, String)> = vec![(String::new(), String::new())];
    for token in name.naming() {
        let mut forms = vec![token.text.clone()];
        forms.extend(token.variants.iter().cloned());
        let is_family = token.role == Role::Family || (token.role == Role::Particle && has_family(name));
        let mut next = Vec::new();
        for (family, others) in &all {
            for form in &forms {
                if next.len() == MOST_SPELLINGS {
                    break;
                }
                let mut pair = (family.clone(), others.clone());
                let side = if is_family { &mut pair.0 } else { &mut pair.1 };
                if !side.is_empty() {
                    side.push(' ');
                }
                side.push_str(form);
                next.push(pair);
            }
        }
        all = next;
    }
    let joined = |(family, others): (String, String)| match (family.is_empty(), others.is_empty()) {
        (false, _) => format!("{family}, {others}"),
        (true, _) => others,
    };
    all.into_iter().map(joined).collect()
}

fn has_family(name: &Name) -> bool {
    name.of_role(Role::Family).next().is_some()
}
