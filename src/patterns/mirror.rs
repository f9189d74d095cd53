//! Mirror transfers (ML-24): value that changes hands both ways at once, in two currencies, and crosses no border.

use crate::graph::TemporalGraph;

use super::own::{heads, members};
use super::result::{Bundle, Found, each_once, in_time};
use super::run::{check_least, check_length, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, Share};

/// Mirror transfers (ML-24, offset): one party pays another in one currency and is paid the same value by it in another
/// currency, again and again, as informal value transfer settles.
///
/// Two transfers between the same two parties, one each way, in different currencies, mirror each other if their times
/// lie at most `window` apart and their values differ by at most the share `tolerance` of the larger; values of zero
/// never do. Each transfer is used once: those of the party with the smaller account number take, in the order of time,
/// the earliest one that mirrors them and is not taken. So fewer pairs can be found than there could be: one that could
/// have had another partner takes the only one of the next. With a wider tolerance that can leave two parties with fewer
/// pairs; with a longer window only the partners change.
///
/// An instance is two parties with at least `min_pairs` such pairs, and all transfers of them. Accounts of a bundle: all
/// of these transfers, payer before payee, in their order. `carried`: the smaller of the two sums of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MirrorTransfers<'a> {
    /// Microseconds between the two, inclusive.
    pub window: i64,
    /// How much the values may differ.
    pub tolerance: Share,
    /// Fewest pairs, at least 1; few are coincidence.
    pub min_pairs: u32,
    /// For each account the party it belongs to; each is its own where nothing is told.
    pub parties: Option<&'a [u32]>,
    /// For each transfer the number of its currency; where nothing is told currencies are not compared.
    pub currencies: Option<&'a [u32]>,
    /// For each transfer its value in one currency, in ten-thousandths; the graph's amount where nothing is told.
    pub values: Option<&'a [i64]>,
}

impl Default for MirrorTransfers<'_> {
    /// 2 days, 2 %, 3 pairs.
    fn default() -> Self {
        MirrorTransfers {
            window: 2 * 86_400_000_000,
            tolerance: Share::from_millionths(20_000).unwrap_or(Share::NONE),
            min_pairs: 3,
            parties: None,
            currencies: None,
            values: None,
        }
    }
}

impl Pattern for MirrorTransfers<'_> {
    fn id(&self) -> &'static str {
        "ML-24"
    }

    fn name(&self) -> &'static str {
        "mirror_transfers"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_pairs",
            self.min_pairs,
            1,
            "mirrors come in at least 1 pair",
        )
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        check_length(self.name(), "parties", self.parties, graph.accounts())?;
        check_length(self.name(), "currencies", self.currencies, graph.transfers())?;
        check_length(self.name(), "values", self.values, graph.transfers())?;
        let search = Search {
            graph,
            pattern: self,
            heads: heads(graph.accounts(), self.parties),
            members: members(graph.accounts(), self.parties),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: &'g MirrorTransfers<'g>,
    /// For each account the first of its party.
    heads: Vec<u32>,
    members: Vec<Vec<u32>>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        let members = &self.members[account as usize];
        members
            .iter()
            .map(|member| self.graph.outgoing(*member).len() + self.graph.incoming(*member).len())
            .sum::<usize>() as u64
    }

    /// The party of this account with those whose first account has a larger number.
    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let graph = self.graph;
        // Other party, whether it is paid, transfer.
        let mut both: Vec<(u32, u32)> = Vec::new();
        for member in &self.members[account as usize] {
            for adjacent in [graph.outgoing(*member), graph.incoming(*member)] {
                work.spend(adjacent.len())?;
                let others = adjacent
                    .iter()
                    .map(|(edge, transfer)| (self.heads[edge.other() as usize], transfer));
                both.extend(others.filter(|(other, _)| *other > account));
            }
        }
        both.sort_unstable_by_key(|(other, transfer)| (*other, graph.tick(*transfer), *transfer));
        for same in both.chunk_by(|a, b| a.0 == b.0) {
            let is_paid = |transfer: &u32| self.heads[graph.payer(*transfer) as usize] == account;
            let (there, back): (Vec<u32>, Vec<u32>) = same
                .iter()
                .map(|(_, transfer)| *transfer)
                .partition(|transfer| is_paid(transfer));
            let (mut taken, mut pairs) = (vec![false; back.len()], Vec::new());
            let mut from = 0;
            for one in &there {
                while back.get(from).is_some_and(|other| self.is_past(*other, *one)) {
                    from += 1;
                }
                for place in from..back.len() {
                    work.spend(1)?;
                    if self.is_past(*one, back[place]) {
                        break;
                    }
                    if !taken[place] && self.mirrors(*one, back[place]) {
                        taken[place] = true;
                        pairs.push((*one, back[place]));
                        break;
                    }
                }
            }
            if pairs.len() >= self.pattern.min_pairs as usize {
                let bundle = self.bundle(&pairs);
                work.tell(bundle);
            }
        }
        Some(())
    }
}

impl Search<'_> {
    /// Whether the first lies too long before the second.
    fn is_past(&self, first: u32, second: u32) -> bool {
        self.graph.at(second).saturating_sub(self.graph.at(first)) > self.pattern.window
    }

    fn value(&self, transfer: u32) -> i128 {
        let amount = || self.graph.amount(transfer);
        i128::from(
            self.pattern
                .values
                .map_or_else(amount, |values| values[transfer as usize]),
        )
    }

    fn mirrors(&self, one: u32, other: u32) -> bool {
        let (a, b) = (self.value(one), self.value(other));
        let larger = a.max(b);
        let whole = i128::from(Share::WHOLE.millionths());
        let is_same = (a - b).abs() * whole <= i128::from(self.pattern.tolerance.millionths()) * larger;
        let differs = self
            .pattern
            .currencies
            .is_none_or(|currencies| currencies[one as usize] != currencies[other as usize]);
        a > 0 && b > 0 && is_same && differs
    }

    fn bundle(&self, pairs: &[(u32, u32)]) -> Bundle {
        let graph = self.graph;
        let mut transfers: Vec<u32> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
        in_time(graph, &mut transfers);
        let accounts = each_once(
            transfers
                .iter()
                .flat_map(|transfer| [graph.payer(*transfer), graph.payee(*transfer)]),
        );
        let there: i128 = pairs.iter().map(|(one, _)| self.value(*one)).sum();
        let back: i128 = pairs.iter().map(|(_, other)| self.value(*other)).sum();
        Bundle::of_set(graph, accounts, transfers, there.min(back), false)
    }
}
