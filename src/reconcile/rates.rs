//! Exchange rates as the case holds them, and amounts in the case's currency by them: exact, and citable.
//!
//! A rate counts on its own day and on the seven days behind it (weekends, holidays) as long as no newer one stands.
//! Two currencies meet in one rate, or through EUR in two of one day. A day on which sources state different rates of
//! one pair is not used: which of them holds is for a person to say.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
};
use datafusion::arrow::error::ArrowError;
use hashbrown::HashMap;

use super::ReconcileError;
use super::columns::{Columns, date_at, number_at, text_at};
use crate::case::{RATE, Table};

/// Days behind its own on which a rate still counts.
const DAYS: i32 = 7;
/// What cross rates go through.
const PIVOT: &str = "EUR";
/// A rate of one, in the units of the table.
const ONE: i128 = 10_000_000_000;

/// A rate of the table, with its place in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CitedRate {
    pub day: i32,
    pub base: String,
    pub currency: String,
    /// Units of `currency` for one of `base`, in units of 10⁻¹⁰.
    pub rate: i128,
    pub source_id: String,
    pub locator: String,
    pub byte_start: i64,
    pub byte_end: i64,
}

/// The rates of a case and the currency that amounts are told in.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    base: String,
    pairs: HashMap<String, HashMap<String, BTreeMap<i32, Option<CitedRate>>>>,
}

/// An amount in another currency, and the rates that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Converted<'a> {
    /// Ten-thousandths, rounded half to even.
    pub amount: i64,
    pub rates: Vec<&'a CitedRate>,
}

impl Rates {
    /// Reads table `rates`. `base` is the case's currency.
    pub fn read<I>(base: &str, batches: I) -> Result<Rates, ReconcileError>
    where
        I: IntoIterator<Item = Result<RecordBatch, ArrowError>>,
    {
        let mut all: Vec<CitedRate> = Vec::new();
        for batch in batches {
            let batch = batch?;
            let columns = Columns {
                table: Table::Rates,
                batch: &batch,
            };
            let days = columns.date("day")?;
            let texts = ["base", "currency", "source_id", "locator"].map(|name| columns.text(name));
            let [bases, currencies, sources, locators] = texts;
            let (bases, currencies, sources, locators) = (bases?, currencies?, sources?, locators?);
            let rates = columns.rate("rate")?;
            let (starts, ends) = (columns.number("byte_start")?, columns.number("byte_end")?);
            for row in 0..batch.num_rows() {
                let text = |array| text_at(array, row).unwrap_or("").to_owned();
                let rate = rates.value(row);
                if let Some(day) = date_at(&days, row)
                    && rate > 0
                {
                    all.push(CitedRate {
                        day,
                        base: text(&bases),
                        currency: text(&currencies),
                        rate,
                        source_id: text(&sources),
                        locator: text(&locators),
                        byte_start: number_at(&starts, row).unwrap_or(0),
                        byte_end: number_at(&ends, row).unwrap_or(0),
                    });
                }
            }
        }
        // Of equal rates in several sources the first by hash of the source is cited.
        all.sort_by(|a, b| {
            let key = |r: &CitedRate| (r.day, r.source_id.clone(), r.byte_start);
            key(a).cmp(&key(b))
        });
        let mut rates = Rates {
            base: base.to_owned(),
            ..Rates::default()
        };
        for rate in all {
            let of_base = rates.pairs.entry(rate.base.clone()).or_default();
            let days = of_base.entry(rate.currency.clone()).or_default();
            match days.get_mut(&rate.day) {
                Some(known) if known.as_ref().is_some_and(|known| known.rate != rate.rate) => *known = None,
                Some(_) => {}
                None => {
                    days.insert(rate.day, Some(rate));
                }
            }
        }
        Ok(rates)
    }

    /// The currency that amounts are told in; empty where the case names none.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Days of a pair on which sources contradict each other.
    pub fn contradictions(&self) -> usize {
        let days = self.pairs.values().flat_map(|of_base| of_base.values());
        days.map(|days| days.values().filter(|rate| rate.is_none()).count())
            .sum()
    }

