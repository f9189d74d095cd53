//! Which statement holds the last state of a record.

use hashbrown::{HashMap, HashSet};
use serde::Deserialize;

use super::older;
use crate::intake::json::Records;
use crate::intake::registers::day;
use crate::intake::{IntakeError, SourceFile};
use crate::model::sha256;

/// Records that were changed, of which is remembered where their last state stands: some 200 MB of memory.
const REMEMBERED: usize = 1 << 22;

/// The last statement of every record that was updated or closed. Of a record that was not, its only statement holds.
#[derive(Default)]
pub struct States {
    last: HashMap<u128, Moment>,
    /// Statements of older versions that another one replaces.
    replaced: HashSet<u128>,
    /// Records that were changed, beyond those that are remembered.
    pub beyond: bool,
}

/// When a statement was made: day and time as told, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    day: i32,
    second: u32,
    start: u64,
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
            let changed = ["updated", "closed"]
                .iter()
                .any(|word| record.text.contains(word));
            if record.fault.is_some() || !changed {
                continue;
            }
            let Ok(head) = serde_json::from_str::<Head<'_>>(record.text) else {
                continue;
            };
            if !matches!(&*head.record_status, "updated" | "closed") || head.record_id.is_empty() {
                continue;
            }
            let moment = Moment::of(&head.statement_date, record.place.byte_start);
            if let Some(last) = states.last.get_mut(&key(&head.record_id)) {
                *last = (*last).max(moment);
            } else if states.last.len() < REMEMBERED {
                states.last.insert(key(&head.record_id), moment);
            } else {
                states.beyond = true;
            }
        }
        Ok(states)
    }

    fn replaces(&mut self, statement: &serde_json::Value) {
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

    /// Whether a later statement about the record takes this one's place.
    pub fn is_past(&self, record_id: &str, statement_date: &str, start: u64) -> bool {
        self.last
            .get(&key(record_id))
            .is_some_and(|last| Moment::of(statement_date, start) < *last)
    }
}

impl Moment {
    fn of(text: &str, start: u64) -> Moment {
        let time = text.get(11..19).unwrap_or_default();
        let second = time
            .split(':')
            .filter_map(|part| part.parse::<u32>().ok().filter(|part| *part < 100))
            .fold(0, |second, part| second * 60 + part);
        Moment {
            day: day(text).map_or(i32::MIN, |day| day.0),
            second,
            start,
        }
    }
}

fn key(record_id: &str) -> u128 {
    let hash = sha256(record_id.as_bytes());
    hash.iter()
        .take(16)
        .fold(0, |key, byte| key << 8 | u128::from(*byte))
}
