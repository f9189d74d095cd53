//! Forced criminality: benefits, credit, resale and errands of young people, each for somebody else.

use super::fronts::{self, Trade};
use super::group;
use super::stage::{Stage, Steps};
use crate::simulate::banks::Bank;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// A network of five: one receives benefits, one credit, one resale, one sends young people, one receives from all.
pub fn network(stage: &mut Stage<'_>, number: u32) {
    let begin = stage.begin("forced-crime");
    let chief = stage.member(Role::Controller, &[]);
    let keeper = stage.script.relative(Role::Controller, chief);
    let lender = stage.member(Role::Controller, &["guarding"]);
    let fence = stage.member(Role::Controller, &[]);
    let sender = stage.member(Role::Controller, &[]);
    let top = stage.account(chief);
    let bank = stage.timed_bank();
    let drained = stage.script.account(keeper, bank);
    let credit = stage.account(lender);
    let resale = stage.account(fence);
    let errands = stage.account(sender);
    let abroad = stage.abroad(
        Role::Exit,
        Bank::OutsideLt,
        Some(&format!("Statyba Ezeras {} UAB", number + 1)),
    );
    let city = stage.city();

    let mut opened = Vec::new();
    let mut controlled = |stage: &mut Stage<'_>, controller: u32, ages: (i64, i64), timed: bool| {
        let party = stage.aged(Role::Victim, ages.0, ages.1);
        stage.share_phone(party, controller);
        let bank = if timed { stage.timed_bank() } else { stage.bank() };
        if timed {
            stage.income(party, "benefit", 1_380_000);
        }
        let account = stage.opened(party, bank, begin - 11 + opened.len() as i32 % 5 * 2);
        stage.mandate(account, controller);
        opened.push(account);
        account
    };
    let beneficiaries: Vec<u32> = (0..3)
        .map(|_| controlled(stage, keeper, (28, 59), true))
        .collect();
    let debtors: Vec<u32> = (0..2)
        .map(|_| controlled(stage, lender, (22, 48), false))
        .collect();
    let sellers: Vec<u32> = (0..2)
        .map(|_| controlled(stage, fence, (20, 40), false))
        .collect();
    let couriers: Vec<u32> = (0..3)
        .map(|_| controlled(stage, sender, (18, 19), false))
        .collect();

    let first = stage
        .script
        .whole_months()
        .into_iter()
        .filter(|first| *first > begin)
        .take((stage.weeks / 4) as usize)
        .collect::<Vec<i32>>();
    benefits(stage, &first, &beneficiaries, drained, city);
    stacked(stage, &first, drained);
    for (who, account) in debtors.iter().enumerate() {
        loans(stage, *account, credit, begin + 8 + who as i32 * 5, city);
    }
    for account in &sellers {
        resold(stage, *account, resale, begin + 6);
    }
    for account in &couriers {
        courier(stage, *account, errands, begin + 7, city);
    }
    let mut leaving = Steps::new();
    for month in &first {
        for (step, (from, cents)) in [
            (drained, 400_000),
            (credit, 190_000),
            (resale, 45_000),
            (errands, 12_000),
        ]
        .into_iter()
        .enumerate()
        {
            let at = stage.at(month + 27, 12 + step as u32);
            stage.send(at, from, top, cents, "Afdracht");
        }
        let at = stage.at(month + 29, 10);
        leaving.push((
            stage.send(at, top, abroad, 60_000, "Bouwproject termijn"),
            "sent abroad".into(),
        ));
    }
    stage.plant(
        ("EXIT", "exit point"),
        "What four people collect goes to one, and from him abroad.",
        vec![(top, "exit point"), (abroad, "foreign account")],
        leaving.clone(),
    );
    stage.function("treasury", top, leaving);
    group::opened_together(
        stage,
        &beneficiaries.iter().chain(&debtors).copied().collect::<Vec<_>>(),
    );
    group::shared_contact(stage, &beneficiaries, drained);
    group::shared_contact(stage, &couriers, errands);
    let cards = stage.market.gift_cards;
    group::vouchers(stage, resale, begin + 14, cards, "Cadeaukaart 25");
    let crypto = stage.market.crypto;
    group::vouchers(stage, top, begin + 60, crypto, "Aankoop digitale munt 25");
    under_the_limit(stage, top, abroad, begin + 90);
    group::costly_life(stage, top, begin + 80, 2_100_000, city);
    fronts::front(stage, Trade::Restaurant, chief, number);
}

/// One who draws the benefits of two people.
pub fn alone(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("forced-crime");
    let one = stage.member(Role::Controller, &["guarding"]);
    let collector = stage.account(one);
    let city = stage.city();
    let victims: Vec<u32> = (0..2)
        .map(|_| {
            let party = stage.aged(Role::Victim, 30, 64);
            stage.share_phone(party, one);
            let account = stage.account(party);
            stage.mandate(account, one);
            account
        })
        .collect();
    let months: Vec<i32> = stage
        .script
        .whole_months()
        .into_iter()
        .filter(|first| *first > begin)
        .take((stage.weeks / 4) as usize)
        .collect();
    benefits(stage, &months, &victims, collector, city);
    group::shared_contact(stage, &victims, collector);
}

