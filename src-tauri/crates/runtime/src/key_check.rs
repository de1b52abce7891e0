//! Asks services whether they take a key.

use crate::Settings;
use aegis_domain::{ErrorCategory, KeyName, Secret};
use aegis_ports::{KeyCheck, KeyTrouble};
use async_trait::async_trait;
use reqwest::header::HeaderValue;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// For the answer.
const LIMIT: Duration = Duration::from_secs(15);
/// Most bytes of an answer that are read.
const MAX_ANSWER: usize = 64 * 1024;
/// The version of the API that is spoken
/// (<https://platform.claude.com/docs/en/api/versioning>).
const VERSION: &str = "2023-06-01";

/// Asks over HTTP, where the settings say that the services are.
pub struct HttpKeyCheck {
    settings: Arc<Settings>,
}

impl HttpKeyCheck {
    /// Asks where `settings` say.
    #[must_use]
    pub const fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }
}

#[async_trait]
impl KeyCheck for HttpKeyCheck {
    fn service(&self, name: &KeyName) -> Option<&'static str> {
        (name.as_str() == KeyName::ANTHROPIC).then_some("Anthropic's API")
    }

    async fn check(&self, _: &KeyName, secret: &Secret) -> Result<String, KeyTrouble> {
        anthropic(&self.settings.anthropic_base_url(), secret).await
    }
}

/// A list of the models, which costs nothing.
async fn anthropic(base: &str, secret: &Secret) -> Result<String, KeyTrouble> {
    let mut key = HeaderValue::from_str(secret.expose()).map_err(|_| {
        let message = "The key has characters that no key of Anthropic's has.";
        trouble(ErrorCategory::Auth, message, "Set it again: aegis key set anthropic")
    })?;
    key.set_sensitive(true);
    let client = client().map_err(|_| {
        let message = "The way to the service could not be prepared.";
        trouble(ErrorCategory::Internal, message, "Aegis' own log says more.")
    })?;
    let request = client
        .get(format!("{base}/v1/models?limit=1"))
        .header("x-api-key", key)
        .header("anthropic-version", VERSION);
    let mut response = request.send().await.map_err(|error| {
        // What the error says of the address is known; it holds no key.
        tracing::debug!(%error, "a key could not be tested");
        let what = if error.is_timeout() {
            format!("{base} did not answer within {} seconds.", LIMIT.as_secs())
        } else {
            format!("{base} cannot be reached.")
        };
        trouble(
            ErrorCategory::Network,
            what,
            "Look at the connection to the internet, then try again.",
        )
    })?;
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            break;
        }
    }
    judge(status, &said(&body))
}

/// What the service said went wrong: its kind and its sentence.
#[derive(Default, Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
}

fn said(body: &[u8]) -> Said {
    #[derive(Deserialize)]
    struct Body {
        error: Said,
    }
    serde_json::from_slice::<Body>(body).map(|body| body.error).unwrap_or_default()
}

/// What an answer says of the key (<https://platform.claude.com/docs/en/api/errors>).
fn judge(status: StatusCode, said: &Said) -> Result<String, KeyTrouble> {
    const SET: &str = "Make a new key in the console of the service, then: aegis key set anthropic";
    if status.is_success() {
        return Ok("Anthropic's API takes the key.".to_owned());
    }
    let lower = said.message.to_ascii_lowercase();
    let no_credit = said.kind == "billing_error" || lower.contains("credit balance");
    let (category, message, hint) = match status.as_u16() {
        _ if no_credit => (
            ErrorCategory::Budget,
            "The key is right, and its account has no credit left.".to_owned(),
            "Add credit in the console of the service.",
        ),
        401 => (ErrorCategory::Auth, "The service does not know the key.".to_owned(), SET),
        403 => (ErrorCategory::Auth, "The key was revoked, or it may not do this.".to_owned(), SET),
        429 => (
            ErrorCategory::RateLimited,
            "The service takes no more requests of this key just now.".to_owned(),
            "Try again in some minutes.",
        ),
        404 => (
            ErrorCategory::Network,
            "What answers at that address is not Anthropic's API.".to_owned(),
            "Look at the address: aegis settings show",
        ),
        500..=599 => (
            ErrorCategory::Network,
            format!("The service is out of order or overloaded (HTTP {}).", status.as_u16()),
            "Try again in some minutes.",
        ),
        code => (
            ErrorCategory::Network,
            format!("The service gave an answer that was not expected (HTTP {code})."),
            "Look at the address: aegis settings show",
        ),
    };
    Err(trouble(category, message, hint))
}

fn client() -> reqwest::Result<Client> {
    // The first that is set counts, and there is only this one.
    drop(rustls::crypto::ring::default_provider().install_default());
    // A key must not follow a redirection to somebody else.
    Client::builder().timeout(LIMIT).redirect(reqwest::redirect::Policy::none()).build()
}

fn trouble(
    category: ErrorCategory,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> KeyTrouble {
    KeyTrouble { category, message: message.into(), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    /// A service that gives one answer; returns its address, and what it was asked.
    fn answering(status: &str, body: &str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut asked, mut chunk) = (Vec::new(), [0; 1024]);
            while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
                let read = stream.read(&mut chunk).unwrap();
                asked.extend_from_slice(&chunk[..read]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(asked).unwrap()
        });
        (base, served)
    }

    fn key() -> Secret {
        Secret::new("sk-ant-test-0123456789").unwrap()
    }

    #[tokio::test]
    async fn a_key_is_taken() {
        let (base, served) = answering("200 OK", r#"{"data":[]}"#);
        assert!(anthropic(&base, &key()).await.unwrap().contains("takes the key"));
        let asked = served.join().unwrap();
        assert!(asked.starts_with("GET /v1/models?limit=1 HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("x-api-key: sk-ant-test-0123456789\r\n"), "{asked}");
        assert!(asked.contains("anthropic-version: 2023-06-01\r\n"), "{asked}");
    }

    #[tokio::test]
    async fn each_refusal_has_its_category() {
        let error = |kind: &str, message: &str| {
            format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"{message}"}}}}"#)
        };
        let cases = [
            ("401 Unauthorized", error("authentication_error", "invalid x-api-key"), "auth"),
            ("403 Forbidden", error("permission_error", "This key was disabled."), "auth"),
            ("402 Payment Required", error("billing_error", "Pay."), "budget"),
            (
                "400 Bad Request",
                error("invalid_request_error", "Your credit balance is too low to access it."),
                "budget",
            ),
            ("429 Too Many Requests", error("rate_limit_error", "Slow down."), "rate_limited"),
            ("529 Overloaded", error("overloaded_error", "Overloaded"), "network"),
            ("404 Not Found", "<html>".to_owned(), "network"),
            ("302 Found", String::new(), "network"),
        ];
        for (status, body, category) in cases {
            let (base, _served) = answering(status, &body);
            let trouble = anthropic(&base, &key()).await.unwrap_err();
            assert_eq!(serde_json::json!(trouble.category), category, "{status} {trouble:?}");
            assert!(trouble.message.ends_with('.') && !trouble.hint.is_empty());
            assert!(!format!("{trouble:?}").contains("sk-ant-test"));
        }
    }

    #[tokio::test]
    async fn a_service_that_is_not_there_is_a_matter_of_the_network() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let trouble = anthropic(&format!("http://{gone}"), &key()).await.unwrap_err();
        assert_eq!(trouble.category, ErrorCategory::Network);
        assert!(trouble.message.contains("cannot be reached"), "{trouble:?}");
    }
}
