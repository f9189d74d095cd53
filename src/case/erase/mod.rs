//! Erasing a case so that what is certified is what happened. In this order, each step durable before the next:
//!
//! 1. `erase.journal.json` says what will be erased, with hash and size of each file, by whom and why. From then on the case
//!    opens for nothing but going on with this.
//! 2. Every file is written over where that is possible, and removed; links are removed and their targets left.
//! 3. The folder is read again. While anything of the case is there, there is no certificate.
//! 4. The certificate is written, and only then the journal goes.
//!
//! Cut off anywhere, the next run goes on from the journal: what is gone is gone, what is there is erased.

mod certificate;
mod journal;
mod remove;
mod walk;

pub use journal::{Erasure, ErasureOf, Item, ItemKind, Order, Released, begin, pending, resume};
pub use remove::{Certified, Left, finish};

/// Stands in the case while it is being erased.
pub const JOURNAL: &str = "erase.journal.json";
/// Beside it: which files have had their turn.
const PROGRESS: &str = "erase.journal.progress";
/// The certificate, for programs and for people.
pub const CERTIFICATE: [&str; 2] = ["erasure-certificate.json", "erasure-certificate.txt"];

/// Where tests end the process, to see what the next run makes of what is left: at the n-th of the places that this is
/// called at. Not in what people use.
#[cfg(debug_assertions)]
pub(super) fn may_stop_here() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let passed = PASSED.fetch_add(1, Ordering::Relaxed) + 1;
    let stop = std::env::var("GELDSPOOR_TEST_STOP_ERASING_AT");
    if stop.is_ok_and(|stop| stop == passed.to_string()) {
        // As a kill would: nothing is dropped, nothing is cleaned up.
        std::process::abort();
    }
}

#[cfg(not(debug_assertions))]
pub(super) fn may_stop_here() {}
