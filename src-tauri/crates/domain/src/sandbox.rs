//! What keeps the work of a task apart from the rest of the machine, as a task asks for it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Most folders, and most hosts, that a task names.
pub const MAX_LISTED: usize = 64;

/// How much is kept from a run; the later ones keep more.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SandboxProfile {
    /// It may what its user may.
    #[default]
    None,
    /// It reads what its user can, apart from secrets, and writes where it works.
    Workspace,
    /// It reads the system's programs and where it works, and reaches nobody.
    Strict,
}

impl SandboxProfile {
    /// Every one, the one that keeps least from a run first.
    pub const ALL: [Self; 3] = [Self::None, Self::Workspace, Self::Strict];

    /// Its stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Workspace => "workspace",
            Self::Strict => "strict",
        }
    }
}

impl fmt::Display for SandboxProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SandboxProfile {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let named = Self::ALL.into_iter().find(|profile| profile.as_str() == text);
        named.ok_or_else(|| {
            Invalid::new(
                "sandbox",
                format!("There is no sandbox “{}”.", text.escape_debug()),
                "Use none, workspace or strict.",
            )
        })
    }
}

/// What a task says about its sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxSettings {
    /// How much is kept from it; as the settings of Aegis say when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<SandboxProfile>,
    /// Folders that it may write beside the one in which it works. They have to lie in the folders
    /// that Aegis may work in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub writable: Vec<String>,
    /// What it may read beyond the system's folders, in `strict`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub read_only: Vec<String>,
    /// Whom it reaches; everybody in `workspace` and nobody in `strict` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<SandboxNetwork>,
    /// Whether the repository in a folder that it may write can only be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub protect_git: bool,
    /// What it may use up.
    #[serde(skip_serializing_if = "SandboxLimits::is_empty")]
    pub limits: SandboxLimits,
}

/// Whom the work of a task reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxNetwork {
    /// Nobody.
    None,
    /// These hosts, by a proxy.
    Allow(Vec<Host>),
    /// Everybody.
    Full,
}

/// What the work of a task may use up; what is absent is as much as its user may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxLimits {
    /// Bytes of memory of each process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Processes and threads at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<u64>,
    /// Bytes of each file that it writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
    /// Open files of each process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_files: Option<u64>,
    /// Seconds of a processor of each process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<u64>,
}

impl SandboxLimits {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A host and a port: `api.example.com:443`, `127.0.0.1:8080`, `[::1]:8080`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host {
    name: String,
    port: u16,
}

impl Host {
    /// A host by its name, or its address without brackets, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Host {
    type Err = Invalid;

    /// Reads `name:port`. The name is made lower case, and a dot at its end is dropped: both mean
    /// the same host (RFC 4343, RFC 1034).
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || {
            Invalid::new(
                "network",
                format!("“{}” is no host with a port.", text.escape_debug()),
                "Write it as in api.example.com:443",
            )
        };
        let (name, port) = text.rsplit_once(':').ok_or_else(refused)?;
        let all_digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let port = Some(port).filter(|_| all_digits).and_then(|port| port.parse().ok());
        let port = port.filter(|port| *port > 0).ok_or_else(refused)?;
        let name = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => {
                let address: std::net::Ipv6Addr = address.parse().map_err(|_| refused())?;
                address.to_string()
            }
            None if name.contains(':') => return Err(refused()),
            None => name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase(),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let is_name = name.bytes().all(plain) && name.split('.').all(|label| !label.is_empty());
        let is_address = name.parse::<std::net::Ipv6Addr>().is_ok();
        if name.is_empty() || name.len() > 253 || !(is_name || is_address) {
            return Err(refused());
        }
        Ok(Self { name, port })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(':') {
            write!(f, "[{}]:{}", self.name, self.port)
        } else {
            write!(f, "{}:{}", self.name, self.port)
        }
    }
}

impl TryFrom<String> for Host {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.to_string()
    }
}

/// What the settings of Aegis say about every task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SandboxPolicy {
    /// The profile of a task that names none.
    pub usual: SandboxProfile,
    /// No task has less than this.
    pub floor: SandboxProfile,
}

impl SandboxPolicy {
    /// The profile of a task.
    ///
    /// # Errors
    /// [`Invalid`] when the task wants less than every task is to have.
    pub fn of(&self, settings: Option<&SandboxSettings>) -> Result<SandboxProfile, Invalid> {
        match settings.and_then(|settings| settings.profile) {
            None => Ok(self.usual.max(self.floor)),
            Some(wanted) if wanted >= self.floor => Ok(wanted),
            Some(wanted) => Err(Invalid::new(
                "sandbox",
                format!(
                    "It asks for the sandbox “{wanted}”, and every task has at least “{}” here.",
                    self.floor
                ),
                "Ask for that one, or change the setting: aegis settings set sandbox-floor",
            )),
        }
    }
}

