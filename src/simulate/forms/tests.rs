//! What the scenarios must hold: every planted rule satisfies its definition in the catalogue, every controller can be
//! found in the records, and the lawful are many.

use std::collections::{BTreeMap, BTreeSet};

use super::super::movement::CASH;
use super::super::script::Role;
use super::super::{Plan, Scenario, StatementFormat, decide, run};
use super::definitions::{Told, distinct, satisfies};

fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for scenario in Scenario::ALL.into_iter().filter(|s| s.is_detailed()) {
        for (seed, transfers) in [(1, 4_000), (7, 8_000), (20_260_101, 30_000)] {
            plans.push(Plan::new(seed, transfers, scenario));
        }
    }
    plans.push(Plan::new(3, 1_200_000, Scenario::AllForms));
    plans
}

#[test]
fn every_planted_rule_satisfies_its_definition() {
    let mut failed = Vec::new();
    for plan in plans() {
        let case = decide(&plan);
        for pattern in case.patterns.iter().filter(|pattern| pattern.planted) {
            let told = Told::new(&case, pattern);
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| satisfies(&told)));
            if done.is_err() {
                failed.push(format!(
                    "{} {} {}: {} {}",
                    plan.scenario.as_str(),
                    plan.seed,
                    plan.transfers,
                    pattern.kind,
                    pattern.what
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn nobody_spends_what_he_never_had() {
    for plan in plans().iter().filter(|plan| plan.transfers < 1_000_000) {
        let case = decide(plan);
        let mut state: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
        for movement in &case.planted {
            for (account, sign) in [(movement.payer, -1), (movement.payee, 1)] {
                if account != CASH && case.world.bank(account).is_seized() {
                    let (balance, lowest) = state.entry(account).or_default();
                    *balance += sign * movement.cents;
                    *lowest = (*lowest).min(*balance);
                }
            }
        }
        for (account, (_, lowest)) in state {
            let party = &case.world.parties[case.world.holdings[account as usize].party as usize];
            // What stood on an account before the records begin is not told; it must be plausible.
            let most = match party.role {
                Role::Victim => 20_000,
                _ if party.company => 1_500_000,
                _ => 1_200_000,
            };
            assert!(
                lowest >= -most,
                "{} {} {:?} {} {} needs {lowest}",
                plan.scenario.as_str(),
                plan.transfers,
                party.role,
                party.more.household,
                party.name
            );
        }
    }
}

#[test]
fn the_records_hold_every_controller_and_minors_are_minors() {
    for plan in plans() {
        let case = decide(&plan);
        let world = &case.world;
        let mut seized: BTreeMap<u32, u32> = BTreeMap::new();
        for (account, holding) in world.holdings.iter().enumerate() {
            if world.bank(account as u32).is_seized() {
                *seized.entry(holding.party).or_default() += 1;
            }
        }
        let mut controllers: BTreeMap<u32, u32> = BTreeMap::new();
        let mut victims: BTreeMap<u32, u32> = BTreeMap::new();
        for (number, party) in world.parties.iter().enumerate() {
            let network = party.more.network;
            match party.role {
                Role::Controller => {
                    assert!(
                        seized.contains_key(&(number as u32)),
                        "{} has no records",
                        party.name
                    );
                    *controllers.entry(network).or_default() += 1;
                }
                Role::Victim => *victims.entry(network).or_default() += 1,
                Role::Lawful => {}
                _ => assert!(network > 0 && !party.more.form.is_empty()),
            }
            if party.role == Role::Victim && party.more.form == "child" {
                let born = party.birth_date.expect("a minor has a day of birth");
                assert!(
                    world.start.0 + world.days as i32 - born.0 < 18 * 365,
                    "{}",
                    party.name
                );
            }
        }
        assert!(
            controllers.values().all(|count| (1..=5).contains(count)),
            "{controllers:?}"
        );
        assert_eq!(controllers.len(), victims.len(), "every network has both");
        let forms = if plan.scenario == Scenario::AllForms { 5 } else { 1 };
        let networks = if plan.scenario == Scenario::LookAlikes {
            0
        } else {
            forms * 2 * (plan.transfers / 500_000).clamp(1, 16) as usize
        };
        assert_eq!(controllers.len(), networks);
    }
}

#[test]
fn the_lawful_are_many_and_resemble_every_rule_that_is_planted() {
    let case = decide(&Plan::new(11, 8_000, Scenario::AllForms));
    let kinds = |planted: bool| -> BTreeSet<&str> {
        let chosen = case.patterns.iter().filter(|pattern| pattern.planted == planted);
        chosen
            .map(|pattern| pattern.kind)
            .filter(|kind| kind.starts_with("THB"))
            .collect()
    };
    let (planted, lawful) = (kinds(true), kinds(false));
    let missing: Vec<&&str> = planted.difference(&lawful).collect();
    assert!(missing.is_empty(), "{missing:?} has no lawful lookalike");
    // Every rule of the catalogue but that which needs a list of advertisements.
    assert_eq!(planted.len(), 42, "{planted:?}");
    let households = |case: &super::super::Case| {
        let parties = case.world.parties.iter();
        parties.filter(|party| !party.more.household.is_empty()).count()
    };
    assert!(households(&case) >= 60, "{}", households(&case));
    let large = decide(&Plan::new(11, 60_000, Scenario::LookAlikes));
    assert!(households(&large) >= 440, "{}", households(&large));
    assert!(large.world.parties.iter().all(|party| party.role == Role::Lawful));
    assert!(large.patterns.iter().all(|pattern| !pattern.planted));
}

#[test]
fn no_two_people_share_a_name_and_texts_can_stand_in_every_format() {
    let case = decide(&Plan::new(2, 200_000, Scenario::AllForms));
    let people: Vec<&str> = case
        .world
        .parties
        .iter()
        .filter(|party| !party.company)
        .map(|party| party.name.as_str())
        .collect();
    assert_eq!(distinct(people.iter()), people.len());
    for text in &case.world.texts {
        assert!(!text.contains([',', '"', ';', '\n', '/', '?']), "{text}");
    }
}

fn written(plan: &Plan, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let directory = tempfile::tempdir().expect("a directory");
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads");
    pool.install(|| run(plan, directory.path(), &|_| ()).expect("a case"));
    let mut files = BTreeMap::new();
    let mut open = vec![directory.path().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(directory.path()).expect("a path below");
                let bytes = std::fs::read(&path).expect("a file");
                files.insert(name.to_string_lossy().replace('\\', "/"), bytes);
            }
        }
    }
    files
}

#[test]
fn one_seed_gives_the_same_bytes_with_any_number_of_threads() {
    let plan = Plan::new(31, 9_000, Scenario::AllForms);
    let (one, four) = (written(&plan, 1), written(&plan, 4));
    assert!(one == four);
    for name in [
        "transactions.csv",
        "money_transfers.csv",
        "account_holders.csv",
        "incomes.csv",
    ] {
        assert!(one.contains_key(&format!("delivery/{name}")), "{name}");
    }
    // What happened is told by the truth and by nothing that is delivered.
    let words = [
        "victim",
        "controller",
        "slachtoffer",
        "recruiter",
        "exploit",
        "network",
        "lookalike",
        "thb-",
    ];
    for (name, bytes) in one.iter().filter(|(name, _)| name.starts_with("delivery/")) {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for word in words {
            assert!(!text.contains(word), "{word} in {name}");
        }
    }
}

#[test]
fn some_banks_say_times_and_merchants_and_some_do_not() {
    let files = written(&Plan::new(5, 8_000, Scenario::SexualNetwork), 2);
    let holding = |folder: &str, word: &str| {
        files
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("delivery/{folder}/")))
            .any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(word))
    };
    assert!(holding("duinbank", "<DtTm>") && holding("duinbank", "<TxCtgy>7011</TxCtgy>"));
    assert!(holding("veenbank", "merchant_category"));
    assert!(!holding("meerbank", "<BookgDt><DtTm>") && !holding("meerbank", "TxCtgy"));
    let listing = String::from_utf8_lossy(&files["delivery/transactions.csv"]).into_owned();
    let columns = listing.lines().next().map(|line| line.split(',').count());
    assert!(
        listing
            .lines()
            .all(|line| Some(line.split(',').count()) == columns)
    );
}

