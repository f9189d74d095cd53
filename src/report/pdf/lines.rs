//! A shaped paragraph broken into lines, each laid from left to right in the order in which it is seen.

use unicode_bidi::{BidiInfo, Level};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_script::{Script, UnicodeScript};

use super::fonts::{FontId, Fonts};
use super::text::{Glyph, Line, Run, Span, Way, is_isolate};

/// Space between lines, as a share of the height of letters.
const LEADING: f32 = 1.36;

/// Letters of one font, look and direction, shaped.
pub(super) struct Stretch {
    pub start: usize,
    pub end: usize,
    pub span: usize,
    pub font: FontId,
    pub glyphs: Vec<Glyph>,
}

/// A paragraph that is shaped.
pub(super) struct Paragraph<'t> {
    pub text: &'t str,
    pub spans: &'t [(usize, Span)],
    pub bidi: Option<BidiInfo<'t>>,
    pub stretches: Vec<Stretch>,
    /// Width of what begins at a byte, in the order of reading.
    pub widths: Vec<(usize, f32)>,
}

/// The bytes of one line.
pub(super) struct Broken {
    start: usize,
    end: usize,
}

impl Paragraph<'_> {
    fn nowrap_at(&self, at: usize) -> bool {
        let of = |at: usize| self.spans.partition_point(|(start, _)| *start <= at).max(1) - 1;
        let (before, after) = (of(at - 1), of(at));
        before == after && self.spans[before].1.nowrap
    }

    /// Where lines end: at places where the rules of writing allow it, and within a word only where it is wider than a
    /// whole line.
    pub(super) fn broken(&self, width: f32) -> Vec<Broken> {
        let mut lines = Vec::new();
        let (mut line, mut piece) = (0, 0);
        let (mut used, mut next) = (0.0_f32, 0);
        for (end, _) in linebreaks(self.text).filter(|(end, kind)| {
            *kind == BreakOpportunity::Mandatory || *end == self.text.len() || !self.nowrap_at(*end)
        }) {
            let shown = piece + self.text[piece..end].trim_end_matches(' ').len();
            let first = next;
            let (mut all, mut letters) = (0.0, 0.0);
            while let Some((start, advance)) = self.widths.get(next).filter(|(start, _)| *start < end) {
                all += advance;
                if *start < shown {
                    letters += advance;
                }
                next += 1;
            }
            if used + letters > width + 0.01 && used > 0.0 {
                lines.push(Broken {
                    start: line,
                    end: piece,
                });
                (line, used) = (piece, 0.0);
            }
            if letters > width + 0.01 {
                let mut at = first;
                while at < next {
                    let (start, mut advance) = self.widths[at];
                    // Marks stay with their letter.
                    while self.widths.get(at + 1).is_some_and(|(own, _)| *own == start) && at + 1 < next {
                        at += 1;
                        advance += self.widths[at].1;
                    }
                    let may_break = start > line && self.is_cluster(start);
                    if used + advance > width + 0.01 && may_break && start < shown {
                        lines.push(Broken {
                            start: line,
                            end: start,
                        });
                        (line, used) = (start, 0.0);
                    }
                    used += advance;
                    at += 1;
                }
            } else {
                used += all;
            }
            piece = end;
        }
        if line < self.text.len() || lines.is_empty() {
            lines.push(Broken {
                start: line,
                end: self.text.len(),
            });
        }
        lines
    }

    /// Whether a cluster of letters begins here, so that a line may.
    fn is_cluster(&self, at: usize) -> bool {
        let is_mark = |letter: char| letter.script() == Script::Inherited || is_isolate(letter);
        !self.text[at..].chars().next().is_some_and(is_mark)
    }

    pub(super) fn line(&self, fonts: &Fonts<'_>, broken: &Broken, way: Way) -> Line {
        let range = broken.start..broken.end;
        let visual = match &self.bidi {
            Some(bidi) if !bidi.paragraphs.is_empty() => {
                bidi.visual_runs(&bidi.paragraphs[0], range.clone()).1
            }
            _ => vec![range.clone()],
        };
        let is_left = |at: usize| {
            let levels = self.bidi.as_ref().map(|bidi| &bidi.levels);
            levels
                .and_then(|levels| levels.get(at))
                .is_some_and(Level::is_rtl)
        };
        let mut runs: Vec<(usize, Run)> = Vec::new();
        let mut x = 0.0_f32;
        for part in visual {
            let within: Vec<&Stretch> = self
                .stretches
                .iter()
                .skip_while(|own| own.end <= part.start)
                .take_while(|own| own.start < part.end)
                .collect();
            let order: Box<dyn Iterator<Item = &&Stretch>> = match is_left(part.start) {
                true => Box::new(within.iter().rev()),
                false => Box::new(within.iter()),
            };
            for stretch in order {
                let (from, to) = (stretch.start.max(part.start), stretch.end.min(part.end));
                let glyphs: Box<[Glyph]> = stretch
                    .glyphs
                    .iter()
                    .filter(|glyph| (from..to).contains(&(glyph.start as usize)))
                    .map(|glyph| Glyph {
                        start: glyph.start - from as u32,
                        end: glyph.end.min(to as u32) - from as u32,
                        ..*glyph
                    })
                    .collect();
                let span = &self.spans[stretch.span].1;
                let width: f32 = glyphs.iter().map(|glyph| glyph.advance).sum();
                runs.push((
                    from,
                    Run {
                        font: stretch.font,
                        size: span.size,
                        color: span.color,
                        italic: span.italic,
                        rise: span.rise,
                        piece: span.piece,
                        link: span.link,
                        x,
                        width,
                        text: self.text[from..to].into(),
                        glyphs,
                    },
                ));
                x += width;
            }
        }
        let shown = self.text[range.clone()].trim_end_matches(' ').len() + broken.start;
        let spaces: f32 = self
            .widths
            .iter()
            .skip_while(|(start, _)| *start < shown)
            .take_while(|(start, _)| *start < broken.end)
            .map(|(_, advance)| advance)
            .sum();
        // In a line from right to left, spaces at the end stand on its left.
        let base_is_left = match way {
            Way::ToRight => false,
            Way::ToLeft => true,
            Way::ByText => self
                .bidi
                .as_ref()
                .is_some_and(|bidi| bidi.paragraphs.first().is_some_and(|own| own.level.is_rtl())),
        };
        if base_is_left {
            runs.iter_mut().for_each(|(_, run)| run.x -= spaces);
        }
        let largest = runs
            .iter()
            .map(|(_, run)| run.size)
            .fold(0.0_f32, f32::max)
            .max(if runs.is_empty() {
                self.spans[0].1.size
            } else {
                0.0
            });
        // In the order of reading, wherever each is seen.
        runs.sort_by_key(|(from, run)| (run.piece, *from));
        let runs = runs.into_iter().map(|(_, run)| run).collect();
        let height = largest * LEADING;
        let (ascent, descent) = (fonts.ascent(largest), fonts.descent(largest));
        Line {
            ascent: ascent + (height - ascent - descent) / 2.0,
            height,
            width: x - spaces,
            to_left: base_is_left,
            runs,
        }
    }
}
