//! Finding tasks by words.

use super::show_task::{filter_of, invalid_place};
use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::from_store;
use aegis_domain::search::SearchQuery;
use aegis_protocol::{
    ApiError, FindTasks, Mark, MarkedText, SearchHit, SearchOrder, SearchPage, SearchPlace,
    SearchRun,
};
use aegis_store::list::{Cursor, TaskFilter};
use aegis_store::search::{Found, Marked, Order, Place, SearchRequest};
use async_trait::async_trait;

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 200;

#[async_trait]
impl Handle<FindTasks> for Door {
    async fn handle(&self, request: FindTasks) -> Result<SearchPage, ApiError> {
        let query = SearchQuery::new(&request.text)?;
        let order = match request.order {
            SearchOrder::Best => Order::Best,
            SearchOrder::Newest => Order::Newest,
        };
        let place = request.after.as_deref().map(|text| Cursor::of_search(text, order));
        let after = place.transpose().map_err(|_| invalid_place())?;
        let (since, until) = (request.since, request.until);
        let filter = filter_of(request.status.as_deref(), &request.tags, request.executor)?;
        let filter = TaskFilter { column: request.column, since, until, ..filter };
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let wanted = SearchRequest { query, filter, order, after, limit };
        let answer = self.api.engine().search(wanted).await.map_err(|e| from_store(&e))?;
        Ok(SearchPage {
            hits: answer.page.items.into_iter().map(|found| self.hit(found)).collect(),
            next: answer.page.next.map(|next| next.to_text()),
            complete: answer.behind == 0,
        })
    }
}

impl Door {
    fn hit(&self, found: Found) -> SearchHit {
        SearchHit {
            card: self.api.card(found.card),
            place: match found.place {
                Place::Title => SearchPlace::Title,
                Place::Names => SearchPlace::Names,
                Place::Description => SearchPlace::Description,
                Place::Result => SearchPlace::Result,
                Place::Log => SearchPlace::Log,
            },
            run: found.run.map(|(id, number)| SearchRun { id, number }),
            title: marked(found.title),
            snippet: marked(found.snippet),
        }
    }
}

fn marked(found: Marked) -> MarkedText {
    let marks = found.marks.into_iter().map(|(start, end)| Mark { start, end });
    MarkedText { text: found.text, marks: marks.collect() }
}
