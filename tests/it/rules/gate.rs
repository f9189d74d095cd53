//! The control gate: golden cases.

use datafusion::arrow::util::display::array_value_to_string;
use geldspoor::case::Table;
use geldspoor::model::{Channel, Describes, Finding};
use geldspoor::rules::{Query, RunOptions, RunResult, builtin, run};
use geldspoor::victims::{
    Category, GATED, GatedFinding, NO_ABSENCE, OPEN, counts_towards_holder, gate_findings, protect_victims,
};

use super::support::{Line, Tables, day, deposit, id, received, sent, wage};

fn passed(result: &RunResult) -> &GatedFinding {
    let mut found = result
        .findings
        .iter()
        .filter(|found| found.finding.rule_id == "ML-08");
    let first = found.next().expect("money passed through");
    assert!(found.next().is_none(), "once");
    first
}

/// Six wages, swept the next day to one exit.
fn swept(account: &'static str) -> Vec<Line> {
    let mut lines = Vec::new();
    for week in 0..6 {
        lines.push(wage(account, &day(week * 6), 600, "loon week Ion Popa"));
        lines.push(sent(account, &day(week * 6 + 1), 590, "EXIT"));
    }
    lines
}

/// Six amounts from six payers, of which 15 % stays, on to one exit or to six.
fn lent(account: &'static str, exits: i32) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in 0..6 {
        lines.push(received(
            account,
            &day(event * 5),
            1_000,
            &format!("PAYER{event}"),
        ));
        lines.push(sent(
            account,
            &day(event * 5 + 1),
            850,
            &format!("EXIT{}", event % exits),
        ));
    }
    lines
}

/// Five amounts within one week, of which nothing stays and a fifth is spent: no indicator but those of the exit.
fn short(account: &'static str) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in 0..5 {
        lines.push(received(
            account,
            &day(5 + event),
            1_000,
            &format!("PAYER{event}"),
        ));
        lines.push(sent(account, &day(5 + event), 800, "EXIT"));
        lines.push(Line {
            channel: Channel::CardPos,
            ..sent(account, &day(5 + event), 200, "")
        });
    }
    lines
}

#[test]
fn a_drained_wage_account_is_a_possible_victim() {
    let mut tables = Tables::of(&swept("A"));
    tables.holder("A", "holder", "person", "Ion Popa", "", "");
    let result = tables.run_rule("ML-08");
    let found = passed(&result);
    assert_eq!(found.gate, GATED);
    assert!(found.is_gated());
    assert_eq!(found.finding.describes, Describes::Exploited);
    assert_eq!(found.exit_account.as_deref(), Some(id("EXIT").as_str()));
    assert!(found.finding.title.starts_with("Exit point"));
    assert!(
        found
            .finding
            .explanation
            .contains(&format!("{{account:{}}}", id("EXIT")))
    );
    let reason = found.gate_reason.as_deref().expect("given");
    assert!(
        reason.contains("Control indicators found: 1.6 % of what comes in stays"),
        "{reason}"
    );
    assert!(reason.contains("wages are 100.0 % of what comes in"), "{reason}");
    assert!(reason.contains("Pointing the other way: none."), "{reason}");
    assert!(reason.ends_with(NO_ABSENCE));
}

#[test]
fn what_describes_the_exploited_side_never_counts_towards_the_holder() {
    let lone = Tables::of(&swept("A")).run_rule("ML-08");
    let mut lines = swept("A");
    lines.extend([40, 41, 42].map(|at| deposit("B", &day(at), 9_000, "Gent")));
    let both = Tables::of(&lines).run();
    assert!(!counts_towards_holder(passed(&lone)));
    let counted: Vec<Option<&str>> = both
        .findings
        .iter()
        .filter(|found| counts_towards_holder(found))
        .map(|found| found.finding.account_id.as_deref())
        .collect();
    assert_eq!(
        counted,
        [Some(id("B").as_str())],
        "the drained account is in no list that ranks"
    );
    assert!(
        both.findings
            .iter()
            .all(|found| !found.finding.measures.contains("score"))
    );
}

