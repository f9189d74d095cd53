//! The ledger: one line a command, each with the hash of the line before it, so that a changed, dropped, reordered or
//! cut-off line shows. Fields follow Directive (EU) 2019/1153 Art. 6(1) and Directive (EU) 2016/680 Art. 25.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CaseError;
use super::folder::{Head, write_whole};
use crate::model::{hex, sha256};

/// What a command wrote: a file of a table, a page, a decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Written {
    pub name: String,
    pub sha256: String,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// From 1.
    pub number: u64,
    /// SHA-256 of the line before, without its line end; empty for the first.
    pub previous: String,
    /// The case's reference.
    pub case: String,
    /// UTC, RFC 3339.
    pub time: String,
    pub user: String,
    pub purpose: String,
    /// The command as typed.
    pub command: String,
    /// Of a command that makes its work the state of the case piece by piece: which piece this is, and whether more
    /// follow. Empty where the line is the whole command.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub portion: String,
    /// What came of it beside files: a release, a release that was blocked, an override with who and why. Empty for most.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Hashes of what was read.
    pub read: Vec<Written>,
    /// Hashes of what was written.
    pub written: Vec<Written>,
    /// Name and version of the tool.
    pub tool: String,
}

impl LedgerLine {
    /// Whether the command changed what the case holds: records, tables or decisions. Pages, exports and bundles that a
    /// command made of it do not.
    pub fn changes_the_case(&self) -> bool {
        self.written
            .iter()
            .any(|written| written.name.starts_with("tables/") || written.name.starts_with("decisions/"))
    }
}

/// The ledger of a case.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerReport {
    pub lines: u64,
    /// SHA-256 of the last line.
    pub head: String,
    /// Each fault names a line and what is wrong with it; none where the ledger is whole.
    pub faults: Vec<String>,
    /// A last line that `case.toml` does not know yet, with its chain whole: a command was cut off between the two.
    pub unrecorded: bool,
}

/// What to do where ledger and `case.toml` are not of one case's one moment: which of them was changed cannot be told.
pub const BOTH: &str = "The case is left as it is. Either ledger.jsonl was changed by somebody else, or case.toml, which \
    holds hash and number of the ledger's last line under [ledger], is an older copy. Run `geldspoor ledger verify`, and \
    put back from a copy whichever of the two is not the last one: to go back to older parameters, change them in the \
    present case.toml";

impl Ledger {
    pub(super) fn at(root: &Path) -> Ledger {
        Ledger {
            path: root.join("ledger.jsonl"),
        }
    }

    /// The lines, oldest first. A line that does not parse is an error that names it.
    pub fn lines(&self) -> Result<Vec<LedgerLine>, CaseError> {
        let text = self.text()?;
        text.lines()
            .enumerate()
            .map(|(at, line)| {
                serde_json::from_str(line).map_err(|e| CaseError::Damaged {
                    path: self.path.display().to_string(),
                    reason: format!("line {}: {e}", at + 1),
                    next_step: "Run `geldspoor ledger verify`".to_owned(),
                })
            })
            .collect()
    }

    /// Checks every line against the one before it and the last against head and count that `case.toml` keeps.
    pub(super) fn verify(&self, expected: &Head) -> Result<LedgerReport, CaseError> {
        let text = self.text()?;
        let mut faults = Vec::new();
        let mut previous = String::new();
        let mut hashes = Vec::new();
        if !text.is_empty() && !text.ends_with('\n') {
            faults.push("the last line has no line end: it was cut off".to_owned());
        }
        for (at, raw) in text.split_terminator('\n').enumerate() {
            let number = at as u64 + 1;
            match serde_json::from_str::<LedgerLine>(raw) {
                Err(e) => faults.push(format!("line {number} is not as written: {e}")),
                Ok(line) => {
                    if line.number != number {
                        faults.push(format!("line {number} says it is line {}", line.number));
                    }
                    if line.previous != previous {
                        faults.push(format!("line {number} does not follow from the line before it"));
                    }
                    // One spelling only: spaces or field order changed by hand would hash differently anyway, and
                    // unknown fields would be read over.
                    if serde_json::to_string(&line).ok().as_deref() != Some(raw) {
                        faults.push(format!("line {number} is not spelled as the tool writes it"));
                    }
                }
            }
            previous = hex(&sha256(raw.as_bytes()));
            hashes.push(previous.clone());
        }
        let lines = hashes.len() as u64;
        let known = (expected.count as usize)
            .checked_sub(1)
            .map_or(Some(String::new()), |last| hashes.get(last).cloned());
        match known {
            None => faults.push(format!(
                "the ledger has {lines} lines, case.toml counts {}: lines are missing at the end",
                expected.count
            )),
            Some(hash) if hash != expected.head => faults.push(format!(
                "line {} does not have the hash that case.toml keeps as head",
                expected.count
            )),
            Some(_) => {}
        }
        let surplus = lines.saturating_sub(expected.count);
        if surplus > 1 {
            faults.push(format!(
                "{surplus} lines stand behind the last one that case.toml knows"
            ));
        }
        Ok(LedgerReport {
            lines,
            head: previous,
            faults,
            unrecorded: surplus == 1,
        })
    }

