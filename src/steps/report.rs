//! The page: made for those who will read it, and let go where nobody who is protected would be found in it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::StepError;
use super::export::may_be_written;
use super::names::{CaseNames, own_key};
use super::pdf::with_pdf;
use super::release::{Guard, Leaving, Override, SealError, name_of, release, release_override, write};
use super::statistics::{beware_of, given, given_before, statistics_of};
use crate::case::{Actor, Case, Step, Table, column};
use crate::report::language::Language;
use crate::report::{
    Command, Custody, Names, NotComputable, OutOfUse, PageSettings, RuleNote, Spoken, Words, page,
    statistics_page,
};
use crate::sql::{Limits as SessionLimits, Session};
use crate::victims::counts::{By, Of};
use crate::victims::statistics::Limits;

/// The page that was written.
#[derive(Debug)]
pub struct Page {
    pub path: PathBuf,
    /// What was written beside it: the same page as PDF.
    pub beside: Vec<PathBuf>,
    /// What the person should know about it, a line each.
    pub notes: Vec<String>,
}

/// Who will read the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Pseudonyms for everybody.
    #[default]
    Pseudonymous,
    /// Names, numbers and free text: inside the case, or encrypted by an override.
    Full,
    /// Names of those on whom a person decided, and of companies.
    Prosecution,
    /// The same without leads for protection and with everything that was dismissed.
    Defence,
    /// As for the prosecution, with a note on how far the data can be relied on.
    ForeignAuthority,
    /// Counts alone.
    Statistics,
}

/// What page is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    pub profile: Profile,
    /// The language of the page; that of the case where not given.
    pub language: Option<Language>,
    /// The folder; `exports/` of the case where not given.
    pub output: Option<&'a Path>,
    /// The name of the release; counted from the ledger where not given.
    pub release: Option<&'a str>,
    /// On the page with names: who reads texts of special categories, and why. Masked where not given.
    pub unmask: Option<(&'a str, &'a str)>,
    /// By whom and for whom names leave the case.
    pub by_override: Option<Override>,
    /// The page as PDF too, with fonts for letters that the tool's own fonts do not have.
    pub pdf: Option<&'a [PathBuf]>,
}

impl Profile {
    /// The word on the page and in the ledger.
    pub const fn as_str(self) -> &'static str {
        match self {
            Profile::Pseudonymous => "pseudonymised",
            Profile::Full => "full",
            Profile::Prosecution => "prosecution",
            Profile::Defence => "defence",
            Profile::ForeignAuthority => "foreign authority",
            Profile::Statistics => "statistics",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Profile::Pseudonymous => "report.html",
            Profile::Full => "report-full.html",
            Profile::Prosecution => "report-prosecution.html",
            Profile::Defence => "report-defence.html",
            Profile::ForeignAuthority => "report-foreign-authority.html",
            Profile::Statistics => "report-statistics.html",
        }
    }

    /// Whether it may quote amounts with their days: a finding without its entries is no evidence, a count needs none.
    pub const fn may_quote(self) -> bool {
        !matches!(self, Profile::Statistics)
    }

    /// Whether it names those on whom a person decided.
    pub const fn names_decided(self) -> bool {
        matches!(
            self,
            Profile::Prosecution | Profile::Defence | Profile::ForeignAuthority
        )
    }
}

impl Wanted<'_> {
    /// Whether the page is made to be given away, under pseudonyms of its own. The page for work in the case is not.
    fn is_release(&self) -> bool {
        self.profile != Profile::Pseudonymous || self.output.is_some() || self.release.is_some()
    }
}

