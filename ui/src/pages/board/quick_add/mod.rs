//! The quick-add line: a sentence becomes a task. What was understood is shown before Enter commits it.

mod spans;

use std::time::Duration;

use aegis_domain::NewTask;
use aegis_protocol::{ApiError, PreviewQuickAdd, QuickAdd, QuickAddKind, QuickAddReading};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::{Icon, IconName};
use crate::components::kbd::Kbd;
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::{BoardStore, View};
use crate::task::executor_icon;

/// How long the typing rests before the text is read.
const REST: Duration = Duration::from_millis(80);
/// A longer text is not read while it is typed, in bytes.
const LONGEST: usize = 4_096;

/// What the line knows.
#[derive(Clone, Copy)]
struct Line {
    text: RwSignal<String>,
    /// The last reading, and the text that it is of.
    reading: RwSignal<Option<(String, QuickAddReading)>>,
    error: RwSignal<Option<ApiError>>,
    adding: RwSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    store: BoardStore,
    view: View,
    toasts: Toasts,
}

impl Line {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            reading: RwSignal::new(None),
            error: RwSignal::new(None),
            adding: RwSignal::new(false),
            timer: StoredValue::new(None),
            store: expect_context(),
            view: expect_context(),
            toasts: expect_context(),
        }
    }

    fn typed(self, text: String) {
        self.error.set(None);
        let readable = !text.trim().is_empty() && text.len() <= LONGEST;
        self.text.set(text);
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if !readable {
            self.reading.set(None);
            return;
        }
        self.timer.set_value(set_timeout_with_handle(move || self.read(), REST).ok());
    }

    fn read(self) {
        let text = self.text.get_untracked();
        spawn_local(async move {
            let answer = bridge::call(PreviewQuickAdd { text: text.clone() }).await;
            // An answer to what was typed before is of no use. Without one the text simply stays unmarked: whether
            // the engine is away is said elsewhere.
            if self.text.try_with_untracked(|now| *now == text) == Some(true) {
                self.reading.set(answer.ok().map(|reading| (text, reading)));
            }
        });
    }

    fn add(self) {
        let text = self.text.get_untracked();
        if text.trim().is_empty() || self.adding.get_untracked() {
            return;
        }
        self.adding.set(true);
        self.error.set(None);
        spawn_local(async move {
            match bridge::call(QuickAdd { text: text.clone() }).await {
                Ok(created) => {
                    // Whoever typed on meanwhile keeps the new text.
                    if self.text.with_untracked(|now| *now == text) {
                        self.text.set(String::new());
                        self.reading.set(None);
                    }
                    let (task, number) = (created.card.id, created.card.number);
                    self.store.put(created.card);
                    self.view.selected.set(Some(task));
                    self.toasts.say((t().quick_add.added)(number.0), None);
                }
                Err(error) => self.error.set(Some(error)),
            }
            self.adding.set(false);
        });
    }

    /// The text in stretches, marked as far as it was understood.
    fn stretches(self) -> Vec<spans::Stretch> {
        let text = self.text.read();
        match &*self.reading.read() {
            Some((before, reading)) => {
                spans::cut(&text, &spans::keep(&reading.spans, before, &text))
            }
            None => spans::cut(&text, &[]),
        }
    }
}

/// The line.
#[component]
pub(super) fn QuickAddLine() -> impl IntoView {
    let line = Line::new();
    let scroll = RwSignal::new(0);
    let node = line.view.quick_add;
    let follow_scroll = move || {
        if let Some(field) = node.get_untracked() {
            scroll.set(field.scroll_left());
        }
    };
    view! {
        <div class="quick-add">
            <label class="quick-add-line" class:adding=line.adding>
                <Icon name=IconName::Plus />
                <span class="quick-add-text">
                    <span class="quick-add-marks" aria-hidden="true" dir="auto">
                        <span style:transform=move || format!("translateX({}px)", -scroll.get())>
                            {move || line.stretches().into_iter().map(mark).collect_view()}
                        </span>
                    </span>
                    <input
                        type="text"
                        dir="auto"
                        autocomplete="off"
                        spellcheck="false"
                        placeholder=t().quick_add.placeholder
                        aria-label=t().quick_add.label
                        aria-keyshortcuts="n"
                        aria-describedby="quick-add-reading"
                        data-testid="quick-add"
                        node_ref=node
                        prop:value=line.text
                        on:input:target=move |event| {
                            line.typed(event.target().value());
                            follow_scroll();
                        }
                        on:scroll=move |_| follow_scroll()
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                line.add();
                            }
                        }
                    />
                </span>
                <Kbd keys=t().quick_add.enter />
            </label>
            <div
                id="quick-add-reading"
                class="quick-add-reading"
                aria-live="polite"
                data-testid="quick-add-reading"
            >
                {move || match line.error.get() {
                    Some(error) => {
                        view! { <ErrorBanner sentence=error.message hint=error.hint /> }.into_any()
                    }
                    None => view! { <Reading line /> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// The line below: what was understood, or what is missing.
#[component]
fn Reading(line: Line) -> impl IntoView {
    move || {
        let length = line.text.read().len();
        if length > LONGEST {
            return said(IconName::Warning, t().quick_add.too_long.to_owned(), "missing");
        }
        let reading = line.reading.get();
        let Some((_, reading)) = reading.filter(|_| length > 0) else {
            return view! { <p class="examples one-line">{t().quick_add.examples}</p> }.into_any();
        };
        match reading.problem {
            Some(problem) => {
                said(IconName::Warning, format!("{} {}", problem.message, problem.hint), "missing")
            }
            None => {
                let mut text = reading.summary;
                for assumption in reading.assumptions {
                    text.push_str(" · ");
                    text.push_str(&assumption);
                }
                said(icon(reading.task.as_ref()), text, "understood")
            }
        }
    }
}

fn said(icon: IconName, text: String, class: &'static str) -> AnyView {
    let title = text.clone();
    view! {
        <p class=class>
            <Icon name=icon />
            <span dir="auto" class="one-line" title=title>{text}</span>
        </p>
    }
    .into_any()
}

fn icon(task: Option<&NewTask>) -> IconName {
    executor_icon(task.and_then(|task| task.executor.as_ref()).map(|spec| spec.name.as_str()))
}

fn mark(stretch: spans::Stretch) -> impl IntoView {
    let class = match stretch.kind {
        None => "",
        Some(QuickAddKind::Executor | QuickAddKind::Command) => "mark kind",
        Some(QuickAddKind::Time) => "mark time",
        Some(QuickAddKind::Priority) => "mark priority-mark",
        Some(QuickAddKind::Tag) => "mark tag",
        Some(QuickAddKind::Place) => "mark place",
    };
    view! { <span class=class>{stretch.text}</span> }
}
