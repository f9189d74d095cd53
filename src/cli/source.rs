//! `source`: taking a source out of use, and putting it back.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::args::{SourceVerb, SourceVerbs};
use super::context::{Context, Failure, code};
use crate::steps::{self, OutOfUse, SourceLine};

/// Releases named one by one.
const MOST_NAMED: usize = 20;

pub fn run(context: &Context, options: &SourceVerb) -> Result<u8, Failure> {
    let mut case = context.open()?;
    match &options.verb {
        SourceVerbs::List { format } => {
            context.rows(&[rows(&steps::list_sources(&case)?)?], format)?;
        }
        SourceVerbs::Withdraw { id, reason } => {
            let author = context.decider()?;
            let id = steps::find_source(&case, id)?;
            let out = steps::withdraw_source(&mut case, context.actor(), &id, reason, author)?;
            tell(context, &out, "out of use");
            context.say(
                "nothing of it is in any table now, nor anything that was derived: run `geldspoor check`, `geldspoor detect`, \
                 `geldspoor trace` where something is claimed, and `geldspoor report` again. The file stays under sources/, for \
                 the ledger; pages made before still tell of it",
            );
            if !out.left.is_empty() {
                context.say(
                    "made for readers since it was taken in (whoever received any of it may have to be told):",
                );
            }
            for left in out.left.iter().take(MOST_NAMED) {
                context.say(format_args!(
                    "  {} by {}, {} (SHA-256 {}), command: {}",
                    left.name, left.user, left.time, left.sha256, left.command
                ));
            }
            if out.left.len() > MOST_NAMED {
                context.say(format_args!(
                    "  and {} more; `geldspoor ledger` lists them",
                    out.left.len() - MOST_NAMED
                ));
            }
        }
        SourceVerbs::Restore { id, reason } => {
            let author = context.decider()?;
            let id = steps::find_source(&case, id)?;
            let back = steps::restore_source(&mut case, context.actor(), &id, reason, author)?;
            tell(context, &back, "in use again");
            context.say(
                "run `geldspoor check`, `geldspoor detect`, `geldspoor trace` where something is claimed, and `geldspoor report` \
                 again",
            );
        }
    }
    Ok(0)
}

fn tell(context: &Context, what: &OutOfUse, now: &str) {
    for (at, (id, name)) in what.sources.iter().enumerate() {
        let with = if at > 0 { ", with the one before" } else { "" };
        context.say(format_args!("{now}: {name} ({id}){with}"));
    }
}

fn rows(lines: &[SourceLine]) -> Result<RecordBatch, Failure> {
    type Column = fn(&SourceLine) -> Option<&str>;
    let columns: [(&str, Column); 10] = [
        ("name", |line| Some(&line.name)),
        ("state", |line| {
            Some(if line.out.is_some() {
                "out of use"
            } else {
                "in use"
            })
        }),
        ("format", |line| Some(&line.format)),
        ("received_from", |line| Some(&line.received_from)),
        ("order_reference", |line| Some(&line.order_reference)),
        ("by", |line| line.out.as_ref().map(|out| out.author.as_str())),
        ("at", |line| line.out.as_ref().map(|out| out.time.as_str())),
        ("reason", |line| line.out.as_ref().map(|out| out.reason.as_str())),
        ("with", |line| {
            line.out
                .as_ref()
                .map(|out| out.with.as_str())
                .filter(|with| !with.is_empty())
        }),
        ("source_id", |line| Some(&line.source_id)),
    ];
    let columns = columns.into_iter().map(|(name, pick)| {
        let texts: StringArray = lines.iter().map(pick).collect();
        (name, Arc::new(texts) as ArrayRef)
    });
    RecordBatch::try_from_iter(columns).map_err(|error| Failure::new(code::FAULT, error))
}
