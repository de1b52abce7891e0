//! A program that tries to get out of its sandbox, in one way at a time: the tests of the sandbox
//! start it, inside and outside of one.
//!
//! `attacker NAME ROOT VICTIM TCP4 TCP6 UDP KEY` tries the way of that name. It exits with 0 when it
//! got out, with 1 and the error when it did not, and with 2 when there is no such way.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "an attack that panics has failed")]
#![allow(missing_docs, reason = "nobody links it")]

mod files;
mod kernel;
mod processes;
mod sockets;
mod using_up;

use std::io;
use std::path::PathBuf;

/// What there is to attack.
pub struct Target {
    /// The folder of the test: `work` is where the program works, everything else is outside.
    pub root: PathBuf,
    /// A process outside.
    pub victim: i32,
    pub tcp4: u16,
    pub tcp6: u16,
    pub udp: u16,
    /// The key of memory that the victim shares, and part of the names of things of its.
    pub key: i32,
}

impl Target {
    pub fn outside(&self, name: &str) -> PathBuf {
        self.root.join("outside").join(name)
    }

    pub fn work(&self, name: &str) -> PathBuf {
        self.root.join("work").join(name)
    }
}

/// The end of an attempt: got out, or what was in the way.
pub type Attempt = io::Result<()>;

/// An attempt that was held without an error of the system.
pub fn held(why: &str) -> Attempt {
    Err(io::Error::other(why.to_owned()))
}

/// The result of a system call.
pub fn call(result: i64) -> io::Result<i64> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let name = words[0].as_str();
    let number = |index: usize| words[index].parse::<i32>().unwrap();
    let port = |index: usize| words[index].parse::<u16>().unwrap();
    let target = Target {
        root: PathBuf::from(&words[1]),
        victim: number(2),
        tcp4: port(3),
        tcp6: port(4),
        udp: port(5),
        key: number(6),
    };
    if name == "victim" {
        processes::be_a_victim(&target);
    }
    let attempt = files::attempt(name, &target)
        .or_else(|| processes::attempt(name, &target))
        .or_else(|| sockets::attempt(name, &target))
        .or_else(|| kernel::attempt(name, &target))
        .or_else(|| using_up::attempt(name, &target));
    match attempt {
        None => {
            println!("no such way: {name}");
            std::process::exit(2);
        }
        Some(Ok(())) => println!("{name}: got out"),
        Some(Err(error)) => {
            println!("{name}: held: {error}");
            std::process::exit(1);
        }
    }
}
