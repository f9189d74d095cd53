//! `sql` and `query`.

use std::io::{IsTerminal, Read};

use datafusion::arrow::array::RecordBatch;

use super::args::{FormatName, Parameters, Query, Sql};
use super::context::{Context, Failure, code, data_folder};
use super::interrupt::listen;
use super::watch::Alarm;
use crate::report::NAMED;
use crate::sql::{SqlError, Why, shell, split_statements};

pub fn run(context: &Context, options: &Sql) -> Result<u8, Failure> {
    let case = context.open()?;
    let session = context.session(&case)?;
    let parameters = parameters(&options.parameters)?;
    let mut scripts = options.command.clone();
    for path in &options.file {
        let text =
            std::fs::read_to_string(path).map_err(|e| Failure::usage(&format!("{}: {e}", path.display())))?;
        scripts.push(text);
    }
    let alarm = options
        .time_limit
        .as_ref()
        .map(|limit| Alarm::new(limit.length, session.stop()));
    let begins = || {
        session.stop().reset();
        if let Some(alarm) = &alarm {
            alarm.begins(true);
        }
    };
    let _listening = listen(session.stop());
    let mut said = false;
    if scripts.is_empty() {
        if std::io::stdin().is_terminal() {
            context.beware_part(&case);
            let history = data_folder().ok().map(|folder| folder.join("history"));
            shell::run(
                &session,
                history.as_deref(),
                &begins,
                &mut std::io::stdout().lock(),
            )?;
            return Ok(0);
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        scripts.push(text);
    }
    for (is_command, part) in scripts.iter().flat_map(|script| shell::parts(script)) {
        if is_command {
            let mut out = std::io::stdout().lock();
            shell::about(&session, &part, options.format.format.resolved(), &mut out)?;
            continue;
        }
        for statement in split_statements(&part)? {
            begins();
            if !said && asks_findings(&statement) {
                context.beware_part(&case);
                said = true;
            }
            let rows = session.query(&statement, &parameters);
            let rows = rows.map_err(|error| match (&error, session.stop().why()) {
                (SqlError::Stopped, Some(Why::TimeIsUp)) => Failure::new(
                    code::BUDGET,
                    "the statement was given up: it took longer than --time-limit allows, and no rows are given. Ask for \
                     less, or bound a pattern with max_steps, which cuts at the same place on every machine",
                ),
                _ => error.into(),
            })?;
            context.rows(&rows, &options.format)?;
            for note in session.notes() {
                context.say(note);
            }
        }
    }
    Ok(0)
}

pub fn query(context: &Context, options: &Query) -> Result<u8, Failure> {
    let own = context
        .open()
        .ok()
        .map(|case| case.root().join("queries").join("reports"));
    let (Some(name), false) = (&options.name, options.list) else {
        for (name, sql) in NAMED {
            println!("{name:<24} {}", first_comment(sql));
        }
        return Ok(0);
    };
    let case = context.open()?;
    let path = own
        .map(|folder| folder.join(format!("{name}.sql")))
        .filter(|path| path.is_file());
    let sql = match path {
        Some(path) => std::fs::read_to_string(path)?,
        None => match NAMED.iter().find(|(known, _)| known == name) {
            Some((_, sql)) => (*sql).to_owned(),
            None => {
                let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
                return Err(Failure::usage(&format!(
                    "there is no query ‘{name}’; there are {}. Your own go into queries/reports/ of the case",
                    names.join(", ")
                )));
            }
        },
    };
    let session = context.session(&case)?;
    if asks_findings(&sql) {
        context.beware_part(&case);
    }
    for statement in split_statements(&sql)? {
        let rows = session.query(&statement, &parameters(&options.parameters)?)?;
        let all: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let on_screen = options.format.output.is_none() && options.format.format == FormatName::Table;
        let most = options
            .limit
            .unwrap_or(if on_screen { ON_SCREEN } else { usize::MAX });
        context.rows(&first(rows, most), &options.format)?;
        for note in session.notes() {
            context.say(note);
        }
        if all > most {
            context.say(format_args!(
                "the first {most} of {all} rows; --limit N shows more, --format csv gives all"
            ));
        }
    }
    Ok(0)
}

/// Whether a text names a table of what rules found. A word too many is harmless.
fn asks_findings(sql: &str) -> bool {
    let sql = sql.to_lowercase();
    crate::case::Table::FOUND
        .iter()
        .any(|table| sql.contains(table.name()))
}

/// Rows of a named query that a screen takes.
const ON_SCREEN: usize = 100;

fn first(rows: Vec<RecordBatch>, most: usize) -> Vec<RecordBatch> {
    let mut left = most;
    let cut = |batch: RecordBatch| {
        let own = batch.num_rows().min(left);
        left -= own;
        batch.slice(0, own)
    };
    rows.into_iter().map(cut).collect()
}

fn parameters(given: &Parameters) -> Result<Vec<(String, String)>, Failure> {
    given
        .parameters
        .iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
            _ => Err(Failure::usage(&format!("--param {text}: write it as NAME=VALUE"))),
        })
        .collect()
}

fn first_comment(sql: &str) -> &str {
    sql.lines()
        .next()
        .and_then(|line| line.strip_prefix("--"))
        .unwrap_or("")
        .trim()
}
