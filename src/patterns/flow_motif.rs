//! The flow motif of many small payments and then a large one.

use crate::graph::TemporalGraph;

use super::legs::{Legs, step};
use super::own::{through, with_others};
use super::result::{Bundle, Found, each_once, sum};
use super::run::{check_least, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{HopTolerance, Pattern, PatternError, Run, Share, TimeOrder};

/// Many small payments, then a large one: a flow motif (Kosyfaki, Mamoulis, Pitoura and Tsaparas, EDBT 2019) of two
/// edges, of which the first is a set of transfers that all come before the second.
///
/// For a *large* transfer out of an account, *small* ones are transfers into it, in `order` before it, at most `window`
/// before it, each at most the share `small_share` of it, and not yet taken by an earlier large one of the account. An
/// instance takes the latest of them, as many as there can be so that the large one carries on their sum as `conserve`
/// says; they have to be `min_small` at least. Transfers of one time are earlier or later by their number.
/// The small ones may come from one account or from several; those of amount zero are none.
///
/// With a longer window or a wider tolerance an earlier large transfer can take what a later one needs, so that an
/// instance goes; an account that is found stays found. A larger `small_share` can make the sum too much.
///
/// Accounts of a bundle: the account, those that paid it in their order, the one it paid. `carried`: the smaller of the
/// sum and the large amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowMotif {
    /// Microseconds from the first small transfer to the large one, inclusive.
    pub window: i64,
    /// Fewest small transfers, at least 2.
    pub min_small: u32,
    /// Largest part of the large transfer that a small one is.
    pub small_share: Share,
    /// Whether the large transfer may have the time of a small one.
    pub order: TimeOrder,
    /// How much of the sum has to go on.
    pub conserve: HopTolerance,
}

impl Default for FlowMotif {
    /// 5 transfers of at most half, 7 days, strict, a tenth may stay behind.
    fn default() -> FlowMotif {
        FlowMotif {
            window: 7 * 86_400_000_000,
            min_small: 5,
            small_share: Share::from_millionths(500_000).unwrap_or(Share::WHOLE),
            order: TimeOrder::Strict,
            conserve: HopTolerance::TENTH,
        }
    }
}

impl Pattern for FlowMotif {
    /// None: the catalogue has no number for it.
    fn id(&self) -> &'static str {
        "-"
    }

    fn name(&self) -> &'static str {
        "flow_motif"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_least(
            self.name(),
            "min_small",
            self.min_small,
            2,
            "many small transfers are at least 2",
        )?;
        self.conserve.validate(self.name())
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let search = Search {
            graph,
            pattern: *self,
            legs: Legs::new(graph, self.window, self.order, None),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: FlowMotif,
    legs: Legs<'g>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        through(self.graph, account, self.pattern.min_small)
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let graph = self.graph;
        let mut free: Vec<u32> = with_others(account, graph.incoming(account))
            .map(|(_, transfer)| transfer)
            .collect();
        work.spend(free.len())?;
        for (edge, large) in with_others(account, graph.outgoing(account)) {
            if graph.amount(large) == 0 {
                continue;
            }
            let Some(taken) = self.taken(&free, large, step(self.pattern.order), work)? else {
                continue;
            };
            let needs_lenient =
                self.pattern.order == TimeOrder::Lenient && self.taken(&taken, large, 1, work)?.is_none();
            let carried = sum(graph, &taken).min(i128::from(graph.amount(large)));
            let payers = taken.iter().map(|transfer| graph.payer(*transfer));
            let accounts = each_once(std::iter::once(account).chain(payers).chain([edge.other()]));
            work.spend(free.len())?;
            let mut gone = taken.iter().peekable();
            free.retain(|transfer| gone.next_if(|taken| *taken == transfer).is_none());
            let transfers = taken.into_iter().chain([large]).collect();
            work.tell(Bundle::of_set(graph, accounts, transfers, carried, needs_lenient));
        }
        Some(())
    }
}

impl Search<'_> {
    /// The small transfers that a large one takes, in the order of time.
    fn taken(&self, free: &[u32], large: u32, step: u32, work: &mut Work<'_>) -> Option<Option<Vec<u32>>> {
        let graph = self.graph;
        let amount = i128::from(graph.amount(large));
        let behind = free.partition_point(|transfer| graph.tick(*transfer) + step <= graph.tick(large));
        let (mut small, mut total, mut enough) = (Vec::new(), 0_i128, 0);
        for transfer in free[..behind].iter().rev() {
            work.spend(1)?;
            if !self.legs.follows_by(*transfer, large, step) {
                break;
            }
            let own = i128::from(graph.amount(*transfer));
            let is_small = own * i128::from(Share::WHOLE.millionths())
                <= amount * i128::from(self.pattern.small_share.millionths());
            if !is_small || own == 0 {
                continue;
            }
            total += own;
            small.push(*transfer);
            if self.pattern.conserve.holds_sums(total, amount) {
                enough = small.len();
            } else if self.pattern.conserve.is_too_much(total, amount) {
                // More of them make it more.
                break;
            }
        }
        small.truncate(enough);
        small.reverse();
        Some((enough >= self.pattern.min_small as usize).then_some(small))
    }
}
