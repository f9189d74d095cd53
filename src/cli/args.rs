//! What can be typed. The words are a contract with those who script the tool.

mod bundles;
mod cases;
mod export;
mod parties;
mod safety;
mod tracing;

use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory, Parser, Subcommand, ValueEnum};

pub use self::bundles::{Bundle, BundleProfile, Checked, Replay, Verify};
pub use self::cases::{CaseVerb, CaseVerbs, Erase, Merge, Prefer, Retention, SourceVerb, SourceVerbs};
pub use self::export::{Export, ExportTo};
pub use self::parties::{Owners, Resolve};
pub use self::safety::{Category, Leads, Show, StatisticsBy, StatisticsOf, StatisticsVerb, Unmask};
pub use self::tracing::{Gain, Interest, Trace};
use super::watch::TimeLimit;
use crate::model::Date;
use crate::sql::print::OutputFormat;

/// Seized bank and payment records into evidence.
///
/// Start with `geldspoor investigate FOLDER`: it makes a case, takes the files in, checks whether the records prove
/// themselves, looks for patterns and writes a page in which every figure is cited to file, line and bytes.
#[derive(Parser, Debug)]
#[command(
    name = "geldspoor",
    version,
    max_term_width = 100,
    subcommand_value_name = "VERB",
    subcommand_help_heading = "Verbs"
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

/// The command line. What the environment gives is no part of a usage line: nobody typed it, nor has to.
pub fn command() -> Command {
    let mut command = Arguments::command();
    command.build();
    with_usage(command)
}

fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let names: Vec<String> = command
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, with_usage);
    }
    command.override_usage(usage.trim_start_matches("Usage:").trim().to_owned())
}

