//! `xuncha completions`: a script that completes commands and options.

use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output::Out;

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  xuncha completions bash > ~/.local/share/bash-completion/completions/xuncha
  xuncha completions zsh > ~/.zfunc/_xuncha
  xuncha completions fish > ~/.config/fish/completions/xuncha.fish")]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints the script for a command; with `--json` as `{"script": …}`.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(args: &CompletionsArgs, mut command: clap::Command, out: Out) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "xuncha", &mut script);
    let script = String::from_utf8(script)?;
    out.show(&serde_json::json!({ "script": script }), |text| {
        text.push_str(&script);
        Ok(())
    })
}
