//! Roles in trusts and the like that stand before somebody with a ground (Arts 55, 57, 58): who has a position in them, over
//! trusts behind trusts and entities that are trustees.

use std::collections::{BTreeMap, VecDeque};

use super::beneficial::{Beneficial, Ground, Grounded, Grounds, HOLDERS, Hidden, add};
use super::fraction::Fraction;
use super::network::{Category, Interest, PartyKind};
use super::owners::{End, EndKind, Owners};
use super::register::Register;
use super::threshold::{Decision, Regime, Threshold};

/// How many entities with positions in trusts may stand behind each other.
const ENTITIES_DEEP: usize = 6;
/// How many such entities are asked about for one target.
const ENTITIES: usize = 1_000;
/// How many trusts may stand behind each other.
const TRUSTS_DEEP: usize = 256;
/// How many ways from trust to trust are followed from one trust.
const WAYS: usize = 10_000;

/// The entities that are asked about, one behind the other, and how many more may be.
pub(super) struct Asked {
    now: Vec<u32>,
    left: usize,
}

impl Asked {
    pub fn of(entity: u32) -> Asked {
        Asked {
            now: vec![entity],
            left: ENTITIES,
        }
    }

    fn may_ask(&self) -> bool {
        self.now.len() <= ENTITIES_DEEP && self.left > 0
    }
}

/// A trust on the way, and from which place on the way it was reached.
struct Way {
    trust: u32,
    certain: bool,
    before: Option<usize>,
    deep: usize,
}

