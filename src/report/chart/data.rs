//! What the chart's script reads: JSON in an element of the page. Nodes and ties go by row numbers, never by ids.
//!
//! Numbers of one tie stand in one text with the letter `u` between them. Digits with nothing but signs between are read
//! as one number by whoever looks for account numbers, and among so many some would be somebody's by chance; so amounts have
//! a `t` before each three digits too.

use serde::Serialize;

use super::super::text::visible;
use super::read::Tables;
use super::{Choice, Told};
use crate::model::digits_of;

/// Sums of periods in a page at most; of more, periods are made longer.
const MOST_SUMS: usize = 240_000;
/// Lengths of periods, in months.
const UNITS: [i32; 3] = [1, 3, 12];
const BETWEEN: &str = "u";

/// The text of the element.
pub(super) struct Data {
    pub json: String,
    pub unit: i32,
}

#[derive(Serialize)]
struct Json<'a> {
    marking: &'a str,
    /// Months in a period.
    unit: i32,
    /// First period, in months since the year 0; and how many there are.
    start: String,
    periods: String,
    currencies: Vec<CurrencyOf>,
    findings: Vec<FindingOf<'a>>,
    nodes: Vec<NodeOf<'a>>,
    /// From, to, currency, transfers, amount, first and last day (since 1970-01-01), then period, transfers and amount of
    /// each period. From and to alone where the rest is withheld.
    ties: Vec<String>,
    /// The ties of the table beneath, in its order.
    rows: String,
}

#[derive(Serialize)]
struct CurrencyOf {
    code: String,
    digits: u32,
}

#[derive(Serialize)]
struct FindingOf<'a> {
    rule: &'a str,
    anchor: &'a str,
}

#[derive(Serialize)]
struct NodeOf<'a> {
    label: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a str>,
    /// Ties in the whole case.
    ties: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    found: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    traced: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    guarded: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    findings: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    more: String,
}

/// Writes it. `rows` are the ties of the table beneath the chart.
pub(super) fn data(
    tables: &Tables,
    choice: &Choice,
    labels: &[String],
    rows: &[usize],
    marking: &str,
) -> Data {
    let told = || choice.ties.iter().filter_map(|tie| tie.told.as_ref());
    let unit = unit(told());
    let months = || told().flat_map(|told| told.months.iter().filter_map(|month| month.0));
    let start = months().min().unwrap_or(0).div_euclid(unit);
    let end = months().max().unwrap_or(0).div_euclid(unit);
    let scales = scales(tables, told());
    let used = used_findings(tables, choice);
    let nodes = choice.nodes.iter().zip(labels).map(|(node, label)| {
        let account = node.account.map(|at| &tables.accounts[at]);
        let (findings, more) = account.map_or((&[][..], 0), |account| account.told_findings());
        NodeOf {
            label,
            kind: account.map_or("gathered", |account| account.kind),
            holder: account.and_then(|account| account.holder.as_deref()),
            ties: node.ties.to_string(),
            found: account.is_some_and(|account| account.class == super::Class::Found),
            traced: account.is_some_and(|account| account.is_traced),
            guarded: account.is_none_or(|account| account.is_guarded),
            findings: joined(findings.iter().filter_map(|at| used.binary_search(at).ok())),
            more: if more > 0 { more.to_string() } else { String::new() },
        }
    });
    let tie = |drawn: &super::Drawn| {
        let mut text = format!("{}{BETWEEN}{}", drawn.from, drawn.to);
        if let Some(told) = &drawn.told {
            let scale = scales[told.currency as usize];
            let amount = |scaled: i128| parted(scaled / 10_i128.pow(4 - scale));
            let day = |day: Option<i32>| day.map_or_else(String::new, |day| day.to_string());
            text.push_str(&format!(
                "{BETWEEN}{}{BETWEEN}{}{BETWEEN}{}{BETWEEN}{}{BETWEEN}{}",
                told.currency,
                told.transfers,
                amount(told.amount),
                day(told.first),
                day(told.last)
            ));
            for (period, transfers, sum) in by_period(told, unit, start) {
                let period = period.map_or_else(String::new, |period| period.to_string());
                text.push_str(&format!(
                    "{BETWEEN}{period}{BETWEEN}{transfers}{BETWEEN}{}",
                    amount(sum)
                ));
            }
        }
        text
    };
    let json = Json {
        marking,
        unit,
        start: (start * unit).to_string(),
        periods: (end - start + 1).to_string(),
        currencies: tables
            .currencies
            .iter()
            .zip(&scales)
            .map(|(code, digits)| CurrencyOf {
                code: visible(code),
                digits: *digits,
            })
            .collect(),
        findings: used
            .iter()
            .map(|at| &tables.findings[*at as usize])
            .map(|finding| FindingOf {
                rule: &finding.rule_id,
                anchor: &finding.anchor,
            })
            .collect(),
        nodes: nodes.collect(),
        ties: choice.ties.iter().map(tie).collect(),
        rows: joined(rows.iter().copied()),
    };
    Data {
        json: safe(&serde_json::to_string(&json).unwrap_or_else(|_| "{}".to_owned())),
        unit,
    }
}

