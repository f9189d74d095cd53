//! Packs that look at silence and at months: what they find and what they just do not.

use geldspoor::model::Channel;
use serde_json::Value;

use super::packs::{measures, of};
use super::support::{Line, Tables, day, judge, judge_tables, received, sent, wage, with};

fn silent(days: i32, burst: &[(i32, i64)]) -> Vec<Line> {
    let mut lines = vec![sent("A", &day(0), 10, "SHOP")];
    for (offset, amount) in burst {
        lines.push(received("A", &day(days + offset), *amount, "PAYER"));
    }
    lines
}

#[test]
fn a_silent_account_that_wakes_is_found_and_just_missed() {
    let mut fees = silent(180, &[(0, 2_501)]);
    fees.push(Line {
        channel: Channel::Fee,
        ..sent("A", &day(90), 3, "")
    });
    let mut used = silent(180, &[(0, 2_501)]);
    used.push(sent("A", &day(90), 3, "SHOP"));
    let mut from_start = silent(200, &[(0, 2_501)]);
    from_start.remove(0);
    let cases = [
        ("the hit", silent(180, &[(0, 2_501)]), 1),
        ("a day too soon", silent(179, &[(0, 2_501)]), 0),
        ("not more than 2500", silent(180, &[(0, 2_500)]), 0),
        ("five", silent(180, &[(0, 1), (1, 1), (2, 1), (3, 1), (6, 1)]), 1),
        (
            "the eighth day",
            silent(180, &[(0, 1), (1, 1), (2, 1), (3, 1), (7, 1)]),
            0,
        ),
        ("a fee is the bank's own", fees, 1),
        ("used in between", used, 0),
        ("silent since the statement begins", from_start, 1),
    ];
    let mut tables = Tables::new();
    for (name, lines, _) in &cases {
        for line in lines {
            tables.line(&Line {
                account: name,
                ..line.clone()
            });
        }
        tables.statement(name, "2024-12-01", "2025-03-31", 10, 0, "1");
        tables.statement(name, "2025-04-01", "2025-12-31", 0, 0, "2");
    }
    judge_tables("ML-20", tables, &cases.map(|(name, _, count)| (name, count)));
}

#[test]
fn silence_counts_only_where_statements_cover_it() {
    let names = [
        "April is missing",
        "numbers and balance show it",
        "number 2 is missing",
        "the balance moved",
    ];
    let mut tables = Tables::new();
    for name in names {
        for line in silent(200, &[(0, 3_000)]) {
            tables.line(&Line {
                account: name,
                ..line
            });
        }
    }
    let woken = day(200);
    tables.statement(names[0], "2025-01-01", "2025-03-31", 10, 0, "1");
    tables.statement(names[0], "2025-05-01", "2025-12-31", 0, 3_000, "3");
    for (name, number, opening) in [(names[1], "2/1", 0), (names[2], "3/1", 0), (names[3], "2/1", 5)] {
        tables.statement(name, "2025-01-01", "2025-01-01", 10, 0, "1/1");
        tables.statement(name, &woken, &woken, opening, 3_000, number);
    }
    judge_tables(
        "ML-20",
        tables,
        &[(names[0], 0), (names[1], 1), (names[2], 0), (names[3], 0)],
    );
}

#[test]
fn without_statements_silence_cannot_be_judged() {
    let none = Tables::of(&silent(200, &[(0, 3_000)])).run_rule("ML-20");
    assert_eq!(none.findings.len(), 0);
    let said = none
        .not_computable
        .iter()
        .any(|gap| gap.rule_id == "ML-20" && gap.reason.contains("which period"));
    assert!(said, "{:?}", none.not_computable);
}

fn wages(names: &[&str], months: &[&str]) -> Vec<Line> {
    let mut lines = Vec::new();
    for month in months {
        for name in names {
            let text = format!("Salaris {month} 2025 {name}");
            let at = match *month {
                "januari" => "2025-01-25",
                "februari" => "2025-02-25",
                _ => "2025-04-25",
            };
            lines.push(wage("A", at, 1_800, &text));
        }
    }
    lines
}

const TWO: [&str; 2] = ["Ion Popa", "Ana Radu"];
const MONTHS: [&str; 2] = ["januari", "februari"];

#[test]
fn wage_stacking_is_found_and_just_missed() {
    let result = Tables::of(&wages(&TWO, &MONTHS)).run_rule("THB-13");
    let [found] = of(&result, "THB-13")[..] else {
        panic!("{result:?}")
    };
    let measures = measures(found);
    assert_eq!(
        (&measures["names"], &measures["periods"]),
        (&Value::from(2), &Value::from(2))
    );
    assert_eq!(measures["names_not_holding"], 2);
    assert_eq!(measures["total"], "7200.00");
    assert!(!found.finding.measures.contains("popa"), "no name in a measure");
    assert_eq!(found.finding.form, "L");
    assert_eq!(found.gate, "open");
    let mut currencies = wages(&TWO, &MONTHS);
    currencies
        .iter_mut()
        .step_by(2)
        .for_each(|line| line.currency = "PLN");
    judge(
        "THB-13",
        &[
            ("one name", wages(&["Ion Popa"], &MONTHS), 0),
            ("one name, turned", wages(&["Ion Popa", "POPA Ion"], &MONTHS), 0),
            ("no name", wages(&["Ion Popa", "bonus"], &MONTHS), 0),
            ("one month", wages(&TWO, &["januari"]), 0),
            ("not in a row", wages(&TWO, &["januari", "april"]), 0),
            ("each currency by itself", currencies, 0),
        ],
    );
}

