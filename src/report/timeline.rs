//! The picture over time: what came in and went out, and when findings begin. Days, months or years, as the span asks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figures::{Figure, count, money};
use super::language::Words;
use super::page::Context;
use super::queries;
use super::rows::rows;
use super::text::visible;
use super::{Query, ReportError};
use crate::model::Date;

const WIDTH: i64 = 1160;
const GUTTER: i64 = 190;
const PANEL: i64 = 150;
const RULE_ROW: i64 = 28;
const AXIS: i64 = 26;
/// Currencies that are drawn.
const MOST_CURRENCIES: usize = 2;

/// The picture and the table beneath it.
#[derive(Serialize)]
pub(super) struct Timeline {
    unit: String,
    width: i64,
    height: i64,
    gutter: i64,
    axis_y: i64,
    ticks: Vec<Tick>,
    panels: Vec<Panel>,
    rules: Vec<RuleRow>,
    currencies_left_out: Option<Figure>,
    undated: Option<Figure>,
    /// Whether sums leave out movements of people who may be victims.
    apart: bool,
}

#[derive(Serialize)]
struct Tick {
    x: i64,
    label: String,
}

#[derive(Serialize)]
struct Panel {
    currency: String,
    middle: i64,
    label_y: i64,
    largest: Option<Figure>,
    largest_y: i64,
    bars: Vec<Bar>,
    table: Vec<Line>,
}

#[derive(Serialize)]
struct Bar {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    class: &'static str,
    figure: Figure,
    period: String,
}

#[derive(Serialize)]
struct Line {
    period: String,
    credit: Option<Figure>,
    debit: Option<Figure>,
}

#[derive(Serialize)]
struct RuleRow {
    rule_id: String,
    y: i64,
    label_y: i64,
    dots: Vec<Dot>,
}

#[derive(Serialize)]
struct Dot {
    x: i64,
    radius: i64,
    figure: Figure,
    period: String,
}

/// How long a period is: the number of characters of an ISO day that name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    Day,
    Month,
    Year,
}

