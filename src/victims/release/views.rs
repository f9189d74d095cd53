//! The ways in which a text can be read: as it stands, with its escapes undone, without its tags, with its values alone,
//! and what is written into it as base 64 or hexadecimal digits.

/// A text made from another one, and where its parts come from.
#[derive(Debug, Default)]
pub(super) struct View {
    pub text: String,
    /// Places in `text` with their places in the text it was made from, in order.
    map: Vec<(usize, usize)>,
}

impl View {
    /// The place in the first text of a place in this one.
    pub(super) fn origin(&self, at: usize) -> usize {
        let after = self.map.partition_point(|(out, _)| *out <= at);
        match after.checked_sub(1).and_then(|before| self.map.get(before)) {
            Some((out, from)) => from + (at - out),
            None => at,
        }
    }

    /// From here on the text stands at another place.
    fn mark(&mut self, from: usize) {
        let out = self.text.len();
        match self.map.last_mut() {
            Some(last) if last.0 == out => last.1 = from,
            Some(last) if last.1 + (out - last.0) == from => {}
            None if out == from => {}
            _ => self.map.push((out, from)),
        }
    }

    /// A view of this view, as a view of the first text.
    fn after(mut self, before: &View) -> View {
        let mut pieces = std::mem::take(&mut self.map);
        if pieces.first().is_none_or(|(out, _)| *out > 0) {
            pieces.insert(0, (0, 0));
        }
        for (number, (out, from)) in pieces.iter().enumerate() {
            let end = pieces.get(number + 1).map_or(self.text.len(), |next| next.0);
            self.map.push((*out, before.origin(*from)));
            // Between two marks of this view the earlier one may have marks too.
            let first = before.map.partition_point(|(place, _)| place <= from);
            let inside = before.map[first..]
                .iter()
                .take_while(|(place, _)| *place < from + (end - out));
            self.map
                .extend(inside.map(|(place, first)| (out + (place - from), *first)));
        }
        self
    }
}

/// Rounds of undoing: escapes may stand in escapes.
const ROUNDS: usize = 3;

/// The text with all escapes undone (of HTML, addresses and JSON), or nothing where it has none.
pub(super) fn unescaped(text: &str) -> Option<View> {
    let mut view = unescaped_once(text)?;
    for _ in 1..ROUNDS {
        match unescaped_once(&view.text) {
            Some(next) => view = next.after(&view),
            None => break,
        }
    }
    Some(view)
}

fn unescaped_once(text: &str) -> Option<View> {
    let mut view = View::default();
    let mut copied = 0;
    let mut is_changed = false;
    for at in memchr::memchr3_iter(b'&', b'%', b'\\', text.as_bytes()) {
        if at < copied {
            continue;
        }
        let rest = &text[at..];
        let escape = match rest.as_bytes()[0] {
            b'&' => entity(rest),
            b'%' => percent(rest),
            _ => backslash(rest),
        };
        let Some((plain, length)) = escape else { continue };
        view.mark(copied);
        view.text.push_str(&text[copied..at]);
        view.mark(at);
        view.text.push_str(&plain);
        copied = at + length;
        is_changed = true;
    }
    view.mark(copied);
    view.text.push_str(&text[copied..]);
    is_changed.then_some(view)
}

