//! Pro rata where there are too many states: least and most enclose every order, and stay narrow.

use geldspoor::trace::{
    Account, Book, Claim, ClaimKind, Kind, Movement, OUTSIDE, ProRata, Rules, Sequences, TraceInput, UNKNOWN,
    intervals,
};

use super::intervals::check_methods;
use super::networks::{Numbers, Taste, network};

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
