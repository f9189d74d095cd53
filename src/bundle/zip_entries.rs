//! The structure of a ZIP, read strictly. Programs differ in what they make of a ZIP that says two things; one that does
//! is refused: every byte must belong to one member or to the directory at the end, and the two must agree.

use std::io::{self, Read, Seek, SeekFrom};

use super::files::Kind;
use super::zip_read::ZipFault;

const SHORT: u64 = 0xffff;
const WIDE: u64 = 0xffff_ffff;
/// Locked, patched, strongly locked, masked headers.
const REFUSED_FLAGS: u16 = 1 | 1 << 5 | 1 << 6 | 1 << 13;
/// Sizes stand behind the bytes.
const BEHIND: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;
const END: u64 = 22;

/// A member of a ZIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub name: String,
    pub kind: Kind,
    /// Deflated; otherwise stored.
    pub deflated: bool,
    pub crc: u32,
    pub packed: u64,
    pub length: u64,
    /// Where its bytes begin.
    pub start: u64,
    flags: u16,
    header: u64,
}

/// Little-endian numbers, one behind the other; zeros behind the end, which no caller reads without having checked.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self, count: usize) -> Option<u64> {
        Some(
            self.bytes(count)?
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }

    fn u16(&mut self) -> Option<u16> {
        self.number(2).map(|n| n as u16)
    }
}

/// Reads directory and headers of a whole ZIP; at most so many members, and so many bytes of directory.
pub(super) fn read<R: Read + Seek>(file: &mut R, most: u64, directory: u64) -> Result<Vec<Entry>, ZipFault> {
    let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let (count, size, start) = end(file, length)?;
    if count > most || size > directory {
        return Err(ZipFault::TooLarge);
    }
    let bytes = at(file, start, size)?;
    let mut fields = Fields(&bytes);
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(central(&mut fields)?);
    }
    if !fields.0.is_empty() {
        return Err(ZipFault::Damaged("its directory is longer than its members"));
    }
    // In the order of places; the order of the directory is the order in which they are listed.
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| entries[*at].header);
    let mut next = 0;
    for (position, index) in order.iter().enumerate() {
        let limit = order.get(position + 1).map_or(start, |at| entries[*at].header);
        let entry = &mut entries[*index];
        if entry.header != next {
            return Err(ZipFault::Gap(entry.name.clone()));
        }
        next = local(file, entry, limit)?;
    }
    if next != start {
        return Err(ZipFault::Gap("the directory".to_owned()));
    }
    Ok(entries)
}

/// Number of members, size and place of the directory, from the end of the file.
fn end<R: Read + Seek>(file: &mut R, length: u64) -> Result<(u64, u64, u64), ZipFault> {
    let place = length.checked_sub(END).ok_or(ZipFault::NoZip)?;
    let bytes = at(file, place, END)?;
    let mut fields = Fields(bytes.strip_prefix(b"PK\x05\x06").ok_or(ZipFault::NoZip)?);
    let read = |fields: &mut Fields<'_>| {
        let disks = (fields.u16()?, fields.u16()?);
        let counts = (fields.u16()?, fields.u16()?);
        let (size, start, comment) = (fields.number(4)?, fields.number(4)?, fields.u16()?);
        (disks == (0, 0) && counts.0 == counts.1 && comment == 0).then_some((
            u64::from(counts.0),
            size,
            start,
        ))
    };
    let short = read(&mut fields).ok_or(ZipFault::Damaged("its end says several disks, or a comment"))?;
    let (count, size, start) = short;
    let found = if count == SHORT || size == WIDE || start == WIDE {
        let (wide, place) = wide_end(file, place)?;
        let agrees = |short: u64, most: u64, wide: u64| short == most || short == wide;
        if !(agrees(count, SHORT, wide.0) && agrees(size, WIDE, wide.1) && agrees(start, WIDE, wide.2)) {
            return Err(ZipFault::Damaged("its two ends differ"));
        }
        (wide, place)
    } else {
        (short, place)
    };
    let ((count, size, start), place) = found;
    if start.checked_add(size) != Some(place) {
        return Err(ZipFault::Damaged(
            "its directory does not end where the file's end begins",
        ));
    }
    Ok((count, size, start))
}