    /// An amount in another currency by the rates of a day. Nothing where no rate holds, or the result has more than 18
    /// digits.
    pub(super) fn convert(&self, amount: i64, from: &str, to: &str, day: i32) -> Option<Converted<'_>> {
        if from == to {
            return Some(Converted {
                amount,
                rates: Vec::new(),
            });
        }
        if let Some(rate) = self.latest(to, from, day) {
            return made(amount, ONE, rate.rate, vec![rate]);
        }
        if let Some(rate) = self.latest(from, to, day) {
            return made(amount, rate.rate, ONE, vec![rate]);
        }
        let (ours, theirs) = (self.days(PIVOT, from)?, self.days(PIVOT, to)?);
        let both = ours
            .range(day.saturating_sub(DAYS)..=day)
            .rev()
            .find_map(|(day, rate)| Some((rate.as_ref()?, theirs.get(day)?.as_ref()?)));
        let (from, to) = both?;
        made(amount, to.rate, from.rate, vec![from, to])
    }

    fn days(&self, base: &str, currency: &str) -> Option<&BTreeMap<i32, Option<CitedRate>>> {
        self.pairs.get(base)?.get(currency)
    }

    fn latest(&self, base: &str, currency: &str, day: i32) -> Option<&CitedRate> {
        let mut days = self
            .days(base, currency)?
            .range(day.saturating_sub(DAYS)..=day)
            .rev();
        days.find_map(|(_, rate)| rate.as_ref())
    }
}

fn made(amount: i64, times: i128, by: i128, rates: Vec<&CitedRate>) -> Option<Converted<'_>> {
    let product = i128::from(amount).checked_mul(times)?;
    let amount = i64::try_from(half_even(product, by)?).ok()?;
    (amount.unsigned_abs() < 1_000_000_000_000_000_000).then_some(Converted { amount, rates })
}

/// The quotient, rounded to the nearest, a half to the even neighbour.
fn half_even(number: i128, by: i128) -> Option<i128> {
    let quotient = number.checked_div_euclid(by)?;
    let rest = number.checked_rem_euclid(by)?;
    let up = match (rest.checked_mul(2)?).cmp(&by) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => quotient.rem_euclid(2),
        std::cmp::Ordering::Greater => 1,
    };
    Some(quotient + up)
}

/// Rows of table `transfer_rates`.
#[derive(Default)]
pub(super) struct RateRows {
    texts: [StringBuilder; 5],
    days: Date32Builder,
    counts: [Int64Builder; 3],
    rates: Vec<i128>,
}

impl RateRows {
    pub fn add(&mut self, transfer: &str, rates: &[&CitedRate]) {
        for (number, rate) in (1..).zip(rates) {
            let texts = [
                transfer,
                &rate.base,
                &rate.currency,
                &rate.source_id,
                &rate.locator,
            ];
            for (builder, text) in self.texts.iter_mut().zip(texts) {
                builder.append_value(text);
            }
            self.days.append_value(rate.day);
            for (builder, count) in self
                .counts
                .iter_mut()
                .zip([number, rate.byte_start, rate.byte_end])
            {
                builder.append_value(count);
            }
            self.rates.push(rate.rate);
        }
    }

    pub fn finish(mut self) -> Result<RecordBatch, ReconcileError> {
        let [transfer, base, currency, source, locator] =
            self.texts.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let [number, start, end] = self.counts.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        let mut rates = Decimal128Builder::new().with_data_type(RATE);
        for rate in self.rates {
            rates.append_value(rate);
        }
        let arrays = vec![
            transfer,
            number,
            Arc::new(self.days.finish()),
            base,
            currency,
            Arc::new(rates.finish()),
            source,
            locator,
            start,
            end,
        ];
        Ok(RecordBatch::try_new(Table::TransferRates.schema(), arrays)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (number, by, expected) in [
            (5, 2, 2),
            (7, 2, 4),
            (3, 2, 2),
            (1, 2, 0),
            (8, 3, 3),
            (7, 3, 2),
            (-5, 2, -2),
            (-7, 2, -4),
        ] {
            assert_eq!(half_even(number, by), Some(expected), "{number}/{by}");
        }
        assert_eq!(half_even(1, 0), None);
    }
}
