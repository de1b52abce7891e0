//! The sandbox of a session: what a task asks for, and what Claude Code cannot do without.

use std::path::{Path, PathBuf};

use aegis_domain::{ClaudeCodeSettings, Host, SandboxNetwork, SandboxProfile, SandboxSettings};

use crate::sandbox::Ground;

/// Where the Messages API usually is.
const API: &str = "api.anthropic.com:443";

/// The sandbox that a session asks for. One that is to reach nobody reaches the service that it
/// talks to, and nobody else.
pub(super) fn settings(
    settings: &ClaudeCodeSettings,
    base_url: Option<&str>,
) -> Option<SandboxSettings> {
    let mut sandbox = settings.sandbox.clone()?;
    let nobody = match sandbox.network {
        Some(SandboxNetwork::None) => true,
        None => sandbox.profile == Some(SandboxProfile::Strict),
        Some(SandboxNetwork::Allow(_) | SandboxNetwork::Full) => false,
    };
    let service = base_url.map_or_else(|| Some(API.to_owned()), host_of);
    let service = service.and_then(|service| service.parse::<Host>().ok());
    match (&mut sandbox.network, service) {
        (network, Some(service)) if nobody => *network = Some(SandboxNetwork::Allow(vec![service])),
        (Some(SandboxNetwork::Allow(hosts)), Some(service)) if !hosts.contains(&service) => {
            hosts.push(service);
        }
        _ => {}
    }
    Some(sandbox)
}

/// Whether nothing that a session starts can reach anybody but the service that it talks to.
pub(super) fn is_sealed(settings: &ClaudeCodeSettings) -> bool {
    settings.sandbox.as_ref().is_some_and(|sandbox| match &sandbox.network {
        Some(SandboxNetwork::None) => true,
        None => sandbox.profile == Some(SandboxProfile::Strict),
        Some(SandboxNetwork::Allow(_) | SandboxNetwork::Full) => false,
    })
}

/// Where a session works: Claude Code keeps its sessions and its login in its own folder.
pub(super) fn ground(cwd: &Path, scratch: &Path, home: &Path) -> Ground {
    let own = [".claude", ".claude.json", ".cache/claude-cli-nodejs"];
    let there = |path: &PathBuf| path.exists();
    Ground {
        cwd: cwd.to_owned(),
        scratch: scratch.to_owned(),
        writable: own.into_iter().map(|name| home.join(name)).filter(there).collect(),
        sockets: Vec::new(),
    }
}

/// The host and the port of an address.
fn host_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(match (has_port, scheme) {
        (true, _) => host.to_owned(),
        (false, "http") => format!("{host}:80"),
        (false, _) => format!("{host}:443"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confined(profile: SandboxProfile, network: Option<SandboxNetwork>) -> ClaudeCodeSettings {
        let sandbox = SandboxSettings { profile: Some(profile), network, ..Default::default() };
        ClaudeCodeSettings { sandbox: Some(sandbox), ..ClaudeCodeSettings::default() }
    }

    fn hosts(of: &ClaudeCodeSettings, base_url: Option<&str>) -> Vec<String> {
        match settings(of, base_url).and_then(|sandbox| sandbox.network) {
            Some(SandboxNetwork::Allow(hosts)) => {
                hosts.iter().map(|host| format!("{}:{}", host.name(), host.port())).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn one_that_reaches_nobody_reaches_its_service_alone() {
        let strict = confined(SandboxProfile::Strict, None);
        assert_eq!(hosts(&strict, None), ["api.anthropic.com:443"]);
        let sealed = confined(SandboxProfile::Workspace, Some(SandboxNetwork::None));
        assert_eq!(hosts(&sealed, Some("http://127.0.0.1:8431/v1")), ["127.0.0.1:8431"]);
        assert!(is_sealed(&strict) && is_sealed(&sealed));
    }

    #[test]
    fn what_a_task_lets_through_stays_let_through() {
        let docs: Host = "docs.rs:443".parse().unwrap();
        let some = confined(SandboxProfile::Strict, Some(SandboxNetwork::Allow(vec![docs])));
        assert_eq!(hosts(&some, None), ["docs.rs:443", "api.anthropic.com:443"]);
        let all = confined(SandboxProfile::Workspace, None);
        assert_eq!(settings(&all, None).and_then(|sandbox| sandbox.network), None);
        assert!(!is_sealed(&some) && !is_sealed(&all));
        assert_eq!(settings(&ClaudeCodeSettings::default(), None), None);
    }
}