type End = ((u64, u64, u64), u64);

fn wide_end<R: Read + Seek>(file: &mut R, end: u64) -> Result<End, ZipFault> {
    let damaged = ZipFault::Damaged("its wide end cannot be read");
    let place = end.checked_sub(20 + 56).ok_or(damaged.clone())?;
    let bytes = at(file, place, 76)?;
    let read = || {
        let mut fields = Fields(bytes.strip_prefix(b"PK\x06\x06")?);
        let size = fields.number(8)?;
        fields.bytes(4)?;
        let disks = fields.number(8)?;
        let counts = (fields.number(8)?, fields.number(8)?);
        let (length, start) = (fields.number(8)?, fields.number(8)?);
        let mut locator = Fields(fields.0.strip_prefix(b"PK\x06\x07")?);
        let (disk, at, all) = (locator.number(4)?, locator.number(8)?, locator.number(4)?);
        let sound = size == 44 && disks == 0 && counts.0 == counts.1 && disk == 0 && at == place && all == 1;
        sound.then_some(((counts.0, length, start), place))
    };
    read().ok_or(damaged)
}

/// A line of the directory.
fn central(fields: &mut Fields<'_>) -> Result<Entry, ZipFault> {
    let damaged = ZipFault::Damaged("its directory cannot be read");
    let mut read = || {
        if fields.bytes(4)? != b"PK\x01\x02" {
            return None;
        }
        fields.bytes(4)?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.bytes(4)?;
        let (crc, packed, length) = (fields.number(4)?, fields.number(4)?, fields.number(4)?);
        let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
        let disk = fields.u16()?;
        fields.bytes(2)?;
        let (mode, header) = (fields.number(4)? as u32, fields.number(4)?);
        let (name, extra) = (fields.bytes(name.into())?, fields.bytes(extra.into())?);
        if disk != 0 || comment != 0 {
            return None;
        }
        Some((
            flags, method, crc as u32, packed, length, mode, header, name, extra,
        ))
    };
    let (flags, method, crc, mut packed, mut length, mode, mut header, name, extra) =
        read().ok_or(damaged.clone())?;
    let name = text(name, flags)?;
    if flags & REFUSED_FLAGS != 0 {
        return Err(ZipFault::Locked(name));
    }
    if method != 0 && method != 8 {
        return Err(ZipFault::Method { name, method });
    }
    widen(extra, &mut [&mut length, &mut packed, &mut header]).map_err(|()| ZipFault::Extra(name.clone()))?;
    let folder = name.ends_with('/');
    // The upper half is Unix's own, whatever system the ZIP says it was made on: programs differ in whom they believe.
    let unix = (mode >> 16) & 0o170_000;
    let kind = match unix {
        0 | 0o100_000 if !folder => Kind::File(length),
        0 | 0o040_000 if folder && length == 0 => Kind::Folder,
        0o120_000 => Kind::Link,
        _ => Kind::Special,
    };
    if method == 0 && packed != length {
        return Err(ZipFault::Sizes(name));
    }
    Ok(Entry {
        name,
        kind,
        deflated: method == 8,
        crc,
        packed,
        length,
        start: 0,
        flags,
        header,
    })
}

