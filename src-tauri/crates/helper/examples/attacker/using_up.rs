//! Taking more than there is to be had. The tests set the limits.

use std::fs::{self, File};
use std::io::Write as _;
use std::time::{Duration, Instant};

use nix::libc;

use crate::{Attempt, Target, call, held};

pub fn attempt(name: &str, target: &Target) -> Option<Attempt> {
    Some(match name {
        "many_processes" => processes(),
        "a_large_file" => large_file(target),
        "much_memory" => memory(),
        "many_files" => files(target),
        "much_time" => time(),
        _ => return None,
    })
}

/// 60 at once, with a limit of 20.
#[allow(unsafe_code, reason = "an attack")]
fn processes() -> Attempt {
    let mut children = Vec::new();
    let mut result = Ok(());
    for _ in 0..60 {
        // SAFETY: this program has one thread, and the child only waits.
        let pid = unsafe { libc::fork() };
        match pid {
            0 => loop {
                std::thread::sleep(Duration::from_secs(60));
            },
            -1 => {
                result = Err(std::io::Error::last_os_error());
                break;
            }
            pid => children.push(pid),
        }
    }
    for pid in children {
        // SAFETY: these are this program's own children, not waited for yet.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
            libc::waitpid(pid, std::ptr::null_mut(), 0);
        }
    }
    result
}

/// 8 MiB, with a limit of 1.
#[allow(unsafe_code, reason = "an attack")]
fn large_file(target: &Target) -> Attempt {
    // SAFETY: takes numbers.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    let mut file = File::create(target.work("large"))?;
    for _ in 0..8 {
        file.write_all(&vec![1; 1 << 20])?;
    }
    let length = fs::metadata(target.work("large"))?.len();
    if length >= 8 << 20 { Ok(()) } else { held("it was cut") }
}

/// 256 MiB, with a limit of 64.
#[allow(unsafe_code, reason = "an attack")]
fn memory() -> Attempt {
    let length = 256 << 20;
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: new memory, of which one byte is written.
    unsafe {
        let memory = libc::mmap(std::ptr::null_mut(), length, protection, flags, -1, 0);
        if memory == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        memory.cast::<u8>().write(1);
    }
    Ok(())
}

/// 200, with a limit of 50.
fn files(target: &Target) -> Attempt {
    let mut open = Vec::new();
    for number in 0..200 {
        open.push(File::create(target.work(&format!("file-{number}")))?);
    }
    Ok(())
}

/// Two seconds of a processor, with a limit of one.
#[allow(unsafe_code, reason = "an attack")]
fn time() -> Attempt {
    let begun = Instant::now();
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    while now.tv_sec < 2 && begun.elapsed() < Duration::from_secs(60) {
        // SAFETY: room for a time.
        call(unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut now) }.into())?;
    }
    Ok(())
}
