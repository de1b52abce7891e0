//! The statements, one for each part of an order. Each walks along an index from the key on, so
//! that no order sorts anything.

use super::{PASSES, Sort};
use aegis_domain::coarse::Column;

/// How many parts an order has, one after the other.
pub(super) fn parts(sort: Sort) -> u8 {
    match sort {
        Sort::State => u8::try_from(Column::ALL.len()).unwrap_or(u8::MAX),
        Sort::Due => 2,
        _ => 1,
    }
}

/// What a part goes along.
struct Along {
    /// The key: a column that may be equal, then one that tells tasks apart; `0` when the first
    /// does that.
    keys: (&'static str, &'static str),
    /// From high to low.
    down: bool,
    /// Which tasks are in it, beside those that were not deleted.
    only: &'static str,
}

/// A statement whose rows are `row`, the two parts of the key, and whether the filter lets it
/// pass. Its parameters are those of the filter, `:most`, and when it `begins` behind a key, that
/// as `:a` and `:b`.
pub(super) fn statement(sort: Sort, reverse: bool, part: u8, begins: bool) -> String {
    let along = |keys, down, only| Along { keys, down: down != reverse, only };
    let changed = ("t.updated_at", "t.number");
    let along = match (sort, part) {
        (Sort::Priority, _) => along(("t.priority", "t.number"), true, "1"),
        (Sort::Created, _) => along(("t.id", "0"), true, "1"),
        (Sort::Number, _) => along(("t.number", "0"), true, "1"),
        (Sort::Title, _) => along(("t.title", "t.number"), false, "1"),
        (Sort::Due, 0) => along(("t.next_due", "t.number"), false, "t.next_due IS NOT NULL"),
        (Sort::Due, _) => along(("t.number", "0"), true, "t.next_due IS NULL"),
        (Sort::State, part) => {
            let mut columns = Column::ALL;
            if reverse {
                columns.reverse();
            }
            let column = columns.get(usize::from(part)).copied().unwrap_or(Column::Failed);
            along(changed, true, in_column(column))
        }
        (Sort::Updated, _) => {
            // The columns of the board are walked along side by side.
            let of = |column| {
                let along = along(changed, true, in_column(column));
                let ((a, b), side) = (along.keys, along.side());
                // Few change in the same millisecond.
                let behind = format!("{a} {side}= :a AND ({a} {side} :a OR {b} {side} :b)");
                rows(&along, if begins { &behind } else { "1" })
            };
            let all = Column::ALL.map(of).join(" UNION ALL ");
            let direction = if reverse { "ASC" } else { "DESC" };
            return format!("{all} ORDER BY a {direction}, b {direction} LIMIT :most");
        }
    };
    if begins && along.keys.1 != "0" {
        // What is equal in the first part of the key may be most of all tasks. SQLite finds the
        // place in it by an equality, not by a comparison of pairs, since a number is the row's own.
        let (a, b) = along.keys;
        let side = along.side();
        let equal = rows(&along, &format!("{a} = :a AND {b} {side} :b"));
        let behind = rows(&along, &format!("{a} {side} :a"));
        return format!(
            "SELECT * FROM ({equal}{order}) UNION ALL SELECT * FROM ({behind}{order}) LIMIT :most",
            order = along.order(),
        );
    }
    let behind = if begins { format!("{} {} :a", along.keys.0, along.side()) } else { "1".into() };
    format!("{}{}", rows(&along, &behind), along.order())
}

impl Along {
    /// The side of a key on which what comes behind it lies.
    const fn side(&self) -> &'static str {
        if self.down { "<" } else { ">" }
    }

    fn order(&self) -> String {
        let direction = if self.down { "DESC" } else { "ASC" };
        match self.keys {
            (a, "0") => format!(" ORDER BY {a} {direction} LIMIT :most"),
            (a, b) => format!(" ORDER BY {a} {direction}, {b} {direction} LIMIT :most"),
        }
    }
}

fn rows(along: &Along, behind: &str) -> String {
    let (a, b) = along.keys;
    format!(
        "SELECT t.row, {a} AS a, {b} AS b, ({PASSES}) AS passes FROM tasks t
         WHERE t.deleted_at IS NULL AND {} AND {behind}",
        along.only
    )
}

const fn in_column(column: Column) -> &'static str {
    match column {
        Column::Backlog => "t.board = 'backlog'",
        Column::Queued => "t.board = 'queued'",
        Column::Running => "t.board = 'running'",
        Column::Review => "t.board = 'review'",
        Column::Done => "t.board = 'done'",
        Column::Failed => "t.board = 'failed'",
    }
}

/// Every statement that a list can consist of, for whoever looks at their plans.
#[cfg(test)]
pub(crate) fn every_statement() -> Vec<String> {
    let mut all = Vec::new();
    for sort in Sort::ALL {
        for reverse in [false, true] {
            for part in 0..parts(sort) {
                all.extend([false, true].map(|begins| statement(sort, reverse, part, begins)));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_called_as_the_board_calls_it() {
        for column in Column::ALL {
            assert_eq!(in_column(column), format!("t.board = '{}'", column.name()));
        }
    }
}
