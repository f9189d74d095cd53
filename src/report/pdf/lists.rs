//! Lists, and the list of what stands where.

use krilla::tagging::{ListNumbering, Tag};

use super::flow::{Area, Flow, Within, letters};
use super::html::NodeId;
use super::pages::Item;
use super::style::Display;
use super::tags::TagId;
use super::text::{Inline, Span, Way};

/// Letters that stand before an item of a list.
const BULLET: &str = "•";
const INDENT: f32 = 13.0;

impl Flow<'_> {
    pub(super) fn list(&mut self, node: NodeId, is_ordered: bool, area: Area, tag: TagId, depth: usize) {
        let numbering = match is_ordered {
            true => ListNumbering::Decimal,
            false => ListNumbering::Disc,
        };
        let list = self.tags.add(tag, Tag::L(numbering));
        self.space(2.0);
        let mut number = 0;
        for item in self.tree.children(node) {
            let item = *item;
            if self.tree.name(item).is_none() || self.look(item).display == Display::Hidden {
                continue;
            }
            number += 1;
            self.place(item);
            let own = self.tags.add(list, Tag::LI);
            let label = self.tags.add(own, Tag::Lbl);
            let span = Span {
                bold: false,
                italic: false,
                mono: false,
                ..self.span(item, label, None)
            };
            let indent = if self.in_table > 0 { INDENT * 0.65 } else { INDENT };
            let mark = match is_ordered {
                true => format!("{number}."),
                false => BULLET.to_owned(),
            };
            let mut inline = Inline::default();
            inline.push(&mark, false, &span, &mut self.setter);
            let lines = self.setter.lines(&inline, f32::MAX, Way::ToRight);
            let body = self.tags.add(own, Tag::LBody);
            self.tags.end_piece();
            let first = self.out.len();
            let inner = Area {
                x: area.x + indent,
                width: area.width - indent,
            };
            self.children(item, inner, body, Within::Own, depth);
            let mut items: Vec<Item> = lines.into_iter().flat_map(|line| letters(line, area.x)).collect();
            if let Some(strip) = self.out[first..].iter_mut().find(|strip| strip.edge.is_none()) {
                items.append(&mut strip.items);
                strip.items = items;
            }
            self.space(1.5);
        }
        self.space(5.0);
    }

    /// A list of places of the document, each with its page.
    pub(super) fn contents(&mut self, node: NodeId, area: Area, tag: TagId, depth: usize) {
        let list = self.tags.add(tag, Tag::TOC);
        for item in self.tree.children(node) {
            let item = *item;
            if self.tree.name(item).is_none() || self.look(item).display == Display::Hidden {
                continue;
            }
            let own = self.tags.add(list, Tag::TOCI);
            let first = self.out.len();
            let inner = Area {
                width: area.width - 34.0,
                ..area
            };
            let below: Vec<NodeId> = self.tree.children(item).to_vec();
            let mut inline = Inline::default();
            for child in &below {
                if !self.is_block(*child, depth) {
                    self.inline(*child, own, None, &mut inline, depth + 1);
                }
            }
            self.tags.end_piece();
            let look = self.look(item);
            let lines = self.setter.lines(&inline, inner.width, Way::ToRight);
            self.lines(lines, inner, &look, false);
            let size = look.size;
            let links = self.tags.links();
            if let Some(strip) = self.out[first..].last_mut() {
                let last = strip.items.iter().rev().find_map(|item| match item {
                    Item::Letters { x, y, run } => run.link.map(|link| (x + run.width, *y, run.piece, link)),
                    _ => None,
                });
                if let Some((end, y, piece, link)) = last {
                    let target = links[link as usize].target.clone();
                    let right = area.x + area.width;
                    strip.items.push(Item::PageOf {
                        target,
                        right,
                        y,
                        size,
                        piece,
                        link,
                    });
                    strip.items.push(Item::Rect {
                        x: end + 5.0,
                        y: y - 0.4,
                        width: (right - 26.0 - end).max(0.0),
                        height: 0.35,
                        color: [0xaa; 3],
                    });
                }
            }
            for child in below {
                if self.is_block(child, depth) {
                    let inner = Area {
                        x: area.x + INDENT,
                        width: area.width - INDENT,
                    };
                    self.block(child, inner, own, Within::Own, depth + 1);
                }
            }
            self.space(1.0);
        }
        self.space(4.0);
    }
}
