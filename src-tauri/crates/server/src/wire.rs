//! Frames on the wire: one JSON object a line.

use aegis_protocol::MAX_FRAME;
use serde::Serialize;
use std::io;
use std::mem;
use tokio_util::bytes::{Buf, BytesMut};
use tokio_util::codec::Decoder;

/// A frame is longer than the other side would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has {length} bytes, and at most {MAX_FRAME} can be sent at once")]
pub(crate) struct TooLong {
    length: usize,
}

/// A frame as the bytes of its line.
pub(crate) fn encode(frame: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    let mut line = serde_json::to_vec(frame)?;
    if line.len() > MAX_FRAME {
        return Err(TooLong { length: line.len() }.into());
    }
    line.push(b'\n');
    Ok(line)
}

/// Why a frame cannot be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    /// It is too long.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// It has no JSON form.
    #[error("it has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line without its end.
    Whole(BytesMut),
    /// More than [`MAX_FRAME`] bytes without an end. Nothing after it can be understood.
    TooLong,
}

/// Cuts bytes into lines. What follows the last line's end is not a line.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// How far the buffer has been searched.
    searched: usize,
}

impl Decoder for Lines {
    type Item = Line;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Line>> {
        let end = bytes[self.searched..].iter().position(|&byte| byte == b'\n');
        match end.map(|end| mem::take(&mut self.searched) + end) {
            Some(end) if end > MAX_FRAME => Ok(Some(Line::TooLong)),
            Some(end) => {
                let line = bytes.split_to(end);
                bytes.advance(1);
                Ok(Some(Line::Whole(line)))
            }
            None if bytes.len() > MAX_FRAME => Ok(Some(Line::TooLong)),
            None => {
                self.searched = bytes.len();
                Ok(None)
            }
        }
    }

    fn decode_eof(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Line>> {
        let line = self.decode(bytes)?;
        if line.is_none() {
            bytes.clear();
        }
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<Line> {
        Some(Line::Whole(BytesMut::from(text)))
    }

    #[test]
    fn lines_come_one_by_one_however_the_bytes_arrive() {
        let mut lines = Lines::default();
        let mut bytes = BytesMut::new();
        bytes.extend_from_slice(b"{\"a\"");
        assert_eq!(lines.decode(&mut bytes).unwrap(), None);
        bytes.extend_from_slice(b":1}\n\n{\"b\":2}\n{");
        assert_eq!(lines.decode(&mut bytes).unwrap(), whole("{\"a\":1}"));
        assert_eq!(lines.decode(&mut bytes).unwrap(), whole(""));
        assert_eq!(lines.decode(&mut bytes).unwrap(), whole("{\"b\":2}"));
        assert_eq!(lines.decode(&mut bytes).unwrap(), None);
        assert_eq!(&bytes[..], b"{");
    }

    #[test]
    fn what_has_no_end_is_dropped_with_the_connection() {
        let mut bytes = BytesMut::from("{}\n{\"half\"");
        let mut lines = Lines::default();
        assert_eq!(lines.decode_eof(&mut bytes).unwrap(), whole("{}"));
        assert_eq!(lines.decode_eof(&mut bytes).unwrap(), None);
        assert!(bytes.is_empty());
    }

    #[test]
    fn the_longest_line_passes_and_a_longer_one_does_not() {
        let mut bytes = BytesMut::from(&vec![b'x'; MAX_FRAME][..]);
        let mut lines = Lines::default();
        assert_eq!(lines.decode(&mut bytes).unwrap(), None);
        bytes.extend_from_slice(b"\n");
        assert!(matches!(lines.decode(&mut bytes).unwrap(), Some(Line::Whole(_))));
        let mut bytes = BytesMut::from(&vec![b'x'; MAX_FRAME + 1][..]);
        assert_eq!(lines.decode(&mut bytes).unwrap(), Some(Line::TooLong));
    }

    #[test]
    fn a_frame_that_nobody_would_take_is_not_sent() {
        assert_eq!(encode(&"a\nb").unwrap(), b"\"a\\nb\"\n");
        let error = encode(&"x".repeat(MAX_FRAME)).unwrap_err();
        assert!(matches!(error, EncodeError::TooLong(_)), "{error}");
    }
}
