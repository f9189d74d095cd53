//! The statements of one account as a chain: what is missing between them, where they overlap, which days they cover.

use datafusion::arrow::array::RecordBatch;
use hashbrown::HashMap;

use super::ReconcileError;
use super::columns::{Columns, date_at, money_at, text_at};
use crate::case::Table;
use crate::model::{Currency, Date, format_scaled};

/// What is wrong between two statements of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// The closing balance of one is not the opening balance of the next: movements are missing between them.
    Balance,
    /// Days without a statement, and no balances that would show that nothing happened.
    Period,
    /// The bank's own numbers leave out statements.
    Sequence,
    /// Pages of one statement are missing.
    Page,
    /// Two statements cover the same days and are not copies of each other: movements may be counted twice.
    Overlap,
}

impl GapKind {
    /// The word for tables and pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            GapKind::Balance => "balance",
            GapKind::Period => "period",
            GapKind::Sequence => "sequence",
            GapKind::Page => "page",
            GapKind::Overlap => "overlap",
        }
    }

    /// Whether something is missing (an overlap is too much, not too little).
    pub const fn is_missing(self) -> bool {
        !matches!(self, GapKind::Overlap)
    }
}

/// A break in the chain of an account's statements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub account_id: String,
    /// Empty where the record does not say.
    pub currency: String,
    /// First day concerned.
    pub from: Date,
    /// Last day concerned.
    pub to: Date,
    pub kind: GapKind,
    /// In words, with the statements between which it lies.
    pub detail: String,
}

/// A statement as a link of its account's chain.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub account: String,
    pub currency: String,
    pub statement: String,
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub opening: Option<i128>,
    pub closing: Option<i128>,
    /// The bank's own number, as written.
    pub number: String,
}

impl Link {
    fn follows(&self, before: &Link) -> bool {
        self.opening.is_some() && self.opening == before.closing
    }
}

/// Breaks of all chains, sorted by account, currency and day. Statements without any date have no place in a chain.
pub(super) fn gaps(mut links: Vec<Link>) -> Vec<Gap> {
    links.retain(|link| link.from.is_some() && link.to.is_some());
    links.sort_by(|a, b| {
        let number = |link: &Link| numbers(&link.number);
        (&a.account, &a.currency, a.from, a.to)
            .cmp(&(&b.account, &b.currency, b.from, b.to))
            .then_with(|| number(a).cmp(&number(b)))
            .then_with(|| a.statement.cmp(&b.statement))
    });
    let mut gaps = Vec::new();
    for chain in links.chunk_by_mut(|a, b| a.account == b.account && a.currency == b.currency) {
        order_equal_periods(chain);
        balance_gaps(chain, &mut gaps);
        number_gaps(chain, &mut gaps);
    }
    gaps.sort();
    gaps
}

/// Several statements of the same days (a busy account has some a day) follow each other by their balances: behind the
/// one that closes with its opening balance, else the one that follows none of the others comes first.
fn order_equal_periods(chain: &mut [Link]) {
    /// Past this many of one period, numbers and ids have to do.
    const MOST: usize = 1_000;
    let mut rest = chain;
    let mut before: Option<Link> = None;
    while !rest.is_empty() {
        let period = |link: &Link| (link.from, link.to);
        let length = rest
            .iter()
            .take_while(|link| period(link) == period(&rest[0]))
            .count();
        let (run, behind) = rest.split_at_mut(length);
        for at in 0..run.len() {
            if run.len() == 1 || run.len() > MOST {
                break;
            }
            let last = if at == 0 { before.as_ref() } else { run.get(at - 1) };
            let left = &run[at..];
            let follows_last = |link: &&Link| last.is_some_and(|last| link.follows(last));
            let is_first = |link: &&Link| !left.iter().any(|other| link.follows(other));
            let next = left.iter().position(|link| follows_last(&link));
            if let Some(next) = next.or_else(|| left.iter().position(|link| is_first(&link))) {
                run[at..=at + next].rotate_right(1);
            }
        }
        before = run.last().cloned();
        rest = behind;
    }
}

fn balance_gaps(chain: &[Link], gaps: &mut Vec<Gap>) {
    let mut latest: Option<&Link> = None;
    // The statement that the last overlap was found with: overlaps with one statement are one gap.
    let mut overlapped: Option<&str> = None;
    for link in chain {
        let (Some(from), Some(to)) = (link.from, link.to) else {
            continue;
        };
        let Some((before, end)) = latest.and_then(|l| Some((l, l.to?))) else {
            latest = Some(link);
            continue;
        };
        if !link.follows(before) {
            if from < end {
                let until = to.min(end);
                match gaps.last_mut() {
                    Some(gap) if overlapped == Some(&before.statement) && gap.kind == GapKind::Overlap => {
                        gap.to = gap.to.max(Date(until));
                        gap.detail = format!(
                            "several statements, the last of them {}, cover days that {} covers too; they are no copies of it",
                            link.statement, before.statement
                        );
                    }
                    _ => gaps.push(gap(
                        link,
                        (from, until),
                        GapKind::Overlap,
                        format!(
                            "{} covers days that {} covers too; it is no copy of it",
                            link.statement, before.statement
                        ),
                    )),
                }
                overlapped = Some(&before.statement);
            } else if let (Some(closing), Some(opening)) = (before.closing, link.opening) {
                let digits = Currency::from_code(&link.currency).map_or(2, |c| c.digits());
                let show = |value: i128| format_scaled(value, digits);
                let detail = format!(
                    "{} closes with {}, {} opens with {}: {} lies between them unseen",
                    before.statement,
                    show(closing),
                    link.statement,
                    show(opening),
                    show(opening - closing)
                );
                gaps.push(gap(link, (end, from), GapKind::Balance, detail));
            } else if from > end.saturating_add(1) {
                let detail = format!(
                    "no statement between {} and {}, and no balances that would connect them",
                    before.statement, link.statement
                );
                gaps.push(gap(link, (end + 1, from - 1), GapKind::Period, detail));
            }
        }
        if to >= end {
            latest = Some(link);
        }
    }
}

