//! One paragraph: its letters in the order of reading with how each looks, shaped.

use std::collections::{BTreeSet, HashMap};

use rustybuzz::{Direction, Script as Writing, ShapePlan, UnicodeBuffer, script};
use unicode_bidi::{BidiInfo, Level};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::{FontId, Fonts, settable};
use super::lines::{Paragraph, Stretch};
use super::style::Rgb;

/// How letters of one stretch look, and where they belong among the tags.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    pub mono: bool,
    pub color: Rgb,
    pub nowrap: bool,
    /// Above the line, in points.
    pub rise: f32,
    /// The piece of content that it is tagged as.
    pub piece: u32,
    pub link: Option<u32>,
}

/// Text of one paragraph while it is gathered.
#[derive(Debug, Default)]
pub(super) struct Inline {
    text: String,
    spans: Vec<(usize, Span)>,
}

/// The direction of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    #[default]
    ToRight,
    ToLeft,
    /// As its first letter with a direction says.
    ByText,
}

/// A letter's drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub id: u16,
    /// Widths and moves in points.
    pub advance: f32,
    pub dx: f32,
    pub dy: f32,
    /// The bytes of the run's text that it stands for.
    pub start: u32,
    pub end: u32,
}

/// Letters that are drawn together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub font: FontId,
    pub size: f32,
    pub color: Rgb,
    pub italic: bool,
    pub rise: f32,
    pub piece: u32,
    pub link: Option<u32>,
    /// From the left edge of the line.
    pub x: f32,
    pub width: f32,
    pub text: Box<str>,
    pub glyphs: Box<[Glyph]>,
}

/// One line as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub ascent: f32,
    pub height: f32,
    /// Without spaces at its end.
    pub width: f32,
    /// It begins at the right.
    pub to_left: bool,
    pub runs: Vec<Run>,
}

/// Shapes letters; keeps what it learnt of fonts, and which letters no font has.
pub(super) struct Setter<'a> {
    fonts: &'a Fonts<'a>,
    plans: HashMap<(FontId, bool, Writing), ShapePlan>,
    buffer: Option<UnicodeBuffer>,
    pub(super) missing: BTreeSet<char>,
}

/// Letters that keep a stretch apart from what is around it, for the order of reading.
const ISOLATE: char = '\u{2068}';
const ISOLATE_TO_LEFT: char = '\u{2067}';
const ISOLATE_TO_RIGHT: char = '\u{2066}';
const END_ISOLATE: char = '\u{2069}';

impl Inline {
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Adds letters; white space counts once unless it is kept as written.
    pub(super) fn push(&mut self, letters: &str, preserved: bool, span: &Span, setter: &mut Setter<'_>) {
        let letters = settable(setter.fonts, letters, span.mono, &mut setter.missing);
        self.mark(span);
        if preserved {
            self.text.push_str(&letters);
            return;
        }
        for letter in letters.chars() {
            match letter {
                ' ' | '\n' => {
                    if !self.ends_with_space() {
                        self.text.push(' ');
                    }
                }
                other => self.text.push(other),
            }
        }
    }

    /// The line ends here.
    pub(super) fn end_line(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        self.text.push('\n');
    }

    /// What follows up to [`Inline::close`] has a direction of its own.
    pub(super) fn open(&mut self, way: Way, span: &Span) {
        self.mark(span);
        self.text.push(match way {
            Way::ByText => ISOLATE,
            Way::ToLeft => ISOLATE_TO_LEFT,
            Way::ToRight => ISOLATE_TO_RIGHT,
        });
    }

    pub(super) fn close(&mut self) {
        self.text.push(END_ISOLATE);
    }

    fn mark(&mut self, span: &Span) {
        let at = self.text.len();
        match self.spans.last_mut() {
            Some((_, last)) if last == span => {}
            Some((start, last)) if *start == at => *last = span.clone(),
            _ => self.spans.push((at, span.clone())),
        }
    }

    fn ends_with_space(&self) -> bool {
        let shown = self.text.trim_end_matches(is_isolate);
        shown.is_empty() || shown.ends_with([' ', '\n'])
    }
}

pub(super) const fn is_isolate(letter: char) -> bool {
    matches!(letter, ISOLATE | ISOLATE_TO_LEFT | ISOLATE_TO_RIGHT | END_ISOLATE)
}

