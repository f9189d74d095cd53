//! Checks the answer of a time-stamping authority (RFC 3161, RFC 5652, RFC 5816).
//!
//! Checked: granted, over this tag manifest, the nonce, the signature, the certificate's use, that the time lies within
//! the validity of every certificate, the chain to a root that was given. Not checked: whether a certificate was
//! withdrawn (that needs a network), the authority's policy and its clock. RSA with PSS is not known here; for it and for
//! all else there is `openssl ts -verify`.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::TIME_ANSWER;
use super::certificates::{Certificate, Hash, leads_to_root};
use super::der::{self, Reader, Value, tag};

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TIME_STAMP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];

/// Certificates that are trusted to have signed an authority's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots(Vec<Vec<u8>>);

/// Why a time stamp does not count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimeFault {
    #[error("{0} is not what RFC 3161 lays down (DER)")]
    Unreadable(&'static str),
    #[error("the query was made over something else than this bundle")]
    OtherQuery,
    #[error("the authority did not grant the time stamp: status {0}")]
    NotGranted(u8),
    #[error("the time stamp was made over something else than this bundle")]
    OtherMessage,
    #[error("the time stamp answers another query: its nonce differs")]
    Nonce,
    #[error("the time stamp holds no certificate of its signer; ask again with certificates (`-cert`)")]
    NoCertificate,
    #[error(
        "the signature of the time stamp does not belong to it, or is of a kind that is not known here (known: RSA, ECDSA with SHA-2)"
    )]
    Signature,
    #[error("the certificate of the time stamp is not one for time stamps alone")]
    Use,
    #[error("expired: the time stamp is of {at}, outside the validity of its certificate")]
    Expired { at: String },
    #[error(
        "expired: the certificate of the time stamp of {at} has ended since; a newer time stamp over the old one is needed"
    )]
    EndedSince { at: String },
    #[error(
        "no chain of certificates that were valid at {at} leads from the time stamp to a root that was given"
    )]
    Chain { at: String },
    #[error(
        "there is no certificate in the file of roots; expected PEM (`-----BEGIN CERTIFICATE-----`) or DER"
    )]
    NoRoot,
}

/// A time stamp that belongs to the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The time, `YYYY-MM-DD HH:MM:SS UTC`.
    pub at: String,
    /// The common name in the authority's certificate.
    pub authority: String,
    /// Whether a chain leads to a root that was given; otherwise anybody can have made it.
    pub trusted: bool,
    /// Whether the signed part names its certificate by a hash of SHA-2, so that no other can take its place.
    pub bound: bool,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {:?}", self.at, self.authority)?;
        if !self.trusted {
            write!(
                f,
                "; who that is was not checked, give the authority's root certificate"
            )?;
        }
        if !self.bound {
            write!(f, "; its certificate is not named by a hash of SHA-2")?;
        }
        write!(f, "; not checked: whether the certificate was withdrawn")
    }
}

impl Roots {
    /// Reads certificates, PEM (several) or DER (one).
    pub fn parse(bytes: &[u8]) -> Result<Roots, TimeFault> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        let mut roots = Vec::new();
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains(BEGIN) => {
                for part in text.split(BEGIN).skip(1) {
                    let body = part.split(END).next().unwrap_or_default();
                    roots.push(base64(body).ok_or(TimeFault::NoRoot)?);
                }
            }
            _ => roots.push(bytes.to_vec()),
        }
        if roots.iter().all(|root| Certificate::read(root).is_some()) {
            Ok(Roots(roots))
        } else {
            Err(TimeFault::NoRoot)
        }
    }
}

/// The bytes of base64 with white space; `None` where it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'=') {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

