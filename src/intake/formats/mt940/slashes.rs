//! The structured `:86:` of Dutch banks: code words between slashes, `/TRTP/../IBAN/../NAME/../REMI/..`.

use super::details::{Details, add};

/// Code words in use. What stands between slashes and is none of these is text.
const WORDS: [&str; 28] = [
    "ADDR", "BENM", "BIC", "CNTP", "CSID", "EREF", "EXCH", "IBAN", "ISDT", "MARF", "NAME", "NRTX", "OCMT",
    "ORDP", "PREF", "PURP", "REMI", "RREF", "RTRN", "SVCL", "SWOC", "SWOD", "TRCD", "TRTP", "UCRD", "UDTR",
    "ULTC", "ULTD",
];

/// Whether the text, its lines joined, is in this form.
pub fn is_structured(text: &str) -> bool {
    text.strip_prefix('/')
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(word, _)| WORDS.contains(&word))
}

/// Reads the text, its lines joined.
pub fn read(text: &str, details: &mut Details) {
    let marks = marks(text);
    let mut scope = "";
    for (index, (at, word)) in marks.iter().enumerate() {
        let from = at + word.len() + 2;
        let end = marks.get(index + 1).map_or(text.len(), |(next, _)| *next);
        let value = text.get(from..end).unwrap_or("").trim_matches(['/', ' ']);
        match *word {
            "ORDP" | "BENM" | "ULTD" | "ULTC" | "UDTR" | "UCRD" => {
                scope = word;
                // ING writes the name of the ultimate party without a word of its own.
                if matches!(*word, "ULTD" | "ULTC" | "UDTR" | "UCRD") {
                    add(&mut details.ultimate, value);
                }
            }
            "NAME" if matches!(scope, "ULTD" | "ULTC" | "UDTR" | "UCRD") => add(&mut details.ultimate, value),
            "NAME" => add(&mut details.name, value),
            "IBAN" if details.account.is_empty() => details.account.push_str(value),
            "BIC" if details.bank.is_empty() => details.bank.push_str(value),
            "CNTP" => counterparty(value, details),
            "REMI" => {
                scope = "";
                let value = value
                    .strip_prefix("USTD//")
                    .or_else(|| value.strip_prefix("STRD/CUR/"))
                    .unwrap_or(value);
                add(&mut details.remittance, value);
            }
            "EREF" => add(&mut details.end_to_end, value),
            "MARF" => add(&mut details.mandate, value),
            "CSID" => add(&mut details.identifier, value),
            "TRTP" => add(&mut details.posting, value),
            "OCMT" => {
                // `USD100,00`; the currency stands behind in our brackets.
                if let Some((currency, amount)) = value.split_at_checked(3) {
                    details.instructed = format!("{} {currency}", amount.trim());
                }
            }
            "EXCH" => add(&mut details.rate, value),
            "RTRN" => add(&mut details.return_reason, value),
            "PURP" => add(&mut details.purpose, value.strip_prefix("CD/").unwrap_or(value)),
            _ => {}
        }
    }
}

/// Where code words stand: position of the slash before each.
fn marks(text: &str) -> Vec<(usize, &'static str)> {
    let mut marks: Vec<(usize, &'static str)> = Vec::new();
    for (at, _) in text.match_indices('/') {
        let rest = &text[at + 1..];
        let Some((head, _)) = rest.split_once('/') else {
            break;
        };
        if let Some(word) = WORDS.iter().find(|word| **word == head) {
            marks.push((at, word));
        }
    }
    marks
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
