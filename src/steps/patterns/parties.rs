//! Which accounts stand behind the parties of a finding: it cites entries, and an entry stands in an account.

use std::collections::{BTreeMap, BTreeSet};

use super::Told;
use crate::patterns::Bundle;
use crate::sql::flows::Hits;

/// Parties of which a finding tells the accounts.
const MOST_PARTIES: usize = 20;

/// For each number of a bundle the accounts behind it that take part, by their numbers in the transfers; nothing where
/// the numbers are those of accounts.
pub(super) struct Behind(Option<BTreeMap<u32, BTreeSet<u32>>>);

impl Behind {
    pub fn of(bundle: &Bundle, hits: &Hits<'_>) -> Behind {
        Behind(hits.is_by_party().then(|| {
            let graph = &hits.loaded.graph;
            let mut behind: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            for transfer in bundle.transfers(graph) {
                for side in [graph.payer(transfer), graph.payee(transfer)] {
                    behind.entry(hits.number_of(side)).or_default().insert(side);
                }
            }
            behind
        }))
    }
}

impl Told<'_> {
    /// Ids of the accounts behind numbers of the bundle, in their order; of a party those that take part in it, sorted.
    pub(super) fn accounts_of(&self, numbers: &[u32]) -> Vec<String> {
        match &self.behind.0 {
            None => numbers
                .iter()
                .map(|number| self.hits.name(*number).to_owned())
                .collect(),
            Some(behind) => numbers
                .iter()
                .filter_map(|number| behind.get(number))
                .flatten()
                .map(|account| self.hits.loaded.accounts[*account as usize].clone())
                .collect(),
        }
    }

    /// Every account that takes part beside the one that the finding names: the others of a ring, of a group, of two
    /// parties that exchange; those that paid the account in the middle or were paid by it; other accounts of a party.
    pub(super) fn others(&self) -> Vec<String> {
        let mut accounts = self.accounts_of(&self.bundle.accounts);
        accounts.drain(..accounts.len().min(1));
        accounts
    }

    /// How many of what is counted as parties are accounts of which nobody knows one holder alone: two of them may be one
    /// person's, or one several persons'.
    pub(super) fn unheld(&self) -> String {
        let is_account = |number: &&u32| !self.hits.is_party(**number);
        match self.bundle.accounts.iter().filter(is_account).count() {
            0 => String::new(),
            1 => " 1 of what is counted here as a party is an account that no one party is known to hold alone.".to_owned(),
            n => format!(
                " {n} of what is counted here as parties are accounts that no one party is known to hold alone; several of \
                 them may be of one person."
            ),
        }
    }

    /// Which accounts stand behind the parties.
    pub(super) fn held(&self) -> String {
        let is_party = |number: &&u32| self.hits.is_party(**number);
        let parties: Vec<u32> = (self.bundle.accounts.iter()).filter(is_party).copied().collect();
        let tell = |party: &u32| {
            let accounts = self.accounts_of(&[*party]);
            let accounts: Vec<String> = accounts.iter().map(|id| format!("{{account:{id}}}")).collect();
            format!(
                "{{party:{}}} with {}",
                self.hits.name(*party),
                accounts.join(" and ")
            )
        };
        let mut told: Vec<String> = parties.iter().take(MOST_PARTIES).map(tell).collect();
        let more = parties.len().saturating_sub(MOST_PARTIES);
        if more > 0 {
            told.push(format!("{more} more"));
        }
        match told.is_empty() {
            true => "No party is known to hold one of these accounts alone.".to_owned(),
            false => format!(
                "Parties stand in the place of the accounts that they alone hold: {}.",
                told.join("; ")
            ),
        }
    }
}
