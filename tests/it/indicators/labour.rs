//! Signs of exploitation at work (THB-12 to THB-23): who hits, who looks alike and does not, and the borders.

use std::collections::BTreeMap;

use geldspoor::case::Table;

use crate::shells::world::{Verdict, World};

/// Account and exit of each finding, sorted.
fn found(verdict: &Verdict) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = verdict
        .result
        .findings
        .iter()
        .map(|found| {
            let account = found.finding.account_id.as_deref().unwrap_or("");
            (account, found.exit_account.as_deref().unwrap_or(""))
        })
        .collect();
    found.sort_unstable();
    found
}

fn accounts(verdict: &Verdict) -> Vec<&str> {
    found(verdict).into_iter().map(|(account, _)| account).collect()
}

fn measures(verdict: &Verdict) -> BTreeMap<String, serde_json::Value> {
    serde_json::from_str(&verdict.only().finding.measures).expect("a JSON object")
}

fn day(month: u32, day: u32) -> String {
    format!("2024-{month:02}-{day:02}")
}

fn text(text: &str) -> [(&str, &str); 1] {
    [("remittance", text)]
}

/// A person with one account, `a-NAME`, opened on a day.
fn person(world: &mut World, name: &str, opened: &str) -> String {
    let account = format!("a-{name}");
    world.person(name, &[]);
    world.holder(&account, name, "holder");
    let mut values = vec![
        ("account_id", account.as_str()),
        ("scheme", "other"),
        ("number", account.as_str()),
        ("country", "NL"),
        ("bic", "BANKNL2A"),
        ("seized", "true"),
    ];
    if !opened.is_empty() {
        values.push(("opened", opened));
    }
    world.row(Table::Accounts, &values);
    account
}

/// The same, who gets a wage of 2,000 on the 25th.
fn worker(world: &mut World, name: &str, employer: &str, months: u32) -> String {
    hired(world, name, employer, months, "2024-01-05")
}

fn hired(world: &mut World, name: &str, employer: &str, months: u32, opened: &str) -> String {
    let account = person(world, name, opened);
    for month in 1..=months {
        let wage = format!("Loon {month}");
        world.entry(&account, &day(month, 25), "in", 2_000, employer, &text(&wage));
    }
    account
}

/// Pays an amount each month.
fn pays(world: &mut World, account: &str, to: &str, amount: u32, on: u32, months: u32, why: &str) {
    for month in 1..=months {
        world.entry(account, &day(month, on), "out", amount, to, &text(why));
    }
}

fn company(world: &mut World, name: &str, values: &[(&str, &str)]) -> String {
    let account = format!("a-{name}");
    world.company(name, values);
    world.holder(&account, name, "holder");
    account
}

/// A card at a machine or in a shop.
fn card(world: &mut World, account: &str, channel: &str, terminal: &str, at: &str) {
    let values = [
        ("channel", channel),
        ("terminal", terminal),
        ("booked_at", at),
        ("time_precision", "second"),
        ("counterparty_status", "cash"),
    ];
    world.entry(account, &at[..10], "out", 100, "", &values);
}

#[test]
fn wages_swept_to_one_exit_by_two_families() {
    let mut world = World::new();
    for name in ["ana", "ion"] {
        let account = worker(&mut world, name, "a-emp", 4);
        pays(&mut world, &account, "a-exit", 1_600, 26, 4, "Kost en inwoning");
    }
    // One euro less; on the fourth day; twice only.
    for (exit, amount, on, months) in [
        ("a-lo", 1_599, 26, 4),
        ("a-late", 1_900, 28, 4),
        ("a-two", 1_900, 26, 2),
    ] {
        for n in 0..2 {
            let account = worker(&mut world, &format!("{exit}{n}"), "a-emp", months.max(3));
            pays(&mut world, &account, exit, amount, on, months, "over");
        }
    }
    // Whoever supports a mother alone, saves on an account of his own, pays rent, or sends money by a service.
    let account = worker(&mut world, "solo", "a-emp", 4);
    pays(&mut world, &account, "a-mother", 1_900, 26, 4, "mama");
    for name in ["saver", "saving"] {
        let account = worker(&mut world, name, "a-emp", 4);
        world.holder("a-pot", name, "holder");
        pays(&mut world, &account, "a-pot", 1_900, 26, 4, "sparen");
        let account = worker(&mut world, &format!("rent{name}"), "a-emp", 4);
        pays(&mut world, &account, "a-landlord", 900, 26, 4, "huur");
        let account = worker(&mut world, &format!("sends{name}"), "a-emp", 4);
        for month in 1..=4 {
            let to = [("counterparty_name", "Western Union"), ("remittance", "transfer")];
            world.entry(&account, &day(month, 26), "out", 1_900, "", &to);
        }
    }
    let verdict = world.judge("THB-14");
    assert_eq!(found(&verdict), [("a-ana", "a-exit"), ("a-ion", "a-exit")]);
    assert!(
        verdict
            .result
            .findings
            .iter()
            .all(|found| found.finding.describes.as_str() == "exploited")
    );
}

