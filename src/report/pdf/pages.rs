//! Strips of content, put beneath each other on pages. A strip is never cut. What must not be parted from what follows
//! (a heading, the head of a table, the first line of a paragraph) goes to the next page with it.

use std::collections::HashMap;
use std::rc::Rc;

use super::style::Rgb;
use super::tags::{ARTIFACT, TagId};
use super::text::Run;

/// A4 in points, and what is left free on it.
pub(super) const PAGE_WIDTH: f32 = 595.276;
pub(super) const PAGE_HEIGHT: f32 = 841.89;
pub(super) const MARGIN_SIDE: f32 = 45.0;
pub(super) const MARGIN_TOP: f32 = 56.0;
pub(super) const MARGIN_BOTTOM: f32 = 56.0;
/// Room for content.
pub(super) const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN_SIDE;
pub(super) const HEIGHT: f32 = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM;

/// Something to draw. Places are those within the strip, then those on the page, from its left and upper edge.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Letters; `y` is the line that they stand on.
    Letters { x: f32, y: f32, run: Run },
    /// The number of the page on which a place is, ending at `right`.
    PageOf {
        target: String,
        right: f32,
        y: f32,
        size: f32,
        piece: u32,
        link: u32,
    },
    Rect {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        color: Rgb,
    },
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        picture: usize,
        piece: u32,
        tag: TagId,
    },
}

/// Content of one height.
#[derive(Clone, Debug, Default)]
pub(super) struct Strip {
    /// Free space above it, but for the top of a page.
    pub before: f32,
    pub height: f32,
    /// It stays with the strip after it.
    pub keep: bool,
    pub items: Vec<Item>,
    /// Names of places that links lead to.
    pub places: Vec<String>,
    /// What is said again where a page begins with this strip: the head of its table.
    pub again: Option<Rc<Vec<Strip>>>,
    /// A picture that may be made smaller, to this share at least, where it then fits on the page.
    pub least: Option<f32>,
    pub edge: Option<Edge>,
}

/// A frame begins or ends.
#[derive(Clone, Debug)]
pub(super) enum Edge {
    Open(Frame),
    Close,
}

/// Lines or a ground around some strips.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub x: f32,
    pub width: f32,
    pub padding: f32,
    pub ground: Option<Rgb>,
    pub line: Option<Rgb>,
    pub bar: Option<(f32, Rgb)>,
}

/// What is on a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Drawn first.
    pub under: Vec<Item>,
    pub items: Vec<Item>,
}

#[derive(Debug)]
pub(super) struct Pages {
    pages: Vec<Page>,
    y: f32,
    is_fresh: bool,
    held: Vec<Strip>,
    frames: Vec<(Frame, f32, bool)>,
    places: HashMap<String, (usize, f32)>,
}

/// The pages, and where each place is: number of the page from nought, and points from its top.
pub(super) struct Laid {
    pub pages: Vec<Page>,
    pub places: HashMap<String, (usize, f32)>,
}

impl Item {
    /// Moved to the right and down.
    pub(super) fn shift(&mut self, right: f32, down: f32) {
        match self {
            Item::Letters { x, y, .. } | Item::Rect { x, y, .. } | Item::Picture { x, y, .. } => {
                *x += right;
                *y += down;
            }
            Item::PageOf { right: x, y, .. } => {
                *x += right;
                *y += down;
            }
        }
    }
}

impl Strip {
    fn shrink(&mut self, share: f32) {
        self.height *= share;
        for item in &mut self.items {
            if let Item::Picture { x, width, height, .. } = item {
                *x += *width * (1.0 - share) / 2.0;
                *width *= share;
                *height *= share;
            }
        }
    }

    /// A strip that says once more what another said, for the eye alone.
    fn again(&self) -> Strip {
        let mut again = self.clone();
        again.places.clear();
        for item in &mut again.items {
            if let Item::Letters { run, .. } = item {
                run.piece = ARTIFACT;
                run.link = None;
            }
        }
        again
    }
}

