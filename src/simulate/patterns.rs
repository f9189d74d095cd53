//! Laundering patterns, planted so that each satisfies its own definition in the catalogue (ML-01, ML-03 to ML-11,
//! ML-20). Each stands on days of its own; the pool of accounts is shared, as in a real network.

use super::banks::{Bank, StatementFormat};
use super::movement::{CASH, Kind};
use super::network::suffix;
use super::script::{Role, Script};

type Steps = Vec<(Option<u32>, String)>;

/// How many accounts the pool of a network holds.
const POOL: usize = 24;

/// Plants one of every pattern around a front business.
pub fn plant(script: &mut Script, front: u32, number: u32) {
    let pool = pool(script, number);
    structuring(script, front, &pool);
    funnel(script);
    dormant(script, &pool);
    pass_through(script, &pool, number);
    fan_in(script, &pool);
    fan_out(script, &pool);
    gather_scatter(script, &pool);
    scatter_gather(script, &pool);
    stack(script, &pool);
    chain(script, &pool);
    for length in 3..=6 {
        cycle(script, &pool, length);
    }
}

fn pool(script: &mut Script, number: u32) -> Vec<u32> {
    (0..POOL)
        .map(|at| {
            let party = if at % 3 == 2 {
                let name = format!(
                    "Handelshuis {} {}",
                    ["Noord", "Oost", "Zuid", "West"][at / 3 % 4],
                    at + 1
                );
                script.company(
                    Role::NetworkAccount,
                    format!("{name}{} BV", suffix(number)),
                    "46.90",
                    1,
                )
            } else {
                script.person(Role::NetworkAccount)
            };
            let bank = if at % 2 == 0 {
                script.next_bank()
            } else {
                Bank::Listing
            };
            script.account(party, bank)
        })
        .collect()
}

/// Different accounts of the pool, in drawn order.
fn choose(script: &mut Script, pool: &[u32], count: usize) -> Vec<u32> {
    script
        .draw()
        .distinct(count, pool.len())
        .into_iter()
        .map(|at| pool[at])
        .collect()
}

/// A day in a share of the period given in percent, drawn within it.
fn slot(script: &mut Script, from: i64, to: i64) -> i32 {
    let days = i64::from(script.days);
    script.draw().between(days * from / 100, days * to / 100) as i32
}

fn structuring(script: &mut Script, front: u32, pool: &[u32]) {
    for (series, share) in [(1, 20), (2, 45), (3, 70)] {
        let first = slot(script, share, share + 4);
        let city = script.draw().below(16) as usize;
        let mut sum = 0;
        let mut steps: Steps = Vec::new();
        for day in [0, 1, 3, 5] {
            // Banknotes: a multiple of five, from 8,500 to 9,995.
            let cents = script.draw().between(1_700, 1_999) * 500;
            sum += cents;
            let at = (first + day, script.around(11));
            let place = script.terminal(city);
            steps.push((
                script.pay(at, CASH, front, cents, (Kind::BranchDeposit, place)),
                "deposit".into(),
            ));
        }
        script.pattern(
            ("ML-01", "structuring"),
            format!("Series {series}: four cash deposits within six days, each just under 10,000."),
            vec![(front, "front business")],
            steps,
        );
        // The cash goes on as if machines were bought.
        let at = (first + 9, script.around(13));
        script.transfer(
            at,
            front,
            pool[2],
            sum * 85 / 100,
            &format!("Inkoop machines {series}"),
        );
    }
}

fn funnel(script: &mut Script) {
    let party = script.person(Role::NetworkAccount);
    let bank = script.bank(StatementFormat::Ing);
    let account = script.account(party, bank);
    let mut steps: Steps = Vec::new();
    let first = slot(script, 32, 36);
    // Cities 2 to 5 take the cash in, city 1 gives it out.
    for round in 0..4 {
        let mut sum = 0;
        for deposit in 0..2 {
            let cents = script.draw().between(24, 58) * 5_000;
            let city = 2 + (round * 2 + deposit) % 4;
            let at = (first + round as i32 * 4 + deposit as i32, script.around(14));
            let place = script.terminal(city);
            steps.push((
                script.pay(at, CASH, account, cents, (Kind::AtmDeposit, place)),
                "deposit".into(),
            ));
            sum += cents;
        }
        let at = (first + round as i32 * 4 + 2, script.around(10));
        let place = script.terminal(1);
        let cents = sum * 95 / 100 / 5_000 * 5_000;
        steps.push((
            script.pay(at, account, CASH, cents, (Kind::BranchWithdrawal, place)),
            "withdrawal".into(),
        ));
    }
    script.pattern(
        ("ML-09", "funnel account"),
        "Cash is paid in at four cities and taken out in a fifth within two days.",
        vec![(account, "funnel account")],
        steps,
    );
}

