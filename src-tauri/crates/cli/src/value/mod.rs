//! What arguments mean: texts of the command line as values.

mod backoff;
mod calendar;
mod category;
mod column;
mod duration;
mod given;
mod instant;
mod misfire;
mod path;
mod priority;
mod resource;
mod sandbox;
mod schedule_budget;
mod task;
mod variable;

pub(crate) use backoff::backoff;
pub(crate) use calendar::{between, dates, month_days, times, weekdays};
pub(crate) use category::category;
pub(crate) use column::column;
pub(crate) use duration::{duration, seconds};
pub(crate) use given::{assignment, json_or_text, parameter};
pub(crate) use instant::{downtime, instant};
pub(crate) use misfire::misfire;
pub(crate) use path::{file, folder};
pub(crate) use priority::priority;
pub(crate) use resource::resource;
pub(crate) use sandbox::{host, profile, size};
pub(crate) use schedule_budget::schedule_budget;
pub(crate) use task::task;
pub(crate) use variable::{prompt, prompt_key, secret, variable};
