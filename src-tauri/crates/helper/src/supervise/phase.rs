//! Where a run is, and when that has to change without any event.

use std::time::{Duration, Instant};

use aegis_helper::Escalation;

/// How long what the child leaves behind may take to end by itself: a pipeline's last program often
/// writes its last lines just after its shell has ended.
const SETTLE: Duration = Duration::from_millis(200);
/// How soon after SIGKILL the helper looks for processes that slipped through; doubles each time.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LAST_LOOK: Duration = Duration::from_millis(500);
/// What SIGKILL has not ended after this long hangs in the kernel or belongs to another user.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// Time is that of the monotonic clock: it stands still while the machine sleeps, so that nothing
/// is ended for the time in which it could not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The child runs, until its time limit if it has one.
    Running { limit: Option<Instant> },
    /// The child runs and its clock stands, with this much of the time limit left.
    Waiting { left: Option<Duration> },
    /// All processes are stopped, with this much of the time limit left.
    Frozen { left: Option<Duration> },
    /// The child has ended by itself; what it left behind may do so too.
    Settling { until: Instant },
    /// All processes were asked to end, and may take until then.
    Asked { with: Escalation, until: Instant },
    /// All processes were killed. Those that slipped through are looked for.
    Killing { look: Instant, pause: Duration, give_up: Instant },
}

/// What has to be done when the time of a phase is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The time limit has passed.
    TimeLimit,
    /// The next step of the escalation.
    Escalate(Escalation),
    /// Nothing more can be done about what is left.
    GiveUp,
}

impl Phase {
    pub(super) fn running(now: Instant, limit: Option<Duration>) -> Self {
        // A limit beyond the end of the clock is none.
        Self::Running { limit: limit.and_then(|limit| now.checked_add(limit)) }
    }

    pub(super) fn settling(now: Instant) -> Self {
        Self::Settling { until: now + SETTLE }
    }

    /// The phase after a step of the escalation has been taken.
    pub(super) fn after(self, step: Escalation, now: Instant, grace: Duration) -> Self {
        match (step, self) {
            (Escalation::Kill, Self::Killing { pause, give_up, .. }) => {
                let pause = (pause * 2).min(LAST_LOOK);
                Self::Killing { look: now + pause, pause, give_up }
            }
            (Escalation::Kill, _) => Self::Killing {
                look: now + FIRST_LOOK,
                pause: FIRST_LOOK,
                give_up: now + KILL_LIMIT,
            },
            (with, _) => Self::Asked { with, until: now + grace },
        }
    }

    /// Whether the run's end has begun.
    pub(super) fn is_ending(self) -> bool {
        !matches!(self, Self::Running { .. } | Self::Waiting { .. } | Self::Frozen { .. })
    }

    /// When the phase ends by itself. `None`: never.
    pub(super) fn ends_at(self) -> Option<Instant> {
        match self {
            Self::Running { limit } => limit,
            Self::Waiting { .. } | Self::Frozen { .. } => None,
            Self::Settling { until } | Self::Asked { until, .. } => Some(until),
            Self::Killing { look, give_up, .. } => Some(look.min(give_up)),
        }
    }

    /// What has to be done now, if the time of this phase is over.
    pub(super) fn due(self, now: Instant) -> Option<Due> {
        if self.ends_at().is_none_or(|end| now < end) {
            return None;
        }
        Some(match self {
            Self::Running { .. } | Self::Waiting { .. } | Self::Frozen { .. } => Due::TimeLimit,
            Self::Asked { with: Escalation::Interrupt, .. } | Self::Settling { .. } => {
                Due::Escalate(Escalation::Terminate)
            }
            Self::Killing { give_up, .. } if now >= give_up => Due::GiveUp,
            Self::Asked { .. } | Self::Killing { .. } => Due::Escalate(Escalation::Kill),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(2);
    const TICK: Duration = Duration::from_millis(1);

    /// Every step that time alone brings, with the milliseconds after the start when it is due.
    fn steps(mut phase: Phase, start: Instant) -> Vec<(u128, Due)> {
        let mut steps = Vec::new();
        while let Some(now) = phase.ends_at() {
            assert_eq!(phase.due(now - TICK), None);
            let due = phase.due(now).unwrap();
            steps.push(((now - start).as_millis(), due));
            phase = match due {
                Due::TimeLimit => phase.after(Escalation::Interrupt, now, GRACE),
                Due::Escalate(step) => phase.after(step, now, GRACE),
                Due::GiveUp => break,
            };
        }
        steps
    }

    #[test]
    fn the_time_limit_leads_from_the_mildest_signal_to_the_strongest() {
        let now = Instant::now();
        let steps = steps(Phase::running(now, Some(Duration::from_secs(5))), now);
        let first: Vec<_> = steps.iter().take(3).copied().collect();
        assert_eq!(
            first,
            [
                (5_000, Due::TimeLimit),
                (7_000, Due::Escalate(Escalation::Terminate)),
                (9_000, Due::Escalate(Escalation::Kill)),
            ]
        );
        assert_eq!(steps.last(), Some(&(19_000, Due::GiveUp)));
        // Looking again is rare enough to cost nothing, and ends.
        assert!(steps.len() < 40, "{steps:?}");
    }

    #[test]
    fn what_a_child_leaves_behind_is_not_interrupted_but_terminated() {
        let now = Instant::now();
        let steps = steps(Phase::settling(now), now);
        assert_eq!(steps.first(), Some(&(200, Due::Escalate(Escalation::Terminate))));
        assert_eq!(steps.get(1), Some(&(2_200, Due::Escalate(Escalation::Kill))));
    }

    #[test]
    fn nothing_is_due_without_a_limit_or_while_frozen() {
        let now = Instant::now();
        assert_eq!(Phase::running(now, None).ends_at(), None);
        assert_eq!(Phase::running(now, Some(Duration::MAX)).ends_at(), None);
        assert_eq!(Phase::Frozen { left: Some(Duration::ZERO) }.ends_at(), None);
    }
}
