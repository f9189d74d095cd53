//! Bipartite layers and stacks (ML-07): nearly every account of one group pays nearly every account of another.

use std::ops::Range;

use crate::graph::{Edge, TemporalGraph};

use super::result::{Bundle, Found, Measures, Sequences, in_time};
use super::run::{check_least, check_window};
use super::sweep::{Sweep, Work, sort, sweep};
use super::{Pattern, PatternError, Run, Share, TimeOrder};

/// Two layers (ML-07, bipartite), as in AMLSim and AMLworld (Altman et al., NeurIPS 2023), where each account of the
/// first layer pays each of the second; here at least the share `density` of it.
///
/// An instance is told from a *seed*, an account of the first layer, and a window that begins with a transfer of the
/// seed. The second layer begins as all accounts that the seed pays inside the window, or, as members of a layer pay
/// others too, as those of them that one other account, the *partner*, pays as well, where these are `min_accounts` or
/// more. The first layer begins as all other accounts that pay at least the share `density` of the second inside the
/// window, and the seed. Then, in rounds, all accounts at once are dropped that pay fewer than the share `density` of
/// the second layer as it stands, or are paid by fewer than that of the first, until none is. What is left holds if the
/// seed is in it, a transfer of the seed at the time at which the window begins goes to the second layer, and both layers
/// have `min_accounts`. Its transfers are
/// all from the first layer to the second inside the window. Partners come in the order of their numbers; one that
/// already stands in an instance of the window, together with all that it shares with the seed, begins none.
///
/// Windows of a seed come in the order of time, and a transfer that stands in an instance told from the seed begins no
/// other one. An instance whose transfers all stand in another is left out, so that a set of layers is told once and not from each of its accounts.
///
/// Accounts of a bundle: the first layer, then the second, each in the order of their numbers.
///
/// Each seed looks at all who pay what it pays, so thousands of customers that two large merchants share cost the
/// square of their number: leave purchases out, or let the budget end the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bipartite {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Fewest accounts in each layer, at least 2.
    pub min_accounts: u32,
    /// Share of the other layer that each account pays or is paid by.
    pub density: Share,
}

/// Three layers (ML-07, stack): two bipartite pairs that share the layer between.
///
/// Told from a seed and a window as [`Bipartite`]. When the first two layers stand, the third begins as all accounts
/// outside them that at least the share `density` of the second layer pays inside the window; then accounts are dropped
/// in rounds over all three layers. What is left holds if each layer has `min_accounts`, the seed and a beginning transfer
/// of it are in it, and the median time of the transfers into the second layer lies before that of those out of it
/// (in lenient order: not after it; of an even number the earlier of the two in the middle).
///
/// `carried`: the smaller of the sums into the second layer and out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Microseconds from first to last transfer, inclusive.
    pub window: i64,
    /// Fewest accounts in each layer, at least 2.
    pub min_accounts: u32,
    /// Share of the next layer that each account pays, and of the one before it that it is paid by.
    pub density: Share,
    /// Whether the median times may be equal.
    pub order: TimeOrder,
}

impl Default for Bipartite {
    /// 2 accounts in each layer, 70 %, 7 days.
    fn default() -> Bipartite {
        Bipartite {
            window: 7 * 86_400_000_000,
            min_accounts: 2,
            density: Share::from_millionths(700_000).unwrap_or(Share::WHOLE),
        }
    }
}

impl Default for Stack {
    /// 2 accounts in each layer, 70 %, 7 days, strict.
    fn default() -> Stack {
        let Bipartite {
            window,
            min_accounts,
            density,
        } = Bipartite::default();
        Stack {
            window,
            min_accounts,
            density,
            order: TimeOrder::Strict,
        }
    }
}

impl Pattern for Bipartite {
    fn id(&self) -> &'static str {
        "ML-07"
    }

    fn name(&self) -> &'static str {
        "bipartite"
    }

    fn validate(&self) -> Result<(), PatternError> {
        validate(self.name(), self.window, self.min_accounts, self.density)
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        search(graph, run, self.window, self.min_accounts, self.density, None)
    }
}

impl Pattern for Stack {
    fn id(&self) -> &'static str {
        "ML-07"
    }

    fn name(&self) -> &'static str {
        "stack"
    }

    fn validate(&self) -> Result<(), PatternError> {
        validate(self.name(), self.window, self.min_accounts, self.density)
    }

    fn search(&self, graph: &TemporalGraph, run: &Run<'_>) -> Result<Found, PatternError> {
        self.validate()?;
        search(
            graph,
            run,
            self.window,
            self.min_accounts,
            self.density,
            Some(self.order),
        )
    }
}

fn validate(
    pattern: &'static str,
    window: i64,
    min_accounts: u32,
    density: Share,
) -> Result<(), PatternError> {
    check_window(pattern, window)?;
    check_least(
        pattern,
        "min_accounts",
        min_accounts,
        2,
        "a layer has at least 2 accounts",
    )?;
    match density == Share::NONE {
        true => Err(PatternError::Parameter {
            pattern,
            parameter: "density",
            value: "0".to_owned(),
            allowed: "a density is above 0 and at most 1, as in 0.7",
        }),
        false => Ok(()),
    }
}

