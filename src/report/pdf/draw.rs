//! From pages that are laid out to the file: letters, lines and pictures, what stands at the edge of each page, links,
//! the outline, and what the file says of itself.

use std::collections::BTreeMap;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Quadrilateral, Rect, Size, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::PdfError;
use super::flow::Heading;
use super::fonts::Fonts;
use super::pages::{Item, Laid, MARGIN_BOTTOM, MARGIN_SIDE, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH, WIDTH};
use super::picture::Picture;
use super::style::Rgb;
use super::tags::{ARTIFACT, Tags};
use super::text::{Inline, Line, Run, Setter, Span, Way};
use super::words::Words;

/// What stands on each page and in the file's own description.
pub(super) struct About {
    pub title: String,
    pub language: String,
    /// The handling marking.
    pub marking: String,
    /// Which document it is, at the foot of each page.
    pub name: String,
}

/// Everything that is to be drawn.
pub(super) struct Drawing<'a> {
    pub fonts: &'a Fonts<'a>,
    pub about: &'a About,
    pub words: Words,
    pub headings: &'a [Heading],
    pub pictures: &'a [Picture],
    /// Whether letters of pictures are letters in the file too, and not lines.
    pub letters_in_pictures: bool,
    pub laid: Laid,
}

const EDGE_SIZE: f32 = 7.5;
const EDGE_COLOR: Rgb = [0x33; 3];
/// How far letters that are slanted lean.
const SLANT: f32 = 0.2;

impl Drawing<'_> {
    /// The bytes of the file.
    ///
    /// # Errors
    /// Where the file would not be what PDF/UA-1 asks for, or cannot be written.
    pub(super) fn write(self, mut tags: Tags, setter: &mut Setter<'_>) -> Result<Vec<u8>, PdfError> {
        let settings = SerializeSettings {
            configuration: configuration()?,
            ..SerializeSettings::default()
        };
        let mut document = Document::new_with(settings);
        let count = self.laid.pages.len();
        for (number, page) in self.laid.pages.iter().enumerate() {
            let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
                .ok_or(PdfError::Write("no page".to_owned()))?;
            let mut sheet = document.start_page_with(settings);
            let mut areas: BTreeMap<u32, Vec<Quadrilateral>> = BTreeMap::new();
            let mut surface = sheet.surface();
            let mut pen = Pen {
                surface: &mut surface,
                tags: &mut tags,
                open: None,
                page: number,
                drawing: &self,
                areas: &mut areas,
            };
            pen.edges(setter, count);
            for item in page.under.iter().chain(&page.items) {
                pen.item(item, setter);
            }
            pen.close();
            surface.finish();
            for (link, areas) in areas {
                let own = &tags.links()[link as usize];
                let Some((page, y)) = self.laid.places.get(&own.target) else {
                    continue;
                };
                let to = XyzDestination::new(*page, Point::from_xy(0.0, (y - 6.0).max(0.0)));
                let target = Target::Destination(to.into());
                let link_to = LinkAnnotation::new_with_quad_points(areas, target);
                let mark = sheet.add_tagged_annotation(Annotation::new_link(link_to, Some(own.text.clone())));
                tags.linked(link, mark);
            }
            sheet.finish();
        }
        document.set_outline(self.outline());
        document.set_metadata(
            Metadata::new()
                .title(self.about.title.clone())
                .language(self.about.language.clone())
                .creator(concat!("geldspoor ", env!("CARGO_PKG_VERSION")).to_owned()),
        );
        document.set_tag_tree(tags.finish(&self.about.language));
        document.finish().map_err(fault)
    }

    /// Headings beneath each other as the page has them.
    fn outline(&self) -> Outline {
        let mut outline = Outline::new();
        let mut open: Vec<(u16, OutlineNode)> = Vec::new();
        fn close(open: &mut Vec<(u16, OutlineNode)>, outline: &mut Outline, level: u16) {
            while open.last().is_some_and(|(own, _)| *own >= level) {
                if let Some((_, node)) = open.pop() {
                    match open.last_mut() {
                        Some((_, above)) => above.push_child(node),
                        None => outline.push_child(node),
                    }
                }
            }
        }
        for heading in self.headings {
            let Some((page, y)) = self.laid.places.get(&heading.place) else {
                continue;
            };
            close(&mut open, &mut outline, heading.level);
            let to = XyzDestination::new(*page, Point::from_xy(0.0, (y - 6.0).max(0.0)));
            let node = OutlineNode::new(heading.text.clone(), to).with_open(heading.level < 2);
            open.push((heading.level, node));
        }
        close(&mut open, &mut outline, 0);
        outline
    }
}

