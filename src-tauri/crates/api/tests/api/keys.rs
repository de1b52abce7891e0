//! Keys: kept, tested, removed, and kept out of everything else.

use crate::support::Fixture;
use aegis_domain::redact::Redactor;
use aegis_domain::{ErrorCategory, KeyName, Secret, TaskRef};
use aegis_ports::{KeyCheck, KeyTrouble, Secrets, SecretsError};
use aegis_protocol::{ErrorKind, ListKeys, RemoveKey, SetKey, ShowTask, TestKey};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

const KEY: &str = "sk-ant-api03-0123456789abcdefghij";

/// A keychain that is no more than a list, and that can be locked: the real one is tested with the
/// whole application.
#[derive(Default)]
pub struct MemoryKeychain {
    keys: Mutex<BTreeMap<KeyName, Secret>>,
    locked: AtomicBool,
    redactor: watch::Sender<Arc<Redactor>>,
}

impl MemoryKeychain {
    fn open(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<KeyName, Secret>>, SecretsError> {
        if self.locked.load(Ordering::Relaxed) {
            return Err(SecretsError::Locked);
        }
        Ok(self.keys.lock().unwrap())
    }
}

#[async_trait]
impl Secrets for MemoryKeychain {
    async fn get(&self, name: &KeyName) -> Result<Secret, SecretsError> {
        let not_found = || SecretsError::NotFound(name.clone());
        self.open()?.get(name).cloned().ok_or_else(not_found)
    }

    async fn set(&self, name: &KeyName, secret: Secret) -> Result<(), SecretsError> {
        let mut keys = self.open()?;
        keys.insert(name.clone(), secret);
        self.redactor.send_replace(Arc::new(Redactor::new(&*keys)));
        Ok(())
    }

    async fn remove(&self, name: &KeyName) -> Result<(), SecretsError> {
        let not_found = || SecretsError::NotFound(name.clone());
        self.open()?.remove(name).map(drop).ok_or_else(not_found)
    }

    async fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        Ok(self.open()?.keys().cloned().collect())
    }

    async fn probe(&self) -> Result<(), SecretsError> {
        self.open().map(drop)
    }

    async fn learn(&self) {}

    fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        self.redactor.subscribe()
    }
}

/// A service that takes one key.
pub struct PickyService;

#[async_trait]
impl KeyCheck for PickyService {
    fn service(&self, name: &KeyName) -> Option<&'static str> {
        (name.as_str() == KeyName::ANTHROPIC).then_some("Picky")
    }

    async fn check(&self, _: &KeyName, secret: &Secret) -> Result<String, KeyTrouble> {
        if secret.expose() == KEY {
            return Ok("Picky takes the key.".to_owned());
        }
        Err(KeyTrouble {
            category: ErrorCategory::Auth,
            message: "Picky does not know the key.".to_owned(),
            hint: "Make another one.".to_owned(),
        })
    }
}

fn set(name: &str, value: &str) -> SetKey {
    SetKey { name: name.to_owned(), value: value.to_owned() }
}

/// A request for a command with these settings. The engine of these tests has no such executor, so
/// what is looked at is the refusal, and the keychain.
fn shell(settings: &Value) -> Value {
    json!({"task": {"title": "t", "schedule": {"kind": "manual"},
        "executor": {"name": "shell", "settings": settings}}})
}

#[tokio::test]
async fn a_key_is_kept_listed_tested_and_removed() {
    let fixture = Fixture::new().await;
    fixture.call(set("anthropic", KEY)).await.unwrap();
    fixture.call(set("other", "something else")).await.unwrap();
    let listed = fixture.call(ListKeys {}).await.unwrap();
    let names: Vec<_> = listed.keys.iter().map(|key| (key.name.as_str(), key.kept)).collect();
    assert_eq!(names, [("anthropic", true), ("other", true)]);
    assert!(!serde_json::to_string(&listed).unwrap().contains(KEY));

    let test = |name: &str| fixture.call(TestKey { name: name.to_owned() });
    let found = test("anthropic").await.unwrap();
    assert_eq!((found.category, found.service.as_deref()), (None, Some("Picky")));
    let found = test("other").await.unwrap();
    assert_eq!((found.category, found.service), (None, None));
    fixture.call(set("anthropic", "sk-ant-wrong-0123")).await.unwrap();
    assert_eq!(test("anthropic").await.unwrap().category, Some(ErrorCategory::Auth));

    fixture.call(RemoveKey { name: "other".to_owned() }).await.unwrap();
    let gone = fixture.call(RemoveKey { name: "other".to_owned() }).await.unwrap_err();
    assert_eq!(gone.kind, ErrorKind::NotFound);
    assert!(gone.hint.unwrap().contains("aegis key set other"));
}

