//! Waking followers when something was appended.
//!
//! What this process appends wakes them at once. What others append is found by asking for the head every so often,
//! and only while somebody waits: one read of one row. (`NOTIFY` would cost every append 8 % and one more way to fail.)

use crate::{head::Head, store::Store};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

const INTERVAL: Duration = Duration::from_millis(50);

/// The last head known, and who asks for a newer one.
pub(crate) struct Pulse {
    head: watch::Sender<Head>,
    /// Whoever holds it asks; the others are woken by what it finds.
    asking: Mutex<()>,
    others: Others,
}

/// Who else may append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// Nobody: this process holds the only writer.
    Never,
    /// Other processes.
    Maybe,
}

impl Pulse {
    pub(crate) fn new(head: Head, others: Others) -> Self {
        Self {
            head: watch::Sender::new(head),
            asking: Mutex::new(()),
            others,
        }
    }

    /// Makes a head known, unless a later one is.
    pub(crate) fn publish(&self, head: Head) {
        self.head.send_if_modified(|known| {
            let newer = head > *known;
            if newer {
                *known = head;
            }
            newer
        });
    }

    /// The last head that this process knows of. What others append it may not know yet.
    pub(crate) fn known(&self) -> Head {
        *self.head.borrow()
    }

    /// Waits until the ledger has gone beyond a head, or has started another epoch.
    pub(crate) async fn wait_beyond(&self, store: &impl Store, after: Head) -> Head {
        let mut heads = self.head.subscribe();
        let beyond = |head: &Head| head.epoch != after.epoch || head.position > after.position;
        loop {
            let known = *heads.borrow_and_update();
            if beyond(&known) {
                return known;
            }
            tokio::select! {
                // The sender lives as long as `self`.
                _ = heads.changed() => {}
                _turn = self.asking.lock(), if self.others == Others::Maybe => match store.head().await {
                    Ok(head) => {
                        self.publish(head);
                        if !beyond(&head) {
                            rest(&mut heads).await;
                        }
                    }
                    Err(error) => {
                        // It is the next read that says so to the follower; waiting outlasts the trouble.
                        tracing::debug!(?error, "the head could not be read");
                        rest(&mut heads).await;
                    }
                },
            }
        }
    }
}

/// Waits an interval, or until something is published.
async fn rest(heads: &mut watch::Receiver<Head>) {
    tokio::select! {
        _ = heads.changed() => {}
        () = tokio::time::sleep(INTERVAL) => {}
    }
}
