//! Intervals against all orders that agree with the records, found one by one.

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, End, Ground, Interest, Kind, METHODS, Movement, OUTSIDE, Opening,
    OwnMoneyFirst, Rules, Sequences, TraceInput, UNKNOWN, intervals, method,
};

use super::all_orders::{check, check_under, orders, run};
use super::networks::{Network, Numbers, Taste, network};
use super::tools::{Pages, euro};

fn days(seed: u64, taste: Taste) -> Network {
    let mut network = network(seed, taste);
    let length = 1 + seed as usize % 4;
    for (number, movement) in network.movements.iter_mut().enumerate() {
        movement.at = (number / length) as i64;
    }
    network
}

#[test]
fn intervals_are_those_of_all_orders() {
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: false,
            rough: seed % 2 == 0,
        };
        let network = days(seed, taste);
        let (_, outer) = check(seed, &network, seed % 5 < 2, 20_000);
        assert_eq!(outer, 0, "seed {seed}: few enough orders to go through all");
    }
}

#[test]
fn outer_bounds_enclose_all_orders() {
    let (mut exact, mut outer) = (0, 0);
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: seed % 4 == 0,
            rough: seed % 2 == 0,
        };
        let network = days(seed, taste);
        let rows = check(seed, &network, seed % 5 < 2, 1);
        exact += rows.0;
        outer += rows.1;
    }
    assert!(exact > 1_000 && outer > 100, "{exact} exact, {outer} not");
}

/// Limits between: some parts are exact, in others least and most stand for many states, others are cut.
#[test]
fn every_limit_is_sound() {
    for seed in 0..600 {
        let taste = Taste {
            accounts: 3,
            movements: 9,
            claims: if seed % 2 == 0 { 1 } else { 3 },
            reversals: seed % 5 == 0,
            exchange: seed % 7 == 0,
            rough: seed % 3 == 0,
        };
        let mut network = network(1_000 + seed, taste);
        for (number, movement) in network.movements.iter_mut().enumerate() {
            movement.at = (number / 3) as i64;
        }
        let limit = 2 + (seed / 2) as usize % 9;
        check(seed, &network, seed % 5 < 2, limit);
    }
}

/// One account, own money first, only days known: the two extreme orders are exact.
#[test]
fn one_account_is_exact_by_its_extremes() {
    let mut proved = 0;
    for seed in 0..1_500 {
        let mut numbers = Numbers(seed);
        let mut network = Network {
            accounts: vec![Account::recorded(numbers.below(200) as i64 - 100)],
            movements: Vec::new(),
            claims: Vec::new(),
        };
        let length = 2 + numbers.below(3) as usize;
        for number in 0..5 + numbers.below(2) as usize {
            let amount = 1 + numbers.below(150) as i64;
            let (payer, payee) = if numbers.one_in(2) {
                (OUTSIDE, 0)
            } else {
                (0, OUTSIDE)
            };
            if payee == 0 && network.claims.is_empty() {
                network.claims.push(Claim {
                    movement: number as u32,
                    amount,
                    currency: None,
                    kind: ClaimKind::Proceeds,
                    label: "proceeds".to_string(),
                });
            }
            network.movements.push(Movement {
                payer,
                payee,
                paid: amount,
                received: amount,
                at: (number / length) as i64,
                kind: Kind::Ordinary,
            });
        }
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let rules = Rules::default();
        let input = TraceInput::new(&book, &network.claims, &rules);
        let found = intervals(&input, &OwnMoneyFirst, Sequences::default(), 1).unwrap();
        let unknown = vec![UNKNOWN; network.movements.len()];
        let runs: Vec<i64> = orders(&network, &unknown, &unknown)
            .iter()
            .map(|order| {
                run(&network, order, &OwnMoneyFirst, &rules)
                    .get(&(0, End::Held(0)))
                    .copied()
                    .unwrap_or(0)
            })
            .collect();
        let real = (*runs.iter().min().unwrap(), *runs.iter().max().unwrap());
        for row in found.iter().filter(|row| row.end == End::Held(0)) {
            assert!(row.is_exact(), "seed {seed}: {row:?}");
            assert_eq!((row.low, row.high), real, "seed {seed}: {network:#?}");
            proved += usize::from(row.ground == Ground::Extremes);
        }
    }
    assert!(proved > 500, "{proved}");
}

