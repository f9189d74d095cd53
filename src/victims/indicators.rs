//! The control indicators, and what points the other way. Plain reckoning over facts; both lists are always given and
//! never netted against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Drained, Flows, Registers};

/// Something that speaks for control by somebody else, or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indicator {
    /// Less than a tenth stays, and one exit takes most of it over three periods or more.
    StableExit,
    /// The exit also receives from another account that is drained in the same way.
    SharedExit,
    /// Phone, e-mail or mandate is shared with the exit's party.
    SharedReach,
    /// The address is shared with the exit's party.
    SharedAddress,
    /// Wages, or many round amounts from many payers, are what comes in.
    Earnings,
    /// Little is spent on a life of one's own.
    LittleSpending,
    /// Opened together with others that share an address, phone or e-mail.
    BatchOpening,
    /// Points the other way: a margin of 5 to 20 % stays in every period.
    KeepsMargin,
    /// Points the other way: many exits, none of them the main one.
    ManyExits,
    /// Points the other way: money was asked back.
    Recalls,
    /// Points the other way: the exit is another account of the same holder.
    OwnExit,
}

/// What was seen of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Found(String),
    NotFound(String),
    /// What the records lack.
    NotComputable(String),
}

/// One indicator with what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub indicator: Indicator,
    pub verdict: Verdict,
}

/// What all readings of one account start from.
pub(crate) struct Subject<'a> {
    pub account: &'a str,
    pub flows: &'a Flows,
    pub registers: &'a Registers,
    pub drained: &'a Drained,
    /// Where most of the money goes; nothing where the records name no destination.
    pub exit: Option<&'a str>,
    /// First and last day of the finding.
    pub window: Option<(i64, i64)>,
}

impl Indicator {
    /// Whether this one alone closes the gate.
    pub const fn is_strong(self) -> bool {
        matches!(
            self,
            Indicator::StableExit | Indicator::SharedExit | Indicator::SharedReach
        )
    }

    /// Whether it speaks against control.
    pub const fn points_other_way(self) -> bool {
        matches!(
            self,
            Indicator::KeepsMargin | Indicator::ManyExits | Indicator::Recalls | Indicator::OwnExit
        )
    }
}

/// All readings, in a fixed order.
pub(crate) fn readings(subject: &Subject<'_>) -> Vec<Reading> {
    use Indicator::*;
    [
        (StableExit, subject.stable_exit()),
        (SharedExit, subject.shared_exit()),
        (SharedReach, subject.shared_reach()),
        (SharedAddress, subject.shared_address()),
        (Earnings, subject.earnings()),
        (LittleSpending, subject.little_spending()),
        (BatchOpening, subject.batch_opening()),
        (KeepsMargin, subject.keeps_margin()),
        (ManyExits, subject.many_exits()),
        (Recalls, subject.recalls()),
        (OwnExit, subject.own_exit()),
    ]
    .into_iter()
    .map(|(indicator, verdict)| Reading { indicator, verdict })
    .collect()
}

/// Whether the readings close the gate: a strong one, or two of any kind (a strong one alone where `only_strong`).
pub(crate) fn closes(readings: &[Reading], only_strong: bool) -> bool {
    let found = readings.iter().filter(|reading| {
        !reading.indicator.points_other_way() && matches!(reading.verdict, Verdict::Found(_))
    });
    let (strong, all) = found.fold((0, 0), |(strong, all), reading| {
        (strong + usize::from(reading.indicator.is_strong()), all + 1)
    });
    strong >= 1 || (all >= 2 && !only_strong)
}

/// The destination that takes most of what leaves, by amount and then by name.
pub(crate) fn largest_exit(flows: &Flows) -> Option<String> {
    let mut totals: BTreeMap<&str, i128> = BTreeMap::new();
    for (destination, amount) in flows.days.values().flat_map(|day| &day.sent) {
        *totals.entry(destination).or_default() += amount;
    }
    totals.remove("");
    let most = totals.values().copied().max()?;
    totals
        .into_iter()
        .find(|(_, amount)| *amount == most)
        .map(|(destination, _)| destination.to_owned())
}

#[derive(Default)]
struct Period {
    received: i128,
    sent: BTreeMap<String, i128>,
}

impl Period {
    fn total_sent(&self) -> i128 {
        self.sent.values().sum()
    }
}

