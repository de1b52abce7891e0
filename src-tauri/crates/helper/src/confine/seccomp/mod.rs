//! System calls that a program in a sandbox does not get.
//!
//! The filter names what is refused. What it refuses is what leads out of a sandbox, or what
//! widens what of the kernel can be attacked: other namespaces, other processes' memory, keys of
//! the kernel, io_uring (which does what it is told past every filter), kernel modules, raw
//! sockets, and pushing characters into a terminal.

mod calls;

use std::io;

use nix::libc::{
    self, BPF_ABS, BPF_ALU, BPF_AND, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET,
    BPF_W, c_long, sock_filter, sock_fprog,
};

use self::calls::{
    FS_REQUESTS, ITSELF_ONLY, NAMESPACES, REFUSED, REFUSED_BESIDE_LANDLOCK, TIOCLINUX, TIOCSTI,
};

/// Which sockets a program may open. Those that it inherits, and pairs of its own, it always may
/// use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sockets {
    /// AF_INET, AF_INET6, and what of AF_NETLINK tells of the network's devices.
    pub(super) internet: bool,
    /// AF_UNIX.
    pub(super) unix: bool,
}

/// What stands between a program and everything outside, beside this filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Namespaces: files outside cannot be written, and processes outside are not there.
    Namespaces,
    /// Landlock, which lets change what is not a file's content: its mode, its owner, its times.
    /// And which leaves the processes and the shared memory of the user in sight.
    Landlock,
}

/// A filter, ready to be put on.
pub(super) struct Filter(Vec<sock_filter>);

const ARCH: u32 = 4;
const NUMBER: u32 = 0;

#[cfg(target_arch = "x86_64")]
const OWN_ARCH: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const OWN_ARCH: u32 = 0xc000_00b7;

/// Calls of x86-64 with this bit have another number for the same thing (the x32 ABI).
#[cfg(target_arch = "x86_64")]
const X32: u32 = 0x4000_0000;

impl Filter {
    /// The filter of a program that may open these sockets.
    pub(super) fn new(sockets: Sockets, beside: Beside) -> Self {
        let mut filter = Self(Vec::new());
        filter.load(ARCH);
        filter.unless_equal(OWN_ARCH, libc::SECCOMP_RET_KILL_PROCESS);
        filter.load(NUMBER);
        #[cfg(target_arch = "x86_64")]
        filter.when(BPF_JGE, X32, errno(libc::ENOSYS));
        for number in REFUSED {
            filter.when(BPF_JEQ, low(*number), errno(libc::EPERM));
        }
        // Its flags are in memory, where no filter can look: programs fall back on clone(2).
        filter.when(BPF_JEQ, low(libc::SYS_clone3), errno(libc::ENOSYS));
        filter.call(libc::SYS_clone, |filter| {
            filter.load(argument(0));
            filter.when(BPF_JSET, NAMESPACES, errno(libc::EPERM));
        });
        filter.call(libc::SYS_socket, |filter| filter.sockets(sockets));
        filter.call(libc::SYS_ioctl, |filter| {
            filter.load(argument(1));
            let files: &[u32] = if beside == Beside::Landlock { &FS_REQUESTS } else { &[] };
            for request in [TIOCSTI, TIOCLINUX].iter().chain(files) {
                filter.when(BPF_JEQ, *request, errno(libc::EPERM));
            }
        });
        filter.call(libc::SYS_mknodat, |filter| filter.no_devices(2));
        #[cfg(target_arch = "x86_64")]
        filter.call(libc::SYS_mknod, |filter| filter.no_devices(1));
        if beside == Beside::Landlock {
            for number in REFUSED_BESIDE_LANDLOCK {
                filter.when(BPF_JEQ, low(*number), errno(libc::EPERM));
            }
            for (number, wanted) in ITSELF_ONLY {
                filter.call(*number, |filter| {
                    for (index, value) in *wanted {
                        filter.load(argument(*index));
                        filter.unless_equal(*value, errno(libc::EPERM));
                    }
                });
            }
        }
        filter.end(libc::SECCOMP_RET_ALLOW);
        filter
    }

