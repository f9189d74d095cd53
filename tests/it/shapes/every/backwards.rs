//! Time run backwards: what the order makes is gone, what needs no order is there again.

use std::collections::BTreeSet;

use geldspoor::patterns::{Bundle, Run, Search, SearchKind, TemporalFlow};

use super::super::{Numbers, alone};
use super::{World, any_search, instances, set};

const GRAPHS: usize = 2_000;

/// The same transfers with time running backwards.
fn turned(world: &World) -> World {
    let mut turned = world.clone();
    turned.rows.iter_mut().for_each(|row| row.2 = -row.2);
    turned
}

fn sets(bundles: &[Bundle]) -> BTreeSet<BTreeSet<u32>> {
    instances(bundles).into_iter().map(|(_, own)| own).collect()
}

/// Searches graphs forwards and backwards and looks at what comes of both.
fn both_ways(
    kind: SearchKind,
    fixed: &[(&str, &str)],
    make: fn(&mut Numbers) -> World,
    look: impl Fn(&World, &Search, &[Bundle], &[Bundle]) + Send + Sync,
) {
    alone(|| {
        let mut numbers = Numbers(1_203);
        let mut seen = 0;
        for _ in 0..GRAPHS {
            let world = make(&mut numbers);
            let mut search = any_search(kind, &mut numbers);
            fixed
                .iter()
                .for_each(|(name, value)| set(&mut search, name, value));
            let (there, back) = (world.search(&search), turned(&world).search(&search));
            look(&world, &search, &there, &back);
            seen += usize::from(!there.is_empty());
        }
        assert!(seen > 20, "{}: too few to prove anything: {seen}", kind.name());
    });
}

fn small(numbers: &mut Numbers) -> World {
    let world = World::small(numbers);
    world.one_by_one(numbers)
}

fn layered(numbers: &mut Numbers) -> World {
    let world = World::layered(numbers);
    let mut order: Vec<usize> = (0..world.rows.len()).collect();
    order.sort_by_key(|place| world.rows[*place].2);
    let mut world = world;
    for (time, place) in order.into_iter().enumerate() {
        world.rows[place].2 = time as i64;
    }
    world
}

/// No instance is one backwards too.
#[test]
fn what_follows_from_the_order_is_gone() {
    for kind in [
        SearchKind::ScatterGather,
        SearchKind::LayeringChains,
        SearchKind::UTurn,
    ] {
        both_ways(kind, &[], small, |world, search, there, back| {
            assert!(sets(there).is_disjoint(&sets(back)), "{world:?} {search:?}");
        });
    }
    // What one account passes on and gets back is, backwards, what the other one passes on: of the same account each
    // begins with what comes in and ends with what goes out, and backwards it would begin with what goes out.
    for kind in [
        SearchKind::GatherScatter,
        SearchKind::PassThrough,
        SearchKind::FunnelAccount,
        SearchKind::FlowMotif,
    ] {
        both_ways(kind, &[], small, |world, search, there, back| {
            let back = instances(back);
            assert!(
                instances(there).iter().all(|own| !back.contains(own)),
                "{world:?} {search:?}"
            );
        });
    }
}

#[test]
fn cycles_of_three_and_more_are_gone_and_those_of_two_are_not() {
    let any_amounts = [("min_returned", "none"), ("conserve", "none")];
    for kind in [SearchKind::TemporalCycles, SearchKind::CircularLoans] {
        both_ways(kind, &any_amounts, small, |world, search, there, back| {
            let (there, back) = (sets(there), sets(back));
            let of_two = |all: &BTreeSet<BTreeSet<u32>>| -> BTreeSet<BTreeSet<u32>> {
                all.iter().filter(|cycle| cycle.len() == 2).cloned().collect()
            };
            let both: BTreeSet<BTreeSet<u32>> = there.intersection(&back).cloned().collect();
            assert_eq!(both, of_two(&there), "{world:?} {search:?}");
            assert_eq!(of_two(&there), of_two(&back), "{world:?} {search:?}");
        });
    }
}

