//! Orders within a day: stated, timed, or open.

use crate::trace_verb::tools::{Lines, Place};

const A: &str = "ACCT000001";
const HEADING: &str = "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance";

/// Least and most of what is held under a method, and how sure that is.
fn held(place: &Place, method: &str) -> [String; 4] {
    let rows = place.tables().rows(&format!(
        "SELECT sum(amount), min(low), max(high), max(bound) FROM lots WHERE ends = 'held' AND method = '{method}'"
    ));
    [0, 1, 2, 3].map(|column| rows[0][column].replace("0000", "0"))
}

fn exactly(amount: &str) -> [String; 4] {
    [amount, amount, amount, "exact"].map(|text| text.replace("0000", "0"))
}

#[test]
fn the_statements_own_sequence_is_exact() {
    let place = Lines::new()
        .line(A, "2026-01-02", 100, "OWN", "own")
        .line(A, "2026-01-05", -100, "OUT1", "d1")
        .line(A, "2026-01-05", 100, "VICTIM", "taint")
        .line(A, "2026-01-05", -50, "OUT2", "d2")
        .case();
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(held(&place, method), exactly("50.0000"), "{method}");
    }
    assert_eq!(held(&place, "pari-passu"), exactly("25.0000"));
    assert_eq!(
        place.ends("lifo"),
        ["held ACCT000001 50.00", "out of records OUT2 50.00"]
    );
}

/// Two lines of one number: nothing says which is first, credits are taken first, and the interval holds both results.
#[test]
fn what_nothing_orders_is_told_as_an_interval() {
    let text = format!(
        "{HEADING},sequence\n{A},2026-01-02,credit,100.00,EUR,OWN,transfer,own,1\n\
         {A},2026-01-05,credit,100.00,EUR,VICTIM,transfer,taint,2\n\
         {A},2026-01-05,debit,100.00,EUR,OUT,transfer,away,2\n\
         {A},2026-01-06,debit,60.00,EUR,OUT6,transfer,later,3\n"
    );
    let place = Place::of_one("lines.csv", &text);
    let said = place.claims_all_of("taint");
    // Credits first: the claimed money pays OUT under lifo and tainted first. Debits first: own money does.
    assert_eq!(place.ends("lifo"), ["out of records OUT 100.00"]);
    assert_eq!(
        held(&place, "lifo"),
        ["0.0", "0.0", "40.0", "exact"].map(str::to_owned)
    );
    assert_eq!(
        held(&place, "tainted-first"),
        ["0.0", "0.0", "40.0", "exact"].map(str::to_owned)
    );
    assert_eq!(
        held(&place, "pro-rata"),
        ["20.0", "20.0", "40.0", "exact"].map(str::to_owned)
    );
    // Own money pays first in either order.
    assert_eq!(held(&place, "fifo"), exactly("40.0000"));
    assert_eq!(held(&place, "own-money-first"), exactly("40.0000"));
    said.tells(&[
        "100.00 (0.00 to 100.00)",
        "30.00 (30.00 to 60.00)",
        "the least and the most over all orders within a day",
    ]);
}

#[test]
fn clock_times_decide() {
    let lines = |taint: &str, away: &str| {
        let text = format!(
            "{HEADING}\n{A},2026-01-02 08:00:00,credit,100.00,EUR,OWN,transfer,own\n\
             {A},2026-01-05 {taint},credit,100.00,EUR,VICTIM,transfer,taint\n\
             {A},2026-01-05 {away},debit,100.00,EUR,OUT,transfer,away\n"
        );
        let place = Place::of_one("lines.csv", &text);
        place.claims_all_of("taint");
        place
    };
    let before = lines("10:00:00", "09:00:00");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(held(&before, method), exactly("100.0000"), "{method}");
    }
    let after = lines("09:00:00", "10:00:00");
    after.is(&[
        ("fifo", &["held ACCT000001 100.00"]),
        ("lifo", &["out of records OUT 100.00"]),
        ("pro-rata", &["held ACCT000001 50.00", "out of records OUT 50.00"]),
        ("tainted-first", &["out of records OUT 100.00"]),
    ]);
}