#[test]
fn a_wage_taken_by_somebody_who_may_act_on_the_account() {
    let mut world = World::new();
    let account = worker(&mut world, "man", "a-emp", 3);
    pays(&mut world, &account, "a-agent", 1_900, 26, 3, "over");
    person(&mut world, "agent", "");
    world.holder(&account, "agent", "mandate");
    let verdict = world.judge("THB-14");
    assert_eq!(found(&verdict), [("a-man", "a-agent")]);
    assert_eq!(verdict.measure("periods"), "3");
}

#[test]
fn a_wage_that_goes_back_to_who_paid_it() {
    let mut world = World::new();
    // A household that employs, and what goes back to the spouse, to the employer's other account, to the company itself.
    for (name, number) in [("employer", "1"), ("spouse", "1"), ("neighbour", "2")] {
        person(&mut world, name, "");
        world.address(name, "1234AB", number, "", "Ede");
    }
    world.holder("a-other", "employer", "holder");
    company(&mut world, "Emp", &[]);
    for (name, from, to, amount) in [
        ("back", "a-employer", "a-spouse", 1_600),
        ("other", "a-employer", "a-other", 1_900),
        ("firm", "a-Emp", "a-Emp", 1_700),
        ("less", "a-employer", "a-spouse", 1_599),
        ("near", "a-employer", "a-neighbour", 1_900),
    ] {
        let account = worker(&mut world, &format!("w-{name}"), from, 3);
        pays(&mut world, &account, to, amount, 26, 3, "over");
    }
    // Partners with one household.
    let account = worker(&mut world, "w-partner", "a-employer", 3);
    world.relation("household", "w-partner", "spouse", &[]);
    pays(&mut world, &account, "a-spouse", 1_900, 26, 3, "over");
    let verdict = world.judge("THB-14");
    assert_eq!(
        found(&verdict),
        [
            ("a-w-back", "a-spouse"),
            ("a-w-firm", "a-Emp"),
            ("a-w-other", "a-other")
        ]
    );
}

#[test]
fn wages_are_not_known_without_texts() {
    let mut world = World::new();
    let account = person(&mut world, "ana", "");
    world.entry(&account, &day(1, 25), "in", 2_000, "a-emp", &[]);
    for rule in ["THB-14", "THB-16", "THB-17", "THB-21"] {
        assert!(
            world.judge(rule).whole().is_some_and(|why| why.contains("texts")),
            "{rule}"
        );
    }
}

#[test]
fn the_same_cards_at_one_machine_twice() {
    let mut world = World::new();
    for name in ["a", "b", "c", "d", "e", "f", "x smit", "y smit", "z smit"] {
        person(&mut world, name, "");
    }
    for day in ["05", "12"] {
        for (turn, name) in ["a", "b", "c"].into_iter().enumerate() {
            card(
                &mut world,
                &format!("a-{name}"),
                "cash_atm",
                "T1",
                &format!("2024-03-{day}T21:0{}:00", turn * 3),
            );
        }
        // A family.
        for (turn, name) in ["x smit", "y smit", "z smit"].into_iter().enumerate() {
            card(
                &mut world,
                &format!("a-{name}"),
                "cash_atm",
                "T2",
                &format!("2024-03-{day}T11:0{}:00", turn * 3),
            );
        }
    }
    // Once, and the second time not within ten minutes.
    for (day, step) in [("05", 3), ("12", 6)] {
        for (turn, name) in ["d", "e", "f"].into_iter().enumerate() {
            card(
                &mut world,
                &format!("a-{name}"),
                "cash_atm",
                "T3",
                &format!("2024-03-{day}T20:{:02}:00", turn * step),
            );
        }
    }
    let verdict = world.judge("THB-15");
    assert_eq!(accounts(&verdict), ["a-a", "a-b", "a-c"]);
    assert_eq!(verdict.result.findings[0].others.len(), 2);
}

