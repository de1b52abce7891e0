//! The ends of a log, as text that can be searched.

use super::record;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of each end.
const END: u64 = 64 * 1024;

/// What stands in the first and in the last 64 KiB, without the marks of the records; what was not
/// UTF-8 is U+FFFD. A log that is not there, or cannot be read, has nothing in it.
pub(super) fn ends(path: &Path) -> String {
    read(path).unwrap_or_default()
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let mut first = Vec::new();
    file.by_ref().take(END).read_to_end(&mut first)?;
    let mut text = String::new();
    // Only whole records: what comes after the last line end may be half of one.
    let whole = if len > END { whole_lines(&first) } else { first.len() };
    append(&first[..whole], &mut text);
    if len > END {
        let from = (len - END).max(whole as u64);
        file.seek(SeekFrom::Start(from))?;
        let mut last = Vec::new();
        file.take(END).read_to_end(&mut last)?;
        let begin = if from > whole as u64 {
            last.iter().position(|byte| *byte == b'\n').map_or(last.len(), |at| at + 1)
        } else {
            0
        };
        append(&last[begin..], &mut text);
    }
    Ok(text)
}

fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

fn append(bytes: &[u8], text: &mut String) {
    for record in bytes.split(|byte| *byte == b'\n').filter_map(record::parse) {
        text.push_str(&String::from_utf8_lossy(record.text));
        // A line that was cut into records is one word after the other all the same.
        if !record.goes_on {
            text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::Timestamp;
    use aegis_ports::LogStream;

    fn log(lines: impl Iterator<Item = String>) -> (tempfile::TempDir, std::path::PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        let mut out = Vec::new();
        for line in lines {
            record::put_lines(&mut out, Timestamp::UNIX_EPOCH, LogStream::Stdout, line.as_bytes());
        }
        std::fs::write(&path, out).unwrap();
        (dir, path)
    }

    #[test]
    fn a_short_log_is_all_there() {
        let (_dir, path) =
            log(["one\n", "two \u{1b}[31m\n", "open"].into_iter().map(str::to_owned));
        assert_eq!(ends(&path), "one\ntwo \u{1b}[31m\nopen");
    }

    #[test]
    fn a_long_log_is_there_with_both_ends_and_no_half_record() {
        let (_dir, path) = log((0..100_000).map(|n| format!("line-{n}\n")));
        let text = ends(&path);
        assert!(text.starts_with("line-0\n") && text.ends_with("line-99999\n"), "{}", text.len());
        assert!(!text.contains("line-50000\n") && text.len() < 130 * 1024);
        assert!(text.lines().all(|line| line.starts_with("line-")), "whole records alone");
    }

    #[test]
    fn the_ends_of_a_log_that_is_a_little_longer_do_not_overlap() {
        let (_dir, path) = log((0..5_000).map(|n| format!("line-{n}\n")));
        let text = ends(&path);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 5_000);
        let mut once = lines.clone();
        once.dedup();
        assert_eq!(once, lines);
    }

    #[test]
    fn what_is_not_there_has_nothing_in_it() {
        assert_eq!(ends(Path::new("/nowhere/at/all.log")), "");
    }
}
