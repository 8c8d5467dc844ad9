//! The bureau behind an address that takes signed JSON.

use super::Endpoint;
use crate::ports::{Acknowledged, Bureau, Reply, Submission};
use axum::http::StatusCode;
use futures::FutureExt;

/// Posts the submission. 202 says that the receipt follows; any other success is the receipt.
#[derive(Clone, Debug)]
pub struct HttpBureau(pub Endpoint);

impl Bureau for HttpBureau {
    fn submit<'a>(&'a self, key: &'a str, submission: &'a Submission) -> Reply<'a, Acknowledged> {
        async move {
            let (status, _) = self.0.post(key, submission).await?;
            Ok(if status == StatusCode::ACCEPTED {
                Acknowledged::ReceiptFollows
            } else {
                Acknowledged::Received
            })
        }
        .boxed()
    }
}
