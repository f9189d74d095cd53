//! Compound files ([MS-CFB]), as old Office programs write them: which streams are inside, and one of them as bytes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// The first eight bytes.
pub(super) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Bytes of a file that are looked into, in memory. An XLS sheet ends at 65,536 rows.
const MOST: u64 = 256 << 20;
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

/// A compound file with this stream alone, so that another reader of it can find nothing else.
pub(super) fn file_of(name: &str, mut stream: Vec<u8>) -> Result<Vec<u8>, String> {
    const SECTOR: usize = 4_096;
    const END: u32 = 0xFFFF_FFFE;
    // Shorter ones would lie elsewhere (2.3); zeros are records without content.
    stream.resize(stream.len().max(SECTOR), 0);
    let sectors = stream.len().div_ceil(SECTOR);
    // The table of sectors counts itself and the directory too.
    let tables = (sectors + 1).div_ceil(SECTOR / 4 - 1);
    if tables > 109 {
        return Err("its stream of records is too long".to_owned());
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(END).to_le_bytes();
    let mut file = SIGNATURE.to_vec();
    file.resize(24, 0);
    // Versions 0x3E and 4, little-endian, sectors of 2^12 bytes, short ones of 2^6 (2.2).
    file.extend([0x3E, 0, 4, 0, 0xFE, 0xFF, 12, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    for word in [1, tables, tables, 0, SECTOR] {
        file.extend(number(word));
    }
    for word in [END, 0, END, 0] {
        file.extend(word.to_le_bytes());
    }
    for table in 0..109 {
        file.extend(if table < tables { number(table) } else { [0xFF; 4] });
    }
    file.resize(SECTOR, 0);
    for _ in 0..tables {
        file.extend(0xFFFF_FFFD_u32.to_le_bytes());
    }
    file.extend(END.to_le_bytes());
    for sector in 1..sectors {
        file.extend(number(tables + 1 + sector));
    }
    file.extend(END.to_le_bytes());
    file.resize(SECTOR + tables * SECTOR, 0xFF);
    for (name, kind, start, size) in [("Root Entry", 5, 0, 0), (name, 2, tables + 1, stream.len())] {
        let begin = file.len();
        file.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        let length = file.len() - begin + 2;
        file.resize(begin + 64, 0);
        file.extend((length as u16).to_le_bytes());
        file.extend([kind, 1]);
        for word in [u32::MAX, u32::MAX, if kind == 5 { 1 } else { u32::MAX }] {
            file.extend(word.to_le_bytes());
        }
        file.resize(begin + 116, 0);
        file.extend(number(start));
        file.extend((size as u64).to_le_bytes());
    }
    file.resize(SECTOR * (tables + 2), 0);
    file.append(&mut stream);
    file.resize(SECTOR * (tables + 2 + sectors), 0);
    Ok(file)
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_made_anew_holds_its_stream() {
        for length in [0, 1, 4_096, 5_000, 4_096 * 1_022, 4_096 * 1_023 + 7] {
            let stream: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let made = file_of("Workbook", stream.clone());
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(&made.expect("made")).expect("written");
            let back = super::stream(file.path(), &["Workbook"]).expect("its stream");
            assert!(
                back.starts_with(&stream) && back.len() == length.max(4_096),
                "{length}"
            );
        }
    }
}
