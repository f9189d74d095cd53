//! Rules on mixed funds: what comes back, moves, is charged, earned, exchanged, drawn, bought and sold.

use crate::trace_verb::tools::{Lines, Place, mt940};

const A: &str = "ACCT000001";
const NL: &str = "NL91ABNA0417164300";

/// Own 100 and claimed 100, of which 150 are spent, come back and 120 leave: as if nothing had been spent.
#[test]
fn a_reversal_returns_the_same_money() {
    let text = mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 100, "OWN", "own"),
            ("260103", "C", 100, "VICTIM", "taint"),
            ("260105", "D", 150, "SHOP", "bought"),
            ("260107", "RD", 150, "SHOP", "bought"),
            ("260109", "D", 120, "OUT", "away"),
        ],
        ("260131", 80),
    );
    let place = Place::of_one("one.940", &text);
    place.claims_all_of("taint");
    let held = |amount: &str| format!("held {NL} {amount}");
    let out = |amount: &str| format!("spent OUT, account not told {amount}");
    place.is(&[
        ("fifo", &[&held("80.00"), &out("20.00")]),
        ("lifo", &[&out("100.00")]),
        ("pro-rata", &[&held("40.00"), &out("60.00")]),
        ("own-money-first", &[&held("80.00"), &out("20.00")]),
        ("tainted-first", &[&out("100.00")]),
        // What was paid in was paid in once.
        ("pari-passu", &[&held("40.00")]),
    ]);
}

/// The claimed credit itself is taken back by the bank: what was not spent yet went back to who paid.
#[test]
fn a_claimed_credit_that_is_taken_back() {
    let text = mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 300, "OWN", "own"),
            ("260103", "C", 100, "VICTIM", "taint"),
            ("260107", "RC", 100, "VICTIM", "back"),
            ("260109", "D", 120, "OUT", "away"),
        ],
        ("260131", 180),
    );
    let place = Place::of_one("one.940", &text);
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(place.ends(method), ["returned 100.00"], "{method}");
    }
    assert!(
        place.ends("pari-passu").is_empty(),
        "{:?}",
        place.ends("pari-passu")
    );
    // From the account no claim is made of what was taken back.
    let said = place.traces(&[
        "--from",
        NL,
        "--period",
        "2026-01-01..2026-01-31",
        "--label",
        "claim",
    ]);
    said.tells(&["claimed 300.00 (proceeds)"]);
}

#[test]
fn an_own_transfer_there_and_back_moves_all_of_it() {
    let place = Lines::new()
        .opens("BBBB000001", 4_000)
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .pays(A, "BBBB000001", "2026-01-03", 60, "there")
        .pays("BBBB000001", A, "2026-01-05", 100, "back")
        .case();
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(place.ends(method), ["held ACCT000001 100.00"], "{method}");
    }
}

#[test]
fn own_money_that_comes_later_does_not_refill() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .line(A, "2026-01-02", -90, "OUT", "away")
        .line(A, "2026-01-03", 500, "OWN", "own")
        .case();
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(
            place.ends(method),
            ["held ACCT000001 10.00", "out of records OUT 90.00"],
            "{method}"
        );
    }
}

fn earns() -> Place {
    Lines::new()
        .line(A, "2026-01-01", 100, "OWN", "own")
        .line(A, "2026-01-02", 100, "VICTIM", "taint")
        .by(A, "2026-01-03", 2_000, "EUR", "", "interest", "interest")
        .by(A, "2026-01-04", -11_000, "EUR", "", "fee", "charges")
        .case()
}

#[test]
fn fees_are_debits_and_interest_is_own_money() {
    let place = earns();
    place.claims_all_of("taint");
    place.is(&[
        ("fifo", &["fee 10.00", "held ACCT000001 90.00"]),
        ("lifo", &["fee 90.00", "held ACCT000001 10.00"]),
        ("pro-rata", &["fee 50.00", "held ACCT000001 50.00"]),
        ("own-money-first", &["held ACCT000001 100.00"]),
        ("tainted-first", &["fee 100.00"]),
    ]);
}

/// Half of the balance is claimed, so that half of the interest is too.
#[test]
fn interest_as_fruit_belongs_to_whom_the_balance_belongs_to() {
    let place = earns();
    place.claims_all_of("taint");
    place.traces(&["--interest", "fruit"]);
    place.is(&[
        ("fifo", &["fee 10.00", "held ACCT000001 100.00"]),
        ("lifo", &["fee 100.00", "held ACCT000001 10.00"]),
        ("pro-rata", &["fee 55.00", "held ACCT000001 55.00"]),
        ("own-money-first", &["held ACCT000001 110.00"]),
        ("tainted-first", &["fee 110.00"]),
    ]);
    let said = place.traces(&[]);
    said.tells(&[
        "claimed 100.00 (proceeds)",
        "100.00 = (and 10.00 more by interest or gain)",
    ]);
    // No bound is told that what is there passes.
    let passed = "SELECT count(*) FROM lots WHERE method <> 'exposure' AND amount > most_by_flow";
    assert_eq!(place.tables().count(passed), 0);
    // The choice stands: traced again, it is the same.
    let lots = place.lots();
    place.traces(&[]);
    assert_eq!(place.lots(), lots);
    // And can be changed back.
    place.traces(&["--interest", "own"]);
    assert_eq!(place.ends("pro-rata"), ["fee 50.00", "held ACCT000001 50.00"]);
}

