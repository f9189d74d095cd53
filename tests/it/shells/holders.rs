//! One holds, another has means, use and control (SM-01 to SM-04).

use super::world::World;

fn month(number: u32) -> String {
    format!("2024-{number:02}-10")
}

/// A holder with an account `a-NAME`, on which another may act who has the account `a-OTHER`.
fn pair(world: &mut World, holder: &str, other: &str) -> String {
    let account = format!("a-{holder}");
    world.person(holder, &[]);
    world.person(other, &[]);
    world.holder(&account, holder, "holder");
    world.holder(&account, other, "mandate");
    world.holder(&format!("a-{other}"), other, "holder");
    account
}

#[test]
fn an_account_that_another_uses_and_one_that_a_carer_keeps() {
    let mut world = World::new();
    let used = pair(&mut world, "holder", "user");
    let kept = pair(&mut world, "parent", "carer");
    for number in 1..=6 {
        world.entry(
            &used,
            &month(number),
            "in",
            3_000,
            "a-x",
            &[("remittance", "order 17")],
        );
        world.entry(&used, &month(number), "out", 2_000, "a-user", &[]);
        world.entry(
            &used,
            &month(number),
            "out",
            900,
            "",
            &[("channel", "cash_atm"), ("counterparty_status", "cash")],
        );
        // A pension; the carer is paid back for purchases.
        world.entry(
            &kept,
            &month(number),
            "in",
            1_400,
            "a-fund",
            &[("remittance", "Pensioen")],
        );
        world.entry(&kept, &month(number), "out", 900, "a-carer", &[]);
    }
    let verdict = world.judge("SM-01");
    assert_eq!(verdict.hits(), ["user"]);
    let found = verdict.only();
    assert_eq!(found.finding.account_id.as_deref(), Some("a-holder"));
    assert_eq!(found.exit_account.as_deref(), Some("a-user"));
    assert_eq!(verdict.measure("share_out"), "1.00");
    assert_eq!(verdict.measure("share_not_own"), "1.00");
    assert!(verdict.measure("records").contains(':'));
    // The gate has looked at the account of the one in whose name it stands.
    assert!(found.gate_reason.is_some());
    assert!(found.is_gated(), "{found:?}");
    assert_eq!(found.finding.describes.as_str(), "controller");
    assert!(!found.finding.explanation.contains("{party:holder}"));
}

#[test]
fn without_mandates_nothing_is_computed() {
    let mut world = World::new();
    world.person("p", &[]);
    world.holder("a-p", "p", "holder");
    world.entry("a-p", "2024-01-10", "in", 5_000, "a-x", &[]);
    assert!(
        world
            .judge("SM-01")
            .whole()
            .is_some_and(|reason| reason.contains("mandates"))
    );
}

#[test]
fn whom_a_person_protects_is_no_controller() {
    let mut world = World::new();
    world.person("holder", &[]);
    world.person("user", &[("category", "victim or possible victim")]);
    world.holder("a-holder", "holder", "holder");
    world.holder("a-holder", "user", "mandate");
    world.holder("a-user", "user", "holder");
    let used = "a-holder";
    for number in 1..=6 {
        world.entry(used, &month(number), "in", 3_000, "a-x", &[]);
        world.entry(used, &month(number), "out", 2_900, "a-user", &[]);
    }
    assert_eq!(world.judge("SM-01").hits(), Vec::<&str>::new());
}

fn asset(world: &mut World, holder: &str, value: &str) {
    world.row(
        geldspoor::case::Table::Assets,
        &[
            ("asset_id", &format!("thing of {holder}")),
            ("kind", "vehicle"),
            ("identifier", "XX-123-Y"),
            ("party_id", holder),
            ("acquired", "2024-05-01"),
            ("value", value),
            ("currency", "EUR"),
        ],
    );
}

