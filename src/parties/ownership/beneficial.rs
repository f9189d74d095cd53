//! Beneficial owners with the grounds on which they are such: ownership interest (Art. 52), control (Art. 53), both at
//! different layers (Art. 54), and roles in trusts and the like that stand before them (Arts 55, 57, 58).
//!
//! Grounds are told side by side. Art. 52(1) multiplies "unless Article 54 applies"; every person whom multiplication
//! along one chain finds, Arts 53 and 54 find too, so nobody is left out for that exception and its reach is not decided
//! here.

use std::collections::{BTreeMap, BTreeSet};

use super::chains::ChainBudget;
use super::control::{Control, Level};
use super::finding::Finding;
use super::fraction::Fraction;
use super::network::{Category, Interest, PartyKind, WHOLE};
use super::owners::{End, EndKind, Owners};
use super::register::Register;
use super::threshold::{Decision, Regime, Threshold};
use super::trusts::Asked;

/// Entities between a target and its controllers whose owners are asked for, nearest first.
const CONTROLLERS: usize = 256;
/// Direct holders whose controllers are asked for, largest first.
pub(super) const HOLDERS: usize = 1_000;

/// Why somebody is a beneficial owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// An ownership interest that is reached by what is held directly alone.
    DirectShare {
        /// Which kind.
        category: Category,
        /// The least of the direct holding, in units of the whole.
        least: u64,
        /// The most.
        most: u64,
    },
    /// An ownership interest, multiplied along chains and added across them, direct holdings included.
    IndirectShare {
        /// Which kind. [`Category::Any`] only where none of the four reaches the threshold by itself.
        category: Category,
        /// The least.
        least: Fraction,
        /// The most.
        most: Fraction,
    },
    /// A share that the register says it reckoned through others.
    DeclaredShare {
        /// Which kind.
        category: Category,
        /// The record.
        record: u32,
        /// The least, in units of the whole.
        least: u64,
        /// The most.
        most: u64,
    },
    /// More than half, direct and indirect together (Art. 53(2)(c)).
    MajorityShare {
        /// Which kind.
        category: Category,
        /// The least.
        least: Fraction,
        /// The most.
        most: Fraction,
    },
    /// Majorities at each level (Art. 53(2)(b)).
    ControlByOwnership {
        /// The levels, the person's own first.
        levels: Vec<Level>,
    },
    /// Control where at least one level is held by other means (Art. 53(3) and (4)).
    ControlByOtherMeans {
        /// The levels, the person's own first.
        levels: Vec<Level>,
    },
    /// Controls entities that hold, together, an ownership interest directly (Art. 54(a)).
    ControlsHolders {
        /// Which kind.
        category: Category,
        /// The entities.
        holders: Vec<u32>,
        /// The least that they hold together, in units of the whole.
        least: u64,
        /// The most.
        most: u64,
    },
    /// Has an ownership interest in an entity that controls (Art. 54(b)).
    OwnsController {
        /// Which kind.
        category: Category,
        /// The entity.
        controller: u32,
        /// The least that the person has of it.
        least: Fraction,
        /// The most.
        most: Fraction,
    },
    /// Has a position in a trust or the like that itself has one of these grounds.
    TrustRole {
        /// The trusts, the one nearest the target first.
        trusts: Vec<u32>,
        /// The position in the last of them.
        role: Interest,
        /// The record of it.
        record: u32,
        /// The entity that has the position, where the person is a beneficial owner of that entity.
        through: Option<u32>,
    },
    /// Has positions in several trusts that reach the threshold only together.
    TrustsTogether {
        /// The trusts.
        trusts: Vec<u32>,
        /// Which kind of ownership.
        category: Category,
        /// The least that they have together.
        least: Fraction,
        /// The most.
        most: Fraction,
    },
}

/// A ground and whether it holds even by the least that the records say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounded {
    /// The ground.
    pub ground: Ground,
    /// Certain, else possible.
    pub certain: bool,
}

/// Somebody with at least one ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeneficialOwner {
    /// Who.
    pub party: u32,
    /// One of the grounds is certain.
    pub certain: bool,
    /// The grounds, in the order of the articles.
    pub grounds: Vec<Grounded>,
}

