//! What the record covers and what it lacks: other sides that are known, accounts that are not seized, periods that are
//! missing, and what to request next, in words that can go into an order.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use hashbrown::{HashMap, HashSet};

use super::ReconcileError;
use super::chain::Gap;
use super::check::{Head, STATUSES};
use super::columns::{Columns, date_at, text_at};
use super::ids::{NONE, Texts};
use super::statement::{Judged, Verdict};
use super::transfers::MissingMirror;
use crate::case::Table;
use crate::model::{Currency, Date, format_scaled};

/// What the record covers and what it lacks. Second copies of statements are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Accounts that are the other side of entries and have no statement here; largest amount first in each currency.
    pub unseized: Vec<UnseizedAccount>,
    /// What is known of the other sides, a row a currency.
    pub other_sides: Vec<OtherSides>,
    /// Missing and doubled periods.
    pub gaps: Vec<Gap>,
    /// How many statements have which verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
}

/// An account that is seen but not seized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseizedAccount {
    pub account_id: String,
    /// Empty where the record does not say.
    pub currency: String,
    /// Entries that name it as the other side.
    pub entries: u64,
    /// Their amounts, in ten-thousandths.
    pub amount: i128,
    /// First and last day of these entries.
    pub days: Option<(Date, Date)>,
}

/// How far the other sides of entries are known, in one currency. In the order identified, partial, unknown, cash, own
/// bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherSides {
    /// Empty where the record does not say.
    pub currency: String,
    pub entries: [u64; 5],
    /// In ten-thousandths.
    pub amounts: [i128; 5],
}

impl OtherSides {
    /// The words of `counterparty_status` in the order of the fields.
    pub const STATUSES: [&'static str; 5] = STATUSES;

    /// Entries with an identified other side, and all entries.
    pub fn identified_entries(&self) -> (u64, u64) {
        (self.entries[0], self.entries.iter().sum())
    }

    /// Amount of entries with an identified other side, and of all, in ten-thousandths.
    pub fn identified_amount(&self) -> (i128, i128) {
        (self.amounts[0], self.amounts.iter().sum())
    }
}

impl Coverage {
    /// How far the record knows the other sides and proves itself, in sentences that can stand in an order or a report. Shares
    /// are cut to one decimal, never rounded up.
    pub fn sentences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for sides in &self.other_sides {
            let digits = Currency::from_code(&sides.currency).map_or(2, |c| c.digits());
            let (known, all) = sides.identified_entries();
            let (known_amount, all_amount) = sides.identified_amount();
            let currency = if sides.currency.is_empty() {
                "no currency"
            } else {
                &sides.currency
            };
            lines.push(format!(
                "{currency}: the other side is identified in {known} of {all} entries ({}) and for {} of {} ({} of the value).",
                share(known.into(), all.into()),
                format_scaled(known_amount, digits),
                format_scaled(all_amount, digits),
                share(known_amount, all_amount)
            ));
        }
        let mut unseized: BTreeMap<&str, (u64, u64, i128)> = BTreeMap::new();
        for account in &self.unseized {
            let of = unseized.entry(&account.currency).or_default();
            *of = (of.0 + 1, of.1 + account.entries, of.2 + account.amount);
        }
        for (currency, (accounts, entries, amount)) in unseized {
            let digits = Currency::from_code(currency).map_or(2, |c| c.digits());
            let (accounts, are) = match accounts {
                1 => ("1 account".to_owned(), "was not received is"),
                _ => (format!("{accounts} accounts"), "were not received are"),
            };
            lines.push(format!(
                "{accounts} that {are} the other side of {entries} {} of {} in all.",
                if entries == 1 { "entry" } else { "entries" },
                format!("{} {currency}", format_scaled(amount, digits)).trim_end()
            ));
        }
        let missing = self.gaps.iter().filter(|gap| gap.kind.is_missing());
        let of: Vec<&str> = missing.map(|gap| gap.account_id.as_str()).collect();
        if !of.is_empty() {
            let accounts: HashSet<&&str> = of.iter().collect();
            let count = |number: usize, one: &str, more: &str| match number {
                1 => format!("1 {one}"),
                _ => format!("{number} {more}"),
            };
            lines.push(format!(
                "Statements or pages are missing in {}, in {}.",
                count(of.len(), "place", "places"),
                count(accounts.len(), "account", "accounts")
            ));
        }
        lines
    }

