//! Hosts: network namespaces on one bridge, and what runs on them.

use crate::Failed;
use std::{
    ffi::OsStr,
    fs::{self, File},
    net::Ipv4Addr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use test_database::server::as_owner;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// The network between them.
const BRIDGE: &str = "between";
/// Where whoever is on none of them is.
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);

/// How long everything on a host may take to die, or to stand still.
const PATIENCE: Duration = Duration::from_secs(20);

/// One host.
#[derive(Debug)]
pub(super) struct Host {
    /// Its name, which is that of its namespace too.
    pub(super) name: String,
    /// Its address.
    pub(super) at: Ipv4Addr,
    /// What was started on it; kept, so that it ends with this.
    running: Vec<Child>,
}

/// Makes the network that hosts are put on, in a namespace that is the caller's own.
pub(super) async fn network() -> Result<(), Failed> {
    // Names of namespaces are files; these are to go with the caller.
    run("mkdir", ["-p", "/run/netns"]).await?;
    run("mount", ["-t", "tmpfs", "none", "/run/netns"]).await?;
    // What servers that were killed share, goes with them.
    run("mount", ["-t", "tmpfs", "none", "/dev/shm"]).await?;
    ip("link set lo up").await?;
    ip(&format!("link add name {BRIDGE} type bridge")).await?;
    ip(&format!("address add {OUTSIDE}/24 dev {BRIDGE}")).await?;
    ip(&format!("link set {BRIDGE} up")).await
}

impl Host {
    /// Puts another one on the network.
    pub(super) async fn new(number: u8) -> Result<Self, Failed> {
        let (name, at) = (
            format!("host{number}"),
            Ipv4Addr::new(10, 77, 0, 10 + number),
        );
        for said in [
            format!("netns add {name}"),
            format!("link add name line{number} type veth peer name eth0 netns {name}"),
            format!("link set line{number} master {BRIDGE} up"),
            format!("-n {name} link set lo up"),
            format!("-n {name} address add {at}/24 dev eth0"),
            format!("-n {name} link set eth0 up"),
        ] {
            ip(&said).await?;
        }
        Ok(Self {
            name,
            at,
            running: Vec::new(),
        })
    }

    /// Starts a program there, as an ordinary user, with what it says in a log.
    pub(super) async fn start(
        &mut self,
        program: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        folder: &Path,
    ) -> Result<(), Failed> {
        let inside = as_owner(Path::new(program), folder).await?;
        let inside = inside.as_std();
        let log = folder.with_extension(format!("{program}.log"));
        let log = File::options().create(true).append(true).open(log)?;
        let child = Command::new("ip")
            .args(["netns", "exec", &self.name])
            .arg(inside.get_program())
            .args(inside.get_args())
            .args(arguments)
            .current_dir(folder)
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        self.running.push(child);
        Ok(())
    }

    /// Ends everything on it at once, by SIGKILL; done when nothing is left.
    pub(super) async fn kill(&mut self) -> Result<(), Failed> {
        let begun = Instant::now();
        // What was begun between the question and the signal is met the next time.
        while let pids = self.processes().await?
            && !pids.is_empty()
        {
            signal("KILL", &pids).await;
            in_time(begun, "a host does not die")?;
        }
        for mut child in self.running.drain(..) {
            timeout(PATIENCE, child.wait()).await??;
        }
        Ok(())
    }

    /// Stops everything on it where it stands.
    pub(super) async fn pause(&self) -> Result<(), Failed> {
        let begun = Instant::now();
        loop {
            let pids = self.processes().await?;
            if pids.iter().all(|pid| is_stopped(pid)) {
                return Ok(());
            }
            signal("STOP", &pids).await;
            in_time(begun, "a host does not stand still")?;
        }
    }

    /// Lets it go on.
    pub(super) async fn go_on(&self) -> Result<(), Failed> {
        signal("CONT", &self.processes().await?).await;
        Ok(())
    }

    /// The processes on it, zombies not among them.
    async fn processes(&self) -> Result<Vec<String>, Failed> {
        let said = Command::new("ip")
            .args(["netns", "pids", &self.name])
            .output()
            .await?;
        if !said.status.success() {
            return Err(format!("ip: {}", String::from_utf8_lossy(&said.stderr)).into());
        }
        let pids = String::from_utf8(said.stdout)?;
        Ok(pids.split_whitespace().map(str::to_owned).collect())
    }

    /// Takes the line to the network away, or puts it back.
    pub(super) async fn line(&self, is_up: bool) -> Result<(), Failed> {
        let number = self.at.octets()[3] - 10;
        let state = if is_up { "up" } else { "down" };
        ip(&format!("link set line{number} {state}")).await
    }
}

/// Sends a signal to all of these. Some end before it comes, which is no failure; whoever has to know looks afterwards.
async fn signal(name: &str, pids: &[String]) {
    // The shell has it built in; as a program it is in a package of its own.
    let script = [
        "-c",
        r#"signal=$1; shift; kill -s "$signal" "$@""#,
        "sh",
        name,
    ];
    drop(
        run(
            "sh",
            script.into_iter().chain(pids.iter().map(String::as_str)),
        )
        .await,
    );
}

/// Whether a process stands still, or is no more.
fn is_stopped(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name stands in brackets, whatever is in it; the state comes after it.
    let state = stat.rsplit_once(") ").map_or("X", |(_, rest)| rest);
    state.starts_with(['T', 'Z', 'X'])
}

fn in_time(begun: Instant, what: &str) -> Result<(), Failed> {
    if begun.elapsed() > PATIENCE {
        Err(what.into())
    } else {
        Ok(())
    }
}

async fn ip(said: &str) -> Result<(), Failed> {
    run("ip", said.split(' ')).await
}

async fn run(
    program: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Result<(), Failed> {
    let done = Command::new(program).args(arguments).output().await?;
    if done.status.success() {
        Ok(())
    } else {
        let why = String::from_utf8_lossy(&done.stderr);
        Err(format!("{program}: {why}").into())
    }
}
