//! Rules on benefits, loans, resale, remittances and children (THB-24 to THB-33): each finds a true case with its side
//! and exit, leaves its lawful look-alikes and what lies just under the default, and says what it cannot compute.

use std::collections::BTreeSet;

use crate::shells::world::{Verdict, World};

fn day(month: u32, number: u32) -> String {
    format!("2024-{month:02}-{number:02}")
}

/// The accounts that findings are about, sorted.
fn accounts(verdict: &Verdict) -> Vec<&str> {
    let found: BTreeSet<&str> = verdict
        .result
        .findings
        .iter()
        .filter_map(|found| found.finding.account_id.as_deref())
        .collect();
    found.into_iter().collect()
}

/// The side and the exit of the one finding about an account.
fn side<'v>(verdict: &'v Verdict, account: &str) -> (&'static str, Option<&'v str>) {
    let mut about = verdict
        .result
        .findings
        .iter()
        .filter(|found| found.finding.account_id.as_deref() == Some(account));
    let Some(found) = about.next() else {
        panic!("nothing about {account}: {:?}", verdict.result)
    };
    assert!(about.next().is_none(), "one finding about {account}");
    (found.finding.describes.as_str(), found.exit_account.as_deref())
}

/// A person with an account.
fn holder(world: &mut World, account: &str, name: &str, values: &[(&str, &str)]) {
    world.person(name, values);
    world.holder(account, name, "holder");
    world.account(account, "NL");
}

const BENEFIT: (&str, &str) = ("remittance", "bijstandsuitkering");
const CASH: (&str, &str) = ("channel", "cash_atm");

/// Two benefits of 1,000, of which so much leaves the day after.
fn benefits(world: &mut World, account: &str, out: u32, to: &str, more: &[(&str, &str)]) {
    for month in [1, 2] {
        world.entry(account, &day(month, 23), "in", 1000, "x-office", &[BENEFIT]);
        world.entry(account, &day(month, 24), "out", out, to, more);
    }
}

#[test]
fn benefits_that_one_person_has_the_use_of() {
    let mut world = World::new();
    holder(&mut world, "a-boss", "Igor Baas", &[]);
    for (account, name) in [
        ("a-pop", "Ana Pop"),
        ("a-kiss", "Bela Kiss"),
        ("a-blom", "Cees Blom"),
    ] {
        holder(&mut world, account, name, &[]);
        world.holder(account, "Igor Baas", "mandate");
        benefits(&mut world, account, 800, "a-boss", &[]);
    }
    // Of 79 % nothing is said.
    for (account, name) in [("a-near", "Quin Top"), ("a-near2", "Rob Ham")] {
        holder(&mut world, account, name, &[("phone", "+31600000001")]);
        benefits(&mut world, account, 790, "a-boss", &[]);
    }
    // An office with a mandate, which pays rents.
    world.company("Bewind BV", &[("sector", "69.20")]);
    for (account, name) in [("a-mol", "Ida Mol"), ("a-kok", "Jan Kok")] {
        holder(&mut world, account, name, &[]);
        world.holder(account, "Bewind BV", "mandate");
        benefits(&mut world, account, 900, "a-bewind", &[]);
    }
    // One without a sector, which pays rents as well.
    world.person("Dora Beheer", &[]);
    for (account, name) in [("a-lam", "Kim Lam"), ("a-rus", "Leo Rus")] {
        holder(&mut world, account, name, &[]);
        world.holder(account, "Dora Beheer", "mandate");
        benefits(
            &mut world,
            account,
            900,
            "x-landlord",
            &[("remittance", "huur kamer")],
        );
    }
    // A mother and her children.
    world.person("Sara Velden", &[]);
    for (account, name) in [("a-tom", "Tom Velden"), ("a-uma", "Uma Velden")] {
        holder(&mut world, account, name, &[]);
        world.holder(account, "Sara Velden", "mandate");
        benefits(&mut world, account, 900, "a-sara", &[]);
    }
    let verdict = world.judge("THB-24");
    assert_eq!(accounts(&verdict), ["a-blom", "a-kiss", "a-pop"]);
    assert_eq!(side(&verdict, "a-pop"), ("exploited", Some("a-boss")));
}

