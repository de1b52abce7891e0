//! Processes outside: ending them, looking into them, outliving the run.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::ptr::null_mut;
use std::thread::sleep;
use std::time::Duration;

use nix::libc;

use crate::{Attempt, Target, call, held};

pub fn attempt(name: &str, target: &Target) -> Option<Attempt> {
    let victim = target.victim;
    Some(match name {
        "kill" => kill(victim),
        "kill_everybody" => kill_everybody(),
        "kill_by_descriptor" => by_descriptor(victim),
        "kill_by_a_files_owner" => by_owner(victim),
        "trace" => trace(victim),
        "read_memory" => read_memory(victim),
        "write_memory" => {
            OpenOptions::new().read(true).write(true).open(format!("/proc/{victim}/mem")).map(drop)
        }
        "read_environment" => environment(victim),
        "take_a_descriptor" => take_descriptor(victim),
        "set_limits" => limits(victim),
        "set_the_priority" => priority(victim),
        "set_the_processor" => processor(victim),
        "enter_namespaces" => enter(victim),
        "outlive" => outlive(target),
        "run_from_memory" => from_memory(target),
        "run_another_program" => another(target),
        "become_root" => become_root(target),
        _ => return None,
    })
}

/// Waits, with an open file, a secret in its environment, and memory that is shared by a key, and
/// lets anybody trace it who may.
#[allow(unsafe_code, reason = "a victim")]
pub fn be_a_victim(target: &Target) -> ! {
    let file = OpenOptions::new().append(true).open(target.outside("file")).unwrap();
    let _open = file;
    // SAFETY: calls that take numbers, and one pointer that is checked.
    unsafe {
        libc::signal(libc::SIGWINCH, end as *const () as usize);
        libc::prctl(libc::PR_SET_PTRACER, libc::PR_SET_PTRACER_ANY, 0, 0, 0);
        let id = libc::shmget(target.key, 4096, libc::IPC_CREAT | 0o600);
        let memory = libc::shmat(id, null_mut(), 0);
        if memory as isize != -1 {
            memory.cast::<u8>().write(b'!');
        }
        let name = std::ffi::CString::new(format!("aegis-attack-{}", target.key)).unwrap();
        let flags = libc::O_CREAT | libc::O_RDWR;
        libc::syscall(libc::SYS_mq_open, name.as_ptr(), flags, 0o600, null_mut::<libc::c_void>());
    }
    println!("ready");
    std::io::stdout().flush().unwrap();
    loop {
        sleep(Duration::from_secs(60));
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn kill(victim: i32) -> Attempt {
    // SAFETY: takes numbers.
    call(unsafe { libc::kill(victim, libc::SIGTERM) }.into()).map(drop)
}

/// Almost everybody ignores this signal; the victim does not. kill(2) says that it reached
/// somebody even when it did not: the test looks at the victim.
#[allow(unsafe_code, reason = "an attack")]
fn kill_everybody() -> Attempt {
    // SAFETY: takes numbers.
    call(unsafe { libc::kill(-1, libc::SIGWINCH) }.into()).map(drop)
}

extern "C" fn end(_: libc::c_int) {
    // SAFETY: ends the process, and nothing else.
    #[allow(unsafe_code, reason = "a victim")]
    unsafe {
        libc::_exit(0)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn by_descriptor(victim: i32) -> Attempt {
    // SAFETY: take numbers, and a null pointer where one is allowed.
    unsafe {
        let pidfd = call(libc::syscall(libc::SYS_pidfd_open, victim, 0))?;
        let none: *const libc::siginfo_t = std::ptr::null();
        call(libc::syscall(libc::SYS_pidfd_send_signal, pidfd, libc::SIGTERM, none, 0)).map(drop)
    }
}

/// The kernel sends SIGIO to whoever is said to own a pipe.
#[allow(unsafe_code, reason = "an attack")]
fn by_owner(victim: i32) -> Attempt {
    let mut ends = [0; 2];
    // SAFETY: room for two numbers; the other calls take numbers.
    unsafe {
        call(libc::pipe(ends.as_mut_ptr()).into())?;
        call(libc::fcntl(ends[0], libc::F_SETOWN, victim).into())?;
        call(libc::fcntl(ends[0], libc::F_SETFL, libc::O_ASYNC).into())?;
        call(libc::write(ends[1], b"x".as_ptr().cast(), 1) as i64)?;
    }
    for _ in 0..100 {
        if !Path::new(&format!("/proc/{victim}/fd")).exists() || has_ended(victim) {
            return Ok(());
        }
        sleep(Duration::from_millis(5));
    }
    held("nothing came of it")
}

fn has_ended(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z'))
}

#[allow(unsafe_code, reason = "an attack")]
fn trace(victim: i32) -> Attempt {
    let none = null_mut::<libc::c_void>();
    // SAFETY: takes numbers and null pointers. The victim is let go at the end of this process.
    call(unsafe { libc::ptrace(libc::PTRACE_SEIZE, victim, none, none) }).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn read_memory(victim: i32) -> Attempt {
    let maps = fs::read_to_string(format!("/proc/{victim}/maps"))?;
    let first = maps.split('-').next().unwrap_or_default();
    let Ok(address) = usize::from_str_radix(first, 16) else { return held("it has no memory") };
    let mut byte = [0_u8; 1];
    let here = libc::iovec { iov_base: byte.as_mut_ptr().cast(), iov_len: 1 };
    let there = libc::iovec { iov_base: address as *mut libc::c_void, iov_len: 1 };
    // SAFETY: one byte is read into a byte.
    call(unsafe { libc::process_vm_readv(victim, &raw const here, 1, &raw const there, 1, 0) }
        as i64)
    .map(drop)
}

fn environment(victim: i32) -> Attempt {
    let text = fs::read(format!("/proc/{victim}/environ"))?;
    let secret = b"hunter2";
    if text.windows(secret.len()).any(|window| window == secret) {
        Ok(())
    } else {
        held("it is another process")
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn take_descriptor(victim: i32) -> Attempt {
    // SAFETY: take numbers.
    unsafe {
        let pidfd = call(libc::syscall(libc::SYS_pidfd_open, victim, 0))?;
        call(libc::syscall(libc::SYS_pidfd_getfd, pidfd, 1, 0)).map(drop)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn limits(victim: i32) -> Attempt {
    let limit = libc::rlimit64 { rlim_cur: 64, rlim_max: 64 };
    // SAFETY: a pointer to a limit that is read, and one to nothing.
    let result = unsafe {
        libc::syscall(libc::SYS_prlimit64, victim, libc::RLIMIT_NOFILE, &raw const limit, 0)
    };
    call(result).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn priority(victim: i32) -> Attempt {
    // SAFETY: takes numbers.
    call(unsafe { libc::setpriority(libc::PRIO_PROCESS, victim as u32, 19) }.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn processor(victim: i32) -> Attempt {
    let mask = [1_u64; 1];
    // SAFETY: a mask of the length that is given.
    let result = unsafe {
        libc::syscall(libc::SYS_sched_setaffinity, victim, size_of_val(&mask), mask.as_ptr())
    };
    call(result).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn enter(victim: i32) -> Attempt {
    let namespace = fs::File::open(format!("/proc/{victim}/ns/uts"))?;
    // SAFETY: takes numbers.
    call(unsafe { libc::setns(namespace.as_raw_fd(), 0) }.into()).map(drop)
}

/// Leaves a process behind that does what it can to stay. The test looks for what it writes.
#[allow(unsafe_code, reason = "an attack")]
fn outlive(target: &Target) -> Attempt {
    // SAFETY: this program has one thread here, and the child makes plain calls only.
    unsafe {
        if call(libc::fork().into())? == 0 {
            libc::setsid();
            if libc::fork() != 0 {
                libc::_exit(0);
            }
            for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP] {
                libc::signal(signal, libc::SIG_IGN);
            }
            let _ = fs::write(target.work("daemon"), std::process::id().to_string());
            loop {
                sleep(Duration::from_millis(10));
                let _ = fs::write(target.work("alive"), "yes");
            }
        }
    }
    while !target.work("alive").exists() {
        sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// A copy of this program without a name, which then writes outside.
fn from_memory(target: &Target) -> Attempt {
    let memory = nix::sys::memfd::memfd_create(c"x", nix::sys::memfd::MFdFlags::empty())?;
    let copy = format!("/proc/self/fd/{}", memory.as_raw_fd());
    fs::write(&copy, fs::read("/proc/self/exe")?)?;
    again(&copy, target)
}

/// What is started is held, too.
fn another(target: &Target) -> Attempt {
    again("/proc/self/exe", target)
}

#[allow(clippy::disallowed_types, reason = "an attack")]
fn again(program: &str, target: &Target) -> Attempt {
    let words: Vec<String> = std::env::args().skip(2).collect();
    let status = std::process::Command::new(program).arg("write_outside").args(words).status()?;
    let changed = fs::read_to_string(target.outside("file")).is_ok_and(|t| t.contains("changed"));
    if status.success() && changed { Ok(()) } else { held("the other one was held") }
}

/// `root` is a copy of this program that belongs to root and runs as root (set-user-ID), if the
/// test could make one.
#[allow(clippy::disallowed_types, reason = "an attack")]
#[allow(unsafe_code, reason = "an attack")]
fn become_root(target: &Target) -> Attempt {
    // SAFETY: takes nothing.
    if std::env::args().nth(8).is_some() || unsafe { libc::geteuid() } == 0 {
        // SAFETY: as above.
        return if unsafe { libc::geteuid() } == 0 { Ok(()) } else { held("nobody special") };
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let program = target.root.join("root");
    Err(std::process::Command::new(program).args(words).arg("again").exec())
}
