//! Doing it: the call, and where its effects go.

use aegis_domain::{TaskId, Values};
use aegis_protocol::{
    Action, ApiError, CancelTask, CompleteTask, DeleteTask, DisableTask, EnableTask, PauseTask,
    ReleaseTask, RestoreTask, ResumeTask, RunTask, SkipTask,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::{BoardStore, View};

/// The actions of one task, one at a time.
#[derive(Clone, Copy)]
pub(in crate::task) struct Doing {
    task: TaskId,
    busy: RwSignal<bool>,
    store: BoardStore,
    view: View,
    toasts: Toasts,
}

impl Doing {
    /// Nothing is being done with `task`.
    pub(in crate::task) fn new(task: TaskId) -> Self {
        Self {
            task,
            busy: RwSignal::new(false),
            store: expect_context(),
            view: expect_context(),
            toasts: expect_context(),
        }
    }

    /// Whether something is being done.
    pub(super) fn busy(self) -> bool {
        self.busy.get()
    }

    /// Does it, unless something else is being done.
    pub(super) fn start(self, action: Action) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let done = match action {
                Action::Delete => self.delete().await,
                action => self.call(action).await,
            };
            if let Err(error) = done {
                self.toasts.refused(&error);
            }
            // The panel may have closed meanwhile.
            self.busy.try_set(false);
        });
    }

    async fn call(self, action: Action) -> Result<(), ApiError> {
        let task = self.task.into();
        let card = match action {
            Action::Run | Action::RunAgain => {
                bridge::call(RunTask { task, values: Values::new(), origin: None }).await?
            }
            Action::Cancel => bridge::call(CancelTask { task }).await?,
            Action::Pause => bridge::call(PauseTask { task }).await?,
            Action::Resume => bridge::call(ResumeTask { task }).await?,
            Action::Done => bridge::call(CompleteTask { task }).await?,
            Action::Skip => bridge::call(SkipTask { task }).await?,
            Action::Release => bridge::call(ReleaseTask { task }).await?,
            Action::Enable => bridge::call(EnableTask { task }).await?,
            Action::Disable => bridge::call(DisableTask { task }).await?,
            Action::Restore => bridge::call(RestoreTask { task }).await?,
            // They need more than a press, or leave no card behind.
            Action::Delete | Action::Review | Action::Answer => return Ok(()),
        };
        self.store.put(card);
        Ok(())
    }

    async fn delete(self) -> Result<(), ApiError> {
        let number = self.store.card(self.task).map_or(0, |card| card.read_untracked().number.0);
        bridge::call(DeleteTask { task: self.task.into() }).await?;
        self.store.forget(self.task);
        if self.view.open.get_untracked() == Some(self.task) {
            self.view.close_task();
        }
        let Self { task, store, toasts, .. } = self;
        let undo = Callback::new(move |()| {
            spawn_local(async move {
                match bridge::call(RestoreTask { task: task.into() }).await {
                    Ok(card) => store.put(card),
                    Err(error) => toasts.refused(&error),
                }
            });
        });
        toasts.say((t().task.deleted)(number), Some((t().task.undo, undo)));
        Ok(())
    }
}
