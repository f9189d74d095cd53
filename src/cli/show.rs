//! `show`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::args::Show;
use super::context::{Context, Failure};
use crate::book::why;
use crate::case::{Case, Step};
use crate::report::{
    REST, ReportError, show_account, show_entry, show_finding, show_lot, show_party, show_transfer,
};
use crate::sql::Session;
use crate::steps;

pub fn run(context: &Context, options: &Show) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let session = context.session(&case)?;
    if options.unmask.reason.is_some() && !options.unmask.unmask {
        return Err(Failure::usage(
            "--reason is for --unmask: what is shown masked needs none",
        ));
    }
    if let (true, Some(why)) = (options.unmask.unmask, &options.unmask.reason) {
        let who = context.decider()?.to_owned();
        let rows = steps::Rows::ShownOf(options.id.trim());
        let unmasking = steps::unmask(&session, &who, why, rows)?;
        steps::record_unmasking(&mut case, context.actor(), &unmasking)?;
        context.say(format_args!(
            "the ledger keeps that {who} looked at {} masked entries, and why",
            unmasking.entries().len()
        ));
    }
    let bytes = |source_id: &str, start: u64, end: u64| -> std::io::Result<Vec<u8>> {
        let mut file = File::open(case.source_path(source_id))?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(end.saturating_sub(start)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let id = options.id.trim();
    // A finding is what it is; whoever is asked about may have others.
    if !id.starts_with("f-") {
        context.beware_part(&case);
    }
    if id.starts_with("l-") {
        return lot(&case, &session, id);
    }
    let shown = match id.split_once('-') {
        Some(("t", _)) => show_transfer(&session, id),
        Some(("f", _)) => show_finding(&session, id),
        Some(("a", _)) => show_account(&session, id),
        Some(("p", _)) => show_party(&session, id),
        _ => match show_entry(&session, id, &bytes) {
            // Whatever is no entry may be an account's number as people write it, or somebody's name.
            Err(ReportError::NotFound { .. }) => match show_account(&session, id) {
                Err(ReportError::NotFound { .. }) => show_party(&session, id),
                other => other,
            },
            other => other,
        },
    };
    match shown {
        Ok(text) => {
            for line in text.split_inclusive('\n') {
                // The only lines with commands; all others may be evidence, which is shown as it is.
                match line.starts_with(REST) {
                    true => print!("{}", context.in_case(line)),
                    false => print!("{line}"),
                }
            }
            Ok(0)
        }
        Err(ReportError::NotFound { .. }) if steps::is_of_withdrawn(&case, id).is_some() => {
            Err(Failure::usage(&format!(
                "‘{id}’ is withdrawn: a person took its source out of use; `geldspoor source list` tells who, when and why"
            )))
        }
        Err(ReportError::NotFound { .. }) => Err(Failure::usage(&format!(
            "nothing in this case is called ‘{id}’: it takes the id of an entry, a transfer (t-…), a finding (f-…), a lot (l-…), a \
             party (p-… or its name) or an account (a-… or its number). `geldspoor sql` lists them"
        ))),
        Err(error) => Err(Failure::new(super::context::code::FAULT, error)),
    }
}

/// A lot is explained by tracing again: what it rests on is the records, not what was stored of them.
fn lot(case: &Case, session: &Session, id: &str) -> Result<u8, Failure> {
    if let Some(said) = steps::stale(case, Step::Trace) {
        return Err(Failure::new(super::context::code::USAGE, said));
    }
    let Some(method) = crate::book::method_of(case, id)? else {
        return Err(Failure::usage(&format!(
            "there is no lot ‘{id}’ in this case; `geldspoor sql -c \"SELECT lot_id, method, ends, amount FROM lots\"` lists \
             them"
        )));
    };
    let request = steps::claimed(case)?;
    let why = why(case, &request, id, &method).map_err(steps::StepError::from)?;
    let Some(why) = why else {
        return Err(Failure::usage(&format!(
            "lot ‘{id}’ is not what the claims come to now; run `geldspoor trace` again"
        )));
    };
    print!(
        "{}",
        show_lot(session, &why).map_err(|error| Failure::new(super::context::code::FAULT, error))?
    );
    Ok(0)
}
