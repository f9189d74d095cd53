//! Assets: what registers and records that were delivered say that somebody has, or had.

use serde::Serialize;

use super::exhibits::Citation;
use super::figures::{Figure, count, money};
use super::page::{Context, Day};
use super::received::left_out;
use super::rows::{Row, rows};
use super::text::visible;
use super::{Query, ReportError};

/// Rows that are listed.
const MOST: usize = 100;

/// The section.
#[derive(Serialize)]
pub(super) struct Assets {
    rows: Vec<Asset>,
    left_out: Option<Figure>,
    count: Figure,
}

#[derive(Serialize)]
struct Asset {
    exhibit: String,
    kind: String,
    /// As the record describes it; where names are shown.
    description: Option<String>,
    identifier: Option<String>,
    holder: String,
    share: Option<String>,
    role: String,
    acquired: Option<Day>,
    disposed: Option<Day>,
    value: Option<Figure>,
    value_date: Option<Day>,
    basis: String,
    withheld: bool,
}

/// Reads it all.
pub(super) fn assets(query: &dyn Query, context: &Context<'_>) -> Result<Assets, ReportError> {
    let found = rows(
        query,
        "SELECT asset_id, kind, description, identifier, party_id, holder_name, CAST(share AS VARCHAR) AS share, role, \
         acquired, disposed, value, coalesce(currency, '') AS currency, value_date, basis, source_id, locator, byte_start, \
         byte_end FROM assets ORDER BY kind, acquired NULLS LAST, source_id, byte_start, asset_id",
        &["asset_id", "kind", "value", "source_id"],
    )?;
    let protected: Vec<String> = match context.names.reveals() {
        true => Vec::new(),
        false => rows(
            query,
            "SELECT DISTINCT party_id FROM (SELECT party_id FROM parties WHERE category = 'victim or possible victim' \
             UNION ALL SELECT h.party_id FROM account_holders AS h JOIN findings AS f ON f.account_id = h.account_id \
             WHERE h.role = 'holder' AND (f.gate <> 'open' OR f.describes = 'exploited') \
             UNION ALL SELECT party_id FROM findings WHERE party_id IS NOT NULL AND (gate <> 'open' OR describes = 'exploited')) AS p",
            &["party_id"],
        )?
        .iter()
        .map(|row| row.text_or_empty("party_id").to_owned())
        .collect(),
    };
    Ok(Assets {
        rows: found
            .iter()
            .take(MOST)
            .map(|row| asset(row, context, &protected))
            .collect(),
        left_out: left_out("assets.left_out", found.len(), MOST),
        count: count("assets.count", "", found.len() as i64),
    })
}

fn asset(row: Row<'_>, context: &Context<'_>, protected: &[String]) -> Asset {
    let id = row.text_or_empty("asset_id");
    let number = context.exhibits.borrow_mut().asset(id, || Citation::of(&row));
    let reveals = context.names.reveals();
    let say = |text: &str| context.words.say(text, &[]);
    let own = |column: &str| row.text(column).filter(|_| reveals).map(visible);
    // What somebody who may be a victim has is nobody's business but theirs.
    let withheld = row
        .text("party_id")
        .is_some_and(|party| protected.iter().any(|known| known == party));
    Asset {
        exhibit: format!("A-{number}"),
        kind: visible(&context.words.told(&row.text_or_empty("kind").replace('_', " "))),
        description: own("description"),
        identifier: own("identifier"),
        holder: match (row.text("party_id"), row.text("holder_name")) {
            (Some(party), _) => visible(&context.names.party(party)),
            (None, Some(name)) if reveals => visible(name),
            (None, Some(_)) => say("A name that is withheld"),
            (None, None) => say("not stated"),
        },
        share: row.text("share").map(visible),
        role: visible(&context.secrets.redact(row.text_or_empty("role"))),
        acquired: row.day("acquired").filter(|_| !withheld).map(Day::of),
        disposed: row.day("disposed").filter(|_| !withheld).map(Day::of),
        value: row
            .money("value")
            .filter(|_| !withheld)
            .map(|amount| money("asset.value", id, amount, row.text_or_empty("currency"))),
        value_date: row.day("value_date").filter(|_| !withheld).map(Day::of),
        basis: own("basis").unwrap_or_default(),
        withheld,
    }
}