/// Fourteen workers draw their wages at the machine at the gate on six pay-days, each time in another order.
#[test]
fn a_queue_on_pay_day_is_no_set() {
    let mut world = World::new();
    let count = 14_u32;
    for n in 0..count {
        person(&mut world, &format!("q{n}"), "");
    }
    for (pay_day, step) in [1_u32, 3, 5, 9, 11, 13].into_iter().enumerate() {
        for place in 0..count {
            let who = (place * step + pay_day as u32 * 4) % count;
            let at = format!("2024-0{}-25T17:{:02}:00", pay_day + 1, place * 2);
            card(&mut world, &format!("a-q{who}"), "cash_atm", "GATE", &at);
        }
    }
    assert_eq!(accounts(&world.judge("THB-15")), Vec::<&str>::new());
}

#[test]
fn machines_and_times_are_needed() {
    let mut world = World::new();
    person(&mut world, "a", "");
    world.entry("a-a", "2024-03-05", "out", 100, "", &[("channel", "cash_atm")]);
    assert!(
        world
            .judge("THB-15")
            .whole()
            .is_some_and(|why| why.contains("machines"))
    );
    world.entry(
        "a-a",
        "2024-03-06",
        "out",
        100,
        "",
        &[("channel", "cash_atm"), ("terminal", "T")],
    );
    assert!(
        world
            .judge("THB-15")
            .whole()
            .is_some_and(|why| why.contains("time of day"))
    );
    assert!(
        world
            .judge("THB-22")
            .whole()
            .is_some_and(|why| why.contains("time of day"))
    );
}

#[test]
fn the_same_weekly_money_for_three_whose_wages_go_to_one_place() {
    let mut world = World::new();
    let cash = [("channel", "cash_atm"), ("counterparty_status", "cash")];
    // Exit, how many, weeks, and by how much the sums differ.
    for (exit, people, weeks, apart) in [
        ("a-hit", 3, 4, 0),
        ("a-short", 3, 3, 0),
        ("a-apart", 3, 4, 5),
        ("a-pair", 2, 4, 0),
        ("", 3, 4, 0),
    ] {
        for n in 0..people {
            let account = worker(&mut world, &format!("w{exit}{n}"), "a-emp", 4);
            if !exit.is_empty() {
                pays(&mut world, &account, exit, 1_850, 26, 4, "over");
            }
            for week in 0..weeks {
                world.entry(&account, &day(2, 5 + week * 7), "out", 25 + n * apart, "", &cash);
            }
        }
    }
    let verdict = world.judge("THB-16");
    assert_eq!(
        found(&verdict),
        [
            ("a-wa-hit0", "a-hit"),
            ("a-wa-hit1", "a-hit"),
            ("a-wa-hit2", "a-hit")
        ]
    );
}

