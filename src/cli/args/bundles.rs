//! `bundle`, `verify`, `replay`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::Date;

/// What the help of each says at its end.
pub const OF_BUNDLE: &str = "Nothing that is there already is overwritten. What the lists name is checked with `sha256sum -c` and \
    `ssh-keygen -Y verify`, as HOW-TO-CHECK.txt in the bundle says, or with `geldspoor verify`. The ledger in a bundle is \
    that of before the command; the command adds two lines, of the page and of the bundle. For a time stamp send \
    tagmanifest-sha256.txt.tsq to an authority, and add its answer with --time-stamp.";
pub const OF_VERIFY: &str = "Ends with 5 where a check failed. Get the key from the signer by a way that you trust, never from \
    the bundle: without it the bundle can be whole, and is not verified.";
pub const OF_REPLAY: &str = "First all checks of `geldspoor verify` are made; where one fails nothing is unpacked. No table of the \
    bundle is believed. A bundle under pseudonyms holds nothing to compute from: the office that has the case runs \
    `geldspoor -C CASE replay BUNDLE`. Ends with 5 where something differs.";

#[derive(Args, Debug)]
pub struct Bundle {
    /// Folder or ZIP to make; exports/ of the case where not given. With --time-stamp the bundle that is there
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// One ZIP, whose bytes repeat, in the place of a folder; so too where --output ends in .zip
    #[arg(long)]
    pub zip: bool,
    /// Who will read it
    #[arg(long, value_enum, default_value_t = BundleProfile::Pseudonymous)]
    pub profile: BundleProfile,
    /// With --profile full: hold the originals as received (what it does anyway)
    #[arg(long, conflicts_with = "hashes_only")]
    pub originals: bool,
    /// With --profile full: hold hashes in the place of the originals
    #[arg(long)]
    pub hashes_only: bool,
    /// Under pseudonyms: make these files for other programs for this release, and put them in; several by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FORMAT")]
    pub to: Vec<super::ExportTo>,
    /// Private key of OpenSSH that signs; or a .pub file whose private half an agent or a piece of hardware holds
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// Name of the release: the same name gives the same pseudonyms again, another name others. Counted where not given
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// Encrypt the ZIP with age for this public key (age1…); may be given several times. Needed where names leave the case,
    /// together with --user and --reason, which the ledger keeps
    #[arg(long, value_name = "RECIPIENT")]
    pub encrypt_to: Vec<String>,
    /// Why names leave the case; for the ledger
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
    /// Put the answer of a time-stamping authority (RFC 3161) beside the bundle that --output names, if it fits
    #[arg(
        long,
        value_name = "ANSWER.tsr",
        requires = "output",
        conflicts_with_all = ["zip", "to", "originals", "hashes_only", "sign", "release", "encrypt_to", "reason"]
    )]
    pub time_stamp: Option<PathBuf>,
    /// With --time-stamp: root certificates that the authority is trusted by (PEM)
    #[arg(long, value_name = "PEM", requires = "time_stamp")]
    pub roots: Option<PathBuf>,
}

/// What a bundle is checked against.
#[derive(Args, Debug, Clone)]
pub struct Checked {
    /// The signer's public key (OpenSSH, as in id_ed25519.pub); several lines are several keys, each of which counts
    #[arg(long, value_name = "PUBKEY")]
    pub signer: Option<PathBuf>,
    /// Root certificates that time-stamping authorities are trusted by (PEM)
    #[arg(long, value_name = "PEM")]
    pub roots: Option<PathBuf>,
    /// Day on which certificates must still be valid, as in 2026-01-31; today where not given
    #[arg(long, value_name = "DAY", value_parser = super::day)]
    pub as_of: Option<Date>,
}

#[derive(Args, Debug)]
pub struct Verify {
    /// The bundle: its folder, or a ZIP of it
    pub path: PathBuf,
    #[command(flatten)]
    pub checked: Checked,
}

#[derive(Args, Debug)]
pub struct Replay {
    /// The bundle: its folder, or a ZIP of it
    pub path: PathBuf,
    /// Folder with the originals, which are found by their SHA-256: for a bundle that holds hashes alone
    #[arg(long, value_name = "DIR")]
    pub originals: Option<PathBuf>,
    /// Folder to work in, on a disk with room for the originals twice and the tables; what is made there goes again
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    #[command(flatten)]
    pub checked: Checked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BundleProfile {
    /// Pseudonyms for everybody (the default): the page, hashes of originals, no tables
    Pseudonymous,
    /// Names, originals, tables, decisions, ledger; stays inside the case, or leaves it encrypted
    Full,
    /// The page for the prosecution, and what pseudonymous holds
    Prosecution,
    /// The page for the defence, and what pseudonymous holds
    Defence,
    /// The page for an authority abroad, and what pseudonymous holds
    ForeignAuthority,
}
