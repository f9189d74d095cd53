//! `verify`; and what a bundle is checked against, which `replay` and `bundle --time-stamp` take too.

use std::io::Read;
use std::path::Path;

use super::args::{Checked, Verify};
use super::context::{Context, Failure, code};
use super::progress::Bar;
use crate::bundle::disk::verify_path;
use crate::bundle::verify::{Ask, Check, Outcome, Report};
use crate::bundle::{Roots, SignerKeys};
use crate::steps::release::is_encrypted;

/// Bytes of a file of keys, certificates or an answer.
const SMALL: u64 = 16 << 20;
const DAY: i64 = 86_400;

pub fn run(context: &Context, options: &Verify) -> Result<u8, Failure> {
    opened(&options.path)?;
    let ask = ask(&options.checked)?;
    let bar = Bar::waiting(context, "verify");
    let report = verify_path(&options.path, &ask)?;
    drop(bar);
    print!("{report}");
    context.say(outcome(&report));
    Ok(match report.has_failed() {
        true => code::VERIFICATION,
        false => 0,
    })
}

/// What the checks come to, in a line.
pub fn outcome(report: &Report) -> &'static str {
    let is_signed = report
        .line(Check::Signature)
        .is_some_and(|line| line.outcome != Outcome::NotChecked || line.said.starts_with("belongs"));
    match (report.has_failed(), report.is_verified(), is_signed) {
        (true, ..) => "NOT VERIFIED: a check failed",
        (_, true, _) => "verified: nothing was changed since it was signed with the key that was given",
        (_, _, true) => {
            "whole, but whose signature it is was not checked: give the signer's public key with --signer, had from the \
             signer and not from the bundle"
        }
        _ => "whole, but not signed: anybody can have made or changed it together with its lists",
    }
}

/// What a bundle is checked against, from files and the clock.
pub fn ask(checked: &Checked) -> Result<Ask, Failure> {
    let named =
        |path: &Path, fault: &dyn std::fmt::Display| Failure::usage(&format!("{}: {fault}", path.display()));
    let signer = match &checked.signer {
        None => None,
        Some(path) => {
            let text = String::from_utf8_lossy(&small_file(path)?).into_owned();
            Some(SignerKeys::parse(&text).map_err(|fault| named(path, &fault))?)
        }
    };
    let roots = match &checked.roots {
        None => None,
        Some(path) => Some(Roots::parse(&small_file(path)?).map_err(|fault| named(path, &fault))?),
    };
    let now = match checked.as_of {
        Some(day) => i64::from(day.0) * DAY,
        None => jiff::Timestamp::now().as_second(),
    };
    Ok(Ask {
        signer,
        roots,
        now: u64::try_from(now).ok(),
        ..Ask::default()
    })
}

/// A bundle that is still encrypted says so, rather than that it is no ZIP; so does a path where nothing is.
pub fn opened(path: &Path) -> Result<(), Failure> {
    is_there(path)?;
    let mut head = [0; 64];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut head));
    match read {
        Ok(read) if is_encrypted(&head[..read]) => Err(Failure::new(
            code::INPUT,
            format!(
                "{}: this is encrypted; whoever has the key opens it first: `age -d -i KEY -o bundle.zip {}`",
                path.display(),
                path.display()
            ),
        )),
        _ => Ok(()),
    }
}

/// Refuses a path where nothing is, before anything is done.
pub fn is_there(path: &Path) -> Result<(), Failure> {
    match std::fs::metadata(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(
            code::INPUT,
            format!(
                "{}: {error}. Give the path of a file or folder that is there",
                path.display()
            ),
        )),
    }
}

/// A file of keys, certificates or an answer.
pub fn small_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let fault = |error: std::io::Error| Failure::new(code::INPUT, format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(SMALL + 1).read_to_end(&mut bytes).map_err(fault)?;
    match bytes.len() as u64 > SMALL {
        true => Err(Failure::usage(&format!(
            "{}: more than 16 MiB is no key, certificate or answer",
            path.display()
        ))),
        false => Ok(bytes),
    }
}
