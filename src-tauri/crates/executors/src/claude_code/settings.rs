//! The settings of a task for Claude Code, and what can be said about them without looking at the
//! machine.

use aegis_domain::{ClaudeCodeSettings, ExecutorSpec, Invalid, PermissionMode};
use serde::Deserialize as _;
use serde_json::Value;

use crate::words;

/// Most bytes of a prompt: it is read from standard input, and a model reads no more at once.
const MAX_PROMPT: usize = 1024 * 1024;
/// Most bytes of what the system prompt says beside its own words: one word of a command line takes
/// 128 KiB (MAX_ARG_STRLEN, execve(2)).
const MAX_SYSTEM_PROMPT: usize = 100 * 1024;
/// Most bytes of the list of servers.
const MAX_MCP: usize = 256 * 1024;
/// Most entries of a list.
const MAX_ENTRIES: usize = 200;
/// Most bytes of an entry.
const MAX_ENTRY: usize = 4096;
/// Most turns that can be said.
const MAX_TURNS: u32 = 10_000;
/// Settings that somebody who knows the program may look for, and why there are none.
const REFUSED: [&str; 3] = ["extra_args", "args", "env"];

/// The settings, each of them checked except folders.
///
/// # Errors
/// [`Invalid`] for the first that cannot stand.
pub(super) fn read(spec: &ExecutorSpec) -> Result<ClaudeCodeSettings, Invalid> {
    // A list would be read as the fields in their order.
    if spec.settings.is_array() {
        return Err(Invalid::new(
            "settings",
            "The settings of the claude_code executor are a list.",
            "Write an object, such as {\"prompt\": \"Fix the failing test.\"}.",
        ));
    }
    // A task that says all in its title needs no settings.
    let settings = Option::<ClaudeCodeSettings>::deserialize(&spec.settings).map_err(|error| {
        let refused = REFUSED.into_iter().find(|name| spec.settings.get(name).is_some());
        Invalid::new(
            "settings",
            format!(
                "The settings of the claude_code executor cannot be read: {}.",
                words::quoted(&error.to_string())
            ),
            match refused {
                Some(_) => {
                    "Words of the command line and variables cannot be given: they could take \
                     back what Aegis holds the session to."
                }
                None => {
                    "They may have prompt, cwd, model, permission_mode, allowed_tools, \
                     disallowed_tools, max_turns, append_system_prompt, mcp_config, add_dirs, \
                     resume, dangerous, sandbox and raw_log."
                }
            },
        )
    })?;
    let settings = settings.unwrap_or_default();
    check_prompt(settings.prompt.as_deref())?;
    check_model(settings.model.as_deref())?;
    check_mode(&settings)?;
    check_list("allowed_tools", &settings.allowed_tools)?;
    check_list("disallowed_tools", &settings.disallowed_tools)?;
    check_list("add_dirs", &settings.add_dirs)?;
    check_turns(settings.max_turns)?;
    check_system_prompt(settings.append_system_prompt.as_deref())?;
    check_mcp(&settings.mcp_config)?;
    check_session(settings.resume.as_deref())?;
    Ok(settings)
}

fn check_prompt(prompt: Option<&str>) -> Result<(), Invalid> {
    let Some(prompt) = prompt else { return Ok(()) };
    if prompt.trim().is_empty() {
        return Err(Invalid::new(
            "prompt",
            "The prompt is empty.",
            "Say what is to be done, or leave it out: then the title and the description say it.",
        ));
    }
    if prompt.len() > MAX_PROMPT {
        let message = format!("The prompt has {} bytes; at most {MAX_PROMPT} fit.", prompt.len());
        return Err(Invalid::new("prompt", message, "Put it into a file, and name the file."));
    }
    if prompt.contains('\0') {
        let hint = "Remove it: for a program, the text would end there.";
        return Err(Invalid::new("prompt", "The prompt has a NUL character.", hint));
    }
    Ok(())
}

/// As Claude Code takes it: an alias or a name, which never begins with a dash.
pub(super) fn check_model(model: Option<&str>) -> Result<(), Invalid> {
    let Some(model) = model else { return Ok(()) };
    let fits = |c: char| c.is_ascii_alphanumeric() || "._:@/[]-".contains(c);
    if !model.is_empty() && model.len() <= 200 && !model.starts_with('-') && model.chars().all(fits)
    {
        return Ok(());
    }
    let message = format!("“{}” is no name of a model.", words::quoted(model));
    Err(Invalid::new("model", message, "Name one such as sonnet, opus or claude-opus-4-8."))
}

fn check_mode(settings: &ClaudeCodeSettings) -> Result<(), Invalid> {
    let skips = settings.permission_mode == Some(PermissionMode::BypassPermissions);
    if !skips || settings.dangerous {
        return Ok(());
    }
    Err(Invalid::new(
        "permission_mode",
        "Nothing confines this session, and it would skip every question.",
        "Choose acceptEdits and name tools in allowed_tools; or say dangerous: true, if it may do \
         all that you can.",
    ))
}

fn check_list(field: &'static str, entries: &[String]) -> Result<(), Invalid> {
    if entries.len() > MAX_ENTRIES {
        let message = format!("{field} has {} entries; at most {MAX_ENTRIES} fit.", entries.len());
        return Err(Invalid::new(field, message, "Name fewer."));
    }
    for entry in entries {
        let bare = entry.trim();
        // A word that begins with a dash would be taken for an option.
        let fits = !bare.is_empty()
            && !bare.starts_with('-')
            && entry.len() <= MAX_ENTRY
            && !entry.chars().any(char::is_control);
        if !fits {
            let message = format!("{field} cannot have “{}”.", words::quoted(entry));
            let hint = "Write an entry such as Bash(git diff:*), Edit or ~/src.";
            return Err(Invalid::new(field, message, hint));
        }
    }
    Ok(())
}

