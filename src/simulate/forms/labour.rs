//! Labour exploitation: wages that are taken, stacked on another's account, or eaten up by a bed.

use super::fronts::{self, Trade};
use super::group;
use super::stage::{Stage, Steps};
use crate::simulate::banks::Bank;
use crate::simulate::movement::{Kind, place};
use crate::simulate::script::Role;

/// A network: a labour provider, a housing business, one who keeps the cards, one on whose account wages are stacked, a
/// driver, a recruiter.
pub fn network(stage: &mut Stage<'_>, number: u32) {
    let begin = stage.begin("labour");
    let chief = stage.member(Role::Controller, &["treasury"]);
    let kin = stage.script.relative(Role::Controller, chief);
    let foreman = stage.member(Role::Controller, &["guarding"]);
    let driver = stage.member(Role::Transport, &[]);
    let recruiter = stage.member(Role::Recruiter, &[]);
    let exit = stage.account(chief);
    let keeper = stage.account(kin);
    let bank = stage.timed_bank();
    let stack = stage.script.account(foreman, bank);
    let wheels = stage.account(driver);
    let hired = stage.account(recruiter);
    let abroad = stage.abroad(
        Role::Exit,
        Bank::OutsideLt,
        Some(&format!("Namai Ezere {} UAB", number + 1)),
    );
    let tag = stage.script.parties.len();
    let provider = company(
        stage,
        Role::Front,
        format!("Flexwerk Havenkwartier {tag} BV"),
        "78.20",
        12,
    );
    let rooms = company(
        stage,
        Role::Housing,
        format!("Kamerverhuur De Slaapzaal {tag} BV"),
        "68.20",
        1,
    );
    stage.mandate(provider, chief);
    stage.mandate(rooms, kin);
    // The housing business and the labour provider have one telephone and one address.
    let (employer, landlord) = (stage.holder(provider), stage.holder(rooms));
    stage.share_phone(landlord, employer);
    stage.share_home(landlord, employer);
    let client = company_outside(stage, format!("Slachthuis Noordveld {tag} BV"));

    let swept = workers(stage, begin, 4, chief, true);
    let deducted = workers(stage, begin + 2, 4, chief, false);
    for account in &deducted {
        let party = stage.holder(*account);
        stage.share_home(party, landlord);
    }
    for account in &swept {
        stage.mandate(*account, kin);
    }
    let stacked: Vec<String> = (0..3)
        .map(|_| {
            let party = stage.script.person(Role::Victim);
            stage.employ(party, employer, begin, None);
            stage.name(party)
        })
        .collect();
    for account in swept.iter().chain(&deducted) {
        let party = stage.holder(*account);
        stage.employ(party, employer, begin, None);
    }
    group::opened_together(stage, &swept);
    group::shared_contact(stage, &swept, exit);

    let mut sheet = Sheet::default();
    let months: Vec<i32> = stage
        .script
        .whole_months()
        .into_iter()
        .filter(|first| *first > begin)
        .take((stage.weeks / 4) as usize)
        .collect();
    let terminal = stage.script.terminal(2);
    let city = stage.city();
    for (month, first) in months.iter().enumerate() {
        let payday = stage.script.payday(*first);
        let wages: i64 = (swept.len() + deducted.len() + stacked.len()) as i64 * 172_000;
        let at = stage.at(payday - 2, 10);
        sheet.provider.push((
            stage.send(
                at,
                client,
                provider,
                wages * 112 / 100,
                "Factuur inhuur personeel",
            ),
            "client pays".into(),
        ));
        let mut collected = 0;
        for (who, account) in swept.iter().enumerate() {
            let name = stage.name(stage.holder(*account));
            let wage = 165_000 + who as i64 * 4_100;
            let paid = stage.wage(payday, provider, *account, wage, &name);
            sheet.provider.push((paid, "wage".into()));
            let taken = wage * 94 / 100;
            let at = stage.at(payday + who as i32 % 2, 20);
            let sweep = stage.send(at, *account, keeper, taken, "Kost en inwoning");
            sheet.sweeps.resize(swept.len(), Steps::new());
            sheet.sweeps[who].push((paid, "wage".into()));
            sheet.sweeps[who].push((sweep, "sweep".into()));
            collected += taken;
        }
        for week in 0..3 {
            let evening = stage.between(17 * 3_600, 18 * 3_600) as u32;
            for (who, account) in swept.iter().enumerate() {
                // One man draws with all cards, one after the other.
                let at = (payday + 2 + week * 7, evening + who as u32 * 75);
                let drawn = stage.draw_cash(at, *account, 2_000, terminal);
                sheet.allowance.push((drawn, "allowance".into()));
                // The driver takes them to one shop.
                if month < 2 {
                    let shop = stage.market.supermarket(0);
                    let cents = stage.between(310, 690);
                    let at = (payday + 3 + week * 7, evening + 900 + who as u32 * 95);
                    let bought = stage.card(at, *account, shop, cents, city);
                    sheet.together.push((bought, "bought together".into()));
                }
            }
        }
        for (who, account) in deducted.iter().enumerate() {
            let name = stage.name(stage.holder(*account));
            let wage = 168_000 + who as i64 * 2_900;
            let paid = stage.wage(payday, provider, *account, wage, &name);
            sheet.provider.push((paid, "wage".into()));
            let at = stage.at(payday + 2, 11);
            let text = "Huur bed en vervoer en boete";
            let back = stage.send(at, *account, rooms, wage * (38 + who as i64) / 100, text);
            sheet.deductions.resize(deducted.len(), Steps::new());
            sheet.deductions[who].push((paid, "wage".into()));
            sheet.deductions[who].push((back, "deduction".into()));
            sheet.rents.push((back, "rent to the employer's business".into()));
            if month < 4 {
                let at = stage.at(payday + 3, 11);
                let debt = stage.send(at, *account, hired, 20_000, "Aflossing bemiddeling en reis");
                sheet.debts.push((debt, "instalment".into()));
            }
            let at = payday + 6;
            let _food = group::food(stage, *account, at, city, (2_400, 5_200));
            let _food = group::food(stage, *account, at + 9, city, (2_400, 5_200));
        }
        for (who, name) in stacked.iter().enumerate() {
            let paid = stage.wage(payday, provider, stack, 158_000 + who as i64 * 3_300, name);
            sheet.provider.push((paid, "wage".into()));
            sheet.stacking.push((paid, format!("wage of {name}")));
        }
        let at = stage.at(payday, 15);
        sheet.provider.push((
            stage.fetch(at, provider, wages * 10 / 100, city),
            "cash withdrawn".into(),
        ));
        let at = stage.at(payday + 2, 11);
        stage.fetch(at, stack, 380_000, city);
        let at = stage.at(payday + 3, 9);
        stage.send(at, keeper, exit, collected * 85 / 100, "Afdracht");
        let at = stage.at(payday + 3, 10);
        let from_rooms = stage.send(at, rooms, exit, 190_000, "Afdracht huur");
        sheet.rents.push((from_rooms, "passed on".into()));
        let at = stage.at(payday + 4, 10);
        let share = collected * 25 / 100;
        sheet.leaving.push((
            stage.send(at, exit, abroad, share, "Aankoop woning termijn"),
            "sent abroad".into(),
        ));
        let at = stage.at(payday + 4, 13);
        sheet.leaving.push((
            stage.fetch(at, exit, collected * 5 / 100, city),
            "cash withdrawn".into(),
        ));
        let at = stage.at(payday + 5, 18);
        let fuel = stage.market.fuel;
        sheet
            .rides
            .push((stage.card(at, wheels, fuel, 8_200, city), "fuel".into()));
        let lease = stage.market.lease;
        let at = stage.at(payday + 6, 4);
        let paid = stage.told(
            Kind::ToldDebit,
            at,
            (wheels, lease),
            61_000,
            "Leasetermijn personenbus",
        );
        sheet.rides.push((paid, "minibus".into()));
        let at = stage.at(payday + 5, 9);
        stage.send(at, exit, wheels, 90_000, "Vervoer");
    }
    let passengers: Vec<String> = swept
        .iter()
        .chain(&deducted)
        .map(|account| stage.name(stage.holder(*account)))
        .collect();
    let tickets = group::tickets(stage, wheels, begin - 9, &passengers);
    sheet.rides.extend(tickets);
    for account in &deducted {
        arrival(stage, *account, begin, hired);
    }
    let roles = Roles {
        swept,
        deducted,
        stacked,
        keeper,
        exit,
        stack,
        provider,
        rooms,
        hired,
        wheels,
        abroad,
    };
    sheet.plant(stage, &roles);
    group::costly_life(stage, exit, begin + 60, 2_200_000, city);
    fronts::front(stage, Trade::CarWash, chief, number);
}

