//! Signs that go with sexual exploitation (THB-01 to THB-12a). Each asks for a sign of control: nobody who works for himself
//! is found.

use geldspoor::case::Table;

use crate::shells::world::{Verdict, World};

type More<'a> = Vec<(&'a str, &'a str)>;

fn day(month: u32, day: u32) -> String {
    format!("2024-{month:02}-{day:02}")
}

fn shop<'a>(category: &'a str, city: &'a str) -> More<'a> {
    vec![
        ("channel", "card_pos"),
        ("merchant_category", category),
        ("city", city),
    ]
}

/// A person with one account, `a-NAME`.
fn person(world: &mut World, name: &str) {
    world.person(name, &[]);
    world.holder(&format!("a-{name}"), name, "holder");
}

/// `one` and `two` are drained to `boss`; `free` works for himself and pays a landlord, shops and savings.
fn held() -> World {
    let mut world = World::new();
    for name in ["boss", "one", "two", "free"] {
        person(&mut world, name);
    }
    world.holder("a-savings", "free", "holder");
    for month in 1..=4 {
        for account in ["a-one", "a-two"] {
            world.entry(account, &day(month, 1), "in", 2_000, "a-c", &[]);
            world.entry(account, &day(month, 2), "out", 1_900, "a-boss", &[]);
        }
        world.entry("a-free", &day(month, 1), "in", 2_000, "a-c", &[]);
        world.entry("a-free", &day(month, 2), "out", 1_200, "a-savings", &[]);
        world.entry("a-free", &day(month, 2), "out", 500, "a-landlord", &[]);
        world.entry("a-free", &day(month, 3), "out", 200, "", &shop("5411", "Ede"));
    }
    world
}

fn accounts(verdict: &Verdict) -> Vec<&str> {
    let findings = verdict.result.findings.iter();
    let mut accounts: Vec<&str> = findings
        .filter_map(|found| found.finding.account_id.as_deref())
        .collect();
    accounts.sort_unstable();
    accounts
}

/// A rule about who has a hold on others: `fill` puts so many payments on an account.
fn about_the_holder(rule: &str, enough: u32, fill: impl Fn(&mut World, &str, u32)) {
    let mut world = held();
    fill(&mut world, "a-boss", enough);
    fill(&mut world, "a-free", enough);
    let verdict = world.judge(rule);
    assert_eq!(accounts(&verdict), ["a-boss"], "{rule}");
    assert_eq!(verdict.only().finding.describes.as_str(), "controller", "{rule}");
    assert_eq!(verdict.only().finding.entries.len(), enough as usize, "{rule}");

    let mut world = held();
    fill(&mut world, "a-boss", enough - 1);
    assert!(world.judge(rule).result.findings.is_empty(), "{rule} just under");

    // Paid from an account that is drained: about where its money goes, and never about who paid.
    let mut world = held();
    fill(&mut world, "a-one", enough);
    let verdict = world.judge(rule);
    assert_eq!(accounts(&verdict), ["a-boss"], "{rule}");
    assert_eq!(verdict.only().others, ["a-one"], "{rule}");

    let mut world = World::new();
    person(&mut world, "boss");
    world.entry("a-boss", &day(1, 1), "out", 50, "a-x", &[]);
    assert!(world.judge(rule).whole().is_some(), "{rule} without merchants");
}

/// A rule about an account under somebody's hold, whoever that is.
fn about_the_account(rule: &str, enough: u32, fill: impl Fn(&mut World, &str, u32)) {
    let mut world = held();
    fill(&mut world, "a-one", enough);
    fill(&mut world, "a-free", enough);
    let verdict = world.judge(rule);
    assert_eq!(accounts(&verdict), ["a-one"], "{rule}");
    let found = verdict.only();
    assert_eq!(found.exit_account.as_deref(), Some("a-boss"), "{rule}");
    assert!(found.is_gated(), "{rule}: {found:?}");

    let mut world = held();
    fill(&mut world, "a-one", enough - 1);
    assert!(world.judge(rule).result.findings.is_empty(), "{rule} just under");
}

