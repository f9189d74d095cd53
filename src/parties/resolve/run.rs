//! The whole way: blocks, numbers, pairs, clusters, households.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;
use thiserror::Error;

use super::apart::{Apart, Decisions};
use super::block::{Block, Index, Refused};
use super::cluster::{Clusters, Cut, Link};
use super::decide::{Ground, Lack, Outcome, decide};
use super::estimate::estimate;
use super::explain::{Explanation, explain};
use super::household::{Household, households};
use super::records::Records;
use super::score::Scorer;
use super::settings::{Parameters, Settings, posterior};
use super::torn::join;

/// Told what the resolving is at; answers whether to go on.
pub type Progress<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Why records were not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResolveError {
    /// The progress said not to go on.
    #[error("stopped before the records were resolved")]
    Stopped,
    /// A setting that cannot be.
    #[error("settings: {0}")]
    Settings(String),
}

/// A pair that is one party, may be, or is in conflict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The smaller record first.
    pub left: u32,
    pub right: u32,
    /// Prior and evidence.
    pub sum: f64,
    pub outcome: Outcome,
}

impl Pair {
    /// How likely the two are one party, by the evidence alone.
    pub fn posterior(&self) -> f64 {
        posterior(self.sum)
    }
}

/// What the records resolve to. All lists are in a fixed order.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    pub parameters: Parameters,
    pub clusters: Clusters,
    /// Pairs by record: merged, possible (unless one cluster holds both), in conflict.
    pub pairs: Vec<Pair>,
    /// Links of the evidence that were not followed.
    pub cuts: Vec<Cut>,
    /// Decisions to merge that other decisions contradict.
    pub contradictions: Vec<Cut>,
    pub households: Vec<Household>,
    /// How many pairs were compared.
    pub compared: u64,
    /// Pairs that were too many to compare.
    pub refused: Vec<Refused>,
    /// Ids in decisions that no record has.
    pub unknown: Vec<String>,
    /// What else a reader has to know.
    pub notes: Vec<String>,
}

/// How many records are compared between two questions whether to go on.
const PORTION: usize = 1 << 15;

/// Resolves records.
pub fn resolve(
    records: &Records,
    settings: &Settings,
    decisions: &Decisions,
    progress: &Progress,
) -> Result<Resolved, ResolveError> {
    let go_on = |what: &str| {
        if progress(what) {
            Ok(())
        } else {
            Err(ResolveError::Stopped)
        }
    };
    check(settings)?;
    let blocks = settings
        .blocks
        .clone()
        .unwrap_or_else(|| Block::standard(records.fields()));
    if let Some((block, field)) = blocks.iter().find_map(|block| {
        let parts = block.parts.iter().chain(&block.within);
        let wrong = parts
            .map(|(field, _)| *field)
            .find(|field| *field >= records.fields().len());
        wrong.map(|field| (&block.name, field))
    }) {
        let count = records.fields().len();
        return Err(ResolveError::Settings(format!(
            "block `{block}`: field {field}, expected one below {count}"
        )));
    }
    let apart = Apart::new(records, decisions);
    go_on("grouping records")?;
    let index = Index::new(records, &blocks, settings);
    go_on("learning what agreement weighs")?;
    let mut parameters = estimate(records, &blocks, &index, settings);
    parameters
        .put(records.fields(), settings)
        .map_err(ResolveError::Settings)?;
    let scorer = Scorer::new(records, &parameters, settings);
    let (mut pairs, compared) = compare(&scorer, settings, &apart, &index, progress)?;
    go_on("joining records to parties")?;
    let links = links(&scorer, &apart, &pairs);
    let (clusters, cuts) = join(&scorer, settings, &apart, &links);
    let (contradictions, cuts): (Vec<Cut>, Vec<Cut>) =
        cuts.into_iter().partition(|cut| cut.ground == Ground::Decision);
    settle(&mut pairs, &clusters, &apart, &scorer);
    go_on("looking for households")?;
    let households = households(records, &clusters, settings.most_in_household);
    let notes = notes(records, &parameters, &index, settings);
    Ok(Resolved {
        clusters,
        pairs,
        cuts,
        contradictions,
        households,
        compared,
        refused: index.refused,
        unknown: apart.unknown,
        notes,
        parameters,
    })
}

/// Explains pairs of records with the numbers that they were resolved with.
pub struct Explainer<'a> {
    scorer: Scorer<'a>,
    settings: &'a Settings,
    apart: Apart,
}

impl<'a> Explainer<'a> {
    /// With what the records were resolved with, and the parameters that came of it.
    pub fn new(
        records: &'a Records,
        parameters: &'a Parameters,
        settings: &'a Settings,
        decisions: &Decisions,
    ) -> Explainer<'a> {
        Explainer {
            scorer: Scorer::new(records, parameters, settings),
            settings,
            apart: Apart::new(records, decisions),
        }
    }

    /// Every term of a pair, and what the decisions and the evidence make of it by themselves: that its parties were kept
    /// apart for others in them stands with the cuts.
    pub fn explain(&self, left: u32, right: u32) -> Explanation {
        explain(&self.scorer, self.settings, &self.apart, left, right)
    }
}

