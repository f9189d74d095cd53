//! Certificates (RFC 5280) as far as a time stamp needs them: who signed whom, from when to when, for what use.

use sha2::{Digest, Sha256, Sha384, Sha512};

use super::der::{self, Reader, Value, tag};

/// Certificates between a time stamp's and a root.
const DEPTH: usize = 8;
/// Bytes of the shortest RSA modulus that counts: 2,048 bits.
const RSA_BYTES: usize = 256;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_WITH: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ECDSA_WITH: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0, 0x23];
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const POLICIES: &[u8] = &[0x55, 0x1d, 32];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// How bytes are hashed before they are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// From the object identifier of a hash.
    pub fn of(oid: &[u8]) -> Option<Hash> {
        Hash::numbered(oid.strip_prefix(SHA2)?, [1, 2, 3])
    }

    fn numbered(rest: &[u8], numbers: [u8; 3]) -> Option<Hash> {
        let all = [Hash::Sha256, Hash::Sha384, Hash::Sha512];
        all.into_iter()
            .zip(numbers)
            .find(|(_, number)| rest == [*number])
            .map(|(hash, _)| hash)
    }

    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// A certificate, read from its bytes.
#[derive(Clone, Debug)]
pub(super) struct Certificate<'a> {
    pub raw: &'a [u8],
    signed: &'a [u8],
    algorithm: Value<'a>,
    signature: &'a [u8],
    pub serial: &'a [u8],
    pub issuer: &'a [u8],
    pub subject: Value<'a>,
    /// Seconds since 1970, both within.
    pub from: u64,
    pub to: u64,
    key: Value<'a>,
    extensions: Vec<(&'a [u8], bool, &'a [u8])>,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; `None` where the bytes are none.
    pub fn read(bytes: &'a [u8]) -> Option<Certificate<'a>> {
        let whole = Reader::only(bytes, tag::SEQUENCE)?;
        let mut parts = whole.inside();
        let signed = parts.take(tag::SEQUENCE)?;
        let algorithm = parts.take(tag::SEQUENCE)?;
        let signature = bits(parts.take(tag::BITS)?)?;
        let mut fields = signed.inside();
        fields.maybe(tag::context(0));
        let serial = fields.take(tag::INTEGER)?.body;
        // Said twice; where the two differ, only one of them is signed.
        if fields.take(tag::SEQUENCE)?.raw != algorithm.raw || !parts.is_empty() {
            return None;
        }
        let issuer = fields.take(tag::SEQUENCE)?.raw;
        let mut validity = fields.take(tag::SEQUENCE)?.inside();
        let (from, to) = (der::seconds(validity.any()?)?, der::seconds(validity.any()?)?);
        let subject = fields.take(tag::SEQUENCE)?;
        let key = fields.take(tag::SEQUENCE)?;
        let mut extensions = Vec::new();
        while !fields.is_empty() {
            let field = fields.any()?;
            if field.tag != tag::context(3) {
                continue;
            }
            let mut list = Reader::only(field.body, tag::SEQUENCE)?.inside();
            while !list.is_empty() {
                let mut extension = list.take(tag::SEQUENCE)?.inside();
                let oid = extension.take(tag::OID)?.body;
                let critical = extension
                    .maybe(tag::BOOLEAN)
                    .is_some_and(|value| value.body == [0xff]);
                extensions.push((oid, critical, extension.take(tag::OCTETS)?.body));
            }
        }
        Some(Certificate {
            raw: whole.raw,
            signed: signed.raw,
            algorithm,
            signature,
            serial,
            issuer,
            subject,
            from,
            to,
            key,
            extensions,
        })
    }

    /// Whether `signature` over `message` was made with this certificate's key.
    pub fn has_signed(
        &self,
        message: &[u8],
        algorithm: Value<'_>,
        hash: Option<Hash>,
        signature: &[u8],
    ) -> bool {
        self.check(message, algorithm, hash, signature).is_some()
    }

    fn check(
        &self,
        message: &[u8],
        algorithm: Value<'_>,
        hash: Option<Hash>,
        signature: &[u8],
    ) -> Option<()> {
        let oid = algorithm.inside().take(tag::OID)?.body;
        let named = match (oid.strip_prefix(RSA_WITH), oid.strip_prefix(ECDSA_WITH)) {
            (Some(_), _) if oid == RSA => hash?,
            (Some(rest), _) => Hash::numbered(rest, [11, 12, 13])?,
            (_, Some(rest)) => Hash::numbered(rest, [2, 3, 4])?,
            _ => return None,
        };
        // In a time stamp the hash is said beside as well.
        if hash.is_some_and(|hash| hash != named) {
            return None;
        }
        let digest = named.digest(message);
        let mut parts = self.key.inside();
        let mut kind = parts.take(tag::SEQUENCE)?.inside();
        let key = bits(parts.take(tag::BITS)?)?;
        match kind.take(tag::OID)?.body {
            RSA if oid.starts_with(RSA_WITH) => check_rsa(key, named, &digest, signature),
            EC_KEY if oid.starts_with(ECDSA_WITH) => {
                check_ec(kind.take(tag::OID)?.body, key, &digest, signature)
            }
            _ => None,
        }
    }

    fn extension(&self, oid: &[u8]) -> Option<(bool, &'a [u8])> {
        let found = self.extensions.iter().find(|(found, _, _)| *found == oid)?;
        Some((found.1, found.2))
    }

    /// Whether it holds nothing critical that is not understood here, and nothing twice.
    fn is_understood(&self) -> bool {
        let known = [
            KEY_USAGE,
            ALTERNATIVE_NAME,
            BASIC_CONSTRAINTS,
            POLICIES,
            EXTENDED_KEY_USAGE,
        ];
        let mut oids: Vec<&[u8]> = self.extensions.iter().map(|(oid, _, _)| *oid).collect();
        oids.sort_unstable();
        let twice = oids.windows(2).any(|pair| pair[0] == pair[1]);
        !twice
            && self
                .extensions
                .iter()
                .all(|(oid, critical, _)| !critical || known.contains(oid))
    }

    /// RFC 3161, 2.3: critical, and for time stamps alone.
    pub fn is_for_time_stamps(&self) -> bool {
        let only = |body| {
            let mut uses = Reader::only(body, tag::SEQUENCE)?.inside();
            let first = uses.take(tag::OID)?.body == TIME_STAMPING;
            Some(first && uses.is_empty())
        };
        self.is_understood()
            && matches!(self.extension(EXTENDED_KEY_USAGE), Some((true, body)) if only(body) == Some(true))
    }

    /// Whether it may sign certificates with `below` more of them in between.
    fn is_authority(&self, below: usize) -> bool {
        let constraints = |body| {
            let mut fields = Reader::only(body, tag::SEQUENCE)?.inside();
            let authority = fields.maybe(tag::BOOLEAN)?.body == [0xff];
            let length = fields.maybe(tag::INTEGER);
            let enough = length.is_none_or(|length| match length.body {
                [most] => usize::from(*most) >= below,
                _ => true,
            });
            Some(authority && enough)
        };
        // Bit 5 of key usage: keyCertSign.
        let usage = self.extension(KEY_USAGE).is_none_or(|(_, body)| {
            Reader::only(body, tag::BITS)
                .is_some_and(|bits| bits.body.get(1).is_some_and(|byte| byte & 4 != 0))
        });
        let authority = self
            .extension(BASIC_CONSTRAINTS)
            .and_then(|(_, body)| constraints(body));
        self.is_understood() && usage && authority == Some(true)
    }

    pub fn is_valid_at(&self, time: u64) -> bool {
        (self.from..=self.to).contains(&time)
    }

    /// The common name, or nothing.
    pub fn name(&self) -> String {
        let find = || {
            let mut parts = self.subject.inside();
            let mut name = None;
            while let Some(set) = parts.any() {
                let mut pair = set.inside().take(tag::SEQUENCE)?.inside();
                if pair.take(tag::OID)?.body == COMMON_NAME {
                    name = Some(String::from_utf8_lossy(pair.any()?.body).into_owned());
                }
            }
            name
        };
        find().unwrap_or_default()
    }
}

