//! Exploitation of children: minors who receive money from strangers, and people who pay small sums to one beneficiary
//! abroad, more and more.

use super::group;
use super::stage::{Stage, Steps};
use crate::simulate::banks::Bank;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// A network of two, three minors, and four who pay.
pub fn network(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("child");
    let chief = stage.member(Role::Controller, &["guarding"]);
    let kin = stage.script.relative(Role::Controller, chief);
    let bank = stage.timed_bank();
    let collector = stage.script.account(chief, bank);
    let bank = stage.timed_bank();
    let wheels = stage.script.account(kin, bank);
    let beneficiary = stage.abroad(Role::Exit, Bank::OutsideMd, None);
    let city = stage.city();
    let victims = minors(stage, chief, collector, begin, 3, (3_000, 12_000));
    let mut leaving = Steps::new();
    for month in 0..stage.weeks / 4 {
        let at = stage.at(begin + month * 28 + 27, 10);
        leaving.push((
            stage.send(at, collector, beneficiary, 65_000, "Voor thuis"),
            "sent abroad".into(),
        ));
        let at = stage.at(begin + month * 28 + 26, 9);
        stage.send(at, collector, wheels, 55_000, "Kosten vervoer");
    }
    stage.plant(
        ("EXIT", "exit point"),
        "What the minors received leaves to an account abroad whose statements are not delivered.",
        vec![(collector, "exit point"), (beneficiary, "foreign account")],
        leaving.clone(),
    );
    stage.function("treasury", collector, leaving);
    group::shared_contact(stage, &victims, collector);
    group::lodging(stage, collector, begin + 30, (7_500, 16_500));
    group::advertise(stage, collector, begin + 29, 1, 900);
    let prepaid = stage.market.prepaid;
    group::vouchers(stage, collector, begin + 31, prepaid, "Waardekaart 25");
    let rides = group::rides(stage, wheels, begin + 32);
    stage.function("transport", wheels, rides);
    group::top_ups(stage, wheels, begin + 30);
    masked(stage, kin, collector, begin);
    payers(stage, beneficiary, city);
}

/// One who has the cards of two minors.
pub fn alone(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("child");
    let one = stage.member(Role::Controller, &["guarding"]);
    let collector = stage.account(one);
    let victims = minors(stage, one, collector, begin, 2, (1_500, 4_500));
    group::shared_contact(stage, &victims, collector);
    group::top_ups(stage, collector, begin + 12);
}

// Accounts of minors: strangers pay in the evening, and it is gone within days.
fn minors(
    stage: &mut Stage<'_>,
    controller: u32,
    collector: u32,
    begin: i32,
    count: usize,
    (low, high): (i64, i64),
) -> Vec<u32> {
    let strangers: Vec<u32> = (0..14)
        .map(|_| {
            let account = stage.outsider();
            let party = stage.holder(account);
            stage.grow(party, 27, 61);
            account
        })
        .collect();
    let mut victims = Vec::new();
    for who in 0..count {
        let party = stage.aged(Role::Victim, 13, 15);
        stage.share_phone(party, controller);
        let account = stage.account(party);
        stage.mandate(account, controller);
        let (mut credits, mut movements) = (Steps::new(), Steps::new());
        for week in 0..stage.weeks {
            let monday = begin + who as i32 + week * 7;
            let mut sum = 0;
            for visit in 0..2 {
                let cents = stage.round(low, high, 500);
                sum += cents;
                let payer = strangers[(week as usize * 2 + visit + who * 5) % strangers.len()];
                let at = stage.at(monday + visit as i32 * 2, 21);
                credits.push((
                    stage.send(at, payer, account, cents, "Cadeautje"),
                    "credit from a stranger".into(),
                ));
            }
            let at = stage.at(monday + 3, 16);
            let swept = sum * 93 / 100;
            movements.push((
                stage.send(at, account, collector, swept, "Sparen"),
                "sweep".into(),
            ));
        }
        let name = stage.name(party);
        stage.plant(
            ("THB-33", "minor with unrelated payers"),
            format!("{name}, a minor, receives money from fourteen adults who are no relatives."),
            vec![(account, "minor")],
            credits.clone(),
        );
        movements.extend(credits);
        stage.plant(
            ("THB-35", "controlled account"),
            format!("What {name} receives goes to one who can use the account."),
            vec![(account, "controlled account"), (collector, "exit point")],
            movements,
        );
        victims.push(account);
    }
    victims
}