impl Subject<'_> {
    // Months where there are three with movements, else weeks, so that a short burst is looked at too.
    fn periods(&self, window: Option<(i64, i64)>) -> (Vec<Period>, &'static str) {
        let by = |key: &dyn Fn(i64) -> i64| {
            let mut periods: BTreeMap<i64, Period> = BTreeMap::new();
            for (day, moves) in &self.flows.days {
                if window.is_some_and(|(first, last)| *day < first || *day > last) {
                    continue;
                }
                let period = periods.entry(key(*day)).or_default();
                period.received += moves.received;
                for (destination, amount) in &moves.sent {
                    *period.sent.entry(destination.clone()).or_default() += amount;
                }
            }
            let mut periods: Vec<Period> = periods.into_values().collect();
            periods.retain(|period| period.received > 0 || !period.sent.is_empty());
            periods
        };
        let months = by(&month);
        if months.len() >= 3 {
            (months, "months")
        } else {
            (by(&week), "weeks")
        }
    }

    fn received(&self) -> i128 {
        self.flows.days.values().map(|day| day.received).sum()
    }

    fn exits_to_own(&self) -> bool {
        let own = self.registers.own(self.account);
        self.exit
            .is_some_and(|exit| !own.is_disjoint(&self.registers.own(exit)))
    }

    fn stable_exit(&self) -> Verdict {
        let Some(exit) = self.exit else {
            return Verdict::NotComputable("the destination of what leaves".into());
        };
        if self.exits_to_own() {
            return Verdict::NotFound("what leaves goes to another account of the same holder".into());
        }
        // A transfer may leave some days after the last credit of the finding.
        let near = self.window.map(|(first, last)| (first, last + 3));
        let mut seen = String::new();
        for window in [near, None] {
            let (periods, unit) = self.periods(window);
            let received: i128 = periods.iter().map(|period| period.received).sum();
            let sent: i128 = periods.iter().map(Period::total_sent).sum();
            let stable = periods
                .iter()
                .filter(|period| {
                    let total = period.total_sent();
                    total > 0 && period.sent.get(exit).copied().unwrap_or(0) * 10 >= total * 8
                })
                .count();
            let kept = (received - sent).max(0);
            seen = format!(
                "{} of what comes in stays, and one exit takes most of what leaves in {stable} {unit}",
                percent(kept, received)
            );
            if received > 0 && (received - sent) * 10 < received && stable >= 3 {
                return Verdict::Found(seen);
            }
        }
        Verdict::NotFound(seen)
    }

    fn shared_exit(&self) -> Verdict {
        let Some(exit) = self.exit else {
            return Verdict::NotComputable("the destination of what leaves".into());
        };
        if exit.starts_with("c-") {
            return Verdict::NotComputable("who receives the cash".into());
        }
        let group = self.registers.group(exit);
        let own = self.registers.group(self.account);
        let others: BTreeSet<&String> = group
            .iter()
            .filter_map(|account| self.drained.get(account))
            .flatten()
            .filter(|payer| !own.contains(*payer) && !group.contains(*payer))
            .collect();
        match others.len() {
            0 => Verdict::NotFound("no other account in these records is drained to the same party".into()),
            n => Verdict::Found(format!(
                "the exit's party also receives from {n} other accounts drained alike"
            )),
        }
    }

    fn shared_reach(&self) -> Verdict {
        let Some(exit) = self.exit.filter(|exit| !exit.starts_with("c-")) else {
            return Verdict::NotComputable("phone, e-mail and mandate of the party at the exit".into());
        };
        let exit_owners = self.registers.own(exit);
        if !self.exits_to_own() && !self.registers.mandates(self.account).is_disjoint(&exit_owners) {
            return Verdict::Found("the exit's party has a mandate on this account".into());
        }
        let (Some(ours), Some(theirs)) = (
            self.registers.reach.get(self.account),
            self.registers.reach.get(exit),
        ) else {
            return Verdict::NotComputable("phone and e-mail of both holders".into());
        };
        match ours.intersection(theirs).next() {
            Some(_) if !self.exits_to_own() => {
                Verdict::Found("phone or e-mail is shared with the exit's party".into())
            }
            _ => Verdict::NotFound("no phone, e-mail or mandate shared with the exit's party".into()),
        }
    }

    fn shared_address(&self) -> Verdict {
        let addresses = &self.registers.addresses;
        let Some(exit) = self.exit else {
            return Verdict::NotComputable("the address of the party at the exit".into());
        };
        let (Some(ours), Some(theirs)) = (addresses.get(self.account), addresses.get(exit)) else {
            return Verdict::NotComputable("the addresses of both holders".into());
        };
        if !self.exits_to_own() && !ours.is_disjoint(theirs) {
            Verdict::Found("the address is shared with the exit's party".into())
        } else {
            Verdict::NotFound("no address shared with the exit's party".into())
        }
    }

    fn earnings(&self) -> Verdict {
        let received = self.received();
        let wages: i128 = self.flows.days.values().map(|day| day.wages).sum();
        let share = percent(wages, received);
        if received > 0 && wages * 2 >= received {
            return Verdict::Found(format!("wages are {share} of what comes in"));
        }
        let round = self.flows.round_credits;
        if round >= 10 && self.flows.round_payers >= 8 && round * 2 >= self.flows.credits {
            let payers = self.flows.round_payers;
            return Verdict::Found(format!(
                "{round} round amounts from {payers} payers are what comes in"
            ));
        }
        Verdict::NotFound(format!("wages are {share} of what comes in"))
    }

    fn little_spending(&self) -> Verdict {
        let received = self.received();
        let spent: i128 = self.flows.days.values().map(|day| day.spent).sum();
        let seen = format!("own spending is {} of what comes in", percent(spent, received));
        if received > 0 && spent * 100 < received * 15 {
            Verdict::Found(seen)
        } else {
            Verdict::NotFound(seen)
        }
    }

    fn batch_opening(&self) -> Verdict {
        let registers = self.registers;
        let Some((bank, day)) = registers.opened.get(self.account) else {
            return Verdict::NotComputable("when the account was opened".into());
        };
        let shared = |other: &str| {
            let common =
                |map: &BTreeMap<String, BTreeSet<String>>| match (map.get(self.account), map.get(other)) {
                    (Some(ours), Some(theirs)) => !ours.is_disjoint(theirs),
                    _ => false,
                };
            common(&registers.reach) || common(&registers.addresses)
        };
        let own = registers.own(self.account);
        let together = registers
            .opened
            .iter()
            .filter(|(other, (at, opened))| {
                let other_owner = other.as_str() == self.account || registers.own(other).is_disjoint(&own);
                at == bank
                    && (opened - day).abs() <= 14
                    && other_owner
                    && (*other == self.account || shared(other))
            })
            .count();
        if together >= 4 {
            Verdict::Found(format!(
                "one of {together} accounts opened within 14 days that share contact data"
            ))
        } else {
            Verdict::NotFound("not opened together with others that share contact data".into())
        }
    }

    fn keeps_margin(&self) -> Verdict {
        let by = |key: &dyn Fn(i64) -> i64| {
            let mut periods: BTreeMap<i64, (i128, i128)> = BTreeMap::new();
            for (day, received, kept) in self.kept() {
                let period = periods.entry(key(day)).or_default();
                period.0 += received;
                period.1 += kept;
            }
            periods
        };
        let months = by(&month);
        let (periods, unit) = match months.len() >= 3 {
            true => (months, "months"),
            false => (by(&week), "weeks"),
        };
        let count = periods
            .values()
            .filter(|(received, kept)| kept * 20 >= *received && kept * 5 <= *received)
            .count();
        if periods.len() >= 3 && count == periods.len() {
            Verdict::Found(format!("5 to 20 % stays in each of {count} {unit}"))
        } else {
            Verdict::NotFound(format!("5 to 20 % stays in {count} of {} {unit}", periods.len()))
        }
    }

    // By day of receipt: what came in, and what of it had not left three days later. What leaves takes the oldest first.
    fn kept(&self) -> Vec<(i64, i128, i128)> {
        let mut days: Vec<(i64, i128, i128)> = Vec::new();
        let mut oldest = 0;
        for (day, moves) in &self.flows.days {
            if moves.received > 0 {
                days.push((*day, moves.received, moves.received));
            }
            let mut sent: i128 = moves.sent.iter().map(|(_, amount)| amount).sum();
            while let Some((received_on, _, left)) = days.get_mut(oldest) {
                if *received_on + 3 >= *day {
                    let taken = sent.min(*left);
                    *left -= taken;
                    sent -= taken;
                    if *left > 0 {
                        break;
                    }
                }
                oldest += 1;
            }
        }
        days
    }

    fn many_exits(&self) -> Verdict {
        let mut totals: BTreeMap<&str, i128> = BTreeMap::new();
        for (destination, amount) in self.flows.days.values().flat_map(|day| &day.sent) {
            if !destination.is_empty() {
                *totals.entry(destination).or_default() += amount;
            }
        }
        let (all, most) = (
            totals.values().sum::<i128>(),
            totals.values().copied().max().unwrap_or(0),
        );
        let seen = format!(
            "{} different exits, the largest takes {}",
            totals.len(),
            percent(most, all)
        );
        if totals.len() >= 5 && most * 2 < all {
            Verdict::Found(seen)
        } else {
            Verdict::NotFound(seen)
        }
    }

    fn recalls(&self) -> Verdict {
        match self.flows.recalls {
            0 => Verdict::NotFound("nothing was asked back".into()),
            n => Verdict::Found(format!("{n} entries were taken back or asked back")),
        }
    }

    fn own_exit(&self) -> Verdict {
        if self.exits_to_own() {
            Verdict::Found("the exit is another account of the same holder".into())
        } else {
            Verdict::NotFound("the exit is not known to be the holder's own".into())
        }
    }
}

fn month(day: i64) -> i64 {
    let (year, month, _) = crate::model::Date(day as i32).ymd();
    i64::from(year) * 12 + i64::from(month)
}

// From Monday; 1 January 1970 was a Thursday.
fn week(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

// Rounded down to a tenth of a percent.
fn percent(part: i128, whole: i128) -> String {
    match whole {
        0 => "0 %".to_owned(),
        _ => {
            let tenths = part * 1_000 / whole;
            format!("{}.{} %", tenths / 10, tenths % 10)
        }
    }
}