#[test]
fn exchange_keeps_both_booked_amounts() {
    let place = Lines::new()
        .line("EURO000001", "2026-01-01", 100, "VICTIM", "taint")
        .line("EURO000001", "2026-01-02", 100, "OWN", "own")
        .line("EURO000001", "2026-01-05", -100, "DOLL000001", "[rate 1.0845]")
        .by(
            "DOLL000001",
            "2026-01-05",
            10_845,
            "USD",
            "EURO000001",
            "transfer",
            "in",
        )
        .by(
            "DOLL000001",
            "2026-01-06",
            -5_000,
            "USD",
            "SHOP",
            "transfer",
            "out",
        )
        .case();
    let said = place.claims_all_of("taint");
    place.is(&[
        (
            "fifo",
            &["held DOLL000001 58.45 USD", "out of records SHOP 50.00 USD"],
        ),
        ("lifo", &["held EURO000001 100.00"]),
        ("own-money-first", &["held EURO000001 100.00"]),
        (
            "tainted-first",
            &["held DOLL000001 58.45 USD", "out of records SHOP 50.00 USD"],
        ),
    ]);
    // What of the claim is in the dollars: in euros, to the last cent.
    let tables = place.tables();
    let claimed = tables.rows("SELECT sum(claimed) FROM lots WHERE method = 'pro-rata' AND currency = 'USD'");
    assert_eq!(claimed, [["50.0000"]]);
    let dollars = tables.rows("SELECT sum(amount) FROM lots WHERE method = 'pro-rata' AND currency = 'USD'");
    let dollars: f64 = dollars[0][0].parse().expect("an amount");
    assert!((54.22..=54.23).contains(&dollars), "{dollars}");
    // A bound by flow would compare two currencies.
    assert_eq!(tables.count("SELECT count(most_by_flow) FROM lots"), 0);
    said.tells(&["| USD "]);
    let lot = tables.one("SELECT lot_id FROM lots WHERE method = 'fifo' AND ends = 'held'");
    place
        .good(&["show", &lot])
        .tells(&["100.00 EUR", "108.45 USD", "EURO000001.csv", "DOLL000001.csv"]);
}

#[test]
fn cash_breaks_the_trail() {
    let place = Lines::new()
        .line(A, "2026-01-02", 100, "VICTIM", "taint")
        .by(A, "2026-01-03", -10_000, "EUR", "", "cash_atm", "drawn")
        .by(
            "CASH000002",
            "2026-01-03",
            10_000,
            "EUR",
            "",
            "cash_branch",
            "put in",
        )
        .case();
    let said = place.claims_all_of("taint");
    for method in [
        "fifo",
        "lifo",
        "pro-rata",
        "own-money-first",
        "tainted-first",
        "exposure",
    ] {
        assert_eq!(place.ends(method), ["cash 100.00"], "{method}");
    }
    said.tells(&["the trail breaks"]);
    // Who can prove the deposit claims it.
    place.claims_all_of("put in");
    assert_eq!(place.ends("fifo"), ["held CASH000002 100.00"]);
}

/// A car of own 100 and claimed 60 to 100, sold for 200.
fn sold() -> (Place, String, String) {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "OWN", "own")
        .line(A, "2026-01-02", 100, "VICTIM", "taint")
        .line(A, "2026-01-03", -160, "DEALER", "buys")
        .line(A, "2026-02-03", 200, "BUYER", "sells")
        .line(A, "2026-02-04", -120, "OUT", "away")
        .case();
    let [buys, sells] = ["buys", "sells"].map(|text| place.entry(text));
    let bought = place.write("bought.csv", &format!("asset,entry,kind\nCar,{buys},purchase\n"));
    let both = format!("asset,entry,kind\nCar,{buys},purchase\nCar,{sells},sale\n");
    let both = place.write("both.csv", &both);
    (place, bought, both)
}

#[test]
fn an_asset_holds_what_it_was_paid_with() {
    let (place, bought, _) = sold();
    // Nothing is linked by amount and date alone.
    place.claims_all_of("taint");
    assert_eq!(
        place
            .tables()
            .count("SELECT count(*) FROM lots WHERE ends = 'asset'"),
        0
    );
    let said = place.traces(&["--assets", &bought]);
    place.is(&[
        ("fifo", &["asset Car 60.00", "out of records OUT 40.00"]),
        ("lifo", &["asset Car 100.00"]),
        (
            "pro-rata",
            &[
                "asset Car 80.00",
                "held ACCT000001 10.00",
                "out of records OUT 10.00",
            ],
        ),
        ("own-money-first", &["asset Car 60.00", "held ACCT000001 40.00"]),
        ("tainted-first", &["asset Car 100.00"]),
    ]);
    said.tells(&["in asset Car"]);
}

