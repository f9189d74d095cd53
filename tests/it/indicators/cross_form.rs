//! Signs that go with every form of exploitation (THB-34 to THB-42).

use geldspoor::case::Table;

use crate::shells::world::{Verdict, World};

const SHOP: [(&str, &str); 2] = [("channel", "card_pos"), ("merchant_category", "5411")];
const CASH: [(&str, &str); 2] = [("channel", "cash_branch"), ("counterparty_status", "cash")];

fn day(month: u32, day: u32) -> String {
    format!("2024-{month:02}-{day:02}")
}

fn trade(code: &str) -> [(&str, &str); 2] {
    [("channel", "card_ecom"), ("merchant_category", code)]
}

/// A person with one account, `a-NAME`.
fn person(world: &mut World, name: &str) -> String {
    let account = format!("a-{name}");
    world.person(name, &[]);
    world.holder(&account, name, "holder");
    account
}

fn company(world: &mut World, name: &str, values: &[(&str, &str)]) -> String {
    let account = format!("a-{name}");
    world.company(name, values);
    world.holder(&account, name, "holder");
    account
}

/// What comes in goes to another account on the same day, from January to April.
fn drain(world: &mut World, account: &str, exit: &str, share: u32) {
    for month in 1..=4 {
        world.entry(account, &day(month, 1), "in", 2_000, "a-employer", &[]);
        world.entry(account, &day(month, 1), "out", 20 * share, exit, &[]);
    }
}

fn accounts(verdict: &Verdict) -> Vec<&str> {
    let mut accounts: Vec<&str> = verdict
        .result
        .findings
        .iter()
        .filter_map(|found| found.finding.account_id.as_deref())
        .collect();
    accounts.sort_unstable();
    accounts
}

/// `one` and `two` are drained to `exit`, which has a mandate on the account of `one`.
fn two_drained(share: u32) -> World {
    let mut world = World::new();
    for name in ["one", "two", "exit"] {
        person(&mut world, name);
    }
    world.holder("a-one", "exit", "mandate");
    drain(&mut world, "a-one", "a-exit", share);
    drain(&mut world, "a-two", "a-exit", 95);
    world
}

// THB-35

#[test]
fn an_account_that_another_empties_and_controls() {
    let verdict = two_drained(95).judge("THB-35");
    let found = verdict.only();
    assert_eq!(found.finding.account_id.as_deref(), Some("a-one"));
    assert_eq!(found.finding.party_id.as_deref(), Some("one"));
    assert_eq!(found.exit_account.as_deref(), Some("a-exit"));
    assert_eq!(found.finding.describes.as_str(), "exploited");
    assert!(found.is_gated(), "{found:?}");
    assert_eq!(verdict.measure("what"), "mandate");
    assert_eq!(verdict.measure("similar_accounts"), "2");
}

#[test]
fn a_tenth_that_stays_is_no_emptied_account() {
    assert_eq!(two_drained(91).judge("THB-35").hits(), ["one"]);
    assert!(two_drained(90).judge("THB-35").hits().is_empty());
}

#[test]
fn a_phone_in_common_is_a_means_of_control_and_an_address_of_a_dormitory_is_none() {
    let mut world = two_drained(95);
    let contact = |party: &'static str| {
        [
            ("party_id", party),
            ("mention_id", party),
            ("scheme", "phone"),
            ("value", "+31600000001"),
            ("status", "valid"),
            ("raw", "06"),
        ]
    };
    world.row(Table::PartyIdentifiers, &contact("two"));
    world.row(Table::PartyIdentifiers, &contact("exit"));
    assert_eq!(world.judge("THB-35").hits(), ["one", "two"]);

    let mut world = World::new();
    for name in ["one", "two", "exit"] {
        person(&mut world, name);
        world.address(name, "1234AB", "1", "", "Ede");
    }
    drain(&mut world, "a-one", "a-exit", 95);
    drain(&mut world, "a-two", "a-exit", 95);
    assert_eq!(world.judge("THB-35").hits(), ["one", "two"]);
    world.list(
        "address_classes",
        "country,postcode,house_number,unit,class\nNL,1234 AB,1,,dormitory\n",
    );
    assert!(world.judge("THB-35").hits().is_empty());
}

