//! The files of a delivery and their columns.

use crate::intake::{Sibling, file_name};

/// Which file of the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Branches of the bank.
    Agencies,
    /// Accounts whose secrecy was lifted, and accounts of the same bank that dealt with them.
    Accounts,
    /// Who holds, represents or acts for the accounts.
    Holders,
    /// Entries.
    Extrato,
    /// Where the money of an entry came from or went to; several rows an entry.
    OriginDestination,
    /// Hashes of the other files.
    Hashes,
}

const KINDS: [Kind; 6] = [
    Kind::Agencies,
    Kind::Accounts,
    Kind::Holders,
    Kind::Extrato,
    Kind::OriginDestination,
    Kind::Hashes,
];

/// What follows the last words of a name of a file of hashes; `AUTENTICAÇÕES` is found by its beginning, because its
/// other letters are lost in many archives.
const HASHES: [&str; 6] = ["HASH", "HASHES", "MD5", "SHA1", "SHA256", "SHA512"];

/// Columns of AGENCIAS.
pub mod agencies {
    pub const BANK: usize = 0;
    pub const BRANCH: usize = 1;
    pub const OPENED: usize = 9;
    pub const CLOSED: usize = 10;
}

/// Columns of CONTAS.
pub mod accounts {
    pub const BANK: usize = 0;
    pub const BRANCH: usize = 1;
    pub const NUMBER: usize = 2;
    pub const TYPE: usize = 3;
    pub const OPENED: usize = 4;
    pub const CLOSED: usize = 5;
}

/// Columns of TITULARES.
pub mod holders {
    pub const BANK: usize = 0;
    pub const BRANCH: usize = 1;
    pub const NUMBER: usize = 2;
    pub const TYPE: usize = 3;
    pub const TIE: usize = 4;
    pub const PERSON_TYPE: usize = 6;
    pub const REGISTRATION: usize = 7;
    pub const NAME: usize = 8;
    pub const DOCUMENT_NAME: usize = 9;
    pub const DOCUMENT_NUMBER: usize = 10;
    /// Street, city, state, country, postal code.
    pub const ADDRESS: std::ops::Range<usize> = 11..16;
    pub const PHONE: usize = 16;
    pub const FROM: usize = 19;
    pub const TO: usize = 20;
}

/// Columns of EXTRATO.
pub mod extrato {
    pub const KEY: usize = 0;
    pub const BANK: usize = 1;
    pub const BRANCH: usize = 2;
    pub const NUMBER: usize = 3;
    pub const TYPE: usize = 4;
    pub const DATE: usize = 5;
    pub const DOCUMENT: usize = 6;
    pub const DESCRIPTION: usize = 7;
    pub const CODE: usize = 8;
    pub const AMOUNT: usize = 9;
    pub const NATURE: usize = 10;
    pub const BALANCE: usize = 11;
    pub const BALANCE_NATURE: usize = 12;
    pub const PLACE: usize = 13;
}

/// Columns of ORIGEM_DESTINO.
pub mod origin_destination {
    pub const KEY: usize = 1;
    pub const AMOUNT: usize = 2;
    pub const DOCUMENT: usize = 3;
    pub const BANK: usize = 4;
    pub const BRANCH: usize = 5;
    pub const NUMBER: usize = 6;
    pub const TYPE: usize = 7;
    pub const PERSON_TYPE: usize = 8;
    pub const REGISTRATION: usize = 9;
    pub const NAME: usize = 10;
    pub const DOCUMENT_NAME: usize = 11;
    pub const DOCUMENT_NUMBER: usize = 12;
    pub const BARCODE: usize = 13;
    pub const ENDORSER: usize = 14;
    pub const ENDORSER_DOCUMENT: usize = 15;
    pub const NOTE: usize = 17;
}

impl Kind {
    /// The word that its name ends with.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Agencies => "AGENCIAS",
            Kind::Accounts => "CONTAS",
            Kind::Holders => "TITULARES",
            Kind::Extrato => "EXTRATO",
            Kind::OriginDestination => "ORIGEM_DESTINO",
            Kind::Hashes => "AUTENTICACOES",
        }
    }

    /// Its number of columns; none for the file of hashes.
    pub const fn columns(self) -> usize {
        match self {
            Kind::Agencies => 11,
            Kind::Accounts => 7,
            Kind::Holders => 21,
            Kind::Extrato => 14,
            Kind::OriginDestination => 18,
            Kind::Hashes => 0,
        }
    }

    /// The name of its first column, which tells a line of names from a record.
    pub const fn first_column(self) -> &'static str {
        match self {
            Kind::Agencies | Kind::Accounts | Kind::Holders => "NUMERO_BANCO",
            Kind::Extrato => "CODIGO_CHAVE_EXTRATO",
            Kind::OriginDestination => "CODIGO_CHAVE_OD",
            Kind::Hashes => "",
        }
    }
}

/// Which file of a delivery a name stands for.
pub fn kind_of(name: &str) -> Option<Kind> {
    split(name).map(|(_, kind)| kind)
}

/// The file of a kind that belongs to the same case as `name`, among the files of its folder.
pub fn find<'s>(kind: Kind, name: &str, siblings: &'s [Sibling]) -> Option<&'s Sibling> {
    let (case, _) = split(name)?;
    siblings
        .iter()
        .find(|file| split(&file.name).is_some_and(|(of, other)| other == kind && of == case))
}

/// Whether two names are files of one case.
pub fn is_of_case(name: &str, other: &str) -> bool {
    matches!((split(name), split(other)), (Some((a, _)), Some((b, _))) if a == b)
}

/// The case before the file's own word, in capitals, and what the word says.
fn split(name: &str) -> Option<(String, Kind)> {
    let file = file_name(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem = stem.trim().to_uppercase().replace('Ê', "E");
    for kind in KINDS {
        if let Some(front) = stem.strip_suffix(kind.word())
            && (front.is_empty() || front.ends_with(['_', '-', ' ']))
        {
            return Some((case_of(front), kind));
        }
    }
    let (front, word) = stem.rsplit_once(['_', ' ']).unwrap_or(("", &stem));
    (word.starts_with("AUTENTICA") || HASHES.contains(&word)).then(|| (case_of(front), Kind::Hashes))
}

fn case_of(front: &str) -> String {
    front.trim_end_matches(['_', '-', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_they_come() {
        for (name, kind) in [
            ("002-PF-000004-97_EXTRATO.txt", Some(Kind::Extrato)),
            (
                "banco/002-PF-000004-97_ORIGEM_DESTINO.TXT",
                Some(Kind::OriginDestination),
            ),
            ("002-PF-000004-97_AGÊNCIAS.txt", Some(Kind::Agencies)),
            ("002-PF-000004-97_AUTENTICAÇÕES.txt", Some(Kind::Hashes)),
            ("002-PF-000004-97_AUTENTICA\u{fffd}.txt", Some(Kind::Hashes)),
            ("contas.txt", Some(Kind::Accounts)),
            ("minhascontas.txt", None),
            ("EXTRATO_2020.csv", None),
            ("", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
        assert!(is_of_case("a/1-X-2_EXTRATO.txt", "a/1-x-2_contas.TXT"));
        assert!(!is_of_case("1-X-2_EXTRATO.txt", "1-X-3_CONTAS.txt"));
    }
}
