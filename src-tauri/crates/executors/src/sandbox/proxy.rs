//! The way out of a sandbox that may reach a list of hosts: a proxy that asks nobody but the list.
//!
//! It listens on a Unix socket, takes CONNECT (RFC 9110, 9.3.6) and requests with an absolute
//! `http:` address, and looks names up itself. What a request says about its host elsewhere, as in
//! its Host field, does not count.

mod address;
mod request;

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aegis_domain::Host;
use aegis_ports::LogSink;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener, UnixStream, lookup_host};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::request::{Head, Malformed};
use crate::words;

/// Most connections at once; further ones wait.
const MAX: usize = 128;
/// For a program to say whom it wants, and for that host to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most notes about hosts that were refused.
const MAX_NOTES: usize = 20;

/// A proxy for one run.
pub(super) struct Proxy {
    path: PathBuf,
    listener: UnixListener,
    hosts: Arc<[Host]>,
}

impl Proxy {
    /// Makes the socket in a folder.
    pub(super) fn open(folder: &Path, hosts: Vec<Host>) -> io::Result<Self> {
        const NAME: &str = "proxy";
        // A socket's path has 107 bytes at most; by this way it is never longer.
        let opened = File::open(folder)?;
        let short = format!("/proc/self/fd/{}/{NAME}", opened.as_raw_fd());
        let listener = UnixListener::bind(short)?;
        Ok(Self { path: folder.join(NAME), listener, hosts: hosts.into() })
    }

    pub(super) fn socket(&self) -> &Path {
        &self.path
    }

    pub(super) fn hosts(&self) -> usize {
        self.hosts.len()
    }

    /// Whether a host of this name, or with this address, is on the list.
    pub(super) fn lists(&self, name: &str) -> bool {
        self.hosts.iter().any(|host| host.name() == name)
    }

    /// Works until the run has `ended`; what is open then is closed.
    pub(super) async fn serve(self, mut ended: oneshot::Receiver<()>, log: Arc<dyn LogSink>) {
        let desk = Arc::new(Desk { hosts: self.hosts, log, told: Mutex::default() });
        let room = Arc::new(Semaphore::new(MAX));
        let mut open = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = async {
                    let place = Arc::clone(&room).acquire_owned().await;
                    (place, self.listener.accept().await)
                } => accepted,
                _ = &mut ended => break,
            };
            while open.try_join_next().is_some() {}
            if let (Ok(place), Ok((client, _))) = accepted {
                let desk = Arc::clone(&desk);
                open.spawn(async move {
                    // Whoever asked sees it in the answer, or in the connection's end.
                    let _ = desk.attend(client).await;
                    drop(place);
                });
            }
        }
        open.shutdown().await;
    }
}

/// Who decides.
struct Desk {
    hosts: Arc<[Host]>,
    log: Arc<dyn LogSink>,
    told: Mutex<HashSet<String>>,
}

/// Why a connection is not made.
enum No {
    Malformed(Malformed),
    NotListed(Host),
    /// The name leads into this machine or a private network.
    Inside(Host),
    Unreachable(Host, io::Error),
}

impl Desk {
    async fn attend(&self, mut client: UnixStream) -> io::Result<()> {
        let Ok(head) = timeout(PATIENCE, read_head(&mut client)).await else { return Ok(()) };
        let (head, rest) = match head? {
            Ok(read) => read,
            Err(malformed) => return self.refuse(&mut client, No::Malformed(malformed)).await,
        };
        let mut server = match self.connect(&head.host).await {
            Ok(server) => server,
            Err(no) => return self.refuse(&mut client, no).await,
        };
        match &head.forwarded {
            Some(request) => server.write_all(request).await?,
            None => client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
        }
        server.write_all(&rest).await?;
        copy_bidirectional(&mut client, &mut server).await.map(drop)
    }

    async fn connect(&self, host: &Host) -> Result<TcpStream, No> {
        if !self.hosts.contains(host) {
            return Err(No::NotListed(host.clone()));
        }
        let unreachable = |error| No::Unreachable(host.clone(), error);
        let late = || unreachable(io::ErrorKind::TimedOut.into());
        let found = timeout(PATIENCE, lookup_host((host.name(), host.port()))).await;
        let found = found.map_err(|_| late())?.map_err(unreachable)?;
        let all: Vec<SocketAddr> = found.collect();
        let may = |address: &IpAddr| {
            // On the list as it is: by its own number, or as this machine.
            host.name().parse() == Ok(*address)
                || (host.name() == "localhost" && address.is_loopback())
                || address::is_public(*address)
        };
        let allowed: Vec<SocketAddr> =
            all.iter().copied().filter(|address| may(&address.ip())).collect();
        if allowed.is_empty() && !all.is_empty() {
            return Err(No::Inside(host.clone()));
        }
        let connected = timeout(PATIENCE, TcpStream::connect(allowed.as_slice())).await;
        connected.map_err(|_| late())?.map_err(unreachable)
    }

    async fn refuse(&self, client: &mut UnixStream, no: No) -> io::Result<()> {
        let (status, sentence) = match no {
            No::Malformed(Malformed(why)) => ("400 Bad Request", why.to_owned()),
            No::NotListed(host) => {
                let sentence = format!("{host} is not among the hosts that this task may reach.");
                self.note(&sentence);
                ("403 Forbidden", sentence)
            }
            No::Inside(host) => {
                let sentence = format!(
                    "{host} leads into this machine or a private network; that has to be listed \
                     by its address."
                );
                self.note(&sentence);
                ("403 Forbidden", sentence)
            }
            No::Unreachable(host, error) => {
                ("502 Bad Gateway", format!("{host} cannot be reached: {error}."))
            }
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{sentence}\n",
            sentence.len() + 1
        );
        client.write_all(answer.as_bytes()).await?;
        client.shutdown().await
    }

    /// Once for each, and not without end.
    fn note(&self, sentence: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MAX_NOTES && told.insert(sentence.to_owned()) {
            self.log.note(&words::quoted(sentence));
        }
    }
}

/// The request's head, and what came behind it.
async fn read_head(client: &mut UnixStream) -> io::Result<Result<(Head, Vec<u8>), Malformed>> {
    let mut received = Vec::new();
    loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = received.split_off(end + 4);
            return Ok(Head::read(&received).map(|head| (head, rest)));
        }
        if received.len() > request::MAX_HEAD {
            return Ok(Err(Malformed("The head of the request is too long.")));
        }
        if client.read_buf(&mut received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