#[test]
fn a_willing_lender_is_not_gated_and_both_lists_are_given() {
    for exits in [1, 6] {
        let mut tables = Tables::of(&lent("A", exits));
        tables.holder("A", "holder", "person", "Jan Smit", "", "");
        let result = tables.run_rule("ML-08");
        let found = passed(&result);
        assert_eq!(found.gate, OPEN, "{found:?}");
        assert_eq!(found.finding.describes, Describes::Account);
        assert_eq!(found.finding.title, "Money passed on soon after it came in");
        let reason = found.gate_reason.as_deref().expect("given");
        assert!(
            reason.contains("own spending is 0.0 % of what comes in"),
            "{reason}"
        );
        assert!(
            reason.contains("Pointing the other way: 5 to 20 % stays in each of 4 weeks"),
            "{reason}"
        );
        assert_eq!(
            reason.contains("6 different exits, the largest takes 16.6 %."),
            exits == 6,
            "{reason}"
        );
        assert!(reason.ends_with(NO_ABSENCE));
    }
}

#[test]
fn one_weak_indicator_is_not_enough_and_two_are() {
    let mut lines = lent("A", 6);
    for line in lines.iter_mut().filter(|line| line.other.starts_with("PAYER")) {
        line.remittance = "loon".to_owned();
    }
    assert_eq!(
        passed(&Tables::of(&lines).run_rule("ML-08")).gate,
        GATED,
        "wages and little spending"
    );
    for event in 0..6 {
        lines.push(Line {
            channel: Channel::CardPos,
            ..sent("A", &day(event * 5), 150, "")
        });
    }
    assert_eq!(
        passed(&Tables::of(&lines).run_rule("ML-08")).gate,
        OPEN,
        "wages, but a life of one's own"
    );
}

#[test]
fn a_company_is_not_gated_and_an_unknown_holder_is_treated_as_a_person() {
    let mut company = Tables::of(&swept("A"));
    company.holder("A", "holder", "company", "Veldwerk BV", "", "");
    let result = company.run_rule("ML-08");
    assert_eq!(passed(&result).gate, OPEN);
    assert_eq!(passed(&result).finding.describes, Describes::Account);
    let mut mixed = Tables::of(&swept("A"));
    mixed.holder("A", "holder", "company", "Veldwerk BV", "", "");
    mixed.holder("A", "holder", "person", "Ion Popa", "", "");
    assert_eq!(passed(&mixed.run_rule("ML-08")).gate, GATED);
    assert_eq!(
        passed(&Tables::of(&swept("A")).run_rule("ML-08")).gate,
        GATED,
        "no holder known"
    );
}

#[test]
fn what_is_shared_with_the_exit_closes_the_gate() {
    let of = |prepare: &dyn Fn(&mut Tables)| {
        let mut tables = Tables::of(&short("A"));
        tables.holder("A", "holder", "person", "Ion Popa", "0612345678", "Kade 1, Gent");
        prepare(&mut tables);
        passed(&tables.run_rule("ML-08")).clone()
    };
    let stranger =
        |tables: &mut Tables| tables.holder("EXIT", "holder", "person", "Piet Bos", "0699999999", "Laan 2");
    assert_eq!(of(&stranger).gate, OPEN, "nothing shared");
    let phone = of(&|tables| tables.holder("EXIT", "holder", "person", "Piet Bos", "+31 6 12345678", ""));
    assert_eq!(phone.gate, GATED);
    assert!(
        phone
            .gate_reason
            .as_deref()
            .is_some_and(|reason| reason.contains("phone or e-mail is shared"))
    );
    let mandate = of(&|tables| {
        stranger(tables);
        tables.holder("A", "mandate", "person", "Piet Bos", "0699999999", "Laan 2");
    });
    assert_eq!(mandate.gate, GATED);
    let address = of(&|tables| tables.holder("EXIT", "holder", "person", "Piet Bos", "", "kade 1 gent"));
    assert_eq!(address.gate, OPEN, "an address alone is one weak indicator");
    let own = of(&|tables| {
        tables.holder(
            "EXIT",
            "holder",
            "person",
            "Ion Popa",
            "0612345678",
            "Kade 1, Gent",
        )
    });
    assert_eq!(own.gate, OPEN, "money to another account of one's own");
    assert!(
        own.gate_reason
            .as_deref()
            .is_some_and(|reason| reason.contains("another account of the same holder"))
    );
}

#[test]
fn an_exit_that_drains_others_closes_the_gate() {
    let mut lines = short("A");
    lines.push(received("B", &day(1), 1_000, "PAYER"));
    lines.push(sent("B", &day(2), 950, "EXIT2"));
    let with = |exit2_is: &str| {
        let mut tables = Tables::of(&lines);
        tables.holder("EXIT", "holder", "person", "Piet Bos", "", "");
        tables.holder("EXIT2", "holder", "person", exit2_is, "", "");
        passed(&tables.run_rule("ML-08")).clone()
    };
    let same = with("Piet Bos");
    assert_eq!(same.gate, GATED, "{same:?}");
    assert!(
        same.gate_reason
            .as_deref()
            .is_some_and(|reason| reason.contains("also receives from 1 other accounts"))
    );
    assert_eq!(with("Kees Kok").gate, OPEN);
}

