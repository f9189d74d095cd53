//! `replay`.

use super::args::Replay;
use super::context::{Context, Failure, code};
use super::verify;
use super::watch::Watching;
use crate::steps::{self, ToReplay};

pub fn run(context: &Context, options: &Replay) -> Result<u8, Failure> {
    verify::opened(&options.path)?;
    let ask = verify::ask(&options.checked)?;
    let beside = context.open_named()?;
    let keys = context.keys()?;
    let watch = Watching::new(context, None);
    let replayed = steps::replay(&ToReplay {
        bundle: &options.path,
        originals: options.originals.as_deref(),
        beside: beside.as_ref(),
        work: options.work.as_deref(),
        ask: &ask,
        limits: context.limits,
        keys: &keys,
        watch: &watch,
    })?;
    drop(watch);
    print!("{}", replayed.checks);
    context.say(verify::outcome(&replayed.checks));
    let Some(came) = replayed.came else {
        context.say("nothing was unpacked or computed: what does not pass its checks is not repeated");
        return Ok(code::VERIFICATION);
    };
    for note in &replayed.notes {
        context.say(note);
    }
    println!("{came}");
    Ok(match came.is_same() {
        true => 0,
        false => code::VERIFICATION,
    })
}
