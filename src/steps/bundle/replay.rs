//! Computes a bundle again from its originals and compares every table, figure and the page byte for byte.
//!
//! Nothing that was derived is believed: a case is made in a folder that is thrown away, from originals, settings,
//! decisions and the office's own queries, and every step runs on it. Times of receipt and the ledger cannot be computed;
//! they are taken from the bundle, or from the case where the bundle has none.

use std::fs::File;
use std::path::Path;

use super::contents::{BUILD, Contents, EXPORTS, is_computed};
use super::exports::{Exports, exports, parsed};
use super::inputs::{Accepted, Originals, actor, deliveries, install_ledger, ledger, rebuild};
use super::make::{CASE_COUNT, CASE_HEAD, EXPORTED, HELD, PROFILE, RELEASE};
use super::page::page;
use crate::bundle::disk::Folder;
use crate::bundle::replay::{Replay, replay as compare};
use crate::bundle::verify::{Ask, Report, verify};
use crate::bundle::{BundleError, Files, Listed, ZipFiles, labels};
use crate::case::{Case, CaseError};
use crate::model::{hex, sha256};
use crate::sql::{Limits, Why};
use crate::steps::{self, Asked, ExportFormat, Profile, Stage, StepError, ToTrace, Watch, key_path};

/// What is to be computed again.
pub struct ToReplay<'a> {
    /// A folder or a ZIP.
    pub bundle: &'a Path,
    /// Where the originals lie, for a bundle that holds hashes alone.
    pub originals: Option<&'a Path>,
    /// The case that a bundle under pseudonyms was made of.
    pub beside: Option<&'a Case>,
    /// Where the case is made; the system's folder for temporary files where not given.
    pub work: Option<&'a Path>,
    /// What the bundle is checked against first.
    pub ask: &'a Ask,
    pub limits: Limits,
    pub keys: &'a Path,
    pub watch: &'a dyn Watch,
}

/// What came of it.
#[derive(Debug)]
pub struct Replayed {
    /// The checks; where one failed, nothing was unpacked.
    pub checks: Report,
    /// What came again; nothing where a check failed.
    pub came: Option<Replay>,
    /// What the person should know, a line each.
    pub notes: Vec<String>,
}

/// What a bundle says of itself.
struct Said {
    profile: Profile,
    release: String,
    holds_originals: bool,
    exports: Vec<ExportFormat>,
    head: String,
    count: usize,
}

/// Checks a bundle, makes its case anew and compares.
pub fn replay(wanted: &ToReplay<'_>) -> Result<Replayed, StepError> {
    let io = |e| CaseError::io(wanted.bundle, e);
    if std::fs::metadata(wanted.bundle).map_err(io)?.is_dir() {
        return of_files(&Folder::new(wanted.bundle), wanted);
    }
    let file = File::open(wanted.bundle).map_err(io)?;
    match ZipFiles::open(file, &wanted.ask.limits) {
        Ok(zip) => of_files(&zip, wanted),
        Err(BundleError::Zip(fault)) => Ok(Replayed {
            checks: Report::refused(fault.into()),
            came: None,
            notes: Vec::new(),
        }),
        Err(error) => Err(error.into()),
    }
}

fn of_files(files: &dyn Files, wanted: &ToReplay<'_>) -> Result<Replayed, StepError> {
    let checks = verify(files, wanted.ask);
    if checks.has_failed() {
        return Ok(Replayed {
            checks,
            came: None,
            notes: Vec::new(),
        });
    }
    let said = said(files)?;
    let accepted = Accepted::of(files)?;
    let mut work = tempfile::Builder::new();
    work.prefix("geldspoor-replay-");
    let work = match wanted.work {
        Some(folder) => work.tempdir_in(folder).map_err(|e| CaseError::io(folder, e))?,
        None => work
            .tempdir()
            .map_err(|e| CaseError::io(&std::env::temp_dir(), e))?,
    };
    let places = (work.path().join("case"), work.path().join("files"));
    let places = (places.0.as_path(), places.1.as_path());
    // What was exported lies on disk until it is compared.
    let (case, found, _exported) = match said.profile {
        Profile::Full => {
            let (case, found) = full(&accepted, &said, wanted, places)?;
            (case, found, None)
        }
        _ => pseudonymous(&said, wanted, places)?,
    };
    // One with names carries exports of earlier days.
    let with_exports = said.profile != Profile::Full;
    let computed = |files| Computed { files, with_exports };
    let came = compare(&computed(&accepted), &computed(&found.payload))?;
    let notes = notes(&accepted, &said, &case)?;
    drop(case);
    Ok(Replayed {
        checks,
        came: Some(came),
        notes,
    })
}

