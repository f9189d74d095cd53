//! Rules that rest on what registers say: addresses, officers, owners, status (SH-01 to SH-06, SH-16, SH-17, SH-21).

use super::world::World;

#[test]
fn many_companies_at_one_unit_and_not_in_one_building() {
    let mut world = World::new();
    for number in 0..50 {
        let (packed, tower) = (format!("packed{number:02}"), format!("tower{number:02}"));
        world.company(&packed, &[]);
        world.address(&packed, "1011 AB", "1", "2", "Amsterdam");
        world.director(if number < 3 { "p" } else { "q" }, &packed);
        // A business centre: one house number, each its own unit.
        world.company(&tower, &[]);
        world.address(&tower, "1012 CD", "9", &number.to_string(), "Amsterdam");
    }
    world.company("nowhere", &[]);
    let verdict = world.judge("SH-01");
    assert_eq!(verdict.hits().len(), 50);
    assert!(verdict.hits().iter().all(|hit| hit.starts_with("packed")));
    assert_eq!(verdict.lacking(), ["nowhere"]);
    let found = &verdict.result.findings[0].finding;
    assert!(
        found.explanation.contains("50 companies"),
        "{}",
        found.explanation
    );
    assert!(
        found.measures.contains("\"sharing_officers\":50"),
        "{}",
        found.measures
    );
    // A register of few companies cannot tell how many have an address.
    let mut few = World::new();
    few.company("a", &[]);
    few.address("a", "1011 AB", "1", "", "Amsterdam");
    assert!(
        few.judge("SH-01")
            .whole()
            .is_some_and(|reason| reason.contains("fewer companies"))
    );
}

#[test]
fn an_officer_of_ten_companies_and_one_of_nine_that_live() {
    let mut world = World::new();
    world.person("busy", &[]);
    world.person("practitioner", &[]);
    for number in 0..10 {
        let (one, other) = (format!("busy{number}"), format!("ended{number}"));
        world.company(&one, &[]);
        world.director("busy", &one);
        // An insolvency practitioner's companies are dissolved one by one.
        world.company(
            &other,
            if number == 0 {
                &[("dissolved", "2024-01-01")]
            } else {
                &[]
            },
        );
        world.director("practitioner", &other);
    }
    world.company("unknown", &[]);
    let verdict = world.judge("SH-02");
    assert_eq!(verdict.hits().len(), 10);
    assert!(verdict.hits().iter().all(|hit| hit.starts_with("busy")));
    assert_eq!(verdict.lacking(), ["unknown"]);
    // The officer is nobody that a finding is about.
    assert!(!verdict.hits().contains(&"busy"));
    assert!(verdict.result.findings[0].finding.measures.contains("records"));
}

#[test]
fn an_officer_and_a_telephone_in_common_and_an_address_alone() {
    let mut world = World::new();
    for name in ["a", "b", "c", "d", "bare"] {
        world.company(name, &[]);
    }
    world.person("p", &[]);
    world.director("p", "a");
    world.director("p", "b");
    world.relation(
        "shared_attribute",
        "a",
        "b",
        &[("detail", "inferred: phone 123; the other")],
    );
    // Neighbours in one building.
    world.relation(
        "shared_attribute",
        "c",
        "d",
        &[("detail", "inferred: address x; the other")],
    );
    world.director("q", "c");
    world.director("r", "d");
    let verdict = world.judge("SH-03");
    assert_eq!(verdict.hits(), ["a", "b"]);
    assert_eq!(verdict.lacking(), ["bare"]);
    assert!(
        verdict.result.findings[0]
            .finding
            .explanation
            .contains("officer, phone")
    );
    let mut alone = World::new();
    alone.company("a", &[]);
    assert!(alone.judge("SH-03").whole().is_some());
}

#[test]
fn a_circle_of_holdings_and_a_straight_line() {
    let mut world = World::new();
    for name in ["a", "b", "c", "d", "unknown"] {
        world.company(name, &[]);
    }
    world.person("p", &[]);
    world.owns("a", "b", "0.5");
    world.owns("b", "a", "0.5");
    world.owns("p", "c", "1");
    world.owns("c", "d", "1");
    let verdict = world.judge("SH-04");
    assert_eq!(verdict.hits(), ["a", "b"]);
    assert_eq!(verdict.lacking(), ["unknown"]);
    assert!(verdict.result.findings[0].finding.measures.contains("records"));
}

