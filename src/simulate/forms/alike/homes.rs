//! Households: spouses with one account, parents, those whose money others manage by law, landlords, shelters, people in
//! debt, people whom family supports.

use super::{Home, live, months, settled};
use crate::simulate::banks::Bank;
use crate::simulate::forms::group;
use crate::simulate::forms::stage::Stage;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// Spouses: two wages in two names on one account that both hold, and children at home.
pub fn spouses(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let party = stage.aged(Role::Lawful, 28, 55);
    let spouse = stage.script.relative(Role::Lawful, party);
    stage.grow(spouse, 27, 55);
    let account = stage.account(party);
    stage.script.holdings[account as usize].co_holders.push(spouse);
    let home = Home {
        city,
        wage: 241_000,
        rent: 112_000,
        food: 3,
    };
    live(stage, party, account, &home);
    let employer = stage.market.employer(3);
    let employs = stage.holder(employer);
    stage.employ(spouse, employs, -500, None);
    stage.income(spouse, "wage", 2_700_000);
    let name = stage.name(spouse);
    for first in months(stage) {
        let payday = stage.script.payday(first);
        stage.wage(payday, employer, account, 193_000, &name);
    }
    stage.alike(
        account,
        "spouses",
        &[
            (
                "THB-13",
                "spouses share one account, one name and one home, and live on it together",
            ),
            ("THB-37", "a family under one roof, without money of others"),
        ],
    );
    1
}

/// Parents of three: child benefits in the names of the children, who have no accounts.
pub fn parents(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 232_000,
        rent: 97_000,
        food: 3,
    };
    let (party, account) = settled(stage, (30, 46), &home);
    let children: Vec<String> = (0..3)
        .map(|_| {
            let child = stage.script.relative(Role::Lawful, party);
            stage.grow(child, 3, 14);
            stage.name(child)
        })
        .collect();
    let office = stage.market.child_benefits;
    for first in months(stage).into_iter().step_by(3) {
        for child in &children {
            let at = stage.at(first + 14, 5);
            let text = format!("Kinderbijslag {child}");
            stage.told(Kind::ToldChildBenefit, at, (office, account), 28_149, &text);
        }
    }
    let pharmacy = stage.market.pharmacy;
    let clothes = stage.market.clothes;
    let snack = stage.market.fast_food;
    for step in 0..5 {
        for shop in [pharmacy, clothes, snack] {
            let at = stage.at(205 + step * 4, 15);
            let cents = stage.between(900, 5_900);
            stage.card(at, account, shop, cents, city);
        }
    }
    stage.alike(
        account,
        "parents",
        &[
            (
                "THB-24",
                "parents receive the child benefits of their own children",
            ),
            ("THB-08", "a family buys for a holiday and for the winter"),
        ],
    );
    1
}

/// An administrator appointed by a court who manages the benefits of three people: pays their rents and gives each the
/// same allowance every week. The fee is small and fixed.
pub fn guardian(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let office = stage
        .script
        .company(Role::Lawful, format!("Bewindvoering Houvast {tag}"), "69.10", 5);
    let fees = stage.account(office);
    let city = stage.city();
    for who in 0..3 {
        let party = stage.aged(Role::Lawful, 33, 77);
        let managed = stage.account(party);
        let spending = stage.account(party);
        stage.mandate(managed, office);
        let name = stage.name(party);
        stage.income(party, "benefit", 1_440_000);
        let address = stage.address(party);
        for first in months(stage) {
            let month = stage.script.month_text(first);
            let benefits = stage.market.benefits;
            let at = stage.at(first + 19, 5);
            let text = format!("Bijstandsuitkering {month} {name}");
            stage.told(Kind::ToldBenefit, at, (benefits, managed), 118_400, &text);
            let landlord = stage.market.landlord(who);
            let at = stage.at(first + 20, 8);
            stage.send(at, managed, landlord, 56_000, &format!("Huur {address}"));
            let energy = stage.market.energy;
            let at = stage.at(first + 20, 4);
            let text = format!("Termijn energie {address}");
            stage.told(Kind::ToldDebit, at, (managed, energy), 9_800, &text);
            for week in 0..4 {
                let at = stage.at(first + 1 + week * 7, 6);
                stage.send(at, managed, spending, 8_000, "Leefgeld week");
                if week % 2 == 0 {
                    let _food = group::food(stage, spending, first + 2 + week * 7, city, (4_900, 7_900));
                }
            }
            let at = stage.at(first + 21, 10);
            stage.send(at, managed, fees, 12_460, "Loon bewindvoerder vast tarief");
        }
        stage.alike(
            managed,
            "client of a budget manager",
            &[
                ("THB-24", "a court appointed the administrator; rent, energy and a weekly allowance are paid for the client"),
                ("THB-35", "what leaves goes to landlord, energy and the client's own second account; the administrator keeps a fixed fee"),
            ],
        );
        stage.alike(
            spending,
            "client of a budget manager",
            &[(
                "THB-16",
                "the weekly allowance is what a court and a client agreed on",
            )],
        );
    }
    stage.alike(
        fees,
        "budget manager",
        &[
            (
                "THB-24",
                "an administrator receives a fixed fee of each client and nothing else of theirs",
            ),
            (
                "THB-21",
                "the rents are the clients' own, from their own accounts",
            ),
        ],
    );
    4
}

