//! Starts everything: the shared state, the connection, the shell.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::toast::Toasts;
use crate::pages::board::Draft;
use crate::shell::Shell;
use crate::state::{BoardStore, Clock, Connection, ThemeChoice, View, follow};

/// Shows the window's content.
pub fn mount() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let store = BoardStore::new();
    let connection = Connection::new();
    let view = View::new();
    provide_context(store);
    provide_context(connection);
    provide_context(Clock::start());
    provide_context(Toasts::new());
    provide_context(ThemeChoice::load());
    provide_context(view);
    provide_context(Draft::new(store, view));
    spawn_local(follow(store, connection));
    view! { <Shell /> }
}
