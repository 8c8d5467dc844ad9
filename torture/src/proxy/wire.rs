//! As much of PostgreSQL's protocol as the proxy has to understand.

/// The function that appends a group of decisions.
const APPEND: &[u8] = b"ledger_append(";
/// Asks for TLS, or for GSS encryption: a request without a type, before the one that starts the session.
const ASKS_FIRST: [u32; 2] = [80_877_103, 80_877_104];

/// What a client has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Not all of it has come.
    Part,
    /// A group of decisions, to be appended.
    Append,
    /// Something else.
    Other,
}

/// What is known of a connection.
#[derive(Debug, Default)]
pub(super) struct Wire {
    has_started: bool,
    /// The name under which the append is prepared.
    append: Option<Vec<u8>>,
}

impl Wire {
    /// Reads what has come since the last whole.
    pub(super) fn read(&mut self, mut said: &[u8]) -> Sent {
        if !self.has_started {
            return match (length(said, 0), length(said, 4)) {
                (Some(length), Some(code)) if said.len() >= length => {
                    let asks_first =
                        u32::try_from(code).is_ok_and(|code| ASKS_FIRST.contains(&code));
                    self.has_started = !asks_first;
                    Sent::Other
                }
                _ => Sent::Part,
            };
        }
        let mut is_append = false;
        while let Some((kind, body, rest)) = message(said) {
            match kind {
                b'P' if body.windows(APPEND.len()).any(|words| words == APPEND) => {
                    self.append = text(body).map(<[u8]>::to_vec);
                }
                // The portal's name, then that of what was prepared.
                b'B' => {
                    let bound = text(body).and_then(|portal| text(body.get(portal.len() + 1..)?));
                    is_append |= self.append.is_some() && bound == self.append.as_deref();
                }
                _ => {}
            }
            said = rest;
        }
        match (said.is_empty(), is_append) {
            (false, _) => Sent::Part,
            (true, true) => Sent::Append,
            (true, false) => Sent::Other,
        }
    }
}

/// Whether the last message of a server's answer says that it is ready for the next query: what was asked is committed.
pub(super) fn ends_with_ready(mut answer: &[u8]) -> bool {
    let mut last = 0;
    while let Some((kind, _, rest)) = message(answer) {
        last = kind;
        answer = rest;
    }
    last == b'Z' && answer.is_empty()
}

/// The first message: its type, its body, and what follows. `None`: not all of it is there.
fn message(said: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let end = 1 + length(said, 1)?;
    Some((*said.first()?, said.get(5..end)?, said.get(end..)?))
}

fn length(said: &[u8], at: usize) -> Option<usize> {
    let bytes = said.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}

/// A text that ends with a zero.
fn text(body: &[u8]) -> Option<&[u8]> {
    body.split(|byte| *byte == 0).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    fn started() -> Wire {
        let mut wire = Wire::default();
        let tls = [&8_u32.to_be_bytes()[..], &ASKS_FIRST[0].to_be_bytes()].concat();
        let start = [&8_u32.to_be_bytes()[..], &196_608_u32.to_be_bytes()].concat();
        assert_eq!(wire.read(&tls), Sent::Other);
        assert_eq!(wire.read(&start[..7]), Sent::Part);
        assert_eq!(wire.read(&start), Sent::Other);
        wire
    }

    #[test]
    fn an_append_is_known_by_what_was_prepared() {
        let mut wire = started();
        let bind = [
            framed(b'B', b"\0s1\0..."),
            framed(b'E', b""),
            framed(b'S', b""),
        ]
        .concat();
        assert_eq!(wire.read(&bind), Sent::Other);
        assert_eq!(
            wire.read(&framed(b'P', b"s1\0SELECT * FROM ledger_append($1)\0")),
            Sent::Other
        );
        assert_eq!(wire.read(&bind), Sent::Append);
        assert_eq!(wire.read(&bind[..bind.len() - 1]), Sent::Part);
        assert_eq!(wire.read(&framed(b'B', b"\0s2\0...")), Sent::Other);
    }

    #[test]
    fn a_commit_is_told_by_the_last_message() {
        let answer = [
            framed(b'2', b""),
            framed(b'C', b"SELECT 1\0"),
            framed(b'Z', b"I"),
        ]
        .concat();
        assert!((0..answer.len()).all(|cut| !ends_with_ready(&answer[..cut])));
        assert!(ends_with_ready(&answer));
    }
}