/// A landlord of four rooms: receives rents and pays energy and taxes of each house.
pub fn landlord(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let party = stage.aged(Role::Lawful, 45, 71);
    let account = stage.account(party);
    stage.income(party, "other", 2_900_000);
    let tenants: Vec<u32> = (0..4).map(|_| stage.outsider()).collect();
    let houses = group::addresses(stage, 4);
    let city = stage.city();
    for first in months(stage) {
        for (number, (tenant, house)) in tenants.iter().zip(&houses).enumerate() {
            let at = stage.at(first + 1 + number as i32, 9);
            let cents = 64_000 + number as i64 * 5_500;
            stage.send(at, *tenant, account, cents, &format!("Huur {house}"));
            if number % 2 == 0 {
                let energy = stage.market.energy;
                let at = stage.at(first + 9, 3);
                let text = format!("Termijn energie {house}");
                stage.told(Kind::ToldDebit, at, (account, energy), 10_300, &text);
            }
        }
        let _food = group::food(stage, account, first + 12, city, (3_900, 11_000));
    }
    for (number, house) in houses.iter().enumerate() {
        let town = stage.market.municipality;
        let at = stage.at(85 + number as i32, 11);
        let text = format!("Aanslag {house}");
        stage.told(Kind::ToldTax, at, (account, town), 31_200, &text);
    }
    stage.alike(
        account,
        "landlord",
        &[(
            "THB-21",
            "the houses are his; tenants who do not know each other pay rent to him",
        )],
    );
    1
}

/// Four people in a shelter: one address, the shelter's telephone, accounts opened with its help; each keeps his benefit.
pub fn shelter(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let house = stage
        .script
        .company(Role::Lawful, format!("Opvanghuis De Lantaarn {tag}"), "87.90", 21);
    let fees = stage.script.account(house, Bank::OutsideNl);
    let city = stage.city();
    for who in 0..4 {
        let party = stage.aged(Role::Lawful, 19, 63);
        stage.share_home(party, house);
        stage.share_phone(party, house);
        let bank = stage.bank();
        let account = stage.opened(party, bank, 44 + who * 3);
        stage.income(party, "benefit", 1_080_000);
        let name = stage.name(party);
        for month in 0..stage.months.min(5) as i32 {
            let first = 62 + month * 30;
            let benefits = stage.market.benefits;
            let at = stage.at(first, 5);
            let text = format!("Daklozenuitkering {name}");
            stage.told(Kind::ToldBenefit, at, (benefits, account), 96_200, &text);
            let at = stage.at(first + 3, 10);
            stage.send(at, account, fees, 28_500, "Eigen bijdrage opvang");
            let _food = group::food(stage, account, first + 6 + who, city, (1_900, 5_900));
            let terminal = stage.script.terminal(city);
            let cents = stage.round(3_000, 9_000, 1_000);
            let at = stage.at(first + 9 + who * 2, 14);
            stage.draw_cash(at, account, cents, terminal);
        }
        stage.alike(
            account,
            "resident of a shelter",
            &[
                ("THB-12", "the address and the telephone are those of the shelter"),
                ("THB-20", "the shelter helps its residents to open accounts"),
            ],
        );
    }
    4
}

