//! What the environment sets, for as long as Aegis runs.

use super::SettingsError;
use super::file::{RETRIES, TIMEOUT_SECS};
use super::money;
use aegis_domain::Usd;
use aegis_protocol::OverrideView;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Most runs at once.
pub(super) const MAX_CONCURRENT: &str = "TASK_MAX_CONCURRENT";
/// The time limit of commands and of agents, in milliseconds.
const TIMEOUT_MS: &str = "TASK_TIMEOUT_MS";
/// Retries after the first run.
const RETRY_ATTEMPTS: &str = "TASK_RETRY_ATTEMPTS";
/// Whether pressure on the machine holds work back.
const PRESSURE: &str = "AEGIS_PRESSURE";
/// Where Claude Code is.
const CLAUDE_CLI_PATH: &str = "CLAUDE_CLI_PATH";
/// What a day may cost.
const DAILY_BUDGET: &str = "AEGIS_DAILY_BUDGET";
/// Where the server of tools is.
const MCP_SERVER_URL: &str = "MCP_SERVER_URL";

/// As many as anybody wants.
const SLOTS: RangeInclusive<u64> = 1..=u32::MAX as u64;

/// What the environment says of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Environment {
    pub(super) slots: Option<u32>,
    pub(super) timeout: Option<Duration>,
    pub(super) retries: Option<u32>,
    pub(super) pressure: Option<bool>,
    pub(super) claude_path: Option<String>,
    /// `Some(None)` takes the budget away.
    pub(super) daily_budget: Option<Option<Usd>>,
    /// Every variable that says something, as it is shown.
    pub(super) shown: Vec<OverrideView>,
}

impl Environment {
    /// Reads it; `variable` gives the value of a variable. An empty one says nothing.
    pub(super) fn read(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let mut all = Self::default();
        let said = |name| variable(name).filter(|value| !value.trim().is_empty());
        if let Some(value) = said(MAX_CONCURRENT) {
            all.slots = u32::try_from(number(MAX_CONCURRENT, &value, &SLOTS)?).ok();
            all.show(MAX_CONCURRENT, &value, &["slots"]);
        }
        if let Some(value) = said(TIMEOUT_MS) {
            let range = 1..=TIMEOUT_SECS.end() * 1000;
            all.timeout = Some(Duration::from_millis(number(TIMEOUT_MS, &value, &range)?));
            all.show(TIMEOUT_MS, &value, &["command_timeout_secs", "agent_timeout_secs"]);
        }
        if let Some(value) = said(RETRY_ATTEMPTS) {
            all.retries = u32::try_from(number(RETRY_ATTEMPTS, &value, &RETRIES)?).ok();
            all.show(RETRY_ATTEMPTS, &value, &["retries"]);
        }
        if let Some(value) = said(PRESSURE) {
            all.pressure = Some(switch(PRESSURE, &value)?);
            all.show(PRESSURE, &value, &["pressure"]);
        }
        if let Some(value) = said(CLAUDE_CLI_PATH) {
            let wanted = "an absolute path, such as /usr/local/bin/claude";
            check(CLAUDE_CLI_PATH, &value, wanted, value.trim().starts_with('/'))?;
            all.show(CLAUDE_CLI_PATH, &value, &["claude_path"]);
            all.claude_path = Some(value.trim().to_owned());
        }
        if let Some(value) = said(DAILY_BUDGET) {
            let wanted = "an amount in dollars such as 5 or 1.50, or none".to_owned();
            let refuse = |_| {
                let (variable, value) = (DAILY_BUDGET, cut(&value));
                SettingsError::Variable { variable, value, wanted }
            };
            all.daily_budget = Some(money::budget(&value).map_err(refuse)?);
            all.show(DAILY_BUDGET, &value, &["daily_budget"]);
        }
        // Kept and shown: nothing talks to a server of tools yet.
        if let Some(value) = said(MCP_SERVER_URL) {
            let wanted = "an address that begins with http:// or https://, without a login";
            check(MCP_SERVER_URL, &value, wanted, is_address(value.trim()))?;
            all.show(MCP_SERVER_URL, &value, &[]);
        }
        Ok(all)
    }

    fn show(&mut self, variable: &str, value: &str, settings: &[&str]) {
        self.shown.push(OverrideView {
            variable: variable.to_owned(),
            value: value.trim().to_owned(),
            settings: settings.iter().map(|setting| (*setting).to_owned()).collect(),
        });
    }
}

fn switch(variable: &'static str, value: &str) -> Result<bool, SettingsError> {
    match value.trim() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(SettingsError::Variable {
            variable,
            value: cut(value),
            wanted: "on or off".to_owned(),
        }),
    }
}

fn number(
    variable: &'static str,
    value: &str,
    range: &RangeInclusive<u64>,
) -> Result<u64, SettingsError> {
    let number = value.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| SettingsError::Variable {
        variable,
        value: cut(value),
        wanted: format!("a number from {} to {}", range.start(), range.end()),
    })
}

fn check(
    variable: &'static str,
    value: &str,
    wanted: &str,
    fits: bool,
) -> Result<(), SettingsError> {
    if fits && !value.contains(char::is_control) {
        return Ok(());
    }
    // An address may hold a password.
    let value = if value.contains('@') { "…".to_owned() } else { cut(value) };
    Err(SettingsError::Variable { variable, value, wanted: wanted.to_owned() })
}

fn is_address(value: &str) -> bool {
    let rest = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && !value.contains(char::is_whitespace)
}

/// Not more than one can read.
fn cut(value: &str) -> String {
    value.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
