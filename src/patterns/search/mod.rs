//! Patterns with their parameters as people write them: `temporal_cycles`, `time_window => '7 days'`. What names,
//! arguments, defaults and needs each has; no files, no SQL.

mod build;
mod defaults;
mod kinds;
mod value;

pub use kinds::{Scope, SearchKind};
pub use value::TOO_LONG;
pub(super) use value::{shown_duration, shown_money, shown_time};

use crate::graph::TemporalGraph;

use self::value::Value;
use super::{Budget, CycleCounts, Found, PatternError, Run, Told};

/// Words of `purchases`, the default of most kinds first.
const PURCHASES: [&str; 2] = ["exclude", "include"];

/// A pattern with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    kind: SearchKind,
    values: Vec<(&'static str, Value)>,
}

impl SearchKind {
    /// Names of the parameters, in order.
    pub fn arguments(self) -> Vec<&'static str> {
        defaults::parameters(self)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    /// Whether it can be asked for between parties in the place of accounts: where nothing is told of accounts.
    pub fn takes_level(self) -> bool {
        !matches!(
            self,
            SearchKind::Smurfing
                | SearchKind::UTurn
                | SearchKind::BurstAndClose
                | SearchKind::PassThroughGroup
                | SearchKind::MirrorTransfers
                | SearchKind::TemporalFlow
        )
    }
}

impl Search {
    /// A search with the defaults of the catalogue.
    pub fn new(kind: SearchKind) -> Search {
        Search {
            kind,
            values: defaults::parameters(kind),
        }
    }

    /// A search for findings. Purchases by card and direct debit are left out: a way that passes a shop leads from one
    /// customer to another, and no money went it. And groups of two accounts are what any two households make that pay
    /// the same two companies in a week: only from three accounts in a group on are they told.
    pub fn for_findings(kind: SearchKind) -> Search {
        let mut search = Search::new(kind);
        for (name, value) in &mut search.values {
            match (*name, kind) {
                ("purchases", _) => *value = Value::Word(&PURCHASES, 0),
                ("min_accounts", SearchKind::Bipartite | SearchKind::DenseFlow) => *value = Value::Number(3),
                _ => {}
            }
        }
        search
    }

    /// Which pattern.
    pub fn kind(&self) -> SearchKind {
        self.kind
    }

    /// Whether amounts are compared, so that they must be in one currency. Mirrors compare values, which are.
    pub fn compares_amounts(&self) -> bool {
        let is_share = |name| matches!(self.value(name), Some(Value::MaybeShare(Some(_))));
        match self.kind {
            SearchKind::FanIn
            | SearchKind::FanOut
            | SearchKind::Bipartite
            | SearchKind::Stack
            | SearchKind::FunnelAccount
            | SearchKind::MirrorTransfers => false,
            SearchKind::TemporalCycles
            | SearchKind::UTurn
            | SearchKind::CircularLoans
            | SearchKind::GatherScatter
            | SearchKind::ScatterGather
            | SearchKind::LayeringChains => is_share("min_returned") || is_share("conserve"),
            _ => true,
        }
    }

    /// Whether card payments and direct debits count.
    pub fn counts_purchases(&self) -> bool {
        self.word("purchases").is_none_or(|word| word == "include")
    }

    /// Whether every transfer that comes in is taken for a deposit, and not only what was put in as cash.
    pub fn counts_all_deposits(&self) -> bool {
        self.word("deposits") == Some("all")
    }

    /// The smallest transfer that ways round may have, in ten-thousandths. Who makes the graph leaves smaller ones out,
    /// as purchases: a way whose smallest transfer is at least this is a way over such transfers alone.
    pub fn least_amount(&self) -> i64 {
        match self.kind {
            SearchKind::TemporalCycles | SearchKind::UTurn | SearchKind::CircularLoans => {
                self.money("min_amount")
            }
            _ => 0,
        }
    }

    /// Whether parties stand in the place of accounts.
    pub fn is_by_party(&self) -> bool {
        self.word("level") == Some("party")
    }

