//! Evidence bundles of a case.
//!
//! [`bundle`] puts one together and writes it beside its place before it is renamed into it, [`stamp`] adds the answer of
//! a time-stamping authority to one that is there, [`replay`] computes everything again from the originals and compares.
//!
//! `deliveries` says how files were taken in, `contents` what goes in, `shown` what may be in one that leaves under
//! pseudonyms, `page` has the report's page and `exports` files for other programmes, `written` writes, signs and checks, `inputs` makes a case anew of what a
//! bundle says.

mod contents;
mod deliveries;
mod exports;
mod inputs;
mod make;
mod page;
mod replay;
mod shown;
mod stamp;
mod written;

pub use make::{Bundled, ToBundle, bundle};
pub use replay::{Replayed, ToReplay, replay};
pub use stamp::stamp;
