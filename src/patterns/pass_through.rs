//! Pass-through accounts (ML-08): what comes in goes out again soon.

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::graph::{Adjacent, TemporalGraph};

use super::legs::step;
use super::own::{through, with_others};
use super::result::{Bundle, Found, each_once};
use super::run::{check_least, check_length_of_time, check_window};
use super::sweep::{Sweep, Work, sweep};
use super::{Pattern, PatternError, Run, Share, TimeOrder};

/// Pass-through accounts (ML-08, rapid movement). Each outgoing transfer of an account is matched to the oldest money
/// that came in at most `window` before it and is not matched yet, first in, first out, in parts where it must be. What
/// is not matched within the window never is.
///
/// A *period* of an account begins with a transfer of which something was passed on, and takes in all transfers into
/// the account from it up to a time at most `period` later. It holds where they are together at least `min_inflow`,
/// something was passed on of at least `min_events` of them, and what was passed on of them together is at least the
/// share `min_share`. Periods of an account are disjoint and laid greedily, the one that begins first before all others,
/// and of those that begin with one transfer the longest that holds: money that is kept later on does not hide what was
/// passed on before it.
///
/// Of transfers of one time the one with the smaller number is first in and first out: which of them count as events can
/// depend on that number, what is passed on in all does not. A period that has too few events in another order of
/// transfers of one time rests on an order that nobody knows ([`super::Measures::needs_lenient`]), in strict order too.
///
/// A longer `window` can match older money and so give other periods, or none. A longer `period` or a smaller share can
/// begin a period earlier, but of each one it keeps at least one transfer in a period of the same account.
///
/// An instance is a period that holds: the transfers of it of which something was passed on, and those out of the
/// account that passed it on (which may lie up to `window` behind the period). Balances are no part of it: transfers do
/// not tell them. Purchases and living costs are for the caller to leave out.
///
/// Accounts of a bundle: the account, then those that paid it in their order, then those it paid in theirs; each once.
/// `carried`: what was passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassThrough {
    /// Microseconds from money that comes in to money that goes out, inclusive.
    pub window: i64,
    /// Microseconds from the first to the last transfer into the account in a period, inclusive.
    pub period: i64,
    /// Smallest part of what comes in that is passed on.
    pub min_share: Share,
    /// Fewest transfers in a period of which something is passed on, at least 1.
    pub min_events: u32,
    /// Smallest sum that comes in in a period, in ten-thousandths; zero for any.
    pub min_inflow: i64,
    /// Whether money may leave at the time at which it came.
    pub order: TimeOrder,
}

/// How much of a transfer into an account was passed on by one out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The transfer in.
    pub incoming: u32,
    /// The transfer out.
    pub outgoing: u32,
    /// Ten-thousandths, above zero.
    pub amount: i64,
}

impl Default for PassThrough {
    /// 48 hours, 80 % of at least 2,500 in 30 days over at least 5 events, lenient.
    fn default() -> PassThrough {
        PassThrough {
            window: 2 * 86_400_000_000,
            period: 30 * 86_400_000_000,
            min_share: Share::from_millionths(800_000).unwrap_or(Share::WHOLE),
            min_events: 5,
            min_inflow: 25_000_000,
            order: TimeOrder::Lenient,
        }
    }
}

impl PassThrough {
    /// What an account passed on, in the order of the outgoing transfers.
    pub fn matches(&self, graph: &TemporalGraph, account: u32) -> Vec<Passed> {
        let ins = others(account, graph.incoming(account));
        let outs = others(account, graph.outgoing(account));
        matches(graph, &ins, &outs, &graph.horizons(self.window), step(self.order))
    }
}

impl Pattern for PassThrough {
    fn id(&self) -> &'static str {
        "ML-08"
    }

    fn name(&self) -> &'static str {
        "pass_through"
    }

    fn validate(&self) -> Result<(), PatternError> {
        check_window(self.name(), self.window)?;
        check_length_of_time(self.name(), "period", self.period)?;
        check_least(
            self.name(),
            "min_events",
            self.min_events,
            1,
            "a period has at least 1 event",
        )?;
        if self.min_inflow < 0 {
            return Err(PatternError::Parameter {
                pattern: self.name(),
                parameter: "min_inflow",
                value: super::search::shown_money(self.min_inflow),
                allowed: "a sum that comes in is zero or more",
            });
        }
        Ok(())
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        let search = Search {
            graph,
            pattern: *self,
            horizons: graph.horizons(self.window),
            periods: graph.horizons(self.period),
        };
        sweep(graph, graph.accounts() as u32, &search, run)
    }
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    pattern: PassThrough,
    horizons: Vec<u32>,
    periods: Vec<u32>,
}

