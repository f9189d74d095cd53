//! Which events of one time meet each other so that their sequence may matter.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use petgraph::unionfind::UnionFind;

use super::super::super::plan::{CLAIMED, Event, NONE, REVERSED, SALE};
use super::super::content::Machine;
use super::super::group::Group;
use super::{Way, sides};

impl<M: Machine> Way<'_, M> {
    /// Vertices on which the sequence of these events may matter.
    pub(super) fn hot(&self, of_time: &[Event], start: usize) -> HashSet<u32> {
        let mut hot = HashSet::new();
        let ages = M::AGES && !(self.classes && start + of_time.len() <= self.first_claim);
        let mut carrying = HashSet::new();
        for event in of_time {
            for vertex in sides(event) {
                let state = &self.part.vertices[vertex as usize];
                let is_account =
                    (self.job.knot.vertices[vertex as usize] as usize) < self.book.accounts().len();
                let plain = self.all_on(vertex, |laid| laid.plain);
                if ages
                    || state.as_needed
                    || !is_account
                    || !plain
                    || event.is(REVERSED)
                    || event.reverses != NONE
                {
                    hot.insert(vertex);
                }
                if !self.all_on(vertex, |laid| !laid.claimed) {
                    carrying.insert(vertex);
                }
            }
        }
        loop {
            let before = carrying.len();
            for event in of_time {
                // What was paid may have been claimed money that a reversal brings back.
                let carries = event.is(CLAIMED) || event.reverses != NONE || carrying.contains(&event.payer);
                if event.payee != NONE && carries {
                    carrying.insert(event.payee);
                }
            }
            if carrying.len() == before {
                break;
            }
        }
        hot.extend(carrying);
        hot
    }

    /// Which events may bring money into the book: from nowhere, past the balance or by conversion.
    pub(super) fn bearing(&self, of_time: &[Event]) -> Vec<bool> {
        let mut paid: BTreeMap<u32, i64> = BTreeMap::new();
        for event in of_time.iter().filter(|event| event.payer != NONE) {
            *paid.entry(event.payer).or_default() += event.paid;
        }
        let lacks = |vertex: u32| {
            let paid = paid.get(&vertex).copied().unwrap_or(0);
            self.part.vertices[vertex as usize].as_needed
                || !self.all_on(vertex, |laid| laid.content.balance >= paid)
        };
        of_time
            .iter()
            .map(|event| {
                event.payer == NONE
                    || event.reverses != NONE
                    || event.is(SALE)
                    || event.paid != event.received
                    || lacks(event.payer)
            })
            .collect()
    }

    /// Number in time of an event before which none counts that is not before `start`.
    pub(super) fn number(&self, start: usize) -> u32 {
        let before = match self.classes {
            true => self.claimed.partition_point(|place| *place < start),
            false => start,
        };
        2 * before as u32
    }

    /// Which events count for the numbers that tell ages.
    pub(super) fn counts(&self, of_time: &[Event]) -> Vec<bool> {
        match self.classes {
            true => of_time.iter().map(|event| event.is(CLAIMED)).collect(),
            false => self.bearing(of_time),
        }
    }

    /// Places of the events that meet on each hot vertex, and where age counts, of those whose sequence tells ages.
    pub(super) fn meeting(&self, group: &Group<'_>, hot: &HashSet<u32>) -> Meeting {
        let mut of_vertex: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (place, event) in group.events.iter().enumerate() {
            for vertex in sides(event).filter(|vertex| hot.contains(vertex)) {
                of_vertex.entry(vertex).or_default().push(place);
            }
        }
        let mut meeting = Meeting {
            lists: of_vertex.into_values().collect(),
            counting: Vec::new(),
            bearing: Vec::new(),
        };
        let counting = (0..group.events.len()).filter(|place| group.counts[*place]);
        if self.classes {
            let bearing = self.bearing(&group.events);
            meeting.counting = counting.collect();
            meeting.bearing = (0..bearing.len()).filter(|place| bearing[*place]).collect();
        } else if M::AGES {
            meeting.lists.push(counting.collect());
        }
        meeting
    }
}

/// Which events meet, by place in their group.
pub(super) struct Meeting {
    /// All of a list meet each other.
    pub(super) lists: Vec<Vec<usize>>,
    /// Each of these meets each of those that bring money into the book.
    counting: Vec<usize>,
    bearing: Vec<usize>,
}

impl Meeting {
    /// Two that meet beside those of the lists.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let with_all = |one: &usize| {
            let one = *one;
            let others = self.bearing.iter().filter(move |other| **other != one);
            others.map(move |other| (one, *other))
        };
        self.counting.iter().flat_map(with_all)
    }
}

/// Places of events that have to be looked at together: with `whole` all, otherwise those that touch one hot vertex, or of
/// which one must come before the other.
pub(super) fn groups(
    of_time: &[Event],
    pairs: &[(u32, u32)],
    hot: &HashSet<u32>,
    whole: bool,
) -> Vec<Vec<usize>> {
    let mut joined: UnionFind<u32> = UnionFind::new(of_time.len());
    let mut first_on: HashMap<u32, u32> = HashMap::new();
    let mut place_of: HashMap<u32, u32> = HashMap::new();
    for (place, event) in (0..).zip(of_time) {
        place_of.insert(event.movement, place);
        for vertex in sides(event).filter(|vertex| hot.contains(vertex)) {
            joined.union(*first_on.entry(vertex).or_insert(place), place);
        }
        if whole {
            joined.union(0, place);
        }
    }
    for (earlier, later) in pairs {
        if let (Some(earlier), Some(later)) = (place_of.get(earlier), place_of.get(later)) {
            joined.union(*earlier, *later);
        }
    }
    let mut group_of: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (place, leader) in joined.into_labeling().into_iter().enumerate() {
        let group = *group_of.entry(leader).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(place);
    }
    groups
}
