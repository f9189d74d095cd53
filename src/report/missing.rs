//! What is missing: accounts whose statements were not received, days without a statement, other sides not known.

use serde::Serialize;

use super::figures::{Figure, count, money, per_mille};
use super::page::{Context, Day};
use super::queries;
use super::received::left_out;
use super::rows::{Row, Rows, rows};
use super::text::{account_label, visible};
use super::{Query, ReportError};

/// Accounts listed in each currency.
const MOST_UNSEIZED: i64 = 10;
/// Gaps between statements that are listed.
const MOST_GAPS: usize = 40;

/// What the records lack.
#[derive(Serialize)]
pub(super) struct Missing {
    unseized: Vec<Unseized>,
    unseized_left_out: Option<Figure>,
    gaps: Vec<Gap>,
    gaps_left_out: Option<Figure>,
    other_sides: Vec<OtherSide>,
    leads: Vec<Lead>,
    requests: Vec<String>,
    /// How many gaps there are, for the summary.
    pub gap_count: Figure,
    /// Whether sums leave out movements of people who may be victims.
    apart: bool,
}

/// Legs that stay open, or take others back, of one kind.
#[derive(Serialize)]
struct Lead {
    what: &'static str,
    number: Figure,
    query: &'static str,
}

#[derive(Serialize)]
struct Unseized {
    account: String,
    currency: String,
    entries: Figure,
    amount: Figure,
    first: Option<Day>,
    last: Option<Day>,
}

#[derive(Serialize)]
struct Gap {
    account: String,
    currency: String,
    after: Option<Day>,
    before: Option<Day>,
    days: Figure,
}

#[derive(Serialize)]
struct OtherSide {
    currency: String,
    status: String,
    entries: Figure,
    entries_share: Option<Figure>,
    amount: Option<Figure>,
    amount_share: Option<Figure>,
}

/// Reads it all.
pub(super) fn missing(
    query: &dyn Query,
    context: &Context<'_>,
    requests: &[String],
) -> Result<Missing, ReportError> {
    let found = rows(
        query,
        &context.guard.apart(queries::UNSEIZED_ACCOUNTS),
        &["account_id", "currency", "amount", "position"],
    )?;
    let mut unseized = Vec::new();
    for row in found
        .iter()
        .filter(|row| row.integer("position") <= MOST_UNSEIZED)
    {
        let (account, currency) = (row.text_or_empty("account_id"), row.text_or_empty("currency"));
        let key = format!("{account} {currency}");
        unseized.push(Unseized {
            account: account_label(context.names, account),
            currency: visible(currency),
            entries: count(
                context.guard.either("unseized.entries", "unseized.entries_apart"),
                key.clone(),
                row.integer("entries"),
            ),
            amount: money(
                context.guard.either("unseized.amount", "unseized.amount_apart"),
                key,
                row.money("amount").unwrap_or(0),
                currency,
            ),
            first: row.day("first_day").map(Day::of),
            last: row.day("last_day").map(Day::of),
        });
    }
    let gap_rows = rows(query, queries::PERIOD_GAPS, &["account_id", "from_date", "days"])?;
    let gaps = gap_rows
        .iter()
        .take(MOST_GAPS)
        .map(|row| gap(row, context))
        .collect();
    Ok(Missing {
        unseized_left_out: left_out(
            context
                .guard
                .either("unseized.left_out", "unseized.left_out_apart"),
            found.len(),
            unseized.len(),
        ),
        unseized,
        gaps_left_out: left_out("gaps.left_out", gap_rows.len(), MOST_GAPS),
        gaps,
        other_sides: other_sides(
            &rows(
                query,
                &context.guard.apart(queries::OTHER_SIDES),
                &["currency", "status", "entries", "amount"],
            )?,
            context,
        ),
        leads: rows(query, queries::LEG_LEADS, &["what", "kind", "number"])?
            .iter()
            .filter_map(lead)
            .collect(),
        gap_count: count("gaps.count", "", gap_rows.len() as i64),
        apart: context.guard.is_active(),
        requests: requests
            .iter()
            .map(|request| visible(&context.secrets.redact(request)))
            .collect(),
    })
}

