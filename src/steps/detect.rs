//! Rule packs and graph patterns into findings, behind the control gate.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::StepError;
use super::found::{GivenUp, entry_rows, finding_rows, lacking_rows, rules_run};
use super::memory::Memory;
use super::parameters::{self, Values, is_called, is_pattern_called};
use super::patterns::{Rings, heading, pattern_findings, title};
use super::watch::{Nobody, Stage, Watch};
use crate::case::{Actor, Case, CaseError, DecisionKind, Step, Table};
use crate::model::Date;
use crate::patterns::{Run, SearchKind};
use crate::rules::{self, NotComputable, Pack, RunOptions, RunResult};
use crate::sql::flows::Flows;
use crate::sql::{Limits, Session, SqlError, Why};
use crate::victims::{GateError, GatedFinding, gate_findings, protect_victims};

/// What was found.
#[derive(Debug, Default)]
pub struct DetectSummary {
    pub findings: usize,
    /// Of these, those that a person dismissed.
    pub dismissed: usize,
    /// Rule, title, findings, how many of them a person dismissed; sorted by rule.
    pub by_rule: Vec<(String, String, usize, usize)>,
    /// Groups of indicators that stand together.
    pub clusters: usize,
    /// Findings that tell the same transfers as one of another rule that says more of them, which they name.
    pub retold: usize,
    /// Findings that the control gate holds back from being read as being about the holder.
    pub gated: usize,
    /// Rule and why it could not be computed, on all or some of the records.
    pub not_computable: Vec<(String, String)>,
    /// Patterns whose budget ended the search.
    pub truncated: Vec<String>,
    /// Rules and patterns, with number and title, that did not end within the time that each was given, and that time.
    /// Nothing of them is stored.
    pub given_up: Vec<String>,
    pub time_limit: String,
    /// Rules that failed, with why.
    pub faults: Vec<String>,
    /// What `case.toml` sets that no rule takes, with why.
    pub ignored: Vec<String>,
    /// Patterns that went on from the last run, and those that could have but were searched anew, because something
    /// before the day is not as it was.
    pub went_on: usize,
    pub anew: Vec<String>,
}

/// What is asked of the rules.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Only these rules, by number or name; all where it is empty.
    pub only: &'a [String],
    /// Search only what is new since this day, and take what was found before from the last run. The result is that of
    /// a full run.
    pub since: Option<Date>,
    /// Let parties stand in the place of the accounts that they alone hold, in patterns that take a level.
    pub by_party: bool,
    /// Who looks on.
    pub watch: Option<&'a dyn Watch>,
}

