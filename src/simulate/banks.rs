//! The made-up banks of a case: each delivers in one format. Their codes belong to no real bank, the account numbers
//! have the structure and the check digits of their country.

use serde::Serialize;

/// In which form a bank delivers statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum StatementFormat {
    /// ISO 20022 camt.053.001.02.
    CamtOld,
    /// ISO 20022 camt.053.001.08.
    CamtNew,
    /// MT940 with the Dutch `/TRTP/../IBAN/../NAME/../REMI/..` text.
    Mt940Dutch,
    /// MT940 with German business codes and `?20` fields.
    Mt940German,
    /// The CSV of ING in the Netherlands.
    Ing,
    /// The CSV of Rabobank, in Windows-1252.
    Rabobank,
    /// Our own statement as CSV (mapping `geldspoor-entries`). No bank of a case delivers it of itself.
    Plain,
    /// The same with what a card bank knows: time, merchant category code, terminal, city and country. A bank delivers it
    /// in the scenarios that tell the forms of exploitation.
    Cards,
}

impl StatementFormat {
    /// Every format that a bank of a case delivers.
    pub const ALL: [StatementFormat; 6] = [
        StatementFormat::CamtOld,
        StatementFormat::CamtNew,
        StatementFormat::Mt940Dutch,
        StatementFormat::Mt940German,
        StatementFormat::Ing,
        StatementFormat::Rabobank,
    ];

    /// Every format that a bank delivers in the scenarios that tell the forms of exploitation. Two of seven say the time
    /// of day in a field of its own; the others say it in a text or not at all.
    pub const DETAILED: [StatementFormat; 7] = [
        StatementFormat::CamtOld,
        StatementFormat::CamtNew,
        StatementFormat::Mt940Dutch,
        StatementFormat::Mt940German,
        StatementFormat::Ing,
        StatementFormat::Rabobank,
        StatementFormat::Cards,
    ];

    /// The word for it on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            StatementFormat::CamtOld => "camt.053.001.02",
            StatementFormat::CamtNew => "camt.053.001.08",
            StatementFormat::Mt940Dutch => "mt940-nl",
            StatementFormat::Mt940German => "mt940-de",
            StatementFormat::Ing => "ing-nl",
            StatementFormat::Rabobank => "rabobank",
            StatementFormat::Plain => "geldspoor-entries",
            StatementFormat::Cards => "geldspoor-entries-cards",
        }
    }

    /// From its word.
    pub fn from_word(word: &str) -> Option<StatementFormat> {
        StatementFormat::ALL
            .into_iter()
            .chain([StatementFormat::Plain, StatementFormat::Cards])
            .find(|format| format.as_str() == word)
    }
}

/// A bank: one that delivers statements, the one that delivers the listing, or one that delivers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bank {
    Statements(StatementFormat),
    Listing,
    OutsideNl,
    OutsideBe,
    OutsideDe,
    OutsideLt,
    OutsideRo,
    OutsideMd,
}

/// Room for the longest account number in use (24 characters).
pub type IbanText = [u8; 24];

