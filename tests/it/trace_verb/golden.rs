//! The golden vectors of the document, from files to the table of lots.

use crate::trace_verb::tools::{Lines, Place, mt940};

const A: &str = "ACCT000001";

/// G-TR-1: one account, eight movements.
fn first() -> Lines {
    Lines::new()
        .line(A, "2026-01-01", 1000, "OWN", "c1")
        .line(A, "2026-01-02", 600, "VICTIM", "d1")
        .line(A, "2026-01-03", 400, "OWN", "c2")
        .line(A, "2026-01-04", -500, "X", "w1")
        .line(A, "2026-01-05", 300, "OWN", "c3")
        .line(A, "2026-01-06", -900, "Y", "w2")
        .line(A, "2026-01-07", -500, "Z", "w3")
        .line(A, "2026-01-08", 1000, "OWN", "c4")
}

#[test]
fn one_account_under_every_method() {
    let place = first().case();
    let said = place.claims_all_of("d1");
    place.is(&[
        ("fifo", &["out of records Y 400.00", "out of records Z 200.00"]),
        ("lifo", &["out of records X 100.00", "out of records Y 500.00"]),
        (
            "pro-rata",
            &[
                "held ACCT000001 100.00",
                "out of records X 150.00",
                "out of records Y 225.00",
                "out of records Z 125.00",
            ],
        ),
        (
            "own-money-first",
            &["held ACCT000001 400.00", "out of records Z 200.00"],
        ),
        (
            "tainted-first",
            &["out of records X 500.00", "out of records Y 100.00"],
        ),
        (
            "exposure",
            &[
                "held ACCT000001 1400.00",
                "out of records X 500.00",
                "out of records Y 900.00",
                "out of records Z 500.00",
            ],
        ),
        ("pari-passu", &["held ACCT000001 254.55"]),
    ]);
    // The same on the screen, every order known.
    assert_eq!(
        said.row("out of records: Y"),
        "out of records: Y | EUR | 400.00 | 500.00 | 225.00 | - | - | 100.00 | 900.00 | 600.00"
    );
    assert_eq!(
        said.row("claimed 600.00"),
        "claimed 600.00 (proceeds): all of it is in these ends | EUR | 600.00 = | 600.00 = | 600.00 = | see below | 600.00 = | 600.00 = | no sum"
    );
    said.tells(&[
        "of the balance of 1400.00 EUR on ACCT000001 claims have 254.55 EUR and what nobody claims 1145.45 EUR",
        "contributions were 3300.00",
        "is not proceeds",
    ]);
    let tables = place.tables();
    assert_eq!(
        tables.count("SELECT count(*) FROM lots WHERE low <> amount OR high <> amount OR bound <> 'exact'"),
        0
    );
    // No conserving method passes the flow.
    assert_eq!(
        tables.count("SELECT count(*) FROM lots WHERE method <> 'exposure' AND amount > most_by_flow"),
        0
    );
    // The more is kept, the less is out: Hallett keeps most, Oatway least.
    for method in ["fifo", "lifo", "pro-rata"] {
        let kept = |method: &str| {
            tables.rows(&format!(
                "SELECT coalesce(sum(amount), 0) FROM lots WHERE ends = 'held' AND method = '{method}'"
            ))[0][0]
                .parse::<f64>()
                .expect("an amount")
        };
        assert!(kept("own-money-first") >= kept(method) && kept(method) >= kept("tainted-first"));
    }
}

/// G-TR-2: 455 of trust money, drawn down to 25, own money later: 25 is what is left of it.
#[test]
fn roscoe_against_winder() {
    let place = Lines::new()
        .opens("ROSC000001", 10_000)
        .line("ROSC000001", "2026-01-01", 455, "TRUST", "trust")
        .line("ROSC000001", "2026-01-02", -530, "DRAWN", "drawn")
        .line("ROSC000001", "2026-01-03", 333, "OWN", "later")
        .case();
    place.claims_all_of("trust");
    place.is(&[
        (
            "own-money-first",
            &["held ROSC000001 25.00", "out of records DRAWN 430.00"],
        ),
        ("fifo", &["held ROSC000001 25.00", "out of records DRAWN 430.00"]),
        ("lifo", &["out of records DRAWN 455.00"]),
        ("tainted-first", &["out of records DRAWN 455.00"]),
        (
            "pro-rata",
            &["held ROSC000001 20.50", "out of records DRAWN 434.50"],
        ),
    ]);
}

/// G-TR-3: three who are innocent, twenty spent of thirty.
#[test]
fn paul_michael_and_karen() {
    let place = Lines::new()
        .line("TODD000001", "2026-01-01", 10, "PAUL", "paul")
        .line("TODD000001", "2026-01-02", 10, "MICHAEL", "michael")
        .line("TODD000001", "2026-01-03", -10, "SHOP", "s1")
        .line("TODD000001", "2026-01-04", 10, "KAREN", "karen")
        .line("TODD000001", "2026-01-05", -10, "SHOP", "s2")
        .case();
    let names = ["paul", "michael", "karen"];
    let lines = names.map(|name| format!("{},,property,{name}", place.entry(name)));
    let said = place.traces(&["--claims", &place.claims(&lines)]);
    let held = |method: &str| {
        names.map(|name| {
            place
                .ends_of(name, method)
                .into_iter()
                .find_map(|end| end.strip_prefix("held TODD000001 ").map(str::to_owned))
                .unwrap_or_default()
        })
    };
    assert_eq!(held("fifo"), ["", "", "10.00"]);
    assert_eq!(held("pro-rata"), ["2.50", "2.50", "5.00"]);
    let mut shares = held("pari-passu");
    shares.sort();
    assert_eq!(shares, ["3.33", "3.33", "3.34"]);
    said.tells(&["claims have 10.00 EUR and what nobody claims 0.00 EUR"]);
    assert_eq!(said.err.lines().next(), Some("3 claims"));
    assert_eq!(
        place.tables().rows("SELECT DISTINCT kind FROM lots"),
        [["property"]]
    );
}

