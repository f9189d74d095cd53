//! Claims into lots: every method, stored with what was claimed.

use super::StepError;
use crate::book::{CLAIMS, Progress, Request, Traced, standing_request, trace_case, with_accounts};
use crate::case::{Actor, Case, CaseError, Decision, DecisionKind, Step, Table};

/// What is said where nothing is claimed.
const NOTHING: &str = "nothing is claimed in this case: give `geldspoor trace --claims FILE` (columns entry, amount, kind, \
                       label), or --from an entry, an account or a finding";

/// What is to be traced: what a person gives now, or what stands.
pub enum ToTrace {
    /// Claims that take the place of those that stand.
    Given {
        request: Request,
        reason: String,
        author: String,
    },
    /// Those that stand.
    Standing,
}

/// The claims that stand in a case, or that there are none and how to give some.
pub fn claimed(case: &Case) -> Result<Request, StepError> {
    Ok(standing_request(case)?.ok_or_else(|| CaseError::Decision(NOTHING.to_owned()))?)
}

/// Traces what is claimed under every method and replaces the tables of the last trace. Where no claim can be traced,
/// nothing is stored, and the error says why each is not.
pub fn trace(
    case: &mut Case,
    actor: Actor,
    what: ToTrace,
    progress: &Progress<'_>,
) -> Result<Traced, StepError> {
    let mut writer = case.write(actor)?;
    super::require(writer.case(), Step::Check)?;
    let request = match what {
        ToTrace::Standing => match standing_request(writer.case())? {
            Some(request) => request,
            // What was claimed was taken back: what it came to goes with it.
            None if writer.case().manifest().rows(Table::Claims) > 0 => Request::default(),
            None => return Err(CaseError::Decision(NOTHING.to_owned()).into()),
        },
        ToTrace::Given {
            request,
            reason,
            author,
        } => {
            // What stands already is not decided twice.
            let stands = standing_request(writer.case())?.is_some_and(|standing| standing == request);
            let decision = Decision::new(DecisionKind::Claim, CLAIMS, &request.to_text(), &reason, &author)?;
            if !stands {
                writer.decide(decision);
            }
            request
        }
    };
    let traced = match request.is_empty() {
        true => Traced::default(),
        false => trace_case(writer.case(), &request, &request.methods(), progress)?,
    };
    if !traced.claims.is_empty() && traced.claims.iter().all(|claim| claim.refused.is_some()) {
        let reasons: Vec<&str> = traced
            .claims
            .iter()
            .filter_map(|claim| claim.refused.as_deref())
            .collect();
        return Err(CaseError::Decision(format!(
            "no claim can be traced:\n  {}",
            with_accounts(&reasons.join("\n  "), str::to_owned)
        ))
        .into());
    }
    let one = |batch| std::iter::once(batch);
    writer.replace(Table::Claims, &mut one(traced.claim_rows()))?;
    writer.replace(Table::Lots, &mut one(traced.lot_rows()))?;
    writer.replace(Table::TracedFlows, &mut one(traced.flow_rows()))?;
    writer.replace(Table::TraceNotes, &mut one(traced.note_rows()))?;
    // The decision is not on disk yet, so what the step goes by is told from the request itself.
    let beside = super::trace_goes_by(writer.case(), &request)?;
    writer.derived(Step::Trace, &beside);
    match progress("storing lots") {
        true => writer.commit()?,
        false => return Err(StepError::Stopped),
    }
    Ok(traced)
}
