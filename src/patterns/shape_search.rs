//! Parameters, as people write them, of the shapes that need nothing but transfers.

use super::{
    Bipartite, DenseFlow, FlowMotif, GatherScatter, HopTolerance, LayeringChains, PassThrough, Pattern,
    ScatterGather, Share, Stack, TimeOrder,
};

/// The shapes that can be searched for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShapeKind {
    GatherScatter,
    ScatterGather,
    Bipartite,
    Stack,
    PassThrough,
    LayeringChains,
    FlowMotif,
    DenseFlow,
}

/// A shape's parameters; each kind uses some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShapeParameters {
    window: i64,
    period: i64,
    /// The smallest number of what the shape counts.
    least: u32,
    /// Most hops, layers between.
    most: u32,
    lambda: u32,
    share: Share,
    /// Whole units of money.
    inflow: u32,
    order: TimeOrder,
    /// Share that may stay behind; nothing where amounts do not matter.
    conserve: Option<Share>,
}

impl ShapeKind {
    /// Every kind, in the order of the catalogue.
    pub const ALL: [ShapeKind; 8] = [
        ShapeKind::GatherScatter,
        ShapeKind::ScatterGather,
        ShapeKind::Bipartite,
        ShapeKind::Stack,
        ShapeKind::PassThrough,
        ShapeKind::LayeringChains,
        ShapeKind::FlowMotif,
        ShapeKind::DenseFlow,
    ];

    /// Name in SQL.
    pub const fn name(self) -> &'static str {
        match self {
            ShapeKind::GatherScatter => "gather_scatter",
            ShapeKind::ScatterGather => "scatter_gather",
            ShapeKind::Bipartite => "bipartite",
            ShapeKind::Stack => "stack",
            ShapeKind::PassThrough => "pass_through",
            ShapeKind::LayeringChains => "layering_chains",
            ShapeKind::FlowMotif => "flow_motif",
            ShapeKind::DenseFlow => "dense_flow",
        }
    }

    /// Number in the catalogue of typologies; its name where it has none.
    pub const fn typology(self) -> &'static str {
        match self {
            ShapeKind::GatherScatter => "ML-05",
            ShapeKind::ScatterGather => "ML-06",
            ShapeKind::Bipartite | ShapeKind::Stack => "ML-07",
            ShapeKind::PassThrough => "ML-08",
            ShapeKind::LayeringChains => "ML-10",
            ShapeKind::FlowMotif | ShapeKind::DenseFlow => self.name(),
        }
    }

    /// Names of the parameters, in order.
    pub const fn arguments(self) -> &'static [&'static str] {
        macro_rules! arguments {
            ($($own:literal),*) => {
                &["time_window", $($own,)* "purchases", "max_instances", "max_steps"]
            };
        }
        match self {
            ShapeKind::GatherScatter => arguments!["min_counterparties", "time_order", "conserve"],
            ShapeKind::ScatterGather => arguments!["min_middles", "time_order", "conserve"],
            ShapeKind::Bipartite => arguments!["min_accounts", "density"],
            ShapeKind::Stack => arguments!["min_accounts", "density", "time_order"],
            ShapeKind::PassThrough => {
                arguments!["period", "min_events", "min_share", "min_inflow", "time_order"]
            }
            ShapeKind::LayeringChains => arguments!["min_hops", "max_hops", "time_order", "conserve"],
            ShapeKind::FlowMotif => arguments!["min_small", "time_order", "conserve"],
            ShapeKind::DenseFlow => arguments!["min_accounts", "middle_layers", "lambda"],
        }
    }

    /// Whether card payments and direct debits count unless asked otherwise: they do where money is followed from
    /// account to account, and do not where many payments of one account make the shape.
    pub(super) const fn counts_purchases(self) -> bool {
        matches!(self, ShapeKind::ScatterGather | ShapeKind::LayeringChains)
    }
}

impl ShapeParameters {
    /// The defaults of the catalogue.
    pub fn new(kind: ShapeKind) -> ShapeParameters {
        let pass = PassThrough::default();
        let plain = |window, least, conserve: Option<HopTolerance>| ShapeParameters {
            window,
            period: pass.period,
            least,
            most: 1,
            lambda: DenseFlow::default().lambda,
            share: Bipartite::default().density,
            inflow: (pass.min_inflow / 10_000) as u32,
            order: TimeOrder::Strict,
            conserve: conserve.map(|tolerance| tolerance.loss),
        };
        match kind {
            ShapeKind::GatherScatter => {
                let shape = GatherScatter::default();
                plain(shape.window, shape.min_counterparties, shape.conserve)
            }
            ShapeKind::ScatterGather => {
                let shape = ScatterGather::default();
                plain(shape.window, shape.min_middles, shape.conserve)
            }
            ShapeKind::Bipartite | ShapeKind::Stack => {
                let shape = Bipartite::default();
                plain(shape.window, shape.min_accounts, None)
            }
            ShapeKind::PassThrough => ShapeParameters {
                share: pass.min_share,
                order: pass.order,
                ..plain(pass.window, pass.min_events, None)
            },
            ShapeKind::LayeringChains => {
                let shape = LayeringChains::default();
                ShapeParameters {
                    most: shape.max_hops,
                    ..plain(shape.window, shape.min_hops, shape.conserve)
                }
            }
            ShapeKind::FlowMotif => {
                let shape = FlowMotif::default();
                plain(shape.window, shape.min_small, Some(shape.conserve))
            }
            ShapeKind::DenseFlow => {
                let shape = DenseFlow::default();
                plain(shape.window, shape.min_accounts, None)
            }
        }
    }

