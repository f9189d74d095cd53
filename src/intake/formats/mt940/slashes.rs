//! The structured `:86:` of Dutch banks: code words between slashes, `/TRTP/../IBAN/../NAME/../REMI/..`.

use super::details::Details;
use super::texts::{add, positions};

/// What a code word says of the text behind it.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    /// `ORDP`, `BENM`: what follows is the other side's.
    Party,
    /// `ULTC`, `ULTD`, `UCRD`, `UDTR`: what follows is that of the party behind it.
    Ultimate,
    Name,
    Iban,
    Bic,
    /// Account, bank, name and city at once.
    Counterparty,
    Remittance,
    EndToEnd,
    Mandate,
    Creditor,
    Kind,
    /// What was ordered, before an exchange.
    Ordered,
    Rate,
    Returned,
    Purpose,
    /// Ends the text before it and says nothing that is kept.
    Ignored,
}

/// The code words in use. What stands between slashes and is none of these is text.
fn word(text: &str) -> Option<Word> {
    Some(match text.as_bytes() {
        b"NAME" => Word::Name,
        b"REMI" => Word::Remittance,
        b"IBAN" => Word::Iban,
        b"BIC" => Word::Bic,
        b"EREF" => Word::EndToEnd,
        b"TRTP" => Word::Kind,
        b"ORDP" | b"BENM" => Word::Party,
        b"ULTC" | b"ULTD" | b"UCRD" | b"UDTR" => Word::Ultimate,
        b"CNTP" => Word::Counterparty,
        b"MARF" => Word::Mandate,
        b"CSID" => Word::Creditor,
        b"OCMT" => Word::Ordered,
        b"EXCH" => Word::Rate,
        b"RTRN" => Word::Returned,
        b"PURP" => Word::Purpose,
        b"ADDR" | b"ISDT" | b"NRTX" | b"PREF" | b"RREF" | b"SVCL" | b"SWOC" | b"SWOD" | b"TRCD" => {
            Word::Ignored
        }
        _ => return None,
    })
}

/// Whether the text, its lines joined, is in this form.
pub fn is_structured(text: &str) -> bool {
    text.strip_prefix('/')
        .and_then(|rest| Some(&rest[..memchr::memchr(b'/', rest.as_bytes())?]))
        .is_some_and(|head| word(head).is_some())
}

/// Reads the text, its lines joined.
pub fn read(text: &str, details: &mut Details) {
    // Whether what follows is of the party behind the other side.
    let mut ultimate = false;
    let mut open: Option<(Word, usize)> = None;
    let mut slash: Option<usize> = None;
    for next in positions(text, b'/') {
        // A word stands between two slashes; the second may be the first of another.
        let at = slash.replace(next);
        let Some((at, found)) = at.and_then(|at| Some((at, word(&text[at + 1..next])?))) else {
            continue;
        };
        if let Some((word, from)) = open.replace((found, next + 1)) {
            take(word, text.get(from..at).unwrap_or(""), &mut ultimate, details);
        }
    }
    if let Some((word, from)) = open {
        take(word, &text[from..], &mut ultimate, details);
    }
}

/// The text without slashes and spaces around it.
fn without_slashes(text: &str) -> &str {
    match text.as_bytes() {
        [b'/' | b' ', ..] | [.., b'/' | b' '] => text.trim_matches(['/', ' ']),
        _ => text,
    }
}

