//! Who controls an entity: 50 % plus one at each level, or other means at each level (Arts 53(2) to (4)).
//!
//! Control does not thin out: whoever controls the entity that controls the target controls it wholly. Levels are found
//! from the target upward, once by ownership alone and once with other means, because the Regulation wants both looked
//! at. Holdings of all entities that one party controls count together, as the votes that it can have cast. Family is
//! never control; it is kept as a hint.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hashbrown::{HashMap, HashSet};

use super::network::{Category, Interest, WHOLE};
use super::register::Register;
use super::threshold::Threshold;

/// Holdings that are looked at for one target when holdings of several controlled entities are added up.
const LOOKED_AT: usize = 2_000_000;
/// Levels that are told for one target.
const LEVELS: usize = 1_000_000;

/// One way in which a level is controlled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// By what.
    pub means: Means,
    /// Even by the least that the records say.
    pub certain: bool,
    /// The records.
    pub records: Vec<u32>,
}

/// By what a level is controlled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// More than half of one kind of ownership, held by those named at the level; in units of the whole.
    Majority {
        /// Which kind.
        category: Category,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Control without ownership.
    Other(Interest),
}

/// One level of a chain of control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Who controls at this level; several where only their holdings together are a majority, all of them controlled by
    /// the same party.
    pub holders: Vec<u32>,
    /// Who is controlled.
    pub controlled: u32,
    /// How: all ways that the records show.
    pub ways: Vec<Way>,
}

/// Somebody who controls the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Who.
    pub party: u32,
    /// Every level is certain.
    pub certain: bool,
    /// Every level is a majority; else other means are needed at one.
    pub by_ownership: bool,
    /// The levels, his own first, the target last. Empty at entities on the way, whose levels are part of others'.
    pub levels: Vec<Level>,
}

/// Who controls a target.
#[derive(Clone, Debug, Default)]
pub struct Controllers {
    /// Persons, trusts and states, in order of party; certain before possible, ownership before other means.
    pub ends: Vec<Control>,
    /// Entities on the way, nearest first.
    pub entities: Vec<Control>,
    /// The budget ended before all holdings were added up; more may control it.
    pub truncated: bool,
}

/// How records are read.
#[derive(Clone, Copy)]
struct Reading {
    /// By their least, else by their most.
    certain: bool,
    /// Other means count too.
    other: bool,
}

/// What a step down shows of one entity.
#[derive(Default)]
struct Shown {
    /// Kinds of ownership of which more is held.
    categories: BTreeSet<Category>,
    /// Other means, and who has them.
    others: Vec<(u32, Way)>,
}

/// Of an entity and a kind of ownership the least and most that are held, and the holdings.
type Sums = HashMap<(u32, Category), (u64, u64, Vec<u32>)>;

/// A place on the way up: the party, and whether other means were needed below it.
type Place = (u32, bool);

/// Where the way down goes on from a place.
type Ways = HashMap<Place, Option<(Place, Level)>>;