    /// What to request next, one request a line: first what is missing between statements, then at most
    /// `limit` accounts a currency that are seen but not seized, largest amount first. `accounts` is table `accounts`;
    /// it gives numbers and banks.
    pub fn requests(&self, accounts: &RecordBatch, limit: usize) -> Result<Vec<String>, ReconcileError> {
        let names = account_names(accounts)?;
        let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| format!("account {id}"));
        let mut lines = Vec::new();
        for gap in self.gaps.iter().filter(|gap| gap.kind.is_missing()) {
            lines.push(format!(
                "Statements of {} from {} to {} ({}: {}).",
                name(&gap.account_id),
                gap.from,
                gap.to,
                gap.kind.as_str(),
                gap.detail
            ));
        }
        for of_currency in self.unseized.chunk_by(|a, b| a.currency == b.currency) {
            for account in of_currency.iter().take(limit) {
                let digits = Currency::from_code(&account.currency).map_or(2, |c| c.digits());
                let period = match account.days {
                    Some((first, last)) => format!(" from {first} to {last}"),
                    None => String::new(),
                };
                let entries = if account.entries == 1 { "entry" } else { "entries" };
                let amount = format_scaled(account.amount, digits);
                lines.push(format!(
                    "Statements and account holder's data of {}{period}: the other side of {} {entries} of {} in all.",
                    name(&account.account_id),
                    account.entries,
                    format!("{amount} {}", account.currency).trim_end()
                ));
            }
        }
        Ok(lines)
    }
}

/// A share in per cent, cut to one decimal.
fn share(part: i128, whole: i128) -> String {
    match part.checked_mul(1_000).and_then(|part| part.checked_div(whole)) {
        Some(share) => format!("{}.{} %", share / 10, share % 10),
        None => "no share".to_owned(),
    }
}

/// Requests that follow from statements whose figures do not hold, one a line, sorted by account and day; one that two
/// copies of a statement give stands once. `statements` is table `statements`.
pub fn statement_requests(
    statements: &RecordBatch,
    accounts: &RecordBatch,
) -> Result<Vec<String>, ReconcileError> {
    let names = account_names(accounts)?;
    let columns = Columns {
        table: Table::Statements,
        batch: statements,
    };
    let (ids, about) = (columns.text("statement_id")?, columns.text("account_id")?);
    let (verdicts, reasons) = (columns.text("verdict")?, columns.text("reason")?);
    let currencies = columns.text("currency")?;
    let (from, to) = (columns.date("from_date")?, columns.date("to_date")?);
    let mut faults = BTreeMap::new();
    for row in (0..statements.num_rows()).filter(|row| Verdict::is_fault(text_at(&verdicts, *row))) {
        let period = (date_at(&from, row), date_at(&to, row));
        let text = |column| text_at(column, row).unwrap_or("");
        let key = (text(&about), text(&currencies), period, text(&reasons));
        let id = faults.entry(key).or_insert_with(|| text(&ids));
        *id = (*id).min(text(&ids));
    }
    let lines = faults
        .into_iter()
        .map(|((account, currency, period, reason), id)| {
            let name = names.get(account).cloned();
            let name = name.unwrap_or_else(|| format!("account {account}"));
            let in_currency = match currency {
                "" => String::new(),
                _ => format!(" in {currency}"),
            };
            let days = match period {
                (Some(first), Some(last)) => format!(" from {} to {}", Date(first), Date(last)),
                _ => String::new(),
            };
            format!(
                "The whole statement of {name}{in_currency}{days}: the figures of the one received, {id}, do not hold \
                 ({reason})."
            )
        });
    Ok(lines.collect())
}

/// Requests that follow from legs without their other side, one a line: for each account what its statement lacks, and
/// for each account the payments inside its batches. Largest amount first in each currency; `limit` a kind and currency.
pub fn leg_requests(
    missing: &[MissingMirror],
    accounts: &RecordBatch,
    limit: usize,
) -> Result<Vec<String>, ReconcileError> {
    let names = account_names(accounts)?;
    let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| format!("account {id}"));
    let mut groups: BTreeMap<(bool, &str, &str), Seen> = BTreeMap::new();
    for leg in missing {
        let about = leg.missing_in.as_deref().unwrap_or(&leg.account_id);
        let currency = leg.currency.as_deref().unwrap_or("");
        let seen = groups
            .entry((leg.missing_in.is_none(), currency, about))
            .or_default();
        seen.entries += 1;
        seen.amount += i128::from(leg.amount.unwrap_or(0));
        if let Some(Date(day)) = leg.day {
            let (first, last) = seen.days.unwrap_or((day, day));
            seen.days = Some((first.min(day), last.max(day)));
        }
    }
    let mut rows: Vec<_> = groups.into_iter().collect();
    rows.sort_by(|((kind, currency, account), seen), ((k, c, a), s)| {
        (kind, currency, s.amount, account).cmp(&(k, c, seen.amount, a))
    });
    let mut lines = Vec::new();
    for of_kind in rows.chunk_by(|a, b| (a.0.0, a.0.1) == (b.0.0, b.0.1)) {
        for ((is_batch, currency, account), seen) in of_kind.iter().take(limit) {
            let digits = Currency::from_code(currency).map_or(2, |c| c.digits());
            let amount = format!("{} {currency}", format_scaled(seen.amount, digits));
            let period = match seen.days {
                Some((first, last)) => format!(" from {} to {}", Date(first), Date(last)),
                None => String::new(),
            };
            let entries = if seen.entries == 1 { "entry" } else { "entries" };
            let (count, amount, account) = (seen.entries, amount.trim_end(), name(account));
            lines.push(if *is_batch {
                format!(
                    "The single payments inside {count} batch {entries} of {account}{period}, {amount} in all, with the \
                     account of each other side."
                )
            } else {
                format!(
                    "The complete record of {account}{period}: {count} {entries} of other accounts, {amount} in all, \
                     should have their other side in it and do not."
                )
            });
        }
    }
    Ok(lines)
}

