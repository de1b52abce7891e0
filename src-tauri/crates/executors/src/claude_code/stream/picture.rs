//! Pictures that tools give back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Most bytes of a picture that is kept: as much as the Messages API takes of one.
pub(crate) const MAX_PICTURE: usize = 5 * 1024 * 1024;

/// A picture that a tool gave back.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// What its file is called at the end: what it is, not what it is said to be.
    pub(crate) ending: &'static str,
    /// The file.
    pub(crate) bytes: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} bytes", self.ending, self.bytes.len())
    }
}

impl Picture {
    /// The picture of a content block of the Messages API, when it is one that can be shown: PNG,
    /// JPEG, GIF or WebP, and not too large.
    pub(super) fn of(block: &Value) -> Option<Self> {
        let source = block.get("source")?;
        if block.get("type")?.as_str()? != "image" || source.get("type")?.as_str()? != "base64" {
            return None;
        }
        let data = source.get("data")?.as_str()?;
        // Four characters are three bytes, of which two may be missing at the end.
        if data.len() / 4 * 3 > MAX_PICTURE + 2 {
            return None;
        }
        let bytes = STANDARD.decode(data).ok().filter(|bytes| bytes.len() <= MAX_PICTURE)?;
        Some(Self { ending: ending(&bytes)?, bytes })
    }
}

/// By the first bytes (the PNG, JPEG, GIF and WebP specifications).
fn ending(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("png"),
        [0xff, 0xd8, 0xff, ..] => Some("jpg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn block(bytes: &[u8]) -> Value {
        let source = json!({
            "type": "base64", "media_type": "image/svg+xml", "data": STANDARD.encode(bytes),
        });
        json!({"type": "image", "source": source})
    }

    #[test]
    fn a_picture_is_what_it_is_and_not_what_it_is_said_to_be() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        let picture = Picture::of(&block(png)).unwrap();
        assert_eq!((picture.ending, &picture.bytes[..]), ("png", &png[..]));
        for other in [&b"<svg onload=alert(1)>"[..], b"", b"\x89PN", b"#!/bin/sh\n"] {
            assert_eq!(Picture::of(&block(other)), None, "{other:?}");
        }
        assert_eq!(Picture::of(&json!({"type": "image", "source": {"type": "url"}})), None);
        assert_eq!(Picture::of(&json!({"type": "image"})), None);
    }

    #[test]
    fn one_that_is_too_large_is_none() {
        let mut large = b"\xff\xd8\xff".to_vec();
        large.resize(MAX_PICTURE + 3, 0);
        assert_eq!(Picture::of(&block(&large)), None);
        large.truncate(MAX_PICTURE);
        assert!(Picture::of(&block(&large)).is_some());
    }
}
