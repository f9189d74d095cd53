//! What stands side by side: terms, cards, the cells of a row.

use krilla::tagging::{ListNumbering, Tag, TagKind};

use super::flow::{Area, Flow, Within};
use super::html::NodeId;
use super::pages::{HEIGHT, Item, Strip};
use super::style::{Display, Look, Rgb};
use super::tags::TagId;

/// A row that is higher is cut into pieces of this height, so that pages are filled.
const HIGHEST_ROW: f32 = 0.38 * HEIGHT;
const CUT: f32 = 110.0;

/// The strips of one column.
pub(super) struct Column {
    pub strips: Vec<Strip>,
}

impl Flow<'_> {
    /// Terms and what is said of them.
    pub(super) fn terms(&mut self, node: NodeId, area: Area, tag: TagId, depth: usize) {
        let list = self.tags.add(tag, Tag::L(ListNumbering::None));
        let look = self.look(node);
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        for child in self.tree.children(node).to_vec() {
            if self.tree.name(child).is_none() || self.look(child).display == Display::Hidden {
                continue;
            }
            match () {
                () if self.tree.is(child, "div") => groups.push(self.tree.children(child).to_vec()),
                () if self.tree.is(child, "dd") => match groups.last_mut() {
                    Some(group) => group.push(child),
                    None => groups.push(vec![child]),
                },
                () => groups.push(vec![child]),
            }
        }
        let places = places(&look, area);
        let last = groups.len().div_ceil(places.len());
        for (at, line) in groups.chunks(places.len()).enumerate() {
            let mut columns = Vec::new();
            for (group, place) in line.iter().zip(&places) {
                let item = self.tags.add(list, Tag::LI);
                let strips = self.apart(|flow| {
                    for part in group {
                        let kind: TagKind = match () {
                            () if flow.tree.is(*part, "dt") => Tag::Lbl.into(),
                            () if flow.tree.is(*part, "dd") => Tag::LBody.into(),
                            () => continue,
                        };
                        let own = flow.tags.add(item, kind);
                        flow.place(*part);
                        flow.children(*part, *place, own, Within::Own, depth + 1);
                    }
                });
                columns.push(Column { strips });
            }
            self.space(3.0);
            for mut strip in beside(columns, 0.0) {
                // A few terms stay together.
                strip.keep = at + 1 < last && last <= 4;
                self.emit(strip);
            }
        }
        self.space(6.0);
    }

    /// Children beside each other.
    pub(super) fn columns(&mut self, node: NodeId, look: &Look, area: Area, tag: TagId, depth: usize) {
        let children: Vec<NodeId> = self
            .tree
            .children(node)
            .iter()
            .copied()
            .filter(|child| self.tree.name(*child).is_some())
            .collect();
        let mut places = places(look, area);
        if places.len() > children.len() && !children.is_empty() {
            places = spread(children.len(), area);
        }
        for line in children.chunks(places.len()) {
            let mut columns = Vec::new();
            let mut frames = Vec::new();
            for (child, place) in line.iter().zip(&places) {
                let look = self.look(*child);
                let own = self.tags.add(tag, Tag::Div);
                let pad = if look.border.is_some() { 7.0 } else { 0.0 };
                let inner = Area {
                    x: place.x + pad,
                    width: place.width - 2.0 * pad,
                };
                self.place(*child);
                self.in_table += 1;
                let strips =
                    self.apart(|flow| flow.children(*child, inner, own, Within::Paragraphs, depth + 1));
                self.in_table -= 1;
                columns.push(Column { strips });
                frames.push((*place, look.border, look.border_top));
            }
            self.space(6.0);
            for mut strip in beside(columns, 4.0) {
                for (place, line, top) in &frames {
                    let mut draw = |x: f32, y: f32, width: f32, height: f32, color: Rgb| {
                        strip.items.push(Item::Rect {
                            x,
                            y,
                            width,
                            height,
                            color,
                        });
                    };
                    if let Some(color) = line {
                        draw(place.x, 0.0, 0.5, strip.height, *color);
                        draw(place.x + place.width - 0.5, 0.0, 0.5, strip.height, *color);
                        draw(place.x, strip.height - 0.5, place.width, 0.5, *color);
                        draw(place.x, 0.0, place.width, 0.5, *color);
                    }
                    if let Some((thick, color)) = top {
                        draw(place.x, 0.0, place.width, *thick, *color);
                    }
                }
                self.emit(strip);
            }
        }
        self.space(8.0);
    }
}

/// Places beside each other, each at least as wide as the style asks for.
fn places(look: &Look, area: Area) -> Vec<Area> {
    let count = look.columns.map_or(1, |least| {
        ((area.width + 14.0) / (least.max(60.0) + 14.0)) as usize
    });
    spread(count.clamp(1, 6), area)
}

fn spread(count: usize, area: Area) -> Vec<Area> {
    const BETWEEN: f32 = 14.0;
    let width = (area.width - BETWEEN * (count - 1) as f32) / count as f32;
    (0..count)
        .map(|at| Area {
            x: area.x + at as f32 * (width + BETWEEN),
            width,
        })
        .collect()
}

/// Columns as strips over all of them: one, or where it would be very high several beneath each other.
pub(super) fn beside(columns: Vec<Column>, pad: f32) -> Vec<Strip> {
    let height = |column: &Column| -> f32 {
        let all: f32 = column
            .strips
            .iter()
            .map(|strip| strip.before + strip.height)
            .sum();
        all - column.strips.first().map_or(0.0, |first| first.before)
    };
    let highest = columns.iter().map(height).fold(0.0_f32, f32::max);
    let most = if highest > HIGHEST_ROW { CUT } else { f32::MAX };
    let mut left: Vec<std::iter::Peekable<std::vec::IntoIter<Strip>>> = columns
        .into_iter()
        .map(|column| column.strips.into_iter().peekable())
        .collect();
    let mut strips = Vec::new();
    let mut is_first = true;
    while is_first || left.iter_mut().any(|column| column.peek().is_some()) {
        let above = if is_first { pad } else { 0.0 };
        let mut whole = Strip::default();
        for column in &mut left {
            let mut y = above;
            let mut is_fresh = true;
            while let Some(next) = column.peek() {
                let before = if is_fresh && is_first { 0.0 } else { next.before };
                if !is_fresh && y + before + next.height > most {
                    break;
                }
                let Some(strip) = column.next() else { break };
                y += before;
                whole.items.extend(strip.items.into_iter().map(|mut item| {
                    item.shift(0.0, y);
                    item
                }));
                whole.places.extend(strip.places);
                y += strip.height;
                is_fresh = false;
            }
            whole.height = whole.height.max(y);
        }
        strips.push(whole);
        is_first = false;
    }
    if let Some(last) = strips.last_mut() {
        last.height += pad;
    }
    strips
}
