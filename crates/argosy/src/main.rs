//! The `argosy` program.

fn main() -> std::process::ExitCode {
    argosy::cli::main()
}
