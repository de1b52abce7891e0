//! What a session of Claude Code may do.

use crate::error::Error;
use crate::value;
use aegis_domain::{ClaudeCodeSettings, PermissionMode};
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::path::PathBuf;

/// What can be said of a session beside what it is to do.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Claude Code")]
pub(crate) struct Agent {
    /// What it may do without asking; as you have set it up when absent
    #[arg(long, value_enum, value_name = "MODE")]
    permission_mode: Option<Mode>,

    /// A tool that it may use without asking, such as 'Bash(git diff:*)'; as often as there are some
    #[arg(long = "allow-tool", value_name = "TOOL")]
    allow_tools: Vec<String>,

    /// A tool that it may not use; as often as there are some
    #[arg(long = "deny-tool", value_name = "TOOL")]
    deny_tools: Vec<String>,

    /// Most turns of one run
    #[arg(long, value_name = "N")]
    max_turns: Option<u32>,

    /// What its system prompt says beside its own words
    #[arg(long, value_name = "TEXT")]
    append_system_prompt: Option<String>,

    /// The servers of tools that it may use: a file in Claude Code's form
    #[arg(long, value_name = "FILE")]
    mcp_config: Option<PathBuf>,

    /// A folder that it may work in beside its working directory; as often as there are some
    #[arg(long = "add-dir", value_name = "DIR")]
    add_dirs: Vec<PathBuf>,

    /// A session that it goes on with
    #[arg(long, value_name = "SESSION")]
    resume: Option<String>,

    /// It may do everything that you can: needed for --permission-mode bypass-permissions
    #[arg(long)]
    dangerous: bool,

    /// Keep what it writes as it comes, as the file session.jsonl that the run leaves behind
    #[arg(long)]
    raw_log: bool,
}

/// What a session may do without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// What your rules for Claude Code allow
    Default,
    /// Changes of files in its folders, too
    AcceptEdits,
    /// Reading; it makes a plan
    Plan,
    /// What is not allowed is refused without a question
    DontAsk,
    /// Everything
    BypassPermissions,
}

impl From<Mode> for PermissionMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Default => Self::Default,
            Mode::AcceptEdits => Self::AcceptEdits,
            Mode::Plan => Self::Plan,
            Mode::DontAsk => Self::DontAsk,
            Mode::BypassPermissions => Self::BypassPermissions,
        }
    }
}

impl Agent {
    /// The first option that was given.
    pub(crate) fn first(&self) -> Option<&'static str> {
        let given = [
            ("--permission-mode", self.permission_mode.is_some()),
            ("--allow-tool", !self.allow_tools.is_empty()),
            ("--deny-tool", !self.deny_tools.is_empty()),
            ("--max-turns", self.max_turns.is_some()),
            ("--append-system-prompt", self.append_system_prompt.is_some()),
            ("--mcp-config", self.mcp_config.is_some()),
            ("--add-dir", !self.add_dirs.is_empty()),
            ("--resume", self.resume.is_some()),
            ("--dangerous", self.dangerous),
            ("--raw-log", self.raw_log),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(option, _)| option)
    }

    /// The settings that they make.
    ///
    /// # Errors
    /// [`Error::Usage`] for a folder or a file that cannot be said.
    pub(crate) fn into_settings(self) -> Result<ClaudeCodeSettings, Error> {
        let add_dirs = self.add_dirs.iter().map(|dir| value::folder(dir));
        Ok(ClaudeCodeSettings {
            permission_mode: self.permission_mode.map(PermissionMode::from),
            allowed_tools: self.allow_tools,
            disallowed_tools: self.deny_tools,
            max_turns: self.max_turns,
            append_system_prompt: self.append_system_prompt,
            mcp_config: match self.mcp_config {
                Some(file) => servers(&file)?,
                None => Value::Null,
            },
            add_dirs: add_dirs.collect::<Result<_, _>>()?,
            resume: self.resume,
            dangerous: self.dangerous,
            raw_log: self.raw_log,
            ..ClaudeCodeSettings::default()
        })
    }
}

fn servers(file: &std::path::Path) -> Result<Value, Error> {
    crate::document::read("list of servers", file)
}