#[test]
fn four_holdings_deep_and_two() {
    let mut world = World::new();
    world.person("p", &[]);
    let line = ["deep", "b", "c", "d"];
    for name in line.iter().chain(&["flat", "holding", "unknown"]) {
        world.company(name, &[("country", "NL")]);
    }
    for pair in line.windows(2) {
        world.owns(pair[1], pair[0], "1");
    }
    world.owns("p", "d", "1");
    world.owns("holding", "flat", "1");
    world.owns("p", "holding", "1");
    let verdict = world.judge("SH-05");
    assert_eq!(verdict.hits(), ["deep"]);
    assert_eq!(verdict.measure("depth"), "4");
    assert_eq!(verdict.lacking(), ["unknown"]);
}

#[test]
fn three_countries_on_one_way() {
    let mut world = World::new();
    // The company below has two: its own and that of owner and person.
    world.person("p", &[("country", "VG")]);
    for (name, country) in [("a", "NL"), ("b", "CY"), ("c", "VG")] {
        world.company(name, &[("country", country)]);
    }
    world.owns("b", "a", "1");
    world.owns("c", "b", "1");
    world.owns("p", "c", "1");
    assert_eq!(world.judge("SH-05").hits(), ["a"]);
}

#[test]
fn an_owner_that_nobody_names_and_one_that_is_named() {
    let mut world = World::new();
    for name in ["opaque", "open", "unknown", "held", "holder"] {
        world.company(name, &[]);
    }
    world.person("p", &[]);
    // Its holder's own owners are merely not in these records.
    world.owns("holder", "held", "1");
    world.row(
        geldspoor::case::Table::Relations,
        &[
            ("kind", "unknown_owner"),
            ("object", "opaque"),
            ("detail", "no data"),
        ],
    );
    world.owns("p", "open", "1");
    let verdict = world.judge("SH-06");
    assert_eq!(verdict.hits(), ["opaque"]);
    assert_eq!(verdict.lacking(), ["held", "holder", "unknown"]);
}

#[test]
fn a_profile_of_two_signs_protects_and_one_sign_is_ordinary() {
    let mut world = World::new();
    for name in ["hit", "near", "unknown"] {
        world.company(name, &[("incorporated", "2024-01-01")]);
    }
    // Young and without income; and a student who earns.
    world.person("young", &[("birth_date", "2005-06-01")]);
    world.person("student", &[("birth_date", "2005-06-01")]);
    world.person("bare", &[]);
    world.income("young", "2023", "benefit", "9000");
    world.income("young", "2023", "wage", "200");
    world.income("student", "2023", "wage", "15000");
    world.director("young", "hit");
    world.director("student", "near");
    world.director("bare", "unknown");
    let verdict = world.judge("SH-16");
    assert_eq!(verdict.hits(), ["hit"]);
    assert_eq!(verdict.measure("signs"), "3");
    assert_eq!(verdict.lacking(), ["unknown"]);
    let found = verdict.only();
    // About the company, on the side that is protected, and without the person.
    assert_eq!(found.finding.describes.as_str(), "exploited");
    assert!(!geldspoor::victims::counts_towards_holder(found));
    let said = format!("{} {}", found.finding.explanation, found.finding.measures);
    assert!(!said.contains("young\"") && !said.contains("party:"), "{said}");
}

#[test]
fn a_full_home_and_age_are_two_signs() {
    let mut world = World::new();
    world.company("hit", &[("incorporated", "2024-01-01")]);
    for number in 0..4 {
        let name = format!("p{number}");
        world.person(&name, &[("birth_date", "1940-01-01")]);
        world.address(&name, "1011 AB", "1", "", "Amsterdam");
    }
    world.director("p0", "hit");
    assert_eq!(world.judge("SH-16").hits(), ["hit"]);
    // Three at one address are a family.
    let mut family = World::new();
    family.company("near", &[("incorporated", "2024-01-01")]);
    for number in 0..3 {
        let name = format!("p{number}");
        family.person(&name, &[("birth_date", "1940-01-01")]);
        family.address(&name, "1011 AB", "1", "", "Amsterdam");
    }
    family.director("p0", "near");
    assert_eq!(family.judge("SH-16").hits(), Vec::<&str>::new());
}

