//! What a task's makers want its card to look like: a mark before the title and a coloured edge.

/// Most characters of the mark: an emoji may be made of several.
const MARK: usize = 8;

/// The class of a colour of the palette; others are ignored, so that no card can borrow a colour that means something
/// else.
pub(super) fn edge(colour: &str) -> Option<&'static str> {
    Some(match colour {
        "blue" => "edge-blue",
        "green" => "edge-green",
        "amber" => "edge-amber",
        "red" => "edge-red",
        "violet" => "edge-violet",
        "grey" => "edge-grey",
        _ => return None,
    })
}

/// The mark as it is shown: no control characters, and not so long that it is a title of its own.
pub(super) fn mark(icon: &str) -> Option<String> {
    let mark: String = icon.chars().filter(|c| !c.is_control()).take(MARK).collect();
    (!mark.trim().is_empty()).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_palette_colours_an_edge() {
        assert_eq!(edge("violet"), Some("edge-violet"));
        for other in ["", "Blue", "gold", "#ff0000", "edge-blue"] {
            assert_eq!(edge(other), None, "{other}");
        }
    }

    #[test]
    fn a_mark_is_short_and_has_something_to_see() {
        assert_eq!(mark("🏠"), Some("🏠".to_owned()));
        assert_eq!(mark("a\nb"), Some("ab".to_owned()));
        assert_eq!(mark(" \n"), None);
        assert_eq!(mark(&"x".repeat(80)).map(|mark| mark.len()), Some(MARK));
    }
}
