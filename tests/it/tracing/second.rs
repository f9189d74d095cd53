//! Against the slow second implementation.

use std::collections::BTreeMap;

use geldspoor::trace::{Book, End, Gain, Interest, Kind, Movement, Opening, Rules, TraceInput, method};

use super::fraction::Fraction;
use super::networks::{Network, Taste, network};
use super::oracle::{Oracle, opening};
use super::parcels::{WAYS, Way};

const NETWORKS: u64 = 10_000;

/// Whether two sums may differ, and by how much, because one of the two rounds.
fn allowed(way: Way, taste: Taste, network: &Network, lots: i64) -> i64 {
    let movements = network.movements.len() as i64;
    if taste.exchange {
        // Each exchange rounds each parcel, which may come to twice and a half as much at the next. Amounts are millions.
        return 40 * movements;
    }
    match way {
        // A ten-thousandth a lot; see the bound in `pro_rata`, which is far below one here.
        Way::Share => 1 + lots,
        // Between claims by largest remainder.
        Way::OwnFirst | Way::ClaimedFirst if network.claims.len() > 1 => movements,
        _ => 0,
    }
}

fn compare(seed: u64, taste: Taste, rules: &Rules) {
    let small = network(seed, taste);
    for (name, way) in WAYS {
        // Where one of the two rounds, amounts are large: what it may shift is no cover for a fault then.
        let scale = match allowed(way, taste, &small, 0) {
            0 => 1,
            _ if taste.exchange => 1_000_000,
            _ => 10_000,
        };
        let network = small.clone().times(scale);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let input = TraceInput::new(&book, &network.claims, rules);
        assert!(input.refused().is_empty(), "seed {seed}: {:?}", input.refused());
        let outcome = method(name).unwrap().trace(&input);
        let expected = Oracle::run(way, &network.accounts, &network.movements, &network.claims, rules);
        let mut found: BTreeMap<(u32, End), (i64, i64)> = BTreeMap::new();
        for (claim, end, amount, claimed) in outcome.sums() {
            found.insert((claim, end), (amount, claimed));
        }
        for row in outcome.conservation(&network.claims) {
            assert_eq!(row.claimed, row.ends, "seed {seed}, {name}: {network:#?}");
        }
        let keys: std::collections::BTreeSet<_> = found.keys().chain(expected.keys()).copied().collect();
        let mut together: BTreeMap<End, (Fraction, i64)> = BTreeMap::new();
        for key in keys {
            let (amount, claimed) = found.get(&key).copied().unwrap_or_default();
            let exact = expected
                .get(&key)
                .cloned()
                .unwrap_or((Fraction::zero(), Fraction::zero()));
            let here = |lot: &&geldspoor::trace::Lot| (lot.claim, lot.end) == key;
            let lots = outcome.lots.iter().filter(here).count() as i64;
            let allowed = allowed(way, taste, &network, lots);
            let far = exact.0.distance(amount).max(exact.1.distance(claimed));
            assert!(
                far <= allowed,
                "seed {seed}, {name}, {key:?}: {amount} ({claimed}) instead of {exact:?}\n{network:#?}\n{outcome:#?}"
            );
            let sum = together.entry(key.1).or_insert((Fraction::zero(), 0));
            sum.0 += exact.0;
            sum.1 += amount;
        }
        if matches!(way, Way::OwnFirst | Way::ClaimedFirst)
            && !taste.exchange
            && rules.interest == Interest::Own
            && !taste.reversals
        {
            for (end, (exact, amount)) in together {
                assert_eq!(
                    exact.distance(amount),
                    0,
                    "seed {seed}, {name}, {end:?}: the claims together"
                );
            }
        }
    }
}

#[test]
fn plain_networks() {
    let taste = Taste {
        accounts: 4,
        movements: 14,
        claims: 3,
        reversals: false,
        exchange: false,
        rough: false,
    };
    for seed in 0..NETWORKS / 4 {
        compare(seed, taste, &Rules::default());
    }
}

#[test]
fn rough_networks() {
    let taste = Taste {
        accounts: 5,
        movements: 16,
        claims: 3,
        reversals: false,
        exchange: false,
        rough: true,
    };
    for seed in 0..NETWORKS / 4 {
        compare(seed, taste, &Rules::default());
    }
}

#[test]
fn networks_with_reversals() {
    let taste = Taste {
        accounts: 4,
        movements: 16,
        claims: 3,
        reversals: true,
        exchange: false,
        rough: true,
    };
    for seed in 0..NETWORKS / 2 {
        compare(seed, taste, &Rules::default());
    }
}

