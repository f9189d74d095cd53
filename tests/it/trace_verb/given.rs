//! Where claims come from: an account with a period, a finding, a transfer, a file; and what stands.

use crate::command::package;
use crate::trace_verb::tools::{CONSERVING, Lines, Place};

const A: &str = "ACCT000001";
const B: &str = "BBBB000001";

fn place() -> Place {
    Lines::new()
        .opens(B, 5_000)
        .line(A, "2026-01-01", 100, "VICTIM", "taint")
        .line(A, "2026-01-02", 100, "OWN", "own")
        .pays(A, B, "2026-01-03", 150, "across")
        .line(B, "2026-01-04", -100, "CCCC", "out")
        .by(B, "2026-01-05", 300, "EUR", "", "interest", "interest")
        .line(B, "2026-02-05", 7, "LATE", "late")
        .case()
}

fn claimed(place: &Place) -> Vec<Vec<String>> {
    place
        .tables()
        .rows("SELECT e.remittance, c.amount, c.kind, c.label FROM claims c JOIN entries e ON e.entry_id = c.entry_id ORDER BY 1")
}

#[test]
fn from_an_account_and_a_period() {
    let place = place();
    // Interest is no credit to claim; February lies outside.
    for name in [
        B,
        &place
            .tables()
            .one("SELECT account_id FROM accounts WHERE number = 'BBBB000001'"),
    ] {
        place.traces(&[
            "--from",
            name,
            "--period",
            "2026-01-01..2026-01-31",
            "--kind",
            "property",
            "--label",
            "w",
        ]);
        assert_eq!(claimed(&place), [["across", "150.0000", "property", "w"]]);
    }
    // First and last day count.
    place.traces(&["--from", A, "--period", "2026-01-01..2026-01-02"]);
    assert_eq!(claimed(&place).len(), 2);
    place.traces(&["--from", A, "--period", "2026-01-02..2026-01-02"]);
    assert_eq!(claimed(&place), [["own", "100.0000", "proceeds", A]]);
    // Without a period all of it; of two accounts together.
    place.traces(&["--from", A, "--from", B]);
    assert_eq!(claimed(&place).len(), 4);
}

#[test]
fn from_a_transfer_and_from_either_leg() {
    let place = place();
    let transfer = place
        .tables()
        .one("SELECT transfer_id FROM transfers WHERE amount = 150");
    let mut lots = Vec::new();
    for name in [
        &transfer,
        &place.entry_of(A, "across"),
        &place.entry_of(B, "across"),
    ] {
        place.traces(&["--from", name, "--label", "claim"]);
        assert_eq!(
            place.ends("own-money-first"),
            ["held BBBB000001 100.00", "out of records CCCC 50.00"]
        );
        lots.push(place.ends("fifo"));
    }
    assert_eq!(lots[0], lots[1]);
    assert_eq!(lots[1], lots[2]);
}

#[test]
fn two_claims_on_one_credit_share_it() {
    let place = place();
    let taint = place.entry("taint");
    let lines = [format!("{taint},60,proceeds,x"), format!("{taint},40,property,y")];
    let said = place.traces(&["--claims", &place.claims(&lines)]);
    said.tells(&["claimed 60.00", "claimed 40.00"]);
    let all = ["x", "y"].map(|label| {
        place.tables().rows(&format!(
            "SELECT DISTINCT label, kind FROM lots WHERE label = '{label}'"
        ))
    });
    assert_eq!(all, [[["x", "proceeds"]], [["y", "property"]]]);
    // One too much: the first stands, the second is told.
    let lines = [
        format!("{taint},60,proceeds,x"),
        format!("{taint},40.01,property,y"),
    ];
    let said = place.traces(&["--claims", &place.claims(&lines)]);
    said.tells(&["not traced: claim ‘y’ is for 40.01 EUR", "only 40.00"]);
    assert_eq!(
        place
            .tables()
            .count("SELECT count(*) FROM lots WHERE label = 'y'"),
        0
    );
}

/// Of several claims with one label, exposure is no more than there ever was.
#[test]
fn exposure_does_not_count_a_label_twice() {
    let place = place();
    let said = place.traces(&[
        "--from",
        A,
        "--period",
        "2026-01-01..2026-01-02",
        "--label",
        "claim",
    ]);
    let row = said.row("held on ACCT000001");
    let cells: Vec<&str> = row.split(" | ").collect();
    assert_eq!(cells[cells.len() - 2], "50.00", "{row}");
}

