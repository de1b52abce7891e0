//! Amounts of money.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// US dollars, exact to a millionth: the prices of model providers are that fine. Written as a
/// decimal number in text, `"1.50"`, because a JSON number is not exact.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Usd(u64);

/// A text that is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an amount in dollars. Write it as 5 or 1.50, up to 1000000")]
pub struct UsdError(String);

impl Usd {
    /// Millionths of a dollar in a dollar.
    const MICROS: u64 = 1_000_000;
    /// The largest amount: a million dollars.
    const MAX: u64 = 1_000_000 * Self::MICROS;

    /// So many millionths of a dollar.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Whether it is nothing.
    // The form of the function is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Both together; no more than can be written.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        let sum = self.0.saturating_add(other.0);
        Self(if sum > Self::MAX { Self::MAX } else { sum })
    }

    /// What is left of it after `other`; nothing when that is more.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// In millionths of a dollar.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }
}

impl FromStr for Usd {
    type Err = UsdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.trim();
        let bare = bare.strip_prefix('$').unwrap_or(bare);
        parse(bare).map(Self).ok_or_else(|| UsdError(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    let micros = whole.checked_mul(Usd::MICROS)?.checked_add(fraction)?;
    (micros <= Usd::MAX).then_some(micros)
}

impl TryFrom<String> for Usd {
    type Error = UsdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Usd> for String {
    fn from(amount: Usd) -> Self {
        amount.to_string()
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % Self::MICROS);
        // At least cents, and no more digits than there are.
        let digits = fraction.trim_end_matches('0').len().max(2);
        write!(f, "{}.{}", self.0 / Self::MICROS, &fraction[..digits])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_exactly_and_written_with_its_cents() {
        for (text, micros, shown) in [
            ("5", 5_000_000, "5.00"),
            ("1.5", 1_500_000, "1.50"),
            ("$0.000001", 1, "0.000001"),
            ("1000000", Usd::MAX, "1000000.00"),
        ] {
            let amount: Usd = text.parse().unwrap();
            assert_eq!((amount.micros(), amount.to_string()), (micros, shown.to_owned()));
        }
        for text in ["", "-1", "1.", ".5", "1,50", "1.0000001", "1000000.01", "1e3", "NaN"] {
            assert!(text.parse::<Usd>().is_err(), "{text}");
        }
    }
}
