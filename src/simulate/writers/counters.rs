//! What a money transfer service delivers of transfers between persons at its counters: the columns of the mapping
//! `western-union`.

use std::io::{self, Write};

use super::sheet::amount;
use crate::model::Date;
use crate::simulate::names::CITIES;
use crate::simulate::script::Counter;
use crate::simulate::text::push_time;
use crate::simulate::world::World;

/// The columns.
pub const HEADER: &str = "MTCN,Send Date,Send Time,Status,Principal Amount,Send Currency,Sender Name,Sender Date of Birth,\
                          Sender ID Number,Sender Phone,Sender Country,Payee Name,Payee ID Number,Payee Phone,\
                          Payee Country,Send Agent,Send Agent City,Send Agent Country";

/// Every transfer, in order of time.
pub fn write(world: &World, counters: &[Counter], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    let mut sorted: Vec<(usize, &Counter)> = counters.iter().enumerate().collect();
    sorted.sort_by_key(|(at, counter)| (counter.day, counter.second, *at));
    for (at, counter) in sorted {
        let (sender, payee) = (
            &world.parties[counter.sender as usize],
            &world.parties[counter.payee as usize],
        );
        let mut time = Vec::new();
        push_time(&mut time, counter.second);
        let city = CITIES[counter.city % CITIES.len()];
        writeln!(
            out,
            "{:010},{},{},Paid,{},EUR,{},{},{},{},{},{},{},{},{},Geldkantoor {city},{city},{}",
            7_000_000_000u64 + at as u64 * 7_919,
            Date(world.start.0 + counter.day as i32),
            String::from_utf8_lossy(&time),
            amount(counter.cents, b'.'),
            sender.name,
            sender
                .birth_date
                .map_or_else(String::new, |date| date.to_string()),
            sender.registration_number,
            sender.phone,
            sender.country,
            payee.name,
            payee.registration_number,
            payee.phone,
            payee.country,
            crate::simulate::names::city_country(counter.city),
        )?;
    }
    out.flush()
}
