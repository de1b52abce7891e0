//! Where Claude Code is, and whether it is new enough.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use std::{fmt, fs, io};

use aegis_domain::machine::Asks;
use aegis_domain::{ErrorCategory, Failure, ProcessIdentity, Report, RunId};
use aegis_helper::Spec;
use aegis_ports::{Answered, Left, LogSink, LogStream, RunHandle, Signal, StartLost};
use async_trait::async_trait;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::Said;
use crate::process::{self, End};
use crate::{HelperPath, words};

/// The program's name.
const PROGRAM: &str = "claude";
/// Where its own installer puts it, below the home directory.
const PLACES: [&str; 2] = [".claude/local/claude", ".local/bin/claude"];
/// The first version in which a hook can put a call off, and a resumed session goes on with it.
const OLDEST: Version = Version(2, 1, 89);
/// How long it may take to say its version.
const LIMIT: Duration = Duration::from_secs(30);
/// Most bytes of what it says.
const MAX_SAID: usize = 4096;

/// A version: major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u32, u32, u32);

impl Version {
    /// Reads what `claude --version` prints: `2.1.197 (Claude Code)`.
    fn read(said: &str) -> Option<Self> {
        let (number, rest) = said.trim().split_once(char::is_whitespace)?;
        let mut parts = number.split('.').map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        (parts.next().is_none() && rest.contains("Claude Code")).then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Why Claude Code cannot be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("Claude Code was not found; it was looked for in {}.", shown(.looked))]
    NotFound { looked: Vec<PathBuf> },
    #[error("There is no Claude Code at {}, where the settings say that it is.", quoted(.0))]
    NotThere(PathBuf),
    #[error("{} may not be executed by this user.", quoted(.0))]
    NotExecutable(PathBuf),
    #[error("{} is not Claude Code: asked for its version it said “{}”.", quoted(.path), words::quoted(.said))]
    Other { path: PathBuf, said: String },
    #[error("Claude Code {version} is too old: Aegis needs {OLDEST} or newer.")]
    TooOld { version: Version },
    #[error("{} could not say its version: {why}.", quoted(.path))]
    Mute { path: PathBuf, why: String },
}

impl From<Unusable> for Failure {
    fn from(unusable: Unusable) -> Self {
        let (category, hint) = match &unusable {
            Unusable::NotFound { .. } => (
                ErrorCategory::FileNotFound,
                "Install it with: npm install -g @anthropic-ai/claude-code — or say where it is: \
                 aegis settings set claude-path /path/to/claude",
            ),
            Unusable::NotThere(_) => (
                ErrorCategory::FileNotFound,
                "Install it there, or say where it is: aegis settings set claude-path \
                 /path/to/claude (or CLAUDE_CLI_PATH)",
            ),
            Unusable::NotExecutable(_) => {
                (ErrorCategory::PermissionDenied, "Make it executable with chmod +x.")
            }
            Unusable::TooOld { .. } => {
                (ErrorCategory::CommandFailed, "Bring it up to date with: claude update")
            }
            Unusable::Other { .. } | Unusable::Mute { .. } => (
                ErrorCategory::CommandFailed,
                "Try it in a terminal with: claude --version — or say where another one is: aegis \
                 settings set claude-path /path/to/claude",
            ),
        };
        Self::new(category, unusable.to_string()).with_hint(hint)
    }
}

/// What is known of a file: when it was changed last, and what it is.
type Known = HashMap<PathBuf, (Option<SystemTime>, Result<Version, Unusable>)>;

/// Finds Claude Code, and asks each file once which version it is.
pub(super) struct Binary {
    /// Where the settings say that it is, if they say so.
    configured: Said<Option<PathBuf>>,
    known: Mutex<Known>,
}

impl Binary {
    pub(super) fn new(configured: Said<Option<PathBuf>>) -> Self {
        Self { configured, known: Mutex::default() }
    }

