//! A group of work.

use clap::Args;

/// Whose work is meant; all of it when nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[group(multiple = false)]
pub(crate) struct Group {
    /// Only that of an executor, such as shell
    #[arg(long, value_name = "NAME")]
    pub(crate) executor: Option<String>,
    /// Only that in a workspace
    #[arg(long, value_name = "NAME")]
    pub(crate) workspace: Option<String>,
    /// Only that which is given to an agent
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
}
