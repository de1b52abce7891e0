//! Everything as lines of JSON, out and in again.
//!
//! An export is text: a [header](record::Header), then one [record](record::Record) a line in an
//! order that can be taken in from top to bottom, then a line that says how many there were and
//! what they hash to. Logs of runs and what waits to be sent are not part of it.

mod error;
mod export;
mod import;
mod merge;
mod record;
mod source;

pub use error::{ExportError, ImportError};
pub use export::{Exported, export};
pub use import::{Destination, Imported, import};
pub use source::MAX_LINE;
