//! An answer as the events in which it is streamed, and whole.

use serde_json::{Value, json};

use super::turn::{Block, Fault, Turn};

/// Most characters of one delta.
const DELTA: usize = 2000;

/// The bytes of the event stream of one turn, the `number`th.
pub(super) fn events(turn: &Turn, number: usize, model: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut message = head(turn, number, model);
    message["content"] = json!([]);
    event(&mut out, "message_start", json!({ "message": message }));
    event(&mut out, "ping", json!({}));
    for (index, block) in turn.blocks.iter().enumerate() {
        let start = started(block, number, index);
        event(&mut out, "content_block_start", json!({ "index": index, "content_block": start }));
        for delta in deltas(block) {
            event(&mut out, "content_block_delta", json!({ "index": index, "delta": delta }));
        }
        event(&mut out, "content_block_stop", json!({ "index": index }));
        if let Some(Fault::InTheMiddle { kind, message }) = &turn.fault {
            event(&mut out, "error", json!({ "error": { "type": kind, "message": message } }));
            return out;
        }
    }
    let end = json!({ "stop_reason": turn.reason(), "stop_sequence": null });
    let usage = json!({ "output_tokens": turn.output_tokens });
    event(&mut out, "message_delta", json!({ "delta": end, "usage": usage }));
    event(&mut out, "message_stop", json!({}));
    out
}

/// The answer as one message, for whoever does not want a stream.
pub(super) fn whole(turn: &Turn, number: usize, model: &str) -> Value {
    let mut message = head(turn, number, model);
    let content = turn.blocks.iter().enumerate().map(|(index, block)| match block {
        Block::Text(text) => json!({ "type": "text", "text": text }),
        Block::Thinking(text) => json!({ "type": "thinking", "thinking": text, "signature": "s" }),
        Block::Call { name, input } => {
            json!({ "type": "tool_use", "id": id(number, index), "name": name, "input": input })
        }
    });
    message["content"] = content.collect();
    message["stop_reason"] = turn.reason().into();
    message["usage"] = turn.usage(turn.output_tokens);
    message
}

fn head(turn: &Turn, number: usize, model: &str) -> Value {
    json!({
        "id": format!("msg_{number:04}"), "type": "message", "role": "assistant", "model": model,
        "stop_reason": null, "stop_sequence": null, "usage": turn.usage(1),
    })
}

fn id(number: usize, index: usize) -> String {
    format!("toolu_{number:04}_{index:02}")
}

fn started(block: &Block, number: usize, index: usize) -> Value {
    match block {
        Block::Text(_) => json!({ "type": "text", "text": "" }),
        Block::Thinking(_) => json!({ "type": "thinking", "thinking": "", "signature": "" }),
        Block::Call { name, .. } => {
            json!({ "type": "tool_use", "id": id(number, index), "name": name, "input": {} })
        }
    }
}

fn deltas(block: &Block) -> Vec<Value> {
    match block {
        Block::Text(text) => {
            pieces(text).map(|text| json!({ "type": "text_delta", "text": text })).collect()
        }
        Block::Thinking(text) => {
            let said =
                pieces(text).map(|text| json!({ "type": "thinking_delta", "thinking": text }));
            let signed = json!({ "type": "signature_delta", "signature": "c2lnbmVk" });
            said.chain([signed]).collect()
        }
        Block::Call { input, .. } => {
            let input = input.to_string();
            let given = pieces(&input)
                .map(|text| json!({ "type": "input_json_delta", "partial_json": text }));
            given.collect()
        }
    }
}

fn pieces(text: &str) -> impl Iterator<Item = String> + '_ {
    let characters: Vec<char> = text.chars().collect();
    let count = characters.len().div_ceil(DELTA);
    (0..count).map(move |piece| characters.iter().skip(piece * DELTA).take(DELTA).collect())
}

fn event(out: &mut Vec<u8>, kind: &str, mut data: Value) {
    data["type"] = kind.into();
    out.extend_from_slice(format!("event: {kind}\ndata: {data}\n\n").as_bytes());
}
