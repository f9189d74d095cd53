//! The way out of a case. Whatever leaves goes through [`release`]: every byte, name of a file and label is looked
//! through before anything is written, and where somebody who is protected would be found nothing is. A page, an export
//! and a bundle call it in the same way:
//!
//! 1. [`Guard::of_case`] knows who is protected, from the tables as they are.
//! 2. The caller makes its files in memory, under the pseudonyms of the release ([`name_of`]).
//!    What is too large for that goes file by file into a [`Stage`], a folder of the case.
//! 3. [`release`], or [`release_staged`], looks through them, writes them beside their place and renames them into it, and notes it in the
//!    ledger; or notes that it was blocked, and says file and place.

mod people;
mod quotes;
mod sealed;
mod seen;
mod staged;
mod terms;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use hashbrown::HashSet;
use thiserror::Error;

use self::people::{Depth, People, people};
pub use self::sealed::{Override, SealError, encrypt, is_encrypted};
pub use self::staged::{PlaceError, Stage, Target, release_staged};
use super::{CaseNames, StepError};
use crate::case::{Case, CaseError, DecisionKind, Step, Writer, Written, column, write_whole};
use crate::model::{hex, sha256};
use crate::report::Names;
use crate::sql::Session;
use crate::victims::release::small_groups::Quotes;
use crate::victims::release::{Checker, Outcome, Protected, Settings};

/// Last digits of an account or card number that are looked for at least. A page has thousands of figures, bytes of
/// citations among them, and of fewer digits some would be somebody's by chance.
const PART: usize = 8;
/// Hits that are told one by one.
const MOST_TOLD: usize = 12;

/// A file that is about to leave: its path within the folder, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// Where the files are, in the order given.
    pub paths: Vec<PathBuf>,
}

/// Nothing left, because somebody who is protected would have been found in it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .0.message())]
pub struct Blocked(pub Outcome);

/// Who is protected in a case, ready to be looked for.
pub struct Guard {
    protected: Arc<Protected>,
    quotes: Option<Quotes>,
    people: People,
}

impl Outcome {
    fn message(&self) -> String {
        let hits = self.hits.len() + self.more;
        let unread = self.unread.iter().filter(|unread| !unread.is_allowed).count();
        let mut text = "nothing was released:".to_owned();
        if hits > 0 {
            let (terms, stand) = if hits == 1 {
                ("term", "stands")
            } else {
                ("terms", "stand")
            };
            text.push_str(&format!(
                " {hits} {terms} of people who are protected {stand} in what would have left."
            ));
        }
        if unread > 0 {
            text.push_str(&format!(" {unread} parts cannot be looked through."));
        }
        let lines = self.messages();
        for line in lines.iter().take(MOST_TOLD) {
            text.push_str(&format!("\n  - {line}"));
        }
        if lines.len() > MOST_TOLD {
            text.push_str(&format!("\n  - and {} more", lines.len() - MOST_TOLD));
        }
        text.push_str(
            "\nWhat leaves shows records by pseudonyms, so a name stands there because somebody wrote it: into reference, \
             authority, purpose or handling of case.toml, into a rule or parameter of this case, or into the name of a \
             folder or release. Take it out there and run the command again. Terms are not shown here; `geldspoor report \
             --profile full` shows the page with names, inside the case",
        );
        text
    }

    /// For the ledger.
    pub(super) fn note(&self) -> String {
        let first = self
            .hits
            .first()
            .map(|hit| format!("; the first in {}, {}", hit.file, hit.place));
        format!(
            "release blocked: {} terms of protected persons, {} parts that cannot be looked through{}",
            self.hits.len() + self.more,
            self.unread.iter().filter(|unread| !unread.is_allowed).count(),
            first.unwrap_or_default()
        )
    }
}

impl Guard {
    /// From the tables of a case. `names` gives the pseudonyms by which messages call people. With `may_quote`, amounts
    /// with their days are let through: a finding without its entries is no evidence.
    pub fn of_case(
        case: &Case,
        session: &Session,
        names: &dyn Names,
        may_quote: bool,
    ) -> Result<Guard, StepError> {
        let mut gated = HashSet::new();
        // The view is of the records alone; findings say whom the gate or a rule calls exploited.
        let mut asked = vec!["SELECT account_id FROM accounts_under_control"];
        if super::stale(case, Step::Check).is_none() {
            asked.push("SELECT account_id FROM guarded_accounts");
        }
        for sql in asked {
            for batch in session.query(sql, &[])? {
                let ids = column::text(&batch, "account_id")?;
                gated.extend(ids.iter().flatten().map(str::to_owned));
            }
        }
        let people = people(case, &gated, names, Depth::All)?;
        let quotes = match may_quote {
            true => None,
            false => Some(quotes::quotes(session, &people.accounts)?),
        };
        Ok(Guard::new(people, quotes))
    }

    /// From the records alone, for what is printed of the case itself, such as its ledger.
    pub fn of_records(case: &Case) -> Result<Guard, StepError> {
        let names = CaseNames::unlisted();
        Ok(Guard::new(
            people(case, &HashSet::new(), &names, Depth::All)?,
            None,
        ))
    }

    /// Those alone whom a person decided to protect, and children: for messages of commands. Nothing where nobody is.
    pub fn of_decided(case: &Case) -> Result<Option<Guard>, StepError> {
        if case.standing(DecisionKind::Category)?.is_empty() {
            return Ok(None);
        }
        let names = CaseNames::unlisted();
        let people = people(case, &HashSet::new(), &names, Depth::Decided)?;
        Ok((!people.persons.is_empty()).then(|| Guard::new(people, None)))
    }