    /// The file, seen to be there. `path` is where programs are looked for.
    fn find(&self, path: &str, home: &Path) -> Result<PathBuf, Unusable> {
        if let Some(configured) = (self.configured)() {
            return match is_program(&configured) {
                Ok(true) => Ok(configured),
                Ok(false) => Err(Unusable::NotExecutable(configured)),
                Err(_) => Err(Unusable::NotThere(configured)),
            };
        }
        let folders = path.split(':').filter(|folder| folder.starts_with('/'));
        let named = folders.map(|folder| Path::new(folder).join(PROGRAM));
        let mut looked = Vec::new();
        let mut forbidden = None;
        for file in named.chain(PLACES.map(|place| home.join(place))) {
            match is_program(&file) {
                Ok(true) => return Ok(file),
                Ok(false) => forbidden = forbidden.or(Some(file)),
                Err(_) => looked.extend(file.parent().map(Path::to_owned)),
            }
        }
        looked.dedup();
        Err(forbidden.map_or(Unusable::NotFound { looked }, Unusable::NotExecutable))
    }

    /// The file of a Claude Code that is new enough, for a run that is about to start.
    pub(super) async fn usable(
        self: &Arc<Self>,
        helper: &HelperPath,
        env: &[(String, String)],
        home: &Path,
        run: RunId,
    ) -> Result<PathBuf, Unusable> {
        let path = env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone());
        let (this, home) = (Arc::clone(self), home.to_owned());
        let looked = spawn_blocking(move || {
            let file =
                this.find(path.as_deref().unwrap_or("/usr/local/bin:/usr/bin:/bin"), &home)?;
            let changed = fs::metadata(&file).and_then(|found| found.modified()).ok();
            Ok((file, changed))
        });
        let (file, changed) = looked.await.unwrap_or_else(|error| {
            let path = PathBuf::from(PROGRAM);
            Err(Unusable::Mute { path, why: error.to_string() })
        })?;
        let known = self.known().get(&file).filter(|(then, _)| *then == changed).cloned();
        let version = match known {
            Some((_, version)) => version,
            None => {
                let version = ask(&file, helper, env, run).await;
                // What only failed now may do better the next time.
                if !matches!(version, Err(Unusable::Mute { .. })) {
                    self.known().insert(file.clone(), (changed, version.clone()));
                }
                version
            }
        };
        version.map(|_| file)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks a file for its version, as a run's own process.
async fn ask(
    file: &Path,
    helper: &HelperPath,
    env: &[(String, String)],
    run: RunId,
) -> Result<Version, Unusable> {
    let mute = |why: String| Unusable::Mute { path: file.to_owned(), why };
    let spec = Spec {
        program: file.to_string_lossy().into_owned(),
        args: vec!["--version".to_owned()],
        env: env.to_vec(),
        cwd: PathBuf::from("/"),
        stdin: None,
        pty: false,
        timeout_ms: Some(u64::try_from(LIMIT.as_millis()).unwrap_or(u64::MAX)),
        grace_ms: 500,
        sandbox: None,
    };
    let heard = Arc::new(Heard::default());
    let said =
        match process::run(helper, spec, Vec::new(), run, &Question(Arc::clone(&heard))).await {
            Ok(End::Exited(exit)) if exit.code == Some(0) => heard.text(),
            Ok(End::Exited(exit)) => {
                let how = exit.code.map_or_else(
                    || "it was ended".to_owned(),
                    |code| format!("it exited with code {code}"),
                );
                return Err(mute(match heard.text().trim() {
                    "" => how,
                    said => format!("{how} and said “{}”", words::quoted(said)),
                }));
            }
            Ok(End::NotStarted { message, .. }) => return Err(mute(words::clause(&message))),
            Ok(End::Lost | End::CalledOff(_)) => return Err(mute("it was not asked".to_owned())),
            Err(error) => return Err(mute(words::clause(&error.to_string()))),
        };
    let path = file.to_owned();
    let version = Version::read(&said).ok_or(Unusable::Other { path, said })?;
    if version < OLDEST { Err(Unusable::TooOld { version }) } else { Ok(version) }
}

/// The line of a question that is no run of its own.
struct Question(Arc<Heard>);

#[async_trait]
impl RunHandle for Question {
    async fn started(&self, _process: Option<ProcessIdentity>) -> Result<(), StartLost> {
        Ok(())
    }

