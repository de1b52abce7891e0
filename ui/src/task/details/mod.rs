//! Everything that is set of a task beside the facts that everybody looks at. What is not set takes no room.

mod related;
mod reviews;
mod settings;

use aegis_protocol::{ShowTask, TaskView};
use leptos::prelude::*;

use super::facts::{Fact, text};
use crate::messages::t;
use crate::state::{Live, Loaded};
use related::{Predecessors, Successors};
use reviews::Reviews;

/// The view.
#[component]
pub(super) fn DetailsView(shown: Live<ShowTask>) -> impl IntoView {
    view! {
        <div class="details" data-testid="task-details">
            {move || match &*shown.answer().read() {
                Loaded::Ready(shown) => Some(draw(shown)),
                _ => None,
            }}
        </div>
    }
}

fn draw(shown: &TaskView) -> AnyView {
    let words = &t().task.details;
    let conditions = settings::conditions(&shown.task.definition);
    let parameters = settings::parameters(shown);
    let others = settings::others(&shown.task);
    view! {
        <Predecessors groups=related::groups(shown) />
        <Successors tasks=shown.dependents.clone() />
        <Section title=words.conditions rows=conditions mono=true />
        <Section title=words.parameters rows=parameters mono=true />
        <Reviews reviews=reviews::newest_first(shown) />
        <Section title=words.settings rows=others />
    }
    .into_any()
}

/// A heading, with names and values below it.
#[component]
fn Section(
    title: &'static str,
    rows: Vec<(String, String)>,
    /// Whether the values are written by machines.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let facts = rows
            .into_iter()
            .map(|(name, value)| match mono {
                true => view! {
                    <div class="fact whole">
                        <dt class="one-line" title=name.clone()>{name.clone()}</dt>
                        <dd class="mono selectable" dir="auto">{value}</dd>
                    </div>
                }
                .into_any(),
                false => view! { <Fact name>{text(value)}</Fact> }.into_any(),
            })
            .collect_view();
        view! {
            <section>
                <h3>{title}</h3>
                <dl class="facts">{facts}</dl>
            </section>
        }
    })
}
