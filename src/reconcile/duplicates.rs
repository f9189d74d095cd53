//! The same statement taken in twice, and entries that may be one booking. Nothing is dropped here: pairs are named.

use std::ops::Range;

use hashbrown::{HashMap, HashSet};

use super::check::{Head, Ledger};
use super::ids::EntryRef;
use super::statement::{Judged, Line, Verdict};

/// Two entries that are, or may be, one booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Same {
    pub entry: EntryRef,
    pub same_as: EntryRef,
    pub kind: &'static str,
    pub reason: String,
}

/// A statement that is a second copy of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub statement: usize,
    pub of: usize,
}

/// Finds statements that stand in the record twice, in two files or two formats.
///
/// Two statements are the same where account, currency, last day, opening balance, closing balance and all lines in
/// their order (day, direction, amount) agree, and the first day agrees too. MT940 dates an opening balance with the
/// day of the statement before; so a first day up to four days (a weekend and a holiday) earlier also agrees where no
/// line stands in those days. A listing of one account says no days but those of its lines: it is the same where lines and
/// running balances begin, go and end as in the statement. Two statements of one file with different numbers are two statements.
///
/// The copy that says more is kept: the one with more lines whose other side is identified; then a statement rather
/// than a listing; then the smaller `statement_id`, which begins with the hash of the file. None of this depends on the
/// order in which files came.
pub(super) fn same_statements(ledger: &Ledger, ranges: &[Range<usize>], judged: &[Judged]) -> Vec<Copy> {
    let mut groups: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, (head, judged)) in ledger.heads.iter().zip(judged).enumerate() {
        if head.fees_only || judged.verdict == Verdict::Failed {
            continue;
        }
        let last = judged.last_date.or(head.to);
        if let (Some(opening), Some(closing), Some(last)) = (judged.opening, judged.closing, last) {
            let currency = head.stated.currency.as_deref();
            let key = (head.account, currency, last, opening, closing, judged.entries);
            groups.entry(key).or_default().push(at);
        }
    }
    let lines = |at: usize| &ledger.lines[ranges[at].clone()];
    let mut copies = Vec::new();
    for mut group in groups.into_values().filter(|group| group.len() > 1) {
        group.sort_by_cached_key(|at| {
            let identified = lines(*at).iter().filter(|line| line.status() == 0).count();
            let head = &ledger.heads[*at];
            (
                std::cmp::Reverse(identified),
                head.stated.implied,
                head.id.clone(),
            )
        });
        let mut kept: Vec<usize> = Vec::new();
        for at in group {
            let original = kept.iter().copied().find(|original| {
                let (one, other) = (&ledger.heads[*original], &ledger.heads[at]);
                let numbers_differ = one.source == other.source && one.number != other.number;
                !numbers_differ
                    && same_lines(lines(*original), lines(at))
                    && (one.stated.implied || other.stated.implied || same_period(one, other, &judged[at]))
            });
            match original {
                Some(of) => copies.push(Copy { statement: at, of }),
                None => kept.push(at),
            }
        }
    }
    copies.sort_unstable_by_key(|copy| copy.statement);
    copies
}

/// The entries of copies, each with the entry of the kept statement in the same place of the order.
pub(super) fn copied_entries(ledger: &Ledger, ranges: &[Range<usize>], copies: &[Copy]) -> Vec<Same> {
    let mut same = Vec::new();
    for copy in copies {
        let (second, first) = (&ledger.heads[copy.statement].id, &ledger.heads[copy.of].id);
        let reason = format!("statement {second} is a second copy of statement {first}");
        let lines = &ledger.lines[ranges[copy.statement].clone()];
        for (line, kept) in lines.iter().zip(&ledger.lines[ranges[copy.of].clone()]) {
            same.push(Same {
                entry: line.entry,
                same_as: kept.entry,
                kind: "same_statement",
                reason: reason.clone(),
            });
        }
    }
    same
}