/// Writes a page. Whoever it is for, nothing is written where somebody who is protected would be found in it; a page
/// with names stays in the case, or leaves it encrypted.
pub fn report(
    case: &mut Case,
    actor: Actor,
    limits: SessionLimits,
    keys: &Path,
    wanted: &Wanted<'_>,
) -> Result<Page, StepError> {
    if let Some(by) = &wanted.by_override {
        by.check()?;
    }
    // A page with names stays in the case, or leaves by an override: nothing between.
    if wanted.profile == Profile::Full && wanted.output.is_some() != wanted.by_override.is_some() {
        return Err(SealError::Nobody.into());
    }
    let mut writer = case.write(actor)?;
    let now = writer.case();
    super::require(now, Step::Check)?;
    super::require(now, Step::Detect)?;
    let session = Session::open(now, limits)?;
    let exports = now.root().join("exports");
    let folder = wanted.output.map_or(exports, Path::to_owned);
    let profile = wanted.profile;
    let called = file_name(profile, wanted.language, now);
    let file = |html: String| Leaving {
        path: called.clone(),
        bytes: html.into_bytes(),
    };
    if wanted.output.is_some() {
        may_be_written(now, keys, &folder.join(&called))?;
    }
    let mut notes = Vec::new();
    if profile == Profile::Full {
        let unmasking = match wanted.unmask {
            Some((who, why)) => Some(super::unmask(&session, who, why, super::Rows::Findings)?),
            None => None,
        };
        let names = CaseNames::revealed(now, unmasking.is_none())?;
        let about = PageSettings {
            leaves: wanted.by_override.is_some(),
            ..settings(now, wanted, "", &names)?
        };
        let full = with_pdf(
            file(page(&session, &about, &names)?),
            wanted.pdf,
            &mut writer,
            &mut notes,
        )?;
        if let Some(unmasking) = &unmasking {
            super::note_unmasking(&mut writer, unmasking);
            notes.push(format!(
                "{} masked entries stand readable on it; the ledger keeps who asked for that, and why",
                unmasking.entries().len()
            ));
        }
        if let Some(by) = &wanted.by_override {
            let released = release_override(writer, by, &folder, &full)?;
            notes.push("names leave the case in this file, for those alone whose keys were given".to_owned());
            return Ok(made(released.paths, notes));
        }
        notes.push("this page shows names: it stays in the case".to_owned());
        let paths = write(&mut writer, &folder, &full)?;
        writer.commit()?;
        return Ok(made(paths, notes));
    }
    let key = own_key(now, keys, &mut notes)?;
    let (name, key) = match wanted.is_release() {
        true => {
            let name = name_of(now, wanted.release)?;
            let key = key.key.for_bundle(&name);
            (name, key)
        }
        false => (String::new(), key.key),
    };
    let names = CaseNames::pseudonymous(now, &key)?;
    let guard = Guard::of_case(now, &session, &names, profile.may_quote())?;
    let mut names = names.guarded(&guard);
    if wanted.is_release() {
        names = names.signing(&key);
    }
    if profile.names_decided() {
        names = names.naming(now, &guard)?;
    }
    let settings = settings(now, wanted, &name, &names)?;
    let mut also = None;
    let html = match profile {
        Profile::Statistics => {
            let by = [By::Form, By::Category];
            let counts = statistics_of(&session, Of::Persons, &by, Limits::default())?;
            notes.extend(beware_of(&given_before(now, &counts)?));
            also = Some(given(&counts));
            statistics_page(&settings, &names, &counts)?
        }
        _ => page(&session, &settings, &names)?,
    };
    let note = match name.as_str() {
        "" => String::new(),
        name => {
            notes.push(format!(
                "release ‘{name}’: its pseudonyms hold within it; --release with this name makes the same again"
            ));
            format!("release {name}, profile {}", profile.as_str())
        }
    };
    let files = with_pdf(file(html), wanted.pdf, &mut writer, &mut notes)?;
    let released = release(writer, &guard, &folder, &files, also.as_ref(), &note)?;
    Ok(made(released.paths, notes))
}

fn made(paths: Vec<PathBuf>, notes: Vec<String>) -> Page {
    let mut paths = paths.into_iter();
    Page {
        path: paths.next().unwrap_or_default(),
        beside: paths.collect(),
        notes,
    }
}

/// The language that a case is set to.
fn language_of(case: &Case) -> Language {
    Language::of_code(&case.settings().language)
}

/// The page in another language than the case's has a name of its own, so that neither takes the other's place.
fn file_name(profile: Profile, asked: Option<Language>, case: &Case) -> String {
    match asked.filter(|asked| *asked != language_of(case)) {
        Some(other) => profile
            .file()
            .replace(".html", &format!("-{}.html", other.code())),
        None => profile.file().to_owned(),
    }
}