#[test]
fn networks_with_exchange_and_sales() {
    let taste = Taste {
        accounts: 4,
        movements: 16,
        claims: 2,
        reversals: false,
        exchange: true,
        rough: true,
    };
    let follows = Rules::default();
    let own = Rules {
        gain: Gain::Own,
        ..Rules::default()
    };
    for seed in 0..NETWORKS / 4 {
        compare(seed, taste, [&own, &follows][seed as usize % 2]);
    }
}

/// Interest that follows what it is paid on.
#[test]
fn networks_with_fruit() {
    let taste = Taste {
        accounts: 4,
        movements: 16,
        claims: 3,
        reversals: false,
        exchange: true,
        rough: true,
    };
    let fruit = Rules {
        interest: Interest::Fruit,
        ..Rules::default()
    };
    for seed in 0..NETWORKS / 4 {
        compare(seed, taste, &fruit);
    }
}

#[test]
fn networks_with_reversals_of_exchange() {
    let taste = Taste {
        accounts: 4,
        movements: 16,
        claims: 2,
        reversals: true,
        exchange: true,
        rough: true,
    };
    for seed in 0..NETWORKS / 4 {
        compare(seed, taste, &Rules::default());
    }
}

/// TR-4, each account a fund: what was paid in shares what lies there, in exact fractions.
#[test]
fn distributions() {
    let taste = Taste {
        accounts: 4,
        movements: 16,
        claims: 4,
        reversals: true,
        exchange: true,
        rough: true,
    };
    let mut shared = 0;
    for seed in 0..NETWORKS / 2 {
        let network = network(seed, taste);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let rules = Rules::default();
        let outcome = method("pari-passu")
            .unwrap()
            .trace(&TraceInput::new(&book, &network.claims, &rules));
        for fund in &outcome.funds {
            let [account] = fund.accounts[..] else {
                panic!("seed {seed}: {fund:?}");
            };
            let expected = shares(&network, account);
            assert_eq!(fund.balance, expected.balance, "seed {seed}: {network:#?}");
            assert_eq!(
                fund.contributions, expected.contributions,
                "seed {seed}: {network:#?}"
            );
            let claims: Vec<(u32, i64)> = fund
                .shares
                .iter()
                .map(|(claim, paid, _)| (*claim, *paid))
                .collect();
            assert_eq!(claims, expected.claims, "seed {seed}: {network:#?}");
            let given: i64 = fund.shares.iter().map(|(_, _, share)| share).sum();
            assert_eq!(given + fund.unclaimed, fund.balance);
            for (_, paid, share) in fund.shares.iter().filter(|_| fund.contributions > 0) {
                // Less than one ten-thousandth from the exact share.
                let exact = i128::from(*paid) * i128::from(fund.balance);
                let off = i128::from(*share) * i128::from(fund.contributions) - exact;
                assert!(
                    off.abs() < i128::from(fund.contributions),
                    "seed {seed}: {fund:?}"
                );
                shared += 1;
            }
        }
    }
    assert!(shared > 5_000, "{shared}");
}

struct Shares {
    balance: i64,
    contributions: i64,
    claims: Vec<(u32, i64)>,
}

/// What was paid into an account that is a fund by itself, and by whom.
fn shares(network: &Network, account: u32) -> Shares {
    let row = &network.accounts[account as usize];
    let mut balance = opening(account, row, &network.movements);
    let mut contributions = balance.max(0);
    let mut claims = Vec::new();
    let moved = |movement: &&Movement| movement.payer != movement.payee;
    for movement in network.movements.iter().filter(moved) {
        if movement.payer == account {
            let lacking = movement.paid - balance.max(0);
            balance -= movement.paid;
            if row.opening == Opening::AsNeeded && lacking > 0 {
                contributions += lacking;
                balance = 0;
            }
            if matches!(movement.kind, Kind::Reversal(_)) {
                contributions -= movement.paid;
            }
        }
        if movement.payee == account {
            balance += movement.received;
            if !matches!(movement.kind, Kind::Reversal(_)) {
                contributions += movement.received;
            }
        }
    }
    for (number, movement) in (0u32..).zip(&network.movements) {
        let reversals = network
            .movements
            .iter()
            .filter(|back| back.kind == Kind::Reversal(number));
        let mut kept = (movement.received - reversals.map(|back| back.paid).sum::<i64>()).max(0);
        for (claim, row) in (0..).zip(&network.claims) {
            if row.movement == number && movement.payee == account {
                let paid = row.amount.min(kept);
                kept -= paid;
                claims.push((claim, paid));
            }
        }
    }
    claims.sort_unstable();
    let claimed: i64 = claims.iter().map(|(_, paid)| paid).sum();
    Shares {
        balance: balance.max(0),
        contributions: contributions.max(claimed),
        claims,
    }
}
