//! Ports that keep what they were given, every attempt of it, and fail as they are told to.

use api::ports::{
    Acknowledged, Address, Bureau, Check, FaceCheck, Found, Message, Messages, Reply,
    SimulatedFaceCheck, Submission, Trouble,
};
use api::workers::Outside;
use domain::values::{AttemptId, Email, Mobile};
use futures::future::{FutureExt, pending, ready};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

/// What a port does with the next attempt.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Says this.
    Says(Trouble),
    /// Takes it and never answers.
    Hangs,
    /// A face check that speaks of another attempt than it was asked for.
    NamesAnother,
}

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    submissions: Vec<String>,
    faults: VecDeque<Fault>,
}

/// Clones share everything.
#[derive(Clone, Default)]
pub(crate) struct Ledgered(Arc<Mutex<Kept>>);

impl Ledgered {
    pub(crate) fn outside(&self) -> Outside {
        Outside {
            sms: Box::new(self.clone()),
            email: Box::new(self.clone()),
            bureau: Some(Box::new(self.clone())),
            face_check: Some(Box::new(self.clone())),
            approval_minutes: None,
            inbox: None,
        }
    }

    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.0.lock().unwrap().faults.extend(faults);
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.0.lock().unwrap().messages.clone()
    }

    /// How often each submission was handed over, by key.
    pub(crate) fn submissions(&self) -> Vec<String> {
        self.0.lock().unwrap().submissions.clone()
    }

    /// How often each message was handed over, by key.
    pub(crate) fn attempts(&self) -> BTreeMap<String, usize> {
        let mut attempts = BTreeMap::new();
        for message in self.messages() {
            *attempts.entry(message.key).or_default() += 1;
        }
        attempts
    }

    /// The SMS that went to a mobile, once each.
    pub(crate) fn sms(&self, mobile: &str) -> Vec<String> {
        self.to(&Address::Mobile(Mobile::parse(mobile).unwrap()))
    }

    /// The e-mails that went to an address, once each.
    pub(crate) fn emails(&self, email: &str) -> Vec<String> {
        self.to(&Address::Email(Email::parse(email).unwrap()))
    }

    fn to(&self, address: &Address) -> Vec<String> {
        let mut keys = Vec::new();
        let mut texts = Vec::new();
        for message in self
            .messages()
            .into_iter()
            .filter(|message| message.to == *address)
        {
            if !keys.contains(&message.key) {
                keys.push(message.key);
                texts.push(if message.subject.is_empty() {
                    message.text
                } else {
                    format!("{}\n{}", message.subject, message.text)
                });
            }
        }
        texts
    }

    fn next<T: Send + 'static>(&self, answer: T) -> Reply<'static, T> {
        match self.0.lock().unwrap().faults.pop_front() {
            None | Some(Fault::NamesAnother) => ready(Ok(answer)).boxed(),
            Some(Fault::Says(trouble)) => ready(Err(trouble)).boxed(),
            Some(Fault::Hangs) => pending().boxed(),
        }
    }
}

impl Messages for Ledgered {
    fn send<'a>(&'a self, message: &'a Message) -> Reply<'a, ()> {
        self.0.lock().unwrap().messages.push(message.clone());
        self.next(())
    }
}

impl FaceCheck for Ledgered {
    fn check<'a>(&'a self, key: &'a str, check: &'a Check) -> Reply<'a, Option<Found>> {
        let fault = self.0.lock().unwrap().faults.pop_front();
        match fault {
            None => SimulatedFaceCheck.check(key, check),
            Some(Fault::NamesAnother) => async move {
                let found = SimulatedFaceCheck.check(key, check).await?;
                let attempt = AttemptId::new(Timestamp::UNIX_EPOCH, [9; 10]);
                Ok(found.map(|found| Found { attempt, ..found }))
            }
            .boxed(),
            Some(Fault::Says(trouble)) => ready(Err(trouble)).boxed(),
            Some(Fault::Hangs) => pending().boxed(),
        }
    }
}

impl Bureau for Ledgered {
    fn submit<'a>(&'a self, key: &'a str, _submission: &'a Submission) -> Reply<'a, Acknowledged> {
        self.0.lock().unwrap().submissions.push(key.to_owned());
        self.next(Acknowledged::Received)
    }
}
