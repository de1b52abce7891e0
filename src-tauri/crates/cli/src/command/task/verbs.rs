//! `aegis task cancel`, `pause`, `resume`, `done` and `restore`: a task, and one word about it.

use super::confirm;
use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;
use crate::value;
use aegis_domain::TaskRef;
use aegis_protocol::{
    CancelTask, CardView, CompleteTask, Method, PauseTask, RestoreTask, ResumeTask,
};
use clap::Args;

macro_rules! verb {
    ($(#[$doc:meta])* $name:ident => $request:ident) => {
        $(#[$doc])*
        #[derive(Debug, Args)]
        pub(crate) struct $name {
            /// Which: its number, its short id, or its id
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