fn settings(
    case: &Case,
    wanted: &Wanted<'_>,
    release: &str,
    names: &dyn Names,
) -> Result<PageSettings, StepError> {
    let profile = wanted.profile;
    let case_language = language_of(case);
    let words = Words::of(wanted.language.unwrap_or(case_language));
    let names = &Spoken::new(names, words);
    let full = profile == Profile::Full;
    let about = case.settings();
    let mut rules = Vec::new();
    for batch in case.scan(Table::RulesRun, &[]) {
        let batch = batch?;
        let text = |name: &str| column::text(&batch, name);
        let (id, version, title) = (text("rule_id")?, text("rule_version")?, text("title")?);
        let (method, source, parameters) = (text("method")?, text("source")?, text("parameters")?);
        for row in 0..batch.num_rows() {
            let values: Value = serde_json::from_str(parameters.value(row)).unwrap_or_default();
            let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rules.push(RuleNote {
                id: id.value(row).to_owned(),
                version: version.value(row).to_owned(),
                title: title.value(row).to_owned(),
                method: method.value(row).to_owned(),
                source: source.value(row).to_owned(),
                parameters: values
                    .as_object()
                    .map(|map| {
                        map.iter()
                            .map(|(name, value)| (name.clone(), shown(value)))
                            .collect()
                    })
                    .unwrap_or_default(),
            });
        }
    }
    let mut not_computable = Vec::new();
    for batch in case.scan(Table::NotComputable, &[]) {
        let batch = batch?;
        let text = |name: &str| column::text(&batch, name);
        let (id, reason, request) = (text("rule_id")?, text("reason")?, text("request")?);
        for row in 0..batch.num_rows() {
            not_computable.push(NotComputable {
                rule_id: id.value(row).to_owned(),
                reason: reason.value(row).to_owned(),
                request: request.value(row).to_owned(),
            });
        }
    }
    // Requests name account numbers, so only the page that shows names carries them.
    let mut requests = Vec::new();
    if full {
        for batch in case.scan(Table::Requests, &["request"]) {
            let batch = batch?;
            requests.extend(
                column::text(&batch, "request")?
                    .iter()
                    .flatten()
                    .map(str::to_owned),
            );
        }
    }
    Ok(PageSettings {
        case_language,
        leaves: false,
        reference: about.reference.clone(),
        authority: about.authority.clone(),
        purpose: about.purpose.clone(),
        handling: about.handling.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: profile.as_str().to_owned(),
        release: release.to_owned(),
        names_decided: profile.names_decided(),
        is_for_defence: profile == Profile::Defence,
        has_reliability: profile == Profile::ForeignAuthority,
        rules,
        not_computable,
        requests,
        trace_is_old: super::stale(case, Step::Trace).is_some(),
        words,
        custody: custody(case)?,
        ownership: match profile {
            Profile::Statistics => Default::default(),
            _ => super::ownership::pictures(case, names, &words)?,
        },
    })
}

/// Verbs of the command, as the ledger of a page without names tells them.
const VERBS: [&str; 25] = [
    "investigate",
    "case",
    "intake",
    "mapping",
    "check",
    "resolve",
    "owners",
    "detect",
    "trace",
    "category",
    "finding",
    "decisions",
    "key",
    "show",
    "sql",
    "query",
    "report",
    "leads",
    "statistics",
    "ledger",
    "export",
    "bundle",
    "verify",
    "replay",
    "source",
];

/// How the ledger stood when records, tables or decisions were last changed: pages and exports made since then are told by
/// the ledger alone, so that the same case gives the same page.
fn custody(case: &Case) -> Result<Custody, StepError> {
    let verified = case.verify_ledger()?;
    let lines = case.ledger()?;
    let last = lines.iter().rposition(|line| line.changes_the_case());
    let told = last.map_or(lines.len(), |at| at + 1);
    let head = match lines.get(told) {
        Some(next) => next.previous.clone(),
        None => verified.head,
    };
    let commands = lines.into_iter().take(told).map(|line| {
        let verb = line.command.split_whitespace().find(|word| VERBS.contains(word));
        Command {
            number: line.number,
            time: line.time,
            user: line.user,
            verb: verb.unwrap_or("another command").to_owned(),
            typed: line.command,
            portion: line.portion,
            tool: line.tool,
        }
    });
    Ok(Custody {
        lines: told as u64,
        head,
        commands: commands.collect(),
        out_of_use: out_of_use(case)?,
        faults: verified.faults,
    })
}

/// Files that a person took out of use, by name and hash.
fn out_of_use(case: &Case) -> Result<Vec<OutOfUse>, StepError> {
    let listed = super::withdraw::list_sources(case)?.into_iter();
    let out = listed.filter_map(|line| {
        line.out.map(|out| OutOfUse {
            sha256: line.source_id,
            name: line.name,
            time: out.time,
            author: out.author,
            reason: out.reason,
        })
    });
    Ok(out.collect())
}
