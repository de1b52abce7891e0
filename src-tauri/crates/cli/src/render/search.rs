//! What a search has found.

use super::{Canvas, Tone, visible, words};
use aegis_protocol::{MarkedText, SearchHit, SearchPage, SearchPlace};

/// One task a line, and below it the words around what was found.
pub(crate) fn draw(page: &SearchPage, canvas: &Canvas) -> String {
    page.hits.iter().map(|hit| one(hit, canvas)).collect()
}

fn one(hit: &SearchHit, canvas: &Canvas) -> String {
    let number = canvas.paint.apply(Tone::Strong, &format!("#{}", hit.card.number));
    let (tone, word) = words::standing(&hit.card, canvas);
    let standing = canvas.paint.apply(tone, &word);
    let mut lines = format!("{number}  {}  {standing}\n", marked(&hit.title, canvas));
    if !hit.snippet.text.is_empty() {
        let place = match (hit.place, hit.run) {
            (SearchPlace::Log, Some(run)) => format!("log of run {}: ", run.number),
            (SearchPlace::Result, Some(run)) => format!("result of run {}: ", run.number),
            (SearchPlace::Names, _) => "named: ".to_owned(),
            _ => String::new(),
        };
        let place = canvas.paint.apply(Tone::Faint, &place);
        lines.push_str(&format!("    {place}{}\n", marked(&hit.snippet, canvas)));
    }
    lines
}

/// The text with what was looked for standing out. What comes from outside is made harmless part
/// by part, so that no part can end another one.
fn marked(text: &MarkedText, canvas: &Canvas) -> String {
    let mut shown = String::new();
    let mut done = 0;
    let part = |begin: usize, end: usize| text.text.get(begin..end).unwrap_or_default();
    for mark in &text.marks {
        let (start, end) = (mark.start as usize, mark.end as usize);
        shown.push_str(&visible::cell(part(done, start)));
        shown.push_str(&canvas.paint.apply(Tone::Attention, &visible::cell(part(start, end))));
        done = end;
    }
    shown + &visible::cell(part(done, text.text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Paint, samples};
    use aegis_protocol::{Mark, SearchRun};

    fn text(text: &str, marks: &[(u32, u32)]) -> MarkedText {
        let marks = marks.iter().map(|(start, end)| Mark { start: *start, end: *end }).collect();
        MarkedText { text: text.to_owned(), marks }
    }

    fn page() -> SearchPage {
        let card = samples::task().card;
        let run = SearchRun { id: card.run.as_ref().unwrap().id, number: 2 };
        let log = SearchHit {
            card: card.clone(),
            place: SearchPlace::Log,
            run: Some(run),
            title: text(&card.title, &[]),
            snippet: text("…the disk is \u{1b}[2Jfull now…", &[(7, 11)]),
        };
        let title = text("disk", &[(0, 4)]);
        let place = SearchPlace::Title;
        let named = SearchHit { card, place, run: None, title, snippet: MarkedText::default() };
        SearchPage { hits: vec![log, named], next: None, complete: true }
    }

    #[test]
    fn a_hit_is_a_task_and_where_it_was_found() {
        insta::assert_snapshot!(draw(&page(), &Canvas::for_tests(80)));
    }

    #[test]
    fn what_was_looked_for_stands_out_and_nothing_else_obeys() {
        let coloured = Canvas { paint: Paint::new(true), ..Canvas::for_tests(80) };
        let shown = marked(&page().hits[0].snippet, &coloured);
        assert!(shown.contains("\u{1b}[33mdisk\u{1b}[0m is ^[[2Jfull"), "{shown:?}");
        let odd = text("ü", &[(1, 9)]);
        assert_eq!(marked(&odd, &Canvas::for_tests(80)), "");
    }
}