#[test]
fn accounts_opened_together_are_an_indicator() {
    let mut tables = Tables::of(&lent("A", 6));
    for (at, account) in ["A", "B", "C", "D"].into_iter().enumerate() {
        tables.holder(
            account,
            "holder",
            "person",
            &format!("Werker {at}"),
            "",
            "Barak 7, Gent",
        );
        tables.opened(account, at as i32 * 4 - 300);
    }
    let result = tables.run_rule("ML-08");
    let found = passed(&result);
    assert_eq!(found.gate, GATED, "with little spending it is the second");
    assert!(
        found
            .gate_reason
            .as_deref()
            .is_some_and(|reason| reason.contains("one of 4 accounts opened"))
    );
}

#[test]
fn what_cannot_be_computed_is_shown_as_gated() {
    let passing = GatedFinding::new(pattern(&id("SEEN"), Describes::Account).finding, true, None);
    let mut found = vec![
        passing,
        pattern(&id("SEEN"), Describes::Account),
        pattern(&id("SEEN"), Describes::Network),
    ];
    let session = Tables::of(&swept("A")).session();
    gate_findings(&mut found, &session).expect("tables are there");
    assert!(found[0].gate.starts_with("not computable: "), "{}", found[0].gate);
    assert!(found[0].is_gated() && !counts_towards_holder(&found[0]));
    // A fan says that many paid, not that money passed through: only a strong indicator closes the gate on it.
    assert_eq!(found[1].gate, OPEN);
    assert!(
        found[1]
            .gate_reason
            .as_deref()
            .is_some_and(|reason| reason.contains("could not be looked for"))
    );
    assert_eq!(found[2].gate, OPEN, "it describes no account");
}

#[test]
fn patterns_over_the_graph_pass_the_same_gate() {
    let mut found = vec![pattern(&id("A"), Describes::Account)];
    gate_findings(&mut found, &Tables::of(&swept("A")).session()).expect("tables are there");
    assert_eq!(found[0].gate, GATED);
    assert_eq!(found[0].exit_account.as_deref(), Some(id("EXIT").as_str()));
}

/// A way from SOURCE past an account.
fn way_past(account: &str) -> GatedFinding {
    let finding = pattern(&id("SOURCE"), Describes::Network).finding;
    GatedFinding::of_pattern(finding, vec![id(account)], Some(id("EXIT")), false)
}

#[test]
fn a_way_is_labelled_by_whom_it_passes_and_never_by_who_sent_the_money() {
    let mut found = vec![way_past("A"), way_past("SEEN")];
    gate_findings(&mut found, &Tables::of(&swept("A")).session()).expect("tables are there");
    assert_eq!(
        (found[0].gate.as_str(), found[0].finding.describes),
        (GATED, Describes::Exploited)
    );
    assert_eq!(found[0].finding.account_id, Some(id("A")));
    assert_eq!(
        (found[1].gate.as_str(), found[1].finding.describes),
        (OPEN, Describes::Network)
    );
    assert_eq!(found[1].finding.account_id, Some(id("SOURCE")));
}

#[test]
fn whom_a_person_decided_to_protect_is_protected_on_a_way_too() {
    let mut tables = Tables::of(&swept("A"));
    tables.holder("SEEN", "holder", "person", "Ana Radu", "", "");
    let mut session = tables.session();
    let decided = format!(
        "SELECT party_id, kind, name, '{}' AS category, resolution FROM parties",
        Category::Victim.as_str()
    );
    session.derive(Table::Parties, &decided);
    let mut found = vec![way_past("SEEN"), way_past("OTHER")];
    protect_victims(&mut found, &session).expect("tables are there");
    assert_eq!(
        (found[0].gate.as_str(), found[0].finding.describes),
        (GATED, Describes::Exploited)
    );
    assert_eq!(found[0].finding.account_id, Some(id("SEEN")));
    assert_eq!(found[1].finding.account_id, Some(id("SOURCE")));
    assert_ne!(found[1].gate, GATED);
}

