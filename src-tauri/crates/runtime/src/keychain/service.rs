//! What is asked of the Secret Service. All of it blocks.
//!
//! `keyring` is a family of crates: what its own documentation advises programs to use is
//! `keyring-core` with the store that they want, which here is the one over D-Bus. It opens the
//! door to a keychain anew after the first try failed, which `keyring` itself cannot.

use aegis_domain::{KeyName, Secret};
use aegis_ports::SecretsError;
use keyring_core::{CredentialStore, Entry, Error};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zbus::blocking::Proxy;
use zbus::blocking::connection::Builder;
use zbus::zvariant::OwnedObjectPath;
use zbus_secret_service_keyring_store::Store;

/// Under which service the keys stand in the keychain; their user is the name.
const SERVICE: &str = "aegis";
/// For a look that asks nobody.
const LOOK: Duration = Duration::from_secs(5);

const BUS_NAME: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";

#[derive(Default)]
pub(super) struct SecretService {
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl SecretService {
    pub(super) fn get(&self, name: &KeyName) -> Result<Secret, SecretsError> {
        let bytes = self.with(name, |entry| entry.get_secret())?;
        secret(bytes)
    }

    pub(super) fn set(&self, name: &KeyName, secret: &Secret) -> Result<(), SecretsError> {
        self.with(name, |entry| entry.set_secret(secret.expose().as_bytes()))
    }

    pub(super) fn remove(&self, name: &KeyName) -> Result<(), SecretsError> {
        self.with(name, Entry::delete_credential)
    }

    pub(super) fn names(&self) -> Result<Vec<KeyName>, SecretsError> {
        let found = self.entries()?;
        let mut names: Vec<_> = found.into_iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Every key. One that cannot be read, or is none, is left out.
    pub(super) fn all(&self) -> Result<Vec<(KeyName, Secret)>, SecretsError> {
        let found = self.entries()?;
        let read =
            |(name, entry): (KeyName, Entry)| Some((name, secret(entry.get_secret().ok()?).ok()?));
        Ok(found.into_iter().filter_map(read).collect())
    }

    /// Whether there is a keychain that is unlocked.
    pub(super) fn probe(&self) -> Result<(), SecretsError> {
        let no_keychain = |error: zbus::Error| {
            tracing::debug!(%error, "no Secret Service");
            SecretsError::NoKeychain
        };
        let bus = Builder::session().and_then(|bus| bus.method_timeout(LOOK).build());
        let bus = bus.map_err(no_keychain)?;
        let service = Proxy::new(&bus, BUS_NAME, PATH, "org.freedesktop.Secret.Service");
        let alias = service.and_then(|s| s.call("ReadAlias", &"default"));
        let path: OwnedObjectPath = alias.map_err(no_keychain)?;
        if path.as_str() == "/" {
            return Err(SecretsError::Failed("it has no default collection".to_owned()));
        }
        let collection = Proxy::new(&bus, BUS_NAME, path, "org.freedesktop.Secret.Collection");
        let locked: bool =
            collection.and_then(|c| c.get_property("Locked")).map_err(no_keychain)?;
        if locked { Err(SecretsError::Locked) } else { Ok(()) }
    }

    /// Every key of Aegis that the keychain has, by its name.
    fn entries(&self) -> Result<Vec<(KeyName, Entry)>, SecretsError> {
        let ours = HashMap::from([("service", SERVICE)]);
        let found = self.attempt(None, |store| store.search(&ours))?;
        let named = |entry: Entry| {
            let (_, user) = entry.get_specifiers()?;
            Some((KeyName::new(&user).ok()?, entry))
        };
        Ok(found.into_iter().filter_map(named).collect())
    }

    fn with<T>(
        &self,
        name: &KeyName,
        act: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, SecretsError> {
        let label = format!("Aegis: {name}");
        let label = HashMap::from([("label", label.as_str())]);
        self.attempt(Some(name), |store| act(&store.build(SERVICE, name.as_str(), Some(&label))?))
    }

    /// Does something with the store, and once more with a new one when the old one has gone, as
    /// when the keychain's program was started anew.
    fn attempt<T>(
        &self,
        name: Option<&KeyName>,
        act: impl Fn(&CredentialStore) -> keyring_core::Result<T>,
    ) -> Result<T, SecretsError> {
        let (store, fresh) = self.store()?;
        match act(&*store) {
            Err(Error::PlatformFailure(_)) if !fresh => {
                self.forget();
                let (store, _) = self.store()?;
                act(&*store).map_err(|error| self.told(name, error))
            }
            result => result.map_err(|error| self.told(name, error)),
        }
    }

    /// The store, and whether it was opened just now.
    fn store(&self) -> Result<(Arc<CredentialStore>, bool), SecretsError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*store {
            return Ok((Arc::clone(store), false));
        }
        let new: Arc<CredentialStore> = Store::new().map_err(|error| {
            tracing::debug!(%error, "no Secret Service");
            SecretsError::NoKeychain
        })?;
        *store = Some(Arc::clone(&new));
        Ok((new, true))
    }

    fn forget(&self) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The library's error as ours. What it holds of a secret is not told.
    fn told(&self, name: Option<&KeyName>, error: Error) -> SecretsError {
        match (error, name) {
            (Error::NoEntry, Some(name)) => SecretsError::NotFound(name.clone()),
            (Error::NoStorageAccess(_), _) => match self.probe() {
                Err(SecretsError::Locked) => SecretsError::Locked,
                _ => SecretsError::Denied,
            },
            (Error::PlatformFailure(error), _) => {
                self.forget();
                match self.probe() {
                    Err(why) => why,
                    Ok(()) => SecretsError::Failed(error.to_string()),
                }
            }
            (Error::Ambiguous(_), Some(name)) => SecretsError::Failed(format!(
                "it has several keys called {name}; remove all but one in Passwords and Keys"
            )),
            (other, _) => {
                drop(other);
                SecretsError::Failed("it holds what Aegis did not put there".to_owned())
            }
        }
    }
}

fn secret(bytes: Vec<u8>) -> Result<Secret, SecretsError> {
    let foreign = || SecretsError::Failed("what it has under that name is no key".to_owned());
    let text = String::from_utf8(bytes).map_err(|_| foreign())?;
    Secret::new(text).map_err(|_| foreign())
}
