//! The signature of a bundle: SSHSIG, as `ssh-keygen -Y sign` and `-Y verify` make and check it.

use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};
use thiserror::Error;

/// What signatures of bundles are made for; one made for something else is none.
pub const NAMESPACE: &str = "geldspoor-bundle";
/// Bits of the shortest RSA modulus that counts.
const RSA_BITS: usize = 2048;

/// Public keys whose signature counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignerKeys(Vec<PublicKey>);

/// Whose signature it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// `ssh-ed25519`, `rsa-sha2-512`, …
    pub algorithm: String,
    /// Whether the key is one of those given; otherwise nobody knows yet whose it is.
    pub known: bool,
}

/// Why a signature or key does not count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureFault {
    #[error("there is no signature ({})", super::SIGNATURE)]
    Absent,
    #[error("the signature file is no SSH signature: {0}")]
    Unreadable(String),
    #[error("the signature was made for `{0}`; expected `{NAMESPACE}`")]
    Namespace(String),
    #[error("signed by another key: expected {expected}, found {found}")]
    OtherKey { expected: String, found: String },
    #[error("the signature does not belong to these bytes, or was altered")]
    Wrong,
    #[error(
        "the signature is of a kind that no longer counts ({0}); expected Ed25519, ECDSA, or RSA of {RSA_BITS} bits with SHA-2"
    )]
    Weak(String),
    #[error("line {line} is no OpenSSH public key (`ssh-ed25519 AAAA…`): {reason}")]
    Key { line: usize, reason: String },
    #[error("there is no public key in the file; expected a line such as `ssh-ed25519 AAAA… name`")]
    NoKey,
}

impl SignerKeys {
    /// Reads a public key file (`id_ed25519.pub`): one key a line; empty lines and those that begin with `#` are passed.
    pub fn parse(text: &str) -> Result<SignerKeys, SignatureFault> {
        let mut keys = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |e: ssh_key::Error| SignatureFault::Key {
                line: at + 1,
                reason: e.to_string(),
            };
            keys.push(PublicKey::from_openssh(line).map_err(fault)?);
        }
        if keys.is_empty() {
            Err(SignatureFault::NoKey)
        } else {
            Ok(SignerKeys(keys))
        }
    }

    /// The keys' fingerprints, as `ssh-keygen -l` prints them.
    pub fn fingerprints(&self) -> String {
        let all: Vec<String> = self
            .0
            .iter()
            .map(|key| key.fingerprint(HashAlg::Sha256).to_string())
            .collect();
        all.join(" or ")
    }
}

/// Checks that `signature` was made over `message` for bundles, and by one of `keys` where these are given.
pub fn check(message: &[u8], signature: &[u8], keys: Option<&SignerKeys>) -> Result<Signed, SignatureFault> {
    let unreadable = |e: ssh_key::Error| SignatureFault::Unreadable(e.to_string());
    let parsed = SshSig::from_pem(signature).map_err(unreadable)?;
    // One spelling only, so that no byte of the file can change unseen.
    let spelled = parsed.to_pem(ssh_key::LineEnding::LF).map_err(unreadable)?;
    if spelled.as_bytes() != signature {
        return Err(SignatureFault::Unreadable(
            "it is not spelled as ssh-keygen writes it".to_owned(),
        ));
    }
    if parsed.namespace() != NAMESPACE {
        return Err(SignatureFault::Namespace(parsed.namespace().to_owned()));
    }
    if parsed.version() != 1 || !parsed.reserved().is_empty() {
        return Err(SignatureFault::Unreadable(
            "another version of the format".to_owned(),
        ));
    }
    strong(&parsed)?;
    let key = PublicKey::from(parsed.public_key().clone());
    key.verify(NAMESPACE, message, &parsed)
        .map_err(|_| SignatureFault::Wrong)?;
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    let known = keys.is_some_and(|keys| keys.0.iter().any(|known| known.key_data() == key.key_data()));
    match keys {
        Some(keys) if !known => Err(SignatureFault::OtherKey {
            expected: keys.fingerprints(),
            found: fingerprint,
        }),
        _ => Ok(Signed {
            fingerprint,
            algorithm: parsed.algorithm().to_string(),
            known,
        }),
    }
}

fn strong(signature: &SshSig) -> Result<(), SignatureFault> {
    let weak = |what: &str| Err(SignatureFault::Weak(what.to_owned()));
    match (signature.public_key(), signature.algorithm()) {
        (KeyData::Rsa(key), Algorithm::Rsa { hash: Some(_) }) => {
            let bits = key.n.as_positive_bytes().map_or(0, |bytes| bytes.len() * 8);
            if bits < RSA_BITS {
                weak(&format!("RSA of {bits} bits"))
            } else {
                Ok(())
            }
        }
        (KeyData::Rsa(_), _) => weak("RSA with SHA-1"),
        (KeyData::Dsa(_), _) => weak("DSA"),
        _ => Ok(()),
    }
}
