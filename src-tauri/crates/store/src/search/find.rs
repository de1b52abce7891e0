//! Finding.

use super::text::{CLOSE, Marked, OPEN};
use crate::list::{Cursor, CursorError, PASSES, Page, TaskFilter, params};
use crate::table::runs;
use crate::{CardRow, Reader, StoreError};
use aegis_domain::search::{SearchQuery, Term};
use aegis_domain::{RunId, TaskId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

/// Places that are compared, at most: those that were taken in last. A word that is in more of
/// them than this says little.
const COMPARED: i64 = 2_000;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What fits best first: a word in the title counts for more than one in a log, and a rare
    /// word for more than a common one.
    #[default]
    Best,
    /// The highest number first.
    Newest,
}

impl Order {
    const fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// The words.
    pub query: SearchQuery,
    /// Only in these tasks and their runs.
    pub filter: TaskFilter,
    /// In which order.
    pub order: Order,
    /// Behind this place.
    pub after: Option<Cursor>,
    /// At most this many tasks.
    pub limit: u32,
}

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the title.
    Title,
    /// In the slug or the tags.
    Names,
    /// In the description.
    Description,
    /// In what a run found out.
    Result,
    /// In the log of a run.
    Log,
}

/// A task in which something was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The task.
    pub card: CardRow,
    /// Where: the place that fits best.
    pub place: Place,
    /// The run that it is of, with its number.
    pub run: Option<(RunId, u32)>,
    /// The title.
    pub title: Marked,
    /// The words around what was found; empty when that is the title.
    pub snippet: Marked,
}

impl Cursor {
    /// A place in what is found in that order, as it was given before.
    ///
    /// # Errors
    /// [`CursorError`] when it is another thing.
    pub fn of_search(text: &str, order: Order) -> Result<Self, CursorError> {
        Self::parse(text, order.name(), false)
    }
}

/// The best place of each task, in order. Its parameters are those of the filter, `:match`,
/// `:compared`, `:limit`, and when it `begins` behind a key, that as `:a` and `:b`.
fn statement(order: Order, begins: bool) -> String {
    let (behind, sorted) = match order {
        Order::Best => ("(best, -number) > (:a, :b)", "best, number DESC"),
        Order::Newest => ("number < :a", "number DESC"),
    };
    let behind = if begins { behind } else { "1" };
    // The weights are those of title, names, body and log.
    format!(
        "WITH hits AS MATERIALIZED (
             SELECT w.rowid AS doc, d.number AS number, bm25(words, 8.0, 6.0, 3.0, 1.0) AS score
             FROM words w CROSS JOIN docs d ON d.id = w.rowid
             CROSS JOIN source.tasks t ON t.id = d.task_id
             WHERE words MATCH :match AND {PASSES}
             ORDER BY w.rowid DESC LIMIT :compared
         )
         SELECT doc, number, min(score) AS best FROM hits
         GROUP BY number HAVING {behind} ORDER BY {sorted} LIMIT :limit"
    )
}

#[cfg(test)]
pub(crate) fn every_statement() -> Vec<String> {
    let orders = [Order::Best, Order::Newest];
    orders.into_iter().flat_map(|o| [false, true].map(|begins| statement(o, begins))).collect()
}

