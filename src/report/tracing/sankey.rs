//! Pictures of claimed money, one a method and currency: claims left, where it ended right, accounts between, every link as
//! high as its amount; one whose amount is withheld is thin. The links come in the order and with the numbers of the named query, so that each can be found there.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::figures::{Figure, count, money_rounded, rounded_text};
use super::super::language::Words as Own;
use super::super::page::Context;
use super::super::rows::{Row, rows};
use super::super::text::shortened;
use super::super::{Query, ReportError, queries};
use super::layout::{Band, Layout, Link, NODE_WIDTH, Side, Spot, carried, layout};
use super::table::Head;
use super::words::{Words, ground, method};

/// Currencies that get pictures.
const MOST_CURRENCIES: usize = 3;
/// A link that leads back is never drawn thicker, in tenths of a pixel.
const THICKEST_BACK: i64 = 120;
/// The largest amount is this many times as high as a link whose amount is withheld.
const THIN: i128 = 60;

/// The pictures of one currency, one a method.
#[derive(Serialize)]
pub(super) struct Currency {
    currency: String,
    slug: String,
    pictures: Vec<Picture>,
}

/// All pictures.
#[derive(Serialize)]
pub(super) struct Pictures {
    currencies: Vec<Currency>,
    left_out: Option<Figure>,
}

#[derive(Serialize)]
struct Picture {
    id: &'static str,
    title: String,
    slug: String,
    exposure: bool,
    /// How wide it is: a class of the style sheet.
    class: &'static str,
    width: String,
    height: String,
    node_width: String,
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    largest: Vec<Largest>,
    has_property: bool,
    has_proceeds: bool,
    has_outside: bool,
    has_guarded: bool,
    has_back: bool,
    has_loops: bool,
    /// Whether amounts are left out that would tell what lies on an account of a possible victim.
    has_withheld: bool,
    /// Whether every flow is a link of its own.
    is_whole: bool,
    all: Figure,
}

#[derive(Serialize)]
struct Node {
    x: String,
    y: String,
    height: String,
    text_x: String,
    text_y: String,
    amount_y: String,
    label: String,
    title: String,
    class: &'static str,
    /// Nothing where all that comes or goes is withheld, or nothing does.
    amount: Option<Figure>,
}

#[derive(Serialize)]
struct Flow {
    number: Figure,
    from: String,
    to: String,
    kind: String,
    class: &'static str,
    /// Nothing where it is withheld.
    amount: Option<Figure>,
    transfers: Option<Figure>,
    links: Option<Figure>,
    title: String,
    /// The shape; nothing for what goes from a place to itself.
    path: Option<String>,
    /// Its stroke, for one that leads back.
    thickness: Option<String>,
    how: String,
}

/// For the description of a picture: where most of it went.
#[derive(Serialize)]
struct Largest {
    from: String,
    to: String,
    amount: String,
}

/// Reads the links and lays them out.
pub(super) fn pictures(
    query: &dyn Query,
    context: &Context<'_>,
    methods: &[Head],
    words: &mut Words<'_>,
) -> Result<Pictures, ReportError> {
    let page = if context.names.reveals() { "all" } else { "apart" };
    let sql = queries::only(
        queries::TRACED_LINKS,
        &format!("page = '{page}'"),
        "currency, method, number",
    );
    let wanted = [
        "method",
        "currency",
        "number",
        "from_kind",
        "to_kind",
        "amount",
        "transfers",
        "links",
        "flows",
    ];
    let found = rows(query, &sql, &wanted)?;
    let mut by_currency: BTreeMap<&str, BTreeMap<&str, Vec<Row<'_>>>> = BTreeMap::new();
    for row in found.iter() {
        let of = by_currency.entry(row.text_or_empty("currency")).or_default();
        of.entry(row.text_or_empty("method")).or_default().push(row);
    }
    // The currencies in which most is to be seen.
    let mut order: Vec<(usize, &str)> = by_currency
        .iter()
        .map(|(currency, of)| (of.values().map(Vec::len).sum(), *currency))
        .collect();
    order.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    let left_out = order.len().saturating_sub(MOST_CURRENCIES);
    let mut currencies = Vec::new();
    for (_, currency) in order.into_iter().take(MOST_CURRENCIES) {
        let of = by_currency.get(currency);
        let mut pictures = Vec::new();
        for head in methods {
            if let Some(list) = of.and_then(|of| of.get(head.id)) {
                pictures.push(picture(page, head, currency, list, words));
            }
        }
        currencies.push(Currency {
            currency: currency.to_owned(),
            slug: super::super::findings::slug(currency),
            pictures,
        });
    }
    Ok(Pictures {
        currencies,
        left_out: (left_out > 0).then(|| count("trace.currencies_left_out", page, left_out as i64)),
    })
}

