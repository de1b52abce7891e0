//! What looks like a key.

/// Ends of the names of variables that hold keys.
const NAMES: [&str; 8] =
    ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS"];

/// How keys of well-known services begin, as their documentation says, with the fewest characters
/// that follow.
const SHAPES: [(&str, usize); 13] = [
    ("sk-ant-", 20),
    ("sk-proj-", 20),
    ("sk-", 32),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("AKIA", 16),
    ("AIza", 35),
    ("-----BEGIN ", 60),
];

/// Whether a variable of the environment seems to hold a key: by the end of its name, or by what
/// its value looks like. Values that are too short to be one do not.
#[must_use]
pub fn looks_like_a_key(name: &str, value: &str) -> bool {
    if value.len() < super::MIN_SECRET || value.contains("{{") {
        return false;
    }
    let upper = name.to_ascii_uppercase();
    let named = NAMES.iter().any(|end| {
        upper.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    });
    // A file or a switch, though its name sounds so.
    let path = value.starts_with('/') || value.starts_with("~/") || value.starts_with("./");
    (named && !path) || has_shape(value)
}

fn has_shape(value: &str) -> bool {
    SHAPES.iter().any(|(begin, least)| {
        value.strip_prefix(begin).is_some_and(|rest| {
            rest.len() >= *least && (begin.starts_with('-') || !rest.contains(char::is_whitespace))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("OPENAI_API_KEY", "whatever-it-is")]
    #[case("GH_TOKEN", "0123456789abcdef")]
    #[case("db_password", "correct horse")]
    #[case("SECRET", "12345678")]
    #[case("X", "sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAA")]
    #[case("X", "ghp_0123456789abcdefghijABCDEFGHIJ012345")]
    fn looks_so(#[case] name: &str, #[case] value: &str) {
        assert!(looks_like_a_key(name, value));
    }

    #[rstest]
    #[case("RUST_LOG", "aegis_engine=debug")]
    #[case("MONKEY", "chimpanzee")]
    #[case("SSH_KEY", "/home/me/.ssh/id_ed25519")]
    #[case("API_KEY", "{{key}}-of-a-parameter")]
    #[case("API_KEY", "short")]
    #[case("X", "sk-ant-")]
    #[case("X", "sk-learn and other programs that begin so")]
    fn does_not(#[case] name: &str, #[case] value: &str) {
        assert!(!looks_like_a_key(name, value));
    }
}
