//! Ctrl-C. What listens is told to stop and ends in order; where nothing listens, or at the second time, the command ends
//! at once. Either way the case is whole: what is not committed is no part of it.

use std::sync::{Arc, Mutex, Once, PoisonError};

use super::context::code;
use crate::sql::{Stop, Why};

static LISTENER: Mutex<Option<Arc<Stop>>> = Mutex::new(None);

/// Listens until it is dropped.
pub struct Listening;

/// Lets Ctrl-C stop what looks at this wire.
pub fn listen(stop: &Arc<Stop>) -> Listening {
    static ONCE: Once = Once::new();
    // Where the system refuses, Ctrl-C ends the command as it always did.
    ONCE.call_once(|| {
        let _ = ctrlc::set_handler(interrupted);
    });
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop.clone());
    Listening
}

impl Drop for Listening {
    fn drop(&mut self) {
        *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn interrupted() {
    let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let is_over = listener.is_none_or(|stop| stop.stop(Why::Interrupted));
    if is_over {
        std::process::exit(i32::from(code::INTERRUPTED));
    }
}