// THB-01

fn stays(world: &mut World, account: &str, number: u32) {
    for stay in 1..=number {
        world.entry(account, &day(3, stay * 5), "out", 70, "", &shop("7011", "Gent"));
    }
}

#[test]
fn four_stays_in_a_month() {
    about_the_holder("THB-01", 4, stays);
}

#[test]
fn two_cities_in_a_week_or_a_dear_month() {
    let mut world = held();
    world.entry("a-boss", &day(3, 1), "out", 70, "", &shop("7011", "Gent"));
    world.entry("a-boss", &day(3, 8), "out", 70, "", &shop("3504", "Luik"));
    assert_eq!(accounts(&world.judge("THB-01")), ["a-boss"]);

    let mut world = held();
    world.entry("a-boss", &day(3, 1), "out", 70, "", &shop("7011", "Gent"));
    world.entry("a-boss", &day(3, 9), "out", 70, "", &shop("7011", "Luik"));
    world.entry("a-boss", &day(4, 9), "out", 1_200, "", &shop("7011", "Gent"));
    assert!(world.judge("THB-01").result.findings.is_empty());
    world.entry("a-boss", &day(4, 9), "out", 1, "", &shop("7011", "Gent"));
    assert_eq!(world.judge("THB-01").measure("total"), "1201.00");
}

#[test]
fn travelling_for_work_and_placing_the_homeless() {
    // A representative whose wife runs the household.
    let mut world = held();
    person(&mut world, "rep");
    person(&mut world, "wife");
    world.relation("household", "wife", "rep", &[]);
    world.holder("a-rep", "wife", "mandate");
    for month in 1..=4 {
        world.entry("a-rep", &day(month, 1), "in", 3_000, "a-employer", &[]);
        world.entry("a-rep", &day(month, 2), "out", 2_800, "a-wife", &[]);
    }
    stays(&mut world, "a-rep", 4);
    stays(&mut world, "a-wife", 4);
    assert!(world.judge("THB-01").result.findings.is_empty());

    // An office that manages the money of its clients and pays their rooms.
    let mut world = World::new();
    world.company("office", &[("name", "Bewindvoering Zuid")]);
    world.holder("a-office", "office", "holder");
    for name in ["one", "two"] {
        person(&mut world, name);
        let account = format!("a-{name}");
        for month in 1..=4 {
            world.entry(&account, &day(month, 1), "in", 1_000, "a-benefits", &[]);
            world.entry(&account, &day(month, 2), "out", 950, "a-office", &[]);
        }
    }
    stays(&mut world, "a-office", 4);
    assert!(world.judge("THB-01").result.findings.is_empty());
}

// THB-02

#[test]
fn five_advertisements_in_two_weeks() {
    about_the_holder("THB-02", 5, |world, account, number| {
        // Amounts that are no multiples of the smallest.
        for payment in 0..number {
            let on = day(3, 1 + payment * 3);
            world.entry(account, &on, "out", 30 + payment, "", &shop("7273", ""));
        }
    });
}

#[test]
fn multiples_of_a_small_amount_and_a_dear_month() {
    let ads = |amounts: &[u32]| {
        let mut world = held();
        for (number, amount) in amounts.iter().enumerate() {
            let on = day(3, 1 + number as u32 * 7);
            world.entry("a-boss", &on, "out", *amount, "", &shop("5967", ""));
        }
        let verdict = world.judge("THB-02");
        verdict.result.findings.len()
    };
    assert_eq!(ads(&[12, 24, 12, 36]), 1);
    assert_eq!(ads(&[12, 24, 13, 36]), 0);
    assert_eq!(ads(&[26, 52, 26, 78]), 0);
    assert_eq!(ads(&[499]), 0);
    assert_eq!(ads(&[500]), 1);
}

// THB-03

fn clients(world: &mut World, account: &str, number: u32) {
    for client in 1..=number {
        let payer = format!("a-client{client}");
        world.entry(account, &day(3, client), "in", 100 + client * 10, &payer, &[]);
    }
}

