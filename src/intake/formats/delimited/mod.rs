//! Delimited text (CSV, TSV) read by a mapping.
//!
//! `header` finds the columns, `difference` says how they differ from the mapping, `plan` ties the mapping to them, `blocks` cuts the file at the ends of records,
//! `reader` reads a block and `entries`, `listing`, `remittance` and `registers` make rows of its records. `recognise`
//! finds the built-in mapping of a file, `glance` leaves out those that cannot fit, `proof` looks for the order of day
//! and month. What a column means stands in mappings, never here.

mod blocks;
mod dialect;
mod difference;
mod entries;
mod fault;
mod fee;
mod fields;
mod glance;
mod header;
mod listing;
mod plan;
mod proof;
mod propose;
mod reader;
mod recognise;
mod registers;
mod relations;
mod remittance;
mod said;
mod stated;
mod values;
mod wealth;

#[cfg(test)]
mod builtin_tests;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use super::super::mapping::Mapping;
use super::super::mapping::spec::StatementField;
use super::super::{Format, IntakeError, Output, Recognition, SourceFile, encoding};
use crate::model::source_prefix;
use blocks::{Block, Cutter};
use header::find_header;
use plan::{Outside, Plan};
use reader::Reader;
use registers::Cells;
use said::Said;
use stated::Stated;

pub use blocks::Limits;
pub use propose::{Proposal, propose, propose_in};
pub use recognise::{absent_columns, nearest, recognise_mapping};
pub use wealth::rate as exchange_rate;

/// Delimited files of one mapping.
pub struct Delimited<'m> {
    mapping: Cow<'m, Mapping>,
    account: String,
    limits: Limits,
}

impl<'m> Delimited<'m> {
    /// Reads with a mapping of its own.
    pub fn new(mapping: Mapping) -> Delimited<'static> {
        Delimited {
            mapping: Cow::Owned(mapping),
            account: String::new(),
            limits: Limits::default(),
        }
    }

    /// Reads with a mapping that is borrowed, such as one built in.
    pub fn by(mapping: &'m Mapping) -> Delimited<'m> {
        Delimited {
            mapping: Cow::Borrowed(mapping),
            account: String::new(),
            limits: Limits::default(),
        }
    }

    /// The account of every line, for mappings that take it from the file's name; others keep their column.
    pub fn for_account(mut self, number: &str) -> Self {
        self.account = number.trim().to_owned();
        self
    }

    /// Other sizes of blocks and records than the usual ones.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The mapping that it reads with.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    fn read_opened(
        &self,
        file: File,
        source: &SourceFile<'_>,
        output: &dyn Output,
    ) -> Result<(), IntakeError> {
        let mapping = self.mapping.as_ref();
        let io = |error| IntakeError::Io {
            path: source.path.display().to_string(),
            error,
        };
        let encoding = mapping.encoding(source.encoding);
        let mut file = file;
        let mut head = Vec::new();
        let wanted = self.limits.record.saturating_add(64 << 10) as u64;
        (&mut file).take(wanted).read_to_end(&mut head).map_err(io)?;
        (source.progress)(head.len() as u64);
        let whole = (head.len() as u64) < wanted;
        if head
            .get(usize::from(encoding.mark)..)
            .is_none_or(|rest| rest.trim_ascii().is_empty())
            && whole
        {
            return Ok(());
        }
        let header = find_header(mapping, &head, encoding, self.limits.record, whole)
            .map_err(|difference| self.header_fault(source, &difference))?;
        let changed = difference::changes(mapping, &header).note();
        if mapping.file.header && !changed.is_empty() {
            output.note(&format!("beside the mapping {}: {changed}", mapping.id));
        }
        let (dialect, start, line) = (header.dialect, header.start, header.line);
        let mark = usize::from(encoding.mark);
        let top = head.get(mark..header.top).unwrap_or_default();
        let again = || File::open(source.path);
        let said = Said::find(mapping, &dialect, source.name, (top, mark as u64), again)
            .map_err(io)?
            .map_err(|missing| stated::not_said(mapping, source, &missing))?;
        // What the file says of its account stands before what was given, and both before its name.
        let in_file = !mapping.account_is_asked() || !said.text(StatementField::Account).is_empty();
        let account = match in_file {
            true => String::new(),
            false if self.account.is_empty() => account_of_name(source.name, source.source_id),
            false => self.account.clone(),
        };
        let outside = Outside {
            account: &account,
            said: &said,
        };
        let mut plan = Plan::new(mapping, header, &outside);
        let statement =
            Stated::of(&plan, &said).map_err(|fault| stated::unreadable(mapping, source, &fault))?;
        plan.in_statement = statement.is_some();
        let plan = plan;
        let cells = Cells::of(&plan);
        let rest = head.get(start..).unwrap_or_default().to_vec();
        let mut cutter = Cutter::new(
            file,
            dialect,
            self.limits,
            source.progress,
            (rest, start as u64, line),
        );
        let read = |block: &Block| {
            let mut rows = Reader::read(&plan, &cells, source.source_id, self.limits.record, block);
            if let Some(statement) = statement.as_ref().filter(|_| block.base == start as u64) {
                statement.write(&mut rows);
            }
            rows
        };
        let threads = rayon::current_num_threads();
        let first = match cutter.next_block().map_err(io)? {
            None => {
                if let Some(statement) = &statement {
                    let mut rows = super::super::Rows::new(source.source_id);
                    statement.write(&mut rows);
                    output.segment(0, rows)?;
                }
                return Ok(());
            }
            Some(first) => first,
        };
        if threads == 1 || source.bytes <= self.limits.block as u64 {
            let mut next = Some(first);
            let mut number = 0;
            while let Some(block) = next {
                output.segment(number, read(&block))?;
                number += 1;
                next = cutter.next_block().map_err(io)?;
            }
            return Ok(());
        }
        parallel(threads, first, &mut cutter, &read, output).map_err(|fault| match fault {
            Failure::Read(error) => io(error),
            Failure::Output(error) => error,
        })
    }

    fn header_fault(&self, source: &SourceFile<'_>, difference: &difference::Difference) -> IntakeError {
        IntakeError::Shape {
            name: source.name.to_owned(),
            place: format!("line {}", difference.line),
            found: difference.describe(),
            expected: format!(
                "the header of the mapping {} ({})",
                self.mapping.id, self.mapping.title
            ),
            next_step:
                "`geldspoor mapping propose FILE` writes a mapping from the file as it is; `geldspoor mapping list` names \
                 those that are built in"
                    .to_owned(),
        }
    }
}

