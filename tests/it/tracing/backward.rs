//! Backward tracing, explanations and the flag for credit first, against what forward tracing says.

use geldspoor::trace::{
    Book, Claim, ClaimKind, End, Fifo, Kind, METHODS, OUTSIDE, Opening, Origin, Rules, Target, TraceInput,
    back, credit_first, explain, method,
};

use super::networks::{Network, Taste, network};
use super::tools::{DAY, Pages, euro};

/// Whether all that is paid was there before, so that a balance has no source but what came in.
fn none_lacks(network: &Network) -> bool {
    let mut balances: Vec<i64> = Vec::new();
    for account in &network.accounts {
        match account.opening {
            Opening::Known(opening) => balances.push(opening),
            _ if account.recorded => return false,
            _ => balances.push(i64::MAX / 2),
        }
    }
    let mut lowest = balances.iter().copied().min().unwrap_or(0);
    for row in network.movements.iter().filter(|row| row.payer != row.payee) {
        if let Some(balance) = balances.get_mut(row.payer as usize) {
            *balance -= row.paid;
            lowest = lowest.min(*balance);
        }
        if let Some(balance) = balances.get_mut(row.payee as usize) {
            *balance += row.received;
        }
    }
    lowest >= 0
}

/// A source backward is what a claim on it is forward.
#[test]
fn backward_is_forward_from_every_source() {
    let rules = Rules::default();
    let mut sure = 0;
    for seed in 0..600 {
        let taste = Taste {
            accounts: 4,
            movements: 14,
            claims: 1,
            reversals: seed % 2 == 0,
            exchange: false,
            rough: true,
        };
        // What pro rata rounds is no cover for a fault then.
        let network = network(seed, taste).times(10_000);
        let book = Book::new(network.accounts.clone(), network.movements.clone()).unwrap();
        let after = network.movements.len() as u32 - 1;
        let full = !taste.reversals && none_lacks(&network);
        for account in 0..network.accounts.len() as u32 {
            if !network.accounts[account as usize].recorded {
                continue;
            }
            for method in METHODS.into_iter().filter(|method| method.conserves()) {
                if taste.reversals && method.name() == "pro-rata" {
                    // What a reversal finds in a pot depends on what else is labelled.
                    continue;
                }
                let found = back(&book, Target::Balance { account, after }, method, &rules).unwrap();
                if let Some(rest) = found.rest {
                    if full {
                        // Pro rata rounds each source by itself.
                        let allowed = if method.name() == "pro-rata" {
                            found.sources.len() as i64
                        } else {
                            0
                        };
                        assert!(rest.abs() <= allowed, "seed {seed}, {}: {found:?}", method.name());
                        sure += 1;
                    }
                    assert!(
                        rest >= -(found.sources.len() as i64),
                        "seed {seed}, {}: {found:?}",
                        method.name()
                    );
                }
                for (movement, row) in network.movements.iter().enumerate() {
                    let recorded =
                        |account: u32| account != OUTSIDE && network.accounts[account as usize].recorded;
                    let enters = recorded(row.payee) && !recorded(row.payer) && row.received > 0;
                    if !enters || matches!(row.kind, Kind::Reversal(_)) {
                        continue;
                    }
                    let claim = [Claim {
                        movement: movement as u32,
                        amount: row.received,
                        currency: None,
                        kind: ClaimKind::Proceeds,
                        label: String::new(),
                    }];
                    let forward = method.trace(&TraceInput::new(&book, &claim, &rules));
                    let forward = forward.amount(0, End::Held(account));
                    let origin = Origin::Movement(movement as u32);
                    let source = found.sources.iter().find(|source| source.origin == origin);
                    let backward = source.map_or(0, |source| source.amount);
                    // Pro rata rounds each claim's lots so that they add up.
                    let allowed = if method.name() == "pro-rata" { 1 } else { 0 };
                    assert!(
                        (forward - backward).abs() <= allowed,
                        "seed {seed}, {}, account {account}, movement {movement}: {forward} forward, {backward} backward\n{network:#?}",
                        method.name()
                    );
                }
            }
        }
    }
    assert!(sure > 300, "{sure}");
}

/// An account that pays itself more than it has needs no money for it.
#[test]
fn a_transfer_to_oneself_has_no_source() {
    let mut pages = Pages::of(&[0]);
    pages.accounts[0].opening = Opening::AsNeeded;
    pages.credit(0, euro(10));
    let after = pages.transfer(0, 0, euro(30));
    let target = Target::Balance { account: 0, after };
    let found = back(&pages.book(), target, &Fifo, &Rules::default()).unwrap();
    assert_eq!((found.total, found.rest), (euro(10), Some(0)));
}

