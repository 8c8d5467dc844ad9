//! Three PostgreSQL under Patroni and etcd, and HAProxy in front of them.

use super::{
    Fault,
    host::{Host, network},
};
use crate::Failed;
use serde_json::{Value, json};
use std::{
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use test_database::server::programs;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

/// How long the hosts may take to agree on a leader, or to be whole again.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(200);
/// How long one of them may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// Where HAProxy listens. Nobody else is in this network.
const DOOR: u16 = 5000;
/// Patroni's own floor: so long a leader that is not heard of stays the leader.
const TTL: u32 = 20;

/// Where the leader is, whichever it is.
pub(super) fn url() -> String {
    format!("postgres://beian@127.0.0.1:{DOOR}/postgres")
}

/// The hosts.
#[derive(Debug)]
pub(super) struct Cluster {
    hosts: Vec<Host>,
    folder: PathBuf,
    /// HAProxy.
    door: Child,
}

impl Cluster {
    /// Makes them, and waits until all is there.
    pub(super) async fn start(folder: &Path) -> Result<Self, Failed> {
        network().await?;
        let mut hosts = Vec::new();
        for number in 1..=3 {
            hosts.push(Host::new(number).await?);
        }
        // Whoever is no root enters here.
        fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        let door = door(&hosts, folder)?;
        let mut cluster = Self {
            hosts,
            folder: folder.to_owned(),
            door,
        };
        for host in &cluster.hosts {
            let own = folder.join(&host.name);
            fs::create_dir(&own)?;
            fs::write(own.join("patroni.yml"), cluster.config(host)?)?;
        }
        for which in 0..cluster.hosts.len() {
            cluster.boot(which).await?;
        }
        cluster.is_whole().await?;
        Ok(cluster)
    }

    /// Which host leads.
    pub(super) async fn leader(&self) -> Result<usize, Failed> {
        self.until("a leader", None, leader).await
    }

    /// Which one leads instead of another, once it does. What the other one believes is not asked.
    pub(super) async fn another_than(&self, old: usize) -> Result<usize, Failed> {
        self.until("another leader", Some(old), |members| {
            leader(members).filter(|leader| *leader != old)
        })
        .await
    }

    /// Waits until all three are there and on one line of history, and one of them has everything that the leader has acknowledged.
    pub(super) async fn is_whole(&self) -> Result<(), Failed> {
        self.until("three members", None, |members| {
            let timeline = members.get(leader(members)?)?.timeline;
            let has_standby = members.iter().any(|member| member.role == "sync_standby");
            let follows = |member: &Member| {
                member.timeline == timeline
                    && ["running", "streaming"].contains(&member.state.as_str())
            };
            (timeline > 0 && has_standby && members.iter().all(follows)).then_some(())
        })
        .await
    }

    /// Ends all of it.
    pub(super) async fn end(mut self) -> Result<(), Failed> {
        for host in &mut self.hosts {
            host.kill().await?;
        }
        Ok(self.door.kill().await?)
    }

    /// Lets a host fail.
    pub(super) async fn strike(&mut self, which: usize, fault: Fault) -> Result<(), Failed> {
        let host = self.host(which)?;
        match fault {
            Fault::Killed => host.kill().await,
            Fault::Isolated => host.line(false).await,
            Fault::Paused => host.pause().await,
        }
    }

    /// Lets it come back.
    pub(super) async fn heal(&mut self, which: usize, fault: Fault) -> Result<(), Failed> {
        match fault {
            Fault::Killed => self.boot(which).await,
            Fault::Isolated => self.host(which)?.line(true).await,
            Fault::Paused => self.host(which)?.go_on().await,
        }
    }

    fn host(&mut self, which: usize) -> Result<&mut Host, Failed> {
        let host = self.hosts.get_mut(which);
        host.ok_or_else(|| format!("there is no host {which}").into())
    }

    async fn boot(&mut self, which: usize) -> Result<(), Failed> {
        let peers: Vec<_> = self
            .hosts
            .iter()
            .map(|host| format!("{}=http://{}:2380", host.name, host.at))
            .collect();
        let place = self.folder.clone();
        let host = self.host(which)?;
        let (folder, at) = (place.join(&host.name), host.at);
        let etcd = [
            format!("--name={}", host.name),
            "--data-dir=etcd".to_owned(),
            format!("--listen-peer-urls=http://{at}:2380"),
            format!("--initial-advertise-peer-urls=http://{at}:2380"),
            format!("--listen-client-urls=http://{at}:2379"),
            format!("--advertise-client-urls=http://{at}:2379"),
            format!("--initial-cluster={}", peers.join(",")),
            "--enable-v2=true".to_owned(),
            // A machine of two processors that runs all three and is under load answers late now and then.
            "--heartbeat-interval=300".to_owned(),
            "--election-timeout=3000".to_owned(),
        ];
        host.start("etcd", etcd, &folder).await?;
        host.start("patroni", ["patroni.yml"], &folder).await
    }

    /// Patroni's configuration. JSON is YAML.
    fn config(&self, host: &Host) -> Result<String, Failed> {
        let (at, own) = (host.at, self.folder.join(&host.name));
        let listens = |port: u16| json!({"listen": format!("{at}:{port}"), "connect_address": format!("{at}:{port}")});
        let mut postgresql = listens(5432);
        let user = |name: &str| json!({"username": name, "password": name});
        postgresql["data_dir"] = json!(own.join("data"));
        postgresql["bin_dir"] = json!(programs()?);
        postgresql["pgpass"] = json!(own.join("pgpass"));
        // One that is made anew does not wait for a checkpoint to come by.
        postgresql["basebackup"] = json!([{"checkpoint": "fast"}]);
        postgresql["remove_data_directory_on_diverged_timelines"] = json!(true);
        postgresql["remove_data_directory_on_rewind_failure"] = json!(true);
        postgresql["authentication"] = json!({"superuser": user("beian"), "replication": user("standby"), "rewind": user("rewind")});
        postgresql["parameters"] = json!({"unix_socket_directories": own});
        let everybody = [
            "local all all trust",
            "host all all all trust",
            "host replication all all trust",
        ];
        let etcd: Vec<_> = self
            .hosts
            .iter()
            .map(|host| format!("{}:2379", host.at))
            .collect();
        Ok(serde_json::to_string_pretty(&json!({
            "scope": "beian",
            "name": host.name,
            "restapi": listens(8008),
            // By the older of etcd's interfaces, in which whoever stays the leader says who it believes the leader was. By the newer one,
            // Patroni 3.0 takes the lead back unasked after it was cut off, from whoever has it by then, and begins a history that
            // others have under the same number.
            "etcd": {"hosts": etcd},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL,
                    "loop_wait": 2,
                    "retry_timeout": 5,
                    "synchronous_mode": true,
                    "postgresql": {
                        "use_pg_rewind": true,
                        "pg_hba": everybody,
                        "parameters": {"max_connections": 200, "jit": "off", "wal_keep_size": "512MB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
                "pg_hba": everybody,
            },
            "postgresql": postgresql,
        }))?)
    }

    /// Asks the members on and on, until two of them say what is waited for: what one believes alone, which was cut off until now, counts
    /// for nothing.
    async fn until<T: PartialEq>(
        &self,
        what: &str,
        not: Option<usize>,
        is_so: impl Fn(&[Member]) -> Option<T>,
    ) -> Result<T, Failed> {
        let begun = Instant::now();
        loop {
            let (mut said, mut votes) = (Vec::new(), Vec::new());
            for (which, host) in self.hosts.iter().enumerate() {
                if not == Some(which) {
                    continue;
                }
                // Who is cut off says nothing.
                let Some(members) = members(host.at, &self.hosts).await else {
                    continue;
                };
                if let Some(it) = is_so(&members) {
                    if votes.contains(&it) {
                        return Ok(it);
                    }
                    votes.push(it);
                }
                said = members;
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{what} was waited for in vain: {said:?}").into());
            }
            sleep(PAUSE).await;
        }
    }
}

/// A member, as Patroni sees it.
#[derive(Clone, Debug, Default)]
struct Member {
    role: String,
    state: String,
    /// Each promotion begins another one.
    timeline: u64,
}

fn leader(members: &[Member]) -> Option<usize> {
    members.iter().position(|member| member.role == "leader")
}

/// What a host says of all of them, in the order of the hosts. `None`: it says nothing.
async fn members(at: Ipv4Addr, hosts: &[Host]) -> Option<Vec<Member>> {
    let said = timeout(ANSWER, ask(at, "/cluster")).await.ok()?.ok()?;
    let said: Value = serde_json::from_str(&said).ok()?;
    let members = said["members"].as_array()?;
    let text = |member: &Value, name: &str| member[name].as_str().unwrap_or_default().to_owned();
    let of = |host: &Host| {
        let member = members.iter().find(|member| member["name"] == host.name);
        // One that is not spoken of has no role.
        member.map_or_else(Member::default, |member| Member {
            role: text(member, "role"),
            state: text(member, "state"),
            timeline: member["timeline"].as_u64().unwrap_or_default(),
        })
    };
    Some(hosts.iter().map(of).collect())
}

/// Patroni answers and hangs up.
async fn ask(at: Ipv4Addr, path: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect((at, 8008)).await?;
    stream
        .write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())
        .await?;
    let mut said = String::new();
    stream.read_to_string(&mut said).await?;
    let (_, body) = said.split_once("\r\n\r\n").ok_or("no HTTP")?;
    Ok(body.to_owned())
}

/// HAProxy: one address, behind which whoever says that it leads is.
fn door(hosts: &[Host], folder: &Path) -> Result<Child, Failed> {
    let mut config = format!(
        "global\n  maxconn 1000\ndefaults\n  mode tcp\n  timeout connect 2s\n  timeout client 1h\n  timeout server 1h\n  timeout check 1s\n\
         listen leader\n  bind 127.0.0.1:{DOOR}\n  option httpchk OPTIONS /primary\n  http-check expect status 200\n  \
         default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions\n"
    );
    let server = |host: &Host| {
        format!(
            "  server {} {}:5432 check port 8008
",
            host.name, host.at
        )
    };
    config.extend(hosts.iter().map(server));
    let file = folder.join("haproxy.cfg");
    fs::write(&file, config)?;
    let log = fs::File::create(folder.join("haproxy.log"))?;
    Ok(Command::new("haproxy")
        .args(["-db", "-f"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn()?)
}