#[test]
fn a_gain_follows_or_is_own_money() {
    let (place, _, both) = sold();
    place.claims_all_of("taint");
    place.traces(&["--assets", &both]);
    place.is(&[
        ("fifo", &["held ACCT000001 75.00", "out of records OUT 40.00"]),
        ("lifo", &["held ACCT000001 5.00", "out of records OUT 120.00"]),
        ("pro-rata", &["held ACCT000001 60.00", "out of records OUT 60.00"]),
        ("own-money-first", &["held ACCT000001 115.00"]),
        (
            "tainted-first",
            &["held ACCT000001 5.00", "out of records OUT 120.00"],
        ),
    ]);
    place.traces(&["--assets", &both, "--gain", "own"]);
    place.is(&[
        ("fifo", &["held ACCT000001 60.00", "out of records OUT 40.00"]),
        ("pro-rata", &["held ACCT000001 50.00", "out of records OUT 50.00"]),
        ("own-money-first", &["held ACCT000001 100.00"]),
        ("tainted-first", &["out of records OUT 100.00"]),
    ]);
    place.traces(&["--gain", "follows"]);
    assert_eq!(place.ends("own-money-first"), ["held ACCT000001 115.00"]);
    // Links are taken back by a file without any.
    let none = place.write("none.csv", "asset,entry,kind\n");
    place.traces(&["--assets", &none]);
    assert_eq!(place.ends("tainted-first"), ["out of records DEALER 100.00"]);
}

#[test]
fn money_that_a_claim_has_already_is_claimed_before() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .pays(A, "BBBB000001", "2026-01-03", 60, "across")
        .line("BBBB000001", "2026-01-04", -10, "CCCC", "out")
        .case();
    let lines = [
        format!("{},,proceeds,claim", place.entry("taint")),
        format!("{},,property,two", place.entry_of("BBBB000001", "across")),
    ];
    place.traces(&["--claims", &place.claims(&lines)]);
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(place.ends_of("two", method), ["claimed before 60.00"], "{method}");
        assert_eq!(
            place.ends(method),
            [
                "held ACCT000001 40.00",
                "held BBBB000001 50.00",
                "out of records CCCC 10.00"
            ],
            "{method}"
        );
    }
}

/// Nothing states a rate, so that the two legs are not tied: the euros are held on no account that knows no euros.
#[test]
fn an_exchange_that_nothing_proves_is_not_held() {
    let place = Lines::new()
        .line("EURO000001", "2026-01-01", 100, "VICTIM", "taint")
        .line("EURO000001", "2026-01-05", -100, "DOLL000001", "to dollars")
        .by(
            "DOLL000001",
            "2026-01-05",
            10_845,
            "USD",
            "EURO000001",
            "transfer",
            "in",
        )
        .by(
            "DOLL000001",
            "2026-01-06",
            -5_000,
            "USD",
            "SHOP",
            "transfer",
            "out",
        )
        .case();
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(
            place.ends(method),
            ["out of records DOLL000001 100.00"],
            "{method}"
        );
    }
}

/// A reversal that may take back either of two credits takes back neither: a payment to whoever paid, and a note says so.
#[test]
fn a_reversal_that_fits_two_payments_takes_back_none() {
    let text = mt940(
        NL,
        1,
        ("260101", 0),
        &[
            ("260102", "C", 100, "PAYER", "own"),
            ("260103", "C", 100, "PAYER", "taint"),
            ("260105", "D", 50, "OUT", "away"),
            ("260107", "RC", 100, "PAYER", "back"),
        ],
        ("260131", 50),
    );
    let place = Place::of_one("one.940", &text);
    assert_eq!(
        place
            .tables()
            .count("SELECT count(*) FROM reversals WHERE NOT tied"),
        2
    );
    let said = place.claims_all_of("taint");
    let held = |amount: &str| format!("held {NL} {amount}");
    let out = |amount: &str| format!("spent OUT, account not told {amount}");
    let back = |amount: &str| format!("spent PAYER, account not told {amount}");
    place.is(&[
        ("fifo", &[&held("50.00"), &back("50.00")]),
        ("lifo", &[&out("50.00"), &back("50.00")]),
        ("pro-rata", &[&held("25.00"), &out("25.00"), &back("50.00")]),
        ("own-money-first", &[&held("50.00"), &back("50.00")]),
        ("tainted-first", &[&out("50.00"), &back("50.00")]),
        ("pari-passu", &[&held("25.00")]),
    ]);
    said.tells(&["1 entry takes back an earlier payment, and the record leaves open which"]);
}
