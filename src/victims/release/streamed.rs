//! Files that are larger than memory should hold, looked through portion by portion. Portions overlap, so that what lies
//! across an end is seen whole in the next one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::Checker;
use super::containers::Within;
use super::zip_gaps::gaps;
use super::{columns, views, workbook};

/// Bytes of a portion; a file that is no longer is looked through as a whole.
const PORTION: usize = 4 << 20;
/// Bytes that a portion begins before the end of the one before it: much more than any term with its neighbours.
const OVERLAP: usize = 32 << 10;
/// Bytes of a part that can only be looked through as a whole.
const WHOLE: u64 = 64 << 20;

impl Checker<'_> {
    /// Looks through a file and its name as [`Checker::file`] does, and holds no more than a portion of it. `path` is the
    /// path as it leaves. An error is one of reading.
    pub fn stream(&mut self, path: &str, mut from: File) -> io::Result<()> {
        self.stream_by(path, &mut from, PORTION)
    }

    fn stream_by(&mut self, path: &str, from: &mut File, portion: usize) -> io::Result<()> {
        let bytes = from.seek(SeekFrom::End(0))?;
        from.rewind()?;
        if bytes <= portion as u64 {
            let mut content = Vec::new();
            from.read_to_end(&mut content)?;
            self.file(path, &content);
            return Ok(());
        }
        self.outcome.files += 1;
        self.outcome.bytes += bytes;
        let within = Within::file(path, self.withhold(path));
        self.name(path, &within);
        let mut first = [0; 4];
        from.read_exact(&mut first)?;
        from.rewind()?;
        match &first {
            b"PK\x03\x04" => self.zip_stream(from, &within, portion),
            b"PAR1" => {
                columns::look_at(
                    self,
                    parquet::file::reader::SerializedFileReader::new(from.try_clone()?),
                    &within,
                );
                Ok(())
            }
            _ => self.text_stream(from, &within, portion, false),
        }
    }

    fn zip_stream(&mut self, from: &mut File, within: &Within, portion: usize) -> io::Result<()> {
        let length = from.seek(SeekFrom::End(0))?;
        let mut between = from.try_clone()?;
        let Ok(mut archive) = zip::ZipArchive::new(from) else {
            self.strings_stream(&mut between, 0..length, within, portion)?;
            self.unread("the archive is damaged", within);
            return Ok(());
        };
        for gap in gaps(&mut archive, length) {
            self.strings_stream(&mut between, gap, within, portion)?;
        }
        let comment = String::from_utf8_lossy(archive.comment()).into_owned();
        self.any_text(&comment, &within.part("the archive's comment"));
        for number in 0..archive.len() {
            let Ok(mut member) = archive.by_index(number) else {
                self.unread(&format!("member {} is encrypted or damaged", number + 1), within);
                continue;
            };
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            let mut inner = within.member(self.withhold(&name));
            self.name(&name, &inner);
            let comment = member.comment().to_owned();
            self.any_text(&comment, &inner.part("the member's comment"));
            if member.is_dir() {
                continue;
            }
            if name.ends_with("sharedStrings.xml") {
                self.unread(
                    "its cells name their texts by number, which is not looked through in so large a file",
                    &inner,
                );
                continue;
            }
            let mut first = Vec::new();
            member.by_ref().take(4).read_to_end(&mut first)?;
            let is_text = first
                .first()
                .is_some_and(|byte| matches!(byte, b'<' | b'{' | b'[' | 0xef | 32..=126))
                && !first.starts_with(b"PK")
                && !views::is_file(&first);
            let mut whole = first.as_slice().chain(&mut member);
            if is_text {
                let is_sheet = name.contains("worksheets/") && name.ends_with(".xml");
                self.text_stream(&mut whole, &inner, portion, is_sheet)?;
                continue;
            }
            let mut content = Vec::new();
            whole.take(WHOLE + 1).read_to_end(&mut content)?;
            if content.len() as u64 > WHOLE {
                self.unread("it is no text, and too large to be looked through", &inner);
            } else {
                self.bytes(&content, &mut inner);
            }
        }
        Ok(())
    }

    /// Text, portion by portion; of a sheet its rows too.
    fn text_stream(
        &mut self,
        from: &mut dyn Read,
        within: &Within,
        portion: usize,
        is_sheet: bool,
    ) -> io::Result<()> {
        let mut held: Vec<u8> = Vec::new();
        // What of the beginning of `held` was looked through already.
        let mut seen = 0;
        let mut place = within.clone();
        let mut is_json = None;
        let mut row = 1;
        loop {
            let wanted = seen + portion;
            let missing = wanted.saturating_sub(held.len()) as u64;
            let read = (&mut *from).take(missing).read_to_end(&mut held)?;
            self.unpacked += match within.is_member() {
                true => read as u64,
                false => 0,
            };
            if self.unpacked > self.settings.most_unpacked {
                self.unread("it unpacks to more than may be unpacked", within);
                return Ok(());
            }
            let is_last = (read as u64) < missing;
            let end = match is_last {
                true => held.len(),
                false => seam(&held, seen + 1, held.len(), is_sheet),
            };
            let text = match std::str::from_utf8(&held[..end]) {
                Ok(text) => text,
                Err(_) => {
                    self.strings(&held[..end], &place);
                    self.unread("it is no text that can be looked through in portions", within);
                    return Ok(());
                }
            };
            // Amounts with their days are a person's where quotes are looked for.
            let without = (is_sheet && self.quotes.is_none()).then(|| workbook::without_amounts(text));
            let text = without.as_deref().unwrap_or(text);
            match *is_json.get_or_insert_with(|| views::is_json(text)) {
                // A portion of a list begins anywhere: with the sign of a list it is read as one.
                true if !views::is_json(text) => self.any_text(&format!("[{text}"), &place),
                _ => self.any_text(text, &place),
            }
            if is_sheet {
                let rows = workbook::rows_of(&text[boundary(text, seen)..], &[]);
                let count = rows.matches('\n').count() as u64;
                self.any_text(&rows, &within.member("(its rows)".to_owned()).rows(row));
                row += count;
            }
            if is_last {
                return Ok(());
            }
            let keep = resume(&held[..end], end.saturating_sub(OVERLAP).max(1));
            place.moves_on(&held[..keep]);
            held.drain(..keep);
            seen = end - keep;
        }
    }

    fn strings_stream(
        &mut self,
        from: &mut File,
        range: Range<u64>,
        within: &Within,
        portion: usize,
    ) -> io::Result<()> {
        from.seek(SeekFrom::Start(range.start))?;
        let mut from = from.take(range.end - range.start);
        let mut held: Vec<u8> = Vec::new();
        let mut place = within.at_byte(range.start as usize);
        loop {
            let missing = (OVERLAP + portion).saturating_sub(held.len()) as u64;
            let read = from.by_ref().take(missing).read_to_end(&mut held)?;
            self.strings(&held, &place);
            if (read as u64) < missing {
                return Ok(());
            }
            let keep = held.len().saturating_sub(OVERLAP);
            place.moves_on(&held[..keep]);
            held.drain(..keep);
        }
    }
}

