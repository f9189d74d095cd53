//! Layers inside one window: who pays nearly all of what an account pays.

use std::ops::Range;

use crate::graph::{Adjacent, Edge};

use super::TimeOrder;
use super::layers::Search;
use super::result::{Bundle, Measures, Sequences, in_time};
use super::sweep::Work;

/// What sorting a link takes, in steps.
const STEPS_PER_LINK: usize = 2;

/// A transfer from one layer to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub payer: u32,
    payee: u32,
    pub transfer: u32,
}

/// Layers, each sorted, and what goes from each to the next, sorted.
#[derive(PartialEq, Eq)]
pub(super) struct Layers {
    accounts: Vec<Vec<u32>>,
    pub links: Vec<Vec<Link>>,
}

/// An account, and how many of a list it pays.
struct Payer {
    account: u32,
    pays: usize,
}

/// Where an instance is looked for.
pub(super) struct Begin {
    pub seed: u32,
    /// The transfers that can begin it, of one time.
    pub fresh: Vec<u32>,
    /// The window.
    pub ticks: Range<u32>,
}

/// Marks on accounts, which come and go in one step each.
#[derive(Default)]
pub(super) struct Marks {
    /// For each account the last list that it stands in.
    list: Vec<u32>,
    lists: u32,
    /// For each account the last count in which it was met.
    met: Vec<u32>,
    counts: u32,
}

impl Marks {
    pub fn of(accounts: usize) -> Marks {
        Marks {
            list: vec![0; accounts],
            met: vec![0; accounts],
            ..Marks::default()
        }
    }

    /// Marks a list, and nothing else.
    fn mark(&mut self, list: &[u32]) {
        if self.lists == u32::MAX {
            self.list.fill(0);
            self.lists = 0;
        }
        self.lists += 1;
        for account in list {
            self.list[*account as usize] = self.lists;
        }
    }

    fn is_marked(&self, account: u32) -> bool {
        self.list[account as usize] == self.lists && self.lists > 0
    }

    /// Begins to count different accounts.
    fn count(&mut self) {
        if self.counts == u32::MAX {
            self.met.fill(0);
            self.counts = 0;
        }
        self.counts += 1;
    }

    /// Whether an account is met for the first time in this count.
    fn is_new(&mut self, account: u32) -> bool {
        std::mem::replace(&mut self.met[account as usize], self.counts) != self.counts
    }
}

