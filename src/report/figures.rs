//! The figures of the page: each carries its exact value, its name and its key, so that anybody can compute it again
//! from the tables.
//!
//! [`MEANINGS`] says for every name which SQL over the tables of the case gives its values: a row a key. Money is
//! written with all four decimals, shares in thousandths, cut and not rounded. Sums never mix currencies. Where two
//! records tell of one booking (`same_entries` of kind `same_statement` or `other_record`), sums count it once.

use super::guard::movements_of;
use serde::Serialize;

use crate::model::{Currency, format_scaled};

/// A figure as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// One of the names of [`MEANINGS`].
    pub name: &'static str,
    /// What the figure is about: an id, a currency, a rule, or several of them with a space between. May be empty.
    pub key: String,
    /// The exact value.
    pub value: String,
    /// The value as a reader sees it.
    pub shown: String,
}

/// What a figure means.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Name in `data-figure`.
    pub name: &'static str,
    /// How `data-key` is made.
    pub key: &'static str,
    /// A query with the columns `key` and `value` that gives the figure for every key. The figures whose name ends in
    /// `.measure` stand one level deeper: there `value` is a JSON object and the page's key is the row's key, a space
    /// and the name in the object.
    pub sql: &'static str,
}

/// A whole number.
pub fn count(name: &'static str, key: impl Into<String>, number: i64) -> Figure {
    Figure {
        name,
        key: key.into(),
        value: number.to_string(),
        shown: grouped(&number.to_string()),
    }
}

/// Money in ten-thousandths. Shown with the currency's own digits, the code behind it.
pub fn money(name: &'static str, key: impl Into<String>, scaled: i128, currency: &str) -> Figure {
    Figure {
        name,
        key: key.into(),
        value: format_scaled(scaled, 4),
        shown: money_text(scaled, currency),
    }
}

/// A share in thousandths, shown in per cent with one decimal. Cut, not rounded: never more than there is.
pub fn per_mille(name: &'static str, key: impl Into<String>, part: i128, whole: i128) -> Option<Figure> {
    let thousandths = part.checked_mul(1000)?.checked_div(whole)?;
    Some(Figure {
        name,
        key: key.into(),
        value: thousandths.to_string(),
        shown: format!("{}.{}\u{202f}%", thousandths / 10, thousandths % 10),
    })
}

/// A value that a rule measured, as it stands in the table.
pub fn measure(name: &'static str, key: impl Into<String>, value: &str) -> Figure {
    Figure {
        name,
        key: key.into(),
        value: value.to_owned(),
        shown: grouped(trimmed(value)),
    }
}

/// A decimal without the zeros behind its second decimal.
fn trimmed(number: &str) -> &str {
    let keep = number.find('.').map_or(number.len(), |point| point + 3);
    let zeros = number.len() - number.trim_end_matches('0').len();
    let end = number.len().saturating_sub(zeros).max(keep).min(number.len());
    number.get(..end).unwrap_or(number)
}

/// Money as a reader sees it: groups of three, the currency's own digits, the code.
pub fn money_text(scaled: i128, currency: &str) -> String {
    let digits = Currency::from_code(currency).map_or(2, |known| known.digits());
    let number = grouped(&format_scaled(scaled, digits));
    if currency.is_empty() {
        format!("{number} (no currency)")
    } else {
        format!("{number}\u{a0}{currency}")
    }
}

/// Money with its exact value, shown rounded to the digits of its currency: shares of balances have more.
pub fn money_rounded(name: &'static str, key: impl Into<String>, scaled: i128, currency: &str) -> Figure {
    Figure {
        shown: rounded_text(scaled, currency),
        ..money(name, key, scaled, currency)
    }
}

/// Money as a reader sees it, rounded to the digits of its currency.
pub fn rounded_text(scaled: i128, currency: &str) -> String {
    let digits = Currency::from_code(currency).map_or(2, |known| known.digits());
    let unit = 10_i128.pow(4_u32.saturating_sub(digits));
    money_text((scaled + unit / 2).div_euclid(unit) * unit, currency)
}

/// A number with a narrow space between groups of three digits before the point. Other text stays as it is.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", number),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return number.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

macro_rules! places {
    ($select:literal) => {
        concat!(
            "WITH p AS (\n",
            include_str!("../../queries/reports/traced_places.sql"),
            ") ",
            $select
        )
    };
}

macro_rules! links {
    ($select:literal) => {
        concat!(
            "WITH l AS (\n",
            include_str!("../../queries/reports/traced_links.sql"),
            ") ",
            $select
        )
    };
}

macro_rules! claims {
    ($select:literal) => {
        concat!(
            "WITH c AS (\n",
            include_str!("../../queries/reports/traced_claims.sql"),
            ") ",
            $select
        )
    };
}

macro_rules! guarded {
    () => {
        concat!(
            "(SELECT account_id FROM (\n",
            include_str!("../../queries/reports/guarded_accounts.sql"),
            ") AS guarded)"
        )
    };
}

/// Not a movement of an account whose holder may be a victim, nor what goes with one.
macro_rules! apart {
    () => {
        concat!(
            "NOT IN (WITH g AS ",
            guarded!(),
            ", ",
            movements_of!("(SELECT account_id FROM g)"),
            ")"
        )
    };
}

/// Flows between two known accounts, without those from and to people who may be victims.
macro_rules! flows_apart {
    ($select:literal) => {
        concat!(
            "WITH g AS ", guarded!(), ", f AS (SELECT DISTINCT payer_account, payee_account, coalesce(currency, '') AS currency FROM transfers \
             WHERE payer_account <> payee_account AND amount IS NOT NULL AND left(payer_account, 2) <> 'u-' AND left(payee_account, 2) <> 'u-' \
             AND payer_account NOT IN (SELECT account_id FROM g) AND substr(payer_account, 3) NOT IN (SELECT account_id FROM g) \
             AND concat('a-', substr(payer_account, 3)) NOT IN (SELECT account_id FROM g) \
             AND payee_account NOT IN (SELECT account_id FROM g) AND substr(payee_account, 3) NOT IN (SELECT account_id FROM g) \
             AND concat('a-', substr(payee_account, 3)) NOT IN (SELECT account_id FROM g)) ",
            $select
        )
    };
}