#[test]
fn a_stack_is_gone_unless_its_medians_cross() {
    both_ways(
        SearchKind::Stack,
        &[("density", "0.5")],
        layered,
        |world, search, there, back| {
            let back = sets(back);
            for bundle in there
                .iter()
                .filter(|bundle| back.contains(&sets(std::slice::from_ref(bundle)).pop_first().expect("one")))
            {
                // Of an even number the median is the earlier of the two in the middle, and backwards the later one. Some
                // account is paid and pays: what leads to such and what leads away from such.
                let pays: BTreeSet<u32> = bundle
                    .representative
                    .iter()
                    .map(|row| world.rows[*row as usize].0)
                    .collect();
                let later_median = |is_first: bool| {
                    let own = bundle.representative.iter().map(|row| world.rows[*row as usize]);
                    let mut times: Vec<i64> = own
                        .filter(|row| pays.contains(&row.1) == is_first)
                        .map(|row| row.2)
                        .collect();
                    times.sort_unstable();
                    times[times.len() / 2]
                };
                assert!(
                    later_median(true) > later_median(false),
                    "{world:?} {search:?} {bundle:?}"
                );
            }
        },
    );
}

#[test]
fn an_awakening_is_one_backwards_only_before_a_silence() {
    both_ways(
        SearchKind::DormantReactivation,
        &[("silence", "3 microseconds")],
        small,
        |world, search, there, back| {
            let both = sets(back);
            for bundle in there {
                let own: BTreeSet<u32> = bundle.representative.iter().copied().collect();
                if !both.contains(&own) {
                    continue;
                }
                let last = own
                    .iter()
                    .map(|row| world.rows[*row as usize].2)
                    .max()
                    .expect("one");
                // The transfers may be those of another account's awakening; one of them fell silent then.
                let falls_silent = |account: u32| {
                    let later = (0..world.rows.len()).filter(|place| {
                        let row = world.rows[*place];
                        !world.quiet[*place]
                            && row.0 != row.1
                            && (row.0 == account || row.1 == account)
                            && row.2 > last
                    });
                    later
                        .map(|place| world.rows[place].2)
                        .min()
                        .is_some_and(|next| next - last >= 3)
                };
                assert!(
                    bundle.accounts.iter().any(|account| falls_silent(*account)),
                    "{world:?} {search:?} {bundle:?}"
                );
            }
        },
    );
}

#[test]
fn a_short_life_is_one_backwards_if_it_was_closed_or_quiet_before() {
    both_ways(
        SearchKind::BurstAndClose,
        &[("quiet", "3 microseconds")],
        small,
        |world, search, there, back| {
            let back = sets(back);
            let begin = world.rows.iter().map(|row| row.2).min().unwrap_or(0);
            for (account, own) in instances(there) {
                let first = own
                    .iter()
                    .map(|row| world.rows[*row as usize].2)
                    .min()
                    .expect("one");
                let is_closed = world.closed[account as usize];
                let was_quiet = first - begin >= 3;
                // Two accounts that pay each other alone have the same transfers; one of them may be the closed one.
                let others = || {
                    instances(there)
                        .into_iter()
                        .any(|(other, set)| other != account && set == own)
                };
                match is_closed {
                    true => assert!(back.contains(&own), "{world:?} {search:?}"),
                    false => assert!(
                        was_quiet || others() || !back.contains(&own),
                        "{world:?} {search:?} {own:?}"
                    ),
                }
            }
        },
    );
}

#[test]
fn what_needs_no_order_is_there_again() {
    let firsts =
        |bundles: &[Bundle]| -> BTreeSet<u32> { bundles.iter().map(|bundle| bundle.accounts[0]).collect() };
    for kind in [SearchKind::FanIn, SearchKind::FanOut, SearchKind::Structuring] {
        // Windows are laid from the other end, but of the same accounts.
        both_ways(kind, &[], World::small, |world, search, there, back| {
            assert_eq!(firsts(there), firsts(back), "{world:?} {search:?}");
        });
    }
    let whole = [("time_window", "1 hour")];
    for kind in [
        SearchKind::FanIn,
        SearchKind::FanOut,
        SearchKind::Structuring,
        SearchKind::Smurfing,
        SearchKind::DenseFlow,
    ] {
        both_ways(kind, &whole, World::small, |world, search, there, back| {
            assert_eq!(sets(there), sets(back), "{world:?} {search:?}");
        });
    }
    both_ways(
        SearchKind::Smurfing,
        &[],
        World::small,
        |world, search, there, back| {
            let clusters = |bundles: &[Bundle]| -> BTreeSet<u32> {
                firsts(bundles)
                    .into_iter()
                    .map(|account| world.parties[account as usize])
                    .collect()
            };
            assert_eq!(clusters(there), clusters(back), "{world:?} {search:?}");
        },
    );
}

