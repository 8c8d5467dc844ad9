//! `replay-tool`: why it happened. The command line for disputes and audit; it reads and never writes.
//!
//! Read in this order: `cli.rs` (what can be asked) → `teller.rs` (from decisions to what is told of them) →
//! `show.rs`, `state.rs`, `why.rs`, `verify.rs`, `tail.rs` (one file a command) → `page.rs` (text for a terminal).
//!
//! Personal values are masked in everything it prints; what people wrote in their own words is not. What it says of an event or a command comes from
//! [`domain::told`], so that it says the same as every other part of the office.

mod cli;
mod entry;
mod failure;
mod office;
mod page;
mod show;
mod state;
mod tail;
mod teller;
mod verify;
mod when;
mod why;

use clap::Parser;
use cli::{Cli, Command};
use failure::Failure;
use office::Office;
use page::Desk;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli).await {
        Ok(code) => code,
        // Whoever reads us has read enough.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("replay-tool: {}", failure.told().say(cli.tongue()));
            failure.code()
        }
    }
}

async fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    if let Command::Completions { shell } = &cli.command {
        return cli::completions(*shell);
    }
    let office = Office::open(cli).await?;
    let mut desk = Desk::new(cli.tongue(), cli.json);
    let code = match &cli.command {
        Command::Show { order, account } => {
            show::run(&office, &mut desk, order.as_deref(), account.as_deref()).await
        }
        Command::State { order, at } => state::run(&office, &mut desk, order, at.as_ref()).await,
        Command::Why { order, at } => why::run(&office, &mut desk, order, at.as_ref()).await,
        Command::Verify { order } => verify::run(&office, &mut desk, order.as_deref()).await,
        Command::Tail { after, follow } => tail::run(&office, &mut desk, *after, *follow).await,
        Command::Completions { .. } => Ok(ExitCode::SUCCESS),
    };
    office.close().await;
    code
}
