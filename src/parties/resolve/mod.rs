//! Which records are one person or company, and why: linkage of records by weighed evidence.
//!
//! Here live the records as columns, the comparison of names, dates, numbers and addresses, what each agreement weighs
//! and how that is learned, which pairs are looked at, what becomes of a pair, the clusters and the households. What may
//! not live here: files, tables, SQL, printing, clocks, normal forms of names and numbers (texts come in normal form), and
//! anything about nationality, ethnicity, religion or sex.
//!
//! # How a pair is weighed
//!
//! Evidence is three-valued: it agrees (at one of several levels), disagrees, or is absent, and absent weighs nothing.
//! Each field adds log2(m / u) bits to the prior: `m` is how often records of one party come out at a level, `u` how
//! often records of two do. A value that many share weighs less, a rare one more; of names each word for itself, and of
//! two words that differ in a letter the rarer (two common words are two names, no misspelling). [`Explainer`] shows every
//! term.
//!
//! # What merges
//!
//! The posterior must reach the threshold, the names must agree in all their parts, and something must agree that is
//! neither name nor place nor address: a date of birth to the day (or day and month swapped), a number that few use, an identifier.
//! A name alone never merges, however rare. Nor does a shared number where the given names are an initial or a letter
//! apart and both in use, or too few records are there to tell: *Maria* and *Mario* of one house share phone and address.
//! An identifier of an identifying scheme merges by itself, unless dates of birth, kinds or names contradict it: then it
//! is a conflict that is reported. No cluster ever holds two records that rule each other out; a chain between them is
//! cut at its weakest link, and that is reported too. Who fits two parties that are not one about as well is joined with
//! neither.
//!
//! The same records give the same clusters and numbers whatever their order and the number of threads.

mod apart;
mod block;
mod cluster;
mod dates;
mod decide;
mod estimate;
mod explain;
mod household;
mod levels;
mod patterns;
mod records;
mod run;
mod score;
mod settings;
mod spelling;
mod texts;
mod torn;
mod words;

pub use apart::{Decisions, Split};
pub use block::{Block, Refused, Transform};
pub use cluster::{Clusters, Cut};
pub use decide::{Ground, Lack, Outcome, Veto};
pub use explain::{Explanation, Term, Verdict, reason};
pub use household::Household;
pub use levels::levels_of;
pub use records::{Compare, Field, Kind, MOST_FIELDS, Records, RecordsBuilder, RecordsError};
pub use run::{Explainer, Pair, Progress, ResolveError, Resolved, resolve};
pub use settings::{FieldParameters, Given, Parameters, Scheme, Settings};
