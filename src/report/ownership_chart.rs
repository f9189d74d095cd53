//! Who is behind an entity as a picture: the entity at the foot, its holders above it level by level, persons and other ends
//! at the top of what leads to them, every holding with its share.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::language::Words;
use super::text::{escaped, shortened};
use crate::parties::Holdings;
use crate::parties::behind::{OwnerRow, kind, percent};
use crate::parties::ownership::{Category, PartyKind, Register};

/// Parties that are drawn; the nearest to the entity first.
const MOST: usize = 80;
/// Parties beside each other on one level.
const BESIDE: usize = 6;
const BOX: (f64, f64) = (170.0, 46.0);
const GAP: (f64, f64) = (28.0, 74.0);

/// A picture of who is behind an entity: what stands within the element `svg`, and the same in words.
#[derive(Clone, Debug)]
pub struct Drawing {
    pub title: String,
    pub width: u32,
    pub height: u32,
    /// Markup; every text in it is escaped.
    pub body: String,
    /// Owner, entity and what the one has in the other.
    pub ties: Vec<(u32, u32, String)>,
    /// Parties farther away that are not drawn.
    pub more: usize,
}

/// The picture as SVG, by itself: no script, no font to load. Whoever is a beneficial owner by `rows` stands in a double
/// frame, certain ones with a whole line, possible ones broken; kinds are told in words.
pub fn ownership_chart(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    rows: &[OwnerRow],
    words: &Words,
) -> String {
    let drawn = drawing(holdings, register, entity, rows, "down", words);
    let (width, height) = (drawn.width, drawn.height);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{0}\">\n<title>{0}</title>\n\
         <style>text{{font:12px sans-serif;fill:#1a1a1a}}.small{{font-size:10.5px;fill:#333}}rect{{fill:#fff;stroke:#444}}\
         .person{{fill:#eef4fb}}.entity{{fill:#f1f1f1;stroke-width:2}}.certain{{stroke:#1f5fa8;stroke-width:3}}\
         .possible{{stroke:#1f5fa8;stroke-width:3;stroke-dasharray:6 4}}.hidden{{stroke-dasharray:2 3}}\
         path{{fill:none;stroke:#777}}.tip{{fill:#777;stroke:none}}.share{{font-size:10.5px;fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:4px}}\
         </style>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\" stroke=\"none\"/>\n{1}</svg>\n",
        escaped(&drawn.title),
        drawn.body,
    )
}

