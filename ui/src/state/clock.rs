//! The present moment, for what shows a time. It stands still while the window is hidden.

use aegis_domain::Timestamp;
use chrono::NaiveDate;
use leptos::prelude::*;
use std::time::Duration;

use crate::format::{Span, When, when, zone};

/// A clock that ticks once a second.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    now: RwSignal<Timestamp>,
}

impl Clock {
    /// Starts a clock; it stops with the reactive owner that it was started in.
    pub(crate) fn start() -> Self {
        let now = RwSignal::new(present());
        let tick = move || {
            if !document().hidden() {
                now.set(present());
            }
        };
        if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
        let shown = window_event_listener_untyped("visibilitychange", move |_| tick());
        on_cleanup(move || shown.remove());
        Self { now }
    }

    /// How to say `instant` now.
    pub(crate) fn when(self, instant: Timestamp) -> When {
        when(zone::local(self.now.get()), zone::local(instant))
    }

    /// The day on the user's wall clock.
    pub(crate) fn today(self) -> NaiveDate {
        zone::local(self.now.get()).date()
    }

    /// How long it has been since `instant`.
    pub(crate) fn since(self, instant: Timestamp) -> Span {
        Span::new(self.now.get() - instant)
    }
}

fn present() -> Timestamp {
    Timestamp::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}
