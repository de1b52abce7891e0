//! Characters that make two texts look alike.

/// Whether nothing is drawn for it, or it changes how others are drawn: controls other than a line
/// end and a tab, direction overrides, the default ignorable code points (Unicode, section 5.21),
/// and blanks that are no space. Where somebody decides about a text, each of them is written out.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c,
            '\u{a0}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{1680}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_told_from_what_can() {
        assert!("\u{200b}\u{a0}\u{3164}\u{1b}\r\u{202e}\u{feff}\u{e0041}".chars().all(is_unseen));
        assert!(!"git status\n\tünïcödé 日本語 ترقية".chars().any(is_unseen));
    }
}
