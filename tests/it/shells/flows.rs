//! Rules that rest on what moved on a company's accounts (SH-07, SH-08, SH-10, SH-12 to SH-15, SH-22).

use super::world::World;

/// A company with an account `a-NAME`.
fn company(world: &mut World, name: &str, values: &[(&str, &str)]) -> String {
    let account = format!("a-{name}");
    world.company(name, values);
    world.holder(&account, name, "holder");
    account
}

fn month(number: u32) -> String {
    format!("2024-{number:02}-10")
}

#[test]
fn turnover_without_costs_and_with_rent() {
    let mut world = World::new();
    for name in ["hit", "near", "short"] {
        let account = company(&mut world, name, &[]);
        for number in 1..=if name == "short" { 3 } else { 8 } {
            world.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
            for _ in 0..3 {
                let text = [("remittance", "settlement 17")];
                world.entry(&account, &month(number), "out", 5_000, "a-y", &text);
            }
        }
    }
    world.entry(
        "a-near",
        "2024-06-01",
        "out",
        900,
        "a-z",
        &[("remittance", "Huur juni kantoor")],
    );
    world.company("no account", &[]);
    // Its payments are made elsewhere.
    let silent = company(&mut world, "silent", &[]);
    for number in 1..=8 {
        world.entry(&silent, &month(number), "in", 20_000, "a-x", &[]);
    }
    let verdict = world.judge("SH-07");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.lacking(), ["no account", "short", "silent"]);
    assert_eq!(verdict.measure("turnover"), "160000.00");
    assert!(verdict.only().finding.sufficiency.contains("other"));
}

#[test]
fn money_between_own_accounts_is_no_turnover() {
    let mut world = World::new();
    let account = company(&mut world, "holding", &[]);
    world.holder("a-second", "holding", "holder");
    for number in 1..=8 {
        world.entry(&account, &month(number), "in", 20_000, "a-second", &[]);
        world.entry("a-second", &month(number), "out", 20_000, &account, &[]);
    }
    assert_eq!(world.judge("SH-07").hits(), Vec::<&str>::new());
}

#[test]
fn money_that_stays_three_days_and_money_that_stays_a_month() {
    let mut world = World::new();
    for (name, out) in [("hit", 12), ("near", 28)] {
        let account = company(&mut world, name, &[]);
        for number in 1..=6 {
            world.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
            world.entry(
                &account,
                &format!("2024-{number:02}-{out}"),
                "out",
                20_000,
                "a-y",
                &[],
            );
        }
    }
    // Keeps a tenth.
    let account = company(&mut world, "trader", &[]);
    for number in 1..=6 {
        world.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
        world.entry(&account, &month(number), "out", 18_000, "a-y", &[]);
    }
    world.company("no account", &[]);
    let verdict = world.judge("SH-08");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("median_days"), "2");
    assert_eq!(verdict.measure("ratio"), "1.00");
    assert_eq!(verdict.lacking(), ["no account"]);
}

#[test]
fn the_median_is_over_money_and_not_over_payments() {
    let mut world = World::new();
    let account = company(&mut world, "hit", &[]);
    // 70 of 110 thousand stays a day, in one payment; the rest stays 40 days, in four.
    world.entry(&account, "2024-01-01", "in", 70_000, "a-x", &[]);
    world.entry(&account, "2024-01-02", "out", 70_000, "a-y", &[]);
    for day in 3..=6 {
        world.entry(&account, &format!("2024-01-{day:02}"), "in", 10_000, "a-x", &[]);
        world.entry(
            &account,
            &format!("2024-02-{:02}", day + 9),
            "out",
            10_000,
            "a-y",
            &[],
        );
    }
    assert_eq!(world.judge("SH-08").measure("median_days"), "1");
}

/// A statement of an account that proves itself.
fn statement(world: &mut World, account: &str, from: &str, to: &str, opening: &str) {
    world.row(
        geldspoor::case::Table::Statements,
        &[
            ("statement_id", &format!("{account} {from}")),
            ("account_id", account),
            ("currency", "EUR"),
            ("from_date", from),
            ("to_date", to),
            ("opening_balance", opening),
            ("closing_balance", "0"),
            ("verdict", "verified"),
        ],
    );
}

