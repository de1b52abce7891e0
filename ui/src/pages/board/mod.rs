//! The board: quick-add, and the cards in their columns.

mod card;
mod column;
mod filter;
mod navigation;
mod quick_add;

pub(crate) use quick_add::Draft;

use aegis_domain::coarse::Column;
use aegis_domain::{ClaudeCodeSettings, ReminderSettings, ShellSettings};
use leptos::prelude::*;

use crate::components::button::{Button, ButtonKind};
use crate::components::chip::Chip;
use crate::components::icon::IconName;
use crate::components::input::SearchInput;
use crate::components::skeleton::Skeleton;
use crate::messages::t;
use crate::shell::Header;
use crate::state::{BoardStore, View};
use column::ColumnView;
use filter::Filter;
use quick_add::QuickAddLine;

/// The executors that one can filter by.
const CHIPS: [(&str, IconName); 3] = [
    (ShellSettings::EXECUTOR, IconName::Terminal),
    (ClaudeCodeSettings::EXECUTOR, IconName::Bot),
    (ReminderSettings::EXECUTOR, IconName::Bell),
];

/// The page.
#[component]
pub(crate) fn BoardPage() -> impl IntoView {
    let store: BoardStore = expect_context();
    let view: View = expect_context();
    let query = RwSignal::new(String::new());
    let executor = RwSignal::new(None::<&'static str>);
    let filter = Memo::new(move |_| Filter::new(&query.read(), executor.get()));
    let columns = Column::ALL.map(|column| column::shown(store, column, filter));
    navigation::listen(view, columns);

    let new_task = move |()| {
        if let Some(field) = view.quick_add.get_untracked() {
            let _ = field.focus();
        }
    };
    view! {
        <Header title=t().shell.board>
            {CHIPS
                .map(|(name, icon)| {
                    let label = match name {
                        ShellSettings::EXECUTOR => t().board.shell,
                        ClaudeCodeSettings::EXECUTOR => t().board.claude_code,
                        _ => t().board.reminder,
                    };
                    view! {
                        <Chip
                            label
                            icon
                            pressed=Signal::derive(move || executor.get() == Some(name))
                            on_press=move |()| {
                                executor.update(|now| *now = (*now != Some(name)).then_some(name));
                            }
                        />
                    }
                })}
            <span class="gap"></span>
            <SearchInput value=query placeholder=t().board.search shortcut="/" node=view.search />
            <Button
                label=t().board.new_task
                kind=ButtonKind::Primary
                icon=IconName::Plus
                title="N"
                on_press=new_task
            />
        </Header>
        <QuickAddLine />
        <div class="board">
            <Show when=move || store.loaded().get() fallback=|| view! { <Waiting /> }>
                {Column::ALL
                    .into_iter()
                    .zip(columns)
                    .map(|(column, tasks)| {
                        let filtered = Signal::derive(move || !filter.read().is_empty());
                        view! { <ColumnView column tasks filtered /> }
                    })
                    .collect_view()}
            </Show>
        </div>
    }
}

/// The columns' shapes, until the cards are here.
#[component]
fn Waiting() -> impl IntoView {
    const HEIGHTS: [&[u16]; Column::ALL.len()] =
        [&[76, 58, 76], &[58, 76], &[104, 104], &[76], &[58, 58, 58, 58], &[58]];
    Column::ALL
        .into_iter()
        .zip(HEIGHTS)
        .map(|(column, heights)| {
            view! {
                <section class="column" aria-busy="true" aria-label=t().board.loading>
                    <column::ColumnHead column count=None />
                    <Skeleton heights />
                </section>
            }
        })
        .collect_view()
}
