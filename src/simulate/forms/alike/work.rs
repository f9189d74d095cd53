//! Working people: seasonal workers of a farm, colleagues, agency workers, those who send money home, nurses at night,
//! newcomers, savers.

use super::{Home, live, months, settled};
use crate::simulate::banks::Bank;
use crate::simulate::forms::group;
use crate::simulate::forms::stage::Stage;
use crate::simulate::movement::{Kind, place};
use crate::simulate::script::Role;

/// A farm with five seasonal workers: accounts opened together at one branch, one address of the farm's lodgings, rent at
/// market rate; they keep and spend their wages, and the farm pays its taxes.
pub fn farm(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let farm = stage
        .script
        .company(Role::Lawful, format!("Aspergehoeve Van Beek {tag}"), "01.13", 9);
    let account = stage.account(farm);
    let auction = stage.script.company(
        Role::Lawful,
        format!("Groenteveiling Zuiderpolder {tag}"),
        "46.31",
        80,
    );
    let auction = stage.script.account(auction, Bank::OutsideNl);
    let city = stage.city();
    let begin = 70;
    let workers: Vec<u32> = (0..5)
        .map(|who| {
            let party = stage.aged(Role::Lawful, 20, 47);
            stage.share_home(party, farm);
            stage.employ(party, farm, begin, Some(begin + 130));
            stage.income(party, "wage", 720_000);
            let bank = stage.bank();
            stage.opened(party, bank, begin - 6 + who)
        })
        .collect();
    for (month, first) in [90, 120, 151, 181].into_iter().enumerate() {
        let at = stage.at(first - 8, 10);
        stage.send(at, auction, account, 1_900_000, "Veilingafrekening");
        for (who, worker) in workers.iter().enumerate() {
            let party = stage.holder(*worker);
            let name = stage.name(party);
            let wage = 178_000 + who as i64 * 6_350 + month as i64 * 2_210;
            stage.wage(first, account, *worker, wage, &name);
            let at = stage.at(first + 2, 9);
            stage.send(
                at,
                *worker,
                account,
                35_500,
                "Huur kamer volgens contract en markttarief",
            );
            let _food = group::food(stage, *worker, first + 5 + who as i32, city, (2_100, 6_800));
            let _food = group::food(stage, *worker, first + 14 + who as i32 * 2, city, (2_100, 6_800));
        }
        let tax = stage.market.tax;
        let at = stage.at(first + 1, 12);
        stage.told(
            Kind::ToldTax,
            at,
            (account, tax),
            430_000,
            "Loonheffing en premies seizoenwerk",
        );
    }
    for worker in &workers {
        // Each spends what he kept in his own way.
        let airline = stage.market.airline;
        let at = stage.at(186, 20);
        let fare = stage.between(8_900, 15_900);
        stage.web(at, *worker, airline, fare, "Ticket naar huis");
        stage.alike(
            *worker,
            "seasonal worker",
            &[
                ("THB-20", "a farm brings its seasonal workers to one bank in one week; each keeps his wage"),
                ("THB-12", "the farm's lodgings are one address; each has a telephone of his own"),
                ("THB-42", "a new account and a journey are what every seasonal worker has; nobody is paid for bringing him"),
                ("THB-17", "the rent is a fifth of the wage, after a contract and at market rate"),
            ],
        );
    }
    stage.alike(
        account,
        "farm",
        &[(
            "THB-21",
            "workers rent rooms of the farm at market rate, and the farm pays wages, taxes and premiums",
        )],
    );
    5
}

/// Three colleagues of a factory: they draw cash at the gate's machine on payday and lunch together.
pub fn colleagues(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let terminal = place(city as u32, 177);
    for who in 0..3i32 {
        let home = Home {
            city,
            wage: 231_000 + i64::from(who) * 8_700,
            rent: 81_000 + i64::from(who) * 4_500,
            food: 2,
        };
        let (_, account) = settled(stage, (23, 60), &home);
        for (month, first) in months(stage).into_iter().enumerate() {
            // One of them is ill or on leave every other month: never the same set of cards twice.
            if (month as i32 + who) % 3 != 0 {
                let payday = stage.script.payday(first);
                let cents = stage.round(4_000, 16_000, 1_000);
                let at = (payday, 16 * 3_600 + who as u32 * 140);
                stage.draw_cash(at, account, cents, terminal);
            }
            if month < 6 {
                let cafe = stage.market.cafe;
                let cents = stage.between(890, 2_150);
                let at = (first + 12, 12 * 3_600 + 1_900 + who as u32 * 80);
                stage.card(at, account, cafe, cents, city);
            }
        }
        stage.alike(
            account,
            "colleague",
            &[
                ("THB-15", "a busy machine at a factory gate on payday: each draws what he wants, the set of cards changes"),
                ("THB-22", "colleagues pay for their own lunch one behind the other"),
            ],
        );
    }
    3
}

