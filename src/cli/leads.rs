//! `leads`: whom a victim service should look at.

use super::args::Leads;
use super::context::{Context, Failure};
use crate::steps;

pub fn run(context: &Context, options: &Leads) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let mut notes = Vec::new();
    let leads = steps::protection_leads(&case, &context.keys()?, context.limits, options.names, &mut notes)?;
    for note in notes {
        context.say(note);
    }
    // Who looked is told by the ledger: names of people who may need protection were shown.
    case.write(context.actor())?.commit()?;
    context.say(
        "For the victim service. This belongs into no file about anybody else, and says nothing against the people in it.",
    );
    for lead in &leads {
        println!("{lead}\n");
    }
    if leads.is_empty() {
        println!("No lead. The absence of indicators does not mean no victim; a person decides.");
    }
    Ok(0)
}
