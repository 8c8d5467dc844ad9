//! HTTP/1.1, as much of it as two sides on one machine need: a head, a length, a body.

/// What came is no HTTP, and will not become any.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("what came is no HTTP")]
pub struct NoHttp;

/// A request or an answer, of which all has come.
#[derive(Debug, PartialEq)]
pub struct Message<'r> {
    head: &'r str,
    /// The document.
    pub body: &'r [u8],
    /// How long it is with its head.
    pub length: usize,
}

impl<'r> Message<'r> {
    /// The first in what was read, if all of it has come. One that does not say how long its document is has none.
    pub fn first(read: &'r [u8]) -> Result<Option<Self>, NoHttp> {
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let (head, rest) = read.split_at(end);
        let head = std::str::from_utf8(head).map_err(|_| NoHttp)?;
        let mut message = Self {
            head,
            body: &[],
            length: end + 4,
        };
        let length = message.field("content-length").map_or(Ok(0), str::parse);
        let length: usize = length.map_err(|_| NoHttp)?;
        let Some(body) = rest.get(4..4 + length) else {
            return Ok(None);
        };
        message.body = body;
        message.length += length;
        Ok(Some(message))
    }

    /// The value of a field of the head.
    pub fn field(&self, name: &str) -> Option<&'r str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The status of an answer.
    pub fn status(&self) -> Result<u16, NoHttp> {
        let status = self.head.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).ok_or(NoHttp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_there_when_its_last_byte_has_come() {
        let whole =
            b"HTTP/1.1 200 OK\r\nIdempotency-Key: a:b:0\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
        for cut in 0..whole.len() {
            assert_eq!(Message::first(&whole[..cut]), Ok(None), "{cut}");
        }
        let next = [&whole[..], b"HTTP/1.1 500"].concat();
        let message = Message::first(&next).unwrap().unwrap();
        assert_eq!(
            (message.length, message.body),
            (whole.len(), &b"{\"a\":1}"[..])
        );
        assert_eq!(
            (message.status(), message.field("idempotency-key")),
            (Ok(200), Some("a:b:0"))
        );
    }

    #[test]
    fn what_is_no_http_is_no_message() {
        let message = Message::first(b"hello\r\n\r\n").unwrap().unwrap();
        assert_eq!(message.status(), Err(NoHttp));
        assert_eq!(
            Message::first(b"A\r\ncontent-length: no\r\n\r\n"),
            Err(NoHttp)
        );
        assert_eq!(Message::first(b"\xff\r\n\r\n"), Err(NoHttp));
    }
}
