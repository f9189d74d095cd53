//! Each pack: what it finds, what it just does not, and what it cannot judge.

use std::collections::BTreeMap;

use geldspoor::case::Table;
use geldspoor::model::Channel;
use geldspoor::rules::{Query, RunOptions, RunResult, builtin, run};
use geldspoor::victims::GatedFinding;
use serde_json::Value;

use super::support::{Line, Tables, day, deposit, id, judge, received, sent, wage, with, withdrawal};

pub fn of<'a>(result: &'a RunResult, rule: &str) -> Vec<&'a GatedFinding> {
    result
        .findings
        .iter()
        .filter(|found| found.finding.rule_id == rule)
        .collect()
}

pub fn measures(found: &GatedFinding) -> BTreeMap<String, Value> {
    serde_json::from_str(&found.finding.measures).expect("a JSON object")
}

fn deposits(amounts: &[i64], days: &[i32]) -> Vec<Line> {
    let lines = amounts.iter().zip(days);
    lines
        .map(|(amount, at)| deposit("A", &day(*at), *amount, "Gent"))
        .collect()
}

#[test]
fn structuring_is_found_with_its_counterfactual() {
    let mut lines = deposits(&[9_000, 9_999, 8_500], &[0, 3, 7]);
    lines.push(deposit("A", &day(100), 10_000, "Gent"));
    lines.push(deposit("A", &day(200), 9_000, "Gent"));
    let result = Tables::of(&lines).run_rule("ML-01");
    let [found] = of(&result, "ML-01")[..] else {
        panic!("{result:?}")
    };
    assert_eq!(found.finding.entries.len(), 3);
    assert_eq!(found.finding.account_id.as_deref(), Some(id("A").as_str()));
    assert_eq!(
        found.finding.from_time.map(|at| at.to_string()).as_deref(),
        Some("2025-01-01")
    );
    let measures = measures(found);
    assert_eq!(measures["total"], "27499.00");
    assert_eq!(measures["deposits"], 3);
    assert_eq!(measures["deposits_just_below"], 4);
    assert_eq!(measures["deposits_just_above"], 1);
    assert_eq!(found.gate, "open");
    assert!(
        found
            .finding
            .explanation
            .contains("3 cash deposits between 8500.00 and 9999.00 EUR")
    );
    assert!(found.finding.innocent_explanations.contains("shop"));
}

#[test]
fn structuring_just_misses() {
    let mut transfer = deposits(&[9_000, 9_000, 9_000], &[0, 3, 7]);
    transfer[1].channel = Channel::Transfer;
    judge(
        "ML-01",
        &[
            ("the hit", deposits(&[9_000, 9_000, 9_000], &[0, 3, 7]), 1),
            ("two", deposits(&[9_000, 9_000], &[0, 3]), 0),
            ("a day too long", deposits(&[9_000, 9_000, 9_000], &[0, 3, 8]), 0),
            (
                "at the threshold",
                deposits(&[9_000, 9_000, 10_000], &[0, 3, 7]),
                0,
            ),
            ("below the band", deposits(&[9_000, 9_000, 8_499], &[0, 3, 7]), 0),
            ("not all cash", transfer, 0),
            ("two series", deposits(&[9_000; 6], &[0, 3, 7, 20, 21, 22]), 2),
        ],
    );
    let two = with("ML-01", "minimum_count", "2");
    let result = Tables::of(&deposits(&[9_000, 9_000], &[0, 3])).run_rule_with("ML-01", &two);
    assert_eq!(of(&result, "ML-01").len(), 1, "as the parameter says");
}

