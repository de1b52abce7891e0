//! Whoever listens outside.

use std::net::{TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::Duration;

use nix::libc;

use crate::{Attempt, Target, call, held};

pub fn attempt(name: &str, target: &Target) -> Option<Attempt> {
    Some(match name {
        "tcp" => answers_tcp(("127.0.0.1", target.tcp4)),
        "tcp_by_another_loopback_address" => answers_tcp(("127.1.2.3", target.tcp4)),
        "tcp_by_version_6" => answers_tcp(("::1", target.tcp6)),
        "tcp_by_the_mapped_address" => answers_tcp(("::ffff:127.0.0.1", target.tcp4)),
        "udp" => answers_udp(target.udp),
        "a_socket_with_a_path" | "a_socket_with_a_path_beside_the_network" => {
            answers(UnixStream::connect(target.outside("socket")))
        }
        "a_socket_through_a_link" => {
            std::os::unix::fs::symlink(target.outside("socket"), target.work("s"))
                .and_then(|()| answers(UnixStream::connect(target.work("s"))))
        }
        "the_engines_socket" => answers(UnixStream::connect(target.root.join("aegis/engine.sock"))),
        "the_agents_socket" => answers(UnixStream::connect(target.root.join("home/.ssh/agent"))),
        "an_abstract_socket" | "an_abstract_socket_beside_the_network" => {
            let name = format!("aegis-attack-{}", target.key);
            answers(
                SocketAddr::from_abstract_name(name).and_then(|at| UnixStream::connect_addr(&at)),
            )
        }
        "a_socket_by_datagram" => datagram(&target.outside("datagrams")),
        "netlink" => opens(libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_KOBJECT_UEVENT),
        "raw" => opens(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_ICMP),
        "packets" => opens(libc::AF_PACKET, libc::SOCK_RAW, 0),
        "ciphers" => opens(libc::AF_ALG, libc::SOCK_SEQPACKET, 0),
        "vsock" => opens(libc::AF_VSOCK, libc::SOCK_STREAM, 0),
        _ => return None,
    })
}

fn answers_tcp(to: (&str, u16)) -> Attempt {
    let stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    said(stream)
}

fn answers(stream: std::io::Result<UnixStream>) -> Attempt {
    let stream = stream?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    said(stream)
}

fn said(mut stream: impl std::io::Read) -> Attempt {
    let mut word = [0; 4];
    stream.read_exact(&mut word)?;
    if &word == b"here" { Ok(()) } else { held("it is somebody else") }
}

fn answers_udp(port: u16) -> Attempt {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(Duration::from_millis(500)))?;
    socket.connect(("127.0.0.1", port))?;
    socket.send(b"hello")?;
    let mut word = [0; 4];
    socket.recv(&mut word)?;
    Ok(())
}

fn datagram(to: &Path) -> Attempt {
    let socket = std::os::unix::net::UnixDatagram::unbound()?;
    socket.send_to(b"hello", to).map(drop)
}

#[allow(unsafe_code, reason = "an attack")]
fn opens(family: i32, kind: i32, protocol: i32) -> Attempt {
    // SAFETY: takes numbers.
    call(unsafe { libc::socket(family, kind, protocol) }.into()).map(drop)
}
