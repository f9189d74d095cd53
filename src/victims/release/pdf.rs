//! PDF: the texts of its objects and of its streams. Fonts with numbers of their own for letters are read by the tables that
//! they carry ([`pdf_text`]). A document whose letters cannot be told (no such table, encryption, filters that are not read
//! here) cannot be let go.

use super::Checker;
use super::containers::Within;
use super::pdf_text;

/// Gaps in a line of text from this on, in thousandths of a letter's height, are spaces.
const GAP: f64 = -150.0;

pub(super) fn look(checker: &mut Checker<'_>, bytes: &[u8], within: &mut Within) {
    let without = without_offsets(bytes);
    let bytes = without.as_slice();
    let told = match numbers_letters(bytes) {
        true => pdf_text::read(bytes, |data| {
            let mut reader = flate2::bufread::ZlibDecoder::new(data);
            checker.unpack(&mut reader, within)
        }),
        false => None,
    };
    let mut reasons: Vec<&str> = Vec::new();
    let mut between = Vec::new();
    let mut at = 0;
    let mut number = 0;
    while let Some(open) = stream_at(bytes, at) {
        between.extend_from_slice(&bytes[at..open]);
        let begin = match bytes.get(open + 6..open + 8) {
            Some(b"\r\n") => open + 8,
            _ => open + 7,
        };
        let Some(end) = find(bytes, b"endstream", begin) else {
            reasons.push("the document is cut off");
            at = bytes.len();
            break;
        };
        number += 1;
        let from = rfind(&bytes[at..open], b"obj").map_or(at, |found| at + found);
        let about = String::from_utf8_lossy(&bytes[from..open]).into_owned();
        let part = within.part(&format!("the document's stream {number}"));
        match told.as_ref().and_then(|told| told.texts.get(&begin)) {
            Some(text) => {
                checker.any_text(text, &part);
                // Packed, its bytes are noise; as they are, they may say more than is drawn.
                if !about.contains("/Filter") {
                    checker.strings(&bytes[begin..end], &part);
                }
            }
            None => reasons.extend(stream(checker, &about, &bytes[begin..end], &part)),
        }
        at = end + 9;
    }
    between.extend_from_slice(bytes.get(at..).unwrap_or_default());
    // Streams were looked through unpacked: packed bytes are noise, of which megabytes spell somebody's name by chance.
    checker.strings(&between, &within.part("the document outside of its streams"));
    reasons.extend(unreadable(&between));
    checker.any_text(
        &texts(&between),
        &within.part("the document's properties and notes"),
    );
    if told.is_some() {
        reasons.retain(|reason| *reason != OWN_NUMBERS);
    }
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons {
        match reason == PIXELS {
            true => {
                let is_allowed = checker.may_have_pictures();
                checker.note_unread(PIXELS, is_allowed, within);
            }
            false => checker.unread(reason, within),
        }
    }
}

