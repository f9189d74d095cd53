//! How the files of a case were taken in: what a person said of each delivery, in the order of taking. From this and the
//! files a case is made again.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::Array;
use serde::{Deserialize, Serialize};

use crate::case::column::{self, text_at};
use crate::case::{Case, CaseError, LedgerLine, Table};
use crate::steps::StepError;

/// The layout that is written and read.
const FORMAT: u32 = 1;
/// How a file that a person made from another one says so.
const MADE_BY: (&str, &str) = ("made by ", " from this file");

/// Every delivery of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deliveries {
    pub format: u32,
    /// Whether patterns went by parties in the place of accounts (`detect --level party`).
    pub by_party: bool,
    /// In the order of taking.
    pub deliveries: Vec<Received>,
    /// When each source was taken in, by SHA-256, in microseconds since 1970 UTC; those that were found in archives and
    /// workbooks too.
    pub received_at: BTreeMap<String, i64>,
}

/// Files that were taken in together, with what a person said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Received {
    pub received_from: String,
    pub order_reference: String,
    /// SHA-256 of the mapping that was given; found by the header where empty.
    pub mapping: String,
    /// The account of every line, where it was given.
    pub account: String,
    /// SHA-256 of the file that a person made these from, and who; empty where nobody did.
    pub made_from: String,
    pub made_by: String,
    /// In the order of names.
    pub files: Vec<Original>,
}

/// A file as received.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Original {
    /// With the folders of the delivery.
    pub name: String,
    pub sha256: String,
    pub bytes: u64,
}

/// A row of `sources`.
struct Row {
    sha256: String,
    name: String,
    bytes: u64,
    received_from: String,
    order_reference: String,
    received_at: i64,
    made_from: String,
    made_how: String,
}

/// A command that took files in: who typed what, when it ended, what it read.
struct Command {
    typed: String,
    ended: i64,
    more_follow: bool,
    read: BTreeSet<String>,
}

impl Row {
    /// Whether it was handed over as it is; others were found in an archive or a workbook, or rendered from one.
    fn is_original(&self) -> bool {
        self.made_from.is_empty() || self.made_by().is_some()
    }

    fn made_by(&self) -> Option<&str> {
        self.made_how.strip_prefix(MADE_BY.0)?.strip_suffix(MADE_BY.1)
    }
}

impl Deliveries {
    /// Those of a case, from its sources and its ledger.
    pub fn of(case: &Case) -> Result<Deliveries, StepError> {
        let rows = rows(case)?;
        // A case that was merged from others has its intake in theirs.
        let mut lines = case.ledgers_before()?;
        lines.extend(case.ledger()?);
        let commands = commands(&lines);
        let mut of_command: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
        for row in &rows {
            of_command
                .entry(command_of(row, &commands))
                .or_default()
                .push(row);
        }
        let mut deliveries = Vec::new();
        for (at, rows) in of_command {
            let typed = commands.get(at).map_or("", |command| command.typed.as_str());
            deliveries.extend(of_one_command(case, typed, &rows));
        }
        Ok(Deliveries {
            format: FORMAT,
            by_party: by_party(case)?,
            deliveries,
            received_at: rows
                .iter()
                .map(|row| (row.sha256.clone(), row.received_at))
                .collect(),
        })
    }

    /// As JSON that repeats.
    pub fn to_json(&self) -> Result<Vec<u8>, StepError> {
        let mut text =
            serde_json::to_vec_pretty(self).map_err(|e| StepError::Parameter(format!("intake.json: {e}")))?;
        text.push(b'\n');
        Ok(text)
    }

    /// From JSON; whatever this version does not know is an error.
    pub fn parse(bytes: &[u8]) -> Result<Deliveries, StepError> {
        let read: Deliveries = serde_json::from_slice(bytes).map_err(|e| {
            StepError::Parameter(format!(
                "intake.json does not say how files were taken in as this version of geldspoor writes it: {e}. Use the \
                 version that made the bundle; build.json names it"
            ))
        })?;
        if read.format != FORMAT {
            return Err(StepError::Parameter(format!(
                "intake.json has format {}, this tool knows {FORMAT}; use the version that made the bundle, which \
                 build.json names",
                read.format
            )));
        }
        Ok(read)
    }