#[test]
fn parents_budget_managers_and_savings_are_no_control() {
    // A parent who manages the money of two grown children.
    let mut world = two_drained(95);
    world.relation("family", "exit", "one", &[]);
    world.relation("family", "two", "exit", &[]);
    assert!(world.judge("THB-35").hits().is_empty());

    // A budget manager with mandates on the accounts of clients.
    let mut world = World::new();
    company(&mut world, "exit", &[("name", "Bewindvoering Zuid")]);
    for name in ["one", "two"] {
        let account = person(&mut world, name);
        world.holder(&account, "exit", "mandate");
        drain(&mut world, &account, "a-exit", 95);
    }
    assert!(world.judge("THB-35").hits().is_empty());

    // Savings, with somebody who may act on the account.
    let mut world = two_drained(95);
    person(&mut world, "saver");
    world.holder("a-saver", "exit", "mandate");
    world.holder("a-savings", "saver", "holder");
    drain(&mut world, "a-saver", "a-savings", 95);
    assert_eq!(world.judge("THB-35").hits(), ["one"]);

    // One account alone.
    let mut world = World::new();
    person(&mut world, "one");
    person(&mut world, "exit");
    world.holder("a-one", "exit", "mandate");
    drain(&mut world, "a-one", "a-exit", 95);
    assert!(world.judge("THB-35").hits().is_empty());
}

/// `exit` may act on the account of `one`, whose money goes to `exit` and to `spouse` in halves, and gets little from `two`.
fn one_house(together: bool, related: bool) -> World {
    let mut world = World::new();
    for name in ["one", "two", "exit", "spouse"] {
        person(&mut world, name);
    }
    for name in ["exit", "spouse"] {
        let number = if together || name == "exit" { "1" } else { "2" };
        world.address(name, "1234AB", number, "", "Ede");
    }
    world.holder("a-one", "exit", "mandate");
    for month in 1..=4 {
        world.entry("a-one", &day(month, 1), "in", 2_000, "a-employer", &[]);
        for exit in ["a-exit", "a-spouse"] {
            world.entry("a-one", &day(month, 1), "out", 950, exit, &[]);
        }
        world.entry("a-two", &day(month, 1), "in", 60, "a-stall", &[]);
        world.entry("a-two", &day(month, 1), "out", 60, "a-exit", &[]);
    }
    if related {
        world.relation("family", "exit", "two", &[]);
    }
    world
}

#[test]
fn one_house_takes_as_one_and_a_small_account_is_one_of_the_kind() {
    let verdict = one_house(true, false).judge("THB-35");
    assert_eq!(verdict.hits(), ["one"]);
    assert_eq!(verdict.measure("similar_accounts"), "2");
    // Who lives elsewhere is another party; a child whose pocket money a parent keeps is no other account of the kind.
    assert!(one_house(false, false).judge("THB-35").hits().is_empty());
    assert!(one_house(true, true).judge("THB-35").hits().is_empty());
}

#[test]
fn who_lives_from_the_account_is_not_controlled_by_it() {
    for (spent, hits) in [(280, &["one"][..]), (320, &[])] {
        let mut world = two_drained(80);
        for month in 1..=4 {
            world.entry("a-one", &day(month, 1), "out", spent, "", &SHOP);
        }
        assert_eq!(world.judge("THB-35").hits(), hits, "{spent}");
    }
}

#[test]
fn without_means_of_control_in_the_records_nothing_is_computed() {
    let mut world = World::new();
    person(&mut world, "one");
    drain(&mut world, "a-one", "a-exit", 95);
    let verdict = world.judge("THB-35");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("mandates")));
}

// THB-34

/// Two accounts are drained to the buyer's, who buys prepaid cards.
fn buyer(amounts: &[u32], feeders: &[&str]) -> World {
    let mut world = World::new();
    person(&mut world, "buyer");
    for name in feeders {
        let account = person(&mut world, name);
        drain(&mut world, &account, "a-buyer", 95);
    }
    for (number, amount) in (1..).zip(amounts) {
        world.entry("a-buyer", &day(3, number), "out", *amount, "", &trade("6540"));
    }
    world
}

