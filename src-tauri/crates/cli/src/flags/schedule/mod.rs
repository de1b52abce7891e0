//! When something happens: the arguments that describe a schedule.

mod kind;
mod limits;
mod policies;
mod repetition;

use crate::error::Error;
use aegis_domain::schedule::{Recurrence, Rule, ZoneName};
use aegis_domain::{Schedule, Timestamp};
use clap::Args;
use kind::KindArgs;
pub(crate) use limits::{CountArg, Limits, UntilArg};
use policies::PolicyArgs;
use repetition::RepetitionArgs;

/// The id of the group of arguments of which each is a kind of schedule.
pub(crate) const KIND: &str = "schedule_kind";

/// A schedule: its kind, what it leaves out, and what happens when an instant is missed.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Schedule")]
pub(crate) struct ScheduleArgs {
    #[command(flatten)]
    kind: KindArgs,

    #[command(flatten)]
    repetition: RepetitionArgs,

    #[command(flatten)]
    policies: PolicyArgs,
}

impl ScheduleArgs {
    /// Whether nothing says when.
    pub(crate) fn is_absent(&self) -> bool {
        *self == Self::default()
    }

    /// The schedule that is described to somebody at `now`; nothing when none is. `zone` is whose
    /// clocks count when no other zone is named.
    ///
    /// # Errors
    /// [`Error::Usage`] when the arguments do not go together. Whether the schedule can stand is
    /// checked by whoever gets it.
    pub(crate) fn schedule(
        self,
        limits: impl Into<Limits>,
        now: Timestamp,
        zone: impl FnOnce() -> ZoneName,
    ) -> Result<Option<Schedule>, Error> {
        let repeats = self.kind.repeats();
        let limits = limits.into();
        if !repeats {
            limits.refuse_any()?;
        }
        self.repetition.refuse_strays(&self.kind)?;
        let policies = self.policies.policies();
        if let Some(at) = self.kind.instant(now)? {
            // At once is not at an instant: that one would have passed when the engine reads it.
            let schedule = if at == now { Schedule::Now } else { Schedule::At { at, policies } };
            return Ok(Some(schedule));
        }
        if !repeats {
            return match self.policies.first_given() {
                Some(flag) => Err(Error::usage(
                    format!("{flag} goes with a schedule, and none is given."),
                    "Say when, such as with --daily 07:00 or --at.",
                )),
                None => Ok(None),
            };
        }
        let rule: Rule = self.kind.into_rule(&self.repetition)?;
        let RepetitionArgs { zone: named, starts, exclude, .. } = self.repetition;
        Ok(Some(Schedule::Recurring(Box::new(Recurrence {
            policies,
            starts,
            until: limits.until(),
            count: limits.count(),
            exclude,
            ..Recurrence::new(rule, named.map_or_else(zone, ZoneName::new))
        }))))
    }
}

#[cfg(test)]
mod tests;
