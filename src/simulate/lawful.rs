//! Everyday life: what falls due every month, and what people do in between. Both are made hour by hour from the
//! world alone, so that hours can be made on any thread.

use super::calendar::{Due, weekday};
use super::movement::{CASH, Kind, Movement, NOT_PLANTED, place};
use super::names::SHOP_KINDS;
use super::random::{Draw, Purpose};
use super::world::{UnitKind, World};
use crate::model::Date;

/// What falls due every month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    FirstWage,
    SecondWage,
    Income,
    ChildBenefit,
    Rent,
    Insurance,
    Energy,
    Telecom,
    Support,
}

const CLASSES: [Class; 9] = [
    Class::FirstWage,
    Class::SecondWage,
    Class::Income,
    Class::ChildBenefit,
    Class::Rent,
    Class::Insurance,
    Class::Energy,
    Class::Telecom,
    Class::Support,
];

/// Hour at which a tax payment of a company is booked.
const TAX_HOUR: u32 = 10;

impl Class {
    const fn hour(self) -> u32 {
        match self {
            Class::Insurance | Class::Energy | Class::Telecom => 3,
            Class::Income | Class::ChildBenefit => 5,
            Class::FirstWage | Class::SecondWage => 6,
            Class::Rent => 8,
            Class::Support => 9,
        }
    }

    /// Whether the payment slides to the working day before a rest day.
    const fn early(self) -> bool {
        matches!(
            self,
            Class::FirstWage | Class::SecondWage | Class::Income | Class::ChildBenefit
        )
    }

    /// The day of the month (1 to 28) on which it falls due for a unit, or nothing where it does not apply.
    fn day(self, world: &World, unit: u32) -> Option<u32> {
        use UnitKind::*;
        let kind = world.kind(unit);
        let earns = matches!(kind, Couple | Family | Single);
        let two = matches!(kind, Couple | Family);
        let spread = |low: u32, width: u32| Some(low + unit.wrapping_mul(2_654_435_761) / 65_536 % width);
        match self {
            Class::FirstWage if earns => Some(23 + world.employer(unit, 0) % 4),
            Class::SecondWage if two => Some(23 + world.employer(unit, 1) % 4),
            Class::Income if kind == Pensioner => Some(22),
            Class::Income if kind == Benefit => Some(20),
            Class::ChildBenefit if kind == Family => Some(8),
            Class::Rent => spread(1, 3),
            Class::Insurance => spread(4, 5),
            Class::Energy if kind != Student => spread(9, 6),
            Class::Telecom => spread(15, 6),
            Class::Support if kind == Student => Some(5),
            _ => None,
        }
    }
}

/// Makes everyday life.
pub struct Life<'a> {
    world: &'a World,
    /// How many everyday movements the whole period holds.
    everyday: u64,
    /// Weight of all hours before hour `i` of the period (`days * 24 + 1` values).
    weights: Vec<u64>,
}

