//! Writing a run's log: in the order of arrival, and never more than the cap.

use super::record;
use aegis_domain::Timestamp;
use aegis_domain::redact::{Redactor, Stream};
use aegis_ports::{Clock, LogSink, LogStream};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Most bytes of one log before its middle is left out.
pub const CAP: u64 = 16 * 1024 * 1024;
/// Bytes of the end, as printed, that are kept beyond the cap.
pub const TAIL: usize = 64 * 1024;
/// Longest last line that a card shows, in characters.
const LAST_LINE: usize = 200;

/// The log of a live run.
pub(crate) struct RunLog {
    clock: Arc<dyn Clock>,
    /// What must not get into it.
    redactor: watch::Receiver<Arc<Redactor>>,
    inner: Mutex<Inner>,
    /// Bytes in the file.
    len: watch::Sender<u64>,
}

/// Where a log goes.
enum Place {
    /// Into this file, which is made with the first line: most runs of small tasks print nothing.
    Path(PathBuf),
    /// Into this file.
    File(File),
    /// Nowhere: the file could not be made.
    Nowhere,
}

struct Inner {
    place: Place,
    written: u64,
    /// Per stream, what may be the beginning of a secret.
    held: [Stream; 3],
    /// Per stream, the bytes of a character that has not arrived whole.
    pending: [Vec<u8>; 3],
    overflow: Option<Overflow>,
    last_line: String,
    /// Whether the last line still grows.
    last_line_open: bool,
    failed: bool,
}

/// What came after the cap: counted, and its end kept as it came. It is made into records only when
/// the log is closed, so a flood costs no more than copying it.
#[derive(Default)]
struct Overflow {
    tail: VecDeque<(Timestamp, LogStream, Vec<u8>)>,
    tail_bytes: usize,
    left_out: u64,
}

impl Overflow {
    fn push(&mut self, at: Timestamp, stream: LogStream, bytes: &[u8]) {
        self.tail_bytes += bytes.len();
        self.tail.push_back((at, stream, bytes.to_vec()));
        while self.tail_bytes > TAIL
            && let Some((_, _, oldest)) = self.tail.front_mut()
        {
            let too_many = (self.tail_bytes - TAIL).min(oldest.len());
            self.tail_bytes -= too_many;
            self.left_out += too_many as u64;
            if too_many == oldest.len() {
                self.tail.pop_front();
            } else {
                oldest.drain(..too_many);
            }
        }
    }
}

impl RunLog {
    pub(crate) fn new(
        path: PathBuf,
        clock: Arc<dyn Clock>,
        redactor: watch::Receiver<Arc<Redactor>>,
    ) -> Self {
        let inner = Inner {
            place: Place::Path(path),
            written: 0,
            held: Default::default(),
            pending: Default::default(),
            overflow: None,
            last_line: String::new(),
            last_line_open: false,
            failed: false,
        };
        Self { clock, redactor, inner: Mutex::new(inner), len: watch::Sender::new(0) }
    }

    /// Bytes in the file; changes as it grows.
    pub(crate) fn len(&self) -> watch::Receiver<u64> {
        self.len.subscribe()
    }

    /// The last line that was printed, made fit to be shown.
    pub(crate) fn last_line(&self) -> Option<String> {
        let inner = self.lock();
        (!inner.last_line.trim().is_empty()).then(|| inner.last_line.clone())
    }