#[test]
fn small_equal_purchases_by_whom_others_pay() {
    let verdict = buyer(&[12, 24, 36, 12, 24], &["one", "two"]).judge("THB-34");
    assert_eq!(verdict.hits(), ["buyer"]);
    assert_eq!(verdict.measure("purchases"), "5");
    assert_eq!(verdict.measure("base"), "12.00");
    assert_eq!(verdict.measure("feeders"), "2");
    assert_eq!(verdict.only().finding.describes.as_str(), "controller");
}

#[test]
fn gamers_and_few_or_unequal_purchases_are_none() {
    for (amounts, feeders) in [
        (&[12, 24, 36, 12][..], &["one", "two"][..]),
        (&[12, 24, 36, 12, 24], &[]),
        (&[12, 25, 37, 13, 26], &["one", "two"]),
        (&[12, 24, 36, 12, 108], &["one", "two"]),
    ] {
        let verdict = buyer(amounts, feeders).judge("THB-34");
        assert!(verdict.hits().is_empty(), "{amounts:?} {feeders:?}");
    }
    // Whose own money goes on to another is not the one to look at.
    let mut world = buyer(&[12, 24, 36, 12, 24], &["one", "two"]);
    person(&mut world, "other");
    for month in 1..=4 {
        world.entry("a-buyer", &day(month, 2), "out", 3_500, "a-other", &[]);
        world.entry("a-buyer", &day(month, 1), "in", 3_800, "a-one", &[]);
    }
    assert!(world.judge("THB-34").hits().is_empty());
}

#[test]
fn purchases_without_name_or_trade_cannot_be_judged() {
    let mut world = buyer(&[], &["one"]);
    world.entry(
        "a-buyer",
        "2024-03-01",
        "out",
        12,
        "",
        &[("channel", "card_ecom")],
    );
    let verdict = world.judge("THB-34");
    assert!(verdict.result.not_computable.iter().any(|lack| lack.entries == 1));
}

// THB-36

fn spender(spent: u32, income: Option<&str>) -> World {
    let mut world = World::new();
    let account = person(&mut world, "spender");
    for month in 1..=4 {
        world.entry(&account, &day(month, 5), "out", spent / 4, "", &trade("7995"));
        // Without anything that comes in the gate cannot look.
        world.entry(&account, &day(month, 4), "in", 50, "a-friend", &[]);
    }
    if let Some(income) = income {
        world.income("spender", "2024", "wage", income);
    }
    world
}

#[test]
fn more_luxury_than_income() {
    let verdict = spender(18_004, Some("24000")).judge("THB-36");
    // The gate looks, whatever it says.
    assert_eq!(accounts(&verdict), ["a-spender"]);
    assert!(verdict.only().gate_reason.is_some());
    assert_eq!(verdict.measure("registered_income"), "12000.00");
    assert_eq!(verdict.measure("gambling"), "18004.00");
    assert!(spender(18_000, Some("24000")).judge("THB-36").hits().is_empty());
    assert!(spender(2_800, Some("100")).judge("THB-36").hits().is_empty());
}

#[test]
fn lawful_credits_and_what_was_won_back_count_for_the_spender() {
    let mut world = spender(20_000, Some("24000"));
    let pension = [("remittance", "Pensioen maart")];
    world.entry("a-spender", "2024-03-20", "in", 14_000, "a-fund", &pension);
    assert!(world.judge("THB-36").hits().is_empty());

    let mut world = spender(20_000, Some("24000"));
    world.entry("a-spender", "2024-03-20", "in", 2_000, "", &trade("7995"));
    assert!(world.judge("THB-36").hits().is_empty());
}

#[test]
fn without_incomes_no_gap_is_told() {
    let verdict = spender(20_000, None).judge("THB-36");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("incomes")));
    let mut world = spender(20_000, None);
    world.income("somebody", "2024", "wage", "30000");
    let verdict = world.judge("THB-36");
    assert!(verdict.hits().is_empty());
    assert_eq!(verdict.lacking(), ["spender"]);
}

