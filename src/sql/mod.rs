//! The DataFusion session over a case: its tables, our table functions, parameters, printing, the shell.
//!
//! All async code of the project stays in here; callers get plain results. Nothing in here decides what a pattern or a
//! rule means, and nothing can write to the case: the session is read-only.

pub mod flows;
mod functions;
mod lists;
mod once;
mod parts;
pub mod print;
mod rewrite;
mod session;
pub mod shell;
mod stop;
mod views;

use thiserror::Error;

pub use functions::table_functions;
pub use rewrite::split_statements;
pub use session::{Limits, Session};
pub use stop::{Stop, Why};

/// Why a query gives no rows.
#[derive(Debug, Error)]
pub enum SqlError {
    /// The text is no SQL.
    #[error("SQL: {reason}{hint}")]
    Syntax { reason: String, hint: String },
    /// It asks for a table, column or function that is not there, or types do not fit.
    #[error("SQL: {reason}{hint}")]
    Plan { reason: String, hint: String },
    /// It would change something.
    #[error(
        "SQL: {statement} is refused: a case is read by SQL, never changed. Use the verbs of the command line, or write to a file with --format"
    )]
    ReadOnly { statement: String },
    /// It failed while running.
    #[error("SQL: {reason}{hint}")]
    Run { reason: String, hint: String },
    /// An argument of a table function is missing, unknown or out of range.
    #[error("{function}: argument {argument}: {reason}")]
    Argument {
        function: String,
        argument: String,
        reason: String,
    },
    /// A `$parameter` has no value.
    #[error("SQL: parameter ${name} has no value; give it with --param {name}=VALUE")]
    Parameter { name: String },
    /// Somebody asked to stop, or the time for it is up. Half a result would depend on the moment, so there is none.
    #[error("the query was ended before it was done; no rows are given")]
    Stopped,
}
