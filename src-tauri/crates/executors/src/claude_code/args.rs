//! The command line of Claude Code, and the files that it names.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aegis_domain::{ClaudeCodeSettings, Usd};
use aegis_tools::SERVER;
use aegis_tools::mcp::PERMISSION;
use serde_json::{Value, json};

/// How long a hook may take. Aegis answers at once; a hook that is given up on would let the call
/// through.
const HOOK_SECS: u64 = 24 * 3600;

/// What a session is started with.
pub(super) struct Start<'a> {
    /// The task's settings.
    pub(super) settings: &'a ClaudeCodeSettings,
    /// The model, if one is named.
    pub(super) model: Option<&'a str>,
    /// Most dollars.
    pub(super) budget: Option<Usd>,
    /// The session.
    pub(super) session: &'a str,
    /// It is there already, and is gone on with.
    pub(super) resumes: bool,
    /// Folders beside the working directory, each checked.
    pub(super) folders: &'a [PathBuf],
    /// The run's own folder, for files.
    pub(super) scratch: &'a Path,
    /// The command that asks whether a tool may be used, if anybody wants to be asked.
    pub(super) gate: Option<String>,
    /// The helper, and the socket of the tools that Aegis has.
    pub(super) tools: Option<(&'a Path, &'a Path)>,
}

impl Start<'_> {
    /// The words after the program's name. What the session is to do comes by standard input, so
    /// that nobody sees it in a list of processes.
    ///
    /// # Errors
    /// When a file for it cannot be written.
    pub(super) fn words(&self) -> io::Result<Vec<String>> {
        let Self { settings, model, budget, .. } = self;
        let mut words = Words::default();
        words.0.push("-p".to_owned());
        words.option("--output-format", "stream-json");
        words.0.push("--verbose".to_owned());
        // What lies in the folder that it works in has no say in what it may do.
        words.option("--setting-sources", "user");
        words.0.push("--strict-mcp-config".to_owned());
        let session = if self.resumes { "--resume" } else { "--session-id" };
        words.option(session, self.session);
        if let Some(gate) = &self.gate {
            words.option("--settings", self.file("settings.json", &hooks(gate))?);
        }
        let servers = servers(&settings.mcp_config, self.tools);
        if !servers.is_null() {
            words.option("--mcp-config", self.file("mcp.json", &servers)?);
        }
        if self.tools.is_some() {
            // What the rules of its user put to them comes the same way.
            words.option("--permission-prompt-tool", format!("mcp__{SERVER}__{PERMISSION}"));
        }
        if let Some(model) = model {
            words.option("--model", model);
        }
        if let Some(mode) = settings.permission_mode {
            words.option("--permission-mode", mode.word());
        }
        if let Some(turns) = settings.max_turns {
            words.option("--max-turns", turns.to_string());
        }
        if let Some(budget) = budget {
            words.option("--max-budget-usd", budget.to_string());
        }
        if let Some(text) = &settings.append_system_prompt {
            words.option("--append-system-prompt", text);
        }
        settings.allowed_tools.iter().for_each(|tool| words.option("--allowed-tools", tool));
        settings.disallowed_tools.iter().for_each(|tool| words.option("--disallowed-tools", tool));
        for folder in self.folders {
            words.option("--add-dir", folder.to_string_lossy());
        }
        Ok(words.0)
    }

    fn file(&self, name: &str, content: &Value) -> io::Result<String> {
        let file = self.scratch.join(name);
        write_private(&file, content.to_string().as_bytes())?;
        Ok(file.to_string_lossy().into_owned())
    }
}

/// The words of a command line.
#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    /// An option with its value in one word: no value can be taken for another option.
    fn option(&mut self, name: &str, value: impl AsRef<str>) {
        self.0.push(format!("{name}={}", value.as_ref()));
    }
}

/// Writes a file that only the user reads, and that is not there yet.
pub(super) fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(file)?;
    io::Write::write_all(&mut file, bytes)
}

