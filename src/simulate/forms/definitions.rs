//! What each planted rule must be, after the catalogue of indicators; for tests.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::movement::{CASH, Kind, Movement};
use super::super::script::Pattern;
use super::super::world::World;
use crate::model::Date;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn moment(movement: &Movement) -> i64 {
    i64::from(movement.day) * DAY + i64::from(movement.second)
}

/// A pattern with its movements at hand.
pub struct Told<'a> {
    case: &'a Case,
    pattern: &'a Pattern,
    /// Movement and what it does there.
    all: Vec<(&'a Movement, &'a str)>,
}

impl<'a> Told<'a> {
    pub fn new(case: &'a Case, pattern: &'a Pattern) -> Told<'a> {
        let all = pattern
            .movements
            .iter()
            .map(|(at, role)| (&case.planted[*at as usize], role.as_str()))
            .collect();
        Told { case, pattern, all }
    }

    fn world(&self) -> &'a World {
        &self.case.world
    }

    fn of(&self, role: &str) -> Vec<&'a Movement> {
        let chosen = self.all.iter().filter(|(_, of)| of.starts_with(role));
        chosen.map(|(movement, _)| *movement).collect()
    }

    fn movements(&self) -> Vec<&'a Movement> {
        self.all.iter().map(|(movement, _)| *movement).collect()
    }

    fn text(&self, movement: &Movement) -> &'a str {
        &self.world().texts[movement.detail as usize]
    }

    /// Everything planted on an account.
    fn on(&self, account: u32) -> impl Iterator<Item = &'a Movement> {
        let planted = self.case.planted.iter();
        planted.filter(move |m| m.payer == account || m.payee == account)
    }
}

/// The most movements within so many days, as a window.
fn densest<'a>(movements: &[&'a Movement], days: i64) -> Vec<&'a Movement> {
    let mut best: Vec<&Movement> = Vec::new();
    for first in movements {
        let window: Vec<&Movement> = movements
            .iter()
            .filter(|m| (0..=days * DAY).contains(&(moment(m) - moment(first))))
            .copied()
            .collect();
        if window.len() > best.len() {
            best = window;
        }
    }
    best
}

fn sum(movements: &[&Movement]) -> i64 {
    movements.iter().map(|m| m.cents).sum()
}

/// How many different ones.
pub fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> usize {
    all.collect::<BTreeSet<T>>().len()
}

fn age(world: &World, account: u32, day: u32) -> i32 {
    let party = &world.parties[world.holdings[account as usize].party as usize];
    let born = party.birth_date.expect("a person").ymd();
    let at = Date(world.start.0 + day as i32).ymd();
    at.0 - born.0 - i32::from((at.1, at.2) < (born.1, born.2))
}

/// Share in percent that leaves an account within so many hours of what came in.
fn gone(inflow: &Movement, told: &Told<'_>, account: u32, hours: i64) -> i64 {
    let left: i64 = told
        .movements()
        .iter()
        .filter(|m| m.payer == account)
        .filter(|m| (0..=hours * HOUR).contains(&(moment(m) - moment(inflow))))
        .map(|m| m.cents)
        .sum();
    left * 100 / inflow.cents
}

/// Groups of at least three holders at one terminal within ten minutes, one a day.
fn together(movements: &[&Movement]) -> Vec<(u32, BTreeSet<u32>)> {
    let mut found = Vec::new();
    for first in movements {
        let holders: BTreeSet<u32> = movements
            .iter()
            .filter(|m| m.detail == first.detail && (0..=600).contains(&(moment(m) - moment(first))))
            .map(|m| m.payer)
            .collect();
        if holders.len() >= 3 && found.last().is_none_or(|(day, _)| *day != first.day) {
            found.push((first.day, holders));
        }
    }
    found
}

