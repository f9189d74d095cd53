//! Identifiers in free text: accounts, banks, entities, mailboxes, international phones, cards.
//!
//! Only what tells itself is taken: a right check digit and a form that little else has, or a word before it that says
//! what it is. A number that could be anything is nothing.

use std::ops::Range;

use super::taken::Taken;
use super::text::{is_mask, plain};
use super::{Identifier, Status, bank, card, email, phone};

/// Words before a number that make it a reference, whatever its check digit says.
const REFERENCE_WORDS: &[&str] = &[
    "ref",
    "reference",
    "referentie",
    "kenmerk",
    "betalingskenmerk",
    "factuur",
    "factuurnummer",
    "invoice",
    "inv",
    "rechnung",
    "rechnungsnr",
    "facture",
    "fattura",
    "factura",
    "faktura",
    "fv",
    "order",
    "ordernummer",
    "klantnummer",
    "kundennummer",
    "eref",
    "kref",
    "mref",
    "cred",
    "mandaat",
    "mandat",
    "mandate",
    "machtiging",
    "machtigingskenmerk",
    "nr",
    "no",
    "id",
    "transactie",
    "transactienummer",
    "tid",
    "trtp",
    "remi",
];
const CARD_WORDS: &[&str] = &[
    "card",
    "kaart",
    "kaartnr",
    "kaartnummer",
    "pas",
    "pasnr",
    "pasnummer",
    "karte",
    "kartennr",
    "kartennummer",
    "carte",
    "cb",
    "carta",
    "tarjeta",
    "karta",
    "karty",
    "visa",
    "mastercard",
    "maestro",
    "pan",
    "pasvolgnr",
    "creditcard",
];

/// Finds identifiers in text, in the order of their places; they do not overlap. Places are bytes of the text.
pub fn find(text: &str) -> Vec<(Range<usize>, Identifier)> {
    let mut found: Vec<(Range<usize>, Identifier)> = Vec::new();
    let mut taken = Taken::default();
    let mut take = |span: Range<usize>, read: Identifier| {
        if taken.is_free(&span) {
            taken.take(&span);
            found.push((span, read));
        }
    };
    let starts = starts(text);
    for &at in &starts {
        if let Some((span, read)) = iban_at(text, at) {
            take(span, read);
        }
    }
    for (at, _) in text.match_indices('@') {
        if let Some((span, read)) = mailbox_around(text, at) {
            take(span, read);
        }
    }
    for word in words(text) {
        if let Some(read) = lei(text, &word) {
            take(word, read);
        }
    }
    for (at, _) in text.match_indices('+') {
        if let Some((span, read)) = phone_at(text, at) {
            take(span, read);
        }
    }
    for &at in &starts {
        if let Some((span, read)) = card_at(text, at) {
            take(span, read);
        }
    }
    let accounts: Vec<(Range<usize>, String)> = found
        .iter()
        .filter(|(_, read)| read.scheme.as_str() == "iban")
        .map(|(span, read)| (span.clone(), read.country.clone()))
        .collect();
    for word in words(text) {
        if let Some(read) = bic(text, &word, &accounts).filter(|_| taken.is_free(&word)) {
            found.push((word, read));
        }
    }
    found.sort_by_key(|(span, _)| span.start);
    found
}

fn is_part(sign: char) -> bool {
    sign.is_alphanumeric() || is_mask(sign)
}

/// Where a run of letters, digits and hidden signs begins.
fn starts(text: &str) -> Vec<usize> {
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, sign) in text.char_indices() {
        if is_part(sign) && !is_part(before) {
            starts.push(at);
        }
        before = sign;
    }
    starts
}

/// Runs of letters and digits.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, sign)| sign.is_alphanumeric()) {
        match words.last_mut() {
            Some(last) if last.end == at => last.end = at + sign.len_utf8(),
            _ => words.push(at..at + sign.len_utf8()),
        }
    }
    words
}