    fn report(&self, _report: Report) {}

    fn waits(&self, _waiting: bool) {}

    async fn ask(&self, _asks: Asks) -> Answered {
        Answered::Lost
    }

    async fn keep(&self, _folder: &Path, _left: Left) {}

    fn signal(&self) -> watch::Receiver<Signal> {
        watch::channel(Signal::Go).1
    }

    fn log(&self) -> Arc<dyn LogSink> {
        Arc::clone(&self.0) as Arc<dyn LogSink>
    }
}

/// What is printed, not all of it.
#[derive(Default)]
struct Heard(Mutex<Vec<u8>>);

impl Heard {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl LogSink for Heard {
    fn write(&self, stream: LogStream, bytes: &[u8]) {
        if stream == LogStream::Aegis {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_SAID.saturating_sub(kept.len()).min(bytes.len());
        kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }
}

/// Whether a file may be executed; an error when there is none.
fn is_program(path: &Path) -> io::Result<bool> {
    let found = fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(found.permissions().mode() & 0o111 != 0)
}

fn quoted(path: &Path) -> String {
    words::quoted(&path.display().to_string())
}

fn shown(folders: &[PathBuf]) -> String {
    let all: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    words::quoted(&all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2.1.197 (Claude Code)\n", Some(Version(2, 1, 197)))]
    #[case("10.0.0 (Claude Code)", Some(Version(10, 0, 0)))]
    #[case("2.1.197", None)]
    #[case("2.1 (Claude Code)", None)]
    #[case("v2.1.197 (Claude Code)", None)]
    #[case("claude 1.0.0", None)]
    #[case("", None)]
    fn a_version_is_read(#[case] said: &str, #[case] version: Option<Version>) {
        assert_eq!(Version::read(said), version);
    }

    fn program(path: &Path, mode: u32) -> PathBuf {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        path.to_owned()
    }

    #[test]
    fn it_is_looked_for_where_the_settings_say_and_else_where_programs_are() {
        let dir = tempfile::tempdir().unwrap();
        let (bin, home) = (dir.path().join("bin"), dir.path().join("home"));
        let path = format!("relative:{}", bin.display());
        let (tell, configured) = watch::channel(None);
        let binary = Binary::new(Arc::new(move || configured.borrow().clone()));
        let find = || binary.find(&path, &home);

        let Err(Unusable::NotFound { looked }) = find() else { panic!("found") };
        assert_eq!(looked, [bin.clone(), home.join(".claude/local"), home.join(".local/bin")]);

        let local = program(&home.join(PLACES[1]), 0o755);
        assert_eq!(find(), Ok(local));
        let own = program(&home.join(PLACES[0]), 0o755);
        assert_eq!(find(), Ok(own));
        let named = program(&bin.join(PROGRAM), 0o755);
        assert_eq!(find(), Ok(named.clone()));
        program(&named, 0o644);
        assert_eq!(find(), Ok(home.join(PLACES[0])), "another one may be executed");

        let elsewhere = dir.path().join("elsewhere");
        tell.send_replace(Some(elsewhere.clone()));
        assert_eq!(find(), Err(Unusable::NotThere(elsewhere.clone())));
        program(&elsewhere, 0o644);
        assert_eq!(find(), Err(Unusable::NotExecutable(elsewhere.clone())));
        program(&elsewhere, 0o755);
        assert_eq!(find(), Ok(elsewhere));
    }
}
