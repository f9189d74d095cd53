//! One statement against itself: counts, sums, stated totals, opening to closing balance, running balance.

use super::ids::EntryRef;
use crate::model::{Currency, format_scaled};

/// What the arithmetic of a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Balances are given and agree with the entries, as do all totals and running balances that are given.
    Verified,
    /// A balance, a running balance or a stated total does not agree.
    Discrepancy,
    /// Balances are missing, so nothing can be proved.
    NotVerifiable,
    /// It cannot be computed: several currencies in one statement, or entries without an amount.
    Failed,
}

impl Verdict {
    /// The word stored in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Verified => "verified",
            Verdict::Discrepancy => "discrepancy",
            Verdict::NotVerifiable => "not verifiable",
            Verdict::Failed => "failed",
        }
    }

    /// Whether a word of the table says that the figures of the statement do not hold.
    pub(super) fn is_fault(word: Option<&str>) -> bool {
        [Verdict::Discrepancy, Verdict::Failed]
            .iter()
            .any(|fault| word == Some(fault.as_str()))
    }
}

/// One entry of a statement, as small as the arithmetic allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub entry: EntryRef,
    pub sequence: i64,
    pub amount: i64,
    pub balance: i64,
    /// Hash of counterparty and remittance, for likely duplicates.
    pub fingerprint: u64,
    /// Hash of the bank's own reference of this booking; 0 where the record gives none that could be one.
    pub reference: u64,
    /// Number of the statement.
    pub statement: u32,
    pub date: i32,
    /// Number of the other side's account id, or none.
    pub other: u32,
    pub flags: u16,
}

impl Line {
    pub const CREDIT: u16 = 1;
    pub const AMOUNT: u16 = 2;
    pub const BALANCE: u16 = 4;
    pub const SEQUENCE: u16 = 8;
    pub const DATE: u16 = 16;
    /// The entry is part of a second copy of a statement and not counted.
    pub const COPY: u16 = 32;
    /// Where the status of the other side begins (three bits).
    pub const STATUS_SHIFT: u16 = 8;

    pub fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    pub fn status(&self) -> usize {
        usize::from(self.flags >> Line::STATUS_SHIFT & 7)
    }

    pub fn date(&self) -> Option<i32> {
        self.has(Line::DATE).then_some(self.date)
    }

    /// Signed: credits above zero.
    pub fn signed(&self) -> i128 {
        let amount = i128::from(self.amount);
        if self.has(Line::CREDIT) { amount } else { -amount }
    }
}

/// What a statement says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    /// Made by us for a listing of one account without statements.
    pub implied: bool,
    pub currency: Option<String>,
    pub opening: Option<i64>,
    pub closing: Option<i64>,
    pub entries: Option<i64>,
    pub credits: Option<i64>,
    pub debits: Option<i64>,
    /// Its entries carry another currency than the statement or each other.
    pub mixed: bool,
}

/// What the arithmetic finds.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub entries: u64,
    pub credits: i128,
    pub debits: i128,
    pub opening: Option<i128>,
    pub closing: Option<i128>,
    pub first_date: Option<i32>,
    pub last_date: Option<i32>,
    pub verdict: Verdict,
    /// What stands in the record less what the entries give: of the closing balance, else of the first running balance
    /// that breaks, else of a stated sum.
    pub difference: Option<i128>,
    pub reason: String,
    pub breaks_at: Option<EntryRef>,
}

