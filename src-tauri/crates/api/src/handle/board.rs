//! The board.

use crate::api::Door;
use crate::dispatch::Handle;
use aegis_protocol::{ApiError, Board, BoardCards, BoardSnapshot, CardView, ErrorKind};
use async_trait::async_trait;

/// Cards of one column in a snapshot.
const PER_COLUMN: u32 = 1000;
/// Cards of one request.
const MAX_CARDS: usize = 1000;

#[async_trait]
impl Handle<BoardSnapshot> for Door {
    async fn handle(&self, _: BoardSnapshot) -> Result<Board, ApiError> {
        let rows = self.api.read(|r| r.board(PER_COLUMN)).await?;
        let cards = rows.cards.into_iter().map(|row| self.api.card(row)).collect();
        Ok(Board { seq: rows.seq, cards, totals: rows.totals })
    }
}

#[async_trait]
impl Handle<BoardCards> for Door {
    async fn handle(&self, request: BoardCards) -> Result<Vec<CardView>, ApiError> {
        let count = request.tasks.len();
        if count > MAX_CARDS {
            let message = format!("{count} cards are too many for one request.");
            return Err(ApiError::new(ErrorKind::Invalid, message)
                .with_hint(format!("Ask for at most {MAX_CARDS}, or take a snapshot.")));
        }
        let rows = self
            .api
            .read(move |r| {
                let mut rows = Vec::with_capacity(count);
                for id in request.tasks {
                    rows.extend(r.card(id)?.filter(|row| row.task.deleted_at.is_none()));
                }
                Ok(rows)
            })
            .await?;
        Ok(rows.into_iter().map(|row| self.api.card(row)).collect())
    }
}
