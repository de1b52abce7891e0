//! Copies of files, named by their content.

use aegis_domain::Timestamp;
use aegis_domain::redact::{Redactor, Stream};
use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens, ioctl_ficlone};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where copies are made before they have their name.
const UNFINISHED: &str = "unfinished";
/// A copy that is younger may belong to a run whose row does not say so yet.
const YOUNG: chrono::TimeDelta = chrono::TimeDelta::hours(1);
/// Bytes that are read at once.
const CHUNK: usize = 128 * 1024;

/// Why there is no copy.
#[derive(Debug)]
pub(super) enum PutError {
    /// The file has grown beyond the limit.
    TooLarge,
    /// A secret stands in the file.
    Secret,
    /// The file.
    Read(io::Error),
    /// The copy.
    Write(io::Error),
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of its content, or the name of a copy that was never finished.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    path: PathBuf,
}

impl Stored {
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Where the copy of a content is, or would be.
pub(super) fn place(dir: &Path, sha256: &str) -> Option<PathBuf> {
    let digits = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| dir.join(&sha256[..2]).join(sha256))
}

/// Copies `from`, if it has at most `limit` bytes; says the content's SHA-256 and its size. The copy
/// is on the disk when this returns.
pub(super) fn put(
    dir: &Path,
    from: &mut File,
    limit: u64,
    redactor: &Redactor,
) -> Result<(String, u64), PutError> {
    let unfinished = Unfinished::begin(dir).map_err(PutError::Write)?;
    let (sha256, bytes) = unfinished.fill(from, limit, redactor)?;
    let to = place(dir, &sha256).ok_or_else(|| PutError::Write(io::Error::other("no digits")))?;
    unfinished.finish(&to, bytes).map_err(PutError::Write)?;
    Ok((sha256, bytes))
}

/// A copy in the making; removed when it does not get its name.
struct Unfinished {
    file: File,
    path: PathBuf,
}

impl Unfinished {
    fn begin(dir: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let folder = dir.join(UNFINISHED);
        make(&folder)?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{}-{number}", std::process::id()));
            let mut new = File::options();
            match new.read(true).write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok(Self { file, path }),
                // Of an earlier process with this number.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Shares the blocks where the file system can, else copies them.
    fn fill(
        &self,
        from: &mut File,
        limit: u64,
        redactor: &Redactor,
    ) -> Result<(String, u64), PutError> {
        let mut stream = Stream::default();
        let mut hash = Sha256::new();
        let mut to = &self.file;
        let shared = ioctl_ficlone(&self.file, &*from).is_ok();
        let mut source: Box<dyn Read + '_> = if shared {
            to.rewind().map_err(PutError::Write)?;
            Box::new(&self.file)
        } else {
            Box::new(from)
        };
        let mut chunk = vec![0; CHUNK];
        let mut bytes = 0_u64;
        loop {
            let read = match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => chunk.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(PutError::Read(error)),
            };
            bytes += read.len() as u64;
            if bytes > limit {
                return Err(PutError::TooLarge);
            }
            if !redactor.is_empty() {
                drop(stream.push(redactor, read));
            }
            if stream.has_found() {
                return Err(PutError::Secret);
            }
            hash.update(read);
            if !shared {
                to.write_all(read).map_err(PutError::Write)?;
            }
        }
        drop(stream.end(redactor));
        if stream.has_found() {
            return Err(PutError::Secret);
        }
        Ok((hex::encode(hash.finalize()), bytes))
    }

    /// Gives it its name, unless there is one of the same content already.
    fn finish(self, to: &Path, bytes: u64) -> io::Result<()> {
        if File::open(to).is_ok_and(|there| is_whole(&there, bytes) && is_young_again(&there)) {
            return Ok(());
        }
        self.file.set_permissions(Permissions::from_mode(0o400))?;
        self.file.sync_all()?;
        let folder = to.parent().unwrap_or(to);
        make(folder)?;
        fs::rename(&self.path, to)?;
        File::open(folder)?.sync_all()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Once it has its name, it is not here any more.
        drop(fs::remove_file(&self.path));
    }
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn is_whole(file: &File, bytes: u64) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.len() == bytes)
}

/// Somebody is about to name it: it must not be taken for one that nobody wants.
fn is_young_again(file: &File) -> bool {
    let at = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let times = Timestamps { last_access: at(UTIME_OMIT), last_modification: at(UTIME_NOW) };
    futimens(file, &times).is_ok()
}

pub(super) fn unreferenced(
    dir: &Path,
    in_use: &HashSet<String>,
    now: Timestamp,
) -> io::Result<Vec<Stored>> {
    let mut unused = Vec::new();
    let folders = match fs::read_dir(dir) {
        Ok(folders) => folders,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(unused),
        Err(error) => return Err(error),
    };
    for folder in folders {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            let file = file?;
            let Ok(name) = file.file_name().into_string() else { continue };
            let metadata = file.metadata()?;
            let modified = metadata.modified()?.duration_since(std::time::UNIX_EPOCH);
            let millis = modified.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
            let old = now.timestamp_millis() - millis > YOUNG.num_milliseconds();
            if metadata.is_file() && old && !in_use.contains(&name) {
                unused.push(Stored { name, bytes: metadata.len(), path: file.path() });
            }
        }
    }
    unused.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(unused)
}