#[test]
fn benefits_of_several_names_on_one_account() {
    let mut world = World::new();
    holder(&mut world, "a-hit", "Dirk Vos", &[]);
    holder(&mut world, "a-pair", "Gijs Smit", &[]);
    world.person("Hans Dijk", &[]);
    world.holder("a-pair", "Hans Dijk", "holder");
    world.company("Pool BV", &[("sector", "88.99")]);
    world.holder("a-pool", "Pool BV", "holder");
    holder(&mut world, "a-parent", "Noor Pas", &[]);
    holder(&mut world, "a-kept", "Otto Rem", &[]);
    // Two payers of one man's benefits, each with words of its own that no list knows.
    holder(&mut world, "a-words", "Uwe Vink", &[]);
    for month in [1, 2] {
        for (account, first, second, word) in [
            ("a-hit", "Ewa Nowak", "Fatma Kaya", "uitkering"),
            ("a-pair", "Gijs Smit", "Hans Dijk", "uitkering"),
            ("a-pool", "Lea Mol", "Mia Kok", "uitkering"),
            ("a-parent", "Oda Rus", "Piet Lam", "kinderbijslag"),
            ("a-kept", "Ria Bos", "Sem Top", "uitkering"),
        ] {
            for name in [first, second] {
                let text = format!("{word} {name} maand");
                world.entry(
                    account,
                    &day(month, 23),
                    "in",
                    800,
                    "x-office",
                    &[("remittance", &text)],
                );
            }
            let out = if account == "a-kept" { 300 } else { 1500 };
            world.entry(account, &day(month, 24), "out", out, "", &[CASH]);
        }
        for (payer, text) in [
            ("x-office", "uitkering Pwet briefadres maand"),
            ("x-tax", "zorgtoeslag eerste deel toeslag"),
        ] {
            world.entry(
                "a-words",
                &day(month, 23),
                "in",
                800,
                payer,
                &[("remittance", text)],
            );
        }
        world.entry("a-words", &day(month, 24), "out", 1500, "", &[CASH]);
    }
    let verdict = world.judge("THB-24");
    assert_eq!(accounts(&verdict), ["a-hit"]);
    assert_eq!(side(&verdict, "a-hit"), ("account", Some("c-a-hit")));
}

#[test]
fn benefits_are_not_seen_without_texts_and_holders() {
    let mut world = World::new();
    world.entry("a", "2024-01-01", "in", 1000, "x", &[]);
    assert!(
        world
            .judge("THB-24")
            .whole()
            .is_some_and(|why| why.contains("texts"))
    );
    let mut world = World::new();
    world.entry("a", "2024-01-01", "in", 1000, "x", &[BENEFIT]);
    assert!(
        world
            .judge("THB-24")
            .whole()
            .is_some_and(|why| why.contains("holds"))
    );
}

#[test]
fn coins_of_people_and_of_shops() {
    let mut world = World::new();
    for (account, name, amount, deposits) in [
        ("a-hit", "Ala Bor", "43.20", 8),
        ("a-near", "Ben Cul", "43.20", 7),
        ("a-round", "Cor Dam", "45", 8),
        ("a-large", "Dik Ees", "301.10", 8),
        ("a-trade", "Eef Fok", "43.20", 8),
        ("a-sector", "Fer Gol", "43.20", 8),
        ("a-kiosk", "Kiosk BV", "43.20", 8),
    ] {
        match account {
            "a-kiosk" => world.company(name, &[]),
            "a-sector" => world.person(name, &[("sector", "47.62")]),
            _ => world.person(name, &[]),
        }
        world.holder(account, name, "holder");
        for number in 0..deposits {
            let more = [("amount", amount), ("channel", "cash_branch"), ("city", "Gent")];
            world.entry(account, &day(3, 1 + 3 * number), "in", 0, "", &more);
        }
    }
    for number in 1..=3 {
        let text = [
            ("remittance", "groothandel inkoop"),
            ("counterparty_name", "Groothandel"),
        ];
        world.entry("a-trade", &day(3, number), "out", 200, "x", &text);
    }
    let verdict = world.judge("THB-25");
    assert_eq!(accounts(&verdict), ["a-hit"]);
    assert_eq!(side(&verdict, "a-hit"), ("account", None));
    let mut world = World::new();
    holder(&mut world, "a", "Ala Bor", &[]);
    world.entry("a", "2024-01-01", "in", 43, "x", &[("channel", "unknown")]);
    assert!(
        world
            .judge("THB-25")
            .whole()
            .is_some_and(|why| why.contains("cash"))
    );
}

