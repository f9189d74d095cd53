//! What a line is: a tag with its text, a block of the SWIFT envelope, the end of a message.

use super::texts::trim_start;

/// A tag that is known.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// As written between the colons.
    pub word: &'static str,
    pub role: Role,
}

/// What the text of a tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Begins a statement.
    Reference,
    Account,
    /// Number of statement and page.
    Number,
    Opening,
    Closing,
    /// The smallest amount that an interim report tells; it names the currency.
    Floor,
    /// The stated sum of credits, or of debits.
    Credits,
    Debits,
    Entry,
    /// The text behind an entry.
    Details,
    /// The same in a bank's own form.
    OwnDetails,
    /// The kind of message.
    Kind,
    /// Says nothing that is kept.
    Other,
}

/// Tag and text of a line that begins with a known tag. Others that look like tags are text: `:12:11` is the time in a
/// wrapped line.
pub fn tag_of(line: &str) -> Option<(Tag, &str)> {
    let (tag, from) = match line.as_bytes() {
        [b':', first, second, b':', ..] => (short_tag([*first, *second])?, 4),
        [b':', first, second, third, b':', ..] => (long_tag([*first, *second, *third])?, 5),
        _ => return None,
    };
    Some((tag, line.get(from..)?))
}

fn short_tag(word: [u8; 2]) -> Option<Tag> {
    let (word, role) = match &word {
        b"61" => ("61", Role::Entry),
        b"86" => ("86", Role::Details),
        b"NS" => ("NS", Role::OwnDetails),
        b"20" => ("20", Role::Reference),
        b"25" => ("25", Role::Account),
        b"28" => ("28", Role::Number),
        b"60" => ("60", Role::Opening),
        b"62" => ("62", Role::Closing),
        b"13" => ("13", Role::Other),
        b"21" => ("21", Role::Other),
        b"64" => ("64", Role::Other),
        b"65" => ("65", Role::Other),
        _ => return None,
    };
    Some(Tag { word, role })
}

fn long_tag(word: [u8; 3]) -> Option<Tag> {
    let (word, role) = match &word {
        b"25P" => ("25P", Role::Account),
        b"28C" => ("28C", Role::Number),
        b"28D" => ("28D", Role::Number),
        b"60F" => ("60F", Role::Opening),
        b"60M" => ("60M", Role::Opening),
        b"62F" => ("62F", Role::Closing),
        b"62M" => ("62M", Role::Closing),
        b"34F" => ("34F", Role::Floor),
        b"90C" => ("90C", Role::Credits),
        b"90D" => ("90D", Role::Debits),
        b"13D" => ("13D", Role::Other),
        b"940" => ("940", Role::Kind),
        b"942" => ("942", Role::Kind),
        _ => return None,
    };
    Some(Tag { word, role })
}

/// The line without control characters before it and the mark of the end of a text behind it.
pub fn without_control(line: &str) -> &str {
    let line = match line.as_bytes() {
        [b' '..=b'~', ..] => line,
        _ => line.trim_start_matches(|c: char| c < ' '),
    };
    match line.as_bytes().last() {
        Some(3) => line.trim_end_matches('\u{3}'),
        _ => line,
    }
}

/// Whether a line begins a block of the envelope.
pub fn is_block(line: &str) -> bool {
    matches!(trim_start(line).as_bytes(), [b'{', b'1'..=b'5', b':', ..])
}

/// Whether a line ends a message.
pub fn is_end(line: &str) -> bool {
    line.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with('}') || rest.trim_end().is_empty())
}

/// The kind of message that the second block of an envelope names: `{2:O940...`.
pub fn kind_of(line: &str) -> Option<&str> {
    let (_, block) = line.split_once("{2:")?;
    let kind = block.get(1..4)?;
    kind.bytes().all(|b| b.is_ascii_digit()).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_or_text() {
        for (line, found) in [
            (":61:x", Some(("61", "x"))),
            (":25P:", Some(("25P", ""))),
            (":12:11", None),
            ("::61:", None),
            (":6:1:", None),
            (":é:", None),
            (":61", None),
            ("x:61:", None),
        ] {
            assert_eq!(tag_of(line).map(|(tag, rest)| (tag.word, rest)), found, "{line}");
        }
    }

    #[test]
    fn the_envelope() {
        assert!(is_block(" {1:F01X") && is_block("{5:-}") && !is_block("{6:") && !is_block("x{1:"));
        assert!(is_end("-") && is_end("- \t") && is_end("-}{5:") && !is_end("-x") && !is_end(" -"));
        assert_eq!(kind_of("{1:F01X}{2:O9400000}"), Some("940"));
        assert_eq!(without_control("\u{1}\u{2}:20:x\u{3}"), ":20:x");
    }
}