/// 100 own, 100 claimed and 100 spent on one day: spent may be own or claimed money.
#[test]
fn a_day_without_order_is_an_interval() {
    let row = |payer, payee, kind| Movement {
        payer,
        payee,
        paid: euro(100),
        received: euro(100),
        at: 0,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0)],
        movements: vec![
            row(OUTSIDE, 0, Kind::Ordinary),
            row(OUTSIDE, 0, Kind::Ordinary),
            row(0, OUTSIDE, Kind::Spent(1)),
        ],
        claims: vec![Claim {
            movement: 1,
            amount: euro(100),
            currency: None,
            kind: ClaimKind::Property,
            label: "victim".to_string(),
        }],
    };
    let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &network.claims, &rules);
    let held = |payee: &[u32], payer: &[u32]| {
        let found = intervals(&input, &OwnMoneyFirst, Sequences { payer, payee }, 100).unwrap();
        let row = found.iter().find(|row| row.end == End::Held(0)).copied().unwrap();
        (row.figure, row.low, row.high)
    };
    assert_eq!(held(&[], &[]), (euro(100), 0, euro(100)));
    // With the statement's sequence there is one order.
    let places = [0, 1, 2];
    assert_eq!(held(&places, &places), (euro(100), euro(100), euro(100)));
}

/// What a refund brings back may be another claim's already.
#[test]
fn a_claimed_refund_is_enclosed() {
    let row = |payer, payee, at, kind| Movement {
        payer,
        payee,
        paid: 100,
        received: 100,
        at,
        kind,
    };
    let claim = |movement, label: &str| Claim {
        movement,
        amount: 100,
        currency: None,
        kind: ClaimKind::Proceeds,
        label: label.to_string(),
    };
    let mut account = Account::recorded(0);
    account.opening = Opening::AsNeeded;
    for days in [[0, 0, 0], [0, 0, 1], [0, 1, 1]] {
        let network = Network {
            accounts: vec![account],
            movements: vec![
                row(OUTSIDE, 0, days[0], Kind::Ordinary),
                row(0, OUTSIDE, days[1], Kind::Spent(1)),
                row(OUTSIDE, 0, days[2], Kind::Reversal(1)),
            ],
            claims: vec![claim(0, "victim"), claim(2, "refund")],
        };
        check(0, &network, false, 1);
    }
}

/// Fruit adds to a claim where it lies, and may be another claim's before it is claimed itself.
#[test]
fn fruit_is_enclosed() {
    let rules = Rules {
        interest: Interest::Fruit,
        ..Rules::default()
    };
    for seed in 0..700 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: false,
            rough: true,
        };
        let mut network = days(seed, taste);
        for (number, movement) in network.movements.iter_mut().enumerate() {
            if movement.payer == OUTSIDE && movement.kind == Kind::Ordinary && number % 2 == 0 {
                movement.kind = Kind::Interest;
            }
        }
        check_under(seed, &network, false, 1, &rules);
    }
}

/// Which of two credits of one day is older matters where their money meets later, though they share no account.
#[test]
fn age_is_open_across_accounts() {
    let row = |payer, payee, at, kind| Movement {
        payer,
        payee,
        paid: 100,
        received: 100,
        at,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0); 3],
        movements: vec![
            row(OUTSIDE, 0, 0, Kind::Ordinary),
            row(OUTSIDE, 1, 0, Kind::Ordinary),
            row(0, 2, 1, Kind::Ordinary),
            row(1, 2, 2, Kind::Ordinary),
            row(2, OUTSIDE, 3, Kind::Spent(1)),
        ],
        claims: vec![Claim {
            movement: 0,
            amount: 100,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: "proceeds".to_string(),
        }],
    };
    check(0, &network, false, 100);
    // Own money of two ages, one of which is claimed later.
    let mut later = network;
    later.claims[0].movement = 2;
    check(0, &later, false, 100);
}

