//! What is known of a case besides movements, as rows of an export: files, findings, clusters, parties, accounts and what
//! ties them. In the order of the tables, which does not depend on threads or on the order of files.

use std::borrow::Cow;

use datafusion::arrow::array::{Array, BooleanArray, Date32Array, Decimal128Array, RecordBatch};
use hashbrown::{HashMap, HashSet};

use super::Reading;
use super::withheld::Told;
use crate::case::Table;
use crate::case::column::{self, each_row, text_at};
use crate::export::{Account, Cited, Cluster, Finding, Holder, Party, PartyKind, Relation, Row, Source};
use crate::model::{Date, Moment, RelationKind, Share, TimePrecision, is_body};
use crate::steps::StepError;

/// Takes a row; an error ends the reading.
pub(super) type Take<'t> = dyn FnMut(Row<'_>) -> Result<(), StepError> + 't;

/// A text column of a batch, row by row.
pub(super) fn texts<'b>(batch: &'b RecordBatch, name: &str) -> Result<impl Fn(usize) -> &'b str, StepError> {
    let column = column::text(batch, name)?;
    Ok(move |row| text_at(column, row))
}

pub(super) fn day(column: &Date32Array, row: usize) -> Option<Date> {
    column.is_valid(row).then(|| Date(column.value(row)))
}

fn truth(column: &BooleanArray, row: usize) -> bool {
    column.is_valid(row) && column.value(row)
}

/// A moment of which no precision is told: a day where it is midnight.
pub(super) fn moment_of(microseconds: i64) -> Moment {
    Moment {
        microseconds,
        precision: match microseconds.rem_euclid(86_400_000_000) {
            0 => TimePrecision::Day,
            rest if rest % 1_000_000 != 0 => TimePrecision::Subsecond,
            _ => TimePrecision::Second,
        },
    }
}

fn count(batch: &RecordBatch, name: &str, row: usize) -> Result<u64, StepError> {
    let column = column::number(batch, name)?;
    Ok(column.value(row).max(0) as u64)
}

