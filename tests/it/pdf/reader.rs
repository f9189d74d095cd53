//! A reader of PDF for these tests alone, and of pages: it knows what the files under test have, and no code of ours.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use crate::report::{Event, scan};

/// A document that was read.
pub struct Document {
    parts: BTreeMap<u32, (String, Vec<u8>)>,
    pages: Vec<u32>,
    /// Text of marked content by page and number, and of what is none by page.
    marked: HashMap<(u32, u32), String>,
    edges: Vec<String>,
    places: Vec<(String, f32)>,
}

impl Document {
    pub fn read(bytes: &[u8]) -> Document {
        let mut parts = BTreeMap::new();
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&bytes[at..], b" 0 obj\n") {
            let head = at + found;
            let digits = bytes[..head]
                .iter()
                .rev()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let number = String::from_utf8_lossy(&bytes[head - digits..head])
                .parse()
                .expect("a number");
            let body = head + 7;
            let close =
                |word: &[u8], from: usize| from + memchr::memmem::find(&bytes[from..], word).expect("an end");
            let end = close(b"\nendobj", body);
            let open = memchr::memmem::find(&bytes[body..end], b">>\nstream\n").map(|open| body + open);
            let (about, data, next) = match open {
                None => (&bytes[body..end], Vec::new(), end),
                Some(open) => {
                    let about = &bytes[body..open + 2];
                    let begin = open + 10;
                    let end = close(b"\nendstream", begin);
                    let data = &bytes[begin..end];
                    let mut plain = Vec::new();
                    match memchr::memmem::find(about, b"/FlateDecode") {
                        Some(_) => {
                            flate2::read::ZlibDecoder::new(data)
                                .read_to_end(&mut plain)
                                .expect("deflated");
                        }
                        None => plain.extend(data),
                    }
                    (about, plain, end)
                }
            };
            // A letter a byte: texts are taken apart later.
            let about: String = about.iter().map(|byte| char::from(*byte)).collect();
            parts.insert(number, (about, data));
            at = next;
        }
        let root = parts
            .values()
            .find(|(about, _)| about.starts_with("<</Type/Pages"))
            .expect("pages");
        let pages = numbers(between(&root.0, "/Kids[", "]"));
        let mut document = Document {
            parts,
            pages,
            marked: HashMap::new(),
            edges: Vec::new(),
            places: Vec::new(),
        };
        for page in document.pages.clone() {
            document.page(page);
        }
        document
    }

    fn about(&self, number: u32) -> &str {
        &self.parts[&number].0
    }

    fn page(&mut self, page: u32) {
        let about = self.about(page).to_owned();
        let resources = numbers(between(&about, "/Resources ", "/"))[0];
        let mut fonts: HashMap<String, HashMap<u16, String>> = HashMap::new();
        for part in between(self.about(resources), "/Font<<", ">>").split('/').skip(1) {
            let (name, number) = part.split_once(' ').expect("a font");
            let number = number
                .split(' ')
                .next()
                .expect("a number")
                .parse()
                .expect("a number");
            let table = numbers(between(self.about(number), "/ToUnicode ", "/"))[0];
            fonts.insert(
                name.to_owned(),
                letters(&String::from_utf8_lossy(&self.parts[&table].1)),
            );
        }
        let contents = numbers(between(&about, "/Contents ", "/"))[0];
        let content = self.parts[&contents].1.clone();
        let mut stack: Vec<(Option<u32>, bool)> = Vec::new();
        let (mut edge, mut font) = (String::new(), String::new());
        let (mut words, mut number, mut name) = (None, None, String::new());
        let mut operands: Vec<f32> = Vec::new();
        let (mut x, mut codes) = (0.0, Vec::new());
        let mut at = 0;
        while at < content.len() {
            match content[at] {
                b'<' if content[at + 1] == b'<' => at += 2,
                b'(' | b'<' => {
                    let (text, end) = string(&content, at);
                    at = end;
                    match name.as_str() {
                        "ActualText" => words = Some(utf16(&text)),
                        _ => codes.extend(text),
                    }
                }
                b'/' => {
                    let end = word_end(&content, at + 1);
                    name = String::from_utf8_lossy(&content[at + 1..end]).into_owned();
                    at = end;
                }
                byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') => {
                    let end = word_end(&content, at);
                    let word = String::from_utf8_lossy(&content[at..end]).into_owned();
                    at = end;
                    if let Ok(value) = word.parse::<f32>() {
                        operands.push(value);
                        if name == "MCID" {
                            number = Some(value as u32);
                            name.clear();
                        }
                        continue;
                    }
                    match word.as_str() {
                        "Tf" => font = name.clone(),
                        "Tm" => x = operands[operands.len() - 2],
                        "BDC" | "BMC" => {
                            let above = stack.last().and_then(|own| own.0);
                            if let Some(words) = &words {
                                self.say(page, above, words, &mut edge);
                            }
                            stack.push((number.take().or(above), words.take().is_some()));
                        }
                        "EMC" => {
                            stack.pop();
                            edge.push('\n');
                        }
                        "TJ" | "Tj" => {
                            let text = shown(&fonts[&font], &std::mem::take(&mut codes));
                            self.places.push((text.clone(), x));
                            if !stack.iter().any(|own| own.1) {
                                let number = stack.last().and_then(|own| own.0);
                                self.say(page, number, &text, &mut edge);
                            }
                        }
                        _ => {}
                    }
                    operands.clear();
                }
                _ => at += 1,
            }
        }
        self.edges.push(edge);
    }

    fn say(&mut self, page: u32, number: Option<u32>, text: &str, edge: &mut String) {
        match number {
            Some(number) => self.marked.entry((page, number)).or_default().push_str(text),
            None => edge.push_str(text),
        }
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// What stands on each page and is no content: at its edge, and heads of tables said again.
    pub fn edges(&self) -> &[String] {
        &self.edges
    }

    /// Elements of a role.
    pub fn count(&self, role: &str) -> usize {
        let word = format!("/Type/StructElem/S/{role}/");
        self.parts
            .values()
            .filter(|(about, _)| about.contains(&word))
            .count()
    }

    /// Where texts begin from the left whose letters are part of these.
    pub fn places(&self, letters: &str) -> Vec<f32> {
        self.places
            .iter()
            .filter(|(text, _)| !text.trim().is_empty() && letters.contains(text.trim()))
            .map(|(_, x)| *x)
            .collect()
    }

    pub fn widest(&self) -> f32 {
        self.places.iter().map(|(_, x)| *x).fold(0.0, f32::max)
    }

    /// All but texts: what a viewer could act on.
    pub fn instructions(&self) -> String {
        self.parts
            .values()
            .map(|(about, _)| {
                let mut depth = 0;
                let mut escaped = false;
                about
                    .chars()
                    .filter(|c| {
                        let was = depth;
                        match c {
                            _ if escaped => escaped = false,
                            '\\' => escaped = true,
                            '(' => depth += 1,
                            ')' => depth -= 1,
                            _ => {}
                        }
                        was == 0
                    })
                    .collect::<String>()
            })
            .collect()
    }

    /// Titles of the outline from the first to the last.
    pub fn outline(&self) -> Vec<String> {
        let root = self
            .parts
            .values()
            .find(|(about, _)| about.contains("/Type/Outlines"))
            .expect("an outline");
        let mut titles = Vec::new();
        let mut open = vec![first(&root.0)];
        while let Some(next) = open.pop() {
            let Some(number) = next else { continue };
            let about = self.about(number);
            titles.push(title(about, "/Title"));
            open.push(about.find("/Next ").map(|at| numbers(&about[at + 6..])[0]));
            open.push(first(about));
        }
        titles
    }

    /// What is read out for pictures.
    pub fn figures(&self) -> Vec<String> {
        let figures = self
            .parts
            .values()
            .filter(|(about, _)| about.contains("/S/Figure/"));
        figures.map(|(about, _)| title(about, "/Alt")).collect()
    }

    /// The words of the document as its tags order them, without spaces; without pictures, marks of lists and numbers of
    /// pages.
    pub fn words(&self) -> String {
        let root = self
            .parts
            .values()
            .find(|(about, _)| about.contains("/Type/StructTreeRoot"))
            .expect("tags");
        let mut out = String::new();
        for child in numbers(between(&root.0, "/K[", "]")) {
            self.element(child, false, &mut out);
        }
        unspaced(&out)
    }

    fn element(&self, number: u32, has_mark: bool, out: &mut String) {
        let about = self.about(number);
        let role = between(about, "/Type/StructElem/S/", "/");
        if role == "Figure" {
            return;
        }
        // Marks of lists are ours; terms are the page's.
        let has_marks = match role {
            "L" => !about.contains("/ListNumbering/None"),
            _ => role == "LI" && has_mark,
        };
        let mut own = String::new();
        let page = about.rfind("/Pg ").map(|at| numbers(&about[at + 4..])[0]);
        if let Some(at) = about.find("/K[") {
            let mut kids = about[at + 3..].trim_start();
            while !kids.is_empty() && !kids.starts_with(']') {
                let (one, rest) = match kids.starts_with("<<") {
                    true => kids.split_at(kids.find(">>").expect("an end") + 2),
                    false => {
                        let reference: Vec<&str> = kids.splitn(4, [' ', ']', '<']).take(3).collect();
                        match reference.get(2) {
                            Some(word) if *word == "R" => kids.split_at(reference.join(" ").len()),
                            _ => kids.split_at(reference[0].len()),
                        }
                    }
                };
                kids = rest.trim_start();
                let piece = match () {
                    () if one.contains("/OBJR") => None,
                    () if one.starts_with("<<") => Some((
                        numbers(between(one, "/Pg ", "/"))[0],
                        between(one, "/MCID ", ">")
                            .split('/')
                            .next()
                            .expect("digits")
                            .trim()
                            .parse()
                            .expect("a number"),
                    )),
                    () if one.ends_with('R') => {
                        self.element(numbers(one)[0], has_marks, &mut own);
                        None
                    }
                    () => Some((page.expect("a page"), one.parse().expect("a number"))),
                };
                if let Some(piece) = piece {
                    own.push_str(self.marked.get(&piece).map_or("", |text| text));
                }
            }
        }
        match role {
            "Lbl" if has_mark => {}
            "TOCI" => out.push_str(own.trim_end().trim_end_matches(|c: char| c.is_ascii_digit())),
            _ => out.push_str(&own),
        }
    }
}