/// An agency whose wages and taxes a payroll bureau pays.
pub fn agency(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let agency = stage.script.company(
        Role::Lawful,
        format!("Uitzendbureau De Schakel {tag}"),
        "78.20",
        6,
    );
    let account = stage.account(agency);
    let bureau = stage
        .script
        .company(Role::Lawful, format!("Loonbureau Correct {tag}"), "69.20", 14);
    let payroll = stage.account(bureau);
    let client = stage
        .script
        .company(Role::Lawful, format!("Magazijnen Westpoort {tag}"), "52.10", 120);
    let client = stage.script.account(client, Bank::OutsideNl);
    let workers: Vec<u32> = (0..3).map(|_| stage.outsider()).collect();
    for first in months(stage) {
        let payday = stage.script.payday(first);
        let at = stage.at(payday - 2, 9);
        stage.send(at, client, account, 1_050_000, "Factuur uitzendkrachten");
        let at = stage.at(payday - 1, 11);
        stage.send(
            at,
            account,
            payroll,
            930_000,
            "Lonen en heffingen volgens loonstaat",
        );
        for worker in &workers {
            let name = stage.name(stage.holder(*worker));
            stage.wage(payday, payroll, *worker, 198_000, &name);
        }
        let tax = stage.market.tax;
        let at = stage.at(payday, 13);
        stage.told(
            Kind::ToldTax,
            at,
            (payroll, tax),
            290_000,
            "Loonheffing en premies uitzendkrachten",
        );
    }
    stage.alike(
        account,
        "agency",
        &[
            (
                "THB-23",
                "a payroll bureau pays wages and taxes for the agency, as a contract says",
            ),
            ("THB-18", "the wages stand in the books of the payroll bureau"),
        ],
    );
    stage.alike(
        payroll,
        "payroll bureau",
        &[(
            "THB-23",
            "the bureau passes on what it receives as wages and as payroll tax",
        )],
    );
    2
}

/// Three brothers and sisters who support their mother abroad, each from his own wage.
pub fn remitters(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let eldest = stage.aged(Role::Lawful, 34, 45);
    let mother = stage.script.relative(Role::Lawful, eldest);
    stage.grow(mother, 66, 79);
    let bank = if ordinal.is_multiple_of(2) {
        Bank::OutsideRo
    } else {
        Bank::OutsideMd
    };
    stage.script.parties[mother as usize].country = bank.country();
    let beneficiary = stage.script.account(mother, bank);
    let to = stage.name(mother);
    for who in 0..3 {
        let party = if who == 0 {
            eldest
        } else {
            let party = stage.script.relative(Role::Lawful, eldest);
            stage.grow(party, 23, 40);
            // Brothers and sisters live in houses of their own.
            let other = stage.script.person(Role::Lawful);
            stage.share_home(party, other);
            party
        };
        let account = stage.account(party);
        let city = stage.city();
        let home = Home {
            city,
            wage: 198_000 + i64::from(who) * 11_500,
            rent: 72_000,
            food: 2,
        };
        live(stage, party, account, &home);
        let text = format!("Geldtransfer aan {to}");
        for first in months(stage) {
            let payday = stage.script.payday(first);
            let cents = stage.round(4_000, 19_000, 1_000);
            let at = stage.at(payday + 1 + who, 18);
            stage.told(Kind::ToldRemittance, at, (account, beneficiary), cents, &text);
        }
        if who == 1 {
            let cents = stage.round(10_000, 20_000, 1_000);
            let at = stage.at(160, 12);
            stage.counter(at, party, mother, cents, city);
        }
        let top_ups = stage.market.top_ups;
        for step in 0..9 {
            let at = stage.at(110 + step * 3, 20);
            stage.web(at, account, top_ups, 1_000, "Beltegoed buitenland");
        }
        stage.alike(
            account,
            "remitter",
            &[
                (
                    "THB-26",
                    "brothers and sisters support their mother, each from a wage that he keeps",
                ),
                (
                    "THB-30",
                    "the beneficiary is a parent of the same name, the sums follow paydays and stay the same",
                ),
                ("THB-07", "calls to the family abroad, one telephone"),
            ],
        );
    }
    3
}

