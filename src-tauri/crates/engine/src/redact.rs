//! Keeps secrets out of what is committed.

use aegis_domain::machine::{Command, Refused};
use aegis_domain::redact::Redactor;
use aegis_domain::{Invalid, KeyName};

/// The command without secrets in any of its texts: titles, results, failures, reports, names.
///
/// # Errors
/// [`Refused::Invalid`] when a secret stands where nothing can stand in its place.
pub(crate) fn command(redactor: &Redactor, command: Command) -> Result<Command, Refused> {
    if redactor.is_empty() {
        return Ok(command);
    }
    let refused = |name: Option<&KeyName>| {
        let name = name.map_or("of the keychain", KeyName::as_str);
        Refused::Invalid(Invalid::new(
            "key",
            format!("The key “{name}” stands where nothing can stand in its place."),
            "Leave the key out. A command gets it with: --secret VARIABLE=KEY",
        ))
    };
    // Every command has a JSON form: follow-ups are stored in it.
    let mut value = serde_json::to_value(&command).map_err(|_| refused(None))?;
    if !redactor.json(&mut value) {
        return Ok(command);
    }
    let name = || serde_json::to_string(&command).ok();
    let name = || name().and_then(|text| redactor.first_in(&text).cloned());
    serde_json::from_value(value).map_err(|_| refused(name().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::machine::{Ending, RunRef};
    use aegis_domain::{
        Checkpoint, ErrorCategory, Failure, FencingToken, KeyName, Outcome, Report, RunId, Secret,
    };
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn knowing() -> Redactor {
        let known = BTreeMap::from([(
            KeyName::new("db").unwrap(),
            Secret::new("correct \"horse\"").unwrap(),
        )]);
        Redactor::new(&known)
    }

    fn run() -> RunRef {
        RunRef { run: RunId(uuid::Uuid::nil()), token: FencingToken(1) }
    }

    fn ending(text: &str, result: Value) -> Command {
        let failure = Failure::new(ErrorCategory::CommandFailed, text).with_hint(text);
        let outcome = Outcome::Failed(failure);
        let ending = Ending { outcome, exit_code: Some(1), result, log_len: 7 };
        Command::Finish { run: run(), ending }
    }

    #[test]
    fn an_end_loses_the_secret_and_nothing_else() {
        let secret = "it was correct \"horse\"";
        let clean = command(&knowing(), ending(secret, json!({"a": [secret]}))).unwrap();
        let hidden = "it was [redacted:db]";
        assert_eq!(clean, ending(hidden, json!({"a": [hidden]})));
        let untouched = ending("well", json!(null));
        assert_eq!(command(&knowing(), untouched.clone()), Ok(untouched));
    }

    #[test]
    fn reports_lose_it_too() {
        let checkpoint = |text: &str| Command::Report {
            run: run(),
            report: Report::Checkpoint(Checkpoint {
                at: chrono::DateTime::UNIX_EPOCH,
                label: text.to_owned(),
                data: json!({"password": text}),
            }),
        };
        let clean = command(&knowing(), checkpoint("correct \"horse\"")).unwrap();
        assert_eq!(clean, checkpoint("[redacted:db]"));
    }
}
