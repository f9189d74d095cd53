//! What went in and out of an account: what its own entries tell, and what only the other side's entries tell. Both may be
//! part of the truth: an account whose records were not received is known by others alone.

use std::fmt::Write as _;

use super::rows::{Row, rows};
use super::show::{plain_money, rest};
use super::text::visible;
use super::{Query, ReportError};

/// Other sides that are printed before the rest is counted.
const MOST_COUNTERPARTIES: usize = 10;

/// Every movement of the account once, as (direction, currency, amount, day, other side, name, told by its own entries).
fn movements(id: &str) -> String {
    format!(
        "WITH own AS (\
             SELECT e.direction, coalesce(e.currency, '') AS currency, e.amount, e.booking_date AS day, \
             coalesce(e.counterparty_account, e.counterparty_name, e.counterparty_status) AS other_side, \
             e.counterparty_name AS name \
             FROM entries_masked AS e LEFT ANTI JOIN (SELECT entry_id FROM same_entries WHERE kind IN \
             ('same_statement', 'other_record')) AS again ON again.entry_id = e.entry_id \
             WHERE e.account_id = {id} AND e.amount IS NOT NULL), \
         told AS (\
             SELECT 'debit' AS direction, t.currency, t.amount, t.at, t.payee_account AS other FROM transfers AS t \
             WHERE t.payer_account = {id} AND t.debit_entry IS NULL AND t.amount IS NOT NULL \
             UNION ALL \
             SELECT 'credit', t.currency, t.amount, t.at, t.payer_account FROM transfers AS t \
             WHERE t.payee_account = {id} AND t.credit_entry IS NULL AND t.amount IS NOT NULL), \
         movements AS (\
             SELECT direction, currency, amount, day, other_side, name, true AS is_own FROM own \
             UNION ALL \
             SELECT told.direction, coalesce(told.currency, ''), told.amount, CAST(told.at AS DATE), \
             coalesce(a.number, told.other), a.holder_name, false \
             FROM told LEFT JOIN accounts_masked AS a ON a.account_id = told.other) "
    )
}

/// Totals by currency and direction, and the largest other sides, each with who tells it. `id` is a literal of SQL.
pub(super) fn in_and_out(out: &mut String, query: &dyn Query, id: &str) -> Result<(), ReportError> {
    let movements = movements(id);
    let totals = rows(
        query,
        &format!(
            "{movements} SELECT is_own, currency, direction, count(*) AS entries, sum(amount) AS amount, \
             min(day) AS first_day, max(day) AS last_day FROM movements GROUP BY is_own, currency, direction \
             ORDER BY is_own DESC, currency, direction"
        ),
        &["is_own", "currency", "direction", "amount"],
    )?;
    for (own, title) in [
        (true, "In and out, as its own entries tell"),
        (
            false,
            "In and out besides, as only entries of other accounts tell",
        ),
    ] {
        let _ = writeln!(out, "\n{title}");
        let mut none = true;
        for total in totals.iter().filter(|total| is_own(*total) == own) {
            none = false;
            let _ = writeln!(
                out,
                "  {:<4}{:>24}  {} entries, {} to {}",
                way(total),
                plain_money(
                    total.money("amount").unwrap_or(0),
                    total.text_or_empty("currency")
                ),
                total.integer("entries"),
                total.value("first_day").to_text(),
                total.value("last_day").to_text(),
            );
        }
        if none {
            out.push_str("  nothing\n");
        }
    }
    let sides = rows(
        query,
        &format!(
            "{movements} SELECT other_side, max(name) AS name, direction, currency, is_own, count(*) AS entries, \
             sum(amount) AS amount FROM movements GROUP BY other_side, direction, currency, is_own \
             ORDER BY currency, amount DESC, other_side, direction, is_own"
        ),
        &["other_side", "amount", "is_own"],
    )?;
    let _ = writeln!(out, "\nLargest other sides");
    for side in sides.iter().take(MOST_COUNTERPARTIES) {
        let (label, name) = (side.text_or_empty("other_side"), side.text_or_empty("name"));
        let name = if name == label { "" } else { name };
        let told = if is_own(side) {
            ""
        } else {
            "  (told by the other side alone)"
        };
        let line = format!(
            "  {:<4}{:>24}  {} entries  {} {}",
            way(side),
            plain_money(side.money("amount").unwrap_or(0), side.text_or_empty("currency")),
            side.integer("entries"),
            visible(label),
            visible(name),
        );
        let _ = writeln!(out, "{line}{told}");
    }
    rest(out, sides.len(), MOST_COUNTERPARTIES, "");
    Ok(())
}

fn is_own(row: Row<'_>) -> bool {
    row.value("is_own").to_text() == "true"
}

fn way(row: Row<'_>) -> &'static str {
    if row.text_or_empty("direction") == "credit" {
        "in"
    } else {
        "out"
    }
}
