//! Lucide icons, compiled in: only those that are used.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $file:literal,)+) => {
        /// The icons of the interface. The same icon means the same thing everywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum IconName {
            $($(#[$doc])* $name,)+
        }

        impl IconName {
            /// The shapes inside the `svg` element.
            const fn shapes(self) -> &'static str {
                match self {
                    $(Self::$name => const {
                        inner(include_str!(concat!("../../../node_modules/lucide-static/icons/", $file, ".svg")))
                    },)+
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

icons! {
    /// The activity page.
    Activity = "activity",
    /// The board page.
    Board = "kanban",
    /// Reminder.
    Bell = "bell",
    /// Something to follow downwards.
    ArrowDown = "arrow-down",
    /// Called off.
    Ban = "ban",
    /// Done by hand.
    Check = "check",
    /// Completed.
    CircleCheck = "circle-check",
    /// Failed.
    CircleX = "circle-x",
    /// Waits for its turn or time.
    Clock = "clock",
    /// Starts by its schedule.
    Planned = "calendar-clock",
    /// Happens again and again.
    Repeat = "repeat",
    /// Put away.
    Archived = "archive",
    /// Opens what is behind a line.
    Expand = "chevron-right",
    /// A file that was left behind.
    File = "file",
    /// A place to go on from.
    Flag = "flag",
    /// What a model used.
    Usage = "coins",
    /// A folder.
    Folder = "folder",
    /// The brand, and permission.
    Shield = "shield",
    /// A task that a person does.
    Hand = "hand",
    /// At work.
    Loader = "loader",
    /// Asks a person.
    Question = "shield-question-mark",
    /// Held.
    Pause = "pause",
    /// Run now.
    Play = "play",
    /// Add.
    Plus = "plus",
    /// Take one away.
    Minus = "minus",
    /// Run again.
    Again = "rotate-ccw",
    /// Search.
    Search = "search",
    /// The settings page.
    Settings = "settings",
    /// Stop.
    Square = "square",
    /// Left out.
    Skip = "skip-forward",
    /// Shell.
    Terminal = "terminal",
    /// Delete.
    Trash = "trash-2",
    /// Something is wrong.
    Warning = "triangle-alert",
    /// Looked at before it counts; a tool that looks.
    Eye = "eye",
    /// Claude Code.
    Bot = "bot",
    /// A tool that changes files.
    Change = "file-pen",
    /// A tool that reaches other machines.
    Globe = "globe",
    /// A tool that tells or asks the person.
    Say = "message-circle",
    /// A tool that makes tasks.
    Plan = "list-checks",
    /// A session that can be taken up again.
    Session = "id-card",
    /// Why it counts as done.
    Evidence = "shield-check",
    /// Something is missing.
    Blocked = "link",
    /// Any other executor: a plug-in.
    Plug = "plug",
    /// Close.
    Close = "x",
    /// The panel becomes a page.
    Grow = "maximize-2",
    /// The page becomes a panel.
    Shrink = "minimize-2",
}

/// What stands between the opening and the closing `svg` tag.
const fn inner(svg: &str) -> &str {
    let bytes = svg.as_bytes();
    let mut start = 0;
    while !(bytes[start] == b'<' && bytes[start + 1] == b's' && bytes[start + 2] == b'v') {
        start += 1;
    }
    while bytes[start] != b'>' {
        start += 1;
    }
    let mut end = bytes.len() - 1;
    while !(bytes[end] == b'<' && bytes[end + 1] == b'/') {
        end -= 1;
    }
    svg.split_at(end).0.split_at(start + 1).1
}

/// An icon of 16 px. It is decoration: what carries it has a name of its own.
#[component]
pub(crate) fn Icon(
    /// Which.
    #[prop(into)]
    name: Signal<IconName>,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            aria-hidden="true"
            viewBox="0 0 24 24"
            inner_html=move || name.get().shapes()
        ></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_shapes_and_nothing_around_them() {
        for icon in IconName::ALL {
            let shapes = icon.shapes().trim();
            assert!(shapes.starts_with('<') && shapes.ends_with("/>"), "{icon:?}: {shapes}");
            assert!(!shapes.contains("svg"), "{icon:?}: {shapes}");
        }
    }
}