fn configuration() -> Result<Configuration, PdfError> {
    ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|fault| PdfError::Write(format!("{fault:?}")))
}

fn fault(error: KrillaError) -> PdfError {
    match error {
        KrillaError::Validation(faults) => PdfError::NotAccessible {
            count: faults.len(),
            first: faults
                .first()
                .map(|(fault, _)| format!("{fault:?}"))
                .unwrap_or_default(),
        },
        other => PdfError::Write(other.to_string()),
    }
}

/// Draws on one page, and knows what it is drawing a part of.
struct Pen<'a, 'p, 's> {
    surface: &'a mut Surface<'s>,
    tags: &'a mut Tags,
    open: Option<u32>,
    page: usize,
    drawing: &'a Drawing<'p>,
    areas: &'a mut BTreeMap<u32, Vec<Quadrilateral>>,
}

impl Pen<'_, '_, '_> {
    /// What follows is part of a piece of content, or of none.
    fn part_of(&mut self, piece: u32) {
        if self.open == Some(piece) {
            return;
        }
        self.close();
        let tag = match piece {
            ARTIFACT => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            _ => ContentTag::Span(SpanTag::empty()),
        };
        let mark = self.surface.start_tagged(tag);
        if piece != ARTIFACT {
            self.tags.drawn(piece, mark);
        }
        self.open = Some(piece);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.surface.end_tagged();
        }
    }

    fn item(&mut self, item: &Item, setter: &mut Setter<'_>) {
        match item {
            Item::Rect {
                x,
                y,
                width,
                height,
                color,
            } => {
                self.part_of(ARTIFACT);
                self.rect(*x, *y, *width, *height, *color);
            }
            Item::Letters { x, y, run } => {
                self.part_of(run.piece);
                self.letters(*x, *y, run);
            }
            Item::PageOf {
                target,
                right,
                y,
                size,
                piece,
                link,
            } => {
                if let Some((page, _)) = self.drawing.laid.places.get(target) {
                    let text = format!(" {}", page + 1);
                    let line = plain(setter, &text, *size, false, *piece, Some(*link));
                    for line in line {
                        for run in &line.runs {
                            self.part_of(*piece);
                            self.letters(right - line.width + run.x, *y, run);
                        }
                    }
                }
            }
            Item::Picture {
                x,
                y,
                width,
                height,
                picture,
                piece,
                tag,
            } => {
                let (Some(picture), Some(size)) = (
                    self.drawing.pictures.get(*picture),
                    Size::from_wh(*width, *height),
                ) else {
                    return;
                };
                let settings = SvgSettings {
                    embed_text: self.drawing.letters_in_pictures,
                    ..SvgSettings::default()
                };
                self.close();
                let mark = self.surface.start_tagged(ContentTag::Other);
                self.tags.drawn(*piece, mark);
                self.surface.push_transform(&Transform::from_translate(*x, *y));
                self.surface.draw_svg(&picture.tree, size, settings);
                self.surface.pop();
                self.surface.end_tagged();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                    self.tags.place_figure(*tag, self.page, rect);
                }
            }
        }
    }

    fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, color: Rgb) {
        let Some(rect) = Rect::from_xywh(x, y, width.max(0.01), height.max(0.01)) else {
            return;
        };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(color)));
            self.surface.draw_path(&path);
        }
    }

    fn letters(&mut self, x: f32, y: f32, run: &Run) {
        let y = y - run.rise;
        let glyphs: Vec<KrillaGlyph> = run
            .glyphs
            .iter()
            .map(|glyph| {
                let share = |points: f32| points / run.size;
                KrillaGlyph::new(
                    GlyphId::new(u32::from(glyph.id)),
                    share(glyph.advance),
                    share(glyph.dx),
                    share(glyph.dy),
                    0.0,
                    glyph.start as usize..glyph.end as usize,
                    None,
                )
            })
            .collect();
        self.surface.set_fill(Some(fill(run.color)));
        let font = self.drawing.fonts.font(run.font);
        if run.italic {
            let lean = Transform::from_row(1.0, 0.0, -SLANT, 1.0, SLANT * y, 0.0);
            self.surface.push_transform(&lean);
        }
        self.surface
            .draw_glyphs(Point::from_xy(x, y), &glyphs, font, &run.text, run.size, false);
        if run.italic {
            self.surface.pop();
        }
        if let Some(link) = run.link {
            let (top, low) = (y - run.size * 0.95, y + run.size * 0.28);
            let area = [(x, low), (x + run.width, low), (x + run.width, top), (x, top)];
            self.areas
                .entry(link)
                .or_default()
                .push(Quadrilateral(area.map(|(x, y)| Point::from_xy(x, y))));
        }
    }

    /// Above and beneath the content of a page.
    fn edges(&mut self, setter: &mut Setter<'_>, count: usize) {
        let about = self.drawing.about;
        let page = self.drawing.words.page_of(self.page + 1, count);
        let foot = PAGE_HEIGHT - MARGIN_BOTTOM + 22.0;
        let head = MARGIN_TOP - 22.0;
        let marking = plain(setter, &about.marking, EDGE_SIZE + 1.0, true, ARTIFACT, None);
        let number = plain(setter, &page, EDGE_SIZE, false, ARTIFACT, None);
        let name = plain(setter, &about.name, EDGE_SIZE, false, ARTIFACT, None);
        let number_width = number.first().map_or(0.0, |line| line.width);
        self.edge(ArtifactType::Header, marking.first(), 0.5, head);
        self.edge(ArtifactType::Footer, marking.first(), 0.5, foot + 12.0);
        self.edge(ArtifactType::Footer, number.first(), 1.0, foot);
        let room = WIDTH - number_width - 20.0;
        let fits = name.first().filter(|line| line.width <= room);
        self.edge(ArtifactType::Footer, fits, 0.0, foot);
        self.part_of(ARTIFACT);
        self.rect(MARGIN_SIDE, foot - 11.0, WIDTH, 0.4, [0xbb; 3]);
    }

    /// One line at the edge: at the left, the right, or between.
    fn edge(&mut self, kind: ArtifactType, line: Option<&Line>, share: f32, y: f32) {
        let Some(line) = line else { return };
        self.close();
        self.surface
            .start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        for run in &line.runs {
            self.letters(MARGIN_SIDE + (WIDTH - line.width) * share + run.x, y, run);
        }
        self.surface.end_tagged();
    }
}

fn fill(color: Rgb) -> Fill {
    Fill {
        paint: rgb::Color::new(color[0], color[1], color[2]).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

/// A line of text without a look of its own.
fn plain(
    setter: &mut Setter<'_>,
    text: &str,
    size: f32,
    bold: bool,
    piece: u32,
    link: Option<u32>,
) -> Vec<Line> {
    let span = Span {
        size,
        bold,
        italic: false,
        mono: false,
        color: EDGE_COLOR,
        nowrap: false,
        rise: 0.0,
        piece,
        link,
    };
    let mut inline = Inline::default();
    inline.push(text, link.is_some(), &span, setter);
    setter.lines(&inline, f32::MAX, Way::ToRight)
}
