//! Rows of relations: who owns, runs or works for whom, and how much of it.

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Plan, Slot, shorten};
use super::reader::Reader;
use super::registers::{Cells, cells, need_party, word};
use crate::intake::mapping::spec::{RelationSpec, ShareUnit};
use crate::intake::registers::Birth;
use crate::intake::shares::{self, Unit};
use crate::model::{Date, NamedParty, PartyRow, Place, RelationKind, RelationRow, Share};

/// The cells of a relation.
pub fn cells_of(plan: &Plan<'_>, spec: &RelationSpec) -> Cells {
    cells!(
        plan,
        spec,
        kind,
        interest,
        share,
        share_min,
        share_max,
        directness,
        beneficial,
        detail,
        record_id,
        subject_name,
        subject_number,
        subject_scheme,
        subject_record_id,
        subject_record_scheme,
        subject_birth_date,
        subject_kind,
        subject_country,
        subject_address,
        object_name,
        object_number,
        object_scheme,
        object_record_id,
        object_record_scheme,
        object_birth_date,
        object_kind,
        object_country,
        object_address,
        from_date,
        to_date
    )
    .with_list(plan, "period_kinds", &spec.period_kinds)
    .with_list(plan, "period_from", &spec.period_from)
    .with_list(plan, "period_to", &spec.period_to)
}

/// The cells of one end.
struct End {
    name: &'static str,
    number: &'static str,
    scheme: &'static str,
    record: [&'static str; 2],
    birth_date: &'static str,
    kind: &'static str,
    country: &'static str,
    address: &'static str,
}

const SUBJECT: End = End {
    name: "subject_name",
    number: "subject_number",
    scheme: "subject_scheme",
    record: ["subject_record_id", "subject_record_scheme"],
    birth_date: "subject_birth_date",
    kind: "subject_kind",
    country: "subject_country",
    address: "subject_address",
};
const OBJECT: End = End {
    name: "object_name",
    number: "object_number",
    scheme: "object_scheme",
    record: ["object_record_id", "object_record_scheme"],
    birth_date: "object_birth_date",
    kind: "object_kind",
    country: "object_country",
    address: "object_address",
};

/// Reads a row of relations.
pub fn read(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.relation else {
        return Ok(());
    };
    let kind = kind(plan, cells, record, spec)?;
    let subject = SUBJECT.named(plan, cells, record)?;
    let object = OBJECT.named(plan, cells, record)?;
    // Whoever is not known needs no name.
    if kind != RelationKind::UnknownOwner && subject.is_empty() {
        need_party(plan, cells, record, SUBJECT.name, SUBJECT.number)?;
    }
    if object.is_empty() {
        need_party(plan, cells, record, OBJECT.name, OBJECT.number)?;
    }
    let (from_date, to_date) = period(plan, cells, record, spec)?;
    let row = RelationRow {
        interest: cells.text(record, "interest"),
        share: share(plan, cells, record, spec)?,
        directness: one_of(plan, cells.slot("directness"), record, &DIRECTNESS)?,
        beneficial: one_of(plan, cells.slot("beneficial"), record, &YES_OR_NO)?,
        detail: cells.text(record, "detail"),
        record_id: cells.text(record, "record_id"),
        from_date,
        to_date,
        ..RelationRow::between(place, kind, subject, object, &reader.locator)
    };
    let told = [
        SUBJECT.told(plan, cells, record, spec, subject, place, &reader.locator)?,
        OBJECT.told(plan, cells, record, spec, object, place, &reader.locator)?,
    ];
    reader.rows.relation(&row);
    for party in told.iter().flatten() {
        reader.rows.party(party);
    }
    Ok(())
}

impl End {
    fn named<'a>(
        &self,
        plan: &Plan<'_>,
        cells: &'a Cells,
        record: &Record<'a>,
    ) -> Result<NamedParty<'a>, Fault> {
        let Birth { date, year, month } = cells.birth(plan, record, self.birth_date)?;
        let [record_id, record_scheme] = cells.record_id(plan, record, self.record)?;
        Ok(NamedParty {
            name: cells.text(record, self.name),
            number: cells.text(record, self.number),
            scheme: cells.text(record, self.scheme),
            record_id,
            record_scheme,
            birth_date: date,
            birth_year: year,
            birth_month: month,
        })
    }

    // The party itself, where the mapping says what it is.
    #[expect(clippy::too_many_arguments, reason = "what a row is made of")]
    fn told<'a>(
        &self,
        plan: &'a Plan<'_>,
        cells: &'a Cells,
        record: &Record<'a>,
        spec: &'a RelationSpec,
        party: NamedParty<'a>,
        place: Place,
        locator: &'a str,
    ) -> Result<Option<PartyRow<'a>>, Fault> {
        let slot = cells.slot(self.kind);
        if !slot.is_there() || party.is_empty() {
            return Ok(None);
        }
        let kind = match slot.get(record) {
            "" => "unknown",
            _ => word(plan, slot, record, &spec.party_words, true)?,
        };
        Ok(Some(PartyRow {
            place,
            kind,
            name: party.name,
            birth_date: party.birth_date,
            birth_year: party.birth_year,
            birth_month: party.birth_month,
            registration_number: party.number,
            identifier_scheme: party.scheme,
            record_id: party.record_id,
            record_scheme: party.record_scheme,
            country: cells.text(record, self.country),
            address: cells.text(record, self.address),
            locator,
            ..PartyRow::default()
        }))
    }
}