    /// Appends a line behind the chain; gives the new head.
    pub(super) fn append(&self, mut line: LedgerLine, head: &Head) -> Result<Head, CaseError> {
        let report = self.sound(head)?;
        line.number = report.lines + 1;
        line.previous = if report.lines == 0 {
            String::new()
        } else {
            report.head
        };
        let mut text = serde_json::to_string(&line).map_err(|e| CaseError::damaged(&self.path, e))?;
        let head = Head {
            head: hex(&sha256(text.as_bytes())),
            count: line.number,
        };
        text.push('\n');
        let write = || -> std::io::Result<()> {
            let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| CaseError::io(&self.path, e))?;
        Ok(head)
    }

    /// The report of a ledger without faults; an error that names them where there are any.
    pub(super) fn sound(&self, head: &Head) -> Result<LedgerReport, CaseError> {
        let report = self.verify(head)?;
        if report.faults.is_empty() {
            return Ok(report);
        }
        Err(CaseError::Damaged {
            path: self.path.display().to_string(),
            reason: report.faults.join("; "),
            next_step: BOTH.to_owned(),
        })
    }

    /// Mends an end without a line end: a line that was cut off while it was written is removed (nothing followed from
    /// it); the known last line only gets its line end back.
    pub(super) fn repair(&self, head: &Head) -> Result<(), CaseError> {
        let text = self.text()?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole == text.len() {
            return Ok(());
        }
        let kept = if hex(&sha256(&text.as_bytes()[whole..])) == head.head {
            format!("{text}\n")
        } else {
            text[..whole].to_owned()
        };
        write_whole(&self.path, kept.as_bytes())
    }

    fn text(&self) -> Result<String, CaseError> {
        fs::read_to_string(&self.path).map_err(|e| CaseError::io(&self.path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(command: &str) -> LedgerLine {
        LedgerLine {
            number: 0,
            previous: String::new(),
            case: "R-1".into(),
            time: "2026-01-01T00:00:00Z".into(),
            user: "u".into(),
            purpose: "p".into(),
            command: command.into(),
            portion: String::new(),
            note: String::new(),
            read: vec![],
            written: vec![Written {
                name: "entries".into(),
                sha256: "00".into(),
            }],
            tool: "geldspoor 0".into(),
        }
    }

    fn three() -> (tempfile::TempDir, Ledger, Head) {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::write(folder.path().join("ledger.jsonl"), "").expect("written");
        let ledger = Ledger::at(folder.path());
        let mut head = Head::default();
        for command in ["intake", "check", "detect"] {
            head = ledger.append(line(command), &head).expect("appended");
        }
        (folder, ledger, head)
    }

    #[test]
    fn a_whole_ledger_verifies() {
        let (_folder, ledger, head) = three();
        let report = ledger.verify(&head).expect("read");
        assert_eq!(
            (report.lines, report.faults.len(), report.unrecorded),
            (3, 0, false)
        );
        assert_eq!(report.head, head.head);
    }

    #[test]
    fn every_kind_of_tampering_shows() {
        let (folder, ledger, head) = three();
        let path = folder.path().join("ledger.jsonl");
        let text = fs::read_to_string(&path).expect("read");
        let lines: Vec<&str> = text.lines().collect();
        let join = |l: &[&str]| format!("{}\n", l.join("\n"));
        for (what, altered) in [
            ("changed", text.replace("\"check\"", "\"chekc\"")),
            ("dropped", join(&[lines[0], lines[2]])),
            ("reordered", join(&[lines[1], lines[0], lines[2]])),
            ("truncated", join(&lines[..2])),
            ("cut", text[..text.len() - 9].to_owned()),
            (
                "field added",
                text.replacen("{\"number\":1", "{\"extra\":1,\"number\":1", 1),
            ),
            ("emptied", String::new()),
        ] {
            fs::write(&path, altered).expect("written");
            let report = ledger.verify(&head).expect("read");
            assert!(!report.faults.is_empty(), "{what} was not found");
            // Which of the two was changed cannot be told, so both are named.
            let said = ledger.sound(&head).expect_err(what).to_string();
            assert!(
                said.contains("ledger.jsonl") && said.contains("case.toml, which"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_command_cut_off_between_ledger_and_head_is_no_fault() {
        let (_folder, ledger, head) = three();
        ledger.append(line("report"), &head).expect("appended");
        let report = ledger.verify(&head).expect("read");
        assert!(report.faults.is_empty() && report.unrecorded);
    }
}
