//! The parties that a person means by an id, a name or a number.

use std::collections::BTreeSet;

use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};

/// Ids of the parties that are called so: by id of party or mention, else by any name or number that any record gives them.
pub fn find_parties(case: &Case, wanted: &str) -> Result<BTreeSet<String>, CaseError> {
    let wanted = wanted.trim();
    let mut found = BTreeSet::new();
    each_row(
        case,
        Table::PartyMentions,
        &["mention_id", "party_id"],
        |[mention, party]| {
            if mention == wanted || party == wanted {
                found.insert(party.to_owned());
            }
        },
    )?;
    if !found.is_empty() || wanted.is_empty() {
        return Ok(found);
    }
    let folded = wanted.to_lowercase();
    each_row(case, Table::PartyNames, &["party_id", "name"], |[party, name]| {
        if name.to_lowercase() == folded {
            found.insert(party.to_owned());
        }
    })?;
    let bare = |text: &str| -> String {
        let signs = text.chars().filter(|c| c.is_alphanumeric());
        signs.flat_map(char::to_uppercase).collect()
    };
    let number = bare(wanted);
    if !number.is_empty() {
        each_row(
            case,
            Table::PartyIdentifiers,
            &["party_id", "value", "raw"],
            |[party, value, raw]| {
                if bare(value) == number || bare(raw) == number {
                    found.insert(party.to_owned());
                }
            },
        )?;
    }
    Ok(found)
}
