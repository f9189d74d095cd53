//! The structured `:86:` of German and Polish banks: a transaction code of three digits, then fields of two digits
//! behind a separator (`?`, in Poland also `<` and `~`), with SEPA markers such as `EREF+` inside the purpose.

use super::details::{Details, add};

/// Longest field; a field of this length goes on in the next without a space.
const FULL: usize = 27;

const MARKERS: [&str; 16] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "COAM+",
    "OAMT+", "RREF+", "RTRN+", "PURP+", "MDAT+",
];

/// Whether the text, its lines joined, is in this form.
pub fn is_structured(text: &str) -> bool {
    let (_, rest) = split_code(text);
    let bytes = rest.as_bytes();
    bytes.len() >= 3 && matches!(bytes[0], b'?' | b'<' | b'~') && bytes[1..3].iter().all(u8::is_ascii_digit)
}

/// Reads the text, its lines joined.
pub fn read(text: &str, details: &mut Details) {
    let (code, rest) = split_code(text);
    details.code.push_str(code);
    let separator = rest.chars().next().unwrap_or('?');
    let polish = separator == '<';
    let mut purpose = String::new();
    let (mut bank, mut account) = (String::new(), String::new());
    let mut name_open = false;
    let mut purpose_open = false;
    for field in rest.split(separator).skip(1) {
        let number = field.get(..2).and_then(|n| n.parse::<u8>().ok());
        let (number, value) = match number {
            Some(number) => (number, field.get(2..).unwrap_or("")),
            // A separator that belongs to the text.
            None => (255, field),
        };
        match number {
            0 => add(&mut details.posting, value),
            // PKO and others put name and address into the last fields of the purpose.
            27..=29 if polish => extend(&mut details.name, value, &mut name_open),
            20..=29 | 60..=63 => extend(&mut purpose, value, &mut purpose_open),
            30 => bank.push_str(value.trim()),
            31 => account.push_str(value.trim()),
            32 | 33 => extend(&mut details.name, value, &mut name_open),
            34 => {}
            38 => {
                account.clear();
                account.push_str(value.trim());
            }
            255 => {
                purpose.push(separator);
                purpose.push_str(value);
            }
            _ => {}
        }
    }
    details.name = single_spaced(&details.name);
    details.account = account;
    details.bank = bank;
    markers(&purpose, details);
    if details.remittance.is_empty() {
        let posting = std::mem::take(&mut details.posting);
        add(&mut details.remittance, &posting);
        details.posting = posting;
    }
}

fn split_code(text: &str) -> (&str, &str) {
    match text.split_at_checked(3) {
        Some((code, rest)) if code.bytes().all(|b| b.is_ascii_digit()) => (code, rest),
        _ => ("", text),
    }
}

/// Adds a field; `open` says whether the field before was full, so that a word may go on.
fn extend(slot: &mut String, value: &str, open: &mut bool) {
    let starts_marker = MARKERS.iter().any(|marker| value.starts_with(marker));
    if !slot.is_empty() && (!*open || starts_marker) {
        slot.push(' ');
    }
    slot.push_str(value);
    *open = value.chars().count() >= FULL;
}

fn markers(purpose: &str, details: &mut Details) {
    let mut found: Vec<(usize, &str)> = MARKERS
        .iter()
        .flat_map(|marker| purpose.match_indices(marker))
        .filter(|(at, _)| {
            // Within a word it is text: `ABSVWZ+` is none.
            !purpose[..*at].ends_with(|c: char| c.is_ascii_alphanumeric())
        })
        .collect();
    found.sort_unstable();
    let first = found.first().map_or(purpose.len(), |(at, _)| *at);
    let plain = &purpose[..first];
    for (index, (at, marker)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(purpose.len(), |(next, _)| *next);
        let value = purpose[at + marker.len()..end].trim();
        match *marker {
            "EREF+" => add(&mut details.end_to_end, value),
            "SVWZ+" => add(&mut details.remittance, value),
            "MREF+" => add(&mut details.mandate, value),
            "CRED+" | "DEBT+" => add(&mut details.identifier, value),
            "IBAN+" if details.account.is_empty() => details.account.push_str(value),
            "BIC+" if details.bank.is_empty() => details.bank.push_str(value),
            "ABWA+" | "ABWE+" => add(&mut details.ultimate, value),
            "RTRN+" => add(&mut details.return_reason, value),
            "PURP+" => add(&mut details.purpose, value),
            _ => {}
        }
    }
    let mut remittance = String::new();
    add(&mut remittance, plain);
    add(&mut remittance, &details.remittance);
    details.remittance = remittance;
}

fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    add(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use crate::intake::formats::mt940::details;

    #[test]
    fn a_sepa_credit_across_lines() {
        let details = details::read(
            "166?00GUTSCHRIFT?100399?20EREF+EndToEndIdTFNR20001000?2101?22SVWZ\n+TO 13 TFNr 20001 Einga?23ngskanal \
             Mint?30PBNKDEFF100?31\nDE42100100100043921105?32Richter Renate 70 Zeichen B?33eginn Fuellzeichen",
        );
        assert_eq!(details.code, "166");
        assert_eq!(details.posting, "GUTSCHRIFT");
        assert_eq!(details.end_to_end, "EndToEndIdTFNR2000100001");
        assert_eq!(details.bank, "PBNKDEFF100");
        assert_eq!(details.account, "DE42100100100043921105");
        assert_eq!(details.name, "Richter Renate 70 Zeichen Beginn Fuellzeichen");
        assert_eq!(details.remittance, "TO 13 TFNr 20001 Eingangskanal Mint");
    }

    #[test]
    fn a_marker_cut_by_the_field() {
        let details = details::read(
            "835?20Cie., S.C.A.?22EREF+ 1234567890123 PAYPAL ?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE0000000000000000034 \
             S?25VWZ+ . Musik, Ihr Einkauf?32PayPal",
        );
        assert_eq!(details.mandate, "12AB234CD6E7F");
        assert_eq!(details.identifier, "AB12CDE0000000000000000034");
        assert_eq!(details.remittance, "Cie., S.C.A. . Musik, Ihr Einkauf");
    }

    #[test]
    fn polish_separators() {
        let details = details::read(
            "944<00PRZELEW<20czynsz maj<27JAN NOWAK<28UL. NIJAKA 1<38PL61109010140000071219812874",
        );
        assert_eq!(details.name, "JAN NOWAK UL. NIJAKA 1");
        assert_eq!(details.account, "PL61109010140000071219812874");
        assert_eq!(details.remittance, "czynsz maj");
        let details = details::read(
            "020~00VE02~20wplata ~21za towar~32ANNA ~33KOWALSKA~38PL61109010140000071219812874",
        );
        assert_eq!(details.name, "ANNA KOWALSKA");
        assert_eq!(details.remittance, "wplata za towar");
    }

    #[test]
    fn the_banks_words_where_there_is_no_purpose() {
        let details = details::read("805?00ENTGELTABSCHLUSS?106666");
        assert_eq!(details.remittance, "ENTGELTABSCHLUSS");
    }
}
