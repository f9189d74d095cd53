//! The shape of a structure, for what is said of shells: how deep it is, through how many countries it goes, where it
//! turns back on itself, how it ends. Any kind of ownership counts here, and nominators and trusts are passed through;
//! what is reckoned elsewhere is not repeated.

use std::collections::{BTreeSet, VecDeque};

use hashbrown::{HashMap, HashSet};

use super::network::{Interest, PartyKind};
use super::register::Register;
use super::rings::rings;

/// A ring with more entities than this gets a cycle that is short, but not proved to be the shortest.
const SEARCHED: usize = 2_000;
/// No country is known.
pub const NO_COUNTRY: u16 = 0;

/// The shape of what stands behind an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Holdings between the entity and the nearest natural person; none if there is no person.
    pub nearest_person: Option<u32>,
    /// Holdings between it and the natural person who is farthest, each by the shortest way.
    pub farthest_person: Option<u32>,
    /// The longest of all shortest ways, to whatever end.
    pub depth: u32,
    /// The parties of that way, the entity first.
    pub deepest: Vec<u32>,
    /// All countries behind it, its own included, in order.
    pub countries: Vec<u16>,
    /// The most countries on any one of the shortest ways.
    pub countries_on_a_way: u32,
    /// Parties at which ownership ends, by party: nobody is known to hold anything of them.
    pub ends: Vec<(u32, PartyKind)>,
    /// Parties that hold as nominees.
    pub nominees: Vec<u32>,
    /// How many parties stand behind it.
    pub reached: u32,
}

impl Shape {
    /// Ends that do not say who stands there: trusts of which nobody is known, unknown parties, companies without known
    /// holders. A state and the public of a listed company are no such ends.
    pub fn opaque(&self) -> impl Iterator<Item = (u32, PartyKind)> {
        self.ends
            .iter()
            .copied()
            .filter(|(_, kind)| matches!(kind, PartyKind::Company | PartyKind::Trust | PartyKind::Unknown))
    }
}

/// Entities that own each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ring {
    /// All of them, in order.
    pub entities: Vec<u32>,
    /// One shortest cycle: each is held by the next, the last by the first. Begins with its smallest.
    pub cycle: Vec<u32>,
    /// It is proved that none is shorter.
    pub shortest: bool,
}