fn kind(
    plan: &Plan<'_>,
    cells: &Cells,
    record: &Record<'_>,
    spec: &RelationSpec,
) -> Result<RelationKind, Fault> {
    let slot = cells.slot("kind");
    let written = slot.get(record);
    let ours = if spec.kind_words.is_empty() {
        written
    } else {
        word(plan, slot, record, &spec.kind_words, true)?
    };
    RelationKind::from_word(ours).ok_or_else(|| Fault::Word {
        column: plan.label(slot),
        value: shorten(written),
        expected: RelationKind::ALL.map(RelationKind::as_str).join(", "),
    })
}

fn share(plan: &Plan<'_>, cells: &Cells, record: &Record<'_>, spec: &RelationSpec) -> Result<Share, Fault> {
    let unit = match spec.share_unit {
        ShareUnit::Percent => Unit::Percent,
        ShareUnit::Fraction => Unit::Fraction,
    };
    let read = |name: &'static str| -> Result<Option<Share>, Fault> {
        let slot = cells.slot(name);
        match slot.get(record) {
            "" => Ok(None),
            text => shares::read(text, unit).map(Some).ok_or_else(|| Fault::Band {
                column: plan.label(slot),
                value: shorten(text),
            }),
        }
    };
    if let Some(share) = read("share")? {
        return Ok(share);
    }
    let (least, most) = (read("share_min")?, read("share_max")?);
    let share = Share {
        min: least.and_then(|share| share.min),
        max: most.and_then(|share| share.max),
        above_min: least.is_some_and(|share| share.above_min),
        below_max: most.is_some_and(|share| share.below_max),
    };
    match share.fault() {
        None => Ok(share),
        Some(_) => Err(Fault::Band {
            column: plan.label(cells.slot("share_min")),
            value: shorten(cells.text(record, "share_min")),
        }),
    }
}

// From the columns of days, or from the period that counts.
fn period(
    plan: &Plan<'_>,
    cells: &Cells,
    record: &Record<'_>,
    spec: &RelationSpec,
) -> Result<(Option<Date>, Option<Date>), Fault> {
    let at = cells
        .list("period_kinds")
        .iter()
        .position(|kind| kind.get(record).eq_ignore_ascii_case(&spec.period_word));
    let Some(at) = at.filter(|_| !spec.period_word.is_empty()) else {
        return Ok((
            cells.date(plan, record, "from_date")?,
            cells.date(plan, record, "to_date")?,
        ));
    };
    let day = |name: &'static str| -> Result<Option<Date>, Fault> {
        let Some(slot) = cells.list(name).get(at) else {
            return Ok(None);
        };
        Ok(plan.date(slot, record)?.and_then(|reading| reading.date))
    };
    Ok((day("period_from")?, day("period_to")?))
}

/// Words and what they are in the table.
type Words = [(&'static str, &'static str)];

const DIRECTNESS: [(&str, &str); 5] = [
    ("direct", "direct"),
    ("indirect", "indirect"),
    ("unknown", "unknown"),
    ("rechtstreeks", "direct"),
    ("middellijk", "indirect"),
];
const YES_OR_NO: [(&str, &str); 11] = [
    ("yes", "yes"),
    ("no", "no"),
    ("unknown", "unknown"),
    ("true", "yes"),
    ("false", "no"),
    ("1", "yes"),
    ("0", "no"),
    ("y", "yes"),
    ("n", "no"),
    ("ja", "yes"),
    ("nee", "no"),
];

fn one_of(plan: &Plan<'_>, slot: &Slot, record: &Record<'_>, words: &Words) -> Result<&'static str, Fault> {
    let text = slot.get(record);
    if text.is_empty() {
        return Ok("");
    }
    words
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(text))
        .map(|(_, ours)| *ours)
        .ok_or_else(|| Fault::Word {
            column: plan.label(slot),
            value: shorten(text),
            expected: words
                .iter()
                .map(|(known, _)| *known)
                .collect::<Vec<_>>()
                .join(", "),
        })
}