/// Three people who each send 200 to one receiver.
fn senders(world: &mut World, group: &str, names: [&str; 3], values: &[(&str, &str)], more: &[(&str, &str)]) {
    let receiver = format!("ro-{group}");
    for (place, name) in names.into_iter().enumerate() {
        let account = format!("a-{group}-{place}");
        holder(world, &account, name, values);
        let all = [
            &[
                ("counterparty_name", "Ion Radescu"),
                ("counterparty_country", "RO"),
                ("channel", "transfer_intl"),
            ][..],
            more,
        ]
        .concat();
        world.entry(&account, &day(5, 3 + place as u32), "out", 200, &receiver, &all);
    }
}

#[test]
fn senders_who_seem_unrelated_and_are_tied() {
    let mut world = World::new();
    let names = [
        ["Ana Bakker", "Bob Claes", "Cor Dekker"],
        ["Dan Evers", "Eva Franken", "Fee Gerrits"],
        ["Gus Radescu", "Han Radescu", "Ivo Radescu"],
        ["Jan Hermans", "Kea Hermans", "Leo Jaspers"],
        ["Mia Kramer", "Ned Lammers", "Ole Maas"],
        ["Pam Nelis", "Rik Otten", "Sam Pieters"],
        ["Tea Quint", "Udo Roels", "Vic Smits"],
        ["Wim Timmer", "Xan Ubbink", "Yul Vissers"],
    ];
    let one_phone = [("phone", "+31600000011")];
    senders(&mut world, "hit", names[0], &one_phone, &[]);
    senders(&mut world, "strangers", names[1], &[], &[]);
    senders(&mut world, "family", names[2], &[("phone", "+31600000012")], &[]);
    senders(&mut world, "two", names[3], &[("phone", "+31600000013")], &[]);
    senders(
        &mut world,
        "home",
        names[4],
        &[("phone", "+31600000014")],
        &[("counterparty_country", "NL")],
    );
    senders(
        &mut world,
        "charity",
        names[5],
        &[("phone", "+31600000015")],
        &[("counterparty_name", "Hope Foundation")],
    );
    senders(
        &mut world,
        "household",
        names[6],
        &[("phone", "+31600000016")],
        &[],
    );
    world.person("Ion Radescu", &[]);
    world.holder("ro-household", "Ion Radescu", "holder");
    world.relation("household", "Tea Quint", "Ion Radescu", &[]);
    // One of strangers keeps nothing.
    senders(&mut world, "drained", names[7], &[], &[]);
    world.entry("a-drained-0", "2024-05-01", "in", 240, "x", &[]);
    world.entry("a-drained-1", "2024-05-01", "in", 2400, "y", &[]);
    let verdict = world.judge("THB-26");
    assert_eq!(accounts(&verdict), ["ro-drained", "ro-hit"]);
    assert_eq!(side(&verdict, "ro-hit").0, "network");
}

#[test]
fn senders_at_one_desk_one_after_the_other() {
    let mut world = World::new();
    for (group, terminal) in [("hit", "desk 1"), ("hours", "desk 2")] {
        for (place, name) in ["Bakker", "Claes", "Dekker"].into_iter().enumerate() {
            let account = format!("s-{group}-{place}");
            world.person(&format!("{group} {name}"), &[]);
            world.holder(&account, &format!("{group} {name}"), "holder");
            let at = match group {
                "hit" => format!("2024-06-01T10:0{place}:00"),
                _ => format!("2024-06-01T1{place}:00:00"),
            };
            let more = [
                ("counterparty_name", "Ile Popescu"),
                ("counterparty_country", "RO"),
                ("country", "NL"),
                ("channel", "remittance"),
                ("terminal", terminal),
                ("booked_at", &at),
                ("time_precision", "second"),
            ];
            let receiver = format!("svc-{group}");
            world.entry(&account, "2024-06-01", "out", 100, &receiver, &more);
        }
    }
    assert_eq!(accounts(&world.judge("THB-26")), ["svc-hit"]);
    let mut world = World::new();
    world.entry("a", "2024-01-01", "out", 100, "x", &[]);
    assert!(
        world
            .judge("THB-26")
            .whole()
            .is_some_and(|why| why.contains("country"))
    );
}

/// Loans in these months, of which so much leaves so many days later.
fn loans(world: &mut World, account: &str, months: &[u32], out: (u32, u32), to: &str, more: &[(&str, &str)]) {
    holder(world, account, &format!("Holder {account}"), &[]);
    for month in months {
        let text = [("remittance", "uitbetaling persoonlijke lening")];
        world.entry(account, &day(*month, 10), "in", 2000, "x-lender", &text);
        world.entry(account, &day(*month, 10 + out.1), "out", out.0, to, more);
    }
}

