//! Which built-in mapping a file is written in, by its header or, without one, by its first rows.

use super::blocks::Limits;
use super::dialect::Ending;
use super::fields::Splitter;
use super::header::{Difference, Header, beside, find_header, share_known};
use super::plan::{Outside, Plan};
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
    _name: &str,
    encoding: Encoding,
) -> Vec<(&'static Mapping, Recognition)> {
    let mut found: Vec<(&'static Mapping, Recognition)> = Vec::new();
    for mapping in builtin() {
        let recognition = score(mapping, head, encoding);
        if recognition.score > 0 || !recognition.reason.is_empty() {
            found.push((mapping, recognition));
        }
    }
    // Stable: mappings of one score stay in the order of the list.
    found.sort_by_key(|(_, recognition)| std::cmp::Reverse(recognition.score));
    found
}

/// For a file that no mapping fits: the nearest one and the difference, in a sentence.
pub fn nearest(found: &[(&'static Mapping, Recognition)]) -> Option<String> {
    match found.first() {
        Some((mapping, recognition)) if recognition.score == 0 => {
            Some(format!("nearly {}: {}", mapping.title, recognition.reason))
        }
        _ => None,
    }
}

/// How well a file fits a mapping. A score of 0 with a reason is a near miss.
pub fn score(mapping: &Mapping, head: &[u8], encoding: Encoding) -> Recognition {
    let encoding = mapping.encoding(encoding);
    // The caller cuts at 64 KiB; what is shorter is the whole file.
    let whole = head.len() < 64 << 10;
    match find_header(mapping, head, encoding, Limits::default().record, whole) {
        Ok(header) if mapping.file.header => {
            let share = share_known(&header);
            Recognition {
                score: (60 + share.min(100) * 39 / 100) as u8,
                reason: format!("header of {}; {share} % of its columns are known", mapping.id),
            }
        }
        Ok(header) => by_rows(mapping, header, head, whole),
        Err(difference) => Recognition {
            score: 0,
            reason: near_miss(&difference),
        },
    }
}

/// What a file's header has beyond a mapping and lacks of it, or how it differs so that it cannot be read.
pub fn compare_header(mapping: &Mapping, head: &[u8], encoding: Encoding) -> String {
    let whole = head.len() < 64 << 10;
    match find_header(
        mapping,
        head,
        mapping.encoding(encoding),
        Limits::default().record,
        whole,
    ) {
        Ok(header) if mapping.file.header => beside(mapping, &header),
        Ok(_) => String::new(),
        Err(difference) => difference.describe(),
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

fn by_rows(mapping: &Mapping, header: Header<'_>, head: &[u8], whole: bool) -> Recognition {
    let (dialect, fields, mut at) = (header.dialect, header.fields, header.start);
    let said = Said::default();
    let outside = Outside {
        account: "",
        said: &said,
    };
    let plan = Plan::new(mapping, header, &outside);
    let (mut read, mut fit) = (0, 0);
    let mut text = String::new();
    let mut splitter = Splitter::default();
    while at < head.len() && read < ROWS {
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
        let Ok(record) = splitter.split(decoded, &dialect) else {
            continue;
        };
        let fits = record.len() == fields
            && values::booked(&plan, &record).is_ok()
            && plan.money(&plan.currency, &record).is_ok()
            && matches!(plan.amount(&plan.amount, &record), Ok(Some(_)))
            && (!plan.account.get(&record).is_empty() || !mapping.account_in_records());
        fit += usize::from(fits);
    }
    if fit * 2 > read {
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