/// Checks a statement. The lines are its entries in their own order.
pub(super) fn judge(stated: &Stated, lines: &[Line]) -> Judged {
    let digits = stated
        .currency
        .as_deref()
        .and_then(|code| Currency::from_code(code).ok())
        .map_or(2, |currency| currency.digits());
    let show = |value: i128| format_scaled(value, digits);
    let sum = |credit: bool| -> i128 {
        let of_direction = lines.iter().filter(|line| line.has(Line::CREDIT) == credit);
        of_direction.map(|line| i128::from(line.amount)).sum()
    };
    let mut judged = Judged {
        entries: lines.len() as u64,
        credits: sum(true),
        debits: sum(false),
        opening: stated.opening.map(i128::from),
        closing: stated.closing.map(i128::from),
        first_date: lines.iter().filter_map(Line::date).min(),
        last_date: lines.iter().filter_map(Line::date).max(),
        verdict: Verdict::NotVerifiable,
        difference: None,
        reason: String::new(),
        breaks_at: None,
    };
    let without_amount = lines.iter().filter(|line| !line.has(Line::AMOUNT)).count();
    if stated.mixed {
        judged.verdict = Verdict::Failed;
        judged.reason = "entries carry more than one currency, so they cannot be added up".to_owned();
        return judged;
    }
    if without_amount > 0 {
        judged.verdict = Verdict::Failed;
        judged.reason = format!("{without_amount} of {} entries carry no amount", lines.len());
        return judged;
    }
    let mut balances_given = 0;
    if stated.implied {
        (judged.opening, judged.closing, balances_given) = implied_balances(lines);
    }
    let (mut wrong, sums_off) = wrong_totals(stated, &judged, &show);
    let expected = judged.opening.map(|o| o + judged.credits - judged.debits);
    if let (Some(expected), Some(closing)) = (expected, judged.closing) {
        judged.difference = Some(closing - expected);
        if closing != expected {
            wrong.push(format!(
                "closing balance {} is stated, opening balance and entries give {}",
                show(closing),
                show(expected)
            ));
        }
    }
    if let Some(broken) = first_break(judged.opening, lines) {
        judged.breaks_at = Some(broken.entry);
        judged.difference = off(judged.difference).or(Some(broken.stated - broken.computed));
        wrong.push(format!(
            "running balance {} is stated first where the entries give {}",
            show(broken.stated),
            show(broken.computed)
        ));
    }
    if !wrong.is_empty() {
        judged.difference = off(judged.difference).or(sums_off).or(judged.difference);
        judged.verdict = Verdict::Discrepancy;
        judged.reason = wrong.join("; ");
        return judged;
    }
    let missing = match (judged.opening.is_some(), judged.closing.is_some()) {
        (true, true) if stated.implied && balances_given < 2 => "one balance alone proves nothing",
        (true, true) => {
            judged.verdict = Verdict::Verified;
            return judged;
        }
        (false, false) if stated.implied => "the listing carries no balances",
        (true, false) if stated.implied => "the last entries of the listing carry no balance",
        (false, false) => "the statement carries no balances",
        (false, true) => "the statement carries no opening balance",
        (true, false) => "the statement carries no closing balance",
    };
    judged.difference = None;
    judged.reason = missing.to_owned();
    judged
}

/// An amount that is not nought.
fn off(difference: Option<i128>) -> Option<i128> {
    difference.filter(|difference| *difference != 0)
}

/// Counts and sums that the statement gives and its entries do not, in words, and by how much the first sum is off.
fn wrong_totals(
    stated: &Stated,
    judged: &Judged,
    show: &dyn Fn(i128) -> String,
) -> (Vec<String>, Option<i128>) {
    let (mut wrong, mut sums_off) = (Vec::new(), None);
    if let Some(count) = stated.entries
        && i128::from(count) != i128::from(judged.entries)
    {
        wrong.push(format!(
            "{count} entries are stated, {} are there",
            judged.entries
        ));
    }
    for (name, total, found) in [
        ("credits", stated.credits, judged.credits),
        ("debits", stated.debits, judged.debits),
    ] {
        if let Some(total) = total.map(i128::from)
            && total != found
        {
            sums_off = sums_off.or(Some(total - found));
            wrong.push(format!(
                "{name} of {} are stated, the entries give {}",
                show(total),
                show(found)
            ));
        }
    }
    (wrong, sums_off)
}

/// The entries of one record (a row and the fee in it) change the balance in one step: net change, the balance
/// behind the record where it is given, and the entry that carries it.
fn steps(lines: &[Line]) -> impl Iterator<Item = (i128, Option<i128>, EntryRef)> {
    let records = lines.chunk_by(|a, b| a.entry.same_record(b.entry));
    records.filter_map(|record| {
        let net = record.iter().map(Line::signed).sum();
        let carrier = record.iter().rev().find(|line| line.has(Line::BALANCE));
        let entry = carrier.or(record.first())?.entry;
        Some((net, carrier.map(|line| i128::from(line.balance)), entry))
    })
}

/// Opening balance (first given balance without what led to it), closing balance (the last record's), and how many
/// records carry one.
fn implied_balances(lines: &[Line]) -> (Option<i128>, Option<i128>, usize) {
    let mut opening = None;
    let mut closing = None;
    let mut before = 0;
    let mut given = 0;
    for (net, balance, _) in steps(lines) {
        before += net;
        closing = balance;
        if let Some(balance) = balance {
            given += 1;
            opening = opening.or(Some(balance - before));
        }
    }
    (opening, closing, given)
}

struct Break {
    entry: EntryRef,
    stated: i128,
    computed: i128,
}

/// The first record whose balance is not the one before it plus its amount.
fn first_break(opening: Option<i128>, lines: &[Line]) -> Option<Break> {
    let mut running = opening;
    for (net, balance, entry) in steps(lines) {
        running = running.map(|before| before + net);
        match (running, balance) {
            (Some(computed), Some(stated)) if computed != stated => {
                return Some(Break {
                    entry,
                    stated,
                    computed,
                });
            }
            (None, Some(stated)) => running = Some(stated),
            _ => {}
        }
    }
    None
}
