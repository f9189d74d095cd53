//! How far money can come in time: from an account onward, or back from it.

use std::ops::Range;

use super::temporal::{Adjacent, Edge, TemporalGraph};

impl TemporalGraph {
    /// The earliest time at which money that lies on an account at `from` can reach each account by transfers up to
    /// `to`, inclusive (microseconds); nothing for accounts that it cannot reach. In strict order each transfer is later
    /// than the one before it; the first may be at `from` itself. The account itself is reached at `from`.
    pub fn earliest_arrivals(&self, account: u32, from: i64, to: i64, strict: bool) -> Vec<Option<i64>> {
        let ticks = self.ticks_between(from, to);
        let step = u32::from(strict);
        // Counted from the first tick on, an arrival at 0 may go on with a transfer at 0 even in strict order.
        let onward = |arrival: Option<u32>, limit: Option<u32>| {
            let first = arrival.map_or(ticks.start, |tick| tick + step);
            first..limit.map_or(ticks.end, |tick| tick + step)
        };
        let arrivals = self.spread(
            account,
            |account, arrival, known| self.outgoing(account).between(onward(arrival, known)),
            |new, old| new < old,
        );
        self.told(arrivals, account, from)
    }

    /// The latest time at which money can leave each account and still reach an account by `to`, with transfers from
    /// `from` on, both inclusive (microseconds); nothing for accounts from which it cannot. The account itself has `to`.
    pub fn latest_departures(&self, account: u32, from: i64, to: i64, strict: bool) -> Vec<Option<i64>> {
        let ticks = self.ticks_between(from, to);
        let step = u32::from(strict);
        let back = |departure: Option<u32>, limit: Option<u32>| -> Range<u32> {
            let behind = departure.map_or(ticks.end, |tick| (tick + 1).saturating_sub(step));
            let first = limit.map_or(ticks.start, |tick| (tick + 1).saturating_sub(step));
            first.max(ticks.start)..behind
        };
        let departures = self.spread(
            account,
            |account, departure, known| self.incoming(account).between(back(departure, known)),
            |new, old| new > old,
        );
        self.told(departures, account, to)
    }

    /// Goes on from account to account. `onward` gives what an account leads to that it did not lead to yet, when its
    /// best tick is the first number and was the second; so each transfer is looked at once.
    fn spread<'g>(
        &'g self,
        account: u32,
        onward: impl Fn(u32, Option<u32>, Option<u32>) -> Adjacent<'g>,
        is_better: impl Fn(u32, u32) -> bool,
    ) -> Vec<Option<u32>> {
        let mut best: Vec<Option<u32>> = vec![None; self.accounts()];
        let mut known = best.clone();
        let mut queued = vec![false; self.accounts()];
        let mut waiting = std::collections::VecDeque::new();
        let reach = |edge: &Edge, best: &mut Vec<Option<u32>>, queued: &mut Vec<bool>| {
            let other = edge.other() as usize;
            let better = best[other].is_none_or(|old| is_better(edge.tick(), old));
            if other == account as usize || !better {
                return None;
            }
            best[other] = Some(edge.tick());
            (!std::mem::replace(&mut queued[other], true)).then_some(edge.other())
        };
        if (account as usize) < self.accounts() {
            let first = onward(account, None, None).edges;
            waiting.extend(
                first
                    .iter()
                    .filter_map(|edge| reach(edge, &mut best, &mut queued)),
            );
        }
        while let Some(next) = waiting.pop_front() {
            let place = next as usize;
            queued[place] = false;
            let before = std::mem::replace(&mut known[place], best[place]);
            let edges = onward(next, best[place], before).edges;
            waiting.extend(
                edges
                    .iter()
                    .filter_map(|edge| reach(edge, &mut best, &mut queued)),
            );
        }
        best
    }

    fn told(&self, ticks: Vec<Option<u32>>, account: u32, own: i64) -> Vec<Option<i64>> {
        let mut times: Vec<Option<i64>> = ticks
            .into_iter()
            .map(|tick| tick.map(|tick| self.times()[tick as usize]))
            .collect();
        if let Some(time) = times.get_mut(account as usize) {
            *time = Some(own);
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_going_over_all_transfers_again_and_again() {
        let mut state = 5_u64;
        let mut number = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..2_000 {
            let accounts = 1 + number(7);
            let rows: Vec<(u32, u32, i64)> = (0..number(20))
                .map(|_| (number(accounts) as u32, number(accounts) as u32, number(9) as i64))
                .collect();
            let payer: Vec<u32> = rows.iter().map(|row| row.0).collect();
            let payee: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let at: Vec<i64> = rows.iter().map(|row| row.2).collect();
            let graph = TemporalGraph::build(accounts as usize, &payer, &payee, &at, &vec![1; rows.len()])
                .expect("good rows");
            let (account, from) = (number(accounts) as u32, number(6) as i64);
            let (to, strict) = (from + number(7) as i64, number(2) == 0);
            let inside = |row: &&(u32, u32, i64)| row.2 >= from && row.2 <= to;
            let step = i64::from(strict);
            let mut arrivals = vec![None; accounts as usize];
            let mut departures = arrivals.clone();
            for _ in 0..=rows.len() {
                for (payer, payee, at) in rows.iter().filter(inside) {
                    let earlier = |time: Option<i64>| time.is_some_and(|time| time + step <= *at);
                    let later = |time: Option<i64>| time.is_some_and(|time| at + step <= time);
                    if *payer == account || earlier(arrivals[*payer as usize]) {
                        let known: &mut Option<i64> = &mut arrivals[*payee as usize];
                        *known = Some(known.map_or(*at, |time| time.min(*at)));
                    }
                    if *payee == account || later(departures[*payee as usize]) {
                        let known: &mut Option<i64> = &mut departures[*payer as usize];
                        *known = Some(known.map_or(*at, |time| time.max(*at)));
                    }
                }
            }
            arrivals[account as usize] = Some(from);
            departures[account as usize] = Some(to);
            assert_eq!(
                graph.earliest_arrivals(account, from, to, strict),
                arrivals,
                "{rows:?}"
            );
            assert_eq!(
                graph.latest_departures(account, from, to, strict),
                departures,
                "{rows:?}"
            );
        }
    }
}
