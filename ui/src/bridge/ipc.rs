//! What the window's page offers: `window.__TAURI_INTERNALS__`, by its own names.
//!
//! The npm package does no more than this, and would need a bundler.

use aegis_protocol::{ApiError, ErrorKind};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::messages::t;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"])]
    async fn invoke(command: &str, arguments: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback)]
    fn transform_callback(callback: &JsValue, once: bool) -> Result<u32, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = unregisterCallback)]
    fn unregister_callback(id: u32) -> Result<(), JsValue>;
}

/// Calls a method; both sides are JSON text.
pub(super) async fn call(method: &str, params: &str) -> Result<String, ApiError> {
    let arguments = arguments(&[("method", method), ("params", params)]);
    let reply = invoke("call", &arguments).await.map_err(|error| refusal(&error))?;
    reply.as_string().ok_or_else(|| super::unreadable(&"no text"))
}

/// Opens a feed on a channel; its number is for [`end`].
pub(super) async fn stream(method: &str, params: &str, channel: &Channel) -> Result<u32, ApiError> {
    let channel = format!("__CHANNEL__:{}", channel.id);
    let arguments = arguments(&[("method", method), ("params", params), ("channel", &channel)]);
    let id = invoke("stream", &arguments).await.map_err(|error| refusal(&error))?;
    id.as_f64().map(|id| id as u32).ok_or_else(|| super::unreadable(&"no number"))
}

/// Ends a feed. Nobody waits for it: a feed that is gone already is as good as ended.
pub(super) fn end(id: u32) {
    wasm_bindgen_futures::spawn_local(async move {
        let arguments = Object::new();
        // A fresh plain object takes any property.
        let _ = Reflect::set(&arguments, &"id".into(), &id.into());
        let _ = invoke("stream_end", &arguments).await;
    });
}

/// A function that the window can call by a number, until this is dropped.
pub(super) struct Channel {
    id: u32,
    _function: Closure<dyn FnMut(JsValue)>,
}

impl Channel {
    pub(super) fn new(on_message: impl FnMut(JsValue) + 'static) -> Result<Self, ApiError> {
        let function = Closure::<dyn FnMut(JsValue)>::new(on_message);
        let id = transform_callback(function.as_ref(), false).map_err(|error| refusal(&error))?;
        Ok(Self { id, _function: function })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        // Older webviews lack it; then a late message meets a dropped closure, which only logs.
        let _ = unregister_callback(self.id);
    }
}

/// A property of a message; `undefined` when it has none.
pub(super) fn property(message: &JsValue, name: &str) -> JsValue {
    Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn arguments(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    object
}

/// What a rejected promise says: our own error as JSON text, Tauri's sentence, or that there is no Tauri.
fn refusal(error: &JsValue) -> ApiError {
    match error.as_string() {
        Some(text) => {
            serde_json::from_str(&text).unwrap_or_else(|_| ApiError::new(ErrorKind::Internal, text))
        }
        None => ApiError::new(ErrorKind::Unavailable, t().engine.no_bridge)
            .with_hint(t().engine.no_bridge_hint),
    }
}
