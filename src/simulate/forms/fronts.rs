//! Businesses that could be a front: restaurant, massage salon, nightclub, car wash. A front takes much cash and buys
//! little; a lawful one of the same trade buys what it sells and pays wages and taxes.

use super::stage::{Stage, Steps};
use crate::simulate::movement::{CASH, Kind};
use crate::simulate::script::Role;

/// A trade in which fronts occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trade {
    Restaurant,
    Massage,
    Nightclub,
    CarWash,
}

impl Trade {
    /// Every trade.
    pub const ALL: [Trade; 4] = [
        Trade::Restaurant,
        Trade::Massage,
        Trade::Nightclub,
        Trade::CarWash,
    ];

    fn word(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Trade::Restaurant => ("Restaurant", "56.10", "5812"),
            Trade::Massage => ("Massagesalon", "96.04", "7297"),
            Trade::Nightclub => ("Nachtclub", "56.30", "5813"),
            Trade::CarWash => ("Autowasserij", "45.20", "7542"),
        }
    }
}

const FRONTS: [&str; 4] = ["Lotusvijver", "Onyx", "Zilverglans", "De Draak"];
const PEERS: [&str; 8] = [
    "De Smidse",
    "Buitenlust",
    "Het Wapen",
    "Zeezicht",
    "De Ketel",
    "Lindeboom",
    "Bij Tante Truus",
    "De Prins",
];

/// A front: seven months of takings, mostly cash and partly in the middle of the night, and hardly an input. Gives its
/// account; `owner` may use it.
pub fn front(stage: &mut Stage<'_>, trade: Trade, owner: u32, number: u32) -> u32 {
    let (word, sector, merchant) = trade.word();
    let name = format!(
        "{word} {} {}",
        FRONTS[number as usize % 4],
        stage.script.parties.len()
    );
    let account = open(stage, Role::Front, name, (sector, merchant), 4);
    stage.mandate(account, owner);
    let city = stage.city();
    let (mut takings, mut inputs, mut nights) = (Steps::new(), Steps::new(), Steps::new());
    let guests: Vec<u32> = (0..12).map(|_| stage.outsider()).collect();
    for first in months(stage, 7) {
        for week in 0..3 {
            let terminal = stage.script.terminal(city);
            let cents = stage.round(120_000, 210_000, 500);
            let at = stage.at(first + 2 + week * 8, 10);
            takings.push((
                stage
                    .script
                    .pay(at, CASH, account, cents, (Kind::BranchDeposit, terminal)),
                "cash takings".into(),
            ));
            // Guests who pay by card do so long after closing.
            for guest in 0..3 {
                let payer = guests[(week as usize * 3 + guest + first as usize) % guests.len()];
                let cents = stage.round(9_000, 24_000, 500);
                let at = (
                    first + 3 + week * 8,
                    3_600 + stage.script.draw().below(11_000) as u32,
                );
                nights.push((stage.card(at, payer, account, cents, city), "after hours".into()));
            }
        }
        let landlord = stage.market.landlord(number);
        let at = stage.at(first + 1, 8);
        inputs.push((
            stage.send(at, account, landlord, 52_000, "Huur bedrijfspand"),
            "rent".into(),
        ));
        let at = stage.at(first + 6, 3);
        let energy = stage.market.energy;
        inputs.push((
            stage.told(
                Kind::ToldDebit,
                at,
                (account, energy),
                11_500,
                "Termijn energie bedrijf",
            ),
            "energy".into(),
        ));
        let at = stage.at(first + 9, 11);
        let wholesaler = stage.market.wholesaler;
        inputs.push((
            stage.send(at, account, wholesaler, 18_500, "Factuur inkoop"),
            "stock".into(),
        ));
        // The rest goes on as if machines were bought.
        let to = stage
            .script
            .holdings
            .iter()
            .position(|holding| holding.party == owner);
        if let Some(to) = to {
            let at = stage.at(first + 22, 10);
            stage.send(at, account, to as u32, 380_000, "Terugbetaling lening eigenaar");
        }
    }
    let business = vec![(account, "front business")];
    stage.plant(
        ("THB-38", "cash-only business"),
        "Month by month cash comes in, and hardly a supplier is paid.",
        business.clone(),
        takings.iter().chain(&inputs).cloned().collect(),
    );
    if trade == Trade::CarWash {
        stage.plant(
            ("THB-18", "payroll too small"),
            "A business that lives by hands pays no wages and no payroll tax.",
            business.clone(),
            takings.clone(),
        );
    } else {
        stage.plant(
            ("THB-39", "front hospitality business"),
            "High takings stand against next to no stock, laundry, energy and wages.",
            business.clone(),
            takings.iter().chain(&inputs).cloned().collect(),
        );
    }
    // A nightclub is open then.
    if matches!(trade, Trade::Restaurant | Trade::Massage) {
        stage.plant(
            ("THB-09", "after-hours takings"),
            "Cards are charged between one and four in the night, when the house is closed.",
            business,
            nights.clone(),
        );
    }
    takings.extend(nights);
    stage.function("front", account, takings);
    account
}