fn check(settings: &Settings) -> Result<(), ResolveError> {
    for (name, value) in [("threshold", settings.threshold), ("possible", settings.possible)] {
        if !(value > 0.0 && value < 1.0) {
            let text = format!("{name} is {value}, expected more than 0 and less than 1");
            return Err(ResolveError::Settings(text));
        }
    }
    if !(settings.usual > 0.0 && settings.usual.is_finite()) {
        return Err(ResolveError::Settings(format!(
            "usual is {}, expected more than 0",
            settings.usual
        )));
    }
    if settings.possible > settings.threshold {
        let (possible, threshold) = (settings.possible, settings.threshold);
        let text = format!("possible is {possible}, expected no more than the threshold of {threshold}");
        return Err(ResolveError::Settings(text));
    }
    Ok(())
}

/// Weighs every pair of the blocks once, and keeps what is more than different.
fn compare(
    scorer: &Scorer,
    settings: &Settings,
    apart: &Apart,
    index: &Index,
    progress: &Progress,
) -> Result<(Vec<Pair>, u64), ResolveError> {
    let records = scorer.records.len();
    let (stopped, compared) = (AtomicBool::new(false), AtomicU64::new(0));
    let portions: Vec<Vec<Pair>> = (0..records.div_ceil(PORTION))
        .into_par_iter()
        .map(|portion| {
            let done = portion * PORTION;
            if stopped.load(Ordering::Relaxed)
                || !progress(&format!("comparing records from {done} of {records}"))
            {
                stopped.store(true, Ordering::Relaxed);
                return Vec::new();
            }
            let range = done..(done + PORTION).min(records);
            let kept = range.into_par_iter().with_min_len(256).fold(
                || (Vec::new(), Vec::new()),
                |(mut kept, mut others), left| {
                    let left = left as u32;
                    index.after(left, &mut others);
                    compared.fetch_add(others.len() as u64, Ordering::Relaxed);
                    for right in &others {
                        if apart.apart(left, *right) || scorer.ruled_out(left, *right) {
                            continue;
                        }
                        let score = scorer.score(left, *right);
                        let outcome = decide(&score, settings);
                        if !matches!(outcome, Outcome::Different(_)) {
                            kept.push(Pair {
                                left,
                                right: *right,
                                sum: score.sum,
                                outcome,
                            });
                        }
                    }
                    (kept, others)
                },
            );
            kept.map(|(kept, _)| kept)
                .reduce(Vec::new, |mut left, mut right| {
                    left.append(&mut right);
                    left
                })
        })
        .collect();
    if stopped.into_inner() {
        return Err(ResolveError::Stopped);
    }
    Ok((portions.into_iter().flatten().collect(), compared.into_inner()))
}

/// What is to be joined, in the order in which it is: decisions, identifiers, then the evidence from the strongest.
fn links(scorer: &Scorer, apart: &Apart, pairs: &[Pair]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut add = |left: u32, right: u32, bits: f64, ground: Ground| {
        links.push(Link {
            left,
            right,
            bits,
            ground,
        });
    };
    for (left, right) in &apart.merge {
        add(*left, *right, scorer.score(*left, *right).sum, Ground::Decision);
    }
    for pair in pairs {
        if let Outcome::Same(ground) = pair.outcome {
            add(pair.left, pair.right, pair.sum, ground);
        }
    }
    links.par_sort_unstable_by(|link, other| {
        let order = link
            .ground
            .cmp(&other.ground)
            .then(other.bits.total_cmp(&link.bits));
        order.then((link.left, link.right).cmp(&(other.left, other.right)))
    });
    links
}

/// What became of pairs in the clusters.
fn settle(pairs: &mut Vec<Pair>, clusters: &Clusters, apart: &Apart, scorer: &Scorer) {
    let decided = |pair: &Pair| apart.merge.binary_search(&(pair.left, pair.right)).is_ok();
    pairs.retain(|pair| !decided(pair));
    for pair in pairs.iter_mut() {
        let together = clusters.of(pair.left) == clusters.of(pair.right);
        if matches!(pair.outcome, Outcome::Same(_)) && !together {
            pair.outcome = Outcome::Possible(Lack::Apart);
        }
    }
    pairs.retain(|pair| {
        let possible = matches!(pair.outcome, Outcome::Possible(_));
        !possible || clusters.of(pair.left) != clusters.of(pair.right)
    });
    for (left, right) in &apart.merge {
        if clusters.of(*left) == clusters.of(*right) {
            pairs.push(Pair {
                left: *left,
                right: *right,
                sum: scorer.score(*left, *right).sum,
                outcome: Outcome::Same(Ground::Decision),
            });
        }
    }
    pairs.par_sort_unstable_by_key(|pair| (pair.left, pair.right));
}

fn notes(records: &Records, parameters: &Parameters, index: &Index, settings: &Settings) -> Vec<String> {
    let mut notes = Vec::new();
    if !parameters.estimated {
        let why = if settings.estimate {
            format!(
                "{} pairs with {:.0} expected matches, {:.0} needed",
                parameters.pairs, parameters.matches, settings.least_matches
            )
        } else {
            "learning is switched off".to_owned()
        };
        notes.push(format!(
            "weights are the defaults, not learned from these records ({why})"
        ));
    }
    if index.many_keys > 0 {
        notes.push(format!(
            "{} records have more keys in a block than are looked at",
            index.many_keys
        ));
    }
    if records.unread_dates() > 0 {
        notes.push(format!(
            "{} values of dates are no date and were left out",
            records.unread_dates()
        ));
    }
    notes
}
