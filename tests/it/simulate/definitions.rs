//! What each planted pattern must be, after the catalogue of laundering patterns and indicators.

use std::collections::BTreeSet;

use serde_json::Value;

use super::readers::{cents, day};

/// A movement of a pattern as the truth says it.
#[derive(Debug, Clone)]
pub struct Told {
    pub id: String,
    pub day: i64,
    /// Seconds.
    pub moment: i64,
    pub payer: String,
    pub payee: String,
    pub cents: i64,
    pub role: String,
    pub city: String,
    pub channel: String,
}

pub fn told(pattern: &Value) -> Vec<Told> {
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or("").to_owned();
    let movements = pattern["movements"].as_array().expect("movements");
    movements
        .iter()
        .map(|movement| {
            let time: Vec<i64> = word(movement, "time")
                .split(':')
                .map(|p| p.parse().expect("a number"))
                .collect();
            let day = day(&word(movement, "date"));
            Told {
                id: word(movement, "transaction_id"),
                day,
                moment: day * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2],
                payer: word(movement, "payer_account"),
                payee: word(movement, "payee_account"),
                cents: cents(&word(movement, "amount")),
                role: word(movement, "role"),
                city: word(movement, "city"),
                channel: word(movement, "channel"),
            }
        })
        .collect()
}

pub const DAY: i64 = 86_400;

pub fn span(movements: &[Told]) -> i64 {
    let days = movements.iter().map(|m| m.day);
    days.clone().max().unwrap_or(0) - days.min().unwrap_or(0)
}

pub fn distinct<'a>(accounts: impl Iterator<Item = &'a String>) -> usize {
    accounts.collect::<BTreeSet<_>>().len()
}

pub fn of_role(movements: &[Told], role: &str) -> Vec<Told> {
    movements
        .iter()
        .filter(|m| m.role.starts_with(role))
        .cloned()
        .collect()
}

