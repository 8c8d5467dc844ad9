//! SMS and e-mail through a gateway that takes signed JSON.

use super::Endpoint;
use crate::ports::{Address, Message, Messages, Reply};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::FutureExt;
use serde_json::json;

/// Posts `{"channel": "sms", "to": …, "text": …}` or `{"channel": "email", "to": …, "subject": …, "text": …}`; a file that goes
/// with an e-mail stands in `attached` as `{"name": …, "media_type": …, "base64": …}`.
#[derive(Clone, Debug)]
pub struct HttpMessages(pub Endpoint);

impl Messages for HttpMessages {
    fn send<'a>(&'a self, message: &'a Message) -> Reply<'a, ()> {
        let mut document = match &message.to {
            Address::Mobile(mobile) => {
                json!({"channel": "sms", "to": mobile.as_str(), "text": message.text})
            }
            Address::Email(email) => {
                json!({"channel": "email", "to": email.as_str(), "subject": message.subject, "text": message.text})
            }
        };
        if let Some(file) = &message.attached {
            let bytes = BASE64_STANDARD.encode(&file.bytes);
            document["attached"] =
                json!({"name": file.name, "media_type": file.media_type, "base64": bytes});
        }
        async move { self.0.post(&message.key, &document).await.map(drop) }.boxed()
    }
}