impl Search<'_> {
    /// All instances of a window, from everything that the seed pays and from what it shares with each partner.
    pub(super) fn of_window(
        &self,
        begin: &Begin,
        marks: &mut Marks,
        work: &mut Work<'_>,
    ) -> Option<Vec<Layers>> {
        let paid = self.graph.outgoing(begin.seed).between(begin.ticks.clone()).edges;
        work.spend(paid.len())?;
        let all = others(begin.seed, paid);
        let mut found: Vec<Layers> = Vec::new();
        if all.len() < self.least {
            return Some(found);
        }
        let enough = self.density.of_count(all.len()).max(1);
        let payers = self.payers(&all, &begin.ticks, enough.min(self.least), marks, work)?;
        let is_paid = |account: u32| all.binary_search(&account).is_ok();
        let first = payers
            .iter()
            .filter(|payer| payer.pays >= enough && !is_paid(payer.account));
        let first: Vec<u32> = first.map(|payer| payer.account).collect();
        found.extend(self.layers(begin, first, all.clone(), marks, work)?);
        let mut tried: hashbrown::HashSet<Vec<u32>> = hashbrown::HashSet::new();
        // Who shares all with the seed begins nothing else.
        let partners = payers
            .iter()
            .filter(|payer| (self.least..all.len()).contains(&payer.pays));
        for partner in partners.map(|payer| payer.account) {
            if partner == begin.seed {
                continue;
            }
            let edges = self.shared_outgoing(partner).between(begin.ticks.clone()).edges;
            work.spend(edges.len())?;
            marks.mark(&all);
            marks.count();
            let others = edges.iter().map(|edge| edge.other());
            let mut common: Vec<u32> = others
                .filter(|other| *other != partner && marks.is_marked(*other) && marks.is_new(*other))
                .collect();
            common.sort_unstable();
            work.spend(common.len())?;
            if common
                .iter()
                .filter(|account| self.may_be_second(**account, &begin.ticks))
                .count()
                < self.least
            {
                continue;
            }
            let stands = |layers: &Layers| {
                let is_in =
                    |depth: usize, account: &u32| layers.accounts[depth].binary_search(account).is_ok();
                is_in(0, &partner) && common.iter().all(|account| is_in(1, account))
            };
            let can_begin = |fresh: &u32| common.binary_search(&self.graph.payee(*fresh)).is_ok();
            if !begin.fresh.iter().any(can_begin) || found.iter().any(stands) || !tried.insert(common.clone())
            {
                continue;
            }
            let enough = self.density.of_count(common.len()).max(1);
            let first = self.payers(&common, &begin.ticks, enough, marks, work)?;
            let first = first.iter().map(|payer| payer.account);
            let first = first
                .filter(|account| common.binary_search(account).is_err())
                .collect();
            let layers = self.layers(begin, first, common, marks, work)?;
            found.extend(layers.filter(|layers| !found.contains(layers)));
        }
        Some(found)
    }

    /// The layers that begin as these inside a window, where what is left of them holds.
    fn layers(
        &self,
        begin: &Begin,
        first: Vec<u32>,
        second: Vec<u32>,
        marks: &mut Marks,
        work: &mut Work<'_>,
    ) -> Option<Option<Layers>> {
        let (seed, ticks) = (begin.seed, begin.ticks.clone());
        if first.len() < self.least {
            return Some(None);
        }
        marks.mark(&second);
        // The seed pays what it shares with nobody too, and that counts for the share.
        let paid_by = |payer: u32| match payer == seed {
            true => self.graph.outgoing(payer),
            false => self.shared_outgoing(payer),
        };
        let own = links(
            &first,
            paid_by,
            ticks.clone(),
            |account| marks.is_marked(account),
            work,
        );
        let mut layers = Layers {
            accounts: vec![first, second],
            links: vec![own?],
        };
        self.drop_loose(&mut layers, work)?;
        let is_small = |layers: &Layers| {
            layers.accounts.iter().any(|layer| layer.len() < self.least)
                || layers.accounts[0].binary_search(&seed).is_err()
        };
        let holds = |layers: &Layers| {
            let mut links = layers.links[0].iter();
            !is_small(layers)
                && links.any(|link| begin.fresh.contains(&link.transfer))
                && self.is_in_order(layers)
        };
        if self.third.is_none() || is_small(&layers) {
            return Some(holds(&layers).then_some(layers));
        }
        marks.mark(&layers.accounts.concat());
        let paid_by = |payer: u32| self.graph.outgoing(payer);
        let mut onward = links(
            &layers.accounts[1],
            paid_by,
            ticks,
            |account| !marks.is_marked(account),
            work,
        )?;
        let mut payees: Vec<(u32, u32)> = onward.iter().map(|link| (link.payee, link.payer)).collect();
        payees.sort_unstable();
        payees.dedup();
        let enough = self.density.of_count(layers.accounts[1].len());
        let third: Vec<u32> = payees
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() >= enough)
            .map(|same| same[0].0)
            .collect();
        onward.retain(|link| third.binary_search(&link.payee).is_ok());
        layers.accounts.push(third);
        layers.links.push(onward);
        self.drop_loose(&mut layers, work)?;
        Some(holds(&layers).then_some(layers))
    }

    /// Accounts that pay enough of a list of accounts inside a window, sorted.
    fn payers(
        &self,
        list: &[u32],
        ticks: &Range<u32>,
        enough: usize,
        marks: &mut Marks,
        work: &mut Work<'_>,
    ) -> Option<Vec<Payer>> {
        // Who pays enough of the list pays one at least of any that are more than what it may leave out: the least paid
        // ones are looked at.
        let mut by_size: Vec<(usize, u32)> = list
            .iter()
            .map(|account| {
                let payers = self.shared_incoming(*account).between(ticks.clone());
                (payers.len(), *account)
            })
            .collect();
        by_size.sort_unstable();
        by_size.truncate(list.len() - enough + 1);
        let mut candidates: Vec<u32> = Vec::new();
        marks.count();
        for (size, account) in by_size {
            work.spend(size + 1)?;
            let edges = self.shared_incoming(account).between(ticks.clone()).edges;
            let others = edges.iter().map(|edge| edge.other());
            candidates.extend(others.filter(|other| marks.is_new(*other)));
        }
        candidates.sort_unstable();
        marks.mark(list);
        self.paying(&candidates, ticks, enough, marks, work)
    }

    /// Of some accounts those that pay enough of the marked ones.
    fn paying(
        &self,
        candidates: &[u32],
        ticks: &Range<u32>,
        enough: usize,
        marks: &mut Marks,
        work: &mut Work<'_>,
    ) -> Option<Vec<Payer>> {
        let mut payers = Vec::new();
        for account in candidates.iter().copied() {
            let edges = self.shared_outgoing(account).between(ticks.clone()).edges;
            work.spend(edges.len() + 1)?;
            if edges.len() < enough {
                continue;
            }
            marks.count();
            let others = edges.iter().map(|edge| edge.other());
            let paid =
                others.filter(|other| *other != account && marks.is_marked(*other) && marks.is_new(*other));
            let pays = paid.count();
            if pays >= enough {
                payers.push(Payer { account, pays });
            }
        }
        Some(payers)
    }

    /// Drops accounts that pay or are paid by too few, all at once, until none is left.
    fn drop_loose(&self, layers: &mut Layers, work: &mut Work<'_>) -> Option<()> {
        loop {
            let mut keeps: Vec<Vec<bool>> = layers
                .accounts
                .iter()
                .map(|layer| vec![true; layer.len()])
                .collect();
            for (depth, links) in layers.links.iter().enumerate() {
                work.spend(links.len() + 1)?;
                let (payers, payees) = (&layers.accounts[depth], &layers.accounts[depth + 1]);
                let (mut pays, mut paid) = (vec![0_usize; payers.len()], vec![0_usize; payees.len()]);
                for pair in links.chunk_by(|a, b| (a.payer, a.payee) == (b.payer, b.payee)) {
                    let places = (
                        payers.binary_search(&pair[0].payer),
                        payees.binary_search(&pair[0].payee),
                    );
                    if let (Ok(payer), Ok(payee)) = places {
                        pays[payer] += 1;
                        paid[payee] += 1;
                    }
                }
                let (of_payees, of_payers) = (
                    self.density.of_count(payees.len()),
                    self.density.of_count(payers.len()),
                );
                keeps[depth]
                    .iter_mut()
                    .zip(pays)
                    .for_each(|(keep, count)| *keep &= count >= of_payees);
                keeps[depth + 1]
                    .iter_mut()
                    .zip(paid)
                    .for_each(|(keep, count)| *keep &= count >= of_payers);
            }
            if keeps.iter().flatten().all(|keep| *keep) {
                return Some(());
            }
            for (layer, keeps) in layers.accounts.iter_mut().zip(keeps) {
                let mut keeps = keeps.into_iter();
                layer.retain(|_| keeps.next().unwrap_or(false));
            }
            for (depth, links) in layers.links.iter_mut().enumerate() {
                let (payers, payees) = (&layers.accounts[depth], &layers.accounts[depth + 1]);
                links.retain(|link| {
                    payers.binary_search(&link.payer).is_ok() && payees.binary_search(&link.payee).is_ok()
                });
            }
        }
    }

    /// Whether the medians of a stack come one after the other.
    fn is_in_order(&self, layers: &Layers) -> bool {
        self.third.is_none_or(|order| {
            let (before, after) = (self.median(&layers.links[0]), self.median(&layers.links[1]));
            before < after || (before == after && order == TimeOrder::Lenient)
        })
    }

    /// Tick of the median transfer.
    fn median(&self, links: &[Link]) -> Option<u32> {
        let mut ticks: Vec<u32> = links.iter().map(|link| self.graph.tick(link.transfer)).collect();
        ticks.sort_unstable();
        ticks.get(ticks.len().saturating_sub(1) / 2).copied()
    }

    pub(super) fn bundle(&self, layers: &Layers) -> Bundle {
        let mut transfers: Vec<u32> = layers.links.iter().flatten().map(|link| link.transfer).collect();
        in_time(self.graph, &mut transfers);
        let sums = layers.links.iter().map(|links| -> i128 {
            links
                .iter()
                .map(|link| i128::from(self.graph.amount(link.transfer)))
                .sum()
        });
        let needs_lenient =
            layers.links.len() == 2 && self.median(&layers.links[0]) == self.median(&layers.links[1]);
        Bundle {
            accounts: layers.accounts.iter().flatten().copied().collect(),
            instances: 1,
            members: Sequences::default(),
            measures: Measures {
                carried: sums.min().unwrap_or(0),
                needs_lenient,
                ..Measures::of(self.graph, &transfers, false)
            },
            representative: transfers,
        }
    }
}

/// The accounts on the other side of transfers of an account, itself apart; sorted, each once.
fn others(account: u32, edges: &[Edge]) -> Vec<u32> {
    let all = edges.iter().map(|edge| edge.other());
    let mut others: Vec<u32> = all.filter(|other| *other != account).collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// Transfers from a layer to accounts that count, sorted.
fn links<'g>(
    payers: &[u32],
    paid_by: impl Fn(u32) -> Adjacent<'g>,
    ticks: Range<u32>,
    counts: impl Fn(u32) -> bool,
    work: &mut Work<'_>,
) -> Option<Vec<Link>> {
    let mut links = Vec::new();
    for payer in payers.iter().copied() {
        let adjacent = paid_by(payer).between(ticks.clone());
        work.spend(adjacent.len() + 1)?;
        let own = adjacent.iter().filter(|(edge, _)| counts(edge.other()));
        links.extend(own.map(|(edge, transfer)| Link {
            payer,
            payee: edge.other(),
            transfer,
        }));
    }
    work.spend(STEPS_PER_LINK * links.len())?;
    links.sort_unstable();
    Some(links)
}
