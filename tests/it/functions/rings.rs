//! A ring that several rules tell is one matter: each rule keeps what it found, and names the one that says most.

use std::fmt::Write as _;
use std::path::Path;

use super::{HEADER, Lines, asked, dutch, iban};
use crate::command::{code, geldspoor, investigate, printed};

#[test]
fn a_ring_that_several_rules_tell_is_one_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut lines = Lines(HEADER.to_owned());
    let mut ring = |accounts: &[String], days: &[&str], text: &str| {
        for (hop, day) in days.iter().enumerate() {
            let to = &accounts[(hop + 1) % accounts.len()];
            lines.paid(&accounts[hop], to, &format!("{day} 10:00:00"), 5_000, text);
        }
    };
    let near = ["2026-03-01", "2026-03-02", "2026-03-03"];
    let abroad = |own: &str| iban("DE", own);
    // A loan that goes round by way of another country; a way abroad and back; a ring; loans over half a year.
    ring(&[dutch(1), abroad("500105175407324931"), dutch(2)], &near, "loan");
    ring(&[dutch(11), abroad("500105175407324932"), dutch(12)], &near, "");
    ring(&[dutch(21), dutch(22), dutch(23)], &near, "");
    ring(
        &[dutch(31), dutch(32), dutch(33)],
        &["2026-01-01", "2026-03-02", "2026-06-03"],
        "lening",
    );
    // Abroad, and back to another account of the same holder.
    let mut holders =
        "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n"
            .to_owned();
    for account in [41, 42] {
        writeln!(
            holders,
            "{},holder,person,Bo Bakker,1980-01-01,,,,,,,,,,",
            dutch(account)
        )
        .expect("a line");
    }
    let other = abroad("500105175407324933");
    lines.paid(&dutch(41), &other, "2026-03-01 10:00:00", 5_000, "");
    lines.paid(&other, &dutch(42), "2026-03-02 10:00:00", 5_000, "");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let files = [put("lines.csv", &lines.0), put("holders.csv", &holders)];
    let paths: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
    let case = investigate(&paths, &[]);
    let rows = |statement: &str| {
        let (ended, said) = asked(&case, statement);
        assert_eq!(ended, 0, "{statement}: {said}");
        said
    };
    let named = "SELECT f.rule_id, s.rule_id FROM findings f \
                 LEFT JOIN findings s ON f.measures LIKE concat('%\"same_as\":\"', s.finding_id, '\"%') \
                 WHERE f.rule_id IN ('ML-11', 'ML-12', 'ML-15') ORDER BY f.rule_id, s.rule_id NULLS FIRST";
    assert_eq!(
        rows(named).lines().collect::<Vec<_>>(),
        [
            "ML-11,",
            "ML-11,ML-12",
            "ML-11,ML-15",
            "ML-12,",
            "ML-12,",
            "ML-12,ML-15",
            "ML-15,",
            "ML-15,",
        ]
    );
    // Both sides say it, in words.
    let said =
        "SELECT rule_id FROM findings WHERE explanation LIKE '%no matter of its own.' ORDER BY rule_id";
    assert_eq!(rows(said), "ML-11\nML-11\nML-12");
    let told = "SELECT rule_id FROM findings WHERE explanation LIKE '%told by ML-11% as well%it is one matter.' \
                ORDER BY rule_id";
    assert_eq!(rows(told), "ML-12\nML-15");
    let both = "SELECT rule_id FROM findings WHERE explanation LIKE '%told by ML-11 and ML-12 as well%'";
    assert_eq!(rows(both), "ML-15");
    assert!(
        case.said.contains("3 of them tell the same transfers"),
        "{}",
        case.said
    );
    let page = std::fs::read_to_string(case.case.join("exports/report.html")).expect("the page");
    assert!(page.contains("tell the same transfers as another finding"));
    assert_eq!(crate::report::bare_digits(&page), Vec::<String>::new());
    let id =
        rows("SELECT finding_id FROM findings WHERE rule_id = 'ML-15' AND explanation LIKE '%one matter.'");
    assert!(
        page.matches(id.as_str()).count() > 2,
        "the page names it where it is told again"
    );

    // By party the way abroad and back to another account of the holder is a ring of parties too.
    let keys = case.folder.path().join("keys");
    let place = case.case.to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        let output = geldspoor(&keys, &[&["-C", &place], arguments].concat());
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        printed(&output)
    };
    let summed = run(&["detect", "--level", "party"]);
    assert!(summed.contains("4 of them tell the same transfers"), "{summed}");
    assert_eq!(
        rows(named).lines().collect::<Vec<_>>(),
        [
            "ML-11,",
            "ML-11,ML-12",
            "ML-11,ML-12",
            "ML-11,ML-15",
            "ML-12,",
            "ML-12,",
            "ML-12,ML-15",
            "ML-15,",
            "ML-15,",
        ]
    );
    assert_eq!(rows(both), "ML-15");
    // What a person dismissed and what is told again are both counted, on the screen and on the page.
    let dismissed =
        rows("SELECT finding_id FROM findings WHERE rule_id = 'ML-15' ORDER BY finding_id LIMIT 1");
    run(&[
        "finding",
        "dismiss",
        &dismissed,
        "--reason",
        "a loan between brothers",
    ]);
    let summed = run(&["detect", "--level", "party"]);
    assert!(
        summed.contains(" findings, 1 dismissed") && summed.contains("4 of them tell the same transfers"),
        "{summed}"
    );
    run(&["report"]);
    let page = std::fs::read_to_string(case.case.join("exports/report.html")).expect("the page");
    assert!(
        page.contains("A person dismissed") && page.contains("tell the same transfers as another finding")
    );
    assert_eq!(crate::report::bare_digits(&page), Vec::<String>::new());
}
