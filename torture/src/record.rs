//! The client's own record: what was asked and what was told, on disk before anything else is asked.
//!
//! A line of JSON each: `{"ask": n, "who", "key", "path", "does"}` before a command is sent, `{"told": n, "status", …}` when it
//! is answered, `{"unknown": n}` when no answer came, and whatever a campaign notes of its own doing. Several connections
//! share one `fsync`: it takes longer than a command.

use crate::{
    Failed,
    client::{Answer, Question},
};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
};
use tokio::sync::oneshot;

/// A line that waits to be on disk, and who waits for that.
type Line = (String, oneshot::Sender<()>);

/// The record. Clones write the same file, which is complete when the last one is gone.
#[derive(Clone, Debug)]
pub struct Record {
    queue: mpsc::Sender<Line>,
    number: Arc<AtomicU64>,
    path: PathBuf,
    broken: Arc<Mutex<Option<String>>>,
}

impl Record {
    /// Begins a record.
    pub fn begin(path: &Path) -> Result<Self, Failed> {
        let file = File::create_new(path)?;
        let (queue, lines) = mpsc::channel();
        let broken = Arc::new(Mutex::new(None));
        let why = Arc::clone(&broken);
        std::thread::spawn(move || {
            if let Err(error) = keep(file, &lines) {
                *why.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            }
        });
        Ok(Self {
            queue,
            number: Arc::default(),
            path: path.to_owned(),
            broken,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that a command will be asked, and what was told on the one before; answers its number once both are on disk.
    pub async fn ask(
        &self,
        who: &str,
        does: &str,
        question: &Question,
        before: Option<Value>,
    ) -> Result<u64, Failed> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let line = json!({"ask": number, "who": who, "key": question.key, "path": question.path, "does": does});
        let line = match before {
            Some(before) => format!("{before}\n{line}"),
            None => line.to_string(),
        };
        self.write(line).await?;
        Ok(number)
    }

    /// What was told, as it stands on the record.
    pub fn told(number: u64, answer: &Answer) -> Value {
        json!({"told": number, "status": answer.status, "replayed": answer.is_replayed, "body": answer.body})
    }

    /// Writes a line; done once it is on disk.
    pub async fn note(&self, line: &Value) -> Result<(), Failed> {
        self.write(line.to_string()).await
    }

    async fn write(&self, line: String) -> Result<(), Failed> {
        let (done, on_disk) = oneshot::channel();
        // Either end of the channel is gone only if the disk failed; the reason stands in `broken`.
        let sent = self.queue.send((line, done)).is_ok();
        if sent && on_disk.await.is_ok() {
            return Ok(());
        }
        let why = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        Err(format!(
            "the record cannot be kept: {}",
            why.as_deref().unwrap_or("?")
        )
        .into())
    }
}

/// Writes lines as they come: whoever waits while a group is written goes with the next one.
fn keep(mut file: File, lines: &mpsc::Receiver<Line>) -> std::io::Result<()> {
    let (mut group, mut waiting) = (Vec::new(), Vec::new());
    while let Ok(first) = lines.recv() {
        for (line, done) in std::iter::once(first).chain(lines.try_iter()) {
            group.extend_from_slice(line.as_bytes());
            group.push(b'\n');
            waiting.push(done);
        }
        file.write_all(&group)?;
        file.sync_data()?;
        group.clear();
        for done in waiting.drain(..) {
            // Whoever does not wait any more has ended, and so has the campaign.
            let _ = done.send(());
        }
    }
    Ok(())
}

/// A command, as the record knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The caller's name, as decisions have it.
    pub who: String,
    /// Its idempotency key.
    pub key: String,
    /// The command's name.
    pub does: String,
    /// What was told: the status and the document. `None`: nothing yet.
    pub told: Option<(u16, Value)>,
}

/// Reads a record back, by number.
pub fn read(path: &Path) -> Result<Vec<Asked>, Failed> {
    parse(path, u64::MAX)?
        .into_iter()
        .map(|asked| asked.ok_or_else(|| "a number is missing on the record".into()))
        .collect()
}

/// How long a record is by now: everything up to there was known before whatever is done next.
pub fn length(path: &Path) -> Result<u64, Failed> {
    Ok(std::fs::metadata(path)?.len())
}

/// Reads a record that is still written: what was asked by now, and what was told before it had this length.
pub fn read_told_before(path: &Path, length: u64) -> Result<Vec<Asked>, Failed> {
    Ok(parse(path, length)?.into_iter().flatten().collect())
}

/// What was asked, by number, and told up to a length of the record.
fn parse(path: &Path, told_before: u64) -> Result<Vec<Option<Asked>>, Failed> {
    let (mut all, mut end) = (Vec::new(), 0);
    let mut lines = BufReader::new(File::open(path)?);
    let mut line = String::new();
    // A line without an end is being written.
    while lines.read_line(&mut line)? > 0 && line.ends_with('\n') {
        end += u64::try_from(line.len())?;
        let mut said: Value = serde_json::from_str(&line)?;
        line.clear();
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        if let Some(number) = said["ask"].as_u64() {
            let asked = Asked {
                who: text("who"),
                key: text("key"),
                does: text("does"),
                told: None,
            };
            let at = usize::try_from(number)?;
            if all.len() <= at {
                all.resize(at + 1, None);
            }
            all[at] = Some(asked);
        } else if let Some(number) = said["told"].as_u64()
            && end <= told_before
        {
            let status = u16::try_from(said["status"].as_u64().unwrap_or_default())?;
            let body = said["body"].take();
            let asked = all
                .get_mut(usize::try_from(number)?)
                .and_then(Option::as_mut);
            asked.ok_or("the record tells what it never asked")?.told = Some((status, body));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_told_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let record = Record::begin(&path).unwrap();
        let question = Question::command("/v1/orders", "k-0", Value::Null);
        let first = record.ask("a", "open", &question, None).await.unwrap();
        let answer = Answer {
            status: 201,
            is_replayed: false,
            body: json!({"position": 7}),
        };
        let told = Some(Record::told(first, &answer));
        let second = record.ask("a", "submit", &question, told).await.unwrap();
        record.note(&json!({"unknown": second})).await.unwrap();
        let asked = read(&path).unwrap();
        let told: Vec<_> = asked.iter().map(|asked| asked.told.clone()).collect();
        assert_eq!(told, [Some((201, json!({"position": 7}))), None]);
        assert_eq!(
            (asked[1].key.as_str(), asked[1].does.as_str()),
            ("k-0", "submit")
        );
    }
}