pub(super) fn find(
    conn: &Connection,
    reader: &Reader<'_>,
    request: &SearchRequest,
) -> Result<Page<Found>, StoreError> {
    let wanted = expression(&request.query);
    let keys = request.after.as_ref().map(Cursor::values);
    let mut hits = conn.prepare_cached(&statement(request.order, keys.is_some()))?;
    let number = |number: u32| Value::Integer(i64::from(number));
    let all = params(&request.filter)
        .into_iter()
        .chain([
            (":match", Value::Text(wanted.clone())),
            (":compared", Value::Integer(COMPARED)),
            (":limit", number(request.limit.saturating_add(1))),
        ])
        .chain([":a", ":b"].into_iter().zip(keys.into_iter().flatten()));
    for (name, value) in all {
        if let Some(index) = hits.parameter_index(name)? {
            hits.raw_bind_parameter(index, value)?;
        }
    }
    let mut found: Vec<(i64, i64, f64)> = Vec::new();
    let mut rows = hits.raw_query();
    while let Some(row) = rows.next()? {
        found.push((row.get(0)?, row.get(1)?, row.get(2)?));
    }
    drop(rows);
    let more = found.len() > request.limit as usize;
    found.truncate(request.limit as usize);
    let next = found.last().filter(|_| more).map(|(_, number, best)| {
        let keys = match request.order {
            Order::Best => [Value::Real(*best), Value::Integer(-number)],
            Order::Newest => [Value::Integer(*number), Value::Integer(0)],
        };
        Cursor::new(request.order.name(), false, 0, &keys)
    });
    let mut items = Vec::with_capacity(found.len());
    for (doc, ..) in found {
        items.extend(look(conn, reader, doc, &wanted)?);
    }
    Ok(Page { items, next })
}

/// What is to be shown of a document that was found.
fn look(
    conn: &Connection,
    reader: &Reader<'_>,
    doc: i64,
    wanted: &str,
) -> Result<Option<Found>, StoreError> {
    let (task, run): (TaskId, Option<RunId>) = conn
        .prepare_cached("SELECT task_id, run_id FROM docs WHERE id = ?1")?
        .query_row([doc], |row| {
            Ok((TaskId(row.get(0)?), row.get::<_, Option<_>>(1)?.map(RunId)))
        })?;
    let Some(card) = reader.card(task)? else { return Ok(None) };
    let marks = (OPEN.to_string(), CLOSE.to_string());
    let parts: Option<[String; 4]> = conn
        .prepare_cached(
            "SELECT highlight(words, 0, ?1, ?2), snippet(words, 1, ?1, ?2, '…', 24),
                    snippet(words, 2, ?1, ?2, '…', 24), snippet(words, 3, ?1, ?2, '…', 24)
             FROM words WHERE words MATCH ?3 AND rowid = ?4",
        )?
        .query_row((&marks.0, &marks.1, wanted, doc), |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
        .optional()?;
    let [title, names, body, log] = parts.unwrap_or_default().map(|p| Marked::from_index(&p));
    let run = match run {
        Some(id) => runs::get(conn, id)?.map(|run| (id, run.number)),
        None => None,
    };
    let body_is = if run.is_some() { Place::Result } else { Place::Description };
    let places = [(body_is, body), (Place::Log, log), (Place::Names, names)];
    let beside = places.into_iter().find(|(_, text)| !text.marks.is_empty());
    let in_title = !title.marks.is_empty();
    let title = if run.is_some() {
        Marked { text: card.task.definition.title.to_string(), marks: Vec::new() }
    } else {
        title
    };
    let (place, snippet) = beside.unwrap_or((Place::Title, Marked::default()));
    let place = if in_title { Place::Title } else { place };
    Ok(Some(Found { card, place, run, title, snippet }))
}

/// The words in the language of the index. Each stands in quotes, so that none of them means
/// anything else there.
fn expression(query: &SearchQuery) -> String {
    let quoted = |term: &Term| {
        let text = term.text.replace('"', "\"\"");
        format!("\"{text}\"{}", if term.prefix { "*" } else { "" })
    };
    let join = |terms: &[Term], with| terms.iter().map(quoted).collect::<Vec<_>>().join(with);
    let wanted = join(&query.wanted, " AND ");
    if query.unwanted.is_empty() {
        return wanted;
    }
    format!("({wanted}) NOT ({})", join(&query.unwanted, " OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        let of = |text: &str| expression(&SearchQuery::new(text).unwrap());
        assert_eq!(of("disk fu*"), "\"disk\" AND \"fu\"*");
        assert_eq!(of("a OR b\"c"), "\"a\" AND \"OR\" AND \"b\"\"c\"");
        assert_eq!(of("a -b -\"c d\""), "(\"a\") NOT (\"b\" OR \"c d\")");
    }
}