#[test]
fn money_of_before_the_year_and_before_the_records_goes_first() {
    // What came two months before pays each bill; 40 thousand were there when the records begin.
    let mut world = World::new();
    let account = company(&mut world, "slow", &[]);
    statement(&mut world, &account, "2023-01-01", "2024-12-31", "40000");
    for year in [2023, 2024] {
        for number in 1..=12 {
            let day = format!("{year}-{number:02}-10");
            world.entry(&account, &day, "in", 20_000, "a-x", &[]);
            world.entry(&account, &day, "out", 20_000, "a-y", &[]);
        }
    }
    assert_eq!(world.judge("SH-08").hits(), Vec::<&str>::new());
    // The same without a balance is found, and says so.
    let mut untold = World::new();
    let account = company(&mut untold, "untold", &[]);
    for number in 1..=12 {
        untold.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
        untold.entry(&account, &month(number), "out", 20_000, "a-y", &[]);
    }
    let verdict = untold.judge("SH-08");
    assert_eq!(verdict.measure("median_days"), "0");
    assert!(verdict.only().finding.sufficiency.contains("balance"));
    // Paid before anything came, it was there before.
    let mut ahead = World::new();
    let account = company(&mut ahead, "ahead", &[]);
    for number in 1..=12 {
        ahead.entry(
            &account,
            &format!("2024-{number:02}-09"),
            "out",
            20_000,
            "a-y",
            &[],
        );
        ahead.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
    }
    assert_eq!(ahead.judge("SH-08").hits(), Vec::<&str>::new());
}

#[test]
fn money_that_goes_over_the_end_of_the_year_is_followed() {
    let mut world = World::new();
    let account = company(&mut world, "hit", &[]);
    statement(&mut world, &account, "2023-01-01", "2024-12-31", "0");
    for (come, go) in [("2023-12-30", "2024-01-01"), ("2024-12-28", "2024-12-30")] {
        world.entry(&account, come, "in", 110_000, "a-x", &[]);
        world.entry(&account, go, "out", 110_000, "a-y", &[]);
    }
    world.entry(&account, "2024-06-01", "in", 110_000, "a-x", &[]);
    world.entry(&account, "2024-06-03", "out", 105_000, "a-y", &[]);
    let verdict = world.judge("SH-08");
    assert_eq!(
        verdict.hits(),
        Vec::<&str>::new(),
        "more went out in 2024 than came in"
    );
    world.entry(&account, "2024-12-31", "in", 110_000, "a-x", &[]);
    let verdict = world.judge("SH-08");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("year"), "2024");
    assert_eq!(verdict.measure("inflow"), "330000.00");
    assert_eq!(verdict.measure("outflow"), "325000.00");
}

#[test]
fn texts_that_the_records_do_not_have_are_no_evidence() {
    let mut world = World::new();
    for name in ["bare", "worded"] {
        let account = company(&mut world, name, &[]);
        // A record that has no texts at all, and one that has them for others.
        for number in 1..=12 {
            world.entry(&account, &month(number), "in", 5_000, "a-x", &[]);
        }
        if name == "worded" {
            world.entry(&account, &month(1), "in", 5_000, "a-x", &[("remittance", "Fee")]);
        }
    }
    let verdict = world.judge("SH-13");
    assert_eq!(verdict.hits(), ["worded"]);
    assert_eq!(verdict.lacking(), ["bare"]);
    let mut costs = World::new();
    let account = company(&mut costs, "bare", &[]);
    for number in 1..=8 {
        costs.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
        for _ in 0..3 {
            costs.entry(&account, &month(number), "out", 5_000, "a-y", &[]);
        }
    }
    let verdict = costs.judge("SH-07");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    assert_eq!(verdict.lacking(), ["bare"]);
}

