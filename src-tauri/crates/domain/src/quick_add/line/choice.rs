//! Which of the times in a line is the time of the task, and what counts beside it.

use super::Line;
use crate::quick_add::Problem;
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::time::{Bound, Standing};
use crate::quick_add::word::Word;

/// Words after which a time belongs to the text: “prepare for tomorrow”, “leave before 14:30”.
const BINDING: [&str; 14] = [
    "for", "by", "until", "till", "before", "after", "from", "since", "about", "of", "than", "to",
    "and", "between",
];

/// Where the pieces of a line stand. Without text, everything is in front.
pub(super) struct Places<'a> {
    pub(super) line: &'a Line<'a>,
    pub(super) pieces: &'a [Piece],
    /// Pieces that are neither text nor anything else.
    skipped: Vec<bool>,
    /// The first and the last piece that can only be text.
    text: Option<(usize, usize)>,
}

impl<'a> Places<'a> {
    /// `pieces` without those that `skipped` names.
    pub(super) fn new(
        line: &'a Line<'a>,
        pieces: &'a [Piece],
        skipped: impl Fn(usize) -> bool,
    ) -> Self {
        let skipped = (0..pieces.len()).map(skipped).collect();
        Self { line, pieces, skipped, text: None }.with_text(Piece::is_text)
    }

    /// The same line when nothing in it repeats, so that limits are text like any other.
    pub(super) fn without_repetition(self) -> Self {
        self.with_text(|piece| piece.is_text() || matches!(piece.meaning, Meaning::Bound(_)))
    }

    fn with_text(self, is_text: impl Fn(&Piece) -> bool) -> Self {
        let is_text = |index: &usize| is_text(&self.pieces[*index]) && !self.skipped[*index];
        let first = (0..self.pieces.len()).find(is_text);
        let last = (0..self.pieces.len()).rev().find(is_text);
        Self { text: first.zip(last), ..self }
    }

    pub(super) fn in_front(&self, index: usize) -> bool {
        self.text.is_none_or(|(first, _)| index < first)
    }

    fn behind(&self, index: usize) -> bool {
        self.text.is_some_and(|(_, last)| index > last)
    }

    pub(super) fn stands(&self, index: usize, standing: Standing) -> bool {
        match standing {
            Standing::Anywhere => true,
            Standing::Edge => self.in_front(index) || self.behind(index),
            Standing::Front => self.in_front(index),
        }
    }

    /// The word that ties a time to the text before it.
    fn bound_by(&self, index: usize) -> Option<&Word<'_>> {
        let before = self.pieces.get(index.checked_sub(1)?).filter(|piece| piece.is_text())?;
        let word = &self.line.words[before.words.start];
        // “at 9 and every thursday at 10” goes on with what was said before.
        let goes_on = word.is("and")
            && index.checked_sub(2).is_some_and(|index| self.pieces[index].says_when());
        let binds = BINDING.contains(&word.key()) && !self.in_front(index) && !goes_on;
        binds.then_some(word)
    }

    /// The times that stand where a time of the task can stand, by piece.
    pub(super) fn times(&self) -> Vec<usize> {
        (0..self.pieces.len())
            .filter(|&index| match &self.pieces[index].meaning {
                Meaning::Time(phrase) => self.stands(index, phrase.standing),
                _ => false,
            })
            .collect()
    }

    /// The repetitions that stand where one can stand, by piece. Those that belong to the text
    /// before them are told in `assumptions`.
    pub(super) fn repeats(&self, assumptions: &mut Vec<String>) -> Vec<usize> {
        let stands = |index: &usize| match &self.pieces[*index].meaning {
            Meaning::Repeat(repeat) => {
                self.stands(*index, repeat.standing) || self.beside_time(*index)
            }
            _ => false,
        };
        let standing = (0..self.pieces.len()).filter(stands).collect();
        self.unbound(standing, assumptions)
    }

    /// Whether something that says when stands right beside a piece, marks aside.
    fn beside_time(&self, index: usize) -> bool {
        let is_mark = |piece: &&Piece| piece.is_mark();
        let before = self.pieces[..index].iter().rev().find(|piece| !is_mark(piece));
        let after = self.pieces[index + 1..].iter().find(|piece| !is_mark(piece));
        before.is_some_and(Piece::says_when) || after.is_some_and(Piece::says_when)
    }

    /// Whether no text stands between two pieces.
    pub(super) fn side_by_side(&self, one: usize, other: usize) -> bool {
        self.pieces[one + 1..other].iter().all(|piece| piece.is_mark() || piece.says_when())
    }

    /// Whether a limit stands where it can be one. “to work until 17:00” is about the work, unless
    /// something goes on `through_the_day`.
    pub(super) fn limits(&self, index: usize, bound: &Bound, through_the_day: bool) -> bool {
        let apart = !bound.beside && (through_the_day || !bound.is_of_day());
        self.beside_time(index) || (apart && self.stands(index, Standing::Edge))
    }

    /// The times that do not belong to the text before them.
    pub(super) fn free_times(&self, assumptions: &mut Vec<String>) -> Vec<usize> {
        self.unbound(self.times(), assumptions)
    }

    /// Those of `pieces` that no word ties to the text; the others are told in `assumptions`.
    fn unbound(&self, mut pieces: Vec<usize>, assumptions: &mut Vec<String>) -> Vec<usize> {
        pieces.retain(|&index| match self.bound_by(index) {
            Some(word) => {
                let said = self.said(index);
                assumptions.push(format!("“{} {said}” is kept as text.", word.bare()));
                false
            }
            None => true,
        });
        pieces
    }

    /// Whether a piece is one of these words of the text.
    pub(super) fn text_is(&self, index: usize, keys: &[&str]) -> bool {
        self.pieces.get(index).is_some_and(|piece| {
            piece.is_text() && keys.contains(&self.line.words[piece.words.start].key())
        })
    }

    /// A sentence about a piece that is text because another one says when.
    pub(super) fn kept(&self, text: usize, time: usize) -> String {
        format!("“{}” is kept as text; the time is “{}”.", self.said(text), self.said(time))
    }

    /// The time of the task, by piece. Times that stay in the text are told in `assumptions`.
    ///
    /// One in front of the text is it; else the only one; else the one behind the text, unless
    /// another stands right beside it.
    pub(super) fn choose(&self, assumptions: &mut Vec<String>) -> Result<Option<usize>, Problem> {
        let free = self.free_times(assumptions);
        let in_front = free.iter().filter(|&&index| self.in_front(index)).count();
        let chosen = match free.as_slice() {
            [] => return Ok(None),
            [only] => *only,
            [first, ..] if in_front == 1 => *first,
            [.., before, last] if in_front == 0 && self.behind(*last) && before + 1 < *last => {
                *last
            }
            [first, second, ..] => return Err(self.two(*first, *second)),
        };
        for index in free {
            if index != chosen {
                assumptions.push(self.kept(index, chosen));
            }
        }
        Ok(Some(chosen))
    }

    pub(super) fn said(&self, index: usize) -> &'a str {
        self.line.said(&self.pieces[index])
    }

    fn two(&self, one: usize, other: usize) -> Problem {
        Problem::new(
            format!("Two times are given: “{}” and “{}”.", self.said(one), self.said(other)),
            "Keep one, or put the other in double quotes to keep it as text.",
        )
    }
}
