//! What the window says outside its pages: the tray's menu. The pages' own texts are in
//! `ui/src/messages`.

/// The texts of one language.
pub(crate) struct Messages {
    pub(crate) quick_add: &'static str,
    pub(crate) open: &'static str,
    pub(crate) pause_all: &'static str,
    pub(crate) resume_all: &'static str,
    pub(crate) quit: &'static str,
}

const EN: Messages = Messages {
    quick_add: "Quick add…",
    open: "Open",
    pause_all: "Pause all",
    resume_all: "Resume all",
    quit: "Quit",
};

/// The texts in the user's language.
pub(crate) const fn t() -> &'static Messages {
    &EN
}
