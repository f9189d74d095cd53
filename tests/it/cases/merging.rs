//! Two cases into one: nothing is lost, nothing is widened, and neither is changed.

use std::path::Path;

use geldspoor::case::{Actor, Case, Decision, DecisionKind};

use super::{Office, payments, tree};
use crate::command::Tables;

const MERGE: [&str; 7] = ["case", "merge", "a", "b", "-o", "joint", "--reference"];

fn merge<'a>(more: &[&'a str]) -> Vec<&'a str> {
    MERGE
        .iter()
        .copied()
        .chain(["JIT-1"])
        .chain(more.iter().copied())
        .collect()
}

/// Two cases that share a file and differ in much.
fn two(office: &Office) {
    office.put("both.csv", &payments(1, &[("2025-03-01", "10.00")]));
    office.put("first.csv", &payments(2, &[("2025-03-02", "20.00")]));
    office.put("second.csv", &payments(3, &[("2025-03-03", "30.00")]));
    office.case(
        "a",
        "A/1",
        &["--authority", "Office A", "--handling", "TLP:GREEN"],
        &["first.csv"],
    );
    office.case(
        "b",
        "B/1",
        &["--authority", "Office B", "--handling", "TLP:AMBER"],
        &["second.csv"],
    );
    for (case, from, order) in [("a", "Bank One", "126nd-1"), ("b", "Bank Two", "46quater-2")] {
        office.works(&[
            "-C",
            case,
            "intake",
            "both.csv",
            "--received-from",
            from,
            "--order-reference",
            order,
        ]);
    }
}

fn decide(case: &Path, author: &str, kind: DecisionKind, subject: &str, value: &str) -> Decision {
    let mut case = Case::open(case).expect("a case");
    let actor = Actor {
        user: author.into(),
        purpose: String::new(),
        command: "a test".into(),
    };
    let decision = Decision::new(kind, subject, value, "as the records say", author).expect("a decision");
    let mut writer = case.write(actor).expect("the lock");
    writer.decide(decision.clone());
    writer.commit().expect("committed");
    decision
}

fn standing(case: &Path, kind: DecisionKind, subject: &str) -> Option<Decision> {
    let case = Case::open(case).expect("a case");
    let standing = case.standing(kind).expect("decisions");
    standing.into_iter().find(|decision| decision.subject == subject)
}