impl<'a> Life<'a> {
    /// Everyday life with a given number of movements besides what falls due.
    pub fn new(world: &'a World, everyday: u64) -> Life<'a> {
        let mut weights = Vec::with_capacity(world.days as usize * 24 + 1);
        let mut sum = 0u64;
        weights.push(sum);
        for day in 0..world.days {
            let date = Date(world.start.0 + day as i32);
            let of_day = [9, 9, 10, 10, 13, 16, 7][weekday(date) as usize];
            for of_hour in HOUR_WEIGHTS {
                sum += of_day * of_hour;
                weights.push(sum);
            }
        }
        Life {
            world,
            everyday,
            weights,
        }
    }

    /// How many movements fall due in the whole period.
    pub fn count_due(world: &World) -> u64 {
        let mut later = [0u64; 29];
        let mut earlier = [0u64; 29];
        for unit in 0..world.units {
            for class in CLASSES {
                if let Some(day) = class.day(world, unit) {
                    let table = if class.early() { &mut earlier } else { &mut later };
                    table[day as usize] += 1;
                }
            }
        }
        let employers = u64::from(world.public.employers.end - world.public.employers.start);
        let mut count = 0;
        for day in 0..world.days {
            let date = Date(world.start.0 + day as i32);
            let due = Due::on(date);
            for nominal in 1..=28usize {
                count += later[nominal] * u64::from(due.later >> nominal & 1);
                count += earlier[nominal] * u64::from(due.earlier >> nominal & 1);
            }
            if taxes_due(date, due) {
                count += employers;
            }
        }
        count
    }

    /// Everyday movements of one hour, counted from the first hour of the period.
    pub fn everyday_count(&self, hour: u32) -> u64 {
        self.everyday_before(hour + 1) - self.everyday_before(hour)
    }

    /// Adds everything of one hour: what falls due, then everyday movements. Not sorted.
    pub fn hour(&self, day: u32, hour: u32, into: &mut Vec<Movement>) {
        self.due(day, hour, into);
        self.everyday(day, hour, into);
    }

    fn everyday_before(&self, hour: u32) -> u64 {
        let total = self.weights.last().copied().unwrap_or(0).max(1);
        let before = self.weights.get(hour as usize).copied().unwrap_or(total);
        (u128::from(self.everyday) * u128::from(before) / u128::from(total)) as u64
    }

    fn due(&self, day: u32, hour: u32, into: &mut Vec<Movement>) {
        if !matches!(hour, 3 | 5 | 6 | 8 | 9 | TAX_HOUR) {
            return;
        }
        let world = self.world;
        let date = Date(world.start.0 + day as i32);
        let due = Due::on(date);
        if due == Due::default() {
            return;
        }
        for class in CLASSES {
            if class.hour() != hour {
                continue;
            }
            let days = if class.early() { due.earlier } else { due.later };
            for unit in 0..world.units {
                if class
                    .day(world, unit)
                    .is_some_and(|nominal| days >> nominal & 1 == 1)
                {
                    into.push(self.due_movement(class, unit, day, date));
                }
            }
        }
        if hour == TAX_HOUR && taxes_due(date, due) {
            for employer in world.public.employers.clone() {
                let mut draw = Draw::new(
                    world.seed,
                    Purpose::Schedule,
                    u64::from(employer),
                    7 << 32 | u64::from(day),
                );
                into.push(Movement {
                    day,
                    second: hour * 3_600 + draw.below(3_600) as u32,
                    payer: employer,
                    payee: world.public.tax_office,
                    cents: draw.between(240_000, 1_900_000),
                    kind: Kind::Tax,
                    detail: 0,
                    planted: NOT_PLANTED,
                });
            }
        }
    }

    fn due_movement(&self, class: Class, unit: u32, day: u32, date: Date) -> Movement {
        let world = self.world;
        let account = world.unit_account(unit);
        let public = &world.public;
        // One series for the whole life of the payment: the amount is the same every month.
        let mut fixed = Draw::new(world.seed, Purpose::Schedule, u64::from(unit), class as u64);
        let (_, month, _) = date.ymd();
        let wage = |member: u32| {
            let base = world.wage(unit, member);
            // The holiday allowance comes with the wage of May.
            (
                world.employer(unit, member),
                account,
                if month == 5 { base + base * 86 / 100 } else { base },
                Kind::Wage,
                member,
            )
        };
        let (payer, payee, cents, kind, detail) = match class {
            Class::FirstWage => wage(0),
            Class::SecondWage => wage(1),
            Class::Income if world.kind(unit) == UnitKind::Pensioner => {
                (public.pension_fund, account, world.income(unit), Kind::Pension, 0)
            }
            Class::Income => (
                public.benefits_office,
                account,
                world.income(unit),
                Kind::Benefit,
                0,
            ),
            Class::ChildBenefit => (
                public.benefits_office,
                account,
                18_254 * fixed.between(1, 3),
                Kind::ChildBenefit,
                0,
            ),
            Class::Rent => (account, world.landlord(unit), world.rent(unit), Kind::Rent, 0),
            Class::Insurance => {
                let people = i64::from(world.members(unit));
                (
                    account,
                    public.insurer,
                    people * fixed.between(13_500, 16_900),
                    Kind::Insurance,
                    0,
                )
            }
            Class::Energy => (
                account,
                public.energy,
                fixed.between(8_200, 19_500),
                Kind::Energy,
                0,
            ),
            Class::Telecom => (
                account,
                public.telecom,
                fixed.between(1_500, 6_250),
                Kind::Telecom,
                0,
            ),
            Class::Support => (
                world.unit_account(unit - 1),
                account,
                fixed.between(60, 78) * 1_000,
                Kind::Support,
                0,
            ),
        };
        Movement {
            day,
            second: class.hour() * 3_600 + fixed.below(3_600) as u32,
            payer,
            payee,
            cents,
            kind,
            detail,
            planted: NOT_PLANTED,
        }
    }

    fn everyday(&self, day: u32, hour: u32, into: &mut Vec<Movement>) {
        let at = day * 24 + hour;
        for number in 0..self.everyday_count(at) {
            let mut draw = Draw::new(self.world.seed, Purpose::Everyday, u64::from(at), number);
            let second = hour * 3_600 + draw.below(3_600) as u32;
            into.push(self.everyday_movement(day, second, &mut draw));
        }
    }

    fn everyday_movement(&self, day: u32, second: u32, draw: &mut Draw) -> Movement {
        let world = self.world;
        let unit = draw.below(u64::from(world.units)) as u32;
        let account = world.unit_account(unit);
        let small = matches!(world.kind(unit), UnitKind::Student | UnitKind::Benefit);
        let shops = &world.public.shops;
        let shop = |kind: u32, draw: &mut Draw| {
            let kinds = SHOP_KINDS as u32;
            let rows = (shops.end - shops.start) / kinds;
            shops.start + draw.below(u64::from(rows.max(1))) as u32 * kinds + kind
        };
        // Most days are spent at home; a few elsewhere.
        let city = match draw.below(10) {
            0 => draw.below(16) as usize,
            _ => world.home(unit),
        };
        let terminal = place(city as u32, 200 + draw.below(60) as u32);
        let skewed = |draw: &mut Draw, low: i64, high: i64| {
            let cents = draw.between(low, high).min(draw.between(low, high));
            if small { (cents / 2).max(low) } else { cents }
        };
        let (payer, payee, cents, kind, detail) = match draw.below(100) {
            0..=44 => (
                account,
                shop(0, draw),
                skewed(draw, 390, 11_900),
                Kind::Card,
                terminal,
            ),
            45..=66 => {
                let kind = 1 + draw.below(6) as u32;
                (
                    account,
                    shop(kind, draw),
                    skewed(draw, 450, 9_800),
                    Kind::Card,
                    terminal,
                )
            }
            67..=75 => (
                account,
                shop(7, draw),
                skewed(draw, 900, 16_000),
                Kind::WebShop,
                terminal,
            ),
            76..=83 => (
                account,
                CASH,
                draw.between(2, 12) * 1_000,
                Kind::AtmWithdrawal,
                terminal,
            ),
            84 => (
                CASH,
                account,
                draw.between(4, 40) * 500,
                Kind::AtmDeposit,
                terminal,
            ),
            85..=93 => {
                let other = draw.below(u64::from(world.units)) as u32;
                let other = if other == unit {
                    (unit + 1) % world.units
                } else {
                    other
                };
                (
                    account,
                    world.unit_account(other),
                    skewed(draw, 300, 6_500),
                    Kind::Friend,
                    0,
                )
            }
            94..=97 => {
                let text = draw.below(9_000_000) as u32;
                (
                    account,
                    shop(3, draw),
                    skewed(draw, 2_500, 24_000),
                    Kind::Invoice,
                    text,
                )
            }
            _ => (
                shop(7, draw),
                account,
                draw.between(990, 7_990),
                Kind::Refund,
                draw.below(9_000_000) as u32,
            ),
        };
        Movement {
            day,
            second,
            payer,
            payee,
            cents,
            kind,
            detail,
            planted: NOT_PLANTED,
        }
    }
}

/// How busy each hour of the day is.
const HOUR_WEIGHTS: [u64; 24] = [
    2, 1, 1, 1, 1, 2, 5, 12, 22, 30, 38, 42, 48, 46, 44, 46, 52, 60, 52, 38, 26, 16, 9, 4,
];

// Companies settle taxes with the last working day before the 28th of the first month of a quarter.
fn taxes_due(date: Date, due: Due) -> bool {
    let (_, month, _) = date.ymd();
    month % 3 == 1 && due.earlier >> 28 & 1 == 1
}