fn search(
    graph: &TemporalGraph,
    run: &Run<'_>,
    window: i64,
    min_accounts: u32,
    density: Share,
    third: Option<TimeOrder>,
) -> Result<Found, PatternError> {
    let search = Search {
        graph,
        horizons: graph.horizons(window),
        least: min_accounts as usize,
        density,
        third,
    };
    let mut found = sweep(graph, graph.accounts() as u32, &search, run)?;
    found.bundles = largest(found.bundles);
    Ok(found)
}

struct Search<'g> {
    graph: &'g TemporalGraph,
    horizons: Vec<u32>,
    least: usize,
    density: Share,
    /// The order of the medians, where there is a third layer.
    third: Option<TimeOrder>,
}

/// A transfer from one layer to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    payer: u32,
    payee: u32,
    transfer: u32,
}

/// Layers, each sorted, and what goes from each to the next, sorted.
#[derive(PartialEq, Eq)]
struct Layers {
    accounts: Vec<Vec<u32>>,
    links: Vec<Vec<Link>>,
}

impl Sweep for Search<'_> {
    /// Whether an account stands in a layer at hand.
    type Scratch = Vec<bool>;

    fn scratch(&self) -> Vec<bool> {
        vec![false; self.graph.accounts()]
    }

    fn weight(&self, account: u32) -> u64 {
        let degree = self.graph.outgoing(account).len();
        if degree < self.least { 0 } else { degree as u64 }
    }

    fn unit(&self, seed: u32, marks: &mut Vec<bool>, work: &mut Work<'_>) -> Option<()> {
        let outgoing = self.graph.outgoing(seed);
        // Transfers of the seed that stand in an instance told from it.
        let mut told: hashbrown::HashSet<u32> = hashbrown::HashSet::new();
        let mut place = 0;
        for same in outgoing.edges.chunk_by(|a, b| a.tick() == b.tick()) {
            work.spend(same.len())?;
            let own = place..place + same.len();
            place = own.end;
            let first = same[0].tick();
            let ticks = first..self.horizons[first as usize] + 1;
            // Too few transfers for a layer: most windows end here.
            if outgoing.between(ticks.clone()).len() < self.least {
                continue;
            }
            let others = same.iter().zip(&outgoing.transfers[own]);
            let transfers = others
                .filter(|(edge, _)| edge.other() != seed)
                .map(|(_, transfer)| *transfer);
            let fresh: Vec<u32> = transfers.filter(|transfer| !told.contains(transfer)).collect();
            if fresh.is_empty() {
                continue;
            }
            let begin = Begin { seed, fresh, ticks };
            for layers in self.of_window(&begin, marks, work)? {
                let own = layers.links[0].iter().filter(|link| link.payer == seed);
                told.extend(own.map(|link| link.transfer));
                work.tell(self.bundle(&layers));
            }
        }
        Some(())
    }

    const THINS: bool = true;

    fn thin(&self, bundles: Vec<Bundle>) -> Vec<Bundle> {
        largest(bundles)
    }
}

/// An account, and how many of a list it pays.
struct Payer {
    account: u32,
    pays: usize,
}

/// Where an instance is looked for.
struct Begin {
    seed: u32,
    /// The transfers that can begin it, of one time.
    fresh: Vec<u32>,
    /// The window.
    ticks: Range<u32>,
}

