//! Files outside: writing them, changing them, reading the secret ones.

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::libc;

use crate::{Attempt, Target, call, held};

pub fn attempt(name: &str, target: &Target) -> Option<Attempt> {
    let file = target.outside("file");
    let secret = target.root.join("home/.ssh/id");
    Some(match name {
        "write_outside" => overwrite(&file),
        "write_by_dots" => overwrite(Path::new("../outside/file")),
        "write_through_a_link" => link_and(&file, target, overwrite),
        "write_through_a_hard_link" => hard_link_and(&file, target, overwrite),
        "move_in" => fs::rename(&file, target.work("stolen")),
        "move_out" => fs::write(target.work("f"), "x")
            .and_then(|()| fs::rename(target.work("f"), target.outside("new"))),
        "exchange" => exchange(&file, target),
        "write_through_proc_root" => {
            in_proc("root", |root| overwrite(&root.join(file.strip_prefix("/").unwrap())))
        }
        "write_through_proc_cwd" => in_proc("cwd", |cwd| overwrite(&cwd.join("file"))),
        "write_through_proc_fd" => through_fds(&file),
        "nameless_file" => nameless(target),
        "truncate" => OpenOptions::new().write(true).open(&file).and_then(|file| file.set_len(0)),
        "remove" => fs::remove_file(&file),
        "make_a_folder" => fs::create_dir(target.outside("folder")),
        "remove_a_folder" => fs::remove_dir(target.outside("empty")),
        "make_a_link" => symlink("x", target.outside("link")),
        "make_a_pipe" => make(&target.outside("new_pipe"), libc::S_IFIFO, 0),
        "make_a_socket" => UnixListener::bind(target.outside("new_socket")).map(drop),
        "write_a_pipe" => OpenOptions::new()
            .write(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(target.outside("pipe"))
            .and_then(|mut pipe| pipe.write_all(b"order")),
        "change_the_mode" => fs::set_permissions(&file, fs::Permissions::from_mode(0o777)),
        "change_the_mode_when_open" => File::open(&file)
            .and_then(|file| file.set_permissions(fs::Permissions::from_mode(0o777))),
        "change_the_owner" => change_owner(&file),
        "change_the_times" => {
            File::open(&file).and_then(|file| file.set_modified(std::time::SystemTime::UNIX_EPOCH))
        }
        "set_an_attribute" => set_attribute(&file),
        "set_a_flag" => set_flag(&file),
        "use_a_leaked_descriptor" => leaked(),
        "race_of_links" => race(target),
        "move_the_workspace" => fs::rename(target.root.join("work"), target.outside("work")),
        "read_a_secret" => read(&secret),
        "read_a_secret_by_dots" => read(Path::new("../home/.ssh/../.ssh/id")),
        "read_a_secret_through_a_link" => link_and(&secret, target, read),
        "read_a_secret_through_a_hard_link" => hard_link_and(&secret, target, read),
        "read_a_secret_through_proc_root" => {
            in_proc("root", |root| read(&root.join(secret.strip_prefix("/").unwrap())))
        }
        "list_secrets" => listed(secret.parent().unwrap()),
        "move_secrets" => fs::rename(secret.parent().unwrap(), target.work("ssh"))
            .and_then(|()| read(&target.work("ssh/id"))),
        "read_a_keyring" => read(&target.root.join("home/keyring")),
        "read_the_database" => read(&target.root.join("aegis/aegis.db")),
        "read_temporary_files" => read(Path::new(&format!("/tmp/aegis-attack-{}", target.key))),
        "write_shared_memory_files" => {
            overwrite(Path::new(&format!("/dev/shm/aegis-attack-{}", target.key)))
        }
        "write_a_hook" => fs::write(target.work(".git/hooks/post-commit"), "#!/bin/sh\n"),
        "write_the_repositorys_settings" => overwrite(&target.work(".git/config")),
        "move_the_repository" => fs::rename(target.work(".git"), target.work("git"))
            .and_then(|()| fs::create_dir_all(target.work(".git/hooks"))),
        "put_a_hook_in_its_place" => fs::write(target.work("hook"), "#!/bin/sh\n")
            .and_then(|()| fs::rename(target.work("hook"), target.work(".git/hooks/pre-push"))),
        _ => return None,
    })
}

fn overwrite(path: &Path) -> Attempt {
    OpenOptions::new().append(true).open(path)?.write_all(b"changed")
}

/// The secret says that it is one: an empty file in its place is none.
fn read(path: &Path) -> Attempt {
    let text = fs::read_to_string(path)?;
    if text.contains("hunter2") { Ok(()) } else { held("something else is there") }
}

fn listed(folder: &Path) -> Attempt {
    let names = fs::read_dir(folder)?.count();
    if names > 0 { Ok(()) } else { held("nothing is there") }
}

fn link_and(to: &Path, target: &Target, attack: fn(&Path) -> Attempt) -> Attempt {
    symlink(to, target.work("link"))?;
    attack(&target.work("link"))
}

fn hard_link_and(to: &Path, target: &Target, attack: fn(&Path) -> Attempt) -> Attempt {
    fs::hard_link(to, target.work("hard"))?;
    attack(&target.work("hard"))
}

#[allow(unsafe_code, reason = "an attack")]
fn exchange(file: &Path, target: &Target) -> Attempt {
    let mine = target.work("mine");
    fs::write(&mine, "changed")?;
    let (a, b) = (c(&mine), c(file));
    let here = libc::AT_FDCWD;
    // SAFETY: two paths, each ended by a NUL.
    call(unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            here,
            a.as_ptr(),
            here,
            b.as_ptr(),
            libc::RENAME_EXCHANGE,
        )
    })
    .map(drop)
}

