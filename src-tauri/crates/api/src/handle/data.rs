//! Backups.

use crate::api::Door;
use crate::dispatch::Handle;
use crate::error::backup_error;
use aegis_protocol::{
    ApiError, BackupReason, BackupView, CreateBackup, DataContents, ErrorKind, ListBackups,
    VerifyBackup,
};
use aegis_store::backup::{self, Backup, BackupError, Contents, Reason};
use async_trait::async_trait;
use std::path::Path;

impl Door {
    /// Looks at backups where waiting for the disk holds nobody up.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Path) -> Result<T, BackupError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let dir = self.api.engine().store().dir().to_owned();
        tokio::task::spawn_blocking(move || look(&dir))
            .await
            .map_err(|e| ApiError::new(ErrorKind::Internal, format!("Reading failed: {e}.")))?
            .map_err(|e| backup_error(&e))
    }
}

#[async_trait]
impl Handle<CreateBackup> for Door {
    async fn handle(&self, _: CreateBackup) -> Result<BackupView, ApiError> {
        let made = self.api.engine().store().back_up(self.api.now()).await;
        made.map(|backup| backup_view(&backup)).map_err(|e| backup_error(&e))
    }
}

#[async_trait]
impl Handle<ListBackups> for Door {
    async fn handle(&self, _: ListBackups) -> Result<Vec<BackupView>, ApiError> {
        let backups = self.look(backup::list).await?;
        Ok(backups.iter().map(backup_view).collect())
    }
}

#[async_trait]
impl Handle<VerifyBackup> for Door {
    async fn handle(&self, request: VerifyBackup) -> Result<DataContents, ApiError> {
        self.look(move |dir| {
            let backup = backup::find(dir, &request.name)?;
            let contents = backup::verify(&backup.path)?;
            Ok(contents_view(&backup.path, contents))
        })
        .await
    }
}

/// A backup, as it is told.
#[must_use]
pub fn backup_view(backup: &Backup) -> BackupView {
    BackupView {
        name: backup.name(),
        path: backup.path.display().to_string(),
        at: backup.at,
        reason: match backup.reason {
            Reason::Regular => BackupReason::Regular,
            Reason::Migration(_) => BackupReason::Migration,
            Reason::Replaced => BackupReason::Replaced,
        },
        bytes: backup.bytes,
    }
}

/// What the database in the file `path` holds, as it is told.
#[must_use]
pub fn contents_view(path: &Path, contents: Contents) -> DataContents {
    let Contents { form, tasks, occurrences, runs, events } = contents;
    DataContents { path: path.display().to_string(), form, tasks, occurrences, runs, events }
}