impl SandboxSettings {
    /// Looks at what can be judged without the machine.
    ///
    /// # Errors
    /// [`Invalid`] for the first thing that cannot stand.
    pub fn check(&self, profile: SandboxProfile) -> Result<(), Invalid> {
        let invalid = |message: String, hint: &str| Err(Invalid::new("sandbox", message, hint));
        if profile == SandboxProfile::None {
            let asks = !self.writable.is_empty()
                || !self.read_only.is_empty()
                || self.network.as_ref().is_some_and(|network| *network != SandboxNetwork::Full)
                || self.protect_git
                || !self.limits.is_empty();
            if asks {
                return invalid(
                    "It limits what it may do, and has no sandbox that would hold it to that."
                        .to_owned(),
                    "Give it one: workspace or strict.",
                );
            }
        }
        let listed = [("writable", self.writable.len()), ("read_only", self.read_only.len())];
        let hosts = match &self.network {
            Some(SandboxNetwork::Allow(hosts)) => hosts.len(),
            _ => 0,
        };
        for (what, count) in listed.into_iter().chain([("hosts", hosts)]) {
            if count > MAX_LISTED {
                let message =
                    format!("Its list “{what}” has {count} entries; at most {MAX_LISTED} fit.");
                return invalid(
                    message,
                    "Name a folder that holds several of them, or fewer hosts.",
                );
            }
        }
        let limits = [
            self.limits.memory_bytes,
            self.limits.processes,
            self.limits.file_bytes,
            self.limits.open_files,
            self.limits.cpu_seconds,
        ];
        if limits.contains(&Some(0)) {
            return invalid("A limit of 0 would let nothing run.".to_owned(), "Use 1 or more.");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("API.Example.com:443", "api.example.com:443")]
    #[case("example.com.:80", "example.com:80")]
    #[case("127.0.0.1:8080", "127.0.0.1:8080")]
    #[case("[::1]:8080", "[::1]:8080")]
    #[case("[0:0:0:0:0:0:0:1]:1", "[::1]:1")]
    #[case("my_host:1", "my_host:1")]
    fn a_host_is_read_and_written(#[case] text: &str, #[case] written: &str) {
        assert_eq!(text.parse::<Host>().unwrap().to_string(), written);
    }

    #[rstest]
    #[case("example.com")]
    #[case("example.com:")]
    #[case("example.com:0")]
    #[case("example.com:65536")]
    #[case("example.com:+80")]
    #[case(":443")]
    #[case(".:443")]
    #[case("a..b:443")]
    #[case("::1:443")]
    #[case("[::1:443")]
    #[case("exa mple.com:443")]
    #[case("user@example.com:443")]
    #[case("https://example.com:443")]
    #[case("*.example.com:443")]
    #[case("é.com:443")]
    fn what_is_no_host_is_refused(#[case] text: &str) {
        let refused = text.parse::<Host>().unwrap_err();
        assert!(refused.message.contains("no host") && !refused.hint.is_empty());
    }

    #[test]
    fn settings_are_written_as_people_write_them() {
        let written = json!({
            "profile": "strict",
            "network": {"allow": ["api.anthropic.com:443"]},
            "protect_git": true,
            "limits": {"memory_bytes": 2_147_483_648_u64},
        });
        let settings: SandboxSettings = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&settings).unwrap(), written);
        assert_eq!(settings.check(SandboxProfile::Strict), Ok(()));
        assert!(settings.check(SandboxProfile::None).is_err());
        assert!(serde_json::from_value::<SandboxSettings>(json!({"jail": 1})).is_err());
        assert_eq!(serde_json::to_value(SandboxSettings::default()).unwrap(), json!({}));
    }

    #[test]
    fn no_task_has_less_than_the_floor() {
        use SandboxProfile::{None, Strict, Workspace};
        let policy = SandboxPolicy { usual: None, floor: Workspace };
        let of =
            |profile| policy.of(Some(&SandboxSettings { profile, ..SandboxSettings::default() }));
        assert_eq!(policy.of(Option::None), Ok(Workspace));
        assert_eq!(of(Some(Strict)), Ok(Strict));
        assert_eq!(of(Some(Workspace)), Ok(Workspace));
        assert!(of(Some(None)).unwrap_err().message.contains("at least “workspace”"));
        let policy = SandboxPolicy { usual: Strict, floor: None };
        assert_eq!(policy.of(Option::None), Ok(Strict));
    }

    #[test]
    fn what_cannot_stand_is_refused() {
        let many = SandboxSettings { writable: vec!["/a".to_owned(); 65], ..Default::default() };
        assert!(many.check(SandboxProfile::Strict).is_err());
        let limits = SandboxLimits { processes: Some(0), ..Default::default() };
        let zero = SandboxSettings { limits, ..Default::default() };
        assert!(zero.check(SandboxProfile::Strict).is_err());
    }
}
