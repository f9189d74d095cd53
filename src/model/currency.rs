//! Currencies: ISO 4217 codes with the number of decimals they are printed with.

use super::format_scaled;
use std::fmt;

use thiserror::Error;

/// A currency code of ISO 4217, current or historic (seized records reach back).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// A code that ISO 4217 does not know.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "‘{0}’ is no currency of ISO 4217; a mapping can translate the bank's own words under [currency.words]"
)]
pub struct CurrencyError(pub String);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// From a code of three letters, in either case.
    pub fn from_code(code: &str) -> Result<Currency, CurrencyError> {
        let bytes: [u8; 3] = code
            .as_bytes()
            .try_into()
            .or_else(|_| code.trim().as_bytes().try_into())
            .map_err(|_| CurrencyError(code.to_owned()))?;
        let upper = bytes.map(|b| b.to_ascii_uppercase());
        // By far the commonest; every row asks.
        if upper == *b"EUR"
            || CODES
                .binary_search_by(|(known, _)| known.as_bytes().cmp(&upper))
                .is_ok()
        {
            Ok(Currency(upper))
        } else {
            Err(CurrencyError(code.to_owned()))
        }
    }

    /// The code, three capital letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimals the currency is written with: 2 for the euro, 0 for the yen, 3 for the Kuwaiti dinar.
    pub fn digits(&self) -> u32 {
        CODES
            .binary_search_by(|(known, _)| known.as_bytes().cmp(&self.0))
            .map_or(2, |at| CODES[at].1)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Code and decimals, sorted by code. Facts from ISO 4217 lists one (current) and three (historic).
#[rustfmt::skip]
static CODES: &[(&str, u32)] = &[
    ("ADP", 0), ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("ANG", 2), ("AOA", 2), ("ARS", 2), ("ATS", 2),
    ("AUD", 2), ("AWG", 2), ("AZN", 2), ("BAM", 2), ("BBD", 2), ("BDT", 2), ("BEF", 0), ("BGL", 2), ("BGN", 2),
    ("BHD", 3), ("BIF", 0), ("BMD", 2), ("BND", 2), ("BOB", 2), ("BOV", 2), ("BRL", 2), ("BSD", 2), ("BTN", 2),
    ("BWP", 2), ("BYN", 2), ("BYR", 0), ("BZD", 2), ("CAD", 2), ("CDF", 2), ("CHE", 2), ("CHF", 2), ("CHW", 2),
    ("CLF", 4), ("CLP", 0), ("CNY", 2), ("COP", 2), ("COU", 2), ("CRC", 2), ("CSD", 2), ("CSK", 2), ("CUC", 2),
    ("CUP", 2), ("CVE", 2), ("CYP", 2), ("CZK", 2), ("DDM", 2), ("DEM", 2), ("DJF", 0), ("DKK", 2), ("DOP", 2),
    ("DZD", 2), ("EEK", 2), ("EGP", 2), ("ERN", 2), ("ESP", 0), ("ETB", 2), ("EUR", 2), ("FIM", 2), ("FJD", 2),
    ("FKP", 2), ("FRF", 2), ("GBP", 2), ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2), ("GNF", 0), ("GRD", 0),
    ("GTQ", 2), ("GYD", 2), ("HKD", 2), ("HNL", 2), ("HRK", 2), ("HTG", 2), ("HUF", 2), ("IDR", 2), ("IEP", 2),
    ("ILS", 2), ("INR", 2), ("IQD", 3), ("IRR", 2), ("ISK", 0), ("ITL", 0), ("JMD", 2), ("JOD", 3), ("JPY", 0),
    ("KES", 2), ("KGS", 2), ("KHR", 2), ("KMF", 0), ("KPW", 2), ("KRW", 0), ("KWD", 3), ("KYD", 2), ("KZT", 2),
    ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2), ("LSL", 2), ("LTL", 2), ("LUF", 0), ("LVL", 2), ("LYD", 3),
    ("MAD", 2), ("MDL", 2), ("MGA", 2), ("MKD", 2), ("MMK", 2), ("MNT", 2), ("MOP", 2), ("MRO", 2), ("MRU", 2),
    ("MTL", 2), ("MUR", 2), ("MVR", 2), ("MWK", 2), ("MXN", 2), ("MXV", 2), ("MYR", 2), ("MZN", 2), ("NAD", 2),
    ("NGN", 2), ("NIO", 2), ("NLG", 2), ("NOK", 2), ("NPR", 2), ("NZD", 2), ("OMR", 3), ("PAB", 2), ("PEN", 2),
    ("PGK", 2), ("PHP", 2), ("PKR", 2), ("PLN", 2), ("PLZ", 2), ("PTE", 0), ("PYG", 0), ("QAR", 2), ("ROL", 0),
    ("RON", 2), ("RSD", 2), ("RUB", 2), ("RUR", 2), ("RWF", 0), ("SAR", 2), ("SBD", 2), ("SCR", 2), ("SDG", 2),
    ("SEK", 2), ("SGD", 2), ("SHP", 2), ("SIT", 2), ("SKK", 2), ("SLE", 2), ("SLL", 2), ("SOS", 2), ("SRD", 2),
    ("SSP", 2), ("STD", 2), ("STN", 2), ("SVC", 2), ("SYP", 2), ("SZL", 2), ("THB", 2), ("TJS", 2), ("TMT", 2),
    ("TND", 3), ("TOP", 2), ("TRL", 0), ("TRY", 2), ("TTD", 2), ("TWD", 2), ("TZS", 2), ("UAH", 2), ("UGX", 0),
    ("USD", 2), ("USN", 2), ("UYI", 0), ("UYU", 2), ("UYW", 4), ("UZS", 2), ("VED", 2), ("VEF", 2), ("VES", 2),
    ("VND", 0), ("VUV", 0), ("WST", 2), ("XAF", 0), ("XAG", 0), ("XAU", 0), ("XCD", 2), ("XCG", 2), ("XDR", 0),
    ("XOF", 0), ("XPD", 0), ("XPF", 0), ("XPT", 0), ("XSU", 0), ("XXX", 0), ("YER", 2), ("YUM", 2), ("ZAR", 2),
    ("ZMW", 2), ("ZWG", 2), ("ZWL", 2),
];

/// Decimals of amounts in the currency of this code; two where the code is none.
pub fn digits_of(code: &str) -> u32 {
    Currency::from_code(code).map_or(2, |currency| currency.digits())
}

/// An amount of ten-thousandths with its currency, as in `12.34 EUR`, without signs between thousands.
pub fn money_text(ten_thousandths: i64, code: &str) -> String {
    let number = format_scaled(i128::from(ten_thousandths), digits_of(code));
    match code {
        "" => number,
        code => format!("{number} {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_found() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(Currency::from_code("eur").map(|c| c.digits()), Ok(2));
        assert_eq!(Currency::from_code("KWD").map(|c| c.digits()), Ok(3));
        assert!(Currency::from_code("EURO").is_err());
        assert!(Currency::from_code("ZZZ").is_err());
    }
}