#[test]
fn loans_whose_money_went_on() {
    let mut world = World::new();
    loans(&mut world, "a-hit", &[1, 2], (1600, 3), "x-other", &[]);
    loans(&mut world, "a-cash", &[1, 2], (1900, 1), "", &[CASH]);
    loans(&mut world, "a-near", &[1, 2], (1590, 1), "x-other", &[]);
    loans(&mut world, "a-late", &[1, 2], (1900, 4), "x-other", &[]);
    loans(&mut world, "a-one", &[1], (1900, 1), "x-other", &[]);
    loans(&mut world, "a-far", &[1, 6], (1900, 1), "x-other", &[]);
    let old = [("remittance", "aflossing lening")];
    loans(&mut world, "a-joined", &[1, 2], (1900, 1), "x-bank", &old);
    loans(&mut world, "a-saved", &[1, 2], (1900, 1), "a-saved2", &[]);
    world.holder("a-saved2", "Holder a-saved", "holder");
    loans(&mut world, "a-car", &[1, 2], (1900, 1), "a-garage", &[]);
    world.company("Garage BV", &[]);
    world.holder("a-garage", "Garage BV", "holder");
    let verdict = world.judge("THB-27");
    assert_eq!(accounts(&verdict), ["a-cash", "a-hit"]);
    assert_eq!(side(&verdict, "a-hit"), ("exploited", Some("x-other")));
    assert_eq!(side(&verdict, "a-cash"), ("exploited", Some("c-a-cash")));
    let mut world = World::new();
    world.entry("a", "2024-01-01", "in", 100, "x", &[]);
    assert!(
        world
            .judge("THB-27")
            .whole()
            .is_some_and(|why| why.contains("loans"))
    );
}

#[test]
fn payouts_that_another_gets() {
    let mut world = World::new();
    for (account, payouts, out, to) in [
        ("a-hit", 10, 24, "x-other"),
        ("a-near", 10, 23, "x-other"),
        ("a-nine", 9, 30, "x-other"),
        ("a-hobby", 10, 5, "x-other"),
        ("a-buys", 10, 30, "x-other"),
        ("a-saves", 10, 30, "a-saves2"),
    ] {
        let name = format!("Holder {account}");
        holder(&mut world, account, &name, &[]);
        for number in 0..payouts {
            let text = [("counterparty_name", "Marktplaats BV")];
            world.entry(account, &day(4, 1 + 2 * number), "in", 30, "x-market", &text);
            world.entry(account, &day(4, 2 + 2 * number), "out", out, to, &[]);
        }
    }
    world.holder("a-saves2", "Holder a-saves", "holder");
    let text = [("counterparty_name", "Marktplaats BV")];
    world.entry("a-buys", "2024-03-20", "out", 40, "x-market", &text);
    let verdict = world.judge("THB-28");
    assert_eq!(accounts(&verdict), ["a-hit"]);
    assert_eq!(side(&verdict, "a-hit"), ("exploited", Some("x-other")));
    let mut world = World::new();
    world.entry("a", "2024-01-01", "in", 100, "x", &[]);
    assert!(
        world
            .judge("THB-28")
            .whole()
            .is_some_and(|why| why.contains("names"))
    );
}

#[test]
fn a_young_person_who_travels_with_cash() {
    let mut world = World::new();
    let born = [("birth_date", "2005-01-01")];
    for (account, values, credits, amount, payers, tickets, cash) in [
        ("a-hit", &born[..], 10, "40", 5, 3, 200),
        ("a-year", &[("birth_year", "2003")], 10, "40", 5, 3, 200),
        ("a-grown", &[("birth_date", "2003-04-01")], 10, "40", 5, 3, 200),
        ("a-near", &born, 9, "40", 5, 3, 200),
        ("a-friends", &born, 10, "40", 4, 3, 200),
        ("a-bills", &born, 10, "38.50", 5, 3, 200),
        ("a-home", &born, 10, "40", 5, 2, 200),
        ("a-student", &born, 10, "40", 5, 3, 195),
        ("a-unknown", &[], 10, "40", 5, 3, 200),
    ] {
        let name = format!("Holder {account}");
        holder(&mut world, account, &name, values);
        for number in 0..credits {
            let payer = format!("x-{}", number % payers);
            world.entry(
                account,
                &day(4, 2 + 2 * number),
                "in",
                0,
                &payer,
                &[("amount", amount)],
            );
        }
        for number in 0..tickets {
            let more = [
                ("merchant_category", "4112"),
                ("counterparty_name", "NS Reizigers"),
                ("channel", "card_pos"),
            ];
            world.entry(account, &day(4, 5 + number), "out", 30, "", &more);
        }
        world.entry(account, "2024-04-20", "out", cash, "", &[CASH]);
    }
    let verdict = world.judge("THB-29");
    assert_eq!(accounts(&verdict), ["a-hit", "a-year"]);
    assert_eq!(side(&verdict, "a-hit"), ("exploited", None));
    assert_eq!(verdict.lacking(), ["Holder a-unknown"]);
}

