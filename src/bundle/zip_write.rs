//! A bundle as one ZIP whose bytes repeat: files in the order of their names, stored as they are, all of one time and
//! one mode. Not deflated, because what deflating gives depends on the library and the processor.

use std::io::{self, Seek, SeekFrom, Write};

use flate2::Crc;

use super::files::{Files, Kind};
use super::{BundleError, check_path};

/// Sizes from which the wide fields are used (APPNOTE 4.4.1.4).
const WIDE: u64 = 0xffff_ffff;
/// 1 January 1980, midnight: the first that ZIP knows.
const DAY: u16 = 0x0021;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// Made on Unix by version 4.5, so that the mode counts.
const MADE_BY: u16 = 0x032d;
/// A plain file, `rw-r--r--`.
const MODE: u32 = 0o100_644 << 16;

struct Member {
    name: String,
    crc: u32,
    length: u64,
    at: u64,
}

/// Writes the files into one ZIP, within the folder `top`, as RFC 8493 wants bags to be packed. `out` must be at its
/// beginning. The bytes depend on names and contents alone.
pub fn write_zip<W: Write + Seek>(files: &dyn Files, top: &str, out: &mut W) -> Result<(), BundleError> {
    let named = |path: &str| {
        check_path(path).map_err(|fault| BundleError::Name {
            path: path.to_owned(),
            fault,
        })
    };
    named(top)?;
    let mut listed = Vec::new();
    for entry in files.list()? {
        match entry.kind {
            Kind::File(length) => listed.push((entry.path, length)),
            Kind::Folder => {}
            Kind::Link | Kind::Special | Kind::NotText => {
                return Err(BundleError::NoFile { path: entry.path });
            }
        }
    }
    listed.sort_unstable();
    let mut members = Vec::new();
    for (path, length) in listed {
        named(&path)?;
        let name = format!("{top}/{path}");
        let member = write_member(files, &path, name, length, out)?;
        members.push(member);
    }
    write_directory(&members, out).map_err(|e| BundleError::io("the ZIP", e))
}

fn write_member<W: Write + Seek>(
    files: &dyn Files,
    path: &str,
    name: String,
    length: u64,
    out: &mut W,
) -> Result<Member, BundleError> {
    let io = |e| BundleError::io(path, e);
    let at = out.stream_position().map_err(io)?;
    let mut member = Member {
        name,
        crc: 0,
        length,
        at,
    };
    out.write_all(&member.local()).map_err(io)?;
    let mut crc = CrcWriter {
        crc: Crc::new(),
        written: 0,
        out,
    };
    io::copy(&mut *files.open(path)?, &mut crc).map_err(io)?;
    if crc.written != length {
        return Err(io(io::Error::other(format!(
            "changed while it was packed: {length} bytes became {}",
            crc.written
        ))));
    }
    member.crc = crc.crc.sum();
    out.seek(SeekFrom::Start(at)).map_err(io)?;
    out.write_all(&member.local()).map_err(io)?;
    out.seek(SeekFrom::End(0)).map_err(io)?;
    Ok(member)
}

impl Member {
    fn is_wide(&self) -> bool {
        self.length >= WIDE
    }

    /// Version needed, flags, method, time, day, checksum, two sizes: what both headers share.
    fn shared(&self, wide: bool) -> Vec<u8> {
        let version: u16 = if wide { 45 } else { 10 };
        let size = if self.is_wide() {
            WIDE as u32
        } else {
            self.length as u32
        };
        let mut bytes = Vec::new();
        for field in [version, FLAGS, 0, 0, DAY] {
            bytes.extend(field.to_le_bytes());
        }
        for field in [self.crc, size, size] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes
    }

    fn local(&self) -> Vec<u8> {
        let extra = if self.is_wide() {
            wide(&[self.length, self.length])
        } else {
            Vec::new()
        };
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.shared(self.is_wide()));
        bytes.extend((extra.len() as u16).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }

    fn central(&self) -> Vec<u8> {
        let far = self.at >= WIDE;
        let mut fields = Vec::new();
        if self.is_wide() {
            fields.extend([self.length, self.length]);
        }
        if far {
            fields.push(self.at);
        }
        let extra = if fields.is_empty() {
            Vec::new()
        } else {
            wide(&fields)
        };
        let mut bytes = b"PK\x01\x02".to_vec();
        bytes.extend(MADE_BY.to_le_bytes());
        bytes.extend(self.shared(self.is_wide() || far));
        bytes.extend((extra.len() as u16).to_le_bytes());
        // No comment, first disk, no text.
        bytes.extend([0; 6]);
        bytes.extend(MODE.to_le_bytes());
        bytes.extend((if far { WIDE as u32 } else { self.at as u32 }).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }
}

/// The extra field with sizes of 64 bits.
fn wide(fields: &[u64]) -> Vec<u8> {
    let mut bytes = vec![1, 0];
    bytes.extend((fields.len() as u16 * 8).to_le_bytes());
    fields.iter().for_each(|field| bytes.extend(field.to_le_bytes()));
    bytes
}

fn write_directory<W: Write + Seek>(members: &[Member], out: &mut W) -> io::Result<()> {
    let start = out.stream_position()?;
    for member in members {
        out.write_all(&member.central())?;
    }
    let end = out.stream_position()?;
    let (count, size) = (members.len() as u64, end - start);
    if count >= 0xffff || size >= WIDE || start >= WIDE {
        let mut bytes = b"PK\x06\x06".to_vec();
        bytes.extend(44u64.to_le_bytes());
        bytes.extend(MADE_BY.to_le_bytes());
        bytes.extend(45u16.to_le_bytes());
        bytes.extend([0; 8]);
        for field in [count, count, size, start] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(end.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        out.write_all(&bytes)?;
    }
    let mut bytes = b"PK\x05\x06\0\0\0\0".to_vec();
    let short = count.min(0xffff) as u16;
    bytes.extend(short.to_le_bytes());
    bytes.extend(short.to_le_bytes());
    bytes.extend((size.min(WIDE) as u32).to_le_bytes());
    bytes.extend((start.min(WIDE) as u32).to_le_bytes());
    bytes.extend([0, 0]);
    out.write_all(&bytes)?;
    out.flush()
}

/// Counts and sums what passes.
struct CrcWriter<'a, W> {
    crc: Crc,
    written: u64,
    out: &'a mut W,
}

impl<W: Write> Write for CrcWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
