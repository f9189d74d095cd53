//! `ledger`, `ledger verify`.

use super::args::{LedgerVerb, LedgerVerbs};
use super::context::{Context, Failure, code};

pub fn run(context: &Context, options: &LedgerVerb) -> Result<u8, Failure> {
    let case = context.open()?;
    let Some(LedgerVerbs::Verify) = options.verb else {
        let session = context.session(&case)?;
        let sql = "SELECT number, time, user, command, portion, tool FROM ledger ORDER BY number";
        context.rows(&session.query(sql, &[])?, &options.format)?;
        return Ok(0);
    };
    let report = case.verify_ledger()?;
    for fault in &report.faults {
        println!("FAULT  {fault}");
    }
    if report.unrecorded {
        println!("note   the last line was written by a command that was cut off before it had finished");
    }
    if report.faults.is_empty() {
        println!("whole  {} lines, head {}", report.lines, report.head);
        Ok(0)
    } else {
        context.say(crate::case::LEDGER_FAULT);
        Ok(code::VERIFICATION)
    }
}