// A second account of the one who drives, fed by a processor that names nobody.
fn masked(stage: &mut Stage<'_>, kin: u32, collector: u32, begin: i32) {
    let account = stage.account(kin);
    let mut steps = Steps::new();
    for week in 0..stage.weeks {
        let processor = stage.market.processor;
        let cents = stage.between(4_000, 21_000);
        let at = stage.at(begin + week * 7 + 2, 6);
        let text = format!("Uitbetaling {}", 500_000 + i64::from(week) * 977);
        steps.push((
            stage.send(at, processor, account, cents, &text),
            "through a processor".into(),
        ));
        if week % 4 == 3 {
            let at = stage.at(begin + week * 7 + 5, 19);
            stage.send(at, account, collector, 38_000, "Van ons samen");
        }
    }
    stage.plant(
        ("THB-40", "processor masking"),
        "Nearly all that comes in comes through a processor that does not say who paid.",
        vec![(account, "receiver")],
        steps,
    );
}

// Four people who do not know each other send small sums to one beneficiary; the sums of one grow, and he travels.
fn payers(stage: &mut Stage<'_>, beneficiary: u32, city: usize) {
    let mut all = Steps::new();
    let mut accounts = Vec::new();
    for who in 0..4u32 {
        let party = stage.aged(Role::Demand, 31, 62);
        let account = stage.account(party);
        stage.income(party, "wage", 3_100_000);
        let employer = stage.market.employer(who);
        let name = stage.name(party);
        for first in stage.script.whole_months().into_iter().take(stage.months) {
            let payday = stage.script.payday(first);
            stage.wage(payday, employer, account, 238_000, &name);
            let landlord = stage.market.landlord(who);
            let at = stage.at(first + 2, 8);
            stage.send(at, account, landlord, 84_000, "Huur");
            let _food = group::food(stage, account, first + 9, city, (3_000, 9_000));
        }
        let mut steps = Steps::new();
        let mut sent = |stage: &mut Stage<'_>, day: i32, cents: i64, text: &str| {
            let at = stage.at(day, 22);
            let number = stage.told(Kind::ToldRemittance, at, (account, beneficiary), cents, text);
            steps.push((number, "small remittance".into()));
        };
        let texts = ["gift", "school fees", "for the little one", "medicine"];
        for step in 0..8 {
            let cents = stage.round(800, 5_500, 100);
            sent(
                stage,
                70 + who as i32 * 3 + step * 7,
                cents,
                texts[step as usize % 4],
            );
        }
        all.extend(steps.iter().cloned());
        stage.plant(
            ("THB-30", "low-value corridor payments"),
            format!("{name} sends eight small sums abroad within two months."),
            vec![(account, "payer")],
            steps,
        );
        if who == 0 {
            escalation(stage, account, beneficiary, &name);
        }
        accounts.push((account, "payer"));
    }
    accounts.push((beneficiary, "beneficiary"));
    stage.plant(
        ("THB-31", "common beneficiary, unrelated payers"),
        "Four people who have nothing to do with each other pay one beneficiary abroad.",
        accounts,
        all,
    );
}

fn escalation(stage: &mut Stage<'_>, account: u32, beneficiary: u32, name: &str) {
    let mut steps = Steps::new();
    // Three months of one small sum a month, then four in one month, each larger than the one before.
    for (step, (day, cents)) in [
        (145, 1_500),
        (172, 2_000),
        (199, 2_000),
        (224, 4_500),
        (231, 5_000),
        (238, 5_500),
        (245, 6_000),
    ]
    .into_iter()
    .enumerate()
    {
        let at = stage.at(day, 23);
        let text = if step < 3 { "gift" } else { "school fees" };
        let sent = stage.told(Kind::ToldRemittance, at, (account, beneficiary), cents, text);
        steps.push((sent, "remittance".into()));
    }
    let airline = stage.market.airline;
    let at = stage.at(252, 20);
    steps.push((
        stage.web(at, account, airline, 24_900, "Vliegticket Chisinau MD"),
        "ticket".into(),
    ));
    stage.plant(
        ("THB-32", "escalation then travel"),
        format!("The sums that {name} sends grow within weeks; then he buys a ticket to that country."),
        vec![(account, "payer"), (beneficiary, "beneficiary")],
        steps,
    );
}