// THB-37

/// Two persons at one address to whom three accounts of others are drained.
fn cell(abroad: u32, benefits: bool, mandate: bool) -> World {
    let mut world = World::new();
    for name in ["h1", "h2"] {
        let account = person(&mut world, name);
        world.account(&account, "NL");
        world.address(name, "1234AB", "1", "", "Ede");
    }
    for name in ["p1", "p2", "p3"] {
        let account = person(&mut world, name);
        if mandate {
            world.holder(&account, "h1", "mandate");
        }
        drain(&mut world, &account, "a-h1", 95);
        if benefits {
            let text = [("remittance", "Bijstandsuitkering")];
            world.entry(&account, "2024-01-01", "in", 100, "a-town", &text);
        }
    }
    let sent = [
        ("channel", "card_ecom"),
        ("merchant_category", "4829"),
        ("counterparty_country", "XX"),
    ];
    world.entry("a-h2", "2024-04-02", "out", abroad, "", &sent);
    world
}

#[test]
fn a_household_to_which_others_are_drained() {
    let verdict = cell(1_000, true, true).judge("THB-37");
    let found = verdict.only();
    assert_eq!(found.finding.describes.as_str(), "network");
    assert_eq!(found.finding.account_id, None);
    assert_eq!(found.finding.party_id, None);
    assert_eq!(found.others, ["a-h1", "a-h2", "a-p1", "a-p2", "a-p3"]);
    assert_eq!(verdict.measure("swept_accounts"), "3");
    assert_eq!(verdict.measure("signs"), "3");
    assert_eq!(verdict.measure("members"), "2");
}

#[test]
fn an_ordinary_family_is_no_cell() {
    assert!(cell(999, true, true).judge("THB-37").result.findings.is_empty());
    assert!(
        cell(1_000, false, true)
            .judge("THB-37")
            .result
            .findings
            .is_empty()
    );
    assert!(
        cell(1_000, true, false)
            .judge("THB-37")
            .result
            .findings
            .is_empty()
    );
    // A house in which more than five live is no household.
    let mut world = cell(1_000, true, true);
    for name in ["h3", "h4", "h5", "h6"] {
        world.person(name, &[]);
        world.address(name, "1234AB", "1", "", "Ede");
    }
    assert!(world.judge("THB-37").result.findings.is_empty());
}

#[test]
fn without_addresses_and_households_no_cell_is_looked_for() {
    let mut world = World::new();
    person(&mut world, "one");
    drain(&mut world, "a-one", "a-exit", 95);
    let verdict = world.judge("THB-37");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("addresses")));
}

// THB-38

fn cash_business(sector: &str, months: u32, other: u32, suppliers: u32) -> World {
    let mut world = World::new();
    let values = [("sector", sector)];
    let account = company(&mut world, "shop", &values[..usize::from(!sector.is_empty())]);
    for month in 1..=months {
        for date in [3, 17] {
            world.entry(&account, &day(month, date), "in", 700, "", &CASH);
        }
        world.entry(&account, &day(month, 20), "in", other, "a-customer", &[]);
        world.entry(
            &account,
            &day(month, 21),
            "out",
            1_000 - suppliers,
            "a-somebody",
            &[],
        );
        let power = [("merchant_category", "4900")];
        world.entry(&account, &day(month, 22), "out", suppliers, "", &power);
    }
    world
}

#[test]
fn a_business_of_cash_alone() {
    let verdict = cash_business("", 3, 600, 199).judge("THB-38");
    assert_eq!(verdict.hits(), ["shop"]);
    assert_eq!(verdict.measure("months"), "3");
    assert_eq!(verdict.measure("highest_cash_percent"), "70.0");
    assert_eq!(verdict.only().finding.describes.as_str(), "business");
}

#[test]
fn stalls_and_businesses_that_buy_are_none() {
    for (sector, months, other, suppliers) in [
        ("47.81", 3, 600, 100),
        ("", 2, 600, 100),
        ("", 3, 601, 100),
        ("", 3, 600, 200),
    ] {
        let verdict = cash_business(sector, months, other, suppliers).judge("THB-38");
        assert!(verdict.hits().is_empty(), "{sector} {months} {other} {suppliers}");
    }
}

