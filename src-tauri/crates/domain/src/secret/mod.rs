//! What nobody but the one who needs it may see: keys, tokens, passwords.

mod name;
mod shape;

pub use name::KeyName;
pub use shape::looks_like_a_key;

use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// Fewest bytes of a secret: what is shorter cannot be told from ordinary text, so it could not be
/// kept out of what programs print.
pub const MIN_SECRET: usize = 8;
/// Fewest bytes of one that is made of lower-case letters alone. A shorter one is likely to be a
/// word, and words stand in texts, and in the names of fields.
const MIN_WORD: usize = 20;
/// Most bytes of a secret. A private key in PEM form has 3 KiB.
pub const MAX_SECRET: usize = 8 * 1024;

/// A secret in memory. It does not show itself, has no form in which it could be stored, and is
/// wiped when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// Why a text can be no secret. It says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSecret {
    /// There is hardly anything.
    #[error("It has fewer than {MIN_SECRET} bytes. One so short cannot be told from other text.")]
    TooShort,
    /// It looks like a word.
    #[error("It is a word of lower-case letters. One so plain cannot be told from other text.")]
    Word,
    /// There is too much.
    #[error("It has more than {} KiB. Put it into a file that only you can read.", MAX_SECRET / 1024)]
    TooLong,
    /// It has a character that no variable can hold.
    #[error("It has a NUL character. A variable cannot hold one.")]
    Nul,
}

impl Secret {
    /// A secret of this text; the text is wiped either way.
    ///
    /// # Errors
    /// [`NoSecret`] when the text can be none.
    pub fn new(text: impl Into<String>) -> Result<Self, NoSecret> {
        let text = Zeroizing::new(text.into());
        match text.len() {
            ..MIN_SECRET => Err(NoSecret::TooShort),
            length if length > MAX_SECRET => Err(NoSecret::TooLong),
            ..MIN_WORD if text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
                Err(NoSecret::Word)
            }
            _ if text.contains('\0') => Err(NoSecret::Nul),
            _ => Ok(Self(text)),
        }
    }

    /// The text, for the one who needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Zeroize for Secret {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::new("hunter2-hunter2").unwrap();
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)),
            "Secret(…) Some(\n    Secret(…),\n)"
        );
        assert_eq!(secret.expose(), "hunter2-hunter2");
    }

    #[test]
    fn what_can_be_none_is_refused_without_being_repeated() {
        assert_eq!(Secret::new("1234567"), Err(NoSecret::TooShort));
        assert_eq!(Secret::new("x".repeat(MAX_SECRET + 1)), Err(NoSecret::TooLong));
        assert_eq!(Secret::new("12345678\0"), Err(NoSecret::Nul));
        assert_eq!(Secret::new("password"), Err(NoSecret::Word));
        assert_eq!(Secret::new("max_retries"), Err(NoSecret::Word));
        assert!(Secret::new("12345678").is_ok() && Secret::new("x".repeat(MAX_SECRET)).is_ok());
    }
}
