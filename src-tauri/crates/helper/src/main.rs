//! `aegis-helper`: starts one program for the engine, and answers for every process that comes of it.
//!
//! It is single-threaded on purpose: PR_SET_PDEATHSIG follows the thread that forked, and a fork in
//! a program with one thread leaves no lock held. It must never link anything big, never outlive
//! its engine except to end what it started, and never leave a process behind.
//!
//! The library of this package describes the protocol. Without arguments the program supervises a
//! run; as `aegis-helper connect <socket>` it is the line from a program of a run to its engine.

mod connect;
mod supervise;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    match (words.next(), words.next(), words.next()) {
        (Some(word), Some(socket), None) if word == "connect" => connect::run(&socket),
        _ => supervise::serve(),
    }
}
