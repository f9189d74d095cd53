//! A case into files that other programmes open, under the signs and pseudonyms of a release.
//!
//! `place` is where they go, `withheld` whose movements do not leave, `shown` how ids, names and texts stand in them, `read`
//! and `moves` turn tables into rows. Each format is written in a pass of its own, so that memory does not grow with the
//! number of formats; then all are looked through and put in place together.

mod moves;
mod place;
mod read;
mod shown;
mod withheld;

use std::cell::RefCell;
use std::fs::File;
use std::path::{Path, PathBuf};

pub(super) use self::place::may_be_written;
use self::read::Take;
use self::shown::Shown;
use self::withheld::Withheld;
use super::names::own_key;
use super::release::{Guard, Override, SealError, Stage, name_of, release_staged};
use super::{CaseNames, Profile, StepError};
use crate::case::{Actor, Case, CaseError, Step, Table as CaseTable};
use crate::export::goaml::{GoAml, Report};
use crate::export::goaml_profile::Profile as Unit;
use crate::export::parquet::Parquet;
use crate::export::{self, ExportError, Exporter, Head, Row, Table, Written};
use crate::lexicons::{Lexicons, Matcher};
use crate::model::{Moment, TimePrecision};
use crate::sql::{Limits as SessionLimits, Session};

/// A format that a case is exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One file.
    File(export::Format),
    /// One Parquet file a table.
    Parquet,
}

impl Format {
    /// Every one, in the order in which they are written.
    pub fn all() -> impl Iterator<Item = Format> {
        export::Format::ALL
            .into_iter()
            .map(Format::File)
            .chain([Format::Parquet])
    }

    /// The word of the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::File(format) => format.as_str(),
            Format::Parquet => "parquet",
        }
    }
}

/// Whose goAML profile is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoAmlProfile {
    /// A built-in one, by its name.
    Named(String),
    /// The text of an office's own.
    Text(String),
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct WantedExport<'a> {
    /// Each once.
    pub formats: &'a [Format],
    pub profile: Profile,
    /// File or folder; in `exports/` of the case where not given.
    pub output: Option<&'a Path>,
    /// The name of the release; counted from the ledger where not given.
    pub release: Option<&'a str>,
    pub unit: GoAmlProfile,
    /// By whom and for whom names leave the case.
    pub by_override: Option<Override>,
    /// Replaces a file that this case did not export.
    pub force: bool,
    /// Seconds since 1970 that files tell as their making; the time of the last change of the tables where not given.
    pub made: Option<i64>,
}

/// One format as it was written.
#[derive(Clone, Debug)]
pub struct Made {
    pub format: Format,
    pub written: Written,
}

/// What was exported.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The files, or the folder's files, in place.
    pub paths: Vec<PathBuf>,
    pub made: Vec<Made>,
    /// What was withheld, a sentence each; the files say the same.
    pub withheld: Vec<String>,
    /// What the person should know, a line each.
    pub notes: Vec<String>,
}

/// What rows are read from.
struct Reading<'a> {
    case: &'a Case,
    shown: &'a Shown<'a>,
    withheld: &'a Withheld,
    matcher: &'a Matcher,
    /// Cash, banks and unknown other sides that transfers name.
    outer: Vec<String>,
}

impl Reading<'_> {
    /// Every row, table by table in the order of [`Table`].
    fn give(&self, take: &mut Take<'_>) -> Result<(), StepError> {
        self.sources(take)?;
        self.findings(take)?;
        self.clusters(take)?;
        self.parties(take)?;
        self.accounts(take)?;
        self.holders(take)?;
        self.relations(take)?;
        self.transfers(take)?;
        self.entries(take)
    }

    /// Ties to accounts and between parties that are withheld.
    fn withheld_ties(&self) -> Result<(u64, u64), StepError> {
        let (mut ties, mut relations) = (0, 0);
        crate::case::column::each_row(
            self.case,
            CaseTable::AccountHolders,
            &["account_id", "party_id"],
            |[account, party]| ties += u64::from(self.is_withheld_tie(account, party)),
        )?;
        crate::case::column::each_row(
            self.case,
            CaseTable::Relations,
            &["subject", "object"],
            |[subject, object]| relations += u64::from(self.is_withheld_relation(subject, object)),
        )?;
        Ok((ties, relations))
    }
}

