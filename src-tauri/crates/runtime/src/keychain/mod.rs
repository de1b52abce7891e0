//! The keys, in the system's keychain.

mod known;
mod service;

pub(crate) use known::{Known, known};

use aegis_domain::redact::Redactor;
use aegis_domain::{KeyName, Secret};
use aegis_ports::{Secrets, SecretsError};
use async_trait::async_trait;
use service::SecretService;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore, oneshot, watch};
use tokio::time::timeout;

/// For an answer; long enough for somebody to unlock the keychain when it asks.
const LIMIT: Duration = Duration::from_secs(30);
/// For everything that is learned at a start, when nobody is asked.
const LEARNING: Duration = Duration::from_secs(10);
/// Questions that wait for the keychain at the same time. Each is a thread.
const AT_ONCE: usize = 8;

/// The keychain of the desktop: a Secret Service on the session bus, such as gnome-keyring or
/// KWallet.
///
/// What it is asked blocks, perhaps for as long as somebody looks for a password. So every question
/// has a thread of its own, which nobody waits for beyond a limit, also not at the end.
pub struct Keychain {
    service: Arc<SecretService>,
    known: &'static Known,
    room: Arc<Semaphore>,
    learned: OnceCell<()>,
}

impl Keychain {
    /// The keychain of this session.
    #[must_use]
    pub fn of_session() -> Self {
        Self {
            service: Arc::default(),
            known: known(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
            learned: OnceCell::new(),
        }
    }

    /// Asks the keychain on a thread of its own.
    async fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        question: impl FnOnce(&SecretService) -> Result<T, SecretsError> + Send + 'static,
    ) -> Result<T, SecretsError> {
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            return Err(SecretsError::NoAnswer(limit));
        };
        let service = Arc::clone(&self.service);
        let (answer, answered) = oneshot::channel();
        let asking = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let result = question(&service);
            drop(room);
            // Whoever asked may have given up.
            drop(answer.send(result));
        });
        if let Err(error) = asking {
            return Err(SecretsError::Failed(format!("no thread could be started: {error}")));
        }
        match timeout(limit, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(SecretsError::Failed("its library broke".to_owned())),
            Err(_) => Err(SecretsError::NoAnswer(limit)),
        }
    }
}

#[async_trait]
impl Secrets for Keychain {
    async fn get(&self, name: &KeyName) -> Result<Secret, SecretsError> {
        let wanted = name.clone();
        let secret = self.ask(LIMIT, move |service| service.get(&wanted)).await?;
        // Known before anybody can use it.
        self.known.add([(name.clone(), secret.clone())]);
        Ok(secret)
    }

    async fn set(&self, name: &KeyName, secret: Secret) -> Result<(), SecretsError> {
        self.known.add([(name.clone(), secret.clone())]);
        let name = name.clone();
        self.ask(LIMIT, move |service| service.set(&name, &secret)).await
    }

    async fn remove(&self, name: &KeyName) -> Result<(), SecretsError> {
        let name = name.clone();
        self.ask(LIMIT, move |service| service.remove(&name)).await
    }

    async fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        self.ask(LIMIT, SecretService::names).await
    }

    async fn probe(&self) -> Result<(), SecretsError> {
        self.ask(LEARNING, SecretService::probe).await
    }

    async fn learn(&self) {
        let learn = async {
            let known = self.known;
            let learned = self.ask(LEARNING, move |service| {
                service.probe()?;
                let all = service.all()?;
                let count = all.len();
                known.add(all);
                Ok(count)
            });
            match learned.await {
                Ok(0) | Err(SecretsError::NoKeychain) => {}
                Ok(count) => tracing::info!(count, "keys are kept out of what is written"),
                Err(error) => {
                    tracing::warn!(%error, "keys are not known until they are used");
                }
            }
        };
        self.learned.get_or_init(|| learn).await;
    }

    fn redactor(&self) -> watch::Receiver<Arc<Redactor>> {
        self.known.redactor()
    }
}
