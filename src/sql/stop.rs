//! The wire by which a query or search is told to end before it is done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// Why something is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A person wants it.
    Interrupted,
    /// The time for it is up.
    TimeIsUp,
}

/// Set from another thread; what runs looks at it, or is woken by it.
#[derive(Debug, Default)]
pub struct Stop {
    is_set: AtomicBool,
    why: Mutex<Option<Why>>,
    told: Notify,
}

impl Stop {
    /// Asks for the end. The first reason stays, but that a person wants it counts before the time. Gives whether a person
    /// had asked before.
    pub fn stop(&self, why: Why) -> bool {
        let mut known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *known;
        if before != Some(Why::Interrupted) {
            *known = Some(why);
        }
        self.is_set.store(true, Ordering::Relaxed);
        drop(known);
        self.told.notify_waiters();
        before == Some(Why::Interrupted)
    }

    /// Why the end was asked for, where it was.
    pub fn why(&self) -> Option<Why> {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For the next query or search, where only the time of the last one was up.
    pub fn go_on(&self) {
        let mut known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != Some(Why::Interrupted) {
            *known = None;
            self.is_set.store(false, Ordering::Relaxed);
        }
    }

    /// For the next thing that a person asks for, whatever ended the last one.
    pub fn reset(&self) {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.is_set.store(false, Ordering::Relaxed);
    }

    /// What searches look at.
    pub fn flag(&self) -> &AtomicBool {
        &self.is_set
    }

    /// Ends when the end is asked for.
    pub(super) async fn stopped(&self) {
        loop {
            // Made before the look, so that nothing is missed between the two.
            let told = self.told.notified();
            if self.is_set.load(Ordering::Relaxed) {
                return;
            }
            told.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_a_person_wants_it_counts_before_the_time() {
        let stop = Stop::default();
        assert!(!stop.stop(Why::TimeIsUp));
        stop.go_on();
        assert_eq!(stop.why(), None);
        assert!(!stop.stop(Why::TimeIsUp) && !stop.stop(Why::Interrupted));
        assert!(stop.stop(Why::TimeIsUp));
        stop.go_on();
        assert_eq!(stop.why(), Some(Why::Interrupted));
        assert!(stop.flag().load(Ordering::Relaxed));
        stop.reset();
        assert_eq!(stop.why(), None);
    }
}
