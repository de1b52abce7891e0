//! What the user's login shell sets: a window that a desktop started has not seen it, so programs
//! that a terminal finds would not be found.

use std::time::Duration;

use aegis_helper::Spec;

use super::environment::{BaseEnv, allow_listed};
use crate::process::{HelperPath, capture};

/// For the shell's start-up files.
const LIMIT: Duration = Duration::from_secs(5);
/// What stands before and behind the environment: start-up files may print.
const BEGIN: &str = "aegis-environment-begins";
const END: &str = "aegis-environment-ends";

/// The environment after the login shell's start-up files, or why it could not be had, in a clause.
/// Only what is on the allow-list goes in, and only that comes out.
pub(super) async fn environment(helper: &HelperPath, base: &BaseEnv) -> Result<BaseEnv, String> {
    let Some(shell) = base.get("SHELL").filter(|shell| shell.starts_with('/')) else {
        // Nobody has a login shell here, so nothing is missing.
        return Ok(base.clone());
    };
    let script = format!("printf '{BEGIN}\\0'; env -0; printf '{END}\\0'");
    let spec = Spec {
        program: shell.to_owned(),
        args: ["-l", "-i", "-c", &script].map(str::to_owned).to_vec(),
        env: base.clone().with(Default::default(), Vec::new()),
        cwd: base.get("HOME").unwrap_or("/").into(),
        stdin: None,
        timeout_ms: Some(u64::try_from(LIMIT.as_millis()).unwrap_or(u64::MAX)),
        grace_ms: 200,
        pty: false,
        sandbox: None,
    };
    let printed = capture(helper, spec).await.map_err(|error| match error {
        crate::process::ProcessError::Silent => {
            format!("{shell} took more than {} seconds", LIMIT.as_secs())
        }
        error => format!("{shell}: {error}"),
    })?;
    let variables = between(&printed).ok_or_else(|| format!("{shell} did not tell it"))?;
    Ok(base.clone().after(allow_listed(variables)))
}

/// The variables between the marks.
fn between(printed: &[u8]) -> Option<Vec<(String, String)>> {
    let mut fields = printed.split(|byte| *byte == 0);
    fields.find(|field| field.ends_with(BEGIN.as_bytes()))?;
    let mut variables = Vec::new();
    for field in fields {
        if field == END.as_bytes() {
            return Some(variables);
        }
        // What is not UTF-8 could not be given to a program either.
        if let Ok(text) = std::str::from_utf8(field)
            && let Some((name, value)) = text.split_once('=')
        {
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_start_up_files_print_is_not_taken_for_the_environment() {
        let printed = b"welcome\0A=no\nhello aegis-environment-begins\0PATH=/a:/b\0X=1=2\n3\0\xff=x\0aegis-environment-ends\0B=no\0";
        let expected = [("PATH", "/a:/b"), ("X", "1=2\n3")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(between(printed).unwrap(), expected);
        assert_eq!(between(b"PATH=/a\0aegis-environment-ends\0"), None);
        assert_eq!(between(b"aegis-environment-begins\0PATH=/a\0"), None);
    }
}
