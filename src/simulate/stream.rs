//! Hours of movements, made in parallel and written in order. What a slice holds depends on the world alone, so the
//! bytes are the same whatever the number of threads; only a bounded number of slices is in memory.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::banks::Bank;
use super::lawful::Life;
use super::movement::{CASH, Movement, MovementId, NOT_PLANTED};
use super::text::{
    city, city_country, push_cents, push_date, push_id, push_remittance, push_terminal, push_time,
};
use super::world::World;
use crate::model::Date;

/// The header of the listing.
pub const LISTING_HEADER: &str = "transaction_id,booked_at,payer_account,payer_bank,payee_account,payee_bank,amount,\
                                  currency,channel,purpose,remittance\n";

/// The header of the listing that also says names, merchants and places.
pub const DETAILED_HEADER: &str = "transaction_id,booked_at,payer_account,payer_bank,payer_name,payee_account,payee_bank,\
                                   payee_name,amount,currency,channel,merchant_category,terminal,city,country,purpose,\
                                   remittance\n";

/// How many movements a slice should hold at most, roughly: eight megabytes of listing.
const SLICE: u64 = 40_000;

/// A leg on an account that is delivered as a statement.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub movement: Movement,
    pub id: MovementId,
    /// Money came in.
    pub credit: bool,
}

/// What came of a run through the whole period.
#[derive(Debug, Default)]
pub struct Streamed {
    /// Movements in all.
    pub movements: u64,
    /// Rows of the listing.
    pub listed: u64,
    /// Sum of all movements, in hundredths.
    pub cents: i128,
    /// Legs of every account delivered as a statement, in order of booking.
    pub legs: BTreeMap<u32, Vec<Leg>>,
    /// The name of every planted movement.
    pub planted: Vec<Option<MovementId>>,
}

struct Slice {
    listing: Vec<u8>,
    legs: Vec<(u32, Leg)>,
    planted: Vec<(u32, MovementId)>,
    movements: u64,
    listed: u64,
    cents: i128,
}

/// Makes the whole period and writes the listing. `planted` must be sorted by day and second. `progress` is called
/// with the number of movements written since the last call.
pub fn stream(
    world: &World,
    life: &Life<'_>,
    planted: &[Movement],
    expected: u64,
    listing: &mut dyn Write,
    progress: &(dyn Fn(u64) + Sync),
) -> io::Result<Streamed> {
    let mut result = Streamed {
        planted: vec![None; planted.len()],
        ..Streamed::default()
    };
    let header = if world.detailed {
        DETAILED_HEADER
    } else {
        LISTING_HEADER
    };
    listing.write_all(header.as_bytes())?;
    let slices = slices(world.days, expected);
    // Twice the threads keeps all of them busy; the bound keeps memory small on machines with many.
    let at_once = (rayon::current_num_threads() * 2).clamp(2, 48);
    for group in slices.chunks(at_once) {
        let made: Vec<Slice> = group
            .par_iter()
            .map(|(day, hours)| make(world, life, planted, *day, hours.clone()))
            .collect();
        for slice in made {
            listing.write_all(&slice.listing)?;
            for (account, leg) in slice.legs {
                result.legs.entry(account).or_default().push(leg);
            }
            for (number, id) in slice.planted {
                if let Some(place) = result.planted.get_mut(number as usize) {
                    *place = Some(id);
                }
            }
            result.movements += slice.movements;
            result.listed += slice.listed;
            result.cents += slice.cents;
            progress(slice.movements);
        }
    }
    listing.flush()?;
    Ok(result)
}

// Whole hours, so that the number of a movement within its hour does not depend on how days are cut.
fn slices(days: u32, expected: u64) -> Vec<(u32, Range<u32>)> {
    let per_day = expected / u64::from(days.max(1));
    let parts = [1u32, 2, 3, 4, 6, 8, 12, 24]
        .into_iter()
        .find(|parts| per_day / u64::from(*parts) <= SLICE)
        .unwrap_or(24);
    let hours = 24 / parts;
    (0..days)
        .flat_map(|day| (0..parts).map(move |part| (day, part * hours..(part + 1) * hours)))
        .collect()
}

