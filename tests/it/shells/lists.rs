//! Rules that go by lists of the office: none is shipped, and without it the rule cannot be computed (SH-09, SH-11, SH-18,
//! SH-19, SH-20).

use super::world::World;

#[test]
fn more_came_in_than_three_times_what_was_filed() {
    let mut world = World::new();
    for name in ["hit", "near", "unfiled"] {
        world.company(name, &[("registration_number", name)]);
        let account = format!("a-{name}");
        world.holder(&account, name, "holder");
        for month in 1..=6 {
            world.entry(&account, &format!("2024-{month:02}-10"), "in", 20_000, "a-x", &[]);
        }
    }
    world.company("no account", &[("registration_number", "z")]);
    world.list(
        "filed_accounts",
        "registration_number;year;turnover;currency;filed_on\nhit;2024;30000;EUR;\nnear;2024;40000;EUR;\n",
    );
    let verdict = world.judge("SH-09");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("times_filed"), "4.00");
    assert_eq!(verdict.lacking(), ["no account", "unfiled"]);
    assert_eq!(verdict.only().finding.entries.len(), 6);
}

#[test]
fn more_came_in_per_employee_than_in_the_sector() {
    let mut world = World::new();
    for (name, employees) in [("hit", "1"), ("near", "10")] {
        world.company(name, &[("sector", "47.81"), ("employees", employees)]);
        let account = format!("a-{name}");
        world.holder(&account, name, "holder");
        world.entry(&account, "2024-03-10", "in", 900_000, "a-x", &[]);
    }
    let none = world.judge("SH-09");
    assert!(
        none.whole()
            .is_some_and(|reason| reason.contains("neither filed turnover"))
    );
    assert_eq!(none.hits(), Vec::<&str>::new());
    world.list(
        "sector_peers",
        "sector,measure,currency,p95,p99\n47,credits_per_employee,EUR,400000,900000\n",
    );
    assert_eq!(world.judge("SH-09").hits(), ["hit"]);
}

#[test]
fn trade_with_unrelated_sectors_and_with_related_ones() {
    let mut world = World::new();
    for (name, other) in [("hit", "a-metal"), ("near", "a-food")] {
        world.company(name, &[("sector", "56.10")]);
        let account = format!("a-{name}");
        world.holder(&account, name, "holder");
        world.entry(&account, "2024-03-10", "in", 30_000, other, &[]);
    }
    world.company("metal", &[("sector", "46.72")]);
    world.company("food", &[("sector", "10.11")]);
    world.company("no sector", &[]);
    world.holder("a-metal", "metal", "holder");
    world.holder("a-food", "food", "holder");
    assert!(world.judge("SH-11").whole().is_some());
    world.list("unrelated_sectors", "sector,other_sector\n56,46\n");
    let verdict = world.judge("SH-11");
    assert_eq!(verdict.hits(), ["hit"]);
    assert!(verdict.lacking().contains(&"no sector"));
}

#[test]
fn a_country_counts_while_it_is_listed() {
    let mut world = World::new();
    world.company("seat", &[("country", "QQ")]);
    world.company("bank", &[("country", "NL")]);
    world.company("delisted", &[("country", "ZZ")]);
    world.company("nowhere", &[]);
    world.holder("a-bank", "bank", "holder");
    world.account("a-bank", "QQ");
    world.entry("a-bank", "2024-03-10", "in", 10, "", &[]);
    assert!(
        world
            .judge("SH-18")
            .whole()
            .is_some_and(|reason| reason.contains("high-risk"))
    );
    world.list(
        "high_risk_countries",
        "country,list,valid_from,valid_to\nQQ,watch list,2023-01-01,\nZZ,watch list,2010-01-01,2020-01-01\n",
    );
    let verdict = world.judge("SH-18");
    assert_eq!(verdict.hits(), ["bank", "seat"]);
    assert_eq!(verdict.lacking(), ["nowhere"]);
    let said = &verdict.result.findings[0].finding.explanation;
    assert!(said.contains("in QQ: on the office's list watch list"), "{said}");
}