/// The word before a place, in small letters, and whether only blanks and `:./-` stand between.
fn word_before(text: &str, at: usize) -> String {
    let before =
        text[..at].trim_end_matches(|sign: char| sign.is_whitespace() || ":./-#+*=\"'(".contains(sign));
    let start = before
        .rfind(|sign: char| !sign.is_alphanumeric())
        .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
    before[start..].to_lowercase()
}

/// An IBAN from a place on, in one piece or in groups behind single spaces.
fn iban_at(text: &str, at: usize) -> Option<(Range<usize>, Identifier)> {
    let country = text.get(at..at + 2)?.to_ascii_uppercase();
    let length = bank::iban_length(&country)?;
    let mut compact = String::new();
    let mut hidden = None;
    let mut start = at;
    loop {
        let group: &str = text[start..]
            .split(|sign| !is_part(sign))
            .next()
            .filter(|group| !group.is_empty())?;
        let before = compact.len();
        for sign in group.chars() {
            compact.push(if is_mask(sign) {
                '*'
            } else {
                sign.to_ascii_uppercase()
            });
        }
        let end = start + group.len();
        // Words behind a masked number are none of it.
        let is_number = before == 0
            || compact[before..]
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'*' || b == b'X');
        if !compact.is_ascii() || compact.len() > length {
            return hidden;
        }
        let read = bank::iban(&compact);
        let shows = compact.bytes().skip(4).any(|b| b.is_ascii_digit());
        let begins = compact
            .bytes()
            .skip(2)
            .take(2)
            .all(|b| b.is_ascii_digit() || b == b'*' || b == b'X');
        match read.status {
            Status::Valid => return Some((at..end, read)),
            Status::Masked if begins && shows && (is_number || compact.len() == length) => {
                let whole = before == 0 || compact.len() == length;
                hidden = Some((at..end, read));
                if whole {
                    return hidden;
                }
            }
            Status::Masked if hidden.is_some() => return hidden,
            _ => {}
        }
        let mut rest = text[end..].chars();
        let space = rest.next().filter(|sign| matches!(sign, ' ' | '\u{a0}'));
        match (space, rest.next()) {
            (Some(space), Some(next)) if is_part(next) => start = end + space.len_utf8(),
            _ => return hidden,
        }
    }
}

fn mailbox_around(text: &str, at: usize) -> Option<(Range<usize>, Identifier)> {
    let local = |sign: char| sign.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(sign);
    let domain = |sign: char| sign.is_alphanumeric() || sign == '.' || sign == '-';
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(_, sign)| local(*sign))
        .last()?
        .0;
    // What stands before a mailbox in banks' texts: `/EMAIL/`, `SVWZ+`, quotes.
    let start = text[start..at]
        .rfind(['/', '\'', '=', '`', '|'])
        .map_or(start, |cut| start + cut + 1);
    let tail: usize = text[at + 1..]
        .chars()
        .take_while(|sign| domain(*sign))
        .map(char::len_utf8)
        .sum();
    let end = at + 1 + text[at + 1..at + 1 + tail].trim_end_matches(['.', '-']).len();
    let start = start + text[start..at].len() - text[start..at].trim_start_matches(['.', '-', '+']).len();
    let read = email::read(text.get(start..end)?);
    matches!(read.status, Status::Valid | Status::Masked).then_some((start..end, read))
}

fn lei(text: &str, word: &Range<usize>) -> Option<Identifier> {
    let body = &text[word.clone()];
    if body.len() != 20 || !body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    let called = word_before(text, word.start) == "lei";
    // References of banks are as long: without the word only the usual build counts.
    let built = &body[4..6] == "00" && body.bytes().any(|b| b.is_ascii_uppercase());
    let read = bank::lei(body);
    (read.status == Status::Valid && (called || built)).then_some(read)
}

