//! How far it is, for somebody who waits at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// A bar on a terminal, once it takes longer than a second.
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    pub(super) fn new(total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self {
            bar,
            begun: Instant::now(),
        }
    }

    pub(super) fn at(&self, position: u64) {
        if self.bar.is_hidden() && self.begun.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(position);
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