fn picture(page: &str, head: &Head, currency: &str, list: &[Row<'_>], words: &mut Words<'_>) -> Picture {
    let id = head.id;
    let mut nodes: Vec<(String, String)> = Vec::new();
    // Where each node is met first, for the name of its figure.
    let mut met: Vec<(i64, &'static str)> = Vec::new();
    let mut links: Vec<Link> = Vec::new();
    for row in list {
        let mut number = |kind: &str, of: &str, side: &'static str| {
            let node = (kind.to_owned(), of.to_owned());
            nodes.iter().position(|known| *known == node).unwrap_or_else(|| {
                nodes.push(node);
                met.push((row.integer("number"), side));
                nodes.len() - 1
            })
        };
        let from = number(
            row.text_or_empty("from_kind"),
            row.text_or_empty("from_id"),
            "from",
        );
        let to = number(row.text_or_empty("to_kind"), row.text_or_empty("to_id"), "to");
        // What is withheld counts nowhere, so that no height tells it.
        links.push(Link {
            from,
            to,
            amount: row.money("amount").unwrap_or(0),
        });
    }
    let carried = carried(nodes.len(), &links);
    let thin = links.iter().map(|link| link.amount).max().unwrap_or(0) / THIN;
    let drawn_links: Vec<Link> = list
        .iter()
        .zip(&links)
        .map(|(row, link)| Link {
            amount: row.money("amount").unwrap_or(thin.max(1)),
            ..*link
        })
        .collect();
    let leaves = |node: usize| links.iter().any(|link| link.from == node && link.to != node);
    let sides: Vec<Side> = nodes
        .iter()
        .enumerate()
        .map(|(node, (kind, _))| match kind.as_str() {
            "claim" => Side::Start,
            "account" | "protected" | "asset" | "returned" if leaves(node) => Side::Middle,
            _ => Side::End,
        })
        .collect();
    // Two grounds may move money between the same two places: one band for each.
    let placed = layout(&sides, &drawn_links);
    let step = match placed.layers {
        0 | 1 => 200,
        _ => (placed.spots.iter().map(|spot| spot.x).max().unwrap_or(0) / (placed.layers as i64 - 1)) / 10,
    };
    let labels: Vec<String> = nodes.iter().map(|(kind, of)| words.node(kind, of)).collect();
    let whole: Vec<String> = nodes
        .iter()
        .zip(&labels)
        .map(|((kind, of), label)| {
            let aside = match kind.as_str() {
                "out of records" => words
                    .own
                    .say("{place}, out of records", &[("place", label.clone())]),
                _ => label.clone(),
            };
            match words.is_guarded(kind, of) && kind != "protected" {
                true => words
                    .own
                    .say("{place} (possible victim – verify)", &[("place", aside)]),
                false => aside,
            }
        })
        .collect();
    let flows: Vec<Flow> = list
        .iter()
        .zip(&links)
        .zip(&placed.bands)
        .map(|((row, link), band)| {
            let key = format!("{page} {id} {currency} {}", row.integer("number"));
            flow(key, currency, *row, *link, *band, &whole, words.own)
        })
        .collect();
    let drawn = nodes.iter().enumerate().map(|(node, (kind, of))| {
        let (number, side) = met[node];
        let own = carried[node];
        node_drawn(NodeParts {
            spot: placed.spots[node],
            side: sides[node],
            kind,
            guarded: words.is_guarded(kind, of),
            label: &labels[node],
            title: &whole[node],
            step,
            amount: (own > 0).then(|| {
                let key = format!("{page} {id} {currency} {number} {side}");
                money_rounded("trace.node", key, own, currency)
            }),
        })
    });
    let largest = list
        .iter()
        .zip(&links)
        .filter(|(row, link)| link.from != link.to && row.money("amount").is_some())
        .take(3);
    let all = list.first().map_or(0, |row| row.integer("flows"));
    let kind_is = |kind: &str| list.iter().any(|row| row.text_or_empty("kind") == kind);
    Picture {
        id,
        title: method(id, words.own),
        slug: format!("{}-{id}", super::super::findings::slug(currency)),
        exposure: id == "exposure",
        class: class(&placed),
        width: tenths(placed.width),
        height: tenths(placed.height),
        node_width: tenths(NODE_WIDTH),
        nodes: drawn.collect(),
        largest: largest
            .map(|(_, link)| Largest {
                from: whole[link.from].clone(),
                to: whole[link.to].clone(),
                amount: words.own.figure(&rounded_text(link.amount, currency)),
            })
            .collect(),
        has_property: kind_is("property"),
        has_proceeds: kind_is("proceeds"),
        has_outside: nodes.iter().any(|(kind, _)| kind == "out of records"),
        has_guarded: nodes.iter().any(|(kind, of)| words.is_guarded(kind, of)),
        has_back: flows.iter().any(|flow| flow.thickness.is_some()),
        has_loops: flows.iter().any(|flow| flow.path.is_none()),
        has_withheld: flows.iter().any(|flow| flow.amount.is_none()),
        is_whole: all == flows.len() as i64,
        all: count("trace.links", format!("{page} {id} {currency}"), all),
        flows,
    }
}

fn class(placed: &Layout) -> &'static str {
    match placed.layers {
        0..=6 => "",
        _ => " wide",
    }
}

