//! One file packed with gzip (RFC 1952). Its data is DEFLATE, as in a ZIP archive, so the archive reader unpacks it: it
//! is shown the same data behind a header of its own kind.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use zip::read::read_zipfile_from_stream;

use super::super::run::io;
use super::super::shelf::{Kept, Shelf};
use super::bounds::{Bounded, Budget};
use super::{Fault, Found, zip::copy};

/// Bytes behind the data: checksum and size.
const TRAILER: u64 = 8;
/// Bytes of a header's texts that are read over.
const HEADER: u64 = 64 << 10;

/// Unpacks the file.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    let file = File::open(&kept.path).map_err(|error| io(&kept.path, error))?;
    let mut file = BufReader::new(file);
    let refused = |reason: &str| {
        Fault::Refused(format!(
            "this is a file packed with gzip, and it is not unpacked: {reason}. Unpack it by hand and take what it gives \
             in with --made-from and this file"
        ))
    };
    let start = data_start(&mut file).ok_or_else(|| refused("its header is damaged"))?;
    let packed = kept
        .bytes
        .checked_sub(start + TRAILER)
        .filter(|bytes| *bytes < u64::from(u32::MAX))
        .ok_or_else(|| refused("its length is not that of one packed file below 4 GB"))?;
    let mut trailer = [0; TRAILER as usize];
    file.seek(SeekFrom::Start(start + packed))
        .and_then(|_| file.read_exact(&mut trailer))
        .and_then(|()| file.seek(SeekFrom::Start(start)))
        .map_err(|error| io(&kept.path, error))?;
    if let Err(reason) = budget.member() {
        return Err(refused(&reason));
    }
    // APPNOTE 4.3.7: version, flags, method 8, time, date, then checksum and sizes, no name.
    let mut header = Vec::with_capacity(30);
    header.extend_from_slice(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\0");
    header.extend_from_slice(&trailer[..4]);
    header.extend_from_slice(&(packed as u32).to_le_bytes());
    header.extend_from_slice(&trailer[4..]);
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&[0, 0]);
    header.push(b'x');
    let left = Cell::new(packed);
    let mut stream = Cursor::new(header).chain(Packed { file, left: &left });
    let member = match read_zipfile_from_stream(&mut stream) {
        Ok(Some(member)) => member,
        Ok(None) => return Err(refused("its data is damaged")),
        Err(error) => return Err(refused(&error.to_string())),
    };
    let mut receiving = shelf.receive()?;
    let mut bounded = Bounded::new(member, packed, budget);
    let copied = copy(&mut bounded, &mut receiving)?;
    if let Err(error) = copied {
        let reason = bounded.stopped.unwrap_or_else(|| {
            format!("its data is damaged, or it is several packed files behind each other ({error})")
        });
        return Err(refused(&reason));
    }
    if left.get() > 0 {
        return Err(refused(&format!(
            "{} bytes stand behind the packed file: several packed files behind each other, or a damaged one",
            left.get()
        )));
    }
    let name = kept.name.rsplit('/').next().unwrap_or_default();
    let stem = match name.to_ascii_lowercase().strip_suffix(".gz").map(str::len) {
        Some(length) if length > 0 => name.get(..length).unwrap_or("content"),
        _ => "content",
    };
    Ok(Found {
        pieces: vec![receiving.finish(stem)?],
        left_out: Vec::new(),
    })
}

/// The packed bytes, with what is left of them told. The last ones are handed out one by one: who unpacks them takes no
/// more than it needs, and what is left was not part of it.
struct Packed<'a> {
    file: BufReader<File>,
    left: &'a Cell<u64>,
}

/// Bytes at the end that are handed out one by one; no reader in between holds more.
const SINGLY: u64 = 1 << 17;

impl Read for Packed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        let most = if left > SINGLY { left - SINGLY } else { left.min(1) };
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left - count as u64);
        Ok(count)
    }
}

// RFC 1952, 2.3: ten bytes, then what the flags say.
fn data_start(file: &mut BufReader<File>) -> Option<u64> {
    let mut head = Vec::new();
    file.take(HEADER).read_to_end(&mut head).ok()?;
    let flags = *head.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        let length = u16::from_le_bytes([*head.get(at)?, *head.get(at + 1)?]);
        at += 2 + usize::from(length);
    }
    for text in [8, 16] {
        if flags & text != 0 {
            at += memchr::memchr(0, head.get(at..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    Some(at as u64)
}
