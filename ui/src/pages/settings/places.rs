//! Where things are kept, and which versions are at work.

use aegis_protocol::EngineStatus;
use leptos::prelude::*;

use super::Section;
use crate::messages::t;
use crate::state::Connection;

/// Both sections; nothing until the engine has said how it is.
#[component]
pub(super) fn Places() -> impl IntoView {
    let connection: Connection = expect_context();
    // Slots and the next task change all the time; none of them is shown here.
    let status = Memo::new(move |_| {
        connection.status.get().map(|status| EngineStatus {
            slots_used: 0,
            next: None,
            seq: aegis_domain::EventSeq::default(),
            ..status
        })
    });
    move || {
        status.get().map(|status| {
            let s = &t().settings;
            view! {
                <Section title=s.places>
                    <Line name=s.data value=status.data_dir mono=true />
                    <Line name=s.own_log value=status.state_dir mono=true />
                    <Line name=s.file value=status.config_file mono=true />
                </Section>
                <Section title=s.about>
                    <Line name=s.version value=status.version />
                    <Line name=s.engine value=(s.host)(status.host, status.pid) />
                    <Line name=s.database value=(s.sqlite)(&status.sqlite_version) />
                    <Line name=s.zone value=status.zone />
                </Section>
            }
        })
    }
}

#[component]
fn Line(name: &'static str, value: String, #[prop(optional)] mono: bool) -> impl IntoView {
    view! {
        <div class="setting">
            <p class="setting-name">{name}</p>
            <p class="setting-value selectable" class:mono=mono>{value}</p>
        </div>
    }
}