impl Register<'_> {
    /// Arts 55 and 57: persons behind trusts that have a ground, alone or together.
    pub(super) fn trusts(
        &self,
        all: &[Owners],
        threshold: Threshold,
        regime: &Regime,
        asked: &mut Asked,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let grounded: Vec<(u32, bool, Fraction)> = grounds
            .iter()
            .filter(|(party, _)| self.kind(**party) == PartyKind::Trust)
            .map(|(party, list)| (*party, list.iter().any(|one| one.certain), most_of(list)))
            .collect();
        for (trust, certain, most) in &grounded {
            self.behind_trust((*trust, *certain), most, regime, asked, grounds, result);
        }
        // Who is behind a trust is the same in every kind of ownership.
        let mut known: BTreeMap<u32, Vec<(u32, bool)>> = BTreeMap::new();
        for owners in all.iter().filter(|owners| owners.category != Category::Any) {
            let ends: Vec<&End> = owners
                .ends
                .iter()
                .filter(|end| end.kind == PartyKind::Trust)
                .collect();
            if ends.len() < 2 {
                continue;
            }
            result.truncated |= ends.len() > HOLDERS;
            let mut persons: BTreeMap<u32, Vec<(&End, bool)>> = BTreeMap::new();
            for end in ends.into_iter().take(HOLDERS) {
                let behind = known
                    .entry(end.party)
                    .or_insert_with(|| self.persons_behind(end.party, regime, asked, result));
                for (person, certain) in behind {
                    persons.entry(*person).or_default().push((end, *certain));
                }
            }
            for (person, ends) in persons {
                if ends.len() < 2
                    || ends.iter().any(|(end, certain)| {
                        *certain && threshold.decide(&end.least, &end.most) == Decision::Certain
                    })
                {
                    continue;
                }
                let zero = Fraction::zero();
                // What he may have no position in counts for the most alone.
                let sure = ends.iter().filter(|(_, certain)| *certain);
                let least = sure.fold(zero.clone(), |sum, (end, _)| sum.plus(&end.least));
                let mut most = ends.iter().fold(zero, |sum, (end, _)| sum.plus(&end.most));
                if owners.cut {
                    most = most.min(Fraction::one());
                }
                let decision = threshold.decide(&least, &most);
                if decision != Decision::No {
                    let ground = Ground::TrustsTogether {
                        trusts: ends.iter().map(|(end, _)| end.party).collect(),
                        category: owners.category,
                        least,
                        most,
                    };
                    add(grounds, person, ground, decision == Decision::Certain);
                }
            }
        }
    }

    /// Who has positions in a trust, each with whether certainly. What hides there is left out: the trust may be too small
    /// to hide anybody.
    fn persons_behind(
        &self,
        trust: u32,
        regime: &Regime,
        asked: &mut Asked,
        result: &mut Beneficial,
    ) -> Vec<(u32, bool)> {
        let mut behind: Grounds = BTreeMap::new();
        let mut found = Beneficial::default();
        let most = Fraction::one();
        self.behind_trust((trust, true), &most, regime, asked, &mut behind, &mut found);
        result.truncated |= found.truncated;
        result.findings.append(&mut found.findings);
        behind
            .into_iter()
            .map(|(person, list)| (person, list.iter().any(|one| one.certain)))
            .collect()
    }

    /// Adds grounds of all who have a position in a trust, or in a trust that has one, nearest first. `most` is what the
    /// trust has at most, which hides where nobody is known behind it.
    pub(super) fn behind_trust(
        &self,
        (trust, certain): (u32, bool),
        most: &Fraction,
        regime: &Regime,
        asked: &mut Asked,
        grounds: &mut Grounds,
        result: &mut Beneficial,
    ) {
        let mut ways = vec![Way {
            trust,
            certain,
            before: None,
            deep: 1,
        }];
        let mut open: VecDeque<usize> = VecDeque::from([0]);
        while let Some(at) = open.pop_front() {
            let Way {
                trust, certain, deep, ..
            } = ways[at];
            let trusts = from_the_first(&ways, at);
            let mut anybody = false;
            for number in self.held(trust) {
                let holding = self.holding(*number);
                let Some(role) = role(holding.interest) else {
                    continue;
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
                        if trusts.contains(&party) {
                            continue;
                        }
                        if deep == TRUSTS_DEEP || ways.len() == WAYS {
                            result.truncated = true;
                            continue;
                        }
                        open.push_back(ways.len());
                        ways.push(Way {
                            trust: party,
                            certain,
                            before: Some(at),
                            deep: deep + 1,
                        });
                    }
                    _ if asked.now.contains(&party) => {}
                    _ if !asked.may_ask() => result.truncated = true,
                    _ => {
                        asked.left -= 1;
                        asked.now.push(party);
                        let behind = self.beneficial_behind(party, regime, asked);
                        asked.now.pop();
                        result.truncated |= behind.truncated;
                        result.findings.extend(behind.findings);
                        // A part of that entity is no part of the target: whoever hides there has its position.
                        result
                            .hidden
                            .extend(behind.hidden.into_iter().map(|hidden| Hidden {
                                category: None,
                                most: most.clone(),
                                ..hidden
                            }));
                        for owner in behind.owners {
                            anybody = true;
                            let certain = certain && owner.certain;
                            add(grounds, owner.party, ground(Some(party)), certain);
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
                    most: most.clone(),
                });
            }
        }
    }
}

/// The trusts of a way, the one nearest the target first.
fn from_the_first(ways: &[Way], at: usize) -> Vec<u32> {
    let mut trusts = Vec::with_capacity(ways[at].deep);
    let mut next = Some(at);
    while let Some(at) = next {
        trusts.push(ways[at].trust);
        next = ways[at].before;
    }
    trusts.reverse();
    trusts
}

/// The position that an interest in a trust is; none for a hint.
fn role(interest: Interest) -> Option<Interest> {
    match interest {
        Interest::Family => None,
        // A foundation's board is what trustees are to a trust.
        Interest::Manages => Some(Interest::Trustee),
        role @ (Interest::Settlor | Interest::Trustee | Interest::Protector | Interest::Beneficiary) => {
            Some(role)
        }
        _ => Some(Interest::OtherRole),
    }
}

/// The most of the target that grounds bring; all of it where they are control.
fn most_of(list: &[Grounded]) -> Fraction {
    let of = |one: &Grounded| match &one.ground {
        Ground::DirectShare { most, .. }
        | Ground::DeclaredShare { most, .. }
        | Ground::ControlsHolders { most, .. } => Fraction::units(*most),
        Ground::IndirectShare { most, .. } | Ground::TrustsTogether { most, .. } => most.clone(),
        // More than half of it decides all of it.
        _ => Fraction::one(),
    };
    list.iter().map(of).max().unwrap_or_else(Fraction::one)
}