#[test]
fn a_child_whom_strangers_pay() {
    let mut world = World::new();
    let strangers = [
        "Jan Aalders",
        "Piet Bakker",
        "Kees Clement",
        "Hans Dekker",
        "Wim Evers",
    ];
    for (account, born, payers, text) in [
        ("a-hit", "2008-01-01", 5, "voor jou"),
        ("a-last", "2006-03-06", 5, "voor jou"),
        ("a-grown", "2006-03-05", 5, "voor jou"),
        ("a-near", "2008-01-01", 4, "voor jou"),
        ("a-club", "2008-01-01", 5, "sponsorloop club"),
        ("a-sitter", "2008-01-01", 5, "oppas zaterdag"),
        ("a-peers", "2008-01-01", 5, "voor jou"),
        ("a-kin", "2008-01-01", 5, "voor jou"),
        ("a-unknown", "", 5, "voor jou"),
    ] {
        let name = format!("Kind {account}");
        let values = [("birth_date", born)];
        holder(
            &mut world,
            account,
            &name,
            if born.is_empty() { &[] } else { &values },
        );
        for (place, stranger) in strangers[..payers].iter().enumerate() {
            let other = format!("x-{account}-{place}");
            let payer = match account {
                "a-kin" => format!("Oom {place} {account}"),
                _ => (*stranger).to_owned(),
            };
            let more = [("counterparty_name", payer.as_str()), ("remittance", text)];
            world.entry(account, &day(3, 1 + place as u32), "in", 25, &other, &more);
            if account == "a-peers" {
                let values = [("birth_date", "2007-09-09"), ("name", *stranger)];
                world.person(&other, &values);
                world.holder(&other, &other, "holder");
            }
        }
    }
    let verdict = world.judge("THB-33");
    assert_eq!(accounts(&verdict), ["a-hit", "a-last"]);
    assert_eq!(side(&verdict, "a-hit"), ("exploited", None));
    assert_eq!(verdict.lacking(), ["Kind a-unknown"]);
    let mut world = World::new();
    world.entry("a", "2024-01-01", "in", 100, "", &[]);
    assert!(
        world
            .judge("THB-33")
            .whole()
            .is_some_and(|why| why.contains("paid"))
    );
}

const LIST: &str = "country\nPL\n";

/// Small payments to a receiver in Poland, one a week.
fn small(world: &mut World, account: &str, name: &str, count: u32, to: &str, more: &[(&str, &str)]) {
    holder(world, account, name, &[]);
    for number in 0..count {
        let all = [
            &[
                ("counterparty_name", "Maja Kotarba"),
                ("counterparty_country", "PL"),
                ("channel", "remittance"),
                ("country", "NL"),
            ][..],
            more,
        ]
        .concat();
        let week = 1 + 7 * number;
        world.entry(account, &day(3 + week / 28, 1 + week % 28), "out", 25, to, &all);
    }
}

