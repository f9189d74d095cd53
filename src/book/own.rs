//! What was a victim's own from the beginning (requirement VS-09): wages and benefits that came to somebody whom a person
//! set to victim are that person's property, which was taken. They are traced as the victim's claim, never as proceeds,
//! whatever kind was asked for.

use hashbrown::HashSet;

use super::claims::Resolved;
use super::find::{As, find};
use super::request::GivenKind;
use super::{CaseBook, TraceError};
use crate::case::column::each_row;
use crate::case::{Case, Table};
use crate::trace::Claim;
use crate::victims::Category;

/// Marks of what people are paid for work, or to live on.
const MARKS: [&str; 5] = ["wage", "benefit", "child_benefit", "pension", "student_grant"];

/// Makes such claims claims of property. Gives how many.
pub(super) fn own_money(
    case: &Case,
    book: &CaseBook,
    resolved: &mut [Resolved],
) -> Result<usize, TraceError> {
    let mut victims = HashSet::new();
    each_row(
        case,
        Table::Parties,
        &["party_id", "category"],
        |[party, category]| {
            if category == Category::Victim.as_str() {
                victims.insert(party.to_owned());
            }
        },
    )?;
    if victims.is_empty() {
        return Ok(0);
    }
    let mut accounts = HashSet::new();
    each_row(
        case,
        Table::AccountHolders,
        &["account_id", "party_id", "role"],
        |[account, party, role]| {
            if role == "holder" && victims.contains(party) {
                accounts.insert(account.to_owned());
            }
        },
    )?;
    let payee = |claim: &Claim| {
        let movement = book.book.movements()[claim.movement as usize];
        book.account_id(movement.payee).to_owned()
    };
    let is_asked = |one: &&mut Resolved| {
        one.kind == GivenKind::Proceeds
            && one
                .claim
                .as_ref()
                .is_ok_and(|claim| accounts.contains(&payee(claim)))
    };
    let asked: Vec<&mut Resolved> = resolved.iter_mut().filter(is_asked).collect();
    if asked.is_empty() {
        return Ok(0);
    }
    let mut marked = HashSet::new();
    each_row(
        case,
        Table::EntryMarks,
        &["mark", "entry_id", "account_id", "direction"],
        |[mark, entry, account, direction]| {
            if direction == "credit" && MARKS.contains(&mark) && accounts.contains(account) {
                marked.insert(entry.to_owned());
            }
        },
    )?;
    let rows: HashSet<u32> = find(case, &marked)?
        .into_values()
        .flatten()
        .filter(|(_, named)| *named == As::Credit)
        .map(|(row, _)| row)
        .collect();
    let movements: HashSet<u32> = book.movements_of(&rows).into_values().flatten().collect();
    let mut count = 0;
    for one in asked {
        if let Ok(claim) = &mut one.claim
            && movements.contains(&claim.movement)
        {
            claim.kind = GivenKind::Property.engine();
            one.kind = GivenKind::Property;
            count += 1;
        }
    }
    Ok(count)
}
