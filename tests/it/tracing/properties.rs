//! What holds for any network: nothing is lost, the extremes enclose the others, no order or thread decides.

use std::collections::BTreeMap;

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, End, Kind, METHODS, Movement, OUTSIDE, Outcome, Rules, TraceInput,
    method, trace,
};
use proptest::prelude::*;

use super::networks::{Network, Taste, network};

const ALL: Taste = Taste {
    accounts: 5,
    movements: 18,
    claims: 4,
    reversals: true,
    exchange: false,
    rough: true,
};

/// Amounts so many times as large: what rounding shifts is no cover for a fault then.
const LARGE: i64 = 10_000;

fn outcomes(network: &Network) -> Vec<Outcome> {
    let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
    let rules = Rules::default();
    trace(&TraceInput::new(&book, &network.claims, &rules), &METHODS)
}

fn sums(outcome: &Outcome) -> BTreeMap<(u32, End), i64> {
    outcome
        .sums()
        .into_iter()
        .map(|(claim, end, amount, _)| ((claim, end), amount))
        .collect()
}

/// A history of one account: credits (own or claimed) and debits.
fn history() -> impl Strategy<Value = Vec<(u8, i64)>> {
    prop::collection::vec((0u8..5, 1i64..200), 1..25)
}

fn one_account(opening: i64, rows: &[(u8, i64)]) -> Network {
    let mut network = Network {
        accounts: vec![Account::recorded(opening)],
        movements: Vec::new(),
        claims: Vec::new(),
    };
    for (at, (what, amount)) in rows.iter().enumerate() {
        let (payer, payee) = if *what < 3 { (OUTSIDE, 0) } else { (0, OUTSIDE) };
        network.movements.push(Movement {
            payer,
            payee,
            paid: *amount,
            received: *amount,
            at: at as i64,
            kind: Kind::Ordinary,
        });
        if *what == 0 {
            network.claims.push(Claim {
                movement: at as u32,
                amount: *amount,
                currency: None,
                kind: ClaimKind::Proceeds,
                label: format!("credit {at}"),
            });
        }
    }
    network
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn extremes_enclose_the_others_at_every_prefix(opening in -150i64..150, rows in history()) {
        for end in 1..=rows.len() {
            let network = one_account(opening, &rows[..end]).times(LARGE);
            let kept: BTreeMap<&str, i64> = outcomes(&network)
                .iter()
                .map(|outcome| {
                    let held = outcome.lots.iter().filter(|lot| lot.end == End::Held(0));
                    (outcome.method, held.map(|lot| lot.amount).sum())
                })
                .collect();
            for method in METHODS.into_iter().filter(|method| method.conserves()) {
                let name = method.name();
                // Rounding to whole ten-thousandths, one a claim.
                let rounding = if name == "pro-rata" { network.claims.len() as i64 } else { 0 };
                prop_assert!(kept["own-money-first"] >= kept[name] - rounding, "{name}");
                prop_assert!(kept["tainted-first"] <= kept[name] + rounding, "{name}");
            }
        }
    }

    #[test]
    fn every_claim_is_accounted_for(seed in any::<u64>()) {
        let network = network(seed, ALL);
        for outcome in outcomes(&network) {
            if method(outcome.method).unwrap().conserves() {
                let rows = outcome.conservation(&network.claims);
                prop_assert_eq!(rows.len(), network.claims.len());
                for row in rows {
                    prop_assert_eq!(row.claimed, row.ends, "{}", outcome.method);
                }
            }
            for fund in &outcome.funds {
                let shares: i64 = fund.shares.iter().map(|(_, _, share)| share).sum();
                prop_assert_eq!(shares + fund.unclaimed, fund.balance);
            }
        }
    }

    #[test]
    fn exposure_is_no_less_than_any(seed in any::<u64>()) {
        let network = network(seed, ALL);
        let outcomes = outcomes(&network);
        let exposure = sums(outcomes.iter().find(|outcome| outcome.method == "exposure").unwrap());
        for outcome in &outcomes {
            if !method(outcome.method).unwrap().conserves() {
                continue;
            }
            for ((claim, end), amount) in sums(outcome) {
                if end != End::ClaimedBefore {
                    let most = exposure.get(&(claim, end)).copied().unwrap_or(0);
                    prop_assert!(amount <= most, "{}: claim {claim} {end:?}: {amount} > {most}", outcome.method);
                }
            }
        }
    }

    #[test]
    fn threads_and_order_of_claims_change_nothing(seed in any::<u64>()) {
        let mut network = network(seed, ALL).times(LARGE);
        let usual = outcomes(&network);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            prop_assert_eq!(&pool.install(|| outcomes(&network)), &usual);
        }
        // Claims on different movements may stand in any order.
        let last = network.claims.len() as u32;
        network.claims.reverse();
        for (turned, usual) in outcomes(&network).iter().zip(&usual) {
            let back: BTreeMap<(u32, End), i64> =
                sums(turned).into_iter().map(|((claim, end), amount)| ((last - 1 - claim, end), amount)).collect();
            let usual_sums = sums(usual);
            if !usual.funds.is_empty() {
                continue;
            }
            if usual.method.ends_with("-first") && !usual.method.contains("origin") || usual.method == "pro-rata" {
                // What rounds equally is given to the earlier claim.
                for key in back.keys().chain(usual_sums.keys()) {
                    let of = |sums: &BTreeMap<(u32, End), i64>| sums.get(key).copied().unwrap_or(0);
                    prop_assert!((of(&back) - of(&usual_sums)).abs() <= 18, "{}", usual.method);
                }
            } else {
                prop_assert_eq!(back, usual_sums, "{}", usual.method);
            }
        }
    }

    #[test]
    fn other_numbers_for_accounts_change_nothing(seed in any::<u64>()) {
        let network = network(seed, ALL).times(LARGE);
        let last = network.accounts.len() as u32 - 1;
        let turn = |account: u32| if account == OUTSIDE { OUTSIDE } else { last - account };
        let mut turned = network.clone();
        turned.accounts.reverse();
        for movement in &mut turned.movements {
            (movement.payer, movement.payee) = (turn(movement.payer), turn(movement.payee));
        }
        for (turned, usual) in outcomes(&turned).iter().zip(outcomes(&network)) {
            let back: BTreeMap<(u32, End), i64> = sums(turned)
                .into_iter()
                .map(|((claim, end), amount)| {
                    let end = match end {
                        End::Held(account) => End::Held(turn(account)),
                        End::OutOfRecords(account) => End::OutOfRecords(turn(account)),
                        End::Overdraft(account) => End::Overdraft(turn(account)),
                        other => other,
                    };
                    ((claim, end), amount)
                })
                .collect();
            let usual_sums = sums(&usual);
            if usual.method == "pro-rata" {
                // The lots' order breaks ties of the last rounding.
                for (key, amount) in &usual_sums {
                    prop_assert!((back.get(key).copied().unwrap_or(0) - amount).abs() <= 18);
                }
            } else {
                prop_assert_eq!(back, usual_sums, "{}", usual.method);
            }
        }
    }
}
