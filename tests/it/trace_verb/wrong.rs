//! What is wrong with what was given: the claim is named with what is missing, the others go on, nothing good is lost.

use crate::trace_verb::tools::{Lines, Place};

const A: &str = "ACCT000001";

fn place() -> Place {
    Lines::new()
        .line(A, "2026-01-01", 100, "OWN", "own")
        .line(A, "2026-01-02", 1000, "VICTIM", "taint")
        .line(A, "2026-01-03", -150, "NOST000001", "away")
        .case()
}

/// What `trace --claims` says of these lines.
fn given(place: &Place, lines: &[String]) -> crate::trace_verb::tools::Said {
    place.run_in(&["trace", "--claims", &place.claims(lines)])
}

#[test]
fn claims_that_cannot_be_traced_are_named_and_the_others_go_on() {
    let place = place();
    let [taint, away] = ["taint", "away"].map(|text| place.entry(text));
    let said = given(
        &place,
        &[
            format!("{taint},1000.01,proceeds,big"),
            "nope-1,5,proceeds,unknown".to_owned(),
            format!("{away},,proceeds,debit"),
            format!("{taint},1.00,theft,kind"),
            format!("{taint},-1.00,proceeds,below"),
            format!("{taint},0,proceeds,nothing"),
            format!("{taint},1.234,proceeds,two ways"),
            format!("{taint},1.23456,proceeds,fine"),
            format!("{taint},abc,proceeds,letters"),
            format!("{taint},1.00,proceeds,columns,more"),
            ",1.00,proceeds,empty".to_owned(),
            format!("{taint},1.00,proceeds,good"),
        ],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    said.tells(&[
        &format!("claim ‘big’ is for 1000.01 EUR, but ‘{taint}’ brought 1000.00 EUR"),
        "claim ‘unknown’ names ‘nope-1’",
        "claim ‘debit’",
        "without statements",
        "claim ‘kind’ (‘line 5 of claims.csv’): kind is ‘theft’",
        "claim ‘below’ (‘line 6 of claims.csv’): amount is ‘-1.00’",
        "claim ‘nothing’ (‘line 7 of claims.csv’): amount is ‘0’",
        "claim ‘two ways’ (‘line 8 of claims.csv’): amount ‘1.234’ can be read in two ways",
        "claim ‘fine’ (‘line 9 of claims.csv’): amount: ‘1.23456’ has more than 4 decimals",
        "claim ‘letters’ (‘line 10 of claims.csv’): amount",
        "claim ‘columns’ (‘line 11 of claims.csv’): has 5 columns, the heading 4",
        "claim ‘empty’ (‘line 12 of claims.csv’): column entry is empty",
        "claimed 1.00",
    ]);
    place.conserves();
    assert_eq!(place.tables().rows("SELECT DISTINCT label FROM lots"), [["good"]]);
    // Those that were refused stay on record with the reason.
    let refused = place
        .tables()
        .rows("SELECT label FROM claims WHERE refused IS NOT NULL ORDER BY label");
    assert_eq!(
        refused,
        [
            ["below"],
            ["big"],
            ["columns"],
            ["debit"],
            ["empty"],
            ["fine"],
            ["kind"],
            ["letters"],
            ["nothing"],
            ["two ways"],
            ["unknown"]
        ]
    );
}

#[test]
fn another_currency_needs_an_amount_in_that_of_the_account() {
    let place = place();
    let taint = place.entry("taint");
    let text = format!(
        "entry,amount,currency,label\n{taint},5,USD,dollars\n{taint},5,EUR,euros\n{taint},5,XX,odd\n"
    );
    let said = place.traces(&["--claims", &place.write("claims.csv", &text)]);
    said.tells(&[
        "claim ‘dollars’ is in USD",
        "booked in EUR",
        "‘XX’ is no currency",
    ]);
    assert_eq!(
        place.tables().rows("SELECT DISTINCT label FROM lots"),
        [["euros"]]
    );
}

#[test]
fn where_nothing_can_be_traced_the_earlier_trace_stays() {
    let place = place();
    place
        .run_in(&["trace"])
        .fails(2, &["nothing is claimed", "--claims FILE", "--from"]);
    let taint = place.entry("taint");
    let bad = [
        format!("{taint},1000.01,proceeds,big"),
        "nope-1,5,proceeds,unknown".to_owned(),
    ];
    given(&place, &bad).fails(2, &["no claim can be traced", "‘big’", "‘unknown’"]);
    assert_eq!(place.tables().count("SELECT count(*) FROM claims"), 0);
    place.claims_all_of("taint");
    let lots = place.lots();
    let decisions = place.good(&["decisions", "list"]).out;
    given(&place, &bad).fails(2, &["no claim can be traced", "‘big’", "‘unknown’"]);
    for text in [
        "",
        "foo,bar\n1,2\n",
        &format!("{taint},1.00,proceeds,x\n"),
        "amount,kind,label\n1,proceeds,x\n",
    ] {
        let file = place.write("claims.csv", text);
        place
            .run_in(&["trace", "--claims", &file])
            .fails(3, &["claims.csv", "column entry", "first line"]);
    }
    let file = place.write("claims.csv", "entry,amount,kind,label\n");
    place
        .run_in(&["trace", "--claims", &file])
        .fails(2, &["claims.csv", "no claim"]);
    let file = place.write(
        "claims.csv",
        &format!("entry,amount,kind,label\n{taint},1,theft,x\n"),
    );
    place
        .run_in(&["trace", "--claims", &file])
        .fails(2, &["no claim can be traced", "‘x’"]);
    let file = place.write("claims.csv", &format!("entry,amount,note\n{taint},1,hello\n"));
    place.run_in(&["trace", "--claims", &file]).fails(3, &["‘note’"]);
    std::fs::write(&file, b"entry,label\n1,caf\xe9\n").expect("a file");
    place.run_in(&["trace", "--claims", &file]).fails(3, &["UTF-8"]);
    place
        .run_in(&["trace", "--claims", "/nowhere.csv"])
        .fails(3, &["/nowhere.csv"]);
    place
        .run_in(&["trace", "--from", "NL00NONE"])
        .fails(2, &["‘NL00NONE’", "no entry, transfer, account or finding"]);
    place
        .run_in(&["trace", "--from", "NOST000001"])
        .fails(2, &["no statement is in the records", "request"]);
    assert_eq!(place.lots(), lots);
    assert_eq!(place.good(&["decisions", "list"]).out, decisions);
    // And it can be traced again.
    place.traces(&[]);
    assert_eq!(place.lots(), lots);
}

#[test]
fn options_that_do_not_fit_are_named() {
    let place = place();
    let wrong = |arguments: &[&str], told: &[&str]| {
        place.run_in(&[&["trace"], arguments].concat()).fails(2, told);
    };
    wrong(
        &["--period", "2026-01-01..2026-01-31"],
        &["--period", "--from ACCOUNT"],
    );
    wrong(
        &["--from", A, "--period", "2026-01-01"],
        &["--period", "2026-01-01..2026-03-31"],
    );
    wrong(
        &["--from", A, "--period", "2026-02-01..2026-01-01"],
        &["begin behind its end"],
    );
    wrong(
        &["--from", A, "--period", "2026-02-01..2026-03-01"],
        &["no credit from 2026-02-01 to 2026-03-01"],
    );
    wrong(
        &["--from", A, "--method", "fofo"],
        &["fofo", "own-money-first", "newest-origin-first"],
    );
    wrong(
        &["--from", A, "--kind", "theft"],
        &["--kind", "proceeds, property"],
    );
    wrong(
        &["--from", A, "--fund", "A1,B1"],
        &["--fund", "‘A1’", "no account"],
    );
    assert_eq!(place.tables().count("SELECT count(*) FROM lots"), 0);
}

/// A link that means nothing is named; the claims go on without it.
#[test]
fn links_to_assets_that_mean_nothing_are_named() {
    let place = place();
    let [taint, away] = ["taint", "away"].map(|text| place.entry(text));
    let text = format!(
        "asset,entry,kind\nCar,nope-1,purchase\nCar,{taint},purchase\nCar,{away},sale\nCar,{away},swap\n,{away},purchase\n"
    );
    let assets = place.write("assets.csv", &text);
    let said = place.traces(&["--from", &taint, "--assets", &assets]);
    said.tells(&[
        "asset ‘Car’: ‘nope-1’ is no debit",
        &format!("asset ‘Car’: ‘{taint}’ is no debit"),
        &format!("asset ‘Car’: ‘{away}’ is no credit"),
        "‘line 5 of assets.csv’: kind is ‘swap’",
        "‘line 6 of assets.csv’: column asset is empty",
    ]);
    assert_eq!(
        place
            .tables()
            .count("SELECT count(*) FROM lots WHERE ends = 'asset'"),
        0
    );
}

#[test]
fn methods_go_by_their_names() {
    let place = place();
    place.traces(&["--from", A]);
    let heading = |name: &str| place.good(&["trace", "--method", name]).row("where it is");
    let usual = "where it is | currency | fifo | lifo | pro-rata | pari-passu | own-money-first | tainted-first | exposure | flow at most";
    assert_eq!(heading("usual"), usual);
    assert_eq!(heading("lifo"), "where it is | currency | lifo | flow at most");
    let listed = place.good(&["trace", "--method", "usual", "--format", "csv"]);
    assert!(
        listed.out.contains(",fifo,") && listed.out.contains(",exposure,"),
        "{}",
        listed.out
    );
    place
        .run_in(&["trace", "--method", "fefo"])
        .fails(2, &["--method fefo", "fifo", "exposure"]);
}