#[test]
fn ten_clients_in_a_month() {
    about_the_account("THB-03", 10, clients);
}

#[test]
fn regulars_odd_amounts_and_companies_are_no_such_clients() {
    let paid = |amount: u32, payers: u32, more: &[(&str, &str)]| {
        let mut world = held();
        for number in 1..=20 {
            let payer = format!("a-client{}", number % payers);
            world.entry("a-one", &day(3, number), "in", amount, &payer, more);
        }
        world.judge("THB-03").result.findings.len()
    };
    assert_eq!(paid(150, 10, &[]), 1);
    assert_eq!(paid(150, 5, &[]), 0, "each pays four times");
    assert_eq!(paid(155, 10, &[]), 0);
    assert_eq!(paid(490, 10, &[]), 0);
    assert_eq!(paid(50, 10, &[]), 0);
    assert_eq!(
        paid(150, 10, &[("counterparty_name", "Bouwbedrijf Jansen B.V.")]),
        0
    );
}

#[test]
fn a_mandate_of_another_is_a_sign_and_that_of_a_parent_is_none() {
    let verdicts = |relation: Option<&str>| {
        let mut world = World::new();
        person(&mut world, "young");
        person(&mut world, "other");
        world.holder("a-young", "other", "mandate");
        if let Some(kind) = relation {
            world.relation(kind, "other", "young", &[]);
        }
        clients(&mut world, "a-young", 10);
        let verdict = world.judge("THB-03");
        accounts(&verdict).len()
    };
    assert_eq!(verdicts(None), 1);
    assert_eq!(verdicts(Some("family")), 0);
    assert_eq!(verdicts(Some("household")), 0);
}

// THB-04

fn at<'a>(moment: &'a str, channel: &'a str) -> More<'a> {
    vec![
        ("booked_at", moment),
        ("time_precision", "second"),
        ("channel", channel),
    ]
}

#[test]
fn four_deposits_at_night() {
    about_the_account("THB-04", 4, |world, account, number| {
        for night in 1..=number {
            let moment = format!("2024-03-{night:02}T23:1{night}:00");
            world.entry(account, &day(3, night), "in", 200, "", &at(&moment, "cash_atm"));
        }
    });
}

#[test]
fn deposits_by_day_and_records_without_times() {
    let mut world = held();
    for number in 1..=4 {
        let night = format!("2024-03-{number:02}T05:59:00");
        world.entry("a-one", &day(3, number), "in", 200, "", &at(&night, "cash_atm"));
        let noon = format!("2024-03-{number:02}T12:00:00");
        world.entry("a-one", &day(3, number), "in", 200, "", &at(&noon, "cash_atm"));
    }
    assert_eq!(world.judge("THB-04").measure("events"), "8");
    for _ in 0..2 {
        let morning = at("2024-03-01T06:00:00", "cash_atm");
        world.entry("a-one", &day(3, 1), "in", 200, "", &morning);
    }
    assert!(world.judge("THB-04").result.findings.is_empty());

    let whole = held();
    let verdict = whole.judge("THB-04");
    assert_eq!(verdict.whole(), Some("time of day not in these records"));
}

#[test]
fn what_a_bank_books_in_one_run_at_night_is_no_sign() {
    let mut world = held();
    world.holder("a-two", "boss", "mandate");
    person(&mut world, "third");
    world.holder("a-third", "boss", "mandate");
    for number in 1..=4 {
        for account in ["a-one", "a-two", "a-third"] {
            let moment = format!("2024-03-{number:02}T02:00:00");
            world.entry(
                account,
                &day(3, number),
                "in",
                200,
                "a-y",
                &at(&moment, "transfer"),
            );
        }
    }
    assert!(world.judge("THB-04").result.findings.is_empty());
}

// THB-05