#[test]
fn a_box_and_a_virtual_office_and_a_home_in_the_own_city() {
    let mut world = World::new();
    for name in ["box", "virtual", "freelancer", "stranger", "unclassed"] {
        world.company(name, &[]);
    }
    world.row(
        geldspoor::case::Table::PartyAddresses,
        &[
            ("party_id", "box"),
            ("mention_id", "box"),
            ("address", "Postbus 1"),
            ("kind", "post office box"),
        ],
    );
    world.address("virtual", "1011 AB", "1", "", "Amsterdam");
    world.person("p", &[]);
    world.address("p", "3011 AA", "5", "", "Rotterdam");
    for name in ["freelancer", "stranger"] {
        world.address(
            name,
            if name == "freelancer" {
                "3011 AA"
            } else {
                "9711 AA"
            },
            "5",
            "",
            if name == "freelancer" {
                "Rotterdam"
            } else {
                "Groningen"
            },
        );
        world.director("p", name);
    }
    world.address("unclassed", "5555 XX", "1", "", "Breda");
    // Without the list, boxes alone are known.
    let bare = world.judge("SH-19");
    assert_eq!(bare.hits(), ["box"]);
    assert_eq!(bare.lacking().len(), 4);
    world.list(
        "address_classes",
        "country,postcode,house_number,unit,class\nNL,1011AB,1,,virtual office\nNL,3011AA,5,,residential\nNL,9711AA,5,,residential\n",
    );
    let verdict = world.judge("SH-19");
    assert_eq!(verdict.hits(), ["box", "stranger", "virtual"]);
    assert_eq!(verdict.lacking(), ["unclassed"]);
}

#[test]
fn a_shop_is_a_place_of_business_and_a_home_counts_where_homes_are_known() {
    let mut world = World::new();
    for (name, postcode) in [("shop", "1011 AB"), ("homely", "1011 AC"), ("held", "1011 AD")] {
        world.company(name, &[]);
        world.address(name, postcode, "1", "", "Amsterdam");
    }
    // Where a company that owns it sits is nobody's home.
    world.company("holding", &[]);
    world.address("holding", "3011 AA", "5", "", "Rotterdam");
    world.owns("holding", "held", "1");
    world.list(
        "address_classes",
        "country,postcode,house_number,unit,class\nNL,1011AB,1,,shop\nNL,1011AC,1,,residential\n\
         NL,1011AD,1,,residential\nNL,3011AA,5,,office\n",
    );
    let verdict = world.judge("SH-19");
    assert_eq!(verdict.hits(), Vec::<&str>::new());
    assert_eq!(verdict.lacking(), ["held", "homely"]);
}

#[test]
fn a_country_that_was_listed_before_entries_that_have_a_time_and_no_date() {
    let mut world = World::new();
    world.company("delisted", &[("country", "ZZ")]);
    world.list(
        "high_risk_countries",
        "country,list,valid_from,valid_to\nZZ,watch list,2010-01-01,2020-01-01\n",
    );
    world.entry(
        "a-1",
        "",
        "in",
        10,
        "",
        &[("booking_date", ""), ("booked_at", "2024-01-10T10:00:00")],
    );
    assert_eq!(world.judge("SH-18").hits(), Vec::<&str>::new());
}

#[test]
fn who_owns_whom_is_gone_through_once_for_one_question() {
    let mut world = World::new();
    world.person("p", &[]);
    for name in ["a", "b"] {
        world.company(name, &[]);
        world.owns("p", name, "1");
    }
    let session = world.session();
    let rows = |sql: &str| session.query(sql, &[]).expect("rows").remove(0).column(0).clone();
    let all = "SELECT * FROM owners()";
    assert!(std::sync::Arc::ptr_eq(&rows(all), &rows(all)));
    // Something else is asked for itself.
    let one = rows("SELECT * FROM owners(entity => 'a')");
    assert_eq!((one.len() * 2, one.is_empty()), (rows(all).len(), false));
}

#[test]
fn bank_seat_and_owner_in_three_countries_and_in_two() {
    let mut world = World::new();
    for (name, seat, bank, owner) in [("hit", "NL", "LT", "FR"), ("near", "NL", "BE", "BE")] {
        world.company(name, &[("country", seat)]);
        let (account, person) = (format!("a-{name}"), format!("p-{name}"));
        world.holder(&account, name, "holder");
        world.account(&account, bank);
        world.person(&person, &[("country", owner)]);
        world.owns(&person, name, "1");
    }
    world.company("bare", &[("country", "NL")]);
    let verdict = world.judge("SH-20");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.lacking(), ["bare"]);
}

#[test]
fn a_list_without_its_columns_is_refused_with_its_place() {
    let mut world = World::new();
    world.company("a", &[]);
    world.list("filed_accounts", "number,year\n1,2024\n");
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.session()));
    assert!(refused.is_err());
    world.list(
        "filed_accounts",
        "registration_number,year,turnover,currency,filed_on,source\n1,2024,,,,x\n",
    );
    world.list("own_list", "a,b\n1,2\n");
    let session = world.session();
    assert_eq!(session.columns("list_own_list"), ["a", "b"]);
    assert!(
        session
            .columns("list_filed_accounts")
            .contains(&"source".to_owned())
    );
}
