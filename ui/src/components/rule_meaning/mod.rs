//! What a rule for calls of tools would mean, before it is made.

use aegis_protocol::RulePreview;
use leptos::prelude::*;

use crate::format::{Told, visible};
use crate::messages::t;

/// Most calls that are named as examples.
const EXAMPLES: usize = 4;

/// The rule in a sentence, how many of the last calls it would have met, and some of them.
#[component]
pub(crate) fn RuleMeaning(preview: RulePreview) -> impl IntoView {
    let RulePreview { words, matched, matches, looked_at } = preview;
    let examples = matched
        .iter()
        .take(EXAMPLES)
        .map(|used| {
            let line = format!("{} {}", visible(&used.tool), Told::of(&used.parameters).short());
            view! { <li class="mono one-line" dir="ltr" title=line.clone()>{line.clone()}</li> }
        })
        .collect_view();
    view! {
        <div class="rule-meaning">
            <p class="rule-said selectable" dir="auto">{visible(&words).into_owned()}</p>
            <p class="rule-count">{(t().task.call.meant)(matches, looked_at)}</p>
            <ul>{examples}</ul>
        </div>
    }
}
