//! Where the nodes and links of a picture of flows stand: claims left, ends right, accounts between in the direction of the
//! money, every link as high as its amount.
//!
//! Whole numbers only, in tenths of a pixel, so that the same flows always draw the same picture. Heights are cut from running
//! sums, so that the links at a node fill it exactly. Links that would close a cycle, the smaller first, lead back beneath.

use super::super::flow::without_cycles;

/// Layers from left to right; longer chains go on in the last one before the ends.
const LAYERS: usize = 9;
/// Layers that fit the page; with more the picture grows wider.
const LAYERS_ON_PAGE: usize = 6;

const WIDTH: i64 = 11_600;
const STEP: i64 = 1_900;
/// How wide a node is drawn.
pub(super) const NODE_WIDTH: i64 = 120;
const LEFT: i64 = 60;
/// Room for the names of what stands last.
const RIGHT: i64 = 2_100;
const TOP: i64 = 120;
/// Height of the layer that carries most.
const HEIGHT: i128 = 3_000;
/// A node is never lower than this, and never has less room than its two lines of text need.
const LEAST: i64 = 20;
const ROOM: i64 = 320;
const GAP: i64 = 90;
/// Between two links that lead back beneath.
const LANE: i64 = 140;

/// Where a node belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A claim.
    Start,
    Middle,
    End,
}

/// Money from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub from: usize,
    pub to: usize,
    pub amount: i128,
}

/// A node that is placed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub layer: usize,
    pub x: i64,
    pub y: i64,
    pub height: i64,
}

/// A link that is placed. Heights at both ends may differ by what is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Band {
    pub from: (i64, i64),
    pub from_height: i64,
    pub to: (i64, i64),
    pub to_height: i64,
    /// Where it passes beneath, for one that leads back.
    pub beneath: Option<i64>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub width: i64,
    pub height: i64,
    pub layers: usize,
    pub spots: Vec<Spot>,
    /// By link; nothing for one from a node to itself, or of nothing.
    pub bands: Vec<Option<Band>>,
}

/// Places nodes and links. The result goes by the numbers of nodes and not by the order of links.
pub(super) fn layout(sides: &[Side], links: &[Link]) -> Layout {
    let mut order: Vec<usize> = (0..links.len())
        .filter(|at| links[*at].from != links[*at].to && links[*at].amount > 0)
        .collect();
    order.sort_by_key(|at| {
        let link = links[*at];
        (std::cmp::Reverse(link.amount), link.from, link.to)
    });
    let pairs: Vec<(usize, usize)> = order.iter().map(|at| (links[*at].from, links[*at].to)).collect();
    let layer = layers(sides, &pairs);
    let count = layer.iter().max().map_or(0, |last| last + 1);
    let drawn: Vec<Link> = order.iter().map(|at| links[*at]).collect();
    let rows = rows(&layer, count, &drawn);
    let most = most(sides.len(), &rows, &drawn);
    let mut made = stack(sides.len(), &layer, &rows, most, &drawn);
    let bands = bands(&mut made, most, &drawn);
    made.bands = vec![None; links.len()];
    for (at, band) in order.into_iter().zip(bands) {
        made.bands[at] = Some(band);
    }
    made
}

/// The layer of each node: longest ways over the links that are left when those that close a cycle are put aside; claims
/// first, ends last.
fn layers(sides: &[Side], pairs: &[(usize, usize)]) -> Vec<usize> {
    let forward = without_cycles(sides.len(), pairs);
    let least = usize::from(sides.contains(&Side::Start));
    let mut layer: Vec<usize> = sides
        .iter()
        .map(|side| if *side == Side::Start { 0 } else { least })
        .collect();
    // A longest way has fewer links than there are nodes, so this many rounds settle it.
    for _ in 0..sides.len() {
        for (from, to) in &forward {
            if sides[*to] != Side::Start {
                layer[*to] = layer[*to].max(layer[*from] + 1);
            }
        }
    }
    let is_middle = |node: &usize| sides[*node] == Side::Middle;
    for value in &mut layer {
        *value = (*value).min(LAYERS - 2);
    }
    let last = (0..sides.len()).filter(is_middle).map(|node| layer[node]).max();
    let end = last.map_or(least, |last| last + 1);
    for (node, side) in sides.iter().enumerate() {
        if *side == Side::End {
            layer[node] = end;
        }
    }
    layer
}

