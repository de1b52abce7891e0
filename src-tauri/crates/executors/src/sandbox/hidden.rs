//! What of a home directory is a secret, or leads to one.

use std::fs;
use std::path::{Path, PathBuf};

/// Below the home directory: keys, passwords, what browsers and messengers keep, what was typed.
const SECRETS: [&str; 56] = [
    ".ssh",
    ".gnupg",
    ".pki",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".kde/share/apps/kwallet",
    ".config/op",
    ".config/Bitwarden",
    ".config/Bitwarden CLI",
    ".config/keepassxc",
    ".netrc",
    ".git-credentials",
    ".config/git/credentials",
    ".config/gh",
    ".config/glab-cli",
    ".config/hub",
    ".aws",
    ".azure",
    ".config/gcloud",
    ".config/doctl",
    ".config/rclone",
    ".config/sops",
    ".kube",
    ".docker",
    ".config/containers/auth.json",
    ".terraform.d",
    ".vault-token",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".gem/credentials",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".m2/settings.xml",
    ".gradle/gradle.properties",
    ".pgpass",
    ".my.cnf",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".mozilla",
    ".thunderbird",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    ".config/microsoft-edge",
    ".config/vivaldi",
    ".config/Signal",
    ".local/share/TelegramDesktop",
    ".var/app",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
];

/// Those that are there, without symbolic links.
pub(super) fn all(home: &Path) -> Vec<PathBuf> {
    SECRETS.iter().filter_map(|name| fs::canonicalize(home.join(name)).ok()).collect()
}