/// What every verb takes.
#[derive(Args, Debug, Clone)]
pub struct Global {
    /// Folder of the case; without it the nearest folder upward that holds case.toml
    #[arg(
        short = 'C',
        long = "case",
        value_name = "CASE",
        env = "GELDSPOOR_CASE",
        hide_env_values = true,
        global = true
    )]
    pub case: Option<PathBuf>,
    /// Threads to work with; all cores where not given. Results do not depend on it
    #[arg(long, value_name = "N", global = true)]
    pub threads: Option<usize>,
    /// Memory that queries may hold before they spill to disk, as in 10g or 512m
    #[arg(long, value_name = "SIZE", global = true)]
    pub memory_limit: Option<String>,
    /// No network (the tool never uses one; the flag is for scripts that want to say so)
    #[arg(long, global = true)]
    pub offline: bool,
    /// Who runs the command, for the ledger; the system's user name where not given
    #[arg(
        long,
        value_name = "NAME",
        env = "GELDSPOOR_USER",
        hide_env_values = true,
        global = true
    )]
    pub user: Option<String>,
    /// Why the records are consulted, for the ledger; the case's purpose where not given
    #[arg(
        long,
        value_name = "TEXT",
        env = "GELDSPOOR_PURPOSE",
        hide_env_values = true,
        global = true
    )]
    pub purpose: Option<String>,
    /// Folder of the pseudonym keys, outside of any case
    #[arg(
        long,
        value_name = "DIR",
        env = "GELDSPOOR_KEYS",
        hide_env_values = true,
        global = true
    )]
    pub keys: Option<PathBuf>,
    /// Print only what was asked for, no messages
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// The main job in one go: case, intake, check, detect, trace where claims are given, report
    Investigate(Investigate),
    /// Start a case; two into one; how long one is kept; erase one
    Case(CaseVerb),
    /// Take a source out of use, and put it back
    Source(SourceVerb),
    /// Take files in: hash, keep, open archives and workbooks, detect the format, read, cite, reject
    #[command(
        after_help = "ZIP archives, gzip, workbooks (XLSX, XLS, ODS) and Parquet are opened; what is in them are sources of \
                            their own. A long intake is committed in portions: killed, it goes on where it was when it is \
                            run again."
    )]
    Intake(Intake),
    /// How delimited files are read
    Mapping(MappingVerb),
    /// Does the record prove itself: balances, gaps, missing accounts; what to request next
    Check(Check),
    /// Who is who: records of one party linked, each link explained, and a person's word on it
    #[command(
        after_help = "Records are linked by identifiers, then by weighed evidence; never by a name alone. Decisions name \
                            mentions, so they hold when records are taken in again; `geldspoor decisions undo` takes one back."
    )]
    Resolve(Resolve),
    /// Who owns and controls an entity, through every chain
    Owners(Owners),
    /// Patterns and rule packs into findings
    Detect(Detect),
    /// Where claimed money went, under every legal method side by side
    #[command(
        after_help = "Claims given take the place of those that stand; without any, those that stand are traced again. They are \
                            a decision: `geldspoor decisions list` shows it, `decisions undo` takes it back."
    )]
    Trace(Trace),
    /// Set the category of a party, or show what was set: a person's decision
    Category(Category),
    /// Confirm or dismiss a finding: a person's judgement
    Finding(FindingVerb),
    /// What people decided, and taking it back
    Decisions(DecisionsVerb),
    /// The key of the pseudonyms, kept outside the case
    Key(KeyVerb),
    /// One thing, with everything cited down to the bytes
    Show(Show),
    /// Ask in SQL: a statement, a file, or a shell
    #[command(
        after_help = "Tables are as the records have them. entries_masked and accounts_masked are entries and accounts with \
                            rows of special categories (Directive (EU) 2016/680 Art. 10) masked, as show and the page have them."
    )]
    Sql(Sql),
    /// A named query
    Query(Query),
    /// The page, for whoever will read it
    #[command(
        after_help = "Before anything is written, all of it is looked through for names, numbers, telephones, e-mail and \
                            addresses of protected persons: victims, witnesses, children, holders of accounts that may be \
                            under another's control, and everybody on whom nobody decided. A hit ends with code 7, names \
                            file and place, and writes nothing. Every profile but statistics quotes amounts with their days: \
                            a finding without its entries is no evidence. In statistics they block too."
    )]
    Report(Report),
    /// The case into files that other programmes open
    #[command(
        after_help = "Every row goes out, under pseudonyms and with signs in the place of ids, which are the same in every file \
                            of one release. Movements, balances and findings of people who are or may be victims, and of \
                            children, are withheld, and each file says how many rows that are. All is looked through as with \
                            report before any of it is written; several files reach their place together or not at all."
    )]
    Export(Export),
    /// Evidence that a stranger can check and repeat: a BagIt bag, signed with an SSH key
    #[command(after_help = bundles::OF_BUNDLE)]
    Bundle(Bundle),
    /// Check a bundle with nothing but the bundle and the signer's public key: one line a check
    #[command(after_help = bundles::OF_VERIFY)]
    Verify(Verify),
    /// Compute a bundle again from its originals and compare every byte, naming the first difference of each file
    #[command(after_help = bundles::OF_REPLAY)]
    Replay(Replay),
    /// People whom a victim service should look at: leads for protection, apart from everything else
    Leads(Leads),
    /// Counts by form of exploitation, category and route, in which nobody is singled out
    #[command(
        after_help = "A count of a few is marked (<5), and so is every total that it is part of (—), so that nobody who knows \
                            the rule can compute it. Everybody counts once. Nationality is no category. Give out one table of a \
                            case: several can be set against each other."
    )]
    Statistics(StatisticsVerb),
    /// Who did what, unbroken
    Ledger(LedgerVerb),
    /// Synthetic cases with ground truth
    Simulate(Simulate),
    /// Completion for a shell
    Completions {
        /// bash, zsh, fish, elvish or powershell
        shell: clap_complete::Shell,
    },
}

/// What a case is about.
#[derive(Args, Debug, Clone)]
pub struct About {
    /// The authority's own reference
    #[arg(long, value_name = "R")]
    pub reference: Option<String>,
    /// Who investigates
    #[arg(long, value_name = "A", default_value = "")]
    pub authority: String,
    /// Currency in which thresholds are meant
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub currency: String,
    /// Time zone of the office
    #[arg(long, value_name = "ZONE", default_value = "Europe/Brussels")]
    pub time_zone: String,
    /// Legal order of the proceedings, as in NL or BE
    #[arg(long, value_name = "CODE", default_value = "")]
    pub legal_order: String,
    /// Language of the titles and explanations of findings; language in case.toml, under [case], changes it
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub language: Language,
    /// Handling marking printed on every page
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub handling: String,
}

