//! People with a trade of their own: independent sex workers, market stalls, drivers, sales representatives, artists,
//! web shops, family businesses, houses of coins.

use super::{Home, live, months, settled};
use crate::simulate::forms::group;
use crate::simulate::forms::stage::Stage;
use crate::simulate::movement::{CASH, Kind};
use crate::simulate::names::CITIES;
use crate::simulate::script::Role;

/// An independent sex worker: buys her own advertisements, is paid by clients, sometimes at night and in hotels, keeps
/// what she earns, pays rent, taxes and a pension. Nobody else can use the account.
pub fn independent(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 0,
        rent: 91_000,
        food: 3,
    };
    let party = stage.aged(Role::Lawful, 23, 45);
    let account = stage.account(party);
    live(stage, party, account, &home);
    stage.income(party, "profit", 3_100_000);
    let clients: Vec<u32> = (0..18).map(|_| stage.outsider()).collect();
    for (month, first) in months(stage).into_iter().enumerate() {
        for visit in 0..11 {
            let cents = stage.round(8_000, 24_000, 1_000);
            let payer = clients[(month * 7 + visit as usize) % clients.len()];
            let at = if visit % 2 == 0 {
                stage.night(first + visit * 2)
            } else {
                stage.at(first + visit * 2, 17)
            };
            stage.send(at, payer, account, cents, "Zoals afgesproken");
        }
        if month < 3 {
            let site = stage.market.advertisements;
            for step in 0..5 {
                let at = stage.at(first + step * 2 + 1, 11);
                stage.web(at, account, site, 1_200, "Advertentie opwaarderen");
            }
        }
        let tax = stage.market.tax;
        let at = stage.at(first + 24, 11);
        stage.told(
            Kind::ToldTax,
            at,
            (account, tax),
            34_000,
            "Voorlopige aanslag en omzetbelasting",
        );
    }
    for step in 0..4 {
        let hotel = stage.market.hotels[step as usize % 2];
        let at = stage.at(128 + step * 6, 15);
        stage.card(
            at,
            account,
            hotel,
            11_900,
            (city + step as usize * 4) % CITIES.len(),
        );
    }
    stage.alike(
        account,
        "independent worker",
        &[
            ("THB-02", "she buys her own advertisements"),
            ("THB-03", "the clients are hers, and what they pay stays with her"),
            ("THB-04", "work in the evening is lawful work"),
            (
                "THB-01",
                "she travels for her work and pays from her own earnings",
            ),
        ],
    );
    1
}

/// A market stall: cash takings and next to nothing else, coins among them, all spent on stock from the auction in cash.
pub fn stall(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let party = stage.aged(Role::Lawful, 27, 66);
    let name = format!(
        "Marktkraam {} {}",
        stage.script.parties[party as usize].more.family, party
    );
    let firm = stage.script.company(Role::Lawful, name, "47.81", 1);
    let account = stage.account(firm);
    stage.mandate(account, party);
    let city = stage.city();
    for first in months(stage) {
        for week in 0..4 {
            let cents = stage.between(31_000, 89_000) / 5 * 5;
            let terminal = stage.script.terminal(city);
            let at = stage.at(first + 1 + week * 7, 16);
            stage
                .script
                .pay(at, CASH, account, cents, (Kind::BranchDeposit, terminal));
        }
        let at = stage.at(first + 11, 10);
        let (town, wholesaler) = (stage.market.municipality, stage.market.wholesaler);
        stage.send(
            at,
            account,
            town,
            21_000 + i64::from(ordinal),
            "Marktgeld standplaats",
        );
        let at = stage.at(first + 13, 10);
        stage.send(at, account, wholesaler, 24_000, "Factuur inkoop");
        let at = stage.at(first + 15, 5);
        stage.fetch(at, account, 82_000, city);
        let tax = stage.market.tax;
        let at = stage.at(first + 24, 12);
        stage.told(Kind::ToldTax, at, (account, tax), 18_500, "Omzetbelasting");
    }
    stage.alike(
        account,
        "market stall",
        &[
            (
                "THB-38",
                "a market stall lives by cash, buys its stock for cash and pays for its pitch and its taxes",
            ),
            ("THB-25", "the takings of a market are small notes and coins"),
        ],
    );
    1
}

