//! `aegis hook`: what Claude Code calls after a tool of a session that Aegis did not start.

mod said;

use crate::connection::Engine;
use crate::error::Error;
use crate::exit::Exit;
use crate::origin;
use crate::output::Output;
use aegis_domain::Timestamp;
use aegis_protocol::NoteToolUse;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::io::{self, Read};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// For all of it: the session waits meanwhile.
const LIMIT: Duration = Duration::from_secs(2);
/// Most bytes that are read; a call with more is not noted.
const MAX: u64 = 16 * 1024 * 1024;
/// The events that are worth a call.
const EVENTS: [&str; 2] = ["PostToolUse", "PostToolUseFailure"];

/// Note a tool call of a session of your own, as a hook of Claude Code
#[derive(Debug, Args)]
#[command(after_help = "\
Claude Code starts it after each call and gives it the call on standard input.
It answers nothing, decides nothing, and never stops the session: whatever goes
wrong is one line on standard error, and the exit code is 0. Without a running
engine it does nothing, and in runs of Aegis neither: these are noted already.

`aegis hook install --print` prints what goes into ~/.claude/settings.json.")]
pub(crate) struct Hook {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print the lines of ~/.claude/settings.json that make Claude Code call it
    Install {
        /// Print them; the file is yours, and Aegis does not change it
        #[arg(long, required = true)]
        print: bool,
    },
}

/// Why a call was not noted.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error("it took longer than {} s", LIMIT.as_secs())]
    Late,
    #[error("the call has more than {} MiB", MAX >> 20)]
    TooLong,
    #[error("standard input cannot be read: {0}")]
    Input(#[from] io::Error),
    #[error(transparent)]
    Said(#[from] said::Unreadable),
    #[error("{0}")]
    Engine(#[from] Error),
}

impl Hook {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        if let Some(What::Install { .. }) = self.what {
            let program = std::env::current_exe().ok();
            let program = program.as_deref().and_then(|path| path.to_str()).unwrap_or("aegis");
            let lines = settings(program);
            // Both for people and for programs it is JSON.
            let text = serde_json::to_string_pretty(&lines).map_err(io::Error::from)?;
            out.write(&format!("{text}\n"))?;
            out.note("Put these lines into ~/.claude/settings.json, beside what is there.");
            return Ok(Exit::Success);
        }
        let now = out.now();
        let missed = match timeout(LIMIT, note(now)).await {
            Ok(Ok(())) => return Ok(Exit::Success),
            Ok(Err(missed)) => missed,
            Err(_) => Missed::Late,
        };
        out.note(&format!("Aegis has not noted this call: {missed}."));
        Ok(Exit::Success)
    }
}

async fn note(now: Timestamp) -> Result<(), Missed> {
    let text = input().await?;
    // What Aegis started is noted where it is decided.
    if origin::of_environment().is_some() {
        return Ok(());
    }
    let Some(used) = said::used(&text, now)? else { return Ok(()) };
    let Some(engine) = Engine::find().await? else { return Ok(()) };
    engine.call(NoteToolUse { used }).await?;
    engine.close().await;
    Ok(())
}

/// What Claude Code says. It is read on a thread that nobody waits for at the end: whoever leaves
/// the input open does not hold this up.
async fn input() -> Result<Vec<u8>, Missed> {
    let (done, read) = oneshot::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let result = io::stdin().lock().take(MAX + 1).read_to_end(&mut text);
        // Whoever asked may have given up.
        let _ = done.send(result.map(|_| text));
    });
    let text = read.await.map_err(io::Error::other)??;
    if text.len() as u64 > MAX { Err(Missed::TooLong) } else { Ok(text) }
}

/// What goes into Claude Code's settings (<https://code.claude.com/docs/en/hooks>).
fn settings(program: &str) -> Value {
    let command = format!("{} hook", shell_words::quote(program));
    let hook = json!([{
        "matcher": "*",
        "hooks": [{ "type": "command", "command": command, "timeout": 5 }],
    }]);
    let hooks = EVENTS.map(|event| (event.to_owned(), hook.clone()));
    json!({ "hooks": serde_json::Map::from_iter(hooks) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_for_the_settings_name_this_program_safely() {
        let lines = settings("/home/ada/my programs/aegis");
        for event in EVENTS {
            let hook = &lines["hooks"][event][0];
            assert_eq!(hook["matcher"], "*");
            assert_eq!(hook["hooks"][0]["command"], "'/home/ada/my programs/aegis' hook");
        }
    }
}
