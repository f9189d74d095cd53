//! The picture of the largest flows: accounts in layers from left to right, money as arrows, letters that lead to the
//! table beneath. Whole numbers only, so that the same flows always draw the same picture.

use std::collections::BTreeMap;

use serde::Serialize;

use super::figures::{Figure, count, money, money_text};
use super::page::{Context, Instant};
use super::queries;
use super::rows::{Row, rows};
use super::text::{account_label, shortened};
use super::{Query, ReportError};

/// Flows in one picture: one letter each.
const MOST_FLOWS: i64 = 24;
/// Currencies that get a picture.
const MOST_CURRENCIES: usize = 3;
/// Layers from left to right; longer chains go on in the last one.
const LAYERS: usize = 6;

const NODE_WIDTH: i64 = 168;
const NODE_HEIGHT: i64 = 34;
const ROW: i64 = 62;
const WIDTH: i64 = 1160;
const LABEL: usize = 25;
const MARGIN: i64 = 54;

/// The pictures, and what they leave out.
#[derive(Serialize)]
pub(super) struct Flows {
    pictures: Vec<Picture>,
    currencies_left_out: Option<Figure>,
    /// Whether flows from and to people who may be victims are not drawn.
    apart: bool,
}

/// The flows of one currency.
#[derive(Serialize)]
struct Picture {
    currency: String,
    slug: String,
    width: i64,
    height: i64,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    shown: Figure,
    all: Figure,
}

#[derive(Serialize)]
struct Node {
    x: i64,
    y: i64,
    middle: i64,
    text_y: i64,
    label: String,
    title: String,
    kind: &'static str,
}

/// Money from one account to another.
#[derive(Serialize)]
struct Flow {
    letter: char,
    payer: String,
    payee: String,
    amount: Figure,
    transfers: Figure,
    first: Option<Instant>,
    last: Option<Instant>,
    title: String,
    path: String,
    backward: bool,
    thickness: String,
    label_x: i64,
    label_y: i64,
    label_text_y: i64,
}

/// Reads the largest flows and lays them out.
pub(super) fn flows(query: &dyn Query, context: &Context<'_>) -> Result<Flows, ReportError> {
    let sql = largest(context);
    let found = rows(
        query,
        &sql,
        &["payer_account", "payee_account", "amount", "flows"],
    )?;
    let mut by_currency: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for row in found.iter() {
        by_currency
            .entry(row.text_or_empty("currency"))
            .or_default()
            .push(row);
    }
    let mut currencies: Vec<(i64, &str)> = by_currency
        .iter()
        .map(|(currency, list)| {
            (
                -list.first().map_or(0, |row| row.integer("all_transfers")),
                *currency,
            )
        })
        .collect();
    currencies.sort_unstable();
    let pictures = currencies
        .iter()
        .take(MOST_CURRENCIES)
        .filter_map(|(_, currency)| {
            by_currency
                .get(currency)
                .map(|list| picture(currency, list, context))
        })
        .collect();
    let more = currencies.len().saturating_sub(MOST_CURRENCIES);
    Ok(Flows {
        pictures,
        apart: context.guard.is_active(),
        currencies_left_out: (more > 0).then(|| {
            let name = context
                .guard
                .either("flows.currencies_left_out", "flows.currencies_left_out_apart");
            count(name, "", more as i64)
        }),
    })
}

/// The largest flows of each currency; those from and to people who may be victims are not among them where names are not
/// shown.
fn largest(context: &Context<'_>) -> String {
    if !context.guard.is_active() {
        return queries::only(
            queries::LARGEST_FLOWS,
            &format!("position <= {MOST_FLOWS}"),
            "currency, position",
        );
    }
    let own = context.guard.accounts_sql();
    let told = |side: &str| {
        format!(
            "{side} NOT IN {own} AND substr({side}, 3) NOT IN {own} AND concat('a-', substr({side}, 3)) NOT IN {own}"
        )
    };
    format!(
        "SELECT * FROM (SELECT payer_account, payee_account, currency, transfers, amount, first_at, last_at, \
         row_number() OVER (PARTITION BY currency ORDER BY position) AS position, \
         count(*) OVER (PARTITION BY currency) AS flows, sum(transfers) OVER (PARTITION BY currency) AS all_transfers \
         FROM (\n{}) AS listed WHERE {} AND {}) AS told WHERE position <= {MOST_FLOWS} ORDER BY currency, position",
        queries::LARGEST_FLOWS,
        told("payer_account"),
        told("payee_account"),
    )
}

