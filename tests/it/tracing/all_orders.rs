//! Intervals of small networks against all orders that agree with the records, gone through one by one.

use std::collections::BTreeMap;

use geldspoor::trace::{
    Book, End, Kind, METHODS, Method, OUTSIDE, Opening, Rules, Sequences, TraceInput, UNKNOWN, intervals,
};

use super::networks::{Network, Numbers};

/// Every order of the movements that keeps time, reversals and known sequences.
pub fn orders(network: &Network, payer: &[u32], payee: &[u32]) -> Vec<Vec<u32>> {
    let rows = &network.movements;
    let must = |a: usize, b: usize| {
        let legs = |m: usize| [(rows[m].payer, payer[m]), (rows[m].payee, payee[m])];
        let follows = legs(a).into_iter().any(|(account, place)| {
            let known = account != OUTSIDE && network.accounts[account as usize].recorded && place != UNKNOWN;
            known
                && legs(b)
                    .into_iter()
                    .any(|(other, later)| other == account && later != UNKNOWN && place < later)
        });
        rows[a].at < rows[b].at
            || rows[a].at == rows[b].at && follows
            || rows[b].kind == Kind::Reversal(a as u32)
    };
    let mut found = Vec::new();
    let mut stack = vec![Vec::new()];
    while let Some(order) = stack.pop() {
        if order.len() == rows.len() {
            found.push(order);
            continue;
        }
        for next in 0..rows.len() as u32 {
            let free = |before: usize| {
                before == next as usize || order.contains(&(before as u32)) || !must(before, next as usize)
            };
            if !order.contains(&next) && (0..rows.len()).all(free) {
                let mut longer = order.clone();
                longer.push(next);
                stack.push(longer);
            }
        }
    }
    found
}

/// What the movements come to in this order.
pub fn run(
    network: &Network,
    order: &[u32],
    method: &dyn Method,
    rules: &Rules,
) -> BTreeMap<(u32, End), i64> {
    let mut place = vec![0; order.len()];
    for (now, old) in order.iter().enumerate() {
        place[*old as usize] = now as u32;
    }
    let turned = |old: &u32| {
        let mut row = network.movements[*old as usize];
        if let Kind::Reversal(earlier) = &mut row.kind {
            *earlier = place[*earlier as usize];
        }
        row
    };
    let book = Book::new(network.accounts.clone(), order.iter().map(turned).collect()).unwrap();
    let mut claims = network.claims.clone();
    for claim in &mut claims {
        claim.movement = place[claim.movement as usize];
    }
    let outcome = method.trace(&TraceInput::new(&book, &claims, rules));
    outcome
        .sums()
        .into_iter()
        .map(|(claim, end, amount, _)| ((claim, end), amount))
        .collect()
}

/// Checks all methods under the usual rules.
pub fn check(seed: u64, network: &Network, known: bool, limit: usize) -> (u64, u64) {
    check_under(seed, network, known, limit, &Rules::default())
}

/// Checks all methods.
pub fn check_under(seed: u64, network: &Network, known: bool, limit: usize, rules: &Rules) -> (u64, u64) {
    check_methods(seed, network, known, limit, rules, &METHODS)
}

/// Checks methods with places in statements that the order of the rows keeps, where `known` some. How many rows are exact,
/// and how many are not.
pub fn check_methods(
    seed: u64,
    network: &Network,
    known: bool,
    limit: usize,
    rules: &Rules,
    methods: &[&dyn Method],
) -> (u64, u64) {
    let mut numbers = Numbers(seed ^ 77);
    // As the default order has them, where they are known.
    let mut places = || -> Vec<u32> {
        let mut place = |number: usize| {
            if known && numbers.one_in(2) {
                number as u32
            } else {
                UNKNOWN
            }
        };
        (0..network.movements.len()).map(&mut place).collect()
    };
    let (payer, payee) = (places(), places());
    check_places(
        seed,
        network,
        (&payer, &payee),
        (&payer, &payee),
        limit,
        rules,
        methods,
    )
}

/// Where of the places `told` in statements those that `count` are kept. How many rows are exact, and how many are not.
pub fn check_places(
    seed: u64,
    network: &Network,
    told: (&[u32], &[u32]),
    count: (&[u32], &[u32]),
    limit: usize,
    rules: &Rules,
    methods: &[&dyn Method],
) -> (u64, u64) {
    let all = orders(network, count.0, count.1);
    assert!(!all.is_empty());
    let sequences = Sequences {
        payer: told.0,
        payee: told.1,
    };
    let (mut exact, mut outer) = (0, 0);
    for method in methods {
        let method = *method;
        if !method.follows()
            && network
                .accounts
                .iter()
                .any(|account| account.opening == Opening::Least)
        {
            // Which opening is the least depends on the order, and with it each share.
            continue;
        }
        // Pro rata rounds the lots of a claim so that they add up: where, depends on their number. With large amounts
        // that is no cover for a fault.
        let (rounding, scale) = match method.name() {
            "pro-rata" => (2, 10_000),
            _ => (0, 1),
        };
        let network = &network.clone().times(scale);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let input = TraceInput::new(&book, &network.claims, rules);
        let found = intervals(&input, method, sequences, limit).unwrap();
        let mut real: BTreeMap<(u32, End), (i64, i64)> = BTreeMap::new();
        let runs: Vec<_> = all
            .iter()
            .map(|order| run(network, order, method, rules))
            .collect();
        for key in runs.iter().flat_map(|run| run.keys()) {
            let amounts = || runs.iter().map(|run| run.get(key).copied().unwrap_or(0));
            real.insert(*key, (amounts().min().unwrap(), amounts().max().unwrap()));
        }
        for row in &found {
            let (low, high) = real.get(&(row.claim, row.end)).copied().unwrap_or((0, 0));
            let told = || {
                format!(
                    "seed {seed}, {}, {row:?}: really {low} to {high}\n{network:#?}",
                    method.name()
                )
            };
            assert!(
                row.low <= low + rounding && row.high >= high - rounding,
                "{}",
                told()
            );
            assert!(
                row.seen.0 >= low - rounding && row.seen.1 <= high + rounding,
                "{}",
                told()
            );
            if row.is_exact() {
                assert!(
                    (row.low - low).abs() <= rounding && (row.high - high).abs() <= rounding,
                    "{}",
                    told()
                );
                exact += 1;
            } else if method.follows() {
                outer += 1;
            }
        }
        for (key, (_, high)) in real.into_iter().filter(|_| method.follows()) {
            assert!(
                high <= rounding || found.iter().any(|row| (row.claim, row.end) == key),
                "seed {seed}, {}: {key:?} lacks\n{network:#?}",
                method.name()
            );
        }
    }
    (exact, outer)
}
