//! The kernel: namespaces, mounts, devices, and calls that have often been a way into it.

use std::ffi::CStr;
use std::fs;
use std::os::fd::AsRawFd as _;
use std::path::Path;
use std::ptr::{null, null_mut};

use nix::libc;

use crate::files::{c, make, opens_for_writing};
use crate::{Attempt, Target, call, held};

pub fn attempt(name: &str, target: &Target) -> Option<Attempt> {
    Some(match name {
        "new_user_namespace" => unshare(libc::CLONE_NEWUSER),
        "new_mount_namespace" => unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS),
        "new_network_namespace" => unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET),
        "namespace_by_clone" => clone(libc::CLONE_NEWUSER),
        "namespace_by_clone3" => clone3(libc::CLONE_NEWUSER as u64),
        "mount" => unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS).and_then(|()| {
            fs::create_dir_all(target.work("m"))?;
            mount(None, &target.work("m"), Some(c"tmpfs"), 0)
        }),
        "bind_mount" => fs::create_dir_all(target.work("m")).and_then(|()| {
            mount(Some(&target.root.join("outside")), &target.work("m"), None, libc::MS_BIND)?;
            fs::write(target.work("m/file"), "changed")
        }),
        "leave_a_changed_root" => chroot(target),
        "make_a_device" => make(&target.work("disk"), libc::S_IFBLK, libc::makedev(7, 0)),
        "open_memory" => {
            first(&["/dev/mem", "/dev/kmem", "/dev/port"], |path| fs::File::open(path).map(drop))
        }
        "open_a_disk" => disk(),
        "core_pattern" => opens_for_writing(Path::new("/proc/sys/kernel/core_pattern")),
        "sysrq" => opens_for_writing(Path::new("/proc/sysrq-trigger")),
        "release_agent" => release_agent(),
        "uevent_helper" => {
            first(&["/sys/kernel/uevent_helper", "/sys/power/state"], opens_for_writing)
        }
        "open_by_handle" => handle(target),
        "io_uring" => io_uring(),
        "userfaultfd" => numbers(libc::SYS_userfaultfd, [libc::O_CLOEXEC as u64 | 1, 0, 0]),
        "keys" => keys(),
        "perf" => perf(),
        "bpf" => bpf(),
        "type_into_a_terminal" => terminal(),
        "shared_memory_by_key" => shared_memory(target.key),
        "message_queue" => queue(target.key),
        _ => return None,
    })
}