fn dormant(script: &mut Script, pool: &[u32]) {
    let party = script.person(Role::NetworkAccount);
    let bank = script.bank(StatementFormat::Mt940Dutch);
    let account = script.account(party, bank);
    let others = choose(script, pool, 7);
    for day in [6, 13, 21] {
        let at = (day, script.around(15));
        let cents = script.draw().between(10, 45) * 100;
        script.transfer(at, account, others[0], cents, "Boodschappen");
    }
    let awake = 21 + script.draw().between(195, 230) as i32;
    let mut steps: Steps = Vec::new();
    for (at, other) in others.iter().enumerate() {
        let cents = script.draw().between(640, 1_150) * 100;
        let day = awake + at as i32 / 2;
        let second = script.around(10 + at as u32);
        let number = if at % 2 == 0 {
            script.transfer((day, second), *other, account, cents, "Verrekening")
        } else {
            script.transfer((day, second), account, *other, cents * 9 / 10, "Verrekening")
        };
        steps.push((number, "burst".into()));
    }
    script.pattern(
        ("ML-20", "dormant reactivation"),
        "After more than half a year of silence seven payments follow within four days.",
        vec![(account, "dormant account")],
        steps,
    );
}

fn pass_through(script: &mut Script, pool: &[u32], number: u32) {
    let party = script.company(
        Role::NetworkAccount,
        format!("Doorvoer Delta{} BV", suffix(number)),
        "46.19",
        1,
    );
    let wish = if number.is_multiple_of(2) {
        StatementFormat::Mt940German
    } else {
        StatementFormat::Rabobank
    };
    let bank = script.bank(wish);
    let account = script.account(party, bank);
    let ends = choose(script, pool, 6);
    let mut steps: Steps = Vec::new();
    let mut day = slot(script, 38, 42);
    let mut kept = 0;
    for pair in 0..12usize {
        let cents = script.draw().between(29, 88) * 10_000 + script.draw().between(0, 9_999);
        let at = (day, script.around(9));
        let invoice = script.draw().between(1_000, 9_999);
        let number = script.transfer(at, ends[pair % 3], account, cents, &format!("Factuur {invoice}"));
        steps.push((number, "in".into()));
        let share = script.draw().between(95, 98);
        kept += cents - cents * share / 100;
        let at = (day + script.draw().below(2) as i32, script.around(16));
        let number = script.transfer(
            at,
            account,
            ends[3 + pair % 3],
            cents * share / 100,
            "Consultancy",
        );
        steps.push((number, "out".into()));
        day += 2 + script.draw().below(3) as i32;
    }
    // What was kept is taken in cash, so that the account is as empty as before.
    let (at, place) = ((day, script.around(12)), script.terminal(1));
    script.pay(
        at,
        account,
        CASH,
        kept / 1_000 * 1_000,
        (Kind::BranchWithdrawal, place),
    );
    script.pattern(
        ("ML-08", "pass-through"),
        "Twelve times money comes in and nearly all of it leaves within 48 hours.",
        vec![(account, "pass-through account")],
        steps,
    );
}

fn fan_in(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 7);
    let first = slot(script, 12, 14);
    let mut steps: Steps = Vec::new();
    for sender in &chosen[1..] {
        let cents = script.draw().between(700, 1_900) * 100;
        let at = (first + script.draw().below(6) as i32, script.around(13));
        steps.push((
            script.transfer(at, *sender, chosen[0], cents, "Bijdrage"),
            "in".into(),
        ));
    }
    script.pattern(
        ("ML-03", "fan-in"),
        "Six accounts pay into one within a week.",
        vec![(chosen[0], "collector")],
        steps,
    );
}

fn fan_out(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 7);
    let first = slot(script, 26, 28);
    let mut steps: Steps = Vec::new();
    for receiver in &chosen[1..] {
        let cents = script.draw().between(700, 1_900) * 100;
        let at = (first + script.draw().below(6) as i32, script.around(13));
        steps.push((
            script.transfer(at, chosen[0], *receiver, cents, "Uitbetaling"),
            "out".into(),
        ));
    }
    script.pattern(
        ("ML-04", "fan-out"),
        "One account pays six others within a week.",
        vec![(chosen[0], "distributor")],
        steps,
    );
}

