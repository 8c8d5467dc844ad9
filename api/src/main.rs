//! The program: `beian serve`, `beian demo`, `beian rebuild`, `beian verify`, `beian backup`, `beian restore`, `beian token`, `beian account`.

mod cli;

use api::{
    auth,
    backup::NoList,
    commands,
    config::{Config, Log, NoStart},
    demo,
    office::Office,
    request, server,
};
use clap::{Parser, Subcommand};
use domain::{access::Grant, account::Contacts};
use projections::Name;
use serde_json::{Map, Value, json};
use std::{
    error::Error,
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// JSON is put together and taken apart all day long: with this one a decision costs less of the processor than with the system's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An ICP filing office.
#[derive(Parser)]
#[command(name = "beian", version, about)]
struct Arguments {
    /// The configuration file; it may be missing.
    #[arg(long, global = true, default_value = "beian.toml")]
    config: String,
    /// Where the ledger is: sqlite://PATH or postgres://USER@HOST/DATABASE.
    #[arg(long, global = true)]
    ledger: Option<String>,
    /// Where to listen, e.g. 127.0.0.1:8080.
    #[arg(long, global = true)]
    listen: Option<SocketAddr>,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serves the API.
    Serve,
    /// Serves an office to try things in, in which five filings are under way or done.
    Demo {
        /// Where it is kept.
        #[arg(long, default_value = "beian-demo")]
        folder: PathBuf,
    },
    /// Folds read models anew from the ledger. A SQLite ledger takes one writer: stop the service first.
    Rebuild {
        /// Which; all, if none is given: my_filings, review_queue, order_timeline, sms_board, deadlines.
        name: Option<Name>,
    },
    /// Compares the read models with the ledger, beside a service that runs.
    Verify {
        /// Which; all, if none is given.
        name: Option<Name>,
    },
    /// Copies what must not be lost into a new folder, beside a service that runs.
    Backup {
        /// The folder, which must not exist.
        folder: PathBuf,
    },
    /// Restores a backup at the ledger's address, where nothing may be yet.
    Restore {
        /// The backup.
        folder: PathBuf,
        /// Reads the whole ledger afterwards, and compares the read models with it.
        #[arg(long)]
        verify: bool,
        /// Goes on without a list of erasures, because nobody was ever erased.
        #[arg(long)]
        no_erasures: bool,
    },
    /// Issues and revokes tokens.
    Token {
        #[command(subcommand)]
        what: TokenWhat,
    },
    /// Opens accounts.
    Account {
        #[command(subcommand)]
        what: AccountWhat,
    },
}

#[derive(Subcommand)]
enum TokenWhat {
    /// Issues a token and shows it, once.
    Issue {
        /// applicant, reviewer, support, auditor, bureau, operator or system.
        role: String,
        /// Whose filings an applicant sees.
        #[arg(long)]
        account: Option<String>,
        /// Who holds any other token: a staff id without personal data, such as r-7.
        #[arg(long)]
        holder: Option<String>,
        /// pc, app or system.
        #[arg(long, default_value = "pc")]
        channel: String,
    },
    /// Revokes a token by the digest that was shown with it.
    Revoke {
        /// 32 hexadecimal digits.
        digest: String,
    },
}

#[derive(Subcommand)]
enum AccountWhat {
    /// Opens an account and shows its id.
    Open {
        /// The registered mobile.
        #[arg(long)]
        mobile: String,
        /// The registered e-mail.
        #[arg(long)]
        email: String,
    },
}

/// What went wrong, in one sentence for whoever typed the command.
type Failed = Box<dyn Error>;

#[tokio::main]
async fn main() -> ExitCode {
    // The whole program is one future, too large for the stack.
    match Box::pin(run(Arguments::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Whoever closed the error stream does not want to hear it.
            drop(writeln!(io::stderr(), "beian: {why}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failed> {
    let mut flags = Map::new();
    if let Some(ledger) = &arguments.ledger {
        flags.insert("ledger".to_owned(), json!(ledger));
    }
    if let Some(listen) = &arguments.listen {
        flags.insert("listen".to_owned(), json!(listen));
    }
    let config = Config::read(&arguments.config, Value::Object(flags))?;
    match arguments.what {
        What::Serve => {
            log(config.log);
            let office = config.open().await?;
            serve(office, config.listen, |at| {
                format!(
                    "beian listens on http://{at}, its interface is described at http://{at}/docs"
                )
            })
            .await
        }
        What::Demo { folder } => {
            log(Log::Pretty);
            let (office, card) = demo::open(&folder, config.listen).await?;
            serve(office, config.listen, |at| {
                let (folder, card) = (folder.as_path(), &card);
                demo::Welcome { at, folder, card }.to_string()
            })
            .await
        }
        What::Rebuild { name } => cli::rebuild(&config, name).await,
        What::Verify { name } => cli::verify(&config, name).await,
        What::Backup { folder } => cli::backup(&config, &folder).await,
        What::Restore {
            folder,
            verify,
            no_erasures,
        } => {
            let no_list = if no_erasures {
                NoList::Goes
            } else {
                NoList::Stops
            };
            cli::restore(&config, &folder, no_list).await?;
            if verify {
                cli::verify_restored(&config).await?;
            }
            Ok(())
        }
        What::Token { what } => token(&config.open().await?, what).await,
        What::Account {
            what: AccountWhat::Open { mobile, email },
        } => account(&config.open().await?, &mobile, &email).await,
    }
}

fn log(form: Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match form {
        Log::Pretty => log.init(),
        Log::Json => log.json().init(),
    }
}

async fn serve(
    office: Office,
    listen: SocketAddr,
    greet: impl FnOnce(SocketAddr) -> String,
) -> Result<(), Failed> {
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|why| NoStart::System {
            what: format!("listening on {listen}"),
            why,
        })?;
    // A service whose greeting nobody reads serves all the same.
    drop(writeln!(io::stdout(), "{}", greet(listener.local_addr()?)));
    server::serve(Arc::new(office), listener, server::told_to_stop()).await;
    Ok(())
}

async fn token(office: &Office, what: TokenWhat) -> Result<(), Failed> {
    match what {
        TokenWhat::Issue {
            role,
            account,
            holder,
            channel,
        } => {
            let mut grant = json!({"role": role, "channel": channel});
            if let Some(account) = account {
                grant["account"] = json!(account);
            }
            if let Some(holder) = holder {
                grant["holder"] = json!(holder);
            }
            let grant: Grant = request::parse(grant).map_err(|problem| told(&problem))?;
            auth::may_be_given(&grant).map_err(|problem| told(&problem))?;
            let token = auth::issue(office, Office::operator(), grant)
                .await
                .map_err(|problem| told(&problem))?;
            println!(
                "token  {}\ndigest {}",
                token.reveal(),
                token.digest(&office.secret)
            );
        }
        TokenWhat::Revoke { digest } => {
            auth::revoke(office, Office::operator(), digest.clone())
                .await
                .map_err(|problem| told(&problem))?;
            println!("revoked {digest}");
        }
    }
    office.ledger.close().await;
    Ok(())
}

async fn account(office: &Office, mobile: &str, email: &str) -> Result<(), Failed> {
    let contacts: Contacts = request::parse(json!({"mobile": mobile, "email": email}))
        .map_err(|problem| told(&problem))?;
    let account = commands::open_account_for(office, contacts)
        .await
        .map_err(|problem| told(&problem))?;
    println!("{account}");
    office.ledger.close().await;
    Ok(())
}

fn told(problem: &api::problem::Problem) -> Failed {
    serde_json::to_string(problem.document())
        .unwrap_or_default()
        .into()
}
