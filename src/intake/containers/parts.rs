//! The parts of a workbook that is an archive, looked at before anything holds them in memory.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::super::run::io;
use super::Fault;
use super::bounds::{HELD, LISTS, PARTS, TAG, TEXT_RUN, WORKBOOK, bomb};
use super::relations::plain;
use super::tags::Tags;

/// What is said where a workbook as a whole is not read.
pub(super) fn refused(reason: &str) -> Fault {
    Fault::Refused(format!(
        "this is a workbook, and it is not read: {reason}. Open it in a spreadsheet program, save it as XLSX or CSV, and \
         take that in with --made-from and this file"
    ))
}

/// A part of XML that was looked at.
pub(super) struct Part {
    /// In small letters.
    pub name: String,
    /// It holds the rows of a sheet.
    pub is_sheet: bool,
    /// A place of a row or cell in it that no sheet has.
    pub place: Option<String>,
}

/// Unpacks every part of XML once, counting: how much it is, how many tags, and how long the longest piece without one.
/// What is said in the directory is looked at first, and not believed. `most` says how much of a part of this name, in
/// small letters, may be held in memory; nothing where it is only walked through.
pub(super) fn check(path: &Path, most: &dyn Fn(&str) -> Option<u64>) -> Result<Vec<Part>, Fault> {
    let file = File::open(path).map_err(|error| io(path, error))?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|error| refused(&format!("its archive is damaged ({error})")))?;
    if archive.len() > PARTS || archive.has_duplicate_names() {
        return Err(refused(&format!(
            "its archive has more than {PARTS} parts, or two of one name"
        )));
    }
    let mut parts = Vec::new();
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        let raw = archive
            .by_index_raw(at)
            .map_err(|error| refused(&format!("its archive is damaged ({error})")))?;
        let name = raw.name().map(|name| name.into_owned()).unwrap_or_default();
        if raw.encrypted() {
            return Err(refused("it is locked with a password"));
        }
        let (packed, said) = (raw.compressed_size(), raw.size());
        drop(raw);
        let lower = plain(&name);
        // Pictures, macros and printer settings are never unpacked.
        if !(lower.ends_with(".xml") || lower.ends_with(".rels")) {
            continue;
        }
        let held = most(&lower);
        let too_much = |unpacked: u64, total: u64, tags: u64| {
            bomb(packed, unpacked)
                .or_else(|| {
                    let most = held.filter(|most| unpacked.saturating_add(tags.saturating_mul(TAG)) > *most)?;
                    Some(format!(
                        "it unpacks to {unpacked} bytes with {tags} tags; at most {} MB are held in memory, a tag counted \
                         as {TAG} bytes",
                        most >> 20
                    ))
                })
                .or_else(|| {
                    (total > WORKBOOK)
                        .then(|| format!("the workbook unpacks to more than {} GB", WORKBOOK >> 30))
                })
                .map(|reason| refused(&format!("its part ‘{name}’: {reason}")))
        };
        if let Some(fault) = too_much(said, total.saturating_add(said), 0) {
            return Err(fault);
        }
        let mut part = archive
            .by_index(at)
            .map_err(|error| refused(&format!("its part ‘{name}’ cannot be unpacked ({error})")))?;
        let mut block = vec![0; 256 << 10];
        let (mut unpacked, mut run) = (0, 0);
        let mut tags = Tags::default();
        loop {
            let count = part
                .read(&mut block)
                .map_err(|error| refused(&format!("its part ‘{name}’ is damaged ({error})")))?;
            if count == 0 {
                break;
            }
            let bytes = &block[..count];
            tags.look(bytes);
            if tags.defines {
                return Err(refused(&format!(
                    "its part ‘{name}’ has a document type definition (DOCTYPE), which no workbook has, because it can hide \
                     or multiply content"
                )));
            }
            unpacked += count as u64;
            total += count as u64;
            if let Some(fault) = too_much(unpacked, total, tags.count) {
                return Err(fault);
            }
            match (memchr::memchr(b'<', bytes), memchr::memrchr(b'<', bytes)) {
                (Some(first), Some(last)) => {
                    run = if run + first > TEXT_RUN {
                        usize::MAX / 2
                    } else {
                        count - last
                    };
                }
                _ => run += count,
            }
            if run > TEXT_RUN {
                return Err(refused(&format!(
                    "its part ‘{name}’ holds a piece of more than {TEXT_RUN} bytes without a tag, which no cell has"
                )));
            }
        }
        // The shortest text is `<si/>`.
        if tags.texts > unpacked / 5 + 1 {
            return Err(refused(&format!(
                "its part ‘{name}’ says it holds {} texts, and its {unpacked} bytes have no room for them",
                tags.texts
            )));
        }
        parts.push(Part {
            name: lower,
            is_sheet: tags.is_sheet,
            place: tags.place,
        });
    }
    Ok(parts)
}

/// How much of a part may be held, its name in small letters; shared texts are many and small.
pub(super) fn held(name: &str) -> u64 {
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_list = last == "styles.xml" || last == "workbook.xml" || last.ends_with(".rels");
    if is_list { LISTS } else { HELD }
}