/// Entries of different sources with overlapping periods that agree in account, currency, day, direction, amount, other
/// side and text. Flagged, never dropped: two equal deposits on one day are what structuring looks like. Where a source
/// has the same entry several times, the first pairs with the first, the second with the second; what is left over is
/// not flagged.
pub(super) fn likely(ledger: &Ledger, judged: &[Judged]) -> Vec<Same> {
    let several = accounts_in_several_sources(&ledger.heads);
    let source_ranks = ledger.sources.ranks();
    let currencies = currency_numbers(&ledger.heads);
    let head = |line: &Line| &ledger.heads[line.statement as usize];
    let key = |line: &Line| {
        (
            head(line).account,
            line.date,
            line.amount,
            line.has(Line::CREDIT),
            line.fingerprint,
            currencies[line.statement as usize],
        )
    };
    let source = |line: &Line| source_ranks[head(line).source as usize];
    let mut order: Vec<u32> = (0..ledger.lines.len() as u32)
        .filter(|at| {
            let line = &ledger.lines[*at as usize];
            let head = head(line);
            let usable = line.has(Line::DATE) && line.has(Line::AMOUNT) && !line.has(Line::COPY);
            usable && !head.fees_only && several.contains(&head.account)
        })
        .collect();
    let line = |at: &u32| &ledger.lines[*at as usize];
    order.sort_unstable_by_key(|at| {
        let line = line(at);
        (
            key(line),
            source(line),
            line.sequence,
            line.entry.place,
            line.entry.leg,
        )
    });
    let mut same = Vec::new();
    for group in order.chunk_by(|a, b| key(line(a)) == key(line(b))) {
        let mut by_source = group.chunk_by(|a, b| source(line(a)) == source(line(b)));
        let Some(first) = by_source.next() else { continue };
        for later in by_source {
            for (one, other) in first.iter().zip(later) {
                let (one, other) = (line(one), line(other));
                if overlap(ledger, judged, one.statement, other.statement) {
                    same.push(Same {
                        entry: other.entry,
                        same_as: one.entry,
                        kind: "likely_duplicate",
                        reason: "same account, day, direction, amount, other side and text in another source whose \
                                 period overlaps"
                            .to_owned(),
                    });
                }
            }
        }
    }
    same
}

fn same_lines(one: &[Line], other: &[Line]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| {
            a.date() == b.date() && a.has(Line::CREDIT) == b.has(Line::CREDIT) && a.amount == b.amount
        })
}

fn same_period(one: &Head, other: &Head, judged: &Judged) -> bool {
    const LONG_WEEKEND: i32 = 4;
    let last = |head: &Head| head.to.or(judged.last_date);
    if last(one) != last(other) {
        return false;
    }
    let first = |head: &Head| head.from.or(judged.first_date);
    let (Some(a), Some(b)) = (first(one), first(other)) else {
        return first(one) == first(other);
    };
    let (earlier, later) = (a.min(b), a.max(b));
    let nothing_between = judged.first_date.is_some_and(|date| date >= later);
    earlier == later || (later.saturating_sub(earlier) <= LONG_WEEKEND && nothing_between)
}

fn accounts_in_several_sources(heads: &[Head]) -> HashSet<u32> {
    let mut first: HashMap<u32, u32> = HashMap::new();
    let mut several = HashSet::new();
    for head in heads {
        if *first.entry(head.account).or_insert(head.source) != head.source {
            several.insert(head.account);
        }
    }
    several
}

/// Equal numbers for statements of one currency.
pub(super) fn currency_numbers(heads: &[Head]) -> Vec<usize> {
    let mut known: HashMap<Option<&str>, usize> = HashMap::new();
    heads
        .iter()
        .map(|head| {
            let next = known.len();
            *known.entry(head.stated.currency.as_deref()).or_insert(next)
        })
        .collect()
}

fn overlap(ledger: &Ledger, judged: &[Judged], one: u32, other: u32) -> bool {
    let period = |at: u32| {
        let (head, judged) = (&ledger.heads[at as usize], &judged[at as usize]);
        head.from.or(judged.first_date).zip(head.to.or(judged.last_date))
    };
    match (period(one), period(other)) {
        (Some((a, b)), Some((c, d))) => a <= d && c <= b,
        _ => false,
    }
}
