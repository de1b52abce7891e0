//! The columns of the board.

use aegis_domain::coarse::Column;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A column by its name.
pub(crate) fn column() -> impl TypedValueParser<Value = Column> {
    PossibleValuesParser::new(Column::ALL.map(Column::name)).try_map(|name| {
        Column::ALL.into_iter().find(|c| c.name() == name).ok_or("there is no such column")
    })
}