/// One who keeps a kitchen: two wages arrive on his account, one is taken from its owner's.
pub fn alone(stage: &mut Stage<'_>, number: u32) {
    let begin = stage.begin("labour");
    let one = stage.member(Role::Controller, &["guarding"]);
    let collector = stage.account(one);
    let tag = stage.script.parties.len();
    let kitchen = company(stage, Role::Front, format!("Eethuis De Wok {tag}"), "56.10", 3);
    stage.mandate(kitchen, one);
    let employer = stage.holder(kitchen);
    let named: Vec<String> = (0..2)
        .map(|_| {
            let party = stage.script.person(Role::Victim);
            stage.employ(party, employer, begin, None);
            stage.name(party)
        })
        .collect();
    let party = stage.script.person(Role::Victim);
    stage.share_phone(party, one);
    let account = stage.account(party);
    stage.mandate(account, one);
    stage.employ(party, employer, begin, None);
    let name = stage.name(party);
    let city = stage.city();
    let (mut stacking, mut sweeps) = (Steps::new(), Steps::new());
    let months: Vec<i32> = stage.script.whole_months().into_iter().skip(1).take(5).collect();
    for first in months {
        let payday = stage.script.payday(first);
        let terminal = stage.script.terminal(city);
        let at = stage.at(first + 4, 10);
        stage.script.pay(
            at,
            crate::simulate::movement::CASH,
            kitchen,
            390_000,
            (Kind::BranchDeposit, terminal),
        );
        for name in &named {
            let paid = stage.wage(payday, kitchen, collector, 88_000, name);
            stacking.push((paid, format!("wage of {name}")));
        }
        let paid = stage.wage(payday, kitchen, account, 91_000, &name);
        let at = stage.at(payday + 1, 12);
        let sweep = stage.send(at, account, collector, 85_000, "Kamer en eten");
        sweeps.push((paid, "wage".into()));
        sweeps.push((sweep, "sweep".into()));
        let _food = group::food(stage, account, payday + 4, city, (900, 1_900));
        let at = stage.at(payday + 2, 16);
        stage.fetch(at, collector, 140_000 + i64::from(number) * 1_000, city);
    }
    stage.plant(
        ("THB-13", "wage stacking"),
        format!(
            "The wages of {} arrive on one account that neither holds.",
            named.join(" and ")
        ),
        vec![(collector, "collector"), (kitchen, "employer")],
        stacking,
    );
    stage.plant(
        ("THB-14", "wage sweep"),
        format!("The wage of {name} leaves within 48 hours, every month, to the same account."),
        vec![(account, "worker"), (collector, "exit point")],
        sweeps,
    );
}

