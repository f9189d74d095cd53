//! What a trace rests on, asked for: a lot's way, what something was paid with, and all in one go.

use crate::command::{code, command, printed};
use crate::trace_verb::tools::{Lines, Place};

const A: &str = "ACCT000001";
const B: &str = "BBBB000001";

fn lines() -> Lines {
    Lines::new()
        .opens(B, 5_000)
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .line(A, "2026-01-02", 100, "OWN", "own")
        .pays(A, B, "2026-01-03", 150, "across")
        .line(B, "2026-01-04", -100, "CCCC", "out")
}

fn lot(place: &Place, method: &str, ends: &str) -> String {
    place.tables().one(&format!(
        "SELECT min(lot_id) FROM lots WHERE method = '{method}' AND ends = '{ends}'"
    ))
}

#[test]
fn a_lot_shows_its_way_down_to_the_bytes() {
    let place = lines().case();
    place.claims_all_of("taint");
    let said = place.good(&["show", &lot(&place, "fifo", "out of records")]);
    said.tells(&[
        "fifo",
        "out of records",
        "50.00 EUR",
        "VICTIM",
        &place.entry("taint"),
        &place.entry_of(A, "across"),
        &place.entry_of(B, "across"),
        &place.entry("out"),
        "ACCT000001.csv, line 2",
        "ACCT000001.csv, line 4",
        "BBBB000001.csv, line 2",
        "BBBB000001.csv, line 3",
        "no law of the Union prescribes",
    ]);
    // In the order in which the money went.
    let days: Vec<_> = ["2026-01-01", "2026-01-03", "2026-01-04"]
        .iter()
        .map(|day| said.out.find(day).expect("a day"))
        .collect();
    assert!(days.is_sorted(), "{}", said.out);
    // Shares name the movements that money may have come by, and claim no one way.
    let said = place.good(&["show", &lot(&place, "pro-rata", "held")]);
    said.tells(&["may have come by any of these movements", "VICTIM"]);
    assert!(!said.out.contains("Way 1"), "{}", said.out);
    let said = place.good(&["show", &lot(&place, "pari-passu", "held")]);
    said.tells(&["follows no money from movement to movement"]);
    place
        .run_in(&["show", "l-0000"])
        .fails(2, &["there is no lot ‘l-0000’", "FROM lots"]);
    for row in place.tables().rows("SELECT lot_id FROM lots") {
        place.good(&["show", &row[0]]);
    }
}

/// The sums of the methods that tell sources that add up.
fn sums(place: &Place, arguments: &[&str]) -> [String; 3] {
    let said = place.good(&[&["trace"], arguments, &["--format", "tsv"]].concat());
    let mut rows = said.out.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = rows.next().expect("a heading");
    let column = |name: &str| heading.iter().position(|cell| *cell == name).expect("a column");
    let rows: Vec<_> = rows.collect();
    ["fifo", "lifo", "pro-rata"].map(|method| {
        let cents: i64 = rows
            .iter()
            .map(|row| {
                row[column(method)]
                    .replace('.', "")
                    .parse::<i64>()
                    .expect("an amount")
            })
            .sum();
        format!("{}.{:02}", cents / 100, cents % 100)
    })
}

#[test]
fn what_something_was_paid_with_adds_up() {
    let place = lines()
        .line(A, "2026-02-01", 11, "OWN", "more")
        .line(A, "2026-02-02", -7, "OUT", "seven")
        .case();
    let out = place.entry("out");
    let all = |amount: &str| [amount, amount, amount].map(str::to_owned);
    assert_eq!(sums(&place, &["--back-from", &out]), all("100.00"));
    let transfer = place
        .tables()
        .one("SELECT transfer_id FROM transfers WHERE amount = 150");
    assert_eq!(sums(&place, &["--back-from", &transfer]), all("150.00"));
    assert_eq!(sums(&place, &["--back-from", A]), all("54.00"));
    assert_eq!(sums(&place, &["--back-from", B]), all("100.00"));
    let assets = place.write("assets.csv", &format!("asset,entry,kind\nFlat,{out},purchase\n"));
    assert_eq!(
        sums(&place, &["--back-from", "Flat", "--assets", &assets]),
        all("100.00")
    );
    let said = place.good(&["trace", "--back-from", &out]);
    said.tells(&[
        "100.00 EUR in all",
        "do not add up",
        "as if it were the only one claimed",
        "with no source in the records",
    ]);
    // Nothing was stored by asking.
    assert_eq!(place.tables().count("SELECT count(*) FROM lots"), 0);
    place
        .run_in(&["trace", "--back-from", "nothing"])
        .fails(2, &["‘nothing’", "no entry, transfer or account", "--assets"]);
    place
        .run_in(&["trace", "--back-from", &out, "--from", A])
        .fails(2, &["--back-from", "cannot be used with"]);
}

