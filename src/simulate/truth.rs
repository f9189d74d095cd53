//! `truth.json`: what really happened, for tests and for training. Never part of the delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::Plan;
use super::movement::{CASH, Movement};
use super::script::{Party, Pattern, Role};
use super::stream::Streamed;
use super::text::{id_text, push_time};
use super::world::{UnitKind, World};
use super::writers::sheet::amount;
use crate::model::Date;

#[derive(Serialize)]
struct Head<'a> {
    format: &'static str,
    seed: u64,
    scenario: &'a str,
    from_date: String,
    to_date: String,
    totals: Totals,
}

#[derive(Serialize)]
struct Totals {
    transfers: u64,
    amount: String,
    listed_transfers: u64,
    statement_accounts: usize,
    planted_transfers: usize,
    planted_patterns: usize,
    lookalikes: usize,
    households: u32,
}

#[derive(Serialize)]
struct PartyTruth<'a> {
    party: String,
    name: &'a str,
    kind: &'static str,
    role: Role,
    #[serde(skip_serializing_if = "str::is_empty")]
    resembles: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    because: &'a str,
    accounts: Vec<AccountTruth<'a>>,
    #[serde(flatten)]
    more: MoreTruth<'a>,
}

/// What the scenarios of the forms of exploitation tell besides.
#[derive(Default, Serialize)]
struct MoreTruth<'a> {
    /// Number in registers.
    #[serde(skip_serializing_if = "str::is_empty")]
    number: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    form: &'a str,
    #[serde(skip_serializing_if = "is_none")]
    network: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    functions: &'a [&'static str],
    #[serde(skip_serializing_if = "str::is_empty")]
    household: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alike: Vec<AlikeTruth<'a>>,
}

#[derive(Serialize)]
struct AlikeTruth<'a> {
    rule: &'a str,
    because: &'a str,
}

/// A network: who is what in it, and which rules find it at which accounts.
#[derive(Serialize)]
struct NetworkTruth<'a> {
    network: u32,
    form: &'a str,
    controllers: Vec<String>,
    victims: Vec<String>,
    others: Vec<String>,
    /// Rule to the accounts that it is planted at.
    rules: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

fn is_none(network: &u32) -> bool {
    *network == 0
}

#[derive(Serialize)]
struct AccountTruth<'a> {
    account: &'a str,
    bank: &'static str,
    delivered_as: &'static str,
}

#[derive(Serialize)]
struct PatternTruth<'a> {
    pattern: String,
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    what: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    form: &'a str,
    #[serde(skip_serializing_if = "is_none")]
    network: u32,
    accounts: Vec<PatternAccount<'a>>,
    movements: Vec<MovementTruth<'a>>,
}

#[derive(Serialize)]
struct PatternAccount<'a> {
    account: &'a str,
    role: &'static str,
}

#[derive(Serialize)]
struct MovementTruth<'a> {
    transaction_id: String,
    date: String,
    time: String,
    payer_account: &'a str,
    payee_account: &'a str,
    amount: String,
    currency: &'static str,
    channel: &'static str,
    role: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    city: &'static str,
}

/// Writes the truth, one party and one pattern a line.
pub fn write(
    out: &mut dyn Write,
    plan: &Plan,
    world: &World,
    planted: &[Movement],
    patterns: &[Pattern],
    streamed: &Streamed,
) -> io::Result<()> {
    let head = Head {
        format: "geldspoor-truth/1",
        seed: plan.seed,
        scenario: plan.scenario.as_str(),
        from_date: world.start.to_string(),
        to_date: Date(world.start.0 + world.days as i32 - 1).to_string(),
        totals: Totals {
            transfers: streamed.movements,
            amount: cents_text(streamed.cents),
            listed_transfers: streamed.listed,
            statement_accounts: streamed.legs.len(),
            planted_transfers: planted.len(),
            planted_patterns: patterns.iter().filter(|p| p.planted).count(),
            lookalikes: patterns.iter().filter(|p| !p.planted).count(),
            households: world.units,
        },
    };
    let head = serde_json::to_string_pretty(&head)?;
    // The lists follow inside the same object, written as they are made.
    write!(out, "{}", head.strip_suffix("\n}").unwrap_or(&head))?;
    write!(out, ",\n  \"parties\": [")?;
    parties(out, world)?;
    if world.detailed {
        write!(out, "\n  ],\n  \"networks\": [")?;
        for (at, network) in networks(world, patterns).iter().enumerate() {
            separator(out, at == 0)?;
            serde_json::to_writer(&mut *out, network)?;
        }
    }
    for (key, planted_ones) in [("patterns", true), ("lookalikes", false)] {
        write!(out, "\n  ],\n  \"{key}\": [")?;
        let chosen = patterns.iter().filter(|pattern| pattern.planted == planted_ones);
        for (at, pattern) in chosen.enumerate() {
            separator(out, at == 0)?;
            let name = format!("{}{:04}", if planted_ones { "P" } else { "L" }, at + 1);
            serde_json::to_writer(&mut *out, &pattern_truth(name, world, planted, pattern, streamed))?;
        }
    }
    writeln!(out, "\n  ]\n}}")?;
    out.flush()
}

