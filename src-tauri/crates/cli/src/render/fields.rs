//! Names and values, one below the other.

use super::{Canvas, Tone, visible};

/// Names and their values, in the order in which they were added.
#[derive(Default)]
pub(crate) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds one. The value may come from anywhere and have several lines: it is made harmless here.
    pub(crate) fn add(&mut self, name: &'static str, value: impl AsRef<str>) -> &mut Self {
        self.0.push((name, visible::paragraphs(value.as_ref()).into_owned()));
        self
    }

    /// Adds one that is there only sometimes.
    pub(crate) fn add_some(
        &mut self,
        name: &'static str,
        value: Option<impl AsRef<str>>,
    ) -> &mut Self {
        if let Some(value) = value {
            self.add(name, value);
        }
        self
    }

    /// The lines, each with its end; further lines of a value stand under its first.
    pub(crate) fn draw(&self, canvas: &Canvas) -> String {
        let width = self.0.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut drawn = String::new();
        for (name, value) in &self.0 {
            let mut lines = value.lines();
            let name = canvas.paint.apply(Tone::Faint, &format!("{name:width$}"));
            drawn.push_str(&format!("{name}  {}\n", lines.next().unwrap_or_default()));
            for line in lines {
                drawn.push_str(&format!("{:width$}  {line}\n", ""));
            }
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_line_up_and_are_harmless() {
        let mut fields = Fields::new();
        fields.add("Title", "two\nlines\u{7}").add_some("Place", None::<String>).add("By", "shell");
        assert_eq!(
            fields.draw(&Canvas::for_tests(80)),
            "Title  two\n       lines^G\nBy     shell\n"
        );
    }
}
