//! The settings as people see them.

use super::{Canvas, Fields, time, visible};
use aegis_protocol::{OverrideView, SettingsView};
use chrono::TimeDelta;

/// Every setting, by the name that `aegis settings set` takes.
pub(crate) fn draw(settings: &SettingsView, canvas: &Canvas) -> String {
    let mut fields = Fields::new();
    let by = |setting: &str, value: String| {
        let sets = |said: &&OverrideView| said.settings.iter().any(|one| one == setting);
        match settings.overrides.iter().find(sets) {
            Some(said) => format!("{value} (set by {} for now)", said.variable),
            None => value,
        }
    };
    let secs =
        |secs: u64| time::span(TimeDelta::seconds(i64::try_from(secs).unwrap_or(i64::MAX / 1000)));
    let unused: Vec<String> = settings
        .overrides
        .iter()
        .filter(|said| said.settings.is_empty())
        .map(|said| format!("{}={} (nothing uses it yet)", said.variable, said.value))
        .collect();
    fields
        .add("slots", by("slots", settings.slots.to_string()))
        .add("sound", if settings.sound { "on" } else { "off" })
        .add("command-timeout", by("command_timeout_secs", secs(settings.command_timeout_secs)))
        .add("agent-timeout", by("agent_timeout_secs", secs(settings.agent_timeout_secs)))
        .add("retries", by("retries", settings.retries.to_string()))
        .add("artifact-file-mb", settings.artifact_file_mb.to_string())
        .add("artifact-files", settings.artifact_files.to_string())
        .add("artifact-run-mb", settings.artifact_run_mb.to_string())
        .add("roots", settings.allowed_roots.join("\n"))
        .add_some("environment", Some(unused.join("\n")).filter(|text| !text.is_empty()));
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
        let said = |variable: &str, value: &str, settings: &[&str]| OverrideView {
            variable: variable.to_owned(),
            value: value.to_owned(),
            settings: settings.iter().map(|one| (*one).to_owned()).collect(),
        };
        let settings = SettingsView {
            slots: 5,
            slots_override: Some("TASK_MAX_CONCURRENT".to_owned()),
            sound: false,
            allowed_roots: vec!["~".to_owned(), "/srv/\u{1b}[2Jdata".to_owned()],
            command_timeout_secs: 90,
            agent_timeout_secs: 90,
            retries: 3,
            artifact_file_mb: 100,
            artifact_files: 100,
            artifact_run_mb: 500,
            overrides: vec![
                said("TASK_MAX_CONCURRENT", "5", &["slots"]),
                said("TASK_TIMEOUT_MS", "90000", &["command_timeout_secs", "agent_timeout_secs"]),
                said("CLAUDE_CLI_PATH", "/opt/\u{1b}[2Jclaude", &[]),
            ],
        };
        insta::assert_snapshot!(draw(&settings, &Canvas::for_tests(80)));
        assert_eq!(roots(&settings), "~\n/srv/^[[2Jdata");
    }
}