fn check_turns(turns: Option<u32>) -> Result<(), Invalid> {
    match turns {
        None | Some(1..=MAX_TURNS) => Ok(()),
        Some(turns) => Err(Invalid::new(
            "max_turns",
            format!("{turns} is no number of turns."),
            format!("Say a number from 1 to {MAX_TURNS}, or leave it out."),
        )),
    }
}

fn check_system_prompt(text: Option<&str>) -> Result<(), Invalid> {
    let text = text.unwrap_or_default();
    if text.len() <= MAX_SYSTEM_PROMPT && !text.contains('\0') {
        return Ok(());
    }
    let bytes = text.len();
    Err(Invalid::new(
        "append_system_prompt",
        format!("It has {bytes} bytes or a NUL character; at most {MAX_SYSTEM_PROMPT} bytes fit."),
        "Put it into a file CLAUDE.md in the working directory.",
    ))
}

fn check_mcp(config: &Value) -> Result<(), Invalid> {
    let refuse = |message: String| {
        let hint = r#"Write it as Claude Code does: {"mcpServers": {"name": {"command": "…"}}}."#;
        Err(Invalid::new("mcp_config", message, hint))
    };
    if config.is_null() {
        return Ok(());
    }
    if !config.get("mcpServers").is_some_and(Value::is_object) {
        return refuse("The list of servers has no object mcpServers.".to_owned());
    }
    let bytes = config.to_string().len();
    if bytes > MAX_MCP {
        return refuse(format!("The list of servers has {bytes} bytes; at most {MAX_MCP} fit."));
    }
    Ok(())
}

fn check_session(session: Option<&str>) -> Result<(), Invalid> {
    if session.is_none_or(is_session) {
        return Ok(());
    }
    Err(Invalid::new(
        "resume",
        format!("“{}” is no session.", words::quoted(session.unwrap_or_default())),
        "Name one as `aegis task show` does, such as 550e8400-e29b-41d4-a716-446655440000.",
    ))
}

/// Whether a text looks like the id of a session: a UUID.
pub(super) fn is_session(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::ExecutorName;
    use rstest::rstest;
    use serde_json::json;

    fn checked(settings: Value) -> Result<ClaudeCodeSettings, Invalid> {
        let name = ExecutorName::new(ClaudeCodeSettings::EXECUTOR);
        read(&ExecutorSpec { name, settings })
    }

    #[test]
    fn all_of_them_come_back_as_they_were() {
        assert_eq!(checked(Value::Null), Ok(ClaudeCodeSettings::default()));
        let all = json!({
            "prompt": "fix it", "cwd": "~/src", "model": "claude-opus-4-8[1m]",
            "permission_mode": "acceptEdits", "allowed_tools": ["Bash(git diff:*)"],
            "disallowed_tools": ["WebFetch"], "max_turns": 9, "append_system_prompt": "Be brief.",
            "mcp_config": {"mcpServers": {}}, "add_dirs": ["~/docs"],
            "resume": "550e8400-e29b-41d4-a716-446655440000", "raw_log": true
        });
        let settings = checked(all.clone()).unwrap();
        assert_eq!(settings.into_spec().settings, all);
    }

    #[rstest]
    #[case(json!({"prompt": "  "}), "prompt")]
    #[case(json!({"prompt": "a\u{0}b"}), "prompt")]
    #[case(json!({"prompt": "x".repeat(MAX_PROMPT + 1)}), "prompt")]
    #[case(json!({"model": "--dangerously-skip-permissions"}), "model")]
    #[case(json!({"model": ""}), "model")]
    #[case(json!({"model": "a b"}), "model")]
    #[case(json!({"permission_mode": "bypassPermissions"}), "permission_mode")]
    #[case(json!({"permission_mode": "yolo"}), "settings")]
    #[case(json!({"allowed_tools": ["--mcp-config"]}), "allowed_tools")]
    #[case(json!({"disallowed_tools": [""]}), "disallowed_tools")]
    #[case(json!({"add_dirs": ["a\nb"]}), "add_dirs")]
    #[case(json!({"max_turns": 0}), "max_turns")]
    #[case(json!({"append_system_prompt": "x".repeat(MAX_SYSTEM_PROMPT + 1)}), "append_system_prompt")]
    #[case(json!({"mcp_config": {"servers": {}}}), "mcp_config")]
    #[case(json!({"mcp_config": "file.json"}), "mcp_config")]
    #[case(json!({"resume": "latest"}), "resume")]
    #[case(json!({"extra_args": ["--settings", "x"]}), "settings")]
    #[case(json!({"env": {"ANTHROPIC_API_KEY": "x"}}), "settings")]
    #[case(json!([]), "settings")]
    fn what_cannot_stand_is_refused_with_its_field(#[case] given: Value, #[case] field: &str) {
        let refused = checked(given).unwrap_err();
        assert_eq!(refused.field, field, "{refused:?}");
        assert!(!refused.message.is_empty() && !refused.hint.is_empty());
    }

    #[test]
    fn skipping_every_question_has_to_be_said_twice() {
        let both = json!({"permission_mode": "bypassPermissions", "dangerous": true});
        assert!(checked(both).is_ok());
    }
}
