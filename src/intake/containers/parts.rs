//! The parts of a workbook that is an archive, looked at before anything holds them in memory.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::super::run::io;
use super::Fault;
use super::bounds::{HELD, LISTS, PARTS, TAG, TEXT_RUN, WORKBOOK, bomb};

/// What is said where a workbook as a whole is not read.
pub(super) fn refused(reason: &str) -> Fault {
    Fault::Refused(format!(
        "this is a workbook, and it is not read: {reason}. Open it in a spreadsheet program, save it as XLSX or CSV, and \
         take that in with --made-from and this file"
    ))
}

/// Unpacks every part of XML once, counting: how much it is, how many tags, and how long the longest piece without one. What is said
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
        let held = (!streamed(&name)).then(|| most_held(&lower));
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
        let (mut unpacked, mut run, mut tags) = (0, 0, 0);
        let mut stated = Stated::default();
        loop {
            let count = part
                .read(&mut block)
                .map_err(|error| refused(&format!("its part ‘{name}’ is damaged ({error})")))?;
            if count == 0 {
                break;
            }
            let bytes = &block[..count];
            // It would stand before the first tag.
            if unpacked == 0 && memchr::memmem::find(bytes, b"<!DOCTYPE").is_some() {
                return Err(refused(&format!(
                    "its part ‘{name}’ has a document type definition (DOCTYPE), which no workbook has, because it can hide \
                     or multiply content"
                )));
            }
            unpacked += count as u64;
            total += count as u64;
            if held.is_some() {
                tags += memchr::memchr_iter(b'<', bytes).count() as u64;
                stated.look(bytes);
            }
            if let Some(fault) = too_much(unpacked, total, tags) {
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
        if stated.most > unpacked / 5 + 1 {
            return Err(refused(&format!(
                "its part ‘{name}’ says it holds {} texts, and its {unpacked} bytes have no room for them",
                stated.most
            )));
        }
        names.push(name);
    }
    Ok(names)
}

// How much of a part may be held; shared texts are many and small.
fn most_held(name: &str) -> u64 {
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_list = last == "styles.xml" || last == "workbook.xml" || last.ends_with(".rels");
    if is_list { LISTS } else { HELD }
}

/// The number of texts that a part says it holds (ECMA-376 part 1, 18.4.9, `uniqueCount`): the reader of workbooks makes
/// room for so many.
#[derive(Default)]
struct Stated {
    most: u64,
    /// The end of the block before.
    rest: Vec<u8>,
}

impl Stated {
    fn look(&mut self, bytes: &[u8]) {
        const NAME: &[u8] = b"uniqueCount";
        // Room for the name, signs between and twenty digits.
        const CARRIED: usize = 64;
        self.rest.extend_from_slice(bytes.get(..CARRIED).unwrap_or(bytes));
        for piece in [self.rest.as_slice(), bytes] {
            for at in memchr::memmem::find_iter(piece, NAME) {
                let digits: u64 = piece
                    .iter()
                    .skip(at + NAME.len())
                    .skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>')
                    .take(20)
                    .take_while(|byte| byte.is_ascii_digit())
                    .fold(0, |number: u64, byte| {
                        number.saturating_mul(10).saturating_add(u64::from(byte - b'0'))
                    });
                self.most = self.most.max(digits);
            }
        }
        let from = bytes.len().saturating_sub(CARRIED);
        self.rest.clear();
        self.rest.extend_from_slice(bytes.get(from..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::Stated;

    #[test]
    fn a_stated_number_is_found_across_blocks() {
        let text = b"<sst count=\"3\" uniqueCount = '123456789012'>".as_slice();
        for at in 0..text.len() {
            let mut stated = Stated::default();
            stated.look(&text[..at]);
            stated.look(&text[at..]);
            assert_eq!(stated.most, 123_456_789_012, "{at}");
        }
    }
}
