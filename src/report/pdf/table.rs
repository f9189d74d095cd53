//! Tables, and whatever else stands side by side: widths from what is in the columns, the head said again on each page.

use std::num::NonZeroU32;
use std::rc::Rc;

use krilla::tagging::{ListNumbering, TableHeaderScope, Tag, TagKind};

use super::flow::{Area, Flow, Within};
use super::html::NodeId;
use super::pages::{HEIGHT, Item, Strip};
use super::style::{Display, Look, Rgb};
use super::tags::TagId;

const LINE: Rgb = [0xbb; 3];
const HEAD_LINE: Rgb = [0x55; 3];
/// Around what is in a cell.
const PAD_SIDE: f32 = 5.0;
const PAD: f32 = 2.2;
/// Words that are longer are broken before a column is made wider for them.
const LONGEST_WORD: f32 = 64.0;
const LONGEST_KEPT: f32 = 120.0;
/// A row that is higher is cut into pieces of this height, so that pages are filled.
const HIGHEST_ROW: f32 = 0.38 * HEIGHT;
const CUT: f32 = 110.0;
const WIDEST_SPAN: usize = 1000;

struct Cell {
    node: Option<NodeId>,
    span: usize,
    look: Option<Look>,
}

struct Row {
    node: NodeId,
    cells: Vec<Cell>,
    group: Group,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Head,
    Body,
    Foot,
}

/// One column's content: where it begins, and its strips.
pub(super) struct Column {
    pub strips: Vec<Strip>,
}