    /// Puts it on this thread, and on all that come of it. It cannot be taken off.
    ///
    /// # Errors
    /// What seccomp(2) gives: without no_new_privs, `PermissionDenied`.
    #[allow(unsafe_code, reason = "no crate at hand puts on a filter that is made of instructions")]
    pub(super) fn put_on(&self) -> io::Result<()> {
        let len = u16::try_from(self.0.len()).map_err(io::Error::other)?;
        let program = sock_fprog { len, filter: self.0.as_ptr().cast_mut() };
        let mode = libc::SECCOMP_SET_MODE_FILTER;
        // SAFETY: the kernel copies `len` instructions from the vector, which outlives the call,
        // and writes nothing.
        let result = unsafe { libc::syscall(libc::SYS_seccomp, mode, 0, &raw const program) };
        if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    fn sockets(&mut self, allowed: Sockets) {
        const TYPE: u32 = 0xf;
        // An old way to packets (packet(7)).
        const SOCK_PACKET: u32 = 10;
        self.load(argument(0));
        if allowed.unix {
            self.when(BPF_JEQ, libc::AF_UNIX as u32, libc::SECCOMP_RET_ALLOW);
        }
        if allowed.internet {
            for family in [libc::AF_INET, libc::AF_INET6] {
                self.given(family as u32, |filter| {
                    filter.load(argument(1));
                    filter.push(BPF_ALU | BPF_AND | BPF_K, TYPE);
                    for raw in [libc::SOCK_RAW as u32, SOCK_PACKET] {
                        filter.when(BPF_JEQ, raw, errno(libc::EPERM));
                    }
                    filter.end(libc::SECCOMP_RET_ALLOW);
                });
            }
            self.given(libc::AF_NETLINK as u32, |filter| {
                filter.load(argument(2));
                filter.unless_equal(libc::NETLINK_ROUTE as u32, errno(libc::EPERM));
                filter.end(libc::SECCOMP_RET_ALLOW);
            });
        }
        self.end(errno(libc::EACCES));
    }

    fn no_devices(&mut self, mode: u32) {
        self.load(argument(mode));
        self.push(BPF_ALU | BPF_AND | BPF_K, libc::S_IFMT);
        for device in [libc::S_IFBLK, libc::S_IFCHR] {
            self.when(BPF_JEQ, device, errno(libc::EPERM));
        }
    }

    /// What is done about one call; it is let through where nothing else is said.
    fn call(&mut self, number: c_long, body: impl FnOnce(&mut Self)) {
        self.given(low(number), |filter| {
            body(filter);
            filter.end(libc::SECCOMP_RET_ALLOW);
        });
    }

    /// What is done when the accumulator has this value. The body has to end in every case: what
    /// was loaded before is not loaded again.
    fn given(&mut self, value: u32, body: impl FnOnce(&mut Self)) {
        let mut inner = Self(Vec::new());
        body(&mut inner);
        let skip = u8::try_from(inner.0.len()).unwrap_or(u8::MAX);
        self.jump(BPF_JEQ, value, 0, skip);
        self.0.append(&mut inner.0);
    }

    fn when(&mut self, test: u32, value: u32, result: u32) {
        self.jump(test, value, 0, 1);
        self.end(result);
    }

    fn unless_equal(&mut self, value: u32, result: u32) {
        self.jump(BPF_JEQ, value, 1, 0);
        self.end(result);
    }

    fn jump(&mut self, test: u32, value: u32, jt: u8, jf: u8) {
        self.0.push(sock_filter { code: (BPF_JMP | test | BPF_K) as u16, jt, jf, k: value });
    }

    fn load(&mut self, offset: u32) {
        self.push(BPF_LD | BPF_W | BPF_ABS, offset);
    }

    fn end(&mut self, result: u32) {
        self.push(BPF_RET | BPF_K, result);
    }

    fn push(&mut self, code: u32, k: u32) {
        self.0.push(sock_filter { code: code as u16, jt: 0, jf: 0, k });
    }
}

fn errno(number: i32) -> u32 {
    libc::SECCOMP_RET_ERRNO | number as u32
}

/// The lower half of an argument, on machines that keep it first (`seccomp_data`, seccomp(2)). The
/// kernel itself looks at no more of those that are asked for here.
fn argument(index: u32) -> u32 {
    16 + 8 * index
}

fn low(number: c_long) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Sockets = Sockets { internet: false, unix: false };

    /// What the filter says to a call, by the rules of classic BPF.
    fn verdict(filter: &Filter, arch: u32, number: u32, arguments: &[u32]) -> u32 {
        let mut at = 0;
        let mut accumulator = 0;
        loop {
            let sock_filter { code, jt, jf, k } = filter.0[at];
            at += 1;
            match u32::from(code) {
                code if code == BPF_LD | BPF_W | BPF_ABS => {
                    accumulator = match k {
                        NUMBER => number,
                        ARCH => arch,
                        other => {
                            let index = ((other - 16) / 8) as usize;
                            arguments.get(index).copied().unwrap_or(0)
                        }
                    };
                }
                code if code == BPF_ALU | BPF_AND | BPF_K => accumulator &= k,
                code if code == BPF_RET | BPF_K => return k,
                code => {
                    let is_so = match code & !(BPF_JMP | BPF_K) {
                        BPF_JEQ => accumulator == k,
                        BPF_JGE => accumulator >= k,
                        BPF_JSET => accumulator & k != 0,
                        other => panic!("{other:x}"),
                    };
                    at += usize::from(if is_so { jt } else { jf });
                }
            }
        }
    }

