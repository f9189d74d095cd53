//! Statements that are missing or do not add up: one movement of the difference, and a note that says so.

use crate::trace_verb::tools::{Place, mt940};

const NL: &str = "NL91ABNA0417164300";
const SPENT: &str = "spent OUT, account not told ";

/// January closes with 200, of which 100 are claimed; February is missing; March begins with another balance.
fn gap(opens: i64, away: i64) -> Place {
    let january = mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 100, "OWN", "own"),
            ("260103", "C", 100, "VICTIM", "taint"),
        ],
        ("260131", 200),
    );
    let march = mt940(
        NL,
        3,
        ("260301", opens),
        &[("260302", "D", away, "OUT", "away")],
        ("260331", opens - away),
    );
    Place::of_one("both.940", &(january + &march))
}

fn names(place: &Place, words: &[&str]) {
    let notes = place.notes();
    let note = notes
        .iter()
        .find(|note| words.iter().all(|word| note.contains(word)));
    assert!(note.is_some(), "{words:?} in {notes:?}");
}

#[test]
fn a_balance_that_jumps_up_is_own_money() {
    let place = gap(300, 150);
    let said = place.claims_all_of("taint");
    let held = |amount: &str| format!("held {NL} {amount}");
    let spent = |amount: &str| format!("{SPENT}{amount}");
    place.is(&[
        ("fifo", &[&held("50.00"), &spent("50.00")]),
        ("lifo", &[&held("50.00"), &spent("50.00")]),
        ("pro-rata", &[&held("50.00"), &spent("50.00")]),
        ("own-money-first", &[&held("100.00")]),
        ("tainted-first", &[&spent("100.00")]),
    ]);
    said.tells(&[
        &format!("balance of {NL} changes by 100.00 EUR"),
        "2026-01-31",
        "2026-03-01",
        "own money",
        "‘claim’",
    ]);
    names(&place, &["changes by 100.00 EUR", "2026-01-31", "2026-03-01"]);
}

#[test]
fn a_balance_that_jumps_down_is_out_of_records() {
    let place = gap(50, 30);
    let said = place.claims_all_of("taint");
    let held = |amount: &str| format!("held {NL} {amount}");
    let gone = |amount: &str| format!("out of records {NL} {amount}");
    let spent = |amount: &str| format!("{SPENT}{amount}");
    place.is(&[
        ("fifo", &[&held("20.00"), &gone("50.00"), &spent("30.00")]),
        ("lifo", &[&gone("100.00")]),
        ("pro-rata", &[&held("10.00"), &gone("75.00"), &spent("15.00")]),
        (
            "own-money-first",
            &[&held("20.00"), &gone("50.00"), &spent("30.00")],
        ),
        ("tainted-first", &[&gone("100.00")]),
    ]);
    said.tells(&[
        &format!("balance of {NL} changes by -150.00 EUR"),
        "2026-01-31",
        "2026-03-01",
        "request what lies between",
        "‘claim’",
        "request statements of",
    ]);
    // The way of the money that no record tells says so.
    let lot = place
        .tables()
        .one("SELECT lot_id FROM lots WHERE method = 'fifo' AND ends = 'out of records'");
    place
        .good(&["show", &lot])
        .tells(&["no record tells this movement"]);
}

#[test]
fn a_statement_that_does_not_reconcile_is_named() {
    let text = mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 100, "OWN", "own"),
            ("260103", "C", 100, "VICTIM", "taint"),
            ("260105", "D", 20, "OUT", "away"),
        ],
        ("260131", 120),
    );
    let place = Place::of_one("one.940", &text);
    let said = place.claims_all_of("taint");
    let gone = |amount: &str| format!("out of records {NL} {amount}");
    place.is(&[
        ("fifo", &[&format!("held {NL} 100.00")]),
        (
            "lifo",
            &[
                &format!("held {NL} 20.00"),
                &gone("60.00"),
                &format!("{SPENT}20.00"),
            ],
        ),
        (
            "pro-rata",
            &[
                &format!("held {NL} 60.00"),
                &gone("30.00"),
                &format!("{SPENT}10.00"),
            ],
        ),
    ]);
    said.tells(&[
        NL,
        "2026-01-01",
        "2026-01-31",
        "does not reconcile by -60.00 EUR",
        "closing balance 120.00 is stated",
        "‘claim’",
    ]);
}

