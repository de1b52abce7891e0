//! A run's log: what was printed, as it is printed.

mod lines;

use std::sync::Arc;
use std::time::Duration;

use aegis_domain::RunId;
use aegis_protocol::{ApiError, ErrorKind, FollowLog, LogStream};
use chrono::Timelike;
use futures::channel::oneshot;
use futures::future::{AbortHandle, Abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge::Feed;
use crate::components::button::Button;
use crate::components::empty::Empty;
use crate::components::error_banner::ErrorBanner;
use crate::components::icon::IconName;
use crate::components::windowed::Windowed;
use crate::format::{Styled, ansi, zone};
use crate::messages::t;
use lines::{Lines, Row};

/// The height of a row that is not wrapped, in px.
const ROW_HEIGHT: f64 = 19.0;
/// Between two attempts to read a log whose feed was cut.
const RETRY: Duration = Duration::from_secs(2);

/// What is known of a log.
#[derive(Clone, Copy)]
struct Log {
    run: RunId,
    lines: StoredValue<Lines>,
    numbers: RwSignal<Arc<Vec<usize>>>,
    /// Whether a first answer is here, and whether the run has ended.
    loaded: RwSignal<bool>,
    complete: RwSignal<bool>,
    tail_lost: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
}

impl Log {
    fn new(run: RunId) -> Self {
        Self {
            run,
            lines: StoredValue::new(Lines::default()),
            numbers: RwSignal::new(Arc::new(Vec::new())),
            loaded: RwSignal::new(false),
            complete: RwSignal::new(false),
            tail_lost: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// Follows the log to its end, over lost connections.
    async fn follow(self) {
        let mut offset = 0;
        loop {
            match self.follow_from(&mut offset).await {
                Ok(()) => self.error.set(None),
                // A log that is not there will not come.
                Err(error) if error.kind == ErrorKind::NotFound => {
                    self.error.set(Some(error));
                    return;
                }
                Err(error) => self.error.set(Some(error)),
            }
            if self.complete.get_untracked() {
                return;
            }
            let (sender, wake) = oneshot::channel::<()>();
            set_timeout(move || drop(sender), RETRY);
            // Dropping the sender is the signal.
            let _ = wake.await;
        }
    }

    async fn follow_from(self, offset: &mut u64) -> Result<(), ApiError> {
        let mut feed = Feed::open(FollowLog { run: self.run, offset: *offset }).await?;
        while let Some(pages) = feed.next().await {
            let pages = pages?;
            self.error.set(None);
            self.lines.update_value(|lines| {
                for page in pages {
                    *offset = page.next_offset;
                    self.complete.set(page.complete);
                    self.tail_lost.set(page.tail_lost);
                    lines.push(page.lines);
                }
            });
            self.numbers.set(Arc::new(self.lines.with_value(Lines::numbers)));
            self.loaded.set(true);
        }
        Ok(())
    }
}

/// The log of one run.
#[component]
pub(super) fn LogView(
    run: RunId,
    /// The task's number: for the command that prints everything.
    number: Memo<u64>,
) -> impl IntoView {
    let log = Log::new(run);
    let (abort, registration) = AbortHandle::new_pair();
    spawn_local(async move {
        // Aborted when the log is left: nobody wants the rest.
        let _ = Abortable::new(log.follow(), registration).await;
    });
    on_cleanup(move || abort.abort());

    let follow = RwSignal::new(true);
    let row = move |number: usize| log.lines.with_value(|lines| lines.row(number).map(draw));
    let empty = move || match (log.loaded.get(), log.complete.get()) {
        (false, _) => t().log.loading,
        (true, false) => t().log.nothing_yet,
        (true, true) => t().log.nothing,
    };
    let cut = move || {
        log.numbers.track();
        let dropped = log.lines.with_value(Lines::dropped);
        (dropped > 0)
            .then(|| view! { <p class="log-note">{(t().log.cut)(dropped, number.get())}</p> })
    };
    let footer =
        move || log.tail_lost.get().then(|| view! { <p class="log-note">{t().log.tail_lost}</p> });
    view! {
        {cut}
        {move || {
            log.error
                .get()
                .map(|error| {
                    view! {
                        <div class="task-note">
                            <ErrorBanner sentence=error.message hint=error.hint />
                        </div>
                    }
                })
        }}
        <div class="log selectable" data-testid="task-log">
            <Show
                when=move || !log.numbers.read().is_empty()
                fallback=move || view! { <Empty what=Signal::derive(move || empty().to_owned()) /> }
            >
                <Windowed
                    keys=log.numbers
                    row
                    estimate=ROW_HEIGHT
                    label=t().log.label
                    follow
                    footer
                    role="log"
                />
            </Show>
        </div>
        <div class="log-bar">
            <span class="figures">
                {move || {
                    log.numbers.track();
                    (t().log.lines)(log.lines.with_value(Lines::total))
                }}
            </span>
            <span class="gap"></span>
            <Show when=move || !follow.get()>
                <Button label=t().log.follow icon=IconName::ArrowDown on_press=move |()| follow.set(true) />
            </Show>
        </div>
    }
}

fn draw(row: &Row) -> impl IntoView + use<> {
    let local = zone::local(row.at);
    let time = (!row.continued)
        .then(|| format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second()));
    let class = match row.stream {
        LogStream::Stdout => "log-row",
        LogStream::Stderr => "log-row stderr",
        LogStream::Aegis => "log-row aegis",
    };
    let stretches = ansi(&row.text, row.style).0.into_iter().map(stretch).collect_view();
    view! {
        <div class=class>
            <time title=zone::exact(row.at)>{time}</time>
            <span dir="auto">{stretches}</span>
        </div>
    }
}

fn stretch(styled: Styled) -> AnyView {
    let Styled { text, style } = styled;
    let mut class = String::new();
    if let Some(colour) = style.colour {
        class.push_str("ansi-");
        class.push_str(colour.name());
    }
    for (on, name) in [(style.bold, " ansi-bold"), (style.dim, " ansi-dim")] {
        if on {
            class.push_str(name);
        }
    }
    if class.is_empty() {
        text.into_any()
    } else {
        view! { <span class=class>{text}</span> }.into_any()
    }
}
