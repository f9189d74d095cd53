//! A pattern with its parameters as people write them: `temporal_cycles`, `time_window => '7 days'`.

use crate::graph::TemporalGraph;

use super::shape_search::{ShapeKind, ShapeParameters};
use super::{
    Budget, Conservation, FanIn, FanOut, Found, Pattern, PatternError, Run, Share, TemporalCycles, TimeOrder,
};

/// The patterns that can be searched for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchKind {
    TemporalCycles,
    FanIn,
    FanOut,
    /// One of the other shapes.
    Shape(ShapeKind),
}

/// A pattern with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    kind: SearchKind,
    window: i64,
    max_hops: u32,
    order: TimeOrder,
    min_returned: Option<Share>,
    min_counterparties: u32,
    purchases: bool,
    budget: Budget,
    /// What a shape is told; nothing for cycles and fans.
    shape: Option<ShapeParameters>,
}

const CYCLE_ARGUMENTS: [&str; 6] = [
    "time_window",
    "max_hops",
    "time_order",
    "min_returned",
    "max_instances",
    "max_steps",
];
const FAN_ARGUMENTS: [&str; 5] = [
    "time_window",
    "min_counterparties",
    "purchases",
    "max_instances",
    "max_steps",
];

impl SearchKind {
    /// The kinds that become findings, in the order of the catalogue.
    pub const DETECTED: [SearchKind; 3] = [SearchKind::FanIn, SearchKind::FanOut, SearchKind::TemporalCycles];

    /// Every kind that can be searched for: those that become findings, then the other shapes.
    pub fn all() -> impl Iterator<Item = SearchKind> {
        let shapes = ShapeKind::ALL.into_iter().map(SearchKind::Shape);
        SearchKind::DETECTED.into_iter().chain(shapes)
    }

    /// Name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            SearchKind::TemporalCycles => "temporal_cycles",
            SearchKind::FanIn => "fan_in",
            SearchKind::FanOut => "fan_out",
            SearchKind::Shape(kind) => kind.name(),
        }
    }

    /// Number in the catalogue of typologies.
    pub const fn typology(self) -> &'static str {
        match self {
            SearchKind::TemporalCycles => "ML-11",
            SearchKind::FanIn => "ML-03",
            SearchKind::FanOut => "ML-04",
            SearchKind::Shape(kind) => kind.typology(),
        }
    }

    /// From the name in SQL.
    pub fn from_name(name: &str) -> Option<SearchKind> {
        SearchKind::all().find(|kind| kind.name() == name)
    }

    /// Names of the parameters, in order.
    pub const fn arguments(self) -> &'static [&'static str] {
        match self {
            SearchKind::TemporalCycles => &CYCLE_ARGUMENTS,
            SearchKind::FanIn | SearchKind::FanOut => &FAN_ARGUMENTS,
            SearchKind::Shape(kind) => kind.arguments(),
        }
    }
}

impl Search {
    /// A search with the defaults of the catalogue.
    pub fn new(kind: SearchKind) -> Search {
        let cycles = TemporalCycles::default();
        let fan = FanIn::default();
        let is_cycle = kind == SearchKind::TemporalCycles;
        Search {
            kind,
            window: if is_cycle { cycles.window } else { fan.window },
            max_hops: cycles.max_hops,
            order: cycles.order,
            min_returned: cycles.conservation.returned,
            min_counterparties: fan.min_counterparties,
            purchases: match kind {
                SearchKind::Shape(kind) => kind.counts_purchases(),
                _ => is_cycle,
            },
            budget: Budget::default(),
            shape: match kind {
                SearchKind::Shape(kind) => Some(ShapeParameters::new(kind)),
                _ => None,
            },
        }
    }

    /// Which pattern.
    pub fn kind(&self) -> SearchKind {
        self.kind
    }

    /// Whether amounts are compared, so that they must be in one currency.
    pub fn compares_amounts(&self) -> bool {
        if let (SearchKind::Shape(kind), Some(shape)) = (self.kind, &self.shape) {
            return shape.compares_amounts(kind);
        }
        self.kind == SearchKind::TemporalCycles && self.min_returned.is_some_and(|share| share != Share::NONE)
    }

    /// Whether card payments and direct debits count. A fan leaves them out unless asked: many customers paying one
    /// merchant, and a household paying many, is what merchants are for (the catalogue's lawful look-alike of ML-03).
    pub fn counts_purchases(&self) -> bool {
        self.purchases
    }

