//! Rule packs: SQL files that look for one thing each, their linter, and the runner that turns rows into findings.
//!
//! Packs live in `queries/indicators/` and `queries/shells/` and are built in; a case's own folders of these names add to
//! them or take the place of one with the same id. Nothing here draws a page, writes a table, or knows a pack by name.
//!
//! # The form of a pack
//!
//! A pack begins with its header: comment lines `-- key: value` without a blank line between them. A line `--   text`
//! (three spaces or more) goes on with the value above it. The first line that is no comment ends the header; what
//! follows is one SQL query.
//!
//! | key | how often | what |
//! |---|---|---|
//! | `id` | once | `ML-01`; a case's pack with the id of a built-in one takes its place |
//! | `version` | once | changes whenever what the rule finds changes |
//! | `title`, `title[nl]` | once each | what the finding is called |
//! | `describes` | once | `controller`, `exploited`, `business`, `demand`, `network` or `account` |
//! | `form` | once | letters `S L B C K`, `*` for every form, `-` where it is no form of exploitation |
//! | `family` | once with a form | kind of evidence, as `wages`: indicators of one kind alone make no cluster |
//! | `strength` | at most once | `strong`: shows control by itself, so that one more indicator makes a cluster |
//! | `needs` | once or more | `table.column` list; without them the rule is not computable |
//! | `parameter` | as many as used | `name type default -- why`; type `number`, `decimal`, `text` or `interval` |
//! | `gap` | any | `condition -- what is missing -- what to request`: entries that the rule cannot judge |
//! | `lack` | any | `query -- what is missing -- what to request`: the query gives the `party_id` of parties that the rule cannot judge; null: it can judge nobody and is not run |
//! | `source` | once or more | where definition and figures come from |
//! | `explanation`, `explanation[nl]` | once each | template: `{measure}`, `{parameter}`, `{account}`, `{party}` |
//! | `innocent` | once or more | a lawful way in which the same rows come about |
//! | `gate` | at most once | `pass-through`: the control gate of [`crate::victims`] runs before anybody sees it |
//! | `control` | any | `measure -- why`: the measure that shows control by somebody else |
//!
//! `$name` in the query or in a gap stands for a parameter. A text parameter `currency` is the case's currency unless
//! a person gives another; amounts in other currencies are never compared with it.
//!
//! The query gives one row a finding: `account_id` and `party_id` (may be null), `from_time`, `to_time`, `entries`
//! (list of entry ids), and where it can `roles` (a list beside `entries`), `exit_account`, `time_precision` (else
//! dates count as days and times as seconds) and `sufficiency` (null: complete). What rests on records that are no
//! entries gives `records`, a list of places `source_id:start-end`; `entries` may then be left out. `others` lists
//! accounts that take part without being what the finding is about, so that whom a person protects is protected among
//! them; `through` lists accounts of whom the finding is about that the control gate looks at where no one account is
//! named. Every other column is a measure.
//! Measures are whole numbers, decimals, dates, times, texts or booleans, never floats.
//!
//! A session may compute a part of the query (`WITH`) that the query refers to more than once a single time: a query may
//! name what it needs twice instead of carrying it along.

mod builtin;
pub(crate) mod cells;
mod found;
mod lacks;
mod lint;
mod load;
mod pack;
mod remembered;
mod run;

pub use builtin::{SHARED_VIEW, VIEWS, builtin, builtin_functions};
pub use cells::CellError;
pub use lint::{LintFault, lint};
pub use load::{Loaded, built_in_texts, digests, load, load_functions};
pub use pack::{Column, Gap, Pack, PackError, Parameter, ParameterKind};
pub use run::{Language, NotComputable, RunError, RunOptions, RunResult, run, run_watched};

use datafusion::arrow::array::RecordBatch;

/// What rules ask a session of SQL over the case's tables. `crate::sql` implements it.
pub trait Query {
    /// Runs one query. Each parameter is the name that stands behind `$` and an SQL expression of literals alone
    /// (`5`, `CAST('0.15' AS DECIMAL(3,2))`, `'EUR'`, `INTERVAL '7 days'`), which takes the place of the name in the
    /// syntax tree. The error is a sentence.
    fn query(&self, sql: &str, parameters: &[(String, String)]) -> Result<Vec<RecordBatch>, String>;

    /// The columns of a table; none where the case has no such table.
    fn tables_columns(&self, table: &str) -> Vec<String>;
}

/// A text as an SQL literal.
pub fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
