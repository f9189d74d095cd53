//! The picture that stands in the page without script and in print: the strongest ties, whoever only pays on the left,
//! whoever only receives on the right, all others between. Whole numbers only, so that the same ties always draw the same.

use serde::Serialize;

use super::super::figures::{Figure, money};
use super::super::text::shortened;
use super::read::Tables;
use super::{Choice, Words};

/// Accounts and ties in the picture at most.
const MOST_NODES: usize = 36;
const MOST_TIES: usize = 60;
const WIDTH: i64 = 1160;
const COLUMNS: [i64; 3] = [236, 580, 924];
/// How far accounts between stand to the left and right by turns, so that ties among them can be seen.
const ASIDE: i64 = 110;
const ROW: i64 = 36;
const MARGIN: i64 = 34;
const RADIUS: i64 = 7;
const LABEL: usize = 27;
/// Rounds of putting accounts beside those that they are tied to.
const ROUNDS: usize = 6;

/// The picture.
#[derive(Serialize)]
pub(super) struct Picture {
    width: i64,
    height: i64,
    nodes: Vec<Node>,
    ties: Vec<Line>,
}

#[derive(Serialize)]
struct Node {
    x: i64,
    y: i64,
    text_x: i64,
    text_y: i64,
    anchor: &'static str,
    label: String,
    title: String,
    class: String,
}

#[derive(Serialize)]
struct Line {
    path: String,
    thickness: String,
    title: String,
    amount: Figure,
}

