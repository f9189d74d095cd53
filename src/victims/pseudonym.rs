//! Labels that stand for accounts and people wherever names must not be seen.
//!
//! A label is keyed: whoever lacks the key cannot try all numbers of a bank until one gives the label.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Account,
    Person,
    Company,
    /// A party of which nobody knows whether it is a person.
    Party,
}

/// The secret of a case's labels: 32 bytes, kept outside the case.
#[derive(Clone)]
pub struct PseudonymKey([u8; 32]);

/// The labels of one document, different for all that it names.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    by_id: BTreeMap<(Kind, String), String>,
}

const GROUPS: usize = 2;
/// Letters and digits of a sign.
const SIGN: usize = 20;
const MOST_GROUPS: usize = 12;

impl Kind {
    /// The word that leads the label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Account => "Account",
            Kind::Person => "Person",
            Kind::Company => "Company",
            Kind::Party => "Party",
        }
    }

    /// From the `kind` of the table `parties`.
    pub fn of_party(kind: &str) -> Kind {
        match kind {
            "person" => Kind::Person,
            "company" => Kind::Company,
            _ => Kind::Party,
        }
    }
}

impl std::fmt::Debug for PseudonymKey {
    /// Never the key itself: what is printed ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PseudonymKey(..)")
    }
}

impl PseudonymKey {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> PseudonymKey {
        PseudonymKey(bytes)
    }

    /// Its bytes, for the key file alone.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of one bundle: the same bundle has the same labels, two bundles cannot be laid beside each other.
    pub fn for_bundle(&self, bundle: &str) -> PseudonymKey {
        PseudonymKey(self.digest(&["bundle", bundle]))
    }

    /// The label of one thing, `Account K7Q2-MX4P`: 40 bits of HMAC-SHA-256 over kind and id, in groups of four signs of
    /// Crockford's base 32. Two things may share it by chance; [`Labels`] keeps those of one document apart.
    pub fn label(&self, kind: Kind, id: &str) -> String {
        self.label_of(kind, id, GROUPS)
    }

    /// What stands in the place of an id: 20 signs of HMAC-SHA-256 over it, some 76 bits, the same wherever the id stands.
    /// A consonant and a digit take turns, so that no sign spells a name or holds a number by chance, of which among
    /// millions there would be some.
    pub fn sign(&self, id: &str) -> String {
        const LETTERS: &[u8; 20] = b"bcdfghjklmnpqrstvwxz";
        let digest = self.digest(&["sign", id]);
        let mut text = String::with_capacity(SIGN);
        // 128 bits are far more than is taken from them, so that every sign is nearly as likely as any other.
        let mut bits = u128::from_be_bytes(std::array::from_fn(|at| digest[at]));
        for place in 0..SIGN {
            let of = if place % 2 == 0 { 20 } else { 10 };
            let value = (bits % of) as usize;
            bits /= of;
            text.push(match place % 2 {
                0 => LETTERS[value] as char,
                _ => (b'0' + value as u8) as char,
            });
        }
        text
    }

    fn label_of(&self, kind: Kind, id: &str, groups: usize) -> String {
        format!(
            "{} {}",
            kind.as_str(),
            crockford(&self.digest(&[kind.as_str(), id]), groups)
        )
    }

    fn digest(&self, parts: &[&str]) -> [u8; 32] {
        // A key of 32 bytes is shorter than a block of SHA-256, so it always fits; no error can come.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length");
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

impl Labels {
    /// The labels of everything that a document names. Where some would be equal, all of them grow by a group of four
    /// signs until they differ, so that a label does not depend on which of them came first.
    pub fn new<I, S>(key: &PseudonymKey, named: I) -> Labels
    where
        I: IntoIterator<Item = (Kind, S)>,
        S: Into<String>,
    {
        Labels::with(named, |kind, id, groups| key.label_of(kind, id, groups))
    }

    fn with<I, S>(named: I, label: impl Fn(Kind, &str, usize) -> String) -> Labels
    where
        I: IntoIterator<Item = (Kind, S)>,
        S: Into<String>,
    {
        let mut waiting: BTreeSet<(Kind, String)> =
            named.into_iter().map(|(kind, id)| (kind, id.into())).collect();
        let mut by_id = BTreeMap::new();
        for groups in GROUPS..=MOST_GROUPS {
            let mut by_label: BTreeMap<String, Vec<(Kind, String)>> = BTreeMap::new();
            for (kind, id) in waiting {
                by_label
                    .entry(label(kind, &id, groups))
                    .or_default()
                    .push((kind, id));
            }
            waiting = BTreeSet::new();
            for (label, mut things) in by_label {
                match things.len() {
                    1 => by_id.extend(things.pop().map(|thing| (thing, label))),
                    _ if groups < MOST_GROUPS => waiting.extend(things),
                    _ => by_id.extend(things.into_iter().map(|thing| (thing, label.clone()))),
                }
            }
            if waiting.is_empty() {
                break;
            }
        }
        Labels { by_id }
    }

    /// The label of a thing that the document names; nothing for anything else.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&str> {
        self.by_id.get(&(kind, id.to_owned())).map(String::as_str)
    }

    /// All labels with what they stand for, in order. For the table that stays in the case.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        self.by_id
            .iter()
            .map(|((kind, id), label)| (*kind, id.as_str(), label.as_str()))
    }
}