/// Tries it with that link of every process that can be seen.
fn in_proc(link: &str, attack: impl Fn(&Path) -> Attempt) -> Attempt {
    let mut last = held("no process can be seen");
    for entry in fs::read_dir("/proc")?.flatten() {
        let is_process = entry.file_name().to_str().is_some_and(|name| name.parse::<i32>().is_ok());
        if is_process {
            last = attack(&entry.path().join(link));
            if last.is_ok() {
                return last;
            }
        }
    }
    last
}

/// Writes what another process has open.
fn through_fds(file: &Path) -> Attempt {
    let mut last = held("no open file can be seen");
    for process in fs::read_dir("/proc")?.flatten() {
        let Ok(fds) = fs::read_dir(process.path().join("fd")) else { continue };
        for fd in fds.flatten() {
            if fs::read_link(fd.path()).is_ok_and(|leads| leads == file) {
                last = overwrite(&fd.path());
                if last.is_ok() {
                    return last;
                }
            }
        }
    }
    last
}

#[allow(unsafe_code, reason = "an attack")]
fn nameless(target: &Target) -> Attempt {
    let file = OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_TMPFILE)
        .mode(0o600)
        .open(target.root.join("outside"))?;
    let (from, to) =
        (c(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd()))), c(&target.outside("named")));
    let here = libc::AT_FDCWD;
    // SAFETY: two paths, each ended by a NUL.
    let result =
        unsafe { libc::linkat(here, from.as_ptr(), here, to.as_ptr(), libc::AT_SYMLINK_FOLLOW) };
    call(result.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
pub fn make(path: &Path, kind: u32, device: u64) -> Attempt {
    let path = c(path);
    // SAFETY: a path that is ended by a NUL.
    call(unsafe { libc::mknod(path.as_ptr(), kind | 0o600, device) }.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn change_owner(file: &Path) -> Attempt {
    let path = c(file);
    // SAFETY: a path that is ended by a NUL.
    let result = unsafe { libc::chown(path.as_ptr(), libc::getuid(), libc::getgid()) };
    call(result.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn set_attribute(file: &Path) -> Attempt {
    let path = c(file);
    // SAFETY: a path and a name, each ended by a NUL, and a value of the length that is given.
    let result = unsafe {
        libc::setxattr(path.as_ptr(), c"user.attack".as_ptr(), b"x".as_ptr().cast(), 1, 0)
    };
    call(result.into()).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn set_flag(file: &Path) -> Attempt {
    const FS_IOC_GETFLAGS: u64 = 0x8008_6601;
    const FS_IOC_SETFLAGS: u64 = 0x4008_6602;
    const FS_NODUMP_FL: libc::c_int = 0x40;
    let file = File::open(file)?;
    let mut flags: libc::c_int = 0;
    // SAFETY: both requests take a pointer to an int.
    call(unsafe { libc::ioctl(file.as_raw_fd(), FS_IOC_GETFLAGS, &raw mut flags) }.into())?;
    flags |= FS_NODUMP_FL;
    // SAFETY: as above.
    call(unsafe { libc::ioctl(file.as_raw_fd(), FS_IOC_SETFLAGS, &raw const flags) }.into())
        .map(drop)
}

/// Number 9 is what the test has left open in whoever starts the helper.
#[allow(unsafe_code, reason = "an attack")]
fn leaked() -> Attempt {
    // SAFETY: whatever it is, it is written to and closed, and nothing else here knows of it.
    let mut file = unsafe { File::from_raw_fd(9) };
    let result = file.write_all(b"changed");
    if result.is_err() {
        std::mem::forget(file);
    }
    result
}

/// Puts a link in the place of a folder again and again while a file in it is written.
fn race(target: &Target) -> Attempt {
    static STOP: AtomicBool = AtomicBool::new(false);
    let (name, folder, link) = (target.work("x"), target.work("folder"), target.work("leads"));
    fs::create_dir(&folder)?;
    fs::write(folder.join("file"), "")?;
    symlink(target.root.join("outside"), &link)?;
    let swap = {
        let name = name.clone();
        thread::spawn(move || {
            while !STOP.load(Ordering::Relaxed) {
                let _ = fs::rename(&folder, &name).and_then(|()| fs::rename(&name, &folder));
                let _ = fs::rename(&link, &name).and_then(|()| fs::rename(&name, &link));
            }
        })
    };
    for _ in 0..20_000 {
        let _ = overwrite(&name.join("file"));
    }
    STOP.store(true, Ordering::Relaxed);
    swap.join().unwrap();
    let mut text = String::new();
    File::open(target.outside("file"))?.read_to_string(&mut text)?;
    if text.contains("changed") { Ok(()) } else { held("it never got through") }
}

pub fn c(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

/// Whether a file that must not be written can be opened for it. Nothing is written.
pub fn opens_for_writing(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path).map(drop)
}
