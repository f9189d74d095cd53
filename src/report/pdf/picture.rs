//! Pictures that are drawn within the page: their lines and letters as they are, with the page's style for paper, and
//! their title and description as what is read out for them.

use std::sync::Arc;

use krilla::tagging::Tag;
use usvg::fontdb;

use super::flow::{Area, Flow};
use super::fonts::{Fonts, MONO_FAMILY, SANS_FAMILY, settable};
use super::html::{NodeId, Tree};
use super::pages::{HEIGHT, Item, Strip};
use super::tags::TagId;

/// A picture, ready to be drawn.
pub(super) struct Picture {
    pub tree: usvg::Tree,
}

/// Reads pictures with the same fonts as text.
pub(super) struct Painter {
    options: usvg::Options<'static>,
}

/// Room beneath a picture for what is said of it.
const CAPTION: f32 = 46.0;

impl Painter {
    pub(super) fn new(fonts: &Fonts<'_>) -> Painter {
        let mut known = fontdb::Database::new();
        for bytes in fonts.all_bytes() {
            known.load_font_source(fontdb::Source::Binary(Arc::new(bytes.to_vec())));
        }
        known.set_sans_serif_family(SANS_FAMILY);
        known.set_serif_family(SANS_FAMILY);
        known.set_monospace_family(MONO_FAMILY);
        Painter {
            options: usvg::Options {
                font_family: SANS_FAMILY.to_owned(),
                // Nothing outside of the page is read.
                image_href_resolver: usvg::ImageHrefResolver {
                    resolve_data: Box::new(|_, _, _| None),
                    resolve_string: Box::new(|_, _| None),
                },
                fontdb: Arc::new(known),
                ..usvg::Options::default()
            },
        }
    }
}

impl Flow<'_> {
    pub(super) fn picture(&mut self, node: NodeId, area: Area, tag: TagId) {
        let mut source = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        self.write_attributes(node, &mut source);
        source.push_str("><style>");
        escape(self.css, &mut source);
        source.push_str("</style>");
        for child in self.tree.children(node) {
            self.write(*child, &mut source);
        }
        source.push_str("</svg>");
        let told = match told(self.tree, node) {
            told if told.is_empty() => self.words.picture.to_owned(),
            told => told,
        };
        let figure = self.tags.add(tag, Tag::Figure(Some(told.clone())));
        let piece = self.tags.piece(figure);
        self.tags.end_piece();
        // A picture that cannot be read is told in words rather than not at all.
        let Ok(tree) = usvg::Tree::from_str(&source, &self.painter.options) else {
            let own = self.tags.add(tag, krilla::tagging::Tag::P);
            self.say(&told, node, area, own);
            return;
        };
        let size = tree.size();
        let scale = (area.width / size.width()).min((HEIGHT - CAPTION) / size.height());
        let (width, height) = (size.width() * scale, size.height() * scale);
        self.space(4.0);
        self.emit(Strip {
            height,
            // What is said of a picture stands beneath it.
            keep: self.has_caption(node),
            least: Some(0.75),
            items: vec![Item::Picture {
                x: area.x + (area.width - width) / 2.0,
                y: 0.0,
                width,
                height,
                picture: self.pictures.len(),
                piece,
                tag: figure,
            }],
            ..Strip::default()
        });
        self.space(4.0);
        self.pictures.push(Picture { tree });
    }

    fn has_caption(&self, node: NodeId) -> bool {
        let mut at = self.tree.parent(node);
        while let Some(above) = at {
            if self.tree.is(above, "figure") {
                return self.tree.find(above, "figcaption").is_some();
            }
            at = self.tree.parent(above);
        }
        false
    }

    fn write(&mut self, node: NodeId, out: &mut String) {
        if let Some(text) = self.tree.text(node) {
            let fonts = self.setter.fonts();
            escape(&settable(fonts, text, false, &mut self.setter.missing), out);
            return;
        }
        let Some(name) = self.tree.name(node).map(|name| name.to_string()) else {
            return;
        };
        if !self.tree.is_svg(node)
            || matches!(
                name.as_str(),
                "script" | "title" | "desc" | "foreignObject" | "image"
            )
        {
            return;
        }
        out.push('<');
        out.push_str(&name);
        self.write_attributes(node, out);
        out.push('>');
        for child in self.tree.children(node) {
            self.write(*child, out);
        }
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
    }

    fn write_attributes(&self, node: NodeId, out: &mut String) {
        for (name, value) in self.tree.attributes(node) {
            let is_plain = name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
            if !is_plain || name.starts_with("on") || name.starts_with("data-") || &**name == "xmlns" {
                continue;
            }
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
    }
}

/// What is read out for a picture: its title and its description.
fn told(tree: &Tree, node: NodeId) -> String {
    let own = |name: &str| {
        tree.children(node)
            .iter()
            .find(|child| tree.is(**child, name))
            .map(|child| tree.all_text(*child))
            .filter(|text| !text.is_empty())
    };
    let mut parts: Vec<String> = [own("title"), own("desc")].into_iter().flatten().collect();
    if parts.is_empty() {
        parts.extend(tree.attribute(node, "aria-label").map(str::to_owned));
    }
    if parts.is_empty() {
        parts.push(tree.all_text(node));
    }
    parts.join(". ").replace(".. ", ". ")
}

fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => {}
            letter => out.push(letter),
        }
    }
}
