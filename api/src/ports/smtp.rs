//! E-mail by SMTP.

use super::{Address, Message, Messages, Reply, Trouble};
use futures::FutureExt;
use lettre::{
    Address as MailAddress, AsyncSmtpTransport, AsyncTransport, Message as Mail, Tokio1Executor,
    message::{Attachment, Mailbox, MultiPart, SinglePart, header::ContentType},
    transport::smtp,
};
use std::{fmt, time::Duration};

const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server that takes our e-mails.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The domain of the message ids.
    domain: String,
}

/// The mail server's settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoSmtp {
    /// The address of the server.
    #[error(
        "expected the mail server as smtp://[user:password@]host[:port] (or smtps://), without `?`: {0}"
    )]
    Url(#[from] smtp::Error),
    /// The sender.
    #[error("expected the sender as an e-mail address, e.g. 备案 <filing@example.com>: {0}")]
    From(#[from] lettre::address::AddressError),
}

impl Smtp {
    /// A mail server by its URL, and the sender that our e-mails name.
    ///
    /// # Errors
    /// See [`NoSmtp`].
    pub fn new(url: &str, from: &str) -> Result<Self, NoSmtp> {
        let from: Mailbox = from.parse()?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?
            .timeout(Some(PATIENCE))
            .build();
        let domain = from.email.domain().to_owned();
        Ok(Self {
            transport,
            from,
            domain,
        })
    }

    fn mail(&self, message: &Message) -> Result<Mail, Trouble> {
        let Address::Email(email) = &message.to else {
            return Err(Trouble::Unsendable);
        };
        let to: MailAddress = email.as_str().parse().map_err(|_| Trouble::Unsendable)?;
        let mail = Mail::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject.clone())
            // The same message has the same id, by which mail programs show a repetition once.
            .message_id(Some(format!(
                "<{}@{}>",
                message.key.replace(':', "."),
                self.domain
            )));
        let written = match &message.attached {
            None => mail
                .header(ContentType::TEXT_PLAIN)
                .body(message.text.clone()),
            Some(file) => {
                let media_type = ContentType::parse(file.media_type);
                let media_type = media_type.map_err(|_| Trouble::Unsendable)?;
                let file = Attachment::new(file.name.clone()).body(file.bytes.clone(), media_type);
                let text = SinglePart::plain(message.text.clone());
                mail.multipart(MultiPart::mixed().singlepart(text).singlepart(file))
            }
        };
        written.map_err(|_| Trouble::Unsendable)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp(…)")
    }
}

impl Messages for Smtp {
    fn send<'a>(&'a self, message: &'a Message) -> Reply<'a, ()> {
        async move {
            let mail = self.mail(message)?;
            // The server's own words may repeat the address; its code is enough.
            self.transport
                .send(mail)
                .await
                .map(drop)
                .map_err(|error| match error.status() {
                    Some(code) => Trouble::Mail(u16::from(code)),
                    None if error.is_timeout() => Trouble::Timeout,
                    None if error.is_response() => Trouble::Unreadable,
                    None => Trouble::Unreachable,
                })
        }
        .boxed()
    }
}
