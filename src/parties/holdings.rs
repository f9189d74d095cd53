//! Parties and relations as the network of holdings that [`super::ownership`] reckons with, and what to cite of it.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{Array, BooleanArray, Date32Array, Decimal128Array, RecordBatch};

use super::behind::percent;
use super::ownership::{Directness, Holding, Interest, NO_COUNTRY, Network, Party, PartyKind, Share, WHOLE};
use crate::case::{CaseError, column};
use crate::model::{Date, RelationKind};
use crate::victims::Category;

/// A register of who holds what, ready to be reckoned with.
#[derive(Debug, Default)]
pub struct Holdings {
    /// A party is its place in `ids`.
    pub network: Network,
    /// Ids of parties, sorted; behind them one text a party that a record does not name, beginning with `?`.
    pub ids: Vec<String>,
    /// Names in the order of `ids`; empty where none is known.
    pub names: Vec<String>,
    /// Numbers of countries in the order of `ids`; [`NO_COUNTRY`] where none is known.
    pub countries: Vec<u16>,
    /// Countries by number, the first of them none.
    pub country_names: Vec<String>,
    /// NACE sectors as written.
    pub sectors: Vec<String>,
    /// Where each record stands: source and place in it.
    pub records: Vec<Citation>,
    /// Records that tell of a nominee or of the one for whom is held: who, in whom or for whom, and the record.
    pub nominee_records: Vec<(u32, u32, u32)>,
    /// Holdings of which two sources say different shares: in whom, and what they say.
    pub differences: Vec<(u32, String)>,
}

/// Where a record of a holding stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    pub source_id: String,
    pub locator: String,
    pub byte_start: i64,
    pub byte_end: i64,
    /// The register's own word for the interest.
    pub interest: String,
    pub detail: String,
}

impl Holdings {
    /// From the tables `parties` and `relations`.
    pub fn of(
        parties: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
        relations: &mut dyn Iterator<Item = Result<RecordBatch, CaseError>>,
    ) -> Result<Holdings, CaseError> {
        let mut holdings = Holdings {
            country_names: vec![String::new()],
            ..Holdings::default()
        };
        let mut countries: BTreeMap<String, u16> = BTreeMap::new();
        for batch in parties {
            holdings.parties(&batch?, &mut countries)?;
        }
        let mut told = Vec::new();
        for batch in relations {
            holdings.relations(&batch?, &mut told)?;
        }
        holdings.hold(told);
        Ok(holdings)
    }

