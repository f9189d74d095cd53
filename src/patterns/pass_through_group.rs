//! Groups of pass-through accounts (ML-23): several accounts that pass money on to the same places.

use hashbrown::HashMap;
use petgraph::unionfind::UnionFind;

use crate::graph::TemporalGraph;

use super::result::{Bundle, Found};
use super::run::{check_least, check_length, check_length_of_time};
use super::sweep::sort;
use super::{Budget, Limit, PassThrough, Pattern, PatternError, Run, Truncated};

/// Groups of pass-through accounts (ML-23). The *exits* of an account with a pass-through period are the accounts that
/// it passed money on to in its periods. Two such accounts are *joined* if they share at least `min_shared` exits, or
/// one of the `attributes` (a telephone, an address, a device), and were opened at most `max_apart` apart where that is
/// told. A group is at least `min_accounts` accounts that hang together by this.
///
/// An instance is a group with all transfers of its periods. Accounts of a bundle: the accounts of the group, then the
/// exits that at least two of them share, each in the order of their numbers. `carried`: what they passed on together.
///
/// A longer `max_apart` only makes groups larger. As periods can end with a longer window, so can groups.
///
/// On movement alone an account that is used against its holder's will looks the same: nothing of this may be shown
/// before the control indicators were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassThroughGroup<'a> {
    /// What a pass-through period is.
    pub periods: PassThrough,
    /// Fewest accounts in a group, at least 2.
    pub min_accounts: u32,
    /// Fewest exits that two accounts share, at least 1.
    pub min_shared: u32,
    /// Microseconds between the openings of two joined accounts, inclusive.
    pub max_apart: i64,
    /// For each account when it was opened (microseconds); not compared where that is not told of both.
    pub opened: Option<&'a [Option<i64>]>,
    /// Account and number of an attribute that it has, in any order.
    pub attributes: &'a [(u32, u32)],
}

impl Default for PassThroughGroup<'_> {
    /// 3 accounts, 2 exits, opened within 90 days.
    fn default() -> Self {
        PassThroughGroup {
            periods: PassThrough::default(),
            min_accounts: 3,
            min_shared: 2,
            max_apart: 90 * 86_400_000_000,
            opened: None,
            attributes: &[],
        }
    }
}

impl Pattern for PassThroughGroup<'_> {
    fn id(&self) -> &'static str {
        "ML-23"
    }

    fn name(&self) -> &'static str {
        "pass_through_group"
    }

    fn validate(&self) -> Result<(), PatternError> {
        self.periods.validate().map_err(|error| match error {
            PatternError::Parameter {
                parameter,
                value,
                allowed,
                ..
            } => PatternError::Parameter {
                pattern: self.name(),
                parameter,
                value,
                allowed,
            },
            other => other,
        })?;
        check_least(
            self.name(),
            "min_accounts",
            self.min_accounts,
            2,
            "a group has at least 2 accounts",
        )?;
        check_least(
            self.name(),
            "min_shared",
            self.min_shared,
            1,
            "joined accounts share at least 1 exit",
        )?;
        check_length_of_time(self.name(), "max_apart", self.max_apart)
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "opened", self.opened, graph.accounts())?;
        // Instances are groups: a group whose periods were cut would be told as if it were whole.
        let all_periods = Run {
            budget: Budget {
                max_instances: u64::MAX,
                ..run.budget
            },
            ..*run
        };
        let periods = self.periods.search(graph, &all_periods)?;
        // Accounts with a period, sorted; their bundles and their exits.
        let mut of: HashMap<u32, Vec<&Bundle>> = HashMap::new();
        for bundle in &periods.bundles {
            of.entry(bundle.accounts[0]).or_default().push(bundle);
        }
        let mut accounts: Vec<u32> = of.keys().copied().collect();
        accounts.sort_unstable();
        let exits: Vec<Vec<u32>> = accounts
            .iter()
            .map(|account| {
                let transfers = of[account].iter().flat_map(|bundle| &bundle.representative);
                let mut exits: Vec<u32> = transfers
                    .filter(|t| graph.payer(**t) == *account)
                    .map(|t| graph.payee(*t))
                    .collect();
                exits.sort_unstable();
                exits.dedup();
                exits
            })
            .collect();
        let mut joined: UnionFind<u32> = UnionFind::new(accounts.len());
        let left = run.budget.max_steps.saturating_sub(periods.steps);
        let mut steps = Steps { left, run, spent: 0 };
        let is_whole = self.join(&accounts, &exits, &mut joined, &mut steps).is_some();
        run.check_cancelled()?;
        let mut groups: HashMap<u32, Vec<usize>> = HashMap::new();
        for place in 0..accounts.len() {
            groups.entry(joined.find(place as u32)).or_default().push(place);
        }
        let mut bundles: Vec<Bundle> = groups
            .into_values()
            .filter(|group| group.len() >= self.min_accounts as usize)
            .map(|group| {
                let mut shared: Vec<u32> = group
                    .iter()
                    .flat_map(|place| exits[*place].iter().copied())
                    .collect();
                shared.sort_unstable();
                let shared = shared
                    .chunk_by(|a, b| a == b)
                    .filter(|same| same.len() >= 2)
                    .map(|same| same[0]);
                let members: Vec<u32> = group.iter().map(|place| accounts[*place]).collect();
                let own = || members.iter().flat_map(|account| &of[account]);
                let transfers = own()
                    .flat_map(|bundle| bundle.representative.iter().copied())
                    .collect();
                let carried = own().map(|bundle| bundle.measures.carried).sum();
                let needs_lenient = own().any(|bundle| bundle.measures.needs_lenient);
                let shared: Vec<u32> = shared
                    .filter(|exit| members.binary_search(exit).is_err())
                    .collect();
                Bundle::of_set(
                    graph,
                    [members.clone(), shared].concat(),
                    transfers,
                    carried,
                    needs_lenient,
                )
            })
            .collect();
        sort(&mut bundles);
        let first = graph.times().first().copied().unwrap_or(i64::MIN);
        let mut truncated = periods.truncated.or((!is_whole).then_some(Truncated {
            by: Limit::Steps,
            complete_before: first,
        }));
        let most = usize::try_from(run.budget.max_instances).unwrap_or(usize::MAX);
        if let Some(dropped) = bundles.get(most) {
            let dropped = dropped.measures.first_at;
            truncated = Some(Truncated {
                by: Limit::Instances,
                complete_before: truncated.map_or(dropped, |before| before.complete_before),
            });
            bundles.truncate(most);
        }
        Ok(Found {
            bundles,
            truncated,
            steps: periods.steps.saturating_add(steps.spent.min(left)),
        })
    }
}

