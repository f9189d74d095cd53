//! Looks on while rules and patterns are searched: the bar, the time that each may take, Ctrl-C.

use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::context::Context;
use super::interrupt::{Listening, listen};
use super::progress::Bar;
use crate::patterns::Progress;
use crate::sql::{Stop, Why};
use crate::steps::{Stage, Watch};

/// How long something may take, as a person writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    pub text: String,
    pub length: Duration,
}

impl FromStr for TimeLimit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<TimeLimit, &'static str> {
        let length = text.parse::<SignedDuration>().ok();
        match length.map(Duration::try_from) {
            Some(Ok(length)) if !length.is_zero() => Ok(TimeLimit {
                text: text.trim().to_owned(),
                length,
            }),
            _ => Err("a time is written as 10min, 90s or 1h 30min"),
        }
    }
}

/// Says on a wire when the time of what runs is up.
pub struct Alarm {
    clock: Arc<Clock>,
    thread: Option<JoinHandle<()>>,
}

struct Clock {
    limit: Duration,
    stop: Arc<Stop>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ends: Option<Instant>,
    is_over: bool,
}

impl Alarm {
    pub fn new(limit: Duration, stop: &Arc<Stop>) -> Alarm {
        let clock = Arc::new(Clock {
            limit,
            stop: stop.clone(),
            state: Mutex::new(State {
                ends: None,
                is_over: false,
            }),
            changed: Condvar::new(),
        });
        let own = clock.clone();
        Alarm {
            clock,
            thread: Some(std::thread::spawn(move || own.run())),
        }
    }

    /// Something begins that has its own time; or something that takes what it takes.
    pub fn begins(&self, is_limited: bool) {
        let mut state = self.clock.state();
        state.ends = is_limited.then(|| Instant::now() + self.clock.limit);
        // Under the same lock as the ring, so that no ring for the last thing ends this one.
        self.clock.stop.go_on();
        drop(state);
        self.clock.changed.notify_all();
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clock.state().is_over = true;
        self.clock.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It holds nothing that could be lost.
            let _ = thread.join();
        }
    }
}

impl Clock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.state();
        while !state.is_over {
            let now = Instant::now();
            state = match state.ends {
                Some(ends) if ends <= now => {
                    state.ends = None;
                    self.stop.stop(Why::TimeIsUp);
                    state
                }
                Some(ends) => {
                    let waited = self.changed.wait_timeout(state, ends - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// Looks on at `detect`.
pub struct Watching<'c> {
    context: &'c Context,
    bar: Bar,
    stop: Arc<Stop>,
    limit: Option<(TimeLimit, Alarm)>,
    _listening: Listening,
}

impl Watching<'_> {
    pub fn new<'c>(context: &'c Context, limit: Option<&TimeLimit>) -> Watching<'c> {
        let stop: Arc<Stop> = Arc::default();
        Watching {
            context,
            bar: Bar::stages(context, "detect"),
            limit: limit.map(|limit| (limit.clone(), Alarm::new(limit.length, &stop))),
            _listening: listen(&stop),
            stop,
        }
    }
}

impl Watch for Watching<'_> {
    fn begins(&self, stage: Stage<'_>) {
        if let Some((_, alarm)) = &self.limit {
            alarm.begins(!stage.rule.is_empty());
        }
        let Stage {
            rule,
            title,
            number,
            of,
        } = stage;
        let what = format!("{rule} {title}");
        let what = what.trim();
        self.bar.begins(&format!("{number} of {of}: {what}"));
        self.bar
            .aside(|| self.context.detail(format_args!("  {number} of {of}: {what}")));
    }

    fn is_at(&self, progress: Progress) {
        self.bar.is_at(progress.done, progress.total);
    }

    fn stop(&self) -> &Arc<Stop> {
        &self.stop
    }

    fn limit(&self) -> Option<&str> {
        self.limit.as_ref().map(|(limit, _)| limit.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_people_do() {
        for (text, seconds) in [
            ("10min", 600),
            ("90s", 90),
            ("1h 30min", 5_400),
            ("2 hours", 7_200),
        ] {
            let limit: TimeLimit = text.parse().expect(text);
            assert_eq!(limit.length.as_secs(), seconds, "{text}");
        }
        for text in ["", "10", "soon", "-1h", "0s", "1 month"] {
            assert!(text.parse::<TimeLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_alarm_rings_for_what_runs_alone() {
        let stop: Arc<Stop> = Arc::default();
        let alarm = Alarm::new(Duration::from_millis(1), &stop);
        alarm.begins(true);
        while stop.why().is_none() {
            std::thread::yield_now();
        }
        assert_eq!(stop.why(), Some(Why::TimeIsUp));
        alarm.begins(false);
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(stop.why(), None);
    }
}
