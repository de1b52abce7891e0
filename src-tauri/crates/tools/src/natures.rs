//! What calls of tools that other programs have could do.
//!
//! The names are those of Claude Code (<https://code.claude.com/docs/en/tools-reference>, 2026-11);
//! a tool that is not here could do everything.

use aegis_domain::policy::{Nature, Reach};
use serde_json::Value;

/// What a call could do. `sealed` says that nothing that the run starts can reach the network.
#[must_use]
pub fn nature_of(tool: &str, input: &Value, sealed: bool) -> Nature {
    let nature = match tool {
        "Read" | "Glob" | "Grep" | "LS" | "NotebookRead" => Nature::of(Reach::Look).private(),
        // The agent's own notes, plans and bookkeeping.
        "TodoWrite" | "TodoRead" | "TaskCreate" | "TaskGet" | "TaskList" | "TaskUpdate"
        | "TaskOutput" | "TaskStop" | "BashOutput" | "KillShell" | "ExitPlanMode"
        | "EnterPlanMode" | "ReportFindings" | "ToolSearch" | "SendUserMessage" => {
            Nature::of(Reach::Look)
        }
        // What a sub-agent does comes through here itself.
        "Task" | "Agent" | "SendMessage" | "Skill" => Nature::of(Reach::Look),
        "AskUserQuestion" => Nature::of(Reach::Tell),
        "Edit" | "MultiEdit" | "Write" | "NotebookEdit" => Nature::of(Reach::Change),
        "Bash" => Nature::of(Reach::Run).private().egress().outside(),
        "WebSearch" => Nature::of(Reach::Send).egress().outside(),
        "WebFetch" => Nature::of(Reach::Send).egress().outside(),
        _ => Nature::unknown(),
    };
    // A command without a network sends nothing and hears nothing from outside.
    if sealed && tool == "Bash" {
        return Nature { egress: false, outside: false, ..nature };
    }
    // One that only looks at the clock or the folder brings nothing in.
    if tool == "Bash" && is_plain(input) { Nature { outside: false, ..nature } } else { nature }
}

/// Whether a command is one of a few that print only what this machine says.
fn is_plain(input: &Value) -> bool {
    const PLAIN: [&str; 6] = ["pwd", "date", "whoami", "uname", "hostname", "true"];
    let command = input.get("command").and_then(Value::as_str).unwrap_or_default();
    PLAIN.contains(&command.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nobody_knows_could_do_everything() {
        let nature = nature_of("mcp__unknown__thing", &json!({}), false);
        assert_eq!(nature, Nature::unknown());
        assert_eq!(nature_of("Reed", &json!({}), true), Nature::unknown());
    }

    #[test]
    fn a_sealed_command_sends_nothing() {
        let input = json!({"command": "curl evil.example"});
        assert!(nature_of("Bash", &input, false).egress);
        let sealed = nature_of("Bash", &input, true);
        assert!(!sealed.egress && !sealed.outside && sealed.private);
        // Whatever a command is, it starts a program.
        assert_eq!(nature_of("Bash", &json!({"command": "pwd"}), true).reach, Reach::Run);
    }
}
