//! Bipartite layers and stacks (ML-07): nearly every account of one group pays nearly every account of another.

use std::ops::Range;

use crate::graph::{Adjacent, Edge, Squares, TemporalGraph};

use super::layers_window::{Begin, Marks};
use super::result::{Bundle, Found};
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
/// Where the density makes any two accounts of a layer share two of the other (two thirds and more), only transfers on
/// such squares are looked at: on real records few are. Thousands that all share two hubs inside one window still cost
/// the square of their number, and the budget ends that.
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

/// Whether any two accounts that pay this share of a layer, which has at least so many accounts, pay two of it together.
/// Then all that matters for finding a first layer lies on squares.
fn lie_on_squares(density: Share, least: usize) -> bool {
    // Of 20 accounts or more, two shares of six tenths have a fifth in common.
    let share_two = |layer: usize| 2 * density.of_count(layer) >= layer + 2;
    (least..least.max(20)).all(share_two) && 10 * density.of_count(1_000) >= 6_000
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
    let least = min_accounts as usize;
    let squares = lie_on_squares(density, least)
        .then(|| Squares::of(graph, window, run.budget.max_steps, run.cancel))
        .flatten();
    let middle = squares.as_ref().filter(|_| third.is_some());
    let search = Search {
        graph,
        middle: middle.and_then(|squares| Middle::of(graph, window, run, squares, least)),
        horizons: graph.horizons(window),
        least,
        density,
        third,
        squares,
    };
    let mut found = sweep(graph, graph.accounts() as u32, &search, run)?;
    found.bundles = largest(found.bundles);
    Ok(found)
}

pub(super) struct Search<'g> {
    pub graph: &'g TemporalGraph,
    horizons: Vec<u32>,
    pub least: usize,
    pub density: Share,
    /// The order of the medians, where there is a third layer.
    pub third: Option<TimeOrder>,
    /// The transfers that two accounts of a first layer can share, where all of them lie on squares and finding these is
    /// cheap beside the budget.
    squares: Option<Squares>,
    /// The transfers into a second layer and out of it that can be some, where there is a third.
    middle: Option<Middle>,
}

/// What goes into accounts that can stand between two layers, and what comes out of them.
struct Middle {
    ins: Squares,
    outs: Squares,
}

impl Middle {
    /// Each round takes away what the one before left hanging; none takes more looks than the budget has steps.
    fn of(
        graph: &TemporalGraph,
        window: i64,
        run: &Run<'_>,
        squares: &Squares,
        least: usize,
    ) -> Option<Middle> {
        let (most, cancel) = (run.budget.max_steps, run.cancel);
        let is_between = |ins: &Squares, outs: &Squares, account: u32| {
            ins.incoming(account).len() >= least && outs.outgoing(account).len() >= least
        };
        let round = |ins: &Squares, outs: &Squares| {
            let counts = |account: u32| is_between(ins, outs, account);
            Some(Middle {
                ins: ins.between(graph, window, most, cancel, |_, payee| counts(payee))?,
                outs: outs.between(graph, window, most, cancel, |payer, _| counts(payer))?,
            })
        };
        let mut middle = round(squares, squares)?;
        for _ in 1..ROUNDS {
            middle = round(&middle.ins, &middle.outs)?;
        }
        Some(middle)
    }
}

/// Rounds in which what cannot stand between two layers is taken away.
const ROUNDS: usize = 4;

impl<'g> Search<'g> {
    /// What an account paid, as far as it matters to what two accounts share.
    pub(super) fn shared_outgoing(&self, account: u32) -> Adjacent<'_> {
        match &self.squares {
            Some(squares) => squares.outgoing(account),
            None => self.graph.outgoing(account),
        }
    }

    /// What an account received, in the same way.
    pub(super) fn shared_incoming(&self, account: u32) -> Adjacent<'_> {
        match &self.squares {
            Some(squares) => squares.incoming(account),
            None => self.graph.incoming(account),
        }
    }
}

impl Search<'_> {
    /// Whether an account can stand in a second layer inside a window: where there is a third, it shares both whom it is
    /// paid by and whom it pays.
    pub(super) fn may_be_second(&self, account: u32, ticks: &Range<u32>) -> bool {
        self.middle.as_ref().is_none_or(|middle| {
            [middle.ins.incoming(account), middle.outs.outgoing(account)]
                .iter()
                .all(|shared| shared.between(ticks.clone()).len() >= self.least)
        })
    }

    /// Whether enough of those that a seed pays inside a window can stand in a second layer.
    fn can_hold(&self, paid: &[(Edge, u32)], ticks: &Range<u32>, work: &mut Work<'_>) -> Option<bool> {
        if self.middle.is_none() {
            return Some(true);
        }
        work.spend(paid.len())?;
        let mut payees: Vec<u32> = paid.iter().map(|(edge, _)| edge.other()).collect();
        payees.sort_unstable();
        payees.dedup();
        let second = payees
            .iter()
            .filter(|account| self.may_be_second(**account, ticks));
        Some(second.take(self.least).count() == self.least)
    }

    /// The transfers that can begin an instance.
    fn beginnings(&self, seed: u32) -> Adjacent<'_> {
        match &self.middle {
            Some(middle) => middle.ins.outgoing(seed),
            None => self.shared_outgoing(seed),
        }
    }
}

impl Sweep for Search<'_> {
    type Scratch = Marks;

    fn scratch(&self) -> Marks {
        Marks::of(self.graph.accounts())
    }

    fn weight(&self, account: u32) -> u64 {
        let degree = self.beginnings(account).len();
        if degree < self.least { 0 } else { degree as u64 }
    }

    fn unit(&self, seed: u32, marks: &mut Marks, work: &mut Work<'_>) -> Option<()> {
        // What the seed shares with nobody begins nothing.
        let outgoing = self.beginnings(seed).iter();
        let outgoing: Vec<(Edge, u32)> = outgoing.filter(|(edge, _)| edge.other() != seed).collect();
        // Transfers of the seed that stand in an instance told from it.
        let mut told: hashbrown::HashSet<u32> = hashbrown::HashSet::new();
        let mut place = 0;
        for same in outgoing.chunk_by(|a, b| a.0.tick() == b.0.tick()) {
            work.spend(same.len())?;
            let first = same[0].0.tick();
            let ticks = first..self.horizons[first as usize] + 1;
            let inside = outgoing[place..].partition_point(|(edge, _)| edge.tick() < ticks.end);
            let near = &outgoing[place..place + inside];
            place += same.len();
            // Too few for a layer: most windows end here.
            if inside < self.least || !self.can_hold(near, &ticks, work)? {
                continue;
            }
            let transfers = same.iter().map(|(_, transfer)| *transfer);
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
