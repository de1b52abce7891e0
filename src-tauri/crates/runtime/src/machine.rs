//! What this machine is like, and how busy it is.

use aegis_domain::pressure::Reading;
use aegis_ports::Pressure;
use std::fs;

/// How big the machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Machine {
    /// Cores that this process may use.
    pub(crate) cores: u32,
    /// Bytes of memory.
    pub(crate) memory: u64,
}

impl Machine {
    /// This one. What cannot be found out counts as little: one core, one gibibyte.
    pub(crate) fn here() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let memory = read("/proc/meminfo").and_then(|text| meminfo(&text, "MemTotal:"));
        Self { cores: u32::try_from(cores).unwrap_or(u32::MAX), memory: memory.unwrap_or(1 << 30) }
    }
}

/// How busy the machine is, from `/proc`.
#[derive(Debug)]
pub struct MachinePressure {
    cores: u32,
}

impl Default for MachinePressure {
    fn default() -> Self {
        Self { cores: Machine::here().cores }
    }
}

impl Pressure for MachinePressure {
    fn read(&self) -> Reading {
        let stall =
            |of: &str| read(&format!("/proc/pressure/{of}")).and_then(|text| some_avg10(&text));
        let memory = read("/proc/meminfo");
        Reading {
            load: read("/proc/loadavg")
                .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
                .map(|load| load / f64::from(self.cores)),
            free_memory: memory.as_deref().and_then(free_percent),
            cpu_stall: stall("cpu"),
            memory_stall: stall("memory"),
            io_stall: stall("io"),
        }
    }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Bytes of a line of `/proc/meminfo`, which counts in KiB.
fn meminfo(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[allow(clippy::cast_precision_loss)] // A percentage of memory needs no exact bytes.
fn free_percent(text: &str) -> Option<f64> {
    let (free, all) = (meminfo(text, "MemAvailable:")?, meminfo(text, "MemTotal:")?);
    (all > 0).then(|| free as f64 * 100.0 / all as f64)
}

/// The share of the last ten seconds in which something waited (Documentation/accounting/psi.rst).
fn some_avg10(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with("some "))?;
    line.split(' ').find_map(|part| part.strip_prefix("avg10="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_kernel_are_understood() {
        let memory = "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    4000000 kB\n";
        assert_eq!(meminfo(memory, "MemTotal:"), Some(16_384_000_000));
        assert_eq!(free_percent(memory), Some(25.0));
        let psi =
            "some avg10=12.50 avg60=1.00 avg300=0.10 total=1\nfull avg10=3.00 avg60=0 total=0\n";
        assert_eq!(some_avg10(psi), Some(12.5));
        for broken in ["", "some\n", "some avg10=\n", "full avg10=1.0\n", "MemTotal: x kB"] {
            assert_eq!(some_avg10(broken), None, "{broken}");
            assert_eq!(free_percent(broken), None, "{broken}");
        }
    }

    #[test]
    fn this_machine_can_be_read() {
        let machine = Machine::here();
        assert!(machine.cores >= 1 && machine.memory > 1 << 20, "{machine:?}");
        let reading = MachinePressure::default().read();
        assert!(reading.load.is_some_and(|load| load >= 0.0), "{reading:?}");
        assert!(reading.free_memory.is_some_and(|p| (0.0..=100.0).contains(&p)), "{reading:?}");
    }
}