/// Where a delivery comes from.
#[derive(Args, Debug, Clone)]
pub struct From {
    /// Mapping for delimited files: the id of a built-in one, or a TOML file; found by the header where not given
    #[arg(long, value_name = "ID|FILE")]
    pub mapping: Option<String>,
    /// Account of every line, for mappings whose files do not name it; else the IBAN in the file's name
    #[arg(long, value_name = "NUMBER", default_value = "", hide_default_value = true)]
    pub account: String,
    /// Who handed the files over
    #[arg(long, value_name = "X", default_value = "")]
    pub received_from: String,
    /// Reference of the order that the delivery answers
    #[arg(long, value_name = "R", default_value = "")]
    pub order_reference: String,
}

#[derive(Args, Debug)]
pub struct Investigate {
    /// Files and folders as received
    #[arg(required = true, value_name = "SOURCES")]
    pub sources: Vec<PathBuf>,
    /// Folder of the case to make, or of one to go on with
    #[arg(short, long, value_name = "CASE")]
    pub output: Option<PathBuf>,
    /// Give up a rule or pattern that takes longer than this (10min, 90s), as in detect
    #[arg(long, value_name = "TIME")]
    pub time_limit: Option<TimeLimit>,
    /// Claims to trace, as in trace
    #[arg(long, value_name = "FILE")]
    pub claims: Option<PathBuf>,
    #[command(flatten)]
    pub about: About,
    #[command(flatten)]
    pub from: From,
}

#[derive(Args, Debug)]
pub struct Intake {
    /// Files and folders as received
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub from: From,
    /// Say how each file would be read, and what archives and workbooks hold, and write nothing into the case
    #[arg(long)]
    pub dry_run: bool,
    /// The file that these were made from by hand (a PDF, a photo): its path, its name as taken in, or its SHA-256
    #[arg(
        long,
        value_name = "FILE|SHA256",
        default_value = "",
        hide_default_value = true
    )]
    pub made_from: String,
}

#[derive(Args, Debug)]
pub struct MappingVerb {
    #[command(subcommand)]
    pub verb: MappingVerbs,
}

#[derive(Subcommand, Debug)]
pub enum MappingVerbs {
    /// The built-in mappings
    List,
    /// Every key of a mapping, with an example
    Keys,
    /// Print a built-in mapping, to start one of your own
    Show {
        /// As `mapping list` names it
        id: String,
    },
    /// Propose a mapping for a file that none knows, with the reason for each choice and every doubt
    Propose {
        file: PathBuf,
        /// Sheet of a workbook, or file in an archive; the one with most records where not given
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// TOML file to write; printed where not given
        #[arg(short, long, value_name = "FILE.toml")]
        output: Option<PathBuf>,
    },
    /// Read a file with a mapping: first rows, sums, days, balances, rejects; writes nothing
    Check {
        file: PathBuf,
        /// Id of a built-in mapping, or a TOML file
        mapping: String,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Args, Debug)]