#[test]
fn both_are_in_it_and_neither_is_changed() {
    let office = Office::new();
    two(&office);
    let before = [tree(&office.path("a")), tree(&office.path("b"))];
    let heads: Vec<String> = ["a", "b"]
        .iter()
        .map(|case| {
            let said = office.works(&["-C", case, "-q", "ledger", "verify"]);
            said.trim().rsplit(' ').next().expect("a head").to_owned()
        })
        .collect();
    let said = office.works(&merge(&[]));
    assert!(said.contains("3 sources, 1 of them of both"), "{said}");
    assert_eq!([tree(&office.path("a")), tree(&office.path("b"))], before);
    let joint = office.path("joint");
    assert!(!office.path(".joint.merging").exists());
    let tables = Tables::of(&joint);
    let names: Vec<String> = tables
        .rows("SELECT name FROM sources ORDER BY name")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(names, ["both.csv", "first.csv", "second.csv"]);
    assert_eq!(
        tables.count("SELECT count(*) FROM entries"),
        6,
        "the shared file counts once"
    );
    let row =
        &tables.rows("SELECT received_from, order_reference, note FROM sources WHERE name = 'both.csv'")[0];
    assert_eq!(
        row[0],
        "Bank One (case A/1 of Office A); Bank Two (case B/1 of Office B)"
    );
    assert!(
        row[1].contains("126nd-1") && row[1].contains("46quater-2"),
        "{row:?}"
    );
    assert!(row[2].contains("taken in by both cases"), "{row:?}");
    let settings = Case::open(&joint).expect("a case").settings().clone();
    assert_eq!(settings.handling, "TLP:AMBER");
    assert_eq!(settings.authority, "Office A; Office B");
    // Both ledgers are there whole, and the first line cites them.
    for (case, head) in ["a", "b"].iter().zip(&heads) {
        let kept = std::fs::read(joint.join("merged").join(head).join("ledger.jsonl")).expect("kept");
        assert_eq!(
            kept,
            std::fs::read(office.path(case).join("ledger.jsonl")).expect("there")
        );
    }
    let ledger = Case::open(&joint).expect("a case").ledger().expect("a ledger");
    assert_eq!(ledger.len(), 1);
    for head in &heads {
        assert!(ledger[0].note.contains(head) && ledger[0].read.iter().any(|read| read.sha256 == *head));
    }
    let said = office.works(&["-C", "joint", "ledger", "verify"]);
    assert_eq!(said.matches("of a case that was merged").count(), 2, "{said}");
    let provenance = std::fs::read_to_string(joint.join("merged/provenance.json")).expect("written");
    assert_eq!(provenance.matches("\"ledger_head\"").count(), 4, "{provenance}");
    // The same records give the same as in one case that took all files in.
    office.case("one", "O/1", &[], &["first.csv", "second.csv", "both.csv"]);
    for case in ["joint", "one"] {
        office.works(&["-C", case, "check"]);
        office.works(&["-C", case, "detect"]);
        office.works(&["-C", case, "report"]);
    }
    let one = Tables::of(&office.path("one"));
    let joint_tables = Tables::of(&joint);
    for sql in [
        "SELECT * FROM transfers ORDER BY transfer_id",
        "SELECT * FROM accounts ORDER BY account_id",
        "SELECT * FROM entries ORDER BY entry_id",
    ] {
        assert_eq!(joint_tables.rows(sql), one.rows(sql), "{sql}");
    }
    // A ledger under merged/ is watched too.
    let path = joint.join("merged").join(&heads[0]).join("ledger.jsonl");
    let text = std::fs::read_to_string(&path).expect("read");
    for altered in [
        text.replacen("first.csv", "third.csv", 1),
        text.lines().take(1).map(|line| format!("{line}\n")).collect(),
    ] {
        std::fs::write(&path, altered).expect("written");
        let said = office.refuses(5, &["-C", "joint", "ledger", "verify"]);
        assert!(said.contains(&format!("merged/{}", heads[0])), "{said}");
    }
}

