//! A sample of a file: its beginning, and blocks spread over the rest.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::intake::encoding::{Encoding, Finder};

/// Bytes of the beginning.
const FIRST: u64 = 1 << 20;
/// Blocks of the rest.
const BLOCKS: u64 = 16;
/// Bytes of each.
const BLOCK: u64 = 64 << 10;

/// Pieces of a file that begin and end at line ends.
pub struct Sample {
    pub encoding: Encoding,
    /// The first begins behind the byte order mark.
    pub blocks: Vec<Vec<u8>>,
    /// The sample is the whole file.
    pub whole: bool,
}

/// Reads a sample.
pub fn take(path: &Path) -> io::Result<Sample> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut first = Vec::new();
    (&mut file).take(FIRST).read_to_end(&mut first)?;
    let mut blocks = vec![first];
    if size > FIRST {
        let stride = ((size - FIRST) / BLOCKS).max(BLOCK) & !1;
        let mut from = FIRST;
        while from < size && blocks.len() as u64 <= BLOCKS {
            file.seek(SeekFrom::Start(from))?;
            let mut block = Vec::new();
            (&mut file).take(BLOCK).read_to_end(&mut block)?;
            blocks.push(block);
            from += stride;
        }
    }
    let mut finder = Finder::new();
    for (at, block) in blocks.iter().enumerate() {
        let from = if at == 0 { 0 } else { next_line(block) };
        let to = block
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(block.len(), |end| end + 1);
        finder.feed(block.get(from..to.max(from)).unwrap_or_default());
    }
    let encoding = finder.finish();
    let unit = encoding.page.unit();
    for (at, block) in blocks.iter_mut().enumerate() {
        let cut = match at {
            0 => usize::from(encoding.mark),
            // In pages of two bytes the line feed may be either half.
            _ => next_line(block).next_multiple_of(unit).min(block.len()),
        };
        block.drain(..cut);
        if size > FIRST {
            let last = block
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(block.len(), |end| end + 1);
            block.truncate(last.next_multiple_of(unit));
        }
    }
    Ok(Sample {
        encoding,
        blocks,
        whole: size <= FIRST,
    })
}

fn next_line(block: &[u8]) -> usize {
    block
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1)
}