#[test]
fn wages_are_known_by_purpose_or_by_words() {
    let text = |word: &str, purpose: &'static str| -> Vec<Line> {
        let mut lines = Vec::new();
        for at in ["2025-01-25", "2025-02-25"] {
            for name in TWO {
                let line = wage("A", at, 1_800, &format!("{word} {name}"));
                lines.push(Line { purpose, ..line });
            }
        }
        lines
    };
    let words = [
        "Loon",
        "salaris",
        "Wage",
        "Salary",
        "Lohn",
        "Gehalt",
        "Salaire",
        "Wynagrodzenie",
        "Salariu",
    ];
    let mut cases: Vec<(&'static str, Vec<Line>, usize)> =
        words.into_iter().map(|word| (word, text(word, ""), 1)).collect();
    cases.push(("by purpose", text("", "SALA"), 1));
    cases.push(("by another purpose", text("", "GDDS"), 0));
    cases.push(("wage tax", text("loonheffing salaris", ""), 0));
    judge("THB-13", &cases);
}

#[test]
fn the_register_of_employers_names_employees() {
    let mut tables = Tables::new();
    for account in ["ALONE", "JOINT"] {
        for (at, month) in [("2025-01-25", "jan"), ("2025-02-25", "feb")] {
            for name in ["Ion Popa 4711-B blok oost", "Ana Radu 4712-B blok west"] {
                let line = wage("A", at, 1_800, &format!("loon {month} {name}"));
                tables.line(&Line { account, ..line });
            }
        }
    }
    tables.employment("Ion Popa", "Veldwerk BV");
    tables.employment("Ana Radu", "Veldwerk BV");
    // Only the names of the register show that the holders are these employees.
    tables.holder("JOINT", "holder", "person", "Popa, Ion", "", "");
    tables.holder("JOINT", "holder", "person", "Ana Radu", "", "");
    judge_tables("THB-13", tables, &[("ALONE", 1), ("JOINT", 0)]);
}

#[test]
fn partners_on_their_own_joint_account_are_no_stack() {
    let couple = |both: bool| {
        let mut tables = Tables::of(&wages(&TWO, &MONTHS));
        tables.holder("A", "holder", "person", "Ion Popa", "", "");
        if both {
            tables.holder("A", "holder", "person", "Ana Radu", "", "");
        }
        tables
    };
    assert_eq!(couple(true).run_rule("THB-13").findings.len(), 0);
    let result = couple(false).run_rule("THB-13");
    let found = of(&result, "THB-13");
    assert_eq!(found.len(), 1, "the register knows one of them only");
    assert!(
        found[0]
            .finding
            .innocent_explanations
            .contains("share an account")
    );
    assert_eq!(measures(found[0])["names_not_holding"], 1);
    let reported = couple(true).run_rule_with("THB-13", &with("THB-13", "minimum_not_holding", "0"));
    assert_eq!(reported.findings.len(), 1);
}

/// Partners who share an account and are both registered: their wages are their own, whatever signs stand beside the
/// name and whether the bank writes its marks.
#[test]
fn wages_of_both_holders_of_an_account_are_no_stack() {
    for texts in [
        ["Salaris 2025-MM Maria van Dijk", "Salaris 2025-MM Zoe O'Hara"],
        ["Loon - Dijk, Maria van", "O'HARA ZOE / loon MM"],
        ["salaris MM: MARIA VAN DIJK -", "Salaris Zoë O'Hara"],
        [
            "Naam: Veldwerk BV Omschrijving: Salaris 2025-MM Maria van Dijk IBAN: BE17998185185421 Kenmerk: x-MM",
            "Naam: Veldwerk BV Omschrijving: Salaris 2025-MM Zoe O'Hara IBAN: BE17998185185421 Kenmerk: x-MM",
        ],
    ] {
        let mut lines = Vec::new();
        for month in ["01", "02", "03"] {
            for text in texts {
                let at = format!("2025-{month}-25");
                lines.push(wage("A", &at, 1_800, &text.replace("MM", month)));
            }
        }
        let mut tables = Tables::of(&lines);
        let alone = Tables::of(&lines).run_rule("THB-13");
        assert_eq!(of(&alone, "THB-13").len(), 1, "{texts:?}: not without registers");
        tables.holder("A", "holder", "person", "Maria van Dijk", "", "");
        tables.holder("A", "holder", "person", "Zoë O'Hara", "", "");
        let result = tables.run_rule("THB-13");
        assert!(of(&result, "THB-13").is_empty(), "{texts:?}: {result:?}");
    }
}