impl Flow<'_> {
    pub(super) fn table(&mut self, node: NodeId, area: Area, tag: TagId, depth: usize) {
        let mut rows = Vec::new();
        let mut captions = Vec::new();
        self.rows(node, Group::Body, &mut rows, &mut captions);
        let columns = rows
            .iter()
            .map(|row| row.cells.iter().map(|cell| cell.span).sum::<usize>())
            .max()
            .unwrap_or(0);
        let table = self.tags.add(tag, Tag::Table);
        self.space(6.0);
        for caption in captions {
            let own = self.tags.add(table, Tag::Caption);
            let first = self.out.len();
            self.place(caption);
            self.children(caption, area, own, Within::Own, depth);
            self.out[first..].iter_mut().for_each(|strip| strip.keep = true);
            self.space(3.0);
        }
        if columns == 0 {
            return;
        }
        let widths = self.widths(&rows, columns, area.width);
        self.in_table += 1;
        let mut head: Vec<Strip> = Vec::new();
        let mut again: Option<Rc<Vec<Strip>>> = None;
        let mut groups: [Option<TagId>; 3] = [None; 3];
        for row in &rows {
            let at = row.group as usize;
            let group = match groups[at] {
                Some(group) => group,
                None => {
                    let kind: TagKind = match row.group {
                        Group::Head => Tag::THead.into(),
                        Group::Body => Tag::TBody.into(),
                        Group::Foot => Tag::TFoot.into(),
                    };
                    let group = self.tags.add(table, kind);
                    groups[at] = Some(group);
                    group
                }
            };
            let strips = self.row(row, &widths, columns, area, group, depth);
            if row.group == Group::Head {
                for mut strip in strips {
                    strip.keep = true;
                    strip.before += std::mem::take(&mut self.gap);
                    head.push(strip.clone());
                    self.emit(strip);
                }
                continue;
            }
            if again.is_none() && !head.is_empty() {
                let height: f32 = head.iter().map(|strip| strip.height).sum();
                let usable = height < HEIGHT / 3.0;
                again = Some(Rc::new(if usable {
                    std::mem::take(&mut head)
                } else {
                    Vec::new()
                }));
            }
            for mut strip in strips {
                strip.again = again.clone();
                self.emit(strip);
            }
        }
        if let Some(last) = self.out.last_mut() {
            last.keep = false;
        }
        self.in_table -= 1;
        self.space(9.0);
    }

    fn rows(&mut self, node: NodeId, group: Group, rows: &mut Vec<Row>, captions: &mut Vec<NodeId>) {
        for child in self.tree.children(node) {
            let child = *child;
            let Some(name) = self.tree.name(child).map(|name| name.to_string()) else {
                continue;
            };
            if self.look(child).display == Display::Hidden {
                continue;
            }
            match name.as_str() {
                "caption" => captions.push(child),
                "thead" => self.rows(child, Group::Head, rows, captions),
                "tfoot" => self.rows(child, Group::Foot, rows, captions),
                "tbody" => self.rows(child, Group::Body, rows, captions),
                "tr" => {
                    let cells = self.tree.children(child).to_vec();
                    let cells = cells
                        .into_iter()
                        .filter(|cell| self.tree.is(*cell, "td") || self.tree.is(*cell, "th"))
                        .filter(|cell| self.looks.of(self.tree, *cell).display != Display::Hidden)
                        .map(|cell| Cell {
                            node: Some(cell),
                            span: self
                                .tree
                                .attribute(cell, "colspan")
                                .and_then(|span| span.parse().ok())
                                .map_or(1, |span: usize| span.clamp(1, WIDEST_SPAN)),
                            look: None,
                        })
                        .collect();
                    rows.push(Row {
                        node: child,
                        cells,
                        group,
                    });
                }
                _ => {}
            }
        }
        if self.tree.is(node, "table") {
            self.fill_spans(rows);
        }
    }

    /// Cells over several rows: beneath them stand empty ones, so that every row has as many as the table has columns.
    fn fill_spans(&mut self, rows: &mut [Row]) {
        let mut open: Vec<(usize, usize, usize)> = Vec::new();
        for row in rows {
            let mut begun = Vec::new();
            let mut column = 0;
            let mut at = 0;
            while at <= row.cells.len() {
                if let Some((_, span, _)) = open.iter().find(|(from, _, left)| *from == column && *left > 0) {
                    let span = *span;
                    row.cells.insert(
                        at,
                        Cell {
                            node: None,
                            span,
                            look: None,
                        },
                    );
                    column += span;
                    at += 1;
                    continue;
                }
                let Some(cell) = row.cells.get(at) else { break };
                let below = cell
                    .node
                    .and_then(|node| self.tree.attribute(node, "rowspan"))
                    .and_then(|span| span.parse().ok())
                    .map_or(1, |span: usize| span.clamp(1, 10_000));
                if below > 1 {
                    begun.push((column, cell.span, below - 1));
                }
                column += cell.span;
                at += 1;
            }
            open.iter_mut().for_each(|(.., left)| *left -= 1);
            open.retain(|(.., left)| *left > 0);
            open.extend(begun);
            row.cells.iter_mut().for_each(|cell| {
                if let Some(node) = cell.node {
                    cell.look = Some(self.looks.of(self.tree, node));
                }
            });
        }
    }

    fn row(
        &mut self,
        row: &Row,
        widths: &[f32],
        columns: usize,
        area: Area,
        group: TagId,
        depth: usize,
    ) -> Vec<Strip> {
        self.place(row.node);
        let line = self.tags.add(group, Tag::TR);
        let ground = self.look(row.node).background;
        let mut made = Vec::new();
        let mut column = 0;
        let mut x = area.x;
        for cell in &row.cells {
            let until = (column + cell.span).min(columns);
            let width: f32 = widths[column.min(columns)..until].iter().sum();
            let inner = Area {
                x: x + if column == 0 { 0.0 } else { PAD_SIDE },
                width: (width - PAD_SIDE - if column == 0 { 0.0 } else { PAD_SIDE }).max(4.0),
            };
            let kind = self.cell_tag(row, cell);
            let tag = self.tags.add(line, kind);
            let strips = match cell.node {
                Some(node) => {
                    self.place(node);
                    self.apart(|flow| flow.children(node, inner, tag, Within::Own, depth + 1))
                }
                None => Vec::new(),
            };
            made.push(Column { strips });
            x += width;
            column = until;
        }
        for _ in column..columns {
            self.tags.add(line, Tag::TD);
        }
        let color = if row.group == Group::Head { HEAD_LINE } else { LINE };
        let end = area.x + widths.iter().sum::<f32>();
        let mut strips = beside(made, PAD);
        if let Some(ground) = ground {
            for strip in &mut strips {
                strip.items.insert(
                    0,
                    Item::Rect {
                        x: area.x,
                        y: 0.0,
                        width: end - area.x,
                        height: strip.height,
                        color: ground,
                    },
                );
            }
        }
        if let Some(last) = strips.last_mut() {
            last.items.push(Item::Rect {
                x: area.x,
                y: last.height - 0.4,
                width: end - area.x,
                height: if row.group == Group::Head { 0.8 } else { 0.4 },
                color,
            });
        }
        strips
    }

    fn cell_tag(&self, row: &Row, cell: &Cell) -> TagKind {
        let span = NonZeroU32::new(cell.span as u32).filter(|span| span.get() > 1);
        let node = cell.node.filter(|node| self.tree.is(*node, "th"));
        let Some(node) = node else {
            return Tag::TD.with_col_span(span).into();
        };
        let scope = match self.tree.attribute(node, "scope") {
            Some("row" | "rowgroup") => TableHeaderScope::Row,
            Some("col" | "colgroup") => TableHeaderScope::Column,
            _ if row.group == Group::Head => TableHeaderScope::Column,
            _ => TableHeaderScope::Row,
        };
        Tag::TH(scope).with_col_span(span).into()
    }

    /// Strips that are not put on the page yet.
    fn apart(&mut self, lay: impl FnOnce(&mut Self)) -> Vec<Strip> {
        let out = std::mem::take(&mut self.out);
        let gap = std::mem::take(&mut self.gap);
        lay(self);
        self.gap = gap;
        std::mem::replace(&mut self.out, out)
    }

    /// How wide columns are, together as wide as there is room.
    fn widths(&mut self, rows: &[Row], columns: usize, room: f32) -> Vec<f32> {
        let mut least = vec![0.0_f32; columns];
        let mut wanted = vec![0.0_f32; columns];
        let mut usual = vec![0.0_f32; columns];
        for row in rows {
            let mut column = 0;
            for cell in &row.cells {
                if let (Some(node), 1) = (cell.node, cell.span)
                    && column < columns
                {
                    let padding = if column == 0 { PAD_SIDE } else { 2.0 * PAD_SIDE };
                    let (word, whole) = self.measure(node);
                    least[column] = least[column].max(word + padding);
                    wanted[column] = wanted[column].max(whole + padding);
                    usual[column] += whole / rows.len() as f32;
                }
                column += cell.span;
            }
        }
        let (all_least, all_wanted): (f32, f32) = (least.iter().sum(), wanted.iter().sum());
        if all_wanted <= room {
            let more = (room - all_wanted) / all_wanted.max(1.0);
            return wanted.iter().map(|own| own * (1.0 + more)).collect();
        }
        if all_least >= room {
            let less = room / all_least;
            return least.iter().map(|own| own * less).collect();
        }
        // Room that is left goes by the root of what cells usually want: long texts get more, but do not starve the others.
        let mut widths = least.clone();
        let mut left = room - all_least;
        for _ in 0..8 {
            let shares: Vec<f32> = widths
                .iter()
                .zip(wanted.iter().zip(&usual))
                .map(|(own, (wanted, usual))| match own + 0.1 < *wanted {
                    true => usual.sqrt().max(1.0),
                    false => 0.0,
                })
                .collect();
            let all: f32 = shares.iter().sum();
            if left < 0.5 || all <= 0.0 {
                break;
            }
            let given = left;
            for (at, share) in shares.iter().enumerate() {
                let more = (given * share / all).min(wanted[at] - widths[at]).max(0.0);
                widths[at] += more;
                left -= more;
            }
        }
        widths
    }

    /// About how wide the longest word and the longest line in an element are.
    fn measure(&mut self, node: NodeId) -> (f32, f32) {
        let mut sizes = Sizes::default();
        self.measure_into(node, &mut sizes);
        sizes.end_line();
        (sizes.word, sizes.line)
    }

    fn measure_into(&mut self, node: NodeId, sizes: &mut Sizes) {
        for child in self.tree.children(node) {
            let child = *child;
            if let Some(text) = self.tree.text(child) {
                let look = self.looks.of(self.tree, node);
                let about = |text: &str| self.setter.fonts().about(text, look.size, look.bold, look.mono);
                for (at, word) in text
                    .split(|letter: char| letter.is_ascii_whitespace())
                    .enumerate()
                {
                    if at > 0 {
                        sizes.space(about(" "), look.nowrap);
                    }
                    sizes.word(about(word), look.nowrap);
                }
                continue;
            }
            match self.look(child).display {
                Display::Hidden => {}
                Display::Inline if self.tree.is(child, "br") => sizes.end_line(),
                Display::Inline => self.measure_into(child, sizes),
                Display::Block => {
                    sizes.end_line();
                    self.measure_into(child, sizes);
                    sizes.end_line();
                }
            }
        }
    }

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

#[derive(Default)]
struct Sizes {
    word: f32,
    line: f32,
    open_word: f32,
    open_line: f32,
    is_kept: bool,
}

impl Sizes {
    fn word(&mut self, width: f32, nowrap: bool) {
        self.open_word += width;
        self.open_line += width;
        self.is_kept |= nowrap;
    }

    fn space(&mut self, width: f32, nowrap: bool) {
        self.open_line += width;
        if nowrap {
            self.open_word += width;
        } else {
            self.end_word();
        }
    }

    fn end_word(&mut self) {
        let most = if self.is_kept { LONGEST_KEPT } else { LONGEST_WORD };
        self.word = self.word.max(self.open_word.min(most));
        (self.open_word, self.is_kept) = (0.0, false);
    }

    fn end_line(&mut self) {
        self.end_word();
        // A little more than measured: shaping may differ by a hair.
        self.line = self.line.max(self.open_line * 1.01 + 0.2);
        self.open_line = 0.0;
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
