//! A network made ready for questions as of a day: which holdings count then, who holds in whom, and what is wrong with
//! the records.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use crate::model::Date;

use super::finding::Finding;
use super::network::{Category, Directness, Holding, Interest, Network, NoSuchParty, PartyKind, WHOLE};

/// How far is looked for another chain behind one entity whose records do not say whether they are direct.
const LOOK_FOR_CHAIN: usize = 100_000;

/// What one party has of one kind of ownership in an entity, all its holdings together, in units of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stake {
    /// Whose.
    pub owner: u32,
    /// The least.
    pub least: u64,
    /// The most, never more than what the others' least leave.
    pub most: u64,
}

/// A network as of a day.
pub struct Register<'a> {
    network: &'a Network,
    as_of: Option<Date>,
    upward: Lists,
    downward: Lists,
    apart: Vec<bool>,
    findings: Vec<(u32, Finding)>,
}

/// For each party a list of holdings, one after another in one array.
struct Lists {
    starts: Vec<u32>,
    holdings: Vec<u32>,
}

impl Lists {
    fn of(parties: usize, entries: impl Iterator<Item = (u32, u32)> + Clone) -> Lists {
        let mut starts = vec![0_u32; parties + 1];
        for (party, _) in entries.clone() {
            starts[party as usize + 1] += 1;
        }
        for party in 0..parties {
            starts[party + 1] += starts[party];
        }
        let mut next = starts.clone();
        let mut holdings = vec![0; starts[parties] as usize];
        for (party, holding) in entries {
            let place = &mut next[party as usize];
            holdings[*place as usize] = holding;
            *place += 1;
        }
        Lists { starts, holdings }
    }

    fn list(&self, party: u32) -> &[u32] {
        let from = self.starts[party as usize] as usize;
        let to = self.starts[party as usize + 1] as usize;
        &self.holdings[from..to]
    }
}

impl<'a> Register<'a> {
    /// Makes a network ready. Without a day all holdings count as if they were held at once; with one, those that are in
    /// force on it.
    pub fn new(network: &'a Network, as_of: Option<Date>) -> Result<Register<'a>, NoSuchParty> {
        let parties = network.parties.len();
        for holding in &network.holdings {
            let named = [Some(holding.owner), Some(holding.held), holding.on_behalf_of];
            if let Some(party) = named
                .into_iter()
                .flatten()
                .find(|party| *party as usize >= parties)
            {
                return Err(NoSuchParty {
                    record: holding.record,
                    party,
                    parties: parties as u32,
                });
            }
        }
        let mut findings = Vec::new();
        let counts: Vec<bool> = network
            .holdings
            .iter()
            .map(|holding| look_at(network, holding, as_of, &mut findings))
            .collect();
        let counted = network
            .holdings
            .iter()
            .enumerate()
            .filter(|(number, _)| counts[*number]);
        let upward = Lists::of(
            parties,
            counted
                .clone()
                .map(|(number, holding)| (holding.held, number as u32)),
        );
        let downward = Lists::of(
            parties,
            counted.map(|(number, holding)| (holding.holder(), number as u32)),
        );
        let mut register = Register {
            network,
            as_of,
            upward,
            downward,
            apart: Vec::new(),
            findings,
        };
        register.apart = network
            .holdings
            .iter()
            .map(|holding| holding.direct == Directness::Indirect)
            .collect();
        register.set_apart();
        register.findings.sort();
        register.findings.dedup();
        Ok(register)
    }

    /// The network as it was read.
    pub fn network(&self) -> &'a Network {
        self.network
    }

