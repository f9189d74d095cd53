//! Parties, holders and relations from what was read, with what people decided about them.

use super::StepError;
use datafusion::arrow::array::RecordBatch;

use crate::case::{Actor, Case, CaseError, DecisionKind, Table};
use crate::parties::resolve::{Explanation, Given, Settings};
use crate::parties::{
    AGENT_COLUMNS, Agents, COUNTERPARTY_COLUMNS, Counterparties, Counts, Decided, Holdings, LOOKED_AT,
    PartyError, derive, explain, inferred,
};

/// The section of `case.toml` that sets how records are linked: `[parameters.resolve]`.
pub const RESOLVE: &str = "resolve";

/// Told what the linkage is at; answers whether to go on.
pub type GoOn<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Links what records say of parties and replaces every table that comes of it.
pub fn resolve(case: &mut Case, actor: Actor, go_on: &GoOn<'_>) -> Result<Counts, StepError> {
    let writer = case.write(actor)?;
    let now = writer.case();
    let derived = derive(
        &mut mentions(now),
        &mut now.scan(Table::RelationsRead, &[]),
        &mut now.scan(Table::AccountAgents, &[]),
        &decided(now)?,
        settings(now)?,
        go_on,
    )?;
    for (table, batch) in [
        (Table::Parties, derived.parties),
        (Table::AccountHolders, derived.account_holders),
        (Table::Relations, derived.relations),
        (Table::PartyMentions, derived.mentions),
        (Table::PartyNames, derived.names),
        (Table::PartyIdentifiers, derived.identifiers),
        (Table::PartyAddresses, derived.addresses),
        (Table::SameParties, derived.same_parties),
        (Table::SamePartyTerms, derived.terms),
        (Table::ResolutionModel, derived.model),
        (Table::PartyNotes, derived.notes),
    ] {
        writer.replace(table, &mut std::iter::once(Ok(batch)))?;
    }
    writer.commit()?;
    Ok(derived.counts)
}

/// Reads who the entries name on their other side: by fields, and in remittance texts where there is no field.
pub fn infer(case: &mut Case, actor: Actor) -> Result<(), StepError> {
    let writer = case.write(actor)?;
    // Once through the entries for all three.
    let mut columns: Vec<&str> = [&LOOKED_AT[..], &AGENT_COLUMNS, &COUNTERPARTY_COLUMNS].concat();
    columns.sort_unstable();
    columns.dedup();
    let (mut agents, mut counterparties) = (Agents::default(), Counterparties::default());
    let mut found = writer.case().scan(Table::Entries, &columns).map(|batch| {
        let batch = batch?;
        agents.add(&batch)?;
        counterparties.add(&batch)?;
        inferred(&batch)
    });
    writer.replace(Table::InferredCounterparties, &mut found)?;
    drop(found);
    writer.replace(Table::AccountAgents, &mut std::iter::once(agents.finish()))?;
    writer.replace(
        Table::Counterparties,
        &mut std::iter::once(counterparties.finish()),
    )?;
    writer.commit()?;
    Ok(())
}

/// Explains two mentions with the numbers that the case's records are linked with; nothing where one is none.
pub fn explain_parties(
    case: &Case,
    left: &str,
    right: &str,
    go_on: &GoOn<'_>,
) -> Result<Option<Explanation>, StepError> {
    Ok(explain(
        &mut mentions(case),
        &decided(case)?,
        settings(case)?,
        (left, right),
        go_on,
    )?)
}

/// Who holds what in a case, ready to be reckoned with.
pub fn holdings(case: &Case) -> Result<Holdings, StepError> {
    Ok(Holdings::of(
        &mut case.scan(Table::Parties, &[]),
        &mut case.scan(Table::Relations, &[]),
    )?)
}

/// Everything that says something of a party: registers and customer files, then the other sides of entries.
fn mentions(case: &Case) -> impl Iterator<Item = Result<RecordBatch, CaseError>> {
    case.scan(Table::PartiesRead, &[])
        .chain(case.scan(Table::Counterparties, &[]))
}

fn decided(case: &Case) -> Result<Decided, StepError> {
    Ok(Decided {
        categories: case.standing(DecisionKind::Category)?,
        identities: case.standing(DecisionKind::Identity)?,
    })
}

/// The settings that `case.toml` changes: `threshold`, `possible`, `prior`, `estimate`, and `m FIELD: LEVEL` and
/// `u FIELD: LEVEL` for the numbers of a level.
fn settings(case: &Case) -> Result<Settings, StepError> {
    let mut settings = Settings::default();
    for (rule, name, value) in case.parameters() {
        if rule != RESOLVE {
            continue;
        }
        let wrong = |expected: &str| {
            StepError::Parameter(format!(
                "case.toml, [parameters.{RESOLVE}] {name} is ‘{value}’, but it is {expected}"
            ))
        };
        let share = || {
            let number: Option<f64> = value.trim().parse().ok();
            number
                .filter(|number| *number > 0.0 && *number < 1.0)
                .ok_or_else(|| wrong("a share between 0 and 1, as 0.99"))
        };
        match name.as_str() {
            "threshold" => settings.threshold = share()?,
            "possible" => settings.possible = share()?,
            "prior" => settings.prior = Some(share()?),
            "estimate" => {
                settings.estimate = value.trim().parse().map_err(|_| wrong("true or false"))?;
            }
            other => {
                let (which, place) = other
                    .split_once(' ')
                    .filter(|(which, _)| ["m", "u"].contains(which))
                    .ok_or_else(|| {
                        wrong(
                            "one of threshold, possible, prior, estimate, ‘m FIELD: LEVEL’, ‘u FIELD: LEVEL’",
                        )
                    })?;
                let (field, level) = place
                    .split_once(": ")
                    .ok_or_else(|| wrong("named by field and level, as ‘m birth date: same day’; table resolution_model has them"))?;
                let number = Some(share()?);
                let (m, u) = if which == "m" {
                    (number, None)
                } else {
                    (None, number)
                };
                settings.given.push(Given {
                    field: field.to_owned(),
                    level: level.to_owned(),
                    m,
                    u,
                });
            }
        }
    }
    Ok(settings)
}

impl From<PartyError> for StepError {
    fn from(error: PartyError) -> StepError {
        use crate::parties::resolve::ResolveError;
        match error {
            PartyError::Case(error) => StepError::Case(error),
            PartyError::Resolve(ResolveError::Stopped) => StepError::Stopped,
            other => StepError::Parameter(format!("parties: {other}")),
        }
    }
}
