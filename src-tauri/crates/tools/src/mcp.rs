//! The tools as an MCP server, over any pair of streams.
//!
//! Beside Aegis' own tools it offers `permission_prompt` to a program that has tools of its own and
//! asks before it uses them (Claude Code's `--permission-prompt-tool`).

use aegis_ports::{Permit, RunTools, ToolAnswer, ToolInfo};
use rmcp::ErrorData;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    InitializeResult, JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities,
    ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt as _};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

/// What a program asks for its own tools.
pub const PERMISSION: &str = "permission_prompt";

const INSTRUCTIONS: &str = "Aegis keeps tasks: it remembers, schedules and runs them in the \
    background, also when this conversation is over. Hand over what takes long or is to happen \
    later with create_background_task; look with get_task_status.";

struct Server {
    tools: Arc<dyn RunTools>,
    /// Whether it answers for other tools, too.
    permits: bool,
}

/// Serves `tools` until the other side has gone. With `permits` it answers for the other side's own
/// tools as well.
///
/// # Errors
/// The other side does not speak MCP.
pub async fn serve<R, W>(
    (reader, writer): (R, W),
    tools: Arc<dyn RunTools>,
    permits: bool,
) -> Result<(), String>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let server = Server { tools, permits };
    let running = server.serve((reader, writer)).await.map_err(|error| error.to_string())?;
    running.waiting().await.map(drop).map_err(|error| error.to_string())
}

fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

fn described(info: ToolInfo) -> Tool {
    let annotations = ToolAnnotations::new().read_only(info.read_only);
    Tool::new(info.name, info.description, object(info.schema)).with_annotations(annotations)
}

fn permission() -> Tool {
    let schema = json!({
        "type": "object",
        "properties": {
            "tool_name": { "type": "string" },
            "input": { "type": "object" },
            "tool_use_id": { "type": "string" },
        },
        "required": ["tool_name", "input"],
    });
    Tool::new(PERMISSION, "Asks whether a tool may be used.", object(schema))
}

impl Server {
    async fn permit(&self, arguments: &JsonObject) -> Value {
        let tool = arguments.get("tool_name").and_then(Value::as_str).unwrap_or_default();
        let input = arguments.get("input").cloned().unwrap_or_else(|| json!({}));
        let use_id = arguments.get("tool_use_id").and_then(Value::as_str);
        match self.tools.permit(tool, &input, use_id).await {
            Permit::Go => json!({ "behavior": "allow", "updatedInput": input }),
            Permit::No(message) => json!({ "behavior": "deny", "message": message }),
            Permit::Park => json!({
                "behavior": "deny",
                "message": "A person is asked. This run ends here, and goes on with their answer.",
                "interrupt": true,
            }),
        }
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        InitializeResult::new(capabilities)
            .with_server_info(Implementation::new("aegis", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let own = self.tools.list().into_iter().map(described);
        let tools = own.chain(self.permits.then(permission)).collect();
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(client) = context.peer.peer_info() {
            self.tools.introduced(&client.client_info.name);
        }
        let arguments = request.arguments.unwrap_or_default();
        if self.permits && request.name == PERMISSION {
            let answer = self.permit(&arguments).await;
            return Ok(CallToolResult::success(vec![ContentBlock::text(answer.to_string())]).into());
        }
        let answer = self.tools.call(&request.name, Value::Object(arguments)).await;
        Ok(match answer {
            ToolAnswer::Done(value) => CallToolResult::structured(value),
            ToolAnswer::Failed { category, message } => CallToolResult::structured_error(json!({
                "success": false,
                "error": message,
                "category": category.to_string(),
            })),
            ToolAnswer::Park => CallToolResult::structured_error(json!({
                "success": false,
                "error": "A person is asked. This run ends here, and goes on with their answer.",
            })),
        }
        .into())
    }
}