fn gather_scatter(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 9);
    let first = slot(script, 52, 54);
    let mut steps: Steps = Vec::new();
    let mut sum = 0;
    for sender in &chosen[1..5] {
        let cents = script.draw().between(900, 2_400) * 100;
        sum += cents;
        let at = (first + script.draw().below(5) as i32, script.around(12));
        steps.push((
            script.transfer(at, *sender, chosen[0], cents, "Inleg"),
            "gather".into(),
        ));
    }
    for (at, receiver) in chosen[5..].iter().enumerate() {
        let day = first + 5 + script.draw().below(5) as i32;
        // Four parts of slightly different size, together 95 of a hundred.
        let cents = sum * [22, 23, 24, 26][at] / 100;
        let second = script.around(12);
        steps.push((
            script.transfer((day, second), chosen[0], *receiver, cents, "Uitkering"),
            "scatter".into(),
        ));
    }
    script.pattern(
        ("ML-05", "gather-scatter"),
        "Four accounts pay into one; then it pays nearly all of it to four others.",
        vec![(chosen[0], "hub")],
        steps,
    );
}

fn scatter_gather(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 6);
    let (source, target) = (chosen[0], chosen[1]);
    let first = slot(script, 58, 60);
    let mut steps: Steps = Vec::new();
    for middle in &chosen[2..] {
        let cents = script.draw().between(1_500, 3_900) * 100;
        let day = first + script.draw().below(3) as i32;
        let at = (day, script.around(10));
        steps.push((
            script.transfer(at, source, *middle, cents, "Voorschot"),
            "scatter".into(),
        ));
        let at = (day + 1 + script.draw().below(4) as i32, script.around(15));
        steps.push((
            script.transfer(at, *middle, target, cents * 95 / 100, "Terugbetaling"),
            "gather".into(),
        ));
    }
    script.pattern(
        ("ML-06", "scatter-gather"),
        "One account pays four others, and each passes it on to the same account within a week.",
        vec![(source, "source"), (target, "target")],
        steps,
    );
}

fn stack(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 9);
    let (first_layer, rest) = chosen.split_at(3);
    let (middle, last) = rest.split_at(3);
    let first = slot(script, 64, 66);
    let mut steps: Steps = Vec::new();
    for (layer, (from, to)) in [(first_layer, middle), (middle, last)].into_iter().enumerate() {
        for payer in from {
            for payee in to {
                // The second layer pays a little less, days after the first.
                let cents = script.draw().between(500, 900) * if layer == 0 { 100 } else { 93 };
                let at = (
                    first + layer as i32 * 4 + script.draw().below(3) as i32,
                    script.around(14),
                );
                let role = if layer == 0 { "first layer" } else { "second layer" };
                steps.push((
                    script.transfer(at, *payer, *payee, cents, "Levering"),
                    role.into(),
                ));
            }
        }
    }
    let mut accounts: Vec<(u32, &'static str)> = first_layer.iter().map(|a| (*a, "first")).collect();
    accounts.extend(middle.iter().map(|a| (*a, "middle")));
    accounts.extend(last.iter().map(|a| (*a, "last")));
    script.pattern(
        ("ML-07", "stack"),
        "Three accounts pay three others all to all, and these pay three more all to all.",
        accounts,
        steps,
    );
}

fn chain(script: &mut Script, pool: &[u32]) {
    let chosen = choose(script, pool, 6);
    let mut day = slot(script, 74, 76);
    let mut cents = script.draw().between(6_000, 9_000) * 100;
    let mut steps: Steps = Vec::new();
    for (hop, pair) in chosen.windows(2).enumerate() {
        let at = (day, script.around(11));
        steps.push((
            script.transfer(at, pair[0], pair[1], cents, "Doorbetaling"),
            format!("hop {}", hop + 1),
        ));
        cents = cents * script.draw().between(955, 985) / 1_000;
        day += 1 + script.draw().below(3) as i32;
    }
    script.pattern(
        ("ML-10", "layering chain"),
        "One sum goes through six accounts, a little less at every step.",
        chosen.iter().map(|a| (*a, "link")).collect(),
        steps,
    );
}

fn cycle(script: &mut Script, pool: &[u32], length: usize) {
    let chosen = choose(script, pool, length);
    let from = 70 + length as i64 * 3;
    let mut day = slot(script, from, from + 1);
    let mut cents = script.draw().between(4_000, 9_500) * 100;
    let mut steps: Steps = Vec::new();
    for hop in 0..length {
        let at = (day, script.around(11));
        let (payer, payee) = (chosen[hop], chosen[(hop + 1) % length]);
        steps.push((
            script.transfer(at, payer, payee, cents, "Lening"),
            format!("hop {}", hop + 1),
        ));
        cents = cents * script.draw().between(970, 992) / 1_000;
        day += 1 + script.draw().below(4) as i32;
    }
    script.pattern(
        ("ML-11", "temporal cycle"),
        format!("A sum goes round {length} accounts and comes back, a little smaller each time."),
        chosen.iter().map(|a| (*a, "member")).collect(),
        steps,
    );
}
