//! Pro rata where there are too many states: least and most enclose every order, and stay narrow.

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, Kind, Movement, OUTSIDE, ProRata, Rules, Sequences, TraceInput, UNKNOWN,
    intervals,
};

use super::all_orders::check_methods;
use super::networks::{Network, Numbers, Taste, network};

/// Days of up to six movements, among them payments in a circle and claims on what another account pays.
#[test]
fn days_of_many_movements_are_enclosed() {
    let mut outer = 0;
    for seed in 0..1_200 {
        let taste = Taste {
            accounts: 2 + seed / 3 % 2,
            movements: 7,
            claims: 1 + seed % 3,
            reversals: false,
            exchange: seed % 6 == 0,
            rough: seed % 2 == 0,
        };
        let mut network = network(5_000 + seed, taste);
        let length = 4 + seed as usize % 3;
        for (number, movement) in network.movements.iter_mut().enumerate() {
            movement.at = (number / length) as i64;
        }
        let limit = 1 + seed as usize % 3;
        let rows = check_methods(
            seed,
            &network,
            seed % 4 > 0,
            limit,
            &Rules::default(),
            &[&ProRata],
        );
        outer += rows.1;
    }
    assert!(outer > 1_000, "{outer} are not exact");
}

/// Days of up to four movements, among them some that take back earlier ones.
#[test]
fn days_with_reversals_are_enclosed() {
    let (mut exact, mut outer) = (0, 0);
    for seed in 0..1_500 {
        let taste = Taste {
            accounts: 2 + seed / 3 % 2,
            movements: 8,
            claims: 1 + seed % 3,
            reversals: true,
            exchange: seed % 8 == 0,
            rough: seed % 2 == 0,
        };
        let mut network = network(20_000 + seed, taste);
        let length = 2 + seed as usize % 3;
        for (number, movement) in network.movements.iter_mut().enumerate() {
            movement.at = (number / length) as i64;
        }
        let limit = 1 + seed as usize % 3;
        let rules = Rules::default();
        let rows = check_methods(seed, &network, seed % 4 == 0, limit, &rules, &[&ProRata]);
        exact += rows.0;
        outer += rows.1;
    }
    assert!(exact > 500 && outer > 1_000, "{exact} exact, {outer} not");
}

/// More claimed money in a payment means that more is taken back with it, and after some was spent less of it is left
/// where it was paid: least and most may not stand for the states then, nor does a claim stand alone.
#[test]
fn payments_taken_back_are_enclosed() {
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let mut amount = |most: u64| 1 + numbers.below(most) as i64;
        let claimed = 20 + amount(100);
        let paid = amount(60);
        let row = |at, payer, payee, amount, kind| Movement {
            payer,
            payee,
            paid: amount,
            received: amount,
            at,
            kind,
        };
        let mut movements = vec![
            row(0, OUTSIDE, 0, claimed, Kind::Ordinary),
            row(0, OUTSIDE, 1, amount(60), Kind::Ordinary),
            row(1, 0, 1, amount(20), Kind::Ordinary),
            row(2, OUTSIDE, 0, amount(90), Kind::Ordinary),
            row(2, 0, OUTSIDE, amount(60), Kind::Spent(1)),
            row(3, 0, 1, paid, Kind::Ordinary),
            row(4, 1, OUTSIDE, amount(90), Kind::Spent(2)),
            row(5, 1, 0, paid, Kind::Reversal(5)),
        ];
        if seed % 2 == 0 {
            movements.push(row(5, 1, OUTSIDE, amount(20), Kind::Spent(3)));
        }
        let claim = |movement: usize, amount| Claim {
            movement: movement as u32,
            amount,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: format!("claim on {movement}"),
        };
        let mut claims = vec![claim(0, claimed)];
        if seed % 3 == 0 {
            claims.push(claim(1, movements[1].received));
        }
        let network = Network {
            accounts: vec![Account::recorded(amount(40)), Account::recorded(amount(40))],
            movements,
            claims,
        };
        for limit in [1, 2] {
            check_methods(seed, &network, false, limit, &Rules::default(), &[&ProRata]);
        }
    }
}

/// Twenty accounts whose statements tell the sequence, and three of which only the day is known.
struct Months {
    accounts: Vec<Account>,
    movements: Vec<Movement>,
    payer: Vec<u32>,
    payee: Vec<u32>,
}

fn months() -> Months {
    let mut numbers = Numbers(23);
    let mut months = Months {
        accounts: vec![Account::recorded(50_000_000); 23],
        movements: Vec::new(),
        payer: Vec::new(),
        payee: Vec::new(),
    };
    for number in 0..2_000_u32 {
        let one = numbers.below(23) as u32;
        let other = (one + 1 + numbers.below(22) as u32) % 23;
        let (payer, payee) = match numbers.below(10) {
            0 | 1 => (OUTSIDE, one),
            2..=5 => (one, OUTSIDE),
            _ => (one, other),
        };
        let amount = 10_000 * (1 + numbers.below(60) as i64);
        let place = |account: u32| if account < 20 { number } else { UNKNOWN };
        months.payer.push(place(payer));
        months.payee.push(place(payee));
        months.movements.push(Movement {
            payer,
            payee,
            paid: amount,
            received: amount,
            at: i64::from(number / 20),
            kind: match payee == OUTSIDE {
                true => Kind::Spent(number % 5),
                false => Kind::Ordinary,
            },
        });
    }
    months
}

#[test]
fn known_sequences_keep_pro_rata_narrow() {
    let months = months();
    let book = Book::new(months.accounts, months.movements).unwrap();
    let rows = (0..).zip(book.movements());
    let from_accounts = rows
        .clone()
        .filter(|(_, row)| row.payer != OUTSIDE && row.payee < 20);
    let from_nowhere = rows.filter(|(_, row)| row.payer == OUTSIDE && row.payee < 20);
    let claims: Vec<Claim> = (from_accounts.skip(90).take(2))
        .chain(from_nowhere.skip(30).take(2))
        .map(|(movement, row)| Claim {
            movement,
            amount: row.received,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: String::new(),
        })
        .collect();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &claims, &rules);
    let sequences = Sequences {
        payer: &months.payer,
        payee: &months.payee,
    };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| intervals(&input, &ProRata, sequences, 200).unwrap())
    };
    let found = run(1);
    assert!(found.len() > 20, "{found:?}");
    assert!(found.iter().any(|row| !row.is_exact()), "else this tests nothing");
    for row in &found {
        let claimed = claims[row.claim as usize].amount;
        assert!(row.high - row.low < claimed / 100, "of {claimed}: {row:?}");
    }
    assert_eq!(found, run(4));
}
