//! `aegis engine drain`.

use crate::command::with_engine;
use crate::connection::{Engine, Purpose};
use crate::error::Error;
use crate::exit::Exit;
use crate::flags::Group;
use crate::output::Output;
use crate::render::pool;
use crate::signals::Signals;
use crate::value;
use aegis_domain::hold::{HoldMode, Scope};
use aegis_protocol::{GetPool, HoldWork, WaitForDrain};
use clap::Args;
use std::time::{Duration, Instant};

/// One question to the engine waits for so long.
const AT_A_TIME: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Args)]
pub(crate) struct Drain {
    #[command(flatten)]
    group: Group,
    /// Return when nothing of it runs any more
    #[arg(long)]
    wait: bool,
    /// Wait no longer than this, such as 10m; exit code 6 when something still runs then
    #[arg(long, value_name = "DURATION", requires = "wait", value_parser = value::duration)]
    limit: Option<Duration>,
}

impl Drain {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let Self { group, wait, limit } = self;
        let scope = group.into_scope();
        with_engine(Purpose::OneCommand, out, async |engine, out| {
            let hold = HoldWork { scope: scope.clone(), mode: HoldMode::Drain };
            let mut view = engine.call(hold).await?;
            let mut exit = Exit::Success;
            if wait {
                exit = until_drained(engine, &scope, limit).await?;
                view = engine.call(GetPool {}).await?;
            }
            out.answer(&view, |view, _| pool::drained(&scope, view))?;
            Ok(exit)
        })
        .await
    }
}

/// Waits until nothing of `scope` runs, until `limit` is over, or until somebody has seen enough.
async fn until_drained(
    engine: &Engine,
    scope: &Scope,
    limit: Option<Duration>,
) -> Result<Exit, Error> {
    let begun = Instant::now();
    let mut signals = Signals::watch()?;
    loop {
        let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
        let limit_secs = left.map_or(AT_A_TIME, |left| left.min(AT_A_TIME)).as_secs();
        let question = WaitForDrain { scope: scope.clone(), limit_secs };
        let running = tokio::select! {
            answer = engine.call(question) => answer?.running,
            () = signals.next() => return Ok(Exit::Interrupted),
        };
        if running == 0 {
            return Ok(Exit::Success);
        }
        // A question counts in whole seconds: what is left of one is not worth another.
        if left.is_some_and(|left| left < Duration::from_secs(1))
            || limit.is_some_and(|limit| begun.elapsed() >= limit)
        {
            return Ok(Exit::TimedOut);
        }
    }
}
