//! A hub of two hundred thousand counterparties, and two hundred accounts that all pay each other within an hour: every
//! kind ends within a small budget and says whether something was cut. A million are too slow for every kind in a plain
//! build; cycles and fans have them in `patterns`.

use geldspoor::graph::TemporalGraph;
use geldspoor::patterns::{Bundle, Found, Search, SearchKind};

use super::super::{Numbers, Row, budgets::complete};
use super::{World, set};

const MOST: u64 = 1_000;
const STEPS: u64 = 5_000_000;
/// Numbers in memory, more than which no list of so few bundles should need.
const WORDS: usize = 4_000_000;

/// Transfers and accounts that the bundles list.
fn words(bundles: &[Bundle]) -> usize {
    let own = |bundle: &Bundle| {
        let members: usize = bundle.members.iter().map(<[u32]>::len).sum();
        bundle.accounts.len() + bundle.representative.len() + members
    };
    bundles.iter().map(own).sum()
}

fn ends(world: &World, graph: &TemporalGraph, kind: SearchKind) {
    let name = kind.name();
    let run = |steps: u64, most: u64| -> Found {
        let mut search = Search::new(kind);
        set(&mut search, "max_steps", &steps.to_string());
        set(&mut search, "max_instances", &most.to_string());
        search.run(graph, &world.told()).expect("good")
    };
    let begun = std::time::Instant::now();
    let (less, found) = (run(STEPS / 5, MOST / 5), run(STEPS, MOST));
    let is_cycle = matches!(
        kind,
        SearchKind::TemporalCycles | SearchKind::UTurn | SearchKind::CircularLoans
    );
    let listed = match is_cycle {
        true => found.bundles.iter().map(|bundle| bundle.instances).sum(),
        false => found.bundles.len() as u64,
    };
    println!(
        "{name}: {listed} listed, {} words, {} steps, {:?} in {:?}",
        words(&found.bundles),
        found.steps,
        found.truncated.map(|cut| cut.by),
        begun.elapsed()
    );
    assert!(
        listed <= MOST && words(&found.bundles) < WORDS,
        "{name}: {listed}"
    );
    assert!(found.steps <= 2 * STEPS, "{name}: {} steps", found.steps);
    match less.truncated {
        // With five times as much there is nothing more.
        None => assert_eq!(less, found, "{name}"),
        // With five times as much more is found, or at least looked at.
        Some(_) => assert!(
            found.bundles.len() > less.bundles.len() || found.steps > less.steps,
            "{name}"
        ),
    }
}

#[test]
fn every_kind_ends_on_a_hub_of_two_hundred_thousand_counterparties() {
    let many = 200_000_u32;
    let mut rows: Vec<Row> = (1..=many)
        .map(|other| (other, 0, i64::from(other) * 10_000_000, 90_000_000))
        .collect();
    // Every fourth is paid back a minute later.
    rows.extend(
        (1..=many)
            .step_by(4)
            .map(|other| (0, other, i64::from(other) * 10_000_000 + 60_000_000, 85_000_000)),
    );
    let mut world = World::of(many as usize + 1, rows, &mut Numbers(1_501));
    world.parties = (0..=many).collect();
    let graph = world.graph();
    SearchKind::ALL
        .into_iter()
        .for_each(|kind| ends(&world, &graph, kind));
}

#[test]
fn every_kind_ends_on_accounts_that_all_pay_each_other() {
    let mut rows = complete(200);
    rows.iter_mut().for_each(|row| row.3 = 90_000_000);
    let world = World::of(200, rows, &mut Numbers(1_502));
    let graph = world.graph();
    SearchKind::ALL
        .into_iter()
        .for_each(|kind| ends(&world, &graph, kind));
}
