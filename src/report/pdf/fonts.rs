//! Letters: the fonts that come with the tool, then those that a person gives. No font of the machine is looked for, so
//! that the same page gives the same bytes on every machine. A letter that no font has is written as its number.

use std::collections::BTreeSet;

use krilla::text::Font;
use rustybuzz::Face;

use super::PdfError;

/// Latin, Greek, Cyrillic and the common signs.
const SANS: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf");
const SANS_BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf");
/// Hashes, ids and queries.
const MONO: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSansMono.ttf");
/// Arabic, Hebrew, Armenian, Georgian and many signs.
const MORE: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans.ttf");

/// The names by which pictures ask for the fonts that come with the tool.
pub(super) const SANS_FAMILY: &str = "Noto Sans";
pub(super) const MONO_FAMILY: &str = "DejaVu Sans Mono";

/// A font that a person gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FontFile {
    /// As the person named it, for messages.
    pub name: String,
    /// TrueType or OpenType; of a collection the first font counts.
    pub bytes: Vec<u8>,
}

/// All fonts, those of the tool first.
pub(super) struct Fonts<'a> {
    faces: Vec<Sort<'a>>,
}

struct Sort<'a> {
    face: Face<'a>,
    font: Font,
    bytes: &'a [u8],
}

/// The number of a font here.
pub(super) type FontId = u8;

const REGULAR: FontId = 0;
const BOLD: FontId = 1;
const FIXED: FontId = 2;
const MORE_FONT: FontId = 3;
/// Most fonts a person can give.
const MOST: usize = 100;

impl<'a> Fonts<'a> {
    /// Reads fonts.
    ///
    /// # Errors
    /// Where a file is no font, or its maker forbids that it is embedded.
    pub(super) fn new(given: &'a [FontFile]) -> Result<Fonts<'a>, PdfError> {
        if given.len() > MOST {
            return Err(PdfError::TooManyFonts {
                given: given.len(),
                most: MOST,
            });
        }
        let own = [SANS, SANS_BOLD, MONO, MORE].map(|bytes| ("own font", bytes));
        let given = given
            .iter()
            .map(|file| (file.name.as_str(), file.bytes.as_slice()));
        let faces = own
            .into_iter()
            .chain(given)
            .map(|(name, bytes)| {
                let unread = || PdfError::NotAFont {
                    name: name.to_owned(),
                };
                let face = Face::from_slice(bytes, 0).ok_or_else(unread)?;
                let font = Font::new(bytes.to_vec().into(), 0).ok_or_else(unread)?;
                Ok(Sort { face, font, bytes })
            })
            .collect::<Result<Vec<_>, PdfError>>()?;
        Ok(Fonts { faces })
    }

    pub(super) fn face(&self, font: FontId) -> &Face<'a> {
        &self.faces[usize::from(font)].face
    }

    pub(super) fn font(&self, font: FontId) -> Font {
        self.faces[usize::from(font)].font.clone()
    }

    /// The bytes of all, for pictures. The one with letters of one width comes last: pictures take a whole text from the
    /// first font that has all of it.
    pub(super) fn all_bytes(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        let fixed = usize::from(FIXED);
        let others = self.faces.iter().enumerate().filter(move |(at, _)| *at != fixed);
        others
            .map(|(_, sort)| sort.bytes)
            .chain(self.faces.get(fixed).map(|sort| sort.bytes))
    }

    /// Points from one unit of a font's drawing, for letters of a size.
    pub(super) fn scale(&self, font: FontId, size: f32) -> f32 {
        size / self.face(font).units_per_em() as f32
    }

    /// The first font that has a letter: the one asked for, then the others.
    pub(super) fn with(&self, letter: char, bold: bool, mono: bool) -> Option<FontId> {
        let wanted = if mono {
            FIXED
        } else if bold {
            BOLD
        } else {
            REGULAR
        };
        let has = |font: FontId| self.face(font).glyph_index(letter).is_some();
        // Then what a person gave, and last what is of one width or only fills gaps.
        let given = MORE_FONT + 1..self.faces.len() as FontId;
        let order = [wanted, REGULAR]
            .into_iter()
            .chain(given)
            .chain([MORE_FONT, FIXED]);
        order.into_iter().find(|font| has(*font))
    }

    /// How far above and below its line a text of a size reaches, in points.
    pub(super) fn ascent(&self, size: f32) -> f32 {
        f32::from(self.face(REGULAR).ascender()) * self.scale(REGULAR, size)
    }

    pub(super) fn descent(&self, size: f32) -> f32 {
        -f32::from(self.face(REGULAR).descender()) * self.scale(REGULAR, size)
    }

    /// About how wide a text is, in points, without shaping it.
    pub(super) fn about(&self, text: &str, size: f32, bold: bool, mono: bool) -> f32 {
        let of = |letter: char| {
            let font = match (mono, bold) {
                (true, _) => FIXED,
                (_, true) => BOLD,
                _ => REGULAR,
            };
            let face = self.face(font);
            let width = face
                .glyph_index(letter)
                .and_then(|glyph| face.glyph_hor_advance(glyph));
            match width {
                Some(width) => f32::from(width) * self.scale(font, size),
                None => size,
            }
        };
        text.chars().map(of).sum()
    }
}

/// Text as it can be set: what no font has, and what would move other letters about or not be seen at all, stands as its
/// number in the list of all letters.
pub(super) fn settable(fonts: &Fonts<'_>, text: &str, mono: bool, missing: &mut BTreeSet<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' '..='~' | '\n' => out.push(letter),
            '\t' | '\r' => out.push(' '),
            letter if is_joining(letter) => out.push(letter),
            letter if moves_or_hides(letter) => out.push_str(&number(letter)),
            letter if fonts.with(letter, false, mono).is_some() => out.push(letter),
            letter => {
                missing.insert(letter);
                out.push_str(&number(letter));
            }
        }
    }
    out
}

fn number(letter: char) -> String {
    format!("[U+{:04X}]", u32::from(letter))
}

/// Letters without a shape of their own that shape their neighbours.
fn is_joining(letter: char) -> bool {
    matches!(
        letter,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{34f}'
    )
}

fn moves_or_hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_without_a_font_are_numbers_and_counted() {
        let fonts = Fonts::new(&[]).unwrap();
        let mut missing = BTreeSet::new();
        let text = settable(
            &fonts,
            "Łódź Ωμέγα Жук \u{5d0} \u{645} \u{4e2d}\u{202e}x\u{0}",
            false,
            &mut missing,
        );
        assert_eq!(text, "Łódź Ωμέγα Жук \u{5d0} \u{645} [U+4E2D][U+202E]x[U+0000]");
        assert_eq!(missing.into_iter().collect::<String>(), "\u{4e2d}");
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let given = [FontFile {
            name: "letter.txt".to_owned(),
            bytes: b"no font".to_vec(),
        }];
        let error = Fonts::new(&given).err().unwrap();
        assert!(matches!(error, PdfError::NotAFont { name } if name == "letter.txt"));
    }
}