/// `account NL91… at ABNANL2A`, by account id.
fn account_names(accounts: &RecordBatch) -> Result<HashMap<String, String>, ReconcileError> {
    let columns = Columns {
        table: Table::Accounts,
        batch: accounts,
    };
    let ids = columns.text("account_id")?;
    let (numbers, banks, bics) = (
        columns.text("number")?,
        columns.text("bank")?,
        columns.text("bic")?,
    );
    let mut names = HashMap::new();
    for row in 0..accounts.num_rows() {
        if let (Some(id), Some(number)) = (text_at(&ids, row), text_at(&numbers, row)) {
            let bank = text_at(&bics, row).or(text_at(&banks, row));
            let at = bank.map_or(String::new(), |bank| format!(" at {bank}"));
            names.insert(id.to_owned(), format!("account {number}{at}"));
        }
    }
    Ok(names)
}

/// Counts while entries are read.
#[derive(Default)]
pub(super) struct Tally {
    currencies: Texts,
    sides: Vec<OtherSides>,
    others: HashMap<(u32, u32), Seen>,
    seized: HashSet<u32>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    entries: u64,
    amount: i128,
    days: Option<(i32, i32)>,
}

impl Tally {
    /// The number of a currency, empty where an entry names none.
    pub fn currency(&mut self, code: Option<&str>) -> u32 {
        let number = self.currencies.number(code.unwrap_or(""));
        while self.sides.len() <= number as usize {
            let currency = self.currencies.get(self.sides.len() as u32).to_owned();
            self.sides.push(OtherSides {
                currency,
                ..OtherSides::default()
            });
        }
        number
    }

    /// Counts an entry.
    pub fn add(&mut self, currency: u32, status: usize, other: u32, amount: Option<i64>, date: Option<i32>) {
        let amount = i128::from(amount.unwrap_or(0));
        if let Some(side) = self.sides.get_mut(currency as usize) {
            if let Some(count) = side.entries.get_mut(status) {
                *count += 1;
            }
            if let Some(sum) = side.amounts.get_mut(status) {
                *sum += amount;
            }
        }
        if other != NONE {
            let seen = self.others.entry((other, currency)).or_default();
            seen.entries += 1;
            seen.amount += amount;
            if let Some(date) = date {
                let (first, last) = seen.days.unwrap_or((date, date));
                seen.days = Some((first.min(date), last.max(date)));
            }
        }
    }

    /// Marks an account as seized: it has a statement or a listing of its own.
    pub fn seize(&mut self, account: u32) {
        self.seized.insert(account);
    }

    /// The facts.
    pub fn finish(self, accounts: &Texts, gaps: Vec<Gap>, judged: &[Judged], heads: &[Head]) -> Coverage {
        let mut unseized: Vec<UnseizedAccount> = self
            .others
            .iter()
            .filter(|((account, _), _)| !self.seized.contains(account))
            .map(|((account, currency), seen)| UnseizedAccount {
                account_id: accounts.get(*account).to_owned(),
                currency: self.currencies.get(*currency).to_owned(),
                entries: seen.entries,
                amount: seen.amount,
                days: seen.days.map(|(first, last)| (Date(first), Date(last))),
            })
            .collect();
        unseized.sort_by(|a, b| {
            (&a.currency, b.amount, b.entries, &a.account_id).cmp(&(
                &b.currency,
                a.amount,
                a.entries,
                &b.account_id,
            ))
        });
        let mut other_sides = self.sides;
        other_sides.sort_by(|a, b| a.currency.cmp(&b.currency));
        other_sides.retain(|sides| sides.identified_entries().1 > 0);
        let mut verdicts = BTreeMap::new();
        for (judged, _) in judged.iter().zip(heads).filter(|(_, head)| !head.fees_only) {
            *verdicts.entry(judged.verdict).or_default() += 1;
        }
        Coverage {
            unseized,
            other_sides,
            gaps,
            verdicts,
        }
    }
}