impl Format for Delimited<'_> {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn parser(&self) -> &'static str {
        "delimited/1"
    }

    fn recognise(&self, head: &[u8], name: &str) -> Recognition {
        recognise::score(&self.mapping, head, name, encoding::find(head))
    }

    fn read(&self, source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
        if let Some(refusal) = self.mapping.refusal() {
            return Err(IntakeError::Shape {
                name: source.name.to_owned(),
                place: "header".to_owned(),
                found: refusal.to_owned(),
                expected: "records of movements, parties or incomes".to_owned(),
                next_step: "Nothing needs to be done: the file is left aside and named as not taken in"
                    .to_owned(),
            });
        }
        let file = File::open(source.path).map_err(|error| IntakeError::Io {
            path: source.path.display().to_string(),
            error,
        })?;
        self.read_opened(file, source, output)
    }
}

enum Failure {
    Read(std::io::Error),
    Output(IntakeError),
}

// Threads of their own rather than tasks of the shared pool: the one that cuts waits for those that read, and a task
// of the pool that waits can starve it when several files are read at once. The channel bounds the blocks in memory
// to one being cut, one waiting, and one a thread.
fn parallel(
    threads: usize,
    first: Block,
    cutter: &mut Cutter<'_, File>,
    read: &(dyn Fn(&Block) -> super::super::Rows + Sync),
    output: &dyn Output,
) -> Result<(), Failure> {
    let (sender, receiver) = sync_channel::<(u32, Block)>(1);
    let receiver = Mutex::new(receiver);
    let failed = AtomicBool::new(false);
    let fault: Mutex<Option<(u32, IntakeError)>> = Mutex::new(None);
    let cut = std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let received = match receiver.lock() {
                        Ok(receiver) => receiver.recv(),
                        Err(_) => return,
                    };
                    let Ok((number, block)) = received else { return };
                    // After a fault the channel is only emptied, so that the one who cuts never waits.
                    if failed.load(Ordering::Relaxed) {
                        continue;
                    }
                    if let Err(error) = output.segment(number, read(&block)) {
                        failed.store(true, Ordering::Relaxed);
                        if let Ok(mut fault) = fault.lock()
                            && fault.as_ref().is_none_or(|(other, _)| number < *other)
                        {
                            *fault = Some((number, error));
                        }
                    }
                }
            });
        }
        let mut number = 0;
        let mut next = Some(first);
        let mut cut = Ok(());
        while let Some(block) = next {
            if failed.load(Ordering::Relaxed) || sender.send((number, block)).is_err() {
                break;
            }
            number += 1;
            next = match cutter.next_block() {
                Ok(block) => block,
                Err(error) => {
                    cut = Err(error);
                    None
                }
            };
        }
        drop(sender);
        cut
    });
    match fault.into_inner() {
        Ok(Some((_, error))) => Err(Failure::Output(error)),
        _ => cut.map_err(Failure::Read),
    }
}

/// The account that a file's name gives: the first IBAN in it, else the name without folder and extension with the
/// beginning of the file's hash, which stands for an account that nobody named. The hash keeps two files of one name
/// apart: they may be two people's.
pub fn account_of_name(name: &str, source_id: &str) -> String {
    if let Some(iban) = iban_of_name(name) {
        return iban.to_owned();
    }
    let file = file_of(name);
    let stem = match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    };
    format!("{stem}#{}", source_prefix(source_id))
}

/// The first IBAN in a file's name; for a sheet of a workbook in the workbook's, where its own has none.
pub fn iban_of_name(name: &str) -> Option<&str> {
    let workbook = name.rsplit('/').nth(1).filter(|before| {
        let end = before.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        ["xlsx", "xlsm", "xls", "ods"].contains(&end.as_str())
    });
    iban_within(file_of(name)).or_else(|| iban_within(workbook?))
}

fn iban_within(name: &str) -> Option<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|part| part.len() >= 15 && part.parse::<iban::Iban>().is_ok())
}

fn file_of(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}
