//! Every executor that comes with Aegis.

use std::sync::Arc;

use aegis_domain::SandboxPolicy;
use aegis_executors::{BuiltinParts, builtin};

use crate::desk::{Desk, Part};
use crate::engine::{LIMIT, helper};
use crate::workspace::{HomeOnly, Machine, base_env};

#[test]
fn each_has_the_name_that_tasks_know_it_by() {
    let desk = Desk::new(Part::Works, Part::Works, "2026-11-21T08:00:00Z".parse().unwrap());
    let [notifier, speaker, clock] = [&desk; 3].map(Arc::clone);
    let executors = builtin(BuiltinParts {
        helper: helper(),
        base_env: base_env(),
        login_environment: false,
        roots: Arc::new(HomeOnly(Machine::new().home())),
        secrets: Arc::new(crate::keys::OneKey::default()),
        notifier,
        speaker,
        clock,
        command_limit: tokio::sync::watch::channel(LIMIT).1,
        sandbox: tokio::sync::watch::channel(SandboxPolicy::default()).1,
        own_folders: Vec::new(),
        claude_code: crate::claude_code::parts(None),
        zone: chrono_tz::UTC,
    });
    let names: Vec<_> = executors.iter().map(|executor| executor.name().0).collect();
    assert_eq!(names, ["shell", "claude_code", "reminder"]);
}