    /// The place of a party.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.iter().position(|known| known == id).map(|at| at as u32)
    }

    /// What a party is called: its name, else its id; what a record leaves open in words.
    pub fn called(&self, party: u32) -> &str {
        match self.names[party as usize].as_str() {
            "" => &self.ids[party as usize],
            name => name,
        }
    }

    fn parties(
        &mut self,
        batch: &RecordBatch,
        countries: &mut BTreeMap<String, u16>,
    ) -> Result<(), CaseError> {
        let [id, kind, name, country, sector, category] =
            ["party_id", "kind", "name", "country", "sector", "category"]
                .map(|name| column::text(batch, name));
        let (id, kind, name, country, sector, category) = (id?, kind?, name?, country?, sector?, category?);
        let [birth, founded, dissolved] =
            ["birth_date", "incorporated", "dissolved"].map(|name| column::date(batch, name));
        let (birth, founded, dissolved) = (birth?, founded?, dissolved?);
        for row in 0..batch.num_rows() {
            let kind = match column::text_at(kind, row) {
                "person" => PartyKind::Person,
                "company" => PartyKind::Company,
                "arrangement" => PartyKind::Trust,
                "state" => PartyKind::State,
                _ => PartyKind::Unknown,
            };
            self.network.parties.push(Party {
                kind,
                class: 0,
                since: day(birth, row).or_else(|| day(founded, row)),
                until: day(dissolved, row),
            });
            self.ids.push(id.value(row).to_owned());
            // Wherever the name stands, it must not stand as an owner's alone.
            self.names
                .push(match category.value(row) == Category::Victim.as_str() {
                    true => format!(
                        "{} (possible victim: the name may be lent or forced)",
                        column::text_at(name, row)
                    ),
                    false => column::text_at(name, row).to_owned(),
                });
            self.sectors.push(column::text_at(sector, row).to_owned());
            let of = column::text_at(country, row).to_uppercase();
            self.countries.push(match of.as_str() {
                "" => NO_COUNTRY,
                _ => {
                    let next = self.country_names.len() as u16;
                    let number = *countries.entry(of.clone()).or_insert(next);
                    if number == next {
                        self.country_names.push(of);
                    }
                    number
                }
            });
        }
        Ok(())
    }

    fn relations(&mut self, batch: &RecordBatch, told: &mut Vec<Told>) -> Result<(), CaseError> {
        let texts = [
            "subject",
            "object",
            "kind",
            "interest",
            "directness",
            "detail",
            "source_id",
            "locator",
        ]
        .map(|name| column::text(batch, name));
        let [
            subject,
            object,
            kind,
            interest,
            directness,
            detail,
            source,
            locator,
        ] = texts;
        let (subject, object, kind, interest) = (subject?, object?, kind?, interest?);
        let (directness, detail, source, locator) = (directness?, detail?, source?, locator?);
        let [least, most] = ["share_min", "share_max"].map(|name| column::decimal(batch, name));
        let (least, most) = (least?, most?);
        let [above, below] = ["above_min", "below_max"].map(|name| column::flag(batch, name));
        let (above, below) = (above?, below?);
        let [from, to] = ["from_date", "to_date"].map(|name| column::date(batch, name));
        let (from, to) = (from?, to?);
        let [start, end] = ["byte_start", "byte_end"].map(|name| column::number(batch, name));
        let (start, end) = (start?, end?);
        for row in 0..batch.num_rows() {
            let Some(kind) = RelationKind::from_word(kind.value(row)) else {
                continue;
            };
            let Some(what) = what(kind, column::text_at(interest, row)) else {
                continue;
            };
            let record = self.records.len() as u32;
            self.records.push(Citation {
                source_id: column::text_at(source, row).to_owned(),
                locator: column::text_at(locator, row).to_owned(),
                byte_start: start.value(row),
                byte_end: end.value(row),
                interest: match column::text_at(interest, row) {
                    "" => kind.as_str().to_owned(),
                    word => word.to_owned(),
                },
                detail: column::text_at(detail, row).to_owned(),
            });
            told.push(Told {
                owner: column::text_at(subject, row).to_owned(),
                held: column::text_at(object, row).to_owned(),
                what,
                share: share((least, above), (most, below), row),
                direct: match column::text_at(directness, row) {
                    // The whole of a tie whose parts are told by themselves.
                    "direct" => Directness::Direct,
                    "indirect" => Directness::Indirect,
                    _ if column::text_at(detail, row).starts_with("components:") => Directness::Indirect,
                    // A list of who holds what tells holdings; only a register that leaves it open leaves it open.
                    "" => Directness::Direct,
                    _ => Directness::Unknown,
                },
                from: day(from, row),
                to: day(to, row),
                record,
            });
        }
        Ok(())
    }

    /// Numbers the parties of what was told, and ties nominees to those for whom they hold.
    fn hold(&mut self, told: Vec<Told>) {
        let known: BTreeMap<String, u32> = self.ids.iter().cloned().zip(0..).collect();
        let number = |holdings: &mut Holdings, id: &str| match known.get(id) {
            Some(party) => *party,
            // Somebody, of whom the record does not say who it is: each such record has its own.
            None => {
                let party = holdings.ids.len() as u32;
                holdings.ids.push(format!("?{party}"));
                holdings.names.push(match id {
                    "" => "not told by the record".to_owned(),
                    id => format!("{id}, of whom no record tells more"),
                });
                holdings.countries.push(NO_COUNTRY);
                holdings.sectors.push(String::new());
                holdings.network.parties.push(Party::of(PartyKind::Unknown));
                party
            }
        };
        let mut nominees: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut nominators: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        // Who is told to hold for a person, whatever it is that is held.
        let mut holds_for: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut holdings: Vec<Holding> = Vec::new();
        for one in &told {
            if one.held.is_empty() {
                continue;
            }
            let (owner, held) = (number(self, &one.owner), number(self, &one.held));
            match one.what {
                What::Nominee if !self.network.parties[held as usize].kind.is_owned() => {
                    holds_for.entry(owner).or_default().insert(held);
                    self.nominee_records.push((owner, held, one.record));
                }
                What::Nominee => {
                    nominees.entry(held).or_default().insert(owner);
                    self.nominee_records.push((owner, held, one.record));
                }
                What::Nominator => {
                    nominators.entry(held).or_default().insert(owner);
                    self.nominee_records.push((owner, held, one.record));
                }
                What::Interest(interest) => holdings.push(Holding {
                    owner,
                    held,
                    interest,
                    share: one.share,
                    direct: one.direct,
                    on_behalf_of: None,
                    from: one.from,
                    to: one.to,
                    record: one.record,
                }),
            }
        }
        // A nominee's holding counts as that of the one nominator of the same entity; where several are told, or none, it is
        // not known whose it is.
        let mut unknown: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for holding in &mut holdings {
            let is_nominee = nominees
                .get(&holding.held)
                .is_some_and(|own| own.contains(&holding.owner));
            if !is_nominee {
                continue;
            }
            let behind: Vec<u32> = nominators
                .get(&holding.held)
                .into_iter()
                .flatten()
                .copied()
                .collect();
            holding.on_behalf_of = Some(match behind.as_slice() {
                [one] => *one,
                _ => *unknown
                    .entry((holding.owner, holding.held))
                    .or_insert_with(|| number(self, "")),
            });
        }
        self.network.holdings = self.told_once(holdings);
    }

    /// One holding that several sources tell is one holding. Within a source holdings of one owner add up; where sources
    /// that speak of the same time say different sums, it lies between the least and the most of them.
    fn told_once(&mut self, mut holdings: Vec<Holding>) -> Vec<Holding> {
        let source = |holding: &Holding| &self.records[holding.record as usize].source_id;
        holdings.sort_by(|a, b| {
            let key = |one: &Holding| (one.owner, one.held, one.interest, one.direct, one.on_behalf_of);
            key(a)
                .cmp(&key(b))
                .then_with(|| source(a).cmp(source(b)))
                .then(a.record.cmp(&b.record))
        });
        let mut kept = Vec::with_capacity(holdings.len());
        let mut differences = Vec::new();
        for own in holdings.chunk_by(|a, b| {
            (a.owner, a.held, a.interest, a.direct, a.on_behalf_of)
                == (b.owner, b.held, b.interest, b.direct, b.on_behalf_of)
        }) {
            let sources: Vec<&[Holding]> = own.chunk_by(|a, b| source(a) == source(b)).collect();
            let meet = |a: &Holding, b: &Holding| {
                a.from.zip(b.to).is_none_or(|(from, to)| from <= to)
                    && b.from.zip(a.to).is_none_or(|(from, to)| from <= to)
            };
            let is_one_time = sources.iter().enumerate().any(|(number, one)| {
                sources[number + 1..]
                    .iter()
                    .any(|other| one.iter().any(|a| other.iter().any(|b| meet(a, b))))
            });
            if sources.len() == 1 || !is_one_time {
                kept.extend_from_slice(own);
                continue;
            }
            let sums: Vec<(u64, u64)> = sources
                .iter()
                .map(|one| {
                    let sum =
                        |pick: fn(&Share) -> u64| one.iter().map(|holding| pick(&holding.share)).sum::<u64>();
                    (
                        sum(|share| share.least).min(WHOLE),
                        sum(|share| share.most).min(WHOLE),
                    )
                })
                .collect();
            if sums.iter().all(|sum| *sum == sums[0]) {
                kept.extend_from_slice(sources[0]);
                continue;
            }
            let least = sums.iter().map(|sum| sum.0).min().unwrap_or(0);
            let most = sums.iter().map(|sum| sum.1).max().unwrap_or(WHOLE);
            let first = own[0];
            kept.push(Holding {
                share: Share::between(least, most),
                from: own.iter().map(|one| one.from).min().flatten(),
                to: match own.iter().any(|one| one.to.is_none()) {
                    true => None,
                    false => own.iter().filter_map(|one| one.to).max(),
                },
                ..first
            });
            let told: Vec<String> = sums.iter().map(|sum| percent(sum.0, sum.1)).collect();
            differences.push((
                first.held,
                format!(
                    "sources differ on what {} has of {}: {}; reckoned as somewhere between",
                    self.called(first.owner),
                    self.called(first.held),
                    told.join(", ")
                ),
            ));
        }
        self.differences = differences;
        kept
    }
}