/// A nurse on night duty who is driven home.
pub fn night_nurse(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 252_000,
        rent: 88_000,
        food: 2,
    };
    let (_, account) = settled(stage, (26, 57), &home);
    let rides = stage.market.rides;
    for step in 0..18 {
        let at = stage.at(170 + step * 3 / 2, 5);
        let cents = stage.between(950, 1_650);
        stage.web(at, account, rides, cents, "Rit");
    }
    stage.alike(
        account,
        "night worker",
        &[(
            "THB-06",
            "every ride goes home after a night shift and is paid from a wage",
        )],
    );
    1
}

/// Somebody who has come to work by himself: a new account, a journey, a loan of a cousin repaid in three instalments.
pub fn newcomer(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let cousin = stage.outsider();
    let party = stage.aged(Role::Lawful, 22, 39);
    let bank = stage.bank();
    let begin = 62;
    let account = stage.opened(party, bank, begin);
    let city = stage.city();
    let name = stage.name(party);
    let employer = stage.market.employer(2);
    let employs = stage.holder(employer);
    stage.employ(party, employs, begin, None);
    stage.income(party, "wage", 2_050_000);
    let at = stage.at(begin + 4, 12);
    stage.send(at, cousin, account, 60_000, "Lening voor het begin");
    let coach = stage.market.coach;
    let at = stage.at(begin + 6, 12);
    stage.web(at, account, coach, 6_900, "Busreis");
    let hotel = stage.market.hotels[2];
    let at = stage.at(begin + 7, 15);
    stage.card(at, account, hotel, 21_000, city);
    for month in 0..stage.months.min(6) as i32 {
        let payday = begin + 27 + month * 30;
        stage.wage(payday, employer, account, 203_000, &name);
        if month < 3 {
            let at = stage.at(payday + 2, 19);
            stage.send(at, account, cousin, 20_000, "Aflossing lening");
        }
        let landlord = stage.market.landlord(3);
        let at = stage.at(payday + 3, 9);
        stage.send(at, account, landlord, 74_000, "Huur kamer");
        let _food = group::food(stage, account, payday + 6, city, (2_900, 8_100));
        let _food = group::food(stage, account, payday + 16, city, (2_900, 8_100));
    }
    stage.alike(
        account,
        "newcomer",
        &[
            (
                "THB-42",
                "somebody comes to work by himself; nobody else can use the account, and the wage stays",
            ),
            (
                "THB-19",
                "a cousin lends for the beginning; no other worker pays him",
            ),
        ],
    );
    1
}

/// Somebody who moves most of each wage to a savings account of his own on payday, and lives on another.
pub fn saver(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let party = stage.aged(Role::Lawful, 29, 61);
    let account = stage.account(party);
    let savings = stage.account(party);
    let city = stage.city();
    let home = Home {
        city,
        wage: 268_000,
        rent: 0,
        food: 0,
    };
    live(stage, party, account, &home);
    let landlord = stage.market.landlord(1);
    for first in months(stage) {
        let payday = stage.script.payday(first);
        let at = stage.at(payday + 1, 7);
        stage.send(at, account, savings, 236_000, "Naar mijn leefrekening");
        let at = stage.at(first + 2, 8);
        stage.send(at, savings, landlord, 91_000, "Huur");
        for step in 0..2 {
            let _food = group::food(stage, savings, first + 5 + step * 12, city, (2_900, 9_900));
        }
    }
    stage.alike(
        account,
        "saver",
        &[
            ("THB-14", "the wage goes to another account of the same holder"),
            (
                "THB-35",
                "both accounts have one holder, who pays rent and food from the second",
            ),
        ],
    );
    1
}

/// Somebody who repays an advance on the wage that the employer paid out before.
pub fn advance(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 226_000,
        rent: 69_000,
        food: 2,
    };
    let (party, account) = settled(stage, (24, 52), &home);
    let employer = stage.market.employer(party);
    let at = stage.at(40, 10);
    stage.send(
        at,
        employer,
        account,
        210_000,
        "Voorschot op loon volgens overeenkomst",
    );
    for first in months(stage).into_iter().take(3) {
        let payday = stage.script.payday(first);
        let at = stage.at(payday + 2, 10);
        stage.send(at, account, employer, 70_000, "Terugbetaling voorschot");
    }
    stage.alike(
        account,
        "advance",
        &[(
            "THB-17",
            "the employer paid an advance first; three instalments repay it whole",
        )],
    );
    1
}
