//! Links into the window: the tray, a notification or a second start of the program sets the page's fragment, and the
//! window goes there. The fragment is taken away again, so that the same link works twice.

use aegis_domain::TaskId;
use leptos::ev;
use leptos::prelude::*;

use super::keyboard;
use crate::state::{Page, View};

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Page(Page),
    QuickAdd,
    Task(TaskId),
}

impl Link {
    /// Reads a fragment such as `#/quick-add` or `#/task/<id>`; `None` for anything else.
    fn parse(fragment: &str) -> Option<Self> {
        let path = fragment.strip_prefix("#/")?;
        Some(match path {
            "board" => Self::Page(Page::Board),
            "activity" => Self::Page(Page::Activity),
            "settings" => Self::Page(Page::Settings),
            "quick-add" => Self::QuickAdd,
            _ => Self::Task(path.strip_prefix("task/")?.parse().ok()?),
        })
    }
}

/// Follows the link that the window was opened with, and those that come later.
pub(super) fn listen(view: View) {
    let handle = window_event_listener(ev::hashchange, move |_| follow(view));
    on_cleanup(move || handle.remove());
    follow(view);
}

fn follow(view: View) {
    let location = window().location();
    let Some(link) = location.hash().ok().as_deref().and_then(Link::parse) else { return };
    // The empty fragment is no link, so this does not lead back here.
    let _ = location.set_hash("");
    match link {
        Link::Page(page) => {
            view.close_task();
            view.page.set(page);
        }
        Link::QuickAdd => keyboard::go_to_quick_add(view),
        Link::Task(task) => {
            view.page.set(Page::Board);
            view.open_task(task);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read() {
        let id = "01932b6e-7c00-7abc-8def-0123456789ab";
        assert_eq!(Link::parse("#/quick-add"), Some(Link::QuickAdd));
        assert_eq!(Link::parse("#/settings"), Some(Link::Page(Page::Settings)));
        assert_eq!(Link::parse(&format!("#/task/{id}")), Some(Link::Task(id.parse().unwrap())));
        for none in ["", "#", "#/", "#/task/42", "#/../etc", "javascript:alert(1)"] {
            assert_eq!(Link::parse(none), None, "{none}");
        }
    }
}