#[test]
fn currencies_are_never_added_and_what_cannot_be_compared_is_said() {
    let mut lines = deposits(&[9_000, 9_000, 9_000], &[0, 3, 7]);
    lines[2].currency = "PLN";
    let result = Tables::of(&lines).run_rule("ML-01");
    assert_eq!(of(&result, "ML-01").len(), 0);
    let gap = result
        .not_computable
        .iter()
        .find(|gap| gap.rule_id == "ML-01" && gap.reason.contains("currency"));
    let gap = gap.expect("said");
    assert_eq!((gap.accounts, gap.entries), (1, 1));
    assert_eq!(gap.examples, [id("A")]);
    for line in &mut lines {
        line.currency = "PLN";
    }
    let options = RunOptions {
        currency: "PLN".to_owned(),
        ..RunOptions::default()
    };
    assert_eq!(
        of(&Tables::of(&lines).run_rule_with("ML-01", &options), "ML-01").len(),
        1
    );
}

#[test]
fn a_second_copy_of_a_statement_counts_once() {
    let mut tables = Tables::new();
    let first = tables.line(&deposit("A", &day(0), 9_000, "Gent"));
    tables.line(&deposit("A", &day(1), 9_000, "Gent"));
    let copy = tables.line(&deposit("A", &day(0), 9_000, "Gent"));
    let mut session = tables.session();
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.id == "ML-01");
    assert_eq!(
        run(&packs, &session, &RunOptions::default()).findings.len(),
        1,
        "before it is known as a copy"
    );
    let likely = format!(
        "SELECT '{copy}' AS entry_id, '{first}' AS same_as, 'likely_duplicate' AS kind, '' AS reason"
    );
    session.derive(Table::SameEntries, &likely);
    assert_eq!(
        run(&packs, &session, &RunOptions::default()).findings.len(),
        1,
        "likely is not certain"
    );
    session.derive(
        Table::SameEntries,
        &likely.replace("likely_duplicate", "same_statement"),
    );
    assert_eq!(run(&packs, &session, &RunOptions::default()).findings.len(), 0);
}

#[test]
fn findings_say_when_a_statement_does_not_add_up() {
    let mut tables = Tables::new();
    tables.statement("A", "2025-01-01", "2025-01-31", 0, 1, "1");
    for at in [0, 1, 2] {
        let statement = if at == 0 { Some(0) } else { None };
        tables.line(&Line {
            statement,
            ..deposit("A", &day(at), 9_000, "Gent")
        });
    }
    let mut session = tables.session();
    session.derive(
        Table::Statements,
        "SELECT * EXCEPT (verdict), 'discrepancy' AS verdict FROM statements",
    );
    let result = run(&builtin().expect("they parse"), &session, &RunOptions::default());
    let found = of(&result, "ML-01");
    assert_eq!(
        found[0].finding.sufficiency,
        "1 of the entries stand in statements that do not add up"
    );
}

fn passing(events: i32, step: i32, delay: i32, out: i64) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in 0..events {
        lines.push(received("A", &day(event * step), 1_000, "PAYER"));
        lines.push(sent("A", &day(event * step + delay), out, "EXIT"));
    }
    lines
}

#[test]
fn pass_through_is_found_with_its_exit() {
    let result = Tables::of(&passing(5, 5, 2, 900)).run_rule("ML-08");
    let [found] = of(&result, "ML-08")[..] else {
        panic!("{result:?}")
    };
    let measures = measures(found);
    assert_eq!(measures["inflow"], "5000.00");
    assert_eq!(measures["passed_on"], "4500.00");
    assert_eq!(measures["share_passed_on"], "0.90");
    assert_eq!(measures["events"], 5);
    assert_eq!(found.exit_account.as_deref(), Some(id("EXIT").as_str()));
    assert_eq!(found.finding.entries.len(), 10);
    assert_eq!(
        found
            .finding
            .entries
            .iter()
            .filter(|entry| entry.role == "exit")
            .count(),
        5
    );
    assert!(
        found
            .finding
            .sufficiency
            .contains("time of day not in these records")
    );
}

/// Where money comes and goes at one time, nobody knows what came first; where it leaves an hour later, everybody does.
#[test]
fn pass_through_at_one_time_says_what_is_taken_to_come_first() {
    for (out, is_said) in [("10:00", true), ("11:00", false)] {
        let mut lines = passing(5, 5, 0, 900);
        for line in &mut lines {
            let hour = if line.other == "EXIT" { out } else { "10:00" };
            line.at = format!("{} {hour}", line.at);
        }
        let result = Tables::of(&lines).run_rule("ML-08");
        let [found] = of(&result, "ML-08")[..] else {
            panic!("{result:?}")
        };
        let said = &found.finding.sufficiency;
        assert_eq!(
            said.contains("what came in is taken to come first"),
            is_said,
            "{said}"
        );
        assert!(!said.contains("time of day"), "{said}");
    }
}

