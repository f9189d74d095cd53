//! `report`.

use super::args::{Language, Profile, Report};
use super::context::{Context, Failure};
use super::leaving;
use super::progress::Bar;
use crate::steps::release::Override;
use crate::steps::{self, Wanted};

pub fn run(context: &Context, options: &Report) -> Result<u8, Failure> {
    if options.unmask.reason.is_some() && !options.unmask.unmask && options.encrypt_to.is_empty() {
        return Err(Failure::usage(
            "--reason is for --unmask or --encrypt-to: a page that shows nothing more needs none",
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
        language: options.language.map(language),
        output: options.output.as_deref(),
        release: options.release.as_deref(),
        unmask,
        by_override: by_override(context, options)?,
        pdf: options.pdf.then_some(options.font.as_slice()),
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
    for path in &page.beside {
        println!("{}", path.display());
    }
    Ok(0)
}

/// Who lets names leave the case, where the page is to do so.
fn by_override(context: &Context, options: &Report) -> Result<Option<Override>, Failure> {
    let leaves = options.profile == Profile::Full && options.output.is_some();
    leaving::of_file(
        context,
        leaves,
        &options.encrypt_to,
        options.unmask.reason.as_deref(),
    )
}

fn language(typed: Language) -> steps::Language {
    match typed {
        Language::En => steps::Language::English,
        Language::Nl => steps::Language::Dutch,
    }
}

/// The profile that was typed.
pub(super) fn profile(typed: Profile) -> steps::Profile {
    match typed {
        Profile::Pseudonymous => steps::Profile::Pseudonymous,
        Profile::Full => steps::Profile::Full,
        Profile::Prosecution => steps::Profile::Prosecution,
        Profile::Defence => steps::Profile::Defence,
        Profile::ForeignAuthority => steps::Profile::ForeignAuthority,
        Profile::Statistics => steps::Profile::Statistics,
    }
}
