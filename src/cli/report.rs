//! `report`.

use super::args::{Profile, Report};
use super::context::{Context, Failure};
use super::progress::Bar;
use crate::steps;

pub fn run(context: &Context, options: &Report) -> Result<u8, Failure> {
    let full = options.profile == Profile::Full;
    if full && options.output.is_some() {
        return Err(Failure::usage(
            "--profile full shows names and stays in the case: leave out --output, or use the pseudonymous profile",
        ));
    }
    let unmask = match (options.unmask.unmask, &options.unmask.reason) {
        (true, Some(_)) if !full => {
            return Err(Failure::usage(
                "--unmask goes with --profile full alone: a page under pseudonyms shows no texts of records",
            ));
        }
        (true, Some(why)) => Some((context.decider()?, why.as_str())),
        _ => None,
    };
    let mut case = context.open()?;
    let bar = Bar::waiting(context, "report");
    let page = steps::report(
        &mut case,
        context.actor(),
        context.limits,
        &context.keys()?,
        options.output.as_deref(),
        full,
        unmask,
    )?;
    drop(bar);
    for note in &page.notes {
        context.say(note);
    }
    println!("{}", page.path.display());
    Ok(0)
}
