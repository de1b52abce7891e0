//! What tools give back: pictures, tokens, and far too much.

use std::fs;
use std::sync::Arc;

use aegis_domain::Outcome;
use aegis_executors::ClaudeCodeParts;
use aegis_peers::messages::{Turn, call, text};
use aegis_ports::{Left, ToolHost};
use serde_json::json;

use super::gate::{Decider, Host, job};
use super::{Desk, parts, printed};
use crate::engine::{Handle, Live};
use crate::workspace::shell_job;

/// A picture of one point (PNG specification, with its checksums).
const POINT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\
    \x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

async fn run(desk: &Desk, decider: &Arc<Decider>, job: aegis_ports::Job) -> Live {
    let tools: Arc<dyn ToolHost> = Arc::new(Host(Arc::clone(decider)));
    let parts = ClaudeCodeParts { tools: Some(tools), ..parts(Some(desk.api.url())) };
    let executor = desk.executor_with(desk.env(), parts);
    let mut run = Live::start(executor, job, Handle::new());
    let ended = run.ended().await;
    assert!(matches!(ended.outcome, Outcome::Succeeded { .. }), "{ended:?} {}", printed(&run));
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_it_looks_at_is_kept_and_named_with_the_call() {
    let desk = Desk::new([]);
    let file = desk.home().join("point.png");
    fs::write(&file, POINT).unwrap();
    desk.api.then([
        Turn::of([call("Read", json!({"file_path": file}))]).using(700, 200, 100),
        Turn::of([text("A point.")]),
    ]);
    let decider = Decider::of([]);
    let run = run(&desk, &decider, job("Look at it.")).await;
    let used = decider.used();
    assert_eq!(used.len(), 1);
    assert_eq!(used[0].screenshot.as_deref(), Some("screenshots/1.png"), "{used:?}");
    assert!(used[0].tokens.is_some_and(|tokens| tokens >= 900), "{used:?}");
    let kept = run.handle.left();
    let all = kept.iter().find_map(|(_, left)| match left {
        Left::Matching(globs) => Some(globs.clone()),
        Left::File(_) => None,
    });
    assert_eq!(all.unwrap()[0].to_string(), "screenshots/*");
}

/// Fifty megabytes of a command and of a server of tools: it goes on, and neither the log nor what
/// is remembered of the calls grows with it.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_of_a_result_are_cut_and_the_session_goes_on() {
    let desk = Desk::new([
        Turn::of([call("Bash", json!({"command": "head -c 52428800 /dev/zero | tr '\\0' x"}))]),
        Turn::of([call("mcp__flood__all", json!({}))]),
        Turn::of([text("That was much.")]),
    ]);
    let script = desk.machine.path("flood.py");
    fs::write(&script, FLOOD).unwrap();
    let settings = aegis_domain::ClaudeCodeSettings {
        mcp_config: json!({"mcpServers": {"flood": {
            "type": "stdio", "command": "python3", "args": [script],
        }}}),
        allowed_tools: Vec::new(),
        ..super::prompt("Get all of it.")
    };
    let decider = Decider::of([]);
    let run = run(&desk, &decider, shell_job(settings.into_spec())).await;
    let used = decider.used();
    let tools: Vec<&str> = used.iter().map(|used| used.tool.as_str()).collect();
    assert_eq!(tools, ["Bash", "mcp__flood__all"], "{}", printed(&run));
    let (bytes, largest) = run.handle.log().count();
    assert!(bytes < 1 << 20 && largest < 1 << 20, "{bytes} bytes in the log, {largest} at once");
    let noted: usize = used.iter().map(|used| used.error.as_ref().map_or(0, String::len)).sum();
    assert!(noted < 64 * 1024, "{noted}");
}

/// A server of one tool that answers with fifty megabytes.
const FLOOD: &str = r#"
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    method = asked["method"]
    if method == "initialize":
        result = {"protocolVersion": asked["params"]["protocolVersion"],
                  "capabilities": {"tools": {}}, "serverInfo": {"name": "flood", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "all", "description": "All of it.",
                             "inputSchema": {"type": "object", "properties": {}}}]}
    else:
        result = {"content": [{"type": "text", "text": "x" * (50 * 1024 * 1024)}]}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
"#;