/// A part of the ownership that no person is known to stand behind and that could hide a beneficial owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Where it ends.
    pub party: u32,
    /// What that is.
    pub kind: PartyKind,
    /// How it is an end.
    pub end: EndKind,
    /// Which kind of ownership; none for control.
    pub category: Option<Category>,
    /// The most that it has.
    pub most: Fraction,
}

/// The beneficial owners of an entity.
#[derive(Clone, Debug, Default)]
pub struct Beneficial {
    /// Natural persons, certain ones first, then by party.
    pub owners: Vec<BeneficialOwner>,
    /// Trusts and states with a ground of their own. Persons behind the trusts are among the owners.
    pub others: Vec<BeneficialOwner>,
    /// Ends that could hide another.
    pub hidden: Vec<Hidden>,
    /// Kinds of ownership in which no end hides another by itself and those of which nobody is known may be one person's:
    /// the most that they have together, in units of the whole.
    pub hidden_together: Vec<(Category, u64)>,
    /// Close family of whom a record speaks, with the record: a hint, nothing more.
    pub family: Vec<(u32, u32)>,
    /// Those who manage, with the record: named where no beneficial owner is found; not beneficial owners for that.
    pub managers: Vec<(u32, u32)>,
    /// What is wrong with the records.
    pub findings: Vec<Finding>,
    /// A budget ended before everything was looked at.
    pub truncated: bool,
}

pub(super) type Grounds = BTreeMap<u32, Vec<Grounded>>;

