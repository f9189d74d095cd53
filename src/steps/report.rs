//! The page.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::StepError;
use super::names::{CaseNames, key_path};
use crate::case::{Actor, Case, CaseError, Step, Table, column};
use crate::model::{hex, sha256};
use crate::report::{NotComputable, PageSettings, RuleNote, page};
use crate::sql::{Limits, Session};
use crate::victims::KeyFile;

/// The page that was written.
#[derive(Debug)]
pub struct Page {
    pub path: PathBuf,
    /// What the person should know about it, a line each.
    pub notes: Vec<String>,
}

/// Writes the page: pseudonymous into `output` (the case's `exports/` where not given), or with names into the case.
/// `unmask`: who reads texts of special categories, and why.
pub fn report(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    keys: &Path,
    output: Option<&Path>,
    full: bool,
    unmask: Option<(&str, &str)>,
) -> Result<Page, StepError> {
    let mut writer = case.write(actor)?;
    let now = writer.case();
    super::require(now, Step::Check)?;
    super::require(now, Step::Detect)?;
    let mut notes = Vec::new();
    let names = if full {
        notes.push("this page shows names: it stays in the case".to_owned());
        CaseNames::revealed(now, unmask.is_none())?
    } else {
        let path = key_path(keys, now);
        let key = if path.is_file() {
            KeyFile::read(&path, now.root())?
        } else {
            notes.push(format!(
                "made the key of this case's pseudonyms: {}",
                path.display()
            ));
            KeyFile::create(&path, now.root())?
        };
        notes.extend(key.note.clone());
        CaseNames::pseudonymous(now, &key.key)?
    };
    let session = Session::open(now, limits)?;
    let unmasking = match unmask {
        Some((who, why)) => Some(super::unmask(&session, who, why, super::Rows::Findings)?),
        None => None,
    };
    let html = page(&session, &settings(now, full)?, &names)?;
    let folder = output.map_or_else(|| now.root().join("exports"), Path::to_owned);
    std::fs::create_dir_all(&folder).map_err(|e| CaseError::io(&folder, e))?;
    let name = if full { "report-full.html" } else { "report.html" };
    let path = folder.join(name);
    let fresh = folder.join(format!("{name}.new"));
    let write = || -> std::io::Result<()> {
        std::fs::write(&fresh, html.as_bytes())?;
        std::fs::rename(&fresh, &path)
    };
    write().map_err(|e| CaseError::io(&path, e))?;
    if let Some(unmasking) = &unmasking {
        super::note_unmasking(&mut writer, unmasking);
        notes.push(format!(
            "{} masked entries stand readable on it; the ledger keeps who asked for that, and why",
            unmasking.entries().len()
        ));
    }
    writer.note_written(&format!("exports/{name}"), &hex(&sha256(html.as_bytes())));
    writer.commit()?;
    Ok(Page { path, notes })
}

fn settings(case: &Case, full: bool) -> Result<PageSettings, StepError> {
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
        reference: about.reference.clone(),
        authority: about.authority.clone(),
        purpose: about.purpose.clone(),
        handling: about.handling.clone(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: if full { "full" } else { "pseudonymised" }.to_owned(),
        rules,
        not_computable,
        requests,
        trace_is_old: super::stale(case, Step::Trace).is_some(),
    })
}