#[test]
fn a_car_that_another_paid_and_one_that_was_saved_for() {
    let mut world = World::new();
    for name in ["poor", "earner", "untold", "payer"] {
        world.person(name, &[]);
        world.holder(&format!("a-{name}"), name, "holder");
    }
    world.income("poor", "2023", "benefit", "8000");
    world.income("poor", "2025", "wage", "90000");
    world.income("earner", "2023", "wage", "40000");
    asset(&mut world, "poor", "60000");
    asset(&mut world, "earner", "61000");
    asset(&mut world, "untold", "62000");
    for amount in [60_000, 61_000, 62_000] {
        world.entry(
            "a-payer",
            "2024-05-03",
            "out",
            amount,
            "a-dealer",
            &[("remittance", "auto xx-123-y")],
        );
    }
    let verdict = world.judge("SM-02");
    assert_eq!(verdict.hits(), ["payer"]);
    assert_eq!(verdict.measure("times_incomes"), "7.50");
    assert_eq!(verdict.lacking(), ["untold"]);
    let found = verdict.only();
    assert_eq!(found.others, ["a-poor"]);
    assert!(!found.finding.explanation.contains("poor"));
    // Paid from the own account it says nothing.
    let mut own = World::new();
    own.person("poor", &[]);
    own.holder("a-poor", "poor", "holder");
    own.income("poor", "2023", "benefit", "8000");
    asset(&mut own, "poor", "60000");
    own.entry("a-poor", "2024-05-03", "out", 60_000, "a-dealer", &[]);
    assert_eq!(own.judge("SM-02").hits(), Vec::<&str>::new());
}

#[test]
fn a_company_of_one_without_means_and_one_of_its_owner() {
    let mut world = World::new();
    for (name, income) in [("poor", "6000"), ("able", "55000"), ("untold", "")] {
        let company = format!("{name} bv");
        world.person(name, &[]);
        world.company(&company, &[]);
        world.director(name, &company);
        world.holder(&format!("a-{company}"), &company, "holder");
        world.holder(&format!("a-{company}"), "user", "mandate");
        if !income.is_empty() {
            world.income(name, "2023", "wage", income);
        }
        for number in 1..=6 {
            world.entry(&format!("a-{company}"), &month(number), "in", 10_000, "a-x", &[]);
            world.entry(
                &format!("a-{company}"),
                &month(number),
                "out",
                8_000,
                "a-user",
                &[],
            );
        }
    }
    world.person("user", &[]);
    world.holder("a-user", "user", "holder");
    let verdict = world.judge("SM-03");
    assert_eq!(verdict.hits(), ["user"]);
    assert_eq!(verdict.measure("share_received"), "1.00");
    assert_eq!(verdict.measure("company"), "poor bv");
    assert_eq!(verdict.lacking(), ["untold bv"]);
    assert_eq!(verdict.only().finding.describes.as_str(), "controller");
}

#[test]
fn an_officer_of_two_companies_paid_by_the_one_with_the_mandates() {
    let mut world = World::new();
    for person in ["director", "founder"] {
        world.person(person, &[]);
        world.holder(&format!("a-{person}"), person, "holder");
        for number in 1..=2 {
            let company = format!("{person} {number}");
            world.company(&company, &[]);
            world.director(person, &company);
            world.holder(&format!("a-{company}"), &company, "holder");
            world.holder(&format!("a-{company}"), "user", "mandate");
        }
        for number in 1..=3 {
            world.entry(&format!("a-{person}"), &month(number), "in", 400, "a-user", &[]);
        }
    }
    world.person("user", &[]);
    world.holder("a-user", "user", "holder");
    world.income("director", "2023", "benefit", "9000");
    // Lives of his companies.
    world.income("founder", "2023", "profit", "60000");
    let verdict = world.judge("SM-04");
    assert_eq!(verdict.hits(), ["user"]);
    assert_eq!(verdict.measure("companies"), "2");
    assert_eq!(verdict.measure("paid"), "1200.00");
    let found = verdict.only();
    assert_eq!(found.others, ["a-director"]);
    assert!(!found.finding.explanation.contains("party:"));
    let mut untold = World::new();
    untold.company("a", &[]);
    assert!(untold.judge("SM-04").whole().is_some());
}
