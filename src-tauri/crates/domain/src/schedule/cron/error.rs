//! Why a cron expression was refused.

use super::Field;
use crate::Invalid;
use crate::visible::is_hidden;

/// Most characters of a cron expression.
pub const MAX_EXPRESSION: usize = 1000;

/// Why a text is no cron expression that could ever do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Nothing but white space.
    #[error("The cron expression is empty.")]
    Empty,
    /// More characters than [`MAX_EXPRESSION`].
    #[error("The cron expression has {length} characters; at most {MAX_EXPRESSION} fit.")]
    TooLong {
        /// How many it has.
        length: usize,
    },
    /// Neither five nor six fields.
    #[error("The cron expression “{text}” has {found} {}.", if *.found == 1 { "field" } else { "fields" })]
    Fields {
        /// The expression, shortened.
        text: String,
        /// How many fields it has.
        found: usize,
    },
    /// A word with `@` that is not known.
    #[error("Cron has no word “{text}”.")]
    Word {
        /// The word, shortened.
        text: String,
    },
    /// `@reboot` is about the machine and not about time.
    #[error("“@reboot” is no time: a schedule cannot wait for the machine to start.")]
    Reboot,
    /// Something that a field cannot hold.
    #[error("“{text}” cannot stand in the {} field of a cron expression.", .field.name())]
    Value {
        /// The field.
        field: Field,
        /// The item, shortened.
        text: String,
    },
    /// A step of 0, or one that leaves the field at once.
    #[error("The step of “{text}” does not fit into the {} field of a cron expression.", .field.name())]
    Step {
        /// The field.
        field: Field,
        /// The item, shortened.
        text: String,
    },
    /// No day of 400 years, after which the calendar repeats, is one of its days.
    #[error("The cron expression “{text}” never happens: the calendar has no such day.")]
    Never {
        /// The expression, shortened.
        text: String,
    },
}

impl CronError {
    /// What to do: one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        let fixed = match self {
            Self::Empty | Self::Fields { .. } => {
                "Write five fields (minute, hour, day of the month, month, day of the week), or six \
                 with seconds in front, such as 0 9 * * mon-fri."
            }
            Self::TooLong { .. } => "Split it into several tasks.",
            Self::Word { .. } => {
                "The words are @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly."
            }
            Self::Reboot => "Use @daily or another time.",
            Self::Value { field, .. } => field.allowed(),
            Self::Step { field, .. } => {
                let (_, last) = field.bounds();
                return format!(
                    "A step there is 1 to {}; for other distances use an interval instead of cron.",
                    field.span().min(last)
                );
            }
            Self::Never { .. } => "Choose a day of the month that one of its months has.",
        };
        fixed.to_owned()
    }
}

impl From<CronError> for Invalid {
    fn from(error: CronError) -> Self {
        Self::new("schedule.rule", error.to_string(), error.hint())
    }
}

/// As much of a text as a sentence can show.
pub(super) fn shown(text: &str) -> String {
    let mut visible = text.chars().filter(|c| !is_hidden(*c));
    let mut short: String = visible.by_ref().take(40).collect();
    if visible.next().is_some() {
        short.push('…');
    }
    short
}
