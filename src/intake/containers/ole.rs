//! Compound files ([MS-CFB]), as old Office programs write them: which streams are inside, and one of them as bytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The first eight bytes.
pub(super) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Bytes of a file that are looked into. An XLS sheet ends at 65,536 rows.
const MOST: u64 = 1 << 30;
/// Sector numbers from here on have other meanings (2.1).
const LAST: u32 = 0xFFFF_FFFA;

struct Compound {
    bytes: Vec<u8>,
    sector: usize,
    fat: Vec<u32>,
    entries: Vec<Entry>,
    mini_cutoff: u64,
    mini_fat: Vec<u32>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: u64,
}

/// The names of the streams and storages; why they cannot be listed.
pub(super) fn streams(path: &Path) -> Result<Vec<String>, String> {
    Ok(Compound::open(path)?
        .entries
        .into_iter()
        .map(|entry| entry.name)
        .collect())
}

/// A stream's bytes.
pub(super) fn stream(path: &Path, names: &[&str]) -> Result<Vec<u8>, String> {
    let compound = Compound::open(path)?;
    let entry = names
        .iter()
        .find_map(|name| compound.entries.iter().find(|e| e.kind == 2 && e.name == *name))
        .ok_or_else(|| format!("no stream ‘{}’", names.join("’ or ‘")))?;
    if entry.size >= compound.mini_cutoff {
        return compound.chain(entry.start, entry.size);
    }
    // Short streams lie in pieces of 64 bytes in the root's own stream (2.6.2).
    let root = compound.entries.first().ok_or("no root")?;
    let mini = compound.chain(root.start, root.size)?;
    let mut out = Vec::new();
    let mut at = entry.start;
    while at < LAST && (out.len() as u64) < entry.size {
        let from = at as usize * 64;
        out.extend_from_slice(
            mini.get(from..from + 64)
                .ok_or("a short stream leaves the file")?,
        );
        at = *compound
            .mini_fat
            .get(at as usize)
            .ok_or("a short stream leaves its table")?;
    }
    out.truncate(entry.size as usize);
    Ok(out)
}

impl Compound {
    fn open(path: &Path) -> Result<Compound, String> {
        let mut file = File::open(path).map_err(|error| error.to_string())?;
        let length = file.seek(SeekFrom::End(0)).map_err(|error| error.to_string())?;
        if length > MOST {
            return Err(format!("larger than {} MB", MOST >> 20));
        }
        file.rewind().map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        let shift = u16_at(&bytes, 30)?;
        if shift != 9 && shift != 12 {
            return Err(format!("sectors of 2^{shift} bytes"));
        }
        let mut compound = Compound {
            sector: 1 << shift,
            fat: Vec::new(),
            entries: Vec::new(),
            mini_cutoff: u64::from(u32_at(&bytes, 56)?),
            mini_fat: Vec::new(),
            bytes,
        };
        compound.read_fat()?;
        let mini = u32_at(&compound.bytes, 60)?;
        if mini < LAST {
            let table = compound.chain(mini, u64::MAX)?;
            compound.mini_fat = words(&table);
        }
        let directory = compound.chain(u32_at(&compound.bytes, 48)?, u64::MAX)?;
        for entry in directory.chunks_exact(128) {
            let kind = entry[66];
            let length = usize::from(u16::from_le_bytes([entry[64], entry[65]])).min(64);
            if kind == 0 || length < 2 {
                continue;
            }
            let units = entry[..length - 2]
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let size = u64::from(u32_at(entry, 120)?);
            compound.entries.push(Entry {
                name: char::decode_utf16(units)
                    .map(|c| c.unwrap_or('\u{FFFD}'))
                    .collect(),
                kind,
                start: u32_at(entry, 116)?,
                size,
            });
        }
        Ok(compound)
    }

    // The table of sectors lies in sectors of its own; where these lie stands in the header and, for long files, in a
    // chain behind it (2.5).
    fn read_fat(&mut self) -> Result<(), String> {
        let most = self.bytes.len() / self.sector + 1;
        let mut places = words(self.bytes.get(76..512).ok_or("shorter than its header")?);
        let mut next = u32_at(&self.bytes, 68)?;
        let mut seen = 0;
        while next < LAST {
            seen += 1;
            if seen > most {
                return Err("its table of tables runs in a circle".to_owned());
            }
            let mut more = words(self.at(next)?);
            next = more.pop().unwrap_or(LAST);
            places.extend(more);
        }
        for place in places.into_iter().filter(|place| *place < LAST).take(most) {
            let more = words(self.at(place)?);
            self.fat.extend(more);
        }
        Ok(())
    }

    fn at(&self, sector: u32) -> Result<&[u8], String> {
        let from = (sector as usize + 1) * self.sector;
        self.bytes
            .get(from..from + self.sector)
            .ok_or_else(|| format!("sector {sector} lies behind the end"))
    }

    fn chain(&self, start: u32, size: u64) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        let mut at = start;
        while at < LAST && (out.len() as u64) < size {
            if out.len() > self.bytes.len() {
                return Err("its sectors run in a circle".to_owned());
            }
            // The last sector of a file may be cut short.
            let from = (at as usize + 1) * self.sector;
            let rest = self.bytes.get(from..).filter(|rest| !rest.is_empty());
            let rest = rest.ok_or_else(|| format!("sector {at} lies behind the end"))?;
            out.extend_from_slice(&rest[..rest.len().min(self.sector)]);
            at = *self
                .fat
                .get(at as usize)
                .ok_or("a chain of sectors leaves its table")?;
        }
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(out)
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, String> {
    match bytes.get(at..at + 2) {
        Some([low, high]) => Ok(u16::from_le_bytes([*low, *high])),
        _ => Err("shorter than its header".to_owned()),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, String> {
    bytes
        .get(at..at + 4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .ok_or_else(|| "shorter than its header".to_owned())
}
