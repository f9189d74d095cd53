//! `simulate`.

use super::args::Simulate;
use super::context::{Context, Failure, code};
use super::progress::Bar;
use crate::intake::Progress;
use crate::simulate::{PeoplePlan, Plan, Scenario, SimulateError, StatementFormat, people};

pub fn run(context: &Context, options: &Simulate) -> Result<u8, Failure> {
    if let Some(records) = options.people {
        return write_people(context, options, records);
    }
    let Some(scenario) = Scenario::from_word(&options.scenario) else {
        let names: Vec<&str> = Scenario::ALL.iter().map(|s| s.as_str()).collect();
        return Err(Failure::usage(&format!(
            "--scenario {}: there is no such scenario; there are {}",
            options.scenario,
            names.join(", ")
        )));
    };
    let write_as = match options.statements_as.as_deref() {
        None => None,
        Some(word) => Some(StatementFormat::from_word(word).ok_or_else(|| {
            let names: Vec<&str> = StatementFormat::ALL.iter().map(|f| f.as_str()).collect();
            Failure::usage(&format!(
                "--statements-as {word}: there is no such format; there are {}, {}, {}",
                names.join(", "),
                StatementFormat::Plain.as_str(),
                StatementFormat::Cards.as_str()
            ))
        })?),
    };
    let plan = Plan {
        write_as,
        statement_households: options.statement_households,
        ..Plan::new(options.seed, options.transfers, scenario)
    };
    let bar = Bar::count(context, "simulate", "transfers");
    bar.begin(options.transfers);
    let start = std::time::Instant::now();
    let report =
        crate::simulate::run(&plan, &options.output, &|count| bar.advance(count)).map_err(failure)?;
    drop(bar);
    context.say(format_args!(
        "{} transfers, {} accounts with statements, {} planted patterns in {:.1} s: {}",
        report.transfers,
        report.statement_accounts,
        report.patterns,
        start.elapsed().as_secs_f64(),
        options.output.display()
    ));
    context.say(format_args!(
        "next: geldspoor investigate {}",
        options.output.join("delivery").display()
    ));
    Ok(0)
}

/// Records of people and companies, and the truth beside them.
fn write_people(context: &Context, options: &Simulate, records: u64) -> Result<u8, Failure> {
    let plan = PeoplePlan {
        seed: options.seed,
        records,
    };
    let bar = Bar::count(context, "simulate", "records");
    bar.begin(records);
    let start = std::time::Instant::now();
    let report = people(&plan, &options.output, &|count| bar.advance(count)).map_err(failure)?;
    drop(bar);
    context.say(format_args!(
        "{} records of {} people and companies in {:.1} s: {}; who is who: {}",
        report.records,
        report.parties,
        start.elapsed().as_secs_f64(),
        report.delivery.display(),
        report.truth.display()
    ));
    context.say(format_args!(
        "next: geldspoor investigate {}",
        report.delivery.display()
    ));
    Ok(0)
}

fn failure(error: SimulateError) -> Failure {
    Failure::new(code::USAGE, error)
}
