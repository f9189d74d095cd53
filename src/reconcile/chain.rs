//! The statements of one account as a chain: what is missing between them, where they overlap, which days they cover.

use datafusion::arrow::array::RecordBatch;
use hashbrown::{HashMap, HashSet};

use super::ReconcileError;
use super::columns::{Columns, date_at, money_at, text_at};
use super::statement::Verdict;
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
    /// Two statements of one year carry the same number and are not copies of each other.
    Number,
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
            GapKind::Number => "number",
            GapKind::Overlap => "overlap",
        }
    }

    /// Whether something is missing (an overlap or a number given twice is too much, not too little).
    pub const fn is_missing(self) -> bool {
        !matches!(self, GapKind::Overlap | GapKind::Number)
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

/// Why two statements of the same days cannot be told apart.
const UNSURE: &str =
    "without balances and references of the bank it cannot be told whether entries stand in both";

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
    pub entries: usize,
    /// Of them, those that another statement tells too, so that they count there.
    pub told_again: usize,
    /// Whether it has entries without a reference by which they would be known in another statement.
    pub unsure: bool,
}

impl Link {
    fn follows(&self, before: &Link) -> bool {
        self.opening.is_some() && self.opening == before.closing
    }

    /// Whether nothing tells if two statements of the same days have entries in common: one has no balances, and both
    /// have entries without a reference.
    fn is_unsure_with(&self, other: &Link) -> bool {
        let without = |link: &Link| link.opening.is_none() || link.closing.is_none();
        (without(self) || without(other)) && self.unsure && other.unsure
    }

