//! Rows of registers: who is who and holds an account, what income is stated.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::fields::Record;
use super::plan::{Money, Plan, Slot, shorten};
use super::reader::Reader;
use super::values;
use super::{relations, wealth};
use crate::intake::mapping::spec::{HolderSpec, IncomeSpec};
use crate::intake::registers::{self, Birth, Said};
use crate::model::{AccountKey, Date, IncomeRow, NamedParty, PartyRow, Place, is_lei};

/// The columns that name the party of an income or an expense.
pub(super) const PARTY: [&str; 3] = ["party_name", "party_number", "party_birth_date"];

/// Cells of a register's mapping, looked up once a file.
pub struct Cells {
    slots: BTreeMap<&'static str, Slot>,
    /// Fields that are lists of columns.
    lists: BTreeMap<&'static str, Vec<Slot>>,
}

/// Cells by the names of the fields of a mapping's table.
macro_rules! cells {
    ($plan:expr, $spec:expr, $($field:ident),+) => {
        Cells::named([$((stringify!($field), $plan.slot(&$spec.$field))),+].into_iter().collect())
    };
}
pub(super) use cells;

impl Cells {
    /// The cells that the mapping's table has; none for entries and listings.
    pub fn of(plan: &Plan<'_>) -> Cells {
        let mapping = plan.mapping;
        if let Some(spec) = &mapping.holder {
            return Cells::of_holder(plan, spec);
        }
        if let Some(spec) = &mapping.relation {
            return relations::cells_of(plan, spec);
        }
        if let Some(spec) = &mapping.income {
            return Cells::of_income(plan, spec);
        }
        wealth::cells(plan).unwrap_or_else(|| Cells::named(BTreeMap::new()))
    }

    /// Cells by name.
    pub(super) fn named(slots: BTreeMap<&'static str, Slot>) -> Cells {
        Cells {
            slots,
            lists: BTreeMap::new(),
        }
    }

    /// The same with a field that is a list of columns.
    pub(super) fn with_list(mut self, plan: &Plan<'_>, name: &'static str, cells: &[String]) -> Cells {
        self.lists
            .insert(name, cells.iter().map(|cell| plan.slot(cell)).collect());
        self
    }

    fn of_holder(plan: &Plan<'_>, spec: &HolderSpec) -> Cells {
        cells!(
            plan,
            spec,
            account,
            bank,
            role,
            kind,
            name,
            birth_date,
            registration_number,
            identifier_scheme,
            other_number,
            other_scheme,
            record_id,
            record_scheme,
            legal_form,
            status_until,
            country,
            address,
            phone,
            email,
            sector,
            incorporated,
            dissolved,
            employees,
            from_date,
            to_date
        )
        .with_list(plan, "other_names", &spec.other_names)
        .with_list(plan, "status", &spec.status)
        .with_list(plan, "address_parts", &spec.address_parts)
    }

    fn of_income(plan: &Plan<'_>, spec: &IncomeSpec) -> Cells {
        cells!(
            plan,
            spec,
            party_name,
            party_number,
            party_birth_date,
            year,
            kind,
            basis
        )
    }

    pub(super) fn slot(&self, name: &'static str) -> &Slot {
        static NOTHING: Slot = Slot::Nothing;
        self.slots.get(name).unwrap_or(&NOTHING)
    }

