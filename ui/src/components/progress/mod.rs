//! A thin bar for work that is going on.

use leptos::prelude::*;

/// How far something is. Without a figure it only shows that work goes on.
#[component]
pub(crate) fn Progress(
    /// 0 to 100.
    #[prop(into)]
    percent: Signal<Option<u8>>,
    /// What is measured, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <div
            class="progress"
            class:unknown=move || percent.get().is_none()
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent.get().map(|percent| percent.to_string())
        >
            <div style:width=move || percent.get().map(|percent| format!("{}%", percent.min(100)))></div>
        </div>
    }
}
