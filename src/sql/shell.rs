//! The SQL shell: statements end with `;`, history is kept beside the user's keys, `\d` and `\timing` as in psql.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::print::{OutputFormat, print};
use super::{Session, rewrite};

const HELP: &str = "\
Statements end with ; and may go over several lines.
  \\d          all tables          \\d TABLE   its columns
  \\df         table functions     \\timing    time of each query on or off
  \\f FORMAT   table, csv, tsv, json, ndjson, markdown
  \\?          this help           \\q         leave (or Ctrl-D)";

/// Reads and runs statements until the person leaves.
pub fn run(session: &Session, history: Option<&Path>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut editor = DefaultEditor::new().map_err(std::io::Error::other)?;
    if let Some(path) = history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    let mut state = State {
        format: OutputFormat::Table,
        timing: false,
    };
    writeln!(out, "Tables of the case, read-only. \\? for help, \\q to leave.")?;
    let mut buffer = String::new();
    loop {
        let prompt = if buffer.is_empty() {
            "geldspoor> "
        } else {
            "       ...> "
        };
        match editor.readline(prompt) {
            Ok(line) => {
                let typed = line.trim();
                if buffer.is_empty() && (typed.starts_with('\\') || typed == "quit" || typed == "exit") {
                    let _ = editor.add_history_entry(typed);
                    if !command(session, typed, &mut state, out)? {
                        break;
                    }
                    continue;
                }
                buffer.push_str(&line);
                buffer.push('\n');
                if !is_complete(&buffer) {
                    continue;
                }
                let text = std::mem::take(&mut buffer);
                let _ = editor.add_history_entry(text.trim());
                statements(session, &text, &state, out)?;
            }
            Err(ReadlineError::Interrupted) => buffer.clear(),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(std::io::Error::other(error)),
        }
    }
    if let Some(path) = history {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        editor.save_history(path).map_err(std::io::Error::other)?;
    }
    Ok(())
}

struct State {
    format: OutputFormat,
    timing: bool,
}

/// Gives whether to go on.
fn command(session: &Session, typed: &str, state: &mut State, out: &mut dyn Write) -> std::io::Result<bool> {
    let mut words = typed.split_whitespace();
    let head = words.next().unwrap_or_default();
    let argument = words.next();
    match (head, argument) {
        ("\\q" | "quit" | "exit", _) => return Ok(false),
        ("\\?" | "\\h", _) => writeln!(out, "{HELP}")?,
        ("\\timing", _) => {
            state.timing = !state.timing;
            writeln!(out, "timing is {}", if state.timing { "on" } else { "off" })?;
        }
        ("\\d" | "\\dt", None) => {
            for table in session.tables() {
                writeln!(out, "{table}")?;
            }
        }
        ("\\d", Some(table)) => {
            let name = table.trim_end_matches(';').replace('\'', "''");
            let sql = format!(
                "SELECT column_name, data_type, is_nullable FROM information_schema.columns \
                 WHERE table_name = '{name}' ORDER BY ordinal_position"
            );
            statements(session, &sql, state, out)?;
        }
        ("\\df", _) => {
            for line in super::table_functions() {
                writeln!(out, "{line}")?;
            }
        }
        ("\\f", Some(word)) => match word {
            "table" => state.format = OutputFormat::Table,
            "csv" => state.format = OutputFormat::Csv,
            "tsv" => state.format = OutputFormat::Tsv,
            "json" => state.format = OutputFormat::Json,
            "ndjson" => state.format = OutputFormat::Ndjson,
            "markdown" => state.format = OutputFormat::Markdown,
            other => writeln!(
                out,
                "‘{other}’ is no format of the shell: table, csv, tsv, json, ndjson, markdown"
            )?,
        },
        _ => writeln!(out, "‘{typed}’ is not known here; \\? for help")?,
    }
    Ok(true)
}

fn statements(session: &Session, text: &str, state: &State, out: &mut dyn Write) -> std::io::Result<()> {
    let statements = match rewrite::split_statements(text) {
        Ok(statements) => statements,
        Err(error) => return writeln!(out, "{error}"),
    };
    for statement in statements {
        let start = Instant::now();
        match session.query(&statement, &[]) {
            Ok(batches) => {
                if let Err(error) = print(&batches, state.format, out) {
                    writeln!(out, "{error}")?;
                }
            }
            Err(error) => writeln!(out, "{error}")?,
        }
        if state.timing {
            writeln!(out, "{} ms", start.elapsed().as_millis())?;
        }
    }
    Ok(())
}

/// Whether a text ends with a semicolon outside of quotes and comments.
fn is_complete(text: &str) -> bool {
    let trimmed = text.trim_end();
    if !trimmed.ends_with(';') {
        return false;
    }
    // With a mark behind it, an open quote or comment swallows the mark; a closed one makes it a statement of its own.
    let with_mark = format!("{trimmed} SELECT");
    let without = rewrite::split_statements(trimmed).map(|s| s.len());
    matches!((rewrite::split_statements(&with_mark), without), (Ok(marked), Ok(count)) if marked.len() == count + 1)
}

#[cfg(test)]
mod tests {
    use super::is_complete;

    #[test]
    fn a_semicolon_in_quotes_ends_nothing() {
        assert!(is_complete("SELECT 1;"));
        assert!(is_complete("SELECT ';' ;\n"));
        assert!(!is_complete("SELECT ';"));
        assert!(!is_complete("SELECT 1 -- ;"));
        assert!(!is_complete("SELECT 1"));
    }
}