/// `&#74;`, `&#x4a;`, `&eacute;`: what it says and how long it is.
fn entity(rest: &str) -> Option<(String, usize)> {
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        let is_hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let from = if is_hex { 3 } else { 2 };
        let digits = bytes[from.min(bytes.len())..]
            .iter()
            .take(10)
            .take_while(|b| {
                if is_hex {
                    b.is_ascii_hexdigit()
                } else {
                    b.is_ascii_digit()
                }
            })
            .count();
        let code = u32::from_str_radix(rest.get(from..from + digits)?, if is_hex { 16 } else { 10 }).ok()?;
        let end = from + digits + usize::from(bytes.get(from + digits) == Some(&b';'));
        return Some((char::from_u32(code).map(String::from).unwrap_or_default(), end));
    }
    let length = bytes[1..]
        .iter()
        .take(32)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if length < 2 || bytes.get(1 + length) != Some(&b';') {
        return None;
    }
    let name = &rest[1..=length];
    // Marks are folded away later, so that a letter with one is the letter.
    const MARKED: [&str; 15] = [
        "acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron", "slash", "breve", "macr", "ogon",
        "dot", "dblac", "strok",
    ];
    let marked = MARKED
        .iter()
        .find_map(|mark| name.strip_suffix(mark).filter(|letter| letter.len() == 1));
    let plain = match (name, marked) {
        (_, Some(letter)) => letter.to_owned(),
        ("szlig", _) => "ß".to_owned(),
        ("aelig" | "AElig" | "oelig" | "OElig" | "ijlig" | "IJlig", _) => name[..2].to_owned(),
        ("eth" | "ETH", _) => "d".to_owned(),
        ("thorn" | "THORN", _) => "th".to_owned(),
        ("inodot" | "imath", _) => "i".to_owned(),
        ("amp" | "AMP", _) => "&".to_owned(),
        ("lt" | "LT", _) => "<".to_owned(),
        ("gt" | "GT", _) => ">".to_owned(),
        ("quot" | "QUOT", _) => "\"".to_owned(),
        ("commat", _) => "@".to_owned(),
        ("period", _) => ".".to_owned(),
        ("plus", _) => "+".to_owned(),
        ("lowbar", _) => "_".to_owned(),
        ("percnt", _) => "%".to_owned(),
        ("shy" | "zwj" | "zwnj" | "lrm" | "rlm" | "ZeroWidthSpace" | "NoBreak" | "InvisibleTimes", _) => {
            String::new()
        }
        _ => " ".to_owned(),
    };
    Some((plain, length + 2))
}

/// A run of `%4A%61`.
fn percent(rest: &str) -> Option<(String, usize)> {
    let bytes = rest.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while bytes.get(at) == Some(&b'%')
        && let (Some(high), Some(low)) = (hex_of(bytes.get(at + 1)), hex_of(bytes.get(at + 2)))
    {
        plain.push(high << 4 | low);
        at += 3;
    }
    (at > 0).then(|| {
        let text = String::from_utf8(plain)
            .unwrap_or_else(|e| e.into_bytes().iter().map(|b| char::from(*b)).collect());
        (text, at)
    })
}

fn hex_of(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|b| char::from(*b).to_digit(16))
        .map(|digit| digit as u8)
}

/// `\u004a`, `\u{4a}`, `\x4a`, `\n`.
fn backslash(rest: &str) -> Option<(String, usize)> {
    let bytes = rest.as_bytes();
    let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    match bytes.get(1)? {
        b'u' if bytes.get(2) == Some(&b'{') => {
            let end = rest.get(3..)?.find('}').filter(|end| *end <= 6)?;
            let code = u32::from_str_radix(&rest[3..3 + end], 16).ok()?;
            Some((char::from_u32(code)?.to_string(), end + 4))
        }
        b'u' => {
            let first = unit(2)?;
            if (0xd800..0xdc00).contains(&first)
                && rest.get(6..8) == Some("\\u")
                && let Some(second) = unit(8).filter(|second| (0xdc00..0xe000).contains(second))
            {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Some((char::from_u32(code)?.to_string(), 12));
            }
            Some((char::from_u32(first).map(String::from).unwrap_or_default(), 6))
        }
        b'x' => {
            let code = hex_of(bytes.get(2))? << 4 | hex_of(bytes.get(3))?;
            Some((char::from(code).to_string(), 4))
        }
        b'n' | b'r' | b't' | b'b' | b'f' => Some((" ".to_owned(), 2)),
        b'"' | b'/' | b'\\' | b'\'' => Some((rest.get(1..2)?.to_owned(), 2)),
        _ => None,
    }
}

