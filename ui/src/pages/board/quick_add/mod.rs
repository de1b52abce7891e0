//! The quick-add line: a sentence becomes a task. What was understood is shown before Enter commits it.

mod draft;
mod spans;

pub(crate) use draft::Draft;

use aegis_domain::NewTask;
use aegis_protocol::QuickAddKind;
use leptos::prelude::*;

use crate::components::error_banner::ErrorBanner;
use crate::components::icon::{Icon, IconName};
use crate::components::kbd::Kbd;
use crate::components::time::Starts;
use crate::messages::t;
use crate::state::View;
use crate::task::executor_icon;

/// The line.
#[component]
pub(super) fn QuickAddLine() -> impl IntoView {
    let line: Draft = expect_context();
    let view: View = expect_context();
    let scroll = RwSignal::new(0);
    let node = view.quick_add;
    let follow_scroll = move || {
        if let Some(field) = node.get_untracked() {
            scroll.set(field.scroll_left());
        }
    };
    view! {
        <div class="quick-add">
            <label
                class="quick-add-line"
                class:adding=line.adding
                class:plain=move || line.is_too_long()
            >
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
fn Reading(line: Draft) -> impl IntoView {
    move || {
        if let Some(number) = line.added.get() {
            return said(IconName::CircleCheck, (t().quick_add.added)(number.0), "added");
        }
        if line.is_too_long() {
            return said(IconName::Warning, t().quick_add.too_long.to_owned(), "missing");
        }
        let Some((_, reading)) = line.reading.get() else {
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
                let understood = said(icon(reading.task.as_ref()), text, "understood");
                let starts = line.starts.get();
                view! {
                    <div class="understood-line">
                        {understood}
                        {(!starts.is_empty())
                            .then(|| {
                                view! {
                                    <p class="starts figures one-line" data-testid="quick-add-starts">
                                        <Icon name=IconName::Repeat />
                                        {t().quick_add.starts}
                                        " "
                                        <Starts starts />
                                    </p>
                                }
                            })}
                    </div>
                }
                .into_any()
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
        Some(QuickAddKind::Place | QuickAddKind::Workspace) => "mark place",
        Some(QuickAddKind::Agent) => "mark agent",
        Some(QuickAddKind::Dependency) => "mark link",
    };
    view! { <span class=class>{stretch.text}</span> }
}