/// A bundle with names: everything that is needed lies in it, but for the originals where it has hashes alone.
fn full(
    accepted: &Accepted<'_>,
    said: &Said,
    wanted: &ToReplay<'_>,
    places: (&Path, &Path),
) -> Result<(Case, Contents), StepError> {
    let originals = match (wanted.originals, said.holds_originals) {
        (Some(folder), _) => Originals::Folder(folder),
        (None, true) => Originals::Inside,
        (None, false) => {
            return Err(StepError::Parameter(
                "this bundle holds hashes in the place of the originals: give --originals FOLDER with the files, which are \
                 found by their SHA-256"
                    .to_owned(),
            ));
        }
    };
    let case = computed(accepted, &originals, places, wanted)?;
    let ledger = ledger(accepted)?;
    let deliveries = deliveries(accepted)?;
    let mut case = install_ledger(case, &ledger)?;
    begins(wanted, "page")?;
    let made = page(
        &mut case,
        actor("replay"),
        wanted.limits,
        wanted.keys,
        Profile::Full,
        "",
    )?;
    let mut found = Contents::default();
    found.add_computed(&case, &deliveries)?;
    found.add_page(&made.name, made.bytes);
    Ok((case, found))
}

/// A bundle under pseudonyms: everything comes from the case that it was made of, and from the key.
fn pseudonymous(
    said: &Said,
    wanted: &ToReplay<'_>,
    places: (&Path, &Path),
) -> Result<(Case, Contents, Option<Exports>), StepError> {
    let Some(beside) = wanted.beside else {
        return Err(StepError::Parameter(
            "this bundle leaves under pseudonyms: it holds neither originals nor anything else that names people, so \
             nobody can repeat it from the bundle alone. The office that has the case and the key of its pseudonyms runs \
             `geldspoor -C CASE replay BUNDLE`; `geldspoor verify` needs neither"
                .to_owned(),
        ));
    };
    let key = key_path(wanted.keys, beside);
    if !key.is_file() {
        return Err(StepError::Parameter(format!(
            "{}: the key of the case's pseudonyms is not there, and with another one every pseudonym would differ; name its \
             folder with --keys DIR",
            key.display()
        )));
    }
    let ledger = ledger_at(beside, said)?;
    let from = super::deliveries::Deliveries::of(beside)?;
    let settings = beside.root().join(super::contents::SETTINGS);
    let settings = std::fs::read(&settings).map_err(|e| CaseError::io(&settings, e))?;
    let mut inputs = Contents::default();
    inputs.add_inputs(beside, &from, settings, true)?;
    let originals = match wanted.originals {
        Some(folder) => Originals::Folder(folder),
        None => Originals::Inside,
    };
    let case = computed(&inputs.payload, &originals, places, wanted)?;
    let mut case = install_ledger(case, &ledger)?;
    begins(wanted, "page")?;
    let made = page(
        &mut case,
        actor("replay"),
        wanted.limits,
        wanted.keys,
        said.profile,
        &said.release,
    )?;
    let mut found = Contents::default();
    found.add_known(&from);
    found.add_page(&made.name, made.bytes);
    let mut exported = None;
    if !said.exports.is_empty() {
        begins(wanted, "exports")?;
        let of = (said.profile, said.release.as_str());
        let made = exports(
            &mut case,
            actor("replay"),
            wanted.limits,
            wanted.keys,
            of,
            &said.exports,
        )?;
        made.add_to(&mut found)?;
        exported = Some(made);
    }
    Ok((case, found, exported))
}

/// Every step but the page, on a case made anew.
fn computed(
    files: &dyn Files,
    originals: &Originals<'_>,
    places: (&Path, &Path),
    wanted: &ToReplay<'_>,
) -> Result<Case, StepError> {
    let deliveries = deliveries(files)?;
    begins(wanted, "intake")?;
    let mut case = rebuild(files, &deliveries, originals, places)?;
    begins(wanted, "check")?;
    steps::check(&mut case, actor("replay"))?;
    steps::infer(&mut case, actor("replay"))?;
    steps::mark(&mut case, actor("replay"))?;
    begins(wanted, "resolve")?;
    steps::resolve(&mut case, actor("replay"), &|_| !is_ended(wanted))?;
    begins(wanted, "detect")?;
    let asked = Asked {
        by_party: deliveries.by_party,
        watch: Some(wanted.watch),
        ..Asked::default()
    };
    steps::detect(&mut case, actor("replay"), wanted.limits, asked)?;
    if crate::book::standing_request(&case)?.is_some() {
        begins(wanted, "trace")?;
        let go_on = |_: &str| !is_ended(wanted);
        steps::trace(&mut case, actor("replay"), ToTrace::Standing, &go_on)?;
    }
    Ok(case)
}