fn gap(row: Row<'_>, context: &Context<'_>) -> Gap {
    let (account, currency) = (row.text_or_empty("account_id"), row.text_or_empty("currency"));
    let next = row.day("from_date");
    let key = format!(
        "{account} {currency} {}",
        next.map(|day| day.to_string()).unwrap_or_default()
    );
    Gap {
        account: account_label(context.names, account),
        currency: visible(currency),
        after: row.day("covered_to").map(Day::of),
        before: next.map(Day::of),
        days: count("gap.days", key, row.integer("days")),
    }
}

fn lead(row: Row<'_>) -> Option<Lead> {
    let (what, kind) = (row.text_or_empty("what"), row.text_or_empty("kind"));
    let (words, query) = match (what, kind) {
        ("missing", "batch_left_whole") => (
            "Batch entries whose payments do not make them up; left whole",
            "missing_legs",
        ),
        ("missing", _) => (
            "Entries that name an account whose statement covers the days and does not have the other side",
            "missing_legs",
        ),
        ("tied in order", _) => (
            "Equal payments between the same accounts within days, tied in their order",
            "ambiguous_legs",
        ),
        ("left apart", "market_rate") => (
            "Pairs in two currencies that only a market rate makes plausible; left apart",
            "ambiguous_legs",
        ),
        ("left apart", "batch_sum") => (
            "Single entries that add up to an entry of the account they name; left apart",
            "ambiguous_legs",
        ),
        ("left apart", _) => (
            "Pairs of entries that fit and are not proved to be one transfer; left apart",
            "ambiguous_legs",
        ),
        ("takes back", "reversal") => (
            "Entries that the bank flags as taking an earlier one back, with it",
            "reversals",
        ),
        ("takes back", "return") => ("Returns, with the payment that came back", "reversals"),
        ("takes back", _) => (
            "Payments that came back under the same id from the same account",
            "reversals",
        ),
        ("may take back", _) => (
            "Returns or reversals of which the record leaves open what they take back",
            "reversals",
        ),
        _ => return None,
    };
    Some(Lead {
        what: words,
        number: count("legs.open", format!("{what} {kind}"), row.integer("number")),
        query,
    })
}

fn other_sides(found: &Rows, context: &Context<'_>) -> Vec<OtherSide> {
    let named = |all, apart| context.guard.either(all, apart);
    let whole = |currency: &str| {
        found
            .iter()
            .filter(|row| row.text_or_empty("currency") == currency)
            .fold((0i128, 0i128), |(entries, amount), row| {
                (
                    entries + i128::from(row.integer("entries")),
                    amount + row.money("amount").unwrap_or(0),
                )
            })
    };
    found
        .iter()
        .map(|row| {
            let (currency, status) = (row.text_or_empty("currency"), row.text_or_empty("status"));
            let key = format!("{currency} {status}");
            let (entries, amount) = (row.integer("entries"), row.money("amount"));
            let (all_entries, all_amount) = whole(currency);
            OtherSide {
                currency: visible(currency),
                status: status_in_words(status),
                entries: count(
                    named("other_side.entries", "other_side.entries_apart"),
                    key.clone(),
                    entries,
                ),
                entries_share: per_mille(
                    named(
                        "other_side.entries_per_mille",
                        "other_side.entries_per_mille_apart",
                    ),
                    key.clone(),
                    i128::from(entries),
                    all_entries,
                ),
                amount: amount.map(|sum| {
                    money(
                        named("other_side.amount", "other_side.amount_apart"),
                        key.clone(),
                        sum,
                        currency,
                    )
                }),
                amount_share: amount.and_then(|sum| {
                    per_mille(
                        named("other_side.amount_per_mille", "other_side.amount_per_mille_apart"),
                        key.clone(),
                        sum,
                        all_amount,
                    )
                }),
            }
        })
        .collect()
}

fn status_in_words(status: &str) -> String {
    match status {
        "identified" => "identified: an account or another unambiguous identifier is given",
        "partial" => "in part: a name, a shop or a masked number only",
        "unknown" => "unknown: the record says nothing",
        "cash" => "cash: there is no other side",
        "bank" => "the account's own bank",
        other => return visible(other),
    }
    .to_owned()
}
