//! The words that a payer or a bank puts to a movement, and names of terminals. Appended to bytes without allocation,
//! because the listing needs millions a second.

use super::movement::{Kind, Movement, MovementId};
use super::names::CITIES;
use super::world::World;
use crate::model::Date;

/// Adds a number with at least `width` digits.
pub fn push_number(into: &mut Vec<u8>, number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    let mut rest = number;
    while rest > 0 || digits.len() - at < width {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    into.extend_from_slice(&digits[at..]);
}

/// Adds hundredths as `12.34` with the given decimal sign.
pub fn push_cents(into: &mut Vec<u8>, cents: i64, sign: u8) {
    if cents < 0 {
        into.push(b'-');
    }
    let magnitude = cents.unsigned_abs();
    push_number(into, magnitude / 100, 1);
    into.push(sign);
    push_number(into, magnitude % 100, 2);
}

/// Adds `2025-03-02`.
pub fn push_date(into: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    push_number(into, year.unsigned_abs().into(), 4);
    into.push(b'-');
    push_number(into, month.into(), 2);
    into.push(b'-');
    push_number(into, day.into(), 2);
}

/// Adds `02-03-2025`.
pub fn push_dutch_date(into: &mut Vec<u8>, date: Date) {
    let (year, month, day) = date.ymd();
    push_number(into, day.into(), 2);
    into.push(b'-');
    push_number(into, month.into(), 2);
    into.push(b'-');
    push_number(into, year.unsigned_abs().into(), 4);
}

/// Adds `14:05:11`.
pub fn push_time(into: &mut Vec<u8>, second: u32) {
    push_number(into, (second / 3_600).into(), 2);
    into.push(b':');
    push_number(into, (second / 60 % 60).into(), 2);
    into.push(b':');
    push_number(into, (second % 60).into(), 2);
}

/// Adds the name of a movement: date and hour, then the number within the hour (`2025030214-000012`).
pub fn push_id(into: &mut Vec<u8>, start: Date, id: MovementId) {
    let (year, month, day) = Date(start.0 + id.day as i32).ymd();
    push_number(into, year.unsigned_abs().into(), 4);
    push_number(into, month.into(), 2);
    push_number(into, day.into(), 2);
    push_number(into, id.hour.into(), 2);
    into.push(b'-');
    push_number(into, id.number.into(), 6);
}

/// The name of a movement as text.
pub fn id_text(start: Date, id: MovementId) -> String {
    let mut bytes = Vec::with_capacity(20);
    push_id(&mut bytes, start, id);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The name of a terminal: `GA0412` for cash, `BT0412` for shops.
pub fn push_terminal(into: &mut Vec<u8>, movement: &Movement) {
    into.extend_from_slice(if movement.kind == Kind::Card { b"BT" } else { b"GA" });
    push_number(into, movement.terminal().into(), 4);
}

/// The city of a movement at a terminal.
pub fn city(movement: &Movement) -> &'static str {
    CITIES[movement.city() % CITIES.len()]
}

/// ISO 3166 code of the country of a movement at a terminal.
pub fn city_country(movement: &Movement) -> &'static str {
    super::names::city_country(movement.city())
}

/// What stands in the text of a movement, in every format alike: no comma, no semicolon, no quote, no line break.
pub fn push_remittance(into: &mut Vec<u8>, world: &World, movement: &Movement) {
    let month = |into: &mut Vec<u8>| {
        let (year, month, _) = Date(world.start.0 + movement.day as i32).ymd();
        into.push(b' ');
        push_number(into, year.unsigned_abs().into(), 4);
        into.push(b'-');
        push_number(into, month.into(), 2);
    };
    let at_terminal = |into: &mut Vec<u8>, words: &str| {
        into.extend_from_slice(words.as_bytes());
        into.push(b' ');
        into.extend_from_slice(city(movement).as_bytes());
        into.push(b' ');
        push_terminal(into, movement);
    };
    match movement.kind {
        Kind::Wage => {
            into.extend_from_slice(b"Salaris");
            month(into);
            // Couples share an account: the text says whose wage it is.
            if let Some(unit) = world.unit_of(movement.payee) {
                into.push(b' ');
                into.extend_from_slice(world.member_name(unit, movement.detail).as_bytes());
            }
        }
        Kind::Benefit => {
            into.extend_from_slice(b"Uitkering");
            month(into);
        }
        Kind::Pension => {
            into.extend_from_slice(b"Pensioen");
            month(into);
        }
        Kind::ChildBenefit => {
            into.extend_from_slice(b"Kinderbijslag");
            month(into);
        }
        Kind::Rent => {
            into.extend_from_slice(b"Huur");
            month(into);
        }
        Kind::Insurance => {
            into.extend_from_slice(b"Premie zorgverzekering");
            month(into);
        }
        Kind::Energy => {
            into.extend_from_slice(b"Termijn energie");
            month(into);
        }
        Kind::Telecom => {
            into.extend_from_slice(b"Abonnement telefoon");
            month(into);
        }
        Kind::Support => {
            into.extend_from_slice(b"Studie en kamer");
            month(into);
        }
        Kind::Tax => {
            into.extend_from_slice(b"Loonheffing en omzetbelasting");
            month(into);
        }
        Kind::Card => at_terminal(into, "Betaalautomaat"),
        Kind::WebShop => into.extend_from_slice(b"Bestelling op internet"),
        Kind::AtmWithdrawal => at_terminal(into, "Geldopname automaat"),
        Kind::BranchWithdrawal => at_terminal(into, "Geldopname kantoor"),
        Kind::AtmDeposit => at_terminal(into, "Storting automaat"),
        Kind::BranchDeposit => at_terminal(into, "Storting kantoor"),
        Kind::Friend => into.extend_from_slice(b"Samen betaald"),
        Kind::Invoice => {
            into.extend_from_slice(b"Factuur ");
            push_number(into, movement.detail.into(), 7);
        }
        Kind::Refund => {
            into.extend_from_slice(b"Terugbetaling bestelling ");
            push_number(into, movement.detail.into(), 7);
        }
        Kind::Told
        | Kind::ToldWage
        | Kind::ToldWeb
        | Kind::ToldBenefit
        | Kind::ToldChildBenefit
        | Kind::ToldDebit
        | Kind::ToldLoan
        | Kind::ToldRemittance
        | Kind::ToldTax => {
            into.extend_from_slice(world.texts[movement.detail as usize].as_bytes());
        }
    }
}

/// The text of a movement.
pub fn remittance(world: &World, movement: &Movement) -> String {
    let mut bytes = Vec::with_capacity(64);
    push_remittance(&mut bytes, world, movement);
    String::from_utf8_lossy(&bytes).into_owned()
}
