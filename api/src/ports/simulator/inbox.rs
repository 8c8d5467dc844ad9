//! Messages that go nowhere: the last ones are kept in memory, for the demo to show and for tests to read.

use crate::ports::{Address, Message, Messages, Reply};
use futures::future::{FutureExt, ready};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// How many are kept.
const KEPT: usize = 200;

/// An inbox for everybody. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Inbox(Arc<Mutex<VecDeque<Message>>>);

impl Inbox {
    /// What is in it, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// The texts that went to an address, oldest first.
    pub fn to(&self, address: &Address) -> Vec<String> {
        self.messages()
            .into_iter()
            .filter(|message| message.to == *address)
            .map(|message| message.text)
            .collect()
    }
}

impl Messages for Inbox {
    fn send<'a>(&'a self, message: &'a Message) -> Reply<'a, ()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // As a real sender does: the same key again is the same message.
        if kept.iter().all(|known| known.key != message.key) {
            kept.push_back(message.clone());
        }
        while kept.len() > KEPT {
            kept.pop_front();
        }
        ready(Ok(())).boxed()
    }
}