impl Reading<'_> {
    pub(super) fn sources(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        for batch in self.case.scan(Table::Sources, &[]) {
            let batch = batch?;
            let id = texts(&batch, "source_id")?;
            let (format, from) = (texts(&batch, "format")?, texts(&batch, "received_from")?);
            let order = texts(&batch, "order_reference")?;
            let received = column::moment(&batch, "received_at")?;
            for row in 0..batch.num_rows() {
                let received = received.is_valid(row).then(|| Moment {
                    microseconds: received.value(row),
                    precision: TimePrecision::Second,
                });
                take(Row::Source(&Source {
                    source_id: &self.shown.id(id(row)),
                    name: self.shown.file(id(row)),
                    bytes: count(&batch, "bytes", row)?,
                    format: format(row),
                    received_from: &self.shown.said(from(row)),
                    order_reference: &self.shown.said(order(row)),
                    received_at: received,
                    rows_read: count(&batch, "rows_read", row)?,
                    rows_accepted: count(&batch, "rows_accepted", row)?,
                    rows_rejected: count(&batch, "rows_rejected", row)?,
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn findings(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        let mut rest_on: HashMap<String, Vec<String>> = HashMap::new();
        each_row(
            self.case,
            Table::FindingEntries,
            &["finding_id", "entry_id"],
            |[finding, entry]| {
                if self.withheld.finding(finding) == Told::Whole {
                    let entries = rest_on.entry(finding.to_owned()).or_default();
                    entries.push(shown.id(entry).into_owned());
                }
            },
        )?;
        for batch in self.case.scan(Table::Findings, &[]) {
            let batch = batch?;
            let id = texts(&batch, "finding_id")?;
            let (rule, version) = (texts(&batch, "rule_id")?, texts(&batch, "rule_version")?);
            let (title, describes) = (texts(&batch, "title")?, texts(&batch, "describes")?);
            let (form, sufficiency) = (texts(&batch, "form")?, texts(&batch, "sufficiency")?);
            let (party, account) = (texts(&batch, "party_id")?, texts(&batch, "account_id")?);
            let (measures, said) = (texts(&batch, "measures")?, texts(&batch, "explanation")?);
            let (innocent, judgement) = (
                texts(&batch, "innocent_explanations")?,
                texts(&batch, "judgement")?,
            );
            let (from, to) = (
                column::moment(&batch, "from_time")?,
                column::moment(&batch, "to_time")?,
            );
            for row in 0..batch.num_rows() {
                let told = self.withheld.finding(id(row));
                if told == Told::Withheld {
                    continue;
                }
                let is_whole = told == Told::Whole;
                let time = |column: &datafusion::arrow::array::TimestampMicrosecondArray| {
                    (is_whole && column.is_valid(row)).then(|| moment_of(column.value(row)))
                };
                let figures = |text: String| if is_whole { text } else { String::new() };
                let mut explanation = match is_whole {
                    true => shown.text(said(row)),
                    false => "Withheld: it rests on movements of accounts whose holders may be victims, or sums them."
                        .to_owned(),
                };
                if !judgement(row).is_empty() {
                    explanation = format!("A person has {} this finding.\n{explanation}", judgement(row));
                }
                // What it is about stands further down, or it is told of nobody.
                let about = |id: &str, is_there: bool| match is_there {
                    true => shown.id(id).into_owned(),
                    false => String::new(),
                };
                let entries = rest_on.remove(id(row)).unwrap_or_default();
                let mut seen = HashSet::new();
                // An entry may have several parts in one finding.
                let entries: Vec<&str> = entries
                    .iter()
                    .map(String::as_str)
                    .filter(|entry| seen.insert(*entry))
                    .collect();
                take(Row::Finding(&Finding {
                    finding_id: &shown.id(id(row)),
                    rule_id: rule(row),
                    rule_version: version(row),
                    title: &figures(shown.text(title(row))),
                    describes: describes(row),
                    form: form(row),
                    party_id: &about(party(row), shown.has_party(party(row))),
                    account_id: &about(account(row), shown.has_account(account(row))),
                    from: time(from),
                    to: time(to),
                    measures: &figures(shown.measures(measures(row))),
                    sufficiency: &figures(shown.text(sufficiency(row))),
                    explanation: &explanation,
                    innocent_explanations: &match self.withheld.names_one(innocent(row)) {
                        true => String::new(),
                        false => shown.text(innocent(row)),
                    },
                    entries: &entries,
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn clusters(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        let mut members: HashMap<String, (Vec<String>, Vec<String>, u64)> = HashMap::new();
        each_row(
            self.case,
            Table::ClusterMembers,
            &["cluster_id", "member", "side"],
            |[cluster, member, side]| {
                let own = members.entry(cluster.to_owned()).or_default();
                let is_withheld = self.withheld.has_account(member) || self.withheld.has_party(member);
                let is_told = shown.reveals() || side != "exploited";
                match (is_told && !is_withheld, member.starts_with("p-")) {
                    (true, true) if shown.has_party(member) => own.0.push(shown.id(member).into_owned()),
                    (true, false) if shown.has_account(member) => own.1.push(shown.id(member).into_owned()),
                    _ => own.2 += 1,
                }
            },
        )?;
        for batch in self.case.scan(Table::Clusters, &[]) {
            let batch = batch?;
            let id = texts(&batch, "cluster_id")?;
            let (criterion, said) = (texts(&batch, "criterion")?, texts(&batch, "explanation")?);
            let place = column::number(&batch, "place")?;
            for row in 0..batch.num_rows() {
                let (parties, accounts, others) = members.get(id(row)).cloned().unwrap_or_default();
                let mut explanation = match self.withheld.names_one(said(row)) {
                    true => String::new(),
                    false => shown.text(said(row)),
                };
                if others > 0 {
                    explanation.push_str(&format!("\n{others} members are not told here."));
                }
                let refs = |list: &'_ [String]| list.to_vec();
                let (parties, accounts) = (refs(&parties), refs(&accounts));
                take(Row::Cluster(&Cluster {
                    cluster_id: &shown.id(id(row)),
                    title: &format!("Group {}: {}", place.value(row), shown.text(criterion(row))),
                    explanation: &explanation,
                    parties: &parties.iter().map(String::as_str).collect::<Vec<_>>(),
                    accounts: &accounts.iter().map(String::as_str).collect::<Vec<_>>(),
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn parties(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        // What several records say of one party, where names are shown.
        let mut aliases: HashMap<String, Vec<String>> = HashMap::new();
        let mut identifiers: HashMap<String, Vec<(String, String)>> = HashMap::new();
        let mut addresses: HashMap<String, Vec<String>> = HashMap::new();
        let mut places: HashMap<String, (String, String, i64, i64)> = HashMap::new();
        if shown.reveals() {
            let add = |list: &mut Vec<String>, text: &str| {
                if !text.is_empty() && !list.iter().any(|known| known == text) {
                    list.push(text.to_owned());
                }
            };
            each_row(
                self.case,
                Table::PartyNames,
                &["party_id", "name"],
                |[party, name]| {
                    add(aliases.entry(party.to_owned()).or_default(), name);
                },
            )?;
            each_row(
                self.case,
                Table::PartyIdentifiers,
                &["party_id", "scheme", "value"],
                |[party, scheme, value]| {
                    let own = identifiers.entry(party.to_owned()).or_default();
                    if !own.iter().any(|(a, b)| a == scheme && b == value) {
                        own.push((scheme.to_owned(), value.to_owned()));
                    }
                },
            )?;
            each_row(
                self.case,
                Table::PartyAddresses,
                &["party_id", "address"],
                |[party, address]| add(addresses.entry(party.to_owned()).or_default(), address),
            )?;
            for batch in self.case.scan(
                Table::PartyNames,
                &["party_id", "source_id", "locator", "byte_start", "byte_end"],
            ) {
                let batch = batch?;
                let (party, source) = (texts(&batch, "party_id")?, texts(&batch, "source_id")?);
                let locator = texts(&batch, "locator")?;
                let (start, end) = (
                    column::number(&batch, "byte_start")?,
                    column::number(&batch, "byte_end")?,
                );
                for row in 0..batch.num_rows() {
                    places.entry(party(row).to_owned()).or_insert_with(|| {
                        (
                            source(row).to_owned(),
                            locator(row).to_owned(),
                            start.value(row),
                            end.value(row),
                        )
                    });
                }
            }
        }
        for batch in self.case.scan(Table::Parties, &[]) {
            let batch = batch?;
            let id = texts(&batch, "party_id")?;
            let (kind, number) = (texts(&batch, "kind")?, texts(&batch, "registration_number")?);
            let (country, sector) = (texts(&batch, "country")?, texts(&batch, "sector")?);
            let (category, address) = (texts(&batch, "category")?, texts(&batch, "address")?);
            let born = column::date(&batch, "birth_date")?;
            let incorporated = column::date(&batch, "incorporated")?;
            for row in 0..batch.num_rows() {
                let id = id(row);
                if self.withheld.has_party(id) {
                    continue;
                }
                let kind = match kind(row) {
                    "person" => PartyKind::Person,
                    kind if is_body(kind) => PartyKind::Organisation,
                    _ => PartyKind::Unknown,
                };
                let name = shown.party(id);
                let own = aliases.remove(id).unwrap_or_default();
                let own: Vec<&str> = own
                    .iter()
                    .map(String::as_str)
                    .filter(|other| *other != name)
                    .collect();
                let numbers = identifiers.remove(id).unwrap_or_default();
                let numbers: Vec<(&str, &str)> =
                    numbers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                let mut at = addresses.remove(id).unwrap_or_default();
                if shown.reveals() && at.is_empty() && !address(row).is_empty() {
                    at.push(address(row).to_owned());
                }
                let cited = places.get(id);
                // A company stands in public registers; of a person no more than the name leaves.
                let is_company = kind == PartyKind::Organisation && shown.is_named(id);
                let of_company = |text| match is_company || shown.reveals() {
                    true => shown.of_named(id, text),
                    false => "",
                };
                take(Row::Party(&Party {
                    party_id: &shown.id(id),
                    kind,
                    name: &name,
                    aliases: &own,
                    birth_date: day(born, row).filter(|_| shown.reveals()),
                    registration_number: of_company(number(row)),
                    country: of_company(country(row)),
                    sector: of_company(sector(row)),
                    incorporated: day(incorporated, row).filter(|_| is_company || shown.reveals()),
                    category: match category(row) {
                        "unclassified" => "",
                        category => category,
                    },
                    identifiers: &numbers,
                    addresses: &at.iter().map(String::as_str).collect::<Vec<_>>(),
                    cited: cited.map_or_else(Cited::default, |(source, locator, start, end)| Cited {
                        source_id: source,
                        locator,
                        bytes: shown.bytes(*start, *end),
                    }),
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn accounts(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        for batch in self.case.scan(Table::Accounts, &[]) {
            let batch = batch?;
            let (id, scheme) = (texts(&batch, "account_id")?, texts(&batch, "scheme")?);
            let (number, iban) = (texts(&batch, "number")?, texts(&batch, "iban")?);
            let (bank, bic) = (texts(&batch, "bank")?, texts(&batch, "bic")?);
            let (currency, country) = (texts(&batch, "currency")?, texts(&batch, "country")?);
            let (opened, closed) = (column::date(&batch, "opened")?, column::date(&batch, "closed")?);
            let seized = column::flag(&batch, "seized")?;
            for row in 0..batch.num_rows() {
                let id = id(row);
                if self.withheld.has_account(id) {
                    continue;
                }
                let label = shown.account(id);
                take(Row::Account(&Account {
                    account_id: &shown.id(id),
                    scheme: scheme(row),
                    label: &label,
                    number: shown.of_named(id, number(row)),
                    iban: shown.of_named(id, iban(row)),
                    bank: shown.of_named(id, bank(row)),
                    bic: shown.of_named(id, bic(row)),
                    currency: shown.word(currency(row), 3),
                    country: shown.word(country(row), 2),
                    opened: day(opened, row).filter(|_| shown.reveals()),
                    closed: day(closed, row).filter(|_| shown.reveals()),
                    seized: truth(seized, row),
                }))?;
            }
        }
        for id in &self.outer {
            let scheme = match id.as_bytes().first() {
                Some(b'c') => "cash",
                Some(b'b') => "service",
                _ => "unknown",
            };
            take(Row::Account(&Account {
                account_id: &shown.id(id),
                scheme,
                label: &shown.account(id),
                ..Account::default()
            }))?;
        }
        Ok(())
    }

    pub(super) fn holders(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        for batch in self.case.scan(Table::AccountHolders, &[]) {
            let batch = batch?;
            let (account, party) = (texts(&batch, "account_id")?, texts(&batch, "party_id")?);
            let role = texts(&batch, "role")?;
            let (from, to) = (
                column::date(&batch, "from_date")?,
                column::date(&batch, "to_date")?,
            );
            let place = Places::of(&batch)?;
            for row in 0..batch.num_rows() {
                if self.is_withheld_tie(account(row), party(row)) {
                    continue;
                }
                let (source, locator, bytes) = place.at(self, row);
                // Days are found in registers, and with them whoever they are of.
                let is_named = shown.is_named(account(row)) && shown.is_named(party(row));
                take(Row::Holder(&Holder {
                    party_id: &shown.id(party(row)),
                    account_id: &shown.id(account(row)),
                    role: role(row),
                    from: day(from, row).filter(|_| is_named),
                    to: day(to, row).filter(|_| is_named),
                    cited: Cited {
                        source_id: &source,
                        locator: &locator,
                        bytes,
                    },
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn relations(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        let shown = self.shown;
        let mut number = 0_u64;
        for batch in self.case.scan(Table::Relations, &[]) {
            let batch = batch?;
            let (subject, object) = (texts(&batch, "subject")?, texts(&batch, "object")?);
            let (kind, interest) = (texts(&batch, "kind")?, texts(&batch, "interest")?);
            let (directness, beneficial) = (texts(&batch, "directness")?, texts(&batch, "beneficial")?);
            let detail = texts(&batch, "detail")?;
            let (min, max) = (
                column::decimal(&batch, "share_min")?,
                column::decimal(&batch, "share_max")?,
            );
            let (above, below) = (
                column::flag(&batch, "above_min")?,
                column::flag(&batch, "below_max")?,
            );
            let (from, to) = (
                column::date(&batch, "from_date")?,
                column::date(&batch, "to_date")?,
            );
            let place = Places::of(&batch)?;
            for row in 0..batch.num_rows() {
                number += 1;
                if self.is_withheld_relation(subject(row), object(row)) {
                    continue;
                }
                let share = |column: &Decimal128Array| column.is_valid(row).then(|| column.value(row));
                let known = |id: &str| match shown.has_party(id) {
                    true => shown.id(id).into_owned(),
                    false => String::new(),
                };
                let (source, locator, bytes) = place.at(self, row);
                let id = format!("r-{number}");
                let is_named = shown.is_named(subject(row)) && shown.is_named(object(row));
                take(Row::Relation(&Relation {
                    relation_id: &shown.id(&id),
                    subject: &known(subject(row)),
                    object: &known(object(row)),
                    kind: RelationKind::from_word(kind(row)).unwrap_or(RelationKind::UnknownOwner),
                    interest: shown.word(interest(row), 40),
                    share: Share {
                        min: share(min),
                        max: share(max),
                        above_min: truth(above, row),
                        below_max: truth(below, row),
                    },
                    directness: shown.word(directness(row), 20),
                    beneficial: shown.word(beneficial(row), 20),
                    detail: shown.recorded(detail(row)),
                    from: day(from, row).filter(|_| is_named),
                    to: day(to, row).filter(|_| is_named),
                    cited: Cited {
                        source_id: &source,
                        locator: &locator,
                        bytes,
                    },
                }))?;
            }
        }
        Ok(())
    }

    pub(super) fn is_withheld_tie(&self, account: &str, party: &str) -> bool {
        self.withheld.has_account(account) || self.withheld.has_party(party)
    }

    pub(super) fn is_withheld_relation(&self, subject: &str, object: &str) -> bool {
        self.withheld.has_party(subject) || self.withheld.has_party(object)
    }
}

/// The columns that cite a place.
pub(super) struct Places<'b> {
    source: &'b datafusion::arrow::array::StringArray,
    locator: &'b datafusion::arrow::array::StringArray,
    start: &'b datafusion::arrow::array::Int64Array,
    end: &'b datafusion::arrow::array::Int64Array,
}

impl<'b> Places<'b> {
    pub(super) fn of(batch: &'b RecordBatch) -> Result<Places<'b>, StepError> {
        Ok(Places {
            source: column::text(batch, "source_id")?,
            locator: column::text(batch, "locator")?,
            start: column::number(batch, "byte_start")?,
            end: column::number(batch, "byte_end")?,
        })
    }

    /// File, place and bytes as they may be shown.
    pub(super) fn at<'r>(
        &'r self,
        reading: &'r Reading<'_>,
        row: usize,
    ) -> (Cow<'r, str>, String, (u64, u64)) {
        (
            reading.shown.id(text_at(self.source, row)),
            reading.shown.locator(text_at(self.locator, row)),
            reading.shown.bytes(self.start.value(row), self.end.value(row)),
        )
    }
}