    /// What is wrong with the records, each with the entity that the record is about, in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().map(|(_, finding)| finding)
    }

    pub(super) fn findings_of(&self, held: u32) -> impl Iterator<Item = &Finding> {
        let from = self.findings.partition_point(|(of, _)| *of < held);
        self.findings[from..]
            .iter()
            .take_while(move |(of, _)| *of == held)
            .map(|(_, finding)| finding)
    }

    pub(super) fn kind(&self, party: u32) -> PartyKind {
        self.network.parties[party as usize].kind
    }

    pub(super) fn class(&self, party: u32) -> u8 {
        self.network.parties[party as usize].class
    }

    pub(super) fn holding(&self, number: u32) -> &'a Holding {
        &self.network.holdings[number as usize]
    }

    /// Holdings in a party that count, of every interest.
    pub(super) fn held(&self, party: u32) -> &[u32] {
        self.upward.list(party)
    }

    /// Holdings that count and that a party has, or that a nominee has for it.
    pub(super) fn held_by(&self, party: u32) -> &[u32] {
        self.downward.list(party)
    }

    pub(super) fn is_apart(&self, holding: u32) -> bool {
        self.apart[holding as usize]
    }

    /// The least and most of a holding on the day.
    pub(super) fn bounds(&self, number: u32) -> (u64, u64) {
        let holding = self.holding(number);
        let (least, most) = (
            holding.share.least.min(holding.share.most),
            holding.share.least.max(holding.share.most),
        );
        (if self.is_ending(number) { 0 } else { least }, most)
    }

    /// Whether a holding ends on the very day, and so may be held no more.
    pub(super) fn is_ending(&self, number: u32) -> bool {
        self.as_of.is_some() && self.holding(number).to == self.as_of
    }

    /// Who has how much of one kind of ownership in an entity, by owner, and the sum of the least. Empty where ownership
    /// ends: nobody owns a person, a state or a trust.
    pub fn stakes(&self, entity: u32, category: Category) -> (Vec<Stake>, u64) {
        let mut stakes = Vec::new();
        let sum = self.stakes_into(entity, category, &mut stakes);
        (stakes, sum)
    }

    pub(super) fn stakes_into(&self, entity: u32, category: Category, stakes: &mut Vec<Stake>) -> u64 {
        stakes.clear();
        if !self.kind(entity).is_owned() {
            return 0;
        }
        if category == Category::Any {
            return self.largest_stakes(entity, stakes);
        }
        for number in self.held(entity) {
            let holding = self.holding(*number);
            if holding.interest.category() == Some(category) && !self.is_apart(*number) {
                let (least, most) = self.bounds(*number);
                stakes.push(Stake {
                    owner: holding.holder(),
                    least,
                    most,
                });
            }
        }
        stakes.sort_unstable();
        stakes.dedup_by(|next, kept| {
            let same = next.owner == kept.owner;
            if same {
                kept.least = kept.least.saturating_add(next.least);
                kept.most = kept.most.saturating_add(next.most);
            }
            same
        });
        let sum = stakes
            .iter()
            .fold(0_u64, |sum, stake| sum.saturating_add(stake.least));
        if sum <= WHOLE {
            for stake in stakes {
                stake.most = stake.most.min(WHOLE - (sum - stake.least));
            }
        }
        sum
    }

    /// [`Category::Any`]: of each owner the largest of the four. These may add up to more than the whole, so what the
    /// others have leaves no bound.
    fn largest_stakes(&self, entity: u32, stakes: &mut Vec<Stake>) -> u64 {
        let mut one = Vec::new();
        for category in Category::NAMED {
            self.stakes_into(entity, category, &mut one);
            stakes.append(&mut one);
        }
        stakes.sort_unstable();
        stakes.dedup_by(|next, kept| {
            let same = next.owner == kept.owner;
            if same {
                kept.least = kept.least.max(next.least);
                kept.most = kept.most.max(next.most);
            }
            same
        });
        stakes
            .iter()
            .fold(0_u64, |sum, stake| sum.saturating_add(stake.least))
    }

    /// The holdings that make up a stake, in their order.
    pub fn holdings_of_stake(&self, owner: u32, entity: u32, category: Category) -> Vec<u32> {
        let (mine, theirs) = (self.held_by(owner), self.held(entity));
        let shorter = if mine.len() < theirs.len() { mine } else { theirs };
        shorter
            .iter()
            .copied()
            .filter(|number| {
                let holding = self.holding(*number);
                let right = match holding.interest.category() {
                    Some(of) => category == Category::Any || category == of,
                    None => false,
                };
                right && holding.holder() == owner && holding.held == entity && !self.is_apart(*number)
            })
            .collect()
    }

    /// The records of all holdings that count towards a category in an entity.
    pub(super) fn records_of(&self, entity: u32, category: Category) -> Vec<u32> {
        let records: BTreeSet<u32> = self
            .held(entity)
            .iter()
            .filter(|number| !self.is_apart(**number))
            .map(|number| self.holding(*number))
            .filter(|holding| holding.interest.category() == Some(category))
            .map(|holding| holding.record)
            .collect();
        records.into_iter().collect()
    }

    /// Sets apart what does not say whether it is direct and may be what another chain already says.
    fn set_apart(&mut self) {
        let mut asked: BTreeSet<(u32, Category)> = BTreeSet::new();
        for holding in &self.network.holdings {
            if let (Directness::Unknown, Some(category)) = (holding.direct, holding.interest.category()) {
                asked.insert((holding.held, category));
            }
        }
        let mut apart = Vec::new();
        for (held, category) in asked {
            let behind = self.behind(held, category, None);
            for number in self.held(held) {
                let holding = self.holding(*number);
                if holding.direct != Directness::Unknown || holding.interest.category() != Some(category) {
                    continue;
                }
                let owner = holding.holder();
                let stated = self
                    .held(held)
                    .iter()
                    .map(|other| self.holding(*other))
                    .any(|other| {
                        other.direct == Directness::Direct
                            && other.holder() == owner
                            && other.interest.category() == Some(category)
                    });
                let reached = match &behind {
                    None => true,
                    Some(behind) if !behind.contains(&owner) => false,
                    // An entity that owns itself by way of others is reached through itself: look again, not through it.
                    Some(_) if self.kind(owner).is_owned() => self
                        .behind(held, category, Some(owner))
                        .is_none_or(|behind| behind.contains(&owner)),
                    Some(_) => true,
                };
                if stated || reached {
                    apart.push(*number);
                }
            }
        }
        for number in apart {
            self.apart[number as usize] = true;
            let holding = self.holding(number);
            let finding = Finding::MayBeIndirect {
                record: holding.record,
            };
            self.findings.push((holding.held, finding));
        }
    }

    /// Whoever has a part in an entity by two or more steps, not passing through `not_through`. None past the budget.
    fn behind(&self, entity: u32, category: Category, not_through: Option<u32>) -> Option<HashSet<u32>> {
        let owners = |of: u32| {
            self.held(of)
                .iter()
                .map(|number| self.holding(*number))
                .filter(move |holding| {
                    holding.direct != Directness::Indirect && holding.interest.category() == Some(category)
                })
                .map(Holding::holder)
        };
        let mut entered: HashSet<u32> = HashSet::from([entity]);
        let mut behind = HashSet::new();
        let mut open: Vec<u32> = owners(entity).collect();
        let mut steps = 0;
        while let Some(party) = open.pop() {
            if Some(party) == not_through || !self.kind(party).is_owned() || !entered.insert(party) {
                continue;
            }
            for owner in owners(party) {
                steps += 1;
                behind.insert(owner);
                open.push(owner);
            }
            if steps > LOOK_FOR_CHAIN {
                return None;
            }
        }
        Some(behind)
    }
}