#[allow(unsafe_code, reason = "an attack")]
fn unshare(flags: i32) -> Attempt {
    // SAFETY: takes a number.
    call(unsafe { libc::unshare(flags) }.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn numbers(number: libc::c_long, arguments: [u64; 3]) -> Attempt {
    let [a, b, d] = arguments;
    // SAFETY: a call that takes numbers.
    call(unsafe { libc::syscall(number, a, b, d) }).map(drop)
}

/// The child ends at once.
#[allow(unsafe_code, reason = "an attack")]
fn clone(flags: i32) -> Attempt {
    // SAFETY: without a stack of its own the child goes on as after fork(2), and ends.
    unsafe {
        let flags = (flags | libc::SIGCHLD) as u64;
        let pid = call(libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0))?;
        if pid == 0 {
            libc::_exit(0);
        }
        call(libc::waitpid(pid as i32, null_mut(), 0).into()).map(drop)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn clone3(flags: u64) -> Attempt {
    let mut arguments = [0_u64; 11];
    arguments[0] = flags;
    arguments[4] = libc::SIGCHLD as u64;
    // SAFETY: `struct clone_args` is eleven numbers; see `clone`.
    unsafe {
        let size = size_of_val(&arguments);
        let pid = call(libc::syscall(libc::SYS_clone3, arguments.as_ptr(), size))?;
        if pid == 0 {
            libc::_exit(0);
        }
        call(libc::waitpid(pid as i32, null_mut(), 0).into()).map(drop)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn mount(from: Option<&Path>, to: &Path, kind: Option<&CStr>, flags: libc::c_ulong) -> Attempt {
    let (from, to) = (from.map(c), c(to));
    let from = from.as_ref().map_or(null(), |path| path.as_ptr());
    let kind = kind.map_or(null(), CStr::as_ptr);
    // SAFETY: texts that are ended by a NUL, or none.
    call(unsafe { libc::mount(from, to.as_ptr(), kind, flags, null()) }.into()).map(drop)
}

/// The classic way: a folder that stays open leads back out of a changed root.
#[allow(unsafe_code, reason = "an attack")]
fn chroot(target: &Target) -> Attempt {
    unshare(libc::CLONE_NEWUSER)?;
    fs::create_dir_all(target.work("jail"))?;
    let open = fs::File::open("/")?;
    let jail = c(&target.work("jail"));
    // SAFETY: a path that is ended by a NUL, and a descriptor.
    unsafe {
        call(libc::chroot(jail.as_ptr()).into())?;
        call(libc::fchdir(open.as_raw_fd()).into())?;
    }
    let file = target.outside("file");
    fs::write(file.strip_prefix("/").unwrap(), "changed")
}

fn first(paths: &[&str], attack: fn(&Path) -> Attempt) -> Attempt {
    let mut last = held("there is none");
    for path in paths {
        last = attack(Path::new(path));
        if last.is_ok() {
            break;
        }
    }
    last
}

fn disk() -> Attempt {
    let mut last = held("there is none");
    for entry in fs::read_dir("/sys/class/block")?.flatten() {
        last = fs::File::open(Path::new("/dev").join(entry.file_name())).map(drop);
        if last.is_ok() {
            break;
        }
    }
    last
}

fn release_agent() -> Attempt {
    let mut last = held("there is none");
    for folder in fs::read_dir("/sys/fs/cgroup")?.flatten() {
        for name in ["release_agent", "cgroup.procs"] {
            let file = folder.path().join(name);
            if file.exists() {
                last = opens_for_writing(&file);
            }
            if last.is_ok() {
                return last;
            }
        }
    }
    let whole = Path::new("/sys/fs/cgroup/cgroup.procs");
    if whole.exists() { opens_for_writing(whole) } else { last }
}

#[allow(unsafe_code, reason = "an attack")]
fn handle(target: &Target) -> Attempt {
    #[repr(C)]
    struct Handle {
        bytes: u32,
        kind: i32,
        handle: [u8; 128],
    }
    let mut handle = Handle { bytes: 128, kind: 0, handle: [0; 128] };
    let mut mount: libc::c_int = 0;
    let file = c(&target.outside("file"));
    let root = fs::File::open(target.root.join("work"))?;
    // SAFETY: a handle with the room that it says it has.
    unsafe {
        let at: *mut Handle = &raw mut handle;
        let path = file.as_ptr();
        call(libc::syscall(
            libc::SYS_name_to_handle_at,
            libc::AT_FDCWD,
            path,
            at,
            &raw mut mount,
            0,
        ))?;
        call(libc::syscall(libc::SYS_open_by_handle_at, root.as_raw_fd(), at, libc::O_RDWR))
            .map(drop)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn io_uring() -> Attempt {
    let mut parameters = [0_u8; 120];
    // SAFETY: `struct io_uring_params` has 120 bytes.
    call(unsafe { libc::syscall(libc::SYS_io_uring_setup, 4, parameters.as_mut_ptr()) }).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn keys() -> Attempt {
    const KEY_SPEC_PROCESS_KEYRING: i32 = -2;
    let (kind, name) = (c"user".as_ptr(), c"attack".as_ptr());
    // SAFETY: texts that are ended by a NUL, and a value of the length that is given.
    let result = unsafe {
        libc::syscall(libc::SYS_add_key, kind, name, b"x".as_ptr(), 1, KEY_SPEC_PROCESS_KEYRING)
    };
    call(result).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn perf() -> Attempt {
    // `struct perf_event_attr` in its first form: a software event, the processor's clock, of user
    // space only.
    let mut attributes = [0_u64; 8];
    attributes[0] = 1 | (64 << 32);
    attributes[5] = 1 << 5 | 1 << 6;
    // SAFETY: 64 bytes, as their own size field says.
    let result =
        unsafe { libc::syscall(libc::SYS_perf_event_open, attributes.as_ptr(), 0, -1, -1, 0) };
    call(result).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn bpf() -> Attempt {
    const BPF_MAP_CREATE: i32 = 0;
    // An array of one entry.
    let attributes: [u32; 18] = [2, 4, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let size = size_of_val(&attributes);
    // SAFETY: attributes of the size that is given.
    call(unsafe { libc::syscall(libc::SYS_bpf, BPF_MAP_CREATE, attributes.as_ptr(), size) })
        .map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn terminal() -> Attempt {
    // SAFETY: calls that take numbers, and one pointer to a byte.
    unsafe {
        let main = call(libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY).into())? as i32;
        call(libc::grantpt(main).into())?;
        call(libc::unlockpt(main).into())?;
        let other = call(libc::ioctl(main, libc::TIOCGPTPEER, libc::O_RDWR).into())? as i32;
        call(libc::ioctl(other, libc::TIOCSTI, b"x".as_ptr()).into()).map(drop)
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn shared_memory(key: i32) -> Attempt {
    // SAFETY: memory that is there is read by one byte.
    unsafe {
        let id = call(libc::shmget(key, 0, 0).into())?;
        let memory = libc::shmat(id as i32, null(), 0);
        if memory as isize == -1 {
            return Err(std::io::Error::last_os_error());
        }
        if memory.cast::<u8>().read() == b'!' { Ok(()) } else { held("it is other memory") }
    }
}

#[allow(unsafe_code, reason = "an attack")]
fn queue(key: i32) -> Attempt {
    let name = std::ffi::CString::new(format!("aegis-attack-{key}")).unwrap();
    // SAFETY: a text that is ended by a NUL.
    let result = unsafe {
        libc::syscall(libc::SYS_mq_open, name.as_ptr(), libc::O_RDWR, 0, null::<libc::c_void>())
    };
    call(result).map(drop)
}