impl Bank {
    /// Business identifier code; also what the listing writes as the bank.
    pub const fn bic(self) -> &'static str {
        match self {
            Bank::Statements(StatementFormat::CamtOld) => "MEERNL2X",
            Bank::Statements(StatementFormat::CamtNew) => "DUINNL2X",
            Bank::Statements(StatementFormat::Mt940Dutch) => "POLDNL2X",
            Bank::Statements(StatementFormat::Mt940German) => "LINDDE2X",
            Bank::Statements(StatementFormat::Ing) => "IJSSNL2X",
            Bank::Statements(StatementFormat::Rabobank | StatementFormat::Plain) => "RIETNL2X",
            Bank::Statements(StatementFormat::Cards) => "VEENNL2X",
            Bank::Listing => "ZWINBE2X",
            Bank::OutsideNl => "KADENL2X",
            Bank::OutsideBe => "KEMPBE2X",
            Bank::OutsideDe => "HEIDDE2X",
            Bank::OutsideLt => "EZERLT2X",
            Bank::OutsideRo => "LACUROB2",
            Bank::OutsideMd => "RAULMD2X",
        }
    }

    /// The name people use.
    pub const fn name(self) -> &'static str {
        match self {
            Bank::Statements(StatementFormat::CamtOld) => "Meerbank",
            Bank::Statements(StatementFormat::CamtNew) => "Duinbank",
            Bank::Statements(StatementFormat::Mt940Dutch) => "Polderbank",
            Bank::Statements(StatementFormat::Mt940German) => "Lindenbank",
            Bank::Statements(StatementFormat::Ing) => "IJsselbank",
            Bank::Statements(StatementFormat::Rabobank | StatementFormat::Plain) => "Rietbank",
            Bank::Statements(StatementFormat::Cards) => "Veenbank",
            Bank::Listing => "Zwinbank",
            Bank::OutsideNl => "Kadebank",
            Bank::OutsideBe => "Kempenbank",
            Bank::OutsideDe => "Heidebank",
            Bank::OutsideLt => "Ezerobankas",
            Bank::OutsideRo => "Banca Lacul",
            Bank::OutsideMd => "Banca Raul",
        }
    }

    /// ISO 3166 code of the country of its accounts.
    pub const fn country(self) -> &'static str {
        match self {
            Bank::Statements(StatementFormat::Mt940German) | Bank::OutsideDe => "DE",
            Bank::Statements(_) | Bank::OutsideNl => "NL",
            Bank::Listing | Bank::OutsideBe => "BE",
            Bank::OutsideLt => "LT",
            Bank::OutsideRo => "RO",
            Bank::OutsideMd => "MD",
        }
    }

    /// Whether its records are part of the delivery.
    pub const fn is_seized(self) -> bool {
        matches!(self, Bank::Statements(_) | Bank::Listing)
    }

    /// The account number of the account with this index: different for every index below ten million.
    pub fn iban(self, index: u32, seed: u64) -> IbanText {
        // Seven digits, spread: the factor shares no divisor with ten, so no two indices meet.
        let number = (u64::from(index) * 7_654_321 + seed % 10_000_000) % 10_000_000;
        let mut text = [0u8; 24];
        let country = self.country().as_bytes();
        let mut bban = [0u8; 20];
        let length = match self {
            Bank::Listing | Bank::OutsideBe => {
                let bank: u64 = if self == Bank::Listing { 998 } else { 997 };
                digits(&mut bban[..3], bank);
                digits(&mut bban[3..10], number);
                let check = (bank * 10_000_000 + number) % 97;
                digits(&mut bban[10..12], if check == 0 { 97 } else { check });
                12
            }
            Bank::Statements(StatementFormat::Mt940German) | Bank::OutsideDe => {
                digits(
                    &mut bban[..8],
                    if self == Bank::OutsideDe {
                        99_020_020
                    } else {
                        99_010_010
                    },
                );
                digits(&mut bban[8..18], number);
                18
            }
            Bank::OutsideLt => {
                digits(&mut bban[..5], 99_990);
                digits(&mut bban[5..16], number);
                16
            }
            Bank::OutsideRo => {
                bban[..4].copy_from_slice(b"LACU");
                digits(&mut bban[4..20], number);
                20
            }
            Bank::OutsideMd => {
                bban[..2].copy_from_slice(b"RL");
                digits(&mut bban[2..20], number);
                20
            }
            _ => {
                bban[..4].copy_from_slice(&self.bic().as_bytes()[..4]);
                digits(&mut bban[4..14], number);
                14
            }
        };
        let mut remainder = 0u32;
        for byte in bban[..length].iter().chain(country).chain(b"00") {
            remainder = if byte.is_ascii_digit() {
                (remainder * 10 + u32::from(byte - b'0')) % 97
            } else {
                (remainder * 100 + u32::from(byte - b'A') + 10) % 97
            };
        }
        text[..2].copy_from_slice(country);
        digits(&mut text[2..4], u64::from(98 - remainder));
        text[4..4 + length].copy_from_slice(&bban[..length]);
        text
    }
}

/// The account number as text.
pub fn iban_str(text: &IbanText) -> &str {
    let length = text.iter().position(|b| *b == 0).unwrap_or(text.len());
    std::str::from_utf8(&text[..length]).unwrap_or("")
}

fn digits(into: &mut [u8], mut number: u64) {
    for place in into.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountKey, AccountScheme};

    #[test]
    fn every_bank_makes_valid_and_different_numbers() {
        let banks = StatementFormat::ALL.map(Bank::Statements).into_iter().chain([
            Bank::Listing,
            Bank::OutsideNl,
            Bank::OutsideBe,
            Bank::OutsideDe,
            Bank::OutsideLt,
            Bank::OutsideRo,
            Bank::OutsideMd,
            Bank::Statements(StatementFormat::Cards),
        ]);
        for bank in banks {
            let mut seen = std::collections::BTreeSet::new();
            for index in (0..2_000).chain(9_999_000..10_000_000) {
                let text = bank.iban(index, 42);
                let text = iban_str(&text);
                assert_eq!(
                    AccountKey::number(text).normalise().0,
                    AccountScheme::Iban,
                    "{text}"
                );
                assert!(seen.insert(text.to_owned()), "{text} twice");
            }
        }
    }
}