#[test]
fn without_companies_no_cash_business_is_looked_for() {
    let mut world = World::new();
    person(&mut world, "one");
    world.entry("a-one", "2024-01-01", "in", 5_000, "", &CASH);
    let verdict = world.judge("THB-38");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("company")));
}

// THB-39

/// Half a year of takings of 1,000 a month.
fn hotel(world: &mut World, name: &str, cash: u32, inputs: u32) {
    let account = company(world, name, &[("sector", "55.10")]);
    for month in 1..=6 {
        world.entry(&account, &day(month, 3), "in", cash, "", &CASH);
        world.entry(&account, &day(month, 4), "in", 1_000 - cash, "a-guest", &[]);
        let power = [("merchant_category", "4900")];
        world.entry(&account, &day(month, 5), "out", inputs, "", &power);
    }
}

#[test]
fn takings_without_inputs() {
    for (cash, inputs, hits) in [(710, 99, &["hotel"][..]), (700, 99, &[][..]), (710, 100, &[][..])] {
        let mut world = World::new();
        hotel(&mut world, "hotel", cash, inputs);
        let verdict = world.judge("THB-39");
        assert_eq!(verdict.hits(), hits, "{cash} {inputs}");
        if !hits.is_empty() {
            assert!(verdict.measure("compared_with").starts_with("fixed figures"));
            assert_eq!(verdict.measure("input_share"), "9.90");
        }
    }
}

#[test]
fn peers_of_the_case_take_the_place_of_fixed_figures() {
    // All businesses here take cash and buy little: none stands out.
    let mut world = World::new();
    for name in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        hotel(&mut world, name, 800, 50);
    }
    assert!(world.judge("THB-39").hits().is_empty());
    hotel(&mut world, "other", 801, 49);
    let verdict = world.judge("THB-39");
    assert_eq!(verdict.hits(), ["other"]);
    assert_eq!(
        verdict.measure("compared_with"),
        "6 businesses of the sector in this case"
    );
}

#[test]
fn without_sectors_no_front_is_looked_for() {
    let mut world = World::new();
    company(&mut world, "hotel", &[]);
    world.entry("a-hotel", "2024-01-01", "in", 5_000, "", &CASH);
    let verdict = world.judge("THB-39");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("sector")));
}

// THB-40

fn masked(world: &mut World, account: &str, payments: u32, text: &str) {
    for number in 1..=payments {
        let told = [("counterparty_name", "PayPal Europe Sarl"), ("remittance", text)];
        world.entry(
            account,
            &day(1 + number % 3, 1 + number % 28),
            "out",
            40,
            "",
            &told,
        );
    }
    for number in 1..=5 {
        world.entry(account, &day(2, number), "out", 50, "a-friend", &[]);
    }
}

#[test]
fn payments_behind_services_and_purchases_that_name_the_shop() {
    for (payments, text, hits) in [
        (20, "PayPal ref 12345", &["a-one"][..]),
        (19, "PayPal ref 12345", &[]),
        (20, "PayPal bestelling Zonnebloem Schoenen", &[]),
    ] {
        let mut world = World::new();
        person(&mut world, "one");
        masked(&mut world, "a-one", payments, text);
        let verdict = world.judge("THB-40");
        assert_eq!(accounts(&verdict), hits, "{payments} {text}");
        // What a payment service hides it alone can tell, found or not.
        assert!(
            verdict
                .result
                .not_computable
                .iter()
                .any(|lack| lack.request.contains("payment service"))
        );
    }
}

#[test]
fn a_web_shop_is_the_merchant_itself() {
    let mut world = World::new();
    company(&mut world, "shop", &[]);
    masked(&mut world, "a-shop", 30, "PayPal payout 12345");
    assert_eq!(accounts(&world.judge("THB-40")), ["a-shop"]);
    let power = [("merchant_category", "4900")];
    world.entry("a-shop", "2024-01-20", "out", 500, "", &power);
    assert!(world.judge("THB-40").result.findings.is_empty());
}

// THB-41

