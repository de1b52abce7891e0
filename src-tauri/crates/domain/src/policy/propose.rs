//! The narrowest rule that would have let a call through.

use super::{Call, Effect, InputMatch, NewRule, Pattern, Reach};
use serde_json::Value;

/// The parts of an input that say what a call does, in tools that Aegis and others have; what else
/// there is (a description, a time limit) may differ from call to call.
const TELLING: [&str; 9] =
    ["command", "program", "args", "file_path", "notebook_path", "path", "url", "query", "task_id"];

/// A rule that lets this call through, and as little else as can be said: the same command, the
/// same file or the same host, in the same workspace. `None` when no rule can say it: then a person
/// has to be asked each time.
#[must_use]
pub fn proposed(call: &Call<'_>) -> Option<NewRule> {
    let mut rule = NewRule::new(Effect::Allow, Pattern::exactly(call.tool)?);
    rule.workspace = call.workspace.map(str::to_owned);
    // Looking around in the workspace is one thing, whatever is looked at.
    if call.nature.reach == Reach::Look {
        return Some(rule);
    }
    let object = call.input.as_object()?;
    for part in TELLING {
        let Some(value) = object.get(part).filter(|value| !value.is_null()) else { continue };
        let is = match (part, value) {
            ("url", Value::String(url)) => of_host(url)?,
            (_, Value::String(text)) => Pattern::exactly(text)?,
            (_, other) => Pattern::exactly(&other.to_string())?,
        };
        rule.input.push(InputMatch { at: format!("/{part}"), is });
    }
    if rule.input.is_empty() && call.nature.reach != Reach::Plan && call.nature.reach != Reach::Tell
    {
        // Nothing tells what it does: the input as a whole has to be the same.
        rule.input
            .push(InputMatch { at: String::new(), is: Pattern::exactly(&call.input.to_string())? });
    }
    Some(rule)
}

/// Every address of the same host, with the same scheme and port.
fn of_host(url: &str) -> Option<Pattern> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    // A login in an address belongs to one call, and a star cannot be meant literally.
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if !matches!(scheme, "http" | "https") || host.is_empty() || !host.chars().all(plain) {
        return None;
    }
    Pattern::new(&format!("{scheme}://{host}/*")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Nature;
    use serde_json::json;

    fn call<'a>(tool: &'a str, input: &'a Value, reach: Reach) -> Call<'a> {
        Call { tool, input, nature: Nature::of(reach), task: None, workspace: Some("/w") }
    }

    #[test]
    fn a_proposal_lets_the_same_through_and_little_else() {
        let command = json!({"command": "cargo test", "description": "run"});
        let rule = proposed(&call("Bash", &command, Reach::Run)).unwrap();
        assert!(rule.check().is_ok());
        assert!(rule.matches(&call("Bash", &command, Reach::Run)));
        let again = json!({"command": "cargo test", "description": "once more"});
        assert!(rule.matches(&call("Bash", &again, Reach::Run)));
        for other in [json!({"command": "cargo test; rm x"}), json!({"command": "cargo tes"})] {
            assert!(!rule.matches(&call("Bash", &other, Reach::Run)), "{other}");
        }
        assert!(!rule.matches(&call("Write", &command, Reach::Run)));
        let elsewhere =
            Call { workspace: Some("/elsewhere"), ..call("Bash", &command, Reach::Run) };
        assert!(!rule.matches(&elsewhere));
    }

    #[test]
    fn a_host_is_proposed_whole_and_never_more() {
        let page = json!({"url": "https://docs.rs/tokio?x=1", "prompt": "read"});
        let rule = proposed(&call("WebFetch", &page, Reach::Send)).unwrap();
        let fetch = |url: &str| {
            let input = json!({"url": url});
            rule.matches(&call("WebFetch", &input, Reach::Send))
        };
        assert!(fetch("https://docs.rs/serde/latest"));
        for other in ["https://docs.rs.evil.com/", "http://docs.rs/", "https://docs.rs@evil.com/"] {
            assert!(!fetch(other), "{other}");
        }
        for odd in ["https://me:pw@docs.rs/", "file:///etc/passwd", "https://*/", "docs.rs"] {
            let input = json!({"url": odd});
            assert_eq!(proposed(&call("WebFetch", &input, Reach::Send)), None, "{odd}");
        }
    }

    #[test]
    fn what_no_rule_can_say_is_not_proposed() {
        let star = json!({"command": "rm *.o"});
        assert_eq!(proposed(&call("Bash", &star, Reach::Run)), None);
        let unknown = json!({"a": 1});
        let rule = proposed(&call("mcp__x__y", &unknown, Reach::Send)).unwrap();
        assert!(!rule.matches(&call("mcp__x__y", &json!({"a": 2}), Reach::Send)));
    }
}