pub fn satisfies(kind: &str, all: &[Told], pattern: &Value) {
    assert!(
        all.windows(2).all(|pair| pair[0].moment <= pair[1].moment),
        "in order of time"
    );
    let sum = |movements: &[Told]| movements.iter().map(|m| m.cents).sum::<i64>();
    match kind {
        "ML-01" => {
            assert!(all.len() >= 3 && span(all) < 7 && sum(all) > 1_000_000);
            assert!(
                all.iter()
                    .all(|m| (850_000..1_000_000).contains(&m.cents) && m.payer == "CASH")
            );
        }
        "ML-03" => {
            assert!(distinct(all.iter().map(|m| &m.payer)) >= 5 && span(all) < 7);
            assert_eq!(distinct(all.iter().map(|m| &m.payee)), 1);
        }
        "ML-04" => {
            assert!(distinct(all.iter().map(|m| &m.payee)) >= 5 && span(all) < 7);
            assert_eq!(distinct(all.iter().map(|m| &m.payer)), 1);
        }
        "ML-05" => {
            let (gather, scatter) = (of_role(all, "gather"), of_role(all, "scatter"));
            assert!(
                distinct(gather.iter().map(|m| &m.payer)) >= 3
                    && distinct(scatter.iter().map(|m| &m.payee)) >= 3
            );
            assert!(gather.last().map(|m| m.day) < scatter.first().map(|m| m.day));
            assert!(span(&gather) < 7 && span(&scatter) < 7);
            assert!(sum(&scatter) <= sum(&gather) && sum(&scatter) * 10 >= sum(&gather) * 9);
        }
        "ML-06" => {
            let (scatter, gather) = (of_role(all, "scatter"), of_role(all, "gather"));
            assert!(distinct(gather.iter().map(|m| &m.payer)) >= 3 && gather.len() == scatter.len());
            assert_ne!(scatter[0].payer, gather[0].payee);
            for first in &scatter {
                let second = gather.iter().find(|m| m.payer == first.payee).expect("passed on");
                assert!(second.day > first.day && second.day - first.day <= 7);
                assert!(second.cents <= first.cents && second.cents * 10 >= first.cents * 9);
            }
        }
        "ML-07" => {
            for layer in ["first layer", "second layer"] {
                let edges = of_role(all, layer);
                let (from, to) = (
                    distinct(edges.iter().map(|m| &m.payer)),
                    distinct(edges.iter().map(|m| &m.payee)),
                );
                assert!(from >= 2 && to >= 2 && edges.len() * 10 >= from * to * 7);
            }
            assert!(
                of_role(all, "first").last().map(|m| m.day) < of_role(all, "second").first().map(|m| m.day)
            );
        }
        "ML-08" => {
            let (inflow, out) = (of_role(all, "in"), of_role(all, "out"));
            assert!(inflow.len() >= 5 && inflow.len() == out.len() && sum(&inflow) > 250_000);
            for (first, second) in inflow.iter().zip(&out) {
                let waited = second.moment - first.moment;
                assert!(waited > 0 && waited <= 2 * DAY);
                assert!(second.cents <= first.cents && second.cents * 10 >= first.cents * 8);
            }
        }
        "ML-09" => {
            let (deposits, withdrawals) = (of_role(all, "deposit"), of_role(all, "withdrawal"));
            assert!(deposits.len() >= 5 && distinct(deposits.iter().map(|m| &m.city)) >= 2);
            for deposit in &deposits {
                let after = withdrawals
                    .iter()
                    .find(|m| m.moment > deposit.moment)
                    .expect("withdrawn");
                assert!(after.moment - deposit.moment <= 3 * DAY && after.city != deposit.city);
            }
        }
        "ML-10" | "ML-11" => {
            let accounts = pattern["accounts"].as_array().expect("accounts").len();
            assert_eq!(distinct(all.iter().map(|m| &m.payer)), all.len());
            for pair in all.windows(2) {
                assert_eq!(pair[0].payee, pair[1].payer);
                assert!(pair[0].day < pair[1].day && pair[1].cents < pair[0].cents);
                assert!(pair[1].cents * 10 >= pair[0].cents * 9);
            }
            if kind == "ML-10" {
                assert!((3..=8).contains(&all.len()) && all.len() + 1 == accounts);
                assert!(all.windows(2).all(|pair| pair[1].day - pair[0].day <= 3));
            } else {
                assert!((3..=6).contains(&all.len()) && all.len() == accounts && span(all) <= 30);
                assert_eq!(all.last().map(|m| &m.payee), all.first().map(|m| &m.payer));
            }
        }
        "ML-20" => assert!(all.len() >= 5 && span(all) < 7 && sum(all) > 250_000),
        "THB-13" => {
            assert!(distinct(all.iter().map(|m| &m.role)) >= 2 && all.len() >= 6);
            assert_eq!(distinct(all.iter().map(|m| &m.payee)), 1);
        }
        "THB-14" => {
            let (wages, sweeps) = (of_role(all, "wage"), of_role(all, "sweep"));
            assert!(wages.len() >= 3 && wages.len() == sweeps.len());
            for (wage, sweep) in wages.iter().zip(&sweeps) {
                assert!(sweep.moment > wage.moment && sweep.moment - wage.moment <= 2 * DAY);
                assert!(sweep.cents * 10 >= wage.cents * 8 && sweep.payer == wage.payee);
            }
            assert_eq!(distinct(sweeps.iter().map(|m| &m.payee)), 1);
        }
        "THB-16" => {
            assert!(all.iter().all(|m| m.cents == all[0].cents && m.payee == "CASH"));
        }
        "THB-35" => {
            let out: i64 = sum(&of_role(all, "sweep"));
            assert!(out * 10 >= (sum(all) - out) * 9);
        }
        "THB-01" => assert!(all.len() >= 4 && span(all) < 30),
        "THB-02" => assert!(all.len() >= 5 && span(all) < 14 && all.iter().all(|m| m.cents == all[0].cents)),
        "EXIT" => assert!(all.iter().all(|m| m.payee == "CASH" || m.payee.starts_with("LT"))),
        other => panic!("no definition of {other} is tested"),
    }
    assert!(all.iter().all(|m| !m.channel.is_empty() && m.cents > 0));
}
