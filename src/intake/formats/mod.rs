//! One file a format. A format gives its signature and reads; it shares nothing with its neighbours but the words of
//! `intake` and `model`. Here stands only which format a file gets.

pub mod bai2;
pub mod bods;
pub mod camt;
pub mod cfonb;
pub mod coda;
pub mod delimited;
pub mod ecb_rates;
pub mod ftm;
pub mod jpk_wb;
pub mod mt103;
pub mod mt940;
pub mod norma43;
pub mod ofx;
pub mod payments;
pub mod psc;
pub mod qif;
pub mod simba;

use super::encoding::Encoding;
use super::mapping::{Mapping, NamedMapping, builtin_text};
use super::{Format, IntakeError, Sibling};
use crate::model::{AccountKey, hex, sha256};

/// The format that a file is read with, and why.
pub struct Chosen {
    pub format: Box<dyn Format>,
    /// What the file is called in tables and outputs.
    pub label: &'static str,
    /// The code page it is read in.
    pub encoding: Encoding,
    /// Why this format.
    pub reason: String,
    mapping: Option<(String, String)>,
    /// The account that a person gave, where the mapping asks for one.
    account: String,
    /// What is to be said of the account: that a person gave it, or that nobody named it.
    pub account_note: String,
}

impl Chosen {
    /// The account that a person gave for every line; empty where the file itself names it.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Id of the mapping; empty where the format needs none.
    pub fn mapping_id(&self) -> String {
        self.mapping
            .as_ref()
            .map(|(id, _)| id.clone())
            .unwrap_or_default()
    }

    /// SHA-256 of the mapping's text; empty where the format needs none.
    pub fn mapping_hash(&self) -> String {
        self.mapping
            .as_ref()
            .map(|(_, hash)| hash.clone())
            .unwrap_or_default()
    }

    /// Format and mapping in words.
    pub fn describe(&self) -> String {
        match &self.mapping {
            Some((id, _)) => format!("{}, mapping {id}", self.label),
            None => self.label.to_owned(),
        }
    }
}

/// Every format that a file can carry the signature of; delimited text is found by its header instead. Of equal scores
/// the first wins.
pub fn signed() -> Vec<Box<dyn Format>> {
    vec![
        Box::new(camt::Camt),
        Box::new(mt940::Mt940),
        Box::new(bai2::Bai2),
        Box::new(ofx::Ofx),
        Box::new(qif::Qif),
        Box::new(mt103::Mt103),
        Box::new(coda::Coda),
        Box::new(norma43::Norma43),
        Box::new(cfonb::Cfonb120),
        Box::new(simba::Simba),
        Box::new(payments::Payments),
        Box::new(jpk_wb::JpkWb),
        Box::new(ecb_rates::EcbRates),
        Box::new(bods::Bods),
        Box::new(psc::Psc),
        Box::new(ftm::FollowTheMoney),
    ]
}

/// The siblings that a file of this name is read together with.
pub fn companions<'s>(name: &str, siblings: &'s [Sibling]) -> Vec<&'s Sibling> {
    signed()
        .iter()
        .flat_map(|format| format.companions(name, siblings))
        .collect()
}

/// Chooses the format of a file by its first bytes. A mapping that a person gave is for delimited files; a file that
/// carries the signature of another format is read as that. `account` is for mappings whose files do not name it.
pub fn choose(
    head: &[u8],
    name: &str,
    encoding: Encoding,
    given: Option<&NamedMapping>,
    account: &str,
) -> Result<Chosen, IntakeError> {
    if head.is_empty() {
        return Err(unknown(
            name,
            "the file is empty",
            "Ask for the file again; an empty one proves nothing",
        ));
    }
    // What comes near a format is told; that all others are not it goes without saying.
    let mut looked = Vec::new();
    let mut best: Option<(u8, Chosen)> = None;
    // What this tool rendered itself is delimited, whatever a cell of it may look like.
    let signed = if encoding.is_rendering() {
        Vec::new()
    } else {
        signed()
    };
    for format in signed {
        let recognition = format.recognise(head, name);
        if !recognition.reason.is_empty() {
            looked.push(format!("{}: {}", format.id(), recognition.reason));
        }
        if recognition.score > best.as_ref().map_or(0, |(score, _)| *score) {
            let chosen = Chosen {
                label: format.label(head),
                format,
                encoding,
                reason: recognition.reason,
                mapping: None,
                account: String::new(),
                account_note: String::new(),
            };
            best = Some((recognition.score, chosen));
        }
    }
    match (best, given) {
        (Some((score, chosen)), given) if score >= 90 || (given.is_none() && score >= 50) => Ok(chosen),
        (_, Some(given)) => delimited_by(
            name,
            encoding,
            (&given.mapping, &given.sha256),
            account,
            "the mapping was given",
        ),
        (_, None) => by_header(head, name, encoding, account, &looked),
    }
}

