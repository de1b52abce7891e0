//! The engine as people see it.

use super::{Canvas, Fields, Tone, pool, time, visible};
use aegis_protocol::{EngineHost, EngineStatus, PoolView};
use serde::Serialize;

/// What kind of program holds the engine.
pub(crate) const fn host(host: EngineHost) -> &'static str {
    match host {
        EngineHost::Window => "the window",
        EngineHost::Serve => "`aegis serve`",
        EngineHost::Command => "another `aegis` command",
    }
}

/// The engine, and what keeps work waiting.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    /// The engine.
    #[serde(flatten)]
    pub(crate) engine: EngineStatus,
    /// What may start and what waits.
    pub(crate) pool: PoolView,
}

/// Who runs it, how busy it is, what keeps work waiting, and where its things are.
pub(crate) fn draw(Status { engine: status, pool }: &Status, canvas: &Canvas) -> String {
    let head = format!(
        "Aegis {} runs in {} (pid {}), started {}",
        visible::cell(&status.version),
        host(status.host),
        status.pid,
        time::relative(status.started_at, canvas),
    );
    let mut fields = Fields::new();
    fields
        .add("Slots", format!("{} of {} in use", status.slots_used, status.slots_total))
        .add("AI slots", format!("{} of {} in use", pool.active_agents, pool.max_agents))
        .add("Waiting", pool::waiting(pool))
        .add("New work", new_work(status))
        .add_some("Held back", Some(pool::holds(pool, canvas).join("\n")).filter(|s| !s.is_empty()))
        .add_some(
            "Next",
            status.next.as_ref().map(|next| {
                let (distance, at) = (time::relative(next.at, canvas), time::near(next.at, canvas));
                format!("#{} {} {distance} ({at})", next.number, visible::cell(&next.title))
            }),
        )
        .add("Data", &status.data_dir)
        .add("Own log", &status.state_dir)
        .add("Settings", &status.config_file)
        .add("Time zone", &status.zone)
        .add("SQLite", &status.sqlite_version);
    let head = format!("{}\n{}", canvas.paint.apply(Tone::Strong, &head), fields.draw(canvas));
    if pool.groups.is_empty() {
        return head;
    }
    format!("{head}\n{}", pool::groups(pool, canvas))
}

/// Whether anything starts.
pub(crate) const fn new_work(status: &EngineStatus) -> &'static str {
    if status.paused {
        "is held back; let it start again with `aegis engine resume`"
    } else {
        "starts by itself"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn the_engine_is_shown_whole() {
        let mut status = Status { engine: samples::engine(), pool: samples::pool() };
        let running = draw(&status, &Canvas::for_tests(80));
        status.engine.paused = true;
        status.engine.next = None;
        status.pool = samples::held_pool();
        let paused = draw(&status, &Canvas::for_tests(100));
        insta::assert_snapshot!(format!("{running}\n{paused}"));
    }
}