macro_rules! reconciled {
    ($select:literal) => {
        concat!(
            "WITH r AS (\n",
            include_str!("../../queries/reports/reconciliation.sql"),
            ") ",
            $select
        )
    };
}

macro_rules! counts {
    ($select:literal) => {
        concat!(
            "WITH c AS (\n",
            include_str!("../../queries/reports/chart_counts.sql"),
            ") ",
            $select
        )
    };
}

/// Without the column that needs a function of ours.
macro_rules! traced_schedule {
    ($select:literal) => {
        concat!(
            "WITH grounds AS (SELECT label, kind, row_number() OVER (ORDER BY first_at NULLS LAST, label, kind) AS ground \
             FROM (SELECT label, kind, min(at) AS first_at FROM claims GROUP BY label, kind)), \
             told AS (SELECT DISTINCT label, kind, entry_id, 'claimed' AS role FROM claims WHERE refused IS NULL AND entry_id IS NOT NULL \
             UNION ALL SELECT DISTINCT label, kind, entry_id, ends FROM lots WHERE entry_id IS NOT NULL AND amount > 0), \
             t AS (SELECT g.ground, t.role, e.entry_id, e.direction, e.amount, coalesce(e.currency, '') AS currency \
             FROM told AS t JOIN grounds AS g ON g.label = t.label AND g.kind = t.kind JOIN entries AS e ON e.entry_id = t.entry_id) ",
            $select
        )
    };
}

macro_rules! lawful {
    ($select:literal, $told:expr) => {
        concat!(
            "SELECT concat(mark, ' ', currency) AS key, ", $select, " AS value FROM (SELECT DISTINCT mark, entry_id, currency, amount FROM entry_marks \
             WHERE direction = 'credit' AND amount IS NOT NULL AND mark IN ('wage', 'benefit', 'child_benefit', 'pension', 'student_grant', 'insurance')",
            $told,
            ") AS m GROUP BY mark, currency"
        )
    };
}

macro_rules! once {
    () => {
        "NOT IN (SELECT entry_id FROM same_entries WHERE kind IN ('same_statement', 'other_record'))"
    };
}

const fn meaning(name: &'static str, key: &'static str, sql: &'static str) -> Meaning {
    Meaning { name, key, sql }
}

