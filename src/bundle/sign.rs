//! Makes the signature of a bundle with an OpenSSH private key file. Signatures with Ed25519, RSA, and ECDSA on P-256 and
//! P-384 come out with the same bytes each time. Keys in hardware or in an agent are left to `ssh-keygen`.

use std::path::Path;

use ssh_key::private::{KeypairData, RsaKeypair};
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, Signature, SshSig};
use thiserror::Error;

use super::NAMESPACE;
use super::sign_command::sign_with_ssh_keygen;

/// Bytes of a key file; RSA of 16,384 bits takes about 13,000.
const KEY_FILE: u64 = 1 << 20;
const OPENSSH: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";

/// Why a bundle cannot be signed.
#[derive(Debug, Error)]
pub enum SignError {
    #[error("{path}: {error}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    #[error(
        "{path} is no OpenSSH key file: {reason}. `ssh-keygen -p -f {path}` writes an older one anew as such"
    )]
    Unreadable { path: String, reason: String },
    #[error("{path} is encrypted and no passphrase was given")]
    NoPassphrase { path: String },
    #[error("the passphrase does not open {path}")]
    Passphrase { path: String },
    #[error(
        "{path} is a key of the kind {kind}, which no longer counts; make one with `ssh-keygen -t ed25519`"
    )]
    Weak { path: String, kind: String },
    #[error(
        "the key {path} lies in hardware or in an agent, and `ssh-keygen` could not sign with it: {reason}"
    )]
    Command { path: String, reason: String },
    #[error("signing with {path} failed: {reason}")]
    Failed { path: String, reason: String },
}

/// Signs `message` (the tag manifest) with the key in a file; gives the text of the signature file.
///
/// A private key of the kinds Ed25519, ECDSA and RSA is used here; `passphrase` is asked once, with the file's name, where
/// it is encrypted. A hardware key, or a public key whose private half an agent holds, is used by calling
/// `ssh-keygen -Y sign`, which asks for touch and PIN by itself.
pub fn sign(
    message: &[u8],
    key_file: &Path,
    passphrase: &mut dyn FnMut(&str) -> Option<String>,
) -> Result<String, SignError> {
    let path = key_file.display().to_string();
    let io = |error| SignError::Io {
        path: path.clone(),
        error,
    };
    let length = std::fs::metadata(key_file).map_err(io)?.len();
    if length > KEY_FILE {
        return Err(SignError::Unreadable {
            path,
            reason: format!("{length} bytes are no key"),
        });
    }
    let text = std::fs::read(key_file).map_err(io)?;
    if !text.starts_with(b"-----BEGIN") {
        return sign_with_ssh_keygen(message, key_file);
    }
    let unreadable = |e: ssh_key::Error| SignError::Unreadable {
        path: path.clone(),
        reason: e.to_string(),
    };
    let mut key = match PrivateKey::from_openssh(&text) {
        Ok(key) => key,
        // ssh-key 0.6.7 does not read an ECDSA key whose secret number begins with a zero byte, which one in 256 does, and
        // of P-521 every other.
        Err(e) if text.starts_with(OPENSSH) => {
            return sign_with_ssh_keygen(message, key_file).map_err(|_| unreadable(e));
        }
        Err(e) => return Err(unreadable(e)),
    };
    if matches!(
        key.algorithm(),
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256
    ) {
        return sign_with_ssh_keygen(message, key_file);
    }
    if key.is_encrypted() {
        let word = passphrase(&path).ok_or_else(|| SignError::NoPassphrase { path: path.clone() })?;
        key = match key.decrypt(word) {
            Ok(key) => key,
            Err(ssh_key::Error::Crypto) => return Err(SignError::Passphrase { path }),
            // As above; `ssh-keygen` asks for the passphrase once more.
            Err(e) => return sign_with_ssh_keygen(message, key_file).map_err(|_| unreadable(e)),
        };
    }
    sign_with(message, &key, &path)
}

fn sign_with(message: &[u8], key: &PrivateKey, path: &str) -> Result<String, SignError> {
    let failed = |reason: String| SignError::Failed {
        path: path.to_owned(),
        reason,
    };
    let signature = match key.key_data() {
        KeypairData::Rsa(pair) => sign_rsa(message, key, pair).map_err(failed)?,
        KeypairData::Dsa(_) => {
            return Err(SignError::Weak {
                path: path.to_owned(),
                kind: "DSA".to_owned(),
            });
        }
        KeypairData::SkEd25519(_) | KeypairData::SkEcdsaSha2NistP256(_) => {
            return sign_with_ssh_keygen(message, Path::new(path));
        }
        _ => key
            .sign(NAMESPACE, HashAlg::Sha512, message)
            .map_err(|e| failed(e.to_string()))?,
    };
    let mut text = signature
        .to_pem(LineEnding::LF)
        .map_err(|e| failed(e.to_string()))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    // A signature that would not be accepted must not leave the office.
    match super::signature::check(message, text.as_bytes(), None) {
        Ok(_) => Ok(text),
        Err(fault) => Err(failed(fault.to_string())),
    }
}

/// `rsa-sha2-512`. Done with the `rsa` crate, because ssh-key 0.6.7 gives it the first prime twice.
fn sign_rsa(message: &[u8], key: &PrivateKey, pair: &RsaKeypair) -> Result<SshSig, String> {
    let number = |number: &ssh_key::Mpint| {
        let bytes = number.as_positive_bytes().ok_or("a negative number in the key")?;
        Ok::<_, String>(rsa::BigUint::from_bytes_be(bytes))
    };
    let private = rsa::RsaPrivateKey::from_components(
        number(&pair.public.n)?,
        number(&pair.public.e)?,
        number(&pair.private.d)?,
        vec![number(&pair.private.p)?, number(&pair.private.q)?],
    )
    .map_err(|e| e.to_string())?;
    let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).map_err(|e| e.to_string())?;
    let digest = HashAlg::Sha512.digest(&data);
    let bytes = private
        .sign(rsa::Pkcs1v15Sign::new::<rsa::sha2::Sha512>(), &digest)
        .map_err(|e| e.to_string())?;
    let algorithm = Algorithm::Rsa {
        hash: Some(HashAlg::Sha512),
    };
    let signature = Signature::new(algorithm, bytes).map_err(|e| e.to_string())?;
    SshSig::new(
        key.public_key().key_data().clone(),
        NAMESPACE,
        HashAlg::Sha512,
        signature,
    )
    .map_err(|e| e.to_string())
}