#[test]
fn wages_that_go_back_to_the_employers_side() {
    let mut world = World::new();
    company(&mut world, "Emp", &[]);
    company(&mut world, "Flat", &[]);
    person(&mut world, "boss", "");
    world.director("boss", "Emp");
    world.owns("boss", "Flat", "0.6");
    for (name, to, amount, on, months) in [
        ("ana", "a-Emp", 600, 27, 3),
        ("ben", "a-boss", 700, 29, 3),
        ("cor", "a-Flat", 700, 27, 3),
        ("rent", "a-Emp", 599, 27, 3),
        ("else", "a-other", 1_500, 27, 3),
        ("twice", "a-Emp", 900, 27, 2),
    ] {
        let account = worker(&mut world, name, "a-Emp", 4);
        pays(
            &mut world,
            &account,
            to,
            amount,
            on,
            months,
            "inhouding huisvesting",
        );
    }
    // An advance that is paid back; the owner of the business himself.
    let account = worker(&mut world, "advance", "a-Emp", 4);
    world.entry(
        &account,
        "2024-01-03",
        "in",
        2_000,
        "a-Emp",
        &text("Voorschot op loon"),
    );
    pays(
        &mut world,
        &account,
        "a-Emp",
        700,
        27,
        3,
        "terugbetaling voorschot",
    );
    for month in 1..=4 {
        world.entry("a-boss", &day(month, 25), "in", 2_000, "a-Emp", &text("loon"));
        world.entry("a-boss", &day(month, 27), "out", 1_000, "a-Emp", &text("lening"));
    }
    let list = "country,from,to,monthly,currency\n";
    world.list("minimum_wages", list);
    let verdict = world.judge("THB-17");
    assert_eq!(
        found(&verdict),
        [("a-ana", "a-Emp"), ("a-ben", "a-boss"), ("a-cor", "a-Flat")]
    );
    assert!(
        verdict.result.findings[0]
            .finding
            .sufficiency
            .contains("minimum wage")
    );
    world.list("minimum_wages", &format!("{list}NL,2024-01-01,,1500,EUR\n"));
    let verdict = world.judge("THB-17");
    assert!(verdict.result.findings.iter().all(|found| {
        found.finding.measures.contains("\"months_below_minimum\":3")
            || found.finding.measures.contains("\"months_below_minimum\":0")
    }));
    assert_eq!(verdict.result.findings[0].finding.sufficiency, "complete");
}

#[test]
fn a_payroll_too_small_for_its_sector() {
    let mut world = World::new();
    for (name, sector, payroll, months, employees) in [
        ("low", "81.21", 1_900, 6, "10"),
        ("edge", "81.21", 2_000, 6, "10"),
        ("short", "81.21", 0, 5, "10"),
        ("owner", "43.39", 0, 6, "1"),
        ("office", "62.01", 0, 6, "10"),
        ("peer", "56.10", 500, 6, "10"),
    ] {
        let account = company(&mut world, name, &[("sector", sector), ("employees", employees)]);
        for month in 1..=months {
            world.entry(
                &account,
                &day(month, 5),
                "in",
                20_000,
                "a-client",
                &text("Factuur"),
            );
            if payroll > 0 {
                world.entry(
                    &account,
                    &day(month, 25),
                    "out",
                    payroll,
                    "a-w",
                    &text("Salarissen"),
                );
            }
        }
    }
    // Others do the work, or wages are paid elsewhere.
    let account = company(&mut world, "builder", &[("sector", "43.39")]);
    let second = company(&mut world, "second", &[("sector", "56.10")]);
    for month in 1..=6 {
        for account in [&account, &second] {
            world.entry(
                account,
                &day(month, 5),
                "in",
                20_000,
                "a-client",
                &text("Factuur"),
            );
        }
        world.entry(
            &account,
            &day(month, 9),
            "out",
            12_000,
            "a-low",
            &text("onderaanneming"),
        );
        world.entry(
            &second,
            &day(month, 9),
            "out",
            9_000,
            "a-elsewhere",
            &[("counterparty_name", "second")],
        );
    }
    world.company("no sector", &[]);
    world.holder("a-no", "no sector", "holder");
    world.list(
        "sector_peers",
        "sector,measure,currency,p10,p90,p95,p99\n56,payroll_share,EUR,0.02,,,\n",
    );
    let verdict = world.judge("THB-18");
    assert_eq!(verdict.hits(), ["low"]);
    assert_eq!(verdict.lacking(), ["no sector"]);
}