/// The picture, to be put into a page. `tip` is the id of its arrows, which a page has once.
pub fn drawing(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    rows: &[OwnerRow],
    tip: &str,
    words: &Words,
) -> Drawing {
    let (levels, ties, more) = structure(holdings, register, entity, words);
    let mut places: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    let mut height = GAP.1;
    let mut width = BOX.0 + 2.0 * GAP.0;
    // From the top down: the entity comes last. A level that is too wide goes on in a further row.
    for level in levels.iter().rev() {
        for row in level.chunks(BESIDE) {
            width = width.max(row.len() as f64 * (BOX.0 + GAP.0) + GAP.0);
            for (number, party) in row.iter().enumerate() {
                places.insert(*party, (GAP.0 + number as f64 * (BOX.0 + GAP.0), height));
            }
            height += BOX.1 + GAP.1;
        }
    }
    for level in &levels {
        for row in level.chunks(BESIDE) {
            let shift = (width - GAP.0 - row.len() as f64 * (BOX.0 + GAP.0)) / 2.0;
            for party in row {
                if let Some(place) = places.get_mut(party) {
                    place.0 += shift;
                }
            }
        }
    }
    let certainty = |party: u32| -> &'static str {
        if holdings.protected[party as usize] {
            return "";
        }
        let own: Vec<&str> = rows
            .iter()
            .filter(|row| row.owner == party)
            .map(|row| row.certainty)
            .collect();
        match (own.contains(&"certain"), own.contains(&"possible")) {
            (true, _) => "certain",
            (_, true) => "possible",
            _ => "",
        }
    };
    let title = words.say("Who is behind {name}", &[("name", holdings.called(entity))]);
    let mut svg = format!(
        "<defs><marker id=\"{tip}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" class=\"tip\"/></marker></defs>\n\
         <text x=\"16\" y=\"24\">{}</text>\n\
         <text class=\"small\" x=\"16\" y=\"42\">{}</text>\n",
        escaped(&title),
        escaped(&words.say("thick frame: beneficial owner, broken where only possible", &[]))
    );
    for (owner, held, _) in &ties {
        let (Some(from), Some(to)) = (places.get(owner), places.get(held)) else {
            continue;
        };
        let (x1, y1) = (from.0 + BOX.0 / 2.0, from.1 + BOX.1);
        let (x2, y2) = (to.0 + BOX.0 / 2.0, to.1);
        // A holding that leads upward or sideways goes round its boxes.
        let path = match y2 > y1 {
            true => format!(
                "M{x1:.0} {y1:.0}C{x1:.0} {:.0} {x2:.0} {:.0} {x2:.0} {y2:.0}",
                y1 + 30.0,
                y2 - 30.0
            ),
            false => {
                let side = from.0.max(to.0) + BOX.0 + 24.0;
                format!(
                    "M{:.0} {:.0}C{side:.0} {:.0} {side:.0} {:.0} {:.0} {:.0}",
                    from.0 + BOX.0,
                    from.1 + BOX.1 / 2.0,
                    from.1 + BOX.1 / 2.0,
                    to.1 + BOX.1 / 2.0,
                    to.0 + BOX.0,
                    to.1 + BOX.1 / 2.0
                )
            }
        };
        let _ = writeln!(svg, "<path d=\"{path}\" marker-end=\"url(#{tip})\"/>");
    }
    // Labels above all lines, a third of the way from the owner, so that those of one entity do not lie on each other.
    for (owner, held, words) in &ties {
        let (Some(from), Some(to)) = (places.get(owner), places.get(held)) else {
            continue;
        };
        let x = from.0 + BOX.0 / 2.0 + (to.0 - from.0) * 0.3;
        let y = from.1 + BOX.1 + (to.1 - from.1 - BOX.1) * 0.36;
        let _ = writeln!(
            svg,
            "<text class=\"share\" x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"middle\">{}</text>",
            escaped(words)
        );
    }
    for (party, (x, y)) in &places {
        let what = holdings.network.parties[*party as usize].kind;
        let class = match (*party == entity, what, certainty(*party)) {
            (true, ..) => "entity".to_owned(),
            (_, PartyKind::Person, own) => format!("person {own}"),
            (_, PartyKind::Unknown, own) => format!("hidden {own}"),
            (.., own) => own.to_owned(),
        };
        let name = match holdings.names[*party as usize].as_str() {
            "" => &holdings.ids[*party as usize],
            name => name,
        };
        let is_protected = holdings.protected[*party as usize];
        let _ = writeln!(
            svg,
            "<g><title>{}</title><rect class=\"{class}\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"{:.0}\" height=\"{:.0}\" rx=\"4\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>\
             <text class=\"small\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text></g>",
            escaped(&holdings.called(*party)),
            BOX.0,
            BOX.1,
            x + BOX.0 / 2.0,
            y + 20.0,
            escaped(&shortened(name, 25)),
            x + BOX.0 / 2.0,
            y + 36.0,
            escaped(&match is_protected {
                true => words.say("possible victim: name lent or forced?", &[]),
                false => words.told(kind(what)),
            }),
        );
    }
    if more > 0 {
        let _ = writeln!(
            svg,
            "<text class=\"small\" x=\"16\" y=\"{:.0}\">{}</text>",
            height - 10.0,
            escaped(&words.plural(
                "{n} party farther away is not drawn; the table has it",
                "{n} parties farther away are not drawn; the table has them",
                more as u64
            ))
        );
    }
    Drawing {
        title,
        width: width.ceil() as u32,
        height: height.ceil() as u32,
        body: svg,
        ties,
        more,
    }
}

type Ties = Vec<(u32, u32, String)>;

