//! The fields of a statement: account, balance, stated sum.

use super::texts::is_iban;
use crate::intake::fixed::{self, DateForm};
use crate::model::{AccountKey, Amount, Currency, Date, NumberStyle};

/// A balance, signed.
#[derive(Clone, Copy)]
pub struct Balance {
    pub amount: Amount,
    pub date: Option<Date>,
    pub currency: Option<Currency>,
}

/// The account of a statement, as `:25:` names it.
#[derive(Debug, Default)]
pub struct OwnAccount {
    /// Bank code or BIC, where it stands before the number.
    pub bank: String,
    pub number: String,
    /// The currency behind the number.
    pub currency: Option<Currency>,
}

impl OwnAccount {
    /// Reads a `:25:`: an IBAN, a German or BIC-led `bank/account`, with a currency behind it.
    pub fn read(text: &str) -> OwnAccount {
        let (bank, number, currency) = account(text);
        OwnAccount {
            bank,
            number,
            currency,
        }
    }

    /// Number and bank.
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            number: &self.number,
            bank: &self.bank,
        }
    }

    /// The bank where it is a BIC, else nothing.
    pub fn bic(&self) -> &str {
        if is_bic(&self.bank) { &self.bank } else { "" }
    }
}

fn account(text: &str) -> (String, String, Option<Currency>) {
    let text = text.trim_start_matches('/').trim();
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, suffix) = without_currency(&compact);
    if is_iban(&compact) {
        return (String::new(), compact, None);
    }
    if is_iban(whole) {
        return (String::new(), whole.to_owned(), suffix);
    }
    let mut parts = text.split('/');
    let first = parts.next().unwrap_or("").trim();
    let Some(second) = parts.next() else {
        let (number, currency) = without_currency(text);
        return (String::new(), number.to_owned(), currency);
    };
    // `51230800/55`: a bank code before the slash; `123456/EUR`: a currency behind it.
    if let Some(currency) = Some(second.trim())
        .filter(|s| s.len() == 3)
        .and_then(|s| Currency::from_code(s).ok())
    {
        return (String::new(), first.to_owned(), Some(currency));
    }
    let named = parts.next().and_then(|third| Currency::from_code(third).ok());
    let second = second.trim().trim_matches('"');
    let (number, suffix) = without_currency(second);
    (first.to_owned(), number.to_owned(), named.or(suffix))
}

/// Takes a currency off the end of a number: three letters behind a digit.
fn without_currency(text: &str) -> (&str, Option<Currency>) {
    let Some((head, tail)) = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)) else {
        return (text, None);
    };
    let behind_digit = head.trim_end().ends_with(|c: char| c.is_ascii_digit());
    let upper = tail.bytes().all(|b| b.is_ascii_uppercase());
    match Currency::from_code(tail) {
        Ok(currency) if behind_digit && upper => (head.trim_end(), Some(currency)),
        _ => (text, None),
    }
}

/// Whether a text has the form of a BIC.
fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes[..6].iter().all(u8::is_ascii_uppercase)
        && bytes[6..].iter().all(u8::is_ascii_alphanumeric)
}

/// `C170914EUR12345,12`; some banks leave the currency out.
pub fn balance(text: &str) -> Result<Balance, String> {
    let wrong = || format!("‘{}’; expected C or D, YYMMDD, currency, amount", shorten(text));
    let (mark, rest) = text.split_at_checked(1).ok_or_else(wrong)?;
    let negative = match mark {
        "C" => false,
        "D" => true,
        _ => return Err(wrong()),
    };
    let (date_text, rest) = rest.split_at_checked(6).ok_or_else(wrong)?;
    if !date_text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let date = match date_text {
        "000000" => None,
        _ => Some(
            fixed::date(date_text, DateForm::YearFirst)
                .ok_or_else(|| format!("‘{date_text}’ is no day of the calendar; expected YYMMDD"))?,
        ),
    };
    let (currency, amount_text) = match rest.split_at_checked(3) {
        Some((code, amount)) if code.bytes().all(|b| b.is_ascii_alphabetic()) => (
            Some(Currency::from_code(code).map_err(|e| e.to_string())?),
            amount,
        ),
        _ => (None, rest),
    };
    let amount = Amount::parse(amount_text, NumberStyle::COMMA).map_err(|e| e.to_string())?;
    let amount = if negative {
        Amount::from_scaled(-amount.scaled())
    } else {
        amount
    };
    Ok(Balance {
        amount,
        date,
        currency,
    })
}

/// `1EUR2,30`: count, currency, sum.
pub fn stated_sum(text: &str) -> Result<(u64, Amount), String> {
    let wrong = || format!("‘{}’; expected a count, a currency, a sum", shorten(text));
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (count, rest) = text.split_at(at);
    let (_, sum) = rest.split_at_checked(3).ok_or_else(wrong)?;
    let count = count.parse().map_err(|_| wrong())?;
    let sum = Amount::parse(sum, NumberStyle::COMMA).map_err(|e| e.to_string())?;
    Ok((count, sum))
}

/// The beginning of a text, for messages.
pub fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_as_banks_write_them() {
        for (text, bank, number, currency) in [
            ("NL91ABNA0417164300", "", "NL91ABNA0417164300", None),
            ("NL91ABNA0417164300EUR", "", "NL91ABNA0417164300", Some("EUR")),
            (
                "/PL61109010140000071219812874",
                "",
                "PL61109010140000071219812874",
                None,
            ),
            ("12345678/1020304050", "12345678", "1020304050", None),
            ("51210600/9223382012EUR", "51210600", "9223382012", Some("EUR")),
            (
                "UBRTHUHB/123456789150ABCDEF002/HUF",
                "UBRTHUHB",
                "123456789150ABCDEF002",
                Some("HUF"),
            ),
            ("1222333444", "", "1222333444", None),
            ("0417164300EUR", "", "0417164300", Some("EUR")),
            ("0417164300/EUR", "", "0417164300", Some("EUR")),
        ] {
            let (b, n, c) = account(text);
            let code = c.as_ref().map(|c| c.code().to_owned());
            assert_eq!(
                (b.as_str(), n.as_str(), code.as_deref()),
                (bank, number, currency),
                "{text}"
            );
        }
    }

    #[test]
    fn balances_with_and_without_currency() {
        let read = |text| balance(text).map(|b| (b.amount.to_text(2), b.date.map(|d| d.to_string())));
        let day = |d: &str| Some(d.to_owned());
        assert_eq!(
            read("D070904EUR4472049,09"),
            Ok(("-4472049.09".into(), day("2007-09-04")))
        );
        assert_eq!(
            read("C02031595000,00"),
            Ok(("95000.00".into(), day("2002-03-15")))
        );
        assert_eq!(read("C000000EUR0,"), Ok(("0.00".into(), None)));
        for wrong in [
            "",
            "X070904EUR1,",
            "C070231EUR1,",
            "C070904ZZZ1,",
            "C070904EUR1,2,3",
            "Cé",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
