//! What became of a reminder.

use aegis_ports::LogSink;

use crate::words;

/// One way of telling somebody.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It was under way when the run was called off.
    #[default]
    CutShort,
    Done,
    /// It did not work, and this is why.
    Failed(String),
}

impl Attempt {
    pub(super) fn of(result: Result<(), impl std::error::Error>) -> Self {
        result.map_or_else(|error| Self::Failed(error.to_string()), |()| Self::Done)
    }

    fn why_not(&self) -> String {
        match self {
            Self::Failed(why) => words::clause(why),
            Self::CutShort | Self::Done => "it was called off".to_owned(),
        }
    }
}

/// What became of both ways.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) shown: Attempt,
    pub(super) played: Attempt,
}

impl Account {
    pub(super) fn reached_somebody(&self) -> bool {
        self.shown == Attempt::Done || self.played == Attempt::Done
    }

    /// The evidence, in a few words.
    pub(super) fn summary(&self) -> String {
        match (&self.shown, &self.played) {
            (Attempt::Done, Attempt::Done) => "shown on the desktop and played".to_owned(),
            (Attempt::Done, played) => {
                format!("shown on the desktop; no sound: {}", played.why_not())
            }
            (shown, Attempt::Done) => format!("played; not shown: {}", shown.why_not()),
            _ => "only here: no notification service and no sound".to_owned(),
        }
    }

    /// Says in the log what was not available.
    pub(super) fn note(&self, log: &dyn LogSink) {
        let parts = [("Not shown on the desktop", &self.shown), ("No sound", &self.played)];
        for (what, attempt) in parts {
            if *attempt != Attempt::Done {
                log.note(&format!("{what}: {}.", attempt.why_not()));
            }
        }
    }
}
