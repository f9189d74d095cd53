//! What the pages of a PDF say where fonts have numbers of their own for letters: such fonts carry a table that says which
//! letter a number stands for (`ToUnicode`, ISO 32000-1 9.10.3). Either every letter that is drawn can be told by it, or the
//! document counts as not read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Numbers of letters to letters.
type Letters = HashMap<u16, String>;

/// What was read.
pub(super) struct Told {
    /// Each stream that draws text, by the byte where its data begins, and its text in the order of reading.
    pub texts: BTreeMap<usize, String>,
}

/// A part of a document with its number.
struct Part<'a> {
    about: &'a [u8],
    /// Where its stream begins in the file, and the stream as it is stored.
    stream: Option<(usize, &'a [u8])>,
}

/// Text gaps that are spaces, in thousandths of a letter's height.
const GAP: f64 = -150.0;
/// One space in so many letters: fewer are no writing with spaces.
const SPACED: usize = 40;

/// Reads a document. `unpack` undoes a stream's compression. Nothing where a letter cannot be told.
pub(super) fn read(bytes: &[u8], mut unpack: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Option<Told> {
    let parts = parts(bytes)?;
    let mut plain = |part: &Part<'_>| -> Option<Vec<u8>> {
        let (_, data) = part.stream?;
        if !contains(part.about, b"/Filter") {
            return Some(data.to_vec());
        }
        let flate = contains(part.about, b"/FlateDecode") && !contains(part.about, b"/DecodeParms");
        flate.then(|| unpack(data)).flatten()
    };
    // Which stream is drawn with which resources.
    let mut drawn: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (number, part) in &parts {
        if contains(part.about, b"/ObjStm") {
            return None;
        }
        // Notes have contents too, which are words.
        if let Some(contents) = value(part.about, b"/Contents").filter(|own| !own.starts_with(b"(")) {
            for page in references(contents) {
                drawn.entry(page).or_default().insert(*number);
            }
        }
        if part.stream.is_some() && (is_form(part.about) || value(part.about, b"/PatternType").is_some()) {
            drawn.entry(*number).or_default().insert(*number);
        }
    }
    let mut tables: HashMap<u32, Option<Letters>> = HashMap::new();
    let mut texts = BTreeMap::new();
    for (number, owners) in &drawn {
        let part = parts.get(number)?;
        let content = plain(part)?;
        let mut text = String::new();
        for owner in owners {
            let mut fonts: HashMap<Vec<u8>, u32> = HashMap::new();
            let resources = resolve(&parts, value(parts.get(owner)?.about, b"/Resources")?)?;
            if let Some(own) = value(resources, b"/Font") {
                for (name, font) in named_references(resolve(&parts, own)?) {
                    fonts.insert(name, font);
                }
            }
            for font in fonts.values() {
                if !tables.contains_key(font) {
                    let table = match value(parts.get(font)?.about, b"/Subtype") {
                        Some(kind) if kind.starts_with(b"/Type0") => {
                            if !contains(parts.get(font)?.about, b"/Identity-H") {
                                return None;
                            }
                            let table = references(value(parts.get(font)?.about, b"/ToUnicode")?);
                            Some(letters(&plain(parts.get(table.first()?)?)?))
                        }
                        Some(kind) if kind.starts_with(b"/Type3") => return None,
                        _ => None,
                    };
                    tables.insert(*font, table);
                }
            }
            let mut reader = Reader {
                fonts: &fonts,
                tables: &tables,
                out: Out::default(),
            };
            reader.read(&content)?;
            text.push_str(&reader.out.finish());
        }
        texts.insert(part.stream?.0, text);
    }
    // A font that no page names may be used by what was not understood here.
    let is_known = |(number, part): (&u32, &Part<'_>)| {
        // A list of letters that a font only points to is read by nobody here.
        !contains(part.about, b"/Differences")
            && (tables.contains_key(number)
                || !(contains(part.about, b"/Type0") || contains(part.about, b"/Type3")))
    };
    parts.iter().all(is_known).then_some(Told { texts })
}

