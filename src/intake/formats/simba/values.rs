//! Dates, amounts, accounts and numbers of persons as the layout writes them.

use crate::model::{AccountKey, Amount, Channel, Date, NumberStyle, is_masked};

/// A day as `ddmmyyyy`. The first zero may be lost; eight zeros are no day. The error is a sentence.
pub fn date(text: &str) -> Result<Date, String> {
    let wrong = || format!("‘{}’ is no day of the calendar written as DDMMYYYY", shown(text));
    let padded;
    let digits = match text.len() {
        8 => text,
        7 => {
            padded = format!("0{text}");
            &padded
        }
        _ => return Err(wrong()),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let day = digits[..2].parse().map_err(|_| wrong())?;
    let month = digits[2..4].parse().map_err(|_| wrong())?;
    let year = digits[4..].parse().map_err(|_| wrong())?;
    Date::from_ymd(year, month, day).ok_or_else(wrong)
}

/// A day that may be missing: empty, all zeros or all nines.
pub fn optional_date(column: &str, text: &str) -> Result<Option<Date>, String> {
    if is_filler(text) {
        return Ok(None);
    }
    date(text).map(Some).map_err(|fault| format!("{column}: {fault}"))
}

/// An amount in hundredths without a decimal sign; with a comma and two digits behind it, in reais. Nothing where the
/// text is empty. The error is a sentence.
pub fn amount(text: &str) -> Result<Option<Amount>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |why: &str| {
        format!(
            "‘{}’ is no amount{why}; expected digits, the last two of them hundredths",
            shown(text)
        )
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, hundredths) = match text.split_once(',') {
        Some((whole, back)) if all_digits(whole) && all_digits(back) && back.len() == 2 => {
            (whole.to_owned(), back.to_owned())
        }
        None if all_digits(text) => {
            let padded = format!("{text:0>3}");
            let (whole, back) = padded.split_at(padded.len() - 2);
            (whole.to_owned(), back.to_owned())
        }
        _ => return Err(wrong("")),
    };
    let whole = whole.trim_start_matches('0');
    Amount::parse(&format!("0{whole}.{hundredths}"), NumberStyle::POINT)
        .map(Some)
        .map_err(|error| wrong(&format!(" ({error})")))
}

/// An account as the layout names it, in one spelling: bank of at least three digits; branch of at least four, a
/// stroke, the number without punctuation and leading zeros, and a stroke and the type where it is not the current
/// account (1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub bank: String,
    /// Empty where the record names no account.
    pub number: String,
}

impl Account {
    /// From bank, branch, number and type. Nothing, zeros and the filler of nines give no account.
    pub fn of(bank: &str, branch: &str, number: &str, kind: &str) -> Account {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_uppercase())
                .collect()
        };
        let (bank, branch, number) = (plain(bank), plain(branch), plain(number));
        let bank = match bank.trim_start_matches('0') {
            "" => String::new(),
            rest => format!("{rest:0>3}"),
        };
        let nines = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b == b'9');
        let digits = number.trim_start_matches('0');
        if digits.is_empty() || nines(digits, 10) || (nines(&branch, 4) && nines(digits, 4)) {
            return Account {
                bank,
                number: String::new(),
            };
        }
        let branch = branch.trim_start_matches('0');
        let kind = match kind.trim_start_matches('0') {
            "" | "1" => String::new(),
            other => format!("/{other}"),
        };
        Account {
            bank,
            number: format!("{branch:0>4}/{digits}{kind}"),
        }
    }

    /// The key of the account; empty where there is none.
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            number: &self.number,
            bank: &self.bank,
        }
    }
}

/// `person`, `company` or `unknown`.
pub fn person_kind(text: &str) -> &'static str {
    match text.trim_start_matches('0') {
        "1" => "person",
        "2" => "company",
        _ => "unknown",
    }
}

/// CPF (11 digits) or CNPJ (14) without punctuation, with the zeros that columns of numbers lose or add. Of an unknown
/// kind the number stays as written, and so does one of which digits are masked. Fillers are no number.
pub fn registration(text: &str, kind: &str) -> String {
    if is_masked(text) {
        return text.trim().to_owned();
    }
    let plain: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if is_filler(&plain) {
        return String::new();
    }
    let width = match kind {
        "person" => 11,
        "company" => 14,
        _ => return plain,
    };
    let digits = plain.trim_start_matches('0');
    if digits.len() > width || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return plain;
    }
    format!("{digits:0>width$}")
}

/// Whose number a registration is: a whole CPF or CNPJ.
pub fn scheme(registration: &str, kind: &str) -> &'static str {
    let whole = registration.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match (kind, registration.len()) {
        ("person", 11) if whole => "BR-CPF",
        ("company", 14) if whole => "BR-CNPJ",
        _ => "",
    }
}

/// CPF or CNPJ, else the document with its name before it, so that numbers of two kinds are never one.
pub fn identifier(registration: String, document_name: &str, document_number: &str) -> String {
    if !registration.is_empty() || is_filler(document_number) {
        return registration;
    }
    format!("{document_name} {document_number}").trim().to_owned()
}

