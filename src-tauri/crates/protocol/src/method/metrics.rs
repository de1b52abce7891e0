//! Aegis' own figures.

use super::method;
use aegis_domain::metrics::Metrics;
use serde::{Deserialize, Serialize};

/// Aegis' own figures of the last hours or days; of the last 24 hours when neither is said.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowMetrics {
    /// So many hours: 1 to 8784.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    /// So many days: 1 to 366.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}
method!("metrics.show", ShowMetrics => Metrics);
