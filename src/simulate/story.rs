//! `README.md` of a case: its story in plain words.

use std::fmt::Write;

use super::script::{Pattern, Role};
use super::stream::Streamed;
use super::world::World;
use super::{Plan, Scenario, forms};
use crate::model::Date;

/// The story of a case.
pub fn tell(plan: &Plan, world: &World, patterns: &[Pattern], streamed: &Streamed) -> String {
    let mut out = String::new();
    let last = Date(world.start.0 + world.days as i32 - 1);
    let _ = write!(
        out,
        "# A made-up case\n\n\
         Everybody in this case is made up: names are combined by chance, the banks do not exist, and every account\n\
         number belongs to nobody. It was made by\n\
         `geldspoor simulate -o DIR --seed {} --transfers {} --scenario {}`,\n\
         and the same command makes the same bytes again.\n\n\
         The records run from {} to {} and hold {} transfers.\n\n",
        plan.seed,
        plan.transfers,
        plan.scenario.as_str(),
        world.start,
        last,
        streamed.movements,
    );
    let count = |role: Role| world.parties.iter().filter(|party| party.role == role).count();
    if plan.scenario.is_detailed() {
        forms::story(&mut out, world);
    } else if plan.scenario == Scenario::Lawful {
        out.push_str(
            "## What happened\n\nNothing unlawful. People work, pay their rent, shop and help each other. Some of it\n\
             looks like laundering at first sight; the truth says why it is none.\n\n",
        );
    } else {
        out.push_str("## What happened\n\n");
    }
    if matches!(plan.scenario, Scenario::Labour | Scenario::Mixed) {
        out.push_str(
            "People came to work through a labour provider. They worked every month and their wages were paid, but\n\
             the money was not left to them. From some, nearly everything was taken from their own accounts within two\n\
             days of payday, under the name of board and lodging; a few tens of euros in cash had to do for the month.\n\
             Others had no account of their own: their wages were paid, in their names, into an account of the man who\n\
             directed the work. What was collected left as cash or went to an account abroad.\n\n",
        );
    }
    if matches!(plan.scenario, Scenario::Sexual | Scenario::Mixed) {
        out.push_str(
            "Other people received payments in the evening and paid in cash at night, in different cities. Days later\n\
             the money was gone, always to the same account, whose holder could also use theirs. He paid for the\n\
             advertisements and for the rooms. They did nothing wrong: they are those from whom it was taken.\n\n",
        );
    }
    if plan.scenario != Scenario::Lawful && !plan.scenario.is_detailed() {
        let _ = write!(
            out,
            "Around this, money was given a lawful look: a car wash paid in cash just under ten thousand, accounts\n\
             received and passed on, sums went in circles and came back. In all {} people were exploited, {} directed\n\
             it or lived on it, and {} accounts of others were used to move the money.\n\n",
            count(Role::Victim),
            count(Role::Controller),
            count(Role::NetworkAccount),
        );
    }
    out.push_str("## What is planted\n\n| type | what | how often |\n|---|---|---|\n");
    for (planted, note) in [(true, ""), (false, " (lawful, only looks like it)")] {
        let mut kinds: Vec<(&str, &str, usize)> = Vec::new();
        for pattern in patterns.iter().filter(|pattern| pattern.planted == planted) {
            match kinds
                .iter_mut()
                .find(|(kind, name, _)| (*kind, *name) == (pattern.kind, pattern.name))
            {
                Some((.., times)) => *times += 1,
                None => kinds.push((pattern.kind, pattern.name, 1)),
            }
        }
        kinds.sort_unstable();
        for (kind, name, times) in kinds {
            let _ = writeln!(out, "| {kind} | {name}{note} | {times} |");
        }
    }
    let _ = write!(
        out,
        "\n## What is here\n\n\
         - `delivery/`: what an investigator receives. {} accounts as statements, each from one bank in its own\n\
         \x20 format; `transactions.csv`, the listing of a bank that delivers no statements; registers of account\n\
         \x20 holders, employers and incomes.\n\
         - `truth.json`: what really happened. It is for tests and training and is never taken in.\n",
        streamed.legs.len(),
    );
    out
}
