//! How much is unpacked. A few bytes can be made to unpack to more than any disk holds; what passes these bounds is
//! refused with its name, and its neighbours are kept.

use std::io::{self, Read};

/// A member may unpack to so many times its packed size; bank statements pack ten to forty times smaller.
pub(super) const RATIO: u64 = 100;
/// Bytes up to which the ratio does not matter.
pub(super) const FREE: u64 = 100_000_000;
/// Bytes that one delivered file may unpack to, all that is within it counted; and at most [`RATIO`] times its own
/// size, where that is more than [`FREE_TOTAL`].
const TOTAL: u64 = 256 << 30;
/// Bytes up to which the ratio of a delivered file as a whole does not matter.
const FREE_TOTAL: u64 = 1_000_000_000;
/// Entries of a ZIP directory; each is held in memory, so more are not even listed.
pub(super) const ENTRIES: u64 = 200_000;
/// Members of one delivered archive, those of archives within it among them.
const MEMBERS: usize = 100_000;
/// Archives within archives.
pub(super) const DEPTH: usize = 3;
/// Bytes of a member's name.
pub(super) const NAME: usize = 1_024;

/// Bytes between two tags of a workbook's XML: a cell holds 32,767 characters at most.
pub(super) const TEXT_RUN: usize = 4 << 20;
/// Bytes of a part of a workbook that is held in memory, with [`TAG`] for each of its tags.
pub(super) const HELD: u64 = 512 << 20;
/// The same of styles and lists, of which every element is large in memory.
pub(super) const LISTS: u64 = 64 << 20;
/// Bytes that a tag is counted with: an empty text of five bytes takes 24 in memory.
pub(super) const TAG: u64 = 16;
/// Bytes that a workbook may unpack to.
pub(super) const WORKBOOK: u64 = 16 << 30;
/// Parts of a workbook.
pub(super) const PARTS: usize = 10_000;
/// Sheets of a workbook.
pub(super) const SHEETS: usize = 1_000;
/// Rows of a sheet, as Excel has them.
pub(super) const ROWS: u32 = 1_048_576;
/// Columns that are read.
pub(super) const COLUMNS: u32 = 10_000;
/// Rows with content times columns of a sheet: every row is written with every column.
pub(super) const CELLS: u64 = 300_000_000;
/// Bytes of XML that are walked through for the sheets of a workbook whose sheets lie in one part.
pub(super) const WALKED: u64 = 64 << 30;
/// Bytes of a rendered row: what the reader of delimited text takes as one record.
pub(super) const ROW: usize = 1_000_000;

/// What is left of the bounds of one delivered file.
pub(super) struct Budget {
    whole: u64,
    bytes: u64,
    members: usize,
}

impl Budget {
    /// For a file of so many bytes.
    pub fn of(bytes: u64) -> Budget {
        let whole = bytes.saturating_mul(RATIO).clamp(FREE_TOTAL, TOTAL);
        Budget {
            whole,
            bytes: whole,
            members: MEMBERS,
        }
    }

    /// Counts bytes that were unpacked or rendered; why there may be no more.
    pub fn spend(&mut self, count: u64) -> Result<(), String> {
        let enough = self.bytes >= count;
        self.bytes = self.bytes.saturating_sub(count);
        if enough {
            return Ok(());
        }
        let most = self.whole / 1_000_000;
        Err(format!(
            "the delivered file unpacks to more than {most} MB in all"
        ))
    }

    /// Counts a member; why there may be no more.
    pub fn member(&mut self) -> Result<(), String> {
        self.members = self
            .members
            .checked_sub(1)
            .ok_or_else(|| format!("more than {MEMBERS} members in all"))?;
        Ok(())
    }
}

/// Reads what is unpacked and stops where it passes a bound.
pub(super) struct Bounded<'a, R> {
    inner: R,
    packed: u64,
    unpacked: u64,
    budget: &'a mut Budget,
    /// Why it was stopped.
    pub stopped: Option<String>,
}

impl<'a, R: Read> Bounded<'a, R> {
    pub fn new(inner: R, packed: u64, budget: &'a mut Budget) -> Self {
        Bounded {
            inner,
            packed,
            unpacked: 0,
            budget,
            stopped: None,
        }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.unpacked += count as u64;
        let spent = self.budget.spend(count as u64);
        self.stopped = bomb(self.packed, self.unpacked).or(spent.err());
        if self.stopped.is_some() {
            return Err(io::Error::other("too much is unpacked"));
        }
        Ok(count)
    }
}

/// Why so many unpacked bytes are too many for so many packed ones.
pub(super) fn bomb(packed: u64, unpacked: u64) -> Option<String> {
    (unpacked > FREE && unpacked / RATIO > packed).then(|| {
        format!(
            "it unpacks to more than {RATIO} times its {packed} bytes and to more than {} MB: a file made to fill the disk, \
             or one that must be unpacked by hand",
            FREE / 1_000_000
        )
    })
}
