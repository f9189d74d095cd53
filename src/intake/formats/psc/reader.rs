//! From lines to parties and relations.

use serde_json::Value;

use super::control;
use crate::intake::json::{Record, Records, list, text, written};
use crate::intake::registers::{Birth, Said, optional_day, short};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Reject, SourceFile};
use crate::model::{Date, NamedParty, PartyRow, Place, RelationKind, RelationRow, Share};

/// What is said of somebody who has ceased, without a day: it would count as so today.
const UNDATED_END: &str = "ceased, and since when is not said";
/// What companies say where nobody is hidden: that nobody has more than 25 %, that all owners are named. The first is spelt
/// so in the register.
const NOBODY_HIDDEN: [&str; 4] = [
    "no-individual-or-entity-with-signficant-control",
    "no-individual-or-entity-with-significant-control",
    "all-beneficial-owners-identified",
    "all-registrable-beneficial-owners-identified",
];

/// The scheme of companies' numbers.
const COMPANIES: &str = "GB-COH";
/// The scheme of the register's own links, which stay the same from snapshot to snapshot.
const LINKS: &str = "GB-COH-PSC";

/// Reads a whole file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let mut records = Records::open(source)?;
    let mut reader = Reader {
        out: Segments::new(source.source_id, output),
        company: String::new(),
    };
    while let Some(record) = records.next()? {
        let value = record.value();
        if let Err(reason) = value.and_then(|value| reader.record(&value, &record)) {
            reader.out.rows().reject(&Reject {
                place: record.place,
                locator: &record.locator(),
                reason: &reason,
                raw: record.text,
            });
        }
        reader.out.pass_on()?;
    }
    reader.out.finish()
}

struct Reader<'a> {
    out: Segments<'a>,
    /// The company told last: the persons of one follow each other.
    company: String,
}

/// What all kinds of records have.
struct Common<'r> {
    company: &'r str,
    data: &'r Value,
    link: &'r str,
    from: Option<Date>,
    to: Option<Date>,
    place: Place,
    locator: &'r str,
}

