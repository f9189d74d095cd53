//! Reads a block: each record is decoded, cut into fields, and ends as accepted or rejected.

use hashbrown::HashSet;

use super::blocks::Block;
use super::dialect::Ending;
use super::fault::Fault;
use super::fields::{MOST_FIELDS, Record, Splitter};
use super::plan::Plan;
use super::registers::Cells;
use super::{entries, listing, registers, relations, wealth};
use crate::intake::encoding::CodePage;
use crate::intake::mapping::TableKind;
use crate::intake::{Reject, Rows};
use crate::model::Place;

/// What reading a block needs, with buffers that all its records share.
pub struct Reader<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) cells: &'p Cells,
    pub(super) rows: Rows,
    pub(super) locator: String,
    pub(super) joined: String,
    pub(super) number: String,
    /// Accounts already remembered as seized.
    pub(super) seized: HashSet<String>,
    record_limit: usize,
    decoded: String,
    splitter: Splitter,
}

// Nearly every record begins with a visible character.
fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// Bytes of a rejected record that are shown.
const SHOWN: usize = 4_096;

impl<'p> Reader<'p> {
    /// Reads a block into rows.
    pub fn read(
        plan: &'p Plan<'p>,
        cells: &'p Cells,
        source_id: &str,
        record_limit: usize,
        block: &Block,
    ) -> Rows {
        let mut reader = Reader {
            plan,
            cells,
            rows: Rows::with_room(source_id, block.records),
            locator: String::new(),
            joined: String::new(),
            number: String::new(),
            seized: HashSet::new(),
            record_limit,
            decoded: String::new(),
            splitter: Splitter::default(),
        };
        if let Some(byte_end) = block.too_long {
            let place = Place {
                byte_start: block.base,
                byte_end,
                line: block.line,
            };
            reader.locate(place);
            reader.reject(&block.bytes, place, &Fault::TooLong(record_limit));
        } else {
            reader.block(block);
        }
        reader.rows
    }