/// The document with noughts in place of the list that says at which byte each part begins: ten digits each, tens of
/// thousands of them, of which one or the other is somebody's account number by chance. Only what is such a place counts
/// as one: nobody can be hidden there.
fn without_offsets(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 20;
    let mut plain = bytes.to_vec();
    let mut from = 0;
    while let Some(at) = find(bytes, b"xref\n", from) {
        from = at + 5;
        if bytes[..at].ends_with(b"start") {
            let digits = bytes[from..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let place = offset(&bytes[from..from + digits]);
            if place.is_some_and(|place| bytes.get(place..).is_some_and(|rest| rest.starts_with(b"xref"))) {
                plain[from..from + digits].fill(b'0');
            }
            continue;
        }
        // The line that says of how many parts the list is.
        let Some(head) = find(bytes, b"\n", from) else {
            break;
        };
        from = head + 1;
        while let Some(line) = bytes.get(from..from + LINE) {
            let is_line = line[10] == b' ' && matches!(&line[16..18], b" n" | b" f");
            let Some(place) = offset(&line[..10]).filter(|_| is_line) else {
                break;
            };
            let names_part = bytes.get(place..).is_some_and(|rest| {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                digits > 0 && rest[digits..].starts_with(b" 0 obj")
            });
            if names_part {
                plain[from..from + 10].fill(b'0');
            }
            from += LINE;
        }
    }
    plain
}

fn offset(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

const OWN_NUMBERS: &str = "a font has its own numbers for letters";

const PIXELS: &str = "the pixels of a picture may show anything";

/// One stream; gives what of it cannot be read.
fn stream(checker: &mut Checker<'_>, about: &str, data: &[u8], part: &Within) -> Vec<&'static str> {
    let has = |word: &str| about.contains(word);
    if ["/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"]
        .iter()
        .any(|filter| has(filter))
    {
        return vec![PIXELS];
    }
    let others = [
        "/LZWDecode",
        "/ASCII85Decode",
        "/ASCIIHexDecode",
        "/RunLengthDecode",
        "/Crypt",
        "/LZW",
        "/A85",
        "/AHx",
        "/RL",
    ];
    if others.iter().any(|filter| has(filter)) {
        return vec!["a stream has a filter that is not read here"];
    }
    let mut plain = data.to_vec();
    if has("/FlateDecode") || has("/Fl ") {
        let mut reader = flate2::bufread::ZlibDecoder::new(data);
        match checker.unpack(&mut reader, part) {
            Some(inflated) => plain = inflated,
            None => return Vec::new(),
        }
    }
    let is_image = has("/Image") && has("/Width");
    let is_font = has("/Length1") || has("/Type1C") || has("/CIDFontType0C") || has("/OpenType");
    if let Some(words) = font_words(&plain) {
        checker.strings(&words, part);
        return Vec::new();
    }
    if is_image || is_font || has("/XRef") {
        checker.strings(&plain, part);
        return if is_image { vec![PIXELS] } else { Vec::new() };
    }
    checker.any_text(&String::from_utf8_lossy(&plain), part);
    checker.any_text(&texts(&plain), part);
    unreadable(&plain)
}

/// What a font in the form of OpenType (ISO/IEC 14496-22) says in words; nothing where the bytes are none. Outlines of its
/// letters and their widths are left out: numbers, of which some spell somebody's name by chance.
fn font_words(bytes: &[u8]) -> Option<Vec<u8>> {
    const OUTLINES: [&[u8; 4]; 10] = [
        b"glyf", b"loca", b"hmtx", b"CFF ", b"cvt ", b"fpgm", b"prep", b"gvar", b"vmtx", b"hdmx",
    ];
    let begins = bytes.get(..4)?;
    if !matches!(begins, [0, 1, 0, 0] | b"true" | b"OTTO") {
        return None;
    }
    let count = u16::from_be_bytes(bytes.get(4..6)?.try_into().ok()?) as usize;
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize);
    let mut words = bytes.to_vec();
    for table in 0..count {
        let at = 12 + 16 * table;
        let tag: &[u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        let (from, length) = (number(at + 8)?, number(at + 12)?);
        let own = words.get_mut(from..from.checked_add(length)?)?;
        if OUTLINES.contains(&tag) {
            own.fill(0);
        }
    }
    Some(words)
}

/// Signs that letters stand for others, or are hidden.
fn unreadable(bytes: &[u8]) -> Vec<&'static str> {
    let has = |word: &[u8]| find(bytes, word, 0).is_some();
    let mut reasons = Vec::new();
    if has(b"/Encrypt") {
        reasons.push("the document is encrypted");
    }
    if numbers_letters(bytes) {
        reasons.push(OWN_NUMBERS);
    }
    if has(b"/EmbeddedFile") {
        reasons.push("a file is embedded");
    }
    reasons
}

/// Whether there are fonts in which numbers do not stand for the letters that they usually do.
fn numbers_letters(bytes: &[u8]) -> bool {
    [
        &b"/Type0"[..],
        b"/Identity-H",
        b"/Identity-V",
        b"/Type3",
        b"/Differences",
    ]
    .iter()
    .any(|word| find(bytes, word, 0).is_some())
}

/// Where the next stream begins: the word behind a dictionary, at the end of a line. Texts may have it too (`upstream`).
pub(super) fn stream_at(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let open = find(bytes, b"stream", at)?;
        let is_ended = matches!(bytes.get(open + 6), Some(b'\r' | b'\n'));
        if is_ended && bytes[from..open].trim_ascii_end().ends_with(b">>") {
            return Some(open);
        }
        at = open + 6;
    }
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, word).map(|at| from + at)
}

fn rfind(bytes: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, word)
}

