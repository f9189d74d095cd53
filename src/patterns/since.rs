//! New transfers on top of a graph that was searched before: only what they can have changed is searched, and the result
//! is that of a search of the whole.

use crate::graph::TemporalGraph;

use super::result::Sequences;
use super::search::SearchKind;
use super::{Bundle, CycleList, Found, PatternError, Run, Search, TemporalCycles, Told};

/// What a search of the earlier transfers found.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// From this number on transfers are new. All of them are later than all before.
    pub first_new: u32,
    /// All bundles of a search with the same parameters and facts that no budget cut short.
    pub bundles: Vec<Bundle>,
}

impl Earlier {
    /// What of it lies in a part of the graph, whose transfers are these, sorted.
    #[must_use]
    pub fn within(&self, members: &[u32]) -> Earlier {
        let bundles = self.bundles.iter().cloned();
        Earlier {
            first_new: members.partition_point(|member| *member < self.first_new) as u32,
            bundles: bundles.filter_map(|bundle| bundle.within(members)).collect(),
        }
    }
}

impl SearchKind {
    /// Whether a search with new transfers goes on from an earlier one. Other kinds are searched anew: groups of accounts
    /// that hold each other's bundles back, or that are compared with all accounts.
    pub const fn goes_on(self) -> bool {
        matches!(
            self,
            SearchKind::Structuring
                | SearchKind::Smurfing
                | SearchKind::FanIn
                | SearchKind::FanOut
                | SearchKind::GatherScatter
                | SearchKind::ScatterGather
                | SearchKind::PassThrough
                | SearchKind::FunnelAccount
                | SearchKind::LayeringChains
                | SearchKind::TemporalCycles
                | SearchKind::DormantReactivation
                | SearchKind::FlowMotif
        )
    }
}

impl Search {
    /// As [`Search::run`] on the whole graph, by way of what was found before.
    pub fn run_since(
        &self,
        graph: &TemporalGraph,
        told: &Told<'_>,
        earlier: Earlier,
    ) -> Result<Found, PatternError> {
        self.run_since_wired(graph, told, earlier, Run::default())
    }

    /// The same with wires to the outside.
    pub fn run_since_wired(
        &self,
        graph: &TemporalGraph,
        told: &Told<'_>,
        earlier: Earlier,
        wires: Run<'_>,
    ) -> Result<Found, PatternError> {
        let whole = |found: &Found| {
            found.truncated.is_none() && found.bundles.len() as u64 <= self.limits().max_instances
        };
        if self.kind() == SearchKind::TemporalCycles {
            let found = self.cycles_since(graph, told, &earlier, wires)?;
            return if whole(&found) {
                Ok(found)
            } else {
                self.run_wired(graph, told, wires)
            };
        }
        let Some(touched) = self.touched(graph, told, earlier.first_new) else {
            return self.run_wired(graph, told, wires);
        };
        let run = Run {
            budget: self.limits(),
            only: Some(&touched),
            ..wires
        };
        let mut found = self.pattern(told).search(graph, &run)?;
        let is_touched = |bundle: &Bundle| {
            bundle
                .accounts
                .first()
                .is_none_or(|first| touched[*first as usize])
        };
        found
            .bundles
            .extend(earlier.bundles.into_iter().filter(|bundle| !is_touched(bundle)));
        super::sweep::sort(&mut found.bundles);
        if whole(&found) {
            Ok(found)
        } else {
            self.run_wired(graph, told, wires)
        }
    }

