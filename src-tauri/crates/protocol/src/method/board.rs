//! The board.

use super::method;
use crate::CardView;
use aegis_domain::coarse::Column;
use aegis_domain::{EventSeq, TaskId};
use serde::{Deserialize, Serialize};

/// Every card, and the sequence number from which to follow the events.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct BoardSnapshot {}

/// The board at one moment: cards and sequence number come from one read transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Every event up to this one is in the cards.
    pub seq: EventSeq,
    /// The cards, in no order: at most 1,000 a column, the newest.
    pub cards: Vec<CardView>,
    /// How many tasks each column has in all, in the columns' order.
    pub totals: Vec<(Column, u32)>,
}

method!("board.snapshot", BoardSnapshot => Board);

/// Some cards, fresh. A card that is missing in the reply is gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BoardCards {
    /// Which: at most 1,000.
    pub tasks: Vec<TaskId>,
}

method!("board.cards", BoardCards => Vec<CardView>);