    /// Every file as received, each once.
    pub fn originals(&self) -> BTreeSet<&Original> {
        self.deliveries
            .iter()
            .flat_map(|received| &received.files)
            .collect()
    }

    /// SHA-256 of the mappings that were given.
    pub fn mappings(&self) -> BTreeSet<&str> {
        self.deliveries
            .iter()
            .map(|received| received.mapping.as_str())
            .filter(|hash| !hash.is_empty())
            .collect()
    }
}

fn rows(case: &Case) -> Result<Vec<Row>, CaseError> {
    let mut rows = Vec::new();
    for batch in case.scan(Table::Sources, &[]) {
        let batch = batch?;
        let text = |name: &str| column::text(&batch, name);
        let (id, name) = (text("source_id")?, text("name")?);
        let (from, order) = (text("received_from")?, text("order_reference")?);
        let (made_from, made_how) = (text("made_from")?, text("made_how")?);
        let bytes = column::number(&batch, "bytes")?;
        let at = column::moment(&batch, "received_at")?;
        for row in 0..batch.num_rows() {
            rows.push(Row {
                sha256: text_at(id, row).to_owned(),
                name: text_at(name, row).to_owned(),
                bytes: u64::try_from(bytes.value(row)).unwrap_or_default(),
                received_from: text_at(from, row).to_owned(),
                order_reference: text_at(order, row).to_owned(),
                received_at: if at.is_valid(row) { at.value(row) } else { 0 },
                made_from: text_at(made_from, row).to_owned(),
                made_how: text_at(made_how, row).to_owned(),
            });
        }
    }
    Ok(rows)
}

/// The commands of a ledger that read something, the portions of one put together.
fn commands(lines: &[LedgerLine]) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    for line in lines {
        let ended = line
            .time
            .parse()
            .map_or(i64::MAX, |time: jiff::Timestamp| time.as_second());
        let read = line.read.iter().map(|one| one.sha256.clone());
        let goes_on = commands
            .last()
            .is_some_and(|last| last.more_follow && last.typed == line.command && !line.portion.is_empty());
        match commands.last_mut().filter(|_| goes_on) {
            Some(last) => {
                last.read.extend(read);
                last.ended = ended;
                last.more_follow = line.portion.ends_with("more follow");
            }
            None => commands.push(Command {
                typed: line.command.clone(),
                ended,
                more_follow: line.portion.ends_with("more follow"),
                read: read.collect(),
            }),
        }
    }
    commands
}

/// The command that took a source in: the first that read it and had not ended before.
fn command_of(row: &Row, commands: &[Command]) -> usize {
    let second = row.received_at.div_euclid(1_000_000);
    let reads = |command: &Command| command.read.contains(&row.sha256);
    commands
        .iter()
        .position(|command| reads(command) && command.ended >= second)
        .or_else(|| commands.iter().rposition(reads))
        .unwrap_or(commands.len())
}

/// What one command took in: what was handed over as it is, then what a person made from something.
fn of_one_command(case: &Case, typed: &str, rows: &[&Row]) -> Vec<Received> {
    let was_given = |option: &str| {
        typed.split_whitespace().any(|word| {
            word.strip_prefix(option)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        })
    };
    // Of all delimited files of one command the mapping is the same where one was given, and so is the account.
    let read_with = |row: &&&Row| Some(ReadWith::of(case.manifest().read_with(&row.sha256)?));
    let first = |pick: fn(&ReadWith<'_>) -> String| {
        let all = rows.iter().filter(|row| read_with(row).is_some());
        all.filter_map(|row| read_with(&row))
            .map(|how| pick(&how))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    };
    let mapping = match was_given("--mapping") {
        true => first(|how| how.mapping.to_owned()),
        false => String::new(),
    };
    let account = match was_given("--account") {
        true => first(|how| how.account.to_owned()),
        false => String::new(),
    };
    let mut groups: BTreeMap<(String, String, String, String), Received> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_original()) {
        let key = (
            row.made_from.clone(),
            row.made_by().unwrap_or_default().to_owned(),
            row.received_from.clone(),
            row.order_reference.clone(),
        );
        let group = groups.entry(key.clone()).or_insert_with(|| Received {
            received_from: key.2,
            order_reference: key.3,
            mapping: mapping.clone(),
            account: account.clone(),
            made_from: key.0,
            made_by: key.1,
            files: Vec::new(),
        });
        group.files.push(Original {
            name: row.name.clone(),
            sha256: row.sha256.clone(),
            bytes: row.bytes,
        });
    }
    let mut received: Vec<Received> = groups.into_values().collect();
    received.iter_mut().for_each(|one| one.files.sort());
    received
}