/// Where a portion ends best, between two places: behind a row, behind a line, behind a tag, else between two signs.
fn seam(bytes: &[u8], least: usize, most: usize, is_sheet: bool) -> usize {
    let within = &bytes[least.min(most)..most];
    const ROW: &[u8] = b"</row>";
    if is_sheet && let Some(at) = memchr::memmem::rfind(within, ROW) {
        return least.min(most) + at + ROW.len();
    }
    if let Some(at) = memchr::memrchr(b'\n', within).or_else(|| memchr::memrchr(b'>', within)) {
        return least.min(most) + at + 1;
    }
    let mut at = most;
    while at > 0 && at < bytes.len() && bytes[at] & 0xc0 == 0x80 {
        at -= 1;
    }
    // The end of what was read may lie within a sign.
    if at == bytes.len() {
        let tail = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
        return if bytes.len() - tail < 4 { tail } else { at };
    }
    at
}

/// Where the next portion begins: at or behind a place, where a line or a tag ends, else between two signs.
fn resume(bytes: &[u8], least: usize) -> usize {
    let least = least.min(bytes.len());
    let near = &bytes[least - 1..bytes.len().min(least + OVERLAP / 2).max(least)];
    if let Some(at) = memchr::memchr2(b'\n', b'>', near) {
        return least + at;
    }
    (least..bytes.len())
        .find(|at| bytes[*at] & 0xc0 != 0x80)
        .unwrap_or(bytes.len())
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::{Person, Protected, Settings, Term, Why};
    use super::*;

    fn protected() -> Protected {
        let person = Person {
            label: "Person A".to_owned(),
            why: Why::Victim,
            terms: vec![
                Term::Name("Ivana Petrova".to_owned()),
                Term::Account("NL91ABNA0417164300".to_owned()),
            ],
        };
        Protected::new(&[person], 8)
    }

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file
    }

    fn hits(bytes: &[u8], portion: usize) -> Vec<String> {
        let protected = protected();
        let settings = Settings::default();
        let mut checker = Checker::new(&protected, &settings);
        checker.stream_by("x", &mut file(bytes), portion).expect("read");
        checker.finish().messages()
    }

    #[test]
    fn portions_find_what_the_whole_has_wherever_it_stands() {
        let line = "{\"name\":\"K4T9-B2M7 transfers of nobody\",\"amount\":\"12.50\"}\n";
        let planted = "{\"given\":\"Ivana\",\"family\":\"Petr\\u006fva\"}\n";
        let lines = 4 * OVERLAP / line.len();
        for at in (0..lines).step_by(lines / 12) {
            let text = format!("{}{planted}{}", line.repeat(at), line.repeat(lines - at));
            let whole = hits(text.as_bytes(), text.len());
            assert_eq!(whole.len(), 1, "{whole:?}");
            for portion in [OVERLAP + 1, 2 * OVERLAP, 3 * OVERLAP] {
                assert_eq!(hits(text.as_bytes(), portion), whole, "{at} {portion}");
            }
        }
        // A text without lines: nothing but the planted number, across every kind of end.
        for before in (OVERLAP..OVERLAP + 24).chain(3 * OVERLAP..3 * OVERLAP + 6) {
            let text = format!(
                "{}NL91 ABNA 0417 1643 00{}",
                "é ".repeat(before / 3),
                " é".repeat(OVERLAP / 2)
            );
            assert!(!hits(text.as_bytes(), OVERLAP + 7).is_empty(), "{before}");
        }
    }

    #[test]
    fn a_large_workbook_is_looked_through_cell_by_cell() {
        let sheet = |planted: &str| {
            let mut rows = String::from("<?xml version=\"1.0\"?><worksheet><sheetData>");
            for at in 0..5_000 {
                let text = if at == 3_777 { planted } else { "nothing" };
                rows.push_str(&format!(
                    "<row r=\"{at}\"><c t=\"inlineStr\"><is><t>{text}</t></is></c><c><v>{at}</v></c></row>"
                ));
            }
            rows.push_str("</sheetData></worksheet>");
            let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
            let options =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file("xl/worksheets/sheet1.xml", options)
                .expect("a member");
            zip.write_all(rows.as_bytes()).expect("written");
            zip.finish().expect("an archive").into_inner()
        };
        assert_eq!(hits(&sheet("Ivan"), 40_000), Vec::<String>::new());
        let found = hits(&sheet("Petrova, Ivana"), 40_000);
        assert!(found.iter().any(|line| line.contains("row 3778")), "{found:?}");
    }

    #[test]
    fn what_is_no_text_does_not_leave() {
        let found = hits(&[0xff; 100_000], 40_000);
        assert!(found[0].contains("cannot be scanned"), "{found:?}");
    }
}
