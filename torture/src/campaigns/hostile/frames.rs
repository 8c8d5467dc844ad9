//! What is no HTTP, or two requests in one, or one that never ends: the office does not see it, but the library in front of it does.

use super::{drafts::Draft, line::Then, words::one_of};
use crate::chance::Chance;

/// Beginnings of other protocols.
const FOREIGN: [&[u8]; 6] = [
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    b"GET /livez\r\n\r\n",
    b"GET /livez HTTP/9.9\r\n\r\n",
    b"SSH-2.0-OpenSSH_9\r\n",
    b"\0\0\0\x08\x04\xd2\x16\x2f",
];
/// Lines that no head should have.
const LINES: [&[u8]; 16] = [
    b"content-length: 5\r\ncontent-length: 6",
    b"content-length: -1",
    b"content-length: +5",
    b"content-length: 0x10",
    b"content-length: 99999999999999999999999",
    b"content-length: 5, 5",
    b"transfer-encoding: chunked\r\ncontent-length: 5",
    b"transfer-encoding: xchunked",
    b"transfer-encoding: chunked, identity",
    b"transfer-encoding : chunked",
    b" folded: yes",
    b": nameless",
    b"nul: a\0b",
    b"bare: a\rb",
    b"upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA",
    b"host: elsewhere\r\nhost: here",
];
/// Bodies in pieces that do not fit together.
const PIECES: [&[u8]; 10] = [
    b"zz\r\n{}\r\n0\r\n\r\n",
    b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    b"-1\r\n{}\r\n0\r\n\r\n",
    b"2\r\n{}0\r\n\r\n",
    b"1\r\n{}\r\n0\r\n\r\n",
    b"2;ext=\"\r\n\"\r\n{}\r\n0\r\n\r\n",
    b"2\n{}\n0\n\n",
    b"0\r\n\r\nGET /v1/rules HTTP/1.1\r\nhost: localhost\r\n\r\n",
    b"\r\n\r\n",
];

/// What is said instead of this request, and what the caller does then.
pub(super) fn broken(draft: &Draft, chance: &mut Chance) -> (Vec<u8>, Then) {
    let mut bytes = draft.head();
    match chance.below(10) {
        0 => bytes = one_of(&FOREIGN, chance).to_vec(),
        1 | 2 => with_line(&mut bytes, one_of::<&[u8]>(&LINES, chance), draft),
        3 => {
            let mut chunked = draft.clone();
            chunked.is_chunked = true;
            bytes = chunked.head();
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(one_of::<&[u8]>(&PIECES, chance));
        }
        // More heads than a head may have, or longer ones.
        4 => {
            let line = format!(
                "x-{}: y\r\n",
                "n".repeat(*one_of(&[1, 100, 10_000], chance))
            );
            bytes.extend(line.repeat(*one_of(&[101, 300], chance)).bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        5 => {
            let long = format!(
                "GET /{} HTTP/1.1\r\n\r\n",
                "x".repeat(*one_of(&[66_000, 1 << 20], chance))
            );
            bytes = long.into_bytes();
        }
        6 => bytes = noise(chance),
        // The rest of it never comes.
        7 => {
            bytes = draft.bytes();
            let told = usize::try_from(chance.below(bytes.len() as u64)).unwrap_or_default();
            bytes.truncate(told);
        }
        // Several at once; nobody waits for the first answer.
        8 => {
            bytes = [
                draft.bytes(),
                draft.bytes(),
                b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
            ]
            .concat();
        }
        _ => {
            let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap_or_default();
            bytes[at] = *one_of(b"\0\n\r \t:\x7f\x80\xff", chance);
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&draft.body);
        }
    }
    // Who does not end what was begun would be waited for.
    (bytes, Then::HalfClose)
}

fn with_line(bytes: &mut Vec<u8>, line: &[u8], draft: &Draft) {
    bytes.extend_from_slice(line);
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes.extend_from_slice(&draft.body);
}

fn noise(chance: &mut Chance) -> Vec<u8> {
    let length = *one_of(&[1, 100, 10_000, 600_000], chance);
    let mut noise = Vec::with_capacity(length + 8);
    while noise.len() < length {
        noise.extend_from_slice(&chance.draw().to_be_bytes());
    }
    noise
}