fn is_form(about: &[u8]) -> bool {
    value(about, b"/Subtype").is_some_and(|kind| kind.starts_with(b"/Form"))
}

/// All numbered parts; nothing where one number stands twice, because then it is not plain which one is shown.
fn parts(bytes: &[u8]) -> Option<BTreeMap<u32, Part<'_>>> {
    let mut parts = BTreeMap::new();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b" obj") {
        let head = at + found;
        let body = head + 4;
        let number = number_before(&bytes[..head]);
        let end = memchr::memmem::find(&bytes[body..], b"endobj").map(|end| body + end)?;
        let stream = super::pdf::stream_at(&bytes[..end], body);
        let (about, stream, next) = match stream {
            None => (&bytes[body..end], None, end + 6),
            Some(open) => {
                let begin = match bytes.get(open + 6..open + 8) {
                    Some(b"\r\n") => open + 8,
                    _ => open + 7,
                };
                let close = begin + memchr::memmem::find(bytes.get(begin..)?, b"endstream")?;
                (&bytes[body..open], Some((begin, &bytes[begin..close])), close + 9)
            }
        };
        if let Some(number) = number
            && parts.insert(number, Part { about, stream }).is_some()
        {
            return None;
        }
        at = next;
    }
    Some(parts)
}

/// The number of a part whose head ends here: `12 0` of `12 0 obj`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let line = &bytes[bytes.len().saturating_sub(20)..];
    let text: String = line
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b' ')
        .map(|byte| char::from(*byte))
        .collect();
    let text: String = text.chars().rev().collect();
    text.split_whitespace().next()?.parse().ok()
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(bytes, word).is_some()
}

/// What follows a name in a dictionary, up to where it ends.
fn value<'a>(about: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(&about[from..], name)? + name.len();
        from = at;
        let rest = &about[at..];
        if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let rest = &rest[start..];
        let mut depth = 0_i32;
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'<' | b'[' => depth += 1,
                b'>' | b']' => depth -= 1,
                b'/' if depth == 0 && at > 0 => return Some(&rest[..at]),
                _ => {}
            }
            if depth < 0 {
                return Some(&rest[..at]);
            }
            if depth == 0 && matches!(byte, b'>' | b']') {
                return Some(&rest[..=at]);
            }
        }
        return Some(rest);
    }
}

/// `5 0 R` of a value.
fn references(value: &[u8]) -> Vec<u32> {
    let text = String::from_utf8_lossy(value);
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '[' | ']' | '<' | '>'))
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(3)
        .filter(|three| three[2] == "R")
        .filter_map(|three| three[0].parse().ok())
        .collect()
}

/// `/f0 5 0 R` of a dictionary.
fn named_references(value: &[u8]) -> Vec<(Vec<u8>, u32)> {
    let mut named = Vec::new();
    for part in value.split(|byte| *byte == b'/').skip(1) {
        let end = part
            .iter()
            .position(|byte| byte.is_ascii_whitespace())
            .unwrap_or(part.len());
        if let Some(number) = references(&part[end..]).first() {
            named.push((part[..end].to_vec(), *number));
        }
    }
    named
}

/// A dictionary that stands here, or elsewhere.
fn resolve<'a>(parts: &BTreeMap<u32, Part<'a>>, value: &'a [u8]) -> Option<&'a [u8]> {
    match value.starts_with(b"<<") {
        true => Some(value),
        false => Some(parts.get(references(value).first()?)?.about),
    }
}

/// The table of a font: single numbers and ranges of them.
fn letters(table: &[u8]) -> Letters {
    let mut letters = Letters::new();
    let text = String::from_utf8_lossy(table);
    let mut words: Vec<String> = Vec::new();
    let mut is_range = false;
    for word in text
        .replace('<', " <")
        .replace('[', " [ ")
        .replace(']', " ] ")
        .split_whitespace()
    {
        match word {
            "beginbfchar" => (words, is_range) = (Vec::new(), false),
            "beginbfrange" => (words, is_range) = (Vec::new(), true),
            "endbfchar" | "endbfrange" => {
                match is_range {
                    true => ranges(&words, &mut letters),
                    false => {
                        for pair in words.chunks_exact(2) {
                            if let Some(code) = code(&pair[0]) {
                                letters.insert(code, unicode(&pair[1]));
                            }
                        }
                    }
                }
                words = Vec::new();
            }
            other => words.push(other.to_owned()),
        }
    }
    letters
}

