//! The tools as an MCP server, spoken to in plain JSON-RPC.

use crate::world::World;
use aegis_domain::Actor;
use aegis_doubles::{Silence, WallClock};
use aegis_protocol::ShowTask;
use aegis_tools::mcp;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, split};

struct Client {
    lines: tokio::io::Lines<BufReader<tokio::io::ReadHalf<DuplexStream>>>,
    writer: tokio::io::WriteHalf<DuplexStream>,
    next: u64,
}

impl Client {
    async fn connect(world: &World, permits: bool) -> Self {
        let visitor = aegis_tools::visitor(
            "somebody",
            None,
            world.api.clone(),
            world.told.clone(),
            Arc::new(Silence),
            Arc::new(WallClock),
            "UTC".to_owned(),
        );
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(async move { mcp::serve(split(theirs), visitor, permits).await });
        let (reader, writer) = split(ours);
        let mut client = Self { lines: BufReader::new(reader).lines(), writer, next: 0 };
        let hello = client
            .ask(
                "initialize",
                json!({
                    "protocolVersion": "2025-06-18", "capabilities": {},
                    "clientInfo": {"name": " Claude\u{202e} Code\n", "version": "1"},
                }),
            )
            .await;
        assert_eq!(hello["result"]["serverInfo"]["name"], "aegis");
        client.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        client
    }

    async fn say(&mut self, message: &Value) {
        self.writer.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
        loop {
            let line = self.lines.next_line().await.unwrap().expect("the server has gone");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == json!(id) {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_lists_the_tools_and_calls_them() {
    let world = World::new().await;
    let mut client = Client::connect(&world, false).await;
    let tools = client.ask("tools/list", json!({})).await;
    let tools = tools["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    for name in ["create_background_task", "get_task_status", "list_all_tasks", "ask_user"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.contains(&mcp::PERMISSION));
    let call = json!({"name": "create_background_task", "arguments": {"title": "from afar"}});
    let made = client.ask("tools/call", call).await;
    assert_eq!(made["result"]["structuredContent"]["task_id"], 1, "{made}");
    let call = json!({"name": "no_such", "arguments": {}});
    let unknown = client.ask("tools/call", call).await;
    assert_eq!(unknown["result"]["isError"], true, "{unknown}");
    let sentence = unknown["result"]["structuredContent"]["error"].as_str().unwrap();
    assert!(sentence.contains("There is no tool"), "{sentence}");
    let call = json!({"name": "get_task_status", "arguments": {"task_id": []}});
    assert_eq!(client.ask("tools/call", call).await["result"]["isError"], true);
}

/// Who made something by this way stands in the history, under the name that they gave themselves,
/// cleaned.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_known_by_the_name_that_it_gives_itself() {
    let world = World::new().await;
    let mut client = Client::connect(&world, false).await;
    let call = json!({"name": "create_background_task", "arguments": {"title": "from afar"}});
    client.ask("tools/call", call).await;
    let show = ShowTask { task: "1".parse().unwrap() };
    let shown = world.call(show).await.unwrap();
    assert_eq!(shown.task.requester, Actor::Agent("somebody: Claude Code".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_its_own_tools_gets_an_answer() {
    let world = World::new().await;
    let mut client = Client::connect(&world, true).await;
    let ask = |tool: &str, input: Value| json!({"name": mcp::PERMISSION, "arguments": {"tool_name": tool, "input": input}});
    let answer = client.ask("tools/call", ask("Read", json!({"file_path": "/a"}))).await;
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(answer, json!({"behavior": "allow", "updatedInput": {"file_path": "/a"}}));
    let answer = client.ask("tools/call", ask("Bash", json!({"command": "id"}))).await;
    let text = answer["result"]["content"][0]["text"].as_str().unwrap();
    let answer: Value = serde_json::from_str(text).unwrap();
    assert_eq!(answer["behavior"], "deny");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_harms_nobody() {
    let world = World::new().await;
    let mut client = Client::connect(&world, false).await;
    for nonsense in [
        "{}",
        "[]",
        "null",
        "not json at all",
        "{\"jsonrpc\":\"2.0\",\"id\":7}",
        "\u{0}\u{1}",
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/call\",\"params\":{\"name\":7}}",
    ] {
        client.writer.write_all(format!("{nonsense}\n").as_bytes()).await.unwrap();
    }
    let tools = client.ask("tools/list", json!({})).await;
    assert!(tools["result"]["tools"].is_array(), "{tools}");
}