/// Two claims go on to one place by a transfer each: what is there has been touched, all of it.
#[test]
fn exposure_is_no_less_than_any_method() {
    let place = Lines::new()
        .line(A, "2026-01-01", 100, "VICTIM1", "one")
        .line(A, "2026-01-02", -100, "XXXX", "first")
        .line(A, "2026-01-03", 100, "VICTIM2", "two")
        .line(A, "2026-01-04", -100, "XXXX", "second")
        .case();
    let lines = ["one", "two"].map(|text| format!("{},,proceeds,claim", place.entry(text)));
    let said = place.traces(&["--claims", &place.claims(&lines)]);
    for method in CONSERVING {
        assert_eq!(place.ends(method), ["out of records XXXX 200.00"], "{method}");
    }
    // Of claims that go as one no least and most is known, and none is told.
    assert_eq!(
        place
            .tables()
            .rows("SELECT DISTINCT low, high, bound FROM lots WHERE method = 'exposure'"),
        [["0.0000", "", "outer"]]
    );
    assert_eq!(
        said.row("out of records: XXXX"),
        "out of records: XXXX | EUR | 200.00 | 200.00 | 200.00 | 200.00 | 200.00 | 200.00 | 200.00"
    );
}

fn batch() -> Place {
    let mut payments = String::new();
    for (amount, name, iban) in [
        ("50.00", "one", "NL02ABNA0123456789"),
        ("100.00", "two", "NL44RABO0123456789"),
        ("150.00", "three", "NL20INGB0001234567"),
    ] {
        payments += &format!(
            "<TxDtls><Refs><EndToEndId>E-{name}</EndToEndId></Refs><Amt Ccy=\"EUR\">{amount}</Amt><RltdPties>\
             <Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct></RltdPties>\
             <RmtInf><Ustrd>{name}</Ustrd></RmtInf></TxDtls>"
        );
    }
    let entry = |amount: &str, mark: &str, day: &str, details: &str| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt>\
             </BookgDt><ValDt><Dt>{day}</Dt></ValDt><NtryDtls>{details}</NtryDtls></Ntry>"
        )
    };
    let balance = |kind: &str, amount: &str, day: &str| crate::camt::balance(kind, amount, "CRDT", day);
    let out = "<TxDtls><Refs><EndToEndId>X</EndToEndId></Refs><RltdPties><CdtrAcct><Id><IBAN>NL69INGB0123456789</IBAN>\
               </Id></CdtrAcct></RltdPties></TxDtls>";
    let text = crate::camt::statement(&format!(
        "{}{}{}{}",
        balance("OPBD", "100.00", "2026-01-01"),
        balance("CLBD", "150.00", "2026-01-31"),
        entry(
            "300.00",
            "CRDT",
            "2026-01-05",
            &format!("<Btch><NbOfTxs>3</NbOfTxs></Btch>{payments}")
        ),
        entry("250.00", "DBIT", "2026-01-06", out),
    ));
    Place::of_one("one.xml", &text)
}

/// A camt entry that books three payments: each can be claimed by its own id, all by that of the entry, and no part of it
/// without saying whose.
#[test]
fn payments_inside_one_entry() {
    let place = batch();
    let details = place
        .tables()
        .rows("SELECT detail_id, amount FROM entry_details WHERE amount > 0 ORDER BY number");
    assert!(details.len() >= 3, "{details:?}");
    for row in details.iter().take(3) {
        place.traces(&["--from", &row[0], "--label", "claim"]);
        let claims = place.tables().rows("SELECT amount FROM claims");
        assert_eq!(claims, [[row[1].clone()]]);
    }
    let entry = place
        .tables()
        .one("SELECT entry_id FROM entries WHERE direction = 'credit'");
    let said = place.traces(&["--from", &entry, "--label", "claim"]);
    assert_eq!(
        place.tables().rows("SELECT sum(amount), count(*) FROM claims"),
        [["300.0000", "3"]]
    );
    // Of 400, of which 300 are claimed and came last, 250 leave.
    assert_eq!(
        place.ends("fifo"),
        [
            "held NL91ABNA0417164300 150.00",
            "out of records NL69INGB0123456789 150.00"
        ]
    );
    // What is told of several claims together is no more than can be there, and is told as a bound.
    let row = said.row("out of records: NL69INGB0123456789");
    assert!(!row.contains("300.00"), "{row}");
    assert!(row.contains("150.00 (~0.00 to 250.00)"), "{row}");
    let part = place.claims(&[
        format!("{entry},100,proceeds,part"),
        format!("{},,property,whole", details[0][0]),
    ]);
    let said = place.traces(&["--claims", &part]);
    said.tells(&[
        "not traced: claim ‘part’",
        "books 3 payments",
        "name the payments",
    ]);
    assert_eq!(
        place.tables().rows("SELECT DISTINCT label FROM lots"),
        [["whole"]]
    );
}

