//! What can be done with a task now. Which actions these are, the engine says.

use aegis_domain::TaskId;
use aegis_protocol::{
    Action, ApiError, CancelTask, CardView, CompleteTask, DeleteTask, PauseTask, RestoreTask,
    ResumeTask, RunTask,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;
use crate::components::button::{Button, ButtonKind, IconButton};
use crate::components::icon::IconName;
use crate::components::toast::Toasts;
use crate::messages::t;
use crate::state::{BoardStore, View};

/// The buttons.
#[component]
pub(super) fn Actions(task: TaskId, card: Memo<Option<CardView>>) -> impl IntoView {
    let doing = Doing {
        task,
        busy: RwSignal::new(false),
        store: expect_context(),
        view: expect_context(),
        toasts: expect_context(),
    };
    let actions = Memo::new(move |_| {
        let mut actions = card.read().as_ref().map(|card| card.actions.clone()).unwrap_or_default();
        actions.sort_by_key(|action| place(*action));
        actions
    });
    let number = move || card.read_untracked().as_ref().map_or(0, |card| card.number.0);
    move || {
        actions
            .get()
            .into_iter()
            .filter_map(|action| {
                let (icon, kind) = look(action)?;
                let on_press = Callback::new(move |()| doing.start(action, number()));
                let label = (t().task.action)(action);
                Some(match action {
                    Action::Delete => {
                        view! { <IconButton label icon on_press attr:data-testid=id(action) /> }
                            .into_any()
                    }
                    _ => view! {
                        <Button
                            label
                            icon
                            kind
                            on_press
                            disabled=doing.busy
                            attr:data-testid=id(action)
                        />
                    }
                    .into_any(),
                })
            })
            .collect_view()
    }
}

/// From left to right: what goes on, what ends it, what removes it.
const fn place(action: Action) -> u8 {
    match action {
        Action::Answer | Action::Review => 0,
        Action::Done => 1,
        Action::Run | Action::RunAgain | Action::Resume | Action::Restore => 2,
        Action::Pause => 3,
        Action::Cancel => 4,
        Action::Delete => 5,
    }
}

/// What an action's button is called by programs.
const fn id(action: Action) -> &'static str {
    match action {
        Action::Run | Action::RunAgain => "action-run",
        Action::Cancel => "action-cancel",
        Action::Pause => "action-pause",
        Action::Resume => "action-resume",
        Action::Done => "action-done",
        Action::Review => "action-review",
        Action::Answer => "action-answer",
        Action::Delete => "action-delete",
        Action::Restore => "action-restore",
    }
}

/// What an action's button looks like; those that need more than a press have their own place.
const fn look(action: Action) -> Option<(IconName, ButtonKind)> {
    Some(match action {
        Action::Run => (IconName::Play, ButtonKind::Secondary),
        Action::RunAgain => (IconName::Again, ButtonKind::Secondary),
        Action::Cancel => (IconName::Square, ButtonKind::Danger),
        Action::Pause => (IconName::Pause, ButtonKind::Secondary),
        Action::Resume => (IconName::Play, ButtonKind::Secondary),
        Action::Done => (IconName::Check, ButtonKind::Secondary),
        Action::Delete => (IconName::Trash, ButtonKind::Danger),
        Action::Restore => (IconName::Again, ButtonKind::Secondary),
        Action::Review | Action::Answer => return None,
    })
}

/// Where an action's effects go.
#[derive(Clone, Copy)]
struct Doing {
    task: TaskId,
    busy: RwSignal<bool>,
    store: BoardStore,
    view: View,
    toasts: Toasts,
}

impl Doing {
    fn start(self, action: Action, number: u64) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let done = match action {
                Action::Delete => self.delete(number).await,
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
            Action::Run | Action::RunAgain => bridge::call(RunTask { task }).await?,
            Action::Cancel => bridge::call(CancelTask { task }).await?,
            Action::Pause => bridge::call(PauseTask { task }).await?,
            Action::Resume => bridge::call(ResumeTask { task }).await?,
            Action::Done => bridge::call(CompleteTask { task }).await?,
            Action::Restore => bridge::call(RestoreTask { task }).await?,
            Action::Delete | Action::Review | Action::Answer => return Ok(()),
        };
        self.store.put(card);
        Ok(())
    }

    async fn delete(self, number: u64) -> Result<(), ApiError> {
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
