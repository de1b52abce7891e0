//! One column: its head, and its cards in a windowed list.

use std::sync::Arc;

use aegis_domain::TaskId;
use aegis_domain::coarse::Column;
use leptos::html;
use leptos::prelude::*;

use super::card::Card;
use super::filter::Filter;
use crate::components::empty::Empty;
use crate::components::windowed::Windowed;
use crate::messages::t;
use crate::state::{BoardStore, View};

/// About the height of a card with its gap, in px.
const CARD_HEIGHT: f64 = 76.0;

/// The tasks of a column that pass the filter.
pub(super) fn shown(
    store: BoardStore,
    column: Column,
    filter: Memo<Filter>,
) -> Memo<Arc<Vec<TaskId>>> {
    Memo::new(move |_| {
        let all = store.column(column).get();
        let filter = filter.read();
        if filter.is_empty() {
            return all;
        }
        // A card that changed may fit now, or fit no longer.
        store.revision().track();
        let fits = |task: &TaskId| {
            store.card(*task).is_some_and(|card| filter.shows(&card.read_untracked()))
        };
        Arc::new(all.iter().copied().filter(fits).collect())
    })
}

/// The column's dot, name and count.
#[component]
pub(super) fn ColumnHead(
    column: Column,
    /// How many cards are shown; unknown while they are on their way.
    #[prop(into)]
    count: Signal<Option<usize>>,
) -> impl IntoView {
    view! {
        <div class=format!("column-head column-{}", column.name())>
            <span class="dot"></span>
            <h2>{(t().board.column)(column)}</h2>
            <span class="count figures">{move || count.get().map(t().board.count)}</span>
        </div>
    }
}

/// The column.
#[component]
pub(super) fn ColumnView(
    column: Column,
    /// The tasks that are shown.
    tasks: Memo<Arc<Vec<TaskId>>>,
    /// Whether some may be hidden.
    filtered: Signal<bool>,
) -> impl IntoView {
    let store: BoardStore = expect_context();
    let view: View = expect_context();
    let node = NodeRef::<html::Section>::new();
    let name = (t().board.column)(column);
    let mine = Memo::new(move |_| view.selected.get().filter(|task| tasks.read().contains(task)));
    Effect::new(move || {
        // The board itself may be scrolled sideways, and a panel that opens makes it narrower.
        view.open.track();
        if let (Some(_), Some(section)) = (mine.get(), node.get()) {
            request_animation_frame(move || bring_into_view(&section));
        }
    });
    let first_of_all = Memo::new(move |_| {
        store.loaded().get()
            && Column::ALL.iter().all(|column| store.column(*column).read().is_empty())
    });
    let left_out = store.left_out(column);
    let count = Signal::derive(move || {
        Some(if filtered.get() { tasks.read().len() } else { store.count(column) })
    });
    let footer = move || {
        let count = left_out.get();
        (count > 0).then(|| view! { <Empty what=(t().board.left_out)(count) /> })
    };
    let row = move |task: TaskId| {
        let first = Signal::derive(move || tasks.read().first() == Some(&task));
        store.card(task).map(|card| view! { <Card task card first /> })
    };
    view! {
        <section
            class="column"
            aria-label=name
            node_ref=node
            data-testid=format!("column-{}", column.name())
        >
            <ColumnHead column count />
            <div class="column-cards">
                <Show
                    when=move || !tasks.read().is_empty()
                    fallback=move || {
                        let what = move || match filtered.get() {
                            true => t().board.no_match.to_owned(),
                            false => (t().board.empty)(column).to_owned(),
                        };
                        let how = move || match column == Column::Backlog && first_of_all.get() {
                            true => t().board.first.to_owned(),
                            false => String::new(),
                        };
                        view! { <Empty what=Signal::derive(what) how=Signal::derive(how) /> }
                    }
                >
                    <Windowed keys=tasks row estimate=CARD_HEIGHT label=name reveal=mine footer />
                </Show>
            </div>
        </section>
    }
}

fn bring_into_view(section: &web_sys::HtmlElement) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    section.scroll_into_view_with_scroll_into_view_options(&options);
}
