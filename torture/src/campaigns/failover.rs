//! Three PostgreSQL under Patroni and etcd, in synchronous mode, each on a host of its own; the leader dies, is cut off, or stands still
//! under load, and another one takes its place. The office is told nothing of it: it has one address, behind which HAProxy
//! finds the leader.
//!
//! The hosts are network namespaces, in one of the campaign's own, with its own processes: whatever is left goes when the campaign does.
//! Needs root, and Debian's packages patroni, etcd-server and haproxy.

mod cluster;
mod host;

use super::{Plan, scene::Scene};
use crate::{
    Failed,
    chance::Chance,
    report::{Row, times},
    site::{Programs, Site},
};
use cluster::Cluster;
use serde_json::json;
use std::{
    collections::BTreeMap,
    env,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use test_database::TestDatabase;
use tokio::{process::Command, time::sleep};

/// Says in which network whoever began this is: the hosts are made in another one.
const OUTSIDE: &str = "BEIAN_TORTURE_OUTSIDE";
/// What this process sees of networks, processes and the like is its own, and ends with it; and so does it with whoever began it.
const APART: [&str; 12] = [
    "--pdeathsig",
    "KILL",
    "--",
    "unshare",
    "--net",
    "--mount",
    "--ipc",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--",
];
/// Whether hosts can be made there.
const TRIAL: &str = "mkdir -p /run/netns && mount -t tmpfs none /run/netns && ip netns add one && ip link add name between type bridge && \
    ip link add name line type veth peer name eth0 netns one && ip netns exec one true";
/// The programs that are needed, each with the package that has it.
const NEEDED: [(&str, &str); 6] = [
    ("patroni", "patroni"),
    ("etcd", "etcd-server"),
    ("haproxy", "haproxy"),
    ("ip", "iproute2"),
    ("unshare", "util-linux"),
    ("setpriv", "util-linux"),
];
/// The longest that the leader is let alone.
const LONGEST_LIFE: Duration = Duration::from_secs(1);

/// What becomes of the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Its host dies: database, Patroni and etcd at once, by SIGKILL.
    Killed,
    /// Nobody reaches it, and it reaches nobody.
    Isolated,
    /// It stands still, and goes on later as if nothing had been.
    Paused,
}

const FAULTS: [Fault; 3] = [Fault::Killed, Fault::Isolated, Fault::Paused];

/// What is missing here to carry it out, for people. `None`: nothing.
pub fn missing() -> Option<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let has = |program: &str| env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let packages: Vec<_> = NEEDED
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(_, package)| *package)
        .collect();
    if !packages.is_empty() {
        return Some(format!("apt-get install {}", packages.join(" ")));
    }
    let separate = std::process::Command::new("setpriv")
        .args(APART)
        .args(["sh", "-c", TRIAL])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match separate {
        Ok(status) if status.success() => None,
        _ => Some("the right to make network namespaces: be root".to_owned()),
    }
}

/// Which network this process is in.
fn network() -> Option<String> {
    let network = std::fs::read_link("/proc/self/ns/net").ok()?;
    Some(network.to_string_lossy().into_owned())
}

/// Whether this process is where the hosts can be made: in another network than whoever began it.
pub fn is_prepared() -> bool {
    env::var(OUTSIDE).is_ok_and(|outside| network().is_some_and(|own| own != outside))
}

/// Runs this program again where they can be made; answers whether it passed. All that is started there ends with it.
pub async fn again() -> Result<bool, Failed> {
    if let Some(missing) = missing() {
        return Err(format!("failover needs more than there is here: {missing}").into());
    }
    let status = Command::new("setpriv")
        .args(APART)
        // The first process has to wait for every process whose parent is gone, or the dead servers would stay as zombies, and nobody
        // could start another one in their place. A shell does; this program does not.
        .args(["sh", "-c", r#""$0" "$@"; exit $?"#])
        .arg(env::current_exe()?)
        .args(env::args_os().skip(1))
        .env(
            OUTSIDE,
            network().ok_or("this system has no network namespaces")?,
        )
        .kill_on_drop(true)
        .status()
        .await?;
    Ok(status.success())
}

/// Lets the leader fail so often. Only where [`is_prepared`] says so.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    if !is_prepared() {
        return Err("failover runs in a network of its own: begin it as `torture failover`".into());
    }
    let folder = tempfile::tempdir()?;
    let row = within(folder.path(), programs, plan).await;
    row.map_err(|why| format!("{why}\n{}", last_words(folder.path())).into())
}

async fn within(folder: &Path, programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let mut cluster = Cluster::start(folder).await?;
    let row = on(&mut cluster, programs, plan).await;
    // Before their folder goes.
    let ended = cluster.end().await;
    let row = row?;
    ended?;
    Ok(row)
}

async fn on(cluster: &mut Cluster, programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let database = TestDatabase::create_on(Ok(cluster::url())).await?;
    let mut scene = Scene::begin(Site::at(programs, database.url())?).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let mut chance = Chance::new(plan.seed);
    let mut resumed: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    let (mut whole, mut in_flight) = (Vec::new(), 0);
    let mut unasked = 0;
    for (round, fault) in (0..plan.count).zip(FAULTS.into_iter().cycle()) {
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        let leader = cluster.leader().await?;
        let flying = *crowd.tally.flying.borrow();
        in_flight += u64::from(flying > 0);
        let begun = Instant::now();
        cluster.strike(leader, fault).await?;
        let note = json!({"fault": format!("{fault:?}"), "round": round, "host": leader, "in_flight": flying});
        scene.record.note(&note).await?;
        // Who was answered before it was noticed was answered by the one that fails.
        let next = cluster.another_than(leader).await?;
        crowd.tally.goes_on().await?;
        let name = format!("{fault:?}").to_lowercase();
        resumed.entry(name).or_default().push(begun.elapsed());
        let begun = Instant::now();
        cluster.heal(leader, fault).await?;
        cluster.is_whole().await?;
        whole.push(begun.elapsed());
        unasked += u64::from(cluster.leader().await? != next);
        crowd.tally.goes_on().await?;
    }
    let mut row = scene.end(crowd, ("failover", plan)).await?;
    for (fault, after) in resumed {
        row = row.with(&format!("answered_again_after_{fault}"), times(after));
    }
    Ok(row
        .with("faults_with_commands_in_flight", in_flight)
        .with("leaders_replaced_unasked", unasked)
        .with("whole_again_after", times(whole)))
}

/// The end of every log, for whoever has to find out why it could not be carried out.
fn last_words(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let logs = files
        .map(|file| file.path())
        .filter(|file| file.extension().is_some_and(|end| end == "log"));
    let words = logs.flat_map(|log| {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let lines: Vec<_> = said
            .lines()
            .rev()
            .take(12)
            .map(|line| format!("    {line}"))
            .collect();
        [format!("{}:", log.display())]
            .into_iter()
            .chain(lines.into_iter().rev())
    });
    words.collect::<Vec<_>>().join("\n")
}
