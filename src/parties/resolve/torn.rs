//! Records that fit two parties which are not one: joined with neither where the evidence does not tell which.
//!
//! A father and a son of one name share a phone, and a third record has name and phone alone. The stronger link would be
//! followed, and a person blamed for another's account on a difference of nothing.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::apart::Apart;
use super::cluster::{Clusters, Cut, Link, cluster, vetoes};
use super::decide::Ground;
use super::score::Scorer;
use super::settings::{Settings, bits};

/// Joins what the links say, leaving out links of records that are torn between two parties. Returns the links that were
/// not followed too, in order.
pub(super) fn join(
    scorer: &Scorer,
    settings: &Settings,
    apart: &Apart,
    links: &[Link],
) -> (Clusters, Vec<Cut>) {
    let mut torn: BTreeSet<u32> = BTreeSet::new();
    let mut kept: Vec<Link> = links.to_vec();
    let mut told: Vec<Cut> = Vec::new();
    loop {
        let (clusters, cuts) = cluster(scorer, apart, &kept);
        let before = torn.len();
        for (cut, record) in between(scorer, settings, apart, &kept, &clusters, &cuts) {
            torn.insert(record);
            told.push(cut);
        }
        if torn.len() == before {
            told.extend(cuts);
            told.sort_unstable_by_key(|cut| (cut.left, cut.right));
            told.dedup_by_key(|cut| (cut.left, cut.right));
            return (clusters, told);
        }
        kept.retain(|link| {
            link.ground != Ground::Evidence || !(torn.contains(&link.left) || torn.contains(&link.right))
        });
    }
}

/// Records that are with one party, were cut from another that they fit as well, and are in contradiction with neither.
fn between(
    scorer: &Scorer,
    settings: &Settings,
    apart: &Apart,
    links: &[Link],
    clusters: &Clusters,
    cuts: &[Cut],
) -> Vec<(Cut, u32)> {
    let mut ends: Vec<(Cut, u32)> = Vec::new();
    for cut in cuts.iter().filter(|cut| cut.ground == Ground::Evidence) {
        for (record, other) in [(cut.left, cut.right), (cut.right, cut.left)] {
            let others = clusters.members(clusters.of(other));
            let fits = |other: &u32| vetoes(scorer, record, *other).is_none() && !apart.apart(record, *other);
            if others.iter().all(fits) {
                ends.push((*cut, record));
            }
        }
    }
    // What holds each of them where it is.
    let mut holds: HashMap<u32, f64> = ends
        .iter()
        .map(|(_, record)| (*record, f64::NEG_INFINITY))
        .collect();
    for link in links.iter().filter(|_| !ends.is_empty()) {
        if clusters.of(link.left) != clusters.of(link.right) {
            continue;
        }
        let weight = if link.ground == Ground::Evidence {
            link.bits
        } else {
            f64::INFINITY
        };
        for end in [link.left, link.right] {
            if let Some(most) = holds.get_mut(&end) {
                *most = most.max(weight);
            }
        }
    }
    // As sure of the one against the other as it takes to be sure of one party.
    let margin = bits(settings.threshold, 1.0 - settings.threshold);
    ends.retain(|(cut, record)| holds[record] - cut.bits < margin);
    ends
}