    /// What is said of two statements of the same days.
    fn relation(&self, other: &Link) -> String {
        if self.is_unsure_with(other) {
            UNSURE.to_owned()
        } else if self.told_again + other.told_again > 0 {
            let said = [self, other].map(|link| {
                (link.told_again > 0).then(|| {
                    format!(
                        "{} of the {} entries of {} stand in another statement too and are counted once",
                        link.told_again, link.entries, link.statement
                    )
                })
            });
            said.into_iter().flatten().collect::<Vec<_>>().join("; ")
        } else {
            "it is no copy of it".to_owned()
        }
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
    let known = known_numbers(&links);
    for chain in links.chunk_by_mut(|a, b| a.account == b.account && a.currency == b.currency) {
        order_equal_periods(chain);
        balance_gaps(chain, &mut gaps);
        number_gaps(chain, &known, &mut gaps);
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
            // Two that begin with one balance and end with one day tell of the same days.
            let same_start = to == end && link.opening.is_some() && link.opening == before.opening;
            // Reports of one day may each hold the entries of the one before.
            let same_day =
                (from, to) == (end, end) && before.from == Some(end) && link.is_unsure_with(before);
            if from < end || same_start || same_day {
                let until = to.min(end);
                match gaps.last_mut() {
                    Some(gap) if overlapped == Some(&before.statement) && gap.kind == GapKind::Overlap => {
                        gap.to = gap.to.max(Date(until));
                        let relation = match link.relation(before) {
                            said if said == UNSURE || gap.detail.ends_with(UNSURE) => UNSURE.to_owned(),
                            said if link.told_again + before.told_again > 0 => said,
                            _ => "they are no copies of it".to_owned(),
                        };
                        gap.detail = format!(
                            "several statements, the last of them {}, cover days that {} covers too; {relation}",
                            link.statement, before.statement
                        );
                    }
                    _ => gaps.push(gap(
                        link,
                        (from, until),
                        GapKind::Overlap,
                        format!(
                            "{} covers days that {} covers too; {}",
                            link.statement,
                            before.statement,
                            link.relation(before)
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

/// Years and numbers of statements by account.
type Numbers = HashMap<String, HashSet<(Option<i32>, u64)>>;

/// Numbers of all statements of each account and year, whatever their currency: some banks count through currencies.
fn known_numbers(links: &[Link]) -> Numbers {
    links
        .iter()
        .filter_map(|link| Some((link, numbers_of(link)?)))
        .fold(Numbers::new(), |mut known, (link, (number, _))| {
            let years = known.entry(link.account.clone()).or_default();
            years.insert((year(link.to), number));
            known
        })
}

/// Numbers count on, or begin anew with 1 in a new calendar year. A number that all statements share is none.
fn number_gaps(chain: &[Link], known: &Numbers, gaps: &mut Vec<Gap>) {
    let numbered: Vec<(&Link, (u64, u64))> = chain
        .iter()
        .filter_map(|link| Some((link, numbers_of(link)?)))
        .collect();
    let Some((_, first)) = numbered.first() else {
        return;
    };
    if numbered.len() > 2 && numbered.iter().all(|(_, number)| number == first) {
        return;
    }
    for pair in numbered.windows(2) {
        let [(last, (count, page)), (link, (number, next_page))] = *pair else {
            continue;
        };
        let days = (last.to.unwrap_or_default(), link.from.unwrap_or_default());
        let days = (days.0.min(days.1), days.1.max(days.0));
        let between = format!(
            "between {} (number {}) and {} (number {})",
            last.statement, last.number, link.statement, link.number
        );
        let same_year = year(last.to) == year(link.to);
        let (expected, restarts) = match (same_year, number > count) {
            (true, _) | (false, true) => (count + 1, false),
            (false, false) => (1, true),
        };
        let of_account = known.get(&link.account);
        let seen = |number: u64| of_account.is_some_and(|known| known.contains(&(year(link.to), number)));
        // Numbers that stand in another currency of the account are not missing. Of very many only the first are asked.
        let is_seen = number > expected && number - expected <= 1_000 && (expected..number).all(seen);
        if number > expected && !is_seen {
            let missing = match number - expected {
                1 => format!("number {expected} is missing"),
                _ => format!("numbers {expected} to {} are missing", number - 1),
            };
            let restart = if restarts {
                ", counting from 1 in the new year,"
            } else {
                ""
            };
            gaps.push(gap(
                link,
                days,
                GapKind::Sequence,
                format!("{missing}{restart} {between}"),
            ));
        }
        if same_year && number == count {
            if page > 0 && next_page > page + 1 {
                gaps.push(gap(
                    link,
                    days,
                    GapKind::Page,
                    format!("pages {between} are missing"),
                ));
            } else if page == next_page {
                let relation = match link.relation(last) {
                    said if said == UNSURE || link.told_again + last.told_again > 0 => said,
                    _ => "they are no copies of each other".to_owned(),
                };
                let detail = format!("the same number twice {between}; {relation}");
                gaps.push(gap(link, days, GapKind::Number, detail));
            }
        } else if next_page > 1 && !(number == count + 1 && next_page == page + 1) {
            // Where number and page rise together the page is no page.
            let detail = match next_page {
                2 => format!("page 1 of number {number} is missing {between}"),
                _ => format!(
                    "pages 1 to {} of number {number} are missing {between}",
                    next_page - 1
                ),
            };
            gaps.push(gap(link, days, GapKind::Page, detail));
        }
    }
}

/// Number and page of a statement. A number that begins with its year (`2024013`, `24013`) is taken without it.
fn numbers_of(link: &Link) -> Option<(u64, u64)> {
    let (number, page) = numbers(&link.number)?;
    let year = u64::try_from(year(link.to)?).ok()?;
    let number = match number.checked_ilog10().map_or(1, |digits| digits + 1) {
        7 if number / 1_000 == year => number % 1_000,
        8 if number / 10_000 == year => number % 10_000,
        5 if number / 1_000 == year % 100 => number % 1_000,
        _ => number,
    };
    // Nought is what banks write that do not count.
    (number > 0).then_some((number, page))
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

/// Days by account, each period with its currency (empty where a statement names none).
type Periods = HashMap<String, Vec<(String, i32, i32)>>;
/// Account, currency, first and last day, opening and closing balance of a statement.
type Covering<'a> = (&'a str, &'a str, i32, i32, (Option<i64>, Option<i64>));

/// Days that statements cover.
#[derive(Debug, Default)]
pub(super) struct Covered {
    /// By all statements.
    all: Periods,
    /// By those whose figures do not speak against them.
    whole: Periods,
}

impl Covered {
    /// From table `statements`.
    pub fn read(statements: &RecordBatch) -> Result<Covered, ReconcileError> {
        let columns = Columns {
            table: Table::Statements,
            batch: statements,
        };
        let (accounts, currencies) = (columns.text("account_id")?, columns.text("currency")?);
        let (from, to) = (columns.date("from_date")?, columns.date("to_date")?);
        let opening = columns.money("opening_balance")?;
        let closing = columns.money("closing_balance")?;
        let verdicts = columns.text("verdict")?;
        let (mut all, mut whole) = (Vec::new(), Vec::new());
        for row in 0..statements.num_rows() {
            if let (Some(account), Some(from), Some(to)) =
                (text_at(&accounts, row), date_at(&from, row), date_at(&to, row))
            {
                let currency = text_at(&currencies, row).unwrap_or("");
                let balances = (money_at(&opening, row), money_at(&closing, row));
                let covering = (account, currency, from, to, balances);
                all.push(covering);
                if !Verdict::is_fault(text_at(&verdicts, row)) {
                    whole.push(covering);
                }
            }
        }
        Ok(Covered {
            all: periods(all),
            whole: periods(whole),
        })
    }

    /// Whether the statements of an account cover all days from `from` to `to` in a currency: nothing where they do not,
    /// and false where they do only together with some whose figures do not add up, so that entries may be missing.
    pub fn covers(&self, account: &str, currency: &str, from: i32, to: i32) -> Option<bool> {
        let within = |periods: &Periods| {
            periods.get(account).is_some_and(|periods| {
                periods
                    .iter()
                    .any(|(c, a, b)| (c == currency || c.is_empty()) && *a <= from && to <= *b)
            })
        };
        within(&self.all).then(|| within(&self.whole))
    }
}

/// Statements that follow each other by day or by balance cover the days between them.
fn periods(mut rows: Vec<Covering<'_>>) -> Periods {
    rows.sort_unstable();
    let mut covered = Periods::new();
    // Closing balance of the statement that ends the last period.
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
    covered
}