#[test]
fn claims_in_one_go() {
    /// Found nowhere else on a page.
    const LABEL: &str = "quillwort-pay";
    let place = lines().case();
    let claims = place.claims(&[format!("{},60,property,{LABEL}", place.entry("taint"))]);
    let alone = lines().case();
    alone.traces(&[
        "--claims",
        &alone.claims(&[format!("{},60,property,{LABEL}", alone.entry("taint"))]),
    ]);
    let case = place.folder().join("in-one-go");
    let output = command(&place.folder().join("keys"))
        .args([
            "investigate",
            &place.folder().join("delivery").to_string_lossy(),
            "-o",
        ])
        .arg(&case)
        .args(["--claims", &claims])
        .output()
        .expect("it starts");
    let said = printed(&output);
    assert_eq!(code(&output), 0, "{said}");
    assert!(case.join("exports/report.html").exists());
    let lots =
        |case: &std::path::Path| crate::command::Tables::of(case).rows("SELECT * FROM lots ORDER BY lot_id");
    assert_eq!(lots(&case), lots(&alone.case));
    // On the page are no forbidden words; the label, which may name somebody, is on the one with names alone.
    let page = std::fs::read_to_string(case.join("exports/report.html")).expect("the page");
    assert!(page.contains("<section id=\"tracing\"") && !page.contains(LABEL));
    assert_eq!(
        geldspoor::victims::words::scan(&crate::report::scripts(&page).0),
        []
    );
    let output = command(&place.folder().join("keys"))
        .args(["-C", &case.to_string_lossy(), "report", "--profile", "full"])
        .output()
        .expect("it starts");
    assert_eq!(code(&output), 0, "{}", printed(&output));
    let page = std::fs::read_to_string(case.join("exports/report-full.html")).expect("the page");
    assert!(page.contains(LABEL));
}

/// What is asked for of one claim is there of several with its label; a claimed credit that stays where it is and pays
/// nothing does not take the others' bound away.
#[test]
fn a_label_s_bound_by_flow_holds_what_lies_still() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "V", "first")
        .line(B, "2026-01-01", 60, "V", "second")
        .pays(B, "CCCC000001", "2026-01-02", 60, "on")
        .case();
    let claims = place.claims(&[
        format!("{},100,proceeds,net", place.entry("first")),
        format!("{},60,proceeds,net", place.entry("second")),
    ]);
    place.traces(&["--claims", &claims]);
    let passed = "SELECT count(*) FROM lots WHERE method <> 'exposure' AND high > most_by_flow";
    assert_eq!(place.tables().count(passed), 0);
    let still = "SELECT DISTINCT most_by_flow FROM lots l JOIN accounts a ON a.account_id = l.account_id \
                 WHERE a.number = 'ACCT000001' AND l.method = 'fifo'";
    assert_eq!(place.tables().one(still), "100.0000");
}

/// One label in two currencies: every place stands once, every currency has its own proof.
#[test]
fn a_label_in_two_currencies_tells_each_place_once() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "V", "euros")
        .by(B, "2026-01-01", 6_000, "USD", "V", "transfer", "dollars")
        .case();
    let claims = place.claims(&[
        format!("{},100,proceeds,net", place.entry("euros")),
        format!("{},60,proceeds,net", place.entry("dollars")),
    ]);
    let said = place.traces(&["--claims", &claims]);
    for account in [A, B] {
        assert_eq!(
            said.out.matches(&format!("held on {account}")).count(),
            1,
            "{}",
            said.out
        );
    }
    said.tells(&["claimed 100.00 (proceeds)", "claimed 60.00 (proceeds)"]);
}

/// Asked for an account in two currencies, one file holds where both came from.
#[test]
fn what_an_account_in_two_currencies_was_paid_with_is_one_table() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "V", "euros")
        .by(A, "2026-01-01", 6_000, "USD", "V", "transfer", "dollars")
        .case();
    let rows = place.good(&["trace", "--back-from", A, "--format", "csv"]);
    let lines: Vec<&str> = rows.out.lines().collect();
    assert!(
        lines[0].starts_with("target,currency,source,day,entry,fifo"),
        "{}",
        rows.out
    );
    for currency in ["EUR", "USD"] {
        assert!(
            lines.iter().any(|line| line.contains(&format!(",{currency},"))),
            "{}",
            rows.out
        );
    }
    assert_eq!(lines.iter().filter(|line| line.starts_with("target,")).count(), 1);
}
