//! What of an archive is no member's content: names, dates, lists, and whatever somebody put between. Contents are looked
//! through unpacked; packed bytes are noise, of which megabytes spell somebody's name by chance.

use std::io::{Read, Seek};
use std::ops::Range;

/// The ranges of bytes outside of all contents, in order; `length` is that of the file.
pub(super) fn gaps<R: Read + Seek>(archive: &mut zip::ZipArchive<R>, length: u64) -> Vec<Range<u64>> {
    let mut contents: Vec<Range<u64>> = Vec::new();
    for number in 0..archive.len() {
        // One that cannot be opened is told where contents are looked through; here its bytes stay in the gaps.
        if let Ok(member) = archive.by_index(number)
            && let Some(start) = member.data_start()
        {
            contents.push(start..start.saturating_add(member.compressed_size()).min(length));
        }
    }
    contents.sort_by_key(|range| (range.start, range.end));
    let mut gaps = Vec::new();
    let mut at = 0;
    for range in contents {
        if range.start > at {
            gaps.push(at..range.start);
        }
        at = at.max(range.end);
    }
    if at < length {
        gaps.push(at..length);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn everything_but_contents_is_left() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, text) in [("one.txt", "the first"), ("two.txt", "the second")] {
            zip.start_file(name, options).expect("a member");
            zip.write_all(text.as_bytes()).expect("written");
        }
        let mut bytes = zip.finish().expect("an archive").into_inner();
        bytes.extend_from_slice(b"behind it");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.as_slice())).expect("an archive");
        let left: Vec<u8> = gaps(&mut archive, bytes.len() as u64)
            .into_iter()
            .flat_map(|gap| bytes[gap.start as usize..gap.end as usize].to_vec())
            .collect();
        let text = String::from_utf8_lossy(&left);
        assert_eq!(text.matches("one.txt").count(), 2);
        assert!(text.ends_with("behind it"));
        assert!(!text.contains("the first") && !text.contains("the second"));
        assert_eq!(left.len() + "the first".len() + "the second".len(), bytes.len());
    }
}
