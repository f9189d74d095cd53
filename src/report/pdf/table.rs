//! Tables, and whatever else stands side by side: widths from what is in the columns, the head said again on each page.

use std::num::NonZeroU32;
use std::rc::Rc;

use krilla::tagging::{TableHeaderScope, Tag, TagKind};

use super::columns::{Column, beside};
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
/// Letters of a wide table are not made smaller than this share; then words are broken.
const SMALLEST: f32 = 0.72;
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
        let scale = self.scale;
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
        self.scale = scale;
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
            // The outer edges of a table are those of the text around it.
            let left = if column == 0 { 0.0 } else { PAD_SIDE };
            let right = if until == columns { 0.0 } else { PAD_SIDE };
            let inner = Area {
                x: x + left,
                width: (width - left - right).max(4.0),
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
    pub(super) fn apart(&mut self, lay: impl FnOnce(&mut Self)) -> Vec<Strip> {
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
        if all_least > room && self.scale == 1.0 && self.in_table == 0 {
            let padding = PAD_SIDE * (2.0 * columns as f32 - 1.0);
            let share = (room - padding) / (all_least - padding).max(1.0);
            self.scale = (share * 0.98).clamp(SMALLEST, 1.0);
            return self.widths(rows, columns, room);
        }
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
                let about = |text: &str| {
                    self.setter
                        .fonts()
                        .about(text, look.size * self.scale, look.bold, look.mono)
                };
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
