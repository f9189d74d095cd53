//! The consonants of a name: what stays when Arabic is written in Latin letters by different hands.
//!
//! Vowels, `w` and `y` (vowels as often as not), the throat sounds and doublings go; `q` and `k`, `dh` and `d`, `gh` and
//! `g` become one. “Mohammed”, “Muhammad” and “محمد” leave `mhmd`. Much that is different leaves the same: this finds
//! candidates.

use super::{Role, Token};

/// The consonants of the words that name, sorted by word.
pub(super) fn of(tokens: &[Token]) -> String {
    let mut kept: [u8; 96] = [0; 96];
    let mut ends: [(u8, u8); 16] = [(0, 0); 16];
    let (mut used, mut words) = (0usize, 0usize);
    for token in tokens {
        if !token.role.names() || token.role == Role::Particle || token.role == Role::Initial {
            continue;
        }
        let mut text = token.text.as_bytes();
        if let Some(rest) = servant(&token.text) {
            // “Abdul Rahman” and “Abdurrahman” are one name, written apart or not.
            if used + 3 > kept.len() || words == ends.len() {
                break;
            }
            kept[used..used + 2].copy_from_slice(b"bd");
            ends[words] = (used as u8, used as u8 + 2);
            used += 2;
            words += 1;
            text = rest.as_bytes();
            if text.is_empty() {
                continue;
            }
        }
        if words == ends.len() {
            break;
        }
        if text.len() >= 4 && text[0] == b'l' && !text.iter().any(|letter| b"aeiouyw".contains(letter)) {
            // Written without vowels: the article is tied to the word.
            text = &text[1..];
        }
        let from = used;
        let mut before = 0u8;
        for (place, &letter) in text.iter().enumerate() {
            let sound = match letter {
                b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w' => {
                    before = 0;
                    continue;
                }
                b'h' if place > 0 && matches!(text[place - 1], b'd' | b'g' | b't' | b'k') => continue,
                b'q' | b'c' => b'k',
                b'z' if before == b'd' => continue,
                other => other,
            };
            if sound != before && used < kept.len() {
                kept[used] = sound;
                used += 1;
            }
            before = sound;
        }
        if used == from {
            // All vowels: the word itself.
            let length = text.len().min(kept.len() - used);
            kept[used..used + length].copy_from_slice(&text[..length]);
            used += length;
        }
        if used > from {
            ends[words] = (from as u8, used as u8);
            words += 1;
        }
    }
    let parts = &mut ends[..words];
    parts.sort_unstable_by(|a, b| kept[a.0 as usize..a.1 as usize].cmp(&kept[b.0 as usize..b.1 as usize]));
    let mut text = String::with_capacity(used + words);
    for &(from, to) in parts.iter() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(kept[from as usize..to as usize].iter().map(|&byte| byte as char));
    }
    text
}

/// What follows “servant of the” in one word.
fn servant(text: &str) -> Option<&str> {
    if !text.starts_with("abd") && !text.starts_with("bd") {
        return None;
    }
    if matches!(text, "abd" | "abdul" | "abdel" | "abdal" | "abdoul" | "bd") {
        return Some("");
    }
    for start in ["abdoul", "abdul", "abdel", "abdal", "bdl"] {
        if let Some(rest) = text.strip_prefix(start)
            && rest.len() >= 3
        {
            return Some(rest);
        }
    }
    match text.strip_prefix("abdu") {
        // “Abdurrahman”: the l has become the next letter.
        Some(rest) if rest.len() >= 4 && rest.as_bytes()[0] == rest.as_bytes()[1] => Some(&rest[1..]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, read};

    #[test]
    fn hands_that_write_one_arabic_name_leave_one_skeleton() {
        let skeleton = |text: &str| read(text, Kind::Person).skeleton;
        for same in [
            &["Mohammed", "Muhammad", "Mohamed", "Mohammad", "محمد"][..],
            &[
                "Abd al-Rahman",
                "Abdul Rahman",
                "Abdurrahman",
                "عبد الرحمن",
                "Abdelrahman",
            ],
            &["Yusuf Haddad", "Youssef Hadad", "Haddad, Yousef"],
            &["Qasim", "Kasim", "Kassem"],
        ] {
            for other in same {
                assert_eq!(skeleton(same[0]), skeleton(other), "{} {other}", same[0]);
            }
        }
        assert_ne!(skeleton("Mohammed"), skeleton("Mahmoud Ali"));
    }
}