/// A laundrette or a church: coins, deposited twice and three times a week.
pub fn coins(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let (name, sector) = if ordinal.is_multiple_of(2) {
        (format!("Wasserette De Trommel {tag}"), "96.01")
    } else {
        (format!("Parochie Sint Joris {tag}"), "94.91")
    };
    let firm = stage.script.company(Role::Lawful, name, sector, 2);
    let account = stage.account(firm);
    let city = stage.city();
    for first in months(stage).into_iter().take(6) {
        for step in 0..9 {
            let cents = group::coins(stage, 3_100, 21_900);
            let at = stage.at(first + 1 + step * 3, 12);
            stage.pay_in(at, account, cents, city);
        }
        let energy = stage.market.energy;
        let at = stage.at(first + 8, 3);
        stage.told(
            Kind::ToldDebit,
            at,
            (account, energy),
            31_000,
            "Termijn energie gebouw",
        );
        let landlord = stage.market.landlord(ordinal);
        let at = stage.at(first + 2, 9);
        stage.send(at, account, landlord, 48_000, "Huur gebouw");
    }
    stage.alike(
        account,
        "house of coins",
        &[(
            "THB-25",
            "machines or collections bring coins to one house, which pays rent and energy with them",
        )],
    );
    1
}

/// A driver who is paid by passengers at night through their telephones.
pub fn driver(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let party = stage.aged(Role::Lawful, 25, 62);
    let account = stage.account(party);
    let city = stage.city();
    let home = Home {
        city,
        wage: 0,
        rent: 82_000,
        food: 2,
    };
    live(stage, party, account, &home);
    stage.income(party, "profit", 2_450_000);
    let passengers: Vec<u32> = (0..12).map(|_| stage.outsider()).collect();
    for (month, first) in months(stage).into_iter().enumerate() {
        let platform = stage.market.platform;
        for week in 0..4 {
            let at = stage.at(first + 2 + week * 7, 7);
            let cents = stage.between(39_000, 61_000);
            stage.send(at, platform, account, cents, "Uitbetaling ritten week");
        }
        for ride in 0..if month == 1 { 11 } else { 2 } {
            let at = stage.night(first + ride * 2);
            let cents = stage.round(1_500, 9_000, 500);
            let payer = passengers[(month * 3 + ride as usize) % passengers.len()];
            stage.send(at, payer, account, cents, "Rit");
        }
        for step in 0..2 {
            let fuel = stage.market.fuel;
            let at = stage.at(first + 6 + step * 12, 21);
            stage.card(at, account, fuel, 7_400, (city + step as usize) % CITIES.len());
        }
    }
    stage.alike(
        account,
        "driver",
        &[
            ("THB-04", "passengers pay at night because that is when he drives"),
            ("THB-03", "fares of many passengers, spent on fuel, rent and food"),
        ],
    );
    1
}

/// A sales representative: hotels and tickets in many cities, paid back by the employer.
pub fn representative(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 262_000,
        rent: 99_000,
        food: 2,
    };
    let (party, account) = settled(stage, (28, 59), &home);
    let employer = stage.market.employer(party);
    for (month, first) in months(stage).into_iter().take(5).enumerate() {
        let mut costs = 0;
        for step in 0..5 {
            let hotel = stage.market.hotels[(month + step as usize) % 4];
            let cents = stage.between(8_900, 13_900);
            costs += cents;
            let at = stage.at(first + 3 + step * 5, 18);
            let town = (city + 2 + step as usize * 3) % CITIES.len();
            stage.card(at, account, hotel, cents, town);
        }
        let at = stage.at(first + 28, 9);
        stage.send(at, employer, account, costs, "Declaratie reiskosten");
    }
    stage.alike(
        account,
        "sales representative",
        &[
            ("THB-01", "the employer pays back every hotel"),
            ("THB-11", "the round follows customers, and no cash is paid in"),
        ],
    );
    1
}

/// A musician on tour: the same cities again, cash of the door paid in at each.
pub fn artist(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let party = stage.aged(Role::Lawful, 24, 55);
    let account = stage.account(party);
    let home = Home {
        city,
        wage: 0,
        rent: 71_000,
        food: 2,
    };
    live(stage, party, account, &home);
    stage.income(party, "profit", 2_200_000);
    let agency = stage.outsider();
    for week in 0..10 {
        let town = (city + 1 + week as usize % 4 * 2) % CITIES.len();
        let at = stage.at(100 + week * 6, 23);
        let cents = stage.round(9_000, 38_000, 500);
        stage.pay_in(at, account, cents, town);
        let cafe = stage.market.cafe;
        let at = stage.at(100 + week * 6, 20);
        stage.card(at, account, cafe, 2_150, town);
        if week % 3 == 0 {
            let at = stage.at(103 + week * 6, 11);
            stage.send(at, agency, account, 60_000, "Gage optreden");
        }
    }
    stage.alike(
        account,
        "touring artist",
        &[
            ("THB-11", "a tour of cities, announced and paid by an agency"),
            (
                "THB-05",
                "the artist pays in the takings of the door in the city of the concert",
            ),
            ("THB-04", "concerts end at night"),
        ],
    );
    1
}

