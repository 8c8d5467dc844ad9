//! Forms with a file (multipart/form-data), sound and otherwise.

use super::words::{self, Corpus, one_of};
use crate::chance::Chance;

const BOUNDARY: &str = "a-boundary";
/// The beginnings of files.
const FILES: [&[u8]; 7] = [
    b"\x89PNG\r\n\x1a\n and the rest",
    b"\xff\xd8\xff\xe0rest",
    b"%PDF-1.7\n%",
    b"GIF89a......",
    b"PK\x03\x04\x14\0\0\0\x08\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<!DOCTYPE html><svg onload=alert(1)>",
];

/// A part: its headers, and what stands in it.
type Part = (String, Vec<u8>);

/// A form.
pub(super) struct Form(Vec<Part>);

impl Form {
    pub(super) fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (headers, content) in &self.0 {
            bytes.extend_from_slice(format!("--{BOUNDARY}\r\n{headers}\r\n\r\n").as_bytes());
            bytes.extend_from_slice(content);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        bytes
    }
}

fn named(name: &str) -> String {
    format!("content-disposition: form-data; name=\"{name}\"")
}

fn file(content: Vec<u8>) -> Part {
    let headers = format!(
        "{}; filename=\"f.png\"\r\ncontent-type: image/png",
        named("file")
    );
    (headers, content)
}

/// One that may be taken, by one of the addresses that take any.
pub(super) fn sound(corpus: &Corpus, chance: &mut Chance) -> Form {
    let content = match chance.below(2) {
        0 => one_of(&FILES, chance).to_vec(),
        _ => one_of(&corpus.files, chance).clone(),
    };
    let words = match chance.below(3) {
        0 => vec![("kind", "app_icon"), ("service", "app-1")],
        1 => vec![("service", "app-1")],
        _ => vec![("kind", "authorisation_letter")],
    };
    let mut parts: Vec<Part> = words
        .into_iter()
        .map(|(name, word)| (named(name), word.as_bytes().to_vec()))
        .collect();
    parts.push(file(content));
    Form(parts)
}

/// One that should not be taken: its type as declared, and its bytes.
pub(super) fn damaged(corpus: &Corpus, chance: &mut Chance) -> (String, Vec<u8>) {
    let mut form = sound(corpus, chance);
    let content_type = match chance.below(12) {
        0 => "multipart/form-data".to_owned(),
        1 => format!("multipart/form-data; boundary={}", "b".repeat(300)),
        2 => "multipart/form-data; boundary=\"\"".to_owned(),
        3 => format!("multipart/mixed; boundary={BOUNDARY}"),
        4 => format!("multipart/form-data; boundary={BOUNDARY}; boundary=other"),
        _ => Form::content_type(),
    };
    match chance.below(9) {
        0 => strange_headers(&mut form, chance),
        1 => form.0.push((named("file"), b"second".to_vec())),
        2 => form.0.retain(|(headers, _)| !headers.contains("\"file\"")),
        3 => form
            .0
            .push((named("kind"), words::text(chance).into_bytes())),
        4 => form
            .0
            .extend((0..500).map(|n| (named(&format!("word-{n}")), vec![b'x'; 20]))),
        5 => form
            .0
            .push((named(&"n".repeat(20_000)), words::text(chance).into_bytes())),
        6 => {
            for (_, content) in &mut form.0 {
                words::broken(content, chance);
            }
        }
        7 if chance.below(30) == 0 => form.0.push(file(vec![b'x'; 10 << 20])),
        _ => {}
    }
    let mut bytes = form.bytes();
    if chance.below(2) == 0 {
        words::broken(&mut bytes, chance);
    }
    (content_type, bytes)
}

fn strange_headers(form: &mut Form, chance: &mut Chance) {
    const STRANGE: [&str; 10] = [
        "content-disposition: form-data",
        "content-disposition: form-data; name=",
        "content-disposition: form-data; name=\"kind\0\"",
        "content-disposition: form-data; name=\"ki\\\"nd\"; name=\"file\"",
        "content-disposition: attachment; name*=utf-8''%00%ff",
        "content-disposition: form-data; name=\"file\"; filename=\"../../../etc/passwd\"",
        "content-disposition: form-data; name=\"kind\"\r\ncontent-type: text/plain; charset=utf-7",
        "content-disposition: form-data; name=\"kind\"\r\ncontent-length: 99999999999",
        "content-disposition: form-data; name=\"kind\"\r\ncontent-transfer-encoding: base64",
        "no header at all",
    ];
    let which = usize::try_from(chance.below(form.0.len() as u64)).unwrap_or_default();
    let headers = match chance.below(8) {
        0 => format!("{}\r\nx: {}", named("kind"), "y".repeat(30_000)),
        1 => "x: y\r\n".repeat(200) + &named("kind"),
        _ => (*one_of(&STRANGE, chance)).to_owned(),
    };
    if let Some((old, _)) = form.0.get_mut(which) {
        *old = headers;
    }
}
