//! The page as PDF beside the page: made from its finished HTML, so that both say the same.

use std::path::{Path, PathBuf};

use super::StepError;
use super::release::Leaving;
use crate::case::{CaseError, Writer};
use crate::model::{hex, sha256};
use crate::report::pdf::{FontFile, PdfError, pdf};

/// Letters without a font that are told one by one.
const MOST_TOLD: usize = 8;
/// Bytes of the largest font that is read. The largest in common use, of Chinese, Japanese and Korean together, has some
/// twenty million.
const LARGEST_FONT: u64 = 64 << 20;

/// The page, and where it is asked for the same page as PDF. The fonts that were read stand in the ledger, because the
/// bytes of the PDF follow from them too.
pub(super) fn with_pdf(
    page: Leaving,
    fonts: Option<&[PathBuf]>,
    writer: &mut Writer<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Leaving>, StepError> {
    let Some(fonts) = fonts else {
        return Ok(vec![page]);
    };
    let fonts = fonts
        .iter()
        .map(|path| font(path))
        .collect::<Result<Vec<_>, _>>()?;
    for font in &fonts {
        writer.note_read(&format!("font {}", font.name), &hex(&sha256(&font.bytes)));
    }
    let made = pdf(&String::from_utf8_lossy(&page.bytes), &fonts)?;
    if !made.missing.is_empty() {
        notes.push(without_font(&made.missing));
    }
    let beside = Leaving {
        path: Path::new(&page.path)
            .with_extension("pdf")
            .to_string_lossy()
            .into_owned(),
        bytes: made.bytes,
    };
    Ok(vec![page, beside])
}

fn font(path: &Path) -> Result<FontFile, StepError> {
    let io = |error| CaseError::io(path, error);
    let length = std::fs::metadata(path).map_err(io)?.len();
    // The name of the file alone: where it lies says something of the machine, and messages and the ledger are read elsewhere.
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    if length > LARGEST_FONT {
        return Err(PdfError::NotAFont { name }.into());
    }
    Ok(FontFile {
        name,
        bytes: std::fs::read(path).map_err(io)?,
    })
}

fn without_font(missing: &[char]) -> String {
    let told: Vec<String> = missing
        .iter()
        .take(MOST_TOLD)
        .map(|letter| format!("U+{:04X}", u32::from(*letter)))
        .collect();
    let more = match missing.len().saturating_sub(MOST_TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (count, are) = match missing.len() {
        1 => ("1 letter is".to_owned(), "stands as its number"),
        count => (format!("{count} letters are"), "stand as their numbers"),
    };
    format!(
        "{count} in no font of the PDF and {are} there: {}{more}. Give a font that has them with --font FILE, such as one of \
         the Noto family, and run it again",
        told.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_letters_and_what_to_do() {
        let one = without_font(&['\u{4e2d}']);
        assert!(one.starts_with(
            "1 letter is in no font of the PDF and stands as its number there: U+4E2D. Give a font"
        ));
        let many: Vec<char> = ('\u{4e00}'..'\u{4e0a}').collect();
        assert!(without_font(&many).contains("U+4E07 and 2 more"));
    }
}
