//! Free `:86:` text with key words: `SEPA Overboeking IBAN: .. BIC: .. Naam: ..` of ABN AMRO and others, the Polish
//! `Z RACH.: ..; OD: ..; TYT.: ..`, and the card lines that begin with `BEA` or `GEA`.

use super::details::Details;
use super::texts::{add, trim};

#[derive(Clone, Copy, PartialEq)]
enum Field {
    Account,
    Bank,
    Name,
    Remittance,
    EndToEnd,
    Mandate,
    Creditor,
    Ignored,
}

/// Words that open a field, as they stand in capitals.
const WORDS: [(&str, Field); 24] = [
    ("IBAN:", Field::Account),
    ("BIC:", Field::Bank),
    ("NAAM:", Field::Name),
    ("NAME:", Field::Name),
    ("OMSCHRIJVING:", Field::Remittance),
    ("KENMERK:", Field::EndToEnd),
    ("BETALINGSKENM.:", Field::Remittance),
    ("MACHTIGING:", Field::Mandate),
    ("INCASSANT:", Field::Creditor),
    ("VOOR:", Field::Ignored),
    ("Z RACH.:", Field::Account),
    ("NA RACH.:", Field::Account),
    ("OD:", Field::Name),
    ("DLA:", Field::Name),
    ("TYT.:", Field::Remittance),
    ("TNR:", Field::Ignored),
    ("ID IPH:", Field::Ignored),
    ("EMPFÄNGER:", Field::Name),
    ("AUFTRAGGEBER:", Field::Name),
    ("VERWENDUNGSZWECK:", Field::Remittance),
    ("REFERENZ:", Field::EndToEnd),
    ("MITTEILUNG:", Field::Remittance),
    ("COMMUNICATION:", Field::Remittance),
    ("REMIT:", Field::Remittance),
];

/// Reads flowing text. False where it has no key words.
pub fn read(text: &str, details: &mut Details) -> bool {
    if text.starts_with("BEA") || text.starts_with("GEA") {
        add(&mut details.posting, text.get(..3).unwrap_or(""));
        add(&mut details.remittance, text);
        if let Some(terminal) = text
            .split("NR:")
            .nth(1)
            .and_then(|rest| rest.split([' ', ',']).next())
        {
            details.terminal.push_str(terminal);
        }
        return true;
    }
    let mut before = "";
    let mut remittance_open = false;
    let mut open: Option<(Field, usize)> = None;
    for colon in memchr::memchr_iter(b':', text.as_bytes()) {
        let Some((word, field)) = word_before(&text[..=colon]) else {
            continue;
        };
        // Free text may hold such words; behind the remittance only a reference or another account opens a field.
        if remittance_open && field == Field::Name {
            continue;
        }
        remittance_open |= field == Field::Remittance;
        let at = colon + 1 - word.len();
        match open {
            Some((field, from)) => take(field, text.get(from..at).unwrap_or(""), details),
            None => {
                before = &text[..at];
                add(&mut details.posting, before.trim_end_matches([';', ' ']));
            }
        }
        open = Some((field, colon + 1));
    }
    let Some((field, from)) = open else {
        return false;
    };
    take(field, &text[from..], details);
    if details.remittance.is_empty() {
        add(&mut details.remittance, before);
    }
    true
}

fn take(field: Field, value: &str, details: &mut Details) {
    let value = trim(trim(value).trim_end_matches(';'));
    match field {
        Field::Account if details.account.is_empty() => details.account.push_str(value),
        Field::Bank => add(&mut details.bank, value),
        Field::Name => add(&mut details.name, value),
        Field::Remittance => add(&mut details.remittance, value),
        Field::EndToEnd => add(&mut details.end_to_end, value),
        Field::Mandate => add(&mut details.mandate, value),
        Field::Creditor => add(&mut details.identifier, value),
        Field::Account | Field::Ignored => {}
    }
}

/// The longest key word that a text ends with, at the beginning of a word.
fn word_before(text: &str) -> Option<(&'static str, Field)> {
    let last = text.len().checked_sub(2).and_then(|at| text.as_bytes().get(at))?;
    WORDS
        .iter()
        .filter(|(word, _)| {
            let wanted = word.as_bytes()[word.len() - 2];
            (wanted.eq_ignore_ascii_case(last) || !last.is_ascii()) && ends_with(text, word)
        })
        .max_by_key(|(word, _)| word.len())
        .copied()
}

/// Whether the text ends with the word, in capitals or not, at the beginning of a word.
fn ends_with(text: &str, word: &str) -> bool {
    let Some(from) = text.len().checked_sub(word.len()) else {
        return false;
    };
    let Some(tail) = text.get(from..) else {
        return false;
    };
    let same = if tail.is_ascii() {
        tail.eq_ignore_ascii_case(word)
    } else {
        tail == word || tail.to_uppercase() == word
    };
    same && text[..from]
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use crate::intake::formats::mt940::details;

    #[test]
    fn abn_amro() {
        let details = details::read(
            "SEPA Overboeking                 IBAN: NL91ABNA0417164300\nBIC: ABNANL2A                    Naam: P JANSEN\n\
             Omschrijving: huur mei: deel 1   Kenmerk: E-77",
        );
        assert_eq!(details.posting, "SEPA Overboeking");
        assert_eq!(details.account, "NL91ABNA0417164300");
        assert_eq!(details.bank, "ABNANL2A");
        assert_eq!(details.name, "P JANSEN");
        assert_eq!(details.remittance, "huur mei: deel 1");
        assert_eq!(details.end_to_end, "E-77");
    }

    #[test]
    fn a_polish_collection() {
        let details = details::read(
            "911 TRANSAKCJA COLLECT; ID IPH: XX000000000001; Z RACH.: \n56114010810000267002001001; OD: JAN NOWAK  \n\
             UL. NIJAKA 1; TYT.: PRZELEW SRODKOW   ; \nTNR: 179171073864111.010001",
        );
        assert_eq!(details.account, "56114010810000267002001001");
        assert_eq!(details.name, "JAN NOWAK UL. NIJAKA 1");
        assert_eq!(details.remittance, "PRZELEW SRODKOW");
    }

    #[test]
    fn a_card_line() {
        let details = details::read("BEA   NR:XYZ123   28.09.26/12.34\nSUPERMARKT UTRECHT,PAS123");
        assert_eq!(details.posting, "BEA");
        assert_eq!(details.terminal, "XYZ123");
        assert!(details.remittance.contains("SUPERMARKT"));
    }
}