/// The letters of codes of two bytes, in the order of reading.
fn shown(letters: &HashMap<u16, String>, codes: &[u8]) -> String {
    let mut text: Vec<&str> = codes
        .chunks(2)
        .map(|code| {
            letters
                .get(&u16::from_be_bytes([code[0], code[1]]))
                .map_or("", |text| text)
        })
        .collect();
    if text.iter().any(|letter| {
        letter
            .chars()
            .any(|c| c.is_alphabetic() && ('\u{590}'..='\u{8ff}').contains(&c))
    }) {
        text.reverse();
    }
    text.concat()
}

fn word_end(content: &[u8], at: usize) -> usize {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/[]<>()".contains(byte);
    at + content[at..]
        .iter()
        .position(is_end)
        .unwrap_or(content.len() - at)
}

/// A string in either writing, and where it ends.
fn string(content: &[u8], at: usize) -> (Vec<u8>, usize) {
    if content[at] == b'<' {
        let end = at
            + content[at..]
                .iter()
                .position(|byte| *byte == b'>')
                .expect("an end");
        let digits: Vec<u8> = content[at + 1..end].to_vec();
        let text = digits
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).expect("digits"), 16).expect("a byte"));
        return (text.collect(), end + 1);
    }
    let (mut text, mut depth, mut at) = (Vec::new(), 0, at);
    loop {
        match content[at] {
            b'\\' => {
                at += 1;
                match content[at] {
                    b'n' => text.push(b'\n'),
                    b'r' => text.push(b'\r'),
                    b't' => text.push(b'\t'),
                    b'b' => text.push(8),
                    b'f' => text.push(12),
                    b'0'..=b'7' => {
                        let digits = std::str::from_utf8(&content[at..at + 3]).expect("digits");
                        text.push(u8::from_str_radix(digits, 8).expect("a byte"));
                        at += 2;
                    }
                    byte => text.push(byte),
                }
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    text.push(b'(');
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return (text, at + 1);
                }
                text.push(b')');
            }
            byte => text.push(byte),
        }
        at += 1;
    }
}