    fn cycles_since(
        &self,
        graph: &TemporalGraph,
        told: &Told<'_>,
        earlier: &Earlier,
        wires: Run<'_>,
    ) -> Result<Found, PatternError> {
        let run = Run {
            budget: self.limits(),
            ..wires
        };
        let pattern: TemporalCycles = self.cycles();
        let mut cycles = Sequences::default();
        for bundle in &earlier.bundles {
            match bundle.members.is_empty() {
                true => cycles.push(bundle.representative.iter().copied()),
                false => cycles.append(&bundle.members),
            }
        }
        let known = CycleList {
            cycles,
            ..CycleList::default()
        };
        let newer = pattern.list_since(graph, earlier.first_new, &run)?;
        let both = known.with(graph, &newer);
        // The budget counts cycles, not bundles.
        if both.cycles.len() as u64 > run.budget.max_instances {
            return self.run_wired(graph, told, wires);
        }
        Ok(pattern.bundle(graph, &both))
    }

    /// The accounts whose bundles, those that begin with them, new transfers can change. Nothing where that is not told
    /// by accounts.
    fn touched(&self, graph: &TemporalGraph, told: &Told<'_>, first_new: u32) -> Option<Vec<bool>> {
        if !self.kind().goes_on() {
            return None;
        }
        let mut touched = vec![false; graph.accounts()];
        let new = first_new..graph.transfers() as u32;
        let payers = || new.clone().map(|transfer| graph.payer(transfer));
        match self.kind() {
            // The new transfer is one of the source's, or one of an account that the source paid.
            SearchKind::ScatterGather => {
                for payer in payers() {
                    touched[payer as usize] = true;
                }
                let middles: Vec<u32> = (0..graph.accounts() as u32)
                    .filter(|a| touched[*a as usize])
                    .collect();
                for middle in middles {
                    for (edge, _) in graph.incoming(middle).iter() {
                        touched[edge.other() as usize] = true;
                    }
                }
            }
            SearchKind::LayeringChains => self.reach_back(graph, first_new, &mut touched),
            _ => {
                for transfer in new.clone() {
                    touched[graph.payer(transfer) as usize] = true;
                    touched[graph.payee(transfer) as usize] = true;
                }
            }
        }
        // What one account of a party receives is a matter of all of its accounts.
        if let (SearchKind::Smurfing, Some(parties)) = (self.kind(), told.parties) {
            let whose: hashbrown::HashSet<u32> = parties
                .iter()
                .zip(&touched)
                .filter_map(|(party, touched)| touched.then_some(*party))
                .collect();
            for (touched, party) in touched.iter_mut().zip(parties) {
                *touched |= whose.contains(party);
            }
        }
        Some(touched)
    }

    /// Marks the accounts from which a chain may lead to a new transfer.
    fn reach_back(&self, graph: &TemporalGraph, first_new: u32, touched: &mut [bool]) {
        let (window, hops) = self.chain_limits();
        if first_new as usize >= graph.transfers() {
            return;
        }
        // Every account is looked at once, over all the time in which any chain to a new transfer may run.
        let reach = window.saturating_mul(i64::from(hops.saturating_sub(1)));
        let from = graph.at(first_new).saturating_sub(reach);
        let mut frontier: Vec<u32> = Vec::new();
        for transfer in first_new..graph.transfers() as u32 {
            let payer = graph.payer(transfer);
            if !std::mem::replace(&mut touched[payer as usize], true) {
                frontier.push(payer);
            }
        }
        for _ in 1..hops {
            let mut before = Vec::new();
            for account in frontier {
                for (edge, _) in graph.incoming_between(account, from, i64::MAX).iter() {
                    if !std::mem::replace(&mut touched[edge.other() as usize], true) {
                        before.push(edge.other());
                    }
                }
            }
            if before.is_empty() {
                break;
            }
            frontier = before;
        }
    }
}

impl Bundle {
    /// The bundle in a part of the graph, whose transfers are these, sorted; nothing where it holds another one.
    fn within(mut self, members: &[u32]) -> Option<Bundle> {
        let mut is_part = true;
        let mut place = |transfer: &mut u32| match members.binary_search(transfer) {
            Ok(at) => *transfer = at as u32,
            Err(_) => is_part = false,
        };
        self.representative.iter_mut().for_each(&mut place);
        self.members.each_mut(&mut place);
        is_part.then_some(self)
    }
}