/// Panics where a pattern is not what its rule asks for.
pub fn satisfies(told: &Told<'_>) {
    let (world, all) = (told.world(), told.movements());
    let accounts = &told.pattern.accounts;
    let first = accounts[0].0;
    match told.pattern.kind {
        "THB-01" => {
            let month = densest(&all, 30);
            assert!(month.len() >= 4 && distinct(month.iter().map(|m| m.city())) >= 2);
            assert!(all.iter().all(|m| world.merchant(m.payee) == "7011"));
        }
        "THB-02" => {
            assert!(densest(&all, 14).len() >= 5);
            assert!(all.iter().all(|m| m.cents == all[0].cents && m.cents <= 2_500));
        }
        "THB-03" => {
            let month = densest(&all, 30);
            assert!(month.len() >= 10 && distinct(month.iter().map(|m| m.payer)) >= 8);
            for one in &month {
                assert!(month.iter().filter(|m| m.payer == one.payer).count() <= 2);
                assert!((6_000..=48_000).contains(&one.cents) && one.cents % 1_000 == 0);
            }
        }
        "THB-04" => {
            assert!(densest(&all, 30).len() >= 4);
            assert!(all.iter().all(|m| m.second >= 22 * 3_600 || m.second < 6 * 3_600));
        }
        "THB-05" => {
            let month = densest(&all, 30);
            assert!(month.len() >= 5 && distinct(month.iter().map(|m| m.city())) >= 3);
            assert!(all.iter().all(|m| (12_000..=48_000).contains(&m.cents)));
        }
        "THB-06" => assert!(densest(&all, 30).len() > 15),
        "THB-07" => assert!(densest(&all, 30).len() >= 8 && distinct(all.iter().map(|m| told.text(m))) >= 3),
        "THB-08" => {
            for shop in ["5912", "5621", "5814"] {
                let of = |m: &&Movement| world.merchant(m.payee) == shop;
                let now: Vec<&Movement> = all.iter().copied().filter(of).collect();
                let usual = told.on(first).filter(|m| m.payer == first && of(m)).count() - now.len();
                assert!(now.len() > usual && densest(&now, 30).len() >= 6, "{shop}");
            }
        }
        "THB-09" => {
            let taken: i64 = told.on(first).filter(|m| m.payee == first).map(|m| m.cents).sum();
            assert!(all.iter().all(|m| m.second < 6 * 3_600));
            assert!(sum(&all) * 5 >= taken, "{} of {taken}", sum(&all));
        }
        "THB-10" => {
            assert!(densest(&all, 60).len() >= 3);
            assert!(distinct(all.iter().map(|m| told.text(m))) >= 3);
        }
        "THB-11" => {
            let cities: Vec<usize> = all.iter().map(|m| m.city()).collect();
            let quarter: Vec<usize> = densest(&all, 90).iter().map(|m| m.city()).collect();
            assert!(
                distinct(cities.iter()) >= 4 && quarter[..4] == quarter[4..8],
                "{quarter:?}"
            );
        }
        "THB-12" => {
            let phone = |account: u32| {
                let party = world.holdings[account as usize].party;
                &world.parties[party as usize].phone
            };
            assert!(accounts.len() >= 3 && accounts.iter().all(|(a, _)| phone(*a) == phone(first)));
        }
        "THB-13" => {
            let names = distinct(
                all.iter()
                    .map(|m| told.text(m).split_once(' ').map(|t| &t.1[8..])),
            );
            assert!(names >= 2 && all.len() >= names * 2, "{names}");
            assert!(all.iter().all(|m| m.payee == first && m.kind == Kind::ToldWage));
        }
        "THB-14" => {
            let wages = told.of("wage");
            assert!(wages.len() >= 3);
            assert!(wages.iter().all(|wage| gone(wage, told, first, 48) >= 80));
        }
        "THB-15" => {
            let groups = together(&all);
            assert!(
                groups.len() >= 2 && groups.iter().all(|g| g.1 == groups[0].1),
                "{groups:?}"
            );
        }
        "THB-16" => {
            assert!(all.iter().all(|m| m.cents == all[0].cents));
            assert!(distinct(all.iter().map(|m| m.payer)) >= 3);
            assert!(distinct(all.iter().map(|m| m.day / 7)) >= 4);
        }
        "THB-17" => {
            let (wages, back) = (told.of("wage"), told.of("deduction"));
            assert!(wages.len() >= 3 && wages.len() == back.len());
            for (wage, back) in wages.iter().zip(back) {
                assert!(back.cents * 10 >= wage.cents * 3);
                assert!((0..=5 * DAY).contains(&(moment(back) - moment(wage))));
            }
        }
        "THB-18" => {
            let paid = |m: &&Movement| matches!(m.kind, Kind::ToldWage | Kind::ToldTax) && m.payer == first;
            assert_eq!(told.on(first).filter(paid).count(), 0);
            assert!(distinct(all.iter().map(|m| m.day / 30)) >= 6);
        }
        "THB-19" => {
            let mut workers = BTreeMap::new();
            for one in &all {
                assert_eq!((one.cents, one.payee), (all[0].cents, all[0].payee));
                let opened = world.holdings[one.payer as usize].opened.0 - world.start.0;
                assert!((0..=180).contains(&(one.day as i32 - opened)));
                *workers.entry(one.payer).or_insert(0) += 1;
            }
            assert!(
                workers.len() >= 3 && workers.values().all(|times| *times >= 3),
                "{workers:?}"
            );
        }
        "THB-20" => {
            let opened = accounts.iter().map(|(a, _)| world.holdings[*a as usize].opened.0);
            let (low, high) = (opened.clone().min().unwrap_or(0), opened.max().unwrap_or(99));
            assert!(accounts.len() >= 4 && high - low <= 14);
        }
        "THB-21" => {
            let rents: Vec<&Movement> = told.of("rent");
            let houses = distinct(rents.iter().map(|m| told.text(m)));
            let tenants = distinct(rents.iter().map(|m| m.payer));
            assert!(houses >= 3 || tenants >= 4, "{houses} {tenants}");
        }
        "THB-22" => assert!(together(&all).len() >= 5, "{:?}", together(&all)),
        "THB-23" => {
            for inflow in told.of("client pays") {
                assert!(
                    gone(inflow, told, first, 72) >= 80,
                    "{}",
                    gone(inflow, told, first, 72)
                );
            }
            assert!(!told.on(first).any(|m| m.kind == Kind::ToldTax));
        }
        "THB-24" => {
            let benefits = told.of("benefit");
            assert!(
                benefits
                    .iter()
                    .all(|m| matches!(m.kind.purpose(), "GOVT" | "BECH"))
            );
            let names = distinct(
                benefits
                    .iter()
                    .map(|m| told.text(m).rsplit_once("-").map(|t| &t.1[3..])),
            );
            assert!(names >= 2, "{names}");
            if accounts.len() > 1 {
                assert!(benefits.iter().all(|m| gone(m, told, m.payee, 48) >= 80));
            }
        }
        "THB-25" => {
            assert!(densest(&all, 30).len() >= 8, "{}", densest(&all, 30).len());
            assert!(
                all.iter()
                    .all(|m| (2_000..=30_000).contains(&m.cents) && m.cents % 5 != 0)
            );
        }
        "THB-26" => {
            let near = densest(&all, 60);
            assert!(distinct(near.iter().map(|m| m.payer)) >= 3);
            assert!(
                near.iter()
                    .all(|m| m.payee == all[0].payee && world.bank(m.payee).country() != "NL")
            );
        }
        "THB-27" => {
            let loans = told.of("loan");
            assert!(densest(&loans, 90).len() >= 2);
            assert!(loans.iter().all(|loan| gone(loan, told, first, 72) >= 80));
        }
        "THB-28" => {
            assert!(densest(&all, 30).len() >= 10);
            assert!(!told.on(first).any(|m| m.payer == first && m.kind.is_card()));
        }
        "THB-29" => {
            let credits = densest(&told.of("small credit"), 30);
            assert!(credits.len() >= 10 && told.of("train").len() >= 3 && !told.of("cash-out").is_empty());
            assert!(
                credits
                    .iter()
                    .all(|m| m.cents <= 10_000 && age(world, first, m.day) < 21)
            );
        }
        "THB-30" => {
            let near = densest(&all, 60);
            assert!(near.len() >= 6 && near.iter().all(|m| (600..=6_000).contains(&m.cents)));
        }
        "THB-31" => assert!(distinct(all.iter().map(|m| m.payer)) >= 3),
        "THB-32" => {
            let sent = told.of("remittance");
            let last = moment(sent[sent.len() - 1]);
            let recent: Vec<&Movement> = sent
                .iter()
                .filter(|m| last - moment(m) <= 30 * DAY)
                .copied()
                .collect();
            let before: i64 = sent
                .iter()
                .filter(|m| (30 * DAY + 1..=120 * DAY).contains(&(last - moment(m))))
                .map(|m| m.cents)
                .sum();
            assert!(before > 0 && sum(&recent) >= 2 * before / 3);
            assert!(moment(told.of("ticket")[0]) > last);
        }
        "THB-33" => {
            let near = densest(&all, 60);
            assert!(distinct(near.iter().map(|m| m.payer)) >= 5);
            assert!(
                all.iter()
                    .all(|m| age(world, first, m.day) < 18 && age(world, m.payer, m.day) >= 18)
            );
        }
        "THB-34" => {
            assert!(densest(&all, 30).len() >= 5);
            assert!(all.iter().all(|m| m.cents % 2_500 == 0));
        }
        "THB-35" => controlled(told),
        "THB-36" => {
            // One and a half times half a year of the stated income of a controller.
            assert!(sum(&densest(&all, 182)) * 2 > 1_420_000 * 3, "{}", sum(&all));
        }
        "THB-37" => {
            let parties = accounts
                .iter()
                .map(|(a, _)| &world.parties[world.holdings[*a as usize].party as usize]);
            assert_eq!(distinct(parties.clone().map(|p| (&p.address, p.more.family))), 1);
            assert!((2..=5).contains(&parties.count()));
        }
        "THB-38" => {
            let inflow: Vec<&Movement> = told.on(first).filter(|m| m.payee == first).collect();
            let out: Vec<&Movement> = told.on(first).filter(|m| m.payer == first).collect();
            let cash: Vec<&Movement> = inflow.iter().filter(|m| m.payer == CASH).copied().collect();
            assert!(
                sum(&cash) * 10 >= sum(&inflow) * 7,
                "{} of {}",
                sum(&cash),
                sum(&inflow)
            );
            let supplies: Vec<&Movement> = all.iter().filter(|m| m.payer == first).copied().collect();
            assert!(
                sum(&supplies) * 5 < sum(&out),
                "{} of {}",
                sum(&supplies),
                sum(&out)
            );
        }
        "THB-39" => {
            let share = |account: u32, role: &dyn Fn(&Movement) -> bool| {
                let turnover: i64 = told
                    .on(account)
                    .filter(|m| m.payee == account)
                    .map(|m| m.cents)
                    .sum();
                let part: i64 = told.on(account).filter(|m| role(m)).map(|m| m.cents).sum();
                part * 100 / turnover.max(1)
            };
            let inputs = |account: u32| share(account, &|m| m.payer == account && !told.text_of_owner(m));
            let peers =
                world.holdings.iter().enumerate().filter(|(_, holding)| {
                    world.parties[holding.party as usize].more.household == "business"
                });
            for (peer, _) in peers {
                assert!(
                    inputs(first) * 2 < inputs(peer as u32),
                    "{} {}",
                    inputs(first),
                    inputs(peer as u32)
                );
            }
        }
        "THB-40" => {
            let movements = told.on(first).count();
            assert!(all.len() * 2 > movements);
        }
        "THB-41" => assert!(densest(&all, 10).len() >= 4 && all.iter().all(|m| m.cents < 100_000)),
        "THB-42" => {
            let opened = world.opened_within(first).expect("a new account").0 - world.start.0;
            assert!(all.iter().any(|m| m.payee == first) && all.iter().any(|m| m.payer == first));
            assert!(all.iter().all(|m| (0..=30).contains(&(m.day as i32 - opened))));
        }
        "EXIT" | "FUNCTION" => assert!(!all.is_empty(), "{}", told.pattern.name),
        other => panic!("{other} has no definition here"),
    }
}

