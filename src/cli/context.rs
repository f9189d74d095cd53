//! What a verb works with: the case, who asks and why, limits, where messages go; and how a failure is shown.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};

use datafusion::arrow::array::RecordBatch;

use super::args::{Format, FormatName, Global};
use crate::bundle::BundleError;
use crate::case::{Actor, Case, CaseError, Step, Table};
use crate::export::ExportError;
use crate::intake::IntakeError;
use crate::model::Date;
use crate::sql::print::{self, OutputFormat, PrintError};
use crate::sql::{Limits, Session, SqlError};
use crate::steps;
use crate::steps::release::Guard;

/// The global options, resolved.
pub struct Context {
    global: Global,
    /// The case, where a command that does not name it would not find it.
    named: OnceLock<PathBuf>,
    /// Whom a person decided to protect in the case that is open: kept out of messages, read when the first is shown.
    guard: OnceLock<Option<Guard>>,
    /// The folder of that case.
    guarded: OnceLock<PathBuf>,
    pub limits: Limits,
    pub user: String,
    pub quiet: bool,
    pub verbose: bool,
}

/// Why a command ends without doing its work, with the exit code of `cli.md`.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    text: String,
    broken_pipe: bool,
}

/// Exit codes that a verb can choose.
pub mod code {
    /// Findings, with `--fail-on`.
    pub const FINDINGS: u8 = 1;
    pub const USAGE: u8 = 2;
    pub const INPUT: u8 = 3;
    /// A record does not reconcile, with `--strict`.
    pub const DISCREPANCY: u8 = 4;
    /// Verification failed.
    pub const VERIFICATION: u8 = 5;
    /// A release was blocked to protect somebody.
    pub const BLOCKED: u8 = 7;
    pub const LOCKED: u8 = 8;
    /// What was asked for did not end within its budget of time.
    pub const BUDGET: u8 = 6;
    /// A fault of ours.
    pub const FAULT: u8 = 70;
    /// Ctrl-C, as shells count it: 128 and the number of the signal.
    pub const INTERRUPTED: u8 = 130;
}

/// What the ledger says where nobody gave a name.
const UNKNOWN_USER: &str = "unknown";

impl Context {
    pub fn new(global: &Global) -> Result<Context, Failure> {
        let mut limits = Limits::default();
        if let Some(threads) = global.threads {
            if threads == 0 {
                return Err(Failure::usage("--threads 0: at least one thread is needed"));
            }
            limits.threads = threads;
            // Fails only where a pool exists already, which then was made with the same number.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build_global();
        }
        if let Some(text) = &global.memory_limit {
            limits.memory = memory(text)?;
        }
        let user = global
            .user
            .clone()
            .or_else(system_user)
            .unwrap_or_else(|| UNKNOWN_USER.to_owned());
        Ok(Context {
            global: global.clone(),
            named: OnceLock::new(),
            guard: OnceLock::new(),
            guarded: OnceLock::new(),
            limits,
            user,
            quiet: global.quiet,
            verbose: global.verbose,
        })
    }

    /// The case named by -C or GELDSPOOR_CASE, or the nearest one upward.
    pub fn open(&self) -> Result<Case, Failure> {
        let case = match &self.global.case {
            Some(root) => {
                // What stands in the environment holds for the next command as well.
                if std::env::var_os("GELDSPOOR_CASE").is_none_or(|set| set != *root.as_os_str()) {
                    self.works_in(root);
                }
                Case::open(root)?
            }
            None => Case::discover(Path::new("."))?,
        };
        self.guards(&case);
        self.beware_retention(&case);
        Ok(case)
    }

    /// The case that was named by -C or GELDSPOOR_CASE; nothing where none was.
    pub fn open_named(&self) -> Result<Option<Case>, Failure> {
        match self.global.case {
            Some(_) => self.open().map(Some),
            None => Ok(None),
        }
    }