/// Draws the strongest ties, in the order given.
pub(super) fn picture(
    tables: &Tables,
    choice: &Choice,
    labels: &[String],
    strongest: &[usize],
    words: Words,
) -> Picture {
    let mut nodes: Vec<u32> = Vec::new();
    let mut ties: Vec<(usize, usize, usize)> = Vec::new();
    for tie in strongest {
        let drawn = &choice.ties[*tie];
        let mut fresh: Vec<u32> = [drawn.from, drawn.to]
            .into_iter()
            .filter(|node| !nodes.contains(node))
            .collect();
        fresh.dedup();
        if nodes.len() + fresh.len() > MOST_NODES {
            continue;
        }
        nodes.extend(fresh);
        let place = |node: u32| nodes.iter().position(|known| *known == node).unwrap_or(0);
        ties.push((place(drawn.from), place(drawn.to), *tie));
        if ties.len() == MOST_TIES {
            break;
        }
    }
    let pairs: Vec<(usize, usize)> = ties.iter().map(|(from, to, _)| (*from, *to)).collect();
    let (places, height) = places(nodes.len(), &pairs);
    // Per currency: the largest is thickest.
    let mut largest = vec![1_i128; tables.currencies.len()];
    for (_, _, tie) in &ties {
        if let Some(told) = &choice.ties[*tie].told {
            let most = &mut largest[told.currency as usize];
            *most = told.amount.max(*most);
        }
    }
    let lines = ties
        .iter()
        .filter_map(|(from, to, tie)| {
            let drawn = &choice.ties[*tie];
            let told = drawn.told.as_ref()?;
            let tenths =
                10 + (told.amount.max(0).saturating_mul(50) / largest[told.currency as usize]).clamp(0, 50);
            let currency = tables.currencies[told.currency as usize].as_str();
            let id = |node: u32| {
                choice.nodes[node as usize]
                    .account
                    .map(|at| &tables.accounts[at].id)
            };
            let key = format!("{} {} {currency}", id(drawn.from)?, id(drawn.to)?);
            let amount = money("flow.amount", key, told.amount, currency);
            Some(Line {
                path: path(places[*from], places[*to]),
                thickness: format!("{}.{}", tenths / 10, tenths % 10),
                title: words.say(
                    "{payer} to {payee}: {amount}",
                    &[
                        ("payer", labels[drawn.from as usize].clone()),
                        ("payee", labels[drawn.to as usize].clone()),
                        ("amount", amount.shown.clone()),
                    ],
                ),
                amount,
            })
        })
        .collect();
    let drawn = nodes.iter().zip(&places).map(|(node, place)| {
        let title = labels[*node as usize].clone();
        let account = choice.nodes[*node as usize]
            .account
            .map(|at| &tables.accounts[at]);
        let (text_x, text_y, anchor) = match place.column {
            0 => (place.x - RADIUS - 6, place.y + 4, "end"),
            1 => (place.x, place.y - RADIUS - 4, "middle"),
            _ => (place.x + RADIUS + 6, place.y + 4, "start"),
        };
        let mut class = account.map_or("gathered", |account| account.kind).to_owned();
        if account.is_some_and(|account| account.class == super::Class::Found) {
            class.push_str(" found");
        }
        if account.is_none_or(|account| account.is_guarded) {
            class.push_str(" guarded");
        }
        Node {
            x: place.x,
            y: place.y,
            text_x,
            text_y,
            anchor,
            label: shortened(&title, LABEL),
            title,
            class,
        }
    });
    Picture {
        width: WIDTH,
        height,
        nodes: drawn.collect(),
        ties: lines,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spot {
    column: usize,
    x: i64,
    y: i64,
}

/// Where each account stands, and how high the picture is.
fn places(nodes: usize, ties: &[(usize, usize)]) -> (Vec<Spot>, i64) {
    let pays = |node: usize| ties.iter().any(|(from, _)| *from == node);
    let receives = |node: usize| ties.iter().any(|(_, to)| *to == node);
    let column: Vec<usize> = (0..nodes)
        .map(|node| match (pays(node), receives(node)) {
            (true, false) => 0,
            (false, true) => 2,
            _ => 1,
        })
        .collect();
    let mut order: Vec<Vec<usize>> = (0..3)
        .map(|wanted| (0..nodes).filter(|node| column[*node] == wanted).collect())
        .collect();
    let most = order.iter().map(Vec::len).max().unwrap_or(0).max(3) as i64;
    let height = most * ROW + 2 * MARGIN;
    let y_of = |order: &[Vec<usize>]| -> Vec<i64> {
        let mut y = vec![0; nodes];
        for members in order {
            let count = members.len() as i64;
            for (place, node) in members.iter().enumerate() {
                y[*node] = MARGIN + (height - 2 * MARGIN) * (2 * place as i64 + 1) / (2 * count);
            }
        }
        y
    };
    for _ in 0..ROUNDS {
        for at in [1, 0, 2] {
            let y = y_of(&order);
            order[at].sort_by_key(|node| {
                let beside: Vec<i64> = ties
                    .iter()
                    .filter(|(from, to)| from == node || to == node)
                    .map(|(from, to)| if from == node { y[*to] } else { y[*from] })
                    .collect();
                (beside.iter().sum::<i64>() / (beside.len() as i64).max(1), *node)
            });
        }
    }
    let y = y_of(&order);
    let mut spots = vec![
        Spot {
            column: 0,
            x: 0,
            y: 0
        };
        nodes
    ];
    for (at, members) in order.iter().enumerate() {
        for (place, node) in members.iter().enumerate() {
            let aside = match (at, place % 2) {
                (1, 0) if members.len() > 1 => -ASIDE,
                (1, _) if members.len() > 1 => ASIDE,
                _ => 0,
            };
            spots[*node] = Spot {
                column: at,
                x: COLUMNS[at] + aside,
                y: y[*node],
            };
        }
    }
    (spots, height)
}

/// A curve that leaves and comes in level.
fn path(from: Spot, to: Spot) -> String {
    let way = if to.x >= from.x { 1 } else { -1 };
    let (x, end) = (from.x + way * RADIUS, to.x - way * (RADIUS + 4));
    if from.x == to.x {
        // In one line above each other: around the side.
        let out = from.x + RADIUS + 30 + (to.y - from.y).abs() / 5;
        let (x, end) = (from.x + RADIUS, to.x + RADIUS + 4);
        return format!("M{x} {}C{out} {} {out} {} {end} {}", from.y, from.y, to.y, to.y);
    }
    let reach = ((end - x) / 2).abs().max(20) * way;
    format!(
        "M{x} {}C{} {} {} {} {end} {}",
        from.y,
        x + reach,
        from.y,
        end - reach,
        to.y,
        to.y
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_from_left_to_right_and_nobody_stands_on_another() {
        let ties = [(0, 1), (1, 2), (3, 1), (2, 1), (0, 4)];
        let (spots, height) = places(5, &ties);
        assert_eq!(
            spots.iter().map(|spot| spot.column).collect::<Vec<_>>(),
            [0, 1, 1, 0, 2]
        );
        for (at, one) in spots.iter().enumerate() {
            assert!(one.y > 0 && one.y < height);
            assert!(
                spots[..at]
                    .iter()
                    .all(|other| (other.x, other.y) != (one.x, one.y))
            );
        }
        assert_eq!(places(5, &ties), (spots, height));
    }
}
