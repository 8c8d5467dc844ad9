//! What the office is connected to: the `ports` table of the configuration.

use super::NoStart;
use crate::{
    keys,
    ports::{
        NotAnEndpoint, PortKey, Recognition, Registers, SimulatedRecognition, Smtp,
        http::{Endpoint, HttpBureau, HttpFaceCheck, HttpMessages, HttpRecognition, HttpRegisters},
    },
    workers::Outside,
};
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf};

/// The ports. One that is absent is not connected.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ports {
    /// Simulate messages, bureau, face check and recognition, where nothing else is said.
    pub simulate: bool,
    /// After how many minutes a simulated bureau approves; none: it waits to be told.
    pub simulated_approval_minutes: Option<u32>,
    /// A gateway for SMS, and for e-mail where `smtp` is absent.
    pub messages: Option<Port>,
    /// A mail server.
    pub smtp: Option<MailServer>,
    /// The bureau.
    pub bureau: Option<Port>,
    /// The face check.
    pub face_check: Option<Port>,
    /// Recognition of documents.
    pub recognition: Option<Port>,
    /// MIIT's register; with `resources` and `domains`, in place of the simulated registers.
    pub miit: Option<Port>,
    /// The provider's register of servers and authorisation codes.
    pub resources: Option<Port>,
    /// The register of domains.
    pub domains: Option<Port>,
}

/// A port over HTTP.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Where it is.
    pub url: String,
    /// A file with the key that both sides know: 64 hexadecimal digits.
    pub key_file: PathBuf,
}

/// A mail server.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailServer {
    /// `smtps://[user:password@]host[:port]`, or `smtp://` on a network of one's own.
    pub url: String,
    /// Whom our e-mails name as their sender.
    pub from: String,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Port {
    fn connect(&self) -> Result<Endpoint, NoStart> {
        let key = keys::load(&self.key_file)?;
        Endpoint::new(&self.url, PortKey::new(key))
            .map_err(|why: NotAnEndpoint| NoStart::Port(why.to_string()))
    }
}

impl Ports {
    /// Connects what the workers speak to.
    ///
    /// # Errors
    /// A port's key or address cannot be used.
    pub(super) fn connect(&self) -> Result<Outside, NoStart> {
        let mut outside = if self.simulate {
            Outside::simulated(self.simulated_approval_minutes)
        } else {
            Outside::unconnected()
        };
        if let Some(port) = &self.messages {
            let gateway = HttpMessages(port.connect()?);
            outside.sms = Box::new(gateway.clone());
            outside.email = Box::new(gateway);
            outside.inbox = None;
        }
        if let Some(server) = &self.smtp {
            outside.email = Box::new(
                Smtp::new(&server.url, &server.from)
                    .map_err(|why| NoStart::Port(why.to_string()))?,
            );
        }
        if let Some(port) = &self.bureau {
            outside.bureau = Some(Box::new(HttpBureau(port.connect()?)));
            outside.approval_minutes = None;
        }
        if let Some(port) = &self.face_check {
            outside.face_check = Some(Box::new(HttpFaceCheck(port.connect()?)));
        }
        Ok(outside)
    }

    /// Connects what reads documents; none: people type.
    ///
    /// # Errors
    /// The port's key or address cannot be used.
    pub(super) fn recognition(&self) -> Result<Option<Box<dyn Recognition>>, NoStart> {
        Ok(match &self.recognition {
            Some(port) => Some(Box::new(HttpRecognition(port.connect()?))),
            None if self.simulate => Some(Box::new(SimulatedRecognition)),
            None => None,
        })
    }

    /// Connects the registers, if they are not simulated.
    ///
    /// # Errors
    /// Some are configured and others are not; or a port's key or address cannot be used.
    pub(super) fn registers(&self) -> Result<Option<impl Registers + use<>>, NoStart> {
        match (&self.miit, &self.resources, &self.domains) {
            (None, None, None) => Ok(None),
            (Some(miit), Some(resources), Some(domains)) => Ok(Some(HttpRegisters {
                miit: miit.connect()?,
                resources: resources.connect()?,
                domains: domains.connect()?,
            })),
            _ => Err(NoStart::Port(
                "expected all three registers, `ports.miit`, `ports.resources` and `ports.domains`, or none; they may have the same address".to_owned(),
            )),
        }
    }
}
