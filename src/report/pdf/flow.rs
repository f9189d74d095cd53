//! The page's elements, one after the other, as strips: headings, paragraphs, lists, terms, tables, pictures. An element
//! that is not known here is laid out as what is in it.

use std::collections::HashSet;
use std::num::NonZeroU16;

use krilla::tagging::{Tag, TagKind};

use super::fonts::Fonts;
use super::html::{NodeId, Tree};
use super::pages::{Edge, Frame, Item, Strip};
use super::picture::{Painter, Picture};
use super::style::{Display, Look, Looks};
use super::tags::{TagId, Tags};
use super::text::{Inline, Line, Setter, Way};
use super::words::Words;

/// Where content may go: from the left edge of the page, in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub x: f32,
    pub width: f32,
}

/// How text that stands right in an element is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// Each stretch as a paragraph of its own.
    Paragraphs,
    /// As the element's own.
    Own,
}

/// A heading, for the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub level: u16,
    pub text: String,
    pub place: String,
}

/// Lays a page out.
pub(super) struct Flow<'a> {
    pub(super) tree: &'a Tree,
    pub(super) looks: Looks<'a>,
    pub(super) setter: Setter<'a>,
    pub(super) tags: Tags,
    pub(super) out: Vec<Strip>,
    pub(super) headings: Vec<Heading>,
    pub(super) pictures: Vec<Picture>,
    pub(super) css: &'a str,
    pub(super) painter: &'a Painter,
    pub(super) words: Words,
    pub(super) targets: HashSet<String>,
    pub(super) waiting: Vec<String>,
    pub(super) gap: f32,
    /// A frame was just begun: nothing is left free beneath its upper line.
    is_top: bool,
    pub(super) in_table: u32,
    /// Letters are so much smaller than the style says, where a table would not fit else.
    pub(super) scale: f32,
    pub(super) in_contents: bool,
    pub(super) level: u16,
}

/// An element inside elements deeper than this is laid out as its text.
pub(super) const DEEPEST: usize = 100;