impl Register<'_> {
    /// Everybody who controls an entity by himself at its own level.
    pub fn direct_control(&self, entity: u32) -> Vec<Level> {
        let mut ways: BTreeMap<u32, Vec<Way>> = BTreeMap::new();
        if !self.kind(entity).is_owned() {
            return Vec::new();
        }
        let mut stakes = Vec::new();
        for category in Category::NAMED {
            self.stakes_into(entity, category, &mut stakes);
            for stake in &stakes {
                if Threshold::MAJORITY.met_by_units(stake.most) {
                    let holdings = self.holdings_of_stake(stake.owner, entity, category);
                    ways.entry(stake.owner).or_default().push(Way {
                        means: Means::Majority {
                            category,
                            least: stake.least,
                            most: stake.most,
                        },
                        certain: Threshold::MAJORITY.met_by_units(stake.least),
                        records: self.records(&holdings),
                    });
                }
            }
        }
        for number in self.held(entity) {
            if let Some(certain) = self.other_means(*number) {
                let holding = self.holding(*number);
                ways.entry(holding.holder()).or_default().push(Way {
                    means: Means::Other(holding.interest),
                    certain,
                    records: vec![holding.record],
                });
            }
        }
        ways.into_iter()
            .map(|(holder, mut ways)| {
                ways.sort();
                Level {
                    holders: vec![holder],
                    controlled: entity,
                    ways,
                }
            })
            .collect()
    }

    pub(super) fn records(&self, holdings: &[u32]) -> Vec<u32> {
        let records: BTreeSet<u32> = holdings
            .iter()
            .map(|number| self.holding(*number).record)
            .collect();
        records.into_iter().collect()
    }

    /// Whether a holding is control by other means, and whether certainly.
    fn other_means(&self, number: u32) -> Option<bool> {
        let holding = self.holding(number);
        if !holding.interest.is_other_means() {
            return None;
        }
        let ending = self.is_ending(number);
        // The right to appoint counts as one to a majority of the board unless the record names another part of it.
        if holding.interest == Interest::AppointsBoard && !holding.share.unknown {
            let (least, most) = self.bounds(number);
            let majority = Threshold::MAJORITY;
            return majority.met_by_units(most).then(|| majority.met_by_units(least));
        }
        Some(!ending)
    }

    /// Everybody who controls a target.
    pub fn controllers(&self, target: u32) -> Controllers {
        let mut direct: HashMap<u32, Vec<Level>> = HashMap::new();
        let (certain, certain_order) = self.ways_up(target, true, &mut direct);
        let (possible, possible_order) = self.ways_up(target, false, &mut direct);
        let mut controllers = Controllers::default();
        let mut told = 0;
        for (ways, order, is_certain) in [
            (&certain, &certain_order, true),
            (&possible, &possible_order, false),
        ] {
            for place in order {
                if !is_certain && certain.contains_key(place) {
                    continue;
                }
                let mut control = Control {
                    party: place.0,
                    certain: is_certain,
                    by_ownership: !place.1,
                    levels: Vec::new(),
                };
                if self.kind(place.0).is_owned() {
                    controllers.entities.push(control);
                    continue;
                }
                let mut at = *place;
                while let Some(Some((next, level))) = ways.get(&at).filter(|_| told <= LEVELS) {
                    told += 1;
                    control.levels.push(level.clone());
                    at = *next;
                }
                if told > LEVELS {
                    controllers.truncated = true;
                    control.levels.clear();
                }
                controllers.ends.push(control);
            }
        }
        self.together(target, &mut controllers, &mut direct);
        controllers
            .ends
            .sort_by_key(|one| (one.party, !one.certain, !one.by_ownership));
        controllers
    }

    /// From the target upward, level by level, each by one holder alone; and the places in the order found, nearest first.
    fn ways_up(
        &self,
        target: u32,
        certain: bool,
        direct: &mut HashMap<u32, Vec<Level>>,
    ) -> (Ways, Vec<Place>) {
        let mut ways: Ways = HashMap::from([((target, false), None)]);
        let mut order: Vec<Place> = Vec::new();
        let mut open: VecDeque<Place> = VecDeque::from([(target, false)]);
        while let Some(place) = open.pop_front() {
            let levels = direct
                .entry(place.0)
                .or_insert_with(|| self.direct_control(place.0));
            for level in levels.iter() {
                for other in [false, true] {
                    let shown: Vec<Way> = level
                        .ways
                        .iter()
                        .filter(|way| {
                            (way.certain || !certain) && matches!(way.means, Means::Other(_)) == other
                        })
                        .cloned()
                        .collect();
                    let above = (level.holders[0], place.1 || other);
                    if shown.is_empty() || above.0 == target || ways.contains_key(&above) {
                        continue;
                    }
                    let level = Level {
                        holders: level.holders.clone(),
                        controlled: level.controlled,
                        ways: shown,
                    };
                    ways.insert(above, Some((place, level)));
                    order.push(above);
                    open.push_back(above);
                }
            }
        }
        (ways, order)
    }

    /// Adds those who control the target only by what several entities under their control hold together.
    fn together(&self, target: u32, controllers: &mut Controllers, direct: &mut HashMap<u32, Vec<Level>>) {
        let mut reached: HashSet<u32> = HashSet::from([target]);
        let mut open = vec![target];
        let mut candidates: BTreeSet<u32> = BTreeSet::new();
        let mut looked_at = 0;
        while let Some(entity) = open.pop() {
            for number in self.held(entity) {
                looked_at += 1;
                let holding = self.holding(*number);
                if (holding.interest.category().is_some() && !self.is_apart(*number))
                    || holding.interest.is_other_means()
                {
                    let owner = holding.holder();
                    if self.kind(owner).is_owned() && reached.insert(owner) {
                        open.push(owner);
                    }
                }
            }
            if entity != target {
                let levels = direct
                    .entry(entity)
                    .or_insert_with(|| self.direct_control(entity));
                candidates.extend(levels.iter().map(|level| level.holders[0]));
            }
        }
        candidates.remove(&target);
        // By ownership alone first (Art. 53(2)), whatever other means show: both are to be looked at.
        for (certain, other) in [(true, false), (true, true), (false, false), (false, true)] {
            let found: HashSet<u32> = controllers
                .ends
                .iter()
                .chain(&controllers.entities)
                .filter(|control| (control.certain || !certain) && (control.by_ownership || other))
                .map(|control| control.party)
                .collect();
            for candidate in &candidates {
                if found.contains(candidate) {
                    continue;
                }
                if looked_at > LOOKED_AT {
                    controllers.truncated = true;
                    return;
                }
                let reading = Reading { certain, other };
                let Some(levels) = self.spread(*candidate, target, reading, &reached, &mut looked_at) else {
                    continue;
                };
                let entity = self.kind(*candidate).is_owned();
                let control = Control {
                    party: *candidate,
                    certain,
                    by_ownership: !other,
                    levels: if entity { Vec::new() } else { levels },
                };
                let list = if entity {
                    &mut controllers.entities
                } else {
                    &mut controllers.ends
                };
                list.push(control);
            }
        }
    }

    /// What a party controls among `within`, from itself downward with all that it controls voting together: the levels
    /// to the target, if it gets there. Step by step, so that the order of the records does not matter.
    fn spread(
        &self,
        root: u32,
        target: u32,
        reading: Reading,
        within: &HashSet<u32>,
        looked_at: &mut usize,
    ) -> Option<Vec<Level>> {
        let mut levels: HashMap<u32, Level> = HashMap::new();
        let mut order: Vec<u32> = Vec::new();
        let mut sums = Sums::new();
        let mut step = vec![root];
        while !step.is_empty() && !levels.contains_key(&target) {
            let mut shown: BTreeMap<u32, Shown> = BTreeMap::new();
            for party in &step {
                for number in self.held_by(*party) {
                    *looked_at += 1;
                    let holding = self.holding(*number);
                    let held = holding.held;
                    if !within.contains(&held) || held == root || levels.contains_key(&held) {
                        continue;
                    }
                    let means = self.other_means(*number).filter(|_| reading.other);
                    if let Some(sure) = means.filter(|sure| *sure || !reading.certain) {
                        let way = Way {
                            means: Means::Other(holding.interest),
                            certain: sure,
                            records: vec![holding.record],
                        };
                        shown.entry(held).or_default().others.push((*party, way));
                    } else if let Some(category) =
                        holding.interest.category().filter(|_| !self.is_apart(*number))
                    {
                        let (least, most) = self.bounds(*number);
                        let sum = sums.entry((held, category)).or_default();
                        sum.0 = sum.0.saturating_add(least);
                        sum.1 = sum.1.saturating_add(most);
                        sum.2.push(*number);
                        shown.entry(held).or_default().categories.insert(category);
                    }
                }
            }
            step.clear();
            for (held, shown) in shown {
                if let Some(level) = self.gained(held, shown, &sums, reading, looked_at) {
                    levels.insert(held, level);
                    order.push(held);
                    step.push(held);
                }
            }
        }
        levels.contains_key(&target).then(|| {
            let mut needed: HashSet<u32> = HashSet::new();
            let mut open = vec![target];
            while let Some(party) = open.pop() {
                if let Some(level) = levels.get(&party).filter(|_| needed.insert(party)) {
                    open.extend(level.holders.iter().copied());
                }
            }
            order
                .iter()
                .filter(|party| needed.contains(*party))
                .filter_map(|party| levels.remove(party))
                .collect()
        })
    }

    /// The level at which what was shown of an entity is control of it, if it is.
    fn gained(
        &self,
        held: u32,
        shown: Shown,
        sums: &Sums,
        reading: Reading,
        looked_at: &mut usize,
    ) -> Option<Level> {
        let mut ways: Vec<(Vec<u32>, Way)> = Vec::new();
        for category in shown.categories {
            let (least, most, numbers) = &sums[&(held, category)];
            let most = self.left_for(held, category, *least, *most, looked_at);
            if !Threshold::MAJORITY.met_by_units(if reading.certain { *least } else { most }) {
                continue;
            }
            let holders: BTreeSet<u32> = numbers
                .iter()
                .map(|number| self.holding(*number).holder())
                .collect();
            let way = Way {
                means: Means::Majority {
                    category,
                    least: *least,
                    most,
                },
                certain: Threshold::MAJORITY.met_by_units(*least),
                records: self.records(numbers),
            };
            ways.push((holders.into_iter().collect(), way));
        }
        let mut others = shown.others;
        others.sort();
        ways.extend(others.into_iter().map(|(party, way)| (vec![party], way)));
        let (holders, _) = ways.first().cloned()?;
        // All ways of the same holders.
        ways.retain(|(of, _)| *of == holders);
        Some(Level {
            holders,
            controlled: held,
            ways: ways.into_iter().map(|(_, way)| way).collect(),
        })
    }

    /// The most that some holders have together, where the others have at least their least.
    fn left_for(&self, held: u32, category: Category, least: u64, most: u64, looked_at: &mut usize) -> u64 {
        if !Threshold::MAJORITY.met_by_units(most) {
            return most;
        }
        *looked_at += self.held(held).len();
        let total: u64 = self
            .held(held)
            .iter()
            .filter(|number| {
                self.holding(**number).interest.category() == Some(category) && !self.is_apart(**number)
            })
            .fold(0, |sum, number| self.bounds(*number).0.saturating_add(sum));
        if total > WHOLE {
            return most;
        }
        most.min(WHOLE - (total - least.min(total)))
    }
}
