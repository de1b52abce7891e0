//! Reading and writing files of the work.

use super::Work;
use crate::files;
use crate::registry::{Done, Input, ToolError};
use aegis_domain::ErrorCategory;
use aegis_domain::policy::{Nature, Reach};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use tokio::task::spawn_blocking;

/// Read a file.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadFile {
    /// Its path, from the folder of the work.
    path: String,
    /// From which byte on.
    #[serde(default)]
    offset: u64,
}

impl Input for ReadFile {
    const NAME: &'static str = "read_file";
    const DESCRIPTION: &'static str = "Read a text file in the folder of the work, a megabyte at \
        a time.";
    const READ_ONLY: bool = true;

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Look).private()
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let workspace = workspace(work)?;
            let (path, offset) = (self.path.clone(), self.offset);
            let read = move || files::read(&workspace, &path, offset);
            let (bytes, size) = spawn_blocking(read).await.map_err(broken)??;
            let next = offset + bytes.len() as u64;
            Ok(json!({
                "success": true,
                "content": String::from_utf8_lossy(&bytes),
                "size": size,
                "next_offset": (next < size).then_some(next),
            }))
        })
    }
}

/// Write a file.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteFile {
    /// Its path, from the folder of the work; the folder that it lies in has to be there.
    path: String,
    /// What it is to hold.
    content: String,
}

impl Input for WriteFile {
    const NAME: &'static str = "write_file";
    const DESCRIPTION: &'static str =
        "Write a text file in the folder of the work, in the place of what was there.";

    fn nature(_: Option<&Self>) -> Nature {
        Nature::of(Reach::Change)
    }

    fn call<'a>(self, work: &'a Work<'a>) -> BoxFuture<'a, Done> {
        Box::pin(async move {
            let workspace = workspace(work)?;
            let bytes = self.content.len();
            let write = move || files::write(&workspace, &self.path, self.content.as_bytes());
            spawn_blocking(write).await.map_err(broken)??;
            Ok(json!({ "success": true, "bytes": bytes }))
        })
    }
}

fn workspace(work: &Work<'_>) -> Result<String, ToolError> {
    work.workspace.map(str::to_owned).ok_or_else(|| {
        ToolError::new(
            ErrorCategory::SandboxDenied,
            "This work has no folder, so there are no files that it may reach.",
        )
    })
}

#[allow(clippy::needless_pass_by_value)] // The form is that of `map_err`.
fn broken(error: tokio::task::JoinError) -> ToolError {
    ToolError::new(ErrorCategory::Internal, format!("The file could not be looked at: {error}."))
}
