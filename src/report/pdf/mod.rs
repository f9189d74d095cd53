//! The page as a PDF: the same content in the same order, tagged for readers that speak (PDF/UA-1), on A4. It is made from
//! the finished HTML, so nothing can stand in one and not in the other.
//!
//! `html` reads the page, `style` its style sheet; `flow` lays it out as strips, with `inline`, `lists`, `table`,
//! `columns` and `picture` for their elements and `text` and `lines` for paragraphs; `pages` puts strips on pages; `draw`
//! writes the file with the tree of `tags`.

mod columns;
mod draw;
mod flow;
mod fonts;
mod html;
mod inline;
mod lines;
mod lists;
mod pages;
mod picture;
mod style;
mod table;
mod tags;
mod text;
mod words;

use thiserror::Error;

use self::draw::{About, Drawing};
use self::flow::{Area, Flow, Within};
pub use self::fonts::FontFile;
use self::fonts::Fonts;
use self::html::Tree;
use self::pages::{MARGIN_SIDE, Pages, WIDTH};
use self::picture::Painter;
use self::style::{Looks, Sheet};
use self::words::Words;

/// A page that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Letters that no font has, in their order: they stand as `[U+…]`.
    pub missing: Vec<char>,
}

/// Why no PDF was made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PdfError {
    #[error(
        "{name} is no font that can be used here: give a TrueType or OpenType file (.ttf, .otf, .ttc), such as those of \
         the Noto family"
    )]
    NotAFont { name: String },
    #[error("{given} fonts were given and at most {most} can be used: give those that the case's names need")]
    TooManyFonts { given: usize, most: usize },
    #[error(
        "the PDF would not be accessible as PDF/UA-1 asks ({count} faults, the first: {first}); nothing was written. \
         Please report this; the HTML page can be made without --pdf"
    )]
    NotAccessible { count: usize, first: String },
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// Makes the PDF of a page. `fonts` are asked for letters that the tool's own fonts do not have. The same page and fonts
/// give the same bytes.
///
/// # Errors
/// Where a font cannot be used, or the file would not be accessible.
pub fn pdf(html: &str, fonts: &[FontFile]) -> Result<Pdf, PdfError> {
    let fonts = Fonts::new(fonts)?;
    let tree = Tree::parse(html);
    // Marks without a letter, in a picture, are drawn by the library in a way that its own check refuses: then letters of
    // pictures are drawn as lines. They stand in the HTML, which is looked through before it leaves.
    match make(&tree, &fonts, true) {
        Err(PdfError::NotAccessible { .. }) => make(&tree, &fonts, false),
        made => made,
    }
}

fn make(tree: &Tree, fonts: &Fonts<'_>, letters_in_pictures: bool) -> Result<Pdf, PdfError> {
    let sheet = Sheet::of(tree);
    let language = tree
        .find(tree.root(), "html")
        .and_then(|node| tree.attribute(node, "lang"))
        .filter(|language| !language.is_empty())
        .unwrap_or("en")
        .to_owned();
    let words = Words::of(&language);
    let about = about(tree, words, language);
    let looks = Looks::new(&sheet, tree);
    let painter = Painter::new(fonts);
    let mut flow = Flow::new(tree, looks, sheet.text(), fonts, &painter, words);
    let mut pages = Pages::new();
    let root = flow.tags.root();
    let area = Area {
        x: MARGIN_SIDE,
        width: WIDTH,
    };
    let top = tree.find(tree.root(), "body").unwrap_or(tree.root());
    flow.children(top, area, root, Within::Paragraphs, 0);
    pages.put(flow.out.drain(..));
    let laid = pages.finish();
    let count = laid.pages.len();
    let Flow {
        tags,
        mut setter,
        headings,
        pictures,
        ..
    } = flow;
    let drawing = Drawing {
        fonts,
        about: &about,
        words,
        headings: &headings,
        pictures: &pictures,
        letters_in_pictures,
        laid,
    };
    let bytes = drawing.write(tags, &mut setter)?;
    Ok(Pdf {
        bytes,
        pages: count,
        missing: setter.missing.into_iter().collect(),
    })
}

/// What the page says of itself: its title, its first heading, and the marking that stands on it.
fn about(tree: &Tree, words: Words, language: String) -> About {
    let of = |name: &str| {
        tree.find(tree.root(), name)
            .map(|node| tree.all_text(node))
            .filter(|text| !text.is_empty())
    };
    let marking = tree
        .walk(tree.root())
        .find(|node| tree.has_class(*node, "marking"))
        .map(|node| tree.all_text(node))
        .unwrap_or_default();
    let title = of("title").unwrap_or_else(|| words.report.to_owned());
    About {
        name: of("h1").unwrap_or_else(|| title.clone()),
        title,
        language,
        marking,
    }
}