impl Reader<'_> {
    fn record(&mut self, value: &Value, record: &Record<'_>) -> Result<(), String> {
        let Some(data) = value.get("data").filter(|data| data.is_object()) else {
            return Err("no data; expected an object with kind".to_owned());
        };
        let kind = text(data, "kind");
        if kind.starts_with("totals#") {
            self.out.rows().set_aside("totals of the snapshot");
            return Ok(());
        }
        let company = company(value)?;
        let has_ceased = match data.get("ceased") {
            Some(Value::Bool(ceased)) => *ceased,
            Some(Value::String(word)) => matches!(word.trim(), "true" | "yes" | "1"),
            _ => false,
        };
        if has_ceased && text(data, "ceased_on").is_empty() {
            self.out.rows().set_aside(UNDATED_END);
            return Ok(());
        }
        let locator = record.locator();
        let common = Common {
            company: &company,
            data,
            link: data.get("links").map_or("", |links| text(links, "self")),
            from: optional_day("notified_on", text(data, "notified_on"))?,
            to: optional_day("ceased_on", text(data, "ceased_on"))?,
            place: record.place,
            locator: &locator,
        };
        match kind {
            "individual-person-with-significant-control" | "individual-beneficial-owner" => {
                self.owner(&common, "person")?;
            }
            "corporate-entity-person-with-significant-control" | "corporate-entity-beneficial-owner" => {
                self.owner(&common, "company")?;
            }
            // A government, a corporation sole, an organisation of states.
            "legal-person-person-with-significant-control" | "legal-person-beneficial-owner" => {
                self.owner(&common, "unknown")?;
            }
            "super-secure-person-with-significant-control" | "super-secure-beneficial-owner" => {
                self.hidden(&common, kind, text(data, "description"), common.from, common.to);
            }
            "persons-with-significant-control-statement" => {
                let statement = text(data, "statement");
                if statement.is_empty() {
                    return Err("no statement; expected what is said of the company's owners".to_owned());
                }
                if NOBODY_HIDDEN.iter().any(|word| statement.starts_with(word)) {
                    let reason = format!("says that no owner is hidden, which is no holding: {statement}");
                    self.out.rows().set_aside(&reason);
                    return Ok(());
                }
                self.hidden(&common, kind, statement, common.from, common.to);
            }
            "exemptions" => self.exemptions(&common)?,
            "" => return Err("no kind; expected what the record is".to_owned()),
            other => {
                return Err(format!(
                    "kind: ‘{}’; expected a person with significant control, a statement, an exemption or totals",
                    short(other)
                ));
            }
        }
        self.out.rows().accepted();
        Ok(())
    }

    /// A person or company with significant control.
    fn owner(&mut self, common: &Common<'_>, kind: &str) -> Result<(), String> {
        let data = common.data;
        if common.link.is_empty() {
            return Err("no links.self; expected the register's own id of the person".to_owned());
        }
        let natures = natures(data)?;
        let mut said = Said::default();
        let name = match text(data, "name") {
            "" => elements(data),
            name => name.to_owned(),
        };
        if !name.is_empty() {
            said.names.push((name, "legal"));
        }
        if let Some(born) = data.get("date_of_birth") {
            said.births.push(birth(born)?);
        }
        for name in ["address", "principal_office_address"] {
            let address = data.get(name).map(address).unwrap_or_default();
            if !address.is_empty() {
                said.addresses.push(address);
            }
        }
        let identification = data.get("identification").unwrap_or(&Value::Null);
        let number = written(identification, "registration_number");
        let registered = text(identification, "country_registered");
        if !number.is_empty() {
            said.numbers.push(if is_united_kingdom(registered) {
                (padded(&number), COMPANIES.to_owned())
            } else {
                (number, String::new())
            });
        }
        self.tell_company(common);
        let row = PartyRow {
            place: common.place,
            kind,
            record_id: common.link,
            record_scheme: LINKS,
            legal_form: text(identification, "legal_form"),
            country: registered,
            locator: common.locator,
            ..PartyRow::default()
        };
        let rows = self.out.rows();
        said.write(rows, &row);
        let subject = NamedParty {
            record_id: common.link,
            record_scheme: LINKS,
            ..NamedParty::default()
        };
        for (word, nature) in &natures {
            rows.relation(&RelationRow {
                interest: word,
                share: nature.share,
                directness: "unknown",
                beneficial: if kind == "person" { "yes" } else { "" },
                record_id: common.link,
                from_date: common.from,
                to_date: common.to,
                ..RelationRow::between(
                    common.place,
                    nature.kind,
                    subject,
                    common.object(),
                    common.locator,
                )
            });
        }
        Ok(())
    }

    /// Somebody who is not named.
    fn hidden(
        &mut self,
        common: &Common<'_>,
        interest: &str,
        detail: &str,
        from: Option<Date>,
        to: Option<Date>,
    ) {
        self.tell_company(common);
        self.out.rows().relation(&RelationRow {
            interest,
            detail,
            record_id: common.link,
            from_date: from,
            to_date: to,
            ..RelationRow::between(
                common.place,
                RelationKind::UnknownOwner,
                NamedParty::default(),
                common.object(),
                common.locator,
            )
        });
    }

    fn exemptions(&mut self, common: &Common<'_>) -> Result<(), String> {
        let Some(exemptions) = common.data.get("exemptions").and_then(Value::as_object) else {
            return Err("no exemptions; expected an object with what the company is exempt from".to_owned());
        };
        let mut told = Vec::new();
        for (name, exemption) in exemptions {
            let word = match text(exemption, "exemption_type") {
                "" => name.as_str(),
                word => word,
            };
            let items = list(exemption, "items");
            for item in items {
                told.push((
                    word,
                    optional_day("exempt_from", text(item, "exempt_from"))?,
                    optional_day("exempt_to", text(item, "exempt_to"))?,
                ));
            }
            if items.is_empty() {
                told.push((word, None, None));
            }
        }
        for (word, from, to) in told {
            self.hidden(common, "exemptions", word, from, to);
        }
        Ok(())
    }

    /// The company itself, once for the persons that follow each other.
    fn tell_company(&mut self, common: &Common<'_>) {
        if self.company == common.company {
            return;
        }
        self.company.clear();
        self.company.push_str(common.company);
        self.out.rows().party(&PartyRow {
            place: common.place,
            kind: "company",
            registration_number: common.company,
            identifier_scheme: COMPANIES,
            locator: common.locator,
            ..PartyRow::default()
        });
    }
}

