//! From a name to its handler.

use crate::api::{Door, malformed};
use crate::service::Items;
use aegis_protocol as p;
use aegis_protocol::{ApiError, ErrorKind, Feed, Method};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;

/// Handles one method.
#[async_trait]
pub(crate) trait Handle<M: Method> {
    async fn handle(&self, request: M) -> Result<M::Reply, ApiError>;
}

/// Handles one feed.
#[async_trait]
pub(crate) trait HandleFeed<F: Feed> {
    async fn handle_feed(
        &self,
        request: F,
    ) -> Result<BoxStream<'static, Result<F::Item, ApiError>>, ApiError>;
}

macro_rules! methods {
    ($door:expr, $name:expr, $params:expr; $($method:ty),* $(,)?) => {
        match $name {
            $(<$method as Method>::NAME => run::<$method>($door, $params).await,)*
            other => Err(unknown(other)),
        }
    };
}

macro_rules! feeds {
    ($door:expr, $name:expr, $params:expr; $($feed:ty),* $(,)?) => {
        match $name {
            $(<$feed as Feed>::NAME => follow::<$feed>($door, $params).await,)*
            other => Err(unknown(other)),
        }
    };
}

pub(crate) async fn call(door: &Door, name: &str, params: Value) -> Result<Value, ApiError> {
    let params =
        if name == p::SetKey::NAME { params } else { door.without_keys(name, params).await? };
    methods!(door, name, params;
        p::BoardSnapshot, p::BoardCards,
        p::CreateTask, p::ListTasks, p::ShowTask, p::EditTask, p::RunTask, p::CancelTask,
        p::PauseTask, p::ResumeTask, p::CompleteTask, p::ReviewTask, p::AnswerTask, p::ContinueTask,
        p::SkipTask, p::HoldTask, p::ReleaseTask, p::EnableTask, p::DisableTask, p::ArchiveTask,
        p::DeleteTask, p::RestoreTask, p::PurgeTask, p::PurgeDeleted, p::FindTasks,
        p::PreviewSchedule, p::SimulateSchedule, p::ListUpcoming, p::RunDue,
        p::ListFacts, p::SetFact, p::RemoveFact, p::ListResources, p::SetResource,
        p::ListTemplates, p::SaveTemplate, p::RemoveTemplate, p::UseTemplate,
        p::PreviewQuickAdd, p::QuickAdd,
        p::ListApprovals, p::AllowAlways, p::ListRules, p::PreviewRule, p::MakeRule, p::RemoveRule,
        p::ProposeRules, p::ListToolUses, p::NoteToolUse, p::ShowSpending,
        p::ListEvents, p::ReadLog, p::ListArtifacts, p::ShowMetrics,
        p::CreateBackup, p::ListBackups, p::VerifyBackup, p::Clean,
        p::ListKeys, p::SetKey, p::TestKey, p::RemoveKey,
        p::GetSettings, p::UpdateSettings, p::AddRoot, p::RemoveRoot,
        p::GetEngineStatus, p::PauseEngine, p::ResumeEngine, p::StopEngine,
        p::GetPool, p::HoldWork, p::LiftHold, p::WaitForDrain, p::EndRest,
    )
}

pub(crate) async fn open(door: &Door, name: &str, params: Value) -> Result<Items, ApiError> {
    feeds!(door, name, params; p::SubscribeEvents, p::FollowLog)
}

async fn run<M: Method>(door: &Door, params: Value) -> Result<Value, ApiError>
where
    Door: Handle<M>,
{
    let request = parse(M::NAME, params)?;
    let reply = Handle::<M>::handle(door, request).await?;
    serde_json::to_value(reply).map_err(|e| unwritable(M::NAME, &e))
}

async fn follow<F: Feed>(door: &Door, params: Value) -> Result<Items, ApiError>
where
    Door: HandleFeed<F>,
{
    let request = parse(F::NAME, params)?;
    let items = HandleFeed::<F>::handle_feed(door, request).await?;
    let to_value = |item: F::Item| serde_json::to_value(item).map_err(|e| unwritable(F::NAME, &e));
    Ok(items.map(move |item| item.and_then(to_value)).boxed())
}

/// Absent arguments are an empty object: a method without arguments needs none.
fn parse<T: serde::de::DeserializeOwned>(name: &str, params: Value) -> Result<T, ApiError> {
    let params = if params.is_null() { Value::Object(serde_json::Map::new()) } else { params };
    serde_json::from_value(params).map_err(|e| malformed(name, &e))
}

fn unwritable(name: &str, error: &serde_json::Error) -> ApiError {
    ApiError::new(ErrorKind::Internal, format!("The answer of “{name}” has no JSON form: {error}."))
}

fn unknown(name: &str) -> ApiError {
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    ApiError::new(ErrorKind::NotFound, format!("There is no method “{shown}”."))
        .with_hint("The two programs may be of different versions: update the older one.")
}
