//! A source out of use: nothing tells anything from it, and put back everything is as it was.

use geldspoor::case::{Case, Decision, DecisionKind};

use super::{Office, copy, payments, tree};
use crate::command::{Tables, package, sample};
use crate::delivery::archive;

const FILE: &str = "duinbank/NL32DUIN0007524052.xml";

#[test]
fn nothing_tells_anything_from_a_source_that_was_taken_out_of_use() {
    let office = Office::new();
    let case = office.path("case");
    copy(&sample().case, &case);
    let before = Tables::of(&case);
    let id = before.one(&format!("SELECT source_id FROM sources WHERE name = '{FILE}'"));
    let begin = &id[..12];
    let entry = before.one(&format!(
        "SELECT min(entry_id) FROM entries WHERE source_id = '{id}'"
    ));
    let of_it = before.count(&format!("SELECT count(*) FROM entries WHERE source_id = '{id}'"));
    let all = before.count("SELECT count(*) FROM entries");
    assert!(of_it > 20);
    let found = |tables: &Tables| {
        tables.count(&format!(
            "SELECT count(*) FROM finding_entries WHERE entry_id LIKE '{begin}-%'"
        ))
    };
    assert!(found(&before) > 0, "the source matters to findings");
    let manifest = || std::fs::read(case.join("tables/manifest.json")).expect("a manifest");
    let was = manifest();

    let said = office.works(&["-C", "case", "source", "withdraw", FILE, "--reason", "privileged"]);
    assert!(
        said.contains(&id) && said.contains("exports/report.html"),
        "{said}"
    );
    // At once, before any step has run: no table has a row of it, and nothing that was derived is left.
    let tables = Tables::of(&case);
    assert_eq!(tables.count("SELECT count(*) FROM entries"), all - of_it);
    for table in geldspoor::case::Table::ALL {
        if table.is_per_source() {
            let sql = format!("SELECT count(*) FROM {} WHERE source_id = '{id}'", table.name());
            assert_eq!(tables.count(&sql), 0, "{}", table.name());
        } else {
            let sql = format!("SELECT count(*) FROM {}", table.name());
            assert_eq!(tables.count(&sql), 0, "{} was derived", table.name());
        }
    }
    assert!(!case.join("cache").exists(), "what patterns remember tells of it");
    let said = office.refuses(2, &["-C", "case", "show", &entry]);
    assert!(
        said.contains("withdrawn") && said.contains("source list"),
        "{said}"
    );
    let said = office.refuses(2, &["-C", "case", "report"]);
    assert!(said.contains("check"), "{said}");
    let list = office.works(&["-C", "case", "source", "list", "--format", "csv"]);
    let line = list.lines().find(|line| line.contains(&id)).expect("listed");
    assert!(
        line.contains("out of use") && line.contains("tester") && line.contains("privileged"),
        "{line}"
    );

    office.works(&["-C", "case", "check"]);
    office.works(&["-C", "case", "detect"]);
    let said = office.refuses(2, &["-C", "case", "trace", "--from", &entry]);
    assert!(said.contains(&entry), "{said}");
    office.works(&["-C", "case", "report"]);
    office.works(&["-C", "case", "report", "--profile", "full"]);
    let tables = Tables::of(&case);
    assert_eq!(found(&tables), 0);
    let rows = tables.count(&format!(
        "SELECT count(*) FROM transfers WHERE debit_entry LIKE '{begin}-%' OR credit_entry LIKE '{begin}-%'"
    ));
    assert_eq!(rows, 0);
    let escaped = FILE.replace('/', "&#x2f;");
    for (page, has_names) in [("report.html", false), ("report-full.html", true)] {
        let page = std::fs::read_to_string(case.join("exports").join(page)).expect("a page");
        // Under custody alone stands that it was received: hash and time, with names what it was and why it is out.
        let (before, behind) = page.split_once("<h3 id=\"out-of-use\"").expect("the part");
        let (told, behind) = behind.split_once("</table>").expect("a table");
        assert!(told.contains(&id), "{told}");
        assert_eq!(told.contains(&escaped), has_names, "{told}");
        assert_eq!(told.contains("privileged"), has_names, "{told}");
        assert!(before.contains("href=\"#out-of-use\""));
        let commands = behind.find("Commands run").unwrap_or(behind.len());
        for rest in [before, &behind[..commands]] {
            assert!(
                !rest.contains(begin) && !rest.contains(&escaped),
                "a page tells of it"
            );
        }
    }
    for sql in [
        format!("SELECT count(*) AS n FROM entries_masked WHERE source_id = '{id}'"),
        format!("SELECT count(*) AS n FROM movements WHERE entry_id LIKE '{begin}-%'"),
    ] {
        let said = office.works(&["-C", "case", "-q", "sql", "-c", &sql, "--format", "csv"]);
        assert_eq!(said.lines().last(), Some("0"), "{sql}: {said}");
    }
    // The same bytes do not come in again by another door.
    let file = package().join("sample-data/delivery").join(FILE);
    let said = office.works(&["-C", "case", "-v", "intake", &file.to_string_lossy()]);
    assert!(said.contains("out of use"), "{said}");
    assert_eq!(
        Tables::of(&case).count("SELECT count(*) FROM entries"),
        all - of_it
    );
    // A decision is taken back by the verb that knows what hangs on it.
    let case_now = Case::open(&case).expect("a case");
    let decided = case_now.standing(DecisionKind::Source).expect("decisions");
    let said = office.refuses(
        2,
        &[
            "-C",
            "case",
            "decisions",
            "undo",
            &decided[0].decision_id,
            "--reason",
            "x",
        ],
    );
    assert!(said.contains("source restore"), "{said}");

    office.works(&[
        "-C",
        "case",
        "source",
        "restore",
        &id[..8],
        "--reason",
        "not privileged after all",
    ]);
    assert!(!case.join("withdrawn").exists(), "no second copy of rows is left");
    office.works(&["-C", "case", "check"]);
    office.works(&["-C", "case", "detect"]);
    assert_eq!(manifest(), was, "the tables are those from before, byte for byte");
    office.works(&["-C", "case", "ledger", "verify"]);
    let said = office.refuses(2, &["-C", "case", "source", "restore", &id, "--reason", "x"]);
    assert!(said.contains("in use"), "{said}");
}

