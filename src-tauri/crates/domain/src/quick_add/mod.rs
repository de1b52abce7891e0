//! How one line of plain words becomes a task, without network and without guessing in silence.
//!
//! ```text
//! line       = [marks] "run:" command ["in" directory]
//!            | [marks] "claude:" prompt
//!            | [marks] "remind me" [marks] ["to"] text      marks anywhere between the words
//!            | text                                         for a person, in the backlog; with a
//!                                                           repetition it reminds
//! marks      = time | repetition | limit | priority | tag | agent | workspace | dependency
//! priority   = "p0" … "p10" | "!low" | "!normal" | "!high" | "!critical"
//! tag        = "#" letters, digits, - _ . / :               only digits name a task instead
//! agent      = "@" name
//! workspace  = "~" name                                     with a slash it is a path and text
//! dependency = "after" "#12" [("and" | "," | "or") "#14"]…
//!
//! time       = "in" length ["at" clock]
//!            | day [part of the day] ["at" clock] | ["at"] clock [zone] [day]
//!            | part of the day | RFC 3339                   each but lengths and instants: [zone]
//! day        = "today" | "tonight" | "tomorrow" | ["on" | "next"] weekday | ["on"] date
//!            | "on the 15th"
//! date       = "2026-12-01" | "1 december" | "dec 1st" ["2026"]
//! zone       = "utc" | "europe/berlin" | …                  a name of the IANA database
//!
//! repetition = [clocks] rhythm [part of the day] ["at" clocks] ["on" days] [zone]
//! clocks     = clock [("," | "and") clock]…
//! rhythm     = "every" ["other" | number] ("day" | "week" | "month" | "year") ["on" days]
//!            | "every" length | "every hour" ["at" minutes]
//!            | "every" ["other" | number] (weekdays | "morning" | "evening" | …)
//!            | "daily" | "weekly" | … | "once a week" | …   ["on" days]
//!            | weekdays                                     plural, a range or a list
//!            | days of the month "of the month" | "every" date
//! limit      = ("until" | "starting" | "from") (day | time) | "from" day "to" day
//!            | "between" clock "and" clock | "from" clock "to" clock
//!            | ["for"] number "times" | "for" length | "except" days
//! ```
//!
//! [`read`] goes through the same steps for every line: refuse what cannot be a line, split it
//! into words, find what each stretch of words could mean, and let the kind of line decide which
//! of these meanings count. Double quotes keep words from meaning anything. A new mark is a new
//! `piece::Meaning`; a new prefix is a new `opening::Opening` with a file in `line/`; a new form of
//! repetition is a head in `time/repeat/` and, if nothing can say it yet, a `Rhythm`.
//!
//! **Invariant:** the same text, moment and zone give the same reading, any text gives one, and a
//! task in it passes [`NewTask::check`].

mod command;
mod dependency;
mod limits;
mod line;
mod mark;
mod opening;
mod piece;
mod reading;
mod sketch;
mod summary;
mod time;
mod word;

pub use reading::{Problem, Reading, Span, SpanKind};

use crate::{NewTask, Timestamp};
use chrono_tz::Tz;
use opening::Opening;
use sketch::Sketch;
use time::moment::Moment;

/// Reads `text` as typed at `now` by somebody whose clocks show the time of `zone`.
#[must_use]
pub fn read(text: &str, now: Timestamp, zone: Tz) -> Reading {
    if let Err(problem) = limits::check(text) {
        return Reading::refused(problem);
    }
    let moment = Moment::new(now, zone);
    let words = word::split(text);
    let pieces = piece::scan(&words);
    let line = line::Line { text, words: &words, pieces: &pieces, moment: &moment };
    let mut sketch = Sketch::default();
    let task = match opening::find(&words, &pieces) {
        Opening::Run { piece } => line::run::read(&line, piece, &mut sketch),
        Opening::Claude { piece } => line::prompt::read(&line, piece, &mut sketch),
        Opening::Remind { piece } => line::reminder::read(&line, piece, &mut sketch),
        Opening::Text => line::plain::read(&line, &mut sketch),
    };
    let task = task.and_then(|task| checked(task, now));
    sketch.into_reading(task, &moment)
}

/// The task as it is, once everything that the store would refuse has been refused here.
fn checked(task: NewTask, now: Timestamp) -> Result<NewTask, Problem> {
    match task.clone().check(now) {
        Ok(_) => Ok(task),
        Err(invalid) => Err(Problem::new(invalid.message, invalid.hint)),
    }
}