/// G-TR-5: two accounts, the first as MT940 and the second as CSV.
#[test]
fn two_accounts_of_two_formats() {
    let first = "NL91ABNA0417164300";
    let second = "NL44RABO0123456789";
    let swift = format!(
        ":20:S1\r\n:25:{first} EUR\r\n:28C:00001\r\n:60F:C260101EUR0,00\r\n\
         :61:260101C100,00NTRFNONREF\r\n:86:/ORDP//NAME/Victim/REMI/taint\r\n\
         :61:260102C100,00NTRFNONREF\r\n:86:/ORDP//NAME/Own/REMI/own\r\n\
         :61:260103D150,00NTRFNONREF\r\n{second}\r\n:86:/BENM//NAME/Second/REMI/across\r\n\
         :62F:C260131EUR50,00\r\n-\r\n"
    );
    let lines = Lines::new()
        .opens(second, 5_000)
        .line(second, "2026-01-03", 150, first, "across")
        .line(second, "2026-01-04", -100, "CCCC", "out");
    let mut files = lines.files();
    files.push(("first.sta".to_owned(), swift));
    let place = Place::of(&files);
    let matched = "SELECT count(*) FROM transfers WHERE debit_entry IS NOT NULL AND credit_entry IS NOT NULL";
    assert_eq!(place.tables().count(matched), 1);
    place.claims_all_of("taint");
    let [a, b] = [first, second].map(|number| format!("held {number} "));
    let c = "out of records CCCC ";
    place.is(&[
        ("fifo", &[&format!("{b}50.00"), &format!("{c}50.00")]),
        (
            "pro-rata",
            &[&format!("{b}37.50"), &format!("{a}25.00"), &format!("{c}37.50")],
        ),
        ("own-money-first", &[&format!("{b}50.00"), &format!("{a}50.00")]),
        ("tainted-first", &[&format!("{c}100.00")]),
    ]);
}

/// G-TR-6: a watch bought on credit, and claimed money that fills the overdraft a day later.
#[test]
fn an_overdraft_that_claimed_money_fills() {
    let place = Lines::new()
        .by(A, "2026-01-01", -30_000, "EUR", "JEWELLER", "card_pos", "watch")
        .line(A, "2026-01-02", 500, "VICTIM", "taint")
        .case();
    let said = place.claims_all_of("taint");
    let ends: &[&str] = &["held ACCT000001 200.00", "overdraft ACCT000001 300.00"];
    for method in crate::trace_verb::tools::CONSERVING {
        assert_eq!(place.ends(method), ends, "{method}");
    }
    said.tells(&[
        "for a court",
        "bought from ACCT000001 with 300.00 EUR that the bank lent",
        "filled that overdraft with 300.00 EUR",
        "backward tracing",
        "‘claim’",
    ]);
    let flags = place
        .tables()
        .rows("SELECT weight, claims, labels FROM trace_notes WHERE weight = 'flag'");
    assert_eq!(flags, [["flag", "1", "claim"]]);
}

/// The overdraft was filled two months later: nothing to put before a court.
#[test]
fn an_overdraft_that_is_filled_much_later_is_no_flag() {
    let place = Lines::new()
        .by(A, "2026-01-01", -30_000, "EUR", "JEWELLER", "card_pos", "watch")
        .line(A, "2026-03-02", 500, "VICTIM", "taint")
        .case();
    let said = place.claims_all_of("taint");
    assert!(!said.err.contains("for a court"), "{}", said.err);
    assert_eq!(
        place.ends("fifo"),
        ["held ACCT000001 200.00", "overdraft ACCT000001 300.00"]
    );
}

/// The first vector again as MT940: no sequence but the order of the statement.
#[test]
fn the_first_vector_as_swift() {
    let account = "NL91ABNA0417164300";
    let text = mt940(
        account,
        1,
        ("251231", 0),
        &[
            ("260101", "C", 1000, "OWN", "c1"),
            ("260102", "C", 600, "VICTIM", "taint"),
            ("260103", "C", 400, "OWN", "c2"),
            ("260104", "D", 500, "X", "w1"),
            ("260105", "C", 300, "OWN", "c3"),
            ("260106", "D", 900, "Y", "w2"),
            ("260107", "D", 500, "Z", "w3"),
            ("260108", "C", 1000, "OWN", "c4"),
        ],
        ("260131", 1400),
    );
    let place = Place::of_one("one.940", &text);
    place.claims_all_of("taint");
    let spent = |name: &str, amount: &str| format!("spent {name}, account not told {amount}");
    place.is(&[
        ("fifo", &[&spent("Y", "400.00"), &spent("Z", "200.00")]),
        (
            "own-money-first",
            &[&format!("held {account} 400.00"), &spent("Z", "200.00")],
        ),
        ("pari-passu", &[&format!("held {account} 254.55")]),
    ]);
}