/// A relation as told, before its parties have numbers.
struct Told {
    owner: String,
    held: String,
    what: What,
    share: Share,
    direct: Directness,
    from: Option<Date>,
    to: Option<Date>,
    record: u32,
}

#[derive(Clone, Copy)]
enum What {
    Interest(Interest),
    Nominee,
    Nominator,
}

/// What a relation is to ownership; nothing where it is none of its business.
fn what(kind: RelationKind, word: &str) -> Option<What> {
    let interest = match kind {
        RelationKind::Ownership => Interest::Shares,
        RelationKind::Voting => Interest::Votes,
        RelationKind::Profit => Interest::Profit,
        RelationKind::Liquidation => Interest::Liquidation,
        RelationKind::BoardAppointment => Interest::AppointsBoard,
        RelationKind::Control => Interest::OtherControl,
        RelationKind::Directorship => Interest::Manages,
        RelationKind::Trustee => Interest::Trustee,
        RelationKind::Settlor => Interest::Settlor,
        RelationKind::Protector => Interest::Protector,
        RelationKind::Beneficiary => Interest::Beneficiary,
        RelationKind::Family => Interest::Family,
        // Whoever takes an entity into his accounts controls it in the sense of accounting law, with no share told. Of the
        // two parents that registers tell the ultimate one follows from the direct ones.
        RelationKind::AccountingParent if word.to_uppercase().contains("ULTIMATELY") => return None,
        RelationKind::AccountingParent => Interest::OtherControl,
        RelationKind::UnknownOwner => Interest::Shares,
        RelationKind::Nominee => return Some(What::Nominee),
        RelationKind::Nominator => return Some(What::Nominator),
        RelationKind::Household
        | RelationKind::Employment
        | RelationKind::Mandate
        | RelationKind::SharedAttribute => return None,
    };
    Some(What::Interest(interest))
}

/// Hundred-millionths of millionths.
const UNITS: i128 = (WHOLE / 1_000_000) as i128;

fn share(
    (least, above): (&Decimal128Array, &BooleanArray),
    (most, below): (&Decimal128Array, &BooleanArray),
    row: usize,
) -> Share {
    if least.is_null(row) && most.is_null(row) {
        return Share::UNKNOWN;
    }
    let units = |bound: i128| u64::try_from(bound * UNITS).unwrap_or(0).min(WHOLE);
    let least = match least.is_valid(row) {
        true => units(least.value(row)) + u64::from(above.is_valid(row) && above.value(row)),
        false => 0,
    };
    let most = match most.is_valid(row) {
        true => units(most.value(row)).saturating_sub(u64::from(below.is_valid(row) && below.value(row))),
        false => WHOLE,
    };
    Share::between(least.min(WHOLE), most)
}

fn day(array: &Date32Array, row: usize) -> Option<Date> {
    array.is_valid(row).then(|| Date(array.value(row)))
}
