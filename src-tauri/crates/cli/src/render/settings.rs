//! The settings as people see them.

use super::{Canvas, Fields, visible};
use aegis_domain::fair::EVERY;
use aegis_protocol::{LimitsView, SettingsView};
use std::time::Duration;

/// Every setting, by the name that `aegis settings set` takes.
pub(crate) fn draw(settings: &SettingsView, canvas: &Canvas) -> String {
    let mut fields = Fields::new();
    let auto = |count: u32, auto: bool| {
        if auto { format!("{count} (auto: as this machine takes)") } else { count.to_string() }
    };
    let slots = overridden(auto(settings.slots, settings.slots_auto), &settings.slots_override);
    let switch = |on: bool| if on { "on" } else { "off" };
    let pressure = overridden(switch(settings.pressure).to_owned(), &settings.pressure_override);
    let timeout = settings.timeout_ms.map_or_else(
        || "that of each executor".to_owned(),
        |millis| humantime::format_duration(Duration::from_millis(millis)).to_string(),
    );
    let limits = limits(settings);
    let offsets = settings.offsets.iter().map(|(name, steps)| format!("{name}: {steps:+}"));
    fields
        .add("slots", slots)
        .add("max-agents", auto(settings.max_agents, settings.max_agents_auto))
        .add("pressure", pressure)
        .add("retries", overridden(settings.retries.to_string(), &settings.retries_override))
        .add("timeout", overridden(timeout, &settings.timeout_override))
        .add("sound", switch(settings.sound))
        .add_some("limits", Some(limits.join("\n")).filter(|text| !text.is_empty()))
        .add_some(
            "offsets",
            Some(offsets.collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty()),
        )
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

/// A value, and the variable of the environment that sets it for now.
fn overridden(value: String, by: &Option<String>) -> String {
    match by {
        Some(variable) => format!("{value} (set by {variable} for now)"),
        None => value,
    }
}

/// The limits, one a line.
fn limits(settings: &SettingsView) -> Vec<String> {
    let LimitsView { executors, workspaces, agents } = &settings.limits;
    let kinds = [("executor", executors), ("workspace", workspaces), ("agent", agents)];
    let line = |kind: &str, name: &str, most: u32| match name {
        EVERY => format!("every other {kind}: {most}"),
        name => format!("{kind} {name}: {most}"),
    };
    kinds
        .iter()
        .flat_map(|(kind, caps)| caps.0.iter().map(move |(name, most)| line(kind, name, *most)))
        .collect()
}

/// The folders that commands may work in, one a line.
pub(crate) fn roots(settings: &SettingsView) -> String {
    let lines = settings.allowed_roots.iter().map(|root| visible::cell(root));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::fair::Caps;
    use aegis_domain::retention::Keep;

    #[test]
    fn settings_are_shown_with_where_they_come_from() {
        let settings = SettingsView {
            slots: 5,
            slots_override: Some("TASK_MAX_CONCURRENT".to_owned()),
            slots_auto: false,
            max_agents: 2,
            max_agents_auto: true,
            pressure: false,
            pressure_override: Some("AEGIS_PRESSURE".to_owned()),
            retries: 3,
            retries_override: None,
            timeout_ms: Some(300_000),
            timeout_override: Some("TASK_TIMEOUT_MS".to_owned()),
            limits: LimitsView {
                executors: Caps([("shell".to_owned(), 2)].into()),
                workspaces: Caps([(EVERY.to_owned(), 1), ("aegis".to_owned(), 3)].into()),
                agents: Caps::default(),
            },
            offsets: [("reminder".to_owned(), 2), ("shell".to_owned(), -1)].into(),
            sound: false,
            allowed_roots: vec!["~".to_owned(), "/srv/\u{1b}[2Jdata".to_owned()],
            keep: Keep { logs_days: 0, ..Keep::default() },
        };
        insta::assert_snapshot!(draw(&settings, &Canvas::for_tests(80)));
        assert_eq!(roots(&settings), "~\n/srv/^[[2Jdata");
    }
}