#[test]
fn a_copy_of_the_same_statement_counts_once_the_other_is_out_of_use() {
    let office = Office::new();
    let file = std::fs::read(package().join("sample-data/delivery").join(FILE)).expect("the sample");
    office.put("a.xml", &file);
    let mut other = file.clone();
    other.extend_from_slice(b"<!-- handed over a second time -->\n");
    office.put("b.xml", &other);
    let case = office.case("case", "R-1", &[], &["a.xml", "b.xml"]);
    office.works(&["-C", "case", "check"]);
    let same = "SELECT count(*) FROM same_entries WHERE kind = 'same_statement'";
    let tables = Tables::of(&case);
    assert!(tables.count(same) > 0, "the copy is known as one");
    let transfers = tables.count("SELECT count(*) FROM transfers");
    assert!(transfers > 0);
    for (out, left) in [("a.xml", "b.xml"), ("b.xml", "a.xml")] {
        office.works(&[
            "-C",
            "case",
            "source",
            "withdraw",
            out,
            "--reason",
            "outside the order",
        ]);
        office.works(&["-C", "case", "check"]);
        let tables = Tables::of(&case);
        assert_eq!(tables.count(same), 0, "{out}");
        assert_eq!(tables.count("SELECT count(*) FROM transfers"), transfers, "{out}");
        assert_eq!(tables.one("SELECT name FROM sources"), left);
        office.works(&["-C", "case", "source", "restore", out, "--reason", "back"]);
    }
}

#[test]
fn what_was_found_in_an_archive_goes_and_comes_back_with_it() {
    let office = Office::new();
    let (first, second) = (
        payments(1, &[("2025-03-01", "10.00")]),
        payments(2, &[("2025-03-02", "20.00")]),
    );
    office.put("all.zip", &archive(&[("one.csv", &first), ("two.csv", &second)]));
    office.put("three.csv", &payments(3, &[("2025-03-03", "30.00")]));
    let case = office.case("case", "R-1", &[], &["all.zip", "three.csv"]);
    let entries = || Tables::of(&case).count("SELECT count(*) FROM entries");
    assert_eq!(entries(), 6);
    // One that a person took out before stays out when the archive comes back.
    office.works(&[
        "-C",
        "case",
        "source",
        "withdraw",
        "all.zip/one.csv",
        "--reason",
        "privileged",
    ]);
    assert_eq!(entries(), 4);
    office.works(&[
        "-C",
        "case",
        "source",
        "withdraw",
        "all.zip",
        "--reason",
        "outside the order",
    ]);
    assert_eq!(entries(), 2);
    let said = office.refuses(
        2,
        &[
            "-C",
            "case",
            "source",
            "restore",
            "all.zip/two.csv",
            "--reason",
            "x",
        ],
    );
    assert!(said.contains("went out of use with"), "{said}");
    // Not by the archive again, and not by a file of it.
    office.put("two.csv", &second);
    office.works(&["-C", "case", "intake", "all.zip"]);
    office.works(&["-C", "case", "intake", "two.csv"]);
    assert_eq!(entries(), 2);
    office.works(&[
        "-C",
        "case",
        "source",
        "restore",
        "all.zip",
        "--reason",
        "the order covers it",
    ]);
    assert_eq!(entries(), 4);
    let said = office.refuses(
        2,
        &["-C", "case", "source", "withdraw", "nothing.csv", "--reason", "x"],
    );
    assert!(said.contains("source list"), "{said}");
    office.refuses(
        2,
        &["-C", "case", "source", "withdraw", "three.csv", "--reason", " "],
    );
    assert_eq!(entries(), 4, "without a reason nothing happens");
}

