//! `aegis task cancel`, `pause`, `skip`, `enable` and their like: a task, and one word about it.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::{
    ArchiveTask, CancelTask, CardView, CompleteTask, DisableTask, EnableTask, Method, PauseTask,
    ReleaseTask, RestoreTask, ResumeTask, SkipTask,
};
use clap::Args;

macro_rules! verb {
    ($(#[$doc:meta])* $name:ident => $request:ident) => {
        $(#[$doc])*
        #[derive(Debug, Args)]
        pub(crate) struct $name {
            /// Which: its number, its short id, its slug, or its id
            #[arg(value_parser = value::task)]
            task: TaskRef,
        }

        impl $name {
            pub(crate) async fn run(self, engine: &Engine, out: &mut Output) -> Result<Exit, Error> {
                tell(engine, out, $request { task: self.task }).await
            }
        }
    };
}

verb!(
    /// Call off what is live of it
    Cancel => CancelTask
);
verb!(
    /// Stop its processes where they are
    Pause => PauseTask
);
verb!(
    /// Let it go on
    Resume => ResumeTask
);
verb!(
    /// Say that you did it by hand
    Done => CompleteTask
);
verb!(
    /// Leave out what waits to start, or else the next time of its schedule
    Skip => SkipTask
);
verb!(
    /// The decision is made: let it go on
    Release => ReleaseTask
);
verb!(
    /// Let its schedule start it again, from now on
    Enable => EnableTask
);
verb!(
    /// Let its schedule start nothing for now; it can still be run
    Disable => DisableTask
);
verb!(
    /// Put it away: it never starts again, and its history stays
    Archive => ArchiveTask
);
verb!(
    /// Take a deletion back
    Restore => RestoreTask
);

async fn tell<M: Method<Reply = CardView>>(
    engine: &Engine,
    out: &mut Output,
    request: M,
) -> Result<Exit, Error> {
    let card = engine.call(request).await?;
    confirm(engine, out, &card, |card| card)
}
