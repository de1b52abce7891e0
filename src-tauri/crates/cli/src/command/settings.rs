//! `aegis settings`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::settings;
use crate::value;
use aegis_domain::SandboxProfile;
use aegis_protocol::{ApiError, Count, GetSettings, GroupKind, SetLimit, UpdateSettings};
use clap::{Subcommand, ValueEnum};

/// Settings
#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Show them
    Show,
    /// Change one
    Set {
        /// Which
        #[arg(value_enum)]
        key: Key,
        /// What it is to be: a number (or auto for slots and max-agents), a span of time such as
        /// 5m, an amount of dollars, on or off, none, workspace or strict
        value: String,
    },
    /// Limit how much of one executor, workspace or agent runs at once
    Limit {
        /// Of what
        #[arg(value_enum)]
        kind: Kind,
        /// Its name; * is every one without a limit of its own
        name: String,
        /// Most at once, 1 or more; none takes the limit away
        most: String,
    },
    /// Put the work of an executor ahead of that of others, or behind
    Offset {
        /// Which executor
        executor: String,
        /// Steps of priority: -10 to 10; 0 is as all others
        #[arg(allow_hyphen_values = true)]
        steps: i8,
    },
}

/// A setting that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Key {
    /// Most runs at once: 1 or more, or auto
    Slots,
    /// Of them, most runs of models: 1 or more, or auto
    #[value(alias = "max_agents")]
    MaxAgents,
    /// Further tries of new tasks that do not say how many: 0 to 100
    Retries,
    /// Whether a machine that has enough to do starts less: on or off
    Pressure,
    /// Whether a reminder plays a sound: on or off
    Sound,
    /// The time limit of commands that name none, such as 5m
    CommandTimeout,
    /// The time limit of agents that name none, such as 30m
    AgentTimeout,
    /// Where Claude Code is; nothing to have it looked for
    ClaudePath,
    /// Most megabytes of one file that a run leaves behind
    ArtifactFileMb,
    /// Most files that one run leaves behind: 1 to 500
    ArtifactFiles,
    /// Most megabytes that one run leaves behind
    ArtifactRunMb,
    /// What tasks that do not say are kept from: none, workspace or strict
    Sandbox,
    /// What every task is kept from at least: none, workspace or strict
    #[value(alias = "sandbox_floor")]
    SandboxFloor,
    /// Days that logs of runs are kept; 0 for ever
    KeepLogsDays,
    /// MiB of all logs together; the oldest go first; 0 without a limit
    KeepLogsMib,
    /// Days that runs are kept after their end; 0 for ever
    KeepHistoryDays,
    /// Days that deleted tasks are kept; 0 for ever
    KeepDeletedDays,
    /// Days that keys of requests are kept; 0 for ever
    KeepKeysDays,
    /// Where Anthropic's API is; an empty text is where it usually is
    AnthropicBaseUrl,
    /// What all work of a day may cost in dollars, such as 5 or 1.50; none for no limit
    #[value(alias = "daily_budget")]
    DailyBudget,
    /// How long an answer to a question is waited for, such as 3d; none for ever
    #[value(alias = "question_expiry")]
    QuestionExpiry,
    /// Whether commands find what the login shell's start-up files set, such as PATH: on or off
    LoginEnvironment,
}

/// A kind of group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// What does the work
    Executor,
    /// Where it works
    Workspace,
    /// Whom it is given to
    Agent,
}

impl From<Kind> for GroupKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Executor => Self::Executor,
            Kind::Workspace => Self::Workspace,
            Kind::Agent => Self::Agent,
        }
    }
}

impl Settings {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let settings = match self {
            Self::Show => engine.call(GetSettings {}).await?,
            Self::Set { key, value } => engine.call(update(key, &value)?).await?,
            Self::Limit { kind, name, most } => {
                let limits = vec![SetLimit { of: kind.into(), name, most: limit(&most)? }];
                engine.call(UpdateSettings { limits, ..UpdateSettings::default() }).await?
            }
            Self::Offset { executor, steps } => {
                let offsets = [(executor, steps)].into();
                engine.call(UpdateSettings { offsets, ..UpdateSettings::default() }).await?
            }
        };
        out.answer(&settings, settings::draw)?;
        Ok(Exit::Success)
    }
}