/// Places with as much stand by name; what is cut off is counted.
#[test]
fn rows_that_are_cut_off_are_counted() {
    let mut lines = Lines::new().line(A, "2026-01-01", 100, "VICTIM", "taint");
    for number in 0..9 {
        let shop = format!("SHOP{number}");
        lines = lines.line(A, "2026-01-02", -1, &shop, &shop);
    }
    let place = lines.case();
    let taint = place.entry("taint");
    let said = place.traces(&["--from", &taint, "--rows", "3"]);
    said.tells(&["7 further places", "6 further accounts"]);
    let shops: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.contains("out of records: "))
        .collect();
    assert!(
        shops.len() == 2 && shops[0].contains("SHOP0") && shops[1].contains("SHOP1"),
        "{}",
        said.out
    );
}

#[test]
fn a_part_of_a_credit_is_its_first_money() {
    let place = place();
    place.traces(&[
        "--claims",
        &place.claims(&[format!("{},30,proceeds,claim", place.entry("taint"))]),
    ]);
    assert_eq!(place.tables().rows("SELECT amount FROM claims"), [["30.0000"]]);
    assert_eq!(place.ends("fifo"), ["out of records CCCC 30.00"]);
}

#[test]
fn separators_and_a_byte_order_mark_do_not_matter() {
    let place = place();
    let taint = place.entry("taint");
    let mut told = Vec::new();
    for text in [
        format!("entry,amount,kind,label\n{taint},12.50,proceeds,claim\n"),
        format!("entry;amount;kind;label\r\n{taint};12,50;proceeds;claim\r\n"),
        format!("label\tentry\tamount\nclaim\t{taint}\t12.50"),
        format!("\u{feff}entry,amount,currency,kind,label\n{taint},12.50,EUR,,\"claim\"\n\n"),
    ] {
        place.traces(&["--claims", &place.write("claims.csv", &text)]);
        assert_eq!(
            place.tables().rows("SELECT amount FROM claims"),
            [["12.5000"]],
            "{text}"
        );
        told.push(place.ends("pro-rata"));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
}

/// The sample: what came into a finding, and the account of the wages as the README has it.
#[test]
fn from_a_finding_of_the_sample() {
    let sample = crate::command::investigate(&[&package().join("sample-data/delivery")], &[]);
    let case = sample.case.to_string_lossy().into_owned();
    let keys = sample.folder.path().join("keys");
    let run = |arguments: &[&str]| {
        let output = crate::command::geldspoor(&keys, &[&["-C", &case], arguments].concat());
        let said = crate::command::printed(&output);
        assert_eq!(crate::command::code(&output), 0, "{said}");
        assert_eq!(geldspoor::victims::words::scan(&said), [], "{said}");
        said
    };
    let tables = crate::command::Tables::of(&sample.case);
    let finding = tables.one("SELECT finding_id FROM findings WHERE rule_id = 'THB-13'");
    run(&["trace", "--from", &finding, "--kind", "property"]);
    let tables = crate::command::Tables::of(&sample.case);
    // Each claim is a credit that the finding rests on.
    assert!(tables.count("SELECT count(*) FROM claims WHERE refused IS NULL") > 1);
    assert_eq!(
        tables.count(&format!(
            "SELECT count(*) FROM claims c LEFT JOIN finding_entries f ON f.entry_id = c.entry_id AND \
             f.finding_id = '{finding}' WHERE f.entry_id IS NULL"
        )),
        0
    );
    let off = "SELECT c.claim_id FROM claims c JOIN lots l ON l.claim_id = c.claim_id WHERE l.method NOT IN \
               ('pari-passu', 'exposure') GROUP BY c.claim_id, l.method HAVING sum(l.claimed) <> max(c.amount)";
    assert_eq!(tables.rows(off), Vec::<Vec<String>>::new());
    // Any kind of lot can be shown.
    for row in tables.rows("SELECT method, ends, min(lot_id) FROM lots GROUP BY method, ends") {
        run(&["show", &row[2]]);
    }
    run(&["report"]);
    let page = std::fs::read_to_string(sample.case.join("exports/report.html")).expect("the page");
    assert!(page.contains("<section id=\"tracing\""));
    assert_eq!(
        geldspoor::victims::words::scan(&crate::report::scripts(&page).0),
        []
    );
    assert!(
        !page.contains("Holes in the records that the money went by"),
        "the sample has no holes there"
    );
}