/// Whether a chain of certificates, each valid at `time`, leads from `leaf` to one of `roots`.
pub(super) fn leads_to_root(
    leaf: &Certificate<'_>,
    between: &[Certificate<'_>],
    roots: &[Certificate<'_>],
    time: u64,
) -> bool {
    let mut current = leaf;
    for below in 0..DEPTH {
        if !current.is_valid_at(time) {
            return false;
        }
        if roots.iter().any(|root| root.raw == current.raw) {
            return true;
        }
        let signs = |issuer: &&Certificate<'_>| {
            issuer.subject.raw == current.issuer
                && issuer.is_authority(below)
                && issuer.has_signed(current.signed, current.algorithm, None, current.signature)
        };
        let Some(next) = roots.iter().find(signs).or_else(|| between.iter().find(signs)) else {
            return false;
        };
        current = next;
    }
    false
}

/// The content of a BIT STRING of whole bytes.
fn bits(value: Value<'_>) -> Option<&[u8]> {
    match value.body.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

fn check_rsa(key: &[u8], hash: Hash, digest: &[u8], signature: &[u8]) -> Option<()> {
    let mut numbers = Reader::only(key, tag::SEQUENCE)?.inside();
    let modulus = numbers.take(tag::INTEGER)?.body;
    let exponent = numbers.take(tag::INTEGER)?.body;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    if modulus.len() < RSA_BYTES {
        return None;
    }
    let number = rsa::BigUint::from_bytes_be;
    let key = rsa::RsaPublicKey::new(number(modulus), number(exponent)).ok()?;
    let scheme = match hash {
        Hash::Sha256 => rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha256>(),
        Hash::Sha384 => rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha384>(),
        Hash::Sha512 => rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha512>(),
    };
    key.verify(scheme, digest, signature).ok()
}

fn check_ec(curve: &[u8], key: &[u8], digest: &[u8], signature: &[u8]) -> Option<()> {
    macro_rules! check {
        ($curve:ident) => {{
            use $curve::ecdsa::signature::hazmat::PrehashVerifier;
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
            let signature = $curve::ecdsa::Signature::from_der(signature).ok()?;
            key.verify_prehash(digest, &signature).ok()
        }};
    }
    match curve {
        P256 => check!(p256),
        P384 => check!(p384),
        P521 => check!(p521),
        _ => None,
    }
}