    /// The folder of the case, where it need not open: because it is being erased.
    pub fn root(&self) -> Result<PathBuf, Failure> {
        match &self.global.case {
            Some(root) => {
                self.works_in(root);
                Ok(root.clone())
            }
            None => Ok(Case::root_of(Path::new("."))?),
        }
    }

    /// Says where the day is past until which a case was to be kept, or looked at again.
    pub fn beware_retention(&self, case: &Case) {
        static SAID: Once = Once::new();
        // A decision that does not read says so where it is asked for.
        if let Ok(Some((retention, _))) = steps::retention(case)
            && let Some(said) = retention.warning(today())
        {
            SAID.call_once(|| self.say(said));
        }
    }

    /// Keeps whom a person decided to protect out of messages: what a terminal shows ends up in logs and mails.
    pub fn guards(&self, case: &Case) {
        let _ = self.guarded.set(case.root().to_owned());
    }

    fn guarded(&self, text: String) -> String {
        let Some(root) = self.guarded.get() else {
            return text;
        };
        // A case whose tables do not read says so where they are read.
        let read = || Guard::of_decided(&Case::open(root).ok()?).ok()?;
        match self.guard.get_or_init(read) {
            Some(guard) => guard.withhold(&text),
            None => text,
        }
    }

    /// Remembers the case, so that commands in messages name it.
    pub fn works_in(&self, root: &Path) {
        let _ = self.named.set(root.to_owned());
    }

    /// A text whose commands name the case.
    pub fn in_case(&self, text: &str) -> String {
        match self.named.get() {
            Some(root) => in_case(text, root),
            None => text.to_owned(),
        }
    }

    /// A session over a case; says where what it derives is older than its records.
    pub fn session(&self, case: &Case) -> Result<Session, Failure> {
        if case.manifest().rows(Table::Sources) > 0
            && let Some(said) = steps::stale(case, Step::Check)
        {
            self.say(format_args!("beware: {said}"));
        }
        if case.manifest().rows(Table::Lots) > 0
            && let Some(said) = steps::stale(case, Step::Trace)
        {
            self.say(format_args!("beware: {said}"));
        }
        Ok(Session::open(case, self.limits)?)
    }

    /// Says where the table of findings holds those of some rules alone.
    pub fn beware_part(&self, case: &Case) {
        let rules = case.manifest().in_part(Step::Detect);
        if !rules.is_empty() {
            self.say(format_args!(
                "beware: the table of findings holds those of {} alone, until `geldspoor detect` runs whole",
                rules.join(", ")
            ));
        }
    }

    /// Who acts, for the ledger, with the command as typed.
    pub fn actor(&self) -> Actor {
        static SAID: Once = Once::new();
        if self.user == UNKNOWN_USER && !self.quiet {
            SAID.call_once(|| {
                eprintln!("no user name is known, so the ledger says ‘unknown’; give one with --user NAME");
            });
        }
        let typed: Vec<String> = std::env::args().skip(1).collect();
        Actor {
            user: self.user.clone(),
            purpose: self.global.purpose.clone().unwrap_or_default(),
            command: typed.join(" "),
        }
    }

    /// Who decides. A decision about a person is never nobody's.
    pub fn decider(&self) -> Result<&str, Failure> {
        if self.user == UNKNOWN_USER {
            return Err(Failure::usage(
                "a decision carries the name of who made it, and none is known: give it with --user NAME",
            ));
        }
        Ok(&self.user)
    }

