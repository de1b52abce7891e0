//! From what a task says about its sandbox to what its helper is told.
//!
//! An executor that starts programs keeps one [`Sandboxes`]. It asks it to `check` a task when it is
//! made, and to `prepare` the sandbox of a run, which gives what goes into
//! [`aegis_helper::Spec::sandbox`], and a proxy to be served while the run lasts.

mod hidden;
mod places;
mod proxy;

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aegis_domain::{
    ErrorCategory, Failure, Invalid, SandboxLimits, SandboxNetwork, SandboxPolicy, SandboxProfile,
    SandboxSettings,
};
use aegis_helper::{Limits, Mechanism, Network, Profile, Sandbox};
use aegis_ports::{AllowedRoots, LogSink};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::spawn_blocking;

use self::places::PlaceError;
use self::proxy::Proxy;
use crate::words;

/// What keeps runs apart, on this machine and by the user's settings.
#[derive(Clone)]
pub struct Sandboxes {
    policy: watch::Receiver<SandboxPolicy>,
    roots: Arc<dyn AllowedRoots>,
    /// What is of Aegis itself.
    own: Vec<PathBuf>,
    mechanisms: Vec<Mechanism>,
}

/// Where a run works, beside what its task says.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// The working directory, without symbolic links.
    pub cwd: PathBuf,
    /// A folder of the run's own. It can be written, and a folder for temporary files is made in it.
    pub scratch: PathBuf,
    /// What the executor itself needs to be written. It is not looked for in the allowed folders,
    /// and is not hidden though others of its kind are.
    pub writable: Vec<PathBuf>,
    /// What the executor itself needs to be read; as for `writable`.
    pub readable: Vec<PathBuf>,
    /// Folders that are to be the run's own and empty, but for what is named above.
    pub private: Vec<PathBuf>,
    /// Unix sockets that the run is to reach. They are there when the run starts.
    pub sockets: Vec<PathBuf>,
}

/// The sandbox of one run.
pub struct Prepared {
    /// What the helper is told.
    pub sandbox: Sandbox,
    proxy: Option<Proxy>,
}

impl Sandboxes {
    /// By these settings; `own` is what of Aegis no run in a sandbox may see.
    #[must_use]
    pub fn new(
        policy: watch::Receiver<SandboxPolicy>,
        roots: Arc<dyn AllowedRoots>,
        own: Vec<PathBuf>,
    ) -> Self {
        Self { policy, roots, own, mechanisms: Mechanism::all() }
    }

    /// With these mechanisms only: what is not among them is taken for not there.
    #[must_use]
    pub fn by(self, mechanisms: Vec<Mechanism>) -> Self {
        Self { mechanisms, ..self }
    }

    /// The profile of a task, whoever decides it: the task itself, the usual one of the settings,
    /// or their floor.
    ///
    /// # Errors
    /// [`Invalid`] when the task wants less than every task is to have.
    pub fn profile(&self, settings: Option<&SandboxSettings>) -> Result<SandboxProfile, Invalid> {
        self.policy.borrow().of(settings)
    }

    /// Whether a task may have this sandbox, when it works in `cwd`.
    ///
    /// # Errors
    /// [`Invalid`], for the first thing that cannot stand.
    pub fn check(&self, settings: Option<&SandboxSettings>, cwd: &Path) -> Result<(), Invalid> {
        let profile = self.profile(settings)?;
        let settings = settings.cloned().unwrap_or_default();
        settings.check(profile)?;
        if profile != SandboxProfile::None {
            self.folders(&settings, &Ground { cwd: cwd.to_owned(), ..Ground::default() })?;
        }
        Ok(())
    }

