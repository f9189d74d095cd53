//! ZIP archives (PKWARE APPNOTE 6.3.10): every member becomes a source of its own, streamed to its place under its hash.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use hashbrown::HashMap;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::super::IntakeError;
use super::super::shelf::{Kept, Receiving, Shelf};
use super::bounds::{Bounded, Budget, NAME};
use super::{Fault, Found};

/// Takes an archive apart. A member that is refused is named with the reason, and the others are kept.
pub(super) fn open(kept: &Kept, shelf: &Shelf, budget: &mut Budget) -> Result<Found, Fault> {
    let file = File::open(&kept.path).map_err(|error| super::super::run::io(&kept.path, error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| {
        Fault::Refused(format!(
            "this is a ZIP archive whose directory cannot be read ({}). Ask for the archive again, or unpack it with a \
             repair tool and take what it gives in with --made-from and this file",
            plain(&error)
        ))
    })?;
    let several = duplicates(&archive, &kept.path);
    let shared = sharing(&mut archive);
    let mut found = Found::default();
    for (name, times) in &several {
        found.left_out.push(format!(
            "member ‘{name}’ refused: the archive has {times} members of this name, and programs differ in which one they \
             show. Unpack it by hand and take them in with --made-from"
        ));
    }
    for at in 0..archive.len() {
        let sharing = shared.get(&at).map(String::as_str);
        match member(&mut archive, at, &several, sharing, shelf, budget)? {
            Member::Kept(piece) => found.pieces.push(*piece),
            Member::LeftOut(reason) => found.left_out.push(reason),
            Member::Nothing => {}
        }
    }
    found.left_out.sort();
    Ok(found)
}

enum Member {
    Kept(Box<Kept>),
    LeftOut(String),
    /// A folder, or one that was named already.
    Nothing,
}

fn member(
    archive: &mut ZipArchive<BufReader<File>>,
    at: usize,
    several: &HashMap<String, usize>,
    sharing: Option<&str>,
    shelf: &Shelf,
    budget: &mut Budget,
) -> Result<Member, Fault> {
    // First without unpacking: what it is called, and whether it may be unpacked.
    let (name, packed, refusal) = match archive.by_index_raw(at) {
        Err(error) => {
            let reason = format!("member number {} refused: {}", at + 1, plain(&error));
            return Ok(Member::LeftOut(reason));
        }
        Ok(file) => {
            if file.is_dir() {
                return Ok(Member::Nothing);
            }
            let raw = String::from_utf8_lossy(file.name_raw()).into_owned();
            let name = file.name().map_or(raw, |name| name.into_owned());
            if several.contains_key(&shown(&name)) {
                return Ok(Member::Nothing);
            }
            let refusal = if file.is_symlink() {
                Some("it is a link to another place, and holds nothing itself".to_owned())
            } else if file.encrypted() {
                Some("it is locked with a password. Unpack it with the password and take it in with --made-from".to_owned())
            } else {
                match file.compression() {
                    CompressionMethod::Stored | CompressionMethod::Deflated => None,
                    other => Some(format!(
                        "it is packed in a way that is not read ({other}). Unpack it by hand and take it in with --made-from"
                    )),
                }
            };
            (name, file.compressed_size(), refusal)
        }
    };
    let refused = |reason: &str| {
        Ok(Member::LeftOut(format!(
            "member ‘{}’ refused: {reason}",
            shown(&name)
        )))
    };
    let clean = match path_of(&name) {
        Ok(clean) => clean,
        Err(reason) => return refused(reason),
    };
    if clean
        .split('/')
        .any(|part| part.starts_with('.') || part == "__MACOSX")
    {
        return Ok(Member::LeftOut(format!(
            "‘{clean}’ is a hidden file and left out"
        )));
    }
    if let Some(reason) = refusal {
        return refused(&reason);
    }
    if let Some(other) = sharing {
        return refused(&format!(
            "its bytes in the archive are also those of ‘{other}’: an archive made to unpack to more than it holds, or to \
             show programs different things"
        ));
    }
    if let Err(reason) = budget.member() {
        return refused(&reason);
    }
    let file = match archive.by_index(at) {
        Ok(file) => file,
        Err(error) => return refused(&plain(&error)),
    };
    let mut receiving = shelf.receive()?;
    let mut bounded = Bounded::new(file, packed, budget);
    match copy(&mut bounded, &mut receiving)? {
        Ok(()) => Ok(Member::Kept(Box::new(receiving.finish(&clean)?))),
        Err(error) => {
            let reason = bounded
                .stopped
                .unwrap_or_else(|| format!("its packed bytes are damaged ({error})"));
            refused(&reason)
        }
    }
}

/// Copies what is unpacked. The outer error is ours, the inner one the packed file's.
pub(super) fn copy(
    from: &mut dyn Read,
    to: &mut Receiving<'_>,
) -> Result<Result<(), io::Error>, IntakeError> {
    let mut block = vec![0; 256 << 10];
    loop {
        match from.read(&mut block) {
            Ok(0) => return Ok(Ok(())),
            Ok(count) => to.write_all(&block[..count]).map_err(|error| to.fault(error))?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// A member's path with `/` between its parts, or why it is none.
fn path_of(name: &str) -> Result<String, &'static str> {
    if name.len() > NAME {
        return Err("its name is longer than 1,024 bytes");
    }
    if name.chars().any(char::is_control) {
        return Err("its name holds control characters");
    }
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive {
        return Err("its path is absolute: it would leave the archive");
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.contains(&"..") {
        return Err("its path climbs out of the archive");
    }
    if parts.is_empty() {
        return Err("it has no name");
    }
    Ok(parts.join("/"))
}

/// A name for a message: without signs that move a terminal's cursor, and not endless.
fn shown(name: &str) -> String {
    let mut text: String = name
        .chars()
        .take(200)
        .map(|c| if c.is_control() { '�' } else { c })
        .collect();
    if name.chars().nth(200).is_some() {
        text.push('…');
    }
    text
}

// The library keeps one member a name. Which names occur several times stands only in the directory itself (4.3.12).
fn duplicates(archive: &ZipArchive<BufReader<File>>, path: &Path) -> HashMap<String, usize> {
    if !archive.has_duplicate_names() {
        return HashMap::new();
    }
    let start = archive.central_directory_start();
    let mut names: HashMap<String, usize> = HashMap::new();
    let Ok(file) = File::open(path) else {
        return names;
    };
    let mut reader = BufReader::new(file);
    let mut walk = || -> io::Result<()> {
        reader.seek(SeekFrom::Start(start))?;
        let mut header = [0; 46];
        loop {
            reader.read_exact(&mut header)?;
            if !header.starts_with(b"PK\x01\x02") {
                return Ok(());
            }
            let length = |at: usize| i64::from(u16::from_le_bytes([header[at], header[at + 1]]));
            let mut name = vec![0; length(28) as usize];
            reader.read_exact(&mut name)?;
            *names.entry(shown(&String::from_utf8_lossy(&name))).or_default() += 1;
            reader.seek_relative(length(30) + length(32))?;
        }
    };
    // The end of the file ends the walk as well.
    let _ = walk();
    names.retain(|_, times| *times > 1);
    names
}

// Members whose headers or packed bytes lie in each other's, by number, with the name of one that they share them with.
fn sharing(archive: &mut ZipArchive<BufReader<File>>) -> HashMap<usize, String> {
    let mut places = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        if let Ok(file) = archive.by_index_raw(at) {
            let data = file.data_start().unwrap_or(file.header_start());
            places.push((
                file.header_start(),
                data.saturating_add(file.compressed_size()),
                at,
            ));
        }
    }
    places.sort_unstable();
    let mut pairs = Vec::new();
    let mut farthest: Option<(u64, usize)> = None;
    for (start, end, at) in places {
        if let Some((_, other)) = farthest.filter(|(reached, _)| start < *reached) {
            pairs.push((at, other));
        }
        if farthest.is_none_or(|(reached, _)| end > reached) {
            farthest = Some((end, at));
        }
    }
    let mut shared = HashMap::new();
    for (one, other) in pairs {
        for (at, of) in [(one, other), (other, one)] {
            let name = match archive.by_index_raw(of) {
                Ok(file) => shown(&String::from_utf8_lossy(file.name_raw())),
                Err(_) => format!("number {}", of + 1),
            };
            shared.entry(at).or_insert(name);
        }
    }
    shared
}

fn plain(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "it is locked with a password. Unpack it with the password and take it in with --made-from"
                .to_owned()
        }
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_archive_are_refused() {
        assert_eq!(path_of("a/b.csv").as_deref(), Ok("a/b.csv"));
        assert_eq!(path_of("a\\.\\b.csv").as_deref(), Ok("a/b.csv"));
        for name in [
            "../a",
            "a/../../b",
            "/etc/passwd",
            "C:\\a",
            "\\\\server\\a",
            "a\nb",
            "",
            "..\\a",
        ] {
            assert!(path_of(name).is_err(), "{name}");
        }
    }
}
