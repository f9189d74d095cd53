//! What can be typed behind `trace`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;
use crate::book::GivenKind;
use crate::model::{Date, period};

#[derive(Args, Debug)]
pub struct Trace {
    /// Claims, as CSV: columns entry (an entry, a payment inside one, or a transfer), amount (all of it where empty), kind
    /// (proceeds of an offence, or property of a victim), label, currency
    #[arg(long, value_name = "FILE")]
    pub claims: Option<PathBuf>,
    /// Claim an entry or a transfer; every credit of an account (id, number or IBAN); or what came into a finding. May be
    /// given several times
    #[arg(long, value_name = "ENTRY|ACCOUNT|FINDING")]
    pub from: Vec<String>,
    /// First and last day of the credits that --from ACCOUNT claims, as in 2026-01-01..2026-03-31
    #[arg(long, value_name = "A..B", value_parser = period)]
    pub period: Option<(Date, Date)>,
    /// On what ground --from claims
    #[arg(long, value_enum, default_value_t = ClaimKind::Proceeds)]
    pub kind: ClaimKind,
    /// What the claims of --from are called; claims with one label are shown together
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// Which entries bought or sold what, as CSV: columns asset, entry, kind (purchase or sale)
    #[arg(long, value_name = "FILE")]
    pub assets: Option<PathBuf>,
    /// Accounts that are one fund for pari passu, with commas between; each account is one by itself where not given
    #[arg(long, value_name = "ACCOUNT,ACCOUNT")]
    pub fund: Vec<String>,
    /// Whether interest is own money (where not given), or belongs to whom the balance belongs to
    #[arg(long, value_enum)]
    pub interest: Option<Interest>,
    /// Whether the gain on a sold asset follows what was claimed of its price (where not given), or is own money
    #[arg(long, value_enum)]
    pub gain: Option<Gain>,
    /// Show this method alone, or all: without it the seven that law or intelligence know, without the two academic ones
    #[arg(long, value_name = "all|NAME")]
    pub method: Option<String>,
    /// Trace back instead: what an entry, a transfer, an asset or an account's last balance was paid with
    #[arg(long, value_name = "ENTRY|ASSET|ACCOUNT", conflicts_with_all = ["claims", "from", "period", "label"])]
    pub back_from: Option<String>,
    /// Record which method the authority chose for this case, with --reason; all are printed all the same
    #[arg(long, value_name = "NAME", requires = "reason", conflicts_with_all = ["claims", "from", "back_from"])]
    pub choose: Option<String>,
    /// Rows to print for each label
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub rows: usize,
    /// Why this is claimed, for the record of decisions
    #[arg(long, value_name = "T")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub format: Format,
}

/// On what ground money is claimed.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// Proceeds of an offence
    Proceeds,
    /// Property of a victim
    Property,
}

impl std::convert::From<ClaimKind> for GivenKind {
    fn from(kind: ClaimKind) -> GivenKind {
        match kind {
            ClaimKind::Proceeds => GivenKind::Proceeds,
            ClaimKind::Property => GivenKind::Property,
        }
    }
}

/// Whose interest is.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Own money
    Own,
    /// It belongs to whom the balance belongs to
    Fruit,
}

/// Whose a gain is.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// It follows what was claimed of the price
    Follows,
    /// Own money
    Own,
}
