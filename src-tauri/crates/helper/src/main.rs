//! `aegis-helper`: starts one program for the engine, and answers for every process that comes of it.
//!
//! It is single-threaded on purpose: PR_SET_PDEATHSIG follows the thread that forked, and a fork in
//! a program with one thread leaves no lock held. It must never link anything big, never outlive
//! its engine except to end what it started, and never leave a process behind.
//!
//! The library of this package describes the protocol. The engine starts the program without
//! arguments; with `--mechanisms` it says what kinds of sandbox this machine has, as JSON.

mod confine;
mod supervise;

use std::io::{Write as _, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(confine::inside::ARGUMENT) => confine::inside::serve(&arguments.collect::<Vec<_>>()),
        Some(confine::NOTHING) => ExitCode::SUCCESS,
        Some(confine::ASK) => {
            let told = serde_json::to_vec(&confine::available());
            let told = told.map_err(std::io::Error::other);
            told.and_then(|line| stdout().write_all(&line))
                .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        _ => supervise::serve(),
    }
}