impl Pages {
    pub(super) fn new() -> Pages {
        Pages {
            pages: vec![Page::default()],
            y: MARGIN_TOP,
            is_fresh: true,
            held: Vec::new(),
            frames: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Puts strips beneath those before.
    pub(super) fn put(&mut self, strips: impl IntoIterator<Item = Strip>) {
        for strip in strips {
            let keep = strip.keep;
            self.held.push(strip);
            if !keep {
                self.settle();
            }
        }
    }

    pub(super) fn finish(mut self) -> Laid {
        self.settle();
        Laid {
            pages: self.pages,
            places: self.places,
        }
    }

    fn bottom(&self) -> f32 {
        PAGE_HEIGHT - MARGIN_BOTTOM
    }

    /// Places what was held back: together where a page has room for it.
    fn settle(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        let mut height: f32 = held.iter().map(|strip| strip.before + strip.height).sum();
        let over = self.y + height - self.bottom();
        if let Some(strip) = held.iter_mut().find(|strip| strip.least.is_some())
            && over > 0.0
        {
            let share = (strip.height - over - 0.1) / strip.height;
            if strip.least.is_some_and(|least| share >= least) {
                height -= strip.height;
                strip.shrink(share);
                height += strip.height;
            }
        }
        if self.y + height > self.bottom() + 0.01 && height <= HEIGHT && !self.is_fresh {
            self.turn(held.first().and_then(|strip| strip.again.clone()));
        }
        for strip in held {
            self.place(strip);
        }
    }

    fn place(&mut self, mut strip: Strip) {
        if !self.is_fresh && self.y + strip.before + strip.height > self.bottom() + 0.01 {
            self.turn(strip.again.clone());
        }
        if !self.is_fresh {
            self.y += strip.before;
        }
        let page = self.pages.len() - 1;
        for place in strip.places.drain(..) {
            self.places.entry(place).or_insert((page, self.y));
        }
        match strip.edge.take() {
            Some(Edge::Open(frame)) => {
                self.frames.push((frame, self.y, true));
                self.y += strip.height;
                return;
            }
            Some(Edge::Close) => {
                self.y += strip.height;
                if let Some((frame, from, is_first)) = self.frames.pop() {
                    self.draw(&frame, from, self.y, is_first, true);
                }
                return;
            }
            None => {}
        }
        let y = self.y;
        if let Some(own) = self.pages.last_mut() {
            own.items.extend(strip.items.into_iter().map(|mut item| {
                item.shift(0.0, y);
                item
            }));
        }
        self.y += strip.height;
        self.is_fresh = false;
    }

    /// Begins a page; frames go on on it.
    fn turn(&mut self, again: Option<Rc<Vec<Strip>>>) {
        let mut frames = std::mem::take(&mut self.frames);
        for (frame, from, is_first) in &mut frames {
            let to = self.y.min(self.bottom());
            if to > *from + 1.0 {
                self.draw(frame, *from, to, *is_first, false);
                *is_first = false;
            }
        }
        self.pages.push(Page::default());
        self.y = MARGIN_TOP;
        self.is_fresh = true;
        for (_, from, _) in &mut frames {
            *from = self.y;
        }
        if let Some((frame, ..)) = frames.last() {
            self.y += frame.padding.min(4.0);
        }
        self.frames = frames;
        if let Some(again) = again {
            for strip in again.iter() {
                self.place(Strip {
                    again: None,
                    ..strip.again()
                });
            }
        }
    }

    fn draw(&mut self, frame: &Frame, from: f32, to: f32, is_first: bool, is_last: bool) {
        let Some(page) = self.pages.last_mut() else { return };
        let mut rect = |x: f32, y: f32, width: f32, height: f32, color: Rgb| {
            page.under.push(Item::Rect {
                x,
                y,
                width,
                height,
                color,
            });
        };
        let (x, width, height) = (frame.x, frame.width, (to - from).max(0.0));
        if let Some(color) = frame.ground {
            rect(x, from, width, height, color);
        }
        if let Some(color) = frame.line {
            const THIN: f32 = 0.6;
            rect(x, from, THIN, height, color);
            rect(x + width - THIN, from, THIN, height, color);
            if is_first {
                rect(x, from, width, THIN, color);
            }
            if is_last {
                rect(x, to - THIN, width, THIN, color);
            }
        }
        if let Some((thick, color)) = frame.bar {
            rect(x, from, thick, height, color);
        }
    }
}
