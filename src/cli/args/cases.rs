//! What can be typed behind `case` and `source`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{About, Format, day};
use crate::model::Date;

#[derive(Args, Debug)]
pub struct CaseVerb {
    #[command(subcommand)]
    pub verb: CaseVerbs,
}

#[derive(Subcommand, Debug)]
pub enum CaseVerbs {
    /// Make the folder of a new case
    New {
        /// A folder that does not exist yet, or is empty
        directory: PathBuf,
        #[command(flatten)]
        about: About,
    },
    /// What the case holds
    Show,
    /// Two cases of a joint team into a new one; neither is changed
    #[command(
        after_help = "Sources of both are taken over by their SHA-256, a file that both have once, with who handed it over to each. \
                            Decisions keep author, time, reason and the case they come from. Both ledgers are verified and kept whole. \
                            Where people decided differently both decisions stay, and what protects most holds until somebody decides: \
                            a victim before anybody else, never one party before one party. The strictest handling and the earliest \
                            retention hold. Pages of the old cases are not taken over, and the new case gets a key of its own. \
                            Afterwards run check, detect, trace where something is claimed, and report."
    )]
    Merge(Merge),
    /// How long the case is kept and when that is looked at again; without options, what stands
    #[command(
        after_help = "A person's decision, kept with author, time and reason (Directive (EU) 2016/680 Art. 5). Once a day is past \
                            every command says so. Nothing is erased by itself."
    )]
    Retention(Retention),
    /// Erase the case, or one source of it, and leave a certificate of what was erased
    #[command(
        after_help = "Originals, tables, exports, decisions, ledger, cache and the key of the pseudonyms are written over and \
                            removed; then the folder is read again, and only where nothing is left a certificate is written, as JSON \
                            and as text. Cut off, the case opens for nothing else, and the same command goes on. Links are removed, \
                            what they lead to is not touched. Backups, and what left the case, are not reached: the certificate says \
                            so and lists what left."
    )]
    Erase(Erase),
}

#[derive(Args, Debug)]
pub struct Merge {
    /// Folder of the first case
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// Folder of the second case
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// Folder of the new case: does not exist yet, or is empty
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Reference of the new case, another than those of both
    #[arg(long, value_name = "R")]
    pub reference: String,
    /// Who investigates; both authorities where not given
    #[arg(long, value_name = "A")]
    pub authority: Option<String>,
    /// Whose word counts where the cases differ in what is computed with: parameters, rules and lexicons of the office,
    /// currency, time zone, legal order, language, how a file was read. Without it such cases are refused with the list
    #[arg(long, value_enum, value_name = "WHICH")]
    pub prefer: Option<Prefer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Prefer {
    First,
    Second,
}

#[derive(Args, Debug)]
pub struct Retention {
    /// Day until which the case may be kept, as in 2031-12-31; nothing is erased by itself
    #[arg(long, value_name = "DAY", value_parser = day, requires = "reason")]
    pub until: Option<Date>,
    /// Day on which the need to keep it is looked at again
    #[arg(long, value_name = "DAY", value_parser = day, requires = "reason")]
    pub review: Option<Date>,
    /// The rule that the days follow from; the one that stands where not given
    #[arg(long, value_name = "TEXT", requires = "reason")]
    pub legal_basis: Option<String>,
    /// Why; others must be able to judge it
    #[arg(long, value_name = "T")]
    pub reason: Option<String>,
}

#[derive(Args, Debug)]
pub struct Erase {
    /// Why; needed unless an erasure goes on that was cut off
    #[arg(long, value_name = "T")]
    pub reason: Option<String>,
    /// The reference of the case, typed
    #[arg(long, value_name = "REFERENCE")]
    pub confirm: String,
    /// The rule that asks for it; that of the retention where not given
    #[arg(long, value_name = "TEXT")]
    pub legal_basis: Option<String>,
    /// One source alone, with what was found in it: its SHA-256, the first digits of it, or its name
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Erase too what somebody put into the folder of the case
    #[arg(long)]
    pub foreign: bool,
    /// Leave the key of the pseudonyms, as where another copy of the case is kept, or a case with the same reference and
    /// authority, which goes by the same key
    #[arg(long)]
    pub keep_key: bool,
    /// Folder for the certificate; the emptied folder where not given
    #[arg(long, value_name = "DIR")]
    pub certificate: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct SourceVerb {
    #[command(subcommand)]
    pub verb: SourceVerbs,
}

#[derive(Subcommand, Debug)]
pub enum SourceVerbs {
    /// Every source, with who took it out of use, when and why
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Take a source out of use (privileged, outside the order): nothing of it is in any table, finding or page from then on
    #[command(
        after_help = "What was found in it, made from it or read together with it goes with it. What was derived is gone until \
                            check, detect, trace and report have run again. The file and the ledger stay."
    )]
    Withdraw {
        /// Its SHA-256, eight or more of the first digits of it, or its name as received
        id: String,
        /// Why; others must be able to judge it
        #[arg(long, value_name = "T")]
        reason: String,
    },
    /// Put it back into use
    Restore {
        /// Its SHA-256, eight or more of the first digits of it, or its name as received
        id: String,
        /// Why; others must be able to judge it
        #[arg(long, value_name = "T")]
        reason: String,
    },
}
