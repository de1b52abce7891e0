//! Pools: one at ease, and one that holds back all that can be held back.

use super::{NOON, ago};
use aegis_domain::breaker::{Breaker, Service, Sign};
use aegis_domain::fair::Lane;
use aegis_domain::hold::{Hold, HoldMode, Scope};
use aegis_domain::pressure::{Measure, Strain};
use aegis_domain::{Actor, ErrorCategory, ExecutorName};
use aegis_protocol::{Bands, GroupView, HoldView, PoolView, PressureView, RestView};

fn group(executor: &str, workspace: Option<&str>, waiting: u64, held: Option<&str>) -> GroupView {
    GroupView {
        lane: Lane {
            executor: Some(ExecutorName::new(executor)),
            workspace: workspace.map(str::to_owned),
            ..Lane::default()
        },
        running: 1,
        waiting,
        ready: waiting,
        limit: 5,
        held: held.map(str::to_owned),
        obstacle: None,
    }
}

pub(crate) fn pool() -> PoolView {
    PoolView {
        total_workers: 5,
        active_workers: 1,
        max_agents: 3,
        active_agents: 0,
        alive: 1,
        queued_tasks: 0,
        queue_size: 0,
        bands: Bands::default(),
        groups: vec![group("shell", None, 0, None)],
        holds: Vec::new(),
        rests: Vec::new(),
        pressure: PressureView { reading: None, strains: Vec::new(), held: Vec::new() },
    }
}

pub(crate) fn held_pool() -> PoolView {
    let hold = |scope, mode| Hold { scope, mode, since: ago(600), by: Actor::System };
    let strain = Strain { measure: Measure::Load, value: 9.3 };
    let mut breaker = Breaker::default();
    for _ in 0..5 {
        let run = super::run_id(1);
        breaker.ended(run, &Sign::Ill(ErrorCategory::Network), NOON);
    }
    let workspace = Scope::Workspace("aegis\u{1b}[2J".to_owned());
    let service = Service { executor: ExecutorName::new("web"), provider: None };
    PoolView {
        queued_tasks: 6,
        queue_size: 7,
        bands: Bands { high: 3, normal: 2, low: 2, critical: 1 },
        groups: vec![
            group("shell", Some("aegis"), 4, Some("all work is paused")),
            group("web", None, 3, Some("web rests after failures (network)")),
        ],
        holds: vec![
            HoldView { hold: hold(Scope::All, HoldMode::Pause), running: 2 },
            HoldView { hold: hold(workspace, HoldMode::Drain), running: 1 },
        ],
        rests: vec![RestView { service, breaker }],
        pressure: PressureView {
            reading: None,
            strains: vec![strain],
            held: vec![strain.to_string()],
        },
        ..pool()
    }
}