/// Numbers count on within a calendar year; a new year may begin anew, so numbers of two years are not compared.
fn number_gaps(chain: &[Link], gaps: &mut Vec<Gap>) {
    let mut before: Option<(&Link, (u64, u64))> = None;
    for link in chain {
        let Some(number) = numbers(&link.number) else {
            continue;
        };
        if let Some((last, (count, page))) = before
            && year(last.to) == year(link.to)
        {
            let days = (last.to.unwrap_or_default(), link.from.unwrap_or_default());
            let days = (days.0.min(days.1), days.1.max(days.0));
            if number.0 > count + 1 {
                let missing = match number.0 - count - 1 {
                    1 => format!("number {} is missing", count + 1),
                    _ => format!("numbers {} to {} are missing", count + 1, number.0 - 1),
                };
                let detail = format!(
                    "{missing} between {} (number {}) and {} (number {})",
                    last.statement, last.number, link.statement, link.number
                );
                gaps.push(gap(link, days, GapKind::Sequence, detail));
            } else if number.0 == count && page > 0 && number.1 > page + 1 {
                let detail = format!(
                    "pages between {} (number {}) and {} (number {}) are missing",
                    last.statement, last.number, link.statement, link.number
                );
                gaps.push(gap(link, days, GapKind::Page, detail));
            }
        }
        before = Some((link, number));
    }
}

fn gap(link: &Link, days: (i32, i32), kind: GapKind, detail: String) -> Gap {
    Gap {
        account_id: link.account.clone(),
        currency: link.currency.clone(),
        from: Date(days.0),
        to: Date(days.1),
        kind,
        detail,
    }
}

fn year(date: Option<i32>) -> Option<i32> {
    date.map(|date| Date(date).ymd().0)
}

/// Number and page as banks write them: `123`, `28C`, `00123/002`. Page 0 where none is written.
fn numbers(text: &str) -> Option<(u64, u64)> {
    let (number, page) = text.split_once('/').unwrap_or((text, ""));
    let leading = |text: &str| {
        let text = text.trim();
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..end].parse().ok()
    };
    Some((leading(number)?, leading(page).unwrap_or(0)))
}

/// Days that statements cover, by account and currency (empty where a statement names none).
#[derive(Debug, Default)]
pub(super) struct Covered(HashMap<String, Vec<(String, i32, i32)>>);

impl Covered {
    /// From table `statements`. Statements that follow each other by day or by balance cover the days between them.
    pub fn read(statements: &RecordBatch) -> Result<Covered, ReconcileError> {
        let columns = Columns {
            table: Table::Statements,
            batch: statements,
        };
        let (accounts, currencies) = (columns.text("account_id")?, columns.text("currency")?);
        let (from, to) = (columns.date("from_date")?, columns.date("to_date")?);
        let opening = columns.money("opening_balance")?;
        let closing = columns.money("closing_balance")?;
        let mut rows = Vec::new();
        for row in 0..statements.num_rows() {
            if let (Some(account), Some(from), Some(to)) =
                (text_at(&accounts, row), date_at(&from, row), date_at(&to, row))
            {
                let currency = text_at(&currencies, row).unwrap_or("");
                let balances = (money_at(&opening, row), money_at(&closing, row));
                rows.push((account, currency, from, to, balances));
            }
        }
        rows.sort_unstable();
        let mut covered: HashMap<String, Vec<(String, i32, i32)>> = HashMap::new();
        // Closing balance and last day of the statement that ends the last period.
        let mut end: Option<i64> = None;
        for (account, currency, from, to, (opening, closing)) in rows {
            let periods = covered.entry(account.to_owned()).or_default();
            match periods.last_mut() {
                Some((last_currency, _, until))
                    if last_currency == currency
                        && (from <= until.saturating_add(1) || (opening.is_some() && opening == end)) =>
                {
                    if to >= *until {
                        *until = to;
                        end = closing;
                    }
                }
                _ => {
                    periods.push((currency.to_owned(), from, to));
                    end = closing;
                }
            }
        }
        Ok(Covered(covered))
    }

    /// Whether the statements of an account cover all days from `from` to `to` in a currency.
    pub fn contains(&self, account: &str, currency: &str, from: i32, to: i32) -> bool {
        self.0.get(account).is_some_and(|periods| {
            periods
                .iter()
                .any(|(c, a, b)| (c == currency || c.is_empty()) && *a <= from && to <= *b)
        })
    }
}
