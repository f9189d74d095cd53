//! What pages under pseudonyms leave out of the accounts of people who may be victims: their movements, balances and sums,
//! and every total from which one of these could be computed by taking the others away.
//!
//! An entry is a movement of such an account where it stands on it, names it as the other side, or is a leg of a transfer
//! from or to it. Sums of money on such a page are over all other entries, so no difference of two of them tells anything.

use std::collections::BTreeSet;

use super::findings::CHUNK;
use super::rows::{Row, literals, rows};
use super::tracing::guarded_accounts;
use super::{Query, ReportError, queries};

/// What stands for a number that is left out of a sentence.
const GONE: &str = "…";
/// Accounts that are written into a query; more are looked up by it.
const MOST_WRITTEN: usize = 2_000;

/// SQL after `WITH`: the entries that are movements of accounts (`$own`, between brackets), seen from either side, with those
/// that tell the same booking again, take it back, or may be its other leg. One text for what the page asks and for what its
/// figures say that they mean.
macro_rules! movements_of {
    ($own:literal) => {
        concat!(
            "w AS (SELECT entry_id FROM entries WHERE account_id IN ", $own, " OR counterparty_account_id IN ", $own,
            " UNION ALL SELECT entry_id FROM entry_details WHERE counterparty_account_id IN ", $own,
            " UNION ALL SELECT debit_entry FROM transfers WHERE debit_entry IS NOT NULL AND (payer_account IN ", $own, " OR payee_account IN ", $own,
            ") UNION ALL SELECT credit_entry FROM transfers WHERE credit_entry IS NOT NULL AND (payer_account IN ", $own, " OR payee_account IN ", $own,
            ") UNION ALL SELECT entry_id FROM inferred_counterparties WHERE account_id IN ", $own,
            "), p AS (SELECT entry_id AS one, same_as AS other FROM same_entries \
             UNION ALL SELECT entry_id, takes_back FROM reversals UNION ALL SELECT debit_entry, credit_entry FROM ambiguous_legs) \
             SELECT entry_id FROM w UNION ALL SELECT p.other FROM w JOIN p ON p.one = w.entry_id WHERE p.other IS NOT NULL \
             UNION ALL SELECT p.one FROM w JOIN p ON p.other = w.entry_id WHERE p.one IS NOT NULL"
        )
    };
}
pub(super) use movements_of;

/// The accounts whose movements are not told.
#[derive(Debug, Default)]
pub(super) struct Guard {
    accounts: BTreeSet<String>,
    touched: BTreeSet<String>,
    withholds: bool,
}

impl Guard {
    /// From the tables. Where names are shown nothing is left out.
    pub(super) fn read(query: &dyn Query, reveals: bool) -> Result<Guard, ReportError> {
        let mut guard = Guard {
            accounts: guarded_accounts(query)?,
            touched: BTreeSet::new(),
            withholds: !reveals,
        };
        guard.touched = guard.read_touched(query)?;
        Ok(guard)
    }

    /// Whether this page leaves anything out.
    pub(super) fn is_active(&self) -> bool {
        self.withholds && !self.accounts.is_empty()
    }

    /// How many accounts there are of which nothing is told.
    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether the movements of an account are left out; also of what stands for cash at it, or its bank.
    pub(super) fn hides(&self, account_id: &str) -> bool {
        let own = account_id.split_once('-').map_or("", |(_, own)| own);
        self.is_active()
            && (self.accounts.contains(account_id)
                || self.accounts.contains(own)
                || self.accounts.contains(&format!("a-{own}")))
    }

    /// Whether the holder of an account may be a victim, on any page.
    pub(super) fn knows(&self, account_id: &str) -> bool {
        self.accounts.contains(account_id)
    }

