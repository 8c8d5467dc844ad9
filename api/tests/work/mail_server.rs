//! A mail server that takes everything, or nothing, and remembers what it was told.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(crate) struct MailServer {
    pub(crate) url: String,
    lines: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl MailServer {
    /// One that answers `RCPT TO` with this line.
    pub(crate) async fn answering(recipient: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&lines);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                converse(stream, recipient, &heard).await;
            }
        });
        Self { url, lines, server }
    }

    /// Every line that was said to it.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn converse(stream: TcpStream, recipient: &str, heard: &Mutex<Vec<String>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut in_data, mut reply) = (false, "220 mail.example.com".to_owned());
    loop {
        if !reply.is_empty()
            && writer
                .write_all(format!("{reply}\r\n").as_bytes())
                .await
                .is_err()
        {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else {
            return;
        };
        heard.lock().unwrap().push(line.clone());
        reply = match line.get(..4).unwrap_or_default() {
            _ if in_data && line == "." => {
                in_data = false;
                "250 taken".to_owned()
            }
            _ if in_data => String::new(),
            "RCPT" => recipient.to_owned(),
            "DATA" => {
                in_data = true;
                "354 go on".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 mail.example.com".to_owned(),
        };
    }
}