/// Whether a text has tags.
pub(super) fn has_tags(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .take(4_096)
        .any(|at| matches!(bytes.get(at + 1), Some(b) if b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?')))
}

/// A text without its tags and comments, with its escapes undone: a name may have tags in its middle.
pub(super) fn without_tags(text: &str) -> View {
    let bytes = text.as_bytes();
    let mut view = View::default();
    let mut at = 0;
    while at < text.len() {
        let open = memchr::memchr(b'<', &bytes[at..]).map_or(text.len(), |found| at + found);
        view.mark(at);
        view.text.push_str(&text[at..open]);
        if open == text.len() {
            break;
        }
        let end = if text[open..].starts_with("<!--") {
            text[open..].find("-->").map(|end| open + end + 3)
        } else if matches!(bytes.get(open + 1), Some(b) if b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
        {
            tag_end(bytes, open)
        } else {
            None
        };
        match end {
            Some(end) => {
                view.mark(open);
                view.text.push(' ');
                at = end;
            }
            None => {
                view.mark(open);
                view.text.push('<');
                at = open + 1;
            }
        }
    }
    match unescaped(&view.text) {
        Some(plain) => plain.after(&view),
        None => view,
    }
}

/// Behind the `>` that ends a tag, values in quotes left aside; a tag without end ends at its first `>`.
fn tag_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut quote = 0;
    for (at, byte) in bytes.iter().enumerate().skip(open + 1).take(65_536) {
        match *byte {
            b'>' if quote == 0 => return Some(at + 1),
            b'"' | b'\'' if quote == 0 => quote = *byte,
            b if b == quote => quote = 0,
            _ => {}
        }
    }
    memchr::memchr(b'>', bytes.get(open..)?).map(|end| open + end + 1)
}

/// Whether a text looks like JSON, one value or one a line.
pub(super) fn is_json(text: &str) -> bool {
    let start = text.trim_start();
    (start.starts_with('{') || start.starts_with('[')) && memchr::memchr(b'"', start.as_bytes()).is_some()
}

/// The values of JSON without its keys, escapes undone: given and family name may stand in two fields.
pub(super) fn values(text: &str) -> View {
    let bytes = text.as_bytes();
    let mut view = View::default();
    let mut copied = 0;
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'"', &bytes[at.min(bytes.len())..]).map(|found| at + found) {
        let mut end = open + 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let behind = (end + 1).min(bytes.len());
        let is_key = bytes[behind..].iter().find(|b| !b.is_ascii_whitespace()) == Some(&b':');
        if is_key {
            view.mark(copied);
            view.text.push_str(&text[copied..open]);
            copied = behind;
        }
        at = behind;
    }
    view.mark(copied);
    view.text.push_str(&text[copied..]);
    match unescaped(&view.text) {
        Some(plain) => plain.after(&view),
        None => view,
    }
}

/// Numbers as `4.171643E8`, written out; nothing where there are none.
pub(super) fn written_out(text: &str) -> Option<View> {
    let bytes = text.as_bytes();
    let mut view = View::default();
    let mut copied = 0;
    let mut is_changed = false;
    for at in memchr::memchr2_iter(b'e', b'E', bytes) {
        let before = bytes[..at]
            .iter()
            .rev()
            .take(24)
            .take_while(|b| b.is_ascii_digit() || **b == b'.')
            .count();
        let from = at - before;
        let sign = usize::from(bytes.get(at + 1) == Some(&b'+'));
        let power: String = text
            .get(at + 1 + sign..)
            .unwrap_or_default()
            .chars()
            .take(3)
            .take_while(char::is_ascii_digit)
            .collect();
        let (Ok(power_of), Some((whole, fraction))) = (
            power.parse::<usize>(),
            text[from..at].split_once('.').or(Some((&text[from..at], ""))),
        ) else {
            continue;
        };
        let is_one =
            from >= copied && !whole.is_empty() && (7..=34).contains(&power_of) && fraction.len() <= power_of;
        // `K3QP-2E8M` is a pseudonym: signs before and behind belong to it.
        let begins = match bytes[..from].last() {
            Some(b'-' | b'+') => from - 1,
            _ => from,
        };
        let behind = bytes.get(at + 1 + sign + power.len());
        let is_alone = [bytes[..begins].last(), behind]
            .into_iter()
            .flatten()
            .all(|beside| !beside.is_ascii_alphanumeric());
        if !is_one || !is_alone || fraction.contains('.') {
            continue;
        }
        view.mark(copied);
        view.text.push_str(&text[copied..from]);
        view.mark(from);
        view.text.push_str(whole);
        view.text.push_str(fraction);
        view.text
            .extend(std::iter::repeat_n('0', power_of - fraction.len()));
        copied = at + 1 + sign + power.len();
        is_changed = true;
    }
    view.mark(copied);
    view.text.push_str(&text[copied..]);
    is_changed.then_some(view)
}

/// What is written into a text in another way: where, and its bytes.
pub(super) fn written_in(text: &str) -> Vec<(usize, Vec<u8>)> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_base_64(bytes[at]) {
            at += 1;
            continue;
        }
        let from = at;
        let mut signs = Vec::new();
        let mut line = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if is_base_64(byte) {
                signs.push(byte);
                line += 1;
                at += 1;
            } else if line >= 56 && matches!(byte, b'\r' | b'\n') {
                // Long values go on in the next line.
                let more = bytes[at..]
                    .iter()
                    .take(16)
                    .take_while(|b| b.is_ascii_whitespace())
                    .count();
                at += more;
                line = 0;
            } else {
                break;
            }
        }
        if signs.len() < 8 {
            continue;
        }
        if signs.len() % 2 == 0
            && signs.iter().all(u8::is_ascii_hexdigit)
            && let Some(plain) = from_hex(&signs).filter(|plain| says_something(plain))
        {
            all.push((from, plain));
            continue;
        }
        if let Some(plain) = from_base_64(&signs).filter(|plain| says_something(plain)) {
            all.push((from, plain));
        }
    }
    all
}