type Sums = BTreeMap<(String, &'static str), i128>;

/// Findings that may be shown as they are.
const OPEN_FINDINGS: &str = "FROM findings WHERE gate = 'open' AND describes <> 'exploited'";

/// Reads volumes and findings by day and lays them out.
pub(super) fn timeline(query: &dyn Query, context: &Context<'_>) -> Result<Option<Timeline>, ReportError> {
    let volumes = rows(
        query,
        &context.guard.apart(queries::VOLUMES_BY_DAY),
        &["currency", "day", "direction", "amount"],
    )?;
    // The copy of the defence has no leads for protection, nor how many there are.
    let by_day = match context.is_for_defence {
        true => queries::FINDINGS_BY_DAY.replacen("FROM findings", OPEN_FINDINGS, 1),
        false => queries::FINDINGS_BY_DAY.to_owned(),
    };
    let found = rows(query, &by_day, &["rule_id", "day", "findings"])?;
    let days: Vec<Date> = volumes
        .iter()
        .chain(found.iter())
        .filter_map(|row| row.day("day"))
        .collect();
    let (Some(first), Some(last)) = (days.iter().min().copied(), days.iter().max().copied()) else {
        return Ok(None);
    };
    let unit = Unit::of_span(first, last);
    let mut sums: BTreeMap<&str, (i64, Sums)> = BTreeMap::new();
    for row in volumes.iter() {
        let Some(day) = row.day("day") else { continue };
        let direction = if row.text_or_empty("direction") == "credit" {
            "credit"
        } else {
            "debit"
        };
        let (entries, sum) = sums.entry(row.text_or_empty("currency")).or_default();
        *entries += row.integer("entries");
        *sum.entry((unit.name(day), direction)).or_default() += row.money("amount").unwrap_or(0);
    }
    let mut rules: BTreeMap<&str, BTreeMap<String, i64>> = BTreeMap::new();
    let mut undated = 0;
    for row in found.iter() {
        match row.day("day") {
            Some(day) => {
                *rules
                    .entry(row.text_or_empty("rule_id"))
                    .or_default()
                    .entry(unit.name(day))
                    .or_default() += row.integer("findings");
            }
            None => undated += row.integer("findings"),
        }
    }
    let periods = periods(unit, first, last, &days);
    let scale = Scale::new(periods);
    let mut order: Vec<(i64, &str)> = sums.iter().map(|(currency, (n, _))| (-n, *currency)).collect();
    order.sort_unstable();
    let more = order.len().saturating_sub(MOST_CURRENCIES);
    let name = context.guard.either("period.amount", "period.amount_apart");
    let either = |all: &'static str, open: &'static str| match context.is_for_defence {
        true => open,
        false => all,
    };
    let mut panels = Vec::new();
    let mut top = 10;
    for (_, currency) in order.into_iter().take(MOST_CURRENCIES) {
        if let Some((_, sum)) = sums.get(currency) {
            panels.push(panel(name, currency, sum, &scale, top));
            top += PANEL + 12;
        }
    }
    let axis_y = top + 8;
    top += AXIS;
    let mut rule_rows = Vec::new();
    for (rule, by_period) in &rules {
        rule_rows.push(rule_row(
            (rule, either("findings.by_period", "findings.by_period_open")),
            by_period,
            &scale,
            top,
        ));
        top += RULE_ROW;
    }
    Ok(Some(Timeline {
        unit: unit.word(context.words),
        width: WIDTH,
        height: top + 12,
        gutter: GUTTER,
        axis_y,
        ticks: scale.ticks(),
        panels,
        rules: rule_rows,
        apart: context.guard.is_active(),
        currencies_left_out: (more > 0).then(|| {
            let name = context
                .guard
                .either("period.currencies_left_out", "period.currencies_left_out_apart");
            count(name, "", more as i64)
        }),
        undated: (undated > 0)
            .then(|| count(either("findings.undated", "findings.undated_open"), "", undated)),
    }))
}

fn panel(name: &'static str, currency: &str, sums: &Sums, scale: &Scale, top: i64) -> Panel {
    let half = PANEL / 2 - 4;
    let middle = top + PANEL / 2;
    let largest = sums.values().copied().max().unwrap_or(0).max(1);
    let figure = |period: &str, direction: &str, sum: i128| {
        money(name, format!("{currency} {direction} {period}"), sum, currency)
    };
    let mut bars = Vec::new();
    let mut table = Vec::new();
    for (at, period) in scale.periods.iter().enumerate() {
        let sum = |direction| sums.get(&(period.clone(), direction)).copied();
        let (credit, debit) = (sum("credit"), sum("debit"));
        for (class, value) in [("credit", credit), ("debit", debit)] {
            let Some(value) = value else { continue };
            // A sum that is there is seen, however small beside the largest.
            let height = i64::try_from(value.saturating_mul(half.into()) / largest)
                .unwrap_or(half)
                .max(1);
            bars.push(Bar {
                x: scale.left(at) + 1,
                y: if class == "credit" {
                    middle - height
                } else {
                    middle
                },
                width: (scale.step(at) - 2).max(1),
                height,
                class,
                figure: figure(period, class, value),
                period: period.clone(),
            });
        }
        if credit.is_some() || debit.is_some() {
            table.push(Line {
                period: period.clone(),
                credit: credit.map(|value| figure(period, "credit", value)),
                debit: debit.map(|value| figure(period, "debit", value)),
            });
        }
    }
    // The first of the largest.
    let peak = sums
        .iter()
        .reduce(|best, candidate| if candidate.1 > best.1 { candidate } else { best });
    Panel {
        currency: visible(currency),
        middle,
        label_y: middle - 10,
        largest: peak.map(|((period, direction), sum)| figure(period, direction, *sum)),
        largest_y: middle + 22,
        bars,
        table,
    }
}

fn rule_row(
    (rule, name): (&str, &'static str),
    by_period: &BTreeMap<String, i64>,
    scale: &Scale,
    top: i64,
) -> RuleRow {
    let y = top + RULE_ROW / 2;
    let dots = scale
        .periods
        .iter()
        .enumerate()
        .filter_map(|(at, period)| {
            let findings = *by_period.get(period)?;
            Some(Dot {
                x: scale.left(at) + scale.step(at) / 2,
                radius: (3 + i64::from(findings.unsigned_abs().ilog2())).min(11),
                figure: count(name, format!("{rule} {period}"), findings),
                period: period.clone(),
            })
        })
        .collect();
    RuleRow {
        rule_id: visible(rule),
        y,
        label_y: y + 4,
        dots,
    }
}

/// Periods from left to right.
struct Scale {
    periods: Vec<String>,
}

impl Scale {
    fn new(periods: Vec<String>) -> Scale {
        Scale { periods }
    }

    fn left(&self, at: usize) -> i64 {
        GUTTER + (WIDTH - GUTTER - 10) * at as i64 / self.periods.len().max(1) as i64
    }

    fn step(&self, at: usize) -> i64 {
        self.left(at + 1) - self.left(at)
    }

    fn ticks(&self) -> Vec<Tick> {
        let every = self.periods.len().div_ceil(11).max(1);
        self.periods
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(at, period)| Tick {
                x: self.left(at),
                label: period.clone(),
            })
            .collect()
    }
}

impl Unit {
    fn of_span(first: Date, last: Date) -> Unit {
        match last.0 - first.0 {
            46..=3_660 => Unit::Month,
            3_661.. => Unit::Year,
            _ => Unit::Day,
        }
    }

    fn name(self, day: Date) -> String {
        let (year, month, _) = day.ymd();
        match self {
            Unit::Day => day.to_string(),
            Unit::Month => format!("{year:04}-{month:02}"),
            Unit::Year => format!("{year:04}"),
        }
    }

    fn word(self, words: &Words) -> String {
        match self {
            Unit::Day => words.say("day", &[]),
            Unit::Month => words.say("month", &[]),
            Unit::Year => words.say("year", &[]),
        }
    }
}

/// Every period from the first to the last; only those that hold something where a stray date stretches the span.
fn periods(unit: Unit, first: Date, last: Date, days: &[Date]) -> Vec<String> {
    let all: BTreeSet<String> = if last.0 - first.0 > 366 * 130 {
        days.iter().map(|day| unit.name(*day)).collect()
    } else {
        (first.0..=last.0).map(|day| unit.name(Date(day))).collect()
    };
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_chooses_the_period() {
        let day = |y, m, d| Date::from_ymd(y, m, d).expect("a day");
        assert_eq!(Unit::of_span(day(2024, 1, 1), day(2024, 1, 31)), Unit::Day);
        assert_eq!(Unit::of_span(day(1993, 1, 1), day(1998, 12, 31)), Unit::Month);
        assert_eq!(Unit::of_span(day(1901, 1, 1), day(2024, 12, 31)), Unit::Year);
        let months = periods(Unit::Month, day(2023, 11, 30), day(2024, 2, 1), &[]);
        assert_eq!(months, ["2023-11", "2023-12", "2024-01", "2024-02"]);
        let stray = [day(1, 1, 1), day(2024, 1, 1)];
        assert_eq!(periods(Unit::Year, stray[0], stray[1], &stray), ["0001", "2024"]);
    }

    #[test]
    fn bars_fill_the_width() {
        let scale = Scale::new((0..7).map(|n| n.to_string()).collect());
        assert_eq!(scale.left(0), GUTTER);
        assert_eq!(scale.left(7), WIDTH - 10);
    }
}
