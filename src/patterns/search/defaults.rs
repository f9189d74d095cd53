//! The parameters of each pattern, in order, with the defaults of its type.

use super::super::*;
use super::value::Value;
use super::{PURCHASES, SearchKind};

/// What a person can set, with what it is where nobody does.
pub(super) fn parameters(kind: SearchKind) -> Vec<(&'static str, Value)> {
    let mut list = own(kind);
    if kind.takes_level() {
        list.push(("level", Value::Word(&["account", "party"], 0)));
    }
    // A silence or a deposit is told by what a transfer is, whatever the way it was paid.
    if !matches!(kind.scope(), Scope::Everything) && kind != SearchKind::TemporalFlow {
        list.push((
            "purchases",
            Value::Word(&PURCHASES, usize::from(kind.counts_purchases())),
        ));
    }
    let budget = Budget::default();
    list.push(("max_instances", Value::Budget(budget.max_instances)));
    list.push(("max_steps", Value::Budget(budget.max_steps)));
    list
}

fn own(kind: SearchKind) -> Vec<(&'static str, Value)> {
    let window = |window| ("time_window", Value::Length(window));
    let order = |order| ("time_order", Value::Order(order));
    let least = |name, value| (name, Value::Number(value));
    let conserve = |tolerance: Option<HopTolerance>| {
        (
            "conserve",
            Value::MaybeShare(tolerance.map(|tolerance| tolerance.loss)),
        )
    };
    let deposits = ("deposits", Value::Word(&["all", "cash"], 1));
    match kind {
        SearchKind::Structuring => {
            let shape = Structuring::default();
            vec![
                window(shape.window),
                ("threshold", Value::Money(shape.threshold)),
                ("band", Value::Share(shape.band)),
                least("min_deposits", shape.min_deposits),
                least("bunching", shape.bunching),
                deposits,
            ]
        }
        SearchKind::Smurfing => {
            let shape = Smurfing::default();
            vec![
                window(shape.window),
                ("threshold", Value::Money(shape.threshold)),
                ("band", Value::Share(shape.band)),
                least("min_depositors", shape.min_depositors),
                deposits,
            ]
        }
        SearchKind::FanIn | SearchKind::FanOut => {
            let shape = FanIn::default();
            vec![
                window(shape.window),
                least("min_counterparties", shape.min_counterparties),
            ]
        }
        SearchKind::GatherScatter => {
            let shape = GatherScatter::default();
            vec![
                window(shape.window),
                least("min_counterparties", shape.min_counterparties),
                order(shape.order),
                conserve(shape.conserve),
            ]
        }
        SearchKind::ScatterGather => {
            let shape = ScatterGather::default();
            vec![
                window(shape.window),
                least("min_middles", shape.min_middles),
                order(shape.order),
                conserve(shape.conserve),
            ]
        }
        SearchKind::Bipartite => {
            let shape = Bipartite::default();
            vec![
                window(shape.window),
                least("min_accounts", shape.min_accounts),
                ("density", Value::Share(shape.density)),
            ]
        }
        SearchKind::Stack => {
            let shape = Stack::default();
            vec![
                window(shape.window),
                least("min_accounts", shape.min_accounts),
                ("density", Value::Share(shape.density)),
                order(shape.order),
            ]
        }
        SearchKind::PassThrough => passed(PassThrough::default()),
        SearchKind::FunnelAccount => {
            let shape = FunnelAccount::default();
            vec![
                window(shape.window),
                ("period", Value::Length(shape.period)),
                least("min_deposits", shape.min_deposits),
                least("min_places", shape.min_places),
                order(shape.order),
            ]
        }
        SearchKind::LayeringChains => {
            let shape = LayeringChains::default();
            vec![
                window(shape.window),
                least("min_hops", shape.min_hops),
                least("max_hops", shape.max_hops),
                order(shape.order),
                conserve(shape.conserve),
            ]
        }
        SearchKind::TemporalCycles => {
            let shape = TemporalCycles::default();
            vec![
                window(shape.window),
                least("max_hops", shape.max_hops),
                order(shape.order),
                returned(shape.conservation.returned),
                conserve(shape.conservation.each_hop),
                smallest(0),
            ]
        }
        SearchKind::UTurn => {
            let shape = UTurn::default();
            vec![
                window(shape.window),
                least("max_hops", shape.max_hops),
                order(shape.order),
                returned(shape.min_returned),
                smallest(LEAST_ABROAD),
                ("home", Value::Text(String::new())),
            ]
        }
        SearchKind::CircularLoans => {
            let shape = CircularLoans::default();
            vec![
                window(shape.window),
                least("max_hops", shape.max_hops),
                order(shape.order),
                returned(shape.min_returned),
                smallest(0),
            ]
        }
        SearchKind::DormantReactivation => {
            let shape = DormantReactivation::default();
            vec![
                window(shape.window),
                ("silence", Value::Length(shape.silence)),
                least("min_transfers", shape.min_transfers),
                ("min_amount", Value::Money(shape.min_amount)),
            ]
        }
        SearchKind::BurstAndClose => {
            let shape = BurstAndClose::default();
            vec![
                ("max_life", Value::Length(shape.max_life)),
                least("factor", shape.factor),
                ("quiet", Value::Length(shape.quiet)),
                ("min_emptied", Value::Share(shape.min_emptied)),
            ]
        }
        SearchKind::PassThroughGroup => {
            let shape = PassThroughGroup::default();
            let mut list = passed(shape.periods);
            list.extend([
                least("min_accounts", shape.min_accounts),
                least("min_shared", shape.min_shared),
                ("max_apart", Value::Length(shape.max_apart)),
            ]);
            list
        }
        SearchKind::MirrorTransfers => {
            let shape = MirrorTransfers::default();
            vec![
                window(shape.window),
                ("tolerance", Value::Share(shape.tolerance)),
                least("min_pairs", shape.min_pairs),
            ]
        }
        SearchKind::FlowMotif => {
            let shape = FlowMotif::default();
            vec![
                window(shape.window),
                least("min_small", shape.min_small),
                ("small_share", Value::Share(shape.small_share)),
                order(shape.order),
                conserve(Some(shape.conserve)),
            ]
        }
        SearchKind::DenseFlow => {
            let shape = DenseFlow::default();
            vec![
                window(shape.window),
                least("min_accounts", shape.min_accounts),
                least("middle_layers", shape.middle_layers),
                least("lambda", shape.lambda),
            ]
        }
        SearchKind::TemporalFlow => vec![
            ("sources", Value::Text(String::new())),
            ("sinks", Value::Text(String::new())),
            ("from_time", Value::Time(None)),
            ("to_time", Value::Time(None)),
            order(TimeOrder::Strict),
        ],
    }
}

fn passed(shape: PassThrough) -> Vec<(&'static str, Value)> {
    vec![
        ("time_window", Value::Length(shape.window)),
        ("period", Value::Length(shape.period)),
        ("min_events", Value::Number(shape.min_events)),
        ("min_share", Value::Share(shape.min_share)),
        ("min_inflow", Value::Money(shape.min_inflow)),
        ("time_order", Value::Order(shape.order)),
    ]
}

/// The smallest transfer that a U-turn may have, in ten-thousandths. An engineering default: over 60 days the small
/// payments of any circle of acquaintances close rings past one of them who banks abroad. A thousand is the amount up to
/// which Regulation (EU) 2023/1113 (Art. 5 and 6) asks less to be said of a transfer of funds. Cycles and loans have no
/// smallest amount in the catalogue.
const LEAST_ABROAD: i64 = 10_000_000;

fn smallest(amount: i64) -> (&'static str, Value) {
    ("min_amount", Value::Money(amount))
}

fn returned(share: Option<Share>) -> (&'static str, Value) {
    ("min_returned", Value::MaybeShare(share))
}