#[test]
fn where_people_decided_differently_what_protects_most_holds() {
    let office = Office::new();
    two(&office);
    let (a, b) = (office.path("a"), office.path("b"));
    let victim = decide(
        &a,
        "Ann",
        DecisionKind::Category,
        "name:x",
        "victim or possible victim",
    );
    let grounds = decide(&b, "Bob", DecisionKind::Category, "name:x", "serious grounds");
    decide(&a, "Ann", DecisionKind::Category, "name:same", "other party");
    decide(&b, "Bob", DecisionKind::Category, "name:same", "other party");
    decide(&a, "Ann", DecisionKind::Identity, "m-1 m-2", "never");
    decide(&b, "Bob", DecisionKind::Identity, "m-1 m-2", "merge");
    decide(&a, "Ann", DecisionKind::Finding, "f-1", "confirmed");
    decide(&b, "Bob", DecisionKind::Finding, "f-1", "dismissed");
    decide(&b, "Bob", DecisionKind::Finding, "f-2", "dismissed");
    decide(&a, "Ann", DecisionKind::Claim, "method", "fifo");
    decide(&b, "Bob", DecisionKind::Claim, "method", "lifo");
    let claim = |entry: &str| {
        format!(
            "{{\"claims\":[{{\"entry\":\"{entry}\",\"kind\":\"property\",\"label\":\"wages\",\"given\":\"a test\"}}]}}"
        )
    };
    decide(&a, "Ann", DecisionKind::Claim, "claims", &claim("e-1"));
    decide(&b, "Bob", DecisionKind::Claim, "claims", &claim("e-2"));
    let until = |day: &str, basis: &str| format!("{{\"until\":\"{day}\",\"legal_basis\":\"{basis}\"}}");
    decide(
        &a,
        "Ann",
        DecisionKind::Retention,
        "case",
        &until("2040-01-01", "rule A"),
    );
    decide(
        &b,
        "Bob",
        DecisionKind::Retention,
        "case",
        &until("2035-01-01", "rule B"),
    );
    let said = office.works(&merge(&[]));
    assert!(said.contains("people had decided differently"), "{said}");
    let joint = office.path("joint");
    let holds = |kind, subject| standing(&joint, kind, subject);
    let category = holds(DecisionKind::Category, "name:x").expect("a category");
    assert_eq!(category.value, "victim or possible victim");
    for told in [
        "Ann",
        "Bob",
        "A/1 of Office A",
        "B/1 of Office B",
        "serious grounds",
    ] {
        assert!(category.reason.contains(told), "{told}: {}", category.reason);
    }
    assert_eq!(
        holds(DecisionKind::Identity, "m-1 m-2").expect("decided").value,
        "never"
    );
    assert_eq!(holds(DecisionKind::Finding, "f-1"), None, "open again");
    assert_eq!(
        holds(DecisionKind::Finding, "f-2").expect("judged").value,
        "dismissed"
    );
    assert_eq!(
        holds(DecisionKind::Claim, "method"),
        None,
        "nobody chose for both"
    );
    let claims = holds(DecisionKind::Claim, "claims").expect("claims").value;
    assert!(claims.contains("e-1") && claims.contains("e-2"), "{claims}");
    assert!(
        claims.contains("\"wages\"") && claims.contains("wages (B/1 of Office B)"),
        "{claims}"
    );
    let kept = holds(DecisionKind::Retention, "case").expect("kept").value;
    assert!(
        kept.contains("2035-01-01") && kept.contains("rule A; rule B"),
        "{kept}"
    );
    let same = holds(DecisionKind::Category, "name:same").expect("decided");
    assert_eq!(same.value, "other party");
    // Each decision is there as it was, with the case that it comes from.
    let all = Case::open(&joint)
        .expect("a case")
        .decisions()
        .expect("decisions");
    for (own, from) in [(&victim, "A/1 of Office A"), (&grounds, "B/1 of Office B")] {
        let found = all
            .iter()
            .find(|decision| decision.decision_id == own.decision_id)
            .expect("kept");
        assert_eq!(found.from_case, from);
        assert_eq!(
            (&found.author, &found.time, &found.reason),
            (&own.author, &own.time, &own.reason)
        );
    }
    // A person decides anew.
    let back = category.decision_id.clone();
    office.works(&["-C", "joint", "check"]);
    office.works(&[
        "-C",
        "joint",
        "decisions",
        "undo",
        &back,
        "--reason",
        "looked at together",
    ]);
    let left = holds(DecisionKind::Category, "name:x").expect("the last one by time");
    assert_eq!(left.value, "serious grounds");
}

#[test]
fn what_is_computed_with_needs_a_persons_word() {
    let office = Office::new();
    two(&office);
    for (case, value) in [("a", "3000"), ("b", "5000")] {
        let path = office.path(case).join("case.toml");
        let text = std::fs::read_to_string(&path).expect("settings");
        let own = format!("{text}\n[parameters.ML-01]\nthreshold = \"{value}\"\n");
        let own = if case == "b" {
            own.replace("Europe/Brussels", "Europe/Lisbon")
        } else {
            own
        };
        std::fs::write(&path, own).expect("written");
        let lists = office.path(case).join("queries/lexicons");
        std::fs::create_dir_all(&lists).expect("a folder");
        std::fs::write(lists.join("own.csv"), format!("words of {case}\n")).expect("written");
        std::fs::write(lists.join(format!("{case}.csv")), "alone\n").expect("written");
    }
    let said = office.refuses(2, &merge(&[]));
    for told in [
        "ML-01, threshold",
        "‘3000’",
        "‘5000’",
        "queries/lexicons/own.csv",
        "Europe/Lisbon",
        "--prefer",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!office.path("joint").exists() && !office.path(".joint.merging").exists());
    let said = office.works(&merge(&["--prefer", "second"]));
    assert!(said.contains("the second counts"), "{said}");
    let joint = Case::open(&office.path("joint")).expect("a case");
    assert_eq!(
        joint.parameters(),
        [("ML-01".into(), "threshold".into(), "5000".into())]
    );
    assert_eq!(joint.settings().time_zone, "Europe/Lisbon");
    let lists = office.path("joint/queries/lexicons");
    let read = |name: &str| std::fs::read_to_string(lists.join(name)).expect("there");
    assert_eq!(read("own.csv"), "words of b\n");
    assert_eq!(
        (read("a.csv"), read("b.csv")),
        ("alone\n".to_owned(), "alone\n".to_owned())
    );
    let kept = tree(&office.path("joint/merged"));
    let other = kept
        .iter()
        .find(|(name, _)| name.ends_with("queries/lexicons/own.csv"))
        .expect("kept");
    assert_eq!(other.1, b"words of a\n");
}