/// Writes a case into files. Under pseudonyms nothing is written where somebody who is protected would be found in it; with
/// names it stays in the case, or leaves it encrypted.
pub fn export(
    case: &mut Case,
    actor: Actor,
    limits: SessionLimits,
    keys: &Path,
    wanted: &WantedExport<'_>,
) -> Result<Exported, StepError> {
    let is_full = wanted.profile == Profile::Full;
    if let Some(by) = &wanted.by_override {
        by.check()?;
    }
    if is_full && wanted.output.is_some() != wanted.by_override.is_some() {
        return Err(SealError::Nobody.into());
    }
    if wanted.profile == Profile::Statistics {
        return Err(StepError::Parameter(
            "--profile statistics: an export holds rows, and statistics are counts alone. `geldspoor statistics` gives them, \
             with --format csv or xlsx"
                .to_owned(),
        ));
    }
    let unit = match &wanted.unit {
        GoAmlProfile::Named(name) => Unit::named(name),
        GoAmlProfile::Text(text) => Unit::parse(text),
    }
    .map_err(ExportError::from)?;
    let mut writer = case.write(actor)?;
    let now = writer.case();
    super::require(now, Step::Check)?;
    super::require(now, Step::Detect)?;
    let word = match wanted.profile {
        Profile::Pseudonymous => "",
        profile => profile.as_str(),
    };
    let stem = place::stem(word);
    let target = place::target(now, keys, wanted.formats, wanted.output, &stem)?;
    let session = Session::open(now, limits)?;
    let mut notes = Vec::new();
    let (names, key, guard, release) = match is_full {
        true => {
            notes.push(match wanted.by_override {
                Some(_) => {
                    "names leave the case in these files, for those alone whose keys were given".to_owned()
                }
                None => "these files show names: they stay in the case".to_owned(),
            });
            (CaseNames::revealed(now, true)?, None, None, String::new())
        }
        false => pseudonymous(now, &session, keys, wanted, &mut notes)?,
    };
    let shown = Shown::new(now, &session, &names, key.as_ref(), guard.as_ref())?;
    let mut withheld = match &guard {
        Some(guard) => Withheld::of_case(now, &session, guard)?,
        None => Withheld::default(),
    };
    withheld.count_without_amount(now)?;
    // What its queries remember is not held while files are written.
    drop(session);
    let lexicons = Lexicons::load(Some(now.root()))?;
    let reading = Reading {
        case: now,
        shown: &shown,
        withheld: &withheld,
        matcher: &lexicons.matcher,
        outer: moves::outer(now, &withheld)?,
    };
    let (ties, relations) = reading.withheld_ties()?;
    let said = withheld.sentences(ties, relations);
    let about = now.settings();
    let head = Head {
        case: &about.reference,
        authority: &about.authority,
        tool: concat!("geldspoor ", env!("CARGO_PKG_VERSION")),
        handling: &about.handling,
        made: made_at(now, wanted.made)?,
        currency: &about.currency,
        signs: key.is_some(),
        withheld: &said,
    };
    let stage = RefCell::new(Stage::open(now)?);
    let mut made = Vec::new();
    for format in wanted.formats {
        let written = write(&reading, *format, &head, &unit, &stage, &stem)?;
        made.push(Made {
            format: *format,
            written,
        });
    }
    let stage = stage.into_inner();
    stage.sync()?;
    let listed: Vec<&str> = wanted.formats.iter().map(|format| format.as_str()).collect();
    let note = match release.as_str() {
        "" => format!(
            "export to {}, profile {}",
            listed.join(", "),
            wanted.profile.as_str()
        ),
        name => {
            notes.push(format!(
                "release ‘{name}’: its pseudonyms and signs hold within it; --release with this name makes the same again"
            ));
            format!(
                "release {name}, export to {}, profile {}",
                listed.join(", "),
                wanted.profile.as_str()
            )
        }
    };
    drop(reading);
    drop(shown);
    if let GoAmlProfile::Text(text) = &wanted.unit {
        writer.note_read(
            "goAML profile",
            &crate::model::hex(&crate::model::sha256(text.as_bytes())),
        );
    }
    let paths = release_staged(
        writer,
        guard.as_ref(),
        wanted.by_override.as_ref(),
        target,
        stage,
        &note,
        wanted.force,
    )?;
    Ok(Exported {
        paths,
        made,
        withheld: said,
        notes,
    })
}

