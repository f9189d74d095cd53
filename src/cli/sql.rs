//! `sql` and `query`.

use std::io::{IsTerminal, Read};

use super::args::{Parameters, Query, Sql};
use super::context::{Context, Failure, data_folder};
use crate::report::NAMED;
use crate::sql::{shell, split_statements};

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
    if scripts.is_empty() {
        if std::io::stdin().is_terminal() {
            let history = data_folder().ok().map(|folder| folder.join("history"));
            shell::run(&session, history.as_deref(), &mut std::io::stdout().lock())?;
            return Ok(0);
        }
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        scripts.push(text);
    }
    for script in &scripts {
        for statement in split_statements(script)? {
            context.rows(&session.query(&statement, &parameters)?, &options.format)?;
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
    for statement in split_statements(&sql)? {
        context.rows(
            &session.query(&statement, &parameters(&options.parameters)?)?,
            &options.format,
        )?;
    }
    Ok(0)
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
