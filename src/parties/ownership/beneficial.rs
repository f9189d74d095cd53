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

/// Entities between a target and its controllers whose owners are asked for, nearest first.
const CONTROLLERS: usize = 256;
/// Direct holders whose controllers are asked for, largest first.
const HOLDERS: usize = 1_000;
/// How many entities with positions in trusts may stand behind each other.
const TRUSTS_DEEP: usize = 6;

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
    /// Close family of whom a record speaks, with the record: a hint, nothing more.
    pub family: Vec<(u32, u32)>,
    /// Those who manage, with the record: named where no beneficial owner is found; not beneficial owners for that.
    pub managers: Vec<(u32, u32)>,
    /// What is wrong with the records.
    pub findings: Vec<Finding>,
    /// A budget ended before everything was looked at.
    pub truncated: bool,
}

type Grounds = BTreeMap<u32, Vec<Grounded>>;

impl Register<'_> {
    /// The beneficial owners of an entity.
    pub fn beneficial(&self, entity: u32, regime: &Regime) -> Beneficial {
        self.beneficial_behind(entity, regime, &mut vec![entity])
    }

    fn beneficial_behind(&self, entity: u32, regime: &Regime, asked: &mut Vec<u32>) -> Beneficial {
        let mut result = Beneficial::default();
        let mut grounds: Grounds = BTreeMap::new();
        if self.kind(entity) == PartyKind::Trust {
            self.behind_trust(entity, &[], true, regime, asked, &mut grounds, &mut result);
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
        result
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
                let (mut least, mut most) = (0_u64, 0_u64);
                for stake in stakes {
                    if let Some(certain) = holders.get(&stake.owner).filter(|_| stake.most > 0) {
                        names.push(stake.owner);
                        least = least.saturating_add(if *certain { stake.least } else { 0 });
                        most = most.saturating_add(stake.most);
                    }
                }
                if sum <= WHOLE {
                    most = most.min(WHOLE);
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

    /// Arts 55 and 57: persons behind trusts that have a ground, alone or together.
    fn trusts(
        &self,
        all: &[Owners],
        threshold: Threshold,
        regime: &Regime,
        asked: &mut Vec<u32>,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let grounded: Vec<(u32, bool)> = grounds
            .iter()
            .filter(|(party, _)| self.kind(**party) == PartyKind::Trust)
            .map(|(party, list)| (*party, list.iter().any(|one| one.certain)))
            .collect();
        for (trust, certain) in &grounded {
            self.behind_trust(*trust, &[], *certain, regime, asked, grounds, result);
        }
        for owners in all.iter().filter(|owners| owners.category != Category::Any) {
            let ends: Vec<&End> = owners
                .ends
                .iter()
                .filter(|end| end.kind == PartyKind::Trust)
                .collect();
            if ends.len() < 2 {
                continue;
            }
            let mut persons: BTreeMap<u32, Vec<&End>> = BTreeMap::new();
            for end in ends.into_iter().take(HOLDERS) {
                let mut behind: Grounds = BTreeMap::new();
                self.behind_trust(end.party, &[], true, regime, asked, &mut behind, result);
                for person in behind.into_keys() {
                    persons.entry(person).or_default().push(end);
                }
            }
            for (person, ends) in persons {
                if ends.len() < 2
                    || ends
                        .iter()
                        .any(|end| threshold.decide(&end.least, &end.most) == Decision::Certain)
                {
                    continue;
                }
                let zero = Fraction::zero();
                let least = ends.iter().fold(zero.clone(), |sum, end| sum.plus(&end.least));
                let mut most = ends.iter().fold(zero, |sum, end| sum.plus(&end.most));
                if owners.cut {
                    most = most.min(Fraction::one());
                }
                let decision = threshold.decide(&least, &most);
                if decision != Decision::No {
                    let ground = Ground::TrustsTogether {
                        trusts: ends.iter().map(|end| end.party).collect(),
                        category: owners.category,
                        least,
                        most,
                    };
                    add(grounds, person, ground, decision == Decision::Certain);
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "where the walk stands, and what it fills"
    )]
    fn behind_trust(
        &self,
        trust: u32,
        before: &[u32],
        certain: bool,
        regime: &Regime,
        asked: &mut Vec<u32>,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        if before.contains(&trust) {
            return;
        }
        let trusts: Vec<u32> = before.iter().copied().chain([trust]).collect();
        let mut anybody = false;
        for number in self.held(trust) {
            let holding = self.holding(*number);
            let role = match holding.interest {
                Interest::Family => continue,
                // A foundation's board is what trustees are to a trust.
                Interest::Manages => Interest::Trustee,
                role @ (Interest::Settlor
                | Interest::Trustee
                | Interest::Protector
                | Interest::Beneficiary) => role,
                _ => Interest::OtherRole,
            };
            let party = holding.holder();
            let certain = certain && !self.is_ending(*number);
            let ground = |through| Ground::TrustRole {
                trusts: trusts.clone(),
                role,
                record: holding.record,
                through,
            };
            match self.kind(party) {
                PartyKind::Person => {
                    anybody = true;
                    add(grounds, party, ground(None), certain);
                }
                PartyKind::State => add(grounds, party, ground(None), certain),
                PartyKind::Trust => {
                    anybody = true;
                    self.behind_trust(party, &trusts, certain, regime, asked, grounds, result);
                }
                _ if asked.contains(&party) => {}
                _ if asked.len() > TRUSTS_DEEP => result.truncated = true,
                _ => {
                    asked.push(party);
                    let behind = self.beneficial_behind(party, regime, asked);
                    asked.pop();
                    result.truncated |= behind.truncated;
                    result.findings.extend(behind.findings);
                    result.hidden.extend(behind.hidden);
                    for owner in behind.owners {
                        anybody = true;
                        add(
                            grounds,
                            owner.party,
                            ground(Some(party)),
                            certain && owner.certain,
                        );
                    }
                }
            }
        }
        if !anybody {
            result.hidden.push(Hidden {
                party: trust,
                kind: PartyKind::Trust,
                end: EndKind::Holder,
                category: None,
                most: Fraction::one(),
            });
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

fn add(grounds: &mut Grounds, party: u32, ground: Ground, certain: bool) {
    let list = grounds.entry(party).or_default();
    let grounded = Grounded { ground, certain };
    if !list.contains(&grounded) {
        list.push(grounded);
    }
}
