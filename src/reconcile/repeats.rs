//! Entries that several statements without balances tell: reports of one day that each hold what the one before held, or
//! statements that overlap. Without balances only the bank's own reference of a booking proves that two entries are one.
//!
//! An entry is told again where another statement of the account and currency has one of the same day, direction, amount,
//! other side, text and reference, and one of the two statements has no balances. The reference must be one of a booking:
//! no statement of the account gives it to two entries of one direction, and it is long enough to be no count or code.
//! Cash is asked for more, because equal deposits on one day are what structuring looks like: a machine's number may
//! stand where a reference should. Cash counts as told again only where the two statements have another entry in common.

use hashbrown::{HashMap, HashSet};

use super::check::{Head, Ledger};
use super::duplicates::{Same, currency_numbers};
use super::legs::reference;
use super::statement::{Judged, Line};

/// An entry that another statement tells too.
pub(super) struct Again {
    /// Its place among the lines.
    pub line: usize,
    pub same: Same,
}

/// Fewer letters and digits than this, leading noughts left out, are a count or a code and no reference.
const SHORTEST: usize = 6;

/// Hash of a bank's reference where it may be one of a single booking, else 0.
pub(super) fn own_reference(text: &str) -> u64 {
    let plain = || text.chars().filter(|c| c.is_alphanumeric());
    let long = plain().skip_while(|c| *c == '0').count() >= SHORTEST;
    if long && plain().any(|c| c.is_ascii_digit()) {
        reference(text)
    } else {
        0
    }
}

/// The entries that are told again, in the order of the lines. Kept is the entry of the statement with balances, else of
/// the one with more entries, else of the smaller `statement_id`; the order in which files came decides nothing.
pub(super) fn told_again(ledger: &Ledger, judged: &[Judged]) -> Vec<Again> {
    let currencies = currency_numbers(&ledger.heads);
    let head = |line: &Line| -> &Head { &ledger.heads[line.statement as usize] };
    let balanced: Vec<bool> = judged
        .iter()
        .map(|judged| judged.opening.is_some() && judged.closing.is_some())
        .collect();
    let accounts = accounts_in_question(&ledger.heads, &balanced);
    if accounts.is_empty() {
        return Vec::new();
    }
    let ranks = ranks_by_id(&ledger.heads);
    let mut usable: Vec<usize> = (0..ledger.lines.len())
        .filter(|at| {
            let line = &ledger.lines[*at];
            let known = line.has(Line::DATE) && line.has(Line::AMOUNT) && line.reference != 0;
            known && !line.has(Line::COPY) && accounts.contains(&head(line).account) && !head(line).fees_only
        })
        .collect();
    // What one statement gives to two entries is the reference of neither.
    let mut once: HashSet<(u32, u64, bool)> = HashSet::new();
    let mut shared: HashSet<(u32, u64, bool)> = HashSet::new();
    for at in &usable {
        let line = &ledger.lines[*at];
        if !once.insert((line.statement, line.reference, line.has(Line::CREDIT))) {
            shared.insert((head(line).account, line.reference, line.has(Line::CREDIT)));
        }
    }
    usable.retain(|at| {
        let line = &ledger.lines[*at];
        !shared.contains(&(head(line).account, line.reference, line.has(Line::CREDIT)))
    });
    let key = |at: &usize| {
        let line = &ledger.lines[*at];
        (
            (head(line).account, currencies[line.statement as usize]),
            (line.date, line.has(Line::CREDIT), line.amount),
            (line.reference, line.fingerprint),
        )
    };
    let balanced = |at: usize| balanced[ledger.lines[at].statement as usize];
    let preference = |at: usize| {
        let statement = ledger.lines[at].statement as usize;
        (
            !balanced(at),
            std::cmp::Reverse(judged[statement].entries),
            ranks[statement],
        )
    };
    usable.sort_unstable_by_key(|at| (key(at), preference(*at)));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for group in usable.chunk_by(|a, b| key(a) == key(b)) {
        let (kept, again) = (group[0], &group[1..]);
        // Two that both have balances are judged by them.
        let unproved = again.iter().filter(|at| !(balanced(kept) && balanced(**at)));
        pairs.extend(unproved.map(|at| (kept, *at)));
    }
    let between = |pair: &(usize, usize)| {
        let [kept, again] = [pair.0, pair.1].map(|at| ledger.lines[at].statement);
        (kept, again)
    };
    let mut in_common: HashMap<(u32, u32), u32> = HashMap::new();
    for pair in &pairs {
        *in_common.entry(between(pair)).or_default() += 1;
    }
    let is_cash = |at: usize| ledger.lines[at].status() == CASH;
    pairs.retain(|pair| {
        let alone = in_common.get(&between(pair)).is_none_or(|count| *count < 2);
        !(alone && (is_cash(pair.0) || is_cash(pair.1)))
    });
    pairs.sort_unstable_by_key(|pair| pair.1);
    let told = pairs.into_iter().map(|(kept, again)| {
        let (first, second) = (&ledger.lines[kept], &ledger.lines[again]);
        Again {
            line: again,
            same: Same {
                entry: second.entry,
                same_as: first.entry,
                kind: "same_statement",
                reason: format!(
                    "statement {} tells an entry of statement {} again: same day, direction, amount, other side, text \
                     and reference of the bank",
                    head(second).id,
                    head(first).id
                ),
            },
        }
    });
    told.collect()
}

/// Accounts with several statements, some of them without balances.
fn accounts_in_question(heads: &[Head], balanced: &[bool]) -> HashSet<u32> {
    let mut seen: HashMap<u32, (u32, bool)> = HashMap::new();
    for (head, balanced) in heads.iter().zip(balanced).filter(|(head, _)| !head.fees_only) {
        let (count, without) = seen.entry(head.account).or_default();
        *count += 1;
        *without |= !balanced;
    }
    let several = seen
        .into_iter()
        .filter(|(_, (count, without))| *count > 1 && *without);
    several.map(|(account, _)| account).collect()
}

/// For each statement the place of its id in alphabetical order.
fn ranks_by_id(heads: &[Head]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..heads.len()).collect();
    order.sort_unstable_by(|a, b| heads[*a].id.cmp(&heads[*b].id));
    let mut ranks = vec![0; heads.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank;
    }
    ranks
}

/// Cash among the words of `counterparty_status`.
const CASH: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_or_a_code_is_no_reference_of_a_booking() {
        for text in [
            "",
            "NONREF",
            "CASHDEPOSIT",
            "0001",
            "000000012345",
            "ATM 7",
            "12-345",
        ] {
            assert_eq!(own_reference(text), 0, "{text}");
        }
        assert_ne!(own_reference("2024010500017"), 0);
        assert_eq!(own_reference("AB/123-456"), own_reference("ab123456"));
    }
}
