//! The command `geldspoor`.

fn main() -> std::process::ExitCode {
    geldspoor::cli::run()
}
