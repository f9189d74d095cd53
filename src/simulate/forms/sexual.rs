//! Sexual exploitation: payers at night, cash in a round of cities, everything passed on to one person, and others of
//! his circle who pay for advertisements, rooms, rides and tickets.

use super::fronts::{self, Trade};
use super::group;
use super::stage::{Stage, Steps};
use crate::simulate::banks::Bank;
use crate::simulate::script::Role;

/// Cities of a round.
const ROUND: usize = 4;

/// A network: one who receives, a relative who pays for everything, a driver, a recruiter, a front.
pub fn network(stage: &mut Stage<'_>, number: u32) {
    let begin = stage.begin("sexual");
    let chief = stage.member(Role::Controller, &["guarding"]);
    let kin = stage.script.relative(Role::Controller, chief);
    let driver = stage.member(Role::Transport, &[]);
    let recruiter = stage.member(Role::Recruiter, &[]);
    let bank = stage.timed_bank();
    let collector = stage.script.account(chief, bank);
    let bank = stage.timed_bank();
    let desk = stage.script.account(kin, bank);
    let wheels = stage.account(driver);
    let hired = stage.account(recruiter);
    let abroad = stage.abroad(
        Role::Exit,
        Bank::OutsideRo,
        Some(&format!("Casa Lunga {} SRL", number + 1)),
    );
    let home = stage.city();

    let mut victims = Vec::new();
    for who in 0..4 {
        let party = stage.aged(Role::Victim, 19, 26);
        stage.share_phone(party, chief);
        let bank = if who < 2 { stage.timed_bank() } else { stage.bank() };
        let account = stage.opened(party, bank, begin - 12 + who * 3);
        stage.mandate(account, chief);
        victims.push(account);
    }
    let names: Vec<String> = victims.iter().map(|v| stage.name(stage.holder(*v))).collect();
    let mut leaving = Steps::new();
    let mut debts = Steps::new();
    let payers: Vec<u32> = (0..40).map(|_| stage.outsider()).collect();
    let circuit: Vec<usize> = (0..ROUND).map(|step| (home + 1 + step * 3) % 16).collect();
    let mut earned = vec![0i64; stage.weeks as usize];
    for (who, account) in victims.iter().enumerate() {
        let taken = Taken {
            account: *account,
            collector,
            visits: 3,
            low: 8,
            high: 24,
            cash: (12, 40),
            share: 93,
        };
        let (movements, debt) = taken.weeks(stage, begin, who, (&payers, &circuit), Some(hired), &mut earned);
        debts.extend(debt);
        arrival(stage, *account, begin, &movements);
        let name = &names[who];
        stage.plant(
            ("THB-35", "controlled account"),
            format!("What {name} receives is passed on within days to one person, who can use the account."),
            vec![(*account, "controlled account"), (collector, "exit point")],
            movements,
        );
    }
    let workers: Vec<(u32, &'static str)> = victims.iter().map(|v| (*v, "worker")).collect();
    stage.plant(
        ("THB-19", "recruitment debt"),
        "Four people pay the same instalments to the one who brought them.",
        workers.into_iter().chain([(hired, "recruiter")]).collect(),
        debts.clone(),
    );
    stage.function("recruiter", hired, debts);
    for (month, weeks) in earned.chunks(4).enumerate() {
        let sum: i64 = weeks.iter().sum();
        let day = begin + month as i32 * 28 + 29;
        let at = stage.at(day, 10);
        leaving.push((
            stage.send(at, collector, abroad, sum * 24 / 100, "Termijn aankoop huis"),
            "sent abroad".into(),
        ));
        let at = stage.at(day, 9);
        stage.send(at, collector, desk, sum * 20 / 100, "Kosten");
        let at = stage.at(day + 1, 9);
        stage.send(at, collector, wheels, sum * 3 / 100, "Autokosten");
        let at = stage.at(day + 1, 14);
        leaving.push((
            stage.fetch(at, collector, sum * 5 / 100, home),
            "cash withdrawn".into(),
        ));
    }
    group::family_cell(stage, &[collector, desk], leaving.clone());
    stage.plant(
        ("EXIT", "exit point"),
        "What was collected is sent to an account abroad whose statements are not delivered, or withdrawn.",
        vec![(collector, "exit point"), (abroad, "foreign account")],
        leaving.clone(),
    );
    stage.function("treasury", collector, leaving);
    group::shared_contact(stage, &victims, collector);
    group::opened_together(stage, &victims);
    let first = begin + 32;
    group::advertise(stage, desk, first, 2, 1_200);
    group::lodging(stage, desk, first + 1, (9_000, 31_000));
    group::top_ups(stage, desk, first);
    let prepaid = stage.market.prepaid;
    group::vouchers(stage, desk, first + 3, prepaid, "Waardekaart 25");
    let houses = group::addresses(stage, 3);
    group::houses(stage, desk, begin - 6, &houses, 68_000);
    group::provisions(stage, desk, 200, home);
    deposits(stage, desk, first, home);
    let mut moved = group::rides(stage, wheels, begin + 35);
    moved.extend(group::tickets(stage, wheels, begin - 14, &names));
    stage.function("transport", wheels, moved);
    group::costly_life(stage, collector, begin + 40, 2_400_000, home);
    let trade = if stage.between(0, 1) == 0 {
        Trade::Massage
    } else {
        Trade::Nightclub
    };
    fronts::front(stage, trade, chief, number);
}

/// One who controls two people, with low amounts.
pub fn alone(stage: &mut Stage<'_>, _number: u32) {
    let begin = stage.begin("sexual");
    let one = stage.member(Role::Controller, &["guarding"]);
    let collector = stage.account(one);
    let payers: Vec<u32> = (0..12).map(|_| stage.outsider()).collect();
    let city = stage.city();
    let mut victims = Vec::new();
    let mut earned = vec![0i64; stage.weeks as usize];
    for who in 0..2 {
        let party = stage.aged(Role::Victim, 18, 24);
        stage.share_phone(party, one);
        stage.share_home(party, one);
        let account = stage.account(party);
        stage.mandate(account, one);
        let taken = Taken {
            account,
            collector,
            visits: 2,
            low: 6,
            high: 9,
            cash: (2, 5),
            share: 92,
        };
        let circuit = [city, city, (city + 1) % 16, city];
        let (movements, _) = taken.weeks(stage, begin, who, (&payers, &circuit), None, &mut earned);
        let name = stage.name(party);
        stage.plant(
            ("THB-35", "controlled account"),
            format!("What {name} receives is passed on to the one whose telephone and home are in the account's records."),
            vec![(account, "controlled account"), (collector, "exit point")],
            movements,
        );
        victims.push(account);
    }
    group::shared_contact(stage, &victims, collector);
    group::advertise(stage, collector, begin + 10, 1, 800);
    group::lodging(stage, collector, begin + 11, (4_500, 6_500));
}

/// How much comes in a week and what is taken of it.
struct Taken {
    account: u32,
    collector: u32,
    visits: i32,
    low: i64,
    high: i64,
    cash: (i64, i64),
    share: i64,
}

impl Taken {
    /// The weeks of an account: payers and cash at night, the sweep, a little food, instalments of a debt.
    fn weeks(
        &self,
        stage: &mut Stage<'_>,
        begin: i32,
        who: usize,
        (payers, circuit): (&[u32], &[usize]),
        recruiter: Option<u32>,
        earned: &mut [i64],
    ) -> (Steps, Steps) {
        let (mut movements, mut debts, mut credits, mut nights) =
            (Steps::new(), Steps::new(), Steps::new(), Steps::new());
        let mut cities = Steps::new();
        for week in 0..stage.weeks {
            let monday = begin + who as i32 + week * 7;
            let mut sum = 0;
            for visit in 0..self.visits {
                let cents = stage.between(self.low, self.high) * 1_000;
                let payer =
                    payers[(week as usize * self.visits as usize + visit as usize + who * 7) % payers.len()];
                let at = stage.night(monday + visit);
                let paid = stage.send(at, payer, self.account, cents, "Zoals afgesproken");
                credits.push((paid, "credit from a payer".into()));
                sum += cents;
            }
            let city = circuit[week as usize % circuit.len()];
            let cents = stage.between(self.cash.0, self.cash.1) * 1_000;
            let at = stage.night(monday + 2);
            let paid = stage.pay_in(at, self.account, cents, city);
            nights.push((paid, "cash at night".into()));
            cities.push((paid, "cash in the round of cities".into()));
            sum += cents;
            movements.push(group::food(stage, self.account, monday + 4, city, (700, 1_100)));
            let mut debt = 0;
            if let Some(recruiter) = recruiter
                && week % 2 == 1
                && week < 8
            {
                debt = 15_000;
                let at = stage.at(monday + 4, 12);
                debts.push((
                    stage.send(
                        at,
                        self.account,
                        recruiter,
                        debt,
                        "Terugbetaling reis en papieren",
                    ),
                    "instalment".into(),
                ));
            }
            let at = stage.at(monday + 4, 8);
            let swept = sum * self.share / 100 - debt;
            let sweep = stage.send(at, self.account, self.collector, swept, "Huur kamer");
            movements.push((sweep, "sweep".into()));
            earned[week as usize] += swept;
        }
        movements.extend(credits.iter().cloned());
        movements.extend(nights.iter().cloned());
        let receiver = vec![(self.account, "receiver")];
        if self.visits >= 3 {
            stage.plant(
                ("THB-03", "client-payment profile"),
                "Many payers, each once or twice, round sums.",
                receiver.clone(),
                credits.clone(),
            );
            stage.plant(
                ("THB-11", "city circuit"),
                "The same round of cities comes back every four weeks.",
                receiver.clone(),
                cities,
            );
        }
        credits.extend(nights);
        stage.plant(
            ("THB-04", "night-time cash or transfers"),
            "What comes in comes at night.",
            receiver,
            credits,
        );
        (movements, debts)
    }
}

// A new account, the first money, and a debt to the one who brought its holder: all within a month.
fn arrival(stage: &mut Stage<'_>, account: u32, begin: i32, movements: &Steps) {
    let coach = stage.market.coach;
    let at = stage.at(begin + 9, 11);
    let mut steps: Steps = movements
        .iter()
        .filter(|(_, role)| role == "credit from a payer")
        .take(2)
        .cloned()
        .collect();
    steps.push((
        stage.web(at, account, coach, 1_900, "Busreis retour"),
        "transport".into(),
    ));
    stage.plant(
        ("THB-42", "arrival sequence"),
        "A new account receives money and pays for transport and a recruiter within a month.",
        vec![(account, "new account")],
        steps,
    );
}

// Cash paid in by others on the account of the one who keeps the desk, far from his home.
fn deposits(stage: &mut Stage<'_>, desk: u32, begin: i32, home: usize) {
    let mut steps = Steps::new();
    for step in 0..8 {
        let cents = stage.between(12, 48) * 1_000;
        let at = stage.night(begin + step * 3);
        let city = (home + 2 + step as usize % 4 * 3) % 16;
        steps.push((stage.pay_in(at, desk, cents, city), "deposit".into()));
    }
    stage.plant(
        ("THB-05", "third-party deposits in many places"),
        "Cash of a few hundred is paid in at machines of four cities within a month.",
        vec![(desk, "account of the deposits")],
        steps.clone(),
    );
    stage.function("cash collection", desk, steps);
}
