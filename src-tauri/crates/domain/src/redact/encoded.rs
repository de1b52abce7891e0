//! What a secret looks like on its way.

use crate::MIN_SECRET;
use std::fmt::Write as _;

/// The alphabets of RFC 4648, sections 4 and 5.
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A line of a secret of several lines that is long enough to be one itself.
const LINE: usize = 16;

/// Its forms in base64 and base64url, wherever it stands in the text that was encoded.
///
/// Three bytes become four characters, so there are three ways to begin. The characters at either
/// end that depend on its neighbours are left out: they tell less than six bits of it.
pub(super) fn base64(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for alphabet in [STANDARD, URL] {
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(secret.as_bytes());
            let encoded = encode(&bytes, alphabet);
            let (first, whole) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            forms.extend(encoded.get(first..whole).map(<[u8]>::to_vec));
        }
    }
    usable(forms)
}

/// Its other forms, the one that it has included.
pub(super) fn others(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_owned(), secret.replace('\n', "\r\n")];
    forms.extend(lines_of(secret));
    let escaped = json(secret, false);
    forms.extend([json(secret, true), escaped.replace('/', "\\/"), json(&escaped, false)]);
    forms.push(escaped);
    // RFC 3986, the four unreserved marks; encodeURIComponent; encodeURI; HTML forms.
    for kept in ["-._~", "-._~!'()*", "-._~!'()*;/?:@&=+$,#"] {
        forms.extend([percent(secret, kept, true), percent(secret, kept, false)]);
    }
    forms.push(percent(secret, "-._*", true).replace("%20", "+"));
    let hex = |upper: bool| {
        secret.bytes().fold(String::new(), |mut hex, byte| {
            let _ = if upper { write!(hex, "{byte:02X}") } else { write!(hex, "{byte:02x}") };
            hex
        })
    };
    forms.extend([hex(false), hex(true)]);
    forms.push(secret.replace('\'', "'\\''"));
    usable(forms.into_iter().map(String::into_bytes).collect())
}

/// The lines of a secret that has several, but for those that say what it is.
fn lines_of(secret: &str) -> impl Iterator<Item = String> {
    let several = secret.contains('\n');
    let lines = secret.lines().map(str::trim);
    lines
        .filter(move |line| several && line.len() >= LINE && !line.starts_with("-----"))
        .map(str::to_owned)
}

fn usable(mut forms: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    forms.retain(|form| form.len() >= MIN_SECRET);
    forms.sort();
    forms.dedup();
    forms
}

fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for shift in [18, 12, 6, 0] {
            out.push(alphabet[(bits >> shift & 63) as usize]);
        }
    }
    out
}

fn json(text: &str, ascii: bool) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !ascii {
        return inner.to_owned();
    }
    inner.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        out
    })
}

fn percent(text: &str, kept: &str, upper: bool) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || kept.contains(c) {
            out.push(c);
        } else if upper {
            let _ = write!(out, "%{byte:02X}");
        } else {
            let _ = write!(out, "%{byte:02x}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(forms: Vec<Vec<u8>>) -> Vec<String> {
        forms.into_iter().map(|form| String::from_utf8(form).unwrap()).collect()
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        assert_eq!(encode(b"foobar", STANDARD), b"Zm9vYmFy");
        assert_eq!(encode(&[0xfb, 0xff], URL), b"-_8A");
        let forms = texts(base64("correct horse"));
        // `printf %s …| base64` of the secret alone, behind `a`, and behind `ab`.
        for encoded in ["Y29ycmVjdCBob3JzZQ", "YWNvcnJlY3QgaG9yc2U", "YWJjb3JyZWN0IGhvcnNl"] {
            assert!(
                forms.iter().any(|form| encoded.contains(form.as_str())),
                "{encoded} {forms:?}"
            );
        }
    }

    #[test]
    fn escapes_are_those_that_programs_write() {
        let forms = texts(others("p/ä \"ö'x"));
        for wanted in [
            "p/ä \"ö'x",
            "p/ä \\\"ö'x",
            "p\\/ä \\\"ö'x",
            "p/\\u00e4 \\\"\\u00f6'x",
            "p%2F%C3%A4%20%22%C3%B6%27x",
            "p%2f%c3%a4%20%22%c3%b6%27x",
            "p%2F%C3%A4+%22%C3%B6%27x",
            "p/%C3%A4%20%22%C3%B6'x",
            "702fc3a42022c3b62778",
            "p/ä \"ö'\\''x",
        ] {
            assert!(forms.iter().any(|form| form == wanted), "{wanted} {forms:?}");
        }
        assert!(texts(others("\"quoted\"!")).contains(&"\\\"quoted\\\"!".to_owned()));
    }

    #[test]
    fn a_secret_of_several_lines_is_known_by_its_lines() {
        let key = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0B\nshort\n-----END KEY-----";
        let forms = texts(others(key));
        assert!(forms.contains(&"MIIBVgIBADANBgkqhkiG9w0B".to_owned()));
        assert!(!forms.contains(&"-----BEGIN KEY-----".to_owned()));
        assert!(forms.iter().any(|form| form.contains("KEY-----\r\nMIIB")));
        assert!(forms.iter().any(|form| form.contains("KEY-----\\nMIIB")));
    }
}