/// The strings of objects or of a page, in order: pieces of one line joined, others apart.
fn texts(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut in_line = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'[' => in_line = true,
            b']' => {
                in_line = false;
                out.push(' ');
            }
            b'(' => {
                let (plain, end) = literal(bytes, at);
                say(&plain, &mut out, in_line);
                at = end;
                continue;
            }
            b'<' if bytes.get(at + 1) != Some(&b'<') => {
                let length = bytes[at + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
                    .count();
                if bytes.get(at + 1 + length) == Some(&b'>') {
                    say(&hexadecimal(&bytes[at + 1..=at + length]), &mut out, in_line);
                    at += length + 1;
                }
            }
            b'<' => at += 1,
            b'-' if in_line => {
                let number: String = bytes[at..]
                    .iter()
                    .take(12)
                    .map(|b| char::from(*b))
                    .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
                    .collect();
                if number.parse::<f64>().is_ok_and(|gap| gap <= GAP) {
                    out.push(' ');
                }
                at += number.len();
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    out
}

fn say(plain: &[u8], out: &mut String, in_line: bool) {
    out.push_str(&words(plain).replace(char::is_control, " "));
    if !in_line {
        out.push(' ');
    }
}

/// The letters of a string: UTF-16 or UTF-8 where it says so, else one a byte.
pub(super) fn words(plain: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(plain) {
        Some((encoding, _)) => encoding.decode_with_bom_removal(plain).0.into_owned(),
        None => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(plain)
            .0
            .into_owned(),
    }
}

pub(super) fn literal(bytes: &[u8], open: usize) -> (Vec<u8>, usize) {
    let mut plain = Vec::new();
    let mut depth = 0;
    let mut at = open;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'(' => {
                depth += 1;
                if depth > 1 {
                    plain.push(b'(');
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                plain.push(b')');
            }
            b'\\' => {
                let Some(next) = bytes.get(at) else { break };
                at += 1;
                match next {
                    b'n' => plain.push(b'\n'),
                    b'r' => plain.push(b'\r'),
                    b't' => plain.push(b'\t'),
                    b'b' => plain.push(8),
                    b'f' => plain.push(12),
                    b'\r' | b'\n' => {
                        if *next == b'\r' && bytes.get(at) == Some(&b'\n') {
                            at += 1;
                        }
                    }
                    b'0'..=b'7' => {
                        let digits = bytes[at - 1..]
                            .iter()
                            .take(3)
                            .take_while(|b| matches!(b, b'0'..=b'7'));
                        let (mut value, mut count) = (0_u32, 0);
                        for digit in digits {
                            value = value * 8 + u32::from(digit - b'0');
                            count += 1;
                        }
                        plain.push((value & 255) as u8);
                        at += count - 1;
                    }
                    other => plain.push(*other),
                }
            }
            other => plain.push(*other),
        }
    }
    (plain, at)
}

pub(super) fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let mut values: Vec<u8> = digits
        .iter()
        .filter_map(|b| char::from(*b).to_digit(16))
        .map(|value| value as u8)
        .collect();
    if values.len() % 2 == 1 {
        values.push(0);
    }
    values
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_parts_are_no_numbers_and_others_are() {
        let made =
            crate::report::pdf::pdf("<title>x</title><h1>x</h1><p>0003449978</p>", &[]).expect("a PDF");
        let plain = without_offsets(&made.bytes);
        let lines = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let entries = text
                .lines()
                .filter(|line| line.ends_with("00000 n ") || line.ends_with("00000 n"));
            entries.map(|line| line[..10].to_owned()).collect::<Vec<_>>()
        };
        assert!(
            lines(&made.bytes).len() > 10 && lines(&made.bytes).iter().all(|place| place != "0000000000")
        );
        assert!(lines(&plain).iter().all(|place| place == "0000000000"));
        assert_eq!(plain.len(), made.bytes.len());
        // A list whose numbers are no places is looked through.
        let false_list = b"%PDF-1.4\nxref\n0 1\n0003449978 00000 n \ntrailer".to_vec();
        assert_eq!(without_offsets(&false_list), false_list);
    }

    #[test]
    fn a_font_says_its_words_and_not_its_outlines() {
        let tables: [(&[u8; 4], &[u8]); 2] = [(b"glyf", b"Ivana Petrova"), (b"name", b"Noto Sans")];
        let mut font = vec![0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0];
        let mut from = 12 + 16 * tables.len();
        for (tag, data) in tables {
            font.extend_from_slice(tag);
            font.extend_from_slice(&[0; 4]);
            font.extend_from_slice(&(from as u32).to_be_bytes());
            font.extend_from_slice(&(data.len() as u32).to_be_bytes());
            from += data.len();
        }
        for (_, data) in tables {
            font.extend_from_slice(data);
        }
        let words = font_words(&font).expect("a font");
        assert_eq!(words.len(), font.len());
        assert!(find(&words, b"Noto Sans", 0).is_some() && find(&words, b"Petrova", 0).is_none());
        // What only begins as one is looked through whole.
        assert_eq!(font_words(b"\0\x01\0\0 Ivana Petrova"), None);
        font.truncate(30);
        assert_eq!(font_words(&font), None);
    }
}
