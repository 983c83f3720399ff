//! The commands and their options, as clap reads them and `--help` shows them.

// The doc comments of options are what `--help` prints: text, not Markdown.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

use clap::{Parser, Subcommand, ValueEnum};
use xuncha_core::domain::Locale;

use crate::commands::{backup, completions, export, field, hub, import, import_bundle, restore, verify};
use crate::demo;

/// 巡查 xuncha: care stations look after the internet cafés and game arcades near schools
///
/// One binary for the station's hub, for a phone without a screen, and for what an administrator does
/// with lists and copies. Every command has its own help with examples: xuncha COMMAND --help.
#[derive(Debug, Parser)]
#[command(name = "xuncha", version, max_term_width = 100, after_long_help = AFTER)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print for programs: JSON on standard output
    #[arg(long, global = true)]
    pub json: bool,

    /// Language of texts [default: by LANG, English if that says neither]
    #[arg(long, global = true, value_enum, hide_default_value = true, default_value_t = Lang::by_environment())]
    pub lang: Lang,
}

const AFTER: &str = "\
First steps:
  xuncha demo                                   see all of it work, with nothing real
  xuncha import --data DIR --stations … --members … --venues … --dry-run
  xuncha hub run --data DIR --listen 127.0.0.1:8080
  xuncha hub enrol-code --data DIR --member NAME

Exit codes:
  0  done
  1  not done, or a check found something wrong; what was saved before is safe
  2  called wrongly
  3  the hub could not be reached or was busy; nothing is lost, try again later
  4  the hub is of a newer version; nothing is lost, install the newer program first";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The station's hub: run it, hand out enrolment cards, passwords, devices
    #[command(subcommand)]
    Hub(hub::HubCommand),
    /// A phone without a screen: everything a volunteer can do
    Field(field::FieldArgs),
    /// Bring stations, members, venues and schools in from CSV, Excel and GeoJSON
    Import(import::ImportArgs),
    /// Take a phone's export from a file and write the answer for it
    ImportBundle(import_bundle::ImportBundleArgs),
    /// Write records, findings, coverage and lists as Excel, CSV and GeoJSON
    Export(export::ExportArgs),
    /// Check everything the hub holds and name what is wrong
    Verify(verify::VerifyArgs),
    /// Copy a hub, also while it runs
    Backup(backup::BackupArgs),
    /// Put a copy of a hub back, and verify it
    Restore(restore::RestoreArgs),
    /// See all of it work, with nothing real
    Demo(demo::DemoArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// A language of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// Chinese where the environment is Chinese.
    fn by_environment() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let tag = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
        if tag.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// As the core knows it.
    #[must_use]
    pub const fn locale(self) -> Locale {
        match self {
            Self::Zh => Locale::ZhHans,
            Self::En => Locale::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_well_formed_and_each_has_its_help() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{} {argument}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        let command = Cli::command();
        command.clone().debug_assert();
        check(&command);
    }
}
