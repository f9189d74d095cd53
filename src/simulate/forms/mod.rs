//! The scenarios of the forms of exploitation: for each form a network with functions shared out among few people, a
//! network of one who controls two people with low amounts, and lawful people of whom one could think the like.
//!
//! Told with respect: the exploited people did nothing but work, beg, or be used. A victim's account looks like an
//! offender's on movement alone; what tells them apart is who can use it and where its money comes together.

mod alike;
mod begging;
mod child;
mod crime;
#[cfg(test)]
mod definitions;
mod fronts;
mod group;
mod labour;
mod market;
mod sexual;
mod stage;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use super::Scenario;
use super::script::{Role, Script};
use super::world::World;
use stage::Stage;

/// How many transfers bring one more of every network.
const PER_NETWORK: u64 = 500_000;
/// How many transfers bring one more lawful household that looks alike: sixty at eight thousand.
const PER_HOUSEHOLD: u64 = 130;
/// The most such households; they are kept in memory.
const MOST_HOUSEHOLDS: u64 = 6_000;

/// Plants the networks of a scenario and the lawful around them.
pub fn plant(script: &mut Script, scenario: Scenario, transfers: u64) {
    let mut stage = Stage::new(script, transfers);
    type Plant = fn(&mut Stage<'_>, u32);
    let all: [(Scenario, Plant, Plant); 5] = [
        (Scenario::SexualNetwork, sexual::network, sexual::alone),
        (Scenario::LabourNetwork, labour::network, labour::alone),
        (Scenario::Begging, begging::network, begging::alone),
        (Scenario::ForcedCrime, crime::network, crime::alone),
        (Scenario::Child, child::network, child::alone),
    ];
    let networks = (transfers / PER_NETWORK).clamp(1, 16) as u32;
    for number in 0..networks {
        for (form, network, alone) in all {
            if scenario == form || scenario == Scenario::AllForms {
                network(&mut stage, number);
                alone(&mut stage, number);
            }
        }
    }
    stage.lawful();
    let households = (transfers / PER_HOUSEHOLD).clamp(10, MOST_HOUSEHOLDS);
    alike::populate(&mut stage, households as u32);
}

/// What happened, for the case's `README.md`.
pub fn story(out: &mut String, world: &World) {
    let told = [
        (
            "sexual",
            "People received payments at night in cities that changed every week, and paid in cash there. Days later the\n\
             money was with one person, who could use their accounts and had given his telephone for them. Others of his\n\
             circle paid for advertisements, rooms, rides and tickets.",
        ),
        (
            "labour",
            "People came to work, and their wages were paid. From some, nearly all was taken within two days of payday; a\n\
             man drew the same few tens of euros for each of them at one machine. Others paid back two fifths of their wage\n\
             for a bed. The wages of others again went into an account that was not theirs.",
        ),
        (
            "begging",
            "People stood in the street with a cup. The coins were paid into accounts in their names and left them the same\n\
             week; what came together went to one beneficiary abroad.",
        ),
        (
            "forced-crime",
            "People's benefits were drawn by others, loans were taken in their names, things that they had never bought were\n\
             sold through their accounts, and young people carried money by train for others.",
        ),
        (
            "child",
            "Minors received money from adults who were strangers to them, and it went on to the man who kept their cards.\n\
             Elsewhere people sent small sums, more and more often, to one beneficiary abroad.",
        ),
    ];
    for (form, text) in told {
        let count = |role: Role| {
            let of = |party: &&super::script::Party| party.role == role && party.more.form == form;
            world.parties.iter().filter(of).count()
        };
        let (victims, controllers) = (count(Role::Victim), count(Role::Controller));
        if victims > 0 {
            let _ = write!(
                out,
                "{text}\n{victims} people were exploited; {controllers} directed it or lived on it.\n\n"
            );
        }
    }
    let households = world
        .parties
        .iter()
        .filter(|party| !party.more.household.is_empty())
        .count();
    let _ = write!(
        out,
        "Among all this live people of whom a careless rule would think the like: {households} students, seasonal workers,\n\
         families, independent workers, drivers, sellers, those who manage the money of others, and more. The truth says\n\
         which rule each resembles and why it is none.\n\n"
    );
}
