//! Messages to people: SMS and e-mail.

use super::{Reply, Trouble};
use domain::values::{Email, Mobile};
use futures::future::{FutureExt, ready};
use std::fmt;

/// Where a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// By SMS.
    Mobile(Mobile),
    /// By e-mail.
    Email(Email),
}

impl Address {
    /// Enough to recognise one's own, not enough to learn another's.
    pub fn mask(&self) -> String {
        match self {
            Self::Mobile(mobile) => mobile.mask(),
            Self::Email(email) => email.mask(),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

/// A message, ready to be sent. It exists only while it is sent: nothing of it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The same for every attempt at the same message: whoever sends it recognises a repetition by it.
    pub key: String,
    /// Where to.
    pub to: Address,
    /// The subject of an e-mail; empty for an SMS.
    pub subject: String,
    /// The text.
    pub text: String,
    /// A file that goes with an e-mail.
    pub attached: Option<Attachment>,
}

/// A file that goes with an e-mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called.
    pub name: String,
    /// What the bytes are.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("key", &self.key)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// Something that sends messages.
pub trait Messages: Send + Sync + 'static {
    /// Sends one. `Ok`: it was taken and will be on its way.
    fn send<'a>(&'a self, message: &'a Message) -> Reply<'a, ()>;
}

/// No way to send messages is configured: every message waits, then becomes a dead letter.
#[derive(Clone, Copy, Debug)]
pub struct NoMessages;

impl Messages for NoMessages {
    fn send<'a>(&'a self, _message: &'a Message) -> Reply<'a, ()> {
        ready(Err(Trouble::Unconnected)).boxed()
    }
}
