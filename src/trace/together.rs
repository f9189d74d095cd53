//! All parts of a plan walked in parallel, and put together.

use rayon::prelude::*;

use super::lot::{Lot, Outcome, Step};
use super::method::TraceInput;
use super::plan::{NONE, Plan, Reach};
use super::quantity::Quantity;
use super::store::Store;
use super::walk::{Walk, Walked};

/// Walks all that the claims reach and puts the parts together.
pub(super) fn run<S: Store>(method: &'static str, input: &TraceInput<'_>, reach: Reach) -> Outcome {
    let whole;
    let plan = match reach {
        Reach::Claims => input.reached(),
        Reach::Everything => {
            whole = Plan::of(input.book, &input.claims, reach);
            &whole
        }
    };
    let walked: Vec<Walked<S::Q>> = plan
        .parts
        .par_iter()
        .map(|part| Walk::<S>::new(input, part).through())
        .collect();
    // Each claim is in one part.
    let mut by_claim: Vec<(u32, Vec<Lot>)> = Vec::new();
    let mut steps = Vec::new();
    for part in walked {
        let offset = steps.len() as u32;
        steps.extend(part.steps.iter().map(|step| Step {
            before: if step.before == NONE {
                NONE
            } else {
                step.before + offset
            },
            claim: step.claim,
            movement: step.movement,
            left: step.left.nearest(),
            arrived: step.arrived.nearest(),
            claimed: step.claimed.nearest(),
        }));
        by_claim.extend(part.lots.into_iter().map(|(claim, mut lots)| {
            for step in lots.iter_mut().filter_map(|lot| lot.step.as_mut()) {
                *step += offset;
            }
            (claim, lots)
        }));
    }
    by_claim.sort_unstable_by_key(|(claim, _)| *claim);
    let mut lots = Vec::with_capacity(by_claim.iter().map(|(_, lots)| lots.len()).sum());
    lots.extend(by_claim.into_iter().flat_map(|(_, lots)| lots));
    Outcome {
        method,
        lots,
        steps,
        funds: Vec::new(),
    }
}