fn amounts(below: u32, above: u32) -> World {
    let mut world = World::new();
    person(&mut world, "one");
    for number in 0..below {
        world.entry("a-one", &day(1 + number, 5), "in", 950 + number, "", &CASH);
    }
    for number in 0..above {
        world.entry("a-one", &day(1 + number, 9), "in", 1_010 + number, "", &CASH);
    }
    world
}

#[test]
fn more_just_below_a_limit_than_just_above_it() {
    let verdict = amounts(9, 0).judge("THB-41");
    let found = verdict.only();
    assert_eq!(found.finding.account_id.as_deref(), Some("a-one"));
    assert_eq!(verdict.measure("limit"), "1000.00");
    assert_eq!(verdict.measure("below"), "9");
    assert_eq!(verdict.measure("above"), "0");
    // The gate has looked, whatever it says.
    assert!(found.gate_reason.is_some());
    assert!(amounts(8, 0).judge("THB-41").result.findings.is_empty());
    assert!(amounts(12, 5).judge("THB-41").result.findings.is_empty());
}

#[test]
fn an_equal_amount_sent_home_each_month_and_purchases_are_none() {
    let mut world = World::new();
    person(&mut world, "one");
    for month in 1..=12 {
        let sent = [("counterparty_name", "Western Union"), ("channel", "remittance")];
        world.entry("a-one", &day(month, 5), "out", 950, "", &sent);
        // Prices.
        world.entry("a-one", &day(month, 6), "out", 930 + month, "", &SHOP);
    }
    assert!(world.judge("THB-41").result.findings.is_empty());
}

#[test]
fn amounts_in_other_currencies_cannot_be_judged() {
    let mut world = amounts(1, 0);
    let cash = [CASH[0], CASH[1], ("currency", "PLN")];
    world.entry("a-one", "2024-01-05", "in", 950, "", &cash);
    let verdict = world.judge("THB-41");
    assert!(verdict.result.not_computable.iter().any(|lack| lack.entries == 1));
}

// THB-42

/// A new account with its first money, a bus ticket, and a payment to a recruiter on `day_of_payment`.
fn newcomer(opened: &str, day_of_payment: &str, controlled: bool) -> World {
    let mut world = World::new();
    world.person("one", &[]);
    world.holder("a-one", "one", "holder");
    let mut account = vec![
        ("account_id", "a-one"),
        ("scheme", "other"),
        ("number", "a-one"),
        ("seized", "true"),
    ];
    if !opened.is_empty() {
        account.push(("opened", opened));
    }
    world.row(Table::Accounts, &account);
    for month in 1..=3 {
        world.entry("a-one", &day(month, 5), "in", 2_000, "a-employer", &[]);
    }
    world.entry("a-one", "2024-01-06", "out", 30, "", &trade("4131"));
    world.entry("a-one", day_of_payment, "out", 60, "", &trade("7361"));
    if controlled {
        for month in 1..=3 {
            world.entry("a-one", &day(month, 28), "out", 1_500, "a-exit", &[]);
        }
    }
    world
}

#[test]
fn a_new_account_in_anothers_hand() {
    let verdict = newcomer("2024-01-01", "2024-01-31", true).judge("THB-42");
    let found = verdict.only();
    assert_eq!(found.finding.party_id.as_deref(), Some("one"));
    assert_eq!(found.exit_account.as_deref(), Some("a-exit"));
    assert_eq!(found.finding.describes.as_str(), "exploited");
    assert_eq!(verdict.measure("kinds"), "recruitment, travel");
}

#[test]
fn moving_to_a_place_to_work_there_is_no_sign() {
    assert!(
        newcomer("2024-01-01", "2024-01-31", false)
            .judge("THB-42")
            .hits()
            .is_empty()
    );
    // A day later it is no longer the beginning.
    assert!(
        newcomer("2024-01-01", "2024-02-01", true)
            .judge("THB-42")
            .hits()
            .is_empty()
    );
}

#[test]
fn without_the_day_of_opening_nothing_is_computed() {
    let verdict = newcomer("", "2024-01-31", true).judge("THB-42");
    assert!(verdict.whole().is_some_and(|reason| reason.contains("opened")));
}