    /// Whether a sentence speaks of such an account.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.is_active()
            && text
                .split("{account:")
                .skip(1)
                .any(|rest| rest.split_once('}').is_some_and(|(id, _)| self.hides(id)))
    }

    /// The one name of a figure over all entries, or the other over those that are told.
    pub(super) fn either(&self, all: &'static str, apart: &'static str) -> &'static str {
        if self.withholds { apart } else { all }
    }

    /// The accounts between brackets, for `IN`.
    pub(super) fn accounts_sql(&self) -> String {
        if self.accounts.len() > MOST_WRITTEN {
            return format!(
                "(SELECT account_id FROM (\n{}) AS guarded)",
                queries::GUARDED_ACCOUNTS
            );
        }
        literals(self.accounts.iter().map(String::as_str))
    }

    /// The entries that are movements of these accounts, as a query between brackets; with those that tell the same booking
    /// again, take it back, or may be its other leg.
    pub(super) fn entries_sql(&self) -> String {
        concat!("(WITH ", movements_of!("{own}"), ")").replace("{own}", &self.accounts_sql())
    }

    /// Accounts that have such movements: a sum or balance of theirs tells these by subtraction. None where nothing is left
    /// out.
    pub(super) fn touched(&self) -> &BTreeSet<String> {
        &self.touched
    }

    fn read_touched(&self, query: &dyn Query) -> Result<BTreeSet<String>, ReportError> {
        if !self.is_active() {
            return Ok(BTreeSet::new());
        }
        let own = self.accounts_sql();
        let sql = format!(
            "SELECT account_id FROM entries WHERE entry_id IN {} \
             UNION SELECT payer_account FROM transfers WHERE payee_account IN {own} \
             UNION SELECT payee_account FROM transfers WHERE payer_account IN {own}",
            self.entries_sql()
        );
        let found = rows(query, &sql, &["account_id"])?;
        Ok(found
            .iter()
            .map(|row| row.text_or_empty("account_id").to_owned())
            .collect())
    }

    /// Of these findings those of which no number is told on this page: they rest on a movement of somebody who may be a
    /// victim, speak of such an account, or are of an account that such movements touch, or of who holds one.
    pub(super) fn findings(
        &self,
        query: &dyn Query,
        listed: &[Row<'_>],
    ) -> Result<BTreeSet<String>, ReportError> {
        let mut found = BTreeSet::new();
        if !self.withholds {
            return Ok(found);
        }
        // A rule may sum over more than it cites.
        let parties = self.holders_of_touched(query)?;
        for row in listed {
            let speaks = ["explanation", "gate_reason", "sufficiency", "measures"]
                .iter()
                .any(|column| self.is_in(row.text_or_empty(column)));
            let account = row.text_or_empty("account_id");
            if speaks
                || row.text_or_empty("section") != "open"
                || self.hides(account)
                || self.touched.contains(account)
                || parties.contains(row.text_or_empty("party_id"))
            {
                found.insert(row.text_or_empty("finding_id").to_owned());
            }
        }
        if !self.is_active() {
            return Ok(found);
        }
        let ids: Vec<&str> = listed.iter().map(|row| row.text_or_empty("finding_id")).collect();
        for chunk in ids.chunks(CHUNK) {
            let sql = format!(
                "SELECT DISTINCT finding_id FROM finding_entries WHERE finding_id IN {} AND entry_id IN {}",
                literals(chunk.iter().copied()),
                self.entries_sql()
            );
            for row in rows(query, &sql, &["finding_id"])?.iter() {
                found.insert(row.text_or_empty("finding_id").to_owned());
            }
        }
        Ok(found)
    }

    /// Parties that hold a touched account, alone or with others.
    fn holders_of_touched(&self, query: &dyn Query) -> Result<BTreeSet<String>, ReportError> {
        if self.touched.is_empty() {
            return Ok(BTreeSet::new());
        }
        let sql = "SELECT DISTINCT account_id, party_id FROM account_holders WHERE role <> 'mandate'";
        Ok(rows(query, sql, &["account_id", "party_id"])?
            .iter()
            .filter(|row| self.touched.contains(row.text_or_empty("account_id")))
            .map(|row| row.text_or_empty("party_id").to_owned())
            .collect())
    }

    /// All of them, on any page.
    pub(super) fn accounts(&self) -> &BTreeSet<String> {
        &self.accounts
    }

    /// A named query over entries `e` without those that are not told.
    pub(super) fn apart(&self, sql: &str) -> String {
        if !self.is_active() {
            return sql.to_owned();
        }
        sql.replacen(
            "e.amount IS NOT NULL",
            &format!(
                "e.amount IS NOT NULL AND e.entry_id NOT IN {}",
                self.entries_sql()
            ),
            1,
        )
    }
}

/// The sentence without its numbers; names in braces stay.
pub(super) fn without_figures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut number = String::new();
    for c in text.chars() {
        if depth == 0
            && (c.is_numeric()
                || (!number.is_empty() && matches!(c, '.' | ',' | ':' | '-' | '\u{202f}' | '\u{a0}')))
        {
            number.push(c);
            continue;
        }
        close(&mut out, &mut number);
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        out.push(c);
    }
    close(&mut out, &mut number);
    out
}

/// Ends a number: what follows its last digit was no part of it.
fn close(out: &mut String, number: &mut String) {
    if number.is_empty() {
        return;
    }
    out.push_str(GONE);
    let end = number.trim_end_matches(|c: char| !c.is_numeric());
    out.push_str(&number[end.len()..]);
    number.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_and_names_stay() {
        assert_eq!(
            without_figures("{account:a-12} took 1\u{202f}234.50 EUR, on 2024-01-03, 97 % of it."),
            "{account:a-12} took … EUR, on …, … % of it."
        );
        assert_eq!(without_figures("no number"), "no number");
        assert_eq!(without_figures("in 7."), "in ….");
    }

    #[test]
    fn queries_over_entries_have_a_place_for_the_condition() {
        let guard = Guard {
            accounts: BTreeSet::from(["a-1".to_owned()]),
            touched: BTreeSet::new(),
            withholds: true,
        };
        for sql in [
            queries::TOTALS,
            queries::OTHER_SIDES,
            queries::UNSEIZED_ACCOUNTS,
            queries::VOLUMES_BY_DAY,
        ] {
            assert!(
                guard
                    .apart(sql)
                    .contains("NOT IN (WITH w AS (SELECT entry_id FROM entries"),
                "{sql}"
            );
        }
        assert!(guard.hides("a-1") && guard.hides("c-a-1") && guard.hides("b-1") && !guard.hides("a-2"));
        assert!(guard.is_in("of {account:a-1}") && !guard.is_in("of {account:a-2} {account:"));
        let shows = Guard {
            withholds: false,
            ..guard
        };
        assert!(!shows.hides("a-1") && shows.apart("e.amount IS NOT NULL") == "e.amount IS NOT NULL");
    }
}
