//! Who alone holds which account, so that parties can stand in the place of accounts.

use std::collections::{BTreeMap, BTreeSet};

use super::loaded::Loaded;
use crate::case::column::each_row;
use crate::case::{Case, CaseError, Table};

/// Who holds accounts.
pub(super) struct Holders {
    /// Ids of parties, sorted.
    pub names: Vec<String>,
    /// For each account the number of the party that alone holds it. An account of several holders is nobody's alone:
    /// it stays by itself.
    pub of: Vec<Option<u32>>,
}

impl Holders {
    /// Names of the vertices of [`crate::graph::TemporalGraph::by_holder`]: parties, then accounts that stay.
    pub fn vertices(&self, accounts: &[String]) -> Vec<String> {
        let alone = accounts
            .iter()
            .zip(&self.of)
            .filter(|(_, holder)| holder.is_none());
        let alone = alone.map(|(account, _)| account.clone());
        self.names.iter().cloned().chain(alone).collect()
    }

    /// For each account its number among the vertices, which it shares with the accounts of its holder and with no other.
    pub fn numbers(&self) -> Vec<u32> {
        let mut next = self.names.len() as u32;
        let mut own = || {
            next += 1;
            next - 1
        };
        self.of
            .iter()
            .map(|holder| holder.unwrap_or_else(&mut own))
            .collect()
    }
}

/// Who alone holds each account, by the registers that were taken in.
pub(super) fn of(case: &Case, loaded: &Loaded) -> Result<Holders, CaseError> {
    let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    each_row(
        case,
        Table::AccountHolders,
        &["account_id", "party_id", "role"],
        |texts| {
            // Who may sign is not who owns; a mandate makes two people's money not one.
            if matches!(texts[2], "holder" | "") {
                of.entry(texts[0].to_owned())
                    .or_default()
                    .insert(texts[1].to_owned());
            }
        },
    )?;
    let sole: BTreeMap<&str, &str> = of
        .iter()
        .filter(|(_, parties)| parties.len() == 1)
        .filter_map(|(account, parties)| Some((account.as_str(), parties.first()?.as_str())))
        .collect();
    let names: Vec<String> = (sole.values().copied().collect::<BTreeSet<_>>().into_iter())
        .map(str::to_owned)
        .collect();
    let number = |party: &str| {
        names
            .binary_search_by(|name| name.as_str().cmp(party))
            .ok()
            .map(|at| at as u32)
    };
    let of = loaded
        .accounts
        .iter()
        .map(|account| number(sole.get(account.as_str())?))
        .collect();
    Ok(Holders { names, of })
}