/// The servers of tools: those of the task, and Aegis, whose name nobody else can take.
fn servers(own: &Value, tools: Option<(&Path, &Path)>) -> Value {
    let Some((helper, socket)) = tools else { return own.clone() };
    let mut all = own.clone();
    if !all.is_object() {
        all = json!({});
    }
    let aegis = json!({
        "type": "stdio",
        "command": helper.to_string_lossy(),
        "args": ["connect", socket.to_string_lossy()],
    });
    match all.get_mut("mcpServers").and_then(Value::as_object_mut) {
        Some(servers) => {
            servers.insert(SERVER.to_owned(), aegis);
        }
        None => {
            if let Some(all) = all.as_object_mut() {
                all.insert("mcpServers".to_owned(), json!({ SERVER: aegis }));
            }
        }
    }
    all
}

/// Every call of a tool is asked about.
fn hooks(command: &str) -> Value {
    let ask = json!({ "type": "command", "command": command, "timeout": HOOK_SECS });
    json!({ "hooks": { "PreToolUse": [{ "matcher": "*", "hooks": [ask] }] } })
}

/// The command line by which a hook reaches the socket at `socket`: Claude Code gives it to a shell.
pub(super) fn connect(helper: &Path, socket: &Path) -> String {
    format!("{} connect {}", quoted(helper.as_os_str()), quoted(socket.as_os_str()))
}

/// A path as one word of a shell.
fn quoted(path: &OsStr) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::PermissionMode;

    #[test]
    fn every_setting_has_its_word_and_no_value_can_become_an_option() {
        let scratch = tempfile::tempdir().unwrap();
        let settings = ClaudeCodeSettings {
            permission_mode: Some(PermissionMode::AcceptEdits),
            allowed_tools: vec!["Bash(git diff:*)".into(), "Edit".into()],
            disallowed_tools: vec!["WebFetch".into()],
            max_turns: Some(9),
            append_system_prompt: Some("--resume".into()),
            mcp_config: json!({"mcpServers": {}}),
            ..ClaudeCodeSettings::default()
        };
        let start = Start {
            settings: &settings,
            model: Some("opus"),
            budget: Some("1.5".parse().unwrap()),
            session: "s",
            resumes: false,
            folders: &["/a b".into()],
            scratch: scratch.path(),
            gate: Some(connect(Path::new("/it's/h"), Path::new("/s"))),
            tools: Some((Path::new("/h"), Path::new("/t"))),
        };
        let words = start.words().unwrap();
        let folder = scratch.path().display();
        let expected = [
            "-p".to_owned(),
            "--output-format=stream-json".to_owned(),
            "--verbose".to_owned(),
            "--setting-sources=user".to_owned(),
            "--strict-mcp-config".to_owned(),
            "--session-id=s".to_owned(),
            format!("--settings={folder}/settings.json"),
            format!("--mcp-config={folder}/mcp.json"),
            "--permission-prompt-tool=mcp__aegis__permission_prompt".to_owned(),
            "--model=opus".to_owned(),
            "--permission-mode=acceptEdits".to_owned(),
            "--max-turns=9".to_owned(),
            "--max-budget-usd=1.50".to_owned(),
            "--append-system-prompt=--resume".to_owned(),
            "--allowed-tools=Bash(git diff:*)".to_owned(),
            "--allowed-tools=Edit".to_owned(),
            "--disallowed-tools=WebFetch".to_owned(),
            "--add-dir=/a b".to_owned(),
        ];
        assert_eq!(words, expected);
        let written = std::fs::read_to_string(scratch.path().join("settings.json")).unwrap();
        let hooks: Value = serde_json::from_str(&written).unwrap();
        let servers = std::fs::read_to_string(scratch.path().join("mcp.json")).unwrap();
        let servers: Value = serde_json::from_str(&servers).unwrap();
        assert_eq!(servers["mcpServers"]["aegis"]["args"], json!(["connect", "/t"]));
        let command = &hooks["hooks"]["PreToolUse"][0]["hooks"][0]["command"];
        assert_eq!(command, r"'/it'\''s/h' connect '/s'");
    }
}