fn ranges(words: &[String], letters: &mut Letters) {
    let mut at = 0;
    while at + 2 < words.len() {
        let (Some(first), Some(last)) = (code(&words[at]), code(&words[at + 1])) else {
            return;
        };
        if words[at + 2] == "[" {
            at += 3;
            for number in first..=last {
                let Some(word) = words.get(at).filter(|word| *word != "]") else {
                    break;
                };
                letters.insert(number, unicode(word));
                at += 1;
            }
            at += 1;
            continue;
        }
        let start = unicode(&words[at + 2]);
        for (more, number) in (first..=last).enumerate() {
            let mut own: Vec<char> = start.chars().collect();
            if let Some(end) = own.last_mut() {
                *end = char::from_u32(u32::from(*end) + more as u32).unwrap_or('\u{fffd}');
            }
            letters.insert(number, own.into_iter().collect());
        }
        at += 3;
    }
}

fn code(word: &str) -> Option<u16> {
    u16::from_str_radix(word.strip_prefix('<')?.strip_suffix('>')?, 16).ok()
}

fn unicode(word: &str) -> String {
    let digits = word.trim_start_matches('<').trim_end_matches('>');
    let units: Vec<u16> = super::pdf::hexadecimal(digits.as_bytes())
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

/// Text while it is read.
#[derive(Default)]
struct Out {
    text: String,
    /// The same with a space behind each piece, for documents that draw no spaces.
    spaced: String,
    /// What is drawn where other words are given for it.
    beneath: String,
}

impl Out {
    fn finish(self) -> String {
        let letters = self.text.chars().count();
        let spaces = self.text.chars().filter(|letter| *letter == ' ').count();
        let mut text = self.text;
        if spaces * SPACED < letters {
            text.push('\n');
            text.push_str(&self.spaced);
        }
        if !self.beneath.trim().is_empty() {
            text.push('\n');
            text.push_str(&self.beneath);
        }
        letters_for_numbers(&text)
    }
}

/// The page's PDF writes letters that it cannot draw as `[U+200B]`: a name with one in it is that name all the same.
fn letters_for_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[U+") {
        out.push_str(&rest[..at]);
        let digits = rest[at + 3..].find(']').map(|end| &rest[at + 3..at + 3 + end]);
        let letter = digits
            .filter(|digits| (4..=6).contains(&digits.len()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        match (letter, digits) {
            (Some(letter), Some(digits)) => {
                out.push(letter);
                rest = &rest[at + 4 + digits.len()..];
            }
            _ => {
                out.push_str("[U+");
                rest = &rest[at + 3..];
            }
        }
    }
    out.push_str(rest);
    out
}

struct Reader<'a> {
    fonts: &'a HashMap<Vec<u8>, u32>,
    tables: &'a HashMap<u32, Option<Letters>>,
    out: Out,
}

impl Reader<'_> {
    /// Goes through what draws a page. Pieces within one piece of marked content are one text: a word that is broken over two
    /// lines is one word.
    fn read(&mut self, content: &[u8]) -> Option<()> {
        let mut font: Option<u32> = None;
        let mut marked: Vec<bool> = Vec::new();
        let mut last_name: Vec<u8> = Vec::new();
        let mut instead: Option<String> = None;
        let (mut in_line, mut at) = (false, 0);
        while at < content.len() {
            let rest = &content[at..];
            match rest[0] {
                b'/' => {
                    let end = 1 + word_end(&rest[1..]);
                    let name = rest[1..end].to_vec();
                    if name == b"ActualText" {
                        let (text, end) = string(content, at + end)?;
                        instead = Some(super::pdf::words(&text));
                        at = end;
                        continue;
                    }
                    last_name = name;
                    at += end;
                }
                b'[' => (in_line, at) = (true, at + 1),
                b']' => (in_line, at) = (false, at + 1),
                b'<' if rest.get(1) == Some(&b'<') => at += 2,
                b'>' => at += 1,
                b'<' | b'(' => {
                    let (codes, end) = string(content, at)?;
                    at = end;
                    // Strings in the properties of marked content come before any font or belong to none.
                    if is_shown(content, at, in_line) {
                        self.say(&codes, font, !marked.is_empty(), marked.contains(&true))?;
                    }
                }
                b'-' if in_line => {
                    let end = word_end(&rest[1..]) + 1;
                    let number = String::from_utf8_lossy(&rest[..end]).into_owned();
                    if number.parse::<f64>().is_ok_and(|gap| gap <= GAP) {
                        self.out.text.push(' ');
                        self.out.spaced.push(' ');
                    }
                    at += end;
                }
                byte if byte.is_ascii_alphabetic() || matches!(byte, b'\'' | b'"') => {
                    let end = word_end(rest).max(1);
                    match &rest[..end] {
                        b"Tf" => font = Some(*self.fonts.get(&last_name)?),
                        b"BDC" | b"BMC" => {
                            marked.push(instead.is_some());
                            if let Some(text) = instead.take() {
                                self.out.text.push_str(&text);
                                self.out.spaced.push_str(&text);
                            }
                        }
                        b"EMC" => {
                            let had_words = marked.pop().unwrap_or_default();
                            if marked.is_empty() && !had_words {
                                self.out.text.push('\n');
                                self.out.spaced.push('\n');
                            }
                        }
                        // A picture in the text: its bytes are no instructions.
                        b"BI" => return None,
                        _ => {}
                    }
                    at += end;
                }
                _ => at += 1,
            }
        }
        Some(())
    }

    fn say(&mut self, codes: &[u8], font: Option<u32>, is_marked: bool, has_words: bool) -> Option<()> {
        let text = match self.tables.get(&font?)? {
            None => super::pdf::words(codes),
            Some(table) => {
                let mut letters: Vec<&str> = Vec::new();
                for pair in codes.chunks(2) {
                    let [high, low] = pair else { return None };
                    match table.get(&u16::from_be_bytes([*high, *low])) {
                        Some(letter) => letters.push(letter),
                        // Where other words stand for what is drawn, they are what is read.
                        None if has_words => {}
                        None => return None,
                    }
                }
                // Writing from right to left is drawn from left to right.
                if letters.iter().any(|letter| letter.chars().any(is_to_left)) {
                    letters.reverse();
                }
                letters.concat()
            }
        };
        if has_words {
            self.out.beneath.push_str(&text);
            return Some(());
        }
        self.out.text.push_str(&text);
        self.out.spaced.push_str(&text);
        self.out.spaced.push(' ');
        if !is_marked {
            self.out.text.push(' ');
        }
        Some(())
    }
}

fn word_end(bytes: &[u8]) -> usize {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/[]<>()".contains(byte);
    bytes.iter().position(is_end).unwrap_or(bytes.len())
}

/// Whether a string that ends here is drawn: in a list that ends in `TJ`, or right before an operator that draws.
fn is_shown(content: &[u8], end: usize, in_line: bool) -> bool {
    if in_line {
        return true;
    }
    let rest = &content[end..];
    let start = rest
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(rest.len());
    let word = &rest[start..];
    word.starts_with(b"Tj") || word.starts_with(b"'") || word.starts_with(b"\"")
}

/// A string in either writing, and where it ends.
fn string(content: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let open = at
        + content[at..]
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())?;
    match content[open] {
        b'(' => Some(super::pdf::literal(content, open)),
        b'<' => {
            let length = content[open..].iter().position(|byte| *byte == b'>')?;
            let digits = &content[open + 1..open + length];
            Some((super::pdf::hexadecimal(digits), open + length + 1))
        }
        _ => None,
    }
}

fn is_to_left(letter: char) -> bool {
    // Digits run to the right there too.
    letter.is_alphabetic()
        && matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
