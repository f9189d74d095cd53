//! Statements that contradict each other on what came first within a day decide nothing.

use geldspoor::trace::{
    Account, Claim, ClaimKind, Interval, Kind, METHODS, Movement, OUTSIDE, Rules, Sequences, TraceInput,
    UNKNOWN, intervals, method,
};

use super::all_orders::check_places;
use super::networks::{Network, Numbers, Taste, network};

/// A payment back and forth on one day, of which the two statements say the opposite, and a third that is told.
fn back_and_forth() -> Network {
    let row = |at, payer, payee, kind| Movement {
        payer,
        payee,
        paid: 100,
        received: 100,
        at,
        kind,
    };
    Network {
        accounts: vec![Account::recorded(0), Account::recorded(100)],
        movements: vec![
            row(0, OUTSIDE, 0, Kind::Ordinary),
            row(1, 0, 1, Kind::Ordinary),
            row(1, 1, 0, Kind::Ordinary),
            row(1, 0, OUTSIDE, Kind::Spent(1)),
        ],
        claims: vec![Claim {
            movement: 0,
            amount: 100,
            currency: None,
            kind: ClaimKind::Proceeds,
            label: "proceeds".to_string(),
        }],
    }
}

fn found(network: &Network, name: &str, payer: &[u32], payee: &[u32]) -> Vec<Interval> {
    let book = geldspoor::trace::Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &network.claims, &rules);
    intervals(&input, method(name).unwrap(), Sequences { payer, payee }, 1_000).unwrap()
}

#[test]
fn two_statements_that_say_the_opposite_leave_all_orders() {
    let network = back_and_forth();
    // The first account has 1, 2, 3; the second has 2 before 1.
    let (payer, payee) = ([UNKNOWN, 0, 0, 2], [UNKNOWN, 1, 1, UNKNOWN]);
    let unknown = [UNKNOWN; 4];
    for each in METHODS {
        let told = found(&network, each.name(), &payer, &payee);
        let open = found(&network, each.name(), &unknown, &unknown);
        assert_eq!(told, open, "{}", each.name());
    }
    let told = found(&network, "fifo", &payer, &payee);
    assert!(told.iter().any(|row| row.low < row.high), "{told:?}");
    // With the first statement alone there is one order.
    let told = found(
        &network,
        "fifo",
        &[UNKNOWN, 0, 1, 2],
        &[UNKNOWN, UNKNOWN, 1, UNKNOWN],
    );
    assert!(
        told.iter().all(|row| row.is_exact() && row.low == row.high),
        "{told:?}"
    );
}

/// A statement that has a reversal before what it reverses: what was paid still comes back after it went.
#[test]
fn a_reversal_stays_after_what_it_reverses() {
    let mut network = back_and_forth();
    network.movements[2].kind = Kind::Reversal(1);
    let (payer, payee) = ([UNKNOWN, 1, 1, 2], [UNKNOWN, 0, 0, UNKNOWN]);
    let none = [UNKNOWN; 4];
    check_places(
        0,
        &network,
        (&payer, &payee),
        (&none, &none),
        1_000,
        &Rules::default(),
        &METHODS,
    );
}

/// What counts of places that were drawn at random: those of movements that come before themselves do not, and then
/// not those of an account that the order of the rows breaks.
fn counting(network: &Network, places: &mut [Vec<u32>; 2]) {
    let rows = &network.movements;
    let count = rows.len();
    let legs = |places: &[Vec<u32>; 2], m: usize| {
        let sides = [(rows[m].payer, places[0][m]), (rows[m].payee, places[1][m])];
        let recorded = |account: u32| account != OUTSIDE && network.accounts[account as usize].recorded;
        sides.map(|(account, place)| (recorded(account) && place != UNKNOWN).then_some((account, place)))
    };
    let mut before = vec![vec![false; count]; count];
    for a in 0..count {
        for b in (0..count).filter(|b| *b != a && rows[*b].at == rows[a].at) {
            let says = |one: (u32, u32)| {
                let later = legs(places, b).into_iter().flatten();
                later.into_iter().any(|other| other.0 == one.0 && one.1 < other.1)
            };
            let follows = legs(places, a).into_iter().flatten().any(says);
            before[a][b] = follows || rows[b].kind == Kind::Reversal(a as u32);
        }
    }
    for middle in 0..count {
        for a in 0..count {
            for b in 0..count {
                before[a][b] |= before[a][middle] && before[middle][b];
            }
        }
    }
    for one in 0..count {
        if before[one][one] {
            (places[0][one], places[1][one]) = (UNKNOWN, UNKNOWN);
        }
    }
    let mut broken = Vec::new();
    for b in 0..count {
        for a in (0..b).filter(|a| rows[*a].at == rows[b].at) {
            for (account, place) in legs(places, a).into_iter().flatten() {
                let turned = |other: &(u32, u32)| other.0 == account && other.1 < place;
                if legs(places, b).iter().flatten().any(turned) {
                    broken.push((account, rows[a].at));
                }
            }
        }
    }
    for m in 0..count {
        for (side, account) in [rows[m].payer, rows[m].payee].into_iter().enumerate() {
            if broken.contains(&(account, rows[m].at)) {
                places[side][m] = UNKNOWN;
            }
        }
    }
}

#[test]
fn contradictions_at_random_decide_nothing() {
    let (mut exact, mut less) = (0, 0);
    for seed in 0..800 {
        let taste = Taste {
            accounts: 3,
            movements: 7,
            claims: 2,
            reversals: seed % 3 == 0,
            exchange: false,
            rough: seed % 2 == 0,
        };
        let mut network = network(40_000 + seed, taste);
        let length = 2 + seed as usize % 3;
        for (number, movement) in network.movements.iter_mut().enumerate() {
            movement.at = (number / length) as i64;
        }
        let mut numbers = Numbers(seed);
        // Mostly as the rows stand.
        let mut drawn = || -> Vec<u32> {
            let mut place = |number: usize| match numbers.below(6) {
                0 => numbers.below(8) as u32,
                1 => UNKNOWN,
                _ => number as u32,
            };
            (0..network.movements.len()).map(&mut place).collect()
        };
        let told = [drawn(), drawn()];
        let mut count = told.clone();
        counting(&network, &mut count);
        less += u64::from(told != count);
        let limit = [20_000, 1][seed as usize % 2];
        let (told, count) = ((&told[0][..], &told[1][..]), (&count[0][..], &count[1][..]));
        exact += check_places(seed, &network, told, count, limit, &Rules::default(), &METHODS).0;
    }
    assert!(
        exact > 1_000 && less > 100,
        "{exact} exact, {less} with contradictions"
    );
}
