//! Keys: read when a run starts, seen by its program, and nowhere else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aegis_domain::redact::Redactor;
use aegis_domain::{ErrorCategory, KeyName, Prompt, Secret, ShellSettings};
use aegis_ports::{LogStream, Secrets, SecretsError};
use async_trait::async_trait;
use tokio::sync::watch;

use crate::engine::{Handle, LIMIT, Live, failure, helper, sh};
use crate::workspace::{HomeOnly, Machine, base_env, shell_job};
use aegis_doubles::WallClock;
use aegis_executors::ShellExecutor;

/// A keychain with one key, `db`; the real one is tested with the whole application.
#[derive(Default)]
pub struct OneKey {
    removed: AtomicBool,
    asked: Mutex<u32>,
}

pub const KEY: &str = "correct horse battery";

#[async_trait]
impl Secrets for OneKey {
    async fn get(&self, name: &KeyName) -> Result<Secret, SecretsError> {
        *self.asked.lock().unwrap() += 1;
        if name.as_str() == "db" && !self.removed.load(Ordering::Relaxed) {
            return Ok(Secret::new(KEY).unwrap());
        }
        Err(SecretsError::NotFound(name.clone()))
    }

    async fn set(&self, _: &KeyName, _: Secret) -> Result<(), SecretsError> {
        Err(SecretsError::Denied)
    }

    async fn remove(&self, _: &KeyName) -> Result<(), SecretsError> {
        self.removed.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        Ok(vec![KeyName::new("db").unwrap()])
    }

    async fn probe(&self) -> Result<(), SecretsError> {
        Ok(())
    }

    async fn learn(&self) {}

    fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        watch::channel(Arc::default()).1
    }
}

fn start(machine: &Machine, secrets: &Arc<OneKey>, settings: ShellSettings) -> Live {
    let (roots, clock) = (Arc::new(HomeOnly(machine.home())), Arc::new(WallClock));
    let (sandboxes, limit) = (machine.sandboxes(), watch::channel(LIMIT).1);
    let executor = ShellExecutor::new(helper(), base_env(), roots, sandboxes, clock, limit);
    let executor = Arc::new(executor.with_secrets(secrets.clone()));
    Live::start(executor, shell_job(settings.into_spec()), Handle::new())
}

fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

#[tokio::test]
async fn a_program_finds_its_key_in_its_own_environment_alone() {
    let (machine, keys) = (Machine::new(), Arc::new(OneKey::default()));
    let secrets = BTreeMap::from([("A".to_owned(), name("db")), ("B".to_owned(), name("db"))]);
    let settings = ShellSettings { secrets, ..sh("printf '%s %s' \"$A\" \"$B\"") };
    assert!(!settings.clone().into_spec().settings.to_string().contains(KEY));
    let mut run = start(&machine, &keys, settings);
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), format!("{KEY} {KEY}"));
    assert_eq!(*keys.asked.lock().unwrap(), 1, "it is read once");
    assert!(std::env::var("A").is_err());
}

#[tokio::test]
async fn a_key_that_is_not_there_fails_the_run_before_it_starts() {
    let (machine, keys) = (Machine::new(), Arc::new(OneKey::default()));
    let secrets = BTreeMap::from([("A".to_owned(), name("db"))]);
    let settings = ShellSettings { secrets, ..sh("touch ran") };
    keys.remove(&name("db")).await.unwrap();
    let mut run = start(&machine, &keys, settings.clone());
    let why = failure(run.ended().await);
    assert_eq!(why.category, ErrorCategory::Auth);
    assert_eq!(why.message, "There is no key “db” in the keychain.");
    assert!(why.hint.unwrap().contains("aegis key set db"));
    assert!(!machine.home().join("ran").exists());

    // Without any keychain at all.
    let mut run = machine.start(settings);
    let why = failure(run.ended().await);
    assert_eq!(why.category, ErrorCategory::Auth);
    assert!(why.message.contains("no keychain"), "{why:?}");
}

#[tokio::test]
async fn a_key_can_be_typed_into_a_terminal() {
    let (machine, keys) = (Machine::new(), Arc::new(OneKey::default()));
    let prompts =
        vec![Prompt { expect: "Password:".to_owned(), send: None, key: Some(name("db")) }];
    let script = "stty -echo; printf Password:; read -r p; stty echo; printf '<%s>' \"$p\"";
    let mut run = start(&machine, &keys, ShellSettings { pty: true, prompts, ..sh(script) });
    assert_eq!(run.ended().await.exit_code, Some(0));
    assert_eq!(run.handle.log().text(LogStream::Stdout), format!("Password:<{KEY}>"));
}