#[test]
fn instalments_of_several_new_workers_to_one_creditor() {
    let mut world = World::new();
    for n in 0..3 {
        for (group, why, opened, employer) in [
            ("hit", "aflossing", "2024-01-05", "a-emp".to_owned()),
            ("fee", "recruitment fee", "2024-01-05", format!("a-emp{n}")),
            // A landlord who says nothing, one who does, and accounts that are not new.
            ("room", "kamer 4", "2024-01-05", format!("a-emp{n}")),
            ("rent", "huur", "2024-01-05", "a-emp".to_owned()),
            ("old", "recruitment fee", "2022-01-05", "a-emp".to_owned()),
        ] {
            let account = hired(&mut world, &format!("{group}{n}"), &employer, 3, opened);
            pays(
                &mut world,
                &account,
                &format!("a-to-{group}"),
                150 + n,
                27,
                3,
                why,
            );
        }
        if n < 2 {
            let account = worker(&mut world, &format!("pair{n}"), "a-emp", 3);
            pays(&mut world, &account, "a-to-pair", 150, 27, 3, "recruitment fee");
        }
    }
    let verdict = world.judge("THB-19");
    let exits: Vec<&str> = found(&verdict).into_iter().map(|(_, exit)| exit).collect();
    assert_eq!(exits, [["a-to-fee"; 3], ["a-to-hit"; 3]].concat());
    let mut world = World::new();
    hired(&mut world, "ana", "a-emp", 3, "");
    for rule in ["THB-19", "THB-20"] {
        assert!(
            world
                .judge(rule)
                .whole()
                .is_some_and(|why| why.contains("opened")),
            "{rule}"
        );
    }
}

#[test]
fn accounts_opened_together_and_emptied_to_one_place() {
    let mut world = World::new();
    for n in 0..4 {
        let near = day(1, 1 + n * 4);
        let account = hired(&mut world, &format!("hit{n}"), "a-emp", 4, &near);
        pays(&mut world, &account, "a-exit", 1_900, 26, 4, "over");
        // Seasonal workers each of whom sends home; and accounts opened month by month.
        let account = hired(&mut world, &format!("farm{n}"), "a-farm", 4, &near);
        pays(&mut world, &account, &format!("a-home{n}"), 1_900, 26, 4, "thuis");
        let account = hired(&mut world, &format!("apart{n}"), "a-slow", 4, &day(1 + n, 1));
        pays(&mut world, &account, "a-exit2", 1_900, 26, 4, "over");
        if n < 3 {
            let account = hired(&mut world, &format!("few{n}"), "a-few", 4, &near);
            pays(&mut world, &account, "a-exit3", 1_900, 26, 4, "over");
        }
    }
    let verdict = world.judge("THB-20");
    assert_eq!(accounts(&verdict), ["a-hit0", "a-hit1", "a-hit2", "a-hit3"]);
}

#[test]
fn homes_paid_for_and_let_to_workers() {
    let mut world = World::new();
    for name in ["knot", "parent", "moved"] {
        person(&mut world, name, "");
    }
    company(&mut world, "letting", &[("sector", "68.20")]);
    for home in 0..3 {
        let to = format!("a-landlord{home}");
        pays(&mut world, "a-knot", &to, 700, 1, 3, "Huur");
        pays(&mut world, "a-letting", &to, 700, 1, 3, "Huur");
        if home < 2 {
            pays(&mut world, "a-parent", &to, 700, 1, 3, "Huur kamer");
        }
        for month in 1..=3 {
            world.entry(
                "a-moved",
                &day(home * 3 + month, 1),
                "out",
                700,
                &to,
                &text("Huur"),
            );
        }
    }
    company(&mut world, "Emp", &[]);
    company(&mut world, "Hotel", &[("sector", "55.10")]);
    company(&mut world, "Farm", &[("sector", "01.13")]);
    person(&mut world, "boss", "");
    world.director("boss", "Emp");
    for n in 0..4 {
        let account = worker(&mut world, &format!("t{n}"), "a-Emp", 3);
        pays(&mut world, &account, "a-boss", 500, 27, 3, "huur");
        let account = worker(&mut world, &format!("h{n}"), "a-Hotel", 3);
        pays(&mut world, &account, "a-Hotel", 600, 27, 3, "huur");
        // A farm that houses its workers at a fair price.
        let account = worker(&mut world, &format!("f{n}"), "a-Farm", 3);
        pays(&mut world, &account, "a-Farm", 499, 27, 3, "huur");
    }
    let verdict = world.judge("THB-21");
    assert_eq!(verdict.hits(), ["boss", "knot"]);
}

