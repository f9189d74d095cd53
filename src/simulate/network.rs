//! The trafficking network: workers whose wages are taken, people whose earnings are collected, the accounts at which
//! it all leaves the records. Told with respect: the exploited people did nothing but work.

use super::Scenario;
use super::banks::{Bank, StatementFormat};
use super::movement::{CASH, Kind};
use super::script::{Employment, Role, Script};
use crate::model::Date;

/// Plants one network; gives the account of its front business.
pub fn plant(script: &mut Script, scenario: Scenario, number: u32, small: bool) -> u32 {
    let extra = if small { 0 } else { script.draw().below(2) as u32 };
    let name = format!("Autowas Zilverlijn{} BV", suffix(number));
    let front = script.company(Role::Front, name, "45.20", 3);
    let wish = if number.is_multiple_of(2) {
        StatementFormat::CamtOld
    } else {
        StatementFormat::Rabobank
    };
    let bank = script.bank(wish);
    let front_account = script.account(front, bank);
    if !small {
        takings(script, front_account);
    }

    let chief = script.person(Role::Controller);
    let foreign = script.company(
        Role::Exit,
        format!("Ryto Namai{} UAB", suffix(number)),
        "68.10",
        1,
    );
    let foreign = script.account(foreign, Bank::OutsideLt);
    let bank = script.next_bank();
    let exit = script.account(chief, bank);
    if matches!(scenario, Scenario::Labour | Scenario::Mixed) {
        labour(script, number, small, extra, exit, foreign);
    }
    if matches!(scenario, Scenario::Sexual | Scenario::Mixed) {
        sexual(script, small, extra, foreign);
    }
    front_account
}

// What a business of this size would really take in: a little by card every month, and its rent.
fn takings(script: &mut Script, front: u32) {
    let acquirer = script.company(Role::Lawful, "Kaartverwerking Passage".into(), "66.19", 80);
    let acquirer = script.account(acquirer, Bank::OutsideNl);
    let landlord = script.company(Role::Lawful, "Bedrijfspanden De Spil".into(), "68.20", 5);
    let landlord = script.account(landlord, Bank::OutsideBe);
    for first in script.whole_months() {
        let month = script.month_text(first);
        let at = (first + 4, script.around(9));
        let cents = script.draw().between(39_000, 71_000);
        script.transfer(at, acquirer, front, cents, &format!("Kaartomzet {month}"));
        let at = (first + 1, script.around(8));
        script.transfer(
            at,
            front,
            landlord,
            145_000,
            &format!("Huur bedrijfspand {month}"),
        );
    }
}

/// ` 2`, ` 3` ... behind the names of further networks.
pub fn suffix(number: u32) -> String {
    if number == 0 {
        String::new()
    } else {
        format!(" {}", number + 1)
    }
}

