//! An error: what happened, to what, and what to do.

use leptos::prelude::*;

use super::button::Button;
use super::icon::{Icon, IconName};

/// A sentence, a hint, and the one action that helps.
#[component]
pub(crate) fn ErrorBanner(
    /// What happened.
    #[prop(into)]
    sentence: Signal<String>,
    /// What to do.
    #[prop(into)]
    hint: Signal<Option<String>>,
    /// A button that does it.
    #[prop(optional, into)]
    action: Option<(&'static str, Callback<()>)>,
) -> impl IntoView {
    view! {
        <div class="error-banner" role="alert" data-testid="error">
            <Icon name=IconName::Warning />
            <p class="selectable" dir="auto">
                {move || sentence.get()}
                {move || hint.get().map(|hint| view! { <span class="hint">" " {hint}</span> })}
            </p>
            {action.map(|(label, on_press)| view! { <Button label on_press /> })}
        </div>
    }
}
