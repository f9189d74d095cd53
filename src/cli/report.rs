//! `report`.

use super::args::{Profile, Report};
use super::context::{Context, Failure};
use super::progress::Bar;
use crate::steps::{self, Wanted};

pub fn run(context: &Context, options: &Report) -> Result<u8, Failure> {
    if options.profile == Profile::Full && options.output.is_some() {
        return Err(Failure::usage(
            "--profile full shows names and stays in the case: leave out --output, or use another profile",
        ));
    }
    let unmask = match (options.unmask.unmask, &options.unmask.reason) {
        (true, Some(_)) if options.profile != Profile::Full => {
            return Err(Failure::usage(
                "--unmask goes with --profile full alone: a page under pseudonyms shows no texts of records",
            ));
        }
        (true, Some(why)) => Some((context.decider()?, why.as_str())),
        _ => None,
    };
    let wanted = Wanted {
        profile: profile(options.profile),
        output: options.output.as_deref(),
        release: options.release.as_deref(),
        unmask,
    };
    let mut case = context.open()?;
    let bar = Bar::waiting(context, "report");
    let page = steps::report(
        &mut case,
        context.actor(),
        context.limits,
        &context.keys()?,
        &wanted,
    )?;
    drop(bar);
    for note in &page.notes {
        context.say(note);
    }
    println!("{}", page.path.display());
    Ok(0)
}

fn profile(typed: Profile) -> steps::Profile {
    match typed {
        Profile::Pseudonymous => steps::Profile::Pseudonymous,
        Profile::Full => steps::Profile::Full,
        Profile::Prosecution => steps::Profile::Prosecution,
        Profile::Defence => steps::Profile::Defence,
        Profile::ForeignAuthority => steps::Profile::ForeignAuthority,
        Profile::Statistics => steps::Profile::Statistics,
    }
}
