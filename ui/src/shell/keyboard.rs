//! The keys that work everywhere. Those that move on the board belong to the board page.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::state::{Page, View};

/// What a key means, wherever one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Close,
    QuickAdd,
    Search,
    Shortcuts,
    Widen,
    Go(Page),
}

impl Command {
    const fn of(key: &str) -> Option<Self> {
        Some(match key.as_bytes() {
            b"Escape" => Self::Close,
            b"n" | b"q" => Self::QuickAdd,
            b"/" => Self::Search,
            b"?" => Self::Shortcuts,
            b"f" => Self::Widen,
            b"1" => Self::Go(Page::Board),
            b"2" => Self::Go(Page::Activity),
            b"3" => Self::Go(Page::Settings),
            _ => return None,
        })
    }
}

/// Listens for as long as the shell is there.
pub(super) fn listen(view: View) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || has_modifier(&event) {
            return;
        }
        let Some(command) = Command::of(&event.key()) else { return };
        if is_typing(&event) {
            if command == Command::Close {
                leave_field(&event);
            }
            return;
        }
        event.prevent_default();
        run(command, view);
    });
    on_cleanup(move || handle.remove());
}

fn run(command: Command, view: View) {
    match command {
        Command::Close if view.shortcuts.get_untracked() => view.shortcuts.set(false),
        Command::Close if view.open.get_untracked().is_some() => view.close_task(),
        Command::Close => view.selected.set(None),
        Command::QuickAdd => {
            show_board(view);
            focus_soon(move || view.quick_add.get_untracked());
        }
        Command::Search => {
            show_board(view);
            focus_soon(move || view.search.get_untracked());
        }
        Command::Shortcuts => view.shortcuts.update(|shown| *shown = !*shown),
        Command::Widen if view.open.get_untracked().is_some() => {
            view.wide.update(|wide| *wide = !*wide);
        }
        Command::Widen => {}
        Command::Go(page) => {
            view.close_task();
            view.page.set(page);
        }
    }
}

fn show_board(view: View) {
    view.wide.set(false);
    if view.page.get_untracked() != Page::Board {
        view.page.set(Page::Board);
    }
}

/// Focuses a field once its page has been drawn.
fn focus_soon(field: impl Fn() -> Option<web_sys::HtmlInputElement> + 'static) {
    request_animation_frame(move || {
        if let Some(field) = field() {
            let _ = field.focus();
        }
    });
}

/// Whether the key belongs to a field that somebody types into.
pub(crate) fn is_typing(event: &KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Whether the key belongs to the system, the webview or a menu.
pub(crate) fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing()
}

fn leave_field(event: &KeyboardEvent) {
    if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        let _ = field.blur();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::t;

    #[test]
    fn every_page_has_its_digit() {
        for (index, page) in Page::ALL.into_iter().enumerate() {
            assert_eq!(Command::of(&(index + 1).to_string()), Some(Command::Go(page)));
        }
    }

    #[test]
    fn the_list_of_shortcuts_names_every_command() {
        let listed: Vec<&str> =
            t().shortcuts.all.iter().flat_map(|(keys, _)| keys.split_whitespace()).collect();
        for (key, shown) in
            [("Escape", "Esc"), ("n", "N"), ("/", "/"), ("?", "?"), ("f", "F"), ("1", "1")]
        {
            assert!(Command::of(key).is_some(), "{key}");
            assert!(listed.contains(&shown), "{shown}");
        }
    }
}