#[test]
fn layers_at_one_time_are_there_again() {
    // A window begins with a transfer of the account that it is told from, so only at one time both ways have the same.
    let at_once = |numbers: &mut Numbers| {
        let mut world = World::layered(numbers);
        world.rows.iter_mut().for_each(|row| row.2 /= 3);
        world
    };
    both_ways(
        SearchKind::Bipartite,
        &[("time_window", "0 days")],
        at_once,
        |world, search, there, back| {
            assert_eq!(sets(there), sets(back), "{world:?} {search:?}");
        },
    );
}

#[test]
fn whoever_mirrors_mirrors_backwards() {
    let fixed = [("min_pairs", "1")];
    both_ways(
        SearchKind::MirrorTransfers,
        &fixed,
        World::small,
        |world, search, there, back| {
            let parties = |bundles: &[Bundle]| -> BTreeSet<BTreeSet<u32>> {
                let of = |bundle: &Bundle| {
                    bundle
                        .accounts
                        .iter()
                        .map(|own| world.parties[*own as usize])
                        .collect()
                };
                bundles.iter().map(of).collect()
            };
            assert_eq!(parties(there), parties(back), "{world:?} {search:?}");
        },
    );
}

/// Each transfer turned round as well: what flowed there flows back the same way.
#[test]
fn the_largest_flow_is_the_same_with_every_transfer_turned_round() {
    alone(|| {
        let mut numbers = Numbers(1_204);
        let mut seen = 0;
        for _ in 0..GRAPHS {
            let world = World::small(&mut numbers);
            let mut turned = turned(&world);
            turned
                .rows
                .iter_mut()
                .for_each(|row| (row.0, row.1) = (row.1, row.0));
            let (one, other) = ([0, 1], [world.accounts as u32 - 1]);
            let order = numbers.order();
            let most = |world: &World, sources: &[u32], sinks: &[u32]| {
                let flow = TemporalFlow {
                    sources,
                    sinks,
                    from: i64::MIN,
                    to: i64::MAX,
                    order,
                };
                flow.most(&world.graph(), &Run::default())
                    .expect("good")
                    .expect("whole")
                    .amount
            };
            let there = most(&world, &one, &other);
            assert_eq!(there, most(&turned, &other, &one), "{:?} {order:?}", world.rows);
            seen += usize::from(there > 0);
        }
        assert!(seen > 500, "too few to prove anything: {seen}");
    });
}

#[test]
fn chains_and_cycles_are_the_same_with_every_transfer_turned_round() {
    for kind in [
        SearchKind::TemporalCycles,
        SearchKind::LayeringChains,
        SearchKind::ScatterGather,
    ] {
        alone(|| {
            let mut numbers = Numbers(1_205);
            let mut seen = 0;
            for _ in 0..GRAPHS {
                let world = World::small(&mut numbers);
                let mut turned = turned(&world);
                turned
                    .rows
                    .iter_mut()
                    .for_each(|row| (row.0, row.1) = (row.1, row.0));
                let mut search = any_search(kind, &mut numbers);
                set(&mut search, "conserve", "none");
                set(&mut search, "min_returned", "none");
                let (there, back) = (world.search(&search), turned.search(&search));
                // Chains of a bundle are counted and not all listed.
                let told = |bundles: &[Bundle]| -> BTreeSet<(BTreeSet<u32>, u64)> {
                    let of = |bundle: &Bundle| (bundle.accounts.iter().copied().collect(), bundle.instances);
                    bundles.iter().map(of).collect()
                };
                match kind {
                    SearchKind::LayeringChains => {
                        assert_eq!(told(&there), told(&back), "{world:?} {search:?}")
                    }
                    _ => assert_eq!(sets(&there), sets(&back), "{world:?} {search:?}"),
                }
                seen += usize::from(!there.is_empty());
            }
            assert!(seen > 50, "{}: too few to prove anything: {seen}", kind.name());
        });
    }
}

#[test]
fn a_planted_group_is_gone() {
    // Three accounts are paid four times each, and then pay the same two.
    let mut rows = Vec::new();
    for account in 0..3 {
        for time in 0..4 {
            rows.push((5, account, time, 100));
            rows.push((account, 3 + time as u32 % 2, 10 + time, 100));
        }
    }
    let world = World::of(6, rows, &mut Numbers(1));
    let mut search = Search::new(SearchKind::PassThroughGroup);
    for (name, value) in [
        ("time_window", "1 hour"),
        ("min_inflow", "0"),
        ("min_events", "1"),
        ("max_apart", "1 hour"),
    ] {
        set(&mut search, name, value);
    }
    assert_eq!(sets(&world.search(&search)), BTreeSet::from([(0..24).collect()]));
    assert!(turned(&world).search(&search).is_empty());
}