impl Sweep for Search<'_> {
    type Scratch = ();

    fn scratch(&self) {}

    fn weight(&self, account: u32) -> u64 {
        through(self.graph, account, self.pattern.min_events)
    }

    fn unit(&self, account: u32, (): &mut (), work: &mut Work<'_>) -> Option<()> {
        let incoming = others(account, self.graph.incoming(account));
        let outgoing = others(account, self.graph.outgoing(account));
        work.spend(incoming.len() + outgoing.len())?;
        let passed = matches(
            self.graph,
            &incoming,
            &outgoing,
            &self.horizons,
            step(self.pattern.order),
        );
        if passed.is_empty() {
            return Some(());
        }
        // Sorted as the transfers are: first in, first out.
        let mut taken = vec![0_i64; incoming.len()];
        let mut place = 0;
        for one in &passed {
            while incoming
                .get(place)
                .is_some_and(|transfer| *transfer != one.incoming)
            {
                place += 1;
            }
            *taken.get_mut(place)? += one.amount;
        }
        let tick = |place: usize| self.graph.tick(incoming[place]);
        let amount = |place: usize| i128::from(self.graph.amount(incoming[place]));
        let mut ends: Option<Ends> = None;
        let (mut begin, mut end) = (0, 0);
        let (mut inflow, mut sum, mut events) = (0_i128, 0_i128, 0_u32);
        while begin < incoming.len() {
            let limit = self.periods[tick(begin) as usize];
            while end < incoming.len() && tick(end) <= limit {
                inflow += amount(end);
                sum += i128::from(taken[end]);
                events += u32::from(taken[end] > 0);
                end += 1;
            }
            let may_hold = taken[begin] > 0 && self.is_enough(inflow, events);
            let mut period_end: Option<usize> = None;
            if may_hold && self.pattern.min_share.is_reached(sum, inflow) {
                period_end = Some(end);
            } else if may_hold {
                // The longest of the shorter ones; a longer one has no fewer events and no less inflow.
                if ends.is_none() {
                    work.spend(incoming.len())?;
                    ends = Some(Ends::of(self.graph, &incoming, &taken, self.pattern.min_share));
                }
                work.spend(usize::BITS as usize)?;
                let shorter = ends.as_ref().and_then(|ends| ends.last(begin, end));
                if let Some(shorter) = shorter {
                    work.spend(shorter - begin)?;
                    let inside = || begin..shorter;
                    let events = inside().filter(|place| taken[*place] > 0).count() as u32;
                    if self.is_enough(inside().map(amount).sum(), events) {
                        period_end = Some(shorter);
                    }
                }
            }
            if let Some(period_end) = period_end {
                work.tell(self.bundle(account, &incoming, &taken, begin..period_end, &passed));
            }
            let behind = period_end.unwrap_or(begin + 1);
            for (place, taken) in (begin..behind).zip(&taken[begin..behind]) {
                inflow -= amount(place);
                sum -= i128::from(*taken);
                events -= u32::from(*taken > 0);
            }
            begin = behind;
        }
        Some(())
    }
}

/// Where periods can end so that enough of them is passed on.
struct Ends {
    /// Before each transfer: what was passed on of those so far, less the share that has to be; in millionths.
    over: Vec<i128>,
    /// The largest of it in each part of the list, at places between two times; a tree whose root is the first.
    most: Vec<i128>,
}

impl Ends {
    fn of(graph: &TemporalGraph, incoming: &[u32], taken: &[i64], share: Share) -> Ends {
        let whole = i128::from(Share::WHOLE.millionths());
        let share = i128::from(share.millionths());
        let mut over = vec![0_i128];
        for (transfer, taken) in incoming.iter().zip(taken) {
            let own = i128::from(*taken) * whole - share * i128::from(graph.amount(*transfer));
            over.push(over[over.len() - 1] + own);
        }
        let leaves = over.len().next_power_of_two();
        let mut most = vec![i128::MIN; 2 * leaves];
        for place in 1..over.len() {
            let next = incoming.get(place).map(|transfer| graph.tick(*transfer));
            if next != Some(graph.tick(incoming[place - 1])) {
                most[leaves + place] = over[place];
            }
        }
        for node in (1..leaves).rev() {
            most[node] = most[2 * node].max(most[2 * node + 1]);
        }
        Ends { over, most }
    }

    /// The last place behind `begin` and before `end` up to which enough is passed on.
    fn last(&self, begin: usize, end: usize) -> Option<usize> {
        let (least, leaves) = (self.over[begin], self.most.len() / 2);
        // Up from the end, to the left, until a part holds one; then down to the last of it.
        let mut node = leaves + end;
        while self.most[node] < least || node == leaves + end {
            while node.is_multiple_of(2) {
                node /= 2;
                if node <= 1 {
                    return None;
                }
            }
            node -= 1;
        }
        while node < leaves {
            node = 2 * node + usize::from(self.most[2 * node + 1] >= least);
        }
        Some(node - leaves).filter(|place| *place > begin)
    }
}