fn flow(
    key: String,
    currency: &str,
    row: Row<'_>,
    link: Link,
    band: Option<Band>,
    labels: &[String],
    own: Own,
) -> Flow {
    let number = row.integer("number");
    let several = row.integer("links");
    let transfers = row.integer("transfers");
    let (from, to) = (labels[link.from].clone(), labels[link.to].clone());
    let back = band.and_then(|band| band.beneath);
    let amount = row.money("amount");
    Flow {
        number: count("trace.link_number", key.clone(), number),
        kind: ground(row.text_or_empty("kind"), own),
        class: match (row.text_or_empty("kind"), back.is_some()) {
            ("property", false) => "property",
            ("property", true) => "property back",
            (_, false) => "proceeds",
            (_, true) => "proceeds back",
        },
        title: match amount {
            Some(amount) => own.say(
                "{payer} to {payee}: {amount}",
                &[
                    ("payer", from.clone()),
                    ("payee", to.clone()),
                    ("amount", own.figure(&rounded_text(amount, currency))),
                ],
            ),
            None => own.say(
                "{payer} to {payee}",
                &[("payer", from.clone()), ("payee", to.clone())],
            ),
        },
        from,
        to,
        amount: amount.map(|amount| money_rounded("trace.link", key.clone(), amount, currency)),
        transfers: (transfers > 0).then(|| count("trace.link_transfers", key.clone(), transfers)),
        links: (several > 1).then(|| count("trace.link_gathers", key, several)),
        path: band.map(|band| path(&band)),
        thickness: band
            .filter(|band| band.beneath.is_some())
            .map(|band| tenths(band.from_height.max(band.to_height).clamp(10, THICKEST_BACK))),
        how: match (band, back) {
            (None, _) => own.say("within one place, not drawn", &[]),
            (_, Some(_)) => own.say("leads back", &[]),
            _ => String::new(),
        },
    }
}