/// A hole on an account that claimed money never reaches is no note of this trace.
#[test]
fn a_hole_that_no_claim_comes_by_is_not_told() {
    let mut files = Vec::new();
    let one = |account: &str, opens: i64| {
        mt940(
            account,
            1,
            ("260101", 0),
            &[("260102", "C", 100, "P", account)],
            ("260131", 100),
        ) + &mt940(account, 3, ("260301", opens), &[], ("260331", opens))
    };
    files.push(("a.940".to_owned(), one(NL, 100)));
    files.push(("b.940".to_owned(), one("NL44RABO0123456789", 40)));
    let place = Place::of(&files);
    let said = place.claims_all_of(NL);
    assert_eq!(place.ends("fifo"), [format!("held {NL} 100.00")]);
    assert!(!said.err.contains("NL44RABO0123456789"), "{}", said.err);
}

/// Opening balance and entries come to the closing balance; only the running balances are in another order.
#[test]
fn a_statement_that_closes_right_makes_no_movement() {
    let account = "ACCT000001";
    let text = format!(
        "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance,balance_after\n\
         {account},2026-01-02,credit,100.00,EUR,OWN,transfer,own,100.00\n\
         {account},2026-01-05,credit,100.00,EUR,VICTIM,transfer,taint,100.00\n\
         {account},2026-01-05,debit,50.00,EUR,OUT2,transfer,d2,50.00\n\
         {account},2026-01-05,debit,100.00,EUR,OUT1,transfer,d1,0.00\n\
         {account},2026-01-07,debit,10.00,EUR,OUT3,transfer,d3,40.00\n"
    );
    let place = Place::of_one("lines.csv", &text);
    let said = place.claims_all_of("taint");
    said.tells(&["does not reconcile", account]);
    let gone = "SELECT count(*) FROM lots l JOIN accounts a ON a.account_id = l.account_id \
                WHERE l.ends = 'out of records' AND a.number = 'ACCT000001'";
    assert_eq!(place.tables().count(gone), 0);
    assert_eq!(place.ends("fifo")[0], "held ACCT000001 40.00");
}

/// The balance is the same on both sides of a month without statements: what came and went in it is not known.
#[test]
fn a_month_without_statements_is_told_though_the_balance_is_the_same() {
    let place = gap(200, 30);
    let said = place.claims_all_of("taint");
    said.tells(&[NL, "2026-02-01 to 2026-02-28", "not known", "‘claim’"]);
    assert_eq!(place.ends("fifo"), [format!("held {NL} 100.00")]);
    names(&place, &["2026-02-01 to 2026-02-28"]);
}

/// January, as delivered: 200 came in, of which 100 are claimed, and 80 left.
fn january() -> String {
    mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 100, "OWN", "own"),
            ("260103", "C", 100, "VICTIM", "taint"),
            ("260110", "D", 50, "OUT", "first"),
            ("260120", "D", 30, "OUT", "second"),
        ],
        ("260131", 120),
    )
}

/// Two statements overlap, and a debit that stands in both is not known to be one: what the trace ends with is not what
/// the last statement says, and that is told.
#[test]
fn an_end_that_the_last_statement_contradicts_is_told() {
    let later = mt940(
        NL,
        2,
        ("260115", 150),
        &[
            ("260120", "D", 30, "OUT", "second"),
            ("260205", "D", 70, "OUT", "third"),
        ],
        ("260215", 50),
    );
    let files = [("a.940".to_owned(), january()), ("b.940".to_owned(), later)];
    let place = Place::of(&files);
    assert_eq!(
        place.tables().rows("SELECT kind FROM same_entries"),
        [["likely_duplicate"]]
    );
    place.claims_all_of("taint");
    names(
        &place,
        &[
            "ends with 20.00 EUR",
            "2026-02-15",
            "closes with 50.00 EUR",
            "same_entries",
        ],
    );
    // Where they agree nothing is said.
    let place = Place::of_one("a.940", &january());
    let said = place.claims_all_of("taint");
    assert!(!said.err.contains("closes with"), "{}", said.err);
}

/// A listing without balances tells of 40 that came before; the first statement opens with nothing.
#[test]
fn what_came_before_the_first_balance_and_was_gone_is_out_of_records() {
    let listing = format!(
        "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance\n\
         {NL},2025-12-15,credit,40.00,EUR,,transfer,early\n"
    );
    let files = [("a.940".to_owned(), january()), ("b.csv".to_owned(), listing)];
    let place = Place::of(&files);
    place.claims_all_of("early");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(
            place.ends(method),
            [format!("out of records {NL} 40.00")],
            "{method}"
        );
    }
    names(
        &place,
        &["had 40.00 EUR more before 2026-01-01", "opens with (0.00 EUR)"],
    );
    // What came later is as if the listing were not there.
    place.claims_all_of("taint");
    assert_eq!(
        place.ends("pro-rata"),
        [format!("held {NL} 60.00"), format!("{SPENT}40.00")]
    );
}
