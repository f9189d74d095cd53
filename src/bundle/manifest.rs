//! Manifests of a bag: one line a file, `SHA-256  path`, in the order of the paths' bytes, as `sha256sum` writes them.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::names::{self, NameFault};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// Paths with their SHA-256 in lower-case hexadecimal.
pub type Manifest = BTreeMap<String, String>;

/// Why a line of a manifest cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ManifestFault {
    #[error("no UTF-8 text")]
    NotText,
    #[error("the last line has no line end: it was cut off")]
    Cut,
    #[error("line {0} is not 64 digits 0-9a-f, two spaces and a path")]
    Line(usize),
    #[error("line {line} lists `{path}`: {fault}")]
    Name {
        line: usize,
        path: String,
        fault: NameFault,
    },
    #[error("line {line} lists `{path}`, which does not belong into this manifest")]
    Elsewhere { line: usize, path: String },
    #[error("line {0} does not stand behind the one before it in the order of paths, or repeats it")]
    Order(usize),
}

/// The text of a manifest.
pub fn render(manifest: &Manifest) -> String {
    let mut text = String::new();
    for (path, hash) in manifest {
        text.push_str(hash);
        text.push_str("  ");
        text.push_str(&names::encode(path));
        text.push('\n');
    }
    text
}

/// Reads a manifest as [`render`] writes it; `belongs` tells which paths it may list. What is at fault is left out of the
/// result and told.
pub fn parse(bytes: &[u8], belongs: impl Fn(&str) -> bool) -> (Manifest, Vec<ManifestFault>) {
    let mut manifest = Manifest::new();
    let mut faults = Vec::new();
    let Ok(text) = std::str::from_utf8(bytes) else {
        return (manifest, vec![ManifestFault::NotText]);
    };
    if !text.is_empty() && !text.ends_with('\n') {
        faults.push(ManifestFault::Cut);
    }
    let mut before = String::new();
    for (at, raw) in text.split_terminator('\n').enumerate() {
        let line = at + 1;
        let Some((hash, path)) = split(raw) else {
            faults.push(ManifestFault::Line(line));
            continue;
        };
        if let Err(fault) = names::check_path(&path) {
            faults.push(ManifestFault::Name { line, path, fault });
            continue;
        }
        if !belongs(&path) {
            faults.push(ManifestFault::Elsewhere { line, path });
            continue;
        }
        if path <= before {
            faults.push(ManifestFault::Order(line));
        }
        before.clone_from(&path);
        manifest.entry(path).or_insert_with(|| hash.to_owned());
    }
    (manifest, faults)
}

fn split(raw: &str) -> Option<(&str, String)> {
    let (hash, rest) = raw.split_at_checked(64)?;
    let digits = hash
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let path = rest.strip_prefix("  ")?;
    if !digits {
        return None;
    }
    Some((hash, names::decode(path)?))
}

/// Copies all bytes; gives their SHA-256 in hexadecimal and their number.
pub(super) fn copy_hashed(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK];
    let mut count = 0;
    loop {
        let read = match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        hasher.update(&block[..read]);
        to.write_all(&block[..read])?;
        count += read as u64;
    }
    let digest: [u8; 32] = hasher.finalize().into();
    Ok((crate::model::hex(&digest), count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_as_it_is_written() {
        let mut manifest = Manifest::new();
        for path in ["data/b", "data/50%.csv", "data/a b"] {
            manifest.insert(path.to_owned(), "0a".repeat(32));
        }
        let text = render(&manifest);
        assert!(text.contains("  data/50%25.csv\n"));
        assert_eq!(parse(text.as_bytes(), |_| true), (manifest, vec![]));
    }

    #[test]
    fn other_spellings_are_faults() {
        let hash = "0a".repeat(32);
        let cases = [
            format!("{hash}  data/../x\n"),
            format!("{hash}  /etc/passwd\n"),
            format!("{hash}  data\\x\n"),
            format!("{hash}  C:/x\n"),
            format!("{hash}  bagit.txt\n"),
            format!("{hash} data/x\n"),
            format!("{hash} *data/x\n"),
            format!("{}  data/x\n", "0A".repeat(32)),
            format!("{hash}  data/x\r\n"),
            format!("{hash}  data/x"),
            format!("{hash}  data/%2e\n"),
            format!("{hash}  data/x\n{hash}  data/x\n"),
            format!("{hash}  data/x\n{hash}  data/a\n"),
            "\n".to_owned(),
        ];
        for text in cases {
            let (_, faults) = parse(text.as_bytes(), |path| path.starts_with("data/"));
            assert!(!faults.is_empty(), "{text:?}");
        }
        assert_eq!(parse(b"\xff", |_| true).1, vec![ManifestFault::NotText]);
    }
}
