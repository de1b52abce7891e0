//! Light or dark, and how much contrast: kept by the window, applied by `theme.js` before the first paint.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = aegisTheme)]
    fn apply();
}

const THEME: &str = "aegis.theme";
const CONTRAST: &str = "aegis.contrast";

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the desktop.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const fn stored(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn from_stored(text: Option<&str>) -> Self {
        match text {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

/// How strongly things stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contrast {
    /// As the desktop.
    System,
    /// More.
    More,
}

/// The user's choice, with what it sets.
#[derive(Clone, Copy)]
pub(crate) struct ThemeChoice {
    /// Light or dark.
    pub(crate) theme: RwSignal<Theme>,
    /// How much contrast.
    pub(crate) contrast: RwSignal<Contrast>,
}

impl ThemeChoice {
    /// The choice as it was stored last.
    pub(crate) fn load() -> Self {
        let contrast = if read(CONTRAST).as_deref() == Some("more") {
            Contrast::More
        } else {
            Contrast::System
        };
        Self {
            theme: RwSignal::new(Theme::from_stored(read(THEME).as_deref())),
            contrast: RwSignal::new(contrast),
        }
    }

    /// Chooses a theme.
    pub(crate) fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        write(THEME, theme.stored());
    }

    /// Chooses a contrast.
    pub(crate) fn choose_contrast(self, contrast: Contrast) {
        self.contrast.set(contrast);
        write(CONTRAST, (contrast == Contrast::More).then_some("more"));
    }
}

fn read(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

fn write(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage costs no more than the memory of this choice.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
    apply();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_read_as_it_was_stored() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_stored(theme.stored()), theme);
        }
        assert_eq!(Theme::from_stored(Some("sepia")), Theme::System);
    }
}
