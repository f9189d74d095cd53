//! One distribution at the end (TR-4): what counts as paid in, and what claims on it come to.

use geldspoor::trace::{
    Account, End, Ground, Kind, OUTSIDE, Opening, Outcome, PariPassu, Rules, RulesError, Sequences,
    TraceInput, intervals,
};

use super::tools::{Pages, euro};

fn one_fund(pages: &Pages, accounts: &[u32]) -> Outcome {
    let rules = Rules {
        funds: vec![accounts.to_vec()],
        ..Rules::default()
    };
    pages.under_with(&PariPassu, &rules)
}

/// 100 came, of which 60 and 40 are claimed; 50 were taken back, so 50 are left of the first claim.
#[test]
fn claims_on_one_credit_share_what_was_not_taken_back() {
    let mut pages = Pages::of(&[0]);
    let credit = pages.credit(0, euro(100));
    pages.claim(credit, euro(60));
    pages.claim(credit, euro(40));
    pages.add(0, OUTSIDE, euro(50), euro(50), Kind::Reversal(credit));
    let outcome = pages.under("pari-passu");
    let fund = &outcome.funds[0];
    assert_eq!(
        fund.shares,
        [(0, euro(50), euro(50)), (1, 0, 0)],
        "the last money goes back first"
    );
    assert_eq!((fund.contributions, fund.unclaimed), (euro(50), 0));
}

/// An account that pays itself needs no money for it.
#[test]
fn a_transfer_to_oneself_changes_no_fund() {
    let mut pages = Pages::of(&[0]);
    pages.accounts[0].opening = Opening::AsNeeded;
    pages.tainted(0, euro(10));
    pages.transfer(0, 0, euro(30));
    let outcome = pages.under("pari-passu");
    let fund = &outcome.funds[0];
    assert_eq!((fund.contributions, fund.balance), (euro(10), euro(10)));
    assert_eq!(outcome.amount(0, End::Held(0)), euro(10));
}

/// Claimed when it came, and again on a transfer inside: the fund has the money once.
#[test]
fn money_claimed_again_inside_the_fund_counts_once() {
    let mut pages = Pages::of(&[0, 0]);
    pages.tainted(0, euro(100));
    let inside = pages.transfer(0, 1, euro(100));
    pages.claim(inside, euro(100));
    let outcome = one_fund(&pages, &[0, 1]);
    assert_eq!(outcome.funds[0].contributions, euro(100));
    assert_eq!(
        (outcome.amount(0, End::Held(1)), outcome.amount(1, End::Held(1))),
        (euro(100), 0)
    );
    assert_eq!(outcome.amount(1, End::ClaimedBefore), euro(100));
    // Own money of the fund can still be claimed on its way.
    pages.credit(0, euro(30));
    let outcome = one_fund(&pages, &[0, 1]);
    assert_eq!(outcome.amount(1, End::ClaimedBefore), euro(70));
    let fund = &outcome.funds[0];
    assert_eq!((fund.contributions, fund.balance), (euro(130), euro(130)));
    assert_eq!(fund.shares, [(0, euro(100), euro(100)), (1, euro(30), euro(30))]);
}

/// Two accounts of one fund: a transfer between them is no contribution, and a share lies where the balance lies.
#[test]
fn two_accounts_of_one_fund() {
    let mut pages = Pages::of(&[euro(50), 0, 0]);
    pages.accounts[2] = Account::unrecorded();
    pages.tainted(0, euro(100));
    pages.transfer(0, 1, euro(90));
    pages.credit(1, euro(50));
    pages.transfer(0, 2, euro(60));
    let outcome = one_fund(&pages, &[0, 1]);
    let fund = &outcome.funds[0];
    assert_eq!((fund.contributions, fund.balance), (euro(200), euro(140)));
    assert_eq!(fund.shares, [(0, euro(100), euro(70))]);
    assert_eq!(
        (outcome.amount(0, End::Held(0)), outcome.amount(0, End::Held(1))),
        (0, euro(70))
    );
}

/// A fund of an account whose opening is known and one whose opening is not: the first has no more than lay there, which
/// may be more than ever moved on it.
#[test]
fn an_opening_is_among_the_most_of_a_share() {
    let mut pages = Pages::of(&[euro(1_000), 0]);
    pages.accounts[1].opening = Opening::Least;
    pages.tainted(1, euro(500));
    pages.transfer(0, 1, euro(1));
    let book = pages.book();
    let rules = Rules {
        funds: vec![vec![0, 1]],
        ..Rules::default()
    };
    let input = TraceInput::new(&book, &pages.claims, &rules);
    let found = intervals(&input, &PariPassu, Sequences::default(), 100).unwrap();
    assert!(found.iter().any(|row| row.end == End::Held(0)));
    for row in found {
        assert!(row.low <= row.figure && row.figure <= row.high, "{row:?}");
        assert_eq!(row.ground, Ground::OuterBound);
        assert!(row.high <= euro(1_001), "{row:?}");
    }
}

/// What the rules say of accounts has to fit the book.
#[test]
fn rules_that_do_not_fit_are_refused() {
    let mut pages = Pages::of(&[0, 0, 0, 0]);
    pages.accounts[2] = Account::unrecorded();
    pages.accounts[3].currency = 840;
    let most = 1 << 61;
    pages.credit(0, most);
    pages.credit(1, most);
    let check = |funds: &[&[u32]], unit: i64| {
        let rules = Rules {
            funds: funds.iter().map(|fund| fund.to_vec()).collect(),
            unit,
            ..Rules::default()
        };
        rules.check(&pages.book())
    };
    assert_eq!(check(&[&[0, 1], &[3]], 100), Ok(()));
    assert_eq!(check(&[], 0), Err(RulesError::Unit { unit: 0 }));
    let refused = [
        (
            check(&[&[0], &[4]], 1),
            "fund 1 names account 4, but there are only 4",
        ),
        (check(&[&[0, 2]], 1), "account 2 has no statements"),
        (
            check(&[&[0], &[1, 0]], 1),
            "account 0 is in fund 0 and again in fund 1",
        ),
        (check(&[&[1, 1]], 1), "account 1 is in fund 0 and again in fund 0"),
        (
            check(&[&[0, 3]], 1),
            "account 3 is in another currency than account 0",
        ),
    ];
    for (result, words) in refused {
        let text = result.unwrap_err().to_string();
        assert!(text.contains(words), "{text}");
    }
    // Each account's sum is as large as may be; the fund's is larger.
    pages.credit(1, 1);
    let rules = Rules {
        funds: vec![vec![0, 1]],
        ..Rules::default()
    };
    assert_eq!(rules.check(&pages.book()), Err(RulesError::TooLarge { fund: 0 }));
}
