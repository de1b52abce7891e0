//! The way from a sandbox's loopback device to the proxy outside.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use aegis_helper::PROXY_PORT;

/// Most connections at once. What comes beyond is closed.
const MAX: usize = 256;

/// Takes the port. Nothing is forwarded yet.
pub(super) fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, PROXY_PORT))
}

/// The variables by which programs find it (lower case too: curl reads `http_proxy` only so).
pub(super) fn variables() -> Vec<(String, String)> {
    let proxy = format!("http://127.0.0.1:{PROXY_PORT}");
    let mut all = Vec::new();
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        all.push((name.to_owned(), proxy.clone()));
        all.push((name.to_ascii_lowercase(), proxy.clone()));
    }
    for name in ["NO_PROXY", "no_proxy"] {
        all.push((name.to_owned(), "localhost,127.0.0.1,::1".to_owned()));
    }
    all
}

/// Forwards every connection to the proxy's socket, in threads that end with this process.
pub(super) fn serve(listener: TcpListener, proxy: &'static Path) {
    thread::spawn(move || {
        static OPEN: AtomicUsize = AtomicUsize::new(0);
        for client in listener.incoming().flatten() {
            if OPEN.load(Ordering::Relaxed) >= MAX {
                continue;
            }
            OPEN.fetch_add(1, Ordering::Relaxed);
            thread::spawn(move || {
                // The client sees the connection end, and says so itself.
                let _ = forward(&client, proxy);
                OPEN.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
}

fn forward(client: &TcpStream, proxy: &Path) -> io::Result<()> {
    let server = UnixStream::connect(proxy)?;
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = io::copy(&mut &*client, &mut &server);
            let _ = server.shutdown(Shutdown::Write);
        });
        let copied = io::copy(&mut &server, &mut &*client);
        let _ = client.shutdown(Shutdown::Both);
        copied.map(drop)
    })
}