#[test]
fn words_of_costs_in_compounds_and_of_offices() {
    for text in [
        "Kantoorhuur mei",
        "Zorgverzekering",
        "Salarisbetaling",
        "Ouderdomspensioenfonds",
        "Belastingdienst Apeldoorn",
        "Finanzamt Kleve",
        "HMRC cumbernauld",
        "URSSAF",
        "UWV",
        "SVB",
        "Bueromiete",
    ] {
        let mut world = World::new();
        let account = company(&mut world, "bv", &[]);
        for number in 1..=8 {
            world.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
            for _ in 0..3 {
                let words = [("remittance", "settlement 17")];
                world.entry(&account, &month(number), "out", 5_000, "a-y", &words);
            }
        }
        assert_eq!(world.judge("SH-07").hits(), ["bv"]);
        world.entry(&account, "2024-06-01", "out", 900, "a-z", &[("remittance", text)]);
        assert_eq!(world.judge("SH-07").hits(), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn a_young_company_and_one_that_grew() {
    let mut world = World::new();
    let hit = company(&mut world, "hit", &[("incorporated", "2024-01-01")]);
    let near = company(&mut world, "near", &[("incorporated", "2022-01-01")]);
    let undated = company(&mut world, "undated", &[]);
    for account in [hit, near, undated] {
        for number in 2..=6 {
            world.entry(&account, &month(number), "in", 60_000, "a-x", &[]);
        }
    }
    let verdict = world.judge("SH-10");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("credits"), "300000.00");
    assert_eq!(verdict.lacking(), ["undated"]);
    assert_eq!(
        verdict.only().finding.sufficiency,
        "figures of the sector are not in these records"
    );
}

#[test]
fn one_payer_and_one_payee_and_several_payees() {
    let mut world = World::new();
    for name in ["hit", "near"] {
        let account = company(&mut world, name, &[]);
        for number in 1..=6 {
            world.entry(&account, &month(number), "in", 20_000, "a-x", &[]);
            let other = match name {
                "hit" => "a-y".to_owned(),
                _ => format!("a-y{number}"),
            };
            world.entry(&account, &month(number), "out", 15_000, &other, &[]);
        }
    }
    world.company("no account", &[]);
    let verdict = world.judge("SH-12");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("share_in"), "1.00");
    assert_eq!(verdict.lacking(), ["no account"]);
}

#[test]
fn round_payments_for_consulting_and_invoices_with_numbers() {
    let mut world = World::new();
    for name in ["hit", "near"] {
        let account = company(&mut world, name, &[]);
        for number in 1..=12 {
            let text = match name {
                "hit" => "Consulting".to_owned(),
                _ => format!("Invoice 2024{number:03} delivery of steel"),
            };
            world.entry(
                &account,
                &month(number),
                "in",
                5_000,
                "a-x",
                &[("remittance", &text)],
            );
        }
    }
    world.company("no account", &[]);
    let verdict = world.judge("SH-13");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("share_wordless"), "1.00");
    assert_eq!(verdict.lacking(), ["no account"]);
}

#[test]
fn a_shelf_company_that_wakes_up_under_new_officers() {
    let mut world = World::new();
    for name in ["hit", "near", "unknown"] {
        let account = company(&mut world, name, &[("incorporated", "2018-01-01")]);
        world.entry(&account, "2022-01-10", "in", 10, "a-x", &[]);
        for number in 3..=4 {
            world.entry(&account, &month(number), "in", 40_000, "a-x", &[]);
        }
    }
    world.relation("directorship", "p", "hit", &[("from_date", "2024-02-20")]);
    // Took over a year before anything moved.
    world.relation("directorship", "q", "near", &[("from_date", "2023-02-20")]);
    let verdict = world.judge("SH-14");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("changed"), "2024-02-20");
    assert_eq!(verdict.measure("silent"), "790");
    assert_eq!(verdict.lacking(), ["unknown"]);
}

#[test]
fn a_change_beside_the_flow_and_one_in_an_even_year() {
    let mut world = World::new();
    for name in ["hit", "near", "unknown"] {
        let account = company(&mut world, name, &[("incorporated", "2018-01-01")]);
        for number in 1..=12 {
            let amount = if name == "hit" && number == 6 {
                90_000
            } else {
                10_000
            };
            world.entry(&account, &month(number), "in", amount, "a-x", &[]);
        }
        // Who was there from the beginning.
        if name != "unknown" {
            world.relation("directorship", "founder", name, &[("from_date", "2018-01-01")]);
            world.relation("directorship", "p", name, &[("from_date", "2024-06-20")]);
        }
    }
    let verdict = world.judge("SH-15");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("changed"), "2024-06-20");
    assert_eq!(verdict.lacking(), ["unknown"]);
}