struct NodeParts<'a> {
    spot: Spot,
    side: Side,
    kind: &'a str,
    guarded: bool,
    label: &'a str,
    title: &'a str,
    /// Pixels to the next layer.
    step: i64,
    amount: Option<Figure>,
}

fn node_drawn(parts: NodeParts<'_>) -> Node {
    let spot = parts.spot;
    let middle = spot.y + spot.height / 2;
    let room = match parts.side {
        Side::End => 200,
        _ => parts.step - 30,
    };
    Node {
        x: tenths(spot.x),
        y: tenths(spot.y),
        height: tenths(spot.height),
        text_x: tenths(spot.x + NODE_WIDTH + 60),
        text_y: tenths(middle - 20),
        amount_y: tenths(middle + 120),
        // A letter takes some seven pixels.
        label: shortened(parts.label, usize::try_from(room / 7).unwrap_or(20).max(12)),
        title: match &parts.amount {
            Some(amount) => format!("{}: {}", parts.title, amount.shown),
            None => parts.title.to_owned(),
        },
        class: match (parts.kind, parts.side) {
            _ if parts.guarded => "guarded",
            ("others", _) => "gathered",
            ("out of records", _) => "outside",
            (_, Side::Start) => "start",
            (_, Side::Middle) => "middle",
            (_, Side::End) => "end",
        },
        amount: parts.amount,
    }
}

/// A band from node to node, or a line beneath.
fn path(band: &Band) -> String {
    let at = |(x, y): (i64, i64)| format!("{} {}", tenths(x), tenths(y));
    if let Some(beneath) = band.beneath {
        let from = (band.from.0, band.from.1 + band.from_height / 2);
        let to = (band.to.0, band.to.1 + band.to_height / 2);
        let reach = 260;
        return format!(
            "M{}C{} {} {}L{}C{} {} {}",
            at(from),
            at((from.0 + reach, from.1)),
            at((from.0 + reach, beneath)),
            at((from.0, beneath)),
            at((to.0, beneath)),
            at((to.0 - reach, beneath)),
            at((to.0 - reach, to.1)),
            at(to),
        );
    }
    let half = (band.from.0 + band.to.0) / 2;
    // What is too small to be seen is drawn as a line all the same.
    let (left, right) = (band.from_height.max(8), band.to_height.max(8));
    let (from_low, to_low) = (band.from.1 + left, band.to.1 + right);
    format!(
        "M{}C{} {} {}L{}C{} {} {}Z",
        at(band.from),
        at((half, band.from.1)),
        at((half, band.to.1)),
        at(band.to),
        at((band.to.0, to_low)),
        at((half, to_low)),
        at((half, from_low)),
        at((band.from.0, from_low)),
    )
}

/// Tenths as pixels.
fn tenths(value: i64) -> String {
    match value % 10 {
        0 => (value / 10).to_string(),
        rest => format!(
            "{}{}.{}",
            if value < 0 { "-" } else { "" },
            (value / 10).abs(),
            rest.abs()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_have_a_tenth_where_they_need_one() {
        assert_eq!([10, 15, -5, 0].map(tenths), ["1", "1.5", "-0.5", "0"]);
    }

    #[test]
    fn a_band_is_closed_and_a_line_back_is_not() {
        let band = Band {
            from: (120, 100),
            from_height: 50,
            to: (500, 200),
            to_height: 51,
            beneath: None,
        };
        assert_eq!(
            path(&band),
            "M12 10C31 10 31 20 50 20L50 25.1C31 25.1 31 15 12 15Z"
        );
        let back = Band {
            beneath: Some(900),
            ..band
        };
        assert!(path(&back).starts_with("M12 12.5C38 12.5 38 90 12 90L50 90"));
    }
}
