//! How a search is run: budget, cancellation, progress; and what can go wrong.

use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

/// Limits of a search. The clock is none of them, because a result must not depend on how fast a machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most instances listed (sequences of transfers for cycles, windows for fans). A list of cycles ends at a gigabyte
    /// too, whatever is asked for.
    pub max_instances: u64,
    /// Most steps: transfers looked at, roughly. The search stops soon after, at a place that depends on graph and
    /// parameters only. Where a search goes over accounts, half of them are shared out by
    /// the number of transfers, and of the rest none takes more than a sixteenth of what is left: what an account that
    /// needs more found up to there is kept, and those behind it have their turn.
    pub max_steps: u64,
}

impl Budget {
    /// No limit at all.
    pub const UNLIMITED: Budget = Budget {
        max_instances: u64::MAX,
        max_steps: u64::MAX,
    };
}

impl Default for Budget {
    /// A million instances, two thousand million steps: some minutes at the worst.
    fn default() -> Budget {
        Budget {
            max_instances: 1_000_000,
            max_steps: 2_000_000_000,
        }
    }
}

/// Budget and wires to the outside of one search.
#[derive(Clone, Copy, Default)]
pub struct Run<'a> {
    /// Limits.
    pub budget: Budget,
    /// Set to true from another thread to give up; the search then ends with [`PatternError::Cancelled`].
    pub cancel: Option<&'a AtomicBool>,
    /// Called now and then, from one thread at a time.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// For each account whether bundles that begin with it are asked for; all are where nothing is told. Of the kinds
    /// that [`super::SearchKind::goes_on`] names, cycles apart.
    pub only: Option<&'a [bool]>,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Starting points finished.
    pub done: u64,
    /// Starting points in all.
    pub total: u64,
    /// Instances so far.
    pub instances: u64,
    /// Steps so far.
    pub steps: u64,
}

/// Which limit ended a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Budget::max_instances`]
    Instances,
    /// [`Budget::max_steps`]
    Steps,
}

/// A search that met its budget. What it returned is right, but not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// The limit that was met.
    pub by: Limit,
    /// Everything whose first transfer is earlier than this (microseconds) is there; later things may lack.
    pub complete_before: i64,
}

/// Why a search gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// A parameter outside what is allowed.
    #[error("{pattern}: {parameter} is {value}, but {allowed}")]
    Parameter {
        pattern: &'static str,
        parameter: &'static str,
        value: String,
        /// What is allowed, as the end of a sentence.
        allowed: &'static str,
    },
    /// Somebody asked to stop. Half a result would depend on the moment, so there is none.
    #[error("the search was ended before it was done; nothing of it is kept")]
    Cancelled,
}

impl PatternError {
    /// The same fault of the pattern that another is made of.
    pub(super) fn of(self, name: &'static str) -> PatternError {
        match self {
            PatternError::Parameter {
                parameter,
                value,
                allowed,
                ..
            } => PatternError::Parameter {
                pattern: name,
                parameter,
                value,
                allowed,
            },
            PatternError::Cancelled => PatternError::Cancelled,
        }
    }

    /// The parameter that is refused and why, without the pattern's name; nothing where none is.
    pub fn refused(&self) -> Option<(&'static str, String)> {
        match self {
            PatternError::Parameter {
                parameter,
                value,
                allowed,
                ..
            } => Some((parameter, format!("is {value}, but {allowed}"))),
            PatternError::Cancelled => None,
        }
    }
}

impl Run<'_> {
    /// Ends the search where somebody asked for it.
    pub(super) fn check_cancelled(&self) -> Result<(), PatternError> {
        match self.is_cancelled() {
            true => Err(PatternError::Cancelled),
            false => Ok(()),
        }
    }

    /// Whether bundles that begin with this account are asked for.
    pub(super) fn is_asked(&self, account: u32) -> bool {
        self.only.is_none_or(|only| only[account as usize])
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    pub(super) fn report(&self, progress: Progress) {
        if let Some(listener) = self.progress {
            listener(progress);
        }
    }
}

/// Refuses a window below zero.
pub(super) fn check_window(pattern: &'static str, window: i64) -> Result<(), PatternError> {
    check_length_of_time(pattern, "time_window", window)
}

/// Refuses a length of time below zero.
pub(super) fn check_length_of_time(
    pattern: &'static str,
    parameter: &'static str,
    window: i64,
) -> Result<(), PatternError> {
    if window >= 0 {
        return Ok(());
    }
    Err(PatternError::Parameter {
        pattern,
        parameter,
        value: format!("'{}'", super::search::shown_duration(window)),
        allowed: "a window is zero or longer, for instance '7 days'",
    })
}

/// Refuses a number below the least that means something.
pub(super) fn check_least(
    pattern: &'static str,
    parameter: &'static str,
    value: u32,
    least: u32,
    allowed: &'static str,
) -> Result<(), PatternError> {
    if value >= least {
        return Ok(());
    }
    Err(PatternError::Parameter {
        pattern,
        parameter,
        value: value.to_string(),
        allowed,
    })
}

/// Refuses a slice that does not tell something of each account or transfer.
pub(super) fn check_length<T>(
    pattern: &'static str,
    parameter: &'static str,
    slice: Option<&[T]>,
    expected: usize,
) -> Result<(), PatternError> {
    match slice {
        Some(slice) if slice.len() != expected => Err(PatternError::Parameter {
            pattern,
            parameter,
            value: format!("{} values long", slice.len()),
            allowed: "it needs one value for each that the graph numbers",
        }),
        _ => Ok(()),
    }
}