/// The nodes of each layer from top to bottom, so that links cross little: by the mean place of their neighbours before, then
/// of those behind, a few times over.
fn rows(layer: &[usize], count: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, layer) in layer.iter().enumerate() {
        rows[*layer].push(node);
    }
    let mut place = vec![0_i128; layer.len()];
    let settle = |rows: &[Vec<usize>], place: &mut Vec<i128>| {
        for row in rows {
            for (at, node) in row.iter().enumerate() {
                // In the middle of the picture, whatever the number of nodes.
                place[*node] = (2 * at as i128 + 1 - row.len() as i128) * 500;
            }
        }
    };
    settle(&rows, &mut place);
    for round in 0..6 {
        let forth = round % 2 == 0;
        let order: Vec<usize> = match forth {
            true => (0..count).collect(),
            false => (0..count).rev().collect(),
        };
        for current in order {
            let mean = |node: usize| {
                let near = links.iter().filter_map(|link| {
                    let other = match (link.from == node, link.to == node) {
                        (true, _) if !forth && layer[link.to] > current => link.to,
                        (_, true) if forth && layer[link.from] < current => link.from,
                        _ => return None,
                    };
                    Some((place[other], link.amount))
                });
                let (sum, weight) = near.fold((0_i128, 0_i128), |(sum, weight), (place, amount)| {
                    (
                        sum.saturating_add(place.saturating_mul(amount)),
                        weight.saturating_add(amount),
                    )
                });
                if weight == 0 { place[node] } else { sum / weight }
            };
            let mut sorted: Vec<(i128, usize)> =
                rows[current].iter().map(|node| (mean(*node), *node)).collect();
            sorted.sort_unstable();
            rows[current] = sorted.into_iter().map(|(_, node)| node).collect();
            settle(&rows, &mut place);
        }
    }
    rows
}

/// How high a running sum of money is.
fn high(sum: i128, most: i128) -> i64 {
    // Amounts of money are far below where this would not fit; what is beyond is drawn as high as all.
    let scaled = sum
        .checked_mul(HEIGHT)
        .map_or(HEIGHT, |scaled| scaled / most.max(1));
    i64::try_from(scaled).unwrap_or(0)
}

/// The most that passes by one layer.
fn most(nodes: usize, rows: &[Vec<usize>], links: &[Link]) -> i128 {
    let carried = carried(nodes, links);
    let of_row = |row: &Vec<usize>| row.iter().map(|node| carried[*node]).sum::<i128>();
    rows.iter().map(of_row).max().unwrap_or(1).max(1)
}

/// What comes to each node from another or leaves it to another, whichever is more.
pub(super) fn carried(nodes: usize, links: &[Link]) -> Vec<i128> {
    let mut sums = vec![(0_i128, 0_i128); nodes];
    for link in links.iter().filter(|link| link.from != link.to) {
        sums[link.from].0 += link.amount;
        sums[link.to].1 += link.amount;
    }
    sums.into_iter().map(|(left, came)| left.max(came)).collect()
}

fn stack(nodes: usize, layer: &[usize], rows: &[Vec<usize>], most: i128, links: &[Link]) -> Layout {
    let carried = carried(nodes, links);
    let tall: Vec<i64> = carried.iter().map(|sum| high(*sum, most).max(LEAST)).collect();
    let room = |node: &usize| tall[*node].max(ROOM) + GAP;
    let inner: i64 = rows
        .iter()
        .map(|row| row.iter().map(room).sum())
        .max()
        .unwrap_or(0);
    let count = rows.len();
    let wider = count.saturating_sub(LAYERS_ON_PAGE) as i64;
    let width = WIDTH + wider * STEP;
    let step = match count {
        0 | 1 => 0,
        _ => (width - LEFT - RIGHT - NODE_WIDTH) / (count as i64 - 1),
    };
    let mut spots = vec![Spot::default(); nodes];
    for row in rows {
        let own: i64 = row.iter().map(room).sum();
        let mut y = TOP + (inner - own) / 2;
        for node in row {
            spots[*node] = Spot {
                layer: layer[*node],
                x: LEFT + layer[*node] as i64 * step,
                y: y + (room(node) - tall[*node]) / 2,
                height: tall[*node],
            };
            y += room(node);
        }
    }
    Layout {
        width,
        height: TOP + inner + TOP,
        layers: count,
        spots,
        bands: Vec::new(),
    }
}