/// Whether a holding counts on the day, and what is wrong with it.
fn look_at(
    network: &Network,
    holding: &Holding,
    as_of: Option<Date>,
    findings: &mut Vec<(u32, Finding)>,
) -> bool {
    let record = holding.record;
    let mut say = |finding| findings.push((holding.held, finding));
    if let (Some(from), Some(to)) = (holding.from, holding.to)
        && from > to
    {
        say(Finding::TurnedDates { record });
        return false;
    }
    if holding.share.least > holding.share.most {
        say(Finding::TurnedShare { record });
    }
    let held = network.parties[holding.held as usize];
    let owns = holding.interest.category().is_some() || holding.interest.is_other_means();
    if owns && matches!(held.kind, PartyKind::Person | PartyKind::State) {
        say(Finding::HeldIsNoEntity { record });
        return false;
    }
    let begins = holding.from.or(holding.to);
    // A holding without an end goes on until the day that is asked for.
    let lasts = holding.to.or(holding.from.max(as_of));
    let serves = matches!(
        holding.interest,
        Interest::Manages | Interest::Settlor | Interest::Trustee | Interest::Protector | Interest::OtherRole
    );
    for party in [Some(holding.owner), holding.on_behalf_of].into_iter().flatten() {
        let who = network.parties[party as usize];
        if who.since > begins && begins.is_some() {
            if owns {
                say(Finding::OwnsBeforeExisting { record, party });
            } else if serves {
                say(Finding::ServesBeforeExisting { record, party });
            }
        }
        if (owns || serves) && who.until.is_some() && who.until < lasts {
            say(Finding::HoldsAfterEnd { record, party });
        }
    }
    let party = holding.held;
    if held.since > begins && begins.is_some() {
        say(Finding::HeldBeforeExisting { record, party });
    }
    if held.until.is_some() && held.until < lasts {
        say(Finding::HeldAfterEnd { record, party });
    }
    let Some(day) = as_of else { return true };
    if holding.from.is_some_and(|from| from > day) || holding.to.is_some_and(|to| to < day) {
        return false;
    }
    if holding.from.is_none() {
        say(Finding::Undated { record });
    }
    true
}

/// The part of a register that stands behind one entity, renumbered from 0; the entity itself is 0.
pub(super) struct Reached {
    pub(super) parties: Vec<u32>,
    pub(super) number: HashMap<u32, u32>,
    /// For each party the stakes in it; owners by their new numbers.
    pub(super) stakes: Vec<Vec<Stake>>,
    /// For each party the sum of the least.
    pub(super) sums: Vec<u64>,
}

impl Reached {
    /// All that stands behind an entity in one kind of ownership, and whether it is all: no more than `limit` stakes are
    /// followed.
    pub(super) fn behind(
        register: &Register<'_>,
        entity: u32,
        category: Category,
        limit: usize,
    ) -> (Reached, bool) {
        let mut reached = Reached {
            parties: vec![entity],
            number: HashMap::from([(entity, 0)]),
            stakes: Vec::new(),
            sums: Vec::new(),
        };
        let mut total = 0;
        while reached.stakes.len() < reached.parties.len() {
            let party = reached.parties[reached.stakes.len()];
            let (mut stakes, sum) = register.stakes(party, category);
            stakes.retain(|stake| stake.most > 0);
            total += stakes.len();
            if total > limit {
                return (reached, false);
            }
            for stake in &mut stakes {
                let next = reached.parties.len() as u32;
                let number = *reached.number.entry(stake.owner).or_insert(next);
                if number == next {
                    reached.parties.push(stake.owner);
                }
                stake.owner = number;
            }
            reached.stakes.push(stakes);
            reached.sums.push(sum);
        }
        (reached, true)
    }
}
