//! Who listens and answers.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::json;

use super::http::{self, Request};
use super::stream;
use super::turn::{Delivery, Fault, Turn};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

/// A service on a port of its own. It goes when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<Request>>,
    over: AtomicBool,
    /// Connections that are held open on purpose.
    held: Mutex<Vec<TcpStream>>,
}

#[derive(Debug)]
struct Script {
    turns: Vec<Turn>,
    next: usize,
}

impl Server {
    /// Listens on loopback. After its last turn it says that one again.
    ///
    /// # Panics
    /// When no port can be had.
    #[must_use]
    pub fn start(turns: impl IntoIterator<Item = Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            script: Mutex::new(Script { turns: turns.into_iter().collect(), next: 0 }),
            requests: Mutex::default(),
            over: AtomicBool::new(false),
            held: Mutex::default(),
        });
        let for_thread = Arc::clone(&shared);
        let listening = thread::spawn(move || listen(&listener, &for_thread));
        Self { address, shared, listening: Some(listening) }
    }

    /// What a client is told: `ANTHROPIC_BASE_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has it say something else from now on.
    pub fn then(&self, turns: impl IntoIterator<Item = Turn>) {
        let turns = turns.into_iter().collect();
        *self.shared.script.lock().unwrap() = Script { turns, next: 0 };
    }

    /// What was asked of the model so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// All that was said to the model last, as one text.
    #[must_use]
    pub fn last_said(&self) -> String {
        let requests = self.requests();
        requests.last().map(|request| request.body["messages"].to_string()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Release);
        for held in self.shared.held.lock().unwrap().drain(..) {
            let _ = held.shutdown(Shutdown::Both);
        }
        // It waits for somebody to come.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.over.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // A client may go away whenever it likes.
            let _ = serve(&stream, &shared);
        });
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let request = Request::read(stream)?;
    let path = request.path.split('?').next().unwrap_or_default();
    match (request.method.as_str(), path) {
        ("POST", "/v1/messages") => {}
        ("POST", "/v1/messages/count_tokens") => {
            let body = json!({ "input_tokens": 10 }).to_string();
            return http::answer(stream, 200, "application/json", &[], body.as_bytes());
        }
        ("HEAD", _) => return http::answer(stream, 200, "text/plain", &[], b""),
        _ => return error(stream, 404, "not_found_error", "There is no such path.", &[]),
    }
    let model = request.body["model"].as_str().unwrap_or("a-model").to_owned();
    let streams = request.body["stream"].as_bool().unwrap_or(false);
    let (number, turn) = {
        // Both in one step: parallel requests keep their order.
        let mut requests = shared.requests.lock().unwrap();
        requests.push(request);
        let mut script = shared.script.lock().unwrap();
        let at = script.next.min(script.turns.len().saturating_sub(1));
        script.next += 1;
        (requests.len(), script.turns.get(at).cloned())
    };
    let Some(turn) = turn else {
        return error(stream, 500, "api_error", "The script has no turn.", &[]);
    };
    match &turn.fault {
        Some(Fault::Status { status, kind, message, headers }) => {
            return error(stream, *status, kind, message, headers);
        }
        Some(Fault::NotTheApi) => {
            return http::answer(
                stream,
                200,
                "text/html",
                &[],
                b"<html>Log in to the Wi-Fi</html>",
            );
        }
        Some(Fault::Silence) => return stream.shutdown(Shutdown::Both),
        Some(Fault::InTheMiddle { .. }) | None => {}
    }
    if !streams && turn.delivery != Delivery::Whole {
        // Whoever asks a second time, without a stream, meets the same.
        return stream.shutdown(Shutdown::Both);
    }
    if !streams {
        let body = stream::whole(&turn, number, &model).to_string();
        return http::answer(stream, 200, "application/json", &[], body.as_bytes());
    }
    http::begin(stream)?;
    deliver(stream, shared, &stream::events(&turn, number, &model), turn.delivery)
}

fn deliver(stream: &TcpStream, shared: &Shared, body: &[u8], delivery: Delivery) -> io::Result<()> {
    let until = |at: usize| http::piece(stream, &body[..at.min(body.len())]);
    match delivery {
        Delivery::Whole => until(body.len())?,
        Delivery::CutAfter(at) => {
            until(at)?;
            return stream.shutdown(Shutdown::Both);
        }
        Delivery::CutInACharacter => {
            let at = body.iter().position(|byte| *byte >= 0xc0).expect("such a character");
            until(at + 1)?;
            return stream.shutdown(Shutdown::Both);
        }
        Delivery::StallAfter(at) => {
            until(at)?;
            shared.held.lock().unwrap().push(stream.try_clone()?);
            return Ok(());
        }
        Delivery::Dribble(bytes, pause) => {
            for piece in body.chunks(bytes.max(1)) {
                http::piece(stream, piece)?;
                thread::sleep(pause);
            }
        }
    }
    http::piece(stream, b"")
}

fn error(
    stream: &TcpStream,
    status: u16,
    kind: &str,
    message: &str,
    headers: &[(&str, String)],
) -> io::Result<()> {
    let body = json!({ "type": "error", "error": { "type": kind, "message": message } });
    http::answer(stream, status, "application/json", headers, body.to_string().as_bytes())
}