fn labour(script: &mut Script, number: u32, small: bool, extra: u32, exit: u32, foreign: u32) {
    let provider_party = script.company(
        Role::Front,
        format!("Flexkracht Oostpoort{} BV", suffix(number)),
        "78.20",
        11,
    );
    let bank = script.bank(StatementFormat::Rabobank);
    let provider = script.account(provider_party, bank);
    let client = script.company(
        Role::Lawful,
        format!("Vleeswaren Hoogland{} BV", suffix(number)),
        "10.11",
        120,
    );
    let client = script.account(client, Bank::OutsideNl);
    let foreman = script.person(Role::Controller);
    let bank = script.bank(StatementFormat::CamtNew);
    let stack = script.account(foreman, bank);

    let chief = script.holdings[exit as usize].party;
    let shared_phone = script.parties[chief as usize].phone.clone();
    let months = script.whole_months();
    let months: Vec<i32> = months
        .into_iter()
        .skip(1)
        .take(if small { 5 } else { 12 })
        .collect();
    let from = Date(script.start.0 + months.first().copied().unwrap_or(0));

    let mut victims = Vec::new();
    for _ in 0..if small { 2 } else { 5 + extra } {
        let party = script.person(Role::Victim);
        // The controller's telephone was given when the account was opened, and he may use it.
        script.parties[party as usize].phone = shared_phone.clone();
        let bank = script.next_bank();
        let account = script.account(party, bank);
        script.holdings[account as usize].mandates.push(chief);
        script.employments.push(Employment {
            employee: party,
            employer: provider_party,
            from,
            to: None,
        });
        victims.push((
            account,
            script.parties[party as usize].name.clone(),
            script.draw().between(1_610, 1_950) * 100,
        ));
    }
    let stacked: Vec<(String, i64)> = (0..3)
        .map(|_| {
            let party = script.person(Role::Victim);
            script.employments.push(Employment {
                employee: party,
                employer: provider_party,
                from,
                to: None,
            });
            (
                script.parties[party as usize].name.clone(),
                script.draw().between(1_580, 1_890) * 100,
            )
        })
        .collect();

    let mut sweeps: Vec<Vec<(Option<u32>, String)>> = vec![Vec::new(); victims.len()];
    let mut residuals = Vec::new();
    let mut stacking = Vec::new();
    let mut leaving = Vec::new();
    for first in months {
        let month = script.month_text(first);
        let payroll: i64 =
            victims.iter().map(|v| v.2).sum::<i64>() + stacked.iter().map(|s| s.1).sum::<i64>();
        let at = (script.payday(first) - 3, script.around(10));
        script.transfer(
            at,
            client,
            provider,
            payroll * 112 / 100,
            &format!("Inhuur personeel {month}"),
        );
        let payday = script.payday(first);
        let mut collected = 0;
        for (at, (account, name, wage)) in victims.iter().enumerate() {
            let text = script.text(format!("Loon {month} {name}"));
            let paid = script.pay(
                (payday, 9 * 3_600 + at as u32 * 40),
                provider,
                *account,
                *wage,
                (Kind::ToldWage, text),
            );
            sweeps[at].push((paid, "wage".to_owned()));
            // Between 92 and 94 of a hundred leave within a day and a half; what stays pays four equal weeks.
            let share = script.draw().between(920, 940);
            let taken = wage * share / 1_000;
            let when = (payday + script.draw().below(2) as i32, script.around(20));
            let sweep = script.transfer(when, *account, exit, taken, "Kost en inwoning");
            sweeps[at].push((sweep, "sweep".to_owned()));
            collected += taken;
            let weeks = if small { 2 } else { 4 };
            for week in 0..weeks {
                let place = script.terminal(0);
                let when = (payday + 3 + week * 7, script.around(17));
                let cash = script.pay(when, *account, CASH, 2_000, (Kind::AtmWithdrawal, place));
                residuals.push((cash, "allowance".to_owned()));
            }
        }
        for (at, (name, wage)) in stacked.iter().enumerate() {
            let text = script.text(format!("Loon {month} {name}"));
            let when = (payday, 9 * 3_600 + 1_200 + at as u32 * 40);
            let paid = script.pay(when, provider, stack, *wage, (Kind::ToldWage, text));
            stacking.push((paid, format!("wage of {name}")));
        }
        let stacked_sum: i64 = stacked.iter().map(|s| s.1).sum();
        let place = script.terminal(1);
        let when = (payday + 2, script.around(11));
        let cash = script.pay(
            when,
            stack,
            CASH,
            stacked_sum * 8 / 10 / 1_000 * 1_000,
            (Kind::BranchWithdrawal, place),
        );
        leaving.push((cash, "cash withdrawn".to_owned()));
        let when = (payday + 3, script.around(10));
        let abroad = script.transfer(
            when,
            exit,
            foreign,
            collected * 70 / 100,
            "Aankoop woning termijn",
        );
        leaving.push((abroad, "sent abroad".to_owned()));
        let place = script.terminal(1);
        let when = (payday + 3, script.around(13));
        let cash = script.pay(
            when,
            exit,
            CASH,
            collected * 20 / 100 / 1_000 * 1_000,
            (Kind::BranchWithdrawal, place),
        );
        leaving.push((cash, "cash withdrawn".to_owned()));
    }
    for ((account, name, _), movements) in victims.iter().zip(sweeps) {
        script.pattern(
            ("THB-14", "wage sweep"),
            format!("The wage of {name} leaves within 48 hours, every month, to the same account."),
            vec![(*account, "worker"), (exit, "exit point")],
            movements,
        );
    }
    let workers: Vec<(u32, &'static str)> = victims.iter().map(|v| (v.0, "worker")).collect();
    script.pattern(
        ("THB-16", "uniform residual"),
        "What is left to the workers is the same small sum of cash for each, week by week.",
        workers.clone(),
        residuals,
    );
    let names: Vec<&str> = stacked.iter().map(|s| s.0.as_str()).collect();
    script.pattern(
        ("THB-13", "wage stacking"),
        format!(
            "The wages of {} arrive on one account that none of them holds.",
            names.join(", ")
        ),
        vec![(stack, "collector"), (provider, "employer")],
        stacking,
    );
    script.pattern(
        ("EXIT", "exit point"),
        "What was collected is withdrawn in cash or sent to an account abroad whose statements are not delivered.",
        vec![(exit, "exit point"), (stack, "exit point"), (foreign, "foreign account")],
        leaving,
    );
}

fn sexual(script: &mut Script, small: bool, extra: u32, foreign: u32) {
    let controller = script.person(Role::Controller);
    let bank = script.next_bank();
    let collector = script.account(controller, bank);
    let shared_phone = script.parties[controller as usize].phone.clone();
    let payers: Vec<u32> = (0..if small { 8 } else { 24 })
        .map(|_| {
            let party = script.person(Role::Lawful);
            script.account(party, Bank::OutsideNl)
        })
        .collect();
    let site = script.company(
        Role::Lawful,
        "Contactadvertenties Nachtvlinder".into(),
        "63.12",
        6,
    );
    let site = script.account(site, Bank::OutsideDe);
    let lodging = script.company(Role::Lawful, "Kamers en Meer".into(), "55.20", 9);
    let lodging = script.account(lodging, Bank::OutsideBe);
    let days = script.days as i32;
    let weeks = if small { 5 } else { 20 };
    let begin = 45.min(days / 6);
    let mut leaving = Vec::new();
    for who in 0..if small { 1 } else { 2 + extra as usize } {
        let party = script.person(Role::Victim);
        script.parties[party as usize].phone = shared_phone.clone();
        let bank = script.next_bank();
        let account = script.account(party, bank);
        script.holdings[account as usize].mandates.push(controller);
        let mut movements = Vec::new();
        for week in 0..weeks {
            let monday = begin + who as i32 * 3 + week * 7;
            let mut collected = 0;
            for visit in 0..3 {
                let cents = script.draw().between(6, 24) * 1_000;
                let payer = payers[(week as usize * 3 + visit + who * 5) % payers.len()];
                let when = (monday + visit as i32, script.around(22));
                let number = script.transfer(when, payer, account, cents, "Zoals afgesproken");
                movements.push((number, "credit from a payer".to_owned()));
                collected += cents;
            }
            let cents = script.draw().between(12, 48) * 1_000;
            let city = script.draw().below(6) as usize;
            let place = script.terminal(city);
            let when = (monday + 2, 2 * 3_600 + script.draw().below(7_000) as u32);
            let number = script.pay(when, CASH, account, cents, (Kind::AtmDeposit, place));
            movements.push((number, "cash at night".to_owned()));
            collected += cents;
            let when = (monday + 3, script.around(7));
            let number = script.transfer(when, account, collector, collected * 95 / 100, "Huur kamer");
            movements.push((number, "sweep".to_owned()));
            if week % 4 == 3 {
                let when = (monday + 4, script.around(12));
                let number = script.transfer(when, collector, foreign, collected * 3, "Overboeking familie");
                leaving.push((number, "sent abroad".to_owned()));
            }
        }
        let name = script.parties[party as usize].name.clone();
        script.pattern(
            ("THB-35", "controlled account"),
            format!(
                "What {name} receives is passed on within days to one person, who also uses the account."
            ),
            vec![(account, "controlled account"), (collector, "exit point")],
            movements,
        );
    }
    let mut advertisements = Vec::new();
    for step in 0..6 {
        let text = script.text("Advertentie opwaarderen");
        let when = (begin + step * 2, script.around(21));
        let number = script.pay(when, collector, site, 1_200, (Kind::ToldWeb, text));
        advertisements.push((number, "advertisement".to_owned()));
    }
    script.pattern(
        ("THB-02", "advertisement micro-payments"),
        "The same small sum is paid for advertisements again and again.",
        vec![(collector, "buyer")],
        advertisements,
    );
    let mut stays = Vec::new();
    for step in 0..5 {
        let text = script.text(format!("Kamer {} nachten", 2 + step % 3));
        let when = (begin + 5 + step * 5, script.around(16));
        let cents = script.draw().between(140, 310) * 100;
        stays.push((
            script.pay(when, collector, lodging, cents, (Kind::ToldWeb, text)),
            "lodging".to_owned(),
        ));
    }
    script.pattern(
        ("THB-01", "short-stay lodging cluster"),
        "Short stays follow each other within a month.",
        vec![(collector, "buyer")],
        stays,
    );
    script.pattern(
        ("EXIT", "exit point"),
        "What was collected is sent to an account abroad whose statements are not delivered.",
        vec![(collector, "exit point"), (foreign, "foreign account")],
        leaving,
    );
}