/// How the manifest says that a delimited file was read.
struct ReadWith<'a> {
    mapping: &'a str,
    account: &'a str,
}

impl<'a> ReadWith<'a> {
    fn of(how: &'a str) -> ReadWith<'a> {
        let how = how.split_once(" beside ").map_or(how, |(how, _)| how);
        let Some(how) = how.strip_prefix("csv ") else {
            return ReadWith {
                mapping: "",
                account: "",
            };
        };
        let (mapping, account) = how.split_once(" for ").unwrap_or((how, ""));
        ReadWith { mapping, account }
    }
}

/// The level of the last run of the patterns.
fn by_party(case: &Case) -> Result<bool, CaseError> {
    let mut found = false;
    column::each_row(case, Table::RulesRun, &["parameters"], |[parameters]| {
        let parameters: Option<serde_json::Value> = serde_json::from_str(parameters).ok();
        let level = parameters.as_ref().and_then(|all| all.get("level")?.as_str());
        found |= level == Some("party");
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Written;

    fn line(number: u64, command: &str, portion: &str, second: u32, read: &[&str]) -> LedgerLine {
        let read = read.iter().map(|hash| Written {
            name: "file".to_owned(),
            sha256: (*hash).to_owned(),
        });
        LedgerLine {
            number,
            previous: String::new(),
            case: "R-1".to_owned(),
            time: format!("1970-01-01T00:00:{second:02}Z"),
            user: "u".to_owned(),
            purpose: String::new(),
            command: command.to_owned(),
            portion: portion.to_owned(),
            note: String::new(),
            read: read.collect(),
            written: Vec::new(),
            tool: String::new(),
        }
    }

    fn row(sha256: &str, second: i64) -> Row {
        Row {
            sha256: sha256.to_owned(),
            name: sha256.to_owned(),
            bytes: 1,
            received_from: String::new(),
            order_reference: String::new(),
            received_at: second * 1_000_000 + 5,
            made_from: String::new(),
            made_how: String::new(),
        }
    }

    #[test]
    fn portions_are_one_command_and_a_source_is_of_the_command_that_read_it_last() {
        let lines = [
            line(1, "intake a", "portion 1, more follow", 10, &["a"]),
            line(2, "intake a", "portion 2, the last", 20, &["b"]),
            line(3, "check", "", 21, &[]),
            line(4, "intake --mapping x a", "", 30, &["a"]),
        ];
        let commands = commands(&lines);
        assert_eq!(commands.len(), 3);
        assert_eq!(command_of(&row("a", 9), &commands), 0);
        assert_eq!(command_of(&row("b", 19), &commands), 0);
        // Read anew with another mapping.
        assert_eq!(command_of(&row("a", 29), &commands), 2);
        assert_eq!(command_of(&row("never", 1), &commands), 3);
    }

    #[test]
    fn how_a_file_was_read_is_told_apart() {
        let how = ReadWith::of("csv ab12 for NL91 beside x+y");
        assert_eq!((how.mapping, how.account), ("ab12", "NL91"));
        assert_eq!(ReadWith::of("camt.053").mapping, "");
    }

    #[test]
    fn what_is_written_reads_again_and_nothing_else_does() {
        let deliveries = Deliveries {
            format: FORMAT,
            by_party: true,
            deliveries: vec![Received::default()],
            received_at: [("ab".to_owned(), 5)].into(),
        };
        let text = deliveries.to_json().expect("written");
        assert_eq!(Deliveries::parse(&text).expect("read"), deliveries);
        let text = String::from_utf8(text).expect("text");
        for other in [
            text.replace("\"format\": 1", "\"format\": 2"),
            text.replace("by_party", "by_partie"),
            text.replacen('{', "{\"more\": 1,", 1),
            "[]".to_owned(),
        ] {
            assert!(Deliveries::parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