/// The links at their nodes, each from the top of its node down in the order of the nodes at the other end.
fn bands(made: &mut Layout, most: i128, links: &[Link]) -> Vec<Band> {
    let spots = made.spots.clone();
    let is_back = |link: &Link| spots[link.to].layer <= spots[link.from].layer;
    let mut bands = vec![Band::default(); links.len()];
    for (node, spot) in spots.iter().enumerate() {
        let of = |pick: &dyn Fn(&Link) -> (usize, usize)| {
            let mut own: Vec<usize> = (0..links.len())
                .filter(|at| pick(&links[*at]).0 == node)
                .collect();
            // What leads back is below.
            own.sort_by_key(|at| {
                let other = spots[pick(&links[*at]).1];
                (is_back(&links[*at]), other.y + other.height / 2, other.layer, *at)
            });
            own
        };
        let mut sum = 0;
        for at in of(&|link| (link.from, link.to)) {
            let top = high(sum, most);
            sum += links[at].amount;
            bands[at].from = (spot.x + NODE_WIDTH, spot.y + top);
            bands[at].from_height = high(sum, most) - top;
        }
        let mut sum = 0;
        for at in of(&|link| (link.to, link.from)) {
            let top = high(sum, most);
            sum += links[at].amount;
            bands[at].to = (spot.x, spot.y + top);
            bands[at].to_height = high(sum, most) - top;
        }
    }
    let back = bands.iter_mut().zip(links).filter(|(_, link)| is_back(link));
    for ((band, link), lane) in back.zip(1..) {
        // Beneath all that stands between, each in a lane of its own.
        let between = spots[link.to].layer..=spots[link.from].layer;
        let lowest = spots
            .iter()
            .filter(|spot| between.contains(&spot.layer))
            .map(|spot| spot.y + spot.height.max(ROOM))
            .max()
            .unwrap_or(0);
        let beneath = lowest + lane * LANE;
        band.beneath = Some(beneath);
        made.height = made.height.max(beneath + TOP);
    }
    bands
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link(from: usize, to: usize, amount: i128) -> Link {
        Link { from, to, amount }
    }

    #[test]
    fn claims_stand_left_and_ends_right() {
        use Side::{End, Middle, Start};
        let links = [
            link(0, 1, 60),
            link(1, 2, 40),
            link(2, 1, 10),
            link(2, 3, 30),
            link(1, 4, 20),
        ];
        let made = layout(&[Start, Middle, Middle, End, End], &links);
        let layers: Vec<usize> = made.spots.iter().map(|spot| spot.layer).collect();
        assert_eq!(layers, [0, 1, 2, 3, 3]);
        let back: Vec<bool> = made
            .bands
            .iter()
            .flatten()
            .map(|band| band.beneath.is_some())
            .collect();
        assert_eq!(back, [false, false, true, false, false]);
        // Twice the money, twice the height.
        let height = |at: usize| made.bands[at].map_or(0, |band| band.from_height);
        assert_eq!(height(1), 2 * height(4));
    }

    #[test]
    fn a_long_chain_stays_in_the_picture() {
        let links: Vec<Link> = (0..40).map(|at| link(at, at + 1, 5)).collect();
        let made = layout(&[Side::Middle; 41], &links);
        assert!(made.layers <= LAYERS, "{}", made.layers);
        assert!(
            made.spots
                .iter()
                .all(|spot| spot.x + NODE_WIDTH + RIGHT <= made.width)
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let made = layout(&[], &[]);
        assert!(made.spots.is_empty() && made.bands.is_empty());
        let made = layout(&[Side::Middle], &[link(0, 0, 5)]);
        assert_eq!(made.bands, [None]);
    }

    fn side() -> impl Strategy<Value = Side> {
        prop_oneof![Just(Side::Start), Just(Side::Middle), Just(Side::End)]
    }

    fn network() -> impl Strategy<Value = (Vec<Side>, Vec<Link>)> {
        prop::collection::vec(side(), 1..14).prop_flat_map(|sides| {
            let nodes = sides.len();
            // Each pair of nodes once: rows are summed up before.
            let links = prop::collection::btree_map((0..nodes, 0..nodes), 1_i128..1_000_000_000_000, 0..40)
                .prop_map(|map| {
                    map.into_iter()
                        .map(|((from, to), amount)| link(from, to, amount))
                        .collect::<Vec<_>>()
                });
            (Just(sides), links.prop_shuffle())
        })
    }

    proptest! {
        #[test]
        fn any_flows_find_their_place((sides, links) in network(), turn in 0_usize..40) {
            let made = layout(&sides, &links);
            for spot in &made.spots {
                prop_assert!(spot.x >= 0 && spot.y >= 0 && spot.height > 0);
                prop_assert!(spot.x + NODE_WIDTH <= made.width && spot.y + spot.height <= made.height);
            }
            // No two nodes of a layer touch.
            for (at, one) in made.spots.iter().enumerate() {
                for other in &made.spots[at + 1..] {
                    prop_assert!(
                        one.layer != other.layer || one.y + one.height < other.y || other.y + other.height < one.y
                    );
                    prop_assert_eq!(one.layer == other.layer, one.x == other.x);
                }
            }
            // The links at a node stand one beneath the other, add up, and stay within it.
            for (node, spot) in made.spots.iter().enumerate() {
                for comes in [false, true] {
                    let mut own: Vec<(i64, i64)> = links
                        .iter()
                        .zip(&made.bands)
                        .filter(|(link, _)| if comes { link.to == node } else { link.from == node })
                        .filter_map(|(_, band)| band.map(|band| match comes {
                            true => (band.to.1, band.to_height),
                            false => (band.from.1, band.from_height),
                        }))
                        .collect();
                    own.sort_unstable();
                    let sum: i64 = own.iter().map(|(_, height)| height).sum();
                    prop_assert!(sum <= spot.height, "{} > {}", sum, spot.height);
                    let mut y = spot.y;
                    for (top, height) in own {
                        prop_assert!(height >= 0);
                        prop_assert_eq!(top, y);
                        y += height;
                    }
                }
                let sums = |comes: bool| -> i128 {
                    let own = links.iter().filter(|link| link.from != link.to);
                    own.filter(|link| if comes { link.to == node } else { link.from == node })
                        .map(|link| link.amount)
                        .sum()
                };
                let larger = sums(true) >= sums(false);
                let filled: i64 = links
                    .iter()
                    .zip(&made.bands)
                    .filter(|(link, _)| if larger { link.to == node } else { link.from == node })
                    .filter_map(|(_, band)| band.map(|band| if larger { band.to_height } else { band.from_height }))
                    .sum();
                prop_assert!(filled == spot.height || spot.height == LEAST, "{} of {}", filled, spot.height);
            }
            // What does not lead back goes to the right.
            for band in made.bands.iter().flatten() {
                match band.beneath {
                    None => prop_assert!(band.from.0 < band.to.0),
                    Some(low) => prop_assert!(low <= made.height && low > band.from.1 && low > band.to.1),
                }
            }
            // The order in which links are given changes nothing.
            let mut turned = links.clone();
            turned.rotate_left(turn % links.len().max(1));
            let again = layout(&sides, &turned);
            prop_assert_eq!(&again.spots, &made.spots);
            for (link, band) in links.iter().zip(&made.bands) {
                let at = turned.iter().position(|other| other == link).expect("the same link");
                prop_assert_eq!(&again.bands[at], band);
            }
        }
    }
}
