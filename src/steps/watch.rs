//! Who looks on while rules and patterns are searched, and may end a search. Clocks and bars are theirs: nothing in here
//! reads the time.

use std::sync::Arc;

use crate::patterns::Progress;
use crate::sql::Stop;

/// What begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage<'a> {
    /// Number of the rule; empty where it is no rule.
    pub rule: &'a str,
    pub title: &'a str,
    /// The so-many-th of so many.
    pub number: usize,
    pub of: usize,
}

/// Is told what begins and how far it is.
pub trait Watch: Sync {
    /// A rule, a pattern or the control gate begins.
    fn begins(&self, stage: Stage<'_>);
    /// How far the pattern is.
    fn is_at(&self, progress: Progress);
    /// The wire that ends what runs.
    fn stop(&self) -> &Arc<Stop>;
    /// How long each rule and pattern may take, as it is written.
    fn limit(&self) -> Option<&str>;
}

/// Nobody looks on.
#[derive(Default)]
pub(super) struct Nobody(Arc<Stop>);

impl Watch for Nobody {
    fn begins(&self, _stage: Stage<'_>) {}

    fn is_at(&self, _progress: Progress) {}

    fn stop(&self) -> &Arc<Stop> {
        &self.0
    }

    fn limit(&self) -> Option<&str> {
        None
    }
}
