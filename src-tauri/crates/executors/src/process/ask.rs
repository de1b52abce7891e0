//! What the helper says of this machine.

use std::process::Stdio;
use std::time::Duration;

use aegis_helper::Available;
use tokio::process::Command;
use tokio::time::timeout;

use super::HelperPath;

/// It tries out each mechanism, which takes it milliseconds.
const LIMIT: Duration = Duration::from_secs(10);

/// What kinds of sandbox can be had on this machine.
///
/// # Errors
/// A clause that says why the helper does not tell.
pub async fn available_sandboxes(helper: &HelperPath) -> Result<Available, String> {
    let asked = Command::new(helper.as_path())
        .arg("--mechanisms")
        .env_clear()
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = timeout(LIMIT, asked).await;
    let output = output.map_err(|_| "it did not answer".to_owned())?;
    let output = output.map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
