//! Other people's readers are given files that somebody may have made to break them: their panics are refusals.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs a reader; nothing where it panics.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(read));
    DEPTH.set(DEPTH.get() - 1);
    result.ok()
}

/// Whether a panic of this thread would be caught and told as a refusal, so that a hook need not report it.
pub fn is_guarded() -> bool {
    DEPTH.get() > 0
}
