//! Parties and relations as the network of holdings that [`super::ownership`] reckons with, and what to cite of it.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{Array, BooleanArray, Date32Array, Decimal128Array, RecordBatch};

use super::behind::{LAST, percent};
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
    /// Whom a person recorded as a victim or possible victim, in the order of `ids`.
    pub protected: Vec<bool>,
    /// Holdings of which two sources say different shares: in whom, and what they say.
    pub differences: Vec<(u32, String)>,
    /// Holdings and ties as told, of all times.
    told: Vec<Holding>,
    ties: Vec<Tie>,
    /// Of a record that is kept, those that tell the same.
    told_too: BTreeMap<u32, Vec<u32>>,
    /// How many parties have a row of their own.
    with_rows: usize,
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
        holdings.with_rows = holdings.ids.len();
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

    /// What a party is called: its name, else its id; what a record leaves open in words. Wherever a possible victim's name
    /// stands, it must not stand as an owner's alone.
    pub fn called(&self, party: u32) -> String {
        let at = party as usize;
        let name = match self.names[at].as_str() {
            "" => &self.ids[at],
            name => name,
        };
        match self.protected[at] {
            true => format!("{name} (possible victim: the name may be lent or forced)"),
            false => name.to_owned(),
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
            self.names.push(column::text_at(name, row).to_owned());
            self.protected
                .push(category.value(row) == Category::Victim.as_str());
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

    /// Numbers the parties of what was told.
    fn hold(&mut self, told: Vec<Told>) {
        let mut known: BTreeMap<String, u32> = self.ids.iter().cloned().zip(0..).collect();
        for one in told {
            if one.held.is_empty() {
                continue;
            }
            let (owner, held) = (
                self.number(&one.owner, &mut known),
                self.number(&one.held, &mut known),
            );
            match one.what {
                What::Tie(is_nominee) => self.ties.push(Tie {
                    is_nominee,
                    who: owner,
                    of: held,
                    from: one.from,
                    to: one.to,
                    record: one.record,
                }),
                What::Interest(interest) => self.told.push(Holding {
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
        self.as_of(LAST);
    }

    /// The number of an id. Whoever a record does not name at all is somebody apart each time.
    fn number(&mut self, id: &str, known: &mut BTreeMap<String, u32>) -> u32 {
        if let Some(party) = known.get(id) {
            return *party;
        }
        let party = self.ids.len() as u32;
        self.names.push(match id {
            "" => "not told by the record".to_owned(),
            id => format!("{id}, of whom no record tells more"),
        });
        self.ids.push(format!("?{party}"));
        self.countries.push(NO_COUNTRY);
        self.sectors.push(String::new());
        self.protected.push(false);
        self.network.parties.push(Party::of(PartyKind::Unknown));
        if !id.is_empty() {
            known.insert(id.to_owned(), party);
        }
        party
    }

    /// Brings the network to what is told of a day: nominees tied to those for whom they hold then, and what several sources
    /// tell of that day told once. What does not last on the day stays as it was told; the engine leaves it out.
    pub fn as_of(&mut self, day: Date) {
        let unknown_from = self.told_parties();
        for list in [&mut self.ids, &mut self.names, &mut self.sectors] {
            list.truncate(unknown_from);
        }
        self.countries.truncate(unknown_from);
        self.protected.truncate(unknown_from);
        self.network.parties.truncate(unknown_from);
        let lasts = |from: Option<Date>, to: Option<Date>| {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        };
        let ties: Vec<&Tie> = self.ties.iter().filter(|tie| lasts(tie.from, tie.to)).collect();
        let mut nominees: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut nominators: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        // Who is told to hold for somebody whom nobody can own, whatever it is that is held.
        let mut holds_for: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for tie in ties {
            let of_entity = self.network.parties[tie.of as usize].kind.is_owned();
            match (tie.is_nominee, of_entity) {
                (true, true) => {
                    nominees.insert((tie.of, tie.who));
                }
                (true, false) => {
                    holds_for.entry(tie.who).or_default().insert(tie.of);
                }
                (false, _) => {
                    nominators.entry(tie.of).or_default().insert(tie.who);
                }
            }
        }
        let mut holdings = self.told.clone();
        let mut unknown: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for holding in holdings.iter_mut().filter(|one| lasts(one.from, one.to)) {
            let behind = match nominees.contains(&(holding.held, holding.owner)) {
                true => nominators.get(&holding.held).or(holds_for.get(&holding.owner)),
                false => match holds_for.get(&holding.owner) {
                    None => continue,
                    persons => persons,
                },
            };
            // Where several are told, or none, it is not known whose it is.
            holding.on_behalf_of = Some(
                match behind.and_then(|own| (own.len() == 1).then(|| own.first()).flatten()) {
                    Some(one) => *one,
                    None => {
                        let place = (holding.owner, holding.held);
                        match unknown.get(&place) {
                            Some(party) => *party,
                            None => {
                                let party = self.number("", &mut BTreeMap::new());
                                unknown.insert(place, party);
                                party
                            }
                        }
                    }
                },
            );
        }
        let (lasting, others): (Vec<Holding>, Vec<Holding>) =
            holdings.into_iter().partition(|one| lasts(one.from, one.to));
        let mut kept = self.told_once(lasting);
        kept.extend(others);
        self.network.holdings = kept;
    }

    /// How many parties records name, those without a row of their own among them; unknown nominators come behind.
    fn told_parties(&self) -> usize {
        let named = self.told.iter().flat_map(|one| [one.owner, one.held]);
        let tied = self.ties.iter().flat_map(|tie| [tie.who, tie.of]);
        let most = named.chain(tied).max().map_or(0, |most| most as usize + 1);
        most.max(self.with_rows)
    }

    /// The records that tell what a record tells, in other sources: to be cited beside it.
    pub fn with_others(&self, records: &[u32]) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::with_capacity(records.len());
        for record in records {
            all.push(*record);
            all.extend(self.told_too.get(record).into_iter().flatten());
        }
        let mut seen = BTreeSet::new();
        all.retain(|record| seen.insert(*record));
        all
    }

    /// Records that show for whom somebody holds in an entity, or at all.
    pub fn nominee_records(&self, nominee: u32, nominator: u32, entity: u32) -> impl Iterator<Item = u32> {
        let shows = move |tie: &&Tie| match tie.is_nominee {
            true => tie.who == nominee && (tie.of == entity || tie.of == nominator),
            false => tie.who == nominator && tie.of == entity,
        };
        self.ties.iter().filter(shows).map(|tie| tie.record)
    }

    /// One holding that several sources tell is one holding. Within a source holdings of one owner add up; where sources say
    /// different sums of the same day, it lies between the least and the most of them. All records stay to be cited.
    fn told_once(&mut self, mut holdings: Vec<Holding>) -> Vec<Holding> {
        let source = |holding: &Holding| &self.records[holding.record as usize].source_id;
        let key = |one: &Holding| (one.owner, one.held, one.interest, one.direct, one.on_behalf_of);
        holdings.sort_by(|a, b| {
            key(a)
                .cmp(&key(b))
                .then_with(|| source(a).cmp(source(b)))
                .then(a.record.cmp(&b.record))
        });
        let mut kept = Vec::with_capacity(holdings.len());
        let mut differences = Vec::new();
        let mut told_too: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for own in holdings.chunk_by(|a, b| key(a) == key(b)) {
            let sources: Vec<&[Holding]> = own.chunk_by(|a, b| source(a) == source(b)).collect();
            let [first_source, others @ ..] = sources.as_slice() else {
                continue;
            };
            if others.is_empty() || own[0].interest.category().is_none() {
                kept.extend_from_slice(own);
                continue;
            }
            let records = others
                .iter()
                .flat_map(|one| one.iter().map(|holding| holding.record));
            told_too.insert(first_source[0].record, records.collect());
            let sum = |one: &[Holding], pick: fn(&Share) -> u64| {
                one.iter()
                    .map(|holding| pick(&holding.share))
                    .sum::<u64>()
                    .min(WHOLE)
            };
            let sums: Vec<(u64, u64)> = sources
                .iter()
                .map(|one| (sum(one, |share| share.least), sum(one, |share| share.most)))
                .collect();
            if sums.iter().all(|sum| *sum == sums[0]) {
                kept.extend_from_slice(first_source);
                continue;
            }
            let least = sums.iter().map(|sum| sum.0).min().unwrap_or(0);
            let most = sums.iter().map(|sum| sum.1).max().unwrap_or(WHOLE);
            let first = own[0];
            let rest = own
                .iter()
                .map(|holding| holding.record)
                .filter(|record| *record != first.record);
            told_too.insert(first.record, rest.collect());
            kept.push(Holding {
                share: Share::between(least, most),
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
        self.told_too = told_too;
        kept
    }
}

/// Somebody who holds for another by name, or for whom is held.
#[derive(Clone, Debug)]
struct Tie {
    /// The one who holds; else the one for whom.
    is_nominee: bool,
    who: u32,
    /// The entity; of a nominee also the person for whom everything is held.
    of: u32,
    from: Option<Date>,
    to: Option<Date>,
    record: u32,
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
    /// Whether of the one who holds for another; else of the one for whom.
    Tie(bool),
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
        RelationKind::Nominee => return Some(What::Tie(true)),
        RelationKind::Nominator => return Some(What::Tie(false)),
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