#[test]
fn cards_that_shop_together_and_hardly_alone() {
    let mut world = World::new();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
        person(&mut world, name, "");
    }
    for time in 0..5 {
        let on = day(3, 1 + time * 3);
        for (turn, name) in ["a", "b", "c"].into_iter().enumerate() {
            let shop = format!("S{}", time % 2);
            card(
                &mut world,
                &format!("a-{name}"),
                "card_pos",
                &shop,
                &format!("{on}T15:0{}:00", turn * 2),
            );
        }
        for (turn, name) in ["d", "e", "f"].into_iter().enumerate() {
            card(
                &mut world,
                &format!("a-{name}"),
                "card_pos",
                "CANTEEN",
                &format!("{on}T12:0{}:00", turn * 2),
            );
        }
        for (turn, name) in ["g", "h", "i"].into_iter().enumerate() {
            let (account, shop) = (format!("a-{name}"), format!("F{}", time % 2));
            card(
                &mut world,
                &account,
                "card_pos",
                &shop,
                &format!("{on}T18:0{}:00", turn * 2),
            );
            // Friends also shop alone.
            for hour in [8, 9] {
                card(
                    &mut world,
                    &account,
                    "card_pos",
                    &format!("{name}{hour}"),
                    &format!("{on}T0{hour}:00:00"),
                );
            }
        }
    }
    let verdict = world.judge("THB-22");
    assert_eq!(verdict.only().others, ["a-a", "a-b", "a-c"]);
    assert_eq!(verdict.only().finding.account_id, None);
    assert_eq!(measures(&verdict)["events"], 5);
}

#[test]
fn a_labour_provider_that_pays_no_payroll_tax() {
    let mut world = World::new();
    company(&mut world, "Supplier", &[("sector", "46.73")]);
    for (name, sector, to, after, tax) in [
        ("hit", "78.20", "a-p", 2, false),
        ("taxed", "78.20", "a-p", 2, true),
        ("shop", "47.11", "a-p", 2, false),
        ("buys", "43.39", "a-Supplier", 2, false),
        ("slow", "81.21", "a-p", 12, false),
    ] {
        let account = company(&mut world, name, &[("sector", sector)]);
        for month in 1..=7 {
            world.entry(
                &account,
                &day(month, 5),
                "in",
                20_000,
                "a-client",
                &text("Factuur"),
            );
            world.entry(
                &account,
                &day(month, 5 + after),
                "out",
                16_500,
                to,
                &text("uitbetaling"),
            );
            if tax {
                world.entry(
                    &account,
                    &day(month, 20),
                    "out",
                    900,
                    "a-tax",
                    &text("Loonheffing"),
                );
            }
        }
    }
    let verdict = world.judge("THB-23");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("share_passed_on"), "0.825");
}

#[test]
fn contact_data_that_strangers_share() {
    let mut world = World::new();
    let phone = |world: &mut World, name: &str, number: &str| {
        let values = [
            ("party_id", name),
            ("mention_id", name),
            ("scheme", "phone"),
            ("value", number),
            ("status", "valid"),
        ];
        world.row(Table::PartyIdentifiers, &values);
    };
    for name in [
        "a", "b", "c", "d", "e", "f smit", "g smit", "h smit", "i", "j", "k",
    ] {
        person(&mut world, name, "");
    }
    company(&mut world, "Care", &[("sector", "87.90")]);
    for (number, names) in [
        ("+31600000001", &["a", "b", "c"][..]),
        ("+31600000002", &["d", "e"][..]),
        ("+31600000003", &["f smit", "g smit", "h smit"][..]),
        ("+31600000004", &["i", "j", "k", "Care"][..]),
    ] {
        for name in names {
            phone(&mut world, name, number);
        }
    }
    world.company("Emp", &[]);
    for n in 0..5 {
        for (home, postcode, employer) in [
            ("w", "1111AA", true),
            ("student", "2222AA", false),
            ("shelter", "3333AA", true),
        ] {
            let name = format!("{home}{n}");
            person(&mut world, &name, "");
            world.address(&name, postcode, "3", "", "Gent");
            if employer {
                world.relation("employment", &name, "Emp", &[]);
            }
        }
    }
    world.list(
        "known_addresses",
        "country,postcode,house_number,class\nNL,3333 AA,3,shelter\n",
    );
    let verdict = world.judge("THB-12");
    let mut others: Vec<usize> = verdict
        .result
        .findings
        .iter()
        .map(|found| found.others.len())
        .collect();
    others.sort_unstable();
    assert_eq!(others, [3, 5]);
}