/// A lawful business of a trade, with stock, laundry, energy, wages and taxes as its takings ask for. A nightclub's cards
/// are charged at night because that is when it is open; a seaside house takes most of its money in few months.
pub fn peer(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    let trade = Trade::ALL[ordinal as usize % 4];
    let (word, sector, merchant) = trade.word();
    let name = format!(
        "{word} {} {}",
        PEERS[ordinal as usize % 8],
        stage.script.parties.len()
    );
    let account = open(stage, Role::Lawful, name, (sector, merchant), 5);
    let city = stage.city();
    let staff: Vec<u32> = (0..2).map(|_| stage.outsider()).collect();
    let guests: Vec<u32> = (0..8).map(|_| stage.outsider()).collect();
    let holder = stage.holder(account);
    for first in months(stage, stage.months.min(7)) {
        let season = if first / 30 % 12 >= 5 && first / 30 % 12 <= 8 {
            14
        } else {
            9
        };
        let taken = stage.round(95_000, 120_000, 500) * season / 10;
        let terminal = stage.script.terminal(city);
        let at = stage.at(first + 3, 10);
        stage
            .script
            .pay(at, CASH, account, taken * 2, (Kind::BranchDeposit, terminal));
        let processor = stage.market.processor;
        let at = stage.at(first + 12, 7);
        stage.send(
            at,
            processor,
            account,
            taken * 4 + stage.months as i64 * 37,
            "Kaartomzet",
        );
        for guest in 0..2 {
            let hour = if trade == Trade::Nightclub { 1 } else { 19 };
            let at = stage.at(first + 5 + guest * 9, hour);
            let cents = stage.between(2_400, 9_800);
            let payer = guests[(first as usize + guest as usize * 3) % guests.len()];
            stage.card(at, payer, account, cents, city);
        }
        let shares = [
            (stage.market.wholesaler, 130, "Factuur inkoop"),
            (stage.market.laundry, 30, "Factuur linnengoed"),
            (stage.market.landlord(ordinal), 70, "Huur bedrijfspand"),
        ];
        for (step, (to, share, text)) in shares.into_iter().enumerate() {
            let at = stage.at(first + 8 + step as i32 * 3, 11);
            stage.send(at, account, to, taken * share / 100, text);
        }
        let energy = stage.market.energy;
        let at = stage.at(first + 6, 3);
        stage.told(
            Kind::ToldDebit,
            at,
            (account, energy),
            taken * 40 / 100,
            "Termijn energie bedrijf",
        );
        let payday = stage.script.payday(first);
        for worker in &staff {
            let name = stage.name(stage.holder(*worker));
            stage.wage(payday, account, *worker, taken * 105 / 100, &name);
        }
        let tax = stage.market.tax;
        let at = stage.at(payday, 12);
        stage.told(
            Kind::ToldTax,
            at,
            (account, tax),
            taken * 75 / 100,
            "Loonheffing en omzetbelasting",
        );
    }
    for worker in staff {
        let party = stage.holder(worker);
        stage.employ(party, holder, -200, None);
    }
    stage.alike(
        account,
        "business",
        &[
            ("THB-39", "a house of the same trade buys stock, linen and energy and pays its staff as its takings ask for"),
            ("THB-09", "a nightclub takes its money at night because that is when it is open"),
        ],
    );
    account
}

fn open(
    stage: &mut Stage<'_>,
    role: Role,
    name: String,
    (sector, merchant): (&'static str, &'static str),
    employees: u32,
) -> u32 {
    let party = stage.script.company(role, name, sector, employees);
    stage.script.parties[party as usize].more.merchant = merchant;
    let bank = stage.timed_bank();
    stage.script.account(party, bank)
}

fn months(stage: &Stage<'_>, count: usize) -> Vec<i32> {
    stage
        .script
        .whole_months()
        .into_iter()
        .skip(1)
        .take(count)
        .collect()
}
