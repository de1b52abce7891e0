//! What a command gets: variables, keys, answers.

use aegis_domain::KeyName;

const VARIABLE: &str = "write a name, = and a value, such as RUST_LOG=debug";
const SECRET: &str = "write a name, = and the name of a key, such as GH_TOKEN=github; `aegis key \
                      list` shows those that there are";
const PROMPT: &str = "write what it shows, = and what to type, such as 'Name: =Ada'";
const PROMPT_KEY: &str = "write what it shows, = and the name of a key, such as Password:=db";

/// `NAME=VALUE`.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn variable(text: &str) -> Result<(String, String), &'static str> {
    split(text, text.find('='), VARIABLE)
}

/// `NAME=KEY`.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn secret(text: &str) -> Result<(String, KeyName), &'static str> {
    let (name, key) = split(text, text.find('='), SECRET)?;
    Ok((name, KeyName::new(&key).map_err(|_| SECRET)?))
}

/// `SHOWN=ANSWER`; a regular expression between slashes may hold `=`.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn prompt(text: &str) -> Result<(String, String), &'static str> {
    split(text, place(text), PROMPT)
}

/// `SHOWN=KEY`.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn prompt_key(text: &str) -> Result<(String, KeyName), &'static str> {
    let (shown, key) = split(text, place(text), PROMPT_KEY)?;
    Ok((shown, KeyName::new(&key).map_err(|_| PROMPT_KEY)?))
}

/// Where the `=` is that ends what is shown.
fn place(text: &str) -> Option<usize> {
    if text.starts_with('/') { text.find("/=").map(|slash| slash + 1) } else { text.find('=') }
}

fn split(
    text: &str,
    at: Option<usize>,
    hint: &'static str,
) -> Result<(String, String), &'static str> {
    let (name, value) = at.map(|at| (&text[..at], &text[at + 1..])).ok_or(hint)?;
    if name.trim().is_empty() { Err(hint) } else { Ok((name.to_owned(), value.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_parts_them() {
        assert_eq!(variable("A=b=c"), Ok(("A".into(), "b=c".into())));
        assert_eq!(variable("A="), Ok(("A".into(), String::new())));
        assert_eq!(prompt("/a=b/=c=d"), Ok(("/a=b/".into(), "c=d".into())));
        assert_eq!(prompt("Name: =Ada"), Ok(("Name: ".into(), "Ada".into())));
        assert_eq!(secret("T=github").unwrap().1.as_str(), "github");
        for wrong in ["A", "=b", ""] {
            assert_eq!(variable(wrong), Err(VARIABLE));
        }
        assert_eq!(secret("T=ghp_x"), Err(SECRET));
        assert_eq!(prompt_key("P=Not a name"), Err(PROMPT_KEY));
        assert_eq!(prompt("/a=b"), Err(PROMPT));
    }
}
