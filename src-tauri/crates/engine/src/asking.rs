//! A live run asks a person, and waits for their answer.

use crate::engine::Shared;
use aegis_domain::machine::{Asks, Command, Row, RunRef};
use aegis_domain::{About, AskId, Given, Occurrence, OccurrenceId, Outcome, State};
use aegis_ports::{Answered, Signal};
use aegis_store::{Commit, WriteError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, broadcast, watch};

/// How long a live process is held for an answer, unless somebody says otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// What a run asks, one question after the other.
pub(crate) struct Asking {
    run: RunRef,
    occurrence: OccurrenceId,
    turn: Mutex<()>,
    /// An answer was not waited for: the run is ending, and further questions belong to the next.
    parked: AtomicBool,
}

/// Where a question stands.
enum Standing {
    Open,
    Answered(Option<Given>),
    Gone,
}

impl Asking {
    pub(crate) fn new(run: RunRef, occurrence: OccurrenceId) -> Self {
        Self { run, occurrence, turn: Mutex::new(()), parked: AtomicBool::new(false) }
    }

    /// Asks, and waits for the answer, for the run's end, or until patience is at its end.
    pub(crate) async fn ask(
        &self,
        shared: &Shared,
        asks: Asks,
        signal: watch::Receiver<Signal>,
    ) -> Answered {
        let _turn = self.turn.lock().await;
        if self.parked.load(Ordering::Acquire) {
            return Answered::Park;
        }
        // Listening before asking: no answer falls between the two.
        let commits = shared.store.commits();
        let answered = match self.given_before(shared, &asks).await {
            Ok(Some(given)) => self.use_up(shared, given).await,
            Ok(None) => match self.submit(shared, asks).await {
                Ok(Some(ask)) => self.wait(shared, ask, commits, signal).await,
                Ok(None) | Err(WriteError::Refused(_)) => Answered::Lost,
                Err(WriteError::Store(error)) => {
                    tracing::warn!(%error, "a question could not be written down");
                    Answered::Lost
                }
            },
            Err(answered) => answered,
        };
        if answered == Answered::Park {
            self.parked.store(true, Ordering::Release);
        }
        answered
    }

    async fn submit(&self, shared: &Shared, asks: Asks) -> Result<Option<AskId>, WriteError> {
        let applied = shared.submit(Command::Ask { run: self.run, asks: Box::new(asks) }).await?;
        Ok(applied.rows.iter().find_map(|row| match row {
            Row::Occurrence(Occurrence { state: State::Awaiting { ask, .. }, .. }) => Some(ask.id),
            _ => None,
        }))
    }

    /// What was said before about the same call, and has not been used.
    async fn given_before(&self, shared: &Shared, asks: &Asks) -> Result<Option<Given>, Answered> {
        let Some(About::Call(call)) = asks.about.as_deref() else { return Ok(None) };
        let occurrence = self.read(shared).await.ok_or(Answered::Lost)?;
        let same = |given: &Given| given.tool == call.tool && given.hash == call.hash;
        Ok(occurrence.agent.given.into_iter().find(same))
    }

    async fn wait(
        &self,
        shared: &Shared,
        ask: AskId,
        mut commits: broadcast::Receiver<Arc<Commit>>,
        mut signal: watch::Receiver<Signal>,
    ) -> Answered {
        let patience = tokio::time::sleep(shared.patience());
        tokio::pin!(patience);
        loop {
            match self.standing(shared, ask).await {
                Standing::Open => {}
                Standing::Answered(None) => return Answered::Yes(None),
                Standing::Answered(Some(given)) => return self.use_up(shared, given).await,
                Standing::Gone => return Answered::Lost,
            }
            tokio::select! {
                () = self.moved(&mut commits) => {}
                () = &mut patience => return Answered::Park,
                ending = ends(&mut signal) => return if ending == Signal::Cancel {
                    Answered::Lost
                } else {
                    Answered::Park
                },
            }
        }
    }

    /// Returns when something may have happened to the question.
    async fn moved(&self, commits: &mut broadcast::Receiver<Arc<Commit>>) {
        loop {
            match commits.recv().await {
                Ok(commit) => {
                    let ours = |e: &aegis_domain::Event| e.what.occurrence == Some(self.occurrence);
                    if commit.events.iter().any(ours) {
                        return;
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => return,
                // The engine stops: the signal says so.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    async fn standing(&self, shared: &Shared, ask: AskId) -> Standing {
        let Some(occurrence) = self.read(shared).await else { return Standing::Gone };
        match &occurrence.state {
            State::Awaiting { ask: open, .. } if open.id == ask => Standing::Open,
            State::Executing { run, .. } if *run == self.run.run => Standing::Answered(
                occurrence.agent.given.into_iter().find(|given| given.ask == ask),
            ),
            _ => Standing::Gone,
        }
    }

    /// An answer is good once.
    async fn use_up(&self, shared: &Shared, given: Given) -> Answered {
        match shared.submit(Command::UseAnswer { run: self.run, ask: given.ask }).await {
            Ok(_) if given.allowed => Answered::Yes(given.words),
            Ok(_) => Answered::No(given.words),
            Err(error) => {
                tracing::info!(%error, "an answer could not be used");
                Answered::Lost
            }
        }
    }

    async fn read(&self, shared: &Shared) -> Option<Occurrence> {
        let id = self.occurrence;
        match shared.store.read(move |r| r.occurrence(id)).await {
            Ok(occurrence) => occurrence,
            Err(error) => {
                tracing::warn!(%error, "a question could not be looked at");
                None
            }
        }
    }

    /// Whether the run ends because an answer was not waited for.
    pub(crate) fn is_parked(&self) -> bool {
        self.parked.load(Ordering::Acquire)
    }
}

/// The outcome of a run that was ended while a person is asked, whatever its program made of that.
pub(crate) fn parked(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Succeeded { .. } => outcome,
        _ => Outcome::Suspended,
    }
}

/// Returns when the run is to end.
async fn ends(signal: &mut watch::Receiver<Signal>) -> Signal {
    let ending =
        |signal: &Signal| matches!(signal, Signal::Cancel | Signal::Shutdown | Signal::Park);
    let ended = signal.wait_for(ending).await.map(|signal| *signal);
    match ended {
        Ok(signal) => signal,
        Err(_) => std::future::pending().await,
    }
}
