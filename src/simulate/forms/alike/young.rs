//! Young people: students, those whose parents keep the money, minors who collect for a cause, sellers and gamers.

use super::{Home, live, months, settled};
use crate::simulate::banks::Bank;
use crate::simulate::forms::group;
use crate::simulate::forms::stage::Stage;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// A student: parents send money, friends pay their share, trains at the weekend. Three share a flat and a telephone
/// contract of the house.
pub fn student(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let parent = stage.aged(Role::Lawful, 46, 58);
    let source = stage.script.account(parent, Bank::OutsideNl);
    let party = stage.script.relative(Role::Lawful, parent);
    stage.grow(party, 18, 20);
    let account = stage.account(party);
    let city = stage.city();
    let home = Home {
        city,
        wage: 0,
        rent: 41_000,
        food: 2,
    };
    live(stage, party, account, &home);
    let friends: Vec<u32> = (0..9).map(|_| stage.outsider()).collect();
    for (month, first) in months(stage).into_iter().enumerate() {
        let at = stage.at(first + 1, 9);
        stage.send(at, source, account, 72_000, "Studie en kamer");
        // The month of the festival: everybody pays back a share.
        let shares = if month == 1 { 11 } else { 2 };
        for step in 0..shares {
            let cents = stage.round(500, 4_500, 500);
            let at = stage.at(first + 3 + step * 2, 22);
            let friend = friends[(month * 2 + step as usize) % friends.len()];
            stage.send(at, friend, account, cents, "Samen eten");
        }
        let rail = stage.market.rail;
        for step in 0..if month == 1 { 3 } else { 1 } {
            let at = stage.at(first + 5 + step * 7, 17);
            let fare = stage.between(890, 2_190);
            stage.web(at, account, rail, fare, "Treinkaart retour naar huis");
        }
    }
    stage.alike(
        account,
        "student",
        &[
            ("THB-29", "friends pay back what was shared, the train goes home to the parents, and the money is spent on rent and food"),
            ("THB-35", "a student lives on what the parents send and spends it in shops; nobody else can use the account"),
        ],
    );
    1
}

/// A young adult whose parent may use the account and puts most of the wage aside for him.
pub fn managed(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 224_000,
        rent: 92_000,
        food: 2,
    };
    let (parent, parents) = settled(stage, (45, 57), &home);
    let party = stage.script.relative(Role::Lawful, parent);
    stage.grow(party, 18, 19);
    stage.share_phone(party, parent);
    let account = stage.account(party);
    stage.mandate(account, parent);
    let name = stage.name(party);
    let employer = stage.market.employer(1);
    for first in months(stage) {
        let payday = stage.script.payday(first);
        stage.wage(payday, employer, account, 131_000, &name);
        let at = stage.at(payday + 1, 19);
        stage.send(
            at,
            account,
            parents,
            121_000,
            "Sparen voor je rijbewijs en studie",
        );
        for step in 0..2 {
            let _food = group::food(stage, account, payday + 4 + step * 7, city, (700, 2_900));
        }
    }
    // In the end it all comes back.
    let last = months(stage).last().copied().unwrap_or(0) + 29;
    let at = stage.at(last, 10);
    let saved = 121_000 * stage.months as i64;
    stage.send(at, parents, account, saved, "Spaargeld terug");
    stage.alike(
        account,
        "young adult",
        &[
            (
                "THB-35",
                "a parent keeps the wage of a child that turned eighteen and gives it back whole",
            ),
            (
                "THB-14",
                "the wage goes to a parent's account, to no other worker's exit",
            ),
        ],
    );
    stage.alike(
        parents,
        "parent",
        &[(
            "THB-35",
            "a parent receives from one child alone, under one name and one roof, and pays it back",
        )],
    );
    1
}

/// A minor who collects for the sick animals of a shelter: dozens of strangers give a little, once each.
pub fn crowdfunded(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 243_000,
        rent: 98_000,
        food: 1,
    };
    let (parent, _) = settled(stage, (38, 49), &home);
    let party = stage.script.relative(Role::Lawful, parent);
    stage.grow(party, 12, 15);
    stage.share_phone(party, parent);
    let account = stage.account(party);
    stage.mandate(account, parent);
    let cause = stage.market.crowdfunding;
    let mut sum = 0;
    for step in 0..14 {
        let payer = stage.outsider();
        let cents = stage.round(500, 2_500, 500);
        sum += cents;
        let at = stage.at(120 + step * 2, 19);
        stage.send(at, payer, account, cents, "Actie dierenasiel");
    }
    let at = stage.at(152, 16);
    stage.send(at, account, cause, sum, "Opbrengst actie dierenasiel");
    stage.alike(
        account,
        "collecting minor",
        &[
            (
                "THB-33",
                "an action for a cause: everybody gives once, and the whole goes to the cause",
            ),
            (
                "THB-35",
                "what was collected goes on to a known platform, not to a person",
            ),
        ],
    );
    1
}

/// Somebody who clears an attic and sells on a marketplace what was bought there and elsewhere.
pub fn seller(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 214_000,
        rent: 79_000,
        food: 2,
    };
    let (_, account) = settled(stage, (24, 58), &home);
    let market = stage.market.marketplace;
    for step in 0..13 {
        let cents = stage.between(900, 7_900);
        let at = stage.at(140 + step * 2, 15);
        let text = format!("Uitbetaling verkoop {}", 20_000 + step);
        stage.send(at, market, account, cents, &text);
        if step % 2 == 0 {
            let at = stage.at(104 + step * 3, 20);
            let cents = stage.between(700, 4_900);
            stage.web(at, account, market, cents, "Aankoop tweedehands");
        }
    }
    stage.alike(
        account,
        "hobby seller",
        &[(
            "THB-28",
            "what is sold was bought before, and the proceeds stay with the seller",
        )],
    );
    1
}

/// Somebody who buys vouchers for games in the same small sums, and pays friends abroad for a guild.
pub fn gamer(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 187_000,
        rent: 68_000,
        food: 2,
    };
    let (_, account) = settled(stage, (18, 34), &home);
    let shop = stage.market.games;
    for step in 0..9 {
        let at = stage.at(150 + step * 3, 23);
        stage.web(at, account, shop, 2_000, "Spelpunten 20");
    }
    stage.alike(
        account,
        "gamer",
        &[(
            "THB-34",
            "the vouchers are of a games shop and are paid from a wage",
        )],
    );
    1
}

/// Three who build model ships and order parts from one small workshop abroad.
pub fn club(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let name = format!("Atelier Corabia {}", ordinal + 1);
    let workshop = stage.abroad(Role::Lawful, Bank::OutsideRo, Some(&name));
    let city = stage.city();
    for who in 0..3 {
        let home = Home {
            city,
            wage: 227_000,
            rent: 83_000,
            food: 2,
        };
        let (_, account) = settled(stage, (33, 68), &home);
        for step in 0..7 {
            let cents = stage.between(900, 5_800);
            let at = stage.at(130 + who + step * 8, 20);
            let text = format!("Factuur onderdelen {}", 1_200 + who * 100 + step);
            stage.told(Kind::ToldRemittance, at, (account, workshop), cents, &text);
        }
        stage.alike(
            account,
            "hobbyist",
            &[
                (
                    "THB-31",
                    "a small workshop sells parts to a club, each payment names its invoice",
                ),
                ("THB-30", "small sums abroad for parts that arrive by post"),
            ],
        );
    }
    3
}
