//! All funds at once against a slow second implementation: a plain list of parcels an account, one movement after the other.

use geldspoor::trace::{AllFundsError, Book, OUTSIDE, Opening, Receipt, all_funds};

use super::networks::{Network, Taste, network};
use super::oracle::opening;
use super::tools::Pages;

/// Origin and amount.
type Parcel = (u32, i64);

struct Slow {
    parcels: Vec<Vec<Parcel>>,
    owed: Vec<i64>,
    born: i128,
}

/// Of the first or the last parcels, `amount`, in the order in which they are used up.
fn cut(parcels: &mut Vec<Parcel>, mut amount: i64, receipt: Receipt) -> Vec<Parcel> {
    let mut taken = Vec::new();
    while amount > 0 && !parcels.is_empty() {
        let place = match receipt {
            Receipt::First => 0,
            Receipt::Last => parcels.len() - 1,
        };
        let part = parcels[place].1.min(amount);
        amount -= part;
        taken.push((parcels[place].0, part));
        parcels[place].1 -= part;
        parcels.retain(|parcel| parcel.1 > 0);
    }
    taken
}

fn slow(network: &Network, receipt: Receipt) -> Slow {
    let openings: Vec<i64> = (0..)
        .zip(&network.accounts)
        .map(|(number, account)| opening(number, account, &network.movements))
        .collect();
    let mut slow = Slow {
        parcels: (0..)
            .zip(&openings)
            .map(|(number, opening)| {
                if *opening > 0 {
                    vec![(number, *opening)]
                } else {
                    Vec::new()
                }
            })
            .collect(),
        owed: openings.iter().map(|opening| (-opening).max(0)).collect(),
        born: openings.iter().map(|opening| i128::from((*opening).max(0))).sum(),
    };
    for movement in network
        .movements
        .iter()
        .filter(|movement| movement.payer != movement.payee)
    {
        let recorded = movement.payer != OUTSIDE && network.accounts[movement.payer as usize].recorded;
        let mut moving = match recorded {
            true => cut(&mut slow.parcels[movement.payer as usize], movement.paid, receipt),
            false => Vec::new(),
        };
        let missing = movement.paid - moving.iter().map(|parcel| parcel.1).sum::<i64>();
        if missing > 0 {
            moving.push((movement.payer, missing));
            slow.born += i128::from(missing);
            if recorded && network.accounts[movement.payer as usize].opening != Opening::AsNeeded {
                slow.owed[movement.payer as usize] += missing;
            }
        }
        if movement.payee != OUTSIDE {
            let owed = &mut slow.owed[movement.payee as usize];
            *owed -= cut(&mut moving, *owed, receipt)
                .iter()
                .map(|parcel| parcel.1)
                .sum::<i64>();
            slow.parcels[movement.payee as usize].extend(moving);
        }
    }
    slow
}

/// Neighbours of one origin as one.
fn joined(parcels: impl Iterator<Item = Parcel>) -> Vec<Parcel> {
    let mut joined: Vec<Parcel> = Vec::new();
    for (origin, amount) in parcels {
        match joined.last_mut() {
            Some(last) if last.0 == origin => last.1 += amount,
            _ => joined.push((origin, amount)),
        }
    }
    joined
}

#[test]
fn all_funds_lie_where_one_by_one_says() {
    let taste = Taste {
        accounts: 5,
        movements: 25,
        claims: 1,
        reversals: true,
        exchange: false,
        rough: true,
    };
    for seed in 0..4_000 {
        let network = network(seed, taste);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        for receipt in [Receipt::First, Receipt::Last] {
            let found = all_funds(&book, receipt).unwrap();
            let expected = slow(&network, receipt);
            assert_eq!(
                found.born, expected.born,
                "seed {seed}, {receipt:?}: {network:#?}"
            );
            for (account, mut parcels) in (0..).zip(expected.parcels) {
                if receipt == Receipt::Last {
                    parcels.reverse();
                }
                let on = found.on(account).map(|fund| (fund.origin, fund.amount));
                assert_eq!(
                    joined(on),
                    joined(parcels.into_iter()),
                    "seed {seed}, {receipt:?}, account {account}: {network:#?}"
                );
            }
        }
    }
}

#[test]
fn an_exchange_is_refused() {
    let mut pages = Pages::of(&[100, 0]);
    pages.add(0, 1, 50, 60, geldspoor::trace::Kind::Ordinary);
    let refused = all_funds(&pages.book(), Receipt::First);
    assert_eq!(refused.unwrap_err(), AllFundsError::Exchange { movement: 0 });
}
