//! What those who direct or serve a network pay for: rooms, rides, tickets, telephones, advertisements, houses, a costly
//! life. Each is planted so that it satisfies its own definition in the catalogue.

use super::stage::{Stage, Steps};
use crate::simulate::movement::Kind;
use crate::simulate::names::CITIES;

/// Short stays in changing cities (THB-01).
pub fn lodging(stage: &mut Stage<'_>, buyer: u32, begin: i32, cents: (i64, i64)) {
    let mut steps = Steps::new();
    for step in 0..6 {
        let hotel = stage.market.hotels[step as usize % 4];
        let price = stage.round(cents.0, cents.1, 50);
        let at = stage.at(begin + step * 4, 15);
        let city = (buyer as usize + step as usize * 3) % CITIES.len();
        steps.push((stage.card(at, buyer, hotel, price, city), "lodging".into()));
    }
    stage.plant(
        ("THB-01", "short-stay lodging cluster"),
        "Short stays in several cities follow each other within a month.",
        vec![(buyer, "buyer")],
        steps,
    );
}

/// The same small sum for advertisements again and again (THB-02).
pub fn advertise(stage: &mut Stage<'_>, buyer: u32, begin: i32, rounds: i32, cents: i64) {
    let site = stage.market.advertisements;
    let mut steps = Steps::new();
    for round in 0..rounds {
        for step in 0..6 {
            let at = stage.at(begin + round * 28 + step * 2, 20);
            steps.push((
                stage.web(at, buyer, site, cents, "Advertentie opwaarderen"),
                "advertisement".into(),
            ));
        }
    }
    stage.plant(
        ("THB-02", "advertisement micro-payments"),
        "The same small sum is paid for advertisements again and again.",
        vec![(buyer, "buyer")],
        steps.clone(),
    );
    stage.function("advertising", buyer, steps);
}

/// Eighteen rides in four weeks (THB-06).
pub fn rides(stage: &mut Stage<'_>, buyer: u32, begin: i32) -> Steps {
    let mut steps = Steps::new();
    for step in 0..18 {
        let at = stage.night(begin + step * 3 / 2);
        let cents = stage.between(850, 3_400);
        let rides = stage.market.rides;
        steps.push((stage.web(at, buyer, rides, cents, "Rit"), "ride".into()));
    }
    stage.plant(
        ("THB-06", "ride-hailing intensity"),
        "Eighteen rides are paid for within four weeks.",
        vec![(buyer, "buyer")],
        steps.clone(),
    );
    steps
}

/// Prepaid telephones of several people (THB-07).
pub fn top_ups(stage: &mut Stage<'_>, buyer: u32, begin: i32) {
    let mut steps = Steps::new();
    for step in 0..9 {
        let at = stage.at(begin + step * 3, 13);
        let shop = stage.market.top_ups;
        let number = 31_601_000_000u64 + u64::from(buyer) * 1_000 + step as u64 % 4;
        let text = format!("Beltegoed {number}");
        steps.push((stage.web(at, buyer, shop, 1_000, &text), "top-up".into()));
    }
    stage.plant(
        ("THB-07", "phone top-ups"),
        "The telephones of several people are topped up by one.",
        vec![(buyer, "buyer")],
        steps,
    );
}

/// Tickets for others (THB-10).
pub fn tickets(stage: &mut Stage<'_>, buyer: u32, begin: i32, passengers: &[String]) -> Steps {
    let mut steps = Steps::new();
    for (step, passenger) in passengers.iter().enumerate().take(5) {
        let at = stage.at(begin + step as i32 * 3, 18);
        let (shop, cents) = if step % 3 == 0 {
            (stage.market.airline, stage.between(7_900, 16_900))
        } else {
            (stage.market.coach, stage.between(4_500, 8_900))
        };
        let text = format!("Ticket enkele reis passagier {passenger}");
        steps.push((stage.web(at, buyer, shop, cents, &text), "ticket".into()));
    }
    stage.plant(
        ("THB-10", "travel bought for others"),
        "One person buys single tickets for several others within two months.",
        vec![(buyer, "buyer")],
        steps.clone(),
    );
    steps
}

/// Rent and energy of several addresses (THB-21).
pub fn houses(stage: &mut Stage<'_>, payer: u32, begin: i32, addresses: &[String], rent: i64) {
    let months = stage.weeks / 4;
    let mut steps = Steps::new();
    for month in 0..months {
        for (number, address) in addresses.iter().enumerate() {
            let landlord = stage.market.landlord(number as u32);
            let at = stage.at(begin + month * 30 + number as i32, 9);
            let cents = rent + number as i64 * 4_500;
            let text = format!("Huur {address}");
            steps.push((stage.send(at, payer, landlord, cents, &text), "rent".into()));
            if month % 2 == 0 {
                let energy = stage.market.energy;
                let at = stage.at(begin + month * 30 + 6 + number as i32, 3);
                let cents = 9_400 + number as i64 * 650;
                let text = format!("Termijn energie {address}");
                let paid = stage.told(Kind::ToldDebit, at, (payer, energy), cents, &text);
                steps.push((paid, "energy".into()));
            }
        }
    }
    stage.plant(
        ("THB-21", "housing knot"),
        format!(
            "One person pays rent and energy of {} addresses.",
            addresses.len()
        ),
        vec![(payer, "payer of rents")],
        steps.clone(),
    );
    stage.function("housing", payer, steps);
}

