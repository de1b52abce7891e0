//! Whose process is at the other end.

use std::io;
use tokio::net::UnixStream;

/// The other end belongs to another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it belongs to user {theirs}, and this program runs as user {ours}")]
pub(crate) struct Stranger {
    theirs: u32,
    ours: u32,
}

/// Checks that the process at the other end runs as this user. The kernel answers, so nobody can
/// claim to be somebody else; root is somebody else too.
pub(crate) fn check(stream: &UnixStream) -> io::Result<()> {
    let theirs = stream.peer_cred()?.uid();
    same(theirs, rustix::process::geteuid().as_raw())
        .map_err(|stranger| io::Error::new(io::ErrorKind::PermissionDenied, stranger))
}

/// The process that connected, as the kernel says; `None` where it does not.
pub(crate) fn process(stream: &UnixStream) -> Option<i32> {
    stream.peer_cred().ok()?.pid()
}

fn same(theirs: u32, ours: u32) -> Result<(), Stranger> {
    if theirs == ours { Ok(()) } else { Err(Stranger { theirs, ours }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ones_own_process_is_let_in() {
        let (one, other) = UnixStream::pair().unwrap();
        check(&one).unwrap();
        check(&other).unwrap();
        assert_eq!(process(&one), i32::try_from(std::process::id()).ok());
    }

    #[test]
    fn nobody_else_is_not_even_root() {
        assert_eq!(same(1000, 1000), Ok(()));
        assert_eq!(same(0, 1000), Err(Stranger { theirs: 0, ours: 1000 }));
        assert_eq!(same(1000, 0), Err(Stranger { theirs: 1000, ours: 0 }));
        assert_eq!(
            same(1001, 1000).unwrap_err().to_string(),
            "it belongs to user 1001, and this program runs as user 1000"
        );
    }
}