fn phone_at(text: &str, at: usize) -> Option<(Range<usize>, Identifier)> {
    // `SVWZ+49…` is a keyword with a number.
    if text[..at]
        .chars()
        .next_back()
        .is_some_and(|sign| sign.is_alphanumeric() || sign == '+')
    {
        return None;
    }
    let mut end = at + 1;
    let mut gap = 0;
    let mut digits = 0;
    let mut best = None;
    for (step, sign) in text[at + 1..].char_indices() {
        if plain(sign).is_ascii_digit() {
            digits += 1;
            gap = 0;
            end = at + 1 + step + sign.len_utf8();
        } else if matches!(sign, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}') && gap < 2 {
            gap += 1;
        } else {
            break;
        }
        if digits > 15 {
            break;
        }
        let next = text[end..].chars().next();
        // Digits behind a comma make it an amount, letters a reference.
        let stops = !next.is_some_and(|sign| sign.is_alphanumeric() || sign == ',' || sign == '*');
        if gap == 0 && digits >= 8 && stops {
            let read = phone::read("", &text[at..end]);
            if read.status == Status::Valid {
                best = Some((at..end, read));
            }
        }
    }
    let (span, read) = best?;
    // Without a gap the number must end where its digits do: `+31612345678 100` is a number and an amount.
    let pieces = text[span.clone()]
        .split([' ', '-', '.', '/', '(', ')'])
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>();
    let first = pieces.first().copied().unwrap_or("");
    let alone = phone::read("", first);
    if first.len() >= 10 && alone.status == Status::Valid {
        return Some((span.start..span.start + first.len(), alone));
    }
    Some((span, read))
}

/// A card number from a place on: whole with an issuer's first digits and the right check digit, or masked.
fn card_at(text: &str, at: usize) -> Option<(Range<usize>, Identifier)> {
    let is_sign = |sign: char| sign.is_ascii_digit() || is_mask(sign) || sign == 'X' || sign == 'x';
    let mut end = at;
    let mut gap = false;
    let mut groups: Vec<usize> = vec![0];
    let mut compact = String::new();
    for (step, sign) in text[at..].char_indices() {
        if is_sign(sign) {
            if gap {
                groups.push(0);
            }
            if let Some(last) = groups.last_mut() {
                *last += 1;
            }
            compact.push(if sign.is_ascii_digit() { sign } else { '*' });
            gap = false;
            end = at + step + sign.len_utf8();
        } else if (sign == ' ' || sign == '-') && !gap && !compact.is_empty() {
            gap = true;
        } else {
            break;
        }
        if compact.len() > 19 {
            return None;
        }
    }
    if text[end..].chars().next().is_some_and(is_part) {
        return None;
    }
    let before = word_before(text, at);
    let called = CARD_WORDS.contains(&before.as_str());
    let masks = compact.bytes().filter(|b| *b == b'*').count();
    let in_fours = groups.len() > 1
        && groups[..groups.len() - 1].iter().all(|len| *len == 4)
        && groups[groups.len() - 1] <= 4;
    let amex = groups == [4, 6, 5];
    let read = || card::read(&text[at..end]);
    if masks == 0 {
        let shaped = groups.len() == 1 || in_fours || amex;
        let referred =
            REFERENCE_WORDS.contains(&before.as_str()) || text[..at].ends_with(['+', '/', '.', ',']);
        let issued = card::is_issued(&compact) || (called && compact.len() >= 13);
        let right = shaped && issued && (called || !referred);
        return (right && read().status == Status::Valid).then(|| (at..end, read()));
    }
    // Of what is hidden the last four, and the first four or six, are what card issuers show.
    let hidden_run = compact.contains("***");
    let shows_end = compact.len() >= 4 && compact.bytes().rev().take(4).all(|b| b.is_ascii_digit());
    let long = (12..=19).contains(&compact.len()) && masks <= 15;
    let shaped = groups.len() == 1 || in_fours || amex;
    (hidden_run && shows_end && shaped && (long || called)).then(|| (at..end, read()))
}