fn utf16(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => {
            let units: Vec<u16> = units
                .chunks(2)
                .map(|two| u16::from_be_bytes([two[0], two[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn first(about: &str) -> Option<u32> {
    about.find("/First ").map(|at| numbers(&about[at + 7..])[0])
}

fn title(about: &str, name: &str) -> String {
    let at = about.find(name).expect("a text") + name.len();
    literal(&about[at..])
}

/// A text of a part's own words.
fn literal(text: &str) -> String {
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    utf16(&string(&bytes, 0).0)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let at = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    text[at..].split(to).next().unwrap_or_default()
}

fn numbers(text: &str) -> Vec<u32> {
    let words: Vec<&str> = text
        .split([' ', '[', ']', '/', '<', '>'])
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(3)
        .filter(|three| three[2] == "R")
        .map(|three| three[0].parse().expect("a number"))
        .collect()
}

fn letters(table: &str) -> HashMap<u16, String> {
    let mut letters = HashMap::new();
    for line in table.lines() {
        let words: Vec<&str> = line
            .split(['<', '>', ' '])
            .filter(|word| !word.is_empty())
            .collect();
        if let [code, letter] = words.as_slice()
            && line.starts_with('<')
            && let Ok(code) = u16::from_str_radix(code, 16)
        {
            let units = letter.as_bytes().chunks(4);
            let units: Vec<u16> = units
                .filter_map(|unit| u16::from_str_radix(std::str::from_utf8(unit).ok()?, 16).ok())
                .collect();
            letters.insert(code, String::from_utf16_lossy(&units));
        }
    }
    letters
}

/// Without any white space.
pub fn unspaced(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The words of a page that paper shows, with white space as it stands in the page.
pub fn text_of_page(html: &str) -> String {
    let mut out = String::new();
    scan(html, |event| {
        let Event::Text(text, around) = event else {
            out.push(' ');
            return;
        };
        let is_hidden = around.iter().any(|tag| {
            let class = tag.attribute("class").unwrap_or_default();
            ["head", "script", "svg"].contains(&tag.name.as_str())
                || ["skip", "marking"].contains(&class.as_str())
        });
        if !is_hidden {
            out.push_str(text);
        }
    });
    out
}

pub fn words_of_page(html: &str) -> String {
    unspaced(&text_of_page(html))
}

/// Headings from the first to the last.
pub fn headings_of_page(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    scan(html, |event| match event {
        Event::Open(tag) if is_heading(&tag.name) => found.push(String::new()),
        Event::Text(text, around) if around.iter().any(|tag| is_heading(&tag.name)) => {
            found.last_mut().expect("a heading").push_str(text);
        }
        _ => {}
    });
    found
        .iter()
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn is_heading(name: &str) -> bool {
    name.len() == 2 && name.starts_with('h') && name.as_bytes()[1].is_ascii_digit()
}

/// Links to places of the page itself that paper shows.
pub fn links_of_page(html: &str) -> usize {
    let mut targets = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    scan(html, |event| {
        if let Event::Open(tag) = event {
            ids.extend(tag.attribute("id"));
            let target = tag
                .attribute("href")
                .and_then(|href| href.strip_prefix('#').map(str::to_owned));
            let is_shown = tag.attribute("class").is_none_or(|class| class != "skip");
            targets.extend(target.filter(|_| tag.name == "a" && is_shown));
        }
    });
    targets.iter().filter(|target| ids.contains(*target)).count()
}
