//! What a longer window or a wider tolerance keeps of what a narrow search finds. Where it keeps less than every
//! instance, `lost` has the smallest graph that shows it.

use std::collections::BTreeSet;

use geldspoor::patterns::{Bundle, Run, Search, SearchKind, TemporalFlow};

use super::super::{Numbers, alone};
use super::{World, any_search, instances, set};

const GRAPHS: usize = 2_000;

/// What is kept: asked with the graph, what the narrow search finds and what the wide one does.
type Keeps = fn(&World, &[Bundle], &[Bundle]) -> bool;

/// Every instance.
fn all(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let many: BTreeSet<BTreeSet<u32>> = instances(many).into_iter().map(|(_, own)| own).collect();
    instances(few).iter().all(|(_, own)| many.contains(own))
}

/// Every instance, each as a part of one.
fn as_parts(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let many = instances(many);
    let is_part = |own: &BTreeSet<u32>| many.iter().any(|(_, other)| own.is_subset(other));
    instances(few).iter().all(|(_, own)| is_part(own))
}

/// Of every instance something, in one of the same account.
fn something(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let many = instances(many);
    let is_met = |account: u32, own: &BTreeSet<u32>| {
        many.iter()
            .any(|(of, other)| *of == account && !own.is_disjoint(other))
    };
    instances(few).iter().all(|(account, own)| is_met(*account, own))
}

/// Of every instance something, whatever the account that is told first: those of a cluster change places.
fn something_of_the_cluster(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let many = instances(many);
    let is_met = |own: &BTreeSet<u32>| many.iter().any(|(_, other)| !own.is_disjoint(other));
    instances(few).iter().all(|(_, own)| is_met(own))
}

/// The accounts that are found.
fn accounts(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let found =
        |bundles: &[Bundle]| -> BTreeSet<u32> { bundles.iter().map(|bundle| bundle.accounts[0]).collect() };
    found(few).is_subset(&found(many))
}

/// The pairs of parties that are found.
fn parties(world: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let found = |bundles: &[Bundle]| -> BTreeSet<BTreeSet<u32>> {
        let of = |bundle: &Bundle| {
            bundle
                .accounts
                .iter()
                .map(|own| world.parties[*own as usize])
                .collect()
        };
        bundles.iter().map(of).collect()
    };
    found(few).is_subset(&found(many))
}

/// Every chain that is listed, each as a stretch of one.
fn as_stretches(_: &World, few: &[Bundle], many: &[Bundle]) -> bool {
    let transfers = |wide: &Bundle| -> BTreeSet<u32> {
        let listed = instances(std::slice::from_ref(wide)).into_iter();
        listed.flat_map(|(_, own)| own).collect()
    };
    let many: Vec<(&[u32], BTreeSet<u32>)> = many
        .iter()
        .map(|wide| (&wide.accounts[..], transfers(wide)))
        .collect();
    let is_stretch = |accounts: &[u32], chain: &BTreeSet<u32>| {
        let holds = |(way, transfers): &(&[u32], BTreeSet<u32>)| {
            way.windows(accounts.len()).any(|stretch| stretch == accounts) && chain.is_subset(transfers)
        };
        many.iter().any(holds)
    };
    let chains = |narrow: &Bundle| instances(std::slice::from_ref(narrow));
    few.iter().all(|narrow| {
        chains(narrow)
            .iter()
            .all(|(_, chain)| is_stretch(&narrow.accounts, chain))
    })
}

/// A value that allows more; nothing where a value cannot.
fn more(name: &str, shown: &str, numbers: &mut Numbers) -> Option<String> {
    let shown = shown.trim_matches('\'');
    let step = [0.25, 0.5, 1.0][numbers.below(3) as usize];
    let any = numbers.below(2) == 0;
    let share = |change: f64| -> Option<String> {
        let old: f64 = shown.parse().ok()?;
        Some(format!("{:.2}", (old + change).clamp(0.0, 1.0)))
    };
    match name {
        "time_order" => Some("lenient".to_owned()),
        "max_hops" => Some("20".to_owned()),
        "min_amount" => Some("0".to_owned()),
        "conserve" | "min_returned" if any => Some("none".to_owned()),
        "conserve" | "tolerance" | "band" => share(step),
        "min_returned" | "min_share" | "min_emptied" => share(-step),
        "quiet" => Some("1 microsecond".to_owned()),
        _ => {
            let old: i64 = shown.split(' ').next()?.parse().ok()?;
            Some(format!("{} microseconds", old + 1 + numbers.below(5) as i64))
        }
    }
}

/// A wider search keeps this on many small graphs.
fn keeps(kind: SearchKind, name: &str, fixed: &[(&str, &str)], keeps: Keeps) {
    alone(|| {
        let mut numbers = Numbers(1_201);
        let mut seen = 0;
        for round in 0..GRAPHS {
            let world = World::small(&mut numbers);
            let mut narrow = any_search(kind, &mut numbers);
            fixed
                .iter()
                .for_each(|(name, value)| set(&mut narrow, name, value));
            let mut wide: Search = narrow.clone();
            if let Some(value) = more(name, &narrow.shown(name), &mut numbers) {
                wide.set(name, &value).expect(name);
            }
            let (few, many) = (world.search(&narrow), world.search(&wide));
            assert!(
                keeps(&world, &few, &many),
                "{} {name}, graph {round}: {world:?}\n{narrow:?}\n{wide:?}\n{few:?}\n{many:?}",
                kind.name()
            );
            seen += usize::from(wide != narrow && !few.is_empty());
        }
        assert!(
            seen > 20,
            "{} {name}: too few to prove anything: {seen}",
            kind.name()
        );
    });
}

