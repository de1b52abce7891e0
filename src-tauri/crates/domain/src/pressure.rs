//! Whether the machine has enough to do already.
//!
//! Under pressure nothing new starts while anything runs, so that one piece of work after the
//! other still gets done, and nothing that runs is ended. Each measure holds work back at one value
//! and lets it go at another, so that a value at the edge does not make it flap.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How the machine is. What cannot be read is absent, and holds nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Runnable threads for each core, over the last minute (`/proc/loadavg`).
    pub load: Option<f64>,
    /// Memory that can be had without swapping, in percent (`MemAvailable`).
    pub free_memory: Option<f64>,
    /// Percent of the last ten seconds in which something waited for a core (PSI). Shown only: a
    /// busy machine is not one that is in trouble.
    pub cpu_stall: Option<f64>,
    /// Percent of the last ten seconds in which something waited for memory (PSI).
    pub memory_stall: Option<f64>,
    /// Percent of the last ten seconds in which something waited for the disk (PSI).
    pub io_stall: Option<f64>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// [`Reading::load`].
    Load,
    /// [`Reading::free_memory`].
    FreeMemory,
    /// [`Reading::memory_stall`].
    MemoryStall,
    /// [`Reading::io_stall`].
    IoStall,
}

impl Measure {
    /// Every measure that holds work back.
    pub const ALL: [Self; 4] = [Self::Load, Self::FreeMemory, Self::MemoryStall, Self::IoStall];

    fn of(self, reading: &Reading) -> Option<f64> {
        match self {
            Self::Load => reading.load,
            Self::FreeMemory => reading.free_memory,
            Self::MemoryStall => reading.memory_stall,
            Self::IoStall => reading.io_stall,
        }
    }

    /// From where on it holds work back, and where it lets it go again.
    #[must_use]
    pub const fn edges(self) -> (f64, f64) {
        match self {
            Self::Load => (8.0, 6.0),
            Self::FreeMemory => (5.0, 8.0),
            Self::MemoryStall => (25.0, 10.0),
            Self::IoStall => (60.0, 40.0),
        }
    }

    /// Whether `value` is as bad as `edge`.
    fn reaches(self, value: f64, edge: f64) -> bool {
        match self {
            Self::FreeMemory => value <= edge,
            _ => value >= edge,
        }
    }
}

/// A measure that holds work back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Strain {
    /// Which.
    pub measure: Measure,
    /// What was read last.
    pub value: f64,
}

impl fmt::Display for Strain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { measure, value } = self;
        match measure {
            Measure::Load => write!(f, "the load is {value:.1} for each core"),
            Measure::FreeMemory => write!(f, "{value:.0} % of the memory is free"),
            Measure::MemoryStall => write!(f, "programs wait for memory {value:.0} % of the time"),
            Measure::IoStall => write!(f, "programs wait for the disk {value:.0} % of the time"),
        }
    }
}

/// Remembers what holds work back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gate {
    strains: Vec<Strain>,
}

impl Gate {
    /// Takes a reading in; says what holds work back now.
    pub fn read(&mut self, reading: &Reading) -> &[Strain] {
        let before = std::mem::take(&mut self.strains);
        for measure in Measure::ALL {
            let Some(value) = measure.of(reading) else { continue };
            let (hold, release) = measure.edges();
            let held = before.iter().any(|strain| strain.measure == measure);
            let edge = if held { release } else { hold };
            // At the edge of letting go it is let go.
            let reached = measure.reaches(value, edge) && !(held && (value - edge).abs() < 1e-9);
            if reached {
                self.strains.push(Strain { measure, value });
            }
        }
        &self.strains
    }

    /// What holds work back.
    #[must_use]
    pub fn strains(&self) -> &[Strain] {
        &self.strains
    }

    /// Forgets every reading.
    pub fn open(&mut self) {
        self.strains.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(value: f64) -> Reading {
        Reading { load: Some(value), ..Reading::default() }
    }

    #[test]
    fn a_value_at_the_edge_does_not_make_it_flap() {
        let mut gate = Gate::default();
        let mut held = |value| !gate.read(&load(value)).is_empty();
        assert!(!held(7.9));
        assert!(held(8.0));
        for value in [7.9, 6.1, 7.0, 9.0, 6.1] {
            assert!(held(value), "{value}");
        }
        assert!(!held(6.0));
        for value in [6.1, 7.9] {
            assert!(!held(value), "{value}");
        }
        // The control: with one edge, a value that swings by a little flaps.
        let flaps = [7.9, 8.0, 7.9, 8.0].windows(2).filter(|w| (w[0] >= 8.0) != (w[1] >= 8.0));
        assert_eq!(flaps.count(), 3);
    }

    #[test]
    fn each_measure_holds_and_lets_go_by_itself() {
        for measure in Measure::ALL {
            let reading = |value| match measure {
                Measure::Load => load(value),
                Measure::FreeMemory => Reading { free_memory: Some(value), ..Reading::default() },
                Measure::MemoryStall => Reading { memory_stall: Some(value), ..Reading::default() },
                Measure::IoStall => Reading { io_stall: Some(value), ..Reading::default() },
            };
            let (hold, release) = measure.edges();
            let mut gate = Gate::default();
            let strains = gate.read(&reading(hold)).to_vec();
            assert_eq!(strains, [Strain { measure, value: hold }]);
            assert!(strains[0].to_string().contains(&format!("{hold:.0}")), "{}", strains[0]);
            assert!(gate.read(&reading(release)).is_empty(), "{measure:?}");
            gate.read(&reading(hold));
            assert!(gate.read(&Reading::default()).is_empty(), "what cannot be read holds nothing");
        }
    }

    #[test]
    fn a_busy_processor_alone_holds_nothing() {
        let reading = Reading { cpu_stall: Some(100.0), ..Reading::default() };
        assert!(Gate::default().read(&reading).is_empty());
    }
}
