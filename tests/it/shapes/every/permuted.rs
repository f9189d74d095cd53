//! Rows in another order and accounts with other numbers: the same result.

use std::collections::BTreeSet;

use geldspoor::patterns::{Bundle, Found, Measures, Search, SearchKind};

use super::super::{Numbers, alone};
use super::{World, any_search, instances, set};

const GRAPHS: usize = 400;

/// A bundle with rows and accounts as they were numbered before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Plain {
    accounts: Vec<u32>,
    /// Empty where a bundle has several instances, of which the numbers may choose the one that stands for all.
    representative: Vec<u32>,
    /// All instances; all transfers together where not all are listed.
    members: BTreeSet<BTreeSet<u32>>,
    instances: u64,
    measures: String,
}

struct Mapped<'a> {
    kind: SearchKind,
    row: &'a dyn Fn(u32) -> u32,
    account: &'a dyn Fn(u32) -> u32,
    /// Whether no two transfers have one time, so that each order that is told must be the same.
    in_order: bool,
}

impl Mapped<'_> {
    fn plain(&self, bundle: &Bundle) -> Plain {
        let is_one = bundle.instances == 1;
        let sorted = |list: &[u32], to: &dyn Fn(u32) -> u32| {
            let mut list: Vec<u32> = list.iter().map(|own| to(*own)).collect();
            if !(is_one && self.in_order) {
                list.sort_unstable();
            }
            list
        };
        let mut members: BTreeSet<BTreeSet<u32>> = instances(std::slice::from_ref(bundle))
            .into_iter()
            .map(|(_, own)| own.into_iter().map(self.row).collect())
            .collect();
        if self.kind == SearchKind::LayeringChains {
            members = BTreeSet::from([members.into_iter().flatten().collect()]);
        }
        let mut measures: Measures = bundle.measures;
        if !(is_one && self.in_order) {
            (measures.first_amount, measures.last_amount) = (0, 0);
        }
        if !is_one {
            (measures.total, measures.carried) = (0, 0);
        }
        Plain {
            accounts: sorted(&bundle.accounts, self.account),
            representative: if is_one {
                sorted(&bundle.representative, self.row)
            } else {
                Vec::new()
            },
            members,
            instances: bundle.instances,
            measures: format!("{measures:?}"),
        }
    }

    fn all(&self, found: &Found) -> (Vec<Plain>, u64, bool) {
        let mut all: Vec<Plain> = found.bundles.iter().map(|bundle| self.plain(bundle)).collect();
        all.sort();
        (all, found.steps, found.truncated.is_some())
    }
}

fn run(world: &World, search: &Search) -> Found {
    search.run(&world.graph(), &world.told()).expect("good")
}

/// A small graph that can hold the shape.
fn some(kind: SearchKind, numbers: &mut Numbers) -> World {
    match kind {
        SearchKind::Stack => World::layered(numbers),
        _ => World::small(numbers),
    }
}

/// Searches a graph with its rows in two orders.
fn same_in_any_order(kind: SearchKind, in_order: bool) {
    alone(|| {
        let mut numbers = Numbers(1_301);
        let mut seen = 0;
        for round in 0..GRAPHS {
            let mut world = some(kind, &mut numbers);
            if in_order {
                world = world.one_by_one(&mut numbers);
            }
            let mut search = any_search(kind, &mut numbers);
            let place = numbers.shuffled(world.rows.len());
            let shuffled = world.picked(&place);
            let as_it_is = Mapped {
                kind,
                row: &|row| row,
                account: &|account| account,
                in_order,
            };
            let back = Mapped {
                row: &|row| place[row as usize],
                ..as_it_is
            };
            let (whole, other) = (run(&world, &search), run(&shuffled, &search));
            seen += usize::from(!whole.bundles.is_empty());
            let steps = whole.steps;
            let (one, mut two) = (as_it_is.all(&whole), back.all(&other));
            if !in_order {
                // What is looked at may follow the numbers; what is found does not.
                two.1 = one.1;
            }
            assert_eq!(
                one,
                two,
                "{} graph {round}: {world:?} {place:?} {search:?}",
                kind.name()
            );
            if in_order && steps > 1 {
                set(&mut search, "max_steps", &(steps / 2).to_string());
                let (one, two) = (
                    as_it_is.all(&run(&world, &search)),
                    back.all(&run(&shuffled, &search)),
                );
                assert_eq!(
                    one,
                    two,
                    "cut, {} graph {round}: {world:?} {place:?} {search:?}",
                    kind.name()
                );
            }
        }
        assert!(seen > 3, "{}: too few to prove anything: {seen}", kind.name());
    });
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    for kind in SearchKind::ALL {
        same_in_any_order(kind, true);
    }
}

