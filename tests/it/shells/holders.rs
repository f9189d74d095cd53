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

/// An account with a life of its own: nothing that speaks for control by another.
fn lives(world: &mut World, account: &str) {
    world.entry(account, "2024-01-05", "in", 400_000, "a-market", &[]);
    world.entry(
        account,
        "2024-01-06",
        "out",
        90_000,
        "",
        &[("channel", "card_pos"), ("counterparty_status", "merchant")],
    );
    for number in 1..=3 {
        world.entry(
            account,
            "2024-01-07",
            "out",
            1_000,
            &format!("a-shop{number}"),
            &[],
        );
    }
}

/// An account to which wages come, and whose money leaves for one exit.
fn drained(world: &mut World, account: &str) {
    for number in 1..=6 {
        world.entry(
            account,
            &month(number),
            "in",
            3_000,
            "a-employer",
            &[("remittance", "loon week 3")],
        );
        world.entry(
            account,
            &format!("2024-{number:02}-11"),
            "out",
            2_950,
            "a-chief",
            &[],
        );
    }
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
    lives(&mut world, "a-payer");
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
    assert_eq!(found.finding.account_id.as_deref(), Some("a-payer"));
    assert!(!found.is_gated(), "{found:?}");
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
fn whose_account_may_be_controlled_is_no_controller_of_what_it_paid() {
    let mut world = World::new();
    for name in ["poor", "lent", "chief"] {
        world.person(name, &[]);
        world.holder(&format!("a-{name}"), name, "holder");
    }
    world.income("poor", "2023", "benefit", "1000");
    asset(&mut world, "poor", "6000");
    drained(&mut world, "a-lent");
    world.entry("a-lent", "2024-05-02", "in", 6_000, "a-chief", &[]);
    world.entry(
        "a-lent",
        "2024-05-03",
        "out",
        6_000,
        "a-dealer",
        &[("remittance", "XX-123-Y")],
    );
    let verdict = world.judge("SM-02");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    let found = verdict.only();
    assert!(found.is_gated(), "{found:?}");
    assert_eq!(found.finding.describes.as_str(), "exploited");
    assert_eq!(found.finding.account_id.as_deref(), Some("a-lent"));
    assert_eq!(found.exit_account.as_deref(), Some("a-chief"));
}

#[test]
fn equal_sums_values_of_another_day_and_incomes_abroad_say_nothing_of_who_paid() {
    let mut world = World::new();
    for name in ["poor", "valued", "abroad", "payer"] {
        world.person(name, &[]);
        world.holder(&format!("a-{name}"), name, "holder");
    }
    for name in ["poor", "valued", "abroad"] {
        world.income(name, "2023", "benefit", "8000");
    }
    world.row(
        geldspoor::case::Table::Incomes,
        &[
            ("party_id", "abroad"),
            ("year", "2022"),
            ("kind", "wage"),
            ("amount", "90000"),
            ("currency", "CHF"),
        ],
    );
    asset(&mut world, "poor", "60000");
    asset(&mut world, "abroad", "61000");
    world.row(
        geldspoor::case::Table::Assets,
        &[
            ("asset_id", "thing of valued"),
            ("kind", "vehicle"),
            ("identifier", "YY-1"),
            ("party_id", "valued"),
            ("value_date", "2024-05-01"),
            ("value", "62000"),
            ("currency", "EUR"),
        ],
    );
    lives(&mut world, "a-payer");
    for (amount, text) in [(60_000, "invoice 7"), (61_000, "XX-123-Y"), (62_000, "YY-1")] {
        world.entry(
            "a-payer",
            "2024-05-03",
            "out",
            amount,
            "a-dealer",
            &[("remittance", text)],
        );
    }
    let verdict = world.judge("SM-02");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    assert_eq!(verdict.lacking(), ["abroad", "valued"]);
    // Given to the one in whose name it stands, it is a link without words.
    world.entry("a-payer", "2024-05-04", "out", 60_000, "a-poor", &[]);
    assert_eq!(world.judge("SM-02").hits(), ["payer"]);
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
    world.holder("a-poor", "poor", "holder");
    lives(&mut world, "a-user");
    let verdict = world.judge("SM-03");
    assert_eq!(verdict.hits(), ["user"]);
    assert_eq!(verdict.only().others, ["a-poor"]);
    assert!(!verdict.only().is_gated(), "{:?}", verdict.only());
    assert_eq!(verdict.measure("share_received"), "1.00");
    assert_eq!(verdict.measure("company"), "poor bv");
    assert_eq!(verdict.lacking(), ["untold bv"]);
    assert_eq!(verdict.only().finding.describes.as_str(), "controller");
}

/// A company of a director without means, with a month's turnover of ten thousand.
fn poor_company(world: &mut World) {
    world.person("poor", &[]);
    world.company("bv", &[]);
    world.director("poor", "bv");
    world.holder("a-bv", "bv", "holder");
    world.income("poor", "2023", "wage", "6000");
    for number in 1..=6 {
        world.entry("a-bv", &month(number), "in", 10_000, "a-x", &[]);
    }
    world.person("user", &[]);
    world.holder("a-user", "user", "holder");
}

fn pays_on(world: &mut World, to: &str) {
    for number in 1..=6 {
        world.entry("a-bv", &month(number), "out", 8_000, to, &[]);
    }
}

#[test]
fn a_receiver_whose_account_may_be_controlled_is_no_controller_of_the_company() {
    let mut world = World::new();
    poor_company(&mut world);
    pays_on(&mut world, "a-user");
    drained(&mut world, "a-user");
    let verdict = world.judge("SM-03");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    let found = verdict.only();
    assert!(found.is_gated(), "{found:?}");
    assert_eq!(found.finding.describes.as_str(), "exploited");
    assert_eq!(found.finding.account_id.as_deref(), Some("a-user"));
    assert_eq!(found.exit_account.as_deref(), Some("a-chief"));
    // Nor where the records do not show enough of the account to look.
    let mut unseen = World::new();
    poor_company(&mut unseen);
    pays_on(&mut unseen, "a-user");
    let verdict = unseen.judge("SM-03");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    assert!(verdict.only().is_gated());
}

#[test]
fn a_joint_account_of_the_director_makes_nobody_a_controller() {
    let mut world = World::new();
    poor_company(&mut world);
    world.holder("a-home", "poor", "holder");
    world.holder("a-home", "user", "holder");
    pays_on(&mut world, "a-home");
    lives(&mut world, "a-home");
    assert_eq!(world.judge("SM-03").result.findings, Vec::new());
    // And a holder who pays to an account that is also his own uses it himself.
    let mut home = World::new();
    let account = pair(&mut home, "holder", "user");
    home.holder("a-user", "holder", "holder");
    for number in 1..=6 {
        home.entry(&account, &month(number), "in", 3_000, "a-x", &[]);
        home.entry(&account, &month(number), "out", 2_900, "a-user", &[]);
    }
    assert_eq!(home.judge("SM-01").result.findings, Vec::new());
}

#[test]
fn a_mandate_counts_while_it_lasts() {
    let mut world = World::new();
    for name in ["holder", "user"] {
        world.person(name, &[]);
        world.holder(&format!("a-{name}"), name, "holder");
    }
    let ended = [
        ("account_id", "a-holder"),
        ("party_id", "user"),
        ("role", "mandate"),
        ("to_date", "2023-12-31"),
    ];
    world.row(geldspoor::case::Table::AccountHolders, &ended);
    for number in 1..=6 {
        world.entry("a-holder", &month(number), "in", 3_000, "a-x", &[]);
        world.entry("a-holder", &month(number), "out", 2_900, "a-user", &[]);
    }
    assert_eq!(world.judge("SM-01").hits(), Vec::<&str>::new());
    let mut company = World::new();
    poor_company(&mut company);
    let ended = [
        ("account_id", "a-bv"),
        ("party_id", "user"),
        ("role", "mandate"),
        ("to_date", "2023-12-31"),
    ];
    company.row(geldspoor::case::Table::AccountHolders, &ended);
    pays_on(&mut company, "a-y");
    assert_eq!(company.judge("SM-03").hits(), Vec::<&str>::new());
}

#[test]
fn what_is_not_known_of_officers_is_not_little() {
    // Another officer's means are not known; one's assets have no value, or one in francs.
    for more in ["officer", "untold value", "francs"] {
        let mut world = World::new();
        poor_company(&mut world);
        world.holder("a-bv", "user", "mandate");
        // Who only may act on it, and gets nothing, is its bookkeeper.
        assert_eq!(world.judge("SM-03").hits(), Vec::<&str>::new());
        pays_on(&mut world, "a-user");
        lives(&mut world, "a-user");
        assert_eq!(world.judge("SM-03").hits(), ["user"]);
        let thing = [("asset_id", "home"), ("kind", "land"), ("party_id", "poor")];
        let assets = geldspoor::case::Table::Assets;
        match more {
            "officer" => {
                world.person("other", &[]);
                world.director("other", "bv");
            }
            "untold value" => world.row(assets, &thing),
            _ => world.row(
                assets,
                &[&thing[..], &[("value", "9000"), ("currency", "CHF")]].concat(),
            ),
        }
        let verdict = world.judge("SM-03");
        assert_eq!(verdict.hits(), Vec::<&str>::new(), "{more}");
        assert_eq!(verdict.lacking(), ["bv"], "{more}");
    }
    // Who left before the records begin is no officer of that time.
    let mut world = World::new();
    poor_company(&mut world);
    world.holder("a-bv", "user", "mandate");
    pays_on(&mut world, "a-user");
    lives(&mut world, "a-user");
    world.relation("directorship", "user", "bv", &[("to_date", "2020-01-01")]);
    world.relation("directorship", "long gone", "bv", &[("to_date", "2020-01-01")]);
    assert_eq!(world.judge("SM-03").hits(), ["user"]);
}

#[test]
fn words_of_income_in_compounds_and_of_offices() {
    for (text, name) in [
        ("Ouderdomspensioen mei", ""),
        ("huurtoeslag 2024", ""),
        ("Salarisbetaling", ""),
        ("Monatsgehalt", ""),
        ("", "UWV Amsterdam"),
        ("", "SVB"),
        ("", "Belastingdienst"),
        ("", "Finanzamt Kleve"),
        ("", "HMRC"),
        ("", "URSSAF"),
    ] {
        let mut world = World::new();
        let account = pair(&mut world, "holder", "user");
        for number in 1..=6 {
            world.entry(
                &account,
                &month(number),
                "in",
                3_000,
                "a-x",
                &[("remittance", text), ("counterparty_name", name)],
            );
            world.entry(&account, &month(number), "out", 2_900, "a-user", &[]);
        }
        assert_eq!(world.judge("SM-01").hits(), Vec::<&str>::new(), "{text}{name}");
    }
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
    lives(&mut world, "a-user");
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

#[test]
fn one_mandate_a_wage_and_an_ended_office_make_no_controller() {
    for way in ["hit", "one mandate", "wage", "ended office", "ended mandate"] {
        let mut world = World::new();
        for person in ["director", "user"] {
            world.person(person, &[]);
            world.holder(&format!("a-{person}"), person, "holder");
        }
        lives(&mut world, "a-user");
        world.income("director", "2023", "benefit", "9000");
        for number in 1..=2 {
            let company = format!("bv {number}");
            world.company(&company, &[]);
            let ended: &[(&str, &str)] = match way {
                "ended office" if number == 2 => &[("to_date", "2020-01-01")],
                _ => &[],
            };
            world.relation("directorship", "director", &company, ended);
            let account = format!("a-{company}");
            world.holder(&account, &company, "holder");
            let mut mandate = vec![
                ("account_id", account.as_str()),
                ("party_id", "user"),
                ("role", "mandate"),
            ];
            if way == "ended mandate" {
                mandate.push(("to_date", "2020-01-01"));
            }
            if number == 1 || way != "one mandate" {
                world.row(geldspoor::case::Table::AccountHolders, &mandate);
            }
        }
        if way == "wage" {
            world.relation("employment", "director", "user", &[]);
        }
        for number in 1..=3 {
            world.entry("a-director", &month(number), "in", 400, "a-user", &[]);
        }
        let expected: &[&str] = if way == "hit" { &["user"] } else { &[] };
        assert_eq!(world.judge("SM-04").hits(), expected, "{way}");
    }
}