/// Checks an answer over `message`. Without `roots` it is checked against itself alone; `now` is in seconds since 1970.
pub(super) fn check(
    answer: &[u8],
    message: &[u8],
    nonce: Option<&[u8]>,
    roots: Option<&Roots>,
    now: Option<u64>,
) -> Result<Token, TimeFault> {
    let unreadable = TimeFault::Unreadable(TIME_ANSWER);
    let token = granted(answer)?;
    let signed = Signed::read(token).ok_or(unreadable.clone())?;
    let stamp = Stamp::read(signed.content).ok_or(unreadable)?;
    if stamp.algorithm != Some(Hash::Sha256) || stamp.hash != &Sha256::digest(message)[..] {
        return Err(TimeFault::OtherMessage);
    }
    if nonce.is_some() && nonce != stamp.nonce {
        return Err(TimeFault::Nonce);
    }
    let signer = signed.certificate().ok_or(TimeFault::NoCertificate)?;
    let bound = signed.has_signed(signer).ok_or(TimeFault::Signature)?;
    if !signer.is_for_time_stamps() {
        return Err(TimeFault::Use);
    }
    let at = written(stamp.at);
    if !signer.is_valid_at(stamp.seconds) {
        return Err(TimeFault::Expired { at });
    }
    let mut trusted = false;
    if let Some(roots) = roots {
        let roots: Vec<Certificate<'_>> = roots
            .0
            .iter()
            .filter_map(|root| Certificate::read(root))
            .collect();
        if !leads_to_root(signer, &signed.certificates, &roots, stamp.seconds) {
            return Err(TimeFault::Chain { at });
        }
        trusted = true;
    }
    if now.is_some_and(|now| now > signer.to) {
        return Err(TimeFault::EndedSince { at });
    }
    Ok(Token {
        at,
        authority: signer.name(),
        trusted,
        bound,
    })
}

/// The token of an answer that grants one: status 0. (1 is granted with changes, which the query did not ask for.)
fn granted(answer: &[u8]) -> Result<Value<'_>, TimeFault> {
    let parts = || {
        let mut parts = Reader::only(answer, tag::SEQUENCE)?.inside();
        let status = parts.take(tag::SEQUENCE)?.inside().take(tag::INTEGER)?;
        let [status] = status.body else { return None };
        let token = parts.maybe(tag::SEQUENCE);
        parts.is_empty().then_some((*status, token))
    };
    match parts() {
        Some((0, Some(token))) => Ok(token),
        Some((status, _)) if status != 0 => Err(TimeFault::NotGranted(status)),
        _ => Err(TimeFault::Unreadable(TIME_ANSWER)),
    }
}

/// `20261129120000.5Z` as people read it.
fn written(digits: &str) -> String {
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    let (day, time) = (
        (part(0, 4), part(4, 6), part(6, 8)),
        (part(8, 10), part(10, 12), part(12, 14)),
    );
    format!(
        "{}-{}-{} {}:{}:{} UTC",
        day.0, day.1, day.2, time.0, time.1, time.2
    )
}

/// What the authority says (`TSTInfo`).
struct Stamp<'a> {
    algorithm: Option<Hash>,
    hash: &'a [u8],
    at: &'a str,
    seconds: u64,
    nonce: Option<&'a [u8]>,
}