fn picture(currency: &str, list: &[Row<'_>], context: &Context<'_>) -> Picture {
    let mut ids: Vec<&str> = Vec::new();
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for row in list {
        let mut number = |id| {
            ids.iter().position(|known| *known == id).unwrap_or_else(|| {
                ids.push(id);
                ids.len() - 1
            })
        };
        let payer = number(row.text_or_empty("payer_account"));
        let payee = number(row.text_or_empty("payee_account"));
        edges.push((payer, payee));
    }
    let places = places(ids.len(), &edges);
    let largest = list
        .iter()
        .filter_map(|row| row.money("amount"))
        .max()
        .unwrap_or(1)
        .max(1);
    let layers = places.iter().map(|place| place.0).max().unwrap_or(0) + 1;
    let rows_needed = places.iter().map(|place| place.1).max().unwrap_or(0) + 1;
    // Room above for arrows that pass over a layer, and below for those that come back.
    let height = rows_needed as i64 * ROW + 2 * MARGIN;
    let step = if layers > 1 {
        (WIDTH - NODE_WIDTH - 20) / (layers as i64 - 1)
    } else {
        0
    };
    let corner = |node: usize| {
        let (layer, row) = places[node];
        let in_layer = places.iter().filter(|place| place.0 == layer).count() as i64;
        let top = (height - in_layer * ROW) / 2;
        (
            10 + layer as i64 * step,
            top + row as i64 * ROW + (ROW - NODE_HEIGHT) / 2,
        )
    };
    let nodes = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let (x, y) = corner(at);
            let title = account_label(context.names, id);
            Node {
                x,
                y,
                middle: x + NODE_WIDTH / 2,
                text_y: y + NODE_HEIGHT / 2 + 4,
                label: shortened(&title, LABEL),
                title,
                kind: if id.starts_with("a-") {
                    "account"
                } else {
                    "outside"
                },
            }
        })
        .collect();
    let mut labels: Vec<(i64, i64)> = Vec::new();
    let flows = list
        .iter()
        .zip(&edges)
        .zip('A'..='Z')
        .map(|((row, (payer, payee)), letter)| {
            let backward = places[*payee].0 <= places[*payer].0;
            let over = places[*payee].0 > places[*payer].0 + 1;
            let curve = curve(corner(*payer), corner(*payee), backward, over);
            let (label_x, label_y) = label_place(&curve, &mut labels);
            let amount = row.money("amount").unwrap_or(0);
            let (from, to) = (
                row.text_or_empty("payer_account"),
                row.text_or_empty("payee_account"),
            );
            let key = format!("{from} {to} {currency}");
            let tenths = 15 + (amount.saturating_mul(60) / largest).clamp(0, 60);
            let (payer, payee) = (
                account_label(context.names, from),
                account_label(context.names, to),
            );
            Flow {
                letter,
                title: format!("{payer} to {payee}: {}", money_text(amount, currency)),
                payer,
                payee,
                amount: money("flow.amount", key.clone(), amount, currency),
                transfers: count("flow.transfers", key, row.integer("transfers")),
                first: row.moment("first_at").map(Instant::of),
                last: row.moment("last_at").map(Instant::of),
                path: path(&curve),
                backward,
                thickness: format!("{}.{}", tenths / 10, tenths % 10),
                label_x,
                label_y,
                label_text_y: label_y + 4,
            }
        })
        .collect();
    let all = list.first().map_or(0, |row| row.integer("flows"));
    Picture {
        currency: currency.to_owned(),
        slug: super::findings::slug(currency),
        width: WIDTH,
        height,
        nodes,
        flows,
        shown: count(
            context.guard.either("flows.shown", "flows.shown_apart"),
            currency,
            list.len() as i64,
        ),
        all: count(
            context.guard.either("flows.count", "flows.count_apart"),
            currency,
            all,
        ),
    }
}

