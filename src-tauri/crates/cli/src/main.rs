//! `aegis`: everything is in the library of this package.

use std::process::ExitCode;

fn main() -> ExitCode {
    aegis_cli::main()
}