/// Each interval holds what is told, and what is told is what lies in the order credits first.
#[test]
fn an_interval_holds_its_figure() {
    let text = format!(
        "{HEADING},sequence\n{A},2026-01-02,credit,100.00,EUR,OWN,transfer,own,1\n\
         {A},2026-01-05,credit,70.00,EUR,VICTIM,transfer,taint,2\n\
         {A},2026-01-05,debit,30.00,EUR,BBBB000001,transfer,across,2\n\
         {A},2026-01-05,debit,60.00,EUR,OUT,transfer,away,2\n\
         BBBB000001,2026-01-04,credit,10.00,EUR,OWN,transfer,own b,1\n\
         BBBB000001,2026-01-05,credit,30.00,EUR,{A},transfer,across,2\n\
         BBBB000001,2026-01-05,debit,20.00,EUR,OUT,transfer,away b,2\n"
    );
    let place = Place::of_one("lines.csv", &text);
    place.claims_all_of("taint");
    let tables = place.tables();
    assert_eq!(
        tables.count("SELECT count(*) FROM lots WHERE amount < low OR amount > high"),
        0
    );
    assert!(tables.count("SELECT count(*) FROM lots WHERE low < high AND method = 'lifo'") > 0);
}

/// The days of these lines, in three orders: the interval is the same, and holds credits first as well as debits first.
#[test]
fn the_place_of_a_line_in_a_listing_orders_nothing() {
    let lines = [
        "2026-01-02,credit,100.00,EUR,OWN,transfer,own",
        "2026-01-05,debit,100.00,EUR,OUT1,transfer,d1",
        "2026-01-05,credit,100.00,EUR,VICTIM,transfer,taint",
        "2026-01-05,debit,50.00,EUR,OUT2,transfer,d2",
        "2026-01-07,debit,10.00,EUR,OUT3,transfer,d3",
    ];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [0, 2, 3, 1, 4]] {
        let text: String = order
            .iter()
            .map(|line| format!("{A},{}\n", lines[*line]))
            .collect();
        let place = Place::of_one("lines.csv", &format!("{HEADING}\n{text}"));
        place.claims_all_of("taint");
        let range = |method: &str, number: &str| {
            place.tables().rows(&format!(
                "SELECT min(l.low), max(l.high) FROM lots l JOIN accounts a ON a.account_id = l.account_id \
                 WHERE l.method = '{method}' AND a.number = '{number}'"
            ))[0]
                .join(" ")
        };
        // Credits first: 100 of it to OUT1, or 50 and 50. Debits first: none to OUT1.
        assert_eq!(range("lifo", "OUT1"), "0.0000 100.0000", "{order:?}");
        assert_eq!(range("lifo", "OUT2"), "0.0000 50.0000", "{order:?}");
        // Debits first needs 50 that no record tells: they are own money in every order.
        assert_eq!(range("lifo", A), "0.0000 90.0000", "{order:?}");
        assert_eq!(range("fifo", A), "90.0000 90.0000", "{order:?}");
    }
}

#[test]
fn running_balances_prove_the_order_of_lines() {
    let text = format!(
        "{HEADING},balance_after\n{A},2026-01-02,credit,100.00,EUR,OWN,transfer,own,100.00\n\
         {A},2026-01-05,debit,100.00,EUR,OUT1,transfer,d1,0.00\n\
         {A},2026-01-05,credit,100.00,EUR,VICTIM,transfer,taint,100.00\n\
         {A},2026-01-05,debit,50.00,EUR,OUT2,transfer,d2,50.00\n"
    );
    let place = Place::of_one("lines.csv", &text);
    place.claims_all_of("taint");
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(held(&place, method), exactly("50.0000"), "{method}");
    }
}

/// Where a line stands in its file says nothing of a line in another file.
#[test]
fn lines_of_two_files_do_not_order_each_other() {
    let first = format!(
        "{HEADING}\n{A},2026-01-02,credit,100.00,EUR,OWN,transfer,own\n\
         {A},2026-01-05,credit,100.00,EUR,VICTIM,transfer,taint\n"
    );
    let second = format!(
        "{HEADING}\n{A},2026-01-05,debit,50.00,EUR,OUT,transfer,away\n\
         {A},2026-01-07,debit,100.00,EUR,OUT7,transfer,later\n"
    );
    for names in [["a.csv", "b.csv"], ["b.csv", "a.csv"]] {
        let files = [
            (names[0].to_owned(), first.clone()),
            (names[1].to_owned(), second.clone()),
        ];
        let place = Place::of(&files);
        place.claims_all_of("taint");
        assert_eq!(
            place.ends("lifo"),
            ["out of records OUT 50.00", "out of records OUT7 50.00"]
        );
        let ranges = place
            .tables()
            .rows("SELECT low, high FROM lots WHERE method = 'lifo' ORDER BY low");
        assert_eq!(ranges, [["0.0000", "50.0000"], ["50.0000", "100.0000"]]);
    }
}
