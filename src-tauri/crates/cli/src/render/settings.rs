//! The settings as people see them.

use super::{Canvas, Fields, visible};
use aegis_protocol::SettingsView;

/// Every setting, by the name that `aegis settings set` takes.
pub(crate) fn draw(settings: &SettingsView, canvas: &Canvas) -> String {
    let mut fields = Fields::new();
    let slots = match &settings.slots_override {
        Some(variable) => format!("{} (set by {variable} for now)", settings.slots),
        None => settings.slots.to_string(),
    };
    fields
        .add("slots", slots)
        .add("sound", if settings.sound { "on" } else { "off" })
        .add("roots", settings.allowed_roots.join("\n"));
    fields.draw(canvas)
}

/// The folders that commands may work in, one a line.
pub(crate) fn roots(settings: &SettingsView) -> String {
    let lines = settings.allowed_roots.iter().map(|root| visible::cell(root));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_shown_with_where_they_come_from() {
        let settings = SettingsView {
            slots: 5,
            slots_override: Some("TASK_MAX_CONCURRENT".to_owned()),
            sound: false,
            allowed_roots: vec!["~".to_owned(), "/srv/\u{1b}[2Jdata".to_owned()],
        };
        insta::assert_snapshot!(draw(&settings, &Canvas::for_tests(80)));
        assert_eq!(roots(&settings), "~\n/srv/^[[2Jdata");
    }
}
