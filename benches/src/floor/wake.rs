//! A thread that wakes another, which wakes it again.

use anyhow::{Context, Result};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

/// Two threads: this one and another.
pub struct PingPong {
    ping: Sender<()>,
    pong: Receiver<()>,
}

impl PingPong {
    /// Starts the other thread; it ends with this value.
    pub fn new() -> Self {
        let (ping, pinged) = channel::<()>();
        let (ponged, pong) = channel::<()>();
        std::thread::spawn(move || while pinged.recv().is_ok() && ponged.send(()).is_ok() {});
        Self { ping, pong }
    }

    /// Wakes the other thread and is woken by it; milliseconds.
    pub fn once(&self) -> Result<f64> {
        let begun = Instant::now();
        self.ping.send(()).context("the other thread has ended")?;
        self.pong.recv().context("the other thread has ended")?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    }
}
