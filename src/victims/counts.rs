//! Statistics of a case as they may be given out: what is counted by what, line by line, with what has to be said beside.

use super::statistics::{Dimension, Limits, Published, Shown};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Natural persons whom findings or groups on exploitation tell of, on any side.
    Persons,
    /// Groups of findings that stand together.
    Groups,
    /// Findings on exploitation that nobody has dismissed.
    Findings,
}

/// By what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Form of exploitation.
    Form,
    /// Category of the person (Directive (EU) 2016/680 Art. 6), as a person set it.
    Category,
    /// From which country to which money moved.
    Route,
}

impl Of {
    /// The word in columns and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Of::Persons => "persons",
            Of::Groups => "groups",
            Of::Findings => "findings",
        }
    }
}

impl By {
    /// The word in columns and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Form => "form",
            By::Category => "category",
            By::Route => "route",
        }
    }
}

/// Statistics as they may be given out.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub of: Of,
    pub by: Vec<By>,
    pub limits: Limits,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) published: Published,
}

/// A line of statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// In each dimension, in the order asked for; `all` is the total.
    pub bins: Vec<String>,
    pub shown: Shown,
    /// How many at least and at most, as far as the page itself tells.
    pub bounds: (u64, u64),
}

/// How names of statistics in the ledger begin.
pub const GIVEN: &str = "statistics of ";
/// The word that stands for the total of a dimension.
pub const ALL: &str = "all";

impl Statistics {
    /// How the ledger calls them: what, by what, and with which limits.
    pub fn name(&self) -> String {
        let by: Vec<&str> = self.by.iter().map(|by| by.as_str()).collect();
        format!(
            "{GIVEN}{} by {}, least {} and {}",
            self.of.as_str(),
            by.join(" and "),
            self.limits.least,
            self.limits.least_of_children
        )
    }

    /// Whether nothing can be shown.
    pub fn is_withheld(&self) -> bool {
        self.published.is_withheld
    }

    /// Combinations that anybody is in, totals last in each dimension; none where nothing can be shown.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let all: usize = self.dimensions.iter().map(|d| d.bins.len() + 1).product();
        for number in 0..all {
            let mut at = vec![None; self.dimensions.len()];
            let mut rest = number;
            for (place, dimension) in at.iter_mut().zip(&self.dimensions).rev() {
                let size = dimension.bins.len();
                *place = Some(rest % (size + 1)).filter(|bin| *bin < size);
                rest /= size + 1;
            }
            let (Some(shown), Some(bounds)) = (self.published.get(&at), self.published.bounds(&at)) else {
                continue;
            };
            if shown == Shown::Count(0) {
                continue;
            }
            let name = |(bin, dimension): (&Option<usize>, &Dimension)| {
                bin.map_or_else(|| ALL.to_owned(), |bin| dimension.bins[bin].name.clone())
            };
            lines.push(Line {
                bins: at.iter().zip(&self.dimensions).map(name).collect(),
                shown,
                bounds,
            });
        }
        lines
    }

    /// What has to be said beside the figures, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let Limits {
            least,
            least_of_children,
        } = self.limits;
        let of = self.of.as_str();
        if self.is_withheld() {
            return vec![format!(
                "nothing is shown: that there are {least} {of} or more would not follow from what can be shown"
            )];
        }
        vec![
            format!(
                "1 to {} stands as <{least}, of children 1 to {} as <{least_of_children}; a total that such a count is part of \
                 stands as —, and at_least and at_most say what follows from the rest",
                least - 1,
                least_of_children - 1
            ),
            format!("combinations that are not listed have no {of}"),
            format!(
                "give out one table of a case, not several: set against each other, tables of the same {of} can tell more \
                 than each of them"
            ),
        ]
    }
}