    pub(super) fn text<'a>(&'a self, record: &Record<'a>, name: &'static str) -> &'a str {
        self.slot(name).get(record)
    }

    /// The columns of a list.
    pub(super) fn list(&self, name: &'static str) -> &[Slot] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The values of a list that are not empty, joined.
    pub(super) fn joined(&self, record: &Record<'_>, name: &'static str) -> String {
        let values = self.list(name).iter().map(|slot| slot.get(record));
        let values: Vec<&str> = values.filter(|text| !text.is_empty()).collect();
        values.join(", ")
    }

    /// A day of birth, of which some registers tell year and month alone.
    pub(super) fn birth(
        &self,
        plan: &Plan<'_>,
        record: &Record<'_>,
        name: &'static str,
    ) -> Result<Birth, Fault> {
        let text = self.text(record, name);
        let partly = matches!(text.len(), 4 | 7)
            .then(|| registers::birth(text))
            .flatten();
        match partly {
            Some(birth) => Ok(birth),
            None => Ok(Birth {
                date: self.date(plan, record, name)?,
                ..Birth::default()
            }),
        }
    }

    /// The id of a register's record: where it is an LEI, one with the right check digits.
    pub(super) fn record_id<'a>(
        &'a self,
        plan: &Plan<'_>,
        record: &Record<'a>,
        [id, scheme]: [&'static str; 2],
    ) -> Result<[&'a str; 2], Fault> {
        let (text, of) = (self.text(record, id), self.text(record, scheme));
        if of == "XI-LEI" && !text.is_empty() && !is_lei(text) {
            return Err(Fault::Word {
                column: plan.label(self.slot(id)),
                value: shorten(text),
                expected: "an LEI: 20 letters and digits of which the last two check the others".to_owned(),
            });
        }
        Ok([text, of])
    }

    /// A party: its name, its number and its day of birth.
    pub(super) fn party<'a>(
        &'a self,
        plan: &Plan<'_>,
        record: &Record<'a>,
        [name, number, birth_date]: [&'static str; 3],
    ) -> Result<NamedParty<'a>, Fault> {
        Ok(NamedParty {
            name: self.text(record, name),
            number: self.text(record, number),
            birth_date: self.date(plan, record, birth_date)?,
            ..NamedParty::default()
        })
    }

    /// A whole number; nothing where the cell is empty.
    pub(super) fn whole(
        &self,
        plan: &Plan<'_>,
        record: &Record<'_>,
        name: &'static str,
    ) -> Result<Option<i64>, Fault> {
        match self.text(record, name) {
            "" => Ok(None),
            text => values::whole(plan, self.slot(name), text).map(Some),
        }
    }

    /// The kind: by the mapping's words, or as written where it has none.
    pub(super) fn kind<'a>(
        &'a self,
        plan: &'a Plan<'_>,
        record: &Record<'a>,
        words: &'a BTreeMap<String, String>,
    ) -> Result<&'a str, Fault> {
        if words.is_empty() {
            return Ok(self.text(record, "kind"));
        }
        word(plan, self.slot("kind"), record, words, true)
    }

    pub(super) fn date(
        &self,
        plan: &Plan<'_>,
        record: &Record<'_>,
        name: &'static str,
    ) -> Result<Option<Date>, Fault> {
        Ok(plan
            .date(self.slot(name), record)?
            .and_then(|reading| reading.date))
    }
}

/// Reads a row of account holders.
pub fn read_holder(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.holder else {
        return Ok(());
    };
    let account = AccountKey {
        number: cells.text(record, "account"),
        bank: cells.text(record, "bank"),
    };
    let role = if account.is_empty() {
        ""
    } else {
        word(plan, cells.slot("role"), record, &spec.role_words, false)?
    };
    let kind = match cells.text(record, "kind") {
        "" => "unknown",
        _ => word(plan, cells.slot("kind"), record, &spec.kind_words, true)?,
    };
    let [record_id, record_scheme] = cells.record_id(plan, record, ["record_id", "record_scheme"])?;
    if record_id.is_empty() {
        need_party(plan, cells, record, "name", "registration_number")?;
    }
    let employees = cells.whole(plan, record, "employees")?;
    let birth = cells.birth(plan, record, "birth_date")?;
    let parts = cells.joined(record, "address_parts");
    let status = cells.joined(record, "status");
    let row = PartyRow {
        place,
        kind,
        name: cells.text(record, "name"),
        birth_date: birth.date,
        birth_year: birth.year,
        birth_month: birth.month,
        registration_number: cells.text(record, "registration_number"),
        identifier_scheme: cells.text(record, "identifier_scheme"),
        record_id,
        record_scheme,
        legal_form: cells.text(record, "legal_form"),
        status: &status,
        status_until: cells.date(plan, record, "status_until")?,
        country: cells.text(record, "country"),
        address: match cells.text(record, "address") {
            "" => &parts,
            address => address,
        },
        phone: cells.text(record, "phone"),
        email: cells.text(record, "email"),
        sector: cells.text(record, "sector"),
        incorporated: cells.date(plan, record, "incorporated")?,
        dissolved: cells.date(plan, record, "dissolved")?,
        employees,
        account,
        role,
        from_date: cells.date(plan, record, "from_date")?,
        to_date: cells.date(plan, record, "to_date")?,
        locator: &reader.locator,
        ..PartyRow::default()
    };
    reader.rows.party(&row);
    // What else the row says of the party: only a record's id holds the rows together.
    if !record_id.is_empty() {
        let mut said = Said {
            numbers: vec![(
                cells.text(record, "other_number").to_owned(),
                cells.text(record, "other_scheme").to_owned(),
            )],
            ..Said::default()
        };
        said.numbers.retain(|(number, _)| !number.is_empty());
        for slot in cells.list("other_names") {
            let name = slot.get(record);
            if !name.is_empty() && name != row.name {
                said.names.push((name.to_owned(), "alias"));
            }
        }
        if !said.numbers.is_empty() || !said.names.is_empty() {
            let more = PartyRow {
                place,
                kind,
                record_id,
                record_scheme,
                locator: row.locator,
                ..PartyRow::default()
            };
            said.write(&mut reader.rows, &more);
        }
    }
    Ok(())
}