impl<'r> Common<'r> {
    fn object(&self) -> NamedParty<'r> {
        NamedParty {
            number: self.company,
            scheme: COMPANIES,
            ..NamedParty::default()
        }
    }
}

/// The number of the company, eight characters long.
fn company(value: &Value) -> Result<String, String> {
    let number = written(value, "company_number");
    let is_number = (1..=8).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && number.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if is_number {
        Ok(padded(&number))
    } else {
        Err(format!(
            "company_number: ‘{}’; expected a number of Companies House, as 01234567 or SC123456",
            short(&number)
        ))
    }
}

// Leading zeros get lost on the way.
fn padded(number: &str) -> String {
    let number = number.trim();
    if number.len() < 8 && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{number:0>8}")
    } else {
        number.to_uppercase()
    }
}

fn natures(data: &Value) -> Result<Vec<(&str, control::Nature)>, String> {
    let mut natures = Vec::new();
    for word in list(data, "natures_of_control") {
        let word = word.as_str().unwrap_or_default();
        let Some(nature) = control::read(word) else {
            return Err(format!(
                "natures_of_control: ‘{}’; expected a nature of control that the register has",
                short(word)
            ));
        };
        natures.push((word, nature));
    }
    // Significant control is what the register is about, whether or not its nature is told.
    if natures.is_empty() {
        let nature = control::Nature {
            kind: RelationKind::Control,
            share: Share::default(),
        };
        natures.push(("", nature));
    }
    Ok(natures)
}

fn elements(data: &Value) -> String {
    let Some(elements) = data.get("name_elements") else {
        return String::new();
    };
    let parts = ["forename", "middle_name", "surname"].map(|name| text(elements, name));
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn birth(born: &Value) -> Result<Birth, String> {
    let number = |name: &str| born.get(name).and_then(Value::as_i64);
    let (year, month, day) = (number("year"), number("month"), number("day"));
    let fault = || {
        format!(
            "date_of_birth: {}; expected year and month",
            short(&born.to_string())
        )
    };
    let year = year
        .filter(|year| (1800..=2200).contains(year))
        .ok_or_else(fault)?;
    if month.is_some_and(|month| !(1..=12).contains(&month)) {
        return Err(fault());
    }
    let date = match (month, day) {
        (Some(month), Some(day)) => Some(
            i8::try_from(day)
                .ok()
                .and_then(|day| Date::from_ymd(year as i16, month as i8, day))
                .ok_or_else(fault)?,
        ),
        _ => None,
    };
    Ok(Birth {
        date,
        year: Some(year).filter(|_| date.is_none()),
        month: month.filter(|_| date.is_none()),
    })
}

fn address(address: &Value) -> String {
    let parts = [
        "care_of",
        "po_box",
        "premises",
        "address_line_1",
        "address_line_2",
        "locality",
        "region",
        "postal_code",
        "country",
    ]
    .map(|name| text(address, name));
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn is_united_kingdom(country: &str) -> bool {
    let known = [
        "united kingdom",
        "uk",
        "great britain",
        "england",
        "england and wales",
        "england & wales",
        "wales",
        "scotland",
        "northern ireland",
    ];
    known.contains(&country.trim().to_lowercase().as_str())
}