/// Signs on one account are computed, the decision on another is a person's: the label stands where the decision does, the
/// signs are told beside, and where the money leaves to is said once.
#[test]
fn a_decision_carries_the_label_where_the_gate_saw_signs_on_another() {
    let mut tables = Tables::of(&swept("A"));
    tables.holder("SEEN", "holder", "person", "Ana Radu", "", "");
    let mut session = tables.session();
    let decided = format!(
        "SELECT party_id, kind, name, CASE WHEN name = 'Ana Radu' THEN '{}' ELSE 'unclassified' END AS category, \
         resolution FROM parties",
        Category::Victim.as_str()
    );
    session.derive(Table::Parties, &decided);
    let mut found = vec![way_past("A").with_others(vec![id("SEEN")])];
    gate_findings(&mut found, &session).expect("tables are there");
    assert_eq!(found[0].finding.account_id, Some(id("A")));
    protect_victims(&mut found, &session).expect("tables are there");
    assert_eq!(found[0].finding.account_id, Some(id("SEEN")));
    let reason = found[0].gate_reason.as_deref().unwrap_or_default();
    assert!(
        reason.starts_with("A person set") && reason.contains(&format!("{{account:{}}}", id("A"))),
        "{reason}"
    );
    assert_eq!(found[0].exit_account, Some(id("EXIT")));
    let explanation = &found[0].finding.explanation;
    assert_eq!(
        explanation.matches("The money leaves").count(),
        1,
        "{explanation}"
    );
}

/// Whom a person protects is named by no text as the place where money comes to, by account or by party, and the title
/// speaks of no exit where none is concluded.
#[test]
fn no_text_names_whom_a_person_protects_as_an_exit() {
    let mut tables = Tables::of(&swept("A"));
    tables.holder("SEEN", "holder", "person", "Ana Radu", "", "");
    tables.holder("SEEN2", "holder", "person", "Ana Radu", "", "");
    let mut session = tables.session();
    let decided = format!(
        "SELECT party_id, kind, name, '{}' AS category, resolution FROM parties",
        Category::Victim.as_str()
    );
    session.derive(Table::Parties, &decided);
    let rows = session.query("SELECT max(party_id) AS party_id FROM parties", &[]);
    let rows = rows.expect("tables are there");
    let party = array_value_to_string(rows[0].column(0), 0).expect("text");
    for through in ["SEEN", "A"] {
        let mut way = way_past(through).with_others(vec![id("SEEN"), id("SEEN2")]);
        way.exit_account = Some(id("SEEN2"));
        way.finding.explanation = format!(
            "{{account:{}}} paid {{party:{party}}}. {{account:{}}} was paid.",
            id("SOURCE"),
            id("SEEN2")
        );
        way.finding.measures = format!("{{\"to\":\"{}\",\"total\":\"1.00\"}}", id("SEEN"));
        let mut found = vec![way];
        gate_findings(&mut found, &session).expect("tables are there");
        protect_victims(&mut found, &session).expect("tables are there");
        let one = &found[0];
        assert_eq!(one.exit_account, None);
        assert_eq!(
            one.finding.explanation,
            format!(
                "Where the money leaves to is not named here. {{account:{}}} paid a party that is not named here. An \
                 account that is not named here was paid.",
                id("SOURCE")
            )
        );
        assert_eq!(
            one.finding.measures,
            "{\"to\":\"An account that is not named here\",\"total\":\"1.00\"}"
        );
        assert_eq!(
            one.finding.title,
            "Movement through an account of a protected person"
        );
    }
}

#[test]
fn without_its_tables_the_gate_holds_back_what_waits_for_it() {
    let mut lines = swept("A");
    lines.extend([40, 41, 42].map(|at| deposit("B", &day(at), 9_000, "Gent")));
    let session = Tables::of(&lines).session().without(Table::PartiesRead);
    let result = run(&builtin().expect("they parse"), &session, &RunOptions::default());
    let rules: Vec<&str> = result
        .findings
        .iter()
        .map(|found| found.finding.rule_id.as_str())
        .collect();
    assert_eq!(rules, ["ML-01"]);
    assert!(
        result
            .faults
            .iter()
            .any(|fault| fault.to_string().contains("1 findings that wait for the gate"))
    );
}

fn pattern(account: &str, describes: Describes) -> GatedFinding {
    let finding = Finding {
        finding_id: "f-1".to_owned(),
        rule_id: "ML-11".to_owned(),
        rule_version: "1".to_owned(),
        title: "A cycle".to_owned(),
        describes,
        form: String::new(),
        party_id: None,
        account_id: Some(account.to_owned()),
        from_time: None,
        to_time: None,
        measures: "{}".to_owned(),
        sufficiency: "complete".to_owned(),
        explanation: "Money came back.".to_owned(),
        innocent_explanations: "A refund".to_owned(),
        entries: Vec::new(),
    };
    GatedFinding::of_pattern(finding, Vec::new(), None, false)
}
