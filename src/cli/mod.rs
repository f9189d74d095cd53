//! The command: one file a verb. Verbs parse, call the library, print; they decide nothing.
//!
//! Data goes to stdout, messages to stderr, progress bars only to a terminal.

mod args;
mod bundle;
mod case;
mod check;
mod context;
mod decide;
mod detect;
mod export;
mod intake;
mod interrupt;
mod investigate;
mod leads;
mod leaving;
mod ledger;
mod owners;
mod progress;
mod replay;
mod report;
mod resolve;
mod show;
mod simulate;
mod source;
mod sql;
mod statistics;
mod trace;
mod verify;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::FromArgMatches;

use args::{Arguments, Verb};
use context::{Context, Failure};

/// Runs the command line; gives the exit code of `cli.md`.
pub fn run() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        // A file that breaks the reader of its kind is refused, and that is told with the file.
        if crate::intake::is_guarded() {
            return;
        }
        let text = info.payload().downcast_ref::<String>().map_or("", String::as_str);
        if text.contains("Broken pipe") {
            // Whoever read our output has enough of it: that is success.
            std::process::exit(0);
        }
        eprintln!(
            "geldspoor: a fault of ours, please report it with the command you typed: {info}\n\
             The case is as it was before this command."
        );
    }));
    let arguments = match Arguments::from_arg_matches(&args::command().get_matches()) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| dispatch(arguments)));
    match outcome {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(failure)) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            let red = anstyle::AnsiColor::Red.on_default().bold();
            let mut stderr = anstream::stderr().lock();
            // Where even this cannot be written there is nobody to tell.
            let _ = writeln!(stderr, "{red}geldspoor:{red:#} {failure}");
            ExitCode::from(failure.code())
        }
        Err(_) => ExitCode::from(70),
    }
}

fn dispatch(arguments: Arguments) -> Result<u8, Failure> {
    if let Verb::Completions { shell } = arguments.verb {
        clap_complete::generate(shell, &mut args::command(), "geldspoor", &mut std::io::stdout());
        return Ok(0);
    }
    let context = Context::new(&arguments.global)?;
    let done = match arguments.verb {
        Verb::Investigate(options) => investigate::run(&context, &options),
        Verb::Case(options) => case::run(&context, &options),
        Verb::Source(options) => source::run(&context, &options),
        Verb::Intake(options) => intake::run(&context, &options),
        Verb::Mapping(options) => intake::mapping(&context, &options),
        Verb::Check(options) => check::run(&context, &options),
        Verb::Resolve(options) => resolve::run(&context, &options),
        Verb::Owners(options) => owners::run(&context, &options),
        Verb::Detect(options) => detect::run(&context, &options),
        Verb::Trace(options) => trace::run(&context, &options),
        Verb::Category(options) => decide::category(&context, &options),
        Verb::Finding(options) => decide::finding(&context, &options),
        Verb::Decisions(options) => decide::decisions(&context, &options),
        Verb::Key(options) => decide::key(&context, &options),
        Verb::Show(options) => show::run(&context, &options),
        Verb::Sql(options) => sql::run(&context, &options),
        Verb::Query(options) => sql::query(&context, &options),
        Verb::Report(options) => report::run(&context, &options),
        Verb::Export(options) => export::run(&context, &options),
        Verb::Bundle(options) => bundle::run(&context, &options),
        Verb::Verify(options) => verify::run(&context, &options),
        Verb::Replay(options) => replay::run(&context, &options),
        Verb::Leads(options) => leads::run(&context, &options),
        Verb::Statistics(options) => statistics::run(&context, &options),
        Verb::Ledger(options) => ledger::run(&context, &options),
        Verb::Simulate(options) => simulate::run(&context, &options),
        Verb::Completions { .. } => Ok(0),
    };
    done.map_err(|failure| failure.in_case(&context))
}
