//! The priority glyph: three bars, as high as it is urgent.

use aegis_domain::Priority;
use leptos::prelude::*;

use crate::messages::t;

/// How many of the three bars are full.
const fn full_bars(priority: Priority) -> u8 {
    match priority.get() {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    }
}

/// The priority as a glyph; the number and its name on hover.
#[component]
pub(crate) fn PriorityGlyph(
    /// Which.
    #[prop(into)]
    priority: Signal<Priority>,
) -> impl IntoView {
    let full = move |bar: u8| full_bars(priority.get()) >= bar;
    let name = move || (t().task.priority_of)(priority.get().get());
    view! {
        <svg
            class="priority"
            class:critical=move || priority.get() == Priority::CRITICAL
            viewBox="0 0 14 14"
            role="img"
            aria-label=name
        >
            <title>{name}</title>
            <rect class:full=move || full(1) x="1" y="9" width="3" height="4" rx="1"></rect>
            <rect class:full=move || full(2) x="5.5" y="5.5" width="3" height="7.5" rx="1"></rect>
            <rect class:full=move || full(3) x="10" y="1.5" width="3" height="11.5" rx="1"></rect>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_of_the_domain_have_one_two_and_three_bars() {
        for value in 0..=10 {
            let priority = Priority::new(value).unwrap();
            let expected = match priority.band() {
                "low" => 1,
                "normal" => 2,
                _ => 3,
            };
            assert_eq!(full_bars(priority), expected, "priority {value}");
        }
    }
}