// Twenty bits a group: four signs of five bits each, without I, L, O and U.
fn crockford(digest: &[u8; 32], groups: usize) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut text = String::with_capacity(groups * 5);
    for sign in 0..groups * 4 {
        if sign > 0 && sign % 4 == 0 {
            text.push('-');
        }
        let mut value = 0_usize;
        for bit in sign * 5..sign * 5 + 5 {
            let byte = digest.get(bit / 8).copied().unwrap_or(0);
            value = value << 1 | usize::from(byte >> (7 - bit % 8) & 1);
        }
        text.push(SIGNS[value] as char);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> PseudonymKey {
        PseudonymKey::from_bytes([byte; 32])
    }

    #[test]
    fn labels_are_short_stable_and_keyed() {
        let label = key(7).label(Kind::Account, "a-0011");
        assert_eq!(label.len(), "Account K7Q2-MX4P".len());
        assert!(label.starts_with("Account ") && label.as_bytes()[12] == b'-');
        assert_eq!(label, key(7).label(Kind::Account, "a-0011"));
        assert_ne!(label, key(8).label(Kind::Account, "a-0011"));
        assert_ne!(label, key(7).for_bundle("one").label(Kind::Account, "a-0011"));
        assert_ne!(
            key(7).for_bundle("one").label(Kind::Account, "a-0011"),
            key(7).for_bundle("two").label(Kind::Account, "a-0011")
        );
        let person = key(7).label(Kind::Person, "a-0011");
        assert_ne!(label["Account ".len()..], person["Person ".len()..]);
        assert!(!label.contains(['I', 'L', 'O', 'U']));
        assert_eq!(format!("{:?}", key(7)), "PseudonymKey(..)");
    }

    #[test]
    fn signs_spell_nothing_and_are_keyed() {
        let mut seen = BTreeSet::new();
        for id in (0..2_000).map(|n| format!("a-{n}")) {
            let sign = key(7).sign(&id);
            assert_eq!(sign.len(), 20);
            assert!(sign.bytes().enumerate().all(|(at, byte)| match at % 2 {
                0 => byte.is_ascii_lowercase() && !b"aeiouy".contains(&byte),
                _ => byte.is_ascii_digit(),
            }));
            assert_eq!(sign, key(7).sign(&id));
            assert_ne!(sign, key(8).sign(&id));
            assert!(seen.insert(sign));
        }
        assert_ne!(
            key(7).for_bundle("one").sign("x"),
            key(7).for_bundle("two").sign("x")
        );
    }

    #[test]
    fn the_digest_is_hmac_sha_256() {
        // RFC 4231 test case 1 has a key of 20 bytes, so the oracle here is the definition of HMAC written out.
        use sha2::Digest;
        let block = |pad: u8| {
            let mut block = [pad; 64];
            block[..32].iter_mut().for_each(|byte| *byte ^= 7);
            block
        };
        let mut message = 3_u64.to_le_bytes().to_vec();
        message.extend(b"one");
        let inner = Sha256::new()
            .chain_update(block(0x36))
            .chain_update(&message)
            .finalize();
        let outer = Sha256::new()
            .chain_update(block(0x5c))
            .chain_update(inner)
            .finalize();
        assert_eq!(key(7).digest(&["one"]), <[u8; 32]>::from(outer));
    }

    #[test]
    fn base_32_takes_the_bits_in_order() {
        let mut digest = [0_u8; 32];
        digest[0] = 0b0000_1000;
        digest[1] = 0b0100_0000;
        assert_eq!(crockford(&digest, 1), "1100");
        assert_eq!(crockford(&[255; 32], 2), "ZZZZ-ZZZZ");
    }

    #[test]
    fn what_would_be_equal_grows_whatever_the_order() {
        let short = |kind: Kind, id: &str, groups: usize| match (groups, id) {
            (2, "x" | "y") => format!("{} SAME", kind.as_str()),
            _ => format!("{} {id}-{groups}", kind.as_str()),
        };
        let one = Labels::with(
            [(Kind::Account, "x"), (Kind::Account, "y"), (Kind::Account, "z")],
            short,
        );
        let other = Labels::with(
            [(Kind::Account, "z"), (Kind::Account, "y"), (Kind::Account, "x")],
            short,
        );
        assert_eq!(one.get(Kind::Account, "x"), Some("Account x-3"));
        assert_eq!(one.get(Kind::Account, "y"), Some("Account y-3"));
        assert_eq!(one.get(Kind::Account, "z"), Some("Account z-2"));
        assert!(one.iter().eq(other.iter()));
        assert_eq!(one.get(Kind::Person, "x"), None);
        let alone = Labels::with([(Kind::Account, "x")], short);
        assert_eq!(alone.get(Kind::Account, "x"), Some("Account SAME"));
    }

    #[test]
    fn a_document_has_as_many_labels_as_things() {
        let ids: Vec<String> = (0..5_000).map(|n| format!("a-{n}")).collect();
        let labels = Labels::new(&key(1), ids.iter().map(|id| (Kind::Account, id.as_str())));
        let distinct: BTreeSet<&str> = labels.iter().map(|(_, _, label)| label).collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(
            labels.get(Kind::Account, "a-17"),
            Some(key(1).label(Kind::Account, "a-17").as_str())
        );
    }
}