/// Checks the header before a member's bytes against the directory; gives where the next one begins.
fn local<R: Read + Seek>(file: &mut R, entry: &mut Entry, limit: u64) -> Result<u64, ZipFault> {
    let differs = || ZipFault::Differs(entry.name.clone());
    let bytes = at(file, entry.header, 30)?;
    let mut fields = Fields(bytes.strip_prefix(b"PK\x03\x04").ok_or_else(differs)?);
    let mut read = || {
        fields.bytes(2)?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        fields.bytes(4)?;
        let sizes = (fields.number(4)? as u32, fields.number(4)?, fields.number(4)?);
        Some((flags, method, sizes, fields.u16()?, fields.u16()?))
    };
    let (flags, method, (crc, mut packed, mut length), name, extra) = read().ok_or_else(differs)?;
    let behind = at(file, entry.header + 30, u64::from(name) + u64::from(extra))?;
    let (name, extra) = behind.split_at(name.into());
    widen(extra, &mut [&mut length, &mut packed]).map_err(|()| ZipFault::Extra(entry.name.clone()))?;
    // Nought where they stand behind; some programs know the one or the other before.
    let told = [
        (u64::from(crc), u64::from(entry.crc)),
        (packed, entry.packed),
        (length, entry.length),
    ];
    let agrees = told
        .iter()
        .all(|(here, there)| here == there || (flags & BEHIND != 0 && *here == 0));
    if name != entry.name.as_bytes()
        || flags != entry.flags
        || (method == 8) != entry.deflated
        || method & !8 != 0
        || !agrees
    {
        return Err(differs());
    }
    entry.start = entry.header + 30 + behind.len() as u64;
    let end = entry.start.checked_add(entry.packed).filter(|end| *end <= limit);
    let end = end.ok_or_else(|| ZipFault::Overlap(entry.name.clone()))?;
    if flags & BEHIND == 0 {
        return Ok(end);
    }
    // What stands behind: a mark or none, the checksum, sizes of four or of eight bytes.
    for size in [4, 8] {
        for mark in [&b"PK\x07\x08"[..], b""] {
            let mut expected = mark.to_vec();
            expected.extend(entry.crc.to_le_bytes());
            for field in [entry.packed, entry.length] {
                expected.extend(&field.to_le_bytes()[..size]);
            }
            let next = end + expected.len() as u64;
            if next == limit && at(file, end, expected.len() as u64)? == expected {
                return Ok(next);
            }
        }
    }
    Err(differs())
}

/// Puts wide sizes in the place of those that say they are wide. Fields that give a member another name are refused.
fn widen(extra: &[u8], sizes: &mut [&mut u64]) -> Result<(), ()> {
    let mut fields = Fields(extra);
    let mut seen = false;
    while !fields.0.is_empty() {
        let id = fields.u16().ok_or(())?;
        let length = fields.u16().ok_or(())?;
        let body = fields.bytes(length.into()).ok_or(())?;
        match id {
            // Unicode path and Unicode comment of Info-ZIP.
            0x7075 | 0x6375 => return Err(()),
            1 if !seen => {
                seen = true;
                let mut wide = Fields(body);
                for size in sizes.iter_mut().filter(|size| ***size == WIDE) {
                    **size = wide.number(8).ok_or(())?;
                }
                if !wide.0.is_empty() {
                    return Err(());
                }
            }
            1 => return Err(()),
            _ => {}
        }
    }
    Ok(())
}

fn text(name: &[u8], flags: u16) -> Result<String, ZipFault> {
    let text =
        std::str::from_utf8(name).map_err(|_| ZipFault::Name(String::from_utf8_lossy(name).into_owned()))?;
    // Without the mark the name is in a code page that the ZIP does not name.
    if flags & UTF8 == 0 && !text.is_ascii() {
        Err(ZipFault::Name(text.to_owned()))
    } else {
        Ok(text.to_owned())
    }
}

/// Bytes at a place.
fn at<R: Read + Seek>(file: &mut R, place: u64, count: u64) -> Result<Vec<u8>, ZipFault> {
    file.seek(SeekFrom::Start(place)).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 == count {
        Ok(bytes)
    } else {
        Err(ZipFault::Damaged("it was cut off"))
    }
}

fn unreadable(error: io::Error) -> ZipFault {
    ZipFault::Unreadable(error.to_string())
}
