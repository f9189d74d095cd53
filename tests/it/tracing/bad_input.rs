//! What is wrong is named, and the rest goes on.

use geldspoor::trace::{
    Account, Book, BookError, ClaimError, End, Gain, Interest, Kind, OUTSIDE, Opening, OwnMoneyFirst,
    ProRata, Rules, TraceInput, method,
};

use super::tools::{Pages, euro};

#[test]
fn claims_that_cannot_be_traced_are_named_and_the_others_go_on() {
    let mut pages = Pages::of(&[0, 0]);
    pages.accounts[1] = Account::unrecorded();
    let credit = pages.credit(0, euro(100));
    let out = pages.transfer(0, 1, euro(10));
    let own = pages.transfer(0, 0, euro(10));
    pages.claim(credit, euro(60));
    pages.claim(credit, euro(50));
    pages.claim(99, euro(1));
    pages.claim(out, euro(10));
    pages.claim(own, euro(10));
    pages.claim(credit, 0);
    let foreign = pages.claim(credit, euro(1));
    pages.claims[foreign as usize].currency = Some(840);
    let book = pages.book();
    let rules = Rules::default();
    let input = TraceInput::new(&book, &pages.claims, &rules);
    let refused: Vec<usize> = input.refused().iter().map(ClaimError::claim).collect();
    assert_eq!(refused, [1, 2, 3, 4, 5, 6]);
    let texts: Vec<String> = input.refused().iter().map(ClaimError::to_string).collect();
    assert!(
        texts[0].contains("‘claim 1’") && texts[0].contains("400000 are not claimed before"),
        "{}",
        texts[0]
    );
    assert!(texts[1].contains("movement 99"));
    assert!(texts[2].contains("without statements"));
    assert!(texts[3].contains("same account"));
    assert!(texts[4].contains("above zero"));
    assert!(texts[5].contains("another currency"));
    let outcome = method("fifo").unwrap().trace(&input);
    assert_eq!(outcome.amount(0, End::OutOfRecords(1)), euro(10));
    assert_eq!(outcome.amount(0, End::Held(0)), euro(50));
}

#[test]
fn nothing_claimed_is_nothing_traced() {
    let mut pages = Pages::of(&[euro(5)]);
    pages.credit(0, euro(1));
    for method in geldspoor::trace::METHODS {
        assert!(pages.under(method.name()).lots.is_empty());
    }
    assert!(Pages::of(&[]).under("fifo").lots.is_empty());
}

#[test]
fn rows_that_make_no_book_are_named() {
    let refuse = |change: &dyn Fn(&mut Pages)| {
        let mut pages = Pages::of(&[0, 0]);
        pages.credit(0, euro(5));
        pages.transfer(0, 1, euro(5));
        change(&mut pages);
        Book::new(pages.accounts, pages.movements).unwrap_err()
    };
    assert!(matches!(
        refuse(&|p| p.movements[1].payee = 2),
        BookError::Account {
            movement: 1,
            account: 2,
            ..
        }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[0].paid = -1),
        BookError::Negative { movement: 0, .. }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[1].at = -1),
        BookError::Order { movement: 1 }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[0].paid = 7),
        BookError::TwoAmounts { movement: 0, .. }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[1].kind = Kind::Reversal(1)),
        BookError::Reversal { movement: 1, .. }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[1].kind = Kind::Reversal(0)),
        BookError::Reversal { movement: 1, .. }
    ));
    assert!(matches!(
        refuse(&|p| p.movements[1].kind = Kind::Asset(0)),
        BookError::BothRecorded { movement: 1 }
    ));
    let large = |p: &mut Pages| (p.movements[0].paid, p.movements[0].received) = (i64::MAX, i64::MAX);
    let error = refuse(&large);
    assert!(matches!(error, BookError::TooLarge { account: 0 }), "{error}");
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let most = 1 << 60;
    let mut pages = Pages::of(&[most]);
    pages.tainted(0, most);
    pages.spend(0, most - 1, 1);
    pages.spend(0, 3, 2);
    pages.assert_conserved();
    let outcome = pages.under("pro-rata");
    assert_eq!(outcome.amount(0, End::Spent(1)), most / 2);
}

#[test]
fn an_unknown_opening_is_the_least_that_avoids_overdraft() {
    let mut pages = Pages::of(&[0]);
    pages.accounts[0].opening = Opening::Least;
    pages.tainted(0, euro(100));
    pages.spend(0, euro(50), 1);
    pages.spend(0, euro(80), 2);
    assert_eq!(pages.book().openings(), [euro(30)]);
    let ends = [End::Spent(1), End::Spent(2)];
    assert_eq!(pages.amounts("own-money-first", 0, &ends), [euro(20), euro(80)]);
    pages.accounts[0].opening = Opening::AsNeeded;
    assert_eq!(pages.amounts("own-money-first", 0, &ends), [euro(50), euro(50)]);
}