#[test]
fn what_one_took_out_of_use_stays_out() {
    let office = Office::new();
    two(&office);
    office.works(&[
        "-C",
        "b",
        "source",
        "withdraw",
        "both.csv",
        "--reason",
        "privileged",
    ]);
    let said = office.works(&merge(&[]));
    assert!(said.contains("3 sources"), "{said}");
    let tables = Tables::of(&office.path("joint"));
    assert_eq!(tables.count("SELECT count(*) FROM entries"), 4);
    assert_eq!(
        tables.count("SELECT count(*) FROM sources WHERE name = 'both.csv'"),
        0
    );
    office.works(&[
        "-C",
        "joint",
        "source",
        "restore",
        "both.csv",
        "--reason",
        "looked at together",
    ]);
    assert_eq!(
        Tables::of(&office.path("joint")).count("SELECT count(*) FROM entries"),
        6
    );
}

#[test]
fn what_does_not_prove_itself_or_is_one_case_is_not_merged() {
    let office = Office::new();
    two(&office);
    let said = office.refuses(
        2,
        &["case", "merge", "a", "a", "-o", "joint", "--reference", "JIT-1"],
    );
    assert!(said.contains("with itself"), "{said}");
    super::copy(&office.path("a"), &office.path("older"));
    office.works(&["-C", "a", "check"]);
    let said = office.refuses(
        2,
        &[
            "case",
            "merge",
            "a",
            "older",
            "-o",
            "joint",
            "--reference",
            "JIT-1",
        ],
    );
    assert!(said.contains("a copy of the other"), "{said}");
    let said = office.refuses(
        2,
        &["case", "merge", "a", "b", "-o", "a/joint", "--reference", "JIT-1"],
    );
    assert!(said.contains("outside of both"), "{said}");
    let said = office.refuses(
        2,
        &["case", "merge", "a", "b", "-o", "joint", "--reference", "B/1"],
    );
    assert!(said.contains("of its own"), "{said}");
    office.put("full/letter.txt", b"mine");
    office.refuses(
        2,
        &["case", "merge", "a", "b", "-o", "full", "--reference", "JIT-1"],
    );
    assert_eq!(tree(&office.path("full")).len(), 1);
    // A file of a table, an original, a line of the ledger.
    let b = office.path("b");
    let id = Tables::of(&b).one("SELECT source_id FROM sources WHERE name = 'second.csv'");
    let table = tree(&b)
        .into_keys()
        .find(|name| name.starts_with(&format!("tables/entries/{}", &id[..12])));
    for name in [
        format!("sources/{id}"),
        table.expect("a file"),
        "ledger.jsonl".to_owned(),
    ] {
        let path = b.join(&name);
        let whole = std::fs::read(&path).expect("read");
        let mut altered = whole.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        let rewrite = |bytes: &[u8]| {
            let _ = std::fs::remove_file(&path);
            std::fs::write(&path, bytes).expect("written");
        };
        rewrite(&altered);
        let output = office.run(&merge(&[]));
        assert_eq!(
            crate::command::code(&output),
            5,
            "{name}: {}",
            crate::command::printed(&output)
        );
        assert!(
            !office.path("joint").exists() && !office.path(".joint.merging").exists(),
            "{name}"
        );
        rewrite(&whole);
    }
    office.works(&merge(&[]));
}