    fn block(&mut self, block: &Block) {
        let dialect = self.plan.dialect;
        let bytes = block.bytes.as_slice();
        let (mut at, mut line) = (0, block.line);
        // Text is proved to be text once a block; where it is none, each record is looked at for itself.
        let text = match dialect.page {
            CodePage::Utf8 => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        let mut ends = block.ends.iter();
        while at < bytes.len() {
            let (end, next, stray) = match ends.next() {
                Some(next) => {
                    let next = *next as usize;
                    (dialect.without_terminator(bytes, at, next), next, false)
                }
                None => match dialect.record_end(bytes, at, self.record_limit, true) {
                    Ending::Record { end, next } => (end, next, false),
                    Ending::Stray { end, next } => (end, next, true),
                    Ending::TooLong | Ending::More => (bytes.len(), bytes.len(), false),
                },
            };
            let place = |start: usize, end: usize, line: u64| Place {
                byte_start: block.base + start as u64,
                byte_end: block.base + dialect.trim_end(bytes, start, end) as u64,
                line,
            };
            let stop = dialect.trim_end(bytes, at, end);
            let whole = &bytes[at..stop];
            let lines = if block.a_line_each {
                1
            } else {
                dialect.lines(&bytes[at..next])
            };
            if stray {
                let place = place(at, end, line);
                self.locate(place);
                self.reject(whole, place, &Fault::Stray);
            } else {
                let known = text.and_then(|text| text.get(at..stop));
                let fault = self.record(whole, known, place(at, end, line));
                match fault {
                    // A quote too many in one line swallows the next ones: they are read on their own.
                    Some(Fault::Fields { .. } | Fault::TooManyFields(..) | Fault::Ragged)
                        if dialect.lines(whole) > 0 =>
                    {
                        self.each_line(bytes, at, end, line, block.base);
                    }
                    Some(fault) => self.reject(whole, place(at, end, line), &fault),
                    None => {}
                }
            }
            at = next;
            line += lines;
        }
    }

    fn each_line(&mut self, bytes: &[u8], start: usize, end: usize, line: u64, base: u64) {
        let dialect = self.plan.dialect;
        let (mut at, mut line) = (start, line);
        while at < end {
            let stop = dialect.line_end(&bytes[..end], at).unwrap_or(end);
            let whole = &bytes[at..dialect.trim_end(bytes, at, stop)];
            let place = Place {
                byte_start: base + at as u64,
                byte_end: base + (at + whole.len()) as u64,
                line,
            };
            let closed = matches!(
                dialect.record_end(whole, 0, whole.len() + 1, true),
                Ending::Record { .. }
            );
            if closed {
                if let Some(fault) = self.record(whole, None, place) {
                    self.reject(whole, place, &fault);
                }
            } else {
                self.locate(place);
                self.reject(whole, place, &Fault::Stray);
            }
            at = stop + dialect.page.unit();
            line += 1;
        }
    }

    // Reads a record; gives the fault for which it must be rejected. Blank lines are no records.
    fn record(&mut self, bytes: &[u8], known: Option<&str>, place: Place) -> Option<Fault> {
        if bytes.is_empty() {
            return None;
        }
        self.locate(place);
        let plan = self.plan;
        let mut buffer = std::mem::take(&mut self.decoded);
        let mut splitter = std::mem::take(&mut self.splitter);
        let decoded = match known {
            Some(text) => Ok(text),
            None => plan.dialect.page.decode(bytes, &mut buffer),
        };
        let result = match decoded {
            Err(fault) => Err(Fault::Encoding(fault)),
            Ok(text) if is_blank(text) => Ok(false),
            Ok(text) if self.skip_line(text) => Ok(false),
            Ok(text) => match splitter.split(text, &plan.dialect) {
                Ok(record) if self.skip_record(&record) => Ok(false),
                Err(_) => Err(Fault::TooManyFields(MOST_FIELDS, plan.fields)),
                Ok(record) if !plan.fits(&record) => Err(Fault::Fields {
                    found: record.len(),
                    expected: plan.fields,
                }),
                // Else a quote too many would hide the next line inside a text of this one.
                Ok(record) if record.is_ragged() && text.contains(char::from(plan.dialect.terminator)) => {
                    Err(Fault::Ragged)
                }
                Ok(record) => match plan.mapping.table {
                    TableKind::Entries => entries::read(self, &record, place),
                    TableKind::Listing => listing::read(self, &record, place),
                    TableKind::AccountHolders => registers::read_holder(self, &record, place),
                    TableKind::Relations => relations::read(self, &record, place),
                    TableKind::Incomes => registers::read_income(self, &record, place),
                    TableKind::Assets => wealth::read_asset(self, &record, place),
                    TableKind::Liabilities => wealth::read_liability(self, &record, place),
                    TableKind::Expenses => wealth::read_expense(self, &record, place),
                    TableKind::Rates => wealth::read_rate(self, &record, place),
                    TableKind::NotRecords => Ok(()),
                }
                .map(|()| true),
            },
        };
        self.decoded = buffer;
        self.splitter = splitter;
        match result {
            Ok(true) => self.rows.accepted(),
            Ok(false) => {}
            Err(fault) => return Some(fault),
        }
        None
    }

    // Lines that the mapping knows to be no records are counted by the reason that it gives.
    fn skip_line(&mut self, text: &str) -> bool {
        let known = self.plan.skip.iter().find(|skip| {
            let pattern = skip.rule.pattern.as_ref();
            skip.slot.is_none() && pattern.is_some_and(|pattern| pattern.fits(text))
        });
        if let Some(skip) = known {
            self.rows.set_aside(&skip.rule.reason);
        }
        known.is_some()
    }

    fn skip_record(&mut self, record: &Record<'_>) -> bool {
        let known = self.plan.skip.iter().find(|skip| {
            skip.slot.as_ref().is_some_and(|slot| {
                let value = slot.get(record);
                match &skip.rule.pattern {
                    Some(pattern) => pattern.fits(value),
                    None => skip
                        .rule
                        .words
                        .iter()
                        .any(|word| word.eq_ignore_ascii_case(value)),
                }
            })
        });
        if let Some(skip) = known {
            self.rows.set_aside(&skip.rule.reason);
        }
        known.is_some()
    }

    fn locate(&mut self, place: Place) {
        self.locator.clear();
        self.locator.push_str(self.word());
        self.locator.push(' ');
        self.locator.push_str(itoa::Buffer::new().format(place.line));
    }

    // What places are counted in.
    fn word(&self) -> &'static str {
        if self.plan.dialect.rendered { "row" } else { "line" }
    }

    fn reject(&mut self, bytes: &[u8], place: Place, fault: &Fault) {
        let shown = &bytes[..bytes.len().min(SHOWN)];
        let raw = self.plan.dialect.page.decode_lossy(shown);
        let reason = format!(
            "{} {}, byte {}: {fault}",
            self.word(),
            place.line,
            place.byte_start
        );
        self.locate(place);
        self.rows.reject(&Reject {
            place,
            locator: &self.locator,
            reason: &reason,
            raw: &raw,
        });
    }
}
