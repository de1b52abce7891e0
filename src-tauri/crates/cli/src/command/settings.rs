//! `aegis settings`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::settings;
use crate::value;
use aegis_protocol::{GetSettings, UpdateSettings};
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
        /// What it is to be: a number, a span of time such as 5m, on or off
        value: String,
    },
}

/// A setting that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Key {
    /// Most runs at once: 1 to 64
    Slots,
    /// Whether a reminder plays a sound: on or off
    Sound,
    /// The time limit of commands that name none, such as 5m
    CommandTimeout,
    /// The time limit of agents that name none, such as 30m
    AgentTimeout,
    /// Retries of new tasks that name none: 0 to 100
    Retries,
    /// Most megabytes of one file that a run leaves behind
    ArtifactFileMb,
    /// Most files that one run leaves behind: 1 to 500
    ArtifactFiles,
    /// Most megabytes that one run leaves behind
    ArtifactRunMb,
}

impl Settings {
    pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
        let settings = match self {
            Self::Show => engine.call(GetSettings {}).await?,
            Self::Set { key, value } => engine.call(update(key, &value)?).await?,
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
        Key::CommandTimeout => update.command_timeout_secs = Some(seconds()?),
        Key::AgentTimeout => update.agent_timeout_secs = Some(seconds()?),
        Key::Retries => update.retries = Some(number()?),
        Key::ArtifactFileMb => update.artifact_file_mb = Some(number()?),
        Key::ArtifactFiles => update.artifact_files = Some(number()?),
        Key::ArtifactRunMb => update.artifact_run_mb = Some(number()?),
        Key::Slots => {
            let slots = value.parse().map_err(|_| {
                Error::usage("The number of slots is not a number.", "Use 1 to 64.")
            })?;
            update.slots = Some(slots);
        }
        Key::Sound => {
            update.sound = Some(match value.to_ascii_lowercase().as_str() {
                "on" | "true" | "yes" => true,
                "off" | "false" | "no" => false,
                _ => return Err(Error::usage("Sound is either on or off.", "Use on or off.")),
            });
        }
    }
    Ok(update)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_setting_changes() {
        let slots = update(Key::Slots, "8").unwrap();
        assert_eq!((slots.slots, slots.sound), (Some(8), None));
        let sound = update(Key::Sound, "OFF").unwrap();
        assert_eq!((sound.slots, sound.sound), (None, Some(false)));
        let limit = update(Key::CommandTimeout, "1h30").unwrap();
        assert_eq!(limit.command_timeout_secs, Some(5400));
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        for (key, value) in [
            (Key::Slots, "many"),
            (Key::Slots, "-1"),
            (Key::Sound, "loud"),
            (Key::Retries, "some"),
            (Key::CommandTimeout, "long"),
        ] {
            assert_eq!(update(key, value).unwrap_err().exit(), Exit::Usage);
        }
    }
}
