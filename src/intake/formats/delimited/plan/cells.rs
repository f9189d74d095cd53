//! Days, amounts and currencies of a row, read by the plan.

use std::borrow::Cow;

use super::{Money, Plan, Slot, shorten};
use crate::intake::formats::delimited::fault::Fault;
use crate::intake::formats::delimited::fields::Record;
use crate::intake::mapping::dates::{DateFormat, Reading};
use crate::intake::mapping::spec::Pseudo;
use crate::model::{Amount, AmountError, Currency, Direction, NumberStyle};

impl Plan<'_> {
    /// A day, with the time where the format has one. An empty text is no fault here.
    pub fn date(&self, slot: &Slot, record: &Record<'_>) -> Result<Option<Reading>, Fault> {
        let text = slot.get(record);
        if text.is_empty() {
            return Ok(None);
        }
        let bare: &[DateFormat] = if self.is_bare(slot, record) {
            &self.rendered_dates
        } else {
            &[]
        };
        bare.iter()
            .chain(&self.formats)
            .find_map(|format| format.read(text, self.mapping.dates.pivot))
            .filter(|reading| reading.date.is_some())
            .map(Some)
            .ok_or_else(|| Fault::Date {
                column: self.label(slot),
                value: shorten(text),
                expected: self.mapping.dates.formats.join(" or "),
            })
    }

    /// An amount in the mapping's style. An empty text is no fault here.
    pub fn amount(&self, slot: &Slot, record: &Record<'_>) -> Result<Option<Amount>, Fault> {
        let text = slot.get(record);
        if text.is_empty() {
            return Ok(None);
        }
        let fault = |error| Fault::Amount {
            column: self.label(slot),
            error: short_error(error),
            example: match (self.style.decimal_sign, self.style.grouping) {
                _ if self.either() => "1.234,56 or 1,234.56",
                (b',', Some(_)) => "1.234,56",
                (b',', None) => "1234,56",
                (_, Some(_)) => "1,234.56",
                _ => "1234.56",
            },
        };
        // In a rendering the cells that held numbers have a point and no sign beside it, whatever the mapping says of text.
        if self.is_bare(slot, record) {
            return Amount::parse(text, NumberStyle::POINT).map(Some).map_err(fault);
        }
        let (signed, text) = self.bare(text);
        let amount = Amount::parse(&text, self.style_of(&text)).map_err(fault)?;
        match signed {
            Some(_) if amount.is_negative() => Err(Fault::Negative {
                column: self.label(slot),
                value: shorten(slot.get(record)),
                because: "a mark or parentheses beside it say which way the money went",
            }),
            Some(Direction::Debit) => Ok(Some(Amount::from_scaled(-amount.scaled()))),
            _ => Ok(Some(amount)),
        }
    }

    /// How a number is written: in a rendering the cells that held numbers have a point and no grouping, whatever the
    /// mapping says of text.
    pub fn number_style(&self, slot: &Slot, record: &Record<'_>) -> NumberStyle {
        if self.is_bare(slot, record) {
            NumberStyle::POINT
        } else {
            self.style
        }
    }

    /// The formats in which a time of its own is tried.
    pub fn times(&self, slot: &Slot, record: &Record<'_>) -> impl Iterator<Item = &DateFormat> {
        let bare: &[DateFormat] = if self.is_bare(slot, record) {
            &self.rendered_times
        } else {
            &[]
        };
        bare.iter().chain(&self.time_formats)
    }

    // Whether a cell of a rendered sheet held a number, a day or a time: then it stands without quotes.
    fn is_bare(&self, slot: &Slot, record: &Record<'_>) -> bool {
        self.dialect.rendered && matches!(slot, Slot::Column(at) if !record.is_quoted(*at))
    }

    /// An amount that stands outside the records; the error says what was expected.
    pub fn amount_of(&self, text: &str) -> Result<Amount, String> {
        let (signed, text) = self.bare(text);
        let style = self.style_of(&text);
        let amount = Amount::parse(&text, style).map_err(|error| short_error(error).to_string())?;
        Ok(match signed {
            Some(Direction::Debit) => Amount::from_scaled(-amount.abs().scaled()),
            _ => amount,
        })
    }

    fn either(&self) -> bool {
        self.mapping.amount.decimal == "either"
    }

    // The style that a number is written in. Where files have one of two, the sign before exactly two last digits is the
    // decimal one; a number without such digits is read by a style in which any sign is a fault.
    fn style_of(&self, text: &str) -> NumberStyle {
        if !self.either() {
            return self.style;
        }
        let number = text.trim().trim_end_matches(['-', '+']).trim_end().as_bytes();
        let sign = number.len().checked_sub(3).and_then(|at| number.get(at));
        match sign {
            Some(b',') => NumberStyle {
                decimal_sign: b',',
                grouping: Some(b'.'),
            },
            Some(b'.') => NumberStyle {
                decimal_sign: b'.',
                grouping: Some(b','),
            },
            _ => NumberStyle {
                decimal_sign: 0,
                grouping: None,
            },
        }
    }

    /// What a word of a column of assets stands for, where currencies are among them.
    pub fn asset_or_money(&self, word: &str) -> Money {
        let known = self
            .money_words
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word));
        match known {
            Some((_, money)) => money.clone(),
            None => match Currency::from_code(word) {
                Ok(currency) => Money::Currency(currency),
                Err(_) => Money::Asset(word.to_owned()),
            },
        }
    }

    /// Whether the amount's cell has a mark of debit or credit at the number.
    pub fn has_mark(&self, slot: &Slot, record: &Record<'_>) -> bool {
        self.bare(slot.get(record)).0.is_some()
    }

    // The number without the texts beside it, and the direction that they or parentheses tell.
    fn bare<'a>(&self, text: &'a str) -> (Option<Direction>, Cow<'a, str>) {
        let spec = &self.mapping.amount;
        let marks = spec.direction.is_empty() && !spec.debit_words.is_empty();
        if spec.symbols.is_empty() && !spec.parentheses && !marks {
            return (None, Cow::Borrowed(text));
        }
        let mut text = Cow::Borrowed(text);
        for symbol in &spec.symbols {
            if text.contains(symbol.as_str()) {
                text = Cow::Owned(text.replace(symbol.as_str(), ""));
            }
        }
        let mut direction = None;
        if marks {
            let all = spec.debit_words.iter().map(|word| (word, Direction::Debit));
            let all = all.chain(spec.credit_words.iter().map(|word| (word, Direction::Credit)));
            // Of marks that fit the longest: `CR` before `C`.
            let found = all
                .filter_map(|(word, way)| Some((word.len(), way, without_mark(&text, word)?)))
                .max_by_key(|(length, _, _)| *length);
            if let Some((_, way, rest)) = found {
                direction = Some(way);
                text = Cow::Owned(rest);
            }
        }
        if spec.parentheses {
            let inside = text
                .trim()
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'));
            if let Some(inside) = inside {
                return (Some(Direction::Debit), Cow::Owned(inside.to_owned()));
            }
        }
        (direction, text)
    }

    /// The currency or asset of a row.
    pub fn money(&self, slot: &Slot, record: &Record<'_>) -> Result<Money, Fault> {
        let text = slot.get(record);
        if let (true, Some(constant)) = (text.is_empty(), &self.money_constant) {
            return Ok(constant.clone());
        }
        if let Some((_, money)) = self
            .money_words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text))
        {
            return Ok(money.clone());
        }
        Currency::from_code(text)
            .map(Money::Currency)
            .map_err(|error| Fault::Currency {
                column: self.label(slot),
                error,
            })
    }

    /// What an account number that names none stands for.
    pub fn pseudo(&self, number: &str) -> Option<Pseudo> {
        self.pseudo
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(number))
            .map(|(_, pseudo)| *pseudo)
    }
}

fn short_error(error: AmountError) -> AmountError {
    match error {
        AmountError::Character(text, c) => AmountError::Character(shorten(&text), c),
        AmountError::Signs(text) => AmountError::Signs(shorten(&text)),
        AmountError::Decimals(text) => AmountError::Decimals(shorten(&text)),
        AmountError::TooLarge(text) => AmountError::TooLarge(shorten(&text)),
        AmountError::Empty => AmountError::Empty,
    }
}

// The number without a mark before or behind it; nothing where the mark is not there or part of a longer word.
fn without_mark(text: &str, mark: &str) -> Option<String> {
    let text = text.trim();
    let front = text
        .get(..mark.len())
        .filter(|front| front.eq_ignore_ascii_case(mark));
    let rest = match front {
        Some(_) => text.get(mark.len()..)?,
        None => {
            let at = text.len().checked_sub(mark.len())?;
            text.get(at..).filter(|back| back.eq_ignore_ascii_case(mark))?;
            text.get(..at)?
        }
    };
    Some(rest.trim().to_owned())
}
