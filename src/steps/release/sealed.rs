//! A page with names leaves only for whoever can open it: encrypted for the recipients that a named person gave, with
//! the reason. The plain page is never written.

use std::fs::File;
use std::io::{BufWriter, Read, Write};

use std::path::Path;

use thiserror::Error;

use super::Leaving;

/// By whom, for whom and why names leave the case.
#[derive(Clone, Debug)]
pub struct Override {
    /// Who answers for it.
    pub user: String,
    /// In words that others can judge.
    pub reason: String,
    /// Public keys of age (`age1…`).
    pub recipients: Vec<String>,
}

/// Why nothing was encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    #[error(
        "‘{0}’ is no public key of age; expected one as age1… (`age-keygen` makes a pair; the recipient gives the public one)"
    )]
    Recipient(String),
    #[error(
        "names leave the case for nobody: give --encrypt-to with the public key (age1…) of whoever will read them"
    )]
    Nobody,
    #[error("the reason says too little: give --reason with two words or more, so that others can judge it")]
    Reason,
    #[error("what leaves could not be encrypted: {0}. This is a fault of the tool, please report it")]
    Fault(String),
}

impl Override {
    /// Whether it says enough; nothing is read or written before it does.
    pub fn check(&self) -> Result<(), SealError> {
        if self.reason.split_whitespace().count() < 2 {
            return Err(SealError::Reason);
        }
        keys(&self.recipients).map(|_| ())
    }

    /// The file as it leaves, encrypted, `.age` behind its name.
    pub(super) fn seal(&self, file: &Leaving) -> Result<Leaving, SealError> {
        let mut bytes = Vec::new();
        encrypt(&self.recipients, &mut file.bytes.as_slice(), &mut bytes)?;
        Ok(Leaving {
            path: format!("{}.age", file.path),
            bytes,
        })
    }

    /// Encrypts a file into another one, without holding either.
    pub(super) fn seal_file(&self, from: &Path, to: &Path) -> Result<(), SealError> {
        let fault = |error: &dyn std::fmt::Display| SealError::Fault(error.to_string());
        let mut plain = File::open(from).map_err(|e| fault(&e))?;
        let mut out = BufWriter::new(File::create(to).map_err(|e| fault(&e))?);
        encrypt(&self.recipients, &mut plain, &mut out)?;
        let file = out.into_inner().map_err(|e| fault(&e))?;
        file.sync_all().map_err(|e| fault(&e))
    }

    /// What the ledger says of it.
    pub(in crate::steps) fn note(&self) -> String {
        format!(
            "override: names left the case, encrypted for {}; by {}, because: {}",
            self.recipients.join(", "),
            self.user,
            self.reason
        )
    }
}

/// Encrypts for these public keys (`age1…`), block by block.
pub fn encrypt(recipients: &[String], from: &mut dyn Read, to: &mut dyn Write) -> Result<(), SealError> {
    let keys = keys(recipients)?;
    let fault = |error: &dyn std::fmt::Display| SealError::Fault(error.to_string());
    let all = keys.iter().map(|key| key as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(all).map_err(|e| fault(&e))?;
    let mut writer = encryptor.wrap_output(to).map_err(|e| fault(&e))?;
    std::io::copy(from, &mut writer).map_err(|e| fault(&e))?;
    writer.finish().and_then(|to| to.flush()).map_err(|e| fault(&e))
}

/// Whether a file begins as what age encrypts does.
pub fn is_encrypted(head: &[u8]) -> bool {
    head.starts_with(b"age-encryption.org/")
}

fn keys(recipients: &[String]) -> Result<Vec<age::x25519::Recipient>, SealError> {
    if recipients.is_empty() {
        return Err(SealError::Nobody);
    }
    recipients
        .iter()
        .map(|text| {
            text.trim()
                .parse()
                .map_err(|_| SealError::Recipient(text.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(reason: &str, recipients: &[&str]) -> Override {
        Override {
            user: "A. Investigator".to_owned(),
            reason: reason.to_owned(),
            recipients: recipients.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_sealed_opens_with_the_recipients_key_alone() {
        let key = age::x25519::Identity::generate();
        let sealed = by("ordered by the court", &[&key.to_public().to_string()])
            .seal(&Leaving {
                path: "report-full.html".to_owned(),
                bytes: b"<p>Ivana Petrova</p>".to_vec(),
            })
            .expect("sealed");
        assert_eq!(sealed.path, "report-full.html.age");
        assert!(!sealed.bytes.windows(5).any(|part| part == b"Ivana"));
        let opened = age::Decryptor::new(sealed.bytes.as_slice()).expect("an age file");
        let mut text = String::new();
        opened
            .decrypt(std::iter::once(&key as &dyn age::Identity))
            .expect("the recipient opens it")
            .read_to_string(&mut text)
            .expect("text");
        assert_eq!(text, "<p>Ivana Petrova</p>");
        let other = age::x25519::Identity::generate();
        let opened = age::Decryptor::new(sealed.bytes.as_slice()).expect("an age file");
        assert!(
            opened
                .decrypt(std::iter::once(&other as &dyn age::Identity))
                .is_err()
        );
    }

    #[test]
    fn what_says_too_little_is_refused() {
        let key = age::x25519::Identity::generate().to_public().to_string();
        assert_eq!(by("court", &[&key]).check(), Err(SealError::Reason));
        assert_eq!(by("ordered by court", &[]).check(), Err(SealError::Nobody));
        assert_eq!(
            by("ordered by court", &["age1nonsense"]).check(),
            Err(SealError::Recipient("age1nonsense".to_owned()))
        );
        assert_eq!(by("ordered by court", &[&key]).check(), Ok(()));
    }
}