    /// Sets a parameter from text; gives what is allowed where the text is no value of it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let value = value.trim();
        let number = value.parse::<u32>().map_err(|_| "it is a whole number");
        match name {
            "time_window" | "period" => {
                let length = super::search::duration(value)
                    .ok_or("a length of time is written as '7 days', '36 hours' or '30 minutes'")?;
                *(if name == "period" {
                    &mut self.period
                } else {
                    &mut self.window
                }) = length;
            }
            "time_order" => {
                self.order = TimeOrder::from_word(value).ok_or("the order is 'strict' or 'lenient'")?;
            }
            "conserve" => {
                self.conserve = match value {
                    "none" => None,
                    share => Some(Share::parse(share).ok_or(
                        "it is the share that may stay behind, a number from 0 to 1 as in 0.1, or 'none' for any amounts",
                    )?),
                };
            }
            "density" | "min_share" => {
                self.share = Share::parse(value).ok_or("a share is a number from 0 to 1, as in 0.7")?;
            }
            "max_hops" | "middle_layers" => self.most = number?,
            "lambda" => self.lambda = number?,
            "min_inflow" => self.inflow = number?,
            _ => self.least = number?,
        }
        Ok(())
    }

    /// A parameter's value as it would be written.
    pub fn shown(&self, name: &str) -> String {
        match name {
            "time_window" => format!("'{}'", super::search::shown_duration(self.window)),
            "period" => format!("'{}'", super::search::shown_duration(self.period)),
            "time_order" => format!("'{}'", self.order.as_str()),
            "conserve" => self
                .conserve
                .map_or_else(|| "'none'".to_owned(), super::search::shown_share),
            "density" | "min_share" => super::search::shown_share(self.share),
            "max_hops" | "middle_layers" => self.most.to_string(),
            "lambda" => self.lambda.to_string(),
            "min_inflow" => self.inflow.to_string(),
            _ => self.least.to_string(),
        }
    }

    /// Whether amounts are compared, so that they must be in one currency.
    pub fn compares_amounts(&self, kind: ShapeKind) -> bool {
        match kind {
            ShapeKind::Bipartite | ShapeKind::Stack => false,
            ShapeKind::PassThrough | ShapeKind::FlowMotif | ShapeKind::DenseFlow => true,
            ShapeKind::GatherScatter | ShapeKind::ScatterGather | ShapeKind::LayeringChains => {
                self.conserve.is_some()
            }
        }
    }

    /// The pattern itself.
    pub fn pattern(&self, kind: ShapeKind) -> Box<dyn Pattern> {
        let (window, order, density) = (self.window, self.order, self.share);
        let tolerance = |loss| HopTolerance { loss, fee: 0 };
        let conserve = self.conserve.map(tolerance);
        match kind {
            ShapeKind::GatherScatter => Box::new(GatherScatter {
                window,
                min_counterparties: self.least,
                order,
                conserve,
            }),
            ShapeKind::ScatterGather => Box::new(ScatterGather {
                window,
                span: None,
                min_middles: self.least,
                order,
                conserve,
            }),
            ShapeKind::Bipartite => Box::new(Bipartite {
                window,
                min_accounts: self.least,
                density,
            }),
            ShapeKind::Stack => Box::new(Stack {
                window,
                min_accounts: self.least,
                density,
                order,
            }),
            ShapeKind::PassThrough => Box::new(PassThrough {
                window,
                period: self.period,
                min_share: self.share,
                min_events: self.least,
                min_inflow: i64::from(self.inflow) * 10_000,
                order,
            }),
            ShapeKind::LayeringChains => Box::new(LayeringChains {
                window,
                min_hops: self.least,
                max_hops: self.most,
                order,
                conserve,
            }),
            ShapeKind::FlowMotif => Box::new(FlowMotif {
                window,
                min_small: self.least,
                order,
                // Any amounts: everything may stay behind.
                conserve: tolerance(self.conserve.unwrap_or(Share::WHOLE)),
                ..FlowMotif::default()
            }),
            ShapeKind::DenseFlow => Box::new(DenseFlow {
                window,
                lambda: self.lambda,
                middle_layers: self.most,
                min_accounts: self.least,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Search, SearchKind};
    use super::*;

    #[test]
    fn each_shape_takes_its_own_arguments_and_shows_them() {
        for kind in ShapeKind::ALL {
            let mut search = Search::new(SearchKind::Shape(kind));
            let whole = search.clone();
            assert_eq!(search.pattern().name(), kind.name());
            for name in kind.arguments() {
                let shown = search.shown(name);
                search.set(name, shown.trim_matches('\'')).expect(name);
                assert!(search.set(name, "some").is_err(), "{name}");
            }
            assert_eq!(search, whole);
            let error = search
                .set("time_window", "-1 day")
                .expect_err("refused")
                .to_string();
            assert!(error.contains("time_window"), "{error}");
        }
    }
}