#[test]
fn the_truth_names_networks_roles_rules_and_why_the_lawful_are_lawful() {
    let files = written(&Plan::new(8, 8_000, Scenario::AllForms), 2);
    let truth: serde_json::Value = serde_json::from_slice(&files["truth.json"]).expect("JSON");
    let networks = truth["networks"].as_array().expect("networks");
    assert_eq!(networks.len(), 10);
    let parties = truth["parties"].as_array().expect("parties");
    let of = |id: &serde_json::Value| {
        parties
            .iter()
            .find(|party| party["party"] == *id)
            .expect("a party")
    };
    for network in networks {
        for controller in network["controllers"].as_array().expect("controllers") {
            assert_eq!(of(controller)["role"], "controller");
            assert_eq!(of(controller)["network"], network["network"]);
        }
        for victim in network["victims"].as_array().expect("victims") {
            assert_eq!(of(victim)["form"], network["form"]);
        }
        let rules = network["rules"].as_object().expect("rules");
        assert!(
            rules
                .values()
                .all(|accounts| !accounts.as_array().expect("accounts").is_empty())
        );
    }
    let alike = parties.iter().filter(|party| party.get("alike").is_some());
    for party in alike.clone() {
        assert_eq!(party["role"], "lawful");
        assert!(
            party["alike"][0]["because"]
                .as_str()
                .is_some_and(|why| why.len() > 10)
        );
    }
    assert!(alike.count() >= 60);
    let words: BTreeSet<&str> = parties
        .iter()
        .filter_map(|party| party["functions"].as_array())
        .flatten()
        .filter_map(|word| word.as_str())
        .collect();
    for word in [
        "recruiter",
        "transport",
        "advertising",
        "guarding",
        "housing",
        "cash collection",
        "front",
        "treasury",
    ] {
        assert!(words.contains(word), "{word}");
    }
}

#[test]
fn every_format_and_none_can_be_wished_for() {
    let plan = Plan::new(6, 8_000, Scenario::AllForms);
    let none = Plan {
        formats: Vec::new(),
        ..plan.clone()
    };
    assert!(written(&none, 1).keys().all(|name| name.matches('/').count() < 2));
    for format in StatementFormat::DETAILED
        .into_iter()
        .chain([StatementFormat::Plain])
    {
        let one = Plan {
            write_as: Some(format),
            ..plan.clone()
        };
        let names: BTreeSet<String> = written(&one, 2)
            .into_keys()
            .filter(|name| name.matches('/').count() == 2)
            .filter_map(|name| name.rsplit_once('.').map(|(_, end)| end.to_owned()))
            .collect();
        assert_eq!(names.len(), 1, "{}", format.as_str());
    }
}