#[test]
fn five_deposits_in_three_cities() {
    about_the_account("THB-05", 5, |world, account, number| {
        // Without an address the city of most deposits is taken for home.
        for deposit in 0..3 {
            world.entry(account, &day(2, 1 + deposit), "in", 200, "", &cash("Ede"));
        }
        for deposit in 0..number {
            let city = ["Gent", "Luik", "Breda"][deposit as usize % 3];
            world.entry(account, &day(3, 1 + deposit), "in", 200, "", &cash(city));
        }
    });
}

fn cash(city: &str) -> More<'_> {
    vec![
        ("channel", "cash_atm"),
        ("counterparty_status", "cash"),
        ("city", city),
    ]
}

#[test]
fn two_cities_home_large_amounts_and_records_without_cities() {
    let deposits = |cities: [&str; 3], amount: u32| {
        let mut world = held();
        world.address("one", "1234AB", "1", "", "Ede");
        for number in 0..6 {
            let city = cities[number % 3];
            world.entry("a-one", &day(3, 1 + number as u32), "in", amount, "", &cash(city));
        }
        world.judge("THB-05").result.findings.len()
    };
    assert_eq!(deposits(["Gent", "Luik", "Breda"], 480), 1);
    assert_eq!(deposits(["Gent", "Luik", "Breda"], 481), 0);
    assert_eq!(deposits(["Gent", "Luik", "Gent"], 200), 0);
    assert_eq!(deposits(["Gent", "Luik", "EDE"], 200), 0);

    let mut world = held();
    let nowhere = [("channel", "cash_atm"), ("counterparty_status", "cash")];
    world.entry("a-one", &day(3, 1), "in", 200, "", &nowhere);
    assert!(
        world
            .judge("THB-05")
            .whole()
            .is_some_and(|why| why.contains("city"))
    );
}

// THB-06 and THB-07

#[test]
fn sixteen_rides_in_a_month() {
    about_the_holder("THB-06", 16, |world, account, number| {
        for ride in 1..=number {
            world.entry(account, &day(3, ride), "out", 15, "", &shop("4121", "Gent"));
        }
    });
}

#[test]
fn eight_top_ups_or_three_numbers() {
    let top_ups = |world: &mut World, account: &str, number: u32, numbers: u32| {
        for payment in 0..number {
            let text = format!("Beltegoed +3161234567{} order 77", payment % numbers);
            let more = [("channel", "card_ecom"), ("remittance", text.as_str())];
            world.entry(account, &day(3, 1 + payment), "out", 10, "", &more);
        }
    };
    about_the_holder("THB-07", 8, |world, account, number| {
        top_ups(world, account, number, 1)
    });
    about_the_holder("THB-07", 3, |world, account, number| {
        top_ups(world, account, number, 3)
    });
}

// THB-08

