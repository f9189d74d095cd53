//! Pictures of who is behind companies of the case, for the page.

use std::collections::BTreeSet;

use super::{StepError, holdings};
use crate::case::{Case, Table, column};
use crate::parties::behind::{LAST, owner_rows, regime};
use crate::parties::ownership::{PartyKind, Register};
use crate::report::{Holding, Names, OwnershipPicture, drawing};

/// Companies that are drawn.
const MOST: usize = 6;
/// Records cited of one holding.
const MOST_RECORDS: usize = 3;

/// The companies that hold accounts of the case and of whom a register says who is behind them, drawn under the labels that
/// `names` gives; and how many are left out.
pub(super) fn pictures(case: &Case, names: &dyn Names) -> Result<(Vec<OwnershipPicture>, usize), StepError> {
    if case.manifest().rows(Table::Relations) == 0 {
        return Ok((Vec::new(), 0));
    }
    let mut holders = BTreeSet::new();
    column::each_row(
        case,
        Table::AccountHolders,
        &["party_id", "role"],
        |[party, role]| {
            if role == "holder" {
                holders.insert(party.to_owned());
            }
        },
    )?;
    let mut holdings = holdings(case)?;
    holdings.as_of(LAST);
    for at in 0..holdings.ids.len() {
        holdings.names[at] = match holdings.ids[at].starts_with('?') {
            true => "not named by the record".to_owned(),
            false => names.party(&holdings.ids[at]),
        };
    }
    let held: BTreeSet<u32> = holdings
        .network
        .holdings
        .iter()
        .map(|holding| holding.held)
        .collect();
    let entities: Vec<u32> = held
        .into_iter()
        .filter(|entity| {
            let at = *entity as usize;
            holdings.network.parties[at].kind == PartyKind::Company && holders.contains(&holdings.ids[at])
        })
        .collect();
    if entities.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let register = Register::new(&holdings.network, Some(LAST))
        .map_err(|error| StepError::Parameter(error.to_string()))?;
    let regime = regime("gte25").map_err(StepError::Parameter)?;
    let mut made = Vec::new();
    for (number, entity) in entities.iter().take(MOST).enumerate() {
        let found = register.beneficial(*entity, &regime);
        let rows = owner_rows(&holdings, &register, *entity, &found);
        let drawn = drawing(
            &holdings,
            &register,
            *entity,
            &rows,
            &format!("tip-{}", number + 1),
        );
        let label = |party: u32| holdings.called(party);
        let ties = drawn.ties.iter().map(|(owner, held, what)| {
            let mut records: Vec<(String, String, i64, i64)> = holdings
                .network
                .holdings
                .iter()
                .filter(|one| one.held == *held && (one.owner == *owner || one.holder() == *owner))
                .filter_map(|one| holdings.records.get(one.record as usize))
                .map(|at| {
                    (
                        at.source_id.clone(),
                        at.locator.clone(),
                        at.byte_start,
                        at.byte_end,
                    )
                })
                .collect();
            records.sort();
            records.dedup();
            records.truncate(MOST_RECORDS);
            Holding {
                owner: label(*owner),
                held: label(*held),
                what: what.clone(),
                records,
            }
        });
        made.push(OwnershipPicture {
            holdings: ties.collect(),
            title: drawn.title,
            width: drawn.width,
            height: drawn.height,
            body: drawn.body,
            more: drawn.more,
        });
    }
    Ok((made, entities.len().saturating_sub(MOST)))
}
