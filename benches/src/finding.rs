//! What a figure says, and how it is printed.

use std::fmt;

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Holds,
    /// It is not.
    FallsShort,
    /// Something that it is compared with was left out.
    NotJudged,
}

impl Verdict {
    /// Of a comparison.
    pub fn of(met: bool) -> Self {
        if met { Self::Holds } else { Self::FallsShort }
    }
}

/// One figure of docs/promises.md.
#[derive(Debug, Clone)]
pub struct Finding {
    /// `S1`.
    pub name: &'static str,
    /// What was seen.
    pub figure: String,
    /// What was to be reached.
    pub target: &'static str,
    /// Whether it was.
    pub verdict: Verdict,
    /// Everything that the figure was made of, one line each.
    pub raw: Vec<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Holds => "holds",
            Verdict::FallsShort => "falls short",
            Verdict::NotJudged => "not judged",
        };
        write!(f, "{} {} | target {} | {verdict}", self.name, self.figure, self.target)?;
        for line in &self.raw {
            write!(f, "\n     {line}")?;
        }
        Ok(())
    }
}
