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
    /// Unix sockets that the run is to reach.
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

    /// Whether a task may have this sandbox, when it works in `cwd`.
    ///
    /// # Errors
    /// [`Invalid`], for the first thing that cannot stand.
    pub fn check(&self, settings: Option<&SandboxSettings>, cwd: &Path) -> Result<(), Invalid> {
        let profile = self.policy.borrow().of(settings)?;
        let settings = settings.cloned().unwrap_or_default();
        settings.check(profile)?;
        if profile != SandboxProfile::None {
            self.folders(&settings, cwd, &[])?;
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
        let profile = self.policy.borrow().of(settings).map_err(denied)?;
        let settings = settings.cloned().unwrap_or_default();
        settings.check(profile).map_err(denied)?;
        let profile = match profile {
            SandboxProfile::None => return Ok(None),
            SandboxProfile::Workspace => Profile::Workspace,
            SandboxProfile::Strict => Profile::Strict,
        };
        let folders = self.folders(&settings, &ground.cwd, &ground.writable);
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

    fn folders(
        &self,
        settings: &SandboxSettings,
        cwd: &Path,
        needed: &[PathBuf],
    ) -> Result<Folders, PlaceError> {
        let home = self.roots.home();
        let mut hidden = hidden::all(&home);
        hidden.extend(self.own.iter().filter_map(|path| fs::canonicalize(path).ok()));
        hidden.retain(|path| !needed.iter().any(|needed| path.starts_with(needed)));
        places::unobjectionable(cwd, &home, &hidden)?;
        let mut writable = Vec::new();
        for path in &settings.writable {
            let real = places::folder(path, &home)?;
            if !self.roots.allows(&real) {
                return Err(PlaceError::Outside(real));
            }
            places::unobjectionable(&real, &home, &hidden)?;
            writable.push(real);
        }
        for path in needed {
            writable.extend(fs::canonicalize(path).ok());
        }
        let read_only =
            settings.read_only.iter().map(|path| places::anything(path, &home, &hidden));
        let read_only = read_only.collect::<Result<_, _>>()?;
        Ok(Folders { writable, read_only, hidden })
    }
}

struct Folders {
    writable: Vec<PathBuf>,
    read_only: Vec<PathBuf>,
    hidden: Vec<PathBuf>,
}

impl Prepared {
    /// Serves what the run needs from outside, until it has `ended`.
    pub async fn serve(self, ended: oneshot::Receiver<()>, log: Arc<dyn LogSink>) {
        if let Some(proxy) = self.proxy {
            proxy.serve(ended, log).await;
        }
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