fn by_header(
    head: &[u8],
    name: &str,
    encoding: Encoding,
    account: &str,
    looked: &[String],
) -> Result<Chosen, IntakeError> {
    let found = delimited::recognise_mapping(head, name, encoding);
    if let Some((mapping, recognition)) = found.first().filter(|(_, recognition)| recognition.score > 0) {
        let tied: Vec<&str> = found
            .iter()
            .filter(|(_, other)| other.score == recognition.score)
            .map(|(mapping, _)| mapping.id.as_str())
            .collect();
        if tied.len() > 1 {
            return Err(unknown(
                name,
                &format!(
                    "several built-in mappings fit it equally well: {}",
                    tied.join(", ")
                ),
                "Say which it is with --mapping",
            ));
        }
        let hash = builtin_text(&mapping.id)
            .map(|text| hex(&sha256(text.as_bytes())))
            .unwrap_or_default();
        return delimited_by(name, encoding, (mapping, &hash), account, &recognition.reason);
    }
    let mut looked = match looked.join("; ") {
        near if near.is_empty() => "the signature of no other format stands in it".to_owned(),
        near => near,
    };
    looked.push_str(
        match delimited::nearest(&found) {
            Some(nearest) => format!("; delimited: {nearest}"),
            None => "; delimited: no built-in mapping has this header".to_owned(),
        }
        .as_str(),
    );
    Err(unknown(
        name,
        &looked,
        "Let `geldspoor mapping propose FILE` write a mapping from the file, look at it, and give it with --mapping",
    ))
}

fn delimited_by(
    name: &str,
    encoding: Encoding,
    (mapping, sha256): (&Mapping, &str),
    account: &str,
    reason: &str,
) -> Result<Chosen, IntakeError> {
    if let Some(refusal) = mapping.refusal() {
        return Err(unknown(name, refusal, "It is kept as received"));
    }
    let account = if mapping.account_is_asked() { account } else { "" };
    if let Some(named) = delimited::iban_of_name(name).filter(|named| {
        !account.is_empty() && AccountKey::number(named).id() != AccountKey::number(account).id()
    }) {
        return Err(unknown(
            name,
            &format!("its name holds the account {named}, and {account} was given"),
            "Take it in by itself, without --account, or under another name",
        ));
    }
    let account_note = if mapping.account_may_be_said() {
        match account {
            "" => String::new(),
            account => format!(
                "where the lines around the records name no account, {account} stands for it: who took the file in gave it"
            ),
        }
    } else if !account.is_empty() {
        format!("the account {account} is not in the file: who took it in gave it")
    } else if mapping.account_is_asked() && delimited::iban_of_name(name).is_none() {
        "neither the file nor its name says whose account this is: the file's own name and hash stand for it; give it \
         with --account"
            .to_owned()
    } else {
        String::new()
    };
    let format = Box::new(delimited::Delimited::new(mapping.clone()).for_account(account));
    Ok(Chosen {
        label: format.id(),
        account: account.to_owned(),
        account_note,
        encoding: mapping.encoding(encoding),
        reason: reason.to_owned(),
        mapping: Some((mapping.id.clone(), sha256.to_owned())),
        format,
    })
}

fn unknown(name: &str, looked: &str, next_step: &str) -> IntakeError {
    IntakeError::Unknown {
        name: name.to_owned(),
        looked: looked.to_owned(),
        next_step: next_step.to_owned(),
    }
}