/// An asset that was bought for own money and then for a little claimed money counts whole under exposure.
#[test]
fn exposure_of_an_asset_is_all_that_it_cost() {
    let row = |at, payer, payee, amount, kind| Movement {
        payer,
        payee,
        paid: amount,
        received: amount,
        at,
        kind,
    };
    let network = Network {
        accounts: vec![Account::recorded(0), Account::recorded(900)],
        movements: vec![
            row(0, OUTSIDE, 0, 200, Kind::Ordinary),
            // Sold before, so there is a place for what it costs.
            row(1, OUTSIDE, 1, 0, Kind::Sale(0)),
            row(2, 1, OUTSIDE, 900, Kind::Asset(0)),
            row(3, 0, OUTSIDE, 100, Kind::Asset(0)),
            // All of it may go before more comes, or not: two states, where one is allowed.
            row(4, 0, OUTSIDE, 100, Kind::Spent(1)),
            row(4, OUTSIDE, 0, 50, Kind::Ordinary),
        ],
        claims: vec![Claim {
            movement: 0,
            amount: 200,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: "proceeds".to_string(),
        }],
    };
    for limit in [1, 100] {
        check(0, &network, false, limit);
    }
}

/// A tangle of 2,000 movements in one day, in which every account's own sequence is known: whatever came first elsewhere,
/// there is one result.
#[test]
fn known_sequences_leave_a_point() {
    let mut numbers = Numbers(5);
    let movements: Vec<Movement> = (0..2_000)
        .map(|number| {
            let payer = numbers.below(5) as u32;
            let amount = 1 + numbers.below(500) as i64;
            Movement {
                payer: if number == 0 { OUTSIDE } else { payer },
                payee: (payer + 1 + numbers.below(4) as u32) % 5,
                paid: amount,
                received: amount,
                at: 0,
                kind: Kind::Ordinary,
            }
        })
        .collect();
    let claims = [Claim {
        movement: 0,
        amount: movements[0].received,
        currency: None,
        kind: ClaimKind::Proceeds,
        label: "proceeds".to_string(),
    }];
    let accounts = vec![Account::recorded(1_000); 5];
    let places: Vec<u32> = (0..movements.len() as u32).collect();
    let book = Book::new(accounts, movements).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &claims, &rules);
    let sequences = Sequences {
        payer: &places,
        payee: &places,
    };
    for method in METHODS.into_iter().filter(|method| !method.counts_age()) {
        for row in intervals(&input, method, sequences, 1).unwrap() {
            assert!(row.is_exact(), "{}: {row:?}", method.name());
            assert_eq!((row.low, row.high), (row.figure, row.figure), "{}", method.name());
        }
    }
}

/// Claims that are one touch money once, and of what other orders leave of them nothing is told.
#[test]
fn claims_that_are_one_have_no_interval() {
    let mut pages = Pages::of(&[0, 0]);
    pages.tainted(0, euro(100));
    pages.tainted(0, euro(100));
    pages.transfer(0, 1, euro(150));
    let book = pages.book();
    let rules = Rules::default();
    let apart = TraceInput::new(&book, &pages.claims, &rules);
    let together = apart.together(|_| 0);
    assert_eq!((apart.claims(), together.claims()), (2, 1));
    let exposure = method("exposure").unwrap();
    let outcome = exposure.trace(&together);
    assert_eq!(outcome.amount(0, End::Held(1)), euro(150));
    let found = intervals(&together, exposure, Sequences::default(), 100).unwrap();
    assert!(!found.is_empty());
    for row in found {
        assert_eq!(row.figure, outcome.amount(row.claim, row.end));
        assert_eq!((row.low, row.high, row.ground), (0, i64::MAX, Ground::OuterBound));
    }
}