#[test]
fn an_asset_and_a_payment_have_sources() {
    let mut pages = Pages::of(&[euro(10), 0]);
    let wages = pages.credit(0, euro(100));
    let moved = pages.transfer(0, 1, euro(60));
    pages.add(1, OUTSIDE, euro(50), euro(50), Kind::Asset(7));
    let book = pages.book();
    let rules = Rules::default();
    let asset = back(&book, Target::Asset(7), &Fifo, &rules).unwrap();
    let sources: Vec<(Origin, i64)> = asset.sources.iter().map(|s| (s.origin, s.amount)).collect();
    assert_eq!(
        sources,
        [
            (Origin::Opening(0), euro(10)),
            (Origin::Movement(wages), euro(40))
        ]
    );
    assert_eq!((asset.total, asset.rest), (euro(50), Some(0)));
    let payment = back(&book, Target::Movement(moved), &Fifo, &rules).unwrap();
    assert_eq!(payment.total, euro(60));
    assert_eq!(payment.sources[1].amount, euro(50));
    let own = back(
        &book,
        Target::Asset(7),
        method("own-money-first").unwrap(),
        &rules,
    )
    .unwrap();
    assert!(own.alone);
    assert_eq!(own.rest, None);
}

#[test]
fn a_lot_is_explained_hop_by_hop() {
    let mut pages = Pages::of(&[0, 0, 0]);
    let first = pages.tainted(0, euro(100));
    let second = pages.transfer(0, 1, euro(80));
    let third = pages.transfer(1, 2, euro(30));
    let book = pages.book();
    for name in ["fifo", "pro-rata", "own-money-first", "exposure"] {
        let outcome = pages.under(name);
        let lot = outcome.lots.iter().find(|lot| lot.end == End::Held(2)).unwrap();
        let told = explain(&book, &outcome, lot).unwrap();
        let hops: Vec<(u32, i64)> = told.hops.iter().map(|hop| (hop.movement, hop.arrived)).collect();
        assert_eq!(
            hops,
            [(first, euro(100)), (second, euro(80)), (third, euro(30))],
            "{name}"
        );
        assert_eq!(told.one_way, name == "fifo");
    }
}

/// G-TR-6: the watch of 300 is a candidate, one day after.
#[test]
fn a_watch_on_credit_is_flagged() {
    let mut pages = Pages::of(&[0]);
    let watch = pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    let repaid = pages.tainted(0, euro(500));
    let flags = credit_first(&pages.book(), &pages.under("own-money-first"));
    assert_eq!(flags.len(), 1);
    let flag = &flags[0];
    assert_eq!((flag.purchase, flag.asset, flag.gap), (watch, Some(1), DAY));
    assert_eq!(
        (flag.on_credit, flag.repaid, flag.in_asset),
        (euro(300), euro(300), euro(300))
    );
    assert_eq!(flag.repayments, [repaid]);
    // Too late, or too little, is no flag.
    let mut late = Pages::of(&[0]);
    late.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    late.tainted(0, euro(280));
    assert!(credit_first(&late.book(), &late.under("fifo")).is_empty());
    late.claims[0].amount = euro(286);
    (late.movements[1].paid, late.movements[1].received) = (euro(286), euro(286));
    assert_eq!(credit_first(&late.book(), &late.under("fifo")).len(), 1);
    late.movements[1].at = 31 * DAY;
    assert!(credit_first(&late.book(), &late.under("fifo")).is_empty());
}

/// 300 bought on credit and repaid with own money, 300 bought again and repaid with claimed money: the second is flagged.
#[test]
fn only_what_claimed_money_repaid_is_flagged() {
    let mut pages = Pages::of(&[0]);
    pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    pages.credit(0, euro(300));
    let second = pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(2));
    let repaid = pages.tainted(0, euro(300));
    let flags = credit_first(&pages.book(), &pages.under("fifo"));
    let found: Vec<(u32, &[u32])> = flags
        .iter()
        .map(|flag| (flag.purchase, flag.repayments.as_slice()))
        .collect();
    assert_eq!(found, [(second, [repaid].as_slice())]);
}

/// 300 cannot have repaid 600: the oldest debt is the one that is paid off.
#[test]
fn one_repayment_does_not_flag_two_purchases() {
    let mut pages = Pages::of(&[0]);
    let first = pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(2));
    pages.tainted(0, euro(300));
    let flags = credit_first(&pages.book(), &pages.under("fifo"));
    let found: Vec<u32> = flags.iter().map(|flag| flag.purchase).collect();
    assert_eq!(found, [first]);
}

/// What was taken back is no longer there, whether before it was repaid or after.
#[test]
fn a_purchase_that_was_taken_back_is_not_flagged() {
    for early in [true, false] {
        let mut pages = Pages::of(&[0]);
        let watch = pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
        let back = |pages: &mut Pages| pages.add(OUTSIDE, 0, euro(300), euro(300), Kind::Reversal(watch));
        if early {
            back(&mut pages);
            pages.spend(0, euro(300), 1);
        }
        pages.tainted(0, euro(300));
        if !early {
            back(&mut pages);
        }
        let flags = credit_first(&pages.book(), &pages.under("fifo"));
        assert!(flags.iter().all(|flag| flag.purchase != watch), "{flags:?}");
        assert_eq!(flags.len(), usize::from(early));
    }
}

/// Times at both ends of what 64 bits hold are far apart, and no overflow.
#[test]
fn a_gap_of_all_time_is_too_long() {
    let mut pages = Pages::of(&[0]);
    pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    pages.tainted(0, euro(300));
    pages.movements[0].at = i64::MIN;
    pages.movements[1].at = i64::MAX;
    assert!(credit_first(&pages.book(), &pages.under("fifo")).is_empty());
}
