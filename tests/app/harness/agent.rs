//! A user whose tasks Claude Code can do: the real program, against a Messages API on loopback.

use std::fs;

use aegis_peers::claude;
use aegis_peers::messages::Server;
use serde_json::json;

use super::home::Home;

/// A user who has Claude Code, and a login that leads to `api`.
pub(crate) fn user(api: &Server) -> Home {
    let mut home = Home::new();
    home.set("CLAUDE_CLI_PATH", claude::program());
    let settings = json!({"env": {
        "ANTHROPIC_BASE_URL": api.url(),
        "ANTHROPIC_API_KEY": "sk-ant-a-key-for-tests",
    }});
    fs::write(home.folder(".claude").join("settings.json"), settings.to_string()).expect("a file");
    home
}
