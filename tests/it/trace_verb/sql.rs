//! `trace(...)` in SQL beside the table of lots, and its arguments.

use crate::trace_verb::tools::{Lines, Place};

const A: &str = "ACCT000001";
const B: &str = "BBBB000001";

fn place() -> Place {
    Lines::new()
        .opens(B, 5_000)
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .line(A, "2026-01-02", 100, "OWN", "own")
        .pays(A, B, "2026-01-03", 150, "across")
        .by(A, "2026-01-04", 800, "EUR", "", "interest", "interest")
        .line(B, "2026-01-04", -100, "CCCC", "out")
        .case()
}

fn asked(place: &Place, sql: &str) -> String {
    place.good(&["sql", "--format", "csv", "-c", sql]).out
}

const ROWS: &str = "ORDER BY lot_id";

#[test]
fn the_function_gives_what_the_verb_stores() {
    let place = place();
    let taint = place.entry("taint");
    let stored = |arguments: &[&str]| {
        place.traces(arguments);
        asked(&place, &format!("SELECT * FROM lots {ROWS}"))
    };
    let of = |arguments: &str| asked(&place, &format!("SELECT * FROM trace({arguments}) {ROWS}"));
    assert_eq!(
        of(&format!("claim => '{taint}', label => 'claim'")),
        stored(&["--from", &taint, "--label", "claim"])
    );
    // Without a claim what stands, and no word of it is stored.
    let lots = place.lots();
    assert_eq!(of(""), asked(&place, &format!("SELECT * FROM lots {ROWS}")));
    assert_eq!(
        of(
            "claim => 'ACCT000001', period => '2026-01-01..2026-01-02', kind => 'property', interest => 'fruit'"
        ),
        stored(&[
            "--from",
            A,
            "--period",
            "2026-01-01..2026-01-02",
            "--kind",
            "property",
            "--interest",
            "fruit"
        ])
    );
    assert_ne!(place.lots(), lots);
    // Several.
    let own = place.entry("own");
    assert_eq!(
        of(&format!("claim => '{taint}, {own}'")),
        stored(&["--from", &taint, "--from", &own])
    );
    // One method alone; all of them.
    let fifo = asked(
        &place,
        &format!("SELECT DISTINCT method FROM trace(claim => '{taint}', method => 'fifo')"),
    );
    assert_eq!(fifo, "method\nfifo\n");
    let all = asked(
        &place,
        &format!("SELECT count(DISTINCT method) FROM trace(claim => '{taint}', method => 'all')"),
    );
    assert!(all.ends_with("\n9\n"), "{all}");
}

#[test]
fn wrong_arguments_are_named() {
    let place = place();
    let taint = place.entry("taint");
    let wrong = |arguments: &str, told: &[&str]| {
        let sql = format!("SELECT * FROM trace({arguments})");
        place.run_in(&["sql", "-c", &sql]).fails(2, told);
    };
    wrong("", &["nothing is claimed"]);
    wrong(
        "claim => 'zzz'",
        &[
            "argument claim",
            "‘zzz’",
            "no entry, transfer, account or finding",
        ],
    );
    wrong(
        "entry => 'zzz'",
        &[
            "argument entry",
            "is not known",
            "claim, period, kind, label, method",
        ],
    );
    let of = |rest: &str| format!("claim => '{taint}', {rest}");
    wrong(
        &of("method => 'fofo'"),
        &["argument method", "fofo", "own-money-first"],
    );
    wrong(
        &of("kind => 'theft'"),
        &["argument kind", "theft", "proceeds or property"],
    );
    wrong(
        &of("interest => 'mine'"),
        &["argument interest", "mine", "own or fruit"],
    );
    wrong(&of("gain => 'mine'"), &["argument gain", "mine", "follows"]);
    wrong(
        "claim => 'ACCT000001', period => '2026'",
        &["argument period", "2026-01-01..2026-03-31"],
    );
    wrong(
        "claim => 'ACCT000001', period => '2027-01-01..2027-01-31'",
        &["no credit from 2027-01-01 to 2027-01-31"],
    );
    place.traces(&["--from", &taint]);
    wrong(
        "period => '2026-01-01..2026-01-31'",
        &["argument period", "ACCOUNT"],
    );
}
