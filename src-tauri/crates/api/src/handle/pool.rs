//! What may start, what waits, and what is held back.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_write;
use aegis_domain::Band;
use aegis_domain::hold::Scope;
use aegis_engine::{Group, HoldStatus, PoolStatus};
use aegis_protocol::{
    ApiError, Bands, EndRest, ErrorKind, GetPool, GroupView, HoldView, HoldWork, LiftHold,
    PoolView, PressureView, RestView, StillRunning, WaitForDrain,
};
use aegis_store::Waiting;
use async_trait::async_trait;
use std::time::Duration;

/// A call waits no longer than this; whoever wants to wait longer calls again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

#[async_trait]
impl Handle<GetPool> for Door {
    async fn handle(&self, _: GetPool) -> Result<PoolView, ApiError> {
        let now = self.api.now();
        let waiting = self.api.read(move |r| r.waiting(now)).await?;
        let groups = self.api.engine().groups(&waiting);
        Ok(view(self.api.engine().pool(), groups, &waiting))
    }
}

#[async_trait]
impl Handle<HoldWork> for Door {
    async fn handle(&self, request: HoldWork) -> Result<PoolView, ApiError> {
        let scope = self.known(request.scope)?;
        let held = self.api.engine().hold(scope, request.mode, self.actor.clone()).await;
        held.map_err(|e| from_write(&e))?;
        self.handle(GetPool {}).await
    }
}

#[async_trait]
impl Handle<LiftHold> for Door {
    async fn handle(&self, request: LiftHold) -> Result<PoolView, ApiError> {
        let scope = request.scope.check()?;
        let held = self.api.engine().lift(&scope).await.map_err(|e| from_write(&e))?;
        if !held && scope != Scope::All {
            let message = format!("Nothing holds back {scope}.");
            return Err(ApiError::new(ErrorKind::NotFound, message)
                .with_hint("`aegis engine status` shows what is held back, and why."));
        }
        self.handle(GetPool {}).await
    }
}

#[async_trait]
impl Handle<WaitForDrain> for Door {
    async fn handle(&self, request: WaitForDrain) -> Result<StillRunning, ApiError> {
        let scope = request.scope.check()?;
        let limit = Duration::from_secs(request.limit_secs).min(LONGEST_WAIT);
        Ok(StillRunning { running: self.api.engine().drained(&scope, limit).await })
    }
}

#[async_trait]
impl Handle<EndRest> for Door {
    async fn handle(&self, request: EndRest) -> Result<PoolView, ApiError> {
        let service = request.service;
        if !self.api.engine().reset(&service).await.map_err(|e| from_write(&e))? {
            let shown: String =
                service.to_string().chars().filter(|c| !c.is_control()).take(60).collect();
            return Err(ApiError::new(ErrorKind::NotFound, format!("{shown} does not rest."))
                .with_hint("`aegis engine status` shows what rests."));
        }
        self.handle(GetPool {}).await
    }
}

impl Door {
    /// A scope that makes sense here.
    fn known(&self, scope: Scope) -> Result<Scope, ApiError> {
        let scope = scope.check()?;
        let names = self.api.engine().executor_names();
        match &scope {
            Scope::Executor(name) if !names.iter().any(|known| known.as_str() == name) => {
                let known: Vec<_> = names.iter().map(ToString::to_string).collect();
                let message = format!("There is no executor “{name}”.");
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .with_hint(format!("There are: {}.", known.join(", "))))
            }
            _ => Ok(scope),
        }
    }
}

fn view(status: PoolStatus, groups: Vec<Group>, waiting: &[Waiting]) -> PoolView {
    let band = |band: Band| {
        let place = Band::ALL.iter().position(|known| *known == band).unwrap_or_default();
        waiting.iter().map(|w| w.bands[place]).sum::<u64>()
    };
    let critical = band(Band::Critical);
    PoolView {
        total_workers: status.total,
        active_workers: status.used,
        max_agents: status.ai_total,
        active_agents: status.ai_used,
        alive: status.alive,
        queued_tasks: waiting.iter().map(|w| w.ready).sum(),
        queue_size: waiting.iter().map(|w| w.all).sum(),
        bands: Bands {
            high: band(Band::High) + critical,
            normal: band(Band::Normal),
            low: band(Band::Low),
            critical,
        },
        groups: groups.into_iter().map(group).collect(),
        holds: status.holds.into_iter().map(hold).collect(),
        rests: status
            .rests
            .into_iter()
            .map(|(service, breaker)| RestView { service, breaker })
            .collect(),
        pressure: PressureView {
            reading: status.reading,
            held: status.strains.iter().map(ToString::to_string).collect(),
            strains: status.strains,
        },
    }
}

fn group(group: Group) -> GroupView {
    let Group { lane, running, waiting, ready, limit, obstacle } = group;
    let held = obstacle.as_ref().map(ToString::to_string);
    GroupView { lane, running, waiting, ready, limit, held, obstacle }
}

fn hold(status: HoldStatus) -> HoldView {
    HoldView { hold: status.hold, running: status.running }
}
