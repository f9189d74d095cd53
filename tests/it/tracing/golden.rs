//! The golden vectors G-TR-1 to G-TR-6, written from the document's figures.

use geldspoor::trace::{End, Kind, OUTSIDE, PariPassu, Rules};

use super::tools::{Pages, cent, euro};

/// G-TR-1: one account, four credits, three debits.
fn one_account() -> Pages {
    let mut pages = Pages::of(&[0]);
    pages.credit(0, euro(1_000));
    pages.tainted(0, euro(600));
    pages.credit(0, euro(400));
    pages.spend(0, euro(500), 1);
    pages.credit(0, euro(300));
    pages.spend(0, euro(900), 2);
    pages.spend(0, euro(500), 3);
    pages.credit(0, euro(1_000));
    pages
}

const PLACES: [End; 4] = [End::Spent(1), End::Spent(2), End::Spent(3), End::Held(0)];

#[test]
fn one_account_under_every_method() {
    let pages = one_account();
    for (method, expected) in [
        ("fifo", [0, 400, 200, 0]),
        ("lifo", [100, 500, 0, 0]),
        ("pro-rata", [150, 225, 125, 100]),
        ("own-money-first", [0, 0, 200, 400]),
        ("tainted-first", [500, 100, 0, 0]),
        ("exposure", [500, 900, 500, 1_400]),
        ("oldest-origin-first", [0, 400, 200, 0]),
        ("newest-origin-first", [100, 500, 0, 0]),
    ] {
        assert_eq!(pages.amounts(method, 0, &PLACES), expected.map(euro), "{method}");
        assert_eq!(
            pages.under(method).lots.iter().map(|lot| lot.amount).sum::<i64>(),
            expected.map(euro).iter().sum::<i64>()
        );
    }
    pages.assert_conserved();
}

/// 600 of 3,300 contributions to 1,400: 2800/11.
#[test]
fn one_account_shared_out_at_the_end() {
    let pages = one_account();
    let outcome = pages.under("pari-passu");
    // 254.545454…, to the nearest ten-thousandth
    assert_eq!(outcome.amount(0, End::Held(0)), 2_545_455);
    let fund = &outcome.funds[0];
    assert_eq!((fund.balance, fund.contributions), (euro(1_400), euro(3_300)));
    assert_eq!(fund.shares[0].2 + fund.unclaimed, fund.balance);
    let in_cents = Rules {
        unit: 100,
        ..Rules::default()
    };
    assert_eq!(
        pages.under_with(&PariPassu, &in_cents).amount(0, End::Held(0)),
        cent(25_455)
    );
}

/// G-TR-2, *Roscoe v Winder*: min(455, 25, 358).
#[test]
fn lowest_intermediate_balance() {
    let mut pages = Pages::of(&[euro(100)]);
    pages.tainted(0, euro(455));
    pages.spend(0, euro(530), 0);
    pages.credit(0, euro(333));
    assert_eq!(pages.amounts("own-money-first", 0, &[End::Held(0)]), [euro(25)]);
}

/// G-TR-3, Todd: Paul 10, Michael 10, 10 spent, Karen 10, 10 spent.
fn three_savers() -> Pages {
    let mut pages = Pages::of(&[0]);
    pages.tainted(0, euro(10));
    pages.tainted(0, euro(10));
    pages.spend(0, euro(10), 1);
    pages.tainted(0, euro(10));
    pages
}

#[test]
fn three_claimants() {
    let mut pages = three_savers();
    let held = |pages: &Pages, method: &str| {
        let outcome = pages.under(method);
        [0, 1, 2].map(|claim| outcome.amount(claim, End::Held(0)))
    };
    let in_cents = |pages: &Pages| {
        let rules = Rules {
            unit: 100,
            ..Rules::default()
        };
        let outcome = pages.under_with(&PariPassu, &rules);
        [0, 1, 2].map(|claim| outcome.amount(claim, End::Held(0)))
    };
    assert_eq!(held(&pages, "pro-rata"), [euro(5), euro(5), euro(10)]);
    assert_eq!(in_cents(&pages), [cent(667), cent(667), cent(666)]);
    pages.spend(0, euro(10), 2);
    assert_eq!(held(&pages, "fifo"), [0, 0, euro(10)]);
    assert_eq!(held(&pages, "pro-rata"), [cent(250), cent(250), cent(500)]);
    assert_eq!(in_cents(&pages), [cent(334), cent(333), cent(333)]);
    pages.assert_conserved();
}

/// G-TR-4, Anderson: 3 stolen, then 7 clean.
#[test]
fn three_stolen_of_ten() {
    let mut pages = Pages::of(&[0]);
    pages.tainted(0, euro(3));
    pages.credit(0, euro(7));
    pages.spend(0, euro(3), 1);
    pages.spend(0, euro(1), 2);
    pages.spend(0, euro(6), 3);
    let ends = [End::Spent(1), End::Spent(2), End::Spent(3)];
    assert_eq!(pages.amounts("fifo", 0, &ends), [euro(3), 0, 0]);
    assert_eq!(
        pages.amounts("pro-rata", 0, &ends),
        [cent(90), cent(30), cent(180)]
    );
    assert_eq!(pages.amounts("exposure", 0, &ends).iter().sum::<i64>(), euro(10));
}

/// G-TR-5: A pays B, B pays C.
#[test]
fn two_accounts() {
    let (a, b, c) = (0, 1, 2);
    let mut pages = Pages::of(&[0, euro(50), 0]);
    pages.tainted(a, euro(100));
    pages.credit(a, euro(100));
    pages.transfer(a, b, euro(150));
    pages.transfer(b, c, euro(100));
    let places = [End::Held(c), End::Held(b), End::Held(a)];
    for (method, expected) in [
        ("fifo", [5_000, 5_000, 0]),
        ("pro-rata", [3_750, 3_750, 2_500]),
        ("own-money-first", [0, 5_000, 5_000]),
    ] {
        assert_eq!(pages.amounts(method, 0, &places), expected.map(cent), "{method}");
    }
    pages.assert_conserved();
}

/// G-TR-6: a watch on credit, then claimed money into the overdraft.
#[test]
fn overdraft() {
    let mut pages = Pages::of(&[0]);
    pages.add(0, OUTSIDE, euro(300), euro(300), Kind::Asset(1));
    pages.tainted(0, euro(500));
    for method in ["fifo", "lifo", "pro-rata", "own-money-first", "tainted-first"] {
        let places = [End::Overdraft(0), End::Held(0), End::Asset(1)];
        assert_eq!(
            pages.amounts(method, 0, &places),
            [euro(300), euro(200), 0],
            "{method}"
        );
    }
    pages.assert_conserved();
}