/// A BIC, where a word before it says so or an account of its country stands beside it.
fn bic(text: &str, word: &Range<usize>, accounts: &[(Range<usize>, String)]) -> Option<Identifier> {
    let body = &text[word.clone()];
    if !bank::is_bic(body) {
        return None;
    }
    let called = matches!(
        word_before(text, word.start).as_str(),
        "bic" | "swift" | "swiftcode" | "bank"
    );
    let beside = |(span, country): &(Range<usize>, String)| {
        let between = if span.end <= word.start {
            text.get(span.end..word.start)
        } else {
            text.get(word.end..span.start)
        };
        let near =
            between.is_some_and(|between| between.len() <= 3 && !between.chars().any(char::is_alphanumeric));
        near && body[4..6] == **country
    };
    (called || accounts.iter().any(beside)).then(|| bank::bic(body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Vec<(String, String, Status)> {
        let one = |(span, read): (Range<usize>, Identifier)| {
            (
                format!("{} {}", read.scheme.as_str(), &text[span]),
                read.value,
                read.status,
            )
        };
        find(text).into_iter().map(one).collect()
    }

    fn words_of(text: &str) -> Vec<String> {
        of(text).into_iter().map(|(found, ..)| found).collect()
    }

    #[test]
    fn what_tells_itself() {
        assert_eq!(
            words_of("to NL91 ABNA 0417 1643 00 J de Vries"),
            ["iban NL91 ABNA 0417 1643 00"]
        );
        assert_eq!(
            words_of("NL91ABNA0417164300 ABNANL2A huur"),
            ["iban NL91ABNA0417164300", "bic ABNANL2A"]
        );
        assert_eq!(
            words_of("BIC: DEUTDEFF, LEI 529900T8BM49AURSDO55."),
            ["bic DEUTDEFF", "lei 529900T8BM49AURSDO55"]
        );
        assert_eq!(
            words_of("mail J.Vries@example.org. Tel +31 6 1234 5678!"),
            ["email J.Vries@example.org", "phone +31 6 1234 5678"]
        );
        assert_eq!(
            words_of("VISA 4111 1111 1111 1111 Amsterdam"),
            ["card 4111 1111 1111 1111"]
        );
        assert_eq!(words_of("paid by 4111111111111111"), ["card 4111111111111111"]);
    }

    #[test]
    fn what_is_hidden_is_found_as_hidden() {
        assert_eq!(
            words_of("van NL12 XXXX 0000 1234 XX huur"),
            ["iban NL12 XXXX 0000 1234 XX"]
        );
        assert_eq!(
            words_of("card ****1234 and **** **** **** 1234"),
            ["card ****1234", "card **** **** **** 1234"]
        );
        assert_eq!(words_of("NL12****1234 rent"), ["iban NL12****1234"]);
        let card = of("4111 11XX XXXX 1111");
        assert_eq!(
            (card[0].1.as_str(), card[0].2),
            ("4111 11** **** 1111", Status::Masked)
        );
    }

    #[test]
    fn what_could_be_anything_is_nothing() {
        for text in [
            "invoice 4111111111111112",
            "factuur 4111111111111111",
            "EREF+4111111111111111",
            "betalingskenmerk 1234567812345670",
            "1234567812345670",
            "NL92ABNA0417164300",
            "XNL91ABNA0417164300",
            "NL91ABNA0417164300X",
            "BETALING TRANSFER GESCHENK",
            "SVWZ+4915112345678",
            "+1.234.567,89",
            "+20241231",
            "a @ b.c, @home, me@here",
            "order 529900T8BM49AURSDO56",
            "ABCDEFGHIJKLMNOPQRST",
            "maat XXXL 1234",
            "***",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn spans_lie_on_signs_and_do_not_overlap(text in any::<String>(), dense in "[N0-9L @.+*Xxé•A-Ba-b/-]{0,40}") {
            for text in [text, dense] {
                let mut last = 0;
                for (span, read) in find(&text) {
                    prop_assert!(last <= span.start && span.start < span.end);
                    prop_assert!(text.get(span.clone()).is_some());
                    prop_assert!(matches!(read.status, Status::Valid | Status::Masked));
                    last = span.end;
                }
            }
        }
    }
}