fn networks<'a>(world: &'a World, patterns: &'a [Pattern]) -> Vec<NetworkTruth<'a>> {
    let mut networks: BTreeMap<u32, NetworkTruth<'a>> = BTreeMap::new();
    for (at, party) in world.parties.iter().enumerate() {
        if party.more.network == 0 {
            continue;
        }
        let network = networks
            .entry(party.more.network)
            .or_insert_with(|| NetworkTruth {
                network: party.more.network,
                form: party.more.form,
                controllers: Vec::new(),
                victims: Vec::new(),
                others: Vec::new(),
                rules: BTreeMap::new(),
            });
        match party.role {
            Role::Controller => network.controllers.push(party_id(at)),
            Role::Victim => network.victims.push(party_id(at)),
            Role::Lawful => {}
            _ => network.others.push(party_id(at)),
        }
    }
    for pattern in patterns.iter().filter(|pattern| pattern.planted) {
        if let Some(network) = networks.get_mut(&pattern.told.1) {
            let accounts = network.rules.entry(pattern.kind).or_default();
            accounts.extend(pattern.accounts.iter().map(|(account, _)| world.iban(*account)));
        }
    }
    networks.into_values().collect()
}

fn party_id(number: usize) -> String {
    format!("N{number:06}")
}

fn parties(out: &mut dyn Write, world: &World) -> io::Result<()> {
    let mut accounts: Vec<Vec<u32>> = vec![Vec::new(); world.parties.len()];
    for (account, holding) in world.holdings.iter().enumerate() {
        for party in std::iter::once(&holding.party).chain(&holding.co_holders) {
            accounts[*party as usize].push(account as u32);
        }
    }
    for (at, (party, accounts)) in world.parties.iter().zip(&accounts).enumerate() {
        separator(out, at == 0)?;
        serde_json::to_writer(&mut *out, &party_truth(world, at, party, accounts))?;
    }
    for unit in 0..world.units {
        let account = world.unit_account(unit);
        let name = world.name(account);
        let (resembles, because) = match world.kind(unit) {
            UnitKind::Couple | UnitKind::Family => ("THB-13", "two earners share one household account"),
            UnitKind::Student => ("THB-35", "a student lives on what the parents send"),
            _ => ("", ""),
        };
        separator(out, false)?;
        serde_json::to_writer(
            &mut *out,
            &PartyTruth {
                party: format!("H{unit:07}"),
                name: &name,
                kind: "household",
                role: Role::Lawful,
                resembles,
                because,
                accounts: vec![account_truth(world, account)],
                more: MoreTruth::default(),
            },
        )?;
    }
    Ok(())
}

fn party_truth<'a>(world: &'a World, number: usize, party: &'a Party, accounts: &[u32]) -> PartyTruth<'a> {
    let public = &world.public;
    let holds = |range: &std::ops::Range<u32>| accounts.iter().any(|account| range.contains(account));
    let (resembles, because) = if !party.resembles.is_empty() {
        (party.resembles, "see lookalikes")
    } else if holds(&public.employers) {
        ("ML-04", "a payroll pays the same people every month")
    } else if holds(&public.landlords) {
        ("ML-03", "tenants pay their rent")
    } else if holds(&public.shops) {
        ("ML-03", "customers pay by card")
    } else {
        ("", "")
    };
    PartyTruth {
        party: party_id(number),
        name: &party.name,
        kind: if party.company { "company" } else { "person" },
        role: party.role,
        resembles,
        because,
        accounts: accounts
            .iter()
            .map(|account| account_truth(world, *account))
            .collect(),
        more: if world.detailed {
            MoreTruth {
                number: &party.registration_number,
                form: if party.role == Role::Lawful {
                    ""
                } else {
                    party.more.form
                },
                network: if party.role == Role::Lawful {
                    0
                } else {
                    party.more.network
                },
                functions: &party.more.functions,
                household: party.more.household,
                alike: party
                    .more
                    .alike
                    .iter()
                    .map(|(rule, because)| AlikeTruth { rule, because })
                    .collect(),
            }
        } else {
            MoreTruth::default()
        },
    }
}

fn account_truth(world: &World, account: u32) -> AccountTruth<'_> {
    let bank = world.bank(account);
    AccountTruth {
        account: world.iban(account),
        bank: bank.name(),
        delivered_as: match bank {
            super::banks::Bank::Statements(format) => format.as_str(),
            super::banks::Bank::Listing => "listing",
            _ => "not delivered",
        },
    }
}

fn pattern_truth<'a>(
    name: String,
    world: &'a World,
    planted: &'a [Movement],
    pattern: &'a Pattern,
    streamed: &Streamed,
) -> PatternTruth<'a> {
    let number = |account: u32| {
        if account == CASH {
            "CASH"
        } else {
            world.iban(account)
        }
    };
    PatternTruth {
        pattern: name,
        kind: pattern.kind,
        name: pattern.name,
        what: &pattern.what,
        form: pattern.told.0,
        network: pattern.told.1,
        accounts: pattern
            .accounts
            .iter()
            .map(|(account, role)| PatternAccount {
                account: number(*account),
                role,
            })
            .collect(),
        movements: pattern
            .movements
            .iter()
            .filter_map(|(at, role)| {
                let movement = &planted[*at as usize];
                let id = (*streamed.planted.get(*at as usize)?)?;
                let mut time = Vec::new();
                push_time(&mut time, movement.second);
                Some(MovementTruth {
                    transaction_id: id_text(world.start, id),
                    date: Date(world.start.0 + movement.day as i32).to_string(),
                    time: String::from_utf8_lossy(&time).into_owned(),
                    payer_account: number(movement.payer),
                    payee_account: number(movement.payee),
                    amount: amount(movement.cents, b'.'),
                    currency: "EUR",
                    channel: movement.kind.channel().as_str(),
                    role,
                    city: if movement.kind.channel().is_cash() {
                        super::text::city(movement)
                    } else {
                        ""
                    },
                })
            })
            .collect(),
    }
}

fn separator(out: &mut dyn Write, first: bool) -> io::Result<()> {
    out.write_all(if first { b"\n    " } else { b",\n    " })
}

fn cents_text(cents: i128) -> String {
    crate::model::format_scaled(cents * 100, 2)
}
