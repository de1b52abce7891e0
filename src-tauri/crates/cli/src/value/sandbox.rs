//! What a sandbox is asked for.

use aegis_domain::{Host, SandboxProfile};

/// A profile by its name.
pub(crate) fn profile(text: &str) -> Result<SandboxProfile, String> {
    text.parse().map_err(|refused: aegis_domain::Invalid| refused.hint)
}

/// A host with its port.
pub(crate) fn host(text: &str) -> Result<Host, String> {
    text.parse().map_err(|refused: aegis_domain::Invalid| refused.hint)
}

/// A number of bytes, or of KiB, MiB or GiB with K, M or G behind it.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.to_ascii_uppercase().strip_suffix(['K', 'M', 'G']) {
        Some(number) => (number.to_owned(), text.chars().last()),
        None => (text.to_owned(), None),
    };
    let shift = match unit.map(|unit| unit.to_ascii_uppercase()) {
        Some('K') => 10,
        Some('M') => 20,
        Some('G') => 30,
        _ => 0,
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << shift));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "use a number such as 512M or 2G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_with_a_unit() {
        assert_eq!(size("4096"), Ok(4096));
        assert_eq!(size("2g"), Ok(2 << 30));
        assert_eq!(size("512M"), Ok(512 << 20));
        for wrong in ["", "G", "0", "-1", "1.5G", "2T", "2 G", "99999999999G", "é"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
