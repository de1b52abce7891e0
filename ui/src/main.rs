//! Starts the frontend in the window's page.

fn main() {
    aegis_ui::mount();
}