    /// The sandbox of a run; `None` when it is to have none. Looks at the disk, and blocks on it.
    ///
    /// # Errors
    /// [`Failure`] when it cannot have the sandbox that it is to have.
    pub fn prepare(
        &self,
        settings: Option<&SandboxSettings>,
        ground: &Ground,
    ) -> Result<Option<Prepared>, Failure> {
        let denied = |Invalid { message, hint, .. }| {
            Failure::new(ErrorCategory::SandboxDenied, message).with_hint(hint)
        };
        let profile = self.profile(settings).map_err(denied)?;
        let settings = settings.cloned().unwrap_or_default();
        settings.check(profile).map_err(denied)?;
        let profile = match profile {
            SandboxProfile::None => return Ok(None),
            SandboxProfile::Workspace => Profile::Workspace,
            SandboxProfile::Strict => Profile::Strict,
        };
        let folders = self.folders(&settings, ground);
        let folders = folders.map_err(|error| denied(error.into()))?;
        let failed = |error: io::Error| {
            let message = format!("The run could not have a folder for its sandbox: {error}.");
            Failure::new(ErrorCategory::Internal, message)
        };
        let scratch = fs::canonicalize(&ground.scratch).map_err(failed)?;
        let tmp = scratch.join("tmp");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&tmp).map_err(failed)?;
        let (network, proxy) = match (&settings.network, profile) {
            (Some(SandboxNetwork::None), _) | (None, Profile::Strict) => (Network::None, None),
            (Some(SandboxNetwork::Full), _) | (None, Profile::Workspace) => (Network::Full, None),
            (Some(SandboxNetwork::Allow(hosts)), _) => {
                let proxy = Proxy::open(&scratch, hosts.clone()).map_err(failed)?;
                (Network::Proxy(proxy.socket().to_owned()), Some(proxy))
            }
        };
        let mut writable = folders.writable;
        writable.push(scratch);
        let sandbox = Sandbox {
            profile,
            writable,
            read_only: folders.read_only,
            private: real(&ground.private),
            hidden: folders.hidden,
            protect_git: settings.protect_git,
            network,
            limits: limits(settings.limits),
            sockets: ground.sockets.clone(),
            tmp,
            mechanisms: self.mechanisms.clone(),
        };
        Ok(Some(Prepared { sandbox, proxy }))
    }

    /// The same, beside the runtime: it looks at many folders. Its socket belongs to this runtime.
    ///
    /// # Errors
    /// As [`Sandboxes::prepare`].
    pub async fn confine(
        &self,
        settings: Option<SandboxSettings>,
        ground: Ground,
    ) -> Result<Option<Prepared>, Failure> {
        let (sandboxes, runtime) = (self.clone(), Handle::current());
        let prepared = spawn_blocking(move || {
            let _inside = runtime.enter();
            sandboxes.prepare(settings.as_ref(), &ground)
        });
        prepared.await.unwrap_or_else(|error| {
            let message = format!("The sandbox could not be prepared: {error}.");
            Err(Failure::new(ErrorCategory::Internal, message))
        })
    }

    fn folders(&self, settings: &SandboxSettings, ground: &Ground) -> Result<Folders, PlaceError> {
        let home = self.roots.home();
        let mut hidden = hidden::all(&home);
        hidden.extend(self.own.iter().filter_map(|path| fs::canonicalize(path).ok()));
        let (needed, readable) = (real(&ground.writable), real(&ground.readable));
        let private = real(&ground.private);
        let shown = [&needed, &readable, &private];
        let is_shown = |path: &Path| shown.into_iter().flatten().any(|kept| path.starts_with(kept));
        hidden.retain(|path| !is_shown(path));
        places::unobjectionable(&ground.cwd, &home, &hidden)?;
        let mut writable = Vec::new();
        for path in &settings.writable {
            let real = places::folder(path, &home)?;
            if !self.roots.allows(&real) {
                return Err(PlaceError::Outside(real));
            }
            places::unobjectionable(&real, &home, &hidden)?;
            writable.push(real);
        }
        writable.extend(needed);
        let read_only =
            settings.read_only.iter().map(|path| places::anything(path, &home, &hidden));
        let mut read_only = read_only.collect::<Result<Vec<_>, _>>()?;
        read_only.extend(readable);
        Ok(Folders { writable, read_only, hidden })
    }
}

/// Where paths really lead. What is not there is left out.
fn real(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect()
}

struct Folders {
    writable: Vec<PathBuf>,
    read_only: Vec<PathBuf>,
    hidden: Vec<PathBuf>,
}

/// Does the work of a run, and serves what its sandbox needs from outside for as long.
pub(crate) async fn serving<T>(
    prepared: Option<Prepared>,
    log: Arc<dyn LogSink>,
    work: impl Future<Output = T>,
) -> T {
    let (at_work, ended) = oneshot::channel();
    let work = async {
        let done = work.await;
        drop(at_work);
        done
    };
    let serve = async {
        if let Some(prepared) = prepared {
            prepared.serve(ended, log).await;
        }
    };
    tokio::join!(work, serve).0
}

impl Prepared {
    /// Serves what the run needs from outside, until it has `ended`.
    pub async fn serve(self, ended: oneshot::Receiver<()>, log: Arc<dyn LogSink>) {
        if let Some(proxy) = self.proxy {
            proxy.serve(ended, log).await;
        }
    }

    /// What the run has to find in its environment, beside what the helper sets. A listed address of
    /// this machine is reached by the proxy, although programs go past it to their own.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let Some(proxy) = &self.proxy else { return Vec::new() };
        let own = ["localhost", "127.0.0.1", "::1"];
        let past: Vec<_> = own.into_iter().filter(|name| !proxy.lists(name)).collect();
        if past.len() == own.len() {
            return Vec::new();
        }
        ["NO_PROXY", "no_proxy"].map(|name| (name.to_owned(), past.join(","))).into()
    }

    /// Says in the log what the run is kept from.
    pub fn note(&self, log: &dyn LogSink) {
        let profile = match self.sandbox.profile {
            Profile::Workspace => SandboxProfile::Workspace,
            Profile::Strict => SandboxProfile::Strict,
        };
        let network = match (&self.sandbox.network, &self.proxy) {
            (Network::Full, _) => "the whole network".to_owned(),
            (_, Some(proxy)) => words::counted(proxy.hosts() as u64, "host"),
            _ => "no network".to_owned(),
        };
        let git = if self.sandbox.protect_git { ", its repository only to be read" } else { "" };
        log.note(&format!("Sandbox: {profile}, with {network}{git}."));
    }
}

fn limits(limits: SandboxLimits) -> Limits {
    let SandboxLimits { memory_bytes, processes, file_bytes, open_files, cpu_seconds } = limits;
    Limits { memory_bytes, processes, file_bytes, open_files, cpu_seconds }
}