impl Told<'_> {
    fn text_of_owner(&self, movement: &Movement) -> bool {
        movement.kind == Kind::Told && self.text(movement).contains("eigenaar")
    }
}

// Less than a tenth stays in every two months, one exit takes part of it, and whoever holds the exit has control.
fn controlled(told: &Told<'_>) {
    let world = told.world();
    let (account, exit) = (told.pattern.accounts[0].0, told.pattern.accounts[1].0);
    let all: Vec<&Movement> = told.on(account).collect();
    let (start, end) = (moment(all[0]), moment(all[all.len() - 1]));
    let mut at = start;
    while at + 60 * DAY <= end {
        let near: Vec<&&Movement> = all
            .iter()
            .filter(|m| (at..at + 60 * DAY).contains(&moment(m)))
            .collect();
        let inflow: i64 = near.iter().filter(|m| m.payee == account).map(|m| m.cents).sum();
        let out: i64 = near.iter().filter(|m| m.payer == account).map(|m| m.cents).sum();
        // A window may cut a sum from the payment that passes it on.
        let largest = near.iter().map(|m| m.cents).max().unwrap_or(0);
        assert!(
            (inflow - out - largest) * 10 < inflow,
            "{}: {inflow} {out}",
            told.pattern.what
        );
        at += 15 * DAY;
    }
    let inflow: i64 = all.iter().filter(|m| m.payee == account).map(|m| m.cents).sum();
    let out: i64 = all.iter().filter(|m| m.payer == account).map(|m| m.cents).sum();
    assert!(
        (inflow - out) * 10 < inflow && out <= inflow,
        "{}: {inflow} {out}",
        told.pattern.what
    );
    let of = |account: u32| world.holdings[account as usize].party;
    let mandate = world.holdings[account as usize].mandates.contains(&of(exit));
    let phone = world.parties[of(account) as usize].phone == world.parties[of(exit) as usize].phone;
    assert!(mandate || phone, "{}", told.pattern.what);
    // The exit receives from another such account as well.
    let others =
        told.case.patterns.iter().filter(|p| {
            p.planted && p.kind == "THB-35" && p.accounts[1].0 == exit && p.accounts[0].0 != account
        });
    assert!(others.count() > 0, "{}", told.pattern.what);
}
