//! What happens when an instant is missed, or comes while work has not ended.

use crate::value;
use aegis_domain::schedule::{Misfire, Overlap, Policies};
use clap::{Args, ValueEnum};

/// All of it can be absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub(super) struct PolicyArgs {
    /// What is made up for of instants that passed while nothing ran: skip (nothing), once (the
    /// latest), all or all:N (the latest N; 100 when absent); once when absent
    #[arg(long, value_name = "POLICY", value_parser = value::misfire)]
    misfire: Option<Misfire>,

    /// What happens when an instant comes while earlier work has not ended; forbid when absent
    #[arg(long, value_enum, value_name = "POLICY")]
    overlap: Option<OverlapArg>,

    /// How late it may start; any time when absent
    #[arg(long, value_name = "DURATION", value_parser = value::seconds)]
    start_deadline: Option<u64>,

    /// Put each start off by a random time of up to this much
    #[arg(long, value_name = "DURATION", value_parser = value::seconds)]
    jitter: Option<u64>,
}

/// What happens when an instant comes while earlier work has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OverlapArg {
    /// The new one is left out
    Forbid,
    /// Both go on
    Allow,
    /// The earlier one is called off
    Replace,
}

impl PolicyArgs {
    /// The first argument that was given.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("--misfire", self.misfire.is_some()),
            ("--overlap", self.overlap.is_some()),
            ("--start-deadline", self.start_deadline.is_some()),
            ("--jitter", self.jitter.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }

    pub(super) fn policies(self) -> Policies {
        let overlap = self.overlap.map(|overlap| match overlap {
            OverlapArg::Forbid => Overlap::Forbid,
            OverlapArg::Allow => Overlap::Allow,
            OverlapArg::Replace => Overlap::Replace,
        });
        Policies {
            misfire: self.misfire.unwrap_or_default(),
            overlap: overlap.unwrap_or_default(),
            start_deadline_secs: self.start_deadline,
            jitter_secs: self.jitter.unwrap_or_default(),
        }
    }
}
