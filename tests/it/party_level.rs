//! `detect --level party`: a party stands in the place of the accounts that it alone holds.

use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::command::{Tables, code, geldspoor, printed};

struct Parties {
    folder: TempDir,
    case: PathBuf,
}

const LINES: &str = "account,booked_at,direction,amount,currency,counterparty_account,channel,remittance\n";
const HOLDERS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                       incorporated,employees,from_date,to_date\n";

impl Parties {
    fn new() -> Parties {
        let folder = tempfile::tempdir().expect("a folder");
        let case = folder.path().join("case");
        let made = Parties { folder, case };
        let place = made.case.to_string_lossy().into_owned();
        let output = geldspoor(&made.keys(), &["case", "new", &place, "--reference", "R"]);
        assert_eq!(code(&output), 0, "{}", printed(&output));
        made
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn run(&self, arguments: &[&str]) -> String {
        let place = self.case.to_string_lossy().into_owned();
        let output = geldspoor(&self.keys(), &[&["-C", &place], arguments].concat());
        assert_eq!(code(&output), 0, "{arguments:?}: {}", printed(&output));
        printed(&output)
    }

    fn take_in(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        self.run(&["intake", &path.to_string_lossy()]);
        self.run(&["check"]);
    }

    fn found(&self) -> String {
        self.run(&[
            "sql",
            "-c",
            "SELECT * FROM findings ORDER BY finding_id",
            "--format",
            "csv",
        ])
    }
}

/// Both legs.
fn paid(lines: &mut String, from: &str, to: &str, at: &str, amount: u32) {
    writeln!(lines, "{from},{at},debit,{amount}.00,EUR,{to},transfer,").expect("a line");
    writeln!(lines, "{to},{at},credit,{amount}.00,EUR,{from},transfer,").expect("a line");
}

fn holders(held: &[(&str, &str)]) -> String {
    let mut text = HOLDERS.to_owned();
    for (account, name) in held {
        writeln!(text, "{account},holder,person,{name},1980-01-01,,,,,,,,,,").expect("a line");
    }
    text
}

/// Six accounts pay the three accounts of one person, two each: seen by account nobody is paid by many.
fn fan(month: u32) -> String {
    let mut lines = LINES.to_owned();
    for number in 0..6 {
        let (from, to) = (format!("PAYER{number:03}"), format!("PERSON{:03}", number % 3));
        paid(
            &mut lines,
            &from,
            &to,
            &format!("2026-{month:02}-0{} 10:00:00", number + 1),
            1_000 + number,
        );
    }
    lines
}

const PERSON: [(&str, &str); 3] = [
    ("PERSON000", "Pia Peters"),
    ("PERSON001", "Pia Peters"),
    ("PERSON002", "Pia Peters"),
];

#[test]
fn findings_name_the_party_and_its_accounts() {
    let case = Parties::new();
    case.take_in("lines.csv", &fan(1));
    // Nobody is known to hold an account: that is no reason to be silent.
    let said = case.run(&["-v", "detect", "--rule", "ML-03", "--level", "party"]);
    assert!(said.contains("who holds an account"), "{said}");
    case.take_in("holders.csv", &holders(&PERSON));
    case.run(&["detect", "--rule", "ML-03"]);
    assert_eq!(Tables::of(&case.case).count("SELECT count(*) FROM findings"), 0);
    case.run(&["detect", "--rule", "ML-03", "--level", "party"]);
    let tables = Tables::of(&case.case);
    let found = tables.rows(
        "SELECT p.name, a.number, f.title, f.explanation, f.describes FROM findings f JOIN parties p ON p.party_id = \
         f.party_id JOIN accounts a ON a.account_id = f.account_id",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0][0] == "Pia Peters" && found[0][1].starts_with("PERSON00"),
        "{found:?}"
    );
    assert!(
        found[0][2].ends_with(", by party") && found[0][4] == "account",
        "{found:?}"
    );
    let party = tables.one("SELECT party_id FROM parties WHERE name = 'Pia Peters'");
    let text = &found[0][3];
    assert!(
        text.starts_with(&format!("6 different parties paid {{party:{party}}}")),
        "{text}"
    );
    assert!(
        text.contains(
            " 6 of what is counted here as parties are accounts that no one party is known to hold alone"
        ),
        "{text}"
    );
    for row in tables.rows("SELECT account_id FROM account_holders") {
        assert!(text.contains(&format!("{{account:{}}}", row[0])), "{text}");
    }
    assert_eq!(tables.count("SELECT count(*) FROM finding_entries"), 12);
    let parameters = tables.one("SELECT parameters FROM rules_run WHERE rule_id = 'ML-03'");
    assert!(parameters.contains("\"level\":\"party\""), "{parameters}");
    // The page shows no id and no number.
    case.run(&["detect", "--level", "party"]);
    case.run(&["report"]);
    let page = std::fs::read_to_string(case.case.join("exports/report.html")).expect("the page");
    assert!(page.contains("by party") && !page.contains(&party[2..]) && !page.contains("PERSON00"));
    assert!(!page.contains("{party:p-"));
}

