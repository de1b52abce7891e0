//! Colour, only where it means something.

use console::Style;

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing in particular.
    Plain,
    /// What the eye looks for.
    Strong,
    /// What is beside the point.
    Faint,
    /// Live.
    Running,
    /// A person is needed.
    Attention,
    /// It went well.
    Done,
    /// It did not.
    Failed,
}

/// With colours or without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    coloured: bool,
}

impl Paint {
    /// Colours, or none.
    pub(crate) const fn new(coloured: bool) -> Self {
        Self { coloured }
    }

    /// Whether there are colours.
    pub(crate) const fn is_coloured(self) -> bool {
        self.coloured
    }

    /// The text in its tone.
    pub(crate) fn apply(self, tone: Tone, text: &str) -> String {
        let style = Style::new().force_styling(self.coloured);
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Strong => style.bold(),
            Tone::Faint => style.dim(),
            Tone::Running => style.blue(),
            Tone::Attention => style.yellow(),
            Tone::Done => style.green(),
            Tone::Failed => style.red(),
        };
        style.apply_to(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_there_is_no_escape_sequence() {
        for tone in [Tone::Strong, Tone::Faint, Tone::Running, Tone::Attention, Tone::Failed] {
            assert_eq!(Paint::new(false).apply(tone, "text"), "text");
            let painted = Paint::new(true).apply(tone, "text");
            assert!(painted.starts_with("\u{1b}[") && painted.ends_with("\u{1b}[0m"));
        }
    }
}
