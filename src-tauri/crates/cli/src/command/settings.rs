//! `aegis settings`.

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::render::settings;
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
        /// What it is to be: on or off for sound, a number for the others
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
    match key {
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
        Key::KeepLogsDays => update.keep.logs_days = Some(number(value)?),
        Key::KeepLogsMib => update.keep.logs_mib = Some(number(value)?),
        Key::KeepHistoryDays => update.keep.history_days = Some(number(value)?),
        Key::KeepDeletedDays => update.keep.deleted_days = Some(number(value)?),
        Key::KeepKeysDays => update.keep.keys_days = Some(number(value)?),
    }
    Ok(update)
}

fn number(value: &str) -> Result<u32, Error> {
    value.parse().map_err(|_| {
        Error::usage("How long to keep it is not a number.", "Use a whole number, or 0 for ever.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_setting_changes() {
        let slots = update(Key::Slots, "8").unwrap();
        assert_eq!((slots.slots, slots.sound), (Some(8), None));
        let keep = update(Key::KeepLogsDays, "14").unwrap();
        assert_eq!((keep.keep.logs_days, keep.keep.keys_days, keep.slots), (Some(14), None, None));
        let sound = update(Key::Sound, "OFF").unwrap();
        assert_eq!((sound.slots, sound.sound), (None, Some(false)));
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        for (key, value) in [
            (Key::Slots, "many"),
            (Key::Slots, "-1"),
            (Key::Sound, "loud"),
            (Key::KeepLogsMib, "1.5"),
        ] {
            assert_eq!(update(key, value).unwrap_err().exit(), Exit::Usage);
        }
    }
}
