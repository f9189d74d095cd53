//! Lawful people who look alike. Each is told with the rules whose look he has, and why he is none: a detector that
//! cannot tell these apart would harm people.

mod homes;
mod shared;
mod trade;
mod work;
mod young;

use super::fronts;
use super::group;
use super::stage::Stage;
use crate::simulate::script::Role;

/// Makes one or several households of a kind, the how many-th of that kind it is; gives how many it made.
type Make = fn(&mut Stage<'_>, u32) -> u32;

/// Every kind, the most common first.
const KINDS: [Make; 38] = [
    young::student,
    homes::spouses,
    trade::independent,
    work::farm,
    homes::guardian,
    homes::landlord,
    trade::stall,
    trade::driver,
    trade::representative,
    work::remitters,
    young::crowdfunded,
    young::seller,
    young::gamer,
    young::managed,
    work::agency,
    homes::shelter,
    homes::consolidated,
    work::colleagues,
    business,
    work::night_nurse,
    work::newcomer,
    work::saver,
    homes::supported,
    homes::partner_abroad,
    homes::organiser,
    trade::web_shop,
    trade::artist,
    trade::branches,
    trade::coins,
    work::advance,
    homes::parents,
    shared::joint,
    shared::flat,
    shared::carer,
    shared::accountant,
    trade::dealer,
    young::club,
    young::student,
];

/// Makes households of every kind in turn until there are as many as wanted; every kind occurs at least once.
pub fn populate(stage: &mut Stage<'_>, households: u32) {
    let mut made = 0;
    for round in 0u32.. {
        for (at, kind) in KINDS.into_iter().enumerate() {
            if round > 0 && made >= households {
                return;
            }
            made += kind(stage, round * 2 + u32::from(at >= 37));
        }
    }
}

fn business(stage: &mut Stage<'_>, ordinal: u32) -> u32 {
    fronts::peer(stage, ordinal);
    1
}

/// What an ordinary life costs and brings.
struct Home {
    city: usize,
    /// Hundredths a month; 0 without an employer.
    wage: i64,
    rent: i64,
    /// Card payments for food a month.
    food: i32,
}

/// A person with an account, a wage in his own name, his rent, and food at home. Gives party and account.
fn settled(stage: &mut Stage<'_>, ages: (i64, i64), home: &Home) -> (u32, u32) {
    let party = stage.aged(Role::Lawful, ages.0, ages.1);
    let account = stage.account(party);
    live(stage, party, account, home);
    (party, account)
}

/// The months of an ordinary life on an account.
fn live(stage: &mut Stage<'_>, party: u32, account: u32, home: &Home) {
    let name = stage.name(party);
    let employer = stage.market.employer(party);
    if home.wage > 0 {
        stage.income(party, "wage", home.wage * 16);
        let employs = stage.holder(employer);
        stage.employ(party, employs, -300, None);
    }
    let text = format!("Huur {}", stage.address(party));
    for first in months(stage) {
        if home.wage > 0 {
            let payday = stage.script.payday(first);
            stage.wage(payday, employer, account, home.wage, &name);
        }
        if home.rent > 0 {
            let landlord = stage.market.landlord(party);
            let at = stage.at(first + 2, 8);
            stage.send(at, account, landlord, home.rent, &text);
        }
        for step in 0..home.food {
            let day = first + 4 + step * 24 / home.food.max(1);
            let _food = group::food(stage, account, day, home.city, (1_800, 9_400));
        }
    }
}

/// The months of which lookalikes are told.
fn months(stage: &Stage<'_>) -> Vec<i32> {
    let all = stage.script.whole_months();
    let skip = all.len().saturating_sub(stage.months + 1).min(1);
    all.into_iter().skip(skip).take(stage.months).collect()
}
