//! The structured `:86:` of German and Polish banks: a transaction code of three digits, then fields of two digits
//! behind a separator (`?`, in Poland also `<` and `~`), with SEPA markers such as `EREF+` inside the purpose.

use super::details::Details;
use super::texts::{add, make_single_spaced, positions, trim};

/// Longest field; a field of this length goes on in the next without a space.
const FULL: usize = 27;

/// What a SEPA marker says of the text behind it.
#[derive(Clone, Copy)]
enum Marker {
    EndToEnd,
    Remittance,
    Mandate,
    /// `CRED+`, `DEBT+`: who collects.
    Creditor,
    /// `ABWA+`, `ABWE+`: the party behind the other side.
    Ultimate,
    Iban,
    Bic,
    Returned,
    Purpose,
    /// Ends the text before it and says nothing that is kept.
    Ignored,
}

/// The marker that a text ends with, and its length. A `+` ends each.
fn marker_before(text: &[u8]) -> Option<(Marker, usize)> {
    let long = match text {
        [.., a, b, c, d, b'+'] => match &[*a, *b, *c, *d] {
            b"EREF" => Some(Marker::EndToEnd),
            b"SVWZ" => Some(Marker::Remittance),
            b"MREF" => Some(Marker::Mandate),
            b"CRED" | b"DEBT" => Some(Marker::Creditor),
            b"ABWA" | b"ABWE" => Some(Marker::Ultimate),
            b"IBAN" => Some(Marker::Iban),
            b"RTRN" => Some(Marker::Returned),
            b"PURP" => Some(Marker::Purpose),
            b"KREF" | b"COAM" | b"OAMT" | b"RREF" | b"MDAT" => Some(Marker::Ignored),
            _ => None,
        },
        _ => None,
    };
    match (long, text) {
        (Some(marker), _) => Some((marker, 5)),
        (None, [.., b'B', b'I', b'C', b'+']) => Some((Marker::Bic, 4)),
        _ => None,
    }
}

/// Whether the text, its lines joined, is in this form.
pub fn is_structured(text: &str) -> bool {
    let (_, rest) = split_code(text);
    matches!(
        rest.as_bytes(),
        [b'?' | b'<' | b'~', b'0'..=b'9', b'0'..=b'9', ..]
    )
}

/// Reads the text, its lines joined.
pub fn read(text: &str, details: &mut Details) {
    let (code, rest) = split_code(text);
    details.code.push_str(code);
    let separator = rest.bytes().next().unwrap_or(b'?');
    let polish = separator == b'<';
    let mut purpose = std::mem::take(&mut details.raw);
    purpose.clear();
    let mut name_open = false;
    let mut purpose_open = false;
    let ends = positions(rest, separator).chain([rest.len()]);
    let mut from = 0;
    for (index, end) in ends.enumerate() {
        let field = &rest[from..end];
        from = end + 1;
        if index == 0 {
            continue;
        }
        let Some(number) = number(field) else {
            // A separator that belongs to the text.
            purpose.push(char::from(separator));
            purpose.push_str(field);
            continue;
        };
        let value = &field[2..];
        match number {
            0 => add(&mut details.posting, value),
            // PKO and others put name and address into the last fields of the purpose.
            27..=29 if polish => extend(&mut details.name, value, &mut name_open),
            20..=29 | 60..=63 => extend(&mut purpose, value, &mut purpose_open),
            30 => details.bank.push_str(trim(value)),
            31 => details.account.push_str(trim(value)),
            32 | 33 => extend(&mut details.name, value, &mut name_open),
            38 => {
                details.account.clear();
                details.account.push_str(trim(value));
            }
            _ => {}
        }
    }
    make_single_spaced(&mut details.name);
    markers(&purpose, details);
    details.raw = purpose;
    if details.remittance.is_empty() {
        add(&mut details.remittance, &details.posting);
    }
}

fn split_code(text: &str) -> (&str, &str) {
    match text.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', ..] => text.split_at(3),
        _ => ("", text),
    }
}

/// The number that a field begins with. A sign may stand for the first digit.
fn number(field: &str) -> Option<u8> {
    match *field.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some((tens - b'0') * 10 + ones - b'0'),
        [b'+', ones @ b'0'..=b'9', ..] => Some(ones - b'0'),
        _ => None,
    }
}

/// Adds a field; `open` says whether the field before was full, so that a word may go on.
fn extend(slot: &mut String, value: &str, open: &mut bool) {
    if !slot.is_empty() && (!*open || starts_with_marker(value)) {
        slot.push(' ');
    }
    slot.push_str(value);
    *open = value.len() >= FULL && (value.is_ascii() || value.chars().count() >= FULL);
}

fn starts_with_marker(value: &str) -> bool {
    let bytes = value.as_bytes();
    [4, 5].into_iter().any(|length| {
        bytes
            .get(..length)
            .and_then(marker_before)
            .is_some_and(|(_, marked)| marked == length)
    })
}

/// Reads the markers inside the purpose. Text before the first is remittance.
fn markers(purpose: &str, details: &mut Details) {
    let mut open = (Marker::Remittance, 0);
    for plus in positions(purpose, b'+') {
        let Some((marker, length)) = marker_before(&purpose.as_bytes()[..=plus]) else {
            continue;
        };
        let at = plus + 1 - length;
        // Within a word it is text: `ABSVWZ+` is none.
        let inside = at > 0 && purpose.as_bytes()[at - 1].is_ascii_alphanumeric();
        if !inside {
            take(open.0, &purpose[open.1..at], details);
            open = (marker, plus + 1);
        }
    }
    take(open.0, &purpose[open.1..], details);
}

fn take(marker: Marker, value: &str, details: &mut Details) {
    let value = trim(value);
    match marker {
        Marker::EndToEnd => add(&mut details.end_to_end, value),
        Marker::Remittance => add(&mut details.remittance, value),
        Marker::Mandate => add(&mut details.mandate, value),
        Marker::Creditor => add(&mut details.identifier, value),
        Marker::Ultimate => add(&mut details.ultimate, value),
        Marker::Iban if details.account.is_empty() => details.account.push_str(value),
        Marker::Bic if details.bank.is_empty() => details.bank.push_str(value),
        Marker::Returned => add(&mut details.return_reason, value),
        Marker::Purpose => add(&mut details.purpose, value),
        Marker::Iban | Marker::Bic | Marker::Ignored => {}
    }
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