#[test]
fn pass_through_just_misses() {
    let mut small = passing(5, 5, 0, 900);
    small.iter_mut().for_each(|line| line.amount /= 2);
    let mut smaller = small.clone();
    smaller[0].amount -= 1;
    let mut merchant = passing(5, 5, 0, 900);
    let outgoing = merchant.iter_mut().filter(|line| line.other == "EXIT");
    outgoing.for_each(|line| line.channel = Channel::CardPos);
    judge(
        "ML-08",
        &[
            ("the hit on the same day", passing(5, 5, 0, 800), 1),
            ("the hit on the next day", passing(5, 5, 1, 800), 1),
            ("too few", passing(4, 5, 0, 900), 0),
            ("too small a share", passing(5, 5, 0, 799), 0),
            ("too late", passing(5, 7, 3, 900), 0),
            ("too far apart", passing(5, 9, 0, 900), 0),
            ("2500 is enough", small, 1),
            ("2499 is not", smaller, 0),
            ("own spending is no passing on", merchant, 0),
            ("went out before it came in", timed("11:00"), 0),
            ("came in before it went out", timed("13:00"), 1),
        ],
    );
    let zero = with("ML-08", "days", "0");
    let result = Tables::of(&passing(5, 5, 1, 900)).run_rule_with("ML-08", &zero);
    assert_eq!(of(&result, "ML-08").len(), 0);
}

// Within a day, times decide where there are any.
fn timed(out: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in 0..5 {
        lines.push(received(
            "A",
            &format!("{} 12:00", day(event * 6)),
            1_000,
            "PAYER",
        ));
        lines.push(sent("A", &format!("{} {out}", day(event * 6)), 900, "EXIT"));
    }
    lines
}

#[test]
fn no_amount_is_matched_twice() {
    // One outgoing amount cannot be the way out of five incoming ones of three days.
    let mut lines = Vec::new();
    for event in 0..6 {
        lines.push(received("A", &day(event), 1_000, "PAYER"));
    }
    lines.push(sent("A", &day(3), 3_000, "EXIT"));
    let mut low = with("ML-08", "share", "0.50");
    low.values.extend(with("ML-08", "minimum_events", "3").values);
    let result = Tables::of(&lines).run_rule_with("ML-08", &low);
    let measures = measures(of(&result, "ML-08")[0]);
    assert_eq!(measures["passed_on"], "3000.00");
}

fn funnel(deposits: i32, cities: [&'static str; 2], away: &'static str, delay: i32) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in 0..deposits {
        let city = cities[(event % 2) as usize];
        lines.push(deposit("A", &day(event * 5), 400, city));
        lines.push(withdrawal("A", &day(event * 5 + delay), 380, away));
    }
    lines
}

#[test]
fn a_funnel_account_is_found_and_just_missed() {
    let hit = funnel(5, ["Gent", "Luik"], "Namen", 3);
    let result = Tables::of(&hit).run_rule("ML-09");
    let [found] = of(&result, "ML-09")[..] else {
        panic!("{result:?}")
    };
    let measures = measures(found);
    assert_eq!(
        (&measures["deposits"], &measures["cities"]),
        (&Value::from(5), &Value::from(2))
    );
    assert_eq!(measures["withdrawn"], "1900.00");
    judge(
        "ML-09",
        &[
            ("too few", funnel(4, ["Gent", "Luik"], "Namen", 1), 0),
            ("one city", funnel(6, ["Gent", "gent "], "Namen", 1), 0),
            ("too late", funnel(5, ["Gent", "Luik"], "Namen", 4), 0),
            (
                "taken out where it was put in",
                funnel(5, ["Gent", "Luik"], "GENT", 1),
                0,
            ),
            ("the same day", funnel(5, ["Gent", "Luik"], "Namen", 0), 1),
        ],
    );
}