/// Runs every rule and pattern, or those named, and replaces the findings. Rules that are not named keep nothing: the
/// table says what the last run found.
pub fn detect(
    case: &mut Case,
    actor: Actor,
    limits: Limits,
    asked: Asked<'_>,
) -> Result<DetectSummary, StepError> {
    let only = asked.only;
    let mut loaded = rules::load(Some(case.root()))?;
    refuse_unknown(&loaded.packs, only)?;
    super::require(case, Step::Check)?;
    // Lexicons may have changed since the records were checked.
    super::mark(case, actor.clone())?;
    let writer = case.write(actor)?;
    let now = writer.case();
    let nobody = Nobody::default();
    let watch = asked.watch.unwrap_or(&nobody);
    let stop = watch.stop();
    let session = Session::open(now, limits)?.stopped_by(stop.clone());
    let functions = rules::load_functions(Some(now.root()))?;
    let chosen = |pack: &Pack| only.is_empty() || only.iter().any(|wanted| is_called(pack, wanted));
    let chosen_kind =
        |kind: SearchKind| only.is_empty() || only.iter().any(|wanted| is_pattern_called(kind, wanted));
    let language = rules::Language::of_code(&now.settings().language);
    let titles: BTreeMap<String, String> = loaded
        .packs
        .iter()
        .map(|pack| (pack.id.clone(), pack.title_in(language.code()).to_owned()))
        .chain(SearchKind::DETECTED.map(|kind| (kind.typology().to_owned(), heading(kind).to_owned())))
        .collect();
    let versions: BTreeMap<String, String> = loaded
        .packs
        .iter()
        .map(|pack| (pack.id.clone(), pack.version.clone()))
        .collect();
    let values: Values = now
        .parameters()
        .into_iter()
        .map(|(rule, name, value)| ((rule, name), value))
        .collect();
    let all_packs: Vec<Pack> = loaded.packs.iter().chain(&functions.packs).cloned().collect();
    let ignored = parameters::ignored(&all_packs, &values);
    let mut refused: Vec<NotComputable> = Vec::new();
    loaded.packs.retain(|pack| {
        let reason = chosen(pack).then(|| parameters::refused(pack, &values));
        if let Some(Some(reason)) = &reason {
            refused.push(refusal(&pack.id, reason));
        }
        matches!(reason, Some(None))
    });
    let options = RunOptions {
        currency: now.settings().currency.clone(),
        values: parameters::of_packs(&loaded.packs, &values),
        language,
    };
    let kinds: Vec<SearchKind> = SearchKind::DETECTED
        .into_iter()
        .filter(|kind| chosen_kind(*kind))
        .collect();
    // Rules with the gate's look at what they found, patterns with the gate's look at theirs.
    let of = loaded.packs.len() + usize::from(!loaded.packs.is_empty()) + kinds.len() + 2;
    let number = Cell::new(0);
    let begins = |rule: &str, title: &str| {
        number.set(number.get() + 1);
        stop.go_on();
        let number = number.get();
        watch.begins(Stage {
            rule,
            title,
            number,
            of,
        });
    };
    let is_late = || stop.why() == Some(Why::TimeIsUp);
    let went_on_asking = || match stop.why() {
        Some(Why::Interrupted) => Err(StepError::Stopped),
        _ => Ok(()),
    };
    let given_up = RefCell::new(GivenUp {
        limit: watch.limit().unwrap_or_default().to_owned(),
        rules: Vec::new(),
    });
    let running: Cell<Option<usize>> = Cell::new(None);
    let begins_pack = |pack: Option<&Pack>| {
        let last = running.get();
        if let Some(late) = last.filter(|_| is_late()) {
            let late: &Pack = &loaded.packs[late];
            let mut given_up = given_up.borrow_mut();
            given_up.rules.push((late.id.clone(), late.title.clone()));
        }
        match pack {
            Some(pack) => {
                running.set(Some(last.map_or(0, |last| last + 1)));
                begins(&pack.id, &pack.title);
            }
            None if last.is_some() => begins("", "control gate, for the rules"),
            None => {}
        }
    };
    let is_shared = loaded
        .packs
        .iter()
        .any(|pack| pack.sql.contains(rules::SHARED_VIEW) || !pack.family.is_empty());
    // Where it cannot be computed for all, each rule tries for itself and says so.
    let unshared = if is_shared {
        let shared = session.share_views();
        went_on_asking()?;
        shared.err()
    } else {
        None
    };
    let RunResult {
        mut findings,
        mut not_computable,
        mut faults,
    } = rules::run_watched(&loaded.packs, &session, &options, &begins_pack);
    went_on_asking()?;
    let mut given_up = given_up.into_inner();
    // Half a result would depend on the machine.
    findings.retain(|found| !given_up.has(&found.finding.rule_id));
    not_computable.retain(|lack| !given_up.has(&lack.rule_id));
    faults.retain(|fault| !given_up.has(fault.rule()));

    let flows = Flows::of(now);
    let mut truncated = Vec::new();
    let mut searches = Vec::new();
    let mut of_patterns = Vec::new();
    let mut rings = Rings::default();
    let mut lacking_facts = Vec::new();
    let last = asked
        .since
        .and_then(|since| Some((since, Memory::of(now, asked.by_party)?)));
    let mut memory = Memory::new(asked.by_party);
    let (mut went_on, mut anew) = (0, Vec::new());
    let is_at = |progress| watch.is_at(progress);
    let wires = Run {
        cancel: Some(stop.flag()),
        progress: Some(&is_at),
        ..Run::default()
    };
    for kind in kinds {
        begins(kind.typology(), title(kind));
        let search = match parameters::search(kind, &values, asked.by_party) {
            Ok(search) => search,
            Err(reason) => {
                refused.push(refusal(kind.typology(), &reason));
                continue;
            }
        };
        let earlier = match &last {
            Some((since, memory)) if kind.goes_on() => {
                let (loaded, names) = (flows.load(kind.scope())?, flows.names(&search)?);
                memory.earlier(now, &search, loaded, &names, *since)
            }
            _ => None,
        };
        match (&earlier, asked.since.is_some() && kind.goes_on()) {
            (Some(_), _) => went_on += 1,
            (None, true) => anew.push(kind.typology().to_owned()),
            (None, false) => {}
        }
        let hits = match flows.search_since(&search, earlier, wires) {
            Ok(hits) => hits,
            Err(SqlError::Stopped) if is_late() => {
                let late = (kind.typology().to_owned(), title(kind).to_owned());
                given_up.rules.push(late);
                searches.push(search);
                continue;
            }
            Err(SqlError::Stopped) => return Err(StepError::Stopped),
            // A pattern that lacks a fact is not one that found nothing.
            Err(SqlError::Argument { argument, reason, .. }) if argument == "home" => {
                lacking_facts.push(lack(
                    kind.typology(),
                    &reason,
                    "Name the country in case.toml, as in [parameters.ML-12] home = \"NL\"",
                ));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(lacks) = hits.lacks {
            lacking_facts.push(lack(
                kind.typology(),
                lacks,
                "Take in exchange rates (the European Central Bank's reference rates as published), run check, and run \
                 detect again",
            ));
        }
        if hits.truncated {
            truncated.push(kind.typology().to_owned());
        }
        memory.note(now, &search, &hits);
        rings.note(kind, &hits, of_patterns.len());
        of_patterns.extend(pattern_findings(&search, &hits));
        searches.push(search);
    }
    let retold = rings.tell(&mut of_patterns);
    // One look for all: what the gate asks the tables does not depend on the pattern.
    begins("", "control gate, for the patterns");
    let unseen = |error: GateError| match stop.why() {
        Some(_) => StepError::Stopped,
        None => CaseError::Decision(error.to_string()).into(),
    };
    gate_findings(&mut of_patterns, &session).map_err(unseen)?;
    findings.append(&mut of_patterns);
    protect_victims(&mut findings, &session).map_err(unseen)?;
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let judgements = now.standing(DecisionKind::Finding)?;

    writer.replace(
        Table::Findings,
        &mut std::iter::once(finding_rows(&findings, &judgements)),
    )?;
    writer.replace(Table::FindingEntries, &mut std::iter::once(entry_rows(&findings)))?;
    writer.replace(
        Table::RulesRun,
        &mut std::iter::once(rules_run(&loaded, &searches, &options, &given_up, &faults)),
    )?;
    let dismissed: BTreeSet<&str> = judgements
        .iter()
        .filter(|judgement| judgement.value == "dismissed")
        .map(|judgement| judgement.subject.as_str())
        .collect();
    begins("", "what stands together");
    let of_functions = (functions.packs.as_slice(), &options, &values);
    let told = super::clusters::tell(
        &writer,
        &session,
        &loaded.packs,
        &findings,
        &dismissed,
        of_functions,
    );
    went_on_asking()?;
    // Findings do not wait for what only joins them.
    let told = match told {
        Ok(told) => told,
        Err(error) => {
            super::clusters::none(&writer)?;
            let reason = format!("what stands together could not be told: {error}");
            super::clusters::Told {
                faults: vec![reason.clone()],
                lacking: vec![lack(
                    "-",
                    &reason,
                    "Give it more memory or time, and run detect again",
                )],
                ..super::clusters::Told::default()
            }
        }
    };
    // A rule that failed is not a rule that found nothing.
    let failed = faults.iter().map(|fault| {
        lack(
            fault.rule(),
            &fault.to_string(),
            "Mend the rule and run detect again",
        )
    });
    let unread = loaded
        .faults
        .iter()
        .map(|fault| lack("-", &fault.to_string(), "Mend the pack and run detect again"));
    let cut = truncated.iter().map(|rule| {
        lack(
            rule,
            "the search met its budget: there may be more than is listed",
            "Raise max_instances or max_steps",
        )
    });
    let late = given_up.rules.iter().map(|(rule, title)| {
        lack(
            rule,
            &format!("{title}: given up after {}, nothing of it is listed", given_up.limit),
            "Give it more time with --time-limit, or bound it with max_steps in case.toml, which cuts at the same place \
             on every machine",
        )
    });
    let is_nobody_known = asked.by_party && writer.case().manifest().rows(Table::AccountHolders) == 0;
    let nobody_known = is_nobody_known.then(|| {
        lack(
            "-",
            "no record says who holds an account: no party could stand in the place of its accounts",
            "Take in registers of holders, run check, and run detect again",
        )
    });
    let lacking: Vec<(NotComputable, String)> = not_computable
        .into_iter()
        .chain(told.lacking)
        .chain(failed)
        .chain(unread)
        .chain(cut)
        .chain(late)
        .chain(nobody_known)
        .chain(lacking_facts)
        .chain(refused.iter().cloned())
        .map(|lack| {
            let version = versions.get(&lack.rule_id).cloned();
            (lack, version.unwrap_or_default())
        })
        .collect();
    writer.replace(Table::NotComputable, &mut std::iter::once(lacking_rows(&lacking)))?;
    if only.is_empty() {
        writer.derived(Step::Detect, &super::goes_by(writer.case(), Step::Detect)?);
    } else {
        writer.derived_in_part(Step::Detect, only);
    }
    went_on_asking()?;
    // Under the case's lock. A run of some rules knows nothing of the others; and findings do not wait for what only makes
    // the next run shorter.
    let kept = match only.is_empty() {
        true => memory.keep(writer.case()).err(),
        false => None,
    };
    writer.commit()?;
    let mut summary = summary(&findings, &lacking, &titles, &dismissed);
    summary.clusters = told.clusters;
    summary.retold = retold;
    summary.went_on = went_on;
    summary.anew = anew;
    summary.truncated = truncated;
    summary.given_up = (given_up.rules.iter())
        .map(|(rule, title)| format!("{rule} {title}"))
        .collect();
    summary.time_limit = given_up.limit.clone();
    summary.faults = loaded.faults.iter().map(ToString::to_string).collect();
    summary.faults.extend(
        refused
            .iter()
            .map(|lack| format!("{} {}", lack.rule_id, lack.reason)),
    );
    summary.faults.extend(
        unshared.map(|error| format!("signs of control were not computed once for all rules: {error}")),
    );
    summary.faults.extend(told.faults);
    summary
        .faults
        .extend(functions.faults.iter().map(ToString::to_string));
    summary.ignored = ignored;
    summary
        .faults
        .extend(kept.map(|error| format!("what was found is not kept for --since: {error}")));
    summary.faults.extend(faults.iter().map(ToString::to_string));
    Ok(summary)
}

/// Refuses a rule that there is not, before anything is looked at.
fn refuse_unknown(packs: &[Pack], only: &[String]) -> Result<(), StepError> {
    let known: Vec<&str> = packs
        .iter()
        .map(|pack| pack.id.as_str())
        .chain(SearchKind::DETECTED.map(SearchKind::typology))
        .collect();
    let is_known = |wanted: &str| {
        packs.iter().any(|pack| is_called(pack, wanted))
            || SearchKind::DETECTED
                .into_iter()
                .any(|kind| is_pattern_called(kind, wanted))
    };
    if let Some(unknown) = only.iter().find(|wanted| !is_known(wanted)) {
        let known = known.join(", ");
        return Err(CaseError::Decision(format!(
            "there is no rule ‘{unknown}’; there are {known} (`geldspoor detect --list` names them)"
        ))
        .into());
    }
    Ok(())
}

fn refusal(rule: &str, reason: &str) -> NotComputable {
    lack(
        rule,
        reason,
        &format!(
            "Mend the value in case.toml (`geldspoor detect --explain {rule}` lists the parameters) and run detect again"
        ),
    )
}

fn lack(rule: &str, reason: &str, request: &str) -> NotComputable {
    NotComputable {
        rule_id: rule.to_owned(),
        reason: reason.to_owned(),
        request: request.to_owned(),
        accounts: 0,
        entries: 0,
        examples: Vec::new(),
        parties: Vec::new(),
    }
}

fn order(found: &GatedFinding) -> (&str, Option<i64>, &str) {
    let finding = &found.finding;
    (
        &finding.rule_id,
        finding.from_time.map(|m| m.microseconds),
        &finding.finding_id,
    )
}

/// Counts by rule, under the rule's own title: a finding behind the gate carries another.
fn summary(
    findings: &[GatedFinding],
    lacking: &[(NotComputable, String)],
    titles: &BTreeMap<String, String>,
    dismissed: &BTreeSet<&str>,
) -> DetectSummary {
    let is_dismissed = |found: &GatedFinding| dismissed.contains(found.finding.finding_id.as_str());
    let mut by_rule: BTreeMap<&str, (String, usize, usize)> = BTreeMap::new();
    for found in findings {
        let rule = found.finding.rule_id.as_str();
        let title = titles.get(rule).unwrap_or(&found.finding.title);
        let counts = by_rule.entry(rule).or_insert_with(|| (title.clone(), 0, 0));
        counts.1 += 1;
        counts.2 += usize::from(is_dismissed(found));
    }
    DetectSummary {
        findings: findings.len(),
        dismissed: findings.iter().filter(|found| is_dismissed(found)).count(),
        gated: findings.iter().filter(|found| found.is_gated()).count(),
        by_rule: by_rule
            .into_iter()
            .map(|(id, (title, count, dismissed))| (id.to_owned(), title, count, dismissed))
            .collect(),
        not_computable: lacking
            .iter()
            .map(|(lack, _)| (lack.rule_id.clone(), lack.reason.clone()))
            .collect(),
        ..DetectSummary::default()
    }
}
