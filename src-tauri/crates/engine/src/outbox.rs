//! Sending what the outbox holds.

use crate::engine::Shared;
use aegis_domain::machine::Message;
use aegis_ports::Notification;
use std::sync::Arc;

/// Messages of one round.
const ROUND: u32 = 32;

/// Sends messages as they come in, until the engine stops. A message is noted as sent after it was:
/// a crash between the two sends it twice, never not at all.
pub(crate) async fn deliver(shared: Arc<Shared>) {
    loop {
        while let Some(sent) = round(&shared).await {
            if sent == 0 || shared.stopping.is_cancelled() {
                break;
            }
        }
        tokio::select! {
            () = shared.outbox.notified() => {}
            () = shared.stopping.cancelled() => return,
        }
    }
}

async fn round(shared: &Shared) -> Option<usize> {
    let now = shared.clock.now();
    let unsent = match shared.store.read(move |r| r.unsent(now, ROUND)).await {
        Ok(unsent) => unsent,
        Err(error) => {
            tracing::warn!(%error, "the outbox could not be read");
            return None;
        }
    };
    let count = unsent.len();
    for row in unsent {
        let Message::Notify { title, body } = row.message;
        // Without anybody to tell, the board has to do: the same message later would be stale.
        if let Err(error) = shared.notifier.notify(Notification { title, body }).await {
            tracing::info!(%error, "a notification was not shown");
        }
        if let Err(error) = shared.store.sent(row.id, shared.clock.now()).await {
            tracing::warn!(%error, "a sent message could not be noted");
            return None;
        }
    }
    Some(count)
}
