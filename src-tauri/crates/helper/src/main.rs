//! `aegis-helper`: starts one program for the engine, and answers for every process that comes of it.
//!
//! It is single-threaded on purpose: PR_SET_PDEATHSIG follows the thread that forked, and a fork in
//! a program with one thread leaves no lock held. It must never link anything big, never outlive
//! its engine except to end what it started, and never leave a process behind.
//!
//! The library of this package describes the protocol. Without arguments the program supervises a
//! run; as `aegis-helper connect <socket>` it is the line from a program of a run to its engine;
//! with `--mechanisms` it says what kinds of sandbox this machine has, as JSON.

mod confine;
mod connect;
mod supervise;

use std::io::{Write as _, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    let (first, rest) = match words.split_first() {
        Some((first, rest)) => (first.to_str(), rest),
        None => (None, words.as_slice()),
    };
    match (first, rest) {
        (Some("connect"), [socket]) => connect::run(socket),
        (Some(confine::inside::ARGUMENT), rest) => confine::inside::serve(rest),
        (Some(confine::NOTHING), _) => ExitCode::SUCCESS,
        (Some(confine::ASK), _) => {
            let told = serde_json::to_vec(&confine::available());
            let told = told.map_err(std::io::Error::other);
            told.and_then(|line| stdout().write_all(&line))
                .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        _ => supervise::serve(),
    }
}
