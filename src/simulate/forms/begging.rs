//! Forced begging: coins and small notes, paid in on accounts in the names of those who beg, and gone the same week.

use super::group;
use super::stage::{Stage, Steps};
use crate::simulate::banks::Bank;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// A network of two relatives, a driver and four people who beg.
pub fn network(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("begging");
    let chief = stage.member(Role::Controller, &[]);
    let kin = stage.script.relative(Role::Controller, chief);
    let driver = stage.member(Role::Transport, &[]);
    let bank = stage.timed_bank();
    let collector = stage.script.account(chief, bank);
    let purse = stage.account(kin);
    let wheels = stage.account(driver);
    let beneficiary = stage.abroad(Role::Exit, Bank::OutsideRo, None);
    let payee = stage.holder(beneficiary);
    let city = stage.city();
    let mut victims = Vec::new();
    for who in 0..4 {
        let party = stage.aged(Role::Victim, 22, 61);
        stage.share_phone(party, chief);
        stage.share_home(party, chief);
        let bank = stage.bank();
        let account = stage.opened(party, bank, begin - 10 + who * 3);
        stage.mandate(account, kin);
        victims.push(account);
    }
    let names: Vec<String> = victims.iter().map(|v| stage.name(stage.holder(*v))).collect();
    let (mut remitted, mut leaving, mut rides) = (Steps::new(), Steps::new(), Steps::new());
    for (who, account) in victims.iter().enumerate() {
        let (movements, coins) = beg(stage, *account, collector, begin, who, (city, 2));
        let name = &names[who];
        stage.plant(
            ("THB-25", "coin deposits"),
            format!("Coins and small notes are paid in on the account of {name}, twice and more a week."),
            vec![(*account, "account of the coins")],
            coins,
        );
        stage.plant(
            ("THB-35", "controlled account"),
            format!("What is paid in for {name} is passed on the same week to one who can use the account."),
            vec![(*account, "controlled account"), (collector, "exit point")],
            movements,
        );
    }
    // Coins that were never theirs by any record.
    let mut coins = Steps::new();
    for week in 0..stage.weeks {
        for step in 0..3 {
            let cents = group::coins(stage, 2_100, 19_900);
            let at = stage.at(begin + week * 7 + step * 2, 19);
            let paid = stage.pay_in(at, purse, cents, (city + step as usize) % 16);
            coins.push((paid, "coins".into()));
        }
        let monday = begin + week * 7;
        if week % 2 == 1 {
            for (step, sender) in [collector, purse, victims[0], victims[1]].into_iter().enumerate() {
                // Of those who beg a little goes in their names; they are senders without being asked.
                let cents = if step < 2 {
                    stage.round(9_000, 16_000, 500)
                } else {
                    700
                };
                let at = stage.at(monday + 6, 11 + step as u32);
                let text = format!("Geldtransfer aan {}", stage.name(payee));
                let sent = stage.told(Kind::ToldRemittance, at, (sender, beneficiary), cents, &text);
                remitted.push((sent, "remittance".into()));
            }
        }
        if week % 4 == 3 {
            for sender in [chief, kin, driver, stage.holder(victims[2])] {
                let cents = stage.round(15_000, 45_000, 500);
                let at = stage.at(monday + 5, 15);
                stage.counter(at, sender, payee, cents, city);
            }
            let at = stage.at(monday + 6, 10);
            leaving.push((
                stage.send(at, collector, beneficiary, 62_000, "Bouw huis"),
                "sent abroad".into(),
            ));
            let at = stage.at(monday + 5, 10);
            stage.send(at, purse, wheels, 24_000, "Benzine en bus");
        }
        if week % 2 == 0 {
            let fuel = stage.market.fuel;
            let at = stage.at(monday + 1, 7);
            rides.push((
                stage.card(at, wheels, fuel, 6_900, (city + 2) % 16),
                "fuel".into(),
            ));
        }
    }
    stage.plant(
        ("THB-25", "coin deposits"),
        "Coins and small notes are paid in three times a week by one who begs nowhere.",
        vec![(purse, "account of the coins")],
        coins.clone(),
    );
    stage.function("cash collection", purse, coins);
    stage.plant(
        ("THB-26", "many senders, one distant beneficiary"),
        "Four people send to one beneficiary abroad within two months.",
        [collector, purse, victims[0], victims[1]]
            .into_iter()
            .map(|account| (account, "sender"))
            .chain([(beneficiary, "beneficiary")])
            .collect(),
        remitted.clone(),
    );
    leaving.extend(remitted);
    group::family_cell(stage, &[collector, purse], leaving.clone());
    stage.plant(
        ("EXIT", "exit point"),
        "What comes together is sent to an account abroad whose statements are not delivered.",
        vec![(collector, "exit point"), (beneficiary, "foreign account")],
        leaving.clone(),
    );
    stage.function("treasury", collector, leaving);
    group::opened_together(stage, &victims);
    group::shared_contact(stage, &victims, collector);
    rides.extend(group::tickets(stage, wheels, begin - 13, &names));
    stage.function("transport", wheels, rides);
    group::top_ups(stage, collector, begin + 20);
    let houses = group::addresses(stage, 3);
    group::houses(stage, collector, begin, &houses, 26_000);
}

/// One who takes the coins of two people.
pub fn alone(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("begging");
    let one = stage.member(Role::Controller, &["guarding"]);
    let collector = stage.account(one);
    let city = stage.city();
    let mut victims = Vec::new();
    for who in 0..2 {
        let party = stage.aged(Role::Victim, 25, 66);
        stage.share_phone(party, one);
        let account = stage.account(party);
        stage.mandate(account, one);
        let (movements, coins) = beg(stage, account, collector, begin, who, (city, 2));
        let name = stage.name(party);
        stage.plant(
            ("THB-25", "coin deposits"),
            format!("Coins and small notes are paid in on the account of {name}."),
            vec![(account, "account of the coins")],
            coins,
        );
        stage.plant(
            ("THB-35", "controlled account"),
            format!("What is paid in for {name} is passed on the same week to one who can use the account."),
            vec![(account, "controlled account"), (collector, "exit point")],
            movements,
        );
        victims.push(account);
    }
    group::shared_contact(stage, &victims, collector);
}

// Weeks of coins and the sweep behind them; what stays buys bread.
fn beg(
    stage: &mut Stage<'_>,
    account: u32,
    collector: u32,
    begin: i32,
    who: usize,
    (city, times): (usize, i32),
) -> (Steps, Steps) {
    let (mut movements, mut coins) = (Steps::new(), Steps::new());
    for week in 0..stage.weeks {
        let monday = begin + who as i32 + week * 7;
        let mut sum = 0;
        for step in 0..times {
            let cents = group::coins(stage, 4_100, 11_900);
            let at = stage.at(monday + step * 2, 19);
            let paid = stage.pay_in(at, account, cents, (city + who) % 16);
            coins.push((paid, "coins".into()));
            sum += cents;
        }
        let at = stage.at(monday + 3, 9);
        let swept = sum * 94 / 100 - 400;
        movements.push((
            stage.send(at, account, collector, swept, "Bijdrage"),
            "sweep".into(),
        ));
        if week % 3 == 2 {
            movements.push(group::food(
                stage,
                account,
                monday + 4,
                (city + who) % 16,
                (350, 690),
            ));
        }
    }
    movements.extend(coins.iter().cloned());
    (movements, coins)
}
