//! Paths inside a bundle: safe on every system, and how a manifest writes them (RFC 8493, 2.1.3).

use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Bytes of one part of a path; most file systems hold no more.
const PART: usize = 255;
/// UTF-16 units of a whole path; Windows counts 260 with the folder that the bundle lies in.
const WHOLE: usize = 200;
/// Names that are devices on Windows, whatever follows behind a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Why a path is no path of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NameFault {
    #[error("the name is empty, or has an empty part; expected parts with `/` between them")]
    Empty,
    #[error("the path leads out of the bundle (`.`, `..`, a leading `/` or a drive)")]
    Outside,
    #[error("{0:?} is a sign that not every system allows in a name")]
    Sign(char),
    #[error("a part ends in a dot or a space, which Windows drops")]
    End,
    #[error("`{0}` is the name of a device on Windows")]
    Device(String),
    #[error("longer than {PART} bytes a part or {WHOLE} units in all")]
    Long,
    #[error("letters and their marks are not written in one form (NFC)")]
    Form,
    #[error("programs differ in how lists write a percent sign")]
    Percent,
}

/// Whether a path, with `/` between its parts, can be written on every system and stays inside the bundle.
pub fn check_path(path: &str) -> Result<(), NameFault> {
    let bytes = path.as_bytes();
    let drive = bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    if path.starts_with(['/', '\\']) || drive {
        return Err(NameFault::Outside);
    }
    if path.encode_utf16().count() > WHOLE {
        return Err(NameFault::Long);
    }
    for part in path.split('/') {
        check_part(part)?;
    }
    if is_nfc(path) {
        Ok(())
    } else {
        Err(NameFault::Form)
    }
}

fn check_part(part: &str) -> Result<(), NameFault> {
    if part.is_empty() {
        return Err(NameFault::Empty);
    }
    if part == "." || part == ".." || part.split('\\').any(|piece| piece == "..") {
        return Err(NameFault::Outside);
    }
    if let Some(sign) = part.chars().find(|&c| !is_allowed(c)) {
        return Err(NameFault::Sign(sign));
    }
    if part.ends_with(['.', ' ']) {
        return Err(NameFault::End);
    }
    if part.len() > PART {
        return Err(NameFault::Long);
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|number| {
            matches!(
                number,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    });
    if numbered || DEVICES.contains(&stem.as_str()) {
        return Err(NameFault::Device(part.to_owned()));
    }
    Ok(())
}

/// Signs that change the direction of writing, or are not seen, make one name look like another.
fn is_allowed(sign: char) -> bool {
    let unseen = matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    !(sign.is_control() || unseen || "<>:\"|?*\\".contains(sign))
}

/// What two paths have in common that a system without capitals, or with another form of letters, takes for one.
pub fn collision_key(path: &str) -> String {
    let lower: String = path.nfc().flat_map(char::to_lowercase).collect();
    lower.nfc().collect()
}

/// A path as a manifest writes it: `%`, CR and LF as `%25`, `%0D`, `%0A`.
pub fn encode(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The path that a manifest means; `None` where a `%` begins nothing that RFC 8493 knows.
pub fn decode(written: &str) -> Option<String> {
    let mut parts = written.split('%');
    let mut path = parts.next()?.to_owned();
    for part in parts {
        let sign = match part.get(..2)?.to_ascii_uppercase().as_str() {
            "25" => '%',
            "0D" => '\r',
            "0A" => '\n',
            _ => return None,
        };
        path.push(sign);
        path.push_str(&part[2..]);
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_bundle_or_a_system_are_refused() {
        for path in [
            "",
            "a//b",
            "/a",
            "../a",
            "a/../b",
            "a/..",
            "./a",
            "C:/a",
            "c:a",
            "a\\b",
            "\\a",
            "a\\..\\b",
            "a:b",
            "a\nb",
            "a\0",
            "a.",
            "a ",
            "CON",
            "nul.txt",
            "data/Com1.csv",
            "LPT9",
            "lpt²",
            "a\u{202e}b",
            "e\u{301}",
            "a?",
            "aux .x",
        ] {
            assert!(check_path(path).is_err(), "{path:?} was let through");
        }
        assert!(check_path(&"x".repeat(256)).is_err());
        for path in [
            "a",
            "data/50%.csv",
            "data/été/Ж.csv",
            ".hidden",
            "com10",
            "console.txt",
            "a..b",
            "a b",
        ] {
            assert_eq!(check_path(path), Ok(()), "{path:?}");
        }
    }

    #[test]
    fn three_signs_are_written_otherwise_in_manifests() {
        for path in ["plain", "50%.csv", "a\r\nb", "%0A", "%"] {
            assert_eq!(decode(&encode(path)).as_deref(), Some(path));
            assert!(!encode(path).contains(['\n', '\r']));
        }
        assert_eq!(decode("a%0ab").as_deref(), Some("a\nb"));
        for bad in ["%", "%2", "%41", "a%é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn forms_and_capitals_collide() {
        assert_eq!(collision_key("Data/É"), collision_key("data/e\u{301}"));
    }
}