#[test]
fn two_short_lives_in_a_row_and_one_failed_start() {
    let mut world = World::new();
    for (name, from, to) in [
        ("first", "2020-01-01", "2021-03-01"),
        ("second", "2021-04-01", "2022-06-01"),
        ("alone", "2020-01-01", "2021-01-01"),
        ("filer", "2020-01-01", "2021-01-01"),
        ("successor", "2021-02-01", "2022-01-01"),
    ] {
        world.company(
            name,
            &[
                ("incorporated", from),
                ("dissolved", to),
                ("registration_number", name),
            ],
        );
    }
    world.company("undated", &[]);
    for name in ["first", "second"] {
        world.director("p", name);
    }
    for name in ["filer", "successor"] {
        world.director("q", name);
    }
    world.director("r", "alone");
    world.list(
        "filed_accounts",
        "registration_number,year,turnover,currency,filed_on\nfiler,2020,100,EUR,2021-01-01\nfirst,2020,,,\nsecond,2021,,,\n\
         successor,2021,,,\n",
    );
    let verdict = world.judge("SH-17");
    assert_eq!(verdict.hits(), ["first", "second"]);
    // Without a line nobody knows whether it filed.
    assert_eq!(verdict.lacking(), ["alone", "undated"]);
    let none = World::new();
    assert!(none.judge("SH-17").whole().is_some());
}

#[test]
fn a_lapsed_registration_and_one_in_force() {
    let mut world = World::new();
    world.company("lapsed", &[("status", "LAPSED"), ("status_until", "2023-05-01")]);
    world.company("late", &[("status", "ISSUED"), ("status_until", "2023-05-01")]);
    world.company("issued", &[("status", "ISSUED"), ("status_until", "2025-05-01")]);
    world.company("none", &[]);
    // Its own entries end before, whatever others do; and one whose entries have a time and no date.
    world.company("ended", &[("status", "ISSUED"), ("status_until", "2023-05-01")]);
    world.company(
        "ended before",
        &[("status", "LAPSED"), ("status_until", "2023-05-01")],
    );
    world.company("timed", &[("status", "ISSUED"), ("status_until", "2023-05-01")]);
    world.company("unseen", &[("status", "ISSUED"), ("status_until", "2023-05-01")]);
    for (name, day) in [
        ("late", "2024-01-10"),
        ("issued", "2024-01-10"),
        ("ended", "2023-04-10"),
        ("ended before", "2023-04-10"),
    ] {
        let account = format!("a-{name}");
        world.holder(&account, name, "holder");
        world.entry(&account, day, "in", 10, "", &[]);
    }
    world.holder("a-timed", "timed", "holder");
    world.entry("a-timed", "", "in", 10, "", &TIMED);
    let verdict = world.judge("SH-21");
    assert_eq!(verdict.hits(), ["lapsed", "late", "timed"]);
    assert_eq!(verdict.lacking(), ["none", "unseen"]);
}

/// An entry with a time and no date.
const TIMED: [(&str, &str); 2] = [("booking_date", ""), ("booked_at", "2024-01-10T10:00:00")];

#[test]
fn the_age_of_an_officer_where_entries_have_a_time_and_no_date() {
    let mut world = World::new();
    world.company("hit", &[]);
    world.person("p", &[("birth_date", "2005-06-01")]);
    world.director("p", "hit");
    world.income("p", "2023", "benefit", "9000");
    world.income("p", "2023", "wage", "20000");
    assert_eq!(world.judge("SH-16").hits(), Vec::<&str>::new());
    world.entry("a-1", "", "in", 10, "", &TIMED);
    assert_eq!(world.judge("SH-16").hits(), ["hit"]);
}

#[test]
fn short_lives_side_by_side_or_at_one_address_do_not_follow_each_other() {
    for (from, tie, expected) in [
        ("2021-02-01", "phone 31201234567", &["a", "b"][..]),
        ("2021-02-01", "e-mail x@y.example", &["a", "b"]),
        ("2021-02-01", "address 1011AB 1", &[]),
        ("2020-01-01", "phone 31201234567", &[]),
        ("2020-06-01", "phone 31201234567", &[]),
    ] {
        let mut world = World::new();
        for (name, from, to) in [("a", "2020-01-01", "2021-01-01"), ("b", from, "2021-12-01")] {
            let told = [
                ("incorporated", from),
                ("dissolved", to),
                ("registration_number", name),
            ];
            world.company(name, &told);
        }
        let detail = format!("inferred: {tie}; the other record is line 2 in source x");
        world.relation("shared_attribute", "a", "b", &[("detail", &detail)]);
        let list = "registration_number,year,turnover,currency,filed_on\na,2020,,,\nb,2021,,,\n";
        world.list("filed_accounts", list);
        assert_eq!(world.judge("SH-17").hits(), expected, "{from} {tie}");
    }
}