impl Register<'_> {
    /// The beneficial owners of an entity.
    pub fn beneficial(&self, entity: u32, regime: &Regime) -> Beneficial {
        self.beneficial_behind(entity, regime, &mut Asked::of(entity))
    }

    pub(super) fn beneficial_behind(&self, entity: u32, regime: &Regime, asked: &mut Asked) -> Beneficial {
        let mut result = Beneficial::default();
        let mut grounds: Grounds = BTreeMap::new();
        if self.kind(entity) == PartyKind::Trust {
            let most = Fraction::one();
            self.behind_trust((entity, true), &most, regime, asked, &mut grounds, &mut result);
            return self.finish(grounds, result);
        }
        let threshold = regime.threshold(self.class(entity));
        let all: Vec<Owners> = Category::NAMED
            .into_iter()
            .chain([Category::Any])
            .map(|category| self.owners(entity, category, &ChainBudget::NONE))
            .collect();
        for owners in &all {
            self.by_share(owners, threshold, &mut grounds, &mut result);
        }
        if all.iter().all(|owners| owners.reached == 1) {
            result.hidden.push(Hidden {
                party: entity,
                kind: self.kind(entity),
                end: EndKind::Remainder,
                category: None,
                most: Fraction::one(),
            });
        }
        let controllers = self.controllers(entity);
        result.truncated |= controllers.truncated;
        for control in &controllers.ends {
            let levels = control.levels.clone();
            let ground = if control.by_ownership {
                Ground::ControlByOwnership { levels }
            } else {
                Ground::ControlByOtherMeans { levels }
            };
            add(&mut grounds, control.party, ground, control.certain);
        }
        if regime.coexistence {
            self.controls_holders(entity, threshold, &mut grounds, &mut result);
            self.owns_controller(entity, &controllers.entities, regime, &mut grounds, &mut result);
        }
        // What hides behind trusts is no part of any kind of ownership, so it does not speak for the parts of one.
        self.hidden_together(&all, threshold, &mut result);
        self.trusts(&all, threshold, regime, asked, &mut grounds, &mut result);
        for number in self.held(entity) {
            let holding = self.holding(*number);
            match holding.interest {
                Interest::Family => result.family.push((holding.owner, holding.record)),
                Interest::Manages => result.managers.push((holding.owner, holding.record)),
                _ => {}
            }
        }
        result.family.sort_unstable();
        result.managers.sort_unstable();
        self.finish(grounds, result)
    }

    fn finish(&self, grounds: Grounds, mut result: Beneficial) -> Beneficial {
        for (party, grounds) in grounds {
            let owner = BeneficialOwner {
                party,
                certain: grounds.iter().any(|ground| ground.certain),
                grounds,
            };
            if self.kind(party) == PartyKind::Person {
                result.owners.push(owner);
            } else {
                result.others.push(owner);
            }
        }
        result.owners.sort_by_key(|owner| (!owner.certain, owner.party));
        result.findings.sort();
        result.findings.dedup();
        once(&mut result.hidden);
        result
    }

    /// Ends of which nobody is known can be one person's: where none hides an owner by itself, all of them may.
    fn hidden_together(&self, all: &[Owners], threshold: Threshold, result: &mut Beneficial) {
        for owners in all
            .iter()
            .filter(|owners| owners.category != Category::Any && owners.reached > 1)
        {
            let category = owners.category;
            let mut alone = result.hidden.iter();
            if alone.any(|hidden| hidden.category.is_none_or(|of| of == category)) {
                continue;
            }
            let open = owners.ends.iter().filter(|end| {
                let nobody =
                    end.end != EndKind::Holder || matches!(end.kind, PartyKind::Unknown | PartyKind::Trust);
                // What is large enough has been told by itself.
                nobody && threshold.decide(&end.least, &end.most) == Decision::No
            });
            let most = open.fold(0_u64, |sum, end| sum.saturating_add(end.most.units_up()));
            if threshold.met_by_units(most.min(WHOLE)) {
                result.hidden_together.push((category, most.min(WHOLE)));
            }
        }
    }

    /// Art. 52, and the half of Art. 53(2)(c) that is reckoned by multiplying.
    fn by_share(
        &self,
        owners: &Owners,
        threshold: Threshold,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let category = owners.category;
        result.findings.extend(owners.findings.iter().cloned());
        for end in &owners.ends {
            let decision = threshold.decide(&end.least, &end.most);
            if decision == Decision::No {
                continue;
            }
            if end.end != EndKind::Holder {
                if category != Category::Any && !whole_unknown(owners, end) {
                    result.hidden.push(Hidden {
                        party: end.party,
                        kind: end.kind,
                        end: end.end.clone(),
                        category: Some(category),
                        most: end.most.clone(),
                    });
                }
                continue;
            }
            let (least, most) = (end.least.clone(), end.most.clone());
            let certain = decision == Decision::Certain;
            let direct = threshold.decide_units(end.direct.0, end.direct.1);
            let list = grounds.entry(end.party).or_default();
            let pure = |one: &Grounded| {
                matches!(
                    one.ground,
                    Ground::DirectShare { .. } | Ground::IndirectShare { .. }
                ) && (one.certain || !certain)
            };
            if category == Category::Any && list.iter().any(pure) {
                continue;
            }
            let ground = if direct == decision && category != Category::Any {
                Ground::DirectShare {
                    category,
                    least: end.direct.0,
                    most: end.direct.1,
                }
            } else {
                Ground::IndirectShare {
                    category,
                    least,
                    most,
                }
            };
            list.push(Grounded { ground, certain });
            let half = Threshold::MAJORITY.decide(&end.least, &end.most);
            if half != Decision::No && category != Category::Any {
                let ground = Ground::MajorityShare {
                    category,
                    least: end.least.clone(),
                    most: end.most.clone(),
                };
                list.push(Grounded {
                    ground,
                    certain: half == Decision::Certain,
                });
            }
        }
        if category == Category::Any {
            return;
        }
        for declared in &owners.declared {
            let decision = threshold.decide_units(declared.least, declared.most);
            if decision != Decision::No && !self.kind(declared.owner).is_owned() {
                let ground = Ground::DeclaredShare {
                    category,
                    record: declared.record,
                    least: declared.least,
                    most: declared.most,
                };
                add(grounds, declared.owner, ground, decision == Decision::Certain);
            }
        }
    }

    /// Art. 54(a). Left out for those who control the target itself: then ownership and control do not lie apart.
    fn controls_holders(
        &self,
        entity: u32,
        threshold: Threshold,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let mut holders: BTreeMap<u32, u64> = BTreeMap::new();
        for category in Category::NAMED {
            for stake in self.stakes(entity, category).0 {
                if self.kind(stake.owner).is_owned() && stake.most > 0 {
                    let most = holders.entry(stake.owner).or_default();
                    *most = stake.most.max(*most);
                }
            }
        }
        let mut holders: Vec<(u32, u64)> = holders.into_iter().collect();
        holders.sort_by_key(|(holder, most)| (std::cmp::Reverse(*most), *holder));
        result.truncated |= holders.len() > HOLDERS;
        // Who controls which of the holders, and whether certainly.
        let mut controlled: BTreeMap<u32, BTreeMap<u32, bool>> = BTreeMap::new();
        for (holder, _) in holders.into_iter().take(HOLDERS) {
            let controllers = self.controllers(holder);
            result.truncated |= controllers.truncated;
            for control in controllers.ends {
                *controlled
                    .entry(control.party)
                    .or_default()
                    .entry(holder)
                    .or_default() |= control.certain;
            }
        }
        for (party, holders) in controlled {
            if controls(grounds.get(&party), true) {
                continue;
            }
            for category in Category::NAMED {
                let (stakes, sum) = self.stakes(entity, category);
                let mut names = Vec::new();
                let (mut least, mut most, mut others) = (0_u64, 0_u64, sum);
                for stake in stakes {
                    if let Some(certain) = holders.get(&stake.owner).filter(|_| stake.most > 0) {
                        names.push(stake.owner);
                        least = least.saturating_add(if *certain { stake.least } else { 0 });
                        most = most.saturating_add(stake.most);
                        others = others.saturating_sub(stake.least);
                    }
                }
                // Together they have no more than what the least of the others leaves.
                if sum <= WHOLE {
                    most = most.min(WHOLE - others);
                }
                let decision = threshold.decide_units(least, most);
                if decision != Decision::No {
                    let ground = Ground::ControlsHolders {
                        category,
                        holders: names,
                        least,
                        most,
                    };
                    add(grounds, party, ground, decision == Decision::Certain);
                }
            }
        }
    }

    /// Art. 54(b).
    fn owns_controller(
        &self,
        entity: u32,
        controllers: &[Control],
        regime: &Regime,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let mut asked: BTreeSet<u32> = BTreeSet::from([entity]);
        for control in controllers {
            if !asked.insert(control.party) {
                continue;
            }
            if asked.len() > CONTROLLERS + 1 {
                result.truncated = true;
                break;
            }
            let threshold = regime.threshold(self.class(control.party));
            for category in Category::NAMED {
                let owners = self.owners(control.party, category, &ChainBudget::NONE);
                result.findings.extend(owners.findings.iter().cloned());
                for end in owners.ends.iter().filter(|end| end.end == EndKind::Holder) {
                    let decision = threshold.decide(&end.least, &end.most);
                    if decision == Decision::No || controls(grounds.get(&end.party), true) {
                        continue;
                    }
                    let ground = Ground::OwnsController {
                        category,
                        controller: control.party,
                        least: end.least.clone(),
                        most: end.most.clone(),
                    };
                    let certain = control.certain && decision == Decision::Certain;
                    add(grounds, end.party, ground, certain);
                }
            }
        }
    }
}