    /// Writes what is held back, then what was kept beyond the cap. Returns the file's length.
    pub(crate) fn close(&self) -> u64 {
        let now = self.clock.now();
        let mut inner = self.lock();
        let redactor = Arc::clone(&self.redactor.borrow());
        for stream in [LogStream::Stdout, LogStream::Stderr, LogStream::Aegis] {
            let mut rest = std::mem::take(&mut inner.pending[slot(stream)]);
            rest.extend(inner.held[slot(stream)].end(&redactor));
            inner.remember(stream, &rest);
            inner.append(now, stream, &rest);
        }
        if let Some(overflow) = inner.overflow.take() {
            let mut out = Vec::new();
            let note = format!("{} bytes were left out here.", overflow.left_out);
            record::put(&mut out, now, LogStream::Aegis, note.as_bytes(), false);
            for (at, stream, bytes) in &overflow.tail {
                record::put_lines(&mut out, *at, *stream, bytes);
            }
            inner.put(&out);
        }
        let written = inner.written;
        drop(inner);
        self.len.send_replace(written);
        written
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogSink for RunLog {
    fn write(&self, stream: LogStream, bytes: &[u8]) {
        let now = self.clock.now();
        let redactor = Arc::clone(&self.redactor.borrow());
        let mut inner = self.lock();
        let bytes = inner.held[slot(stream)].push(&redactor, bytes);
        let mut data = std::mem::take(&mut inner.pending[slot(stream)]);
        data.extend_from_slice(&bytes);
        inner.remember(stream, &data);
        let whole = record::character_boundary(&data);
        inner.append(now, stream, &data[..whole]);
        data.drain(..whole);
        inner.pending[slot(stream)] = data;
        let written = inner.written;
        drop(inner);
        self.len.send_if_modified(|len| std::mem::replace(len, written) != written);
    }
}

impl Inner {
    /// Appends what was printed as records; beyond the cap only its end is kept, as it came.
    fn append(&mut self, now: Timestamp, stream: LogStream, printed: &[u8]) {
        if self.overflow.is_none() {
            let mut records = Vec::with_capacity(printed.len() + 64);
            record::put_lines(&mut records, now, stream, printed);
            if self.written + records.len() as u64 <= CAP {
                self.put(&records);
                return;
            }
            let mut out = Vec::new();
            let note = format!(
                "The log has reached {} MiB. What follows is counted, and its end is kept.",
                CAP / 1024 / 1024
            );
            record::put(&mut out, now, LogStream::Aegis, note.as_bytes(), false);
            self.put(&out);
        }
        self.overflow.get_or_insert_default().push(now, stream, printed);
    }

    fn put(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if let Place::Path(path) = &self.place {
            self.place = match create(path) {
                Ok(file) => Place::File(file),
                Err(error) => {
                    tracing::error!(%error, path = %path.display(), "a run goes on without a log");
                    Place::Nowhere
                }
            };
        }
        let Place::File(file) = &mut self.place else { return };
        // The page cache takes it without waiting for the disk.
        match file.write_all(bytes) {
            Ok(()) => self.written += bytes.len() as u64,
            Err(error) if !self.failed => {
                self.failed = true;
                tracing::error!(%error, "a run's log could not be written; its tail is lost");
            }
            Err(_) => {}
        }
    }

    /// Keeps the last line of what was printed, for the card.
    fn remember(&mut self, stream: LogStream, bytes: &[u8]) {
        if stream == LogStream::Aegis || bytes.is_empty() {
            return;
        }
        let (lines, open) = match bytes.split_last() {
            Some((b'\n', lines)) => (lines, false),
            _ => (bytes, true),
        };
        let start = lines.iter().rposition(|b| *b == b'\n');
        if start.is_some() || !self.last_line_open {
            self.last_line.clear();
        }
        self.last_line_open = open;
        let room = LAST_LINE.saturating_sub(self.last_line.chars().count());
        let line = &lines[start.map_or(0, |i| i + 1)..];
        let shown = String::from_utf8_lossy(&line[..line.len().min(room * 4)]);
        self.last_line.extend(shown.chars().filter(|c| !c.is_control()).take(room));
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    File::options().create(true).append(true).open(path)
}

const fn slot(stream: LogStream) -> usize {
    match stream {
        LogStream::Stdout => 0,
        LogStream::Stderr => 1,
        LogStream::Aegis => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::{KeyName, Secret};
    use std::collections::BTreeMap;

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    /// A log of `pieces`, and its last line as it was after each.
    fn written(knows: bool, pieces: &[(LogStream, &str)]) -> (String, Vec<String>) {
        let key = (KeyName::new("db").unwrap(), Secret::new("correct horse").unwrap());
        let known = if knows { Redactor::new(&BTreeMap::from([key])) } else { Redactor::default() };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        let redactor = watch::channel(Arc::new(known)).1;
        let log = RunLog::new(path.clone(), Arc::new(Stopped), redactor);
        let mut last = Vec::new();
        for (stream, piece) in pieces {
            log.write(*stream, piece.as_bytes());
            last.extend(log.last_line());
        }
        let length = log.close();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text.len() as u64, length);
        (text, last)
    }

    #[test]
    fn a_key_that_comes_in_pieces_gets_neither_into_the_log_nor_onto_the_card() {
        let pieces = [
            (LogStream::Stdout, "say correct"),
            (LogStream::Stderr, "between\n"),
            (LogStream::Stdout, " hor"),
            (LogStream::Stdout, "se now\ncorrect ho"),
            (LogStream::Aegis, "a note: Y29ycmVjdCBob3JzZQ==\n"),
        ];
        let (text, last) = written(true, &pieces);
        assert_eq!(
            text,
            "0 O say \n0 e between\n0 o [redacted:db] now\n0 a a note: [redacted:db]Q==\n0 O \
             correct ho\n"
        );
        assert!(last.iter().all(|line| !line.contains("horse")), "{last:?}");
        // The control: without it, the same log has the key.
        let (text, _) = written(false, &pieces);
        assert!(text.contains("Y29ycmVjdCBob3JzZQ==") && text.contains("se now"), "{text}");
    }
}
