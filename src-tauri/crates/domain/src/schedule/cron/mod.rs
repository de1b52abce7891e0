//! Cron expressions: what they say, as Debian's cron reads them.
//!
//! Five fields (minute, hour, day of the month, month, day of the week), or six with seconds in
//! front; names in any case, ranges that may go past the end (`22-2`, `fri-mon`), steps, lists, `?`
//! for any day, `L`, `L-3`, `15W`, `LW`, `mon#1` and `friL`. Where neither day field begins with
//! `*`, a day that either of them names is enough; else both must agree (crontab(5) of Debian).
//! An expression whose minute and hour do not begin with `*` is about fixed times.

mod days;
mod error;
mod field;

pub use error::{CronError, MAX_EXPRESSION};
pub use field::Field;

use super::clock::Times;
use super::days::{CronDays, Days};
use super::month::Month;
use super::pattern::Pattern;
use error::shown;

/// Months after which the Gregorian calendar, days of the week included, repeats: 400 years.
const CYCLE: usize = 4800;

/// A cron expression that was understood, and that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    days: CronDays,
    times: Times,
    fixed: bool,
}

impl Cron {
    /// Reads an expression.
    ///
    /// # Errors
    /// [`CronError`] for the first field that is wrong, or when no day is ever one of its days.
    pub fn parse(expression: &str) -> Result<Self, CronError> {
        let length = expression.chars().count();
        if length > MAX_EXPRESSION {
            return Err(CronError::TooLong { length });
        }
        let lower = expression.trim().to_ascii_lowercase();
        let fields: Vec<&str> = word(&lower)?.split_whitespace().collect();
        let (second, [minute, hour, date, month, weekday]) = match *fields {
            [] => return Err(CronError::Empty),
            [minute, hour, date, month, weekday] => ("0", [minute, hour, date, month, weekday]),
            [second, minute, hour, date, month, weekday] => {
                (second, [minute, hour, date, month, weekday])
            }
            _ => {
                return Err(CronError::Fields { text: shown(expression), found: fields.len() });
            }
        };
        let times = Times::Fields {
            seconds: numbers(Field::Second, second)?,
            minutes: numbers(Field::Minute, minute)?,
            hours: numbers(Field::Hour, hour)?,
        };
        let any = |field: &str| field.starts_with(['*', '?']);
        let days = CronDays {
            of_month: days::of_month(date)?,
            months: u16::try_from(numbers(Field::Month, month)?).unwrap_or(0),
            of_week: days::of_week(weekday)?,
            both: any(date) || any(weekday),
        };
        if !happens(&days) {
            return Err(CronError::Never { text: shown(expression) });
        }
        Ok(Self { days, times, fixed: !minute.starts_with('*') && !hour.starts_with('*') })
    }

    /// Whether it names fixed times: those that the clocks skip are made up for, and those that
    /// they repeat are not. Others follow the wall clock.
    #[must_use]
    pub const fn is_fixed(&self) -> bool {
        self.fixed
    }

    pub(super) fn pattern(self) -> Pattern {
        Pattern { days: Days::Cron(self.days), times: self.times, fixed: self.fixed }
    }
}

/// The fields that a word such as `@daily` stands for; other texts are left alone.
fn word(text: &str) -> Result<&str, CronError> {
    match text {
        "@yearly" | "@annually" => Ok("0 0 1 1 *"),
        "@monthly" => Ok("0 0 1 * *"),
        "@weekly" => Ok("0 0 * * 0"),
        "@daily" | "@midnight" => Ok("0 0 * * *"),
        "@hourly" => Ok("0 * * * *"),
        "@reboot" => Err(CronError::Reboot),
        _ if text.starts_with('@') => Err(CronError::Word { text: shown(text) }),
        _ => Ok(text),
    }
}

fn numbers(field: Field, text: &str) -> Result<u64, CronError> {
    text.split(',').try_fold(0, |set, item| Ok(set | field.item(item)?))
}

fn happens(days: &CronDays) -> bool {
    let first = Month::of(0).map(|(month, _)| month);
    let mut months = std::iter::successors(first, |month| Some(month.next())).take(CYCLE);
    months.any(|month| days.in_month(&month) != 0)
}
