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
        .add("roots", settings.allowed_roots.join("\n"))
        .add("keep-logs-days", kept(settings.keep.logs_days))
        .add("keep-logs-mib", limit(settings.keep.logs_mib))
        .add("keep-history-days", kept(settings.keep.history_days))
        .add("keep-deleted-days", kept(settings.keep.deleted_days))
        .add("keep-keys-days", kept(settings.keep.keys_days));
    fields.draw(canvas)
}

fn kept(days: u32) -> String {
    if days == 0 { "0 (for ever)".to_owned() } else { days.to_string() }
}

fn limit(mib: u32) -> String {
    if mib == 0 { "0 (no limit)".to_owned() } else { mib.to_string() }
}

/// The folders that commands may work in, one a line.
pub(crate) fn roots(settings: &SettingsView) -> String {
    let lines = settings.allowed_roots.iter().map(|root| visible::cell(root));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::retention::Keep;

    #[test]
    fn settings_are_shown_with_where_they_come_from() {
        let settings = SettingsView {
            slots: 5,
            slots_override: Some("TASK_MAX_CONCURRENT".to_owned()),
            sound: false,
            allowed_roots: vec!["~".to_owned(), "/srv/\u{1b}[2Jdata".to_owned()],
            keep: Keep { logs_days: 0, ..Keep::default() },
        };
        insta::assert_snapshot!(draw(&settings, &Canvas::for_tests(80)));
        assert_eq!(roots(&settings), "~\n/srv/^[[2Jdata");
    }
}
