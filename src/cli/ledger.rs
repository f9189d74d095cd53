//! `ledger`, `ledger verify`.

use super::args::{LedgerVerb, LedgerVerbs};
use super::context::{Context, Failure, code};
use crate::steps::release::Guard;

pub fn run(context: &Context, options: &LedgerVerb) -> Result<u8, Failure> {
    let mut case = context.open()?;
    let Some(LedgerVerbs::Verify) = options.verb else {
        let session = context.session(&case)?;
        let sql = "SELECT number, time, user, command, portion, note, tool FROM ledger ORDER BY number";
        let mut rows = session.query(sql, &[])?;
        if options.names {
            // Who looked is told by the ledger itself.
            case.write(context.actor())?.commit()?;
        } else {
            // A command as typed may name somebody, and a listing is easily handed on.
            let guard = Guard::of_records(&case)?;
            rows = rows.iter().map(|batch| guard.withhold_rows(batch)).collect();
        }
        context.rows(&rows, &options.format)?;
        return Ok(0);
    };
    let report = case.verify_ledger()?;
    for fault in &report.faults {
        println!("FAULT  {fault}");
    }
    if report.unrecorded {
        println!("note   the last line was written by a command that was cut off before it had finished");
    }
    let mut is_broken = false;
    for (head, merged) in case.verify_merged()? {
        for fault in &merged.faults {
            println!("FAULT  merged/{head}: {fault}");
        }
        is_broken |= !merged.faults.is_empty();
        if merged.faults.is_empty() {
            println!(
                "whole  {} lines of a case that was merged, head {head}",
                merged.lines
            );
        }
    }
    if is_broken {
        context.say("beware: a ledger under merged/ is not what it was when the cases were merged");
    }
    if report.faults.is_empty() && is_broken {
        return Ok(code::VERIFICATION);
    }
    if report.faults.is_empty() {
        println!("whole  {} lines, head {}", report.lines, report.head);
        Ok(0)
    } else {
        context.say(crate::case::LEDGER_FAULT);
        Ok(code::VERIFICATION)
    }
}
