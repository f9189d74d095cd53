//! What a file is, by its content. Names lie: a bank's `.xls` may be HTML or text.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use zip::ZipArchive;

use super::super::IntakeError;
use super::super::shelf::head_of;
use super::bounds::ENTRIES;
use super::{foreign, ole};

/// What a file is.
pub(super) enum Kind {
    /// Read as it is, by one of the formats.
    Plain,
    Zip,
    Gzip,
    Xlsx,
    Ods,
    Xls,
    Parquet,
    /// None of ours: what it is, and what to do.
    Foreign(String),
}

/// Looks at a file.
pub(super) fn at(path: &Path) -> Result<Kind, IntakeError> {
    let head = head_of(path)?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(in_zip(path));
    }
    if head.starts_with(b"PAR1") && head.len() > 8 {
        return Ok(Kind::Parquet);
    }
    if head.starts_with(&[0x1F, 0x8B, 8]) {
        return Ok(Kind::Gzip);
    }
    if head.starts_with(ole::SIGNATURE) {
        return Ok(in_ole(path));
    }
    Ok(foreign::name_of(&head).map_or(Kind::Plain, Kind::Foreign))
}

// Office files are archives with parts of fixed names. What cannot be listed is for the archive reader to refuse.
fn in_zip(path: &Path) -> Kind {
    let Ok(file) = File::open(path) else {
        return Kind::Zip;
    };
    if has_more_entries(&file, ENTRIES).unwrap_or(false) {
        let what = format!("an archive with more than {ENTRIES} entries");
        return Kind::Foreign(foreign::sentence(&what, foreign::UNPACK));
    }
    let Ok(mut archive) = ZipArchive::new(BufReader::new(file)) else {
        return Kind::Zip;
    };
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        return Kind::Xlsx;
    }
    let is = |what: &str, next: &str| Kind::Foreign(foreign::sentence(what, next));
    if has("[Content_Types].xml") || has("xl/workbook.bin") {
        if has("xl/workbook.bin") {
            return is("a binary workbook (XLSB)", foreign::SAVE_AS);
        }
        if has("word/document.xml") {
            return is("a Word document", foreign::TYPE_TABLE);
        }
        if has("ppt/presentation.xml") {
            return is("a PowerPoint presentation", foreign::TYPE_TABLE);
        }
    }
    if has("Index/Document.iwa") {
        return is(
            "a document of Apple's Numbers, Pages or Keynote",
            foreign::SAVE_AS,
        );
    }
    let mut mimetype = String::new();
    if let Ok(member) = archive.by_name("mimetype") {
        let _ = member.take(200).read_to_string(&mut mimetype);
    }
    match mimetype.trim() {
        "application/vnd.oasis.opendocument.spreadsheet"
        | "application/vnd.oasis.opendocument.spreadsheet-template" => Kind::Ods,
        "application/epub+zip" => is("an electronic book (EPUB)", foreign::TYPE_TABLE),
        other if other.starts_with("application/vnd.oasis.opendocument.") => is(
            "an OpenDocument text, drawing or presentation",
            foreign::TYPE_TABLE,
        ),
        _ => Kind::Zip,
    }
}

// Whether a directory could have more entries. Each begins with a signature (APPNOTE 4.3.12) and has 46 bytes at least,
// so that most files are too short to ask; what the end of the archive says of their number is not believed.
fn has_more_entries(mut file: &File, most: u64) -> io::Result<bool> {
    const SIGNATURE: &[u8] = b"PK\x01\x02";
    let length = file.metadata()?.len();
    if length / 46 <= most {
        return Ok(false);
    }
    let finder = memchr::memmem::Finder::new(SIGNATURE);
    let (mut found, mut kept) = (0, 0);
    let mut block = vec![0; 1 << 20];
    let result = loop {
        let count = file.read(&mut block[kept..])?;
        if count == 0 {
            break false;
        }
        let filled = kept + count;
        found += finder.find_iter(&block[..filled]).count() as u64;
        if found > most {
            break true;
        }
        // A signature may lie across the border; a whole one is never counted twice.
        kept = filled.min(SIGNATURE.len() - 1);
        block.copy_within(filled - kept..filled, 0);
    };
    file.rewind()?;
    Ok(result)
}

fn in_ole(path: &Path) -> Kind {
    let is = |what: &str, next: &str| Kind::Foreign(foreign::sentence(what, next));
    match ole::streams(path) {
        Err(reason) => is(
            &format!("an old Office file that is damaged ({reason})"),
            foreign::SAVE_AS,
        ),
        Ok(names) => {
            let has = |name: &str| names.iter().any(|n| n == name);
            if has("EncryptedPackage") {
                is(
                    "an Office file locked with a password",
                    "Ask for the password, save the file without it, and take that in with --made-from",
                )
            } else if has("Workbook") || has("Book") {
                Kind::Xls
            } else if has("WordDocument") {
                is("a Word document", foreign::TYPE_TABLE)
            } else if has("PowerPoint Document") {
                is("a PowerPoint presentation", foreign::TYPE_TABLE)
            } else if has("__properties_version1.0") {
                is(
                    "an Outlook message",
                    "Save its attachments and take them in with --made-from",
                )
            } else {
                is("an OLE file of an unknown program", foreign::TYPE_TABLE)
            }
        }
    }
}
