//! Files that runs left behind.

use super::method;
use aegis_domain::{Artifact, RunId, TaskRef, Timestamp};
use serde::{Deserialize, Serialize};

/// The files that a task's runs left behind, those of the newest run first; at most 1000.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListArtifacts {
    /// Whose.
    pub task: TaskRef,
    /// Only of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
}
method!("artifact.list", ListArtifacts => ArtifactList);

/// Files that runs left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactList {
    /// The files.
    pub artifacts: Vec<ArtifactView>,
}

/// A file that a run left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactView {
    /// Which run.
    pub run: RunId,
    /// That run's number within its occurrence.
    pub number: u32,
    /// When that run was claimed.
    pub at: Timestamp,
    /// The file, and what became of its content.
    #[serde(flatten)]
    pub artifact: Artifact,
    /// Where its copy is on the engine's machine; absent when there is none, or none any more. It
    /// may be read and copied, and never changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}
