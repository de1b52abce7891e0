//! An answer that is asked for again whenever something changed.

use aegis_protocol::{ApiError, Method};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::bridge;

/// An answer, once it is there. While it is asked for again the last one stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Loaded<T> {
    /// On its way for the first time.
    #[default]
    Waiting,
    /// There.
    Ready(T),
    /// Refused.
    Failed(ApiError),
}

/// A query that stays true: it runs again when what its request reads changes.
pub(crate) struct Live<M: Method>
where
    M::Reply: Send + Sync,
{
    answer: RwSignal<Loaded<M::Reply>>,
}

impl<M: Method> Clone for Live<M>
where
    M::Reply: Send + Sync,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Method> Copy for Live<M> where M::Reply: Send + Sync {}

impl<M: Method> Live<M>
where
    M::Reply: Clone + PartialEq + Send + Sync,
{
    /// Asks with what `request` makes, and again when a signal that it read changes. At most one call is in flight;
    /// an answer that has become stale is not shown.
    pub(crate) fn new(request: impl Fn() -> M + Clone + Send + Sync + 'static) -> Self {
        let answer = RwSignal::new(Loaded::Waiting);
        let in_flight = StoredValue::new(false);
        let again = StoredValue::new_local(None);
        Effect::new(move || {
            again.set_value(Some(request()));
            if in_flight.get_value() {
                return;
            }
            in_flight.set_value(true);
            spawn_local(async move {
                // The page may have been left meanwhile: then there is nothing to update, and nobody to tell.
                while let Some(next) = again.try_update_value(Option::take).flatten() {
                    let fresh = match bridge::call(next).await {
                        Ok(reply) => Loaded::Ready(reply),
                        Err(error) => Loaded::Failed(error),
                    };
                    let stale = again.try_with_value(Option::is_some).unwrap_or(true);
                    if !stale && answer.try_with_untracked(|answer| *answer != fresh) == Some(true)
                    {
                        answer.try_set(fresh);
                    }
                }
                in_flight.try_set_value(false);
            });
        });
        Self { answer }
    }

    /// The answer.
    pub(crate) fn answer(self) -> Signal<Loaded<M::Reply>> {
        self.answer.into()
    }

    /// Takes an answer that a command gave.
    pub(crate) fn set(self, reply: M::Reply) {
        self.answer.set(Loaded::Ready(reply));
    }
}
