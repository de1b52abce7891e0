//! How waits between tries grow, as people type it: `5s..10m`.

use super::seconds;
use aegis_domain::Backoff;

/// The first wait and the longest one; the longest may be left out.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn backoff(text: &str) -> Result<Backoff, String> {
    let usual = Backoff::default();
    let (from, to) = text.split_once("..").unwrap_or((text, ""));
    let secs = |text: &str| {
        u32::try_from(seconds(text)?).map_err(|_| "use a day at most, such as 10m..1d".to_owned())
    };
    let base_secs = secs(from)?;
    let max_secs = if to.is_empty() { usual.max_secs.max(base_secs) } else { secs(to)? };
    Ok(Backoff { base_secs, max_secs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_wait_and_a_longest_one() {
        let of = |text: &str| backoff(text).map(|b| (b.base_secs, b.max_secs));
        assert_eq!(of("5s..10m"), Ok((5, 600)));
        assert_eq!(of("30s"), Ok((30, 900)));
        assert_eq!(of("1h"), Ok((3600, 3600)));
        for wrong in ["", "5", "..", "5s..x", "1ms..5s", "1s..200000d"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
