//! The activity page: everything that happened, newest first.

mod timeline;

use std::sync::Arc;

use aegis_protocol::{ActivityEntry, ApiError, ListEvents};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::event_list::EventList;
use crate::messages::t;
use crate::shell::Header;
use crate::state::{BoardStore, Connection};
use timeline::{Timeline, Want};

/// Entries in one request.
const PAGE: u32 = 200;

/// What the page knows.
#[derive(Clone, Copy)]
struct Feed {
    timeline: StoredValue<Timeline>,
    entries: RwSignal<Arc<Vec<Arc<ActivityEntry>>>>,
    loaded: RwSignal<bool>,
    asking: StoredValue<bool>,
    /// What is to be asked for once the present question is answered.
    wanted: StoredValue<Option<Want>>,
    error: RwSignal<Option<ApiError>>,
}

impl Feed {
    fn new() -> Self {
        Self {
            timeline: StoredValue::new(Timeline::default()),
            entries: RwSignal::new(Arc::default()),
            loaded: RwSignal::new(false),
            asking: StoredValue::new(false),
            wanted: StoredValue::new(None),
            error: RwSignal::new(None),
        }
    }

    /// Asks for more, one question at a time.
    fn ask(self, want: Want) {
        if want == Want::Older && self.timeline.with_value(Timeline::is_whole) {
            return;
        }
        self.wanted.update_value(|wanted| *wanted = Some(want.and(*wanted)));
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            // Nothing is left of the page when the person has gone elsewhere.
            while let Some(want) = self.wanted.try_update_value(Option::take).flatten() {
                let before = self.timeline.with_value(|timeline| timeline.before(want));
                let request = ListEvents { task: None, before, limit: Some(PAGE) };
                let answer = bridge::call(request).await;
                if self.loaded.is_disposed() {
                    return;
                }
                self.take(want, answer);
            }
            self.asking.try_set_value(false);
        });
    }

    fn take(self, want: Want, answer: Result<Vec<ActivityEntry>, ApiError>) {
        match answer {
            Ok(page) => {
                let last = page.len() < PAGE as usize;
                self.timeline.update_value(|timeline| timeline.merge(want, page, last));
                self.entries.set(Arc::new(self.timeline.with_value(Timeline::entries)));
                self.error.set(None);
            }
            Err(error) => self.error.set(Some(error)),
        }
        self.loaded.set(true);
    }
}

/// The page.
#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let store: BoardStore = expect_context();
    let connection: Connection = expect_context();
    let feed = Feed::new();
    Effect::new(move || {
        store.revision().track();
        connection.lost.track();
        feed.ask(Want::Newer);
    });
    view! {
        <Header title=t().shell.activity />
        {move || {
            feed.error
                .get()
                .filter(|_| connection.lost.read().is_none())
                .map(|error| {
                    view! {
                        <div class="banner">
                            <ErrorBanner sentence=error.message hint=error.hint />
                        </div>
                    }
                })
        }}
        <div class="activity" data-testid="activity">
            <Show
                when=move || !feed.entries.read().is_empty()
                fallback=move || {
                    feed.loaded
                        .get()
                        .then(|| view! { <Empty what=t().activity.empty how=t().activity.empty_hint /> })
                }
            >
                <EventList
                    entries=feed.entries
                    names_task=true
                    on_end=move |()| feed.ask(Want::Older)
                    footer=move || {
                        let whole = feed.entries.with(|_| feed.timeline.with_value(Timeline::is_whole));
                        (!whole).then(|| view! { <p class="activity-more">{t().activity.loading}</p> })
                    }
                />
            </Show>
        </div>
    }
}