#[test]
fn the_order_of_rows_of_one_time_changes_nothing_but_what_ties_decide() {
    // First in and first out, the latest small ones, the earliest partner: of one time the number tells. Of flows of the
    // largest amount any may be told.
    let by_number = [
        SearchKind::PassThrough,
        SearchKind::PassThroughGroup,
        SearchKind::FlowMotif,
        SearchKind::MirrorTransfers,
        SearchKind::TemporalFlow,
    ];
    for kind in SearchKind::ALL {
        if !by_number.contains(&kind) {
            same_in_any_order(kind, false);
        }
    }
}

/// The world with other numbers for its accounts.
fn renumbered(world: &World, names: &[u32]) -> World {
    fn list<T: Copy>(all: &[T], names: &[u32]) -> Vec<T> {
        let mut moved = all.to_vec();
        all.iter()
            .zip(names)
            .for_each(|(own, name)| moved[*name as usize] = *own);
        moved
    }
    let name = |account: &u32| names[*account as usize];
    World {
        rows: world
            .rows
            .iter()
            .map(|row| (name(&row.0), name(&row.1), row.2, row.3))
            .collect(),
        parties: list(&world.parties, names),
        foreign: list(&world.foreign, names),
        closed: list(&world.closed, names),
        seen: list(&world.seen, names),
        opened: list(&world.opened, names),
        attributes: world
            .attributes
            .iter()
            .map(|(account, mark)| (name(account), *mark))
            .collect(),
        sources: world.sources.iter().map(name).collect(),
        sinks: world.sinks.iter().map(name).collect(),
        ..world.clone()
    }
}

#[test]
fn the_numbers_of_the_accounts_change_nothing_but_what_ties_decide() {
    for kind in SearchKind::ALL {
        alone(|| {
            let mut numbers = Numbers(1_302);
            let mut seen = 0;
            for round in 0..GRAPHS {
                let world = some(kind, &mut numbers);
                let search = any_search(kind, &mut numbers);
                let names = numbers.shuffled(world.accounts);
                let mut back = names.clone();
                (0_u32..)
                    .zip(&names)
                    .for_each(|(old, new)| back[*new as usize] = old);
                let as_it_is = Mapped {
                    kind,
                    row: &|row| row,
                    account: &|account| account,
                    in_order: false,
                };
                let other = Mapped {
                    account: &|account| back[account as usize],
                    ..as_it_is
                };
                let (one, two) = (run(&world, &search), run(&renumbered(&world, &names), &search));
                seen += usize::from(!one.bundles.is_empty());
                match kind {
                    // Of equals in a layer the smaller number goes first.
                    SearchKind::DenseFlow => {}
                    // The party with the smaller number is the first to choose; whoever mirrors still does.
                    SearchKind::MirrorTransfers => {
                        let mut search = search.clone();
                        set(&mut search, "min_pairs", "1");
                        let parties = |world: &World| -> BTreeSet<BTreeSet<u32>> {
                            let of = |bundle: Bundle| {
                                let accounts = bundle.accounts.into_iter();
                                accounts.map(|own| world.parties[own as usize]).collect()
                            };
                            world.search(&search).into_iter().map(of).collect()
                        };
                        assert_eq!(
                            parties(&world),
                            parties(&renumbered(&world, &names)),
                            "{world:?} {search:?}"
                        );
                    }
                    // Of flows of the largest amount any may be told.
                    SearchKind::TemporalFlow => {
                        let amount =
                            |found: &Found| found.bundles.first().map(|bundle| bundle.measures.carried);
                        assert_eq!(amount(&one), amount(&two), "{world:?} {search:?}");
                    }
                    _ => assert_eq!(
                        as_it_is.all(&one).0,
                        other.all(&two).0,
                        "{} graph {round}: {world:?} {names:?} {search:?}",
                        kind.name()
                    ),
                }
            }
            assert!(seen > 3, "{}: too few to prove anything: {seen}", kind.name());
        });
    }
}