/// Reads a row of incomes.
pub fn read_income(reader: &mut Reader<'_>, record: &Record<'_>, place: Place) -> Result<(), Fault> {
    let (plan, cells) = (reader.plan, reader.cells);
    let Some(spec) = &plan.mapping.income else {
        return Ok(());
    };
    need_party(plan, cells, record, "party_name", "party_number")?;
    let Some(amount) = plan.amount(&plan.amount, record)? else {
        return Err(Fault::Empty {
            column: plan.label(&plan.amount),
            expected: "an amount",
        });
    };
    let currency = match plan.money(&plan.currency, record)? {
        Money::Currency(currency) => Some(currency),
        Money::Asset(_) => None,
    };
    let year = cells.whole(plan, record, "year")?;
    let kind = cells.kind(plan, record, &spec.kind_words)?;
    let party = cells.party(plan, record, PARTY)?;
    let row = IncomeRow {
        place,
        party,
        year,
        kind,
        amount,
        currency,
        basis: cells.text(record, "basis"),
        locator: &reader.locator,
    };
    reader.rows.income(&row);
    name_party(reader, place, party);
    Ok(())
}

/// Remembers a party whom a record of another kind names, so that one who stands in no register is known too.
pub(super) fn name_party(reader: &mut Reader<'_>, place: Place, party: NamedParty<'_>) {
    if party.is_empty() {
        return;
    }
    reader.rows.party(&PartyRow {
        place,
        kind: "unknown",
        name: party.name,
        birth_date: party.birth_date,
        registration_number: party.number,
        locator: &reader.locator,
        ..PartyRow::default()
    });
}

// One of the table's own words: a constant as it is, a value by the mapping's words.
pub(super) fn word<'a>(
    plan: &'a Plan<'_>,
    slot: &'a Slot,
    record: &Record<'a>,
    words: &'a BTreeMap<String, String>,
    beginnings: bool,
) -> Result<&'a str, Fault> {
    let value = slot.get(record);
    if let (Slot::Constant(text), true) = (slot, words.is_empty()) {
        return Ok(text);
    }
    let front = |known: &str| {
        let front = value.as_bytes().get(..known.len());
        front.is_some_and(|front| front.eq_ignore_ascii_case(known.as_bytes()))
    };
    words
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(value) || (beginnings && front(known)))
        .map(|(_, ours)| ours.as_str())
        .ok_or_else(|| Fault::Word {
            column: plan.label(slot),
            value: shorten(value),
            expected: words.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        })
}

pub(super) fn need_party(
    plan: &Plan<'_>,
    cells: &Cells,
    record: &Record<'_>,
    name: &'static str,
    number: &'static str,
) -> Result<(), Fault> {
    if cells.text(record, name).is_empty() && cells.text(record, number).is_empty() {
        return Err(Fault::Empty {
            column: plan.label(cells.slot(name)),
            expected: "a name or a number of the party",
        });
    }
    Ok(())
}
