//! Registers: who holds which account, who works where, and what income authorities know.

use std::io::{self, Write};

use crate::model::Date;
use crate::simulate::script::{Employment, Role};
use crate::simulate::world::{UnitKind, World};

/// The columns of `account_holders.csv`.
pub const HOLDERS: &str = "account,role,kind,name,birth_date,registration_number,country,address,phone,email,sector,\
                           incorporated,employees,from_date,to_date";
/// The columns of `employers.csv`.
pub const EMPLOYERS: &str =
    "employee_name,employee_number,employee_birth_date,employer_name,employer_number,from_date,to_date";
/// The columns of `incomes.csv`.
pub const INCOMES: &str = "party_name,party_number,party_birth_date,year,kind,amount,currency,basis";

/// Every seized account with its holders and those who may use it.
pub fn holders(world: &World, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HOLDERS}")?;
    for (account, holding) in world.holdings.iter().enumerate() {
        if !holding.bank.is_seized() {
            continue;
        }
        let number = world.iban(account as u32);
        let holders = std::iter::once(&holding.party).chain(&holding.co_holders);
        let holders = holders.map(|party| (*party, "holder"));
        let mandates = holding.mandates.iter().map(|party| (*party, "mandate"));
        for (party, role) in holders.chain(mandates) {
            let party = &world.parties[party as usize];
            row(
                out,
                &[
                    number,
                    role,
                    if party.company { "company" } else { "person" },
                    &party.name,
                    &maybe(party.birth_date),
                    &party.registration_number,
                    party.country,
                    &party.address,
                    &party.phone,
                    &party.email,
                    party.sector,
                    &maybe(party.incorporated),
                    &party.employees.map_or_else(String::new, |n| n.to_string()),
                    &holding.opened.to_string(),
                    "",
                ],
            )?;
        }
    }
    for unit in 0..world.units {
        let account = world.unit_account(unit);
        for at in 0..world.members(unit) {
            let member = world.member(unit, at);
            let opened = Date(world.start.0 - 400 - (unit % 3_000) as i32).to_string();
            row(
                out,
                &[
                    world.iban(account),
                    "holder",
                    "person",
                    &member.name,
                    &member.birth_date.to_string(),
                    &member.registration_number,
                    "NL",
                    &member.address,
                    &member.phone,
                    &member.email,
                    "",
                    "",
                    "",
                    &opened,
                    "",
                ],
            )?;
        }
    }
    out.flush()
}

/// Who works for whom.
pub fn employers(world: &World, employments: &[Employment], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{EMPLOYERS}")?;
    for employment in employments {
        let employee = &world.parties[employment.employee as usize];
        let employer = &world.parties[employment.employer as usize];
        row(
            out,
            &[
                &employee.name,
                &employee.registration_number,
                &maybe(employee.birth_date),
                &employer.name,
                &employer.registration_number,
                &employment.from.to_string(),
                &maybe(employment.to),
            ],
        )?;
    }
    for unit in 0..world.units {
        for at in 0..earners(world, unit) {
            let member = world.member(unit, at);
            let employer = world.holdings[world.employer(unit, at) as usize].party;
            let employer = &world.parties[employer as usize];
            let from = Date(world.start.0 - 100 - (unit % 2_000) as i32).to_string();
            row(
                out,
                &[
                    &member.name,
                    &member.registration_number,
                    &member.birth_date.to_string(),
                    &employer.name,
                    &employer.registration_number,
                    &from,
                    "",
                ],
            )?;
        }
    }
    out.flush()
}

/// What authorities know of lawful income, a row per person and year.
pub fn incomes(world: &World, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{INCOMES}")?;
    let (first, _, _) = world.start.ymd();
    let (last, _, _) = Date(world.start.0 + world.days as i32 - 1).ymd();
    for year in first..=last {
        let year = year.to_string();
        for party in world
            .parties
            .iter()
            .filter(|party| party.role == Role::Controller)
        {
            let declared = "14200.00";
            let birth = maybe(party.birth_date);
            let fields = [
                &party.name,
                &party.registration_number,
                &birth,
                &year,
                "profit",
                declared,
                "EUR",
                "tax",
            ];
            row(out, &fields)?;
        }
        for party in &world.parties {
            let Some((kind, cents, basis)) = party.more.income else {
                continue;
            };
            let amount = super::sheet::amount(cents, b'.');
            let birth = maybe(party.birth_date);
            let fields = [
                &party.name,
                &party.registration_number,
                &birth,
                &year,
                kind,
                &amount,
                "EUR",
                basis,
            ];
            row(out, &fields)?;
        }
        for unit in 0..world.units {
            for at in 0..world.members(unit) {
                let (kind, cents, basis) = match world.kind(unit) {
                    UnitKind::Student => continue,
                    UnitKind::Pensioner => ("pension", world.income(unit) * 12, "tax"),
                    UnitKind::Benefit => ("benefit", world.income(unit) * 12, "social security"),
                    // Twelve wages and the holiday allowance of May.
                    _ => {
                        let wage = world.wage(unit, at);
                        ("wage", wage * 12 + wage * 86 / 100, "tax")
                    }
                };
                let member = world.member(unit, at);
                let amount = super::sheet::amount(cents, b'.');
                let birth = member.birth_date.to_string();
                let fields = [
                    &member.name,
                    &member.registration_number,
                    &birth,
                    &year,
                    kind,
                    &amount,
                    "EUR",
                    basis,
                ];
                row(out, &fields)?;
            }
        }
    }
    out.flush()
}

fn earners(world: &World, unit: u32) -> u32 {
    match world.kind(unit) {
        UnitKind::Couple | UnitKind::Family => 2,
        UnitKind::Single => 1,
        _ => 0,
    }
}

fn maybe(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

fn row(out: &mut dyn Write, fields: &[&str]) -> io::Result<()> {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if field.contains([',', '"', '\n']) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
