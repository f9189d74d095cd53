//! Whose money is not told where names must not be seen.
//!
//! What lies on the account of somebody who may be a victim stands on no such page (requirement VS-07), and whoever knows
//! what was claimed and where the rest is, knows it by subtraction. So where any of a claim lies there under a method,
//! no amount of this claim under this method is told, nor how much was claimed, nor what can have flowed, nor exposure.

use std::collections::BTreeSet;

use super::super::rows::rows;
use super::super::{Query, ReportError, queries};

/// Grounds and methods of which no amount is told.
#[derive(Default)]
pub(super) struct Withheld(BTreeSet<(i64, String)>);

impl Withheld {
    /// Nothing where names are shown.
    pub(super) fn read(query: &dyn Query, reveals: bool) -> Result<Withheld, ReportError> {
        if reveals {
            return Ok(Withheld::default());
        }
        let sql = queries::only(queries::TRACED_PLACES, "withheld", "ground, place, method");
        let found = rows(query, &sql, &["ground", "method"])?;
        Ok(Withheld(
            found
                .iter()
                .map(|row| (row.integer("ground"), row.text_or_empty("method").to_owned()))
                .collect(),
        ))
    }

    /// Whether no amount of a ground under a method is told.
    pub(super) fn holds(&self, ground: i64, method: &str) -> bool {
        self.0
            .iter()
            .any(|(own, of)| (*own, of.as_str()) == (ground, method))
    }

    /// Whether that is so under any method.
    pub(super) fn holds_ground(&self, ground: i64) -> bool {
        self.0.iter().any(|(own, _)| *own == ground)
    }

    /// The grounds of which some amount is not told.
    pub(super) fn grounds(&self) -> BTreeSet<i64> {
        self.0.iter().map(|(ground, _)| *ground).collect()
    }

    /// Whether nothing is withheld.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Accounts whose holder may be a victim: a person said so, or the control gate of a finding is not open, or a finding
/// describes somebody exploited; and what else such a person holds alone.
pub fn guarded_accounts(query: &dyn Query) -> Result<BTreeSet<String>, ReportError> {
    let found = rows(query, queries::GUARDED_ACCOUNTS, &["account_id"])?;
    Ok(found
        .iter()
        .map(|row| row.text_or_empty("account_id").to_owned())
        .collect())
}