#[test]
fn interest_is_own_money_or_fruit() {
    let mut pages = Pages::of(&[euro(100)]);
    pages.tainted(0, euro(300));
    pages.add(OUTSIDE, 0, euro(4), euro(4), Kind::Interest);
    let fruit = Rules {
        interest: Interest::Fruit,
        ..Rules::default()
    };
    let held = |rules: &Rules| {
        let outcome = pages.under_with(&ProRata, rules);
        let claimed: i64 = outcome.lots.iter().map(|lot| lot.claimed).sum();
        (outcome.amount(0, End::Held(0)), claimed)
    };
    assert_eq!(held(&Rules::default()), (euro(300), euro(300)));
    assert_eq!(held(&fruit), (euro(303), euro(300)));
}

#[test]
fn a_sale_inherits_in_proportion_to_cost() {
    let mut pages = Pages::of(&[euro(100), 0]);
    pages.tainted(0, euro(300));
    pages.add(0, OUTSIDE, euro(400), euro(400), Kind::Asset(5));
    pages.add(OUTSIDE, 1, euro(600), euro(600), Kind::Sale(5));
    let own = Rules {
        gain: Gain::Own,
        ..Rules::default()
    };
    let held = |rules: &Rules| pages.under_with(&OwnMoneyFirst, rules).amount(0, End::Held(1));
    assert_eq!((held(&Rules::default()), held(&own)), (euro(450), euro(300)));
    pages.assert_conserved();
    // An asset that is not sold is where the money is.
    pages.movements.pop();
    assert_eq!(pages.amounts("fifo", 0, &[End::Asset(5)]), [euro(300)]);
}

#[test]
fn exchange_keeps_both_amounts_and_adds_up() {
    let mut pages = Pages::of(&[euro(1), 0]);
    pages.tainted(0, euro(2));
    let exchange = pages.add(0, 1, euro(3), 10_001, Kind::Ordinary);
    for name in ["fifo", "pro-rata", "own-money-first"] {
        let outcome = pages.under(name);
        let lot = outcome.lots[0];
        assert_eq!(
            (lot.end, lot.amount, lot.claimed),
            (End::Held(1), 6_667, euro(2)),
            "{name}"
        );
        let step = outcome
            .steps
            .iter()
            .find(|step| step.movement == exchange)
            .unwrap();
        assert_eq!((step.left, step.arrived), (euro(2), 6_667), "{name}");
    }
}

#[test]
fn money_that_is_claimed_twice_is_the_first_claims() {
    let mut pages = Pages::of(&[0, 0]);
    pages.tainted(0, euro(10));
    let onward = pages.transfer(0, 1, euro(10));
    pages.claim(onward, euro(10));
    assert_eq!(pages.amounts("fifo", 1, &[End::ClaimedBefore]), [euro(10)]);
    pages.assert_conserved();
}

#[test]
fn a_payment_taken_back_returns_the_same_money() {
    let mut pages = Pages::of(&[0]);
    pages.tainted(0, euro(100));
    let paid = pages.spend(0, euro(100), 1);
    pages.credit(0, euro(50));
    pages.add(OUTSIDE, 0, euro(100), euro(100), Kind::Reversal(paid));
    pages.spend(0, euro(50), 2);
    let ends = [End::Spent(1), End::Spent(2), End::Held(0)];
    for (method, expected) in [
        ("fifo", [0, 50, 50]),
        ("lifo", [0, 0, 100]),
        ("own-money-first", [0, 0, 100]),
    ] {
        assert_eq!(pages.amounts(method, 0, &ends), expected.map(euro), "{method}");
    }
    pages.assert_conserved();
}

/// 14 own, 28 claimed and 4 of the bank's pay 46, of which 11 come back: the last that was used up, so claimed money.
#[test]
fn a_payment_past_the_balance_is_taken_back_in_part() {
    let mut pages = Pages::of(&[euro(14)]);
    pages.tainted(0, euro(28));
    let paid = pages.add(0, OUTSIDE, euro(46), euro(46), Kind::Asset(1));
    pages.add(OUTSIDE, 0, euro(11), euro(11), Kind::Reversal(paid));
    let ends = [End::Asset(1), End::Overdraft(0), End::Held(0)];
    assert_eq!(
        pages.amounts("own-money-first", 0, &ends),
        [euro(17), euro(4), euro(7)]
    );
}
