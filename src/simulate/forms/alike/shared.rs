//! Lawful sharing of accounts: spouses who both move their wages to a joint account, flatmates, children who keep the
//! money of an old parent, accountants with powers over the accounts of many firms. Control by somebody else is what all
//! of these have, and no exploitation.

use super::{Home, live, months};
use crate::simulate::banks::Bank;
use crate::simulate::forms::group;
use crate::simulate::forms::stage::Stage;
use crate::simulate::movement::Kind;
use crate::simulate::script::Role;

/// Two spouses with wage accounts of their own, who move nearly all to a joint account on payday, and one telephone.
pub fn joint(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let one = stage.aged(Role::Lawful, 30, 58);
    let other = stage.script.relative(Role::Lawful, one);
    stage.grow(other, 29, 58);
    stage.share_phone(other, one);
    let together = stage.account(one);
    stage.script.holdings[together as usize].co_holders.push(other);
    let city = stage.city();
    for (who, party) in [one, other].into_iter().enumerate() {
        let account = stage.account(party);
        let wage = 212_000 + who as i64 * 31_500;
        let home = Home {
            city,
            wage,
            rent: 0,
            food: 0,
        };
        live(stage, party, account, &home);
        for first in months(stage) {
            let payday = stage.script.payday(first);
            let at = stage.at(payday + 1, 7);
            stage.send(
                at,
                account,
                together,
                wage * 93 / 100,
                "Naar gezamenlijke rekening",
            );
        }
        stage.alike(
            account,
            "spouse with a joint account",
            &[
                ("THB-14", "the wage goes to an account that the spouse holds too"),
                (
                    "THB-35",
                    "holder and exit are one household: both hold the joint account and live on it",
                ),
            ],
        );
    }
    let text = format!("Hypotheek {}", stage.address(one));
    for first in months(stage) {
        let lender = stage.market.lenders[2];
        let at = stage.at(first + 1, 8);
        stage.send(at, together, lender, 128_000, &text);
        for step in 0..5 {
            let _food = group::food(stage, together, first + 3 + step * 5, city, (3_400, 12_900));
        }
        let at = stage.at(first + 9, 3);
        let energy = stage.market.energy;
        stage.told(Kind::ToldDebit, at, (together, energy), 17_400, "Termijn energie");
    }
    stage.alike(
        together,
        "joint account",
        &[("THB-12", "spouses have one home and one telephone")],
    );
    2
}

/// Four flatmates: three pay their share to the main tenant, who pays the rent of the whole flat.
pub fn flat(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tenant = stage.aged(Role::Lawful, 24, 34);
    let city = stage.city();
    let main = stage.account(tenant);
    let home = Home {
        city,
        wage: 209_000,
        rent: 0,
        food: 2,
    };
    live(stage, tenant, main, &home);
    let address = stage.address(tenant);
    for who in 0..3 {
        let party = stage.aged(Role::Lawful, 22, 33);
        stage.share_home(party, tenant);
        let account = stage.account(party);
        let home = Home {
            city,
            wage: 186_000 + who * 9_300,
            rent: 0,
            food: 2,
        };
        live(stage, party, account, &home);
        for first in months(stage) {
            let at = stage.at(first + 1, 12);
            stage.send(at, account, main, 52_500, "Mijn deel van de huur");
        }
        stage.alike(
            account,
            "flatmate",
            &[
                ("THB-12", "flatmates have one address and telephones of their own"),
                (
                    "THB-17",
                    "a quarter of the wage is a share of a rent that is paid on whole",
                ),
            ],
        );
    }
    for first in months(stage) {
        let landlord = stage.market.landlord(2);
        let at = stage.at(first + 2, 9);
        stage.send(at, main, landlord, 210_000, &format!("Huur {address}"));
    }
    stage.alike(
        main,
        "main tenant",
        &[
            (
                "THB-21",
                "four flatmates share one flat; the main tenant pays its rent on",
            ),
            ("THB-37", "people under one roof who share nothing but the rent"),
        ],
    );
    4
}

/// An old parent whose daughter has a power over the account and pays the care home, the shops and herself back.
pub fn carer(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let parent = stage.aged(Role::Lawful, 79, 91);
    let child = stage.script.relative(Role::Lawful, parent);
    stage.grow(child, 49, 62);
    let other = stage.script.person(Role::Lawful);
    stage.share_home(child, other);
    stage.share_phone(parent, child);
    let account = stage.account(parent);
    stage.mandate(account, child);
    let own = stage.account(child);
    stage.income(parent, "pension", 2_150_000);
    let city = stage.city();
    let home = Home {
        city,
        wage: 231_000,
        rent: 88_000,
        food: 2,
    };
    live(stage, child, own, &home);
    let name = stage.name(parent);
    for first in months(stage) {
        let office = stage.market.benefits;
        let at = stage.at(first + 21, 5);
        stage.told(
            Kind::ToldBenefit,
            at,
            (office, account),
            172_000,
            &format!("Ouderdomspensioen {name}"),
        );
        let care = stage.market.employers[0];
        let at = stage.at(first + 22, 9);
        stage.send(
            at,
            account,
            care,
            119_000,
            &format!("Zorghuis eigen bijdrage {name}"),
        );
        let at = stage.at(first + 23, 10);
        let cents = stage.between(9_000, 31_000);
        stage.send(at, account, own, cents, "Boodschappen en kapper voorgeschoten");
    }
    stage.alike(
        account,
        "cared-for parent",
        &[
            (
                "THB-24",
                "a daughter keeps the pension of her parent and pays the care home with it",
            ),
            (
                "THB-35",
                "most goes to the care home; the daughter is paid back what she laid out",
            ),
        ],
    );
    2
}

/// An accountant with powers over the accounts of three shops, for wages and taxes only.
pub fn accountant(stage: &mut Stage<'_>, _ordinal: u32) -> u32 {
    let tag = stage.script.parties.len();
    let office = stage.script.company(
        Role::Lawful,
        format!("Administratiekantoor Cijfer {tag}"),
        "69.20",
        4,
    );
    let fees = stage.account(office);
    for who in 0..3 {
        let shop = stage.script.company(
            Role::Lawful,
            format!("Bloemenwinkel Tulp {}", tag + 10 + who),
            "47.76",
            2,
        );
        let account = stage.account(shop);
        stage.mandate(account, office);
        let worker = stage.script.person(Role::Lawful);
        let paid = stage.script.account(worker, Bank::OutsideNl);
        let name = stage.name(worker);
        stage.employ(worker, shop, -220, None);
        for first in months(stage) {
            let processor = stage.market.processor;
            for week in 0..2 {
                let at = stage.at(first + 3 + week * 14, 6);
                let cents = stage.between(230_000, 310_000);
                stage.send(at, processor, account, cents, "Kaartomzet");
            }
            let wholesaler = stage.market.wholesaler;
            let at = stage.at(first + 12, 9);
            stage.send(at, account, wholesaler, 192_000, "Factuur bloemen");
            let payday = stage.script.payday(first);
            stage.wage(payday, account, paid, 158_000, &name);
            let tax = stage.market.tax;
            let at = stage.at(payday, 12);
            stage.told(
                Kind::ToldTax,
                at,
                (account, tax),
                71_000,
                "Loonheffing en omzetbelasting",
            );
            let at = stage.at(payday, 14);
            stage.send(at, account, fees, 19_500, "Factuur administratie vast tarief");
        }
        stage.alike(
            account,
            "client of an accountant",
            &[(
                "THB-35",
                "an accountant pays wages and taxes for the shop and receives a fixed fee",
            )],
        );
    }
    4
}