/// The decision is on disk, the tables are not changed yet: the process was killed between the two.
#[test]
fn a_withdrawal_that_was_cut_off_counts_and_is_finished_by_the_next_command() {
    let office = Office::new();
    office.put("one.csv", &payments(1, &[("2025-03-01", "10.00")]));
    office.put("two.csv", &payments(2, &[("2025-03-02", "20.00")]));
    let case = office.case("case", "R-1", &[], &["one.csv", "two.csv"]);
    office.works(&["-C", "case", "check"]);
    let id = Tables::of(&case).one("SELECT source_id FROM sources WHERE name = 'one.csv'");
    let decision =
        Decision::new(DecisionKind::Source, &id, "withdrawn", "privileged", "tester").expect("a decision");
    let mut line = serde_json::to_string(&decision).expect("text");
    line.push('\n');
    std::fs::write(case.join("decisions/source.jsonl"), line).expect("written");
    let before = tree(&case);
    // Readers see nothing of it, and change nothing.
    let count = [
        "-C",
        "case",
        "-q",
        "sql",
        "-c",
        "SELECT count(*) AS n FROM entries",
        "--format",
        "csv",
    ];
    assert_eq!(office.works(&count).lines().last(), Some("2"));
    let transfers = [
        "-C",
        "case",
        "-q",
        "sql",
        "-c",
        "SELECT count(*) AS n FROM transfers",
        "--format",
        "csv",
    ];
    assert_eq!(office.works(&transfers).lines().last(), Some("0"));
    let list = office.works(&["-C", "case", "-q", "source", "list", "--format", "csv"]);
    assert!(list.contains("one.csv,out of use"), "{list}");
    assert_eq!(tree(&case), before);
    // A writer finishes it.
    office.works(&["-C", "case", "check"]);
    assert_eq!(Tables::of(&case).count("SELECT count(*) FROM entries"), 2);
    office.works(&["-C", "case", "source", "restore", "one.csv", "--reason", "back"]);
    assert_eq!(Tables::of(&case).count("SELECT count(*) FROM entries"), 4);
}

/// Of five files that are read together one says who is on the other side: its words stand in the rows of another.
#[test]
fn what_was_read_together_with_a_source_goes_with_it() {
    let office = Office::new();
    for (word, bytes) in crate::simba::with_hashes() {
        office.put(&format!("delivery/{}", crate::simba::name(word)), &bytes);
    }
    let case = office.case("case", "R-1", &[], &["delivery"]);
    let count = |sql: &str| Tables::of(&case).count(sql);
    let named = "SELECT count(*) FROM entries WHERE counterparty_name LIKE 'MARIA%'";
    assert_eq!(count(named), 1);
    let all = count("SELECT count(*) FROM entries");
    let name = Tables::of(&case).one("SELECT name FROM sources WHERE name LIKE '%ORIGEM_DESTINO%'");
    let said = office.works(&[
        "-C",
        "case",
        "source",
        "withdraw",
        &name,
        "--reason",
        "outside the order",
    ]);
    assert!(said.contains("EXTRATO"), "{said}");
    assert_eq!(count("SELECT count(*) FROM entries"), 0);
    assert!(count("SELECT count(*) FROM sources") >= 1, "the others stay");
    // Nor does a second delivery of the others bring its words in.
    office.works(&["-C", "case", "intake", "delivery"]);
    assert_eq!(count(named), 0);
    let said = office.refuses(
        2,
        &[
            "-C",
            "case",
            "case",
            "erase",
            "--confirm",
            "R-1",
            "--reason",
            "x",
            "--source",
            &name,
        ],
    );
    assert!(said.contains("read together"), "{said}");
    office.works(&[
        "-C",
        "case",
        "source",
        "restore",
        &name,
        "--reason",
        "the order covers it",
    ]);
    assert_eq!((count(named), count("SELECT count(*) FROM entries")), (1, all));
}