fn update(key: Key, value: &str) -> Result<UpdateSettings, Error> {
    let mut update = UpdateSettings::default();
    let number = || {
        let refuse = |_| Error::usage("The value is not a number.", "Use a whole number.");
        value.parse::<u64>().map_err(refuse)
    };
    let seconds = || {
        let refuse = |hint: String| Error::usage("The value is not a span of time.", hint);
        value::seconds(value).map_err(refuse)
    };
    match key {
        Key::Slots => update.slots = Some(count("slots", value)?),
        Key::MaxAgents => update.max_agents = Some(count("slots for AI", value)?),
        Key::CommandTimeout => update.command_timeout_secs = Some(seconds()?),
        Key::AgentTimeout => update.agent_timeout_secs = Some(seconds()?),
        Key::ClaudePath => update.claude_path = Some(value.to_owned()),
        Key::Retries => update.retries = Some(number()?),
        Key::ArtifactFileMb => update.artifact_file_mb = Some(number()?),
        Key::ArtifactFiles => update.artifact_files = Some(number()?),
        Key::ArtifactRunMb => update.artifact_run_mb = Some(number()?),
        Key::Sandbox => update.sandbox = Some(profile(value)?),
        Key::SandboxFloor => update.sandbox_floor = Some(profile(value)?),
        Key::KeepLogsDays => update.keep.logs_days = Some(kept(value)?),
        Key::KeepLogsMib => update.keep.logs_mib = Some(kept(value)?),
        Key::KeepHistoryDays => update.keep.history_days = Some(kept(value)?),
        Key::KeepDeletedDays => update.keep.deleted_days = Some(kept(value)?),
        Key::KeepKeysDays => update.keep.keys_days = Some(kept(value)?),
        Key::Pressure => update.pressure = Some(switch("The look at the machine", value)?),
        Key::DailyBudget => update.daily_budget = Some(value.to_owned()),
        Key::QuestionExpiry => {
            let for_ever = value.eq_ignore_ascii_case("none");
            update.question_expiry_secs = Some(if for_ever { 0 } else { seconds()? });
        }
        Key::AnthropicBaseUrl => update.anthropic_base_url = Some(value.to_owned()),
        Key::LoginEnvironment => {
            update.login_environment = Some(switch("The login shell's environment", value)?);
        }
        Key::Sound => update.sound = Some(switch("Sound", value)?),
    }
    Ok(update)
}

fn profile(value: &str) -> Result<SandboxProfile, Error> {
    Ok(value.parse().map_err(ApiError::from)?)
}

fn kept(value: &str) -> Result<u32, Error> {
    value.parse().map_err(|_| {
        Error::usage("How long to keep it is not a number.", "Use a whole number, or 0 for ever.")
    })
}

fn count(what: &str, value: &str) -> Result<Count, Error> {
    if value.eq_ignore_ascii_case("auto") {
        return Ok(Count::AUTO);
    }
    value.parse().map(Count::Exactly).map_err(|_| {
        Error::usage(format!("The number of {what} is not a number."), "Use 1 or more, or auto.")
    })
}

fn limit(value: &str) -> Result<Option<u32>, Error> {
    if value.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let number = value.parse().map(Some);
    number.map_err(|_| Error::usage("The limit is not a number.", "Use 1 or more, or none."))
}

fn switch(what: &str, value: &str) -> Result<bool, Error> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" => Ok(true),
        "off" | "false" | "no" => Ok(false),
        _ => Err(Error::usage(format!("{what} is either on or off."), "Use on or off.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_setting_changes() {
        let slots = update(Key::Slots, "8").unwrap();
        assert_eq!((slots.slots, slots.sound), (Some(Count::Exactly(8)), None));
        let auto = update(Key::MaxAgents, "Auto").unwrap();
        assert_eq!((auto.slots, auto.max_agents), (None, Some(Count::AUTO)));
        assert_eq!(update(Key::Retries, "0").unwrap().retries, Some(0));
        let keep = update(Key::KeepLogsDays, "14").unwrap();
        assert_eq!((keep.keep.logs_days, keep.keep.keys_days, keep.slots), (Some(14), None, None));
        let sound = update(Key::Sound, "OFF").unwrap();
        assert_eq!((sound.slots, sound.sound), (None, Some(false)));
        let pressure = update(Key::Pressure, "on").unwrap();
        assert_eq!((pressure.pressure, pressure.sound), (Some(true), None));
        let floor = update(Key::SandboxFloor, "workspace").unwrap();
        assert_eq!((floor.sandbox, floor.sandbox_floor), (None, Some(SandboxProfile::Workspace)));
        assert!(update(Key::Sandbox, "loose").is_err());
        let budget = update(Key::DailyBudget, "5").unwrap();
        assert_eq!((budget.daily_budget.as_deref(), budget.slots), (Some("5"), None));
        let expiry = |value| update(Key::QuestionExpiry, value).unwrap().question_expiry_secs;
        assert_eq!((expiry("3d"), expiry("none")), (Some(259_200), Some(0)));
        let limit = update(Key::CommandTimeout, "1h30").unwrap();
        assert_eq!(limit.command_timeout_secs, Some(5400));
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let wrong = [
            (Key::Slots, "many"),
            (Key::Slots, "-1"),
            (Key::MaxAgents, "1.5"),
            (Key::Retries, "often"),
            (Key::CommandTimeout, "long"),
            (Key::AgentTimeout, "5"),
            (Key::Pressure, "auto"),
            (Key::QuestionExpiry, "soon"),
            (Key::Sound, "loud"),
            (Key::KeepLogsMib, "1.5"),
        ];
        for (key, value) in wrong {
            assert_eq!(update(key, value).unwrap_err().exit(), Exit::Usage);
        }
        assert_eq!(limit("lots").unwrap_err().exit(), Exit::Usage);
        assert_eq!(limit("none").unwrap(), None);
    }
}