impl Search<'_> {
    /// The accounts of a sorted list that an account pays, sorted.
    fn common(&self, payer: u32, edges: &[Edge], of: &[u32]) -> Vec<u32> {
        let others = edges.iter().map(|edge| edge.other());
        let mut common: Vec<u32> = others
            .filter(|other| *other != payer && of.binary_search(other).is_ok())
            .collect();
        common.sort_unstable();
        common.dedup();
        common
    }

    /// All instances of a window, from everything that the seed pays and from what it shares with each partner.
    fn of_window(&self, begin: &Begin, marks: &mut [bool], work: &mut Work<'_>) -> Option<Vec<Layers>> {
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
            let edges = self.graph.outgoing(partner).between(begin.ticks.clone()).edges;
            work.spend(edges.len())?;
            let common = self.common(partner, edges, &all);
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
        marks: &mut [bool],
        work: &mut Work<'_>,
    ) -> Option<Option<Layers>> {
        let (seed, ticks) = (begin.seed, begin.ticks.clone());
        if first.len() < self.least {
            return Some(None);
        }
        second.iter().for_each(|account| marks[*account as usize] = true);
        let links = self.links(&first, ticks.clone(), |account| marks[account as usize], work);
        second.iter().for_each(|account| marks[*account as usize] = false);
        let mut layers = Layers {
            accounts: vec![first, second],
            links: vec![links?],
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
        let is_inside = |account: u32| {
            layers
                .accounts
                .iter()
                .any(|layer| layer.binary_search(&account).is_ok())
        };
        let mut links = self.links(&layers.accounts[1], ticks, |account| !is_inside(account), work)?;
        let mut payees: Vec<(u32, u32)> = links.iter().map(|link| (link.payee, link.payer)).collect();
        payees.sort_unstable();
        payees.dedup();
        let enough = self.density.of_count(layers.accounts[1].len());
        let third: Vec<u32> = payees
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() >= enough)
            .map(|same| same[0].0)
            .collect();
        links.retain(|link| third.binary_search(&link.payee).is_ok());
        layers.accounts.push(third);
        layers.links.push(links);
        self.drop_loose(&mut layers, work)?;
        Some(holds(&layers).then_some(layers))
    }

    /// Accounts that pay enough of a list of accounts inside a window, sorted.
    fn payers(
        &self,
        list: &[u32],
        ticks: &Range<u32>,
        enough: usize,
        marks: &mut [bool],
        work: &mut Work<'_>,
    ) -> Option<Vec<Payer>> {
        // Who pays enough of the list pays one at least of any that are more than what it may leave out: the least paid
        // ones are looked at.
        let mut by_size: Vec<(usize, u32)> = list
            .iter()
            .map(|account| {
                let payers = self.graph.incoming(*account).between(ticks.clone());
                (payers.len(), *account)
            })
            .collect();
        by_size.sort_unstable();
        by_size.truncate(list.len() - enough + 1);
        let mut candidates: Vec<u32> = Vec::new();
        for (size, account) in by_size {
            work.spend(size + 1)?;
            let edges = self.graph.incoming(account).between(ticks.clone()).edges;
            candidates.extend(edges.iter().map(|edge| edge.other()));
        }
        candidates.sort_unstable();
        candidates.dedup();
        list.iter().for_each(|account| marks[*account as usize] = true);
        let payers = self.paying(&candidates, ticks, enough, marks, work);
        list.iter().for_each(|account| marks[*account as usize] = false);
        payers
    }

    /// Of some accounts those that pay enough of the marked ones.
    fn paying(
        &self,
        candidates: &[u32],
        ticks: &Range<u32>,
        enough: usize,
        marks: &[bool],
        work: &mut Work<'_>,
    ) -> Option<Vec<Payer>> {
        let mut payers = Vec::new();
        let mut paid: Vec<u32> = Vec::new();
        for account in candidates.iter().copied() {
            let edges = self.graph.outgoing(account).between(ticks.clone()).edges;
            work.spend(edges.len() + 1)?;
            if edges.len() < enough {
                continue;
            }
            paid.clear();
            let others = edges.iter().map(|edge| edge.other());
            paid.extend(others.filter(|other| *other != account && marks[*other as usize]));
            paid.sort_unstable();
            paid.dedup();
            if paid.len() >= enough {
                payers.push(Payer {
                    account,
                    pays: paid.len(),
                });
            }
        }
        Some(payers)
    }

    /// Transfers from a layer to accounts that count, sorted.
    fn links(
        &self,
        payers: &[u32],
        ticks: Range<u32>,
        counts: impl Fn(u32) -> bool,
        work: &mut Work<'_>,
    ) -> Option<Vec<Link>> {
        let mut links = Vec::new();
        for payer in payers.iter().copied() {
            let adjacent = self.graph.outgoing(payer).between(ticks.clone());
            work.spend(adjacent.len() + 1)?;
            let own = adjacent.iter().filter(|(edge, _)| counts(edge.other()));
            links.extend(own.map(|(edge, transfer)| Link {
                payer,
                payee: edge.other(),
                transfer,
            }));
        }
        links.sort_unstable();
        Some(links)
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

    fn bundle(&self, layers: &Layers) -> Bundle {
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

/// The bundles whose transfers do not all stand in another, in the order in which bundles are told.
pub(super) fn largest(mut bundles: Vec<Bundle>) -> Vec<Bundle> {
    bundles.sort_by(|a, b| {
        (b.representative.len().cmp(&a.representative.len()))
            .then_with(|| (&a.representative, &a.accounts).cmp(&(&b.representative, &b.accounts)))
    });
    let mut kept: Vec<Bundle> = Vec::new();
    // For each transfer the kept bundles that it stands in.
    let mut inside: hashbrown::HashMap<u32, Vec<usize>> = hashbrown::HashMap::new();
    for bundle in bundles {
        let mut holders: Option<Vec<usize>> = None;
        for transfer in &bundle.representative {
            let own = inside.get(transfer).map_or(&[][..], Vec::as_slice);
            holders = Some(match holders {
                None => own.to_vec(),
                Some(before) => before.into_iter().filter(|place| own.contains(place)).collect(),
            });
            if holders.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        if holders.is_some_and(|holders| !holders.is_empty()) {
            continue;
        }
        for transfer in &bundle.representative {
            inside.entry(*transfer).or_default().push(kept.len());
        }
        kept.push(bundle);
    }
    sort(&mut kept);
    kept
}
