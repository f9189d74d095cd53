//! The parts of a workbook that is an archive, looked at before anything holds them in memory.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::super::run::io;
use super::Fault;
use super::bounds::{HELD, PARTS, TEXT_RUN, WORKBOOK, bomb};

/// What is said where a workbook as a whole is not read.
pub(super) fn refused(reason: &str) -> Fault {
    Fault::Refused(format!(
        "this is a workbook, and it is not read: {reason}. Open it in a spreadsheet program, save it as XLSX or CSV, and \
         take that in with --made-from and this file"
    ))
}

/// Unpacks every part of XML once, counting: how much it is, and how long the longest piece without a tag. What is said
/// in the directory is looked at first, and not believed. Gives the names of the parts.
pub(super) fn check(path: &Path, streamed: &dyn Fn(&str) -> bool) -> Result<Vec<String>, Fault> {
    let file = File::open(path).map_err(|error| io(path, error))?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|error| refused(&format!("its archive is damaged ({error})")))?;
    if archive.len() > PARTS || archive.has_duplicate_names() {
        return Err(refused(&format!(
            "its archive has more than {PARTS} parts, or two of one name"
        )));
    }
    let mut names = Vec::new();
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
        let lower = name.to_ascii_lowercase();
        // Pictures, macros and printer settings are never unpacked.
        if !(lower.ends_with(".xml") || lower.ends_with(".rels")) {
            continue;
        }
        let too_much = |unpacked: u64, total: u64| {
            let held = !streamed(&name) && unpacked > HELD;
            bomb(packed, unpacked)
                .or_else(|| {
                    held.then(|| format!("it unpacks to more than {HELD} bytes that must be held in memory"))
                })
                .or_else(|| {
                    (total > WORKBOOK)
                        .then(|| format!("the workbook unpacks to more than {} GB", WORKBOOK >> 30))
                })
                .map(|reason| refused(&format!("its part ‘{name}’: {reason}")))
        };
        if let Some(fault) = too_much(said, total.saturating_add(said)) {
            return Err(fault);
        }
        let mut part = archive
            .by_index(at)
            .map_err(|error| refused(&format!("its part ‘{name}’ cannot be unpacked ({error})")))?;
        let mut block = vec![0; 256 << 10];
        let (mut unpacked, mut run) = (0, 0);
        loop {
            let count = part
                .read(&mut block)
                .map_err(|error| refused(&format!("its part ‘{name}’ is damaged ({error})")))?;
            if count == 0 {
                break;
            }
            let bytes = &block[..count];
            unpacked += count as u64;
            total += count as u64;
            if let Some(fault) = too_much(unpacked, total) {
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
        names.push(name);
    }
    Ok(names)
}