/// Nothing at all is recorded of this kind of ownership: said by the other kinds already, or by none.
fn whole_unknown(owners: &Owners, end: &End) -> bool {
    owners.ends.len() == 1 && owners.reached == 1 && end.end == EndKind::Remainder
}

fn controls(grounds: Option<&Vec<Grounded>>, certainly: bool) -> bool {
    grounds.is_some_and(|grounds| {
        grounds.iter().any(|one| {
            let control = matches!(
                one.ground,
                Ground::ControlByOwnership { .. } | Ground::ControlByOtherMeans { .. }
            );
            control && (one.certain || !certainly)
        })
    })
}

/// Each end once in each kind of ownership, with the most that is said of it.
fn once(hidden: &mut Vec<Hidden>) {
    let mut most: BTreeMap<(u32, EndKind, Option<Category>), Fraction> = BTreeMap::new();
    for one in hidden.iter() {
        let known = most
            .entry((one.party, one.end.clone(), one.category))
            .or_insert_with(|| one.most.clone());
        if *known < one.most {
            *known = one.most.clone();
        }
    }
    hidden.retain_mut(|one| {
        let first = most.remove(&(one.party, one.end.clone(), one.category));
        first.map(|first| one.most = first).is_some()
    });
}

pub(super) fn add(grounds: &mut Grounds, party: u32, ground: Ground, certain: bool) {
    let list = grounds.entry(party).or_default();
    let grounded = Grounded { ground, certain };
    if !list.contains(&grounded) {
        list.push(grounded);
    }
}