/// A name, or nothing where the bank wrote that it knows none.
pub fn name(text: &str) -> &str {
    let plain: String = text
        .chars()
        .take(20)
        .map(|c| match c {
            'Ã' | 'ã' => 'A',
            '-' | '_' => ' ',
            c => c.to_ascii_uppercase(),
        })
        .collect();
    const NOBODY: [&str; 5] = [
        "NAO CORRENTISTA",
        "NAO IDENTIFICAD",
        "NAO INFORMAD",
        "NAO DISPONIV",
        "SEM IDENTIFICA",
    ];
    if NOBODY.iter().any(|nobody| plain.starts_with(nobody)) || is_filler(text) {
        ""
    } else {
        text
    }
}

/// How money moved, by TIPO_LANCAMENTO.
pub fn channel(code: &str) -> Channel {
    match code.trim_start_matches('0') {
        "114" => Channel::CashAtm,
        "123" | "220" => Channel::CashBranch,
        "101" | "118" | "119" | "124" | "201" | "203" | "215" => Channel::Cheque,
        "105" | "109" | "110" | "111" => Channel::Fee,
        "102" => Channel::Interest,
        "106" | "206" => Channel::Internal,
        "107" | "207" => Channel::Loan,
        "108" | "208" => Channel::Fx,
        "112" | "113" | "117" | "120" | "121" | "125" | "126" | "127" | "202" | "209" | "213" | "217"
        | "218" | "219" | "221" | "222" | "223" => Channel::Transfer,
        _ => Channel::Unknown,
    }
}

/// The ISO 20022 purpose that a TIPO_LANCAMENTO names; empty for most.
pub fn purpose(code: &str) -> &'static str {
    match code.trim_start_matches('0') {
        "113" | "219" => "SALA",
        "126" | "221" => "TAXS",
        "211" => "DIVI",
        _ => "",
    }
}

/// Whether a TIPO_LANCAMENTO takes an earlier entry back (estornos).
pub fn is_reversal(code: &str) -> bool {
    matches!(code.trim_start_matches('0'), "103" | "204")
}

/// A value for a message: long ones are cut.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

// Nothing, zeros, or nines to the end of the column.
fn is_filler(text: &str) -> bool {
    text.bytes().all(|b| b == b'0') || (text.len() >= 8 && text.bytes().all(|b| b == b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_hundredths_unless_a_comma_says_otherwise() {
        for (text, hundredths) in [
            ("1", Some(1)),
            ("00000000012345", Some(12_345)),
            ("123,45", Some(12_345)),
            ("0", Some(0)),
        ] {
            let expected = hundredths.map(Amount::from_hundredths);
            assert_eq!(amount(text), Ok(expected), "{text}");
        }
        assert_eq!(amount(""), Ok(None));
        for text in [
            "-1",
            "1.00",
            "1,2",
            ",50",
            "1,234,56",
            "12x",
            "9999999999999999999999",
            "１２",
        ] {
            assert!(amount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(
            date("29022020").map(|d| d.to_string()).as_deref(),
            Ok("2020-02-29")
        );
        assert_eq!(
            date("1032019").map(|d| d.to_string()).as_deref(),
            Ok("2019-03-01")
        );
        for text in ["29022019", "32012020", "2020-01-01", "", "éé01201", "００"] {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(optional_date("X", "00000000"), Ok(None));
    }

    #[test]
    fn one_account_however_it_is_padded() {
        let plain = Account::of("001", "1234", "56789-X", "1");
        assert_eq!(
            (plain.bank.as_str(), plain.number.as_str()),
            ("001", "1234/56789X")
        );
        assert_eq!(Account::of("1", "01234", "000000000000056789x", ""), plain);
        // A savings account of the same number is another one.
        assert_ne!(
            Account::of("001", "1234", "56789-X", "2").key().id(),
            plain.key().id()
        );
        for (branch, number) in [
            ("9999", "99999999999999999999"),
            ("9999", "9999"),
            ("1", "000"),
            ("", ""),
        ] {
            assert!(
                Account::of("001", branch, number, "1").key().is_empty(),
                "{number}"
            );
        }
        assert!(!Account::of("001", "9999", "12345", "1").key().is_empty());
    }

    #[test]
    fn numbers_of_persons_get_their_zeros_back() {
        assert_eq!(registration("00001234567890", "person"), "01234567890");
        assert_eq!(registration("191", "company"), "00000000000191");
        assert_eq!(registration("123.456.789-09", "person"), "12345678909");
        assert_eq!(registration("12ABC34501DE35", "company"), "12ABC34501DE35");
        assert_eq!(registration("00000000000191", "unknown"), "00000000000191");
        assert_eq!(registration("00000000000000", "person"), "");
        assert_eq!(registration("***.456.789-**", "person"), "***.456.789-**");
        assert_eq!(identifier(String::new(), "RG", "12.345"), "RG 12.345");
        for (number, kind, of) in [
            ("12345678909", "person", "BR-CPF"),
            ("00000000000191", "company", "BR-CNPJ"),
            ("00000000000191", "unknown", ""),
            ("***.456.789-**", "person", ""),
            ("", "person", ""),
        ] {
            assert_eq!(scheme(number, kind), of, "{number}");
        }
        assert_eq!(name("NÃO-CORRENTISTA"), "");
        assert_eq!(name("NAOMI CORREIA"), "NAOMI CORREIA");
    }
}