fn is_ended(wanted: &ToReplay<'_>) -> bool {
    wanted.watch.stop().why() == Some(Why::Interrupted)
}

fn begins(wanted: &ToReplay<'_>, title: &str) -> Result<(), StepError> {
    if is_ended(wanted) {
        return Err(StepError::Stopped);
    }
    const STEPS: [&str; 7] = ["intake", "check", "resolve", "detect", "trace", "page", "exports"];
    let number = STEPS.iter().position(|step| *step == title).unwrap_or_default() + 1;
    wanted.watch.begins(Stage {
        rule: "",
        title,
        number,
        of: STEPS.len(),
    });
    Ok(())
}

/// Of a set of files those that are computed.
struct Computed<'a> {
    files: &'a dyn Files,
    with_exports: bool,
}

impl Files for Computed<'_> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let all = self.files.list()?.into_iter();
        let is_export = |path: &str| self.with_exports && path.starts_with(&format!("{EXPORTS}/"));
        Ok(all
            .filter(|listed| is_computed(&listed.path) || is_export(&listed.path))
            .collect())
    }

    fn open(&self, path: &str) -> Result<Box<dyn std::io::Read + '_>, BundleError> {
        self.files.open(path)
    }
}

fn said(files: &dyn Files) -> Result<Said, StepError> {
    let labels = labels(files)?;
    let label = |name: &str| {
        let found = labels.iter().find(|(label, _)| label == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let profiles = [
        Profile::Full,
        Profile::Pseudonymous,
        Profile::Prosecution,
        Profile::Defence,
        Profile::ForeignAuthority,
    ];
    let profile = profiles
        .into_iter()
        .find(|profile| profile.as_str() == label(PROFILE))
        .ok_or_else(|| {
            StepError::Parameter(format!(
                "bag-info.txt names no profile that can be repeated (`{}`): this is a bag, but none of `geldspoor bundle`",
                label(PROFILE)
            ))
        })?;
    Ok(Said {
        profile,
        release: label(RELEASE).to_owned(),
        holds_originals: label(HELD) == "held",
        exports: parsed(label(EXPORTED))?,
        head: label(CASE_HEAD).to_owned(),
        count: label(CASE_COUNT).parse().unwrap_or_default(),
    })
}

/// The lines of the case's ledger that were there when the bundle was begun.
fn ledger_at(case: &Case, said: &Said) -> Result<Vec<u8>, StepError> {
    let path = case.root().join(super::contents::LEDGER);
    let all = std::fs::read(&path).map_err(|e| CaseError::io(&path, e))?;
    let lines: Vec<&[u8]> = all
        .split_inclusive(|byte| *byte == b'\n')
        .take(said.count)
        .collect();
    let last = lines.last().map(|line| line.strip_suffix(b"\n").unwrap_or(line));
    let head = last.map_or(String::new(), |line| hex(&sha256(line)));
    if lines.len() == said.count && head == said.head {
        return Ok(lines.concat());
    }
    Err(StepError::Parameter(format!(
        "the bundle was not made of the case in {}, or its ledger was changed: line {} should have SHA-256 {}, and has {}",
        case.root().display(),
        said.count,
        said.head,
        if head.is_empty() { "none" } else { &head }
    )))
}

fn notes(accepted: &Accepted<'_>, said: &Said, case: &Case) -> Result<Vec<String>, StepError> {
    let mut notes = Vec::new();
    let mut own = Contents::default();
    own.add_build()?;
    let read = |files: &dyn Files| -> Result<String, StepError> {
        let mut text = String::new();
        let io = |error| BundleError::Io {
            path: BUILD.to_owned(),
            error,
        };
        std::io::Read::read_to_string(&mut std::io::Read::take(files.open(BUILD)?, 1 << 20), &mut text)
            .map_err(io)?;
        Ok(text)
    };
    let (theirs, ours) = (read(accepted)?, read(&own.payload)?);
    if theirs != ours {
        notes.push(format!(
            "made by another build of the tool, which may be why something differs: {}; this one is {}",
            one_line(&theirs),
            one_line(&ours)
        ));
    }
    notes.push(match said.profile {
        Profile::Full => {
            "taken from the bundle and not computed: times of receipt, the ledger, exports. Computed from the originals: all \
             else"
                .to_owned()
        }
        _ => "taken from the case and not computed: times of receipt, and the ledger, whose lines up to the bundle are those \
              that the bundle names. A bundle under pseudonyms holds tables as exports alone; the page is made of all of them"
            .to_owned(),
    });
    let rows = case.manifest().rows(crate::case::Table::Entries);
    notes.push(format!("{rows} entries were read from the originals"));
    Ok(notes)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
