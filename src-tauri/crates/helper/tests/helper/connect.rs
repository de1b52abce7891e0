//! `aegis-helper connect`: standard input and output at a socket, and no permission without an
//! answer.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixListener;
use std::path::Path;
#[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
use std::process::{Child, Command};
use std::process::{Output, Stdio};
use std::thread;

use aegis_helper::SocketAddress;

#[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
fn connect(socket: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aegis-helper"));
    command.arg("connect").arg(socket).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[allow(clippy::disallowed_types, reason = "the test is the helper's parent")]
fn said(mut child: Child, input: &[u8]) -> Output {
    let mut stdin = child.stdin.take().unwrap();
    // It may not read what nobody wants.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// Answers one connection: hears all of it, then says this.
fn answering(socket: &Path, answer: &'static [u8]) -> thread::JoinHandle<Vec<u8>> {
    let address = SocketAddress::of(socket).unwrap();
    let listener = UnixListener::bind(address.path()).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        stream.write_all(answer).unwrap();
        stream.shutdown(Shutdown::Both).unwrap();
        heard
    })
}

#[test]
fn what_comes_in_goes_to_the_socket_and_its_answer_comes_out() {
    let dir = tempfile::tempdir().unwrap();
    // Longer than an address can be.
    let folder = dir.path().join("d".repeat(150));
    std::fs::create_dir(&folder).unwrap();
    for (name, input) in [("short", b"{}".to_vec()), ("long", vec![b'x'; 3 * 1024 * 1024])] {
        let socket = folder.join(name);
        let peer = answering(&socket, b"{\"decision\":1}");
        let output = said(connect(&socket), &input);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(output.stdout, b"{\"decision\":1}");
        assert_eq!(peer.join().unwrap(), input);
    }
}

#[test]
fn without_an_answer_nothing_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let sentence = |output: &Output| {
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr.clone()).unwrap()
    };
    let gone = said(connect(&dir.path().join("gone")), b"{}");
    assert!(sentence(&gone).starts_with("Aegis cannot be reached to be asked ("), "{gone:?}");

    let socket = dir.path().join("mute");
    let peer = answering(&socket, b"");
    let mute = said(connect(&socket), b"{}");
    let expected = "Aegis ended the connection without an answer: nothing was allowed.\n";
    assert_eq!(sentence(&mute), expected);
    peer.join().unwrap();
}