/// Steps of joining.
struct Steps<'a> {
    left: u64,
    spent: u64,
    run: &'a Run<'a>,
}

impl Steps<'_> {
    /// Takes note of steps; nothing where they are more than are left.
    fn spend(&mut self, steps: usize) -> Option<()> {
        self.spent = self.spent.saturating_add(steps as u64);
        (self.spent <= self.left && !self.run.is_cancelled()).then_some(())
    }
}

impl PassThroughGroup<'_> {
    /// Joins accounts, given by their place; nothing where the budget ends it.
    ///
    /// Two accounts that share some exits share one of the rarest of each, all but the fewest that they have to share:
    /// only there a partner is looked for, so that an exit that everybody has costs nothing.
    fn join(
        &self,
        accounts: &[u32],
        exits: &[Vec<u32>],
        joined: &mut UnionFind<u32>,
        steps: &mut Steps<'_>,
    ) -> Option<()> {
        let is_near = |a: u32, b: u32| {
            let opened = |account: u32| self.opened.and_then(|opened| opened[account as usize]);
            match (opened(a), opened(b)) {
                (Some(one), Some(other)) => one.abs_diff(other) <= self.max_apart as u64,
                _ => true,
            }
        };
        let are_near = |a: u32, b: u32| is_near(accounts[a as usize], accounts[b as usize]);
        let mut frequency: HashMap<u32, u32> = HashMap::new();
        let mut alike: HashMap<&[u32], u32> = HashMap::new();
        for own in exits {
            steps.spend(own.len() + 1)?;
            own.iter()
                .for_each(|exit| *frequency.entry(*exit).or_default() += 1);
        }
        let least = self.min_shared as usize;
        let mut by_exit: HashMap<u32, Vec<u32>> = HashMap::new();
        for (place, own) in (0_u32..).zip(exits) {
            let Some(rarest) = own.len().checked_sub(least).map(|more| more + 1) else {
                continue;
            };
            // Accounts with the same exits are one where nothing but exits tells them apart.
            if self.opened.is_none()
                && let Some(other) = alike.insert(own, place)
            {
                joined.union(place, other);
                alike.insert(own, other);
                continue;
            }
            let mut by_rarity: Vec<(u32, u32)> = own.iter().map(|exit| (frequency[exit], *exit)).collect();
            by_rarity.sort_unstable();
            for (_, exit) in &by_rarity[..rarest] {
                let earlier = by_exit.entry(*exit).or_default();
                steps.spend(earlier.len() + 1)?;
                for other in earlier.iter().copied() {
                    if joined.equiv(place, other) || !are_near(place, other) {
                        continue;
                    }
                    let others = &exits[other as usize];
                    steps.spend(own.len() + others.len())?;
                    if shared(own, others) >= least {
                        joined.union(place, other);
                    }
                }
                earlier.push(place);
            }
        }
        let place_of = |account: u32| accounts.binary_search(&account).ok().map(|place| place as u32);
        let mut by_attribute: HashMap<u32, Vec<u32>> = HashMap::new();
        for (account, attribute) in self.attributes {
            let Some(place) = place_of(*account) else { continue };
            let earlier = by_attribute.entry(*attribute).or_default();
            // Where times of opening do not matter, all that have it are joined to its first.
            let looked_at = if self.opened.is_none() { 1 } else { earlier.len() };
            steps.spend(looked_at + 1)?;
            for other in earlier.iter().copied().take(looked_at) {
                if are_near(place, other) {
                    joined.union(place, other);
                }
            }
            earlier.push(place);
        }
        Some(())
    }
}

/// How many numbers two sorted lists share.
fn shared(one: &[u32], other: &[u32]) -> usize {
    let (mut a, mut b, mut count) = (0, 0, 0);
    while let (Some(left), Some(right)) = (one.get(a), other.get(b)) {
        count += usize::from(left == right);
        a += usize::from(left <= right);
        b += usize::from(right <= left);
    }
    count
}