// Five sums just under a thousand within nine days: above that, the service asks for papers.
fn under_the_limit(stage: &mut Stage<'_>, account: u32, abroad: u32, begin: i32) {
    let mut steps = Steps::new();
    for step in 0..5 {
        let cents = stage.round(96_000, 99_500, 500);
        let at = stage.at(begin + step * 2, 16);
        let sent = stage.told(Kind::ToldRemittance, at, (account, abroad), cents, "Geldtransfer");
        steps.push((sent, "just under the limit".into()));
    }
    stage.plant(
        ("THB-41", "threshold avoidance around identification"),
        "Five transfers of a little less than a thousand leave within nine days.",
        vec![(account, "sender")],
        steps,
    );
}

// Benefits that leave within two days: half by transfer, half in cash, with all cards at one machine.
fn benefits(stage: &mut Stage<'_>, months: &[i32], accounts: &[u32], collector: u32, city: usize) {
    let mut all: Vec<Steps> = vec![Steps::new(); accounts.len()];
    let mut cards = Steps::new();
    let mut cash = Steps::new();
    let terminal = stage.script.terminal(city);
    for first in months {
        let month = stage.script.month_text(*first);
        let hour = stage.between(8 * 3_600, 9 * 3_600) as u32;
        for (who, account) in accounts.iter().enumerate() {
            let cents = 112_000 + who as i64 * 4_310;
            let name = stage.name(stage.holder(*account));
            let office = stage.market.benefits;
            let at = stage.at(first + 19, 5);
            let text = format!("Bijstandsuitkering {month} {name}");
            let paid = stage.told(Kind::ToldBenefit, at, (office, *account), cents, &text);
            // Machines give out tens.
            let drawn = cents * 47 / 100 / 1_000 * 1_000;
            let at = (first + 20, hour + who as u32 * 85);
            let card = stage.draw_cash(at, *account, drawn, terminal);
            let at = stage.at(first + 20, 11);
            let sweep = stage.send(at, *account, collector, cents * 46 / 100, "Terugbetaling");
            all[who].push((paid, "benefit".into()));
            all[who].push((card, "drawn in cash".into()));
            all[who].push((sweep, "sweep".into()));
            cards.push((card, "card".into()));
            let (food, role) = group::food(stage, *account, first + 23, city, (1_100, 2_900));
            all[who].push((food, role));
        }
        let at = stage.at(first + 20, 18);
        let deposit = stage.pay_in(at, collector, 45_000 * accounts.len() as i64, city);
        cash.push((deposit, "cash paid in".into()));
    }
    let people: Vec<(u32, &'static str)> = accounts.iter().map(|a| (*a, "beneficiary")).collect();
    stage.plant(
        ("THB-24", "benefit capture"),
        format!(
            "The benefits of {} people leave their accounts within two days.",
            accounts.len()
        ),
        people
            .iter()
            .copied()
            .chain([(collector, "exit point")])
            .collect(),
        all.concat(),
    );
    for (account, steps) in accounts.iter().zip(all) {
        let name = stage.name(stage.holder(*account));
        stage.plant(
            ("THB-35", "controlled account"),
            format!("{name}'s benefit is drawn and passed on by one who can use the account."),
            vec![(*account, "controlled account"), (collector, "exit point")],
            steps,
        );
    }
    if accounts.len() >= 3 {
        stage.plant(
            ("THB-15", "many cards at one machine"),
            "The cards of several people are used at one machine within minutes, month by month.",
            people,
            cards,
        );
    }
    stage.function("cash collection", collector, cash);
}

// Two people's benefits, in their names, on an account that is not theirs.
fn stacked(stage: &mut Stage<'_>, months: &[i32], collector: u32) {
    let names: Vec<String> = (0..2)
        .map(|_| {
            let party = stage.script.person(Role::Victim);
            stage.name(party)
        })
        .collect();
    let mut steps = Steps::new();
    for first in months {
        let month = stage.script.month_text(*first);
        for (who, name) in names.iter().enumerate() {
            let office = if who == 0 {
                stage.market.benefits
            } else {
                stage.market.child_benefits
            };
            let kind = if who == 0 {
                Kind::ToldBenefit
            } else {
                Kind::ToldChildBenefit
            };
            let words = if who == 0 {
                "Bijstandsuitkering"
            } else {
                "Kinderbijslag"
            };
            let at = stage.at(first + 18, 5);
            let text = format!("{words} {month} {name}");
            let cents = if who == 0 { 109_000 } else { 54_762 };
            let paid = stage.told(kind, at, (office, collector), cents, &text);
            steps.push((paid, format!("benefit of {name}")));
        }
    }
    stage.plant(
        ("THB-24", "benefit capture"),
        format!(
            "The benefits of {} arrive on one account that neither holds.",
            names.join(" and ")
        ),
        vec![(collector, "collector")],
        steps,
    );
}

// Three loans within ten weeks, gone within three days.
fn loans(stage: &mut Stage<'_>, account: u32, collector: u32, begin: i32, city: usize) {
    let mut steps = Steps::new();
    for number in 0..3i32 {
        let cents = stage.round(250_000, 600_000, 50_000);
        let day = begin + number * 24;
        let lender = stage.market.lenders[number as usize];
        let at = stage.at(day, 10);
        let text = format!(
            "Uitbetaling krediet {}",
            810_000 + i64::from(account) * 10 + i64::from(number)
        );
        let paid = stage.told(Kind::ToldLoan, at, (lender, account), cents, &text);
        let at = stage.at(day + 1, 9);
        let sent = stage.send(at, account, collector, cents * 55 / 100, "Terugbetaling");
        let at = stage.at(day + 2, 11);
        let drawn = stage.fetch(at, account, cents * 38 / 100, city);
        steps.push((paid, "loan".into()));
        steps.push((sent, "passed on".into()));
        steps.push((drawn, "cash withdrawn".into()));
    }
    let name = stage.name(stage.holder(account));
    stage.plant(
        ("THB-27", "credit bust"),
        format!("Three loans are taken in the name of {name} and leave within three days each."),
        vec![(account, "borrower"), (collector, "exit point")],
        steps.clone(),
    );
    stage.plant(
        ("THB-35", "controlled account"),
        format!("What is lent to {name} goes to one who can use the account."),
        vec![(account, "controlled account"), (collector, "exit point")],
        steps,
    );
}

// Things sold that were never bought.
fn resold(stage: &mut Stage<'_>, account: u32, collector: u32, begin: i32) {
    let (mut payouts, mut movements) = (Steps::new(), Steps::new());
    for week in 0..stage.weeks.min(12) {
        let mut sum = 0;
        for step in 0..3 {
            let cents = stage.between(1_900, 8_900);
            sum += cents;
            let market = stage.market.marketplace;
            let at = stage.at(begin + week * 7 + step * 2, 14);
            let text = format!("Uitbetaling verkoop {}", 60_000 + week * 10 + step);
            payouts.push((stage.send(at, market, account, cents, &text), "payout".into()));
        }
        let at = stage.at(begin + week * 7 + 5, 20);
        let swept = sum * 94 / 100;
        movements.push((
            stage.send(at, account, collector, swept, "Voor de spullen"),
            "sweep".into(),
        ));
    }
    let name = stage.name(stage.holder(account));
    stage.plant(
        ("THB-28", "resale payouts"),
        format!("A marketplace pays {name} thirteen times a month for things that were never bought."),
        vec![(account, "seller")],
        payouts.clone(),
    );
    movements.extend(payouts);
    stage.plant(
        ("THB-35", "controlled account"),
        format!("What {name} is paid goes to one who can use the account."),
        vec![(account, "controlled account"), (collector, "exit point")],
        movements,
    );
}

// Small round sums from many, train tickets, cash for somebody else.
fn courier(stage: &mut Stage<'_>, account: u32, collector: u32, begin: i32, city: usize) {
    let payers: Vec<u32> = (0..9).map(|_| stage.outsider()).collect();
    let mut steps = Steps::new();
    for week in 0..6 {
        let mut sum = 0;
        for step in 0..3 {
            let cents = stage.round(2_000, 9_000, 500);
            sum += cents;
            let payer = payers[(week as usize * 3 + step as usize) % payers.len()];
            let at = stage.at(begin + week * 7 + step, 21);
            let paid = stage.send(at, payer, account, cents, "Voor jou");
            steps.push((paid, "small credit".into()));
        }
        let rail = stage.market.rail;
        let at = stage.at(begin + week * 7 + 3, 7);
        let fare = stage.between(490, 940);
        steps.push((
            stage.web(at, account, rail, fare, "Treinkaart enkele reis"),
            "train".into(),
        ));
        let terminal = stage.script.terminal((city + week as usize * 2) % 16);
        let at = stage.at(begin + week * 7 + 3, 19);
        let cash = sum * 60 / 100 / 1_000 * 1_000;
        steps.push((stage.draw_cash(at, account, cash, terminal), "cash-out".into()));
        let at = stage.at(begin + week * 7 + 4, 22);
        let rest = (sum - cash - fare) * 90 / 100;
        steps.push((
            stage.send(at, account, collector, rest, "Afrekening"),
            "sweep".into(),
        ));
    }
    let name = stage.name(stage.holder(account));
    stage.plant(
        ("THB-29", "youth courier profile"),
        format!("{name} receives small round sums from many, travels by train and draws the money in other cities."),
        vec![(account, "young holder"), (collector, "exit point")],
        steps.clone(),
    );
    stage.plant(
        ("THB-35", "controlled account"),
        format!("What {name} is sent is drawn or passed on to one who can use the account."),
        vec![(account, "controlled account"), (collector, "exit point")],
        steps,
    );
}
