//! Progress bars: on a terminal only, with rate and time left.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::context::Context;
use crate::intake::Progress;

/// A bar over bytes.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn bytes(context: &Context, what: &'static str) -> Bar {
        let style = ProgressStyle::with_template(
            "{prefix:>10} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
        );
        Bar::new(context, what, style.ok())
    }

    pub fn count(context: &Context, what: &'static str, unit: &'static str) -> Bar {
        let bar = Bar::new(
            context,
            what,
            ProgressStyle::with_template(
                "{prefix:>10} {bar:30} {human_pos}/{human_len} {msg} {per_sec} {eta} left",
            )
            .ok(),
        );
        bar.0.set_message(unit);
        bar
    }

    /// A line that turns while something without a known end runs.
    pub fn waiting(context: &Context, what: &'static str) -> Bar {
        let bar = Bar::new(
            context,
            what,
            ProgressStyle::with_template("{prefix:>10} {spinner} {elapsed}").ok(),
        );
        bar.0.enable_steady_tick(std::time::Duration::from_millis(200));
        bar
    }

    /// A bar over one thing after another, each of which says how far it is.
    pub fn stages(context: &Context, what: &'static str) -> Bar {
        let style = ProgressStyle::with_template("{prefix:>10} {bar:20} {percent:>3} % {elapsed} {wide_msg}");
        Bar::new(context, what, style.ok())
    }

    /// The next thing begins.
    pub fn begins(&self, what: &str) {
        self.0.enable_steady_tick(std::time::Duration::from_millis(200));
        self.0.set_length(1);
        self.0.set_position(0);
        self.0.reset_elapsed();
        self.0.set_message(what.to_owned());
    }

    /// How far it is.
    pub fn is_at(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }

    /// Prints something without the bar in between.
    pub fn aside(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    fn new(context: &Context, what: &'static str, style: Option<ProgressStyle>) -> Bar {
        // indicatif draws to stderr, and to nothing where stderr is no terminal.
        let target = if context.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Some(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Bar(bar)
    }
}

impl Progress for Bar {
    fn begin(&self, amount: u64) {
        self.0.set_length(amount);
    }

    fn advance(&self, amount: u64) {
        self.0.inc(amount);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