#[test]
fn cycles_lose_none() {
    for name in [
        "time_window",
        "conserve",
        "min_returned",
        "time_order",
        "max_hops",
    ] {
        keeps(SearchKind::TemporalCycles, name, &[], all);
    }
    for kind in [SearchKind::UTurn, SearchKind::CircularLoans] {
        for name in ["time_window", "min_returned", "time_order", "max_hops"] {
            keeps(kind, name, &[], all);
        }
    }
}

#[test]
fn chains_become_parts_of_longer_ones_at_most() {
    for name in ["time_window", "conserve", "time_order", "max_hops"] {
        keeps(SearchKind::LayeringChains, name, &[], as_stretches);
    }
}

#[test]
fn scatter_gather_only_grows() {
    for name in ["time_window", "conserve", "time_order"] {
        keeps(SearchKind::ScatterGather, name, &[], as_parts);
    }
}

#[test]
fn short_lives_and_awakenings_lose_none() {
    for name in ["max_life", "quiet", "min_emptied"] {
        keeps(SearchKind::BurstAndClose, name, &[], all);
    }
    keeps(SearchKind::DormantReactivation, "time_window", &[], as_parts);
    keeps(SearchKind::DormantReactivation, "min_amount", &[], all);
}

#[test]
fn of_every_laid_window_something_is_kept() {
    for kind in [
        SearchKind::FanIn,
        SearchKind::FanOut,
        SearchKind::Structuring,
        SearchKind::Smurfing,
    ] {
        keeps(kind, "time_window", &[], something);
    }
    keeps(SearchKind::Structuring, "band", &[("bunching", "0")], something);
    keeps(SearchKind::Smurfing, "band", &[], something_of_the_cluster);
    keeps(SearchKind::FunnelAccount, "period", &[], something);
    for name in ["period", "min_share"] {
        keeps(SearchKind::PassThrough, name, &[], something);
    }
}

#[test]
fn accounts_that_are_found_stay_found() {
    for name in ["time_window", "time_order"] {
        keeps(SearchKind::GatherScatter, name, &[("conserve", "none")], accounts);
    }
    keeps(SearchKind::GatherScatter, "conserve", &[], accounts);
    for name in ["time_window", "conserve"] {
        keeps(SearchKind::FlowMotif, name, &[], accounts);
    }
}

#[test]
fn parties_that_mirror_each_other_stay_found() {
    keeps(SearchKind::MirrorTransfers, "time_window", &[], parties);
    keeps(
        SearchKind::MirrorTransfers,
        "tolerance",
        &[("min_pairs", "1")],
        parties,
    );
}

#[test]
fn two_parties_keep_as_many_pairs_with_a_longer_window() {
    alone(|| {
        let mut numbers = Numbers(1_206);
        let mut seen = 0;
        for _ in 0..3 * GRAPHS {
            let mut world = World::small(&mut numbers);
            world
                .rows
                .iter_mut()
                .for_each(|row| (row.0, row.1) = (row.0 % 2, 1 - row.0 % 2));
            world.parties = (0..world.accounts as u32).collect();
            let mut search = any_search(SearchKind::MirrorTransfers, &mut numbers);
            set(&mut search, "min_pairs", "1");
            let mut pairs = Vec::new();
            for window in [0, 1, 2, 4, 8] {
                set(&mut search, "time_window", &format!("{window} microseconds"));
                let found = world.search(&search);
                pairs.push(found.first().map_or(0, |bundle| bundle.representative.len() / 2));
            }
            assert!(pairs.is_sorted(), "{world:?} {search:?} {pairs:?}");
            seen += usize::from(pairs.first() < pairs.last());
        }
        assert!(seen > 500, "too few to prove anything: {seen}");
    });
}

#[test]
fn groups_that_were_opened_further_apart_only_grow() {
    keeps(SearchKind::PassThroughGroup, "max_apart", &[], as_parts);
}

#[test]
fn the_largest_flow_is_never_less() {
    alone(|| {
        let mut numbers = Numbers(1_202);
        let mut more = 0;
        for _ in 0..GRAPHS {
            let world = World::small(&mut numbers);
            let (sources, sinks) = ([0, 1], [world.accounts as u32 - 1]);
            let narrow = TemporalFlow {
                sources: &sources[..1],
                sinks: &sinks,
                from: numbers.below(4) as i64,
                to: 4 + numbers.below(8) as i64,
                order: numbers.order(),
            };
            let wide = match numbers.below(4) {
                0 => TemporalFlow {
                    from: narrow.from - 2,
                    ..narrow
                },
                1 => TemporalFlow {
                    to: narrow.to + 4,
                    ..narrow
                },
                2 => TemporalFlow {
                    order: geldspoor::patterns::TimeOrder::Lenient,
                    ..narrow
                },
                _ => TemporalFlow {
                    from: i64::MIN,
                    to: i64::MAX,
                    ..narrow
                },
            };
            let graph = world.graph();
            let most = |flow: &TemporalFlow<'_>| {
                flow.most(&graph, &Run::default())
                    .expect("good")
                    .expect("whole")
                    .amount
            };
            let (few, many) = (most(&narrow), most(&wide));
            assert!(few <= many, "{:?} {narrow:?} {wide:?}", world.rows);
            more += usize::from(few < many);
        }
        assert!(more > 100, "too few to prove anything: {more}");
    });
}