    fn new(people: People, quotes: Option<Quotes>) -> Guard {
        Guard {
            protected: Arc::new(Protected::new(&people.persons, PART)),
            quotes,
            people,
        }
    }

    /// Who is looked for.
    pub fn protected(&self) -> &Arc<Protected> {
        &self.protected
    }

    /// Parties that a profile that names may name.
    pub fn may_be_named(&self, party_id: &str) -> bool {
        self.people.named.contains(party_id)
    }

    /// Accounts of whose movements nothing leaves under pseudonyms.
    pub fn sheltered_accounts(&self) -> impl Iterator<Item = &str> {
        let of = self.people.accounts.iter();
        of.filter(|(_, (_, why))| people::shelters(*why))
            .map(|(account, _)| account.as_str())
    }

    /// Parties of whom nothing leaves under pseudonyms beside their number.
    pub fn is_sheltered(&self, party_id: &str) -> bool {
        self.people.sheltered.contains(party_id)
    }

    /// A text without what would give somebody away.
    pub fn withhold(&self, text: &str) -> String {
        crate::victims::release::withhold(&self.protected, text)
    }

    /// Rows without what would give somebody away.
    pub fn withhold_rows(&self, batch: &RecordBatch) -> RecordBatch {
        let columns = batch.columns().iter().map(|column| -> ArrayRef {
            match column.as_any().downcast_ref::<StringArray>() {
                Some(texts) => Arc::new(StringArray::from_iter(
                    texts.iter().map(|text| text.map(|text| self.withhold(text))),
                )),
                None => Arc::clone(column),
            }
        });
        RecordBatch::try_new(batch.schema(), columns.collect()).unwrap_or_else(|_| batch.slice(0, 0))
    }

    /// Looks through files and the name of the folder that they go to.
    pub fn look(&self, folder: &Path, files: &[Leaving]) -> Result<(), Blocked> {
        let settings = Settings {
            own_scripts: crate::report::chart::own_scripts(),
            ..Settings::default()
        };
        let mut checker = self.checker(&settings);
        for file in files {
            checker.file(&file.path, &file.bytes);
        }
        if let Some(name) = folder.file_name() {
            checker.text("the name of the folder", &name.to_string_lossy());
        }
        let outcome = checker.finish();
        match outcome.blocks() {
            true => Err(Blocked(outcome)),
            false => Ok(()),
        }
    }
}

impl Guard {
    fn checker<'a>(&'a self, settings: &'a Settings) -> Checker<'a> {
        let checker = Checker::new(&self.protected, settings);
        match &self.quotes {
            Some(quotes) => checker.with_quotes(quotes),
            None => checker,
        }
    }
}

/// The name of a release: as given, or the next number that the ledger has not seen. Of one name, pseudonyms are the
/// same; of two names they cannot be laid beside each other.
pub fn name_of(case: &Case, given: Option<&str>) -> Result<String, CaseError> {
    if let Some(name) = given.map(str::trim).filter(|name| !name.is_empty()) {
        return Ok(name.to_owned());
    }
    let lines = case.ledger()?;
    let is_used = |name: &str| {
        lines
            .iter()
            .any(|line| line.note.starts_with(&format!("release {name},")))
    };
    let free = (1_u32..)
        .map(|number| number.to_string())
        .find(|name| !is_used(name));
    Ok(free.unwrap_or_default())
}

/// Looks through everything that would leave, then writes it; each file beside its place, and renamed into it. `note` is
/// what the ledger says of it, and `also` what it counts as given out besides the files. Where somebody who is protected is
/// found, nothing is written but a line in the ledger.
pub fn release(
    mut writer: Writer<'_>,
    guard: &Guard,
    folder: &Path,
    files: &[Leaving],
    also: Option<&Written>,
    note: &str,
) -> Result<Released, StepError> {
    if let Err(blocked) = guard.look(folder, files) {
        writer.note(&blocked.0.note());
        writer.commit()?;
        return Err(blocked.into());
    }
    let paths = write(&mut writer, folder, files)?;
    if let Some(also) = also {
        writer.note_written(&also.name, &also.sha256);
    }
    writer.note(note);
    writer.commit()?;
    Ok(Released { paths })
}

/// Writes files that show names, encrypted for those whose keys the override gives, and notes in the ledger who let them
/// go, for whom and why.
pub fn release_override(
    mut writer: Writer<'_>,
    by: &Override,
    folder: &Path,
    files: &[Leaving],
) -> Result<Released, StepError> {
    let sealed = files
        .iter()
        .map(|file| by.seal(file))
        .collect::<Result<Vec<_>, _>>()?;
    for file in files {
        writer.note_read(
            &format!("{}, before it was encrypted", file.path),
            &hex(&sha256(&file.bytes)),
        );
    }
    let paths = write(&mut writer, folder, &sealed)?;
    writer.note(&by.note());
    writer.commit()?;
    Ok(Released { paths })
}

/// Writes files that need no look, or have had it.
pub(super) fn write(
    writer: &mut Writer<'_>,
    folder: &Path,
    files: &[Leaving],
) -> Result<Vec<PathBuf>, StepError> {
    std::fs::create_dir_all(folder).map_err(|e| CaseError::io(folder, e))?;
    let mut paths = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        write_whole(&path, &file.bytes)?;
        // The folder outside the case is nobody's business who reads the ledger.
        writer.note_written(&format!("exports/{}", file.path), &hex(&sha256(&file.bytes)));
        paths.push(path);
    }
    Ok(paths)
}
