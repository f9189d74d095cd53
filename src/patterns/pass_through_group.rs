//! Groups of pass-through accounts (ML-23): several accounts that pass money on to the same places.

use hashbrown::HashMap;
use petgraph::unionfind::UnionFind;

use crate::graph::TemporalGraph;

use super::result::{Bundle, Found};
use super::run::{check_least, check_length, check_length_of_time};
use super::sweep::sort;
use super::{PassThrough, Pattern, PatternError, Run};

/// Groups of pass-through accounts (ML-23). The *exits* of an account with a pass-through period are the accounts that
/// it passed money on to in its periods. Two such accounts are *joined* if they share at least `min_shared` exits, or
/// one of the `attributes` (a telephone, an address, a device), and were opened at most `max_apart` apart where that is
/// told. A group is at least `min_accounts` accounts that hang together by this.
///
/// An instance is a group with all transfers of its periods. Accounts of a bundle: the accounts of the group, then the
/// exits that at least two of them share, each in the order of their numbers. `carried`: what they passed on together.
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
        self.periods.validate()?;
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
        let periods = self.periods.search(graph, run)?;
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
        let steps = self.join(&accounts, &exits, &mut joined);
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
        Ok(Found {
            bundles,
            truncated: periods.truncated,
            steps: periods.steps.saturating_add(steps),
        })
    }
}

impl PassThroughGroup<'_> {
    /// Joins accounts, given by their place; gives the pairs looked at.
    fn join(&self, accounts: &[u32], exits: &[Vec<u32>], joined: &mut UnionFind<u32>) -> u64 {
        let mut steps = 0;
        let is_near = |a: u32, b: u32| {
            let opened = |account: u32| self.opened.and_then(|opened| opened[account as usize]);
            match (opened(a), opened(b)) {
                (Some(one), Some(other)) => one.abs_diff(other) <= self.max_apart as u64,
                _ => true,
            }
        };
        let mut by_exit: HashMap<u32, Vec<u32>> = HashMap::new();
        for (place, own) in (0_u32..).zip(exits) {
            // How many exits each earlier account shares with this one.
            let mut shared: HashMap<u32, u32> = HashMap::new();
            for exit in own {
                let earlier = by_exit.entry(*exit).or_default();
                steps += earlier.len() as u64;
                earlier
                    .iter()
                    .for_each(|other| *shared.entry(*other).or_default() += 1);
                earlier.push(place);
            }
            for (other, count) in shared {
                if count >= self.min_shared && is_near(accounts[place as usize], accounts[other as usize]) {
                    joined.union(place, other);
                }
            }
        }
        let place_of = |account: u32| accounts.binary_search(&account).ok().map(|place| place as u32);
        let mut by_attribute: HashMap<u32, Vec<u32>> = HashMap::new();
        for (account, attribute) in self.attributes {
            let Some(place) = place_of(*account) else { continue };
            let earlier = by_attribute.entry(*attribute).or_default();
            steps += earlier.len() as u64;
            for other in earlier.iter().copied() {
                if is_near(accounts[place as usize], accounts[other as usize]) {
                    joined.union(place, other);
                }
            }
            earlier.push(place);
        }
        steps
    }
}
