//! The form of a record.

use aegis_domain::Timestamp;
use aegis_ports::LogStream;

/// Longest text of one record, in bytes: a longer line becomes several.
pub(super) const MAX_TEXT: usize = 16 * 1024;

/// Appends one record to `out`.
pub(super) fn put(out: &mut Vec<u8>, at: Timestamp, stream: LogStream, text: &[u8], goes_on: bool) {
    let letter = match stream {
        LogStream::Stdout => b'o',
        LogStream::Stderr => b'e',
        LogStream::Aegis => b'a',
    };
    out.extend_from_slice(at.timestamp_millis().to_string().as_bytes());
    out.push(b' ');
    out.push(if goes_on { letter.to_ascii_uppercase() } else { letter });
    out.push(b' ');
    out.extend_from_slice(text);
    out.push(b'\n');
}

/// Appends what was printed as records: one a line, more for a line that is too long.
pub(super) fn put_lines(out: &mut Vec<u8>, at: Timestamp, stream: LogStream, bytes: &[u8]) {
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let (mut text, open) = match line.split_last() {
            Some((b'\n', text)) => (text, false),
            _ => (line, true),
        };
        while text.len() > MAX_TEXT {
            let cut = character_boundary(&text[..MAX_TEXT]).max(1);
            put(out, at, stream, &text[..cut], true);
            text = &text[cut..];
        }
        put(out, at, stream, text, open);
    }
}

/// A record as it is read.
pub(super) struct Parsed<'a> {
    pub(super) at: Timestamp,
    pub(super) stream: LogStream,
    pub(super) text: &'a [u8],
    pub(super) goes_on: bool,
}

/// Reads one record from a line without its line end; `None` when it is not one.
pub(super) fn parse(line: &[u8]) -> Option<Parsed<'_>> {
    let mut parts = line.splitn(3, |b| *b == b' ');
    let millis: i64 = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let letter = match parts.next()? {
        [letter] => *letter,
        _ => return None,
    };
    let stream = match letter.to_ascii_lowercase() {
        b'o' => LogStream::Stdout,
        b'e' => LogStream::Stderr,
        b'a' => LogStream::Aegis,
        _ => return None,
    };
    let at = Timestamp::from_timestamp_millis(millis)?;
    Some(Parsed { at, stream, text: parts.next()?, goes_on: letter.is_ascii_uppercase() })
}

/// Where to cut `bytes` so that no UTF-8 character is cut: at `bytes.len()`, or up to three bytes
/// before it when the end is the beginning of a character.
pub(super) fn character_boundary(bytes: &[u8]) -> usize {
    let end = bytes.len();
    for back in 1..=end.min(3) {
        let byte = bytes[end - back];
        if byte & 0b1100_0000 == 0b1000_0000 {
            continue;
        }
        let length = match byte {
            0b1100_0000..=0b1101_1111 => 2,
            0b1110_0000..=0b1110_1111 => 3,
            0b1111_0000..=0b1111_0111 => 4,
            _ => 1,
        };
        return if length > back { end - back } else { end };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_never_cut() {
        for text in ["a", "é", "日", "🦀", "ab🦀"] {
            let bytes = text.as_bytes();
            for cut in 0..=bytes.len() {
                let kept = character_boundary(&bytes[..cut]);
                assert!(std::str::from_utf8(&bytes[..kept]).is_ok(), "{text} at {cut}");
                assert!(cut - kept < 4);
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_not_held_back() {
        assert_eq!(character_boundary(b"\x80\x80\x80\x80"), 4);
        assert_eq!(character_boundary(b"a\xff"), 2);
    }

    #[test]
    fn a_record_comes_back() {
        let at = Timestamp::from_timestamp_millis(1_763_697_600_123).unwrap();
        let mut out = Vec::new();
        put(&mut out, at, LogStream::Stderr, b"a b  c \xff", true);
        let parsed = parse(out.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!((parsed.at, parsed.stream, parsed.goes_on), (at, LogStream::Stderr, true));
        assert_eq!(parsed.text, b"a b  c \xff");
    }
}
