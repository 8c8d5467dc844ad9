//! Requests before they are said, and what is changed in their address, method and headers.

use super::words::{self, one_of};
use crate::chance::Chance;

/// A request before it is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    /// In pieces, and not with its length in front.
    pub(super) is_chunked: bool,
}

impl Draft {
    /// Puts a header in place of the one of that name.
    pub(super) fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.headers.retain(|(other, _)| other != name);
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
    }

    /// The head, without the empty line after it.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\n",
            self.method, self.target
        );
        if self.is_chunked {
            head.push_str("transfer-encoding: chunked\r\n");
        } else if !self.body.is_empty() || self.method == "POST" || self.method == "PUT" {
            head = format!("{head}content-length: {}\r\n", self.body.len());
        }
        let mut head = head.into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        }
        head
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(b"\r\n");
        if !self.is_chunked {
            bytes.extend_from_slice(&self.body);
            return bytes;
        }
        for piece in self.body.chunks(1000) {
            bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            bytes.extend_from_slice(piece);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }
}

/// What stands in an address where an id should.
pub(super) fn bad_segment(chance: &mut Chance) -> String {
    let strange = [
        "x",
        "",
        "%00",
        "..",
        "%2e%2e%2f%2e%2e",
        "%ff%fe",
        "%C0%80",
        "%",
        "-1",
        "0",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "%E9%A1%B5",
        "a%2Fb",
        "%0d%0aset-cookie:%20a=b",
        "18446744073709551616",
        ";",
        "*",
        "~",
        "01936372-E280-7000-8000-000000000002",
        "{account}",
    ];
    match chance.below(8) {
        0 => "x".repeat(*one_of(&[255, 256, 5000], chance)),
        1 => escaped(&words::text(chance)).chars().take(20_000).collect(),
        _ => (*one_of(&strange, chance)).to_owned(),
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(byte));
        } else {
            escaped.extend(["%", &hex::encode_upper([byte])]);
        }
        if escaped.len() > 20_000 {
            break;
        }
    }
    escaped
}

pub(super) fn in_method(draft: &mut Draft, chance: &mut Chance) {
    let methods = [
        "HEAD", "OPTIONS", "TRACE", "PATCH", "BREW", "get", "PUT", "DELETE", "POST", "GET",
        "PROPFIND",
    ];
    (*one_of(&methods, chance)).clone_into(&mut draft.method);
}

pub(super) fn in_headers(draft: &mut Draft, chance: &mut Chance) {
    const NAMES: [&str; 15] = [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "last-event-id",
        "range",
        "accept",
        "accept-encoding",
        "x-request-id",
        "x-forwarded-for",
        "content-encoding",
        "expect",
        "cookie",
        "x-http-method-override",
    ];
    const VALUES: [&str; 26] = [
        "",
        " ",
        "*",
        "\"7\"",
        "\"\"",
        "W/\"7\"",
        "\"99999999999999999999\"",
        "1:0",
        "7:1",
        "1:99999999999999999999",
        "-1:-1",
        "two words",
        "Bearer",
        "Bearer beian_",
        "Basic YTpi",
        "bytes=0-0,1-1,2-2,9-1",
        "bytes=-99999999999999999999",
        "gzip",
        "100-continue",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "text/plain",
        "APPLICATION/JSON;;;",
        "127.0.0.1, unknown, [::1]:99999",
        "\"1\", \"2\"",
    ];
    for _ in 0..=chance.below(3) {
        let name = *one_of(&NAMES, chance);
        let value = match chance.below(10) {
            0 => "é\u{202e}页".as_bytes().to_vec(),
            1 => vec![0xff, 0xfe, 0x80],
            2 => "v".repeat(*one_of(&[255, 256, 8000], chance)).into_bytes(),
            3 => format!("Bearer beian_{}", "0".repeat(64)).into_bytes(),
            4 => b"\tx\t".to_vec(),
            _ => one_of(&VALUES, chance).as_bytes().to_vec(),
        };
        if chance.below(4) > 0 {
            draft.set(name, value);
        } else {
            draft.headers.push((name.to_owned(), value));
        }
    }
    if chance.below(10) == 0 {
        let which = usize::try_from(chance.below(draft.headers.len() as u64)).unwrap_or_default();
        draft.headers.remove(which);
    }
}