#[test]
fn a_basket_far_above_six_months() {
    let basket = |first_month: u32, last: u32, number: u32| {
        let mut world = held();
        for account in ["a-boss", "a-free"] {
            for month in first_month..=9 {
                let count = if month == 9 { number } else { 1 + month % 2 };
                for category in ["5912", "5977", "5814"] {
                    let times = if category == "5814" && month == 9 {
                        last
                    } else {
                        count
                    };
                    for purchase in 0..times {
                        let on = day(month, 10 + purchase);
                        world.entry(account, &on, "out", 20, "", &shop(category, ""));
                    }
                }
            }
        }
        let verdict = world.judge("THB-08");
        accounts(&verdict)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // One and two by turns: mean 1.5, deviation 0.5, so three is just enough.
    assert_eq!(basket(3, 3, 3), ["a-boss"]);
    assert!(basket(3, 2, 3).is_empty(), "one group just under");
    assert!(basket(3, 2, 2).is_empty());

    let mut world = held();
    person(&mut world, "new");
    world.entry("a-new", &day(4, 3), "out", 20, "", &shop("5912", ""));
    assert!(
        world
            .judge("THB-08")
            .whole()
            .is_some_and(|why| why.contains("months"))
    );
}

// THB-09

const HOURS: &str = "registration_number,sector,weekday,opens,closes\n,56.30,1,18:00,02:00\n,56.30,2,18:00,02:00\n\
    ,56.30,3,18:00,02:00\n,56.30,4,18:00,02:00\n,56.30,5,18:00,02:00\n,56.30,6,18:00,02:00\n,56.30,7,18:00,02:00\n";

/// A bar with takings in the evening and after closing time over 35 days.
fn bar(people: &[&str], evening: u32, late: u32, hours: &str) -> World {
    let mut world = World::new();
    world.company("bar", &[("sector", "56.30"), ("registration_number", "777")]);
    world.holder("a-bar", "bar", "holder");
    for name in people {
        world.person(name, &[]);
        world.director(name, "bar");
    }
    if !hours.is_empty() {
        world.list("opening_hours", hours);
    }
    for number in 0..35 {
        let on = day(1 + number / 28, 1 + number % 28);
        for (time, amount) in [("20:00:00", evening), ("01:30:00", 10), ("04:30:00", late)] {
            if amount > 0 {
                let moment = format!("{on}T{time}");
                world.entry("a-bar", &on, "in", amount, "", &at(&moment, "card_pos"));
            }
        }
    }
    world
}

#[test]
fn a_fifth_of_takings_after_closing_time() {
    let verdict = bar(&["an", "bo"], 70, 20, HOURS).judge("THB-09");
    assert_eq!(verdict.hits(), ["bar"]);
    assert_eq!(verdict.measure("outside"), "35");
    assert_eq!(verdict.measure("share"), "0.20");
    assert_eq!(
        bar(&["an", "bo"], 71, 20, HOURS).judge("THB-09").hits(),
        Vec::<&str>::new()
    );
}

#[test]
fn one_person_daily_batches_and_hours_that_nobody_knows() {
    assert!(bar(&["an"], 70, 20, HOURS).judge("THB-09").hits().is_empty());
    let unknown = bar(&["an", "bo"], 70, 20, "");
    assert!(unknown.judge("THB-09").whole().is_some());
    // The hours of the registration number go before those of the sector.
    let own = format!(
        "{HOURS}777,,1,18:00,05:00\n777,,2,18:00,05:00\n777,,3,18:00,05:00\n777,,4,18:00,05:00\n\
        777,,5,18:00,05:00\n777,,6,18:00,05:00\n777,,7,18:00,05:00\n"
    );
    assert!(bar(&["an", "bo"], 70, 20, &own).judge("THB-09").hits().is_empty());

    // The terminal's batch of the day, closed at half past four.
    let mut world = World::new();
    world.company("shop", &[("sector", "56.30")]);
    world.holder("a-shop", "shop", "holder");
    world.director("an", "shop");
    world.director("bo", "shop");
    world.person("an", &[]);
    world.person("bo", &[]);
    world.list("opening_hours", HOURS);
    for number in 0..35 {
        let on = day(1 + number / 28, 1 + number % 28);
        let moment = format!("{on}T04:30:00");
        world.entry("a-shop", &on, "in", 500, "", &at(&moment, "card_pos"));
    }
    assert!(world.judge("THB-09").hits().is_empty());
}

// THB-10

fn tickets(world: &mut World, account: &str, names: &[&str]) {
    for (number, name) in names.iter().enumerate() {
        let text = format!("E-ticket {name}");
        let more = [
            ("channel", "card_ecom"),
            ("merchant_category", "4511"),
            ("remittance", text.as_str()),
        ];
        world.entry(account, &day(3, 1 + number as u32), "out", 95, "", &more);
    }
}

#[test]
fn four_tickets_of_others() {
    about_the_holder("THB-10", 4, |world, account, number| {
        let names = ["passenger: Ann Lee"; 4];
        tickets(world, account, &names[..number as usize]);
    });
    about_the_holder("THB-10", 3, |world, account, number| {
        let names = ["passagier Ann Lee", "SMITH/MARY", "pax: Joke Smit"];
        tickets(world, account, &names[..number as usize]);
    });
}

#[test]
fn tickets_of_the_holder_and_trains_of_a_commuter() {
    let mut world = World::new();
    world.person("chief", &[("name", "Jan Boss")]);
    world.holder("a-boss", "chief", "holder");
    for name in ["one", "two"] {
        person(&mut world, name);
        for month in 1..=3 {
            let account = format!("a-{name}");
            world.entry(&account, &day(month, 1), "in", 2_000, "a-c", &[]);
            world.entry(&account, &day(month, 2), "out", 1_900, "a-boss", &[]);
        }
    }
    tickets(
        &mut world,
        "a-boss",
        &[
            "passenger Mr Jan Boss",
            "BOSS/JAN",
            "pax: J Boss",
            "passenger Boss Jan",
        ],
    );
    for number in 1..=20 {
        world.entry("a-boss", &day(4, number), "out", 20, "", &shop("4112", "Ede"));
    }
    assert!(world.judge("THB-10").result.findings.is_empty());
    tickets(&mut world, "a-boss", &["without a name"; 4]);
    assert_eq!(world.judge("THB-10").measure("tickets"), "4");
}

// THB-11

fn rounds(world: &mut World, account: &str, cities: &[&str]) {
    for (number, city) in cities.iter().enumerate() {
        world.entry(
            account,
            &day(3, 1 + number as u32 * 2),
            "out",
            20,
            "",
            &shop("5411", city),
        );
    }
}

#[test]
fn the_same_round_twice() {
    about_the_account("THB-11", 8, |world, account, number| {
        let cities = ["Gent", "Luik", "Breda", "Delft", "Gent", "Luik", "Ede", "Gent"];
        let cities = if number == 8 {
            ["Gent", "Luik", "Breda", "Delft"].repeat(2)
        } else {
            cities.to_vec()
        };
        rounds(world, account, &cities);
    });
}

#[test]
fn to_and_fro_three_cities_and_records_without_cities() {
    for cities in [
        ["Gent", "Ede", "Gent", "Ede", "Gent", "Ede", "Breda", "Delft"],
        ["Gent", "Luik", "Breda", "Gent", "Luik", "Breda", "Gent", "Luik"],
    ] {
        let mut world = held();
        rounds(&mut world, "a-one", &cities);
        assert!(world.judge("THB-11").result.findings.is_empty(), "{cities:?}");
    }
    let mut world = World::new();
    person(&mut world, "one");
    world.entry("a-one", &day(1, 1), "out", 20, "", &[("channel", "card_pos")]);
    assert!(
        world
            .judge("THB-11")
            .whole()
            .is_some_and(|why| why.contains("city"))
    );
}

// THB-12a

fn phone(world: &mut World, party: &str, number: &str) {
    world.row(
        Table::PartyIdentifiers,
        &[
            ("party_id", party),
            ("mention_id", party),
            ("scheme", "phone"),
            ("value", number),
            ("status", "valid"),
            ("raw", number),
        ],
    );
}

#[test]
fn a_phone_number_of_an_advertisement() {
    let mut world = held();
    phone(&mut world, "one", "+31612345678");
    phone(&mut world, "free", "+31687654321");
    world.list(
        "ads",
        "kind,value\nphone,06-12 34 56 78\nphone,0687654321\nemail,a@b.example\n",
    );
    let verdict = world.judge("THB-12a");
    assert_eq!(verdict.hits(), ["one"]);
    let found = verdict.only();
    assert_eq!(found.exit_account.as_deref(), Some("a-boss"));
    assert!(found.is_gated());
    assert!(found.finding.sufficiency.contains("special category"));
    assert_eq!(verdict.measure("kinds"), "phone");
}

#[test]
fn another_number_and_a_number_of_a_shelter() {
    let mut world = held();
    phone(&mut world, "one", "+31612345679");
    world.list("ads", "kind,value\nphone,0612345678\n");
    assert!(world.judge("THB-12a").hits().is_empty());

    let mut world = held();
    for name in ["one", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        phone(&mut world, name, "+31612345678");
    }
    world.list("ads", "kind,value\nphone,0612345678\n");
    assert!(world.judge("THB-12a").hits().is_empty());
    assert!(held().judge("THB-12a").whole().is_some());
}
