//! A lot on the terminal: what it is, and movement by movement how the money came there, each with what to cite.

use std::fmt::Write as _;

use super::rows::{literal, rows};
use super::show::{heading, plain_money};
use super::text::visible;
use super::{Query, ReportError};
use crate::book::{Bound, TracedLot, Why, WhyHop};
use crate::model::{Moment, TimePrecision, money_text};

/// A lot, hop by hop.
pub fn show_lot(query: &dyn Query, why: &Why) -> Result<String, ReportError> {
    let lot = &stored(query, &why.lot)?;
    let mut out = heading("Lot", &lot.lot_id);
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name:<24}{}", visible(value));
        }
    };
    field("claim", &format!("{} ({})", why.label, why.claim_id));
    field("method", lot.method);
    field("ends", lot.ends);
    if let Some(account) = &lot.account_id {
        field("account", &account_words(query, account)?);
    }
    field("asset", lot.asset.as_deref().unwrap_or_default());
    field("what", lot.told.as_deref().unwrap_or_default());
    let show = |amount: i64| shown(amount, &lot.currency);
    field("amount", &show(lot.amount));
    if lot.high.is_none() {
        field("least", &format!("{}; no most is known", show(lot.low)));
    }
    if let Some(high) = lot.high.filter(|high| *high != lot.low) {
        let how = match lot.bound {
            Bound::Exact => "each is reached by an order of the days that agrees with the records",
            Bound::Outer => "no order passes them; they may not be reached",
        };
        field(
            "least and most",
            &format!("{} to {} ({how})", show(lot.low), show(high)),
        );
    }
    if let Some(most) = lot.most_by_flow {
        field(
            "flow at most",
            &format!("{}, by every method but exposure", show(most)),
        );
    }
    if why.ways.is_empty() {
        out.push_str(match lot.method {
            "pari-passu" => {
                "\nA distribution at the end follows no money from movement to movement: it shares the balance out by what was \
                 paid in.\n"
            }
            _ => "\nIn the stated order no money of the claim comes there; in another order within a day it may.\n",
        });
    }
    if lot.method == "exposure" {
        out.push_str("\nExposure says how far to look, counts money more than once, and is no proceeds.\n");
    }
    for (number, (amount, hops)) in (1_usize..).zip(&why.ways) {
        let _ = match why.one_way {
            true => writeln!(
                out,
                "\nWay {number}: {} came by these movements, in this order",
                shown(*amount, &lot.currency)
            ),
            false => writeln!(
                out,
                "\nThe method keeps no order within an account: money of the claim may have come by any of these movements"
            ),
        };
        for hop in hops {
            line(&mut out, query, hop)?;
        }
    }
    if why.more > 0 {
        let _ = writeln!(out, "\n{} further ways, each with less", why.more);
    }
    out.push_str("\nWhat a method says is no finding of fact: no law of the Union prescribes one, and others may say otherwise.\n");
    Ok(out)
}

/// The lot with the bounds that the last trace wrote down: found beside all methods, they can be others than found alone.
fn stored(query: &dyn Query, lot: &TracedLot) -> Result<TracedLot, ReportError> {
    let sql = format!(
        "SELECT low, high, bound, CAST(most_by_flow AS DECIMAL(18,4)) AS flow FROM lots WHERE lot_id = {}",
        literal(&lot.lot_id)
    );
    let found = rows(query, &sql, &["low", "bound"])?;
    let mut lot = lot.clone();
    if let Some(row) = found.first() {
        let money = |name: &str| row.money(name).and_then(|value| i64::try_from(value).ok());
        lot.low = money("low").unwrap_or(lot.low);
        lot.high = money("high");
        lot.most_by_flow = money("flow");
        lot.bound = match row.text_or_empty("bound") == Bound::Outer.as_str() {
            true => Bound::Outer,
            false => Bound::Exact,
        };
    }
    Ok(lot)
}

fn line(out: &mut String, query: &dyn Query, hop: &WhyHop) -> Result<(), ReportError> {
    let moment = Moment {
        microseconds: hop.at,
        precision: TimePrecision::Day,
    };
    let side = |account: &Option<String>| match account {
        Some(account) => account_words(query, account),
        None => Ok("no account that is told".to_owned()),
    };
    let arrived = match hop.left == hop.arrived && hop.left_currency == hop.currency {
        true => String::new(),
        false => format!(", which became {}", shown(hop.arrived, &hop.currency)),
    };
    let _ = writeln!(
        out,
        "  {moment}  {}{arrived}\n      from {}\n      to   {}",
        shown(hop.left, &hop.left_currency),
        visible(&side(&hop.payer)?),
        visible(&match hop.is_lost {
            true => "where no statement of the account shows it".to_owned(),
            false => side(&hop.payee)?,
        })
    );
    match &hop.transfer_id {
        None => out.push_str("      no record tells this movement: balances of statements do\n"),
        Some(id) => {
            let _ = writeln!(out, "      transfer {}", visible(id));
        }
    }
    for (leg, entry) in [("debit", &hop.debit_entry), ("credit", &hop.credit_entry)] {
        let Some(entry) = entry else { continue };
        let sql = format!(
            "SELECT e.amount, e.currency, s.name, e.locator, e.byte_start, e.byte_end FROM entries AS e \
             JOIN sources AS s ON s.source_id = e.source_id WHERE e.entry_id = {}",
            literal(entry)
        );
        let found = rows(query, &sql, &["name", "locator"])?;
        match found.first() {
            Some(row) => {
                let _ = writeln!(
                    out,
                    "      {leg:<7}{}  {}, in {}, {} (bytes {} to {})",
                    visible(entry),
                    visible(&match row.money("amount") {
                        Some(amount) => plain_money(amount, row.text_or_empty("currency")),
                        None => "no amount".to_owned(),
                    }),
                    visible(row.text_or_empty("name")),
                    visible(row.text_or_empty("locator")),
                    row.integer("byte_start"),
                    row.integer("byte_end"),
                );
            }
            None => {
                let _ = writeln!(out, "      {leg:<7}{}", visible(entry));
            }
        }
    }
    Ok(())
}

/// Number and holder of an account, and its id.
fn account_words(query: &dyn Query, account: &str) -> Result<String, ReportError> {
    let sql = format!(
        "SELECT number, holder_name FROM accounts_masked WHERE account_id = {}",
        literal(account)
    );
    let found = rows(query, &sql, &["number"])?;
    Ok(match found.first() {
        None => account.to_owned(),
        Some(row) => match row.text_or_empty("holder_name") {
            "" => format!("{} ({account})", row.text_or_empty("number")),
            holder => format!("{} {holder} ({account})", row.text_or_empty("number")),
        },
    })
}

fn shown(amount: i64, currency: &str) -> String {
    money_text(amount, currency)
}