    /// A parameter that is a name or a list of names; empty where it was not set.
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Sets a parameter from text. Refuses what is no value of it, naming the parameter, the value and what is allowed;
    /// [`Search::validate`] refuses what is out of range.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), PatternError> {
        let pattern = self.kind.name();
        let Some((known, value)) = self.values.iter_mut().find(|(known, _)| *known == name) else {
            return Err(PatternError::Parameter {
                pattern,
                parameter: "argument",
                value: format!("‘{name}’"),
                allowed: "it has no such argument",
            });
        };
        match value.parsed(text) {
            Ok(parsed) => *value = parsed,
            Err(allowed) => {
                return Err(PatternError::Parameter {
                    pattern,
                    parameter: known,
                    value: format!("‘{text}’"),
                    allowed,
                });
            }
        }
        Ok(())
    }

    /// A parameter's value as it would be written.
    pub fn shown(&self, name: &str) -> String {
        self.value(name).map(Value::shown).unwrap_or_default()
    }

    /// Refuses values that are out of range, naming the parameter, its value and what is allowed.
    pub fn validate(&self) -> Result<(), PatternError> {
        // Which transfers count is asked before a pattern sees them, so that no pattern looks at their least amount.
        if self.least_amount() < 0 {
            return Err(PatternError::Parameter {
                pattern: self.kind.name(),
                parameter: "min_amount",
                value: shown_money(self.least_amount()),
                allowed: "an amount is zero or more",
            });
        }
        self.pattern(&Told::default()).validate()
    }

    /// Searches a graph of which this is told.
    pub fn run(&self, graph: &TemporalGraph, told: &Told<'_>) -> Result<Found, PatternError> {
        self.run_wired(graph, told, Run::default())
    }

    /// The same with wires to the outside; the budget is that of the parameters.
    pub fn run_wired(
        &self,
        graph: &TemporalGraph,
        told: &Told<'_>,
        wires: Run<'_>,
    ) -> Result<Found, PatternError> {
        let run = Run {
            budget: self.limits(),
            ..wires
        };
        self.pattern(told).search(graph, &run)
    }

    /// How many cycles a graph has, by the parameters of a search for cycles; only the budget of steps counts. With wires
    /// to the outside.
    pub fn count_cycles(&self, graph: &TemporalGraph, wires: Run<'_>) -> Result<CycleCounts, PatternError> {
        let run = Run {
            budget: self.limits(),
            ..wires
        };
        self.cycles().count(graph, &run)
    }

    /// The budget.
    pub(super) fn limits(&self) -> Budget {
        let limit = |name| match self.value(name) {
            Some(Value::Budget(limit)) => *limit,
            _ => u64::MAX,
        };
        Budget {
            max_instances: limit("max_instances"),
            max_steps: limit("max_steps"),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }

    fn word(&self, name: &str) -> Option<&'static str> {
        match self.value(name) {
            Some(Value::Word(words, place)) => words.get(*place).copied(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_takes_its_own_arguments_and_shows_them() {
        for kind in SearchKind::ALL {
            let mut search = Search::new(kind);
            search.validate().expect("the defaults of the catalogue");
            let whole = search.clone();
            let pattern = search.pattern(&Told::default());
            assert_eq!(pattern.name(), kind.name());
            assert!(
                pattern.id() == kind.typology() || pattern.id() == "-",
                "{}",
                kind.name()
            );
            drop(pattern);
            for name in kind.arguments() {
                let shown = search.shown(name);
                search.set(name, shown.trim_matches('\'')).expect(name);
                if !["home", "sources", "sinks"].contains(&name) {
                    let error = search.set(name, "some").expect_err(name).to_string();
                    assert!(error.contains(name), "{error}");
                }
            }
            assert_eq!(search, whole);
            assert!(search.set("colour", "red").is_err());
        }
    }

    #[test]
    fn a_value_out_of_range_names_parameter_and_what_is_allowed() {
        for kind in SearchKind::ALL {
            let named = |name| kind.arguments().contains(&name);
            let mut wrong = vec![
                ("time_window", "-1 day"),
                ("period", "-1 day"),
                ("min_amount", "-5"),
                ("min_inflow", "-5"),
                ("threshold", "0"),
            ];
            if named("min_returned") {
                wrong.push(("max_hops", "1"));
            }
            for (name, value) in wrong.into_iter().filter(|(name, _)| named(name)) {
                let mut search = Search::new(kind);
                search.set(name, value).expect("a value");
                let error = search.validate().expect_err(name).to_string();
                assert!(error.contains(name), "{error}");
                // As people write it, in no unit of ours.
                assert!(
                    !error.contains("microseconds") && !error.contains("ten-thousandths"),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_purchase_counts_where_money_is_followed() {
        let mut fan = Search::new(SearchKind::FanIn);
        assert!(!fan.counts_purchases());
        fan.set("purchases", "include").expect("a word");
        assert!(fan.counts_purchases());
        assert!(Search::new(SearchKind::TemporalCycles).counts_purchases());
        assert!(Search::new(SearchKind::DormantReactivation).counts_purchases());
    }
}
