//! Identities: the same file, place and leg always give the same id, on every machine and in every order.

use sha2::{Digest, Sha256};

use super::Leg;

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)] as char);
        text.push(DIGITS[usize::from(byte & 15)] as char);
    }
    text
}

/// An id made of a letter and the first 80 bits of the SHA-256 of the parts, in hexadecimal: `a-3f…`. Each part is
/// led by its length, so that no two lists of parts write the same text.
pub fn hash_id(kind: char, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = String::with_capacity(22);
    id.push(kind);
    id.push('-');
    id.push_str(&hex(&digest[..10]));
    id
}

/// The first 12 digits of a source's SHA-256: what ids and file names of that source begin with.
pub fn source_prefix(source_id: &str) -> &str {
    source_id.get(..12).unwrap_or(source_id)
}

/// The id of an entry: the source's first 12 digits, the byte where its record begins, and the leg. With the id
/// alone a reader finds file and place.
pub fn entry_id(source_id: &str, byte_start: u64, leg: Leg) -> String {
    format!("{}-{}{}", source_prefix(source_id), byte_start, leg.suffix())
}

/// The id of a statement: the source's first 12 digits and its number in the file.
pub fn statement_id(source_id: &str, number: u32) -> String {
    format!("{}-s{}", source_prefix(source_id), number)
}

/// Whether a statement is one that a source holds, by its id. Those made of a listing have the account in theirs.
pub fn is_in_source(statement_id: &str) -> bool {
    let last = statement_id
        .rsplit('-')
        .next()
        .and_then(|last| last.strip_prefix('s'));
    last.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The id of a transfer: a hash of its legs.
pub fn transfer_id(debit_entry: Option<&str>, credit_entry: Option<&str>) -> String {
    hash_id('t', &[debit_entry.unwrap_or(""), credit_entry.unwrap_or("")])
}
