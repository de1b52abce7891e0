//! The table of attacks. What each does is in `examples/attacker`.

use aegis_helper::{Limits, Mechanism};

use super::machine::{Bench, User};

/// A way to get out.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) needs: Needs,
    pub(crate) with: With,
}

/// What it takes to succeed where there is no sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// That root tries.
    Root,
    /// That an ordinary user tries, and root has left a door open.
    AnOpenDoor,
    /// Something that not every kernel has.
    Kernel,
}

/// What the sandbox is asked for beside the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    Nothing,
    /// A repository that can only be read.
    Git,
    /// Limits, which every one of these attacks goes beyond.
    Limits,
    /// A limit on processes.
    FewProcesses,
    /// The whole network: what is no network has to be held all the same.
    Network,
}

impl Attack {
    const fn new(name: &'static str) -> Self {
        Self { name, needs: Needs::Nothing, with: With::Nothing }
    }

    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    const fn with(self, with: With) -> Self {
        Self { with, ..self }
    }

    /// Whether it can be tried at all.
    pub(crate) fn applies(&self, bench: &Bench) -> bool {
        let by_root = bench.user() == User::Root;
        match self.needs {
            Needs::AnOpenDoor => !by_root && bench.has_a_door(),
            // No limit on processes holds root: there is nothing to try.
            _ => true,
        }
    }

    /// Whether the mechanism has to say that it cannot hold what is asked for.
    pub(crate) fn is_refused(&self, bench: &Bench, mechanism: Mechanism) -> bool {
        match self.with {
            With::Git => mechanism == Mechanism::Landlock,
            With::FewProcesses => bench.user() == User::Root,
            With::Nothing | With::Limits | With::Network => false,
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        match self.with {
            With::Limits => Limits {
                memory_bytes: Some(64 << 20),
                processes: None,
                file_bytes: Some(1 << 20),
                open_files: Some(50),
                cpu_seconds: Some(1),
            },
            With::FewProcesses => Limits { processes: Some(20), ..Limits::default() },
            With::Nothing | With::Git | With::Network => Limits::default(),
        }
    }
}

const fn plain(name: &'static str) -> Attack {
    Attack::new(name)
}

const fn by_root(name: &'static str) -> Attack {
    Attack::new(name).needs(Needs::Root)
}

const fn by_kernel(name: &'static str) -> Attack {
    Attack::new(name).needs(Needs::Kernel)
}

pub(crate) const ATTACKS: &[Attack] = &[
    // Files outside.
    plain("write_outside"),
    plain("write_by_dots"),
    plain("write_through_a_link"),
    plain("write_through_a_hard_link"),
    plain("move_in"),
    plain("move_out"),
    plain("exchange"),
    plain("write_through_proc_root"),
    plain("write_through_proc_cwd"),
    plain("write_through_proc_fd"),
    plain("nameless_file"),
    plain("truncate"),
    plain("remove"),
    plain("make_a_folder"),
    plain("remove_a_folder"),
    plain("make_a_link"),
    plain("make_a_pipe"),
    plain("make_a_socket"),
    plain("write_a_pipe"),
    plain("change_the_mode"),
    plain("change_the_mode_when_open"),
    plain("change_the_owner"),
    plain("change_the_times"),
    by_kernel("set_an_attribute"),
    by_kernel("set_a_flag"),
    plain("use_a_leaked_descriptor"),
    plain("race_of_links"),
    plain("move_the_workspace"),
    // Secrets.
    plain("read_a_secret"),
    plain("read_a_secret_by_dots"),
    plain("read_a_secret_through_a_link"),
    plain("read_a_secret_through_a_hard_link"),
    plain("read_a_secret_through_proc_root"),
    plain("list_secrets"),
    plain("move_secrets"),
    plain("read_a_keyring"),
    plain("read_the_database"),
    plain("read_temporary_files"),
    plain("write_shared_memory_files"),
    // The repository.
    plain("write_a_hook").with(With::Git),
    plain("write_the_repositorys_settings").with(With::Git),
    plain("move_the_repository").with(With::Git),
    plain("put_a_hook_in_its_place").with(With::Git),
    // Processes.
    plain("kill"),
    plain("kill_everybody"),
    plain("kill_by_descriptor"),
    plain("kill_by_a_files_owner"),
    plain("trace"),
    plain("read_memory"),
    plain("write_memory"),
    plain("read_environment"),
    plain("take_a_descriptor"),
    plain("set_limits"),
    plain("set_the_priority"),
    plain("set_the_processor"),
    by_root("enter_namespaces"),
    plain("outlive"),
    plain("run_from_memory"),
    plain("run_another_program"),
    Attack::new("become_root").needs(Needs::AnOpenDoor),
    // Whoever listens.
    plain("tcp"),
    plain("tcp_by_another_loopback_address"),
    by_kernel("tcp_by_version_6"),
    plain("tcp_by_the_mapped_address"),
    plain("udp"),
    plain("a_socket_with_a_path"),
    plain("a_socket_through_a_link"),
    plain("a_socket_by_datagram"),
    plain("the_engines_socket"),
    plain("the_agents_socket"),
    plain("an_abstract_socket"),
    Attack::new("an_abstract_socket_beside_the_network").with(With::Network),
    Attack::new("a_socket_with_a_path_beside_the_network").with(With::Network),
    plain("netlink"),
    by_root("raw"),
    by_root("packets"),
    by_kernel("ciphers"),
    by_kernel("vsock"),
    // The kernel.
    by_kernel("new_user_namespace"),
    by_kernel("new_mount_namespace"),
    by_kernel("new_network_namespace"),
    by_kernel("namespace_by_clone"),
    by_kernel("namespace_by_clone3"),
    by_kernel("mount"),
    by_root("bind_mount"),
    by_kernel("leave_a_changed_root"),
    by_root("make_a_device"),
    by_kernel("open_memory"),
    by_kernel("open_a_disk"),
    by_root("core_pattern"),
    by_kernel("sysrq"),
    by_kernel("release_agent"),
    by_kernel("uevent_helper"),
    by_root("open_by_handle"),
    by_kernel("io_uring"),
    by_kernel("userfaultfd"),
    by_kernel("keys"),
    by_kernel("perf"),
    by_kernel("bpf"),
    by_kernel("type_into_a_terminal"),
    by_kernel("shared_memory_by_key"),
    by_kernel("message_queue"),
    // What there is.
    plain("many_processes").with(With::FewProcesses),
    plain("a_large_file").with(With::Limits),
    plain("much_memory").with(With::Limits),
    plain("many_files").with(With::Limits),
    plain("much_time").with(With::Limits),
];