    /// Who answers for what the tool would not do by itself: named on the command line or for it, never guessed.
    pub fn named(&self) -> Option<&str> {
        self.global
            .user
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    /// The folder of the pseudonym keys: --keys, or the user's own data folder.
    pub fn keys(&self) -> Result<PathBuf, Failure> {
        if let Some(keys) = &self.global.keys {
            return Ok(keys.clone());
        }
        Ok(data_folder()?.join("keys"))
    }

    /// A line for the person, on stderr.
    pub fn say(&self, text: impl fmt::Display) {
        if !self.quiet {
            let text = self.guarded(self.in_case(&text.to_string()));
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        }
    }

    /// A line for the person who asked for more.
    pub fn detail(&self, text: impl fmt::Display) {
        if self.verbose {
            self.say(text);
        }
    }

    /// Prints rows where and how they were asked for.
    pub fn rows(&self, batches: &[RecordBatch], format: &Format) -> Result<(), Failure> {
        let mut resolved = format.format.resolved();
        if let Some(path) = &format.output {
            if format.format == FormatName::Table
                && let Some(named) = FormatName::of_file(path)
            {
                resolved = named.resolved();
            }
            print::write_file(batches, resolved, path)?;
            self.say(format_args!("written to {}", path.display()));
            return Ok(());
        }
        if matches!(resolved, OutputFormat::Parquet | OutputFormat::Xlsx) {
            let name = if resolved == OutputFormat::Parquet {
                "parquet"
            } else {
                "xlsx"
            };
            return Err(Failure::usage(&format!(
                "--format {name} is written to a file: add --output PATH"
            )));
        }
        let mut out = std::io::stdout().lock();
        print::print(batches, resolved, &mut out)?;
        Ok(())
    }
}

/// The day by the clock, in UTC.
fn today() -> Date {
    let days = jiff::Timestamp::now().as_second().div_euclid(86_400);
    Date(i32::try_from(days).unwrap_or(i32::MAX))
}

/// Verbs that work in a case.
const IN_CASE: [&str; 18] = [
    "export",
    "bundle",
    "source",
    "leads",
    "statistics",
    "intake",
    "check",
    "detect",
    "trace",
    "category",
    "finding",
    "decisions",
    "key",
    "show",
    "sql",
    "query",
    "report",
    "ledger",
];

// Puts the case into the commands that a text names.
fn in_case(text: &str, root: &Path) -> String {
    const COMMAND: &str = "`geldspoor ";
    let root = root.display().to_string();
    let plain = root
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '-' | '_' | ':'));
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(COMMAND) {
        let (before, behind) = rest.split_at(at + COMMAND.len());
        out.push_str(before);
        let verb = behind.split([' ', '`']).next().unwrap_or_default();
        let is_of_case = ["case erase", "case retention"]
            .iter()
            .any(|verb| behind.starts_with(verb));
        if is_of_case || IN_CASE.contains(&verb) {
            out.push_str(&if plain {
                format!("-C {root} ")
            } else {
                format!("-C \"{root}\" ")
            });
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The user's own data folder for this tool.
pub fn data_folder() -> Result<PathBuf, Failure> {
    use etcetera::AppStrategy;
    let strategy = etcetera::choose_app_strategy(etcetera::AppStrategyArgs {
        top_level_domain: "eu".to_owned(),
        author: "geldspoor".to_owned(),
        app_name: "geldspoor".to_owned(),
    });
    strategy.map(|s| s.data_dir()).map_err(|e| {
        Failure::usage(&format!(
            "no home folder is known ({e}); name a folder for the pseudonym keys with --keys DIR"
        ))
    })
}

impl Failure {
    pub fn new(code: u8, text: impl fmt::Display) -> Failure {
        Failure {
            code,
            text: text.to_string(),
            broken_pipe: false,
        }
    }

    pub fn usage(text: &str) -> Failure {
        Failure::new(code::USAGE, text)
    }

    /// The same with commands that name the case.
    pub fn in_case(self, context: &Context) -> Failure {
        Failure {
            text: context.guarded(context.in_case(&self.text)),
            ..self
        }
    }

    pub fn code(&self) -> u8 {
        self.code
    }

    pub fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Failure {
            code: code::FAULT,
            text: error.to_string(),
            broken_pipe,
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Failure {
        let code = match &error {
            CaseError::Locked { .. } => code::LOCKED,
            CaseError::NotFound { .. }
            | CaseError::NotEmpty { .. }
            | CaseError::Newer { .. }
            | CaseError::Older { .. }
            | CaseError::BeingErased { .. }
            | CaseError::Decision(_) => code::USAGE,
            CaseError::Damaged { .. } => code::VERIFICATION,
            CaseError::Io { .. } => code::FAULT,
        };
        Failure::new(code, error)
    }
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Failure {
        let code = match &error {
            IntakeError::Store(_) => code::FAULT,
            IntakeError::Mapping { .. } | IntakeError::Origin { .. } => code::USAGE,
            _ => code::INPUT,
        };
        Failure::new(code, error)
    }
}

impl From<crate::steps::StepError> for Failure {
    fn from(error: crate::steps::StepError) -> Failure {
        use crate::steps::StepError;
        match error {
            StepError::Case(error) => error.into(),
            StepError::Intake(error) => error.into(),
            StepError::Sql(error) => error.into(),
            StepError::Stopped => Failure::new(code::INTERRUPTED, error),
            StepError::Blocked(error) => Failure::new(code::BLOCKED, error),
            StepError::Reconcile(error) => Failure::new(code::FAULT, error),
            StepError::Report(error) => Failure::new(code::FAULT, error),
            StepError::Export(error) => match error {
                ExportError::Profile(_) => Failure::new(code::USAGE, error),
                ExportError::Hash(_) => Failure::new(code::VERIFICATION, error),
                _ => Failure::new(code::FAULT, error),
            },
            StepError::Bundle(error) => error.into(),
            other => Failure::new(code::USAGE, other),
        }
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Failure {
        let code = match error {
            SqlError::Stopped => code::INTERRUPTED,
            _ => code::USAGE,
        };
        Failure::new(code, error)
    }
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Failure {
        let code = match &error {
            BundleError::Io { error, .. } if error.kind() != std::io::ErrorKind::NotFound => code::FAULT,
            BundleError::Io { .. } | BundleError::Missing { .. } | BundleError::Large { .. } => code::INPUT,
            BundleError::Zip(_) | BundleError::Ledger(_) => code::VERIFICATION,
            _ => code::USAGE,
        };
        Failure::new(code, error)
    }
}

impl From<PrintError> for Failure {
    fn from(error: PrintError) -> Failure {
        match error {
            PrintError::Io(error) => Failure::from(error),
            other => Failure::new(code::USAGE, other),
        }
    }
}

fn memory(text: &str) -> Result<usize, Failure> {
    let lower = text.trim().to_lowercase();
    let lower = lower.trim_end_matches('b');
    let (digits, unit) = match lower.char_indices().find(|(_, c)| !c.is_ascii_digit()) {
        Some((at, _)) => lower.split_at(at),
        None => (lower, ""),
    };
    let shift = match unit {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => {
            return Err(Failure::usage(&format!(
                "--memory-limit {text}: write a size as 512m or 10g"
            )));
        }
    };
    let bytes = digits
        .parse::<usize>()
        .ok()
        .and_then(|n| n.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if bytes >= 256 << 20 => Ok(bytes),
        Some(_) => Err(Failure::usage(&format!(
            "--memory-limit {text}: less than 256m is too little to work with"
        ))),
        None => Err(Failure::usage(&format!(
            "--memory-limit {text}: write a size as 512m or 10g"
        ))),
    }
}

fn system_user() -> Option<String> {
    ["USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_messages_name_the_case() {
        let text = "next: `geldspoor check`; `geldspoor mapping list`, `geldspoor sql -c \"SELECT 1\"`";
        assert_eq!(
            in_case(text, Path::new("a/b-1")),
            "next: `geldspoor -C a/b-1 check`; `geldspoor mapping list`, `geldspoor -C a/b-1 sql -c \"SELECT 1\"`"
        );
        assert_eq!(
            in_case("`geldspoor check`", Path::new("my case")),
            "`geldspoor -C \"my case\" check`"
        );
    }
}
