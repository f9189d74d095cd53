//! What the XML messages of ISO 20022 have in common: names of elements (`tags`), the sides of a payment (`party`),
//! dates and times (`times`).

pub mod party;
pub mod tags;
pub mod times;

use crate::model::{Amount, Currency, NumberStyle};

/// An amount without a sign, and its currency where one is named. `field` is the element, for the error's sentence.
pub fn amount(text: &str, currency: &str, field: &str) -> Result<(Amount, Option<Currency>), String> {
    let amount = Amount::parse(text, NumberStyle::POINT).map_err(|e| format!("{field}: {e}"))?;
    if amount.is_negative() {
        return Err(format!(
            "{field} is ‘{text}’; expected no sign, because the message gives the direction elsewhere"
        ));
    }
    let currency = match currency {
        "" => None,
        code => Some(Currency::from_code(code).map_err(|e| format!("{field}/@Ccy: {e}"))?),
    };
    Ok((amount, currency))
}

/// Writes `text` in brackets behind what stands there: how a row carries what has no column of its own.
pub fn note(out: &mut String, label: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(' ');
    }
    for part in ["[", label, " ", text, "]"] {
        out.push_str(part);
    }
}