/// Parties by their distance from the entity, holdings between them with their shares, and how many are left out.
fn structure(
    holdings: &Holdings,
    register: &Register<'_>,
    entity: u32,
    own: &Words,
) -> (Vec<Vec<u32>>, Ties, usize) {
    let behind = register.everybody_behind(entity);
    let mut words: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
    for of in Category::NAMED {
        for held in &behind {
            let (stakes, _) = register.stakes(*held, of);
            for stake in stakes.iter().filter(|stake| stake.most > 0) {
                let share = own.told(&percent(stake.least, stake.most));
                let text = match of {
                    Category::Shares => share,
                    Category::Votes => own.say("{share} votes", &[("share", share.clone())]),
                    Category::Profit => own.say("{share} profit", &[("share", share.clone())]),
                    _ => own.say("{share} other", &[("share", share.clone())]),
                };
                words.entry((stake.owner, *held)).or_default().insert(text);
            }
        }
    }
    for holding in &holdings.network.holdings {
        let owner = holding.holder();
        if holding.interest.category().is_none() && behind.contains(&holding.held) && behind.contains(&owner)
        {
            let what = match holding.interest.is_other_means() {
                true => own.say("control by other means", &[]),
                false => own.say("position", &[]),
            };
            words.entry((owner, holding.held)).or_default().insert(what);
        }
    }
    // The nearest to the entity are drawn.
    let mut seen = BTreeSet::from([entity]);
    let mut last = vec![entity];
    while !last.is_empty() {
        let next: BTreeSet<u32> = words
            .keys()
            .filter(|(owner, held)| last.contains(held) && !seen.contains(owner))
            .map(|(owner, _)| *owner)
            .collect();
        let room = MOST.saturating_sub(seen.len());
        last = next.into_iter().take(room).collect();
        seen.extend(last.iter().copied());
    }
    words.retain(|(owner, held), _| seen.contains(owner) && seen.contains(held));
    let levels = levels(entity, &words.keys().copied().collect::<Vec<_>>());
    let ties = words
        .into_iter()
        .map(|((owner, held), words)| (owner, held, words.into_iter().collect::<Vec<_>>().join(", ")))
        .collect();
    (levels, ties, behind.len().saturating_sub(seen.len()))
}

/// Every owner above all that it holds, as far as no circle forbids it: by the longest way from the entity without going round.
fn levels(entity: u32, ties: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let owners = |held: u32| ties.iter().filter(move |tie| tie.1 == held).map(|tie| tie.0);
    // A walk from the entity up; what leads back to where the walk is now goes round.
    let mut order = Vec::new();
    let mut begun = BTreeSet::from([entity]);
    let mut walk: Vec<(u32, Vec<u32>)> = vec![(entity, owners(entity).collect())];
    let mut straight: Vec<(u32, u32)> = Vec::new();
    while let Some((held, open)) = walk.last_mut() {
        let held = *held;
        let Some(owner) = open.pop() else {
            order.push(held);
            walk.pop();
            continue;
        };
        if walk.iter().any(|(party, _)| *party == owner) {
            continue;
        }
        straight.push((owner, held));
        if begun.insert(owner) {
            walk.push((owner, owners(owner).collect()));
        }
    }
    let mut level: BTreeMap<u32, usize> = order.iter().map(|party| (*party, 0)).collect();
    // The walk leaves a party after all that stands behind it, so backwards it is a party before its owners.
    for held in order.iter().rev() {
        let above = level[held] + 1;
        for (owner, _) in straight.iter().filter(|tie| tie.1 == *held) {
            if let Some(own) = level.get_mut(owner) {
                *own = (*own).max(above);
            }
        }
    }
    let mut levels: Vec<Vec<u32>> = Vec::new();
    for (party, at) in level {
        if levels.len() <= at {
            levels.resize(at + 1, Vec::new());
        }
        levels[at].push(party);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn an_owner_stands_above_all_that_it_holds() {
        // 2 holds 0 and 1, 1 holds 0; 0 is the entity.
        assert_eq!(levels(0, &[(2, 0), (1, 0), (2, 1)]), [vec![0], vec![1], vec![2]]);
        // 1 and 2 hold each other: one of them is above.
        let round = levels(0, &[(1, 0), (2, 1), (1, 2)]);
        assert_eq!(round, [vec![0], vec![1], vec![2]]);
    }
}
