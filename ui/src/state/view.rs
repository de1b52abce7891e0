//! What the person looks at: the page, the selected card, the open task.

use aegis_domain::{AskId, TaskId};
use leptos::html;
use leptos::prelude::*;

/// The pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// The cards in their columns.
    Board,
    /// What happened.
    Activity,
    /// The settings.
    Settings,
}

impl Page {
    /// Every page, in the rail's order.
    pub(crate) const ALL: [Self; 3] = [Self::Board, Self::Activity, Self::Settings];
}

/// What is shown, shared by the shell and the pages.
#[derive(Clone, Copy)]
pub(crate) struct View {
    /// The page.
    pub(crate) page: RwSignal<Page>,
    /// The card that the keyboard is on.
    pub(crate) selected: RwSignal<Option<TaskId>>,
    /// The card that is to take the focus, as soon as it is drawn.
    focus: RwSignal<Option<TaskId>>,
    /// The task whose panel is open.
    pub(crate) open: RwSignal<Option<TaskId>>,
    /// The question to which “always” was pressed, until its panel shows what that would mean.
    pub(crate) always: RwSignal<Option<AskId>>,
    /// Whether the panel fills the page.
    pub(crate) wide: RwSignal<bool>,
    /// Whether the list of shortcuts is shown.
    pub(crate) shortcuts: RwSignal<bool>,
    /// The board's search field.
    pub(crate) search: NodeRef<html::Input>,
    /// The quick-add field.
    pub(crate) quick_add: NodeRef<html::Input>,
}

impl View {
    /// The board, with nothing selected.
    pub(crate) fn new() -> Self {
        Self {
            page: RwSignal::new(Page::Board),
            selected: RwSignal::new(None),
            focus: RwSignal::new(None),
            open: RwSignal::new(None),
            always: RwSignal::new(None),
            wide: RwSignal::new(false),
            shortcuts: RwSignal::new(false),
            search: NodeRef::new(),
            quick_add: NodeRef::new(),
        }
    }

    /// Opens a task's panel.
    pub(crate) fn open_task(self, task: TaskId) {
        self.selected.set(Some(task));
        self.open.set(Some(task));
    }

    /// Closes the panel; the keyboard is on its card again.
    pub(crate) fn close_task(self) {
        if let Some(task) = self.open.get_untracked() {
            self.focus.set(Some(task));
        }
        self.open.set(None);
        self.wide.set(false);
    }

    /// Puts the keyboard on a card.
    pub(crate) fn focus_card(self, task: TaskId) {
        self.selected.set(Some(task));
        self.focus.set(Some(task));
    }

    /// Whether this card is to take the focus; it is told once.
    pub(crate) fn takes_focus(self, task: TaskId) -> bool {
        let mine = self.focus.get() == Some(task);
        if mine {
            self.focus.set(None);
        }
        mine
    }
}
