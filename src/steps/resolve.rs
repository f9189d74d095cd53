//! Parties, holders and relations from what was read, with the categories that people set.

use super::StepError;
use crate::case::{Actor, Case, DecisionKind, Table};
use crate::parties::derive;

/// Derives parties; gives how many there are.
pub fn resolve(case: &mut Case, actor: Actor) -> Result<u64, StepError> {
    let writer = case.write(actor)?;
    let now = writer.case();
    let categories = now.standing(DecisionKind::Category)?;
    let derived = derive(
        &mut now.scan(Table::PartiesRead, &[]),
        &mut now.scan(Table::RelationsRead, &[]),
        &categories,
    )?;
    let count = writer.replace(Table::Parties, &mut std::iter::once(Ok(derived.parties)))?;
    writer.replace(
        Table::AccountHolders,
        &mut std::iter::once(Ok(derived.account_holders)),
    )?;
    writer.replace(Table::Relations, &mut std::iter::once(Ok(derived.relations)))?;
    writer.commit()?;
    Ok(count)
}
