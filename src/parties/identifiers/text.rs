//! A number as written becomes a number as meant: separators go, digits of other scripts become ours, whatever sign a
//! record hides digits with becomes a star.

/// A number without separators, in capitals, hidden signs as stars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// What is left.
    pub text: String,
    /// Whether it ends in dots: the rest was cut off.
    pub cut: bool,
}

/// Takes a number out of its dress.
pub fn fold(text: &str) -> Folded {
    let trimmed = text.trim();
    let bare = trimmed.trim_end_matches(['.', '…']);
    // One dot ends a sentence, more of them say that something is missing.
    let cut = trimmed.ends_with('…') || trimmed.len() - bare.len() >= 2;
    let mut out = String::with_capacity(bare.len());
    let mut dots = 0;
    for sign in bare.chars() {
        dots = if sign == '.' { dots + 1 } else { 0 };
        if dots == 3 || sign == '…' || is_mask(sign) {
            out.push('*');
        } else if !is_separator(sign) {
            out.extend(plain(sign).to_uppercase());
        }
    }
    Folded { text: out, cut }
}

/// The sign in ASCII where it is a digit or letter of another script's width.
pub fn plain(sign: char) -> char {
    let code = sign as u32;
    let digit = |from: u32| char::from_digit(code - from, 10).unwrap_or(sign);
    match code {
        0x0660..=0x0669 => digit(0x0660),
        0x06F0..=0x06F9 => digit(0x06F0),
        0x0966..=0x096F => digit(0x0966),
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(sign),
        _ => sign,
    }
}

/// Whether a record hides a digit behind this sign. The letter X is not among them: it may be itself.
pub fn is_mask(sign: char) -> bool {
    matches!(
        sign,
        '*' | '•' | '●' | '∗' | '＊' | '✱' | '#' | '█' | '■' | '·' | '◦'
    )
}

/// Whether a sign only stands between parts of a number, or is not seen at all.
pub fn is_separator(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(
            sign,
            '-' | '.' | ',' | '/' | '\\' | ':' | ';' | '\'' | '"' | '_' | '+' | '(' | ')' | '[' | ']' | '\u{ad}'
                | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
                | '\u{2066}'..='\u{2069}' | '\u{2212}' | '\u{feff}'
        )
}

/// The same with runs of the letter X as stars, where there are at least so many together.
pub fn stars_for_x(text: &str, least: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let run = rest.bytes().take_while(|b| *b == b'X').count();
        if run >= least {
            out.extend(std::iter::repeat_n('*', run));
            rest = &rest[run..];
        } else {
            let step = sign.len_utf8().max(run);
            out.push_str(&rest[..step]);
            rest = &rest[step..];
        }
    }
    out
}

/// Words that stand where a number should.
pub fn says_nothing(folded: &str) -> bool {
    folded.is_empty()
        || matches!(
            folded,
            "NA" | "N"
                | "NONE"
                | "NULL"
                | "NIL"
                | "UNKNOWN"
                | "ONBEKEND"
                | "UNBEKANNT"
                | "INCONNU"
                | "GEEN"
                | "KEINE"
                | "NOTPROVIDED"
                | "NOTAVAILABLE"
                | "NONREF"
                | "BRAK"
                | "TBD"
                | "TEST"
        )
}

/// Whether the digits of a number are one digit over and over: what is typed to fill a field.
pub fn is_one_digit(text: &str) -> bool {
    let mut digits = text.bytes().filter(u8::is_ascii_digit);
    let first = digits.next();
    digits.clone().count() >= 4 && first.is_some() && digits.all(|b| Some(b) == first)
}

/// Whether digits only count up: 12345678 and the like.
pub fn counts_up(text: &str) -> bool {
    text.len() >= 6
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.as_bytes().windows(2).all(|pair| {
            let next = if pair[0] == b'9' { b'0' } else { pair[0] + 1 };
            pair[1] == next
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_go_and_what_hides_becomes_stars() {
        assert_eq!(fold(" nl91 abna-0417.1643/00 ").text, "NL91ABNA0417164300");
        assert_eq!(fold("•••• 1234").text, "****1234");
        assert_eq!(fold("１２３٤").text, "1234");
        assert_eq!(fold("12...34").text, "12*34");
        assert!(fold("1234…").cut && fold("1234..").cut && !fold("1234.").cut);
        assert_eq!(stars_for_x("NL12XXXX1XÉ", 2), "NL12****1XÉ");
    }

    #[test]
    fn filling_is_seen() {
        assert!(is_one_digit("CHE000000000") && !is_one_digit("100000"));
        assert!(counts_up("12345678") && counts_up("7890123") && !counts_up("12345679"));
    }
}
