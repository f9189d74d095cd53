//! Which built-in mapping a file is written in, by its header or, without one, by its first rows.

use super::blocks::Limits;
use super::dialect::{Dialect, Ending};
use super::difference::{Difference, changes};
use super::entries;
use super::fields::{Record, Splitter};
use super::glance::Glance;
use super::header::{Header, find_header, share_known};
use super::plan::{Outside, Plan};
use super::proof::{self, Proof};
use super::said::Said;
use super::values;
use crate::intake::Recognition;
use crate::intake::encoding::Encoding;
use crate::intake::mapping::{Mapping, builtin};

/// Rows that are looked at where there is no header.
const ROWS: usize = 10;

/// The built-in mappings that fit, best first; behind them, with score 0, those that nearly fit, with what is
/// different. `head` holds up to the first 64 KiB.
pub fn recognise_mapping(
    head: &[u8],
    name: &str,
    encoding: Encoding,
) -> Vec<(&'static Mapping, Recognition)> {
    let mut found: Vec<(&'static Mapping, Recognition)> = Vec::new();
    let mut glance = Glance::new(head, encoding, Limits::default().record, is_whole(head));
    for (at, mapping) in builtin().iter().enumerate() {
        if !glance.may_fit(at, mapping) {
            continue;
        }
        let recognition = score(mapping, head, name, encoding);
        if recognition.score > 0 || !recognition.reason.is_empty() {
            found.push((mapping, recognition));
        }
    }
    // Stable: mappings of one score stay in the order of the list.
    found.sort_by_key(|(_, recognition)| std::cmp::Reverse(recognition.score));
    found
}

/// For a file that no mapping fits: what is nearest and the difference, in a sentence.
pub fn nearest(found: &[(&'static Mapping, Recognition)]) -> Option<String> {
    if found.iter().any(|(_, recognition)| recognition.score > 0) {
        return None;
    }
    // Those that only a person can tell apart are all named.
    let asked: Vec<String> = found
        .iter()
        .filter(|(mapping, _)| mapping.dates.proven || !mapping.file.names.is_empty())
        .map(|(mapping, recognition)| format!("{}: {}", mapping.title, recognition.reason))
        .collect();
    if !asked.is_empty() {
        return Some(asked.join("; "));
    }
    found
        .first()
        .map(|(mapping, recognition)| format!("nearly {}: {}", mapping.title, recognition.reason))
}

/// How well a file fits a mapping. A score of 0 with a reason is a near miss.
pub fn score(mapping: &Mapping, head: &[u8], name: &str, encoding: Encoding) -> Recognition {
    let encoding = mapping.encoding(encoding);
    let whole = is_whole(head);
    match find_header(mapping, head, encoding, Limits::default().record, whole) {
        Ok(header) if mapping.file.header => by_header(mapping, header, head, name, whole),
        Ok(header) => by_rows(mapping, header, head, whole),
        Err(difference) => Recognition {
            score: 0,
            reason: near_miss(&difference),
        },
    }
}

// The caller cuts at 64 KiB; what is shorter is the whole file.
fn is_whole(head: &[u8]) -> bool {
    head.len() < 64 << 10
}

fn by_header(mapping: &Mapping, header: Header<'_>, head: &[u8], name: &str, whole: bool) -> Recognition {
    let not = |reason: String| Recognition { score: 0, reason };
    let share = share_known(&header);
    let known: Vec<usize> = header.columns.values().copied().collect();
    let unknown = |at: &usize| !known.contains(at) && header.labels.get(*at).is_some_and(|l| !l.is_empty());
    if mapping.file.exact && (0..header.labels.len()).any(|at| unknown(&at)) {
        return not(String::new());
    }
    if !mapping.file.names.is_empty() && !mapping.file.names.iter().any(|pattern| pattern.fits(name)) {
        return not(format!(
            "other banks write this header too, and the file's name is not as this one gives it; if the file is its, take \
             it in with --mapping {}",
            mapping.id
        ));
    }
    if mapping.dates.proven {
        let plan_of = Said::default();
        let outside = Outside {
            account: "",
            said: &plan_of,
        };
        let (dialect, start) = (header.dialect, header.start);
        let plan = Plan::new(mapping, header, &outside);
        let mut days = Vec::new();
        each_row(head, start, &dialect, whole, usize::MAX, |record| {
            days.push(plan.booked.get(record).to_owned());
        });
        match proof::of(&plan, days.iter().map(String::as_str)) {
            Proof::Proven => {}
            Proof::Against => return not(String::new()),
            Proof::Open => {
                return not(format!(
                    "every day in the first rows can be meant either way (day or month first), and which one follows \
                     from the account, not from the file; find it out and take the file in with --mapping {}",
                    mapping.id
                ));
            }
        }
    }
    Recognition {
        score: (60 + share.min(100) * 39 / 100) as u8,
        reason: format!("header of {}; {share} % of its columns are known", mapping.id),
    }
}

/// The optional columns of a mapping that a file lacks, in a sentence; empty where none.
pub fn absent_columns(mapping: &Mapping, head: &[u8], encoding: Encoding) -> String {
    let limit = Limits::default().record;
    match find_header(mapping, head, mapping.encoding(encoding), limit, is_whole(head)) {
        Ok(header) if mapping.file.header => changes(mapping, &header).absent(),
        _ => String::new(),
    }
}

// One column missing or renamed, the others there.
fn near_miss(difference: &Difference) -> String {
    if difference.missing.len() + difference.renamed.len() == 1 && difference.found >= 3 {
        difference.describe()
    } else {
        String::new()
    }
}

// Hands over the first rows behind the header that can be cut.
fn each_row(
    head: &[u8],
    start: usize,
    dialect: &Dialect,
    whole: bool,
    most: usize,
    mut row: impl FnMut(&Record<'_>),
) -> usize {
    let (mut at, mut read) = (start, 0);
    let mut text = String::new();
    let mut splitter = Splitter::default();
    while at < head.len() && read < most {
        let (end, next) = match dialect.record_end(head, at, Limits::default().record, whole) {
            Ending::Record { end, next } | Ending::Stray { end, next } => (end, next),
            Ending::TooLong | Ending::More => break,
        };
        let bytes = &head[at..dialect.trim_end(head, at, end)];
        at = next;
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        read += 1;
        let Ok(decoded) = dialect.page.decode(bytes, &mut text) else {
            continue;
        };
        if let Ok(record) = splitter.split(decoded, dialect) {
            row(&record);
        }
    }
    read
}

fn by_rows(mapping: &Mapping, header: Header<'_>, head: &[u8], whole: bool) -> Recognition {
    let (dialect, start) = (header.dialect, header.start);
    let said = Said::default();
    let outside = Outside {
        account: "",
        said: &said,
    };
    let plan = Plan::new(mapping, header, &outside);
    // What the lines before the records say is not looked up here.
    let currency_said = mapping.currency.column.starts_with("statement:");
    // A first row that does not fit is a header: then the file is another one.
    let (mut fit, mut first) = (0, None);
    let read = each_row(head, start, &dialect, whole, ROWS, |record| {
        let fits = plan.fits(record)
            && values::booked(&plan, record).is_ok()
            && (currency_said || plan.money(&plan.currency, record).is_ok())
            && matches!(entries::amount(&plan, record), Ok((Some(_), _)))
            && (!plan.account.get(record).is_empty() || !mapping.account_in_records());
        fit += usize::from(fits);
        first.get_or_insert(fits);
    });
    if fit * 2 > read && first == Some(true) {
        Recognition {
            score: 80,
            reason: format!("{fit} of the first {read} rows read as {}", mapping.id),
        }
    } else {
        Recognition {
            score: 0,
            reason: String::new(),
        }
    }
}