/// Every name of a figure, what its key is, and the SQL that gives its values from the tables.
#[rustfmt::skip]
pub const MEANINGS: &[Meaning] = &[
    meaning("sources.count", "", "SELECT '' AS key, count(*) AS value FROM sources"),
    meaning("sources.rows_read", "", "SELECT '' AS key, coalesce(sum(rows_read), 0) AS value FROM sources"),
    meaning("sources.rows_accepted", "", "SELECT '' AS key, coalesce(sum(rows_accepted), 0) AS value FROM sources"),
    meaning("sources.rows_rejected", "", "SELECT '' AS key, coalesce(sum(rows_rejected), 0) AS value FROM sources"),
    meaning("risk.groups", "", "SELECT '' AS key, count(*) AS value FROM clusters WHERE members < 5"),
    meaning("risk.rules", "", "SELECT '' AS key, count(*) AS value FROM (SELECT rule_id FROM findings GROUP BY rule_id HAVING count(DISTINCT coalesce(party_id, account_id, finding_id)) < 5) AS few"),
    meaning("clusters.count", "", "SELECT '' AS key, count(*) AS value FROM clusters"),
    meaning("clusters.left_out", "", "SELECT '' AS key, count(*) AS value FROM clusters WHERE place > 25"),
    meaning("cluster.place", "cluster_id", "SELECT cluster_id AS key, place AS value FROM clusters"),
    meaning("cluster.findings", "cluster_id and rule_id", "SELECT concat(cluster_id, ' ', rule_id) AS key, count(*) AS value FROM cluster_indicators GROUP BY cluster_id, rule_id"),
    meaning("cluster.exploited", "cluster_id", "SELECT cluster_id AS key, exploited AS value FROM clusters"),
    meaning("function.entries", "function_id", "SELECT function_id AS key, entries AS value FROM functions"),
    meaning("source.bytes", "source_id", "SELECT source_id AS key, bytes AS value FROM sources"),
    meaning("source.rows_read", "source_id", "SELECT source_id AS key, rows_read AS value FROM sources"),
    meaning("source.rows_accepted", "source_id", "SELECT source_id AS key, rows_accepted AS value FROM sources"),
    meaning("source.rows_rejected", "source_id", "SELECT source_id AS key, rows_rejected AS value FROM sources"),
    meaning("sources.left_out", "", "SELECT '' AS key, count(*) AS value FROM (SELECT row_number() OVER (ORDER BY name, source_id) AS n FROM sources) WHERE n > 200"),
    meaning("rejects.count", "", "SELECT '' AS key, count(*) AS value FROM rejects"),
    meaning("rejects.by_reason", "first 12 digits of the MD5 of the reason, what is quoted (‘ to the next ’) replaced by ‘…’ and every run of digits by #",
        "SELECT substr(md5(kind), 1, 12) AS key, count(*) AS value FROM (SELECT regexp_replace(regexp_replace(reason, '‘[^’]*’', '‘…’', 'g'), '[0-9]+', '#', 'g') AS kind FROM rejects) GROUP BY kind"),
    meaning("reject.byte_start", "source_id locator", "SELECT concat(source_id, ' ', locator) AS key, byte_start AS value FROM rejects"),
    meaning("reject.byte_end", "source_id locator", "SELECT concat(source_id, ' ', locator) AS key, byte_end AS value FROM rejects"),
    meaning("entries.count", "", "SELECT '' AS key, count(*) AS value FROM entries"),
    meaning("entries.undated", "", "SELECT '' AS key, count(*) AS value FROM entries WHERE booking_date IS NULL"),
    meaning("entries.without_amount", "", "SELECT '' AS key, count(*) AS value FROM entries WHERE amount IS NULL"),
    meaning("entries.counted_elsewhere", "", "SELECT '' AS key, count(DISTINCT entry_id) AS value FROM same_entries WHERE kind IN ('same_statement', 'other_record')"),
    meaning("entries.by_direction", "currency direction",
        concat!("SELECT concat(currency, ' ', direction) AS key, count(*) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY concat(currency, ' ', direction)")),
    meaning("entries.by_direction_apart", "currency direction",
        concat!("SELECT concat(currency, ' ', direction) AS key, count(*) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY concat(currency, ' ', direction)")),
    meaning("entries.amount", "currency direction",
        concat!("SELECT concat(currency, ' ', direction) AS key, sum(amount) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY concat(currency, ' ', direction)")),
    meaning("entries.amount_apart", "currency direction",
        concat!("SELECT concat(currency, ' ', direction) AS key, sum(amount) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY concat(currency, ' ', direction)")),
    meaning("accounts.seized", "", "SELECT '' AS key, count(*) AS value FROM accounts WHERE seized"),
    meaning("accounts.seen", "", "SELECT '' AS key, count(*) AS value FROM accounts WHERE NOT seized"),
    meaning("transfers.count", "", "SELECT '' AS key, count(*) AS value FROM transfers"),
    meaning("statements.count", "", "SELECT '' AS key, count(*) AS value FROM statements"),
    meaning("statements.verified", "", "SELECT '' AS key, count(*) AS value FROM statements WHERE verdict = 'verified'"),
    meaning("statements.by_verdict", "verdict", "SELECT verdict AS key, count(*) AS value FROM statements GROUP BY verdict"),
    meaning("statement.entries", "statement_id", "SELECT statement_id AS key, entries AS value FROM statements"),
    meaning("statement.credits", "statement_id", "SELECT statement_id AS key, credits AS value FROM statements"),
    meaning("statement.debits", "statement_id", "SELECT statement_id AS key, debits AS value FROM statements"),
    meaning("statement.difference", "statement_id", "SELECT statement_id AS key, difference AS value FROM statements"),
    meaning("statements.left_out", "", "SELECT '' AS key, greatest(count(*) - 80, 0) AS value FROM statements"),
    meaning("same_entries.by_kind", "kind", "SELECT kind AS key, count(*) AS value FROM same_entries GROUP BY kind"),
    meaning("other_side.entries", "currency counterparty_status",
        concat!("SELECT concat(currency, ' ', counterparty_status) AS key, count(*) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY concat(currency, ' ', counterparty_status)")),
    meaning("other_side.entries_apart", "currency counterparty_status",
        concat!("SELECT concat(currency, ' ', counterparty_status) AS key, count(*) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY concat(currency, ' ', counterparty_status)")),
    meaning("other_side.amount", "currency counterparty_status",
        concat!("SELECT concat(currency, ' ', counterparty_status) AS key, sum(amount) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY concat(currency, ' ', counterparty_status)")),
    meaning("other_side.amount_apart", "currency counterparty_status",
        concat!("SELECT concat(currency, ' ', counterparty_status) AS key, sum(amount) AS value FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY concat(currency, ' ', counterparty_status)")),
    meaning("other_side.entries_per_mille", "currency counterparty_status",
        concat!("SELECT concat(a.currency, ' ', a.counterparty_status) AS key, max(a.n) * 1000 / sum(b.n) AS value FROM (SELECT coalesce(currency, '') AS currency, counterparty_status, count(*) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS a JOIN (SELECT coalesce(currency, '') AS currency, counterparty_status, count(*) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS b ON a.currency = b.currency GROUP BY a.currency, a.counterparty_status")),
    meaning("other_side.entries_per_mille_apart", "currency counterparty_status",
        concat!("SELECT concat(a.currency, ' ', a.counterparty_status) AS key, max(a.n) * 1000 / sum(b.n) AS value FROM (SELECT coalesce(currency, '') AS currency, counterparty_status, count(*) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS a JOIN (SELECT coalesce(currency, '') AS currency, counterparty_status, count(*) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS b ON a.currency = b.currency GROUP BY a.currency, a.counterparty_status")),
    meaning("other_side.amount_per_mille", "currency counterparty_status, value in thousandths of the currency's whole value, cut",
        concat!("SELECT concat(a.currency, ' ', a.counterparty_status) AS key, arrow_cast(trunc(CAST(max(a.n) AS DECIMAL(34, 0)) * 1000 / sum(b.n)), 'Int64') AS value FROM (SELECT coalesce(currency, '') AS currency, counterparty_status, CAST(sum(amount) * 10000 AS DECIMAL(30, 0)) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS a JOIN (SELECT coalesce(currency, '') AS currency, counterparty_status, CAST(sum(amount) * 10000 AS DECIMAL(30, 0)) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS b ON a.currency = b.currency GROUP BY a.currency, a.counterparty_status")),
    meaning("other_side.amount_per_mille_apart", "currency counterparty_status, value in thousandths of the currency's whole value, cut",
        concat!("SELECT concat(a.currency, ' ', a.counterparty_status) AS key, arrow_cast(trunc(CAST(max(a.n) AS DECIMAL(34, 0)) * 1000 / sum(b.n)), 'Int64') AS value FROM (SELECT coalesce(currency, '') AS currency, counterparty_status, CAST(sum(amount) * 10000 AS DECIMAL(30, 0)) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS a JOIN (SELECT coalesce(currency, '') AS currency, counterparty_status, CAST(sum(amount) * 10000 AS DECIMAL(30, 0)) AS n FROM entries WHERE amount IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY coalesce(currency, ''), counterparty_status) AS b ON a.currency = b.currency GROUP BY a.currency, a.counterparty_status")),
    meaning("legs.open", "missing|tied in order|left apart|takes back|may take back kind",
        "SELECT concat('missing ', kind) AS key, count(*) AS value FROM missing_legs GROUP BY kind UNION ALL SELECT concat(CASE WHEN tied THEN 'tied in order ' ELSE 'left apart ' END, kind), count(*) FROM ambiguous_legs GROUP BY tied, kind UNION ALL SELECT concat(CASE WHEN tied THEN 'takes back ' ELSE 'may take back ' END, kind), count(*) FROM reversals GROUP BY tied, kind"),
    meaning("unseized.entries", "account_id currency",
        concat!("SELECT concat(e.counterparty_account_id, ' ', e.currency) AS key, count(*) AS value FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), " GROUP BY concat(e.counterparty_account_id, ' ', e.currency)")),
    meaning("unseized.entries_apart", "account_id currency",
        concat!("SELECT concat(e.counterparty_account_id, ' ', e.currency) AS key, count(*) AS value FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), " AND e.entry_id ", apart!(), " GROUP BY concat(e.counterparty_account_id, ' ', e.currency)")),
    meaning("unseized.amount", "account_id currency",
        concat!("SELECT concat(e.counterparty_account_id, ' ', e.currency) AS key, sum(e.amount) AS value FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), " GROUP BY concat(e.counterparty_account_id, ' ', e.currency)")),
    meaning("unseized.amount_apart", "account_id currency",
        concat!("SELECT concat(e.counterparty_account_id, ' ', e.currency) AS key, sum(e.amount) AS value FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), " AND e.entry_id ", apart!(), " GROUP BY concat(e.counterparty_account_id, ' ', e.currency)")),
    meaning("unseized.left_out", "pairs of account and currency past the tenth of each currency",
        concat!("SELECT '' AS key, coalesce(sum(greatest(n - 10, 0)), 0) AS value FROM (SELECT currency, count(*) AS n FROM (SELECT DISTINCT e.counterparty_account_id, coalesce(e.currency, '') AS currency FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), ") GROUP BY currency)")),
    meaning("unseized.left_out_apart", "pairs of account and currency past the tenth of each currency",
        concat!("SELECT '' AS key, coalesce(sum(greatest(n - 10, 0)), 0) AS value FROM (SELECT currency, count(*) AS n FROM (SELECT DISTINCT e.counterparty_account_id, coalesce(e.currency, '') AS currency FROM entries AS e JOIN accounts AS a ON a.account_id = e.counterparty_account_id WHERE NOT a.seized AND e.amount IS NOT NULL AND e.entry_id ", once!(), " AND e.entry_id ", apart!(), ") GROUP BY currency)")),
    meaning("gap.days", "account_id currency first-day-after",
        "SELECT concat(s.account_id, ' ', s.currency, ' ', CAST(s.from_date AS VARCHAR)) AS key, CAST(s.from_date AS INT) - max(CAST(p.to_date AS INT)) - 1 AS value FROM statements AS s JOIN statements AS p ON p.account_id = s.account_id AND coalesce(p.currency, '') = coalesce(s.currency, '') AND p.from_date < s.from_date GROUP BY s.account_id, s.currency, s.from_date"),
    meaning("gaps.left_out", "", "SELECT '' AS key, greatest(count(*) - 40, 0) AS value FROM (SELECT s.account_id FROM statements AS s JOIN statements AS p ON p.account_id = s.account_id AND coalesce(p.currency, '') = coalesce(s.currency, '') AND p.from_date < s.from_date GROUP BY s.account_id, s.currency, s.from_date HAVING CAST(s.from_date AS INT) - max(CAST(p.to_date AS INT)) > 1)"),
    meaning("findings.count", "", "SELECT '' AS key, count(*) AS value FROM findings"),
    meaning("findings.retold", "", "SELECT '' AS key, count(*) AS value FROM findings WHERE measures LIKE '%\"same_as\":\"f-%'"),
    meaning("findings.dismissed", "empty, or rule_id open|protected",
        "SELECT '' AS key, count(*) AS value FROM findings WHERE judgement = 'dismissed' UNION ALL SELECT concat(rule_id, ' ', section), count(*) FROM (SELECT rule_id, CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section FROM findings WHERE judgement = 'dismissed') GROUP BY rule_id, section"),
    meaning("findings.open", "rule_id", "SELECT rule_id AS key, count(*) AS value FROM findings WHERE gate = 'open' AND describes <> 'exploited' GROUP BY rule_id"),
    meaning("findings.protected", "rule_id", "SELECT rule_id AS key, count(*) AS value FROM findings WHERE NOT (gate = 'open' AND describes <> 'exploited') GROUP BY rule_id"),
    meaning("findings.left_out", "rule_id open|protected: findings past the 25th by time",
        "SELECT concat(rule_id, ' ', section) AS key, greatest(count(*) - 25, 0) AS value FROM (SELECT rule_id, CASE WHEN gate = 'open' AND describes <> 'exploited' THEN 'open' ELSE 'protected' END AS section FROM findings) GROUP BY rule_id, section"),
    meaning("findings.left_out_of_defence", "rule_id open: findings past the 25th by time that nobody dismissed",
        "SELECT concat(rule_id, ' open') AS key, sum(CASE WHEN position > 25 AND coalesce(judgement, '') <> 'dismissed' THEN 1 ELSE 0 END) AS value FROM (SELECT rule_id, judgement, row_number() OVER (PARTITION BY rule_id ORDER BY from_time NULLS LAST, finding_id) AS position FROM findings WHERE gate = 'open' AND describes <> 'exploited') GROUP BY rule_id"),
    meaning("findings.undated", "", "SELECT '' AS key, count(*) AS value FROM findings WHERE from_time IS NULL"),
    meaning("findings.by_period", "rule_id period (day, month or year on which they begin)",
        "SELECT concat(rule_id, ' ', substr(CAST(CAST(from_time AS DATE) AS VARCHAR), 1, n)) AS key, count(*) AS value FROM findings CROSS JOIN (VALUES (4), (7), (10)) AS w(n) WHERE from_time IS NOT NULL GROUP BY rule_id, n, concat(rule_id, ' ', substr(CAST(CAST(from_time AS DATE) AS VARCHAR), 1, n))"),
    meaning("findings.undated_open", "", "SELECT '' AS key, count(*) AS value FROM findings WHERE gate = 'open' AND describes <> 'exploited' AND from_time IS NULL"),
    meaning("findings.by_period_open", "rule_id period (day, month or year on which they begin)",
        "SELECT concat(rule_id, ' ', substr(CAST(CAST(from_time AS DATE) AS VARCHAR), 1, n)) AS key, count(*) AS value FROM findings CROSS JOIN (VALUES (4), (7), (10)) AS w(n) WHERE gate = 'open' AND describes <> 'exploited' AND from_time IS NOT NULL GROUP BY rule_id, n, concat(rule_id, ' ', substr(CAST(CAST(from_time AS DATE) AS VARCHAR), 1, n))"),
    meaning("finding.entries", "finding_id", "SELECT f.finding_id AS key, count(DISTINCT e.entry_id) AS value FROM findings AS f LEFT JOIN finding_entries AS e ON e.finding_id = f.finding_id GROUP BY f.finding_id"),
    meaning("finding.amount", "finding_id direction currency, seen from the finding's account; a transfer once",
        concat!("WITH cited AS (SELECT finding_id, entry_id FROM finding_entries GROUP BY finding_id, entry_id), pairs AS (SELECT debit_entry AS one, credit_entry AS other FROM transfers UNION ALL SELECT credit_entry, debit_entry FROM transfers), both AS (SELECT a.finding_id, a.entry_id FROM cited AS a JOIN pairs ON pairs.one = a.entry_id JOIN cited AS b ON b.entry_id = pairs.other AND b.finding_id = a.finding_id) ",
            "SELECT concat(finding_id, ' ', direction, ' ', currency) AS key, sum(amount) AS value FROM (",
            "SELECT f.finding_id, e.direction, e.currency, e.amount FROM cited JOIN findings AS f ON f.finding_id = cited.finding_id JOIN entries AS e ON e.entry_id = cited.entry_id WHERE f.account_id IS NULL OR e.account_id = f.account_id ",
            "UNION ALL SELECT f.finding_id, CASE e.direction WHEN 'debit' THEN 'credit' ELSE 'debit' END, e.currency, e.amount FROM cited JOIN findings AS f ON f.finding_id = cited.finding_id JOIN entries AS e ON e.entry_id = cited.entry_id LEFT JOIN both ON both.finding_id = cited.finding_id AND both.entry_id = cited.entry_id WHERE e.account_id <> f.account_id AND e.counterparty_account_id = f.account_id AND both.entry_id IS NULL",
            " UNION ALL SELECT f.finding_id, CASE d.direction WHEN 'debit' THEN 'credit' ELSE 'debit' END, coalesce(d.currency, e.currency), d.amount FROM cited JOIN findings AS f ON f.finding_id = cited.finding_id JOIN entries AS e ON e.entry_id = cited.entry_id JOIN entry_details AS d ON d.entry_id = e.entry_id JOIN (SELECT debit_detail AS detail_id, credit_entry AS other FROM transfers WHERE debit_detail IS NOT NULL UNION ALL SELECT credit_detail, debit_entry FROM transfers WHERE credit_detail IS NOT NULL) AS part ON part.detail_id = d.detail_id LEFT JOIN cited AS mirror ON mirror.finding_id = cited.finding_id AND mirror.entry_id = part.other WHERE e.account_id <> f.account_id AND d.counterparty_account_id = f.account_id AND mirror.entry_id IS NULL",
            ") AS seen WHERE amount IS NOT NULL GROUP BY concat(finding_id, ' ', direction, ' ', currency)")),
    meaning("finding.measure", "finding_id name-of-the-measure", "SELECT finding_id AS key, measures AS value FROM findings"),
    meaning("entry.amount", "entry_id", "SELECT entry_id AS key, amount AS value FROM entries"),
    meaning("entry.quantity", "entry_id", "SELECT entry_id AS key, quantity AS value FROM entries"),
    meaning("entry.byte_start", "entry_id", "SELECT entry_id AS key, byte_start AS value FROM entries"),
    meaning("entry.byte_end", "entry_id", "SELECT entry_id AS key, byte_end AS value FROM entries"),
    meaning("chart.accounts", "all|apart", counts!("SELECT page AS key, accounts AS value FROM c")),
    meaning("chart.accounts_drawn", "all|apart", counts!("SELECT page AS key, accounts_drawn AS value FROM c")),
    meaning("chart.accounts_left_out", "all|apart", counts!("SELECT page AS key, accounts - accounts_drawn AS value FROM c")),
    meaning("chart.ties", "all|apart", counts!("SELECT page AS key, ties AS value FROM c")),
    meaning("chart.ties_drawn", "all|apart", counts!("SELECT page AS key, ties_drawn AS value FROM c")),
    meaning("chart.ties_left_out", "all|apart", counts!("SELECT page AS key, ties - ties_drawn AS value FROM c")),
    meaning("flow.amount", "payer_account payee_account currency", "SELECT concat(payer_account, ' ', payee_account, ' ', currency) AS key, sum(amount) AS value FROM transfers GROUP BY concat(payer_account, ' ', payee_account, ' ', currency)"),
    meaning("flow.transfers", "payer_account payee_account currency", "SELECT concat(payer_account, ' ', payee_account, ' ', currency) AS key, count(*) AS value FROM transfers WHERE amount IS NOT NULL GROUP BY concat(payer_account, ' ', payee_account, ' ', currency)"),
    meaning("flows.shown", "currency", "SELECT currency AS key, least(count(*), 24) AS value FROM (SELECT DISTINCT payer_account, payee_account, coalesce(currency, '') AS currency FROM transfers WHERE payer_account <> payee_account AND amount IS NOT NULL AND left(payer_account, 2) <> 'u-' AND left(payee_account, 2) <> 'u-') GROUP BY currency"),
    meaning("flows.count", "currency", "SELECT currency AS key, count(*) AS value FROM (SELECT DISTINCT payer_account, payee_account, coalesce(currency, '') AS currency FROM transfers WHERE payer_account <> payee_account AND amount IS NOT NULL AND left(payer_account, 2) <> 'u-' AND left(payee_account, 2) <> 'u-') GROUP BY currency"),
    meaning("flows.currencies_left_out", "", "SELECT '' AS key, greatest(count(DISTINCT coalesce(currency, '')) - 3, 0) AS value FROM transfers WHERE payer_account <> payee_account AND amount IS NOT NULL AND left(payer_account, 2) <> 'u-' AND left(payee_account, 2) <> 'u-'"),
    meaning("period.amount", "currency direction period (day, month or year)",
        concat!("SELECT concat(currency, ' ', direction, ' ', substr(CAST(booking_date AS VARCHAR), 1, n)) AS key, sum(amount) AS value FROM entries CROSS JOIN (VALUES (4), (7), (10)) AS w(n) WHERE amount IS NOT NULL AND booking_date IS NOT NULL AND entry_id ", once!(), " GROUP BY n, concat(currency, ' ', direction, ' ', substr(CAST(booking_date AS VARCHAR), 1, n))")),
    meaning("period.amount_apart", "currency direction period (day, month or year)",
        concat!("SELECT concat(currency, ' ', direction, ' ', substr(CAST(booking_date AS VARCHAR), 1, n)) AS key, sum(amount) AS value FROM entries CROSS JOIN (VALUES (4), (7), (10)) AS w(n) WHERE amount IS NOT NULL AND booking_date IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!(), " GROUP BY n, concat(currency, ' ', direction, ' ', substr(CAST(booking_date AS VARCHAR), 1, n))")),
    meaning("period.currencies_left_out", "", concat!("SELECT '' AS key, greatest(count(DISTINCT coalesce(currency, '')) - 2, 0) AS value FROM entries WHERE amount IS NOT NULL AND booking_date IS NOT NULL AND entry_id ", once!())),
    meaning("period.currencies_left_out_apart", "", concat!("SELECT '' AS key, greatest(count(DISTINCT coalesce(currency, '')) - 2, 0) AS value FROM entries WHERE amount IS NOT NULL AND booking_date IS NOT NULL AND entry_id ", once!(), " AND entry_id ", apart!())),
    meaning("flows.shown_apart", "currency", flows_apart!("SELECT currency AS key, least(count(*), 24) AS value FROM f GROUP BY currency")),
    meaning("flows.count_apart", "currency", flows_apart!("SELECT currency AS key, count(*) AS value FROM f GROUP BY currency")),
    meaning("flows.currencies_left_out_apart", "", flows_apart!("SELECT '' AS key, greatest(count(DISTINCT currency) - 3, 0) AS value FROM f")),
    meaning("gaps.count", "", "SELECT '' AS key, count(*) AS value FROM (SELECT s.account_id FROM statements AS s JOIN statements AS p ON p.account_id = s.account_id AND coalesce(p.currency, '') = coalesce(s.currency, '') AND p.from_date < s.from_date GROUP BY s.account_id, s.currency, s.from_date HAVING CAST(s.from_date AS INT) - max(CAST(p.to_date AS INT)) > 1)"),
    meaning("statement.byte_start", "statement_id", "SELECT statement_id AS key, min(byte_start) AS value FROM statements_read GROUP BY statement_id"),
    meaning("statement.byte_end", "statement_id", "SELECT statement_id AS key, max(byte_end) AS value FROM statements_read GROUP BY statement_id"),
    meaning("reconciled.statements", "account_id currency", reconciled!("SELECT concat(account_id, ' ', currency) AS key, statements AS value FROM r")),
    meaning("reconciled.opening", "account_id currency", reconciled!("SELECT concat(account_id, ' ', currency) AS key, opening AS value FROM r")),
    meaning("reconciled.credits", "account_id currency", reconciled!("SELECT concat(account_id, ' ', currency) AS key, credits AS value FROM r")),
    meaning("reconciled.debits", "account_id currency", reconciled!("SELECT concat(account_id, ' ', currency) AS key, debits AS value FROM r")),
    meaning("reconciled.closing", "account_id currency", reconciled!("SELECT concat(account_id, ' ', currency) AS key, closing AS value FROM r")),
    meaning("reconciled.difference", "account_id currency: opening and credits less debits and closing", reconciled!("SELECT concat(account_id, ' ', currency) AS key, difference AS value FROM r")),
    meaning("reconciled.left_out", "", reconciled!("SELECT '' AS key, greatest(count(*) - 100, 0) AS value FROM r")),
    meaning("schedule.sum", "finding_id direction currency: every entry once, as it stands on its account",
        "SELECT concat(c.finding_id, ' ', e.direction, ' ', coalesce(e.currency, '')) AS key, sum(e.amount) AS value FROM (SELECT DISTINCT finding_id, entry_id FROM finding_entries) AS c JOIN entries AS e ON e.entry_id = c.entry_id WHERE e.amount IS NOT NULL GROUP BY concat(c.finding_id, ' ', e.direction, ' ', coalesce(e.currency, ''))"),
    meaning("schedule.sum_apart", "finding_id direction currency: the same without movements of people who may be victims",
        concat!("SELECT concat(c.finding_id, ' ', e.direction, ' ', coalesce(e.currency, '')) AS key, sum(e.amount) AS value FROM (SELECT DISTINCT finding_id, entry_id FROM finding_entries WHERE entry_id ", apart!(), ") AS c JOIN entries AS e ON e.entry_id = c.entry_id WHERE e.amount IS NOT NULL GROUP BY concat(c.finding_id, ' ', e.direction, ' ', coalesce(e.currency, ''))")),
    meaning("schedule.left_out", "finding_id rows-shown-at-most all|apart",
        concat!("SELECT concat(finding_id, ' ', most, ' all') AS key, greatest(count(*) - max(most), 0) AS value FROM finding_entries CROSS JOIN (VALUES (5), (20)) AS m(most) GROUP BY finding_id, most \
            UNION ALL SELECT concat(finding_id, ' ', most, ' apart'), greatest(count(*) - max(most), 0) FROM (SELECT * FROM finding_entries WHERE entry_id ", apart!(), ") AS f CROSS JOIN (VALUES (5), (20)) AS m(most) GROUP BY finding_id, most")),
    meaning("schedule.guarded", "finding_id: rows that are movements of people who may be victims",
        concat!("SELECT f.finding_id AS key, count(*) - count(told.entry_id) AS value FROM finding_entries AS f LEFT JOIN (SELECT entry_id FROM entries WHERE entry_id ", apart!(), ") AS told ON told.entry_id = f.entry_id GROUP BY f.finding_id")),
    meaning("trace.schedule_sum", "ground direction currency: every entry once", traced_schedule!("SELECT concat(ground, ' ', direction, ' ', currency) AS key, sum(amount) AS value FROM (SELECT DISTINCT ground, entry_id, direction, currency, amount FROM t WHERE amount IS NOT NULL) AS once GROUP BY concat(ground, ' ', direction, ' ', currency)")),
    meaning("trace.schedule_left_out", "ground: rows past the 20th", traced_schedule!("SELECT CAST(ground AS VARCHAR) AS key, greatest(count(*) - 20, 0) AS value FROM t GROUP BY ground")),
    meaning("trace.schedules_left_out", "grounds past the 60th", traced_schedule!("SELECT '' AS key, greatest(count(*) - 60, 0) AS value FROM grounds")),
    meaning("assets.count", "", "SELECT '' AS key, count(*) AS value FROM assets"),
    meaning("assets.left_out", "", "SELECT '' AS key, greatest(count(*) - 100, 0) AS value FROM assets"),
    meaning("asset.value", "asset_id", "SELECT asset_id AS key, value FROM assets"),
    meaning("asset.byte_start", "asset_id", "SELECT asset_id AS key, byte_start AS value FROM assets"),
    meaning("asset.byte_end", "asset_id", "SELECT asset_id AS key, byte_end AS value FROM assets"),
    meaning("lawful.entries", "mark currency", lawful!("count(*)", "")),
    meaning("lawful.amount", "mark currency", lawful!("sum(amount)", "")),
    meaning("lawful.entries_apart", "mark currency", lawful!("count(*)", concat!(" AND entry_id ", apart!()))),
    meaning("lawful.amount_apart", "mark currency", lawful!("sum(amount)", concat!(" AND entry_id ", apart!()))),
    meaning("incomes.by_kind", "kind", "SELECT kind AS key, count(*) AS value FROM incomes GROUP BY kind"),
    meaning("rules.run", "", "SELECT '' AS key, count(DISTINCT rule_id) AS value FROM rules_run"),
    meaning("rules.silent", "rules that ran, could be computed on all records and found nothing", "SELECT '' AS key, count(DISTINCT r.rule_id) AS value FROM rules_run AS r LEFT ANTI JOIN findings AS f ON f.rule_id = r.rule_id LEFT ANTI JOIN not_computable AS n ON n.rule_id = r.rule_id"),
    meaning("rules.not_computable", "", "SELECT '' AS key, count(DISTINCT rule_id) AS value FROM not_computable"),
    meaning("reversals.tied", "", "SELECT '' AS key, count(*) AS value FROM reversals WHERE tied"),
    meaning("accounts.guarded", "", concat!("SELECT '' AS key, count(*) AS value FROM ", guarded!(), " AS g")),
    meaning("trace.amount", "ground place method, ground apart place_apart method, or ground rest|rest-apart currency method: several places together",
        places!("SELECT concat(ground, ' ', place, ' ', method) AS key, amount AS value FROM p \
            UNION ALL SELECT concat(ground, ' apart ', place_apart, ' ', method), amount FROM p WHERE NOT guarded \
            UNION ALL SELECT concat(ground, ' rest ', currency, ' ', method), sum(amount) FROM p WHERE place > 25 GROUP BY ground, currency, method \
            UNION ALL SELECT concat(ground, ' rest-apart ', currency, ' ', method), sum(amount) FROM p WHERE NOT guarded AND place_apart > 25 GROUP BY ground, currency, method")),
    meaning("trace.low", "as trace.amount",
        places!("SELECT concat(ground, ' ', place, ' ', method) AS key, low AS value FROM p \
            UNION ALL SELECT concat(ground, ' apart ', place_apart, ' ', method), low FROM p WHERE NOT guarded \
            UNION ALL SELECT concat(ground, ' rest ', currency, ' ', method), sum(low) FROM p WHERE place > 25 GROUP BY ground, currency, method \
            UNION ALL SELECT concat(ground, ' rest-apart ', currency, ' ', method), sum(low) FROM p WHERE NOT guarded AND place_apart > 25 GROUP BY ground, currency, method")),
    meaning("trace.high", "as trace.amount; of several places never more than was claimed, exposure aside",
        places!("SELECT concat(ground, ' ', place, ' ', method) AS key, high AS value FROM p \
            UNION ALL SELECT concat(ground, ' apart ', place_apart, ' ', method), high FROM p WHERE NOT guarded \
            UNION ALL SELECT concat(ground, ' rest ', currency, ' ', method), CASE WHEN count(high) < count(*) THEN NULL WHEN method = 'exposure' THEN sum(high) ELSE least(sum(high), greatest(coalesce(max(claimed), sum(high)), sum(amount))) END FROM p WHERE place > 25 GROUP BY ground, currency, method \
            UNION ALL SELECT concat(ground, ' rest-apart ', currency, ' ', method), CASE WHEN count(high) < count(*) THEN NULL WHEN method = 'exposure' THEN sum(high) ELSE least(sum(high), greatest(coalesce(max(claimed), sum(high)), sum(amount))) END FROM p WHERE NOT guarded AND place_apart > 25 GROUP BY ground, currency, method")),
    meaning("trace.flow_at_most", "ground place, or ground apart place_apart",
        places!("SELECT DISTINCT concat(ground, ' ', place) AS key, most_by_flow AS value FROM p \
            UNION ALL SELECT DISTINCT concat(ground, ' apart ', place_apart), most_by_flow FROM p WHERE NOT guarded")),
    meaning("trace.places_together", "ground rest|rest-apart currency: places past the 25th",
        places!("SELECT concat(ground, ' rest ', currency) AS key, count(DISTINCT place) AS value FROM p WHERE place > 25 GROUP BY ground, currency \
            UNION ALL SELECT concat(ground, ' rest-apart ', currency), count(DISTINCT place) FROM p WHERE NOT guarded AND place_apart > 25 GROUP BY ground, currency")),
    meaning("trace.claimed", "ground currency",
        concat!("SELECT DISTINCT concat(ground, ' ', currency) AS key, claimed AS value FROM (", include_str!("../../queries/reports/traced_sums.sql"), ") AS s")),
    meaning("trace.ends", "ground currency method",
        concat!("SELECT concat(ground, ' ', currency, ' ', method) AS key, ends AS value FROM (", include_str!("../../queries/reports/traced_sums.sql"), ") AS s")),
    meaning("trace.grown", "ground currency method: what interest and gains add to what was claimed, or losses take",
        concat!("SELECT concat(ground, ' ', currency, ' ', method) AS key, abs(grown) AS value FROM (", include_str!("../../queries/reports/traced_sums.sql"), ") AS s")),
    meaning("trace.claim", "ground number", claims!("SELECT concat(ground, ' ', number) AS key, amount AS value FROM c")),
    meaning("trace.claim_number", "ground number", claims!("SELECT concat(ground, ' ', number) AS key, number AS value FROM c")),
    meaning("trace.claims_left_out", "", "SELECT '' AS key, greatest(count(*) - 60, 0) AS value FROM claims"),
    meaning("trace.request", "account_id currency method",
        places!("SELECT concat(account_id, ' ', currency, ' ', method) AS key, sum(amount) AS value FROM p WHERE ends = 'out of records' GROUP BY account_id, currency, method")),
    meaning("trace.requests_left_out", "all|apart: pairs of account and currency past the 25th",
        places!("SELECT 'all' AS key, greatest(count(*) - 25, 0) AS value FROM (SELECT DISTINCT account_id, currency FROM p WHERE ends = 'out of records') AS a \
            UNION ALL SELECT 'apart', greatest(count(*) - 25, 0) FROM (SELECT DISTINCT CASE WHEN guarded THEN 'protected' ELSE account_id END, currency FROM p WHERE ends = 'out of records') AS b")),
    meaning("trace.link", "all|apart method currency number", links!("SELECT concat(page, ' ', method, ' ', currency, ' ', number) AS key, amount AS value FROM l")),
    meaning("trace.link_number", "all|apart method currency number", links!("SELECT concat(page, ' ', method, ' ', currency, ' ', number) AS key, number AS value FROM l")),
    meaning("trace.link_transfers", "all|apart method currency number", links!("SELECT concat(page, ' ', method, ' ', currency, ' ', number) AS key, transfers AS value FROM l")),
    meaning("trace.link_gathers", "all|apart method currency number", links!("SELECT concat(page, ' ', method, ' ', currency, ' ', number) AS key, links AS value FROM l")),
    meaning("trace.links", "all|apart method currency", links!("SELECT DISTINCT concat(page, ' ', method, ' ', currency) AS key, flows AS value FROM l")),
    meaning("trace.node", "all|apart method currency number from|to: what comes from others to the place at this end of the link or leaves it, whichever is more; what is withheld aside",
        links!(", ends AS (SELECT page, method, currency, number, 'from' AS side, from_kind AS kind, from_id AS id FROM l UNION ALL SELECT page, method, currency, number, 'to', to_kind, to_id FROM l), \
            left_it AS (SELECT page, method, currency, from_kind AS kind, from_id AS id, sum(amount) AS amount FROM l WHERE NOT (from_kind = to_kind AND from_id = to_id) GROUP BY page, method, currency, from_kind, from_id), \
            came AS (SELECT page, method, currency, to_kind AS kind, to_id AS id, sum(amount) AS amount FROM l WHERE NOT (from_kind = to_kind AND from_id = to_id) GROUP BY page, method, currency, to_kind, to_id) \
            SELECT concat(e.page, ' ', e.method, ' ', e.currency, ' ', e.number, ' ', e.side) AS key, greatest(coalesce(o.amount, i.amount), coalesce(i.amount, o.amount)) AS value FROM ends AS e \
            LEFT JOIN left_it AS o ON o.page = e.page AND o.method = e.method AND o.currency = e.currency AND o.kind = e.kind AND o.id = e.id \
            LEFT JOIN came AS i ON i.page = e.page AND i.method = e.method AND i.currency = e.currency AND i.kind = e.kind AND i.id = e.id")),
    meaning("trace.currencies_left_out", "all|apart", links!("SELECT page AS key, greatest(count(DISTINCT currency) - 3, 0) AS value FROM l GROUP BY page")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_exact() {
        assert_eq!(grouped("1234567.5"), "1\u{202f}234\u{202f}567.5");
        assert_eq!(grouped("-999"), "\u{2212}999");
        assert_eq!(grouped("lenient"), "lenient");
        assert_eq!(grouped("2024-03-01"), "2024-03-01");
        let figure = money("entry.amount", "e", 12_345_600, "EUR");
        assert_eq!(figure.value, "1234.5600");
        assert_eq!(figure.shown, "1\u{202f}234.56\u{a0}EUR");
        assert_eq!(
            ["12500.5000", "3", "100", "1.25"].map(trimmed),
            ["12500.50", "3", "100", "1.25"]
        );
        assert_eq!(money_text(50_000, "JPY"), "5\u{a0}JPY");
    }

    #[test]
    fn shares_are_cut() {
        let value = |part, whole| per_mille("other_side.amount_per_mille", "", part, whole).map(|f| f.shown);
        assert_eq!(value(2, 3).as_deref(), Some("66.6\u{202f}%"));
        assert_eq!(value(1, 0), None);
    }

    #[test]
    fn every_name_stands_once() {
        for (at, one) in MEANINGS.iter().enumerate() {
            assert!(
                MEANINGS[at + 1..].iter().all(|other| other.name != one.name),
                "{}",
                one.name
            );
        }
    }
}