impl<'a> Flow<'a> {
    pub(super) fn new(
        tree: &'a Tree,
        looks: Looks<'a>,
        css: &'a str,
        fonts: &'a Fonts<'a>,
        painter: &'a Painter,
        words: Words,
    ) -> Flow<'a> {
        let mut ids = HashSet::new();
        let mut targets = HashSet::new();
        for node in tree.walk(tree.root()) {
            if let Some(id) = tree.attribute(node, "id") {
                ids.insert(id);
            }
            if let Some(target) = tree
                .attribute(node, "href")
                .and_then(|href| href.strip_prefix('#'))
            {
                targets.insert(target.to_owned());
            }
        }
        targets.retain(|target| ids.contains(target.as_str()));
        Flow {
            tree,
            looks,
            setter: Setter::new(fonts),
            tags: Tags::new(),
            out: Vec::new(),
            headings: Vec::new(),
            pictures: Vec::new(),
            css,
            painter,
            words,
            targets,
            waiting: Vec::new(),
            gap: 0.0,
            is_top: false,
            in_table: 0,
            scale: 1.0,
            in_contents: false,
            level: 0,
        }
    }

    pub(super) fn look(&mut self, node: NodeId) -> Look {
        self.looks.of(self.tree, node)
    }

    /// Space above the next strip, at least.
    pub(super) fn space(&mut self, points: f32) {
        let points = if self.in_table > 0 { points * 0.3 } else { points };
        self.gap = self.gap.max(points);
    }

    pub(super) fn emit(&mut self, mut strip: Strip) {
        let gap = std::mem::take(&mut self.gap);
        if !std::mem::take(&mut self.is_top) {
            strip.before += gap;
        }
        strip.places.append(&mut self.waiting);
        self.out.push(strip);
    }

    /// All that stands in an element.
    pub(super) fn children(&mut self, node: NodeId, area: Area, tag: TagId, within: Within, depth: usize) {
        let mut inline = Inline::default();
        let mut own = None;
        for child in self.tree.children(node) {
            let child = *child;
            if self.is_block(child, depth) {
                self.end_paragraph(&mut inline, &mut own, node, area);
                self.block(child, area, tag, within, depth + 1);
                continue;
            }
            if inline.is_empty() && self.tree.text(child).is_some_and(|text| text.trim().is_empty()) {
                continue;
            }
            let paragraph = *own.get_or_insert_with(|| match within {
                Within::Paragraphs => self.tags.add(tag, Tag::P),
                Within::Own => tag,
            });
            self.inline(child, paragraph, None, &mut inline, depth + 1);
        }
        self.end_paragraph(&mut inline, &mut own, node, area);
    }

    fn end_paragraph(&mut self, inline: &mut Inline, own: &mut Option<TagId>, node: NodeId, area: Area) {
        let gathered = std::mem::take(inline);
        *own = None;
        self.tags.end_piece();
        if gathered.is_empty() {
            return;
        }
        let look = self.look(node);
        let way = self.way(node);
        let lines = self.setter.lines(&gathered, area.width, way);
        self.lines(lines, area, &look, false);
    }

    /// Lines as strips.
    pub(super) fn lines(&mut self, lines: Vec<Line>, area: Area, look: &Look, keep: bool) {
        let count = lines.len();
        for (at, line) in lines.into_iter().enumerate() {
            let free = area.width - line.width;
            let left = match () {
                () if look.to_right || line.to_left => free,
                () if look.centred => free / 2.0,
                () => 0.0,
            };
            let strip = Strip {
                height: line.height,
                // No line of a paragraph stands alone on a page.
                keep: keep || (at == 0 && count > 1) || (at + 2 == count && count > 2),
                items: letters(line, area.x + left),
                ..Strip::default()
            };
            self.emit(strip);
        }
    }

    /// Words that stand in the place of an element.
    pub(super) fn say(&mut self, words: &str, node: NodeId, area: Area, tag: TagId) {
        let span = self.span(node, tag, None);
        let mut inline = Inline::default();
        inline.push(words, false, &span, &mut self.setter);
        self.tags.end_piece();
        let look = self.look(node);
        let lines = self.setter.lines(&inline, area.width, Way::ToRight);
        self.lines(lines, area, &look, false);
    }

    pub(super) fn way(&self, node: NodeId) -> Way {
        let mut at = Some(node);
        while let Some(node) = at {
            match self.tree.attribute(node, "dir") {
                Some("rtl") => return Way::ToLeft,
                Some("ltr") => return Way::ToRight,
                Some("auto") => return Way::ByText,
                _ => at = self.tree.parent(node),
            }
        }
        Way::ToRight
    }

    /// Whether an element begins a line of its own, or something within it does.
    pub(super) fn is_block(&mut self, node: NodeId, depth: usize) -> bool {
        if self.tree.name(node).is_none() || depth > DEEPEST {
            return false;
        }
        match self.look(node).display {
            Display::Hidden => false,
            Display::Block => true,
            Display::Inline => {
                let children = self.tree.children(node);
                children.iter().any(|child| self.is_block(*child, depth + 1))
            }
        }
    }

    /// Remembers that links lead to an element, for the next strip.
    pub(super) fn place(&mut self, node: NodeId) {
        if let Some(id) = self.tree.attribute(node, "id")
            && self.targets.contains(id)
        {
            self.waiting.push(id.to_owned());
        }
    }

    /// An element that begins a line of its own.
    pub(super) fn block(&mut self, node: NodeId, area: Area, tag: TagId, within: Within, depth: usize) {
        let look = self.look(node);
        if look.display == Display::Hidden {
            return;
        }
        self.place(node);
        let name = self
            .tree
            .name(node)
            .map(|name| name.to_string())
            .unwrap_or_default();
        match name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(node, &name, area, tag),
            "p" | "summary" | "figcaption" | "legend" | "address" | "pre" => {
                self.paragraph(node, &name, &look, area, tag, depth);
            }
            "ul" | "ol" | "menu" if self.in_contents => self.contents(node, area, tag, depth),
            "ul" | "ol" | "menu" => self.list(node, name == "ol", area, tag, depth),
            "dl" => self.terms(node, area, tag, depth),
            "table" => self.table(node, area, tag, depth),
            "svg" => self.picture(node, area, tag),
            "nav" => {
                self.in_contents = true;
                self.framed(node, &look, area, tag, Within::Paragraphs, depth);
                self.in_contents = false;
                self.space(10.0);
            }
            "hr" => {
                self.space(5.0);
                self.emit(Strip {
                    height: 1.0,
                    items: vec![Item::Rect {
                        x: area.x,
                        y: 0.0,
                        width: area.width,
                        height: 0.5,
                        color: [0xbb; 3],
                    }],
                    ..Strip::default()
                });
                self.space(5.0);
            }
            "section" | "article" | "blockquote" | "figure" | "details" | "aside" => {
                let kind: TagKind = match name.as_str() {
                    "section" => Tag::Section.into(),
                    "article" => Tag::Article.into(),
                    "blockquote" => Tag::BlockQuote.into(),
                    _ => Tag::Div.into(),
                };
                let own = self.tags.add(tag, kind);
                self.framed(node, &look, area, own, Within::Paragraphs, depth);
            }
            _ if look.columns.is_some() => self.columns(node, &look, area, tag, depth),
            _ => self.framed(node, &look, area, tag, within, depth),
        }
    }

    /// An element with what the page's style draws around it.
    fn framed(&mut self, node: NodeId, look: &Look, area: Area, tag: TagId, within: Within, depth: usize) {
        let is_framed = look.border.is_some() || look.border_left.is_some() || look.background.is_some();
        if !is_framed
            || self.in_table > 0
            || matches!(self.tree.name(node).map_or("", |n| n), "html" | "body")
        {
            self.children(node, area, tag, within, depth);
            return;
        }
        let has_box = look.border.is_some() || look.background.is_some();
        let (side, padding) = if has_box { (9.0, 6.0) } else { (8.0, 0.0) };
        self.space(if has_box { 8.0 } else { 3.0 });
        let frame = Frame {
            x: area.x,
            width: area.width,
            padding,
            ground: look.background,
            line: look.border,
            bar: look.border_left,
        };
        self.emit(Strip {
            height: padding,
            keep: true,
            edge: Some(Edge::Open(frame)),
            ..Strip::default()
        });
        self.is_top = true;
        let inner = Area {
            x: area.x + side,
            width: area.width - if has_box { 2.0 * side } else { side },
        };
        self.children(node, inner, tag, within, depth);
        self.gap = 0.0;
        if let Some(last) = self.out.last_mut() {
            last.keep = true;
        }
        self.emit(Strip {
            height: padding,
            edge: Some(Edge::Close),
            ..Strip::default()
        });
        self.space(if has_box { 9.0 } else { 5.0 });
    }

    fn heading(&mut self, node: NodeId, name: &str, area: Area, tag: TagId) {
        let asked = name[1..].parse::<u16>().unwrap_or(1);
        // No level is left out: a reader that leaps from heading to heading counts them.
        let level = asked.min(self.level + 1).max(1);
        self.level = level;
        let text = self.tree.all_text(node);
        if text.is_empty() {
            return;
        }
        let place = format!("heading {}", self.headings.len());
        self.waiting.push(place.clone());
        let look = self.look(node);
        let (above, below) = match asked {
            1 => (4.0, 10.0),
            2 => (20.0, 6.0),
            3 => (13.0, 4.0),
            4 => (8.0, 3.5),
            _ => (6.0, 2.0),
        };
        self.space(if self.in_contents { 0.0 } else { above });
        if let Some((thick, color)) = look.border_top {
            self.emit(Strip {
                height: 7.0,
                keep: true,
                items: vec![Item::Rect {
                    x: area.x,
                    y: 0.0,
                    width: area.width,
                    height: thick,
                    color,
                }],
                ..Strip::default()
            });
        }
        let number = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        let own = self.tags.add(tag, Tag::Hn(number, Some(text.clone())));
        let mut inline = Inline::default();
        self.inline_children(node, own, None, &mut inline, 0);
        self.tags.end_piece();
        let way = self.way(node);
        let lines = self.setter.lines(&inline, area.width, way);
        self.lines(lines, area, &look, true);
        self.space(below);
        self.headings.push(Heading { level, text, place });
    }

    fn paragraph(&mut self, node: NodeId, name: &str, look: &Look, area: Area, tag: TagId, depth: usize) {
        let is_tight = look.size < 8.0 || name == "summary";
        self.space(if is_tight { 2.0 } else { 4.0 });
        let own = match name {
            "figcaption" => self.tags.add(tag, Tag::Caption),
            _ => self.tags.add(tag, Tag::P),
        };
        let first = self.out.len();
        match look.border.is_some() || look.background.is_some() {
            true => self.framed(node, look, area, own, Within::Own, depth),
            false => self.children(node, area, own, Within::Own, depth),
        }
        if name == "summary" {
            self.out[first..].iter_mut().for_each(|strip| strip.keep = true);
        }
        self.space(if is_tight { 2.5 } else { 5.0 });
    }
}

/// What is drawn of a line that begins at `x`.
pub(super) fn letters(line: Line, x: f32) -> Vec<Item> {
    let y = line.ascent;
    line.runs
        .into_iter()
        .map(|run| Item::Letters { x: x + run.x, y, run })
        .collect()
}