impl<'a> Stamp<'a> {
    fn read(content: &'a [u8]) -> Option<Stamp<'a>> {
        let mut fields = Reader::only(content, tag::SEQUENCE)?.inside();
        fields.take(tag::INTEGER)?;
        fields.take(tag::OID)?;
        let mut imprint = fields.take(tag::SEQUENCE)?.inside();
        let algorithm = Hash::of(imprint.take(tag::SEQUENCE)?.inside().take(tag::OID)?.body);
        let hash = imprint.take(tag::OCTETS)?.body;
        fields.take(tag::INTEGER)?;
        let time = fields.take(tag::TIME)?;
        fields.maybe(tag::SEQUENCE);
        fields.maybe(tag::BOOLEAN);
        let nonce = fields.maybe(tag::INTEGER).map(|nonce| nonce.body);
        let at = std::str::from_utf8(time.body).ok()?;
        Some(Stamp {
            algorithm,
            hash,
            at,
            seconds: der::seconds(time)?,
            nonce,
        })
    }
}

/// The signed data with its one signer (RFC 5652, 5).
struct Signed<'a> {
    content: &'a [u8],
    certificates: Vec<Certificate<'a>>,
    issuer: &'a [u8],
    serial: &'a [u8],
    hash: Hash,
    attributes: Value<'a>,
    algorithm: Value<'a>,
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    fn read(token: Value<'a>) -> Option<Signed<'a>> {
        let mut parts = token.inside();
        if parts.take(tag::OID)?.body != SIGNED_DATA {
            return None;
        }
        let mut fields = Reader::only(parts.take(tag::context(0))?.body, tag::SEQUENCE)?.inside();
        let version = fields.take(tag::INTEGER)?.body;
        let mut hashes = fields.take(tag::SET)?.inside();
        let mut encapsulated = fields.take(tag::SEQUENCE)?.inside();
        if encapsulated.take(tag::OID)?.body != TIME_STAMP {
            return None;
        }
        let content = Reader::only(encapsulated.take(tag::context(0))?.body, tag::OCTETS)?.body;
        let mut certificates = Vec::new();
        if let Some(list) = fields.maybe(tag::context(0)) {
            let mut list = list.inside();
            while !list.is_empty() {
                certificates.extend(Certificate::read(list.any()?.raw));
            }
        }
        fields.maybe(tag::context(1));
        let mut signer = Reader::only(fields.take(tag::SET)?.body, tag::SEQUENCE)?.inside();
        let signer_version = signer.take(tag::INTEGER)?.body;
        let mut name = signer.take(tag::SEQUENCE)?.inside();
        let (issuer, serial) = (name.take(tag::SEQUENCE)?.raw, name.take(tag::INTEGER)?.body);
        let hash = Hash::of(signer.take(tag::SEQUENCE)?.inside().take(tag::OID)?.body)?;
        // What RFC 5652 (5.1, 5.3) lays down for a time stamp with a signer named by issuer and number.
        let mut said = false;
        while !hashes.is_empty() {
            said |= Hash::of(hashes.take(tag::SEQUENCE)?.inside().take(tag::OID)?.body) == Some(hash);
        }
        if !said || version != [3] || signer_version != [1] {
            return None;
        }
        let attributes = signer.take(tag::context(0))?;
        let algorithm = signer.take(tag::SEQUENCE)?;
        let signature = signer.take(tag::OCTETS)?.body;
        Some(Signed {
            content,
            certificates,
            issuer,
            serial,
            hash,
            attributes,
            algorithm,
            signature,
        })
    }

    /// The signer's certificate among those of the token.
    fn certificate(&self) -> Option<&Certificate<'a>> {
        let same = |c: &&Certificate<'_>| c.issuer == self.issuer && c.serial == self.serial;
        self.certificates.iter().find(same)
    }

    /// Whether `signer` signed the content; and whether the signed part names it by a hash of SHA-2.
    fn has_signed(&self, signer: &Certificate<'_>) -> Option<bool> {
        if self.attribute(CONTENT_TYPE)?.take(tag::OID)?.body != TIME_STAMP {
            return None;
        }
        if self.attribute(DIGEST)?.take(tag::OCTETS)?.body != self.hash.digest(self.content) {
            return None;
        }
        let bound = match self.attribute(SIGNING_CERTIFICATE_V2) {
            Some(mut value) => {
                let mut ids = value.take(tag::SEQUENCE)?.inside().take(tag::SEQUENCE)?.inside();
                let mut first = ids.take(tag::SEQUENCE)?.inside();
                let hash = match first.maybe(tag::SEQUENCE) {
                    Some(algorithm) => Hash::of(algorithm.inside().take(tag::OID)?.body)?,
                    None => Hash::Sha256,
                };
                if first.take(tag::OCTETS)?.body != hash.digest(signer.raw) {
                    return None;
                }
                true
            }
            None => false,
        };
        // Signed as a SET, though written with the tag of its place (RFC 5652, 5.4).
        let mut signed = self.attributes.raw.to_vec();
        *signed.first_mut()? = tag::SET;
        signer
            .has_signed(&signed, self.algorithm, Some(self.hash), self.signature)
            .then_some(bound)
    }

    /// The one value of an attribute.
    fn attribute(&self, oid: &[u8]) -> Option<Reader<'a>> {
        let mut list = self.attributes.inside();
        while let Some(attribute) = list.any() {
            let mut parts = attribute.inside();
            if parts.take(tag::OID)?.body == oid {
                return Some(parts.take(tag::SET)?.inside());
            }
        }
        None
    }
}
