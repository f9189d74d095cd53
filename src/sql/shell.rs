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
/// `begins` is called before each statement.
pub fn run(
    session: &Session,
    history: Option<&Path>,
    begins: &dyn Fn(),
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut editor = DefaultEditor::new().map_err(std::io::Error::other)?;
    if let Some(path) = history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    let mut state = State {
        format: OutputFormat::Table,
        timing: false,
        begins,
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

/// The parts of a script: SQL, and lines that begin with a backslash where no statement is open, which are commands.
pub fn parts(script: &str) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    let mut sql = String::new();
    for line in script.lines() {
        let is_open = !sql.trim().is_empty() && !is_complete(&sql);
        if line.trim_start().starts_with('\\') && !is_open {
            parts.push((false, std::mem::take(&mut sql)));
            parts.push((true, line.trim().to_owned()));
        } else {
            sql.push_str(line);
            sql.push('\n');
        }
    }
    parts.push((false, sql));
    parts.retain(|(_, text)| !text.trim().is_empty());
    parts
}

/// A command of a script: those that tell something. What sets the shell has a flag on the command line.
pub fn about(
    session: &Session,
    typed: &str,
    format: OutputFormat,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let head = typed.split_whitespace().next().unwrap_or_default();
    if !matches!(head, "\\d" | "\\dt" | "\\df" | "\\?" | "\\h") {
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!(
                "‘{typed}’ is for the shell alone; in a script there are \\d, \\d TABLE and \\df, and --format sets how rows are printed"
            ),
        ));
    }
    let mut state = State {
        format,
        timing: false,
        begins: &|| {},
    };
    command(session, typed, &mut state, out).map(|_| ())
}

struct State<'b> {
    format: OutputFormat,
    timing: bool,
    begins: &'b dyn Fn(),
}

/// Gives whether to go on.
fn command(
    session: &Session,
    typed: &str,
    state: &mut State<'_>,
    out: &mut dyn Write,
) -> std::io::Result<bool> {
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

fn statements(session: &Session, text: &str, state: &State<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    let statements = match rewrite::split_statements(text) {
        Ok(statements) => statements,
        Err(error) => return writeln!(out, "{error}"),
    };
    for statement in statements {
        let start = Instant::now();
        (state.begins)();
        match session.query(&statement, &[]) {
            Ok(batches) => {
                if let Err(error) = print(&batches, state.format, out) {
                    writeln!(out, "{error}")?;
                }
            }
            Err(error) => writeln!(out, "{error}")?,
        }
        for note in session.notes() {
            writeln!(out, "{note}")?;
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
    use super::{is_complete, parts};

    #[test]
    fn a_backslash_begins_a_command_where_no_statement_is_open() {
        let script = "\\df\nSELECT 1;\n\\d entries\nSELECT '\n\\df';\nSELECT 2";
        let texts = |is_command| -> Vec<String> {
            let own = parts(script)
                .into_iter()
                .filter(|(known, _)| *known == is_command);
            own.map(|(_, text)| text).collect()
        };
        assert_eq!(texts(true), ["\\df", "\\d entries"]);
        assert_eq!(texts(false), ["SELECT 1;\n", "SELECT '\n\\df';\nSELECT 2\n"]);
    }

    #[test]
    fn a_semicolon_in_quotes_ends_nothing() {
        assert!(is_complete("SELECT 1;"));
        assert!(is_complete("SELECT ';' ;\n"));
        assert!(!is_complete("SELECT ';"));
        assert!(!is_complete("SELECT 1 -- ;"));
        assert!(!is_complete("SELECT 1"));
    }
}