pub struct Check {
    /// End with code 4 where a statement does not reconcile
    #[arg(long)]
    pub strict: bool,
    /// List every statement, those that are verified among them
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct Detect {
    /// Only these rules, each by its number or by the name that --list gives; several with commas between, or the option
    /// again
    #[arg(long = "rule", value_name = "ID", value_delimiter = ',')]
    pub rules: Vec<String>,
    /// Patterns: search only what is new since this day (as in 2026-01-31) and take what was found before from the last
    /// run; the result is that of a full run
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub since: Option<Date>,
    /// Patterns between accounts, or between parties: a party then stands in the place of the accounts that it alone holds
    #[arg(long, value_enum, default_value_t = Level::Account)]
    pub level: Level,
    /// Give up a rule or pattern that takes longer than this (10min, 90s): nothing of it is listed, the others go on. What
    /// ends in time depends on the machine; a bound that cuts at the same place everywhere is max_steps in case.toml
    #[arg(long, value_name = "TIME")]
    pub time_limit: Option<TimeLimit>,
    /// List the rules and patterns, running nothing
    #[arg(long)]
    pub list: bool,
    /// Check the rule packs themselves, running nothing
    #[arg(long)]
    pub lint: bool,
    /// Say what a rule (by its number or name) looks for, why, its parameters, and what may explain a hit innocently
    #[arg(long, value_name = "ID")]
    pub explain: Option<String>,
    /// End with code 1 where something was found
    #[arg(long)]
    pub fail_on: bool,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct FindingVerb {
    #[command(subcommand)]
    pub verb: FindingVerbs,
}

#[derive(Subcommand, Debug)]
pub enum FindingVerbs {
    /// A person agrees with it
    Confirm {
        /// Id of the finding (f-…), as `geldspoor detect` lists them
        id: String,
        /// Why; others must be able to judge it
        #[arg(long, value_name = "T")]
        reason: String,
    },
    /// A person has another explanation
    Dismiss {
        /// Id of the finding (f-…), as `geldspoor detect` lists them
        id: String,
        /// The other explanation; others must be able to judge it
        #[arg(long, value_name = "T")]
        reason: String,
    },
}

#[derive(Args, Debug)]
pub struct DecisionsVerb {
    #[command(subcommand)]
    pub verb: DecisionsVerbs,
}

#[derive(Subcommand, Debug)]
pub enum DecisionsVerbs {
    /// Every decision, the undone ones among them
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Take one back; it stays in the record
    Undo {
        /// Id of the decision, as `geldspoor decisions list` gives them
        id: String,
        /// Why; others must be able to judge it
        #[arg(long, value_name = "T")]
        reason: String,
    },
}

#[derive(Args, Debug)]
pub struct KeyVerb {
    #[command(subcommand)]
    pub verb: KeyVerbs,
}

#[derive(Subcommand, Debug)]
pub enum KeyVerbs {
    /// Make the key of this case's pseudonyms (a report makes it too where there is none)
    New,
    /// Where the key lies
    Path,
    /// Put a fresh key in its place: pages made from now on have other pseudonyms. The key before is kept beside it
    Rotate,
}

#[derive(Args, Debug)]
pub struct Sql {
    /// A statement; may be given several times
    #[arg(short, long, value_name = "SQL")]
    pub command: Vec<String>,
    /// A file of statements
    #[arg(short, long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Give up a statement that takes longer than this (10min, 90s) and end with 6
    #[arg(long, value_name = "TIME")]
    pub time_limit: Option<TimeLimit>,
    #[command(flatten)]
    pub parameters: Parameters,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug)]
pub struct Query {
    /// Name of the query
    pub name: Option<String>,
    /// List the named queries
    #[arg(long)]
    pub list: bool,
    /// Rows to print at most; 100 on the screen where not given, all in other formats
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub parameters: Parameters,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Args, Debug, Clone)]
pub struct Parameters {
    /// Value of a $parameter
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
}

#[derive(Args, Debug, Clone)]
pub struct Format {
    /// How rows are printed
    #[arg(long, value_enum, default_value_t = FormatName::Table)]
    pub format: FormatName,
    /// Write to a file instead of the screen; its extension names the format where none is given
    #[arg(long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Report {
    /// Folder for the page; exports/ of the case where not given
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Who will read it
    #[arg(long, value_enum, default_value_t = Profile::Pseudonymous)]
    pub profile: Profile,
    /// Language of the page; that of the case where not given. In another language than the case's, the page is called
    /// report-nl.html or report-en.html and alike
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// Name of the release: the same name gives the same pseudonyms again, another name others. Counted where not given
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// With --profile full and --output: public key (age1…) of whoever will read it; may be given several times. Goes with
    /// --user and --reason, which the ledger keeps
    #[arg(long, value_name = "RECIPIENT")]
    pub encrypt_to: Vec<String>,
    /// The same page as PDF beside it: tagged for readers that speak (PDF/UA-1), on A4
    #[arg(long)]
    pub pdf: bool,
    /// With --pdf: a font file (.ttf, .otf, .ttc) for letters that the tool's own fonts do not have; may be given several
    /// times. Without it such letters stand as their numbers, [U+4E2D]
    #[arg(long, value_name = "FILE", requires = "pdf")]
    pub font: Vec<PathBuf>,
    #[command(flatten)]
    pub unmask: Unmask,
}

