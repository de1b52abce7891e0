//! Files that runs left behind.

use super::{Canvas, Cell, Column, Table, Tone, time, words};
use aegis_domain::{Artifact, Kept};
use aegis_protocol::ArtifactList;

/// One a line, those of the newest run first.
pub(crate) fn draw(list: &ArtifactList, canvas: &Canvas) -> String {
    if list.artifacts.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::new("Name").gives_way(),
        Column::new("Size").right(),
        Column::new("Copy"),
        Column::new("Run started"),
    ]);
    for one in &list.artifacts {
        table.row([
            Cell::toned(Tone::Strong, &one.artifact.path),
            Cell::new(words::bytes(one.artifact.bytes)),
            Cell::toned(Tone::Faint, copy(&one.artifact, one.file.is_some())),
            Cell::toned(Tone::Faint, time::exact(one.at, canvas)),
        ]);
    }
    table.draw(canvas)
}

/// Whether there is a copy; the beginning of its SHA-256 tells it from others.
fn copy(artifact: &Artifact, there: bool) -> String {
    match &artifact.kept {
        Kept::Copy { sha256 } if there => sha256.chars().take(12).collect(),
        Kept::Copy { .. } => "gone".to_owned(),
        Kept::LeftOut { why } => format!("left out: {}", why.reason()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aegis_domain::LeftOut;
    use aegis_protocol::ArtifactView;

    #[test]
    fn each_file_says_whether_there_is_a_copy() {
        let view = |path: &str, kept: Kept, file: Option<&str>| ArtifactView {
            run: "0192f0c1-2b3a-7c4d-8e5f-6a7b8c9d0e1f".parse().unwrap(),
            number: 1,
            at: crate::render::samples::NOON,
            artifact: Artifact { path: path.to_owned(), bytes: 12_288, kept },
            file: file.map(str::to_owned),
        };
        let copy = || Kept::Copy { sha256: "ab".repeat(32) };
        let artifacts = vec![
            view("out/report.pdf", copy(), Some("/data/ab")),
            view("out/\u{1b}[2J.iso", Kept::LeftOut { why: LeftOut::TooLarge }, None),
            view("out/old.pdf", copy(), None),
        ];
        insta::assert_snapshot!(draw(&ArtifactList { artifacts }, &Canvas::for_tests(100)));
    }
}