type Names = (
    CaseNames,
    Option<crate::victims::PseudonymKey>,
    Option<Guard>,
    String,
);

/// Names, key and guard of what leaves under pseudonyms, and the name of its release.
fn pseudonymous(
    case: &Case,
    session: &Session,
    keys: &Path,
    wanted: &WantedExport<'_>,
    notes: &mut Vec<String>,
) -> Result<Names, StepError> {
    let key = own_key(case, keys, notes)?;
    let is_release =
        wanted.profile != Profile::Pseudonymous || wanted.output.is_some() || wanted.release.is_some();
    let (release, key) = match is_release {
        true => {
            let name = name_of(case, wanted.release)?;
            let key = key.key.for_bundle(&name);
            (name, key)
        }
        false => (String::new(), key.key),
    };
    let names = CaseNames::pseudonymous(case, &key)?;
    let guard = Guard::of_case(case, session, &names, true)?;
    let mut names = names.guarded(&guard);
    if wanted.profile.names_decided() {
        names = names.naming(case, &guard)?;
    }
    Ok((names, Some(key), Some(guard), release))
}

/// Writes one format into files of the stage.
fn write(
    reading: &Reading<'_>,
    format: Format,
    head: &Head<'_>,
    unit: &Unit,
    stage: &RefCell<Stage>,
    stem: &str,
) -> Result<Written, StepError> {
    let file = |name: &str| stage.borrow_mut().file(name);
    let name = place::name(stem, format);
    let mut exporter = match format {
        Format::Parquet => {
            let open = move |table: Table| -> std::io::Result<File> {
                file(&format!("{name}/{}.parquet", table.as_str())).map_err(std::io::Error::other)
            };
            Exporter::new(Parquet::new(Box::new(open), head))
        }
        Format::File(export::Format::GoAml) => {
            let report = Report::default();
            Exporter::new(GoAml::new(file(&name)?, head, &report, unit.clone())?)
        }
        Format::File(format) => Exporter::open(format, head, file(&name)?)?,
    };
    reading.give(&mut |row: Row<'_>| Ok(exporter.row(row)?))?;
    Ok(exporter.finish()?)
}

/// The moment that files tell as their making: as given, or when the tables or a decision last changed, in UTC. Never the
/// clock, so that the same case gives the same bytes.
fn made_at(case: &Case, given: Option<i64>) -> Result<Moment, CaseError> {
    let of_line = || -> Result<i64, CaseError> {
        let lines = case.ledger()?;
        let changed = lines.iter().rev().find(|line| line.changes_the_case());
        let time = changed
            .or(lines.first())
            .and_then(|line| line.time.parse::<jiff::Timestamp>().ok());
        Ok(time.map_or(0, jiff::Timestamp::as_second))
    };
    let seconds = match given {
        Some(seconds) => seconds,
        None => of_line()?,
    };
    Ok(Moment {
        microseconds: seconds.saturating_mul(1_000_000),
        precision: TimePrecision::Second,
    })
}
