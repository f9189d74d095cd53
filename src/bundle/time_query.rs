//! The query for a time stamp (RFC 3161, 2.4.1): a file to be sent to an authority by whoever has a network.

use sha2::{Digest, Sha256};

use super::TIME_QUERY;
use super::der::{self, Reader, tag};
use super::time_answer::TimeFault;

/// `AlgorithmIdentifier` of SHA-256 (2.16.840.1.101.3.4.2.1) with no parameters written as NULL, as OpenSSL does.
const SHA256: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
];

/// A query over the SHA-256 of `message`, which asks for the certificate too. Without a `nonce` the bytes repeat; with
/// one (random, at most 20 bytes) the answer is tied to this very query.
pub fn query(message: &[u8], nonce: Option<&[u8]>) -> Vec<u8> {
    let hash = der::write(tag::OCTETS, &[&Sha256::digest(message)[..]]);
    let imprint = der::write(tag::SEQUENCE, &[&SHA256, &hash]);
    let nonce = nonce.map_or(Vec::new(), |nonce| der::write(tag::INTEGER, &[&positive(nonce)]));
    let version = der::write(tag::INTEGER, &[&[1]]);
    let certificate = der::write(tag::BOOLEAN, &[&[0xff]]);
    der::write(tag::SEQUENCE, &[&version, &imprint, &nonce, &certificate])
}

/// The content of an INTEGER that is not negative, in its shortest form.
fn positive(bytes: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = bytes.iter().copied().skip_while(|b| *b == 0).collect();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    digits
}

/// Checks that a query is one over `message`, to the byte; gives its nonce.
pub(super) fn read(bytes: &[u8], message: &[u8]) -> Result<Option<Vec<u8>>, TimeFault> {
    let nonce = || -> Option<Option<Vec<u8>>> {
        let mut fields = Reader::only(bytes, tag::SEQUENCE)?.inside();
        fields.take(tag::INTEGER)?;
        fields.take(tag::SEQUENCE)?;
        Some(fields.maybe(tag::INTEGER).map(|nonce| nonce.body.to_vec()))
    };
    let nonce = nonce().ok_or(TimeFault::Unreadable(TIME_QUERY))?;
    if query(message, nonce.as_deref()) == bytes {
        Ok(nonce)
    } else {
        Err(TimeFault::OtherQuery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_repeats_and_any_other_byte_is_found() {
        for nonce in [None, Some(&[0x80, 1][..]), Some(&[0, 0][..])] {
            let bytes = query(b"message", nonce);
            assert_eq!(bytes, query(b"message", nonce));
            assert!(read(&bytes, b"message").is_ok());
            assert!(read(&bytes, b"other").is_err());
            if nonce.is_some() {
                continue;
            }
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 1;
                assert!(read(&other, b"message").is_err(), "byte {at}");
            }
        }
    }
}