/// Addresses of houses that nobody of the network lives in by the registers.
pub fn addresses(stage: &mut Stage<'_>, count: u64) -> Vec<String> {
    let seed = stage.script.seed;
    let base = stage.script.parties.len() as u64 * 31 + 4_000_000;
    (0..count)
        .map(|number| {
            let city = stage.city();
            format!(
                "{} {}",
                crate::simulate::names::street(seed, base + number),
                CITIES[city]
            )
        })
        .collect()
}

/// Prepaid cards or gift cards in equal multiples (THB-34).
pub fn vouchers(stage: &mut Stage<'_>, buyer: u32, begin: i32, shop: u32, text: &str) -> Steps {
    let mut steps = Steps::new();
    for step in 0..7 {
        let at = stage.at(begin + step * 3, 22);
        // One or two cards of 25.
        let cents = 2_500 * stage.between(1, 2);
        steps.push((stage.web(at, buyer, shop, cents, text), "voucher".into()));
    }
    stage.plant(
        ("THB-34", "prepaid or crypto micro-multiples"),
        "Multiples of 25 are bought as vouchers, seven times within a month.",
        vec![(buyer, "buyer")],
        steps.clone(),
    );
    steps
}

/// Pharmacy, underwear and fast food far above what was usual in the half year before (THB-08).
pub fn provisions(stage: &mut Stage<'_>, buyer: u32, month: i32, city: usize) {
    let shops = [
        stage.market.pharmacy,
        stage.market.lingerie,
        stage.market.fast_food,
    ];
    let mut steps = Steps::new();
    for back in 1..=6 {
        for shop in shops {
            let at = stage.at(month - back * 30 + 11, 16);
            let cents = stage.between(600, 2_400);
            let _usual = stage.card(at, buyer, shop, cents, city);
        }
    }
    for step in 0..7 {
        for (shop, hour) in shops.into_iter().zip([14, 15, 23]) {
            let at = stage.at(month + step * 4, hour);
            let cents = stage.between(700, 3_900);
            steps.push((stage.card(at, buyer, shop, cents, city), "provisions".into()));
        }
    }
    stage.plant(
        ("THB-08", "provision basket"),
        "Pharmacy, underwear and fast food are bought seven times in a month, once in each month before.",
        vec![(buyer, "buyer")],
        steps,
    );
}

/// A costly life beside a small stated income (THB-36): `cents` in half a year.
pub fn costly_life(stage: &mut Stage<'_>, payer: u32, begin: i32, cents: i64, city: usize) {
    let mut steps = Steps::new();
    for month in 0..5 {
        let (jeweller, casino, lease) = (stage.market.jeweller, stage.market.casino, stage.market.lease);
        let at = stage.at(begin + month * 30 + 2, 4);
        let paid = stage.told(
            Kind::ToldDebit,
            at,
            (payer, lease),
            cents * 7 / 100,
            "Leasetermijn personenauto",
        );
        steps.push((paid, "vehicle lease".into()));
        let at = stage.at(begin + month * 30 + 9, 23);
        steps.push((
            stage.card(at, payer, casino, cents * 6 / 100 / 500 * 500, city),
            "gambling".into(),
        ));
        let at = stage.at(begin + month * 30 + 16, 15);
        steps.push((
            stage.card(at, payer, jeweller, cents * 8 / 100, city),
            "luxury".into(),
        ));
    }
    stage.plant(
        ("THB-36", "lifestyle gap"),
        "What is spent on a car, jewels and gambling exceeds the stated income by far.",
        vec![(payer, "spender")],
        steps,
    );
}

/// A little food of one's own: the next week's card payment of a person whose money is taken.
pub fn food(
    stage: &mut Stage<'_>,
    account: u32,
    day: i32,
    city: usize,
    cents: (i64, i64),
) -> (Option<u32>, String) {
    let at = stage.at(day, 17);
    let shop = stage.market.supermarket(i64::from(day) + i64::from(account));
    let cents = stage.between(cents.0, cents.1);
    (stage.card(at, account, shop, cents, city), "own food".into())
}

/// Coins and small notes: never a multiple of five.
pub fn coins(stage: &mut Stage<'_>, low: i64, high: i64) -> i64 {
    let cents = stage.between(low, high);
    if cents % 5 == 0 { cents + 2 } else { cents }
}

/// Several holders with one telephone, and one home where they share it (THB-12).
pub fn shared_contact(stage: &mut Stage<'_>, accounts: &[u32], of: u32) {
    let people: Vec<(u32, &'static str)> = accounts
        .iter()
        .map(|account| (*account, "holder"))
        .chain([(of, "same telephone")])
        .collect();
    stage.plant(
        ("THB-12", "shared contact data"),
        format!(
            "{} people gave one telephone number to their banks.",
            people.len()
        ),
        people,
        Steps::new(),
    );
}

/// Accounts opened within two weeks with one telephone (THB-20).
pub fn opened_together(stage: &mut Stage<'_>, accounts: &[u32]) {
    stage.plant(
        ("THB-20", "batch account opening"),
        format!("{} accounts were opened within two weeks.", accounts.len()),
        accounts.iter().map(|account| (*account, "opened")).collect(),
        Steps::new(),
    );
}

/// Relatives at one address to whom everything flows and who own a house abroad (THB-37).
pub fn family_cell(stage: &mut Stage<'_>, accounts: &[u32], steps: Steps) {
    stage.plant(
        ("THB-37", "family cell"),
        "Relatives at one address receive what is collected; part of it buys a house abroad.",
        accounts.iter().map(|account| (*account, "relative")).collect(),
        steps,
    );
}
