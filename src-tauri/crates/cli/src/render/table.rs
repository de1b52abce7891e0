//! Aligned columns that fit the terminal.

use super::{Canvas, Tone, visible};
use console::{measure_text_width, truncate_str};

/// Between two columns.
const GAP: usize = 2;
/// A column that gives way is never narrower than this.
const NARROWEST: usize = 12;
/// Before it gets narrower than this, others are left out.
const COMFORTABLE: usize = 24;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    heading: &'static str,
    right: bool,
    gives_way: bool,
    dispensable: bool,
}

impl Column {
    /// Text, from the left.
    pub(crate) const fn new(heading: &'static str) -> Self {
        Self { heading, right: false, gives_way: false, dispensable: false }
    }

    /// Numbers line up at the right.
    pub(crate) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// It is cut first when there is no room.
    pub(crate) const fn gives_way(mut self) -> Self {
        self.gives_way = true;
        self
    }

    /// It is left out when there is little room, or nothing in it.
    pub(crate) const fn dispensable(mut self) -> Self {
        self.dispensable = true;
        self
    }
}

/// What stands in a row of a column.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// Text from anywhere: it is made harmless here.
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self::toned(Tone::Plain, text)
    }

    /// The same in a tone.
    pub(crate) fn toned(tone: Tone, text: impl AsRef<str>) -> Self {
        Self { text: visible::cell(text.as_ref()).into_owned(), tone }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Rows under headings.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    /// Adds a row: a cell for each column.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(cells.into());
    }

    /// The lines, each with its end.
    pub(crate) fn draw(&self, canvas: &Canvas) -> String {
        let headings = self.columns.iter().map(|c| Cell::toned(Tone::Faint, c.heading)).collect();
        let lines: Vec<&Vec<Cell>> = std::iter::once(&headings).chain(&self.rows).collect();
        let widths = self.widths(&lines, canvas.width);
        lines.iter().fold(String::new(), |drawn, cells| drawn + &self.line(cells, &widths, canvas))
    }

    /// The width of each column; 0 leaves it out.
    fn widths(&self, lines: &[&Vec<Cell>], room: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = (0..self.columns.len())
            .map(|i| lines.iter().filter_map(|cells| cells.get(i)).map(width).max().unwrap_or(0))
            .collect();
        for (i, column) in self.columns.iter().enumerate() {
            let is_empty = || self.rows.iter().all(|row| row.get(i).is_none_or(Cell::is_empty));
            if column.dispensable && is_empty() {
                widths[i] = 0;
            }
        }
        let Some(room) = room else { return widths };
        for (i, column) in self.columns.iter().enumerate().rev() {
            if column.dispensable && self.comfortable(&widths) > room {
                widths[i] = 0;
            }
        }
        for (i, column) in self.columns.iter().enumerate() {
            let over = total(&widths).saturating_sub(room);
            if column.gives_way && over > 0 {
                widths[i] = widths[i].saturating_sub(over).max(NARROWEST.min(widths[i]));
            }
        }
        widths
    }

    /// The width when all that give way have done so as far as is comfortable.
    fn comfortable(&self, widths: &[usize]) -> usize {
        let widths = widths
            .iter()
            .zip(&self.columns)
            .map(|(width, column)| if column.gives_way { COMFORTABLE.min(*width) } else { *width });
        total(&widths.collect::<Vec<_>>())
    }

    fn line(&self, cells: &[Cell], widths: &[usize], canvas: &Canvas) -> String {
        let mut line = String::new();
        // Spaces are written only when something follows them.
        let mut pending = 0;
        for ((cell, column), room) in cells.iter().zip(&self.columns).zip(widths) {
            if *room == 0 {
                continue;
            }
            let text = truncate_str(&cell.text, *room, "…");
            let spaces = room.saturating_sub(measure_text_width(&text));
            let (before, after) = if column.right { (spaces, 0) } else { (0, spaces) };
            if !text.is_empty() {
                line.push_str(&" ".repeat(pending + before));
                line.push_str(&canvas.paint.apply(cell.tone, &text));
                pending = 0;
            } else {
                pending += before;
            }
            pending += after + GAP;
        }
        line.push('\n');
        line
    }
}

fn width(cell: &Cell) -> usize {
    measure_text_width(&cell.text)
}

fn total(widths: &[usize]) -> usize {
    let shown: Vec<&usize> = widths.iter().filter(|w| **w > 0).collect();
    shown.iter().copied().sum::<usize>() + GAP * shown.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Paint;

    fn table() -> Table {
        let mut table = Table::new([
            Column::new("#").right(),
            Column::new("Title").gives_way(),
            Column::new("By").dispensable(),
            Column::new("When"),
        ]);
        let mut add = |n: &str, title: &str, by: &str| {
            table.row([Cell::new(n), Cell::new(title), Cell::new(by), Cell::new("3m ago")]);
        };
        add("7", "short", "shell");
        add("12", "ترقية العميل 日本語 and a title that goes on for quite a while", "reminder");
        add("103", "ev\u{1b}[2Jil\nlines", "");
        table
    }

    #[test]
    fn columns_line_up() {
        insta::assert_snapshot!(table().draw(&Canvas::for_tests(120)));
    }

    #[test]
    fn what_gives_way_is_cut() {
        insta::assert_snapshot!(table().draw(&Canvas::for_tests(50)));
    }

    #[test]
    fn what_can_be_spared_is_left_out() {
        insta::assert_snapshot!(table().draw(&Canvas::for_tests(30)));
    }

    #[test]
    fn a_column_without_values_is_left_out_if_it_can_be() {
        let mut table = Table::new([Column::new("A"), Column::new("B").dispensable()]);
        table.row([Cell::new(""), Cell::new("")]);
        assert_eq!(table.draw(&Canvas::for_tests(80)), "A\n\n");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for room in 30..120 {
            for line in table().draw(&Canvas::for_tests(room)).lines() {
                assert!(measure_text_width(line) <= room, "{room}: {line}");
            }
        }
    }

    #[test]
    fn without_a_terminal_nothing_is_cut() {
        let canvas = Canvas { width: None, ..Canvas::for_tests(20) };
        assert!(table().draw(&canvas).contains("goes on for quite a while"));
    }

    #[test]
    fn colours_take_no_room() {
        let plain = table().draw(&Canvas::for_tests(50));
        let coloured = Canvas { paint: Paint::new(true), ..Canvas::for_tests(50) };
        let coloured = table().draw(&coloured);
        assert!(coloured.contains("\u{1b}["));
        assert_eq!(console::strip_ansi_codes(&coloured), plain);
    }
}
