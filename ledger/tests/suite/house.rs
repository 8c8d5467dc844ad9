//! A small house to test the ledger with: guests who book rooms. One room takes one booking.

use domain::{
    aggregate,
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    personal::Personal,
    refusal::{Broken, Refusal},
    secret::Secret,
    work::{Ask, Stop, Subject, Work},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A guest: bookings, notes, and who it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Guest {
    pub(crate) name: Option<Personal<String>>,
    pub(crate) rooms: Vec<String>,
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum GuestCommand {
    Register { name: Personal<String> },
    TakeRoom { room: String },
    Note { text: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum GuestEvent {
    Registered { name: Personal<String> },
    RoomTaken { room: String },
    Noted { text: String },
}

impl GuestEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "GuestRegistered",
            Self::RoomTaken { .. } => "RoomTaken",
            Self::Noted { .. } => "GuestNoted",
        }
    }

    fn version(&self) -> &'static str {
        match self {
            Self::Registered { .. } | Self::RoomTaken { .. } | Self::Noted { .. } => "1.0",
        }
    }
}

impl Guest {
    fn decide(
        &self,
        command: &GuestCommand,
        _context: &Context,
    ) -> Result<Vec<GuestEvent>, Refusal> {
        Ok(vec![match command.clone() {
            GuestCommand::Register { name } => GuestEvent::Registered { name },
            GuestCommand::TakeRoom { room } if self.rooms.contains(&room) => {
                return Err(broken("GUEST-1"));
            }
            GuestCommand::TakeRoom { room } => GuestEvent::RoomTaken { room },
            GuestCommand::Note { text } => GuestEvent::Noted { text },
        }])
    }

    fn evolve(&mut self, event: GuestEvent) {
        match event {
            GuestEvent::Registered { name } => self.name = Some(name),
            GuestEvent::RoomTaken { room } => self.rooms.push(room),
            GuestEvent::Noted { text } => self.notes.push(text),
        }
    }
}

aggregate!(Guest, "Guest", GuestCommand, GuestEvent);

/// A room: who has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Room {
    pub(crate) guest: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum RoomCommand {
    Book { guest: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum RoomEvent {
    Booked { guest: String },
    Cleaned {},
}

impl RoomEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Booked { .. } => "RoomBooked",
            Self::Cleaned {} => "RoomCleaned",
        }
    }

    fn version(&self) -> &'static str {
        match self {
            Self::Booked { .. } => "2.0",
            Self::Cleaned {} => "1.0",
        }
    }
}

impl Room {
    fn decide(&self, command: &RoomCommand, _context: &Context) -> Result<Vec<RoomEvent>, Refusal> {
        let RoomCommand::Book { guest } = command.clone();
        match &self.guest {
            None => Ok(vec![RoomEvent::Booked { guest }, RoomEvent::Cleaned {}]),
            Some(_) => Err(taken()),
        }
    }

    fn evolve(&mut self, event: RoomEvent) {
        match event {
            RoomEvent::Booked { guest } => self.guest = Some(guest),
            RoomEvent::Cleaned {} => {}
        }
    }
}

aggregate!(Room, "Room", RoomCommand, RoomEvent, mostly absent);

/// The refusal of a room that is taken.
pub(crate) fn taken() -> Refusal {
    broken("ROOM-1")
}

fn broken(rule: &'static str) -> Refusal {
    Refusal::Rules {
        broken: vec![Broken {
            rule: rule.into(),
            pointer: "/room".to_owned(),
            facts: BTreeMap::new(),
        }],
    }
}

/// Books a room for a guest: two streams, three events, one decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) guest: String,
    pub(crate) room: String,
}

pub(crate) fn book(guest: &str, room: &str) -> Book {
    Book {
        guest: guest.to_owned(),
        room: room.to_owned(),
    }
}

impl Ask for Book {
    type Answer = String;

    fn name(&self) -> &'static str {
        "book"
    }

    fn file(&self) -> String {
        format!("guest/{}", self.guest)
    }

    fn turn(&self) -> String {
        format!("room/{}", self.room)
    }

    fn subjects(&self) -> Vec<Subject> {
        let about = |kind, id: &String| Subject {
            kind,
            id: id.clone(),
        };
        vec![about("order", &self.room), about("account", &self.guest)]
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<String, Stop> {
        let (guest, room) = (self.guest.clone(), self.room.clone());
        work.run::<Room>(&self.room, RoomCommand::Book { guest })
            .await?;
        work.run::<Guest>(&self.guest, GuestCommand::TakeRoom { room })
            .await?;
        Ok(format!("{} has {}", self.guest, self.room))
    }
}

/// Notes something about a guest: always accepted. `turn` lets a test choose who waits for whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) guest: String,
    pub(crate) text: String,
    pub(crate) turn: String,
}

pub(crate) fn note(guest: &str, text: &str) -> Note {
    Note {
        guest: guest.to_owned(),
        text: text.to_owned(),
        turn: guest.to_owned(),
    }
}

impl Ask for Note {
    type Answer = usize;

    fn name(&self) -> &'static str {
        "note"
    }

    fn file(&self) -> String {
        format!("guest/{}", self.guest)
    }

    fn turn(&self) -> String {
        self.turn.clone()
    }

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject {
            kind: "account",
            id: self.guest.clone(),
        }]
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<usize, Stop> {
        let text = self.text.clone();
        let guest = work
            .run::<Guest>(&self.guest, GuestCommand::Note { text })
            .await?;
        Ok(guest.notes.len())
    }
}

/// Tells who a guest is. The answer is the name, so that answers are sealed as well.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Register {
    pub(crate) guest: String,
    pub(crate) name: Personal<String>,
}

pub(crate) fn register(guest: &str, name: &str) -> Register {
    Register {
        guest: guest.to_owned(),
        name: name.to_owned().into(),
    }
}

impl Ask for Register {
    type Answer = Personal<String>;

    fn name(&self) -> &'static str {
        "register"
    }

    fn file(&self) -> String {
        format!("guest/{}", self.guest)
    }

    fn turn(&self) -> String {
        self.guest.clone()
    }

    fn subjects(&self) -> Vec<Subject> {
        vec![Subject {
            kind: "account",
            id: self.guest.clone(),
        }]
    }

    fn begins(&self) -> Option<(&'static str, String)> {
        Some(("Guest", self.guest.clone()))
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<Personal<String>, Stop> {
        let name = self.name.clone();
        work.run::<Guest>(&self.guest, GuestCommand::Register { name })
            .await?;
        Ok(self.name.clone())
    }
}

/// A context: who asks, at a fixed time.
pub(crate) fn context() -> Context {
    by("applicant:a")
}

pub(crate) fn by(actor: &str) -> Context {
    Context {
        at: "2026-03-01T09:00:00.123456789+08:00".parse().unwrap(),
        actor: Actor {
            id: actor.to_owned(),
            role: Role::Applicant,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(Secret::new([9; 32])),
        witness: Witness::default(),
    }
}
