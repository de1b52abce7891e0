//! Which parts of the typed text are marked, and how, while the reading of it is on its way.

use aegis_protocol::{QuickAddKind, QuickAddSpan};

/// A stretch of the text: marked, or plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The text.
    pub(super) text: String,
    /// What it means; `None` is plain.
    pub(super) kind: Option<QuickAddKind>,
}

/// Cuts `text` at the spans. A span that does not fit the text is left out.
pub(super) fn cut(text: &str, spans: &[QuickAddSpan]) -> Vec<Stretch> {
    let mut out = Vec::new();
    let mut done = 0;
    let mut push = |text: Option<&str>, kind| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            out.push(Stretch { text: text.to_owned(), kind });
        }
    };
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        let marked = text.get(start..end).filter(|_| start >= done);
        if marked.is_some() {
            push(text.get(done..start), None);
            push(marked, Some(span.kind));
            done = end;
        }
    }
    push(text.get(done..), None);
    out
}

/// The spans of `before` that still stand in `now`, so that typing on does not make the marks flicker.
pub(super) fn keep(spans: &[QuickAddSpan], before: &str, now: &str) -> Vec<QuickAddSpan> {
    let same = before.bytes().zip(now.bytes()).take_while(|(a, b)| a == b).count();
    spans.iter().copied().take_while(|span| span.end as usize <= same).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use QuickAddKind::{Priority, Time};
    use proptest::prelude::*;

    fn span(start: u32, end: u32, kind: QuickAddKind) -> QuickAddSpan {
        QuickAddSpan { start, end, kind }
    }

    fn seen(stretches: &[Stretch]) -> Vec<(&str, Option<QuickAddKind>)> {
        stretches.iter().map(|stretch| (stretch.text.as_str(), stretch.kind)).collect()
    }

    #[test]
    fn the_text_is_cut_at_the_spans() {
        let stretches = cut("stretch at 10:30 p8", &[span(8, 16, Time), span(17, 19, Priority)]);
        let expected =
            [("stretch ", None), ("at 10:30", Some(Time)), (" ", None), ("p8", Some(Priority))];
        assert_eq!(seen(&stretches), expected);
    }

    #[test]
    fn a_span_inside_a_character_or_beyond_the_end_is_left_out() {
        assert_eq!(
            seen(&cut("é p8", &[span(1, 2, Time), span(3, 99, Priority)])),
            [("é p8", None)]
        );
    }

    #[test]
    fn marks_before_the_change_stay() {
        let spans = [span(0, 2, Priority), span(3, 8, Time)];
        assert_eq!(keep(&spans, "p8 10:30", "p8 10:31"), [spans[0]]);
        assert_eq!(keep(&spans, "p8 10:30", "p8 10:30 x"), spans);
    }

    proptest! {
        #[test]
        fn nothing_of_the_text_is_lost(
            text in "[ -~é日]{0,40}",
            spans in prop::collection::vec((0u32..60, 0u32..60), 0..6),
        ) {
            let spans: Vec<_> = spans.into_iter().map(|(start, end)| span(start, end, Time)).collect();
            let joined: String = cut(&text, &spans).into_iter().map(|stretch| stretch.text).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
