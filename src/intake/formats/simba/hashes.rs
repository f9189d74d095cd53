//! The file of hashes, compared with the bytes received.
//!
//! No public source fixes its form. What is read: a digest in hexadecimal digits, and the file it is for, named in the
//! same line or in a line before it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use sha2::{Digest, Sha512};

use super::layout::{self, Kind};
use super::md5::Md5;
use super::records::{place_of, reject};
use crate::intake::lines::{Line, Lines};
use crate::intake::segments::Segments;
use crate::intake::{IntakeError, Output, Sibling, SourceFile, file_name};
use crate::model::hex;

/// What a digest of so many hexadecimal digits is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Method {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// Why the first bytes of a file are no file of hashes; nothing where they are.
pub fn misfit(head: &[u8]) -> Option<String> {
    let plain: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&plain);
    match text.lines().any(|line| digest_in(line).is_some()) {
        true => None,
        false => Some("it holds no digest of 32, 40, 64 or 128 hexadecimal digits".to_owned()),
    }
}

/// Reads the file. A record is a digest with its file.
pub fn read(source: &SourceFile<'_>, output: &dyn Output) -> Result<(), IntakeError> {
    let others: Vec<&Sibling> = source
        .siblings
        .iter()
        .filter(|file| file.file_name() != file_name(source.name))
        .collect();
    let mut segments = Segments::new(source.source_id, output);
    let mut lines = Lines::open(source)?;
    let mut line = Line::default();
    let mut named: Option<String> = None;
    let (mut agreed, mut unchecked) = (Vec::new(), Vec::new());
    let mut computed = Computed::default();
    while lines.next(&mut line)? {
        let here = file_in(&line.text, source.name, &others);
        let Some((method, digest)) = digest_in(&line.text) else {
            named = here.or(named);
            continue;
        };
        let named = here.or(named.take());
        let place = place_of(&line);
        let locator = format!("line {}", line.number);
        let rows = segments.rows();
        match compare(
            named.as_deref(),
            method,
            &digest,
            source.name,
            &others,
            &mut computed,
        ) {
            Ok(Agreement::Agreed(name)) => {
                once(&mut agreed, format!("{name} ({})", method.name()));
                rows.accepted();
            }
            Ok(Agreement::Unchecked(name)) => {
                once(&mut unchecked, name);
                rows.accepted();
            }
            Err(reason) => reject(rows, &lines, place, &locator, &reason),
        }
        segments.pass_on()?;
    }
    segments.finish()?;
    if !agreed.is_empty() {
        output.note(&format!(
            "the bank's digests agree with the bytes received: {}",
            agreed.join(", ")
        ));
    }
    if !unchecked.is_empty() {
        output.note(&format!(
            "SHA-1 is not computed here, so these were not compared: {}",
            unchecked.join(", ")
        ));
    }
    Ok(())
}

/// Digests that were computed, by source and method: a file is read once for each.
type Computed = BTreeMap<(String, Method), String>;

fn once(names: &mut Vec<String>, name: String) {
    if !names.contains(&name) {
        names.push(name);
    }
}

enum Agreement {
    Agreed(String),
    Unchecked(String),
}

fn compare(
    named: Option<&str>,
    method: Method,
    digest: &str,
    own: &str,
    others: &[&Sibling],
    known: &mut Computed,
) -> Result<Agreement, String> {
    let named = named.ok_or_else(|| {
        format!("the digest {digest} stands with no file of the delivery; expected the name of one in the same line")
    })?;
    let file = others
        .iter()
        .find(|file| file.file_name().eq_ignore_ascii_case(named))
        .copied()
        .or_else(|| {
            let kind = layout::kind_of(named)?;
            let owned = others.iter().find(|file| {
                layout::kind_of(&file.name) == Some(kind) && layout::is_of_case(own, &file.name)
            });
            owned.copied()
        })
        .ok_or_else(|| {
            format!(
                "{named} (digest {digest}) did not come in the same folder; expected the file beside its digest. Ask \
                 for it, or take both in together"
            )
        })?;
    let name = file.file_name().to_owned();
    let computed = match method {
        Method::Sha1 => return Ok(Agreement::Unchecked(name)),
        Method::Sha256 => file.source_id.clone(),
        Method::Md5 | Method::Sha512 => {
            let key = (file.source_id.clone(), method);
            match known.get(&key) {
                Some(digest) => digest.clone(),
                None => {
                    let digest = digest_of(method, file)
                        .map_err(|error| format!("{name} cannot be read again: {error}"))?;
                    known.insert(key, digest.clone());
                    digest
                }
            }
        }
    };
    if computed.eq_ignore_ascii_case(digest) {
        return Ok(Agreement::Agreed(name));
    }
    Err(format!(
        "{name} is not the file that the bank made its digest of: {} stated {digest}, computed from the bytes received \
         {computed}. Ask the bank for the file again and keep both",
        method.name()
    ))
}

fn digest_of(method: Method, file: &Sibling) -> std::io::Result<String> {
    let mut input = File::open(&file.path)?;
    let mut block = vec![0; 1 << 18];
    let (mut md5, mut sha512) = (Md5::new(), Sha512::new());
    loop {
        let count = input.read(&mut block)?;
        if count == 0 {
            break;
        }
        match method {
            Method::Sha512 => sha512.update(&block[..count]),
            _ => md5.update(&block[..count]),
        }
    }
    Ok(match method {
        Method::Sha512 => hex(&sha512.finalize()),
        _ => hex(&md5.finish()),
    })
}

/// The digest in a line: the first run of hexadecimal digits of a known length.
fn digest_in(line: &str) -> Option<(Method, String)> {
    line.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|run| {
        let method = match run.len() {
            32 => Method::Md5,
            40 => Method::Sha1,
            64 => Method::Sha256,
            128 => Method::Sha512,
            _ => return None,
        };
        let digest = run.bytes().all(|b| b.is_ascii_hexdigit());
        digest.then(|| (method, run.to_ascii_lowercase()))
    })
}

/// The file that a line names: one of the folder, or a name of the delivery's form.
fn file_in(line: &str, own: &str, others: &[&Sibling]) -> Option<String> {
    let folded = line.to_lowercase();
    let by_name = others
        .iter()
        .map(|file| file.file_name())
        .filter(|name| folded.contains(&name.to_lowercase()))
        .max_by_key(|name| name.len());
    if let Some(name) = by_name {
        return Some(name.to_owned());
    }
    line.split(['\t', ' ', ';', ',', '=', '*', '(', ')', '"'])
        .map(|word| file_name(word.trim_matches([':', '\''])))
        .find(|word| {
            layout::kind_of(word).is_some_and(|kind| kind != Kind::Hashes)
                && (word.contains('.') || layout::is_of_case(own, word) || !word.contains(['_', '-']))
        })
        .map(str::to_owned)
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Method::Md5 => "MD5",
            Method::Sha1 => "SHA-1",
            Method::Sha256 => "SHA-256",
            Method::Sha512 => "SHA-512",
        }
    }
}