impl<'a> Setter<'a> {
    pub(super) fn new(fonts: &'a Fonts<'a>) -> Setter<'a> {
        Setter {
            fonts,
            plans: HashMap::new(),
            buffer: None,
            missing: BTreeSet::new(),
        }
    }

    pub(super) fn fonts(&self) -> &'a Fonts<'a> {
        self.fonts
    }

    /// Lines of a paragraph, none wider than `width` points unless one letter is.
    pub(super) fn lines(&mut self, inline: &Inline, width: f32, way: Way) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut at = 0;
        let text = inline.text.trim_end_matches([' ', '\n']);
        for part in text.split('\n') {
            let first = inline.spans.partition_point(|(start, _)| *start <= at);
            let until = inline
                .spans
                .partition_point(|(start, _)| *start < at + part.len());
            let spans: Vec<(usize, Span)> = inline.spans[first.saturating_sub(1)..until.max(first)]
                .iter()
                .map(|(start, span)| (start.saturating_sub(at), span.clone()))
                .collect();
            if !spans.is_empty() {
                let paragraph = self.shape(part, &spans, way);
                let broken = paragraph.broken(width);
                lines.extend(broken.iter().map(|line| paragraph.line(self.fonts, line, way)));
            }
            at += part.len() + 1;
        }
        lines
    }

    fn shape<'t>(&mut self, text: &'t str, spans: &'t [(usize, Span)], way: Way) -> Paragraph<'t> {
        let needs_order = way != Way::ToRight || text.chars().any(|letter| letter >= '\u{590}');
        let bidi = needs_order.then(|| {
            let level = match way {
                Way::ToRight => Some(Level::ltr()),
                Way::ToLeft => Some(Level::rtl()),
                Way::ByText => None,
            };
            BidiInfo::new(text, level)
        });
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut open: Option<(FontId, usize, Level, Script)> = None;
        let mut span = 0;
        for (start, cluster) in text.grapheme_indices(true) {
            while spans.get(span + 1).is_some_and(|(next, _)| *next <= start) {
                span += 1;
            }
            let look = &spans[span].1;
            let level = bidi.as_ref().map_or(Level::ltr(), |bidi| bidi.levels[start]);
            for (at, letters, font) in self.fonts_of(cluster, start, look) {
                let end = at + letters.len();
                let Some(font) = font else {
                    open = None;
                    continue;
                };
                let own = letters
                    .chars()
                    .map(|letter| letter.script())
                    .find(|script| !matches!(script, Script::Common | Script::Inherited))
                    .unwrap_or(Script::Common);
                let goes_on = open.is_some_and(|(was, from, lev, script)| {
                    was == font
                        && from == span
                        && lev == level
                        && (script == own || script == Script::Common || own == Script::Common)
                });
                match stretches.last_mut() {
                    Some(last) if goes_on && last.end == at => {
                        last.end = end;
                        if own != Script::Common {
                            open = Some((font, span, level, own));
                        }
                    }
                    _ => {
                        open = Some((font, span, level, own));
                        stretches.push(Stretch {
                            start: at,
                            end,
                            span,
                            font,
                            glyphs: Vec::new(),
                        });
                    }
                }
            }
        }
        let mut widths = Vec::with_capacity(text.len());
        for stretch in &mut stretches {
            let is_left = bidi
                .as_ref()
                .is_some_and(|bidi| bidi.levels[stretch.start].is_rtl());
            stretch.glyphs = self.glyphs(
                &text[stretch.start..stretch.end],
                stretch.start,
                stretch.font,
                spans[stretch.span].1.size,
                is_left,
            );
            let first = widths.len();
            for glyph in &stretch.glyphs {
                widths.push((glyph.start as usize, glyph.advance));
            }
            widths[first..].sort_by_key(|(start, _)| *start);
        }
        Paragraph {
            text,
            spans,
            bidi,
            stretches,
            widths,
        }
    }

    /// The font of a cluster: one that has all of it, or one for each letter.
    fn fonts_of<'t>(
        &self,
        cluster: &'t str,
        start: usize,
        look: &Span,
    ) -> Vec<(usize, &'t str, Option<FontId>)> {
        let mut letters = cluster.chars();
        let first = letters.next().unwrap_or(' ');
        if is_isolate(first) {
            return vec![(start, cluster, None)];
        }
        let font = self.fonts.with(first, look.bold, look.mono);
        if letters.next().is_none() {
            return vec![(start, cluster, font)];
        }
        let has_all = |font: FontId| {
            let face = self.fonts.face(font);
            cluster.chars().all(|letter| {
                face.glyph_index(letter).is_some()
                    || matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
            })
        };
        let more = cluster
            .chars()
            .filter_map(|letter| self.fonts.with(letter, look.bold, look.mono));
        match font.into_iter().chain(more).find(|font| has_all(*font)) {
            Some(font) => vec![(start, cluster, Some(font))],
            None => cluster
                .char_indices()
                .map(|(at, letter)| {
                    let font = self.fonts.with(letter, look.bold, look.mono);
                    (start + at, &cluster[at..at + letter.len_utf8()], font)
                })
                .collect(),
        }
    }

    /// Glyphs from left to right; their bytes are those of the paragraph.
    fn glyphs(&mut self, text: &str, start: usize, font: FontId, size: f32, to_left: bool) -> Vec<Glyph> {
        let face = self.fonts.face(font);
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let way = match to_left {
            true => Direction::RightToLeft,
            false => Direction::LeftToRight,
        };
        buffer.set_direction(way);
        let has_script = text.chars().any(|letter| {
            !matches!(
                letter.script(),
                Script::Common | Script::Inherited | Script::Unknown
            )
        });
        if !has_script {
            buffer.set_script(script::COMMON);
        }
        let own = buffer.script();
        let plan = self
            .plans
            .entry((font, to_left, own))
            .or_insert_with(|| ShapePlan::new(face, way, Some(own), None, &[]));
        let shaped = rustybuzz::shape_with_plan(face, plan, buffer);
        let scale = self.fonts.scale(font, size);
        let instead = ['\u{fffd}', '?']
            .iter()
            .find_map(|letter| face.glyph_index(*letter))
            .map_or(0, |glyph| glyph.0);
        let (infos, places) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut starts: Vec<u32> = infos.iter().map(|info| info.cluster).collect();
        starts.sort_unstable();
        starts.dedup();
        let glyphs = infos.iter().zip(places).map(|(info, place)| {
            let next = starts.partition_point(|own| *own <= info.cluster);
            let end = starts.get(next).map_or(text.len(), |end| *end as usize);
            Glyph {
                id: match info.glyph_id {
                    0 => instead,
                    id => u16::try_from(id).unwrap_or(instead),
                },
                advance: place.x_advance as f32 * scale,
                dx: place.x_offset as f32 * scale,
                dy: place.y_offset as f32 * scale,
                start: start as u32 + info.cluster,
                end: (start + end) as u32,
            }
        });
        let glyphs = glyphs.collect();
        self.buffer = Some(shaped.clear());
        glyphs
    }
}