/// A family with three snack bars: each pays its takings in at its own town.
pub fn branches(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let firm = stage.script.company(
        Role::Lawful,
        format!("Friethuizen Familie Dekkers {tag}"),
        "56.10",
        9,
    );
    let account = stage.account(firm);
    let owner = stage.aged(Role::Lawful, 35, 60);
    let son = stage.script.relative(Role::Lawful, owner);
    stage.mandate(account, owner);
    stage.mandate(account, son);
    let city = stage.city();
    let staff: Vec<u32> = (0..3).map(|_| stage.outsider()).collect();
    for first in months(stage).into_iter().take(6) {
        for step in 0..6 {
            let town = (city + step as usize % 3 * 5) % CITIES.len();
            let cents = stage.round(14_000, 47_000, 1_000) * 2;
            let at = stage.at(first + 1 + step * 4, 22);
            stage.pay_in(at, account, cents, town);
        }
        let processor = stage.market.processor;
        let at = stage.at(first + 14, 7);
        stage.send(at, processor, account, 790_000, "Kaartomzet");
        for worker in &staff {
            let payday = stage.script.payday(first);
            let name = stage.name(stage.holder(*worker));
            stage.wage(payday, account, *worker, 149_000, &name);
        }
        let wholesaler = stage.market.wholesaler;
        let at = stage.at(first + 9, 10);
        stage.send(at, account, wholesaler, 240_000, "Factuur inkoop");
        let tax = stage.market.tax;
        let at = stage.at(first + 24, 12);
        stage.told(
            Kind::ToldTax,
            at,
            (account, tax),
            130_000,
            "Loonheffing en omzetbelasting",
        );
    }
    stage.alike(
        account,
        "family business",
        &[
            ("THB-05", "a family business pays in at each of its branches"),
            (
                "THB-37",
                "the family owns the business and pays staff, stock and taxes from it",
            ),
        ],
    );
    1
}

/// A web shop that is paid through a processor and pays its suppliers.
pub fn web_shop(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let firm = stage.script.company(
        Role::Lawful,
        format!("Webwinkel Het Knopenhuis {tag}"),
        "47.91",
        2,
    );
    let account = stage.account(firm);
    for first in months(stage) {
        for week in 0..4 {
            let processor = stage.market.processor;
            let cents = stage.between(41_000, 96_000);
            let at = stage.at(first + 2 + week * 7, 6);
            stage.send(at, processor, account, cents, "Uitbetaling bestellingen week");
        }
        let wholesaler = stage.market.wholesaler;
        let at = stage.at(first + 10, 10);
        stage.send(
            at,
            account,
            wholesaler,
            148_000 + i64::from(ordinal),
            "Factuur inkoop",
        );
        let tax = stage.market.tax;
        let at = stage.at(first + 24, 12);
        stage.told(Kind::ToldTax, at, (account, tax), 36_000, "Omzetbelasting");
    }
    stage.alike(
        account,
        "web shop",
        &[(
            "THB-40",
            "a shop's orders come through one processor, and its suppliers are paid",
        )],
    );
    1
}

/// A dealer in used cars: many sell for a little less than ten thousand, some for more; each was bought before.
pub fn dealer(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let firm = stage
        .script
        .company(Role::Lawful, format!("Autohandel De Bocht {tag}"), "45.11", 3);
    let account = stage.account(firm);
    let city = stage.city();
    let auction = stage.outsider();
    for (month, first) in months(stage).into_iter().take(6).enumerate() {
        for step in 0..3 {
            let cents = if (month as i32 + step) % 3 == 0 {
                stage.round(1_080_000, 1_390_000, 5_000)
            } else {
                stage.round(925_000, 995_000, 5_000)
            };
            let terminal = stage.script.terminal(city);
            let at = stage.at(first + 4 + step * 8, 14);
            stage
                .script
                .pay(at, CASH, account, cents, (Kind::BranchDeposit, terminal));
            let at = stage.at(first + 2 + step * 8, 10);
            let text = format!(
                "Factuur voertuig {}",
                3_000 + i64::from(ordinal) + month as i64 * 7
            );
            stage.send(at, account, auction, cents * 86 / 100, &text);
        }
        let tax = stage.market.tax;
        let at = stage.at(first + 24, 12);
        stage.told(Kind::ToldTax, at, (account, tax), 142_000, "Omzetbelasting");
    }
    stage.alike(
        account,
        "dealer",
        &[(
            "THB-41",
            "prices of used cars lie under and over ten thousand, and each car was bought before",
        )],
    );
    1
}
