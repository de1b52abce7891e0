//! Sending what the outbox holds.

use crate::engine::Shared;
use aegis_domain::machine::Message;
use aegis_ports::Notification;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Messages of one round.
const ROUND: u32 = 32;
/// After the database failed, before it is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Sends messages as they come in, until the engine stops. A message is noted as sent after it was:
/// a crash between the two sends it twice, never not at all.
pub(crate) async fn deliver(shared: Arc<Shared>) {
    let mut shown = HashSet::new();
    loop {
        let failed = loop {
            match round(&shared, &mut shown).await {
                Some(0) => break false,
                Some(_) if shared.stopping.is_cancelled() => return,
                Some(_) => {}
                None => break true,
            }
        };
        tokio::select! {
            () = shared.outbox.notified() => {}
            () = tokio::time::sleep(AFTER_FAILURE), if failed => {}
            () = shared.stopping.cancelled() => return,
        }
    }
}

/// Sends what there is; `None` when the database failed. `shown` are those that were sent and could
/// not be noted: they are not sent again.
async fn round(shared: &Shared, shown: &mut HashSet<i64>) -> Option<usize> {
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
        let Message::Notify { title, body, asks } = row.message;
        // Without anybody to tell, the board has to do: the same message later would be stale.
        if shown.insert(row.id)
            && let Err(error) = shared.notifier.notify(Notification { title, body, asks }).await
        {
            tracing::info!(%error, "a notification was not shown");
        }
        if let Err(error) = shared.store.sent(row.id, shared.clock.now()).await {
            tracing::warn!(%error, "a sent message could not be noted");
            return None;
        }
        shown.remove(&row.id);
    }
    Some(count)
}
