//! Walking over the cards with the keyboard.

use std::sync::Arc;

use aegis_domain::TaskId;
use aegis_domain::coarse::Column;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::shell::{has_modifier, is_typing};
use crate::state::{Page, View};

/// The columns as they are shown.
pub(super) type Columns = [Memo<Arc<Vec<TaskId>>>; Column::ALL.len()];

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Down,
    Up,
    Left,
    Right,
}

impl Step {
    /// Letters work everywhere; arrows belong to a panel while the focus is in it.
    const fn of(key: &str) -> Option<Self> {
        Some(match key.as_bytes() {
            b"j" | b"ArrowDown" => Self::Down,
            b"k" | b"ArrowUp" => Self::Up,
            b"h" | b"ArrowLeft" => Self::Left,
            b"l" | b"ArrowRight" => Self::Right,
            _ => return None,
        })
    }
}

/// Listens for as long as the board is there.
pub(super) fn listen(view: View, columns: Columns) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && is_typing(&event) {
            return_to_card(view, &columns);
        }
        let elsewhere = event.default_prevented() || has_modifier(&event) || is_typing(&event);
        if elsewhere || view.page.get_untracked() != Page::Board || view.shortcuts.get_untracked() {
            return;
        }
        let key = event.key();
        let in_panel = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|target| target.closest(".panel").ok().flatten())
            .is_some();
        if in_panel && key.starts_with("Arrow") {
            return;
        }
        let Some(step) = Step::of(&key) else { return };
        event.prevent_default();
        let columns = columns.map(|column| column.get_untracked());
        let selected = view.selected.get_untracked();
        // At the edge the keyboard comes to the selected card, wherever it was.
        let here = || selected.filter(|task| columns.iter().any(|tasks| tasks.contains(task)));
        let Some(next) = next(&columns, selected, step).or_else(here) else { return };
        if view.open.get_untracked().is_some() {
            view.open_task(next);
        } else {
            view.focus_card(next);
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whoever leaves a field goes on with the selected card: it has the keyboard, not only the look of it.
fn return_to_card(view: View, columns: &Columns) {
    let shown = |task: &TaskId| columns.iter().any(|tasks| tasks.read_untracked().contains(task));
    let free = view.page.get_untracked() == Page::Board && view.open.get_untracked().is_none();
    if let Some(task) = view.selected.get_untracked().filter(shown).filter(|_| free) {
        view.focus_card(task);
    }
}

/// Where a step from `selected` leads; `None` at the edge.
fn next(columns: &[Arc<Vec<TaskId>>], selected: Option<TaskId>, step: Step) -> Option<TaskId> {
    let here = selected.and_then(|task| {
        columns.iter().enumerate().find_map(|(column, tasks)| {
            tasks.iter().position(|other| *other == task).map(|row| (column, row))
        })
    });
    let Some((column, row)) = here else {
        return columns.iter().find_map(|tasks| tasks.first().copied());
    };
    let sideways = |column: usize| {
        let tasks = &columns[column];
        tasks.get(row).or(tasks.last()).copied()
    };
    match step {
        Step::Down => columns[column].get(row + 1).copied(),
        Step::Up => row.checked_sub(1).map(|row| columns[column][row]),
        Step::Left => (0..column).rev().find_map(sideways),
        Step::Right => (column + 1..columns.len()).find_map(sideways),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn task(number: u128) -> TaskId {
        format!("{number:032x}").parse().unwrap()
    }

    fn columns() -> Vec<Arc<Vec<TaskId>>> {
        [&[1, 2, 3][..], &[], &[4], &[5, 6]]
            .map(|numbers| Arc::new(numbers.iter().copied().map(task).collect()))
            .to_vec()
    }

    #[rstest]
    #[case(None, Step::Down, Some(1))]
    #[case(Some(99), Step::Up, Some(1))]
    #[case(Some(1), Step::Down, Some(2))]
    #[case(Some(3), Step::Down, None)]
    #[case(Some(1), Step::Up, None)]
    #[case(Some(2), Step::Up, Some(1))]
    #[case(Some(3), Step::Right, Some(4))]
    #[case(Some(4), Step::Right, Some(5))]
    #[case(Some(6), Step::Left, Some(4))]
    #[case(Some(4), Step::Left, Some(1))]
    #[case(Some(2), Step::Left, None)]
    fn steps(#[case] from: Option<u128>, #[case] step: Step, #[case] to: Option<u128>) {
        assert_eq!(next(&columns(), from.map(task), step), to.map(task));
    }

    #[test]
    fn nothing_to_walk_on() {
        assert_eq!(next(&[Arc::default()], None, Step::Down), None);
    }
}