/// Two new loans that pay off older ones.
pub fn consolidated(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 219_000,
        rent: 78_000,
        food: 2,
    };
    let (_, account) = settled(stage, (29, 58), &home);
    let lenders = stage.market.lenders;
    for step in 0..2i32 {
        let day = 95 + step * 40;
        let at = stage.at(day, 10);
        let cents = 450_000 + i64::from(step) * 120_000;
        let text = format!("Uitbetaling krediet {}", 440_000 + account as i32 * 10 + step);
        stage.told(Kind::ToldLoan, at, (lenders[0], account), cents, &text);
        let at = stage.at(day + 1, 12);
        let old = lenders[1 + step as usize];
        stage.send(at, account, old, cents * 96 / 100, "Aflossing oud krediet ineens");
    }
    stage.alike(
        account,
        "debt consolidation",
        &[(
            "THB-27",
            "the loans go whole to older lenders, and the debts get fewer",
        )],
    );
    1
}

/// Somebody whose parents pay for a costly life.
pub fn supported(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let parent = stage.aged(Role::Lawful, 58, 70);
    let source = stage.script.account(parent, Bank::OutsideBe);
    let party = stage.script.relative(Role::Lawful, parent);
    stage.grow(party, 24, 34);
    let account = stage.account(party);
    let city = stage.city();
    let home = Home {
        city,
        wage: 148_000,
        rent: 95_000,
        food: 2,
    };
    live(stage, party, account, &home);
    for first in months(stage) {
        let at = stage.at(first + 1, 10);
        stage.send(at, source, account, 290_000, "Toelage van je ouders");
        let (lease, jeweller) = (stage.market.lease, stage.market.jeweller);
        let at = stage.at(first + 3, 4);
        stage.told(
            Kind::ToldDebit,
            at,
            (account, lease),
            98_000,
            "Leasetermijn personenauto",
        );
        let at = stage.at(first + 15, 16);
        let cents = stage.between(60_000, 140_000);
        stage.card(at, account, jeweller, cents, city);
    }
    stage.alike(
        account,
        "supported by family",
        &[(
            "THB-36",
            "parents of the same name pay the difference, openly and every month",
        )],
    );
    1
}

/// Somebody who supports a partner abroad and visits: sums rise before the visit.
pub fn partner_abroad(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 247_000,
        rent: 84_000,
        food: 2,
    };
    let (_, account) = settled(stage, (27, 55), &home);
    let bank = if ordinal.is_multiple_of(4) {
        Bank::OutsideMd
    } else {
        Bank::OutsideRo
    };
    let partner = stage.abroad(Role::Lawful, bank, None);
    for (day, cents) in [
        (100, 5_000),
        (130, 5_000),
        (160, 6_000),
        (182, 9_000),
        (190, 12_000),
        (198, 12_000),
    ] {
        let at = stage.at(day, 21);
        stage.told(
            Kind::ToldRemittance,
            at,
            (account, partner),
            cents,
            "Voor ons huis",
        );
    }
    let airline = stage.market.airline;
    let at = stage.at(205, 20);
    stage.web(at, account, airline, 18_900, "Vliegticket retour");
    stage.alike(
        account,
        "partner abroad",
        &[
            (
                "THB-32",
                "one partner, of age, to whom nobody else sends; the journey is a visit",
            ),
            (
                "THB-30",
                "the sums are a household's share and stay the same for years",
            ),
        ],
    );
    1
}

/// Somebody who buys the tickets of the whole family for a wedding.
pub fn organiser(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let city = stage.city();
    let home = Home {
        city,
        wage: 238_000,
        rent: 86_000,
        food: 2,
    };
    let (party, account) = settled(stage, (30, 60), &home);
    for step in 0..4 {
        let relative = stage.script.relative(Role::Lawful, party);
        let own = stage.script.account(relative, Bank::OutsideNl);
        let name = stage.name(relative);
        let airline = stage.market.airline;
        let at = stage.at(165 + step * 2, 20);
        let text = format!("Ticket retour passagier {name}");
        stage.web(at, account, airline, 14_900, &text);
        let at = stage.at(172 + step * 3, 19);
        stage.send(at, own, account, 14_900, "Mijn ticket voor de bruiloft");
    }
    stage.alike(
        account,
        "family organiser",
        &[(
            "THB-10",
            "return tickets for relatives of one name, who pay them back",
        )],
    );
    1
}