impl Register<'_> {
    /// Whoever has a part in a party, whatever kind, once each.
    fn parts(&self, party: u32, into: &mut Vec<u32>) {
        let trust = self.kind(party) == PartyKind::Trust;
        let from = into.len();
        for number in self.held(party) {
            let holding = self.holding(*number);
            let owns = holding.interest.category().is_some() && self.bounds(*number).1 > 0;
            let role = trust && holding.interest != Interest::Family;
            if (owns && !self.is_apart(*number)) || role || holding.interest.is_other_means() {
                into.push(holding.holder());
            }
        }
        into[from..].sort_unstable();
        let mut kept = from;
        for at in from..into.len() {
            if at == from || into[at] != into[kept - 1] {
                into[kept] = into[at];
                kept += 1;
            }
        }
        into.truncate(kept);
    }

    /// The entity and everybody who has a part in it, through whatever kind of ownership, control or trust, in order.
    pub fn everybody_behind(&self, entity: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::from([entity]);
        let mut open = vec![entity];
        let mut parts = Vec::new();
        while let Some(party) = open.pop() {
            parts.clear();
            self.parts(party, &mut parts);
            open.extend(parts.iter().copied().filter(|part| found.insert(*part)));
        }
        found
    }

    /// The shape of what stands behind an entity. `country` gives the country of a party as a number, [`NO_COUNTRY`] where
    /// none is known.
    pub fn shape(&self, entity: u32, country: impl Fn(u32) -> u16) -> Shape {
        let mut shape = Shape::default();
        let mut countries: BTreeSet<u16> = BTreeSet::new();
        // Distance, the party before, and the countries of the way so far.
        let mut seen: HashMap<u32, (u32, u32)> = HashMap::from([(entity, (0, entity))]);
        let mut ways: HashMap<u32, BTreeSet<u16>> = HashMap::new();
        let mut waiting: HashMap<u32, u32> = HashMap::new();
        let mut open = VecDeque::from([entity]);
        let mut nominees: BTreeSet<u32> = BTreeSet::new();
        let mut deepest = entity;
        let mut owners = Vec::new();
        while let Some(party) = open.pop_front() {
            let (distance, before) = seen[&party];
            let mut way = ways.get(&before).cloned().unwrap_or_default();
            if let Some(left) = waiting.get_mut(&before) {
                *left -= 1;
                if *left == 0 {
                    ways.remove(&before);
                }
            }
            let here = country(party);
            if here != NO_COUNTRY {
                countries.insert(here);
                way.insert(here);
            }
            shape.countries_on_a_way = shape.countries_on_a_way.max(way.len() as u32);
            if distance > seen[&deepest].0 {
                deepest = party;
            }
            let kind = self.kind(party);
            if kind == PartyKind::Person {
                shape.nearest_person = shape.nearest_person.or(Some(distance));
                shape.farthest_person = Some(distance);
            }
            owners.clear();
            if kind.is_owned() || kind == PartyKind::Trust {
                self.parts(party, &mut owners);
                let behind = self.held(party).iter().map(|number| self.holding(*number));
                nominees.extend(
                    behind
                        .filter(|one| one.on_behalf_of.is_some())
                        .map(|one| one.owner),
                );
            }
            if owners.is_empty() {
                shape.ends.push((party, kind));
            }
            let mut new = 0;
            for owner in &owners {
                if !seen.contains_key(owner) {
                    seen.insert(*owner, (distance + 1, party));
                    open.push_back(*owner);
                    new += 1;
                }
            }
            if new > 0 {
                ways.insert(party, way);
                waiting.insert(party, new);
            }
        }
        shape.depth = seen[&deepest].0;
        let mut at = deepest;
        while at != entity {
            shape.deepest.push(at);
            at = seen[&at].1;
        }
        shape.deepest.push(entity);
        shape.deepest.reverse();
        shape.countries = countries.into_iter().collect();
        shape.ends.sort_unstable();
        shape.nominees = nominees.into_iter().collect();
        shape.reached = seen.len() as u32;
        shape
    }

    /// All sets of entities that own each other in circles, by their smallest entity. Own shares are no circle.
    pub fn rings(&self) -> Vec<Ring> {
        let mut rings: Vec<Ring> = rings(self.network().parties.len(), |party, ends| {
            if self.kind(party).is_owned() {
                self.parts(party, ends);
            }
        })
        .into_iter()
        .filter(|ring| ring.len() > 1)
        .map(|mut entities| {
            entities.sort_unstable();
            let (cycle, shortest) = self.shortest_cycle(&entities);
            Ring {
                entities,
                cycle,
                shortest,
            }
        })
        .collect();
        rings.sort();
        rings
    }

    fn shortest_cycle(&self, ring: &[u32]) -> (Vec<u32>, bool) {
        let inside: HashSet<u32> = ring.iter().copied().collect();
        let searched = if ring.len() <= SEARCHED { ring } else { &ring[..1] };
        let mut best: Vec<u32> = Vec::new();
        let mut owners = Vec::new();
        for start in searched {
            let mut before: HashMap<u32, (u32, usize)> = HashMap::from([(*start, (*start, 1))]);
            let mut open = VecDeque::from([*start]);
            'search: while let Some(party) = open.pop_front() {
                let length = before[&party].1;
                if !best.is_empty() && length >= best.len() {
                    break;
                }
                owners.clear();
                self.parts(party, &mut owners);
                for owner in &owners {
                    if owner == start && party != *start {
                        best = Vec::with_capacity(length);
                        let mut at = party;
                        while at != *start {
                            best.push(at);
                            at = before[&at].0;
                        }
                        best.push(*start);
                        best.reverse();
                        break 'search;
                    }
                    if inside.contains(owner) && !before.contains_key(owner) {
                        before.insert(*owner, (party, length + 1));
                        open.push_back(*owner);
                    }
                }
            }
            if best.len() == 2 {
                break;
            }
        }
        if let Some(smallest) = (0..best.len()).min_by_key(|place| best[*place]) {
            best.rotate_left(smallest);
        }
        let shortest = ring.len() <= SEARCHED || best.len() == 2;
        (best, shortest)
    }
}