#[test]
fn without_cities_a_funnel_cannot_be_judged() {
    let result = Tables::of(&funnel(5, ["", ""], "Namen", 1)).run_rule("ML-09");
    assert_eq!(of(&result, "ML-09").len(), 0);
    let gap = result
        .not_computable
        .iter()
        .find(|gap| gap.reason.contains("city of these cash deposits"));
    let gap = gap.expect("said");
    assert_eq!((gap.rule_id.as_str(), gap.accounts, gap.entries), ("ML-09", 1, 5));
    assert!(gap.request.contains("terminal"));
}

#[test]
fn a_lawful_household_and_shop_give_nothing() {
    let mut lines = Vec::new();
    for month in 1..=12 {
        let at = |day: i32| format!("2025-{month:02}-{day:02}");
        lines.push(wage(
            "HOME",
            &at(24),
            2_600,
            &format!("Salaris maand {month} Jan Smit"),
        ));
        lines.push(sent("HOME", &at(25), 1_100, "LANDLORD"));
        for week in 0..4 {
            let shop = Line {
                channel: Channel::CardPos,
                ..sent("HOME", &at(3 + week * 7), 140, "")
            };
            lines.push(shop);
            lines.push(deposit(
                "SHOP",
                &at(2 + week * 7),
                2_300 + i64::from(week) * 90,
                "Gent",
            ));
        }
        lines.push(withdrawal("HOME", &at(26), 200, "Gent"));
        lines.push(sent("SHOP", &at(28), 6_000, "SUPPLIER"));
    }
    assert_eq!(Tables::of(&lines).run().findings, Vec::new());
}

#[test]
fn a_missing_table_is_not_a_no_and_stops_no_other_rule() {
    let session = Tables::of(&deposits(&[9_000, 9_000, 9_000], &[0, 3, 7]))
        .session()
        .without(Table::Relations);
    let result = run(&builtin().expect("they parse"), &session, &RunOptions::default());
    assert_eq!(of(&result, "ML-01").len(), 1);
    let gap = result
        .not_computable
        .iter()
        .find(|gap| gap.rule_id == "THB-13")
        .expect("said");
    assert!(gap.reason.contains("relations.kind"), "{}", gap.reason);
}

#[test]
fn order_of_rows_changes_nothing() {
    let mut lines = passing(6, 4, 1, 950);
    lines.extend(funnel(6, ["Gent", "Luik"], "Namen", 1));
    lines.extend(deposits(&[9_000, 9_000, 9_000, 9_500], &[40, 41, 42, 60]));
    let mut tables = Tables::of(&lines);
    tables.statement("A", "2025-01-01", "2025-12-31", 0, 0, "1");
    let mut session = tables.session();
    let packs = builtin().expect("they parse");
    let forward = run(&packs, &session, &RunOptions::default());
    assert!(forward.findings.len() >= 3, "{forward:?}");
    let turned = "SELECT * FROM entries ORDER BY byte_start DESC";
    assert!(session.query(turned, &[]).is_ok());
    session.derive(Table::Entries, turned);
    assert_eq!(run(&packs, &session, &RunOptions::default()), forward);
}

#[test]
fn a_wrong_value_or_name_is_told() {
    let session = Tables::new().session();
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.id == "ML-01");
    let faults = |options: &RunOptions| -> Vec<String> {
        run(&packs, &session, options)
            .faults
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let wrong = faults(&with("ML-01", "threshold", "a lot"));
    assert!(
        wrong.len() == 1 && wrong[0].contains("‘a lot’") && wrong[0].contains("threshold"),
        "{wrong:?}"
    );
    let unknown = faults(&with("ML-01", "treshold", "5"));
    assert!(
        unknown.len() == 1 && unknown[0].contains("treshold"),
        "{unknown:?}"
    );
    assert_eq!(faults(&with("*", "minimum_count", "5")), Vec::<String>::new());
}