    /// Sets a parameter from text. Refuses what is no value of it; [`Pattern::validate`] refuses what is out of range.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), PatternError> {
        let wrong = |parameter: &'static str, allowed: &'static str| PatternError::Parameter {
            pattern: self.kind.name(),
            parameter,
            value: format!("‘{value}’"),
            allowed,
        };
        let number = value.trim().parse::<u64>().ok();
        let is_common = matches!(name, "purchases" | "max_instances" | "max_steps");
        if let (Some(shape), false) = (&mut self.shape, is_common) {
            let pattern = self.kind.name();
            let parameter = self.kind.arguments().iter().find(|known| **known == name);
            shape
                .set(name, value)
                .map_err(|allowed| PatternError::Parameter {
                    pattern,
                    parameter: parameter.copied().unwrap_or("argument"),
                    value: format!("‘{value}’"),
                    allowed,
                })?;
            return self.pattern().validate();
        }
        match name {
            "time_window" => {
                self.window = duration(value).ok_or_else(|| {
                    wrong(
                        "time_window",
                        "a window is written as '7 days', '36 hours' or '30 minutes'",
                    )
                })?;
            }
            "max_hops" => {
                self.max_hops = number
                    .and_then(|n| u32::try_from(n).ok())
                    .ok_or_else(|| wrong("max_hops", "hops are a whole number from 2 to 10000"))?;
            }
            "time_order" => {
                self.order = TimeOrder::from_word(value.trim())
                    .ok_or_else(|| wrong("time_order", "the order is 'strict' or 'lenient'"))?;
            }
            "min_returned" => {
                self.min_returned =
                    Some(Share::parse(value).ok_or_else(|| {
                        wrong("min_returned", "a share is a number from 0 to 1, as in 0.5")
                    })?);
            }
            "min_counterparties" => {
                self.min_counterparties = number
                    .and_then(|n| u32::try_from(n).ok())
                    .ok_or_else(|| wrong("min_counterparties", "it is a whole number, at least 2"))?;
            }
            "purchases" => {
                self.purchases = match value.trim() {
                    "include" => true,
                    "exclude" => false,
                    _ => return Err(wrong("purchases", "it is 'exclude' or 'include'")),
                };
            }
            "max_instances" => {
                self.budget.max_instances =
                    number.ok_or_else(|| wrong("max_instances", "a budget is a whole number"))?;
            }
            _ => {
                self.budget.max_steps =
                    number.ok_or_else(|| wrong("max_steps", "a budget is a whole number"))?;
            }
        }
        self.pattern().validate()
    }

    /// A parameter's value as it would be written.
    pub fn shown(&self, name: &str) -> String {
        let is_common = matches!(name, "purchases" | "max_instances" | "max_steps");
        if let (Some(shape), false) = (&self.shape, is_common) {
            return shape.shown(name);
        }
        match name {
            "time_window" => format!("'{}'", shown_duration(self.window)),
            "max_hops" => self.max_hops.to_string(),
            "time_order" => format!("'{}'", self.order.as_str()),
            "min_returned" => self.min_returned.map_or_else(|| "0".to_owned(), shown_share),
            "min_counterparties" => self.min_counterparties.to_string(),
            "purchases" => if self.purchases { "'include'" } else { "'exclude'" }.to_owned(),
            "max_instances" => self.budget.max_instances.to_string(),
            _ => self.budget.max_steps.to_string(),
        }
    }

    /// The pattern itself.
    pub fn pattern(&self) -> Box<dyn Pattern> {
        let (window, min_counterparties) = (self.window, self.min_counterparties);
        match self.kind {
            SearchKind::Shape(kind) => match &self.shape {
                Some(shape) => shape.pattern(kind),
                None => ShapeParameters::new(kind).pattern(kind),
            },
            SearchKind::TemporalCycles => Box::new(TemporalCycles {
                window,
                max_hops: self.max_hops,
                order: self.order,
                conservation: Conservation {
                    each_hop: None,
                    returned: self.min_returned.filter(|share| *share != Share::NONE),
                },
            }),
            SearchKind::FanIn => Box::new(FanIn {
                window,
                min_counterparties,
            }),
            SearchKind::FanOut => Box::new(FanOut {
                window,
                min_counterparties,
            }),
        }
    }

    /// Searches a graph.
    pub fn run(&self, graph: &TemporalGraph) -> Result<Found, PatternError> {
        let run = Run {
            budget: self.budget,
            ..Run::default()
        };
        self.pattern().search(graph, &run)
    }
}

/// A length of time in microseconds, written as a whole number and a unit. Months are refused: they have no fixed
/// length.
pub(super) fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '-'))?;
    let number: i64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().trim_end_matches('s') {
        "microsecond" => 1,
        "second" | "" => 1_000_000,
        "minute" | "min" => 60_000_000,
        "hour" | "h" => 3_600_000_000,
        "day" | "d" => 86_400_000_000,
        "week" => 604_800_000_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// A share as people write it.
pub(super) fn shown_share(share: Share) -> String {
    let text = format!("{:07}", share.millionths());
    format!("{}.{}", &text[..1], text[1..].trim_end_matches('0'))
        .trim_end_matches('.')
        .to_owned()
}

pub(super) fn shown_duration(microseconds: i64) -> String {
    for (length, unit) in [
        (86_400_000_000, "days"),
        (3_600_000_000, "hours"),
        (60_000_000, "minutes"),
    ] {
        if microseconds % length == 0 {
            return format!("{} {unit}", microseconds / length);
        }
    }
    format!("{microseconds} microseconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_as_people_write_them() {
        assert_eq!(duration("7 days"), Some(604_800_000_000));
        assert_eq!(duration("36h"), Some(129_600_000_000));
        assert_eq!(duration("-1 day"), Some(-86_400_000_000));
        assert_eq!(duration("1 month"), None);
        assert_eq!(duration("soon"), None);
        assert_eq!(shown_duration(604_800_000_000), "7 days");
    }

    #[test]
    fn a_wrong_value_names_parameter_and_what_is_allowed() {
        let mut search = Search::new(SearchKind::TemporalCycles);
        for (name, value) in [
            ("time_window", "-1 day"),
            ("time_window", "1 month"),
            ("max_hops", "1"),
            ("time_order", "loose"),
            ("min_returned", "2"),
        ] {
            let error = search.clone().set(name, value).expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
        let mut fan = Search::new(SearchKind::FanIn);
        assert!(fan.set("purchases", "some").is_err());
        assert_eq!(fan.shown("purchases"), "'exclude'");
        fan.set("purchases", "include").expect("a word");
        assert!(fan.counts_purchases());
        search.set("min_returned", "0.9").expect("a share");
        assert_eq!(search.shown("min_returned"), "0.9");
    }
}