fn is_base_64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn from_hex(signs: &[u8]) -> Option<Vec<u8>> {
    signs
        .chunks_exact(2)
        .map(|pair| Some(hex_of(pair.first())? << 4 | hex_of(pair.get(1))?))
        .collect()
}

fn from_base_64(signs: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(signs.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for (at, sign) in signs.iter().enumerate() {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            plain.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
        // Most words and paths are soon seen not to be text.
        if at == 11 && !says_something(&plain) {
            return None;
        }
    }
    Some(plain)
}

/// Whether bytes begin as a file of a kind that is read here.
pub(super) fn is_file(bytes: &[u8]) -> bool {
    const KINDS: [&[u8]; 8] = [
        b"\x89PNG",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xe1",
        b"GIF8",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"%PDF",
        b"PAR1",
    ];
    KINDS.iter().any(|kind| bytes.starts_with(kind))
}

/// Whether bytes are text, or a file of a kind that is known.
fn says_something(bytes: &[u8]) -> bool {
    if is_file(bytes) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    // UTF-16 without a mark: every other byte is none.
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if zeros > 0 {
        return zeros * 3 >= bytes.len() && zeros * 3 <= bytes.len() * 2;
    }
    let is_control = |byte: &u8| *byte < 9 || (14..32).contains(byte) || *byte == 127;
    if bytes.iter().any(is_control) {
        return false;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // Cut within a sign by the early look.
        Err(e) => e.error_len().is_none() && e.valid_up_to() + 3 >= bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_places_kept() {
        let text = "x &#74;an%20J\\u0061nsen &amp;#75; M&uuml;ller";
        let view = unescaped(text).expect("has escapes");
        assert_eq!(view.text, "x Jan Jansen K Muller");
        assert_eq!(
            view.origin(view.text.find("Jansen").expect("there")),
            text.find("J\\u").expect("there")
        );
        assert!(unescaped("plain 100 % & more").is_none());
        assert_eq!(
            unescaped("M%FCller \\ud83d\\ude00").expect("has").text,
            "Müller 😀"
        );
    }

    #[test]
    fn tags_go_and_values_stay() {
        let text = "<p title='a>b'>Jan</p>\n<!-- x --><td>Jan<b>sen</b> 1 < 2";
        let view = without_tags(text);
        assert_eq!(view.text, " Jan \n  Jan sen  1 < 2");
        assert_eq!(
            view.origin(view.text.find("sen").expect("there")),
            text.find("sen").expect("there")
        );
        let json = r#"{"given":"Jan", "family" : "Jan\"s"}"#;
        assert_eq!(values(json).text, "{:\"Jan\",  : \"Jan\"s\"}");
        assert!(is_json(json));
    }

    #[test]
    fn numbers_and_texts_in_disguise() {
        assert_eq!(written_out("a 4.171643E8;x").expect("one").text, "a 417164300;x");
        assert_eq!(written_out("-2E8").expect("one").text, "-200000000");
        for sign in ["Account 4XTP-2E8M", "Account 4XTP-2E08", "2E8M", "P2E8", "2E1234"] {
            assert!(written_out(sign).is_none(), "{sign}");
        }
        assert!(written_out("theme e9 3E").is_none());
        let found = written_in(
            "see data:text/plain;base64,SmFuIEphbnNlbg== and 4a616e204a616e73656e pseudonymisation",
        );
        let texts: Vec<String> = found
            .iter()
            .map(|(_, b)| String::from_utf8_lossy(b).into_owned())
            .collect();
        assert!(
            texts.contains(&"Jan Jansen".to_owned()) && texts.len() >= 2,
            "{texts:?}"
        );
    }
}