#[tokio::test]
async fn what_can_be_no_key_is_refused_without_being_repeated() {
    let fixture = Fixture::new().await;
    for (name, value) in [("sk-ant-Xyz", KEY), ("fine", "tiny"), ("fine", "with\0nul-in-it")] {
        let refused = fixture.call(set(name, value)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Invalid);
        assert!(!format!("{refused:?}").contains(value), "{refused:?}");
    }
    assert!(!format!("{:?}", set("a", KEY)).contains(KEY));
    fixture.secrets.locked.store(true, Ordering::Relaxed);
    for refused in [
        fixture.call(set("anthropic", KEY)).await.unwrap_err(),
        fixture.call(TestKey { name: "anthropic".to_owned() }).await.unwrap_err(),
        fixture.call(ListKeys {}).await.map(drop).unwrap_err(),
    ] {
        assert_eq!(refused.kind, ErrorKind::Unavailable);
        assert!(refused.hint.unwrap().contains("Unlock"));
    }
}

#[tokio::test]
async fn a_key_among_the_variables_goes_into_the_keychain() {
    let fixture = Fixture::new().await;
    let env = json!({"OPENAI_API_KEY": "whatever-it-is-1", "RUST_LOG": "debug", "X": KEY});
    let made = fixture.raw("task.create", shell(&json!({"command": ["x"], "env": env}))).await;
    assert!(made.is_err(), "this engine has no such executor");
    let kept = |name: &str| {
        fixture.secrets.keys.lock().unwrap().get(&KeyName::new(name).unwrap()).cloned()
    };
    assert_eq!(kept("openai-api-key").unwrap().expose(), "whatever-it-is-1");
    assert_eq!(kept("x").unwrap().expose(), KEY);
    assert_eq!(fixture.secrets.keys.lock().unwrap().len(), 2);
    // Once more: it is there. Another one of that name gets a number.
    for (value, count) in [("whatever-it-is-1", 2), ("whatever-it-is-2", 3)] {
        let env = json!({"OPENAI_API_KEY": value});
        drop(fixture.raw("task.create", shell(&json!({"command": ["x"], "env": env}))).await);
        assert_eq!(fixture.secrets.keys.lock().unwrap().len(), count, "{value}");
    }
    assert_eq!(kept("openai-api-key-2").unwrap().expose(), "whatever-it-is-2");

    fixture.secrets.locked.store(true, Ordering::Relaxed);
    let env = json!({"GH_TOKEN": "whatever-it-is-3"});
    let refused = fixture.raw("task.create", shell(&json!({"command": ["x"], "env": env}))).await;
    let refused = refused.unwrap_err();
    assert_eq!((refused.kind, refused.field.as_deref()), (ErrorKind::Refused, Some("env")));
    assert!(!format!("{refused:?}").contains("whatever"), "{refused:?}");
}

#[tokio::test]
async fn a_known_key_is_taken_out_of_texts_and_refused_in_what_is_run() {
    let fixture = Fixture::new().await;
    fixture.call(set("anthropic", KEY)).await.unwrap();
    let card = fixture.create(&format!("Use {KEY} today"), json!({"lines": 1})).await;
    assert_eq!(card.title, "Use [redacted:anthropic] today");
    let view = fixture.call(ShowTask { task: TaskRef::Id(card.id) }).await.unwrap();
    assert!(!serde_json::to_string(&view).unwrap().contains(KEY));
    drop(fixture.raw("fact.set", json!({"name": "mood", "value": {"a": KEY}})).await.unwrap());
    let facts = fixture.raw("fact.list", Value::Null).await.unwrap().to_string();
    assert!(facts.contains("[redacted:anthropic]") && !facts.contains(KEY), "{facts}");

    for settings in [
        json!({"command": ["curl", "-H", format!("x-api-key: {KEY}")]}),
        json!({"script": format!("KEY={KEY} run")}),
        json!({"command": ["x"], "stdin": KEY}),
    ] {
        let refused = fixture.raw("task.create", shell(&settings)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused, "{refused:?}");
        assert!(refused.hint.unwrap().contains("--secret"));
    }
    let line = json!({"text": format!("run: curl -H x-api-key:{KEY} localhost")});
    let refused = fixture.raw("quick_add.add", line).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn an_agent_gives_no_key_to_a_command() {
    let fixture = Fixture::new().await;
    fixture.call(set("anthropic", KEY)).await.unwrap();
    let agent = fixture.door_of(aegis_domain::Actor::Agent("claude".to_owned()));
    for settings in [
        json!({"command": ["x"], "secrets": {"K": "anthropic"}}),
        json!({"command": ["x"], "pty": true, "prompts": [{"expect": "?", "key": "anthropic"}]}),
    ] {
        let refused = aegis_api::Service::call(&agent, "task.create", shell(&settings)).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused, "{refused:?}");
        // A person may: what is refused then is that this engine has no such executor.
        let by_person = fixture.raw("task.create", shell(&settings)).await.unwrap_err();
        assert_eq!(by_person.kind, ErrorKind::Invalid, "{by_person:?}");
    }
}

/// The defence that the tests above are about: without a known key, everything stays.
#[tokio::test]
async fn without_a_known_key_the_text_stays() {
    let fixture = Fixture::new().await;
    let card = fixture.create(&format!("Use {KEY} today"), json!({"lines": 1})).await;
    assert!(card.title.contains(KEY));
}
