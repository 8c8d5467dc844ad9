//! What can be asked on the command line.

use crate::{failure::Failure, when::At};
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use domain::told::Tongue;
use std::{io, path::PathBuf, process::ExitCode};

const EXIT_CODES: &str = "\
Exit codes:
  0  done; nothing to object to
  1  verify found a difference
  2  the command line is wrong
  3  there is no such order, account, position or time
  4  the ledger cannot be read; the message says what to do

Personal values (names, numbers, phones, addresses) are masked in everything that is printed, always;
what people wrote in their own words is told as they wrote it, until it is erased.
It reads beside a running office, on SQLite and on PostgreSQL, and never writes.";

/// Settle a dispute: what happened to an order, why, and whether the record is whole.
#[derive(Debug, Parser)]
#[command(name = "replay-tool", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// Where the ledger is: sqlite://PATH or postgres://USER@HOST/DATABASE
    #[arg(
        long,
        env = "BEIAN_LEDGER",
        hide_env_values = true,
        default_value = "sqlite://beian.sqlite",
        global = true
    )]
    pub(crate) ledger: String,
    /// The file with the key that the office's personal values are sealed with
    #[arg(
        long,
        env = "BEIAN_KEY_FILE",
        default_value = "beian-encryption.key",
        global = true
    )]
    pub(crate) key_file: PathBuf,
    /// The language of what is printed
    #[arg(
        long,
        value_enum,
        env = "BEIAN_LANG",
        default_value = "en",
        global = true
    )]
    pub(crate) lang: Lang,
    /// Print JSON: one object, or one a line where there are many
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The languages.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Every decision about an order (or an account), accepted and refused, oldest first
    Show {
        /// The order's id
        #[arg(required_unless_present = "account", conflicts_with = "account")]
        order: Option<String>,
        /// The history of an account instead
        #[arg(long, value_name = "ID")]
        account: Option<String>,
    },
    /// An order as it stands, or as it stood
    State {
        /// The order's id
        order: String,
        /// A position (42) or a time (2024-06-03T14:00, Asia/Shanghai unless it says otherwise)
        #[arg(long, value_name = "POSITION|TIME")]
        at: Option<At>,
    },
    /// Why an order stands where it stands: the rules, and the decisions that led there
    Why {
        /// The order's id
        order: String,
        /// As of a position or a time
        #[arg(long, value_name = "POSITION|TIME")]
        at: Option<At>,
    },
    /// Whether the record is whole: positions, streams, digests, events, read models
    Verify {
        /// Only what is about one order
        #[arg(long, value_name = "ORDER")]
        order: Option<String>,
    },
    /// Decisions as they come
    Tail {
        /// Begin after this position; without it, with the last ten
        #[arg(long, value_name = "POSITION")]
        after: Option<u64>,
        /// Wait for more, until interrupted
        #[arg(long)]
        follow: bool,
    },
    /// Print the completion script for a shell
    Completions {
        /// Which
        shell: clap_complete::Shell,
    },
}

impl Cli {
    /// The language to speak.
    pub(crate) fn tongue(&self) -> Tongue {
        match self.lang {
            Lang::Zh => Tongue::Zh,
            Lang::En => Tongue::En,
        }
    }
}

/// Writes the completion script.
pub(crate) fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "replay-tool", &mut script);
    io::Write::write_all(&mut io::stdout(), &script).map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