fn take(word: Word, value: &str, ultimate: &mut bool, details: &mut Details) {
    let value = without_slashes(value);
    match word {
        Word::Party => *ultimate = false,
        Word::Ultimate => {
            *ultimate = true;
            // ING writes the name of the ultimate party without a word of its own.
            add(&mut details.ultimate, value);
        }
        Word::Name if *ultimate => add(&mut details.ultimate, value),
        Word::Name => add(&mut details.name, value),
        Word::Iban if details.account.is_empty() => details.account.push_str(value),
        Word::Bic if details.bank.is_empty() => details.bank.push_str(value),
        Word::Counterparty => counterparty(value, details),
        Word::Remittance => {
            *ultimate = false;
            let value = value
                .strip_prefix("USTD//")
                .or_else(|| value.strip_prefix("STRD/CUR/"))
                .unwrap_or(value);
            add(&mut details.remittance, value);
        }
        Word::EndToEnd => add(&mut details.end_to_end, value),
        Word::Mandate => add(&mut details.mandate, value),
        Word::Creditor => add(&mut details.identifier, value),
        Word::Kind => add(&mut details.posting, value),
        Word::Ordered => {
            // `USD100,00`; the currency stands behind in our brackets.
            if let Some((currency, amount)) = value.split_at_checked(3) {
                details.instructed = format!("{} {currency}", amount.trim());
            }
        }
        Word::Rate => add(&mut details.rate, value),
        Word::Returned => add(&mut details.return_reason, value),
        Word::Purpose => add(&mut details.purpose, value.strip_prefix("CD/").unwrap_or(value)),
        Word::Iban | Word::Bic | Word::Ignored => {}
    }
}

/// `iban/bic/name/city`.
fn counterparty(value: &str, details: &mut Details) {
    let mut parts = value.splitn(4, '/');
    let mut next = || parts.next().unwrap_or("").trim();
    let (account, bank, name) = (next(), next(), next());
    if details.account.is_empty() {
        details.account.push_str(account);
    }
    if details.bank.is_empty() {
        details.bank.push_str(bank);
    }
    add(&mut details.name, name);
}

#[cfg(test)]
mod tests {
    use crate::intake::formats::mt940::details;

    #[test]
    fn an_exchange_keeps_what_was_ordered_and_the_rate() {
        let details = details::read("/TRTP/X/NAME/Shop/OCMT/USD100,00/EXCH/1,0845/REMI/bill");
        assert_eq!(
            (details.instructed.as_str(), details.rate.as_str()),
            ("100,00 USD", "1,0845")
        );
        assert_eq!(details.remittance, "bill");
    }

    #[test]
    fn abn_and_rabobank() {
        let details = details::read(
            "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J DE \nVRIES/REMI/huur 3/4 mei/EREF/NOTPROVIDED",
        );
        assert_eq!(details.posting, "SEPA OVERBOEKING");
        assert_eq!(details.account, "NL91ABNA0417164300");
        assert_eq!(details.bank, "ABNANL2A");
        assert_eq!(details.name, "J DE VRIES");
        assert_eq!(details.remittance, "huur 3/4 mei");
        assert_eq!(details.end_to_end, "");
        let details = details::read("/EREF/E-1/ORDP//NAME/K Bos/REMI/loon/ISDT/2026-01-05");
        assert_eq!(
            (details.name.as_str(), details.end_to_end.as_str()),
            ("K Bos", "E-1")
        );
        assert_eq!(details.remittance, "loon");
        let details = details::read("/BENM//NAME/Winkel BV/REMI/bon/ULTC//NAME/Filiaal Oost");
        assert_eq!(
            (details.name.as_str(), details.ultimate.as_str()),
            ("Winkel BV", "Filiaal Oost")
        );
    }

    #[test]
    fn ing() {
        let details = details::read(
            "/EREF/EV-7//MARF/M-9//CSID/NL32ZZZ999999991234//CNTP/NL32INGB0000012345/INGBNL2A/ING Ba\nnk N.V. inzake \
             WeB/AMSTERDAM//REMI/USTD//EV-7 REP10/",
        );
        assert_eq!(details.account, "NL32INGB0000012345");
        assert_eq!(details.bank, "INGBNL2A");
        assert_eq!(details.name, "ING Bank N.V. inzake WeB");
        assert_eq!(details.identifier, "NL32ZZZ999999991234");
        assert_eq!(details.mandate, "M-9");
        assert_eq!(details.remittance, "EV-7 REP10");
    }
}
