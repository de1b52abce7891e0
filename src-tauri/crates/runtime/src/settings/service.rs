//! Where services are.

use reqwest::Url;

/// Where Anthropic's API is (<https://platform.claude.com/docs/en/api/overview>).
pub(super) const ANTHROPIC: &str = "https://api.anthropic.com";

/// The address of a service, without a slash at its end; an empty one is the usual one.
///
/// A key goes there: so only over TLS, or to this machine.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn base_url(given: &str) -> Result<String, &'static str> {
    if given.trim().is_empty() {
        return Ok(ANTHROPIC.to_owned());
    }
    let url = Url::parse(given.trim()).map_err(|_| "it is no address such as https://host")?;
    let here = match url.host_str() {
        Some(host) => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
        None => return Err("it names no host"),
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return Err("a key goes there, so it has to begin with https://, or be on this machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it may hold no login");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it ends before any ? or #");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_over_tls_or_stays_here() {
        assert_eq!(base_url(" "), Ok(ANTHROPIC.to_owned()));
        assert_eq!(base_url("https://a.example/x/"), Ok("https://a.example/x".to_owned()));
        assert_eq!(base_url("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080".to_owned()));
        for wrong in [
            "a.example",
            "http://a.example",
            "http://127.0.0.1.example",
            "ftp://localhost",
            "https://me:secret@a.example",
            "https://a.example/?x=1",
            "https://",
        ] {
            let refused = base_url(wrong).unwrap_err();
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}