/// JSON that stays in its element whatever its texts say.
pub(super) fn safe(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\'' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out
}

fn joined(numbers: impl Iterator<Item = usize>) -> String {
    let texts: Vec<String> = numbers.map(|number| number.to_string()).collect();
    texts.join(BETWEEN)
}

/// A number in threes of digits: `601t002t128`.
fn parted(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('t');
        }
        out.push(digit);
    }
    out
}

/// The findings that nodes refer to.
fn used_findings(tables: &Tables, choice: &Choice) -> Vec<u32> {
    let mut used: Vec<u32> = choice
        .nodes
        .iter()
        .filter_map(|node| node.account)
        .flat_map(|at| tables.accounts[at].told_findings().0.iter().copied())
        .collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// The shortest periods of which there are not too many.
fn unit<'a>(told: impl Iterator<Item = &'a Told> + Clone) -> i32 {
    let sums = |unit: i32| -> usize { told.clone().map(|told| by_period(told, unit, 0).len()).sum() };
    let fitting = UNITS.into_iter().find(|unit| sums(*unit) <= MOST_SUMS);
    fitting.unwrap_or(UNITS[UNITS.len() - 1])
}

/// Sums by periods, counted from the first; what has no day first.
fn by_period(told: &Told, unit: i32, start: i32) -> Vec<(Option<i32>, u64, i128)> {
    let mut sums: Vec<(Option<i32>, u64, i128)> = Vec::new();
    for (month, transfers, amount) in &told.months {
        let period = month.map(|month| month.div_euclid(unit) - start);
        match sums.last_mut().filter(|last| last.0 == period) {
            Some(last) => {
                last.1 += transfers;
                last.2 += amount;
            }
            None => sums.push((period, *transfers, *amount)),
        }
    }
    sums
}

/// Decimals of each currency: its own, or as many as its amounts have.
fn scales<'a>(tables: &Tables, told: impl Iterator<Item = &'a Told>) -> Vec<u32> {
    let mut scales: Vec<u32> = tables
        .currencies
        .iter()
        .map(|code| digits_of(code).min(4))
        .collect();
    for told in told {
        let scale = &mut scales[told.currency as usize];
        let amounts = told.months.iter().map(|month| month.2);
        for amount in amounts {
            while *scale < 4 && amount % 10_i128.pow(4 - *scale) != 0 {
                *scale += 1;
            }
        }
    }
    scales
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_element() {
        let name = "</script><!--<script>alert(1)</script>\u{2028}\u{2029}\u{85}\u{7}\"'& \\u003c";
        let json = safe(&serde_json::json!({ "label": name }).to_string());
        for sign in ['<', '>', '&', '\'', '\u{2028}', '\u{2029}', '\u{85}', '\u{7}'] {
            assert!(!json.contains(sign), "{sign:?} in {json}");
        }
        let back: serde_json::Value = serde_json::from_str(&json).expect("it is JSON still");
        assert_eq!(back["label"], name);
    }

    #[test]
    fn amounts_are_no_long_numbers() {
        let parts = [0, 7, -12, 128, 1_000, -601_002_128, 12_345_678_901].map(parted);
        assert_eq!(
            parts,
            ["0", "7", "-12", "128", "1t000", "-601t002t128", "12t345t678t901"]
        );
    }

    #[test]
    fn periods_grow_when_there_are_too_many() {
        let told = |months: std::ops::Range<i32>| Told {
            currency: 0,
            transfers: months.len() as u64,
            amount: 1,
            first: None,
            last: None,
            months: months.map(|month| (Some(month), 1, 10_000)).collect(),
        };
        let short = [told(0..24)];
        assert_eq!(unit(short.iter()), 1);
        let many: Vec<Told> = (0..20_000).map(|_| told(0..24)).collect();
        assert_eq!(unit(many.iter()), 3);
        assert_eq!(
            by_period(&short[0], 12, 0),
            [(Some(0), 12, 120_000), (Some(1), 12, 120_000)]
        );
        assert_eq!(by_period(&short[0], 12, -1)[0].0, Some(1));
    }
}
