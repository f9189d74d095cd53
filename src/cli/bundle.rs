//! `bundle`, and `bundle --time-stamp`.

use super::args::{Bundle, BundleProfile, Checked};
use super::context::{Context, Failure, code};
use super::leaving;
use super::progress::Bar;
use super::verify;
use crate::steps::release::Override;
use crate::steps::{self, Profile, ToBundle};

pub fn run(context: &Context, options: &Bundle) -> Result<u8, Failure> {
    if let (Some(answer), Some(bundle)) = (&options.time_stamp, &options.output) {
        return stamp(context, options, answer, bundle);
    }
    let profile = profile(options.profile);
    if profile != Profile::Full && (options.originals || options.hashes_only) {
        return Err(Failure::usage(
            "--originals and --hashes-only are for --profile full: under pseudonyms a bundle holds hashes alone, because \
             originals name people",
        ));
    }
    if let Some(key) = &options.sign {
        verify::is_there(key)?;
    }
    let by_override = by_override(context, options, profile)?;
    let exports = super::export::formats(&options.to);
    let mut ask = |key: &str| passphrase(key);
    let wanted = ToBundle {
        profile,
        output: options.output.as_deref(),
        // A folder that is called a ZIP would be sent as one.
        zip: options.zip || options.output.as_deref().is_some_and(is_zip),
        hashes_only: options.hashes_only,
        release: options.release.as_deref(),
        exports: &exports,
        sign: match &options.sign {
            Some(key) => Some((key.as_path(), &mut ask)),
            None => None,
        },
        encrypt_to: options.encrypt_to.clone(),
        by_override,
    };
    let mut case = context.open()?;
    // A passphrase is typed on a line of its own, not into a line that turns.
    let bar = options.sign.is_none().then(|| Bar::waiting(context, "bundle"));
    let bundled = steps::bundle(
        &mut case,
        context.actor(),
        context.limits,
        &context.keys()?,
        wanted,
    )?;
    drop(bar);
    for note in &bundled.notes {
        context.say(note);
    }
    context.say(format_args!(
        "{} files, {} bytes, {}",
        bundled.files,
        bundled.bytes,
        if bundled.signed { "signed" } else { "not signed" }
    ));
    println!("{}", bundled.path.display());
    Ok(0)
}

fn is_zip(path: &std::path::Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

/// Puts an answer beside a bundle; no case is needed for it.
fn stamp(
    context: &Context,
    options: &Bundle,
    answer: &std::path::Path,
    bundle: &std::path::Path,
) -> Result<u8, Failure> {
    let bytes = verify::small_file(answer)?;
    let checked = Checked {
        signer: None,
        roots: options.roots.clone(),
        as_of: None,
    };
    let report = steps::stamp(bundle, &bytes, &verify::ask(&checked)?)?;
    print!("{report}");
    if report.has_failed() {
        context.say("nothing was added: the answer does not fit, or the bundle does not pass its checks");
        return Ok(code::VERIFICATION);
    }
    context.say(format_args!("added to {}", bundle.display()));
    Ok(0)
}

fn profile(typed: BundleProfile) -> Profile {
    match typed {
        BundleProfile::Pseudonymous => Profile::Pseudonymous,
        BundleProfile::Full => Profile::Full,
        BundleProfile::Prosecution => Profile::Prosecution,
        BundleProfile::Defence => Profile::Defence,
        BundleProfile::ForeignAuthority => Profile::ForeignAuthority,
    }
}

/// Who lets names leave the case, where somebody says so.
fn by_override(context: &Context, options: &Bundle, profile: Profile) -> Result<Option<Override>, Failure> {
    let is_asked = !options.encrypt_to.is_empty() && profile == Profile::Full;
    if !is_asked {
        return match &options.reason {
            None => Ok(None),
            Some(_) => Err(Failure::usage(
                "--reason is for --profile full with --encrypt-to: nothing else lets names leave the case",
            )),
        };
    }
    leaving::answered(context, &options.encrypt_to, options.reason.as_deref()).map(Some)
}

/// Asks at the terminal; where there is none nobody can be asked.
fn passphrase(key: &str) -> Option<String> {
    use std::io::IsTerminal;
    if !std::io::stdin().is_terminal() {
        return None;
    }
    rpassword::prompt_password(format!("passphrase of {key}: ")).ok()
}