#[test]
fn a_loan_of_the_owner_alone_and_one_beside_sales() {
    let mut world = World::new();
    world.person("p", &[]);
    world.holder("a-p", "p", "holder");
    for name in ["hit", "near"] {
        let account = company(&mut world, name, &[("incorporated", "2024-01-01")]);
        world.owns("p", name, "1");
        world.entry(
            &account,
            "2024-02-10",
            "in",
            50_000,
            "a-p",
            &[("remittance", "Lening aandeelhouder")],
        );
        let sales = if name == "near" { 20_000 } else { 1_000 };
        world.entry(&account, "2024-03-10", "in", sales, "a-x", &[]);
    }
    world.company("no account", &[]);
    let verdict = world.judge("SH-22");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("tie"), "ownership");
    assert_eq!(verdict.lacking(), ["no account"]);
    let entries = &verdict.only().finding.entries;
    assert_eq!((entries.len(), entries[0].role.as_str()), (1, "loan"));
    let mut untied = World::new();
    let account = company(&mut untied, "a", &[]);
    untied.entry(
        &account,
        "2024-02-10",
        "in",
        50_000,
        "a-p",
        &[("remittance", "Loan")],
    );
    assert!(untied.judge("SH-22").whole().is_some());
}

#[test]
fn records_that_begin_with_a_burst_do_not_say_that_nothing_was_before() {
    for (shown, expected, lacking) in [
        ("nothing", &[][..], &["a"][..]),
        ("short", &[], &["a"]),
        ("statement", &["a"], &[]),
        ("opened", &["a"], &[]),
    ] {
        let mut world = World::new();
        let account = company(&mut world, "a", &[("incorporated", "2018-01-01")]);
        match shown {
            "short" => statement(&mut world, &account, "2024-01-01", "2024-12-31", "0"),
            "statement" => statement(&mut world, &account, "2023-01-01", "2024-12-31", "0"),
            "opened" => opened(&mut world, &account, "2024-02-01"),
            _ => {}
        }
        for number in 3..=4 {
            world.entry(&account, &month(number), "in", 40_000, "a-x", &[]);
        }
        world.relation("directorship", "p", "a", &[("from_date", "2024-02-20")]);
        let verdict = world.judge("SH-14");
        assert_eq!(verdict.hits(), expected, "{shown}");
        assert_eq!(verdict.lacking(), lacking, "{shown}");
    }
}

fn opened(world: &mut World, account: &str, day: &str) {
    world.row(
        geldspoor::case::Table::Accounts,
        &[
            ("account_id", account),
            ("scheme", "other"),
            ("number", account),
            ("opened", day),
            ("seized", "true"),
        ],
    );
}

#[test]
fn the_first_entry_of_records_that_begin_later_is_not_the_first_money() {
    for (shown, text, expected, lacking) in [
        ("", "Lening", &[][..], &["a"][..]),
        ("opened", "Lening", &["a"], &[]),
        ("opened", "Aandeelhouderslening 2", &["a"], &[]),
        ("opened", "Gesellschafterdarlehen", &["a"], &[]),
        ("opened", "storting rekeningcourant", &["a"], &[]),
        ("opened", "prêt d'associé", &["a"], &[]),
        ("opened", "Dienstverlening mei", &[], &[]),
    ] {
        let mut world = World::new();
        world.person("p", &[]);
        world.holder("a-p", "p", "holder");
        let account = company(&mut world, "a", &[("incorporated", "2023-01-01")]);
        world.owns("p", "a", "1");
        if shown == "opened" {
            opened(&mut world, &account, "2024-01-20");
        }
        let words = [("remittance", text)];
        world.entry(&account, "2024-02-10", "in", 50_000, "a-p", &words);
        let verdict = world.judge("SH-22");
        assert_eq!(verdict.hits(), expected, "{shown} {text}");
        assert_eq!(verdict.lacking(), lacking, "{shown} {text}");
    }
}
