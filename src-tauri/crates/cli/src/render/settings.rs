//! The settings as people see them.

use super::{Canvas, Fields, time, visible};
use aegis_domain::Usd;
use aegis_domain::fair::EVERY;
use aegis_protocol::{LimitsView, OverrideView, SettingsView};
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
    let auto = |count: u32, auto: bool| {
        if auto { format!("{count} (auto: as this machine takes)") } else { count.to_string() }
    };
    let switch = |on: bool| if on { "on" } else { "off" };
    let secs =
        |secs: u64| time::span(TimeDelta::seconds(i64::try_from(secs).unwrap_or(i64::MAX / 1000)));
    let some = |lines: Vec<String>| Some(lines.join("\n")).filter(|text| !text.is_empty());
    let offsets = settings.offsets.iter().map(|(name, steps)| format!("{name}: {steps:+}"));
    let unused = settings
        .overrides
        .iter()
        .filter(|said| said.settings.is_empty())
        .map(|said| format!("{}={} (nothing uses it yet)", said.variable, said.value));
    fields
        .add("slots", by("slots", auto(settings.slots, settings.slots_auto)))
        .add("max-agents", auto(settings.max_agents, settings.max_agents_auto))
        .add("pressure", by("pressure", switch(settings.pressure).to_owned()))
        .add("retries", by("retries", settings.retries.to_string()))
        .add("command-timeout", by("command_timeout_secs", secs(settings.command_timeout_secs)))
        .add("agent-timeout", by("agent_timeout_secs", secs(settings.agent_timeout_secs)))
        .add("daily-budget", by("daily_budget", budget(settings.daily_budget)))
        .add("question-expiry", expiry(settings.question_expiry_secs))
        .add("sound", switch(settings.sound))
        .add("login-environment", switch(settings.login_environment))
        .add("anthropic-base-url", settings.anthropic_base_url.clone())
        .add("claude-path", by("claude_path", place(&settings.claude_path)))
        .add_some("limits", some(limits(settings)))
        .add_some("offsets", some(offsets.collect()))
        .add("roots", settings.allowed_roots.join("\n"))
        .add("artifact-file-mb", settings.artifact_file_mb.to_string())
        .add("artifact-files", settings.artifact_files.to_string())
        .add("artifact-run-mb", settings.artifact_run_mb.to_string())
        .add("sandbox", settings.sandbox.to_string())
        .add("sandbox-floor", settings.sandbox_floor.to_string())
        .add("keep-logs-days", kept(settings.keep.logs_days))
        .add("keep-logs-mib", limit(settings.keep.logs_mib))
        .add("keep-history-days", kept(settings.keep.history_days))
        .add("keep-deleted-days", kept(settings.keep.deleted_days))
        .add("keep-keys-days", kept(settings.keep.keys_days))
        .add_some("environment", some(unused.collect()));
    fields.draw(canvas)
}

fn place(path: &str) -> String {
    if path.is_empty() { "wherever it is found".to_owned() } else { path.to_owned() }
}

fn budget(budget: Option<Usd>) -> String {
    budget.map_or_else(|| "none".to_owned(), |budget| format!("${budget}"))
}

/// Whole days and hours as people say them.
fn expiry(secs: u64) -> String {
    if secs == 0 {
        return "none (waits for ever)".to_owned();
    }
    humantime::format_duration(std::time::Duration::from_secs(secs)).to_string()
}

fn kept(days: u32) -> String {
    if days == 0 { "0 (for ever)".to_owned() } else { days.to_string() }
}

fn limit(mib: u32) -> String {
    if mib == 0 { "0 (no limit)".to_owned() } else { mib.to_string() }
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
    use aegis_domain::SandboxProfile;
    use aegis_domain::fair::Caps;
    use aegis_domain::retention::Keep;

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
            slots_auto: false,
            max_agents: 2,
            max_agents_auto: true,
            pressure: false,
            limits: LimitsView {
                executors: Caps([("shell".to_owned(), 2)].into()),
                workspaces: Caps([(EVERY.to_owned(), 1), ("aegis".to_owned(), 3)].into()),
                agents: Caps::default(),
            },
            offsets: [("reminder".to_owned(), 2), ("shell".to_owned(), -1)].into(),
            sound: false,
            claude_path: "/opt/\u{1b}[2Jclaude".to_owned(),
            allowed_roots: vec!["~".to_owned(), "/srv/\u{1b}[2Jdata".to_owned()],
            command_timeout_secs: 90,
            agent_timeout_secs: 90,
            retries: 3,
            artifact_file_mb: 100,
            artifact_files: 100,
            artifact_run_mb: 500,
            sandbox: SandboxProfile::Workspace,
            sandbox_floor: SandboxProfile::None,
            anthropic_base_url: "https://api.anthropic.com".to_owned(),
            login_environment: true,
            daily_budget: Some(Usd::from_micros(5_000_000)),
            question_expiry_secs: 259_200,
            keep: Keep { logs_days: 0, ..Keep::default() },
            overrides: vec![
                said("TASK_MAX_CONCURRENT", "5", &["slots"]),
                said("TASK_TIMEOUT_MS", "90000", &["command_timeout_secs", "agent_timeout_secs"]),
                said("AEGIS_DAILY_BUDGET", "5", &["daily_budget"]),
                said("AEGIS_PRESSURE", "off", &["pressure"]),
                said("MCP_SERVER_URL", "https://\u{1b}[2Jhost", &[]),
            ],
        };
        insta::assert_snapshot!(draw(&settings, &Canvas::for_tests(80)));
        assert_eq!(roots(&settings), "~\n/srv/^[[2Jdata");
    }
}
