//! All packs together: the linter, the sample, and the report.

use std::collections::BTreeMap;

use datafusion::arrow::util::display::array_value_to_string;
use geldspoor::rules::{RunOptions, builtin, lint, run};

use super::world::World;
use crate::command::{Tables, sample};

#[test]
fn every_pack_passes_the_linter_and_says_why() {
    let packs = builtin().expect("they parse");
    let shells: Vec<_> = packs
        .iter()
        .filter(|pack| pack.file.starts_with("queries/shells/"))
        .collect();
    assert_eq!(shells.len(), 26);
    for pack in shells {
        assert_eq!(lint(pack), Vec::new(), "{}", pack.file);
        assert!(
            !pack.lacks.is_empty(),
            "{} says nothing of what it may lack",
            pack.id
        );
        assert!(pack.innocent.len() >= 3, "{}", pack.id);
        assert!(
            pack.titles.contains_key("nl") && pack.explanations.contains_key("nl"),
            "{}",
            pack.id
        );
    }
}

#[test]
fn an_empty_case_has_no_hit_and_everything_is_said_to_be_missing() {
    let world = World::new();
    let mut packs = builtin().expect("they parse");
    packs.retain(|pack| pack.file.starts_with("queries/shells/"));
    let result = run(&packs, &world.session(), &RunOptions::default());
    assert_eq!(result.faults, Vec::new());
    assert_eq!(result.findings, Vec::new());
    let mut lacking: Vec<&str> = result
        .not_computable
        .iter()
        .map(|lack| lack.rule_id.as_str())
        .collect();
    lacking.dedup();
    assert_eq!(lacking.len(), packs.len(), "{lacking:?}");
    assert!(result.not_computable.iter().all(|lack| !lack.request.is_empty()));
}

#[test]
fn the_sample_has_a_verdict_for_every_company_and_no_finding_about_a_possible_victim() {
    let tables = Tables::of(&sample().case);
    let companies = tables.count("SELECT count(*) FROM parties WHERE kind = 'company'");
    assert!(companies > 0);
    let sql = include_str!("../../../queries/reports/shell_indicators.sql");
    let listed = format!("SELECT verdict, count(*) FROM ({sql}) AS listed GROUP BY verdict ORDER BY verdict");
    let mut all = 0;
    for row in tables.rows(&listed) {
        assert!(
            ["hit", "no hit", "not computable"].contains(&row[0].as_str()),
            "{row:?}"
        );
        all += row[1].parse::<u64>().expect("a count");
    }
    assert_eq!(all, companies * 22);
    let silent = format!(
        "SELECT count(*) FROM ({sql}) AS listed WHERE verdict <> 'no hit' AND (fact IS NULL OR fact = '')"
    );
    assert_eq!(tables.count(&silent), 0);
    // Whom the gate keeps, and whom it may have to keep, is nobody that these rules speak of.
    let of_victims = "WITH kept AS (
            SELECT DISTINCT h.party_id FROM findings f JOIN account_holders h ON h.account_id = f.account_id
            WHERE f.gate <> 'open' AND f.rule_id NOT LIKE 'S_-%' AND h.role = 'holder'
        )
        SELECT count(*) FROM findings f JOIN kept ON kept.party_id = f.party_id
        WHERE f.rule_id LIKE 'SH-%' OR f.rule_id LIKE 'SM-%'";
    assert_eq!(tables.count(of_victims), 0);
    let persons = "SELECT count(*) FROM findings f JOIN parties p ON p.party_id = f.party_id
        WHERE f.rule_id LIKE 'SH-%' AND p.kind = 'person'";
    assert_eq!(tables.count(persons), 0);
}

#[test]
fn a_company_that_a_person_protects_stands_on_the_protected_side() {
    let mut world = World::new();
    world.company(
        "a",
        &[("category", "victim or possible victim"), ("status", "LAPSED")],
    );
    world.entry("a-1", "2024-01-10", "in", 10, "", &[]);
    let mut verdict = world.judge("SH-21");
    geldspoor::victims::protect_victims(&mut verdict.result.findings, &world.session()).expect("the tables");
    let found = verdict.only();
    assert!(found.is_gated() && found.finding.describes.as_str() == "exploited");
    assert!(!geldspoor::victims::counts_towards_holder(found));
}

#[test]
fn the_sum_counts_open_hits_and_says_no_hit_only_where_it_looked() {
    let mut world = World::new();
    world.company("lapsed", &[("status", "LAPSED")]);
    world.company(
        "kept",
        &[("status", "LAPSED"), ("category", "victim or possible victim")],
    );
    world.company("young", &[("incorporated", "2024-01-01")]);
    world.person("p", &[("birth_date", "2005-06-01")]);
    world.income("p", "2023", "benefit", "9000");
    world.director("p", "young");
    for (company, currency) in [("euro", "EUR"), ("dollar", "USD")] {
        world.company(company, &[]);
        let account = format!("a-{company}");
        world.holder(&account, company, "holder");
        for _ in 0..12 {
            let more = [("currency", currency), ("remittance", "Fee")];
            world.entry(&account, "2024-01-10", "in", 1_000, "a-x", &more);
        }
    }
    let session = world.detected(&["SH-13", "SH-16", "SH-21"]);
    let sql = include_str!("../../../queries/reports/shell_indicators.sql");
    let listed = format!(
        "SELECT party_id, rule_id, verdict, scope, fact, CAST(hits AS VARCHAR) FROM ({sql}) AS listed"
    );
    let mut told: BTreeMap<(String, String), [String; 4]> = BTreeMap::new();
    for batch in session.query(&listed, &[]).expect("rows") {
        for row in 0..batch.num_rows() {
            let text = |column: usize| array_value_to_string(batch.column(column), row).expect("a text");
            told.insert((text(0), text(1)), [text(2), text(3), text(4), text(5)]);
        }
    }
    let of = |company: &str, rule: &str| told[&(company.to_owned(), rule.to_owned())].clone();
    let [verdict, scope, fact, hits] = of("lapsed", "SH-21");
    assert_eq!((verdict.as_str(), hits.as_str()), ("hit", "1"));
    assert_eq!(scope, "entries of this company are not in these records");
    assert!(fact.contains("LAPSED"), "{fact}");
    // What stands behind the gate is told and does not count; nor what protects an officer.
    let [verdict, scope, _, hits] = of("kept", "SH-21");
    assert_eq!((verdict.as_str(), hits.as_str()), ("hit", "0"));
    assert!(scope.starts_with("behind the control gate"), "{scope}");
    let [verdict, _, _, hits] = of("young", "SH-16");
    assert_eq!((verdict.as_str(), hits.as_str()), ("hit", "0"));
    // What the rule left out is said where it found nothing, and nothing is not said where it left out all.
    let [verdict, scope, ..] = of("euro", "SH-13");
    assert_eq!(verdict, "no hit");
    assert!(
        scope.starts_with("left out in this case: ") && scope.contains("(1 accounts, 12 entries)"),
        "{scope}"
    );
    let [verdict, scope, fact, _] = of("dollar", "SH-13");
    assert_eq!((verdict.as_str(), scope.as_str()), ("not computable", ""));
    assert!(fact.contains("in the currency of the case"), "{fact}");
    assert_eq!(of("euro", "SH-21")[0], "not computable");
}
