//! Which of the times in a line is the time of the task.

use super::Line;
use crate::quick_add::Problem;
use crate::quick_add::piece::{Meaning, Piece};
use crate::quick_add::time::Standing;
use crate::quick_add::word::Word;

/// Words after which a time belongs to the text: “prepare for tomorrow”, “leave before 14:30”.
const BINDING: [&str; 14] = [
    "for", "by", "until", "till", "before", "after", "from", "since", "about", "of", "than", "to",
    "and", "between",
];

/// Where the pieces of a line stand. Without text, everything is in front.
pub(super) struct Places<'a> {
    line: &'a Line<'a>,
    pieces: &'a [Piece],
    /// The first and the last piece that can only be text.
    text: Option<(usize, usize)>,
}

impl<'a> Places<'a> {
    /// `pieces` without those that `skipped` names: they are neither text nor anything else.
    pub(super) fn new(
        line: &'a Line<'a>,
        pieces: &'a [Piece],
        skipped: impl Fn(usize) -> bool,
    ) -> Self {
        let is_text = |index: &usize| pieces[*index].is_text() && !skipped(*index);
        let first = (0..pieces.len()).find(is_text);
        let last = (0..pieces.len()).rev().find(is_text);
        Self { line, pieces, text: first.zip(last) }
    }

    fn in_front(&self, index: usize) -> bool {
        self.text.is_none_or(|(first, _)| index < first)
    }

    fn behind(&self, index: usize) -> bool {
        self.text.is_some_and(|(_, last)| index > last)
    }

    fn stands(&self, index: usize, standing: Standing) -> bool {
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
        (!self.in_front(index) && BINDING.contains(&word.key())).then_some(word)
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

    /// The first repetition that stands where one can stand: at the right place, or before a time.
    pub(super) fn repetition(&self) -> Option<&'a Piece> {
        (0..self.pieces.len())
            .find(|&index| match self.pieces[index].meaning {
                Meaning::Repeat(repeat) => {
                    let before_time = self.pieces.get(index + 1).is_some_and(Piece::is_time);
                    before_time || self.stands(index, repeat.standing)
                }
                _ => false,
            })
            .map(|index| &self.pieces[index])
    }

    /// The time of the task, by piece. Times that stay in the text are told in `assumptions`.
    ///
    /// One in front of the text is it; else the only one; else the one behind the text, unless
    /// another stands right beside it.
    pub(super) fn choose(&self, assumptions: &mut Vec<String>) -> Result<Option<usize>, Problem> {
        let times = self.times();
        let mut free = Vec::new();
        for &index in &times {
            if let Some(word) = self.bound_by(index) {
                assumptions.push(format!(
                    "“{} {}” is kept as text.",
                    word.bare(),
                    self.said(index)
                ));
            } else {
                free.push(index);
            }
        }
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
                assumptions.push(format!(
                    "“{}” is kept as text; the time is “{}”.",
                    self.said(index),
                    self.said(chosen)
                ));
            }
        }
        Ok(Some(chosen))
    }

    fn said(&self, index: usize) -> &str {
        self.line.said(&self.pieces[index])
    }

    fn two(&self, one: usize, other: usize) -> Problem {
        Problem::new(
            format!("Two times are given: “{}” and “{}”.", self.said(one), self.said(other)),
            "Keep one, or put the other in double quotes to keep it as text.",
        )
    }
}

/// What is said about a repetition, which no kind of line can have yet.
pub(super) fn no_repetition(line: &Line<'_>, piece: &Piece) -> Problem {
    let said = line.said(piece);
    Problem::new(
        "Repeating tasks cannot be made yet.",
        format!("Leave out “{said}”, or put it in double quotes to keep it as text."),
    )
}
