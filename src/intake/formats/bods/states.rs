//! Which statement holds the last state of a record.

use hashbrown::{HashMap, HashSet};
use serde::Deserialize;
use serde_json::Value;

use super::older;
use crate::intake::json::{Records, text};
use crate::intake::registers::day;
use crate::intake::{IntakeError, SourceFile};
use crate::model::sha256;

/// Records that may have several statements, of which is remembered where their last state stands: some 200 MB of memory.
const REMEMBERED: usize = 1 << 22;

/// The last statement of every record of which more than a `new` one can stand in the file: of those that were updated or
/// closed, and of those whose statements do not say. Of any other record its only statement holds.
#[derive(Default)]
pub struct States {
    last: HashMap<u128, Moment>,
    /// Statements of older versions that another one replaces.
    replaced: HashSet<u128>,
    /// Such records, beyond those that are remembered.
    pub beyond: bool,
}

/// When a statement was made: day and time as told, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    day: i32,
    second: u32,
    start: u64,
    /// It closes the record.
    closes: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow, default)]
    record_id: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    record_status: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    statement_date: std::borrow::Cow<'a, str>,
}

impl Head<'_> {
    /// Reads what the quick way does not: a null, a name that stands twice.
    fn of(value: &Value) -> Head<'static> {
        let owned = |name| std::borrow::Cow::Owned(text(value, name).to_owned());
        Head {
            record_id: owned("recordId"),
            record_status: owned("recordStatus"),
            statement_date: owned("statementDate"),
        }
    }
}

impl States {
    /// Reads the file once for it.
    pub fn of(source: &SourceFile<'_>) -> Result<States, IntakeError> {
        let mut states = States::default();
        // The bytes are counted when they are read for good.
        let source = &SourceFile {
            progress: &|_| {},
            ..*source
        };
        let mut records = Records::open(source)?;
        while let Some(record) = records.next()? {
            if record.fault.is_none() && record.text.contains("\"replacesStatements\"") {
                states.replaces(&record.value().unwrap_or_default());
            }
            if record.fault.is_some() {
                continue;
            }
            let head = match serde_json::from_str::<Head<'_>>(record.text) {
                Ok(head) => head,
                Err(_) => Head::of(&record.value().unwrap_or_default()),
            };
            let record_id = head.record_id.trim();
            let status = head.record_status.trim();
            if status == "new" || record_id.is_empty() {
                continue;
            }
            let moment = Moment::of(status, head.statement_date.trim(), record.place.byte_start);
            if let Some(last) = states.last.get_mut(&key(record_id)) {
                *last = (*last).max(moment);
            } else if states.last.len() < REMEMBERED {
                states.last.insert(key(record_id), moment);
            } else {
                states.beyond = true;
            }
        }
        Ok(states)
    }

    fn replaces(&mut self, statement: &Value) {
        for id in older::replaced(statement) {
            if self.replaced.len() >= REMEMBERED {
                self.beyond = true;
                return;
            }
            self.replaced.insert(key(id));
        }
    }

    /// Whether another statement of an older version takes this one's place.
    pub fn is_replaced(&self, statement_id: &str) -> bool {
        !self.replaced.is_empty() && self.replaced.contains(&key(statement_id))
    }

    /// Whether a later statement about the record takes this one's place. A `new` one begins what the others go on with,
    /// whatever its date, unless they closed the record before.
    pub fn is_past(&self, record_id: &str, status: &str, statement_date: &str, start: u64) -> bool {
        self.last.get(&key(record_id)).is_some_and(|last| {
            Moment::of(status, statement_date, start) < *last || (status == "new" && !last.closes)
        })
    }
}

impl Moment {
    fn of(status: &str, date: &str, start: u64) -> Moment {
        let time = date.get(11..19).unwrap_or_default();
        let second = time
            .split(':')
            .filter_map(|part| part.parse::<u32>().ok().filter(|part| *part < 100))
            .fold(0, |second, part| second * 60 + part);
        let closes = status == "closed";
        // Without a date what closes a record is the last that is said of it, and all else comes before what has one.
        let undated = if closes { i32::MAX } else { i32::MIN };
        Moment {
            day: day(date).map_or(undated, |day| day.0),
            second,
            start,
            closes,
        }
    }
}

fn key(record_id: &str) -> u128 {
    let hash = sha256(record_id.as_bytes());
    hash.iter()
        .take(16)
        .fold(0, |key, byte| key << 8 | u128::from(*byte))
}