#[derive(Args, Debug)]
pub struct LedgerVerb {
    #[command(subcommand)]
    pub verb: Option<LedgerVerbs>,
    /// Show commands as typed, names of protected persons among them; the ledger says who looked
    #[arg(long)]
    pub names: bool,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Subcommand, Debug)]
pub enum LedgerVerbs {
    /// Find a changed, dropped, reordered or cut-off line
    Verify,
}

#[derive(Args, Debug)]
pub struct Simulate {
    /// Folder to write into; must not exist or be empty
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// The same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// About how many transfers, from a thousand to a hundred million
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub transfers: u64,
    /// No case, but so many records of people and companies as several offices keep them, and who is who
    #[arg(long, value_name = "N", conflicts_with_all = ["transfers", "scenario", "statements_as", "statement_households"])]
    pub people: Option<u64>,
    /// What happens in the case: mixed, labour, sexual, lawful (laundering around one network); sexual-network,
    /// labour-network, begging, forced-crime, child, all-forms (forms of exploitation, one by one or all, among many
    /// lawful people who look alike); look-alikes (those lawful people alone)
    #[arg(long, value_name = "NAME", default_value = "mixed")]
    pub scenario: String,
    /// Write every bank's statements in one format: camt.053.001.02, camt.053.001.08, mt940-nl, mt940-de, ing-nl,
    /// rabobank, geldspoor-entries or geldspoor-entries-cards
    #[arg(long, value_name = "FORMAT")]
    pub statements_as: Option<String>,
    /// How many households are delivered as statements at most; the others stand in the listing
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub statement_households: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    Table,
    Csv,
    Tsv,
    Json,
    Ndjson,
    Markdown,
    Parquet,
    Xlsx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    En,
    Nl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Account,
    Party,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Pseudonyms for everybody (the default)
    Pseudonymous,
    /// Names; stays inside the case, or leaves it encrypted
    Full,
    /// Names of persons under serious grounds or convicted, and of companies; pseudonyms for all others
    Prosecution,
    /// As prosecution, without leads for protection, with every dismissed finding
    Defence,
    /// As prosecution, with a note on how far the data can be relied on
    ForeignAuthority,
    /// Counts alone, small ones withheld; no amount and no day
    Statistics,
}

impl FormatName {
    /// The library's word for the typed one.
    /// The format that a file's extension names.
    pub fn of_file(path: &Path) -> Option<FormatName> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        Some(match extension.as_str() {
            "csv" => FormatName::Csv,
            "tsv" => FormatName::Tsv,
            "json" => FormatName::Json,
            "ndjson" | "jsonl" => FormatName::Ndjson,
            "md" => FormatName::Markdown,
            "parquet" => FormatName::Parquet,
            "xlsx" => FormatName::Xlsx,
            _ => return None,
        })
    }

    pub fn resolved(self) -> OutputFormat {
        match self {
            FormatName::Table => OutputFormat::Table,
            FormatName::Csv => OutputFormat::Csv,
            FormatName::Tsv => OutputFormat::Tsv,
            FormatName::Json => OutputFormat::Json,
            FormatName::Ndjson => OutputFormat::Ndjson,
            FormatName::Markdown => OutputFormat::Markdown,
            FormatName::Parquet => OutputFormat::Parquet,
            FormatName::Xlsx => OutputFormat::Xlsx,
        }
    }
}

fn day(text: &str) -> Result<Date, String> {
    let day = text.parse().map(Date::from_civil);
    day.map_err(|_| "a day is written as 2026-01-31".to_owned())
}
