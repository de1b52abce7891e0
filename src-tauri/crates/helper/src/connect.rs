//! `aegis-helper connect <socket>`: the standard input and output of this process, at a socket.
//!
//! For programs that can start a command but reach no socket, such as the hooks of an agent. What
//! comes in goes to the socket, what the socket says goes out, and the end of either is passed on.
//! Whoever asks for a permission this way is refused when nobody can be asked: without a socket, or
//! without a single byte of an answer, the exit code is 2.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use aegis_helper::SocketAddress;

/// What Claude Code takes for “block this” (its hooks reference, “Exit code 2”).
const REFUSED: u8 = 2;
/// Bytes that are passed on at once.
const CHUNK: usize = 64 * 1024;

/// Passes everything on until the socket has said its last.
pub(crate) fn run(socket: &OsStr) -> ExitCode {
    match pass(Path::new(socket)) {
        Ok(0) => refused("Aegis ended the connection without an answer"),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => refused(&format!("Aegis cannot be reached to be asked ({error})")),
    }
}

fn refused(sentence: &str) -> ExitCode {
    // Standard error may be closed, and there is nobody else to tell.
    let _ = writeln!(io::stderr(), "{sentence}: nothing was allowed.");
    ExitCode::from(REFUSED)
}

/// How many bytes the socket said.
fn pass(socket: &Path) -> io::Result<u64> {
    let address = SocketAddress::of(socket)?;
    let mut stream = UnixStream::connect(address.path())?;
    let mut to = stream.try_clone()?;
    // A fork is all that forbids threads in this program, and there is none here. It may stay in
    // its read when the socket has ended: it goes with the process.
    thread::spawn(move || {
        // A socket that reads no more may still have an answer.
        let _ = copy(&mut io::stdin().lock(), &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut out = io::stdout().lock();
    copy(&mut stream, &mut out)
}

/// As `io::copy`, but what has come is passed on at once.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
    let mut chunk = vec![0; CHUNK];
    let mut all = 0;
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok(all),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(chunk.get(..read).unwrap_or_default())?;
        to.flush()?;
        all += read as u64;
    }
}