/// What a party received on one account left from another of its accounts to one exit, month after month: the signs are
/// those of the accounts that take part, whichever the finding names first.
#[test]
fn the_gate_looks_at_each_account_of_a_party() {
    let case = Parties::new();
    let mut lines = fan(1);
    for month in 2..6 {
        let at = |day: u32| format!("2026-{month:02}-{day:02} 10:00:00");
        paid(&mut lines, "PAYER009", "PERSON002", &at(3), 1_000);
        paid(&mut lines, "PERSON002", "EXIT00001", &at(4), 990);
    }
    // What came in January leaves too.
    paid(&mut lines, "PERSON002", "EXIT00001", "2026-01-20 10:00:00", 2_000);
    case.take_in("lines.csv", &lines);
    case.take_in("holders.csv", &holders(&PERSON));
    case.run(&["detect", "--rule", "ML-03", "--level", "party"]);
    let tables = Tables::of(&case.case);
    let gated = tables.rows(
        "SELECT f.gate, f.describes, a.number, e.number, f.party_id IS NOT NULL FROM findings f \
         JOIN accounts a ON a.account_id = f.account_id JOIN accounts e ON e.account_id = f.exit_account \
         ORDER BY f.from_time LIMIT 1",
    );
    let expected = [
        "possible victim - verify",
        "exploited",
        "PERSON002",
        "EXIT00001",
        "true",
    ];
    assert_eq!(gated, [expected]);
}

#[test]
fn a_victim_s_party_is_shielded_whatever_account_takes_part() {
    let case = Parties::new();
    case.take_in("lines.csv", &fan(1));
    case.take_in("holders.csv", &holders(&PERSON));
    case.run(&["category", "Pia Peters", "--set", "victim", "--reason", "told so"]);
    case.run(&["detect", "--rule", "ML-03", "--level", "party"]);
    let gates = Tables::of(&case.case).rows("SELECT gate, describes FROM findings");
    assert_eq!(gates, [["possible victim - verify", "exploited"]]);
}

/// Whom a victim paid is who is looked for, also where that is a party with several accounts.
#[test]
fn a_party_that_a_victim_paid_stays_and_says_so() {
    let case = Parties::new();
    case.take_in("lines.csv", &fan(1));
    let held = [&PERSON[..], &[("PAYER000", "Vera Vlinder")]].concat();
    case.take_in("holders.csv", &holders(&held));
    case.run(&[
        "category",
        "Vera Vlinder",
        "--set",
        "victim",
        "--reason",
        "told so",
    ]);
    case.run(&["detect", "--rule", "ML-03", "--level", "party"]);
    let found = Tables::of(&case.case).rows(
        "SELECT f.gate, f.describes, p.name, f.gate_reason LIKE '%no sign against that holder%' FROM findings f \
         JOIN parties p ON p.party_id = f.party_id",
    );
    assert_eq!(found, [["open", "account", "Pia Peters", "true"]]);
}

#[test]
fn a_later_delivery_is_searched_alone_by_party_too() {
    let case = Parties::new();
    case.take_in("holders.csv", &holders(&PERSON));
    case.take_in("first.csv", &fan(1));
    case.run(&["detect"]);
    case.run(&["detect", "--level", "party"]);
    case.take_in("second.csv", &fan(2));
    let said = case.run(&["detect", "--level", "party", "--since", "2026-02-01"]);
    assert!(
        said.contains("went on") && !said.contains("searched anew"),
        "{said}"
    );
    let since = case.found();
    assert!(since.contains("by party"), "{since}");
    case.run(&["detect", "--level", "party"]);
    assert_eq!(since, case.found());
    // What was found by account is another memory, and is there still.
    let said = case.run(&["detect", "--since", "2026-02-01"]);
    assert!(
        said.contains("went on") && !said.contains("searched anew"),
        "{said}"
    );
    let since = case.found();
    assert!(!since.contains("by party"), "{since}");
    case.run(&["detect"]);
    assert_eq!(since, case.found());
    // Another account of the party: what is known of it before is searched anew.
    case.take_in("more.csv", &holders(&[("PAYER000", "Pia Peters")]));
    let said = case.run(&["detect", "--level", "party", "--since", "2026-02-01"]);
    assert!(said.contains("searched anew"), "{said}");
    let since = case.found();
    case.run(&["detect", "--level", "party"]);
    assert_eq!(since, case.found());
}

/// A way from account to account that is one only because two accounts have one holder: the gate looks at both of them.
#[test]
fn a_way_through_a_party_is_looked_at_account_by_account() {
    let case = Parties::new();
    let mut lines = LINES.to_owned();
    let mut month = |number: u32| {
        let at = |day: u32| format!("2026-{number:02}-{day:02} 10:00:00");
        paid(&mut lines, "PAYER001", "PERSON000", &at(3), 1_000);
        paid(&mut lines, "PERSON001", "MIDDLE001", &at(4), 990);
        paid(&mut lines, "MIDDLE001", "EXIT00001", &at(5), 980);
        // What PERSON001 sends comes in by way of others.
        paid(&mut lines, "PAYER002", "PERSON001", &at(1), 1_000);
    };
    (1..5).for_each(&mut month);
    case.take_in("lines.csv", &lines);
    case.take_in("holders.csv", &holders(&PERSON));
    case.run(&["detect", "--rule", "ML-10", "--level", "party"]);
    let tables = Tables::of(&case.case);
    let ways = tables.rows(
        "SELECT f.gate, a.number, e.number, f.party_id IS NULL OR f.party_id = h.party_id FROM findings f \
         JOIN accounts a ON a.account_id = f.account_id JOIN accounts e ON e.account_id = f.exit_account \
         LEFT JOIN account_holders h ON h.account_id = f.account_id \
         WHERE f.explanation LIKE '%{party:%' ORDER BY f.from_time",
    );
    assert!(!ways.is_empty());
    for way in ways {
        assert_eq!(
            way,
            ["possible victim - verify", "PERSON001", "EXIT00001", "true"]
        );
    }
}
