//! Walking along an order until a page is full.

use super::statement::{parts, statement};
use super::{Cursor, ListQuery, Page, params};
use crate::table::from_text;
use aegis_domain::Task;
use rusqlite::types::Value;
use rusqlite::{Connection, Result, Statement};

/// Tasks that one page looks at, at most.
const LOOKED_AT: usize = 20_000;

/// The page that is asked for.
pub(crate) fn walk(conn: &Connection, query: &ListQuery) -> Result<Page<Task>> {
    let mut items = Vec::new();
    let mut left = LOOKED_AT;
    let mut place = query.after.clone();
    let name = query.sort.name();
    for part in place.as_ref().map_or(0, |place| place.part)..parts(query.sort) {
        let key = place.as_ref().filter(|place| place.part == part).map(Cursor::values);
        let mut walk =
            conn.prepare_cached(&statement(query.sort, query.reverse, part, key.is_some()))?;
        bind(&mut walk, query, key, left)?;
        let mut rows = walk.raw_query();
        while let Some(row) = rows.next()? {
            left = left.saturating_sub(1);
            if row.get::<_, Option<bool>>(3)?.unwrap_or(false) {
                if items.len() == query.limit as usize {
                    // There is one more.
                    return Ok(Page { items, next: place });
                }
                items.push(from_text(row, 0)?);
            }
            place = Some(Cursor::new(name, query.reverse, part, &[row.get(1)?, row.get(2)?]));
            if left == 0 {
                return Ok(Page { items, next: place });
            }
        }
    }
    Ok(Page { items, next: None })
}

fn bind(
    walk: &mut Statement<'_>,
    query: &ListQuery,
    key: Option<Vec<Value>>,
    left: usize,
) -> Result<()> {
    let most = Value::Integer(i64::try_from(left).unwrap_or(i64::MAX));
    let keys = [":a", ":b"].into_iter().zip(key.into_iter().flatten());
    for (name, value) in params(&query.filter).into_iter().chain([(":most", most)]).chain(keys) {
        if let Some(index) = walk.parameter_index(name)? {
            walk.raw_bind_parameter(index, value)?;
        }
    }
    Ok(())
}