fn make(world: &World, life: &Life<'_>, planted: &[Movement], day: u32, hours: Range<u32>) -> Slice {
    let mut movements = Vec::new();
    for hour in hours.clone() {
        life.hour(day, hour, &mut movements);
    }
    let from = planted.partition_point(|m| (m.day, m.second) < (day, hours.start * 3_600));
    let to = planted.partition_point(|m| (m.day, m.second) < (day, hours.end * 3_600));
    movements.extend_from_slice(&planted[from..to]);
    movements.sort_by_key(|m| m.second);

    let mut slice = Slice {
        listing: Vec::with_capacity(movements.len() * 190),
        legs: Vec::new(),
        planted: Vec::new(),
        movements: movements.len() as u64,
        listed: 0,
        cents: 0,
    };
    let (mut hour, mut number) = (hours.start, 0);
    for movement in &movements {
        let of = movement.second / 3_600;
        if of != hour {
            (hour, number) = (of, 0);
        }
        let id = MovementId { day, hour, number };
        number += 1;
        slice.cents += i128::from(movement.cents);
        if movement.planted != NOT_PLANTED {
            slice.planted.push((movement.planted, id));
        }
        let mut listed = false;
        for (account, credit) in [(movement.payer, false), (movement.payee, true)] {
            if account == CASH {
                continue;
            }
            match world.bank(account) {
                Bank::Listing => listed = true,
                Bank::Statements(_) => slice.legs.push((
                    account,
                    Leg {
                        movement: *movement,
                        id,
                        credit,
                    },
                )),
                _ => {}
            }
        }
        if listed {
            slice.listed += 1;
            row(&mut slice.listing, world, movement, id);
        }
    }
    slice
}

fn row(into: &mut Vec<u8>, world: &World, movement: &Movement, id: MovementId) {
    push_id(into, world.start, id);
    into.push(b',');
    push_date(into, Date(world.start.0 + movement.day as i32));
    into.push(b' ');
    push_time(into, movement.second);
    for account in [movement.payer, movement.payee] {
        into.push(b',');
        if account == CASH {
            into.extend_from_slice(if world.detailed { b"CASH,," } else { b"CASH," });
        } else {
            into.extend_from_slice(world.iban(account).as_bytes());
            into.push(b',');
            into.extend_from_slice(world.bank(account).bic().as_bytes());
            if world.detailed {
                into.push(b',');
                into.extend_from_slice(world.name(account).as_bytes());
            }
        }
    }
    into.push(b',');
    push_cents(into, movement.cents, b'.');
    into.extend_from_slice(b",EUR,");
    into.extend_from_slice(movement.kind.channel().as_str().as_bytes());
    if world.detailed {
        place(into, world, movement);
    }
    into.push(b',');
    into.extend_from_slice(movement.kind.purpose().as_bytes());
    into.push(b',');
    push_remittance(into, world, movement);
    into.push(b'\n');
}

// Merchant category, terminal, city and country, each behind a comma.
fn place(into: &mut Vec<u8>, world: &World, movement: &Movement) {
    into.push(b',');
    if movement.kind.is_card() {
        into.extend_from_slice(world.merchant(movement.payee).as_bytes());
    }
    into.push(b',');
    if movement.kind.at_terminal() {
        push_terminal(into, movement);
        for word in [city(movement), city_country(movement)] {
            into.push(b',');
            into.extend_from_slice(word.as_bytes());
        }
    } else {
        into.extend_from_slice(b",,");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_every_hour_once() {
        for expected in [1_000, 20_000_000, 100_000_000, 2_000_000_000] {
            let mut hours = 0;
            for (day, range) in slices(400, expected) {
                assert_eq!(day * 24 + range.start, hours);
                hours += range.end - range.start;
            }
            assert_eq!(hours, 400 * 24);
        }
    }
}