#[test]
fn small_payments_to_a_listed_country() {
    let mut world = World::new();
    world.list("child_protection_corridors", LIST);
    small(&mut world, "a-hit", "Ala Borst", 6, "pl-1", &[]);
    small(&mut world, "a-near", "Ben Cultus", 5, "pl-2", &[]);
    small(
        &mut world,
        "a-large",
        "Cor Dams",
        6,
        "pl-3",
        &[("amount", "60.01")],
    );
    small(&mut world, "a-kin", "Dik Kotarba", 6, "pl-4", &[]);
    small(
        &mut world,
        "a-else",
        "Eef Fokker",
        6,
        "pl-5",
        &[("counterparty_country", "DE")],
    );
    small(
        &mut world,
        "a-games",
        "Fer Golts",
        6,
        "pl-6",
        &[("counterparty_name", "Games Ltd")],
    );
    small(
        &mut world,
        "a-plays",
        "Gea Helder",
        6,
        "pl-7",
        &[("merchant_category", "5816")],
    );
    small(
        &mut world,
        "a-gives",
        "Hes Ivens",
        6,
        "pl-8",
        &[("purpose", "CHAR")],
    );
    small(
        &mut world,
        "a-lives",
        "Ira Jolink",
        6,
        "pl-9",
        &[("country", "PL")],
    );
    let verdict = world.judge("THB-30");
    assert_eq!(accounts(&verdict), ["a-hit"]);
    assert_eq!(side(&verdict, "a-hit"), ("demand", None));
}

#[test]
fn without_a_list_of_countries_nothing_is_said() {
    let mut world = World::new();
    small(&mut world, "a-hit", "Ala Borst", 6, "pl-1", &[]);
    for rule in ["THB-30", "THB-31", "THB-32"] {
        assert!(
            world.judge(rule).whole().is_some_and(|why| why.contains("list")),
            "{rule}"
        );
    }
}

#[test]
fn one_receiver_of_unrelated_payers() {
    let mut world = World::new();
    world.list("child_protection_corridors", LIST);
    for (account, name) in [("a-1", "Ala Borst"), ("a-2", "Ben Cultus"), ("a-3", "Cor Dams")] {
        small(&mut world, account, name, 6, "pl-hit", &[]);
    }
    for (account, name) in [("b-1", "Dik Evers"), ("b-2", "Eef Fokker"), ("b-3", "Fer Fokker")] {
        small(&mut world, account, name, 6, "pl-two", &[]);
    }
    // A shop whose customers come twice.
    for (account, name) in [("c-1", "Gea Helder"), ("c-2", "Hes Ivens"), ("c-3", "Ira Jolink")] {
        small(&mut world, account, name, 2, "pl-shop", &[]);
    }
    let verdict = world.judge("THB-31");
    assert_eq!(accounts(&verdict), ["pl-hit"]);
    assert_eq!(side(&verdict, "pl-hit").0, "controller");
    let found = verdict.only();
    assert_eq!(found.others, ["a-1", "a-2", "a-3"]);
}

#[test]
fn payments_that_rise_and_then_a_journey() {
    let mut world = World::new();
    world.list("child_protection_corridors", LIST);
    for (account, name, late, seller, stay, pays_back) in [
        ("a-hit", "Ala Borst", 40, "PL", "", false),
        ("a-stay", "Ben Cultus", 40, "", "PL", false),
        ("a-else", "Cor Dams", 40, "ES", "ES", false),
        ("a-partner", "Dik Evers", 40, "PL", "", true),
        ("a-kin", "Eef Kotarba", 40, "PL", "", false),
        ("a-steady", "Fer Golts", 0, "PL", "", false),
        ("a-home", "Gea Helder", 40, "", "", false),
    ] {
        holder(&mut world, account, name, &[]);
        let to = format!("pl-{account}");
        let sent = [
            ("counterparty_name", "Maja Kotarba"),
            ("counterparty_country", "PL"),
            ("channel", "remittance"),
            ("country", "NL"),
        ];
        for month in 2..=5 {
            for number in [5, 10] {
                world.entry(account, &day(month, number), "out", 20, &to, &sent);
            }
        }
        for number in [11, 12, 13] {
            if late > 0 {
                world.entry(account, &day(5, number), "out", late, &to, &sent);
            }
        }
        let mut ticket = vec![
            ("merchant_category", "4511"),
            ("counterparty_name", "Airline"),
            ("channel", "card_ecom"),
        ];
        if !seller.is_empty() {
            ticket.push(("counterparty_country", seller));
        }
        world.entry(account, "2024-05-20", "out", 300, "", &ticket);
        if !stay.is_empty() {
            let more = [
                ("channel", "card_pos"),
                ("country", stay),
                ("counterparty_name", "Shop"),
            ];
            world.entry(account, "2024-06-10", "out", 50, "", &more);
        }
        if pays_back {
            world.entry(account, "2024-03-15", "in", 50, &to, &[]);
        }
    }
    let verdict = world.judge("THB-32");
    assert_eq!(accounts(&verdict), ["a-hit", "a-stay"]);
    assert_eq!(side(&verdict, "a-hit"), ("demand", None));
}