impl Search<'_> {
    fn is_enough(&self, inflow: i128, events: u32) -> bool {
        inflow >= i128::from(self.pattern.min_inflow) && events >= self.pattern.min_events
    }

    /// The events that there are in any order of transfers of one time: what was passed on of those of a time may all be
    /// the largest's.
    fn fewest_events(&self, incoming: &[u32], taken: &[i64]) -> u32 {
        let with_taken: Vec<(u32, i64)> = incoming.iter().copied().zip(taken.iter().copied()).collect();
        let of_a_time = with_taken.chunk_by(|a, b| self.graph.tick(a.0) == self.graph.tick(b.0));
        let fewest = of_a_time.map(|same| {
            let mut left: i128 = same.iter().map(|(_, taken)| i128::from(*taken)).sum();
            let mut amounts: Vec<i64> = same
                .iter()
                .map(|(transfer, _)| self.graph.amount(*transfer))
                .collect();
            amounts.sort_unstable_by_key(|amount| std::cmp::Reverse(*amount));
            let is_left = |amount: &i64| {
                let is_left = left > 0;
                left -= i128::from(*amount);
                is_left
            };
            amounts.iter().copied().take_while(is_left).count() as u32
        });
        fewest.sum()
    }

    /// A period, given by its place among the transfers into the account.
    fn bundle(
        &self,
        account: u32,
        incoming: &[u32],
        taken: &[i64],
        period: std::ops::Range<usize>,
        passed: &[Passed],
    ) -> Bundle {
        let sum: i128 = taken[period.clone()].iter().map(|taken| i128::from(*taken)).sum();
        let inflow = super::result::sum(self.graph, &incoming[period.clone()]);
        let inside: Vec<u32> = period
            .clone()
            .filter(|place| taken[*place] > 0)
            .map(|place| incoming[place])
            .collect();
        let inside = &inside[..];
        // First in, first out: both sides of what was passed on are in the order of time.
        let key = |transfer: u32| (self.graph.tick(transfer), transfer);
        let from = passed.partition_point(|one| key(one.incoming) < key(inside[0]));
        let last = key(inside[inside.len() - 1]);
        let own = passed[from..].iter().take_while(|one| key(one.incoming) <= last);
        let mut outs: Vec<u32> = own.map(|one| one.outgoing).collect();
        outs.dedup();
        let all = &incoming[period.clone()];
        let needs_lenient = match self.pattern.order {
            TimeOrder::Strict => self.fewest_events(all, &taken[period]) < self.pattern.min_events,
            TimeOrder::Lenient => {
                let strict = matches(self.graph, inside, &outs, &self.horizons, 1);
                let sum: i128 = strict.iter().map(|one| i128::from(one.amount)).sum();
                let mut of: HashMap<u32, i64> = HashMap::new();
                for one in &strict {
                    *of.entry(one.incoming).or_default() += one.amount;
                }
                let taken: Vec<i64> = all.iter().map(|one| of.get(one).copied().unwrap_or(0)).collect();
                self.fewest_events(all, &taken) < self.pattern.min_events
                    || !self.pattern.min_share.is_reached(sum, inflow)
            }
        };
        let payers = inside.iter().map(|transfer| self.graph.payer(*transfer));
        let payees = outs.iter().map(|transfer| self.graph.payee(*transfer));
        let accounts = each_once(std::iter::once(account).chain(payers).chain(payees));
        let transfers = inside.iter().chain(&outs).copied().collect();
        Bundle::of_set(self.graph, accounts, transfers, sum, needs_lenient)
    }
}

fn others(account: u32, adjacent: Adjacent<'_>) -> Vec<u32> {
    with_others(account, adjacent)
        .map(|(_, transfer)| transfer)
        .collect()
}

/// First in, first out, within the window; both lists in the order of time.
fn matches(graph: &TemporalGraph, ins: &[u32], outs: &[u32], horizons: &[u32], step: u32) -> Vec<Passed> {
    let mut waiting: VecDeque<(u32, i64)> = VecDeque::new();
    let mut coming = ins.iter().copied().peekable();
    let mut passed = Vec::new();
    for outgoing in outs.iter().copied() {
        let at = graph.tick(outgoing);
        while let Some(incoming) = coming.next_if(|incoming| graph.tick(*incoming) + step <= at) {
            waiting.push_back((incoming, graph.amount(incoming)));
        }
        let mut left = graph.amount(outgoing);
        while left > 0 {
            let Some((incoming, rest)) = waiting.front_mut() else {
                break;
            };
            let is_late = horizons[graph.tick(*incoming) as usize] < at;
            let amount = if is_late { 0 } else { left.min(*rest) };
            if amount > 0 {
                passed.push(Passed {
                    incoming: *incoming,
                    outgoing,
                    amount,
                });
            }
            left -= amount;
            *rest -= amount;
            if left > 0 || *rest == 0 {
                waiting.pop_front();
            }
        }
    }
    passed
}
