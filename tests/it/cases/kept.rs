//! How long a case is kept.

use super::Office;

#[test]
fn a_day_that_is_past_is_said_by_every_command_and_one_to_come_is_not() {
    let office = Office::new();
    office.case("case", "R-1", &[], &[]);
    let said = office.works(&["-C", "case", "case", "retention"]);
    assert!(said.contains("nobody has decided"), "{said}");
    let rule = ["--legal-basis", "Wpg Art. 8(6)", "--reason", "five years"];
    let set = |more: &[&str]| {
        let all: Vec<&str> = ["-C", "case", "case", "retention"]
            .iter()
            .chain(more)
            .chain(&rule)
            .copied()
            .collect();
        office.works(&all)
    };
    let said = set(&["--until", "2099-12-31", "--review", "2098-12-31"]);
    assert!(
        said.contains("2099-12-31") && said.contains("Wpg Art. 8(6)"),
        "{said}"
    );
    let said = office.works(&["-C", "case", "case", "show"]);
    assert!(!said.contains("beware"), "{said}");
    // What is not given stays.
    set(&["--review", "2020-01-01"]);
    for verb in [
        &["case", "show"][..],
        &["ledger"],
        &["sql", "-c", "SELECT 1 AS one"],
        &["check"],
    ] {
        let all: Vec<&str> = ["-C", "case"].iter().chain(verb).copied().collect();
        let said = office.works(&all);
        let lines = said
            .lines()
            .filter(|line| line.starts_with("beware: the need to keep this case"));
        assert_eq!(lines.count(), 1, "{verb:?}: {said}");
    }
    set(&["--until", "2020-06-30"]);
    let said = office.works(&["-C", "case", "case", "show"]);
    assert!(
        said.contains("kept until 2020-06-30") && said.contains("that day is past"),
        "{said}"
    );
    let quiet = office.works(&["-C", "case", "-q", "case", "show"]);
    assert!(!quiet.contains("beware"), "{quiet}");
    let ledger = office.works(&["-C", "case", "ledger", "verify"]);
    assert!(ledger.contains("whole"), "{ledger}");
    // Who and why are needed, and days that fit each other.
    office.refuses(2, &["-C", "case", "case", "retention", "--until", "2030-01-01"]);
    office.refuses(2, &["-C", "case", "case", "retention", "--reason", "x"]);
    let said = office.refuses(
        2,
        &[
            "-C",
            "case",
            "case",
            "retention",
            "--review",
            "2021-01-01",
            "--reason",
            "x",
        ],
    );
    assert!(
        said.contains("2020-06-30") && said.contains("2021-01-01"),
        "{said}"
    );
}

#[test]
fn how_long_a_case_is_kept_makes_no_finding_old() {
    let office = Office::new();
    office.case("case", "R-1", &[], &[]);
    office.works(&["-C", "case", "check"]);
    office.works(&["-C", "case", "detect"]);
    office.works(&[
        "-C",
        "case",
        "case",
        "retention",
        "--until",
        "2099-01-01",
        "--legal-basis",
        "x",
        "--reason",
        "y",
    ]);
    office.works(&["-C", "case", "report"]);
}
