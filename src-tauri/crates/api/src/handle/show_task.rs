//! Looking at tasks.

use super::create_task::gone;
use crate::answer;
use crate::api::Door;
use crate::dispatch::Handle;
use aegis_domain::coarse::Vocabulary;
use aegis_domain::{Invalid, StateName, Tag};
use aegis_protocol::{ApiError, ListTasks, RelatedTask, ShowTask, TaskPage, TaskSort, TaskView};
use aegis_store::PeerRow;
use aegis_store::list::{Cursor, ListQuery, Sort, TaskFilter};
use async_trait::async_trait;

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 500;
const OCCURRENCES: u32 = 50;
const RUNS: u32 = 200;
const UPCOMING: u32 = 5;
const DEPENDENTS: u32 = 50;

fn related(peer: &PeerRow) -> RelatedTask {
    RelatedTask {
        id: peer.task.id,
        number: peer.task.number,
        title: peer.task.definition.title.to_string(),
        column: peer.column,
    }
}

#[async_trait]
impl Handle<ShowTask> for Door {
    async fn handle(&self, request: ShowTask) -> Result<TaskView, ApiError> {
        let task = self.api.task(&request.task).await?;
        let id = task.id;
        let asked = task.clone();
        let (card, occurrences, runs, depends_on, dependents) = self
            .api
            .read(move |r| {
                Ok((
                    r.card(id)?,
                    r.occurrences(id, OCCURRENCES)?,
                    r.runs(id, RUNS)?,
                    r.predecessors(&asked)?,
                    r.dependents(id, DEPENDENTS)?,
                ))
            })
            .await?;
        let upcoming = match task.next_due {
            Some(next) => {
                let before = next - chrono::TimeDelta::milliseconds(1);
                answer::next_instants(&task.definition.schedule, before, UPCOMING)
            }
            None => Vec::new(),
        };
        let related = |peers: &[PeerRow]| peers.iter().map(related).collect();
        Ok(TaskView {
            card: card.map(|row| self.api.card(row)).ok_or_else(gone)?,
            task,
            occurrences,
            runs,
            upcoming,
            depends_on: related(&depends_on),
            dependents: related(&dependents),
        })
    }
}

/// The states that a word stands for: Aegis' own words first, then those of other systems.
pub(super) fn states(word: &str) -> Result<Vec<Option<StateName>>, Invalid> {
    let all = [Vocabulary::Own, Vocabulary::Chores, Vocabulary::Pool, Vocabulary::Workflow];
    let word = word.trim().to_ascii_lowercase();
    let found = all.into_iter().map(|v| v.states(&word)).find(|states| !states.is_empty());
    found.ok_or_else(|| {
        let names: Vec<_> = StateName::ALL.iter().map(|s| s.as_str()).collect();
        let shown: String = word.chars().filter(|c| !c.is_control()).take(40).collect();
        Invalid::new(
            "status",
            format!("There is no state “{shown}”."),
            format!("Use pending, running, in_progress, stopped or one of {}.", names.join(", ")),
        )
    })
}

/// What a list and a search are narrowed by alike.
pub(super) fn filter_of(
    status: Option<&str>,
    tags: &[String],
    executor: Option<String>,
) -> Result<TaskFilter, Invalid> {
    Ok(TaskFilter {
        states: status.map(states).transpose()?.unwrap_or_default(),
        tags: tags.iter().map(|tag| Tag::new(tag)).collect::<Result<_, _>>()?,
        executor,
        ..TaskFilter::default()
    })
}

/// A place that is none of the list that is asked for.
pub(super) fn invalid_place() -> Invalid {
    Invalid::new(
        "after",
        "This is not a place in the list that is asked for.",
        "Give `next` of the page before, and ask in the same order.",
    )
}

#[async_trait]
impl Handle<ListTasks> for Door {
    async fn handle(&self, request: ListTasks) -> Result<TaskPage, ApiError> {
        let sort = sort_of(request.sort);
        let reverse = request.reverse;
        let place = request.after.as_deref().map(|text| Cursor::of_list(text, sort, reverse));
        let after = place.transpose().map_err(|_| invalid_place())?;
        let filter = filter_of(request.status.as_deref(), &request.tags, request.executor)?;
        let ListTasks { column, owner, category, text, before, .. } = request;
        let filter = TaskFilter { column, owner, category, text, before, ..filter };
        let limit = request.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MAX_PAGE);
        let query = ListQuery { filter, sort, reverse, after, limit };
        let page = self.api.read(move |r| r.list(&query)).await?;
        Ok(TaskPage {
            tasks: page.items.into_iter().map(|row| self.api.card(row)).collect(),
            next: page.next.map(|next| next.to_text()),
        })
    }
}

const fn sort_of(sort: TaskSort) -> Sort {
    match sort {
        TaskSort::Priority => Sort::Priority,
        TaskSort::Created => Sort::Created,
        TaskSort::Updated => Sort::Updated,
        TaskSort::Number => Sort::Number,
        TaskSort::Title => Sort::Title,
        TaskSort::Due => Sort::Due,
        TaskSort::State => Sort::State,
    }
}