    fn said(sockets: Sockets, beside: Beside, number: c_long, arguments: &[u32]) -> u32 {
        verdict(&Filter::new(sockets, beside), OWN_ARCH, low(number), arguments)
    }

    const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;

    #[test]
    fn what_leads_out_is_refused_and_ordinary_work_is_not() {
        let said = |number, arguments: &[u32]| said(NONE, Beside::Namespaces, number, arguments);
        for number in REFUSED {
            assert_eq!(said(*number, &[]), errno(libc::EPERM), "{number}");
        }
        for number in [libc::SYS_read, libc::SYS_openat, libc::SYS_execve, libc::SYS_fchmod] {
            assert_eq!(said(number, &[]), ALLOW, "{number}");
        }
        assert_eq!(said(libc::SYS_clone3, &[]), errno(libc::ENOSYS));
        assert_eq!(said(libc::SYS_clone, &[libc::CLONE_VM as u32 | 17]), ALLOW);
        assert_eq!(said(libc::SYS_clone, &[libc::CLONE_NEWUSER as u32 | 17]), errno(libc::EPERM));
        assert_eq!(said(libc::SYS_ioctl, &[0, 0x5413]), ALLOW);
        assert_eq!(said(libc::SYS_ioctl, &[0, TIOCSTI]), errno(libc::EPERM));
        assert_eq!(said(libc::SYS_mknodat, &[0, 0, libc::S_IFIFO | 0o600]), ALLOW);
        assert_eq!(said(libc::SYS_mknodat, &[0, 0, libc::S_IFBLK | 0o600]), errno(libc::EPERM));
    }

    #[test]
    fn sockets_are_of_the_families_that_are_allowed() {
        let none = |family| said(NONE, Beside::Landlock, libc::SYS_socket, &[family, 1, 0]);
        let refused = errno(libc::EACCES);
        for family in 0..64 {
            assert_eq!(none(family), refused, "{family}");
        }
        let all = Sockets { internet: true, unix: true };
        let socket = |arguments: &[u32]| said(all, Beside::Namespaces, libc::SYS_socket, arguments);
        let stream = libc::SOCK_STREAM as u32 | libc::SOCK_CLOEXEC as u32;
        for family in [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6] {
            assert_eq!(socket(&[family as u32, stream, 0]), ALLOW, "{family}");
        }
        let raw = libc::SOCK_RAW as u32 | libc::SOCK_CLOEXEC as u32;
        assert_eq!(socket(&[libc::AF_INET as u32, raw, 1]), errno(libc::EPERM));
        assert_eq!(socket(&[libc::AF_NETLINK as u32, raw, 0]), ALLOW);
        assert_eq!(socket(&[libc::AF_NETLINK as u32, raw, 12]), errno(libc::EPERM));
        for family in [libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG] {
            assert_eq!(socket(&[family as u32, stream, 0]), refused, "{family}");
        }
    }

    #[test]
    fn beside_landlock_nobody_elses_limits_can_be_set() {
        let said = |number, arguments: &[u32]| said(NONE, Beside::Landlock, number, arguments);
        assert_eq!(said(libc::SYS_prlimit64, &[0, 7]), ALLOW);
        assert_eq!(said(libc::SYS_prlimit64, &[1, 7]), errno(libc::EPERM));
        assert_eq!(said(libc::SYS_setpriority, &[0, 0]), ALLOW);
        assert_eq!(said(libc::SYS_setpriority, &[0, 1]), errno(libc::EPERM));
        assert_eq!(said(libc::SYS_setpriority, &[2, 0]), errno(libc::EPERM));
        for number in REFUSED_BESIDE_LANDLOCK {
            assert_eq!(said(*number, &[]), errno(libc::EPERM), "{number}");
        }
    }

    #[test]
    fn another_abi_is_no_way_around() {
        let filter = Filter::new(NONE, Beside::Namespaces);
        assert_eq!(verdict(&filter, 0x4000_0003, 0, &[]), libc::SECCOMP_RET_KILL_PROCESS);
        #[cfg(target_arch = "x86_64")]
        assert_eq!(verdict(&filter, OWN_ARCH, X32, &[]), errno(libc::ENOSYS));
    }
}
