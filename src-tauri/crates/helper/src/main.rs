//! `aegis-helper`: starts one program for the engine, and answers for every process that comes of it.
//!
//! It is single-threaded on purpose: PR_SET_PDEATHSIG follows the thread that forked, and a fork in
//! a program with one thread leaves no lock held. It must never link anything big, never outlive
//! its engine except to end what it started, and never leave a process behind.
//!
//! The library of this package describes the protocol. The program takes no arguments.

mod supervise;

use std::process::ExitCode;

fn main() -> ExitCode {
    supervise::serve()
}
