//! Text from records made safe to look at, and names put in place of identities.

use serde::Serialize;

use super::{Names, secrets::Secrets};
use crate::victims::special::masked_by_words;

/// A run of text on the page. Names stand in an element of their own, so that right-to-left names do not turn their
/// neighbours and a reader sees where a name begins and ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    /// Whether this is a name or pseudonym.
    pub name: bool,
    pub text: String,
}

/// Makes control characters, line separators and characters that turn the reading direction visible. A page that is
/// evidence must not show another order of characters than the record has, and a terminal must not obey a record.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => out.push_str(&format!("⟦U+{:04X}⟧", u32::from(c))),
            _ => out.push(c),
        }
    }
    out
}

/// The same for a picture by itself, where nothing else escapes signs of markup.
pub(super) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(visible(text)).into_owned()
}

/// What an account is called on the page. Ids of transfers' outer sides are told in words: `u-` the unknown other
/// side of one entry, `c-` cash at an account, `b-` the account's own bank.
pub(super) fn account_label(names: &dyn Names, account_id: &str) -> String {
    let words = names.words();
    let account = |holder: &str| visible(&names.account(&whole_id(holder)));
    match account_id.split_at_checked(2) {
        Some(("u-", _)) => words.say("Unknown other side", &[]),
        Some(("c-", holder)) => words.say("Cash at {account}", &[("account", account(holder))]),
        Some(("b-", holder)) => words.say("Bank of {account}", &[("account", account(holder))]),
        _ => visible(&names.account(account_id)),
    }
}

/// Replaces `{account:ID}`, `{party:ID}` and `{name:TEXT}`. What stands outside is cleared of known names and account
/// numbers where the page may not show them.
pub(super) fn pieces(template: &str, names: &dyn Names, secrets: &Secrets<'_>) -> Vec<Piece> {
    let mut out = Vec::new();
    let plain = |text: &str, out: &mut Vec<Piece>| {
        if !text.is_empty() {
            out.push(Piece {
                name: false,
                text: visible(&secrets.redact(text)),
            });
        }
    };
    let mut rest = template;
    while let Some((start, kind, body, end)) = next_placeholder(rest) {
        plain(&rest[..start], &mut out);
        let text = match kind {
            "account" => account_label(names, body),
            "party" => visible(&names.party(body)),
            _ if names.reveals() => visible(&masked_by_words(body, names.masks())),
            _ => names.words().say("a name that is withheld", &[]),
        };
        out.push(Piece { name: true, text });
        rest = &rest[end..];
    }
    plain(rest, &mut out);
    out
}

/// At most `most` characters, with a sign that there was more.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn whole_id(holder: &str) -> String {
    if holder.starts_with("a-") {
        holder.to_owned()
    } else {
        format!("a-{holder}")
    }
}

/// Start, kind, body and end of the first placeholder.
fn next_placeholder(text: &str) -> Option<(usize, &str, &str, usize)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        let inner = &text[open + 1..];
        if let Some(close) = inner.find('}')
            && let Some((kind, body)) = inner[..close].split_once(':')
            && matches!(kind, "account" | "party" | "name")
        {
            return Some((open, kind, body, open + 1 + close + 1));
        }
        from = open + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain(bool);
    impl Names for Plain {
        fn finding(&self, _: &str) -> Option<String> {
            None
        }
        fn account(&self, account_id: &str) -> String {
            format!("Account {account_id}")
        }
        fn party(&self, party_id: &str) -> String {
            format!("Person {party_id}")
        }
        fn reveals(&self) -> bool {
            self.0
        }
    }

    fn joined(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn nothing_turns_or_hides() {
        assert_eq!(visible("a\u{1b}[2Jb\r\n"), "a␛[2Jb␍␊");
        assert_eq!(visible("x\u{202e}y\u{200b}"), "x⟦U+202E⟧y⟦U+200B⟧");
        assert_eq!(visible("ÅσЖ漢 שלום"), "ÅσЖ漢 שלום");
    }

    #[test]
    fn placeholders_become_names() {
        let none = Secrets::none();
        let text = "From {account:a-1} to {party:p-2}, called {name:Ada <b>}; {other} {account";
        let joined_up = joined(&pieces(text, &Plain(true), &none));
        assert_eq!(
            joined_up,
            "From Account a-1 to Person p-2, called Ada <b>; {other} {account"
        );
        let hidden = joined(&pieces(text, &Plain(false), &none));
        assert!(!hidden.contains("Ada"), "{hidden}");
    }

    #[test]
    fn outer_sides_are_told_in_words() {
        let names = Plain(false);
        assert_eq!(account_label(&names, "u-3f-10"), "Unknown other side");
        assert_eq!(account_label(&names, "c-a-1"), "Cash at Account a-1");
        assert_eq!(account_label(&names, "b-1"), "Bank of Account a-1");
        assert_eq!(account_label(&names, "é"), "Account é");
    }
}