/// Who holds what.
struct Roles {
    swept: Vec<u32>,
    deducted: Vec<u32>,
    stacked: Vec<String>,
    keeper: u32,
    exit: u32,
    stack: u32,
    provider: u32,
    rooms: u32,
    hired: u32,
    wheels: u32,
    abroad: u32,
}

/// What was done, by pattern.
#[derive(Default)]
struct Sheet {
    provider: Steps,
    sweeps: Vec<Steps>,
    allowance: Steps,
    together: Steps,
    deductions: Vec<Steps>,
    rents: Steps,
    debts: Steps,
    stacking: Steps,
    leaving: Steps,
    rides: Steps,
}

impl Sheet {
    fn plant(self, stage: &mut Stage<'_>, roles: &Roles) {
        let swept: Vec<(u32, &'static str)> = roles.swept.iter().map(|a| (*a, "worker")).collect();
        let deducted: Vec<(u32, &'static str)> = roles.deducted.iter().map(|a| (*a, "worker")).collect();
        for (account, steps) in roles.swept.iter().zip(self.sweeps) {
            let name = stage.name(stage.holder(*account));
            let accounts = vec![(*account, "worker"), (roles.keeper, "exit point")];
            stage.plant(
                ("THB-14", "wage sweep"),
                format!("The wage of {name} leaves within 48 hours, every month, to the same account."),
                accounts.clone(),
                steps.clone(),
            );
            stage.plant(
                ("THB-35", "controlled account"),
                format!("{name} keeps next to nothing; the one who receives it can use the account."),
                accounts,
                steps,
            );
        }
        stage.plant(
            ("THB-16", "uniform residual"),
            "What is left to the workers is the same small sum of cash for each, week by week.",
            swept.clone(),
            self.allowance.clone(),
        );
        stage.plant(
            ("THB-15", "many cards at one machine"),
            "The cards of four people are used at one machine within five minutes, week by week.",
            swept.clone(),
            self.allowance,
        );
        stage.plant(
            ("THB-22", "many identities, one spender"),
            "Four people pay at one till within minutes, again and again.",
            swept,
            self.together,
        );
        for (account, steps) in roles.deducted.iter().zip(self.deductions) {
            let name = stage.name(stage.holder(*account));
            stage.plant(
                ("THB-17", "deductions"),
                format!("{name} pays back two fifths of every wage to a business of the employer."),
                vec![(*account, "worker"), (roles.rooms, "employer's business")],
                steps,
            );
        }
        stage.plant(
            ("THB-21", "housing knot"),
            "Four workers pay rent to a business of their employer.",
            deducted
                .iter()
                .copied()
                .chain([(roles.rooms, "employer's business")])
                .collect(),
            self.rents.clone(),
        );
        stage.function("housing", roles.rooms, self.rents);
        stage.plant(
            ("THB-19", "recruitment debt"),
            "Four workers pay the same instalments to the one who brought them.",
            deducted.into_iter().chain([(roles.hired, "recruiter")]).collect(),
            self.debts.clone(),
        );
        stage.function("recruiter", roles.hired, self.debts);
        stage.plant(
            ("THB-13", "wage stacking"),
            format!(
                "The wages of {} arrive on one account that none of them holds.",
                roles.stacked.join(", ")
            ),
            vec![(roles.stack, "collector"), (roles.provider, "employer")],
            self.stacking,
        );
        stage.plant(
            ("THB-23", "labour-provider pass-through"),
            "What clients pay leaves within three days to people and as cash, and no payroll tax is paid.",
            vec![(roles.provider, "labour provider")],
            self.provider.clone(),
        );
        stage.function("front", roles.provider, self.provider);
        stage.function("transport", roles.wheels, self.rides);
        stage.plant(
            ("EXIT", "exit point"),
            "What was collected is withdrawn in cash or sent abroad to an account whose statements are not delivered.",
            vec![(roles.exit, "exit point"), (roles.abroad, "foreign account")],
            self.leaving.clone(),
        );
        group::family_cell(stage, &[roles.exit, roles.keeper], self.leaving.clone());
        stage.function("treasury", roles.exit, self.leaving);
    }
}

fn company(stage: &mut Stage<'_>, role: Role, name: String, sector: &'static str, employees: u32) -> u32 {
    let party = stage.script.company(role, name, sector, employees);
    stage.account(party)
}

fn company_outside(stage: &mut Stage<'_>, name: String) -> u32 {
    let party = stage.script.company(Role::Lawful, name, "10.11", 140);
    stage.script.account(party, Bank::OutsideNl)
}

// Accounts opened one after the other just before the work begins; those who keep cards have the first telephone.
fn workers(stage: &mut Stage<'_>, begin: i32, count: i32, chief: u32, controlled: bool) -> Vec<u32> {
    (0..count)
        .map(|who| {
            let party = stage.aged(Role::Victim, 21, 44);
            let bank = if controlled {
                stage.share_phone(party, chief);
                stage.timed_bank()
            } else {
                stage.bank()
            };
            stage.opened(party, bank, begin - 8 + who * 2)
        })
        .collect()
}

fn arrival(stage: &mut Stage<'_>, account: u32, begin: i32, recruiter: u32) {
    let at = stage.at(begin + 3, 14);
    let terminal = place(1, 118);
    let first = stage.script.pay(
        at,
        crate::simulate::movement::CASH,
        account,
        30_000,
        (Kind::AtmDeposit, terminal),
    );
    let at = stage.at(begin + 4, 10);
    let paid = stage.send(at, account, recruiter, 20_000, "Aflossing bemiddeling en reis");
    let coach = stage.market.coach;
    let at = stage.at(begin + 5, 10);
    let bus = stage.web(at, account, coach, 2_100, "Busreis naar werk");
    stage.plant(
        ("THB-42", "arrival sequence"),
        "A new account receives its first money and pays for transport and a recruiter within a month.",
        vec![(account, "new account"), (recruiter, "recruiter")],
        vec![
            (first, "first money".into()),
            (paid, "instalment".into()),
            (bus, "transport".into()),
        ],
    );
}
