//! What stands in the quick-add line, and what the engine says of it.

use std::time::Duration;

use aegis_domain::{Schedule, TaskNumber, Timestamp};
use aegis_protocol::{ApiError, PreviewQuickAdd, PreviewSchedule, QuickAdd, QuickAddReading};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::spans;
use crate::bridge;
use crate::state::{BoardStore, View};

/// How long the typing rests before the text is read.
const REST: Duration = Duration::from_millis(80);
/// A reading is of a moment: while nothing is typed it is taken anew this often.
const FRESH: Duration = Duration::from_secs(20);
/// How many starts of what repeats are shown.
const STARTS: u32 = 3;
/// A longer text is not read while it is typed, in bytes.
const LONGEST: usize = 4_096;

/// What was typed, and what is known about it. It outlives the page: what somebody typed is still there when they come
/// back.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    pub(super) text: RwSignal<String>,
    /// The last reading, and the text that it is of.
    pub(super) reading: RwSignal<Option<(String, QuickAddReading)>>,
    /// The next starts of that reading, when it repeats.
    pub(super) starts: RwSignal<Vec<Timestamp>>,
    pub(super) error: RwSignal<Option<ApiError>>,
    pub(super) adding: RwSignal<bool>,
    /// The number of the task that was just made, until one types on.
    pub(super) added: RwSignal<Option<TaskNumber>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    store: BoardStore,
    view: View,
}

impl Draft {
    /// An empty line, whose tasks go to `store`.
    pub(crate) fn new(store: BoardStore, view: View) -> Self {
        Self {
            text: RwSignal::new(String::new()),
            reading: RwSignal::new(None),
            starts: RwSignal::new(Vec::new()),
            error: RwSignal::new(None),
            adding: RwSignal::new(false),
            added: RwSignal::new(None),
            timer: StoredValue::new(None),
            store,
            view,
        }
    }

    /// Takes what is in the field now, and has it read when the typing rests.
    pub(super) fn typed(self, text: String) {
        self.error.set(None);
        self.added.set(None);
        let readable = !text.trim().is_empty() && text.len() <= LONGEST;
        self.text.set(text);
        if readable {
            self.read_after(REST);
        } else {
            self.stop_reading();
            self.forget_reading();
        }
    }

    fn stop_reading(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn read_after(self, pause: Duration) {
        self.stop_reading();
        self.timer.set_value(set_timeout_with_handle(move || self.read(), pause).ok());
    }

    fn forget_reading(self) {
        self.reading.set(None);
        self.starts.set(Vec::new());
    }

    fn read(self) {
        let text = self.text.get_untracked();
        if text.trim().is_empty() {
            return;
        }
        spawn_local(async move {
            let request = PreviewQuickAdd { text: text.clone(), now: None, zone: None };
            let answer = bridge::call(request).await;
            // An answer to what was typed before is of no use. Without one the text simply stays unmarked: whether
            // the engine is away is said elsewhere.
            if !self.is_still(&text) {
                return;
            }
            match answer {
                Ok(reading) => {
                    let starts = starts(&reading).await;
                    if self.is_still(&text) {
                        self.starts.set(starts);
                        self.reading.set(Some((text, reading)));
                        self.read_after(FRESH);
                    }
                }
                Err(_) => self.forget_reading(),
            }
        });
    }

    fn is_still(self, text: &str) -> bool {
        self.text.with_untracked(|now| *now == *text)
    }

    /// Makes the task.
    pub(super) fn add(self) {
        let text = self.text.get_untracked();
        if text.trim().is_empty() || self.adding.get_untracked() {
            return;
        }
        self.adding.set(true);
        self.error.set(None);
        // What was read is what is made, to the moment. What was typed too fast to be read is read as it is added.
        let now = self.reading.with_untracked(|reading| {
            reading.as_ref().filter(|(of, _)| *of == text).map(|(_, reading)| reading.now)
        });
        spawn_local(async move {
            let request = QuickAdd { text: text.clone(), now, zone: None, origin: None };
            match bridge::call(request).await {
                Ok(created) => {
                    // Whoever typed on meanwhile keeps the new text.
                    if self.is_still(&text) {
                        self.stop_reading();
                        self.text.set(String::new());
                        self.forget_reading();
                        self.added.set(Some(created.card.number));
                    }
                    self.view.selected.set(Some(created.card.id));
                    self.store.put(created.card);
                }
                Err(error) => self.error.set(Some(error)),
            }
            self.adding.set(false);
        });
    }

    /// Whether the text is too long to be read, and to be drawn a second time with its marks.
    pub(super) fn is_too_long(self) -> bool {
        self.text.read().len() > LONGEST
    }

    /// The text in stretches, marked as far as it was understood.
    pub(super) fn stretches(self) -> Vec<spans::Stretch> {
        let text = self.text.read();
        if self.is_too_long() {
            return Vec::new();
        }
        match &*self.reading.read() {
            Some((before, reading)) => {
                spans::cut(&text, &spans::keep(&reading.spans, before, &text))
            }
            None => spans::cut(&text, &[]),
        }
    }
}

/// The next starts of what repeats; none when they cannot be had, since the reading says the schedule already.
async fn starts(reading: &QuickAddReading) -> Vec<Timestamp> {
    let schedule = match reading.task.as_ref().map(|task| &task.schedule) {
        Some(schedule @ Schedule::Recurring(_)) => schedule.clone(),
        _ => return Vec::new(),
    };
    let request = PreviewSchedule { schedule, after: Some(reading.now), count: Some(STARTS) };
    let preview = bridge::call(request).await;
    preview.map_or_else(|_| Vec::new(), |preview| preview.instants.iter().map(|i| i.at).collect())
}
