//! What an entry's text states of an exchange or a return. Readers write what has no column of its own behind the
//! remittance, in brackets: `[instructed 100.00 USD]`, `[rate 1.0845]`, `[return reason AC04]`. Banks that write SWIFT's
//! code words themselves are read too: `/OCMT/USD100,00/`, `/EXCH/1,0845/`, `/RTRN/AC04/`.

use crate::model::{Amount, Currency, NumberStyle};

/// An exchange as the record states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    /// The amount before the exchange, in the other currency.
    pub instructed: Option<(i64, String)>,
    pub rate: Option<Rate>,
}

/// A rate as written: `mantissa` / 10^`decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub mantissa: i128,
    pub decimals: u32,
}

/// Digits that a rate must have to prove anything: with fewer, its rounding lets many amounts fit.
const DIGITS: u32 = 4;

impl Rate {
    /// Reads `1.0845` or `1,0845`.
    pub fn parse(text: &str) -> Option<Rate> {
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let digits: String = [whole, decimals].concat();
        let good = !whole.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit());
        let rate = Rate {
            mantissa: good.then(|| digits.parse().ok()).flatten()?,
            decimals: decimals.len() as u32,
        };
        (rate.mantissa > 0 && rate.decimals <= 12).then_some(rate)
    }

    /// Whether it has digits enough to prove an exchange.
    pub fn is_precise(&self) -> bool {
        self.mantissa.ilog10() + 1 >= DIGITS
    }

    /// As written, with a decimal point.
    pub fn text(&self) -> String {
        let digits = format!("{:0width$}", self.mantissa, width = self.decimals as usize + 1);
        let (whole, decimals) = digits.split_at(digits.len() - self.decimals as usize);
        if decimals.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{decimals}")
        }
    }

    /// Whether `to` is `from` times this rate, within the rounding of its last digit and of `to`, whose smallest unit is
    /// `unit`. Amounts in ten-thousandths.
    pub fn multiplies(&self, from: i64, to: i64, unit: i64) -> bool {
        let (from, to, unit) = (i128::from(from), i128::from(to), i128::from(unit));
        let ten = 10i128.pow(self.decimals);
        from * (2 * self.mantissa - 1) <= (2 * to + unit) * ten
            && from * (2 * self.mantissa + 1) >= (2 * to - unit) * ten
    }

    /// Whether `to` is `from` divided by this rate, in the same sense.
    pub fn divides(&self, from: i64, to: i64, unit: i64) -> bool {
        let (from, to, unit) = (i128::from(from), i128::from(to), i128::from(unit));
        let ten = 10i128.pow(self.decimals);
        (2 * to - unit) * (2 * self.mantissa - 1) <= 4 * from * ten
            && (2 * to + unit) * (2 * self.mantissa + 1) >= 4 * from * ten
    }
}

/// Smallest unit of a currency in ten-thousandths.
pub(super) fn unit(currency: &str) -> i64 {
    let digits = Currency::from_code(currency).map_or(2, |known| known.digits());
    10i64.pow(4u32.saturating_sub(digits))
}

/// What the text states of an exchange; nothing where it states none.
pub(super) fn exchange(text: &str) -> Option<Stated> {
    if !text.contains(['[', '/']) {
        return None;
    }
    let instructed = bracket(text, "instructed").and_then(instructed);
    let instructed = instructed.or_else(|| slashes(text, "/OCMT/").and_then(self::instructed));
    let rate = bracket(text, "rate").or_else(|| bracket(text, "exchange rate"));
    let rate = rate
        .or_else(|| slashes(text, "/EXCH/"))
        .and_then(|text| Rate::parse(text.trim()));
    (instructed.is_some() || rate.is_some()).then_some(Stated { instructed, rate })
}

/// Whether the text carries the reason of a return.
pub(super) fn is_return(text: &str) -> bool {
    bracket(text, "return reason").is_some() || slashes(text, "/RTRN/").is_some()
}

/// What stands in brackets behind a label: the last one, because readers write behind what the payer wrote.
fn bracket<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.rmatch_indices('[').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?.strip_prefix(label)?.strip_prefix(' ')?;
        rest.split_once(']').map(|(inside, _)| inside.trim())
    })
}

fn slashes<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(word)?;
    let inside = rest.split(['/', ' ']).next()?;
    (!inside.is_empty()).then_some(inside)
}

/// `100.00 USD` or `USD100,00`.
fn instructed(text: &str) -> Option<(i64, String)> {
    let code: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    let number = text.replace(&code, "");
    let number = number.trim();
    let style = if number.contains(',') {
        NumberStyle::COMMA
    } else {
        NumberStyle::POINT
    };
    let amount = Amount::parse(number, style).ok().filter(|a| a.scaled() > 0)?;
    Currency::from_code(&code).ok()?;
    Some((amount.scaled(), code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_stated() {
        let usd = Some((1_000_000, "USD".to_owned()));
        let rate = Rate::parse("1.0845");
        assert_eq!(
            exchange("rent [instructed 100.00 USD] [rate 1,0845]"),
            Some(Stated {
                instructed: usd.clone(),
                rate
            })
        );
        assert_eq!(
            exchange("/OCMT/USD100,/EXCH/1,0845/"),
            Some(Stated {
                instructed: usd,
                rate
            })
        );
        for none in [
            "rent",
            "[instructed much]",
            "[rate x]",
            "[instructed -5.00 USD]",
            "[instructed 1.00 USD",
        ] {
            assert_eq!(exchange(none), None, "{none}");
        }
        assert!(
            is_return("refund [return reason AC04]")
                && is_return("/RTRN/AC01/")
                && !is_return("return reason")
        );
        assert_eq!(rate.map(|r| r.text()).as_deref(), Some("1.0845"));
        assert_eq!(Rate::parse("0,0061").map(|r| r.text()).as_deref(), Some("0.0061"));
    }

    #[test]
    fn a_rate_fits_within_the_rounding_of_its_digits_and_no_further() {
        let rate = Rate::parse("1.0845").expect("a rate");
        // 100.00 × [1.08445, 1.08555): from 108.445 to 108.455, each within half a cent.
        for (to, fits) in [
            (1_084_400, true),
            (1_084_500, true),
            (1_084_600, true),
            (1_084_700, false),
            (1_084_300, false),
        ] {
            assert_eq!(rate.multiplies(1_000_000, to, 100), fits, "{to}");
        }
        assert!(rate.divides(1_084_500, 1_000_000, 100));
        assert!(!rate.divides(1_084_500, 1_000_300, 100));
        assert!(rate.is_precise() && !Rate::parse("1.1").expect("a rate").is_precise());
        assert!(!Rate::parse("0.0061").expect("a rate").is_precise(), "two digits");
    }
}
