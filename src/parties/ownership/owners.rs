//! Who owns one entity, exactly: every person and every other end of ownership behind it, with bounds, chains and what
//! cycles multiply.
//!
//! **Bounds.** All terms are positive, so the least comes from the least stakes. The most comes from the most stakes, cut
//! three times: a stake is never more than what the others' least leave of that entity; a total is never more than what
//! the totals of all other ends leave of the whole; and that holds at every entity on the way too (there up to the unit;
//! in circles the last digits of this cut may depend on the numbering of the parties). All enclose the truth but need not
//! be reached. The second and third cut are left out where some entity's least adds up to more than the whole (the
//! records contradict each other) and in [`Category::Any`], whose shares are no parts of one whole.

use hashbrown::HashMap;

use super::chains::{Chain, ChainBudget, Chains};
use super::finding::Finding;
use super::flow::{Flow, flow};
use super::fraction::{Fraction, Round};
use super::network::{Category, PartyKind, WHOLE};
use super::pass::{ONE, Pass, units_up};
use super::register::{Reached, Register};
use super::solve::Unsolved;

/// Ends below this are not cut at each level.
const CUT_DROPPED: u64 = ONE >> 16;

/// Where ownership ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndKind {
    /// At somebody whom nobody owns: a person, a state, a trust.
    Holder,
    /// In an entity, with the part of it that no holder is known to have (of a listed company: the public).
    Remainder,
    /// In a set of entities that keeps what flows in; the party is its first entity.
    Undetermined,
}

/// An end of ownership and its part.
#[derive(Clone, Debug)]
pub struct End {
    /// Which party.
    pub party: u32,
    /// What it is.
    pub kind: PartyKind,
    /// How it is an end.
    pub end: EndKind,
    /// The least of the entity that it has, directly and through others.
    pub least: Fraction,
    /// The most.
    pub most: Fraction,
    /// The most before the second and third cut; none where a set of entities that keeps everything leaves no bound.
    pub uncut_most: Option<Fraction>,
    /// What of it is direct, in units of the whole: least and most.
    pub direct: (u64, u64),
    /// The chains from the entity to this end without repetition, largest first.
    pub chains: Vec<Chain>,
    /// All chains are listed; `loops` is then what cycles add, to the unit. Else it is that and what is not listed.
    pub chains_complete: bool,
    /// `least` less the least of the chains listed.
    pub loops_least: Fraction,
    /// `uncut_most` less the most of the chains listed.
    pub loops_most: Option<Fraction>,
}

/// A holding that its register reckons through others already, beside what is computed.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Whose.
    pub owner: u32,
    /// The record.
    pub record: u32,
    /// The least that it declares, in units of the whole.
    pub least: u64,
    /// The most.
    pub most: u64,
    /// What is computed for that owner from direct holdings: least and most. None for an entity as the owner.
    pub computed: Option<(Fraction, Fraction)>,
    /// Declared and computed have a share in common; false also where nothing is computed and something is declared.
    pub agrees: bool,
}

/// Who owns an entity.
#[derive(Clone, Debug)]
pub struct Owners {
    /// The entity.
    pub entity: u32,
    /// Which kind of ownership.
    pub category: Category,
    /// All ends, largest least first, then largest most, then by party.
    pub ends: Vec<End>,
    /// Shares declared as indirect.
    pub declared: Vec<Declared>,
    /// What is wrong with the records behind it.
    pub findings: Vec<Finding>,
    /// No number was rounded: bounds are those of the records to the last digit.
    pub exact: bool,
    /// Nothing contradicts that ends are parts of one whole, so the second and third cut were made.
    pub cut: bool,
    /// How many parties stand behind it.
    pub reached: usize,
}

impl Owners {
    /// The end at somebody whom nobody owns.
    pub fn of(&self, party: u32) -> Option<&End> {
        self.ends
            .iter()
            .find(|end| end.party == party && end.end == EndKind::Holder)
    }
}