/// Layer and row of every node. Layers are longest ways over the arrows that are left when those that close a cycle are
/// put aside; rows follow the mean row of the neighbours before.
fn places(nodes: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let forward = without_cycles(nodes, edges);
    let mut layer = vec![0usize; nodes];
    // A longest way has fewer arrows than there are nodes, so this many rounds settle it.
    for _ in 0..nodes {
        for (from, to) in &forward {
            layer[*to] = layer[*to].max(layer[*from] + 1);
        }
    }
    for value in &mut layer {
        *value = (*value).min(LAYERS - 1);
    }
    let mut row = vec![0usize; nodes];
    for current in 0..LAYERS {
        let mut members: Vec<usize> = (0..nodes).filter(|node| layer[*node] == current).collect();
        members.sort_by_key(|node| {
            let before: Vec<usize> = forward
                .iter()
                .filter(|(from, to)| to == node && layer[*from] < current)
                .map(|(from, _)| row[*from])
                .collect();
            let mean = before.iter().sum::<usize>() * 100 / before.len().max(1);
            (mean, *node)
        });
        for (place, node) in members.into_iter().enumerate() {
            row[node] = place;
        }
    }
    layer.into_iter().zip(row).collect()
}

/// The arrows without those that would close a cycle, taken in order: the largest flows keep their direction.
pub(super) fn without_cycles(nodes: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (from, to) in edges {
        let mut reached = vec![false; nodes];
        let mut open = vec![*to];
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut reached[node], true) {
                continue;
            }
            open.extend(
                kept.iter()
                    .filter(|(start, _)| *start == node)
                    .map(|(_, end)| *end),
            );
        }
        if !reached[*from] {
            kept.push((*from, *to));
        }
    }
    kept
}

/// Start, two controls, end of a cubic curve.
type Curve = [(i64, i64); 4];

fn curve(from: (i64, i64), to: (i64, i64), backward: bool, over: bool) -> Curve {
    let start = (from.0 + NODE_WIDTH, from.1 + NODE_HEIGHT / 2);
    let end = (to.0 - 5, to.1 + NODE_HEIGHT / 2);
    if backward {
        // Leaves and arrives underneath, so that it can be told from money that goes on.
        let start = (from.0 + NODE_WIDTH / 2, from.1 + NODE_HEIGHT);
        let end = (to.0 + NODE_WIDTH / 2, to.1 + NODE_HEIGHT + 5);
        let low = start.1.max(end.1) + 46;
        return [start, (start.0 + 20, low), (end.0 - 20, low), end];
    }
    if over {
        let high = start.1.min(end.1) - 58;
        return [start, (start.0 + 90, high), (end.0 - 90, high), end];
    }
    let reach = ((end.0 - start.0) / 2).max(24);
    [start, (start.0 + reach, start.1), (end.0 - reach, end.1), end]
}

fn path(curve: &Curve) -> String {
    let [start, one, two, end] = curve;
    format!(
        "M{} {}C{} {} {} {} {} {}",
        start.0, start.1, one.0, one.1, two.0, two.1, end.0, end.1
    )
}

/// A place on the curve for its letter, away from the letters that are there.
fn label_place(curve: &Curve, used: &mut Vec<(i64, i64)>) -> (i64, i64) {
    let at = |t: i64| {
        let s = 8 - t;
        let mix = |a: i64, b: i64, c: i64, d: i64| {
            (s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d) / 512
        };
        let [start, one, two, end] = curve;
        (
            mix(start.0, one.0, two.0, end.0),
            mix(start.1, one.1, two.1, end.1),
        )
    };
    let free = |place: &(i64, i64)| {
        used.iter()
            .all(|other| (place.0 - other.0).pow(2) + (place.1 - other.1).pow(2) > 22 * 22)
    };
    let place = [4, 3, 5, 2, 6]
        .into_iter()
        .map(at)
        .find(free)
        .unwrap_or_else(|| at(4));
    used.push(place);
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_to_the_right_and_cycles_come_back() {
        let edges = [(0, 1), (1, 2), (2, 0), (1, 3)];
        let places = places(4, &edges);
        assert_eq!(places.iter().map(|p| p.0).collect::<Vec<_>>(), [0, 1, 2, 2]);
        assert_ne!(places[2].1, places[3].1);
    }

    #[test]
    fn long_chains_stay_on_the_page() {
        let edges: Vec<(usize, usize)> = (0..20).map(|n| (n, n + 1)).collect();
        let places = places(21, &edges);
        assert!(places.iter().all(|place| place.0 < LAYERS));
        let mut distinct = places.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 21);
    }

    #[test]
    fn letters_do_not_cover_each_other() {
        let mut used = Vec::new();
        let line: Curve = [(0, 0), (100, 0), (200, 0), (300, 0)];
        let one = label_place(&line, &mut used);
        let two = label_place(&line, &mut used);
        assert!((one.0 - two.0).abs() > 22);
    }
}