impl Register<'_> {
    /// Who owns an entity in one kind of ownership.
    pub fn owners(&self, entity: u32, category: Category, budget: &ChainBudget) -> Owners {
        let (reached, _) = Reached::behind(self, entity, category, usize::MAX);
        self.owners_of(&reached, category, budget)
    }

    pub(super) fn owners_of(&self, reached: &Reached, category: Category, budget: &ChainBudget) -> Owners {
        let owned = |party: u32| self.kind(party).is_owned();
        let least = flow(reached, owned, Round::Down);
        let most = flow(reached, owned, Round::Up);
        let findings = self.findings_behind(reached, &least, category);
        let cut = category != Category::Any && reached.sums.iter().all(|sum| *sum <= WHOLE);
        let mut exact = !least.rounded && !most.rounded;
        let mut ends = self.ends(reached, &least, &most, cut);
        if cut
            && !reached
                .stakes
                .iter()
                .flatten()
                .all(|stake| stake.least == stake.most)
        {
            exact &= !self.cut_at_each_level(reached, &mut ends);
        }
        let chains = Chains::search(self, reached, category, budget);
        for end in &mut ends {
            let local = reached.number[&end.party];
            let Some((list, complete)) = chains.to(local, &end.end) else {
                end.chains_complete = chains.complete;
                continue;
            };
            for chain in &list {
                end.loops_least = end.loops_least.minus(&chain.least);
                end.loops_most = end.loops_most.as_ref().map(|rest| rest.minus(&chain.most));
            }
            end.chains = list;
            end.chains_complete = complete;
        }
        ends.sort_by(|a, b| {
            b.least
                .cmp(&a.least)
                .then_with(|| b.most.cmp(&a.most))
                .then_with(|| (a.party, &a.end).cmp(&(b.party, &b.end)))
        });
        let declared = self.declared(reached.parties[0], category, &ends);
        Owners {
            entity: reached.parties[0],
            category,
            ends,
            declared,
            findings,
            exact,
            cut,
            reached: reached.parties.len(),
        }
    }

    fn ends(&self, reached: &Reached, least: &Flow, most: &Flow, cut: bool) -> Vec<End> {
        let mut found: Vec<(u32, EndKind, Fraction, Option<Fraction>)> = Vec::new();
        let set_of: HashMap<u32, usize> = least
            .kept
            .iter()
            .enumerate()
            .flat_map(|(number, kept)| kept.entities.iter().map(move |entity| (*entity, number)))
            .collect();
        for place in 0..reached.parties.len() as u32 {
            let at = place as usize;
            let bound = |amount: &Fraction| (!most.unbounded[at]).then(|| amount.clone());
            if !self.kind(reached.parties[at]).is_owned() {
                let entry = (
                    place,
                    EndKind::Holder,
                    least.holders[at].clone(),
                    bound(&most.holders[at]),
                );
                found.push(entry);
            } else if !set_of.contains_key(&place) {
                let most_left = most.unbounded[at] && reached.sums[at] < WHOLE;
                let upper = if most_left {
                    None
                } else {
                    Some(most.remainders[at].clone())
                };
                found.push((place, EndKind::Remainder, least.remainders[at].clone(), upper));
            }
        }
        for kept in &least.kept {
            found.push((kept.entities[0], EndKind::Undetermined, kept.amount.clone(), None));
        }
        let total = found.iter().fold(Fraction::zero(), |sum, one| sum.plus(&one.2));
        let direct: HashMap<u32, (u64, u64)> = reached.stakes[0]
            .iter()
            .map(|stake| (stake.owner, (stake.least, stake.most)))
            .collect();
        let ends = found.into_iter().map(|(place, end, least, uncut)| {
            let most = if cut {
                let left = Fraction::one().minus(&total.minus(&least));
                match &uncut {
                    Some(uncut) if *uncut < left => uncut.clone(),
                    _ => left,
                }
            } else {
                // Where circles bring an end more than the whole, its most is no less than that.
                uncut.clone().unwrap_or_else(Fraction::one).max(least.clone())
            };
            End {
                party: reached.parties[place as usize],
                kind: self.kind(reached.parties[place as usize]),
                direct: match end {
                    EndKind::Holder => direct.get(&place).copied().unwrap_or((0, 0)),
                    _ => (0, 0),
                },
                end,
                loops_least: least.clone(),
                loops_most: uncut.clone(),
                least,
                most,
                uncut_most: uncut,
                chains: Vec::new(),
                chains_complete: true,
            }
        });
        ends.filter(|end| !end.most.is_zero()).collect()
    }

    /// The third cut: at each entity on the way nobody has more than what others leave, not only at the last.
    /// Says whether that changed anything.
    fn cut_at_each_level(&self, reached: &Reached, ends: &mut [End]) -> bool {
        let owned = reached
            .parties
            .iter()
            .map(|party| self.kind(*party).is_owned())
            .collect();
        let mut pass = Pass::new(owned, CUT_DROPPED, true, |party, all| {
            all.extend_from_slice(&reached.stakes[party as usize]);
        });
        let mut bounds: HashMap<u32, u64> = HashMap::new();
        let mut rest = ONE;
        pass.run(|pass, ring, closed| {
            if ring.contains(&0) && !closed {
                rest = pass.list(0).rest;
                bounds.extend(pass.list(0).entries.iter().map(|entry| (entry.end, entry.most)));
            }
        });
        let mut changed = false;
        for end in ends.iter_mut().filter(|end| end.end == EndKind::Holder) {
            let most = bounds.get(&reached.number[&end.party]).copied().unwrap_or(rest);
            let most = Fraction::units(units_up(most));
            if most < end.most && most >= end.least {
                end.most = most;
                changed = true;
            }
        }
        changed
    }

    fn findings_behind(&self, reached: &Reached, least: &Flow, category: Category) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (place, party) in reached.parties.iter().enumerate() {
            findings.extend(self.findings_of(*party).cloned());
            if category != Category::Any && reached.sums[place] > WHOLE {
                findings.push(Finding::AboveWhole {
                    category,
                    entity: *party,
                    sum: reached.sums[place],
                    records: self.records_of(*party, category),
                });
            }
        }
        for kept in &least.kept {
            let mut entities: Vec<u32> = kept
                .entities
                .iter()
                .map(|place| reached.parties[*place as usize])
                .collect();
            entities.sort_unstable();
            findings.push(match kept.why {
                Unsolved::TooEntangled => Finding::TooEntangled { category, entities },
                Unsolved::NoSolution if kept.closed => Finding::OwnsItself { category, entities },
                Unsolved::NoSolution => Finding::NoSolution { category, entities },
            });
        }
        findings.sort();
        findings.dedup();
        findings
    }

    fn declared(&self, entity: u32, category: Category, ends: &[End]) -> Vec<Declared> {
        let computed: HashMap<u32, &End> = ends
            .iter()
            .filter(|end| end.end == EndKind::Holder)
            .map(|end| (end.party, end))
            .collect();
        let mut declared: Vec<Declared> = Vec::new();
        for number in self.held(entity) {
            let holding = self.holding(*number);
            let right = match holding.interest.category() {
                Some(of) => category == Category::Any || of == category,
                None => false,
            };
            if !right || !self.is_apart(*number) {
                continue;
            }
            let owner = holding.holder();
            let (least, most) = self.bounds(*number);
            let entity = self.kind(owner).is_owned();
            let computed = (!entity).then(|| match computed.get(&owner) {
                Some(end) => (end.least.clone(), end.most.clone()),
                None => (Fraction::zero(), Fraction::zero()),
            });
            let agrees = computed
                .as_ref()
                .is_none_or(|(low, high)| *low <= Fraction::units(most) && Fraction::units(least) <= *high);
            declared.push(Declared {
                owner,
                record: holding.record,
                least,
                most,
                computed,
                agrees,
            });
        }
        declared.sort_by_key(|one| (one.owner, one.record));
        declared
    }
}
