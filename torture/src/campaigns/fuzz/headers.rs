//! What stands around a request: keys, cursors, tokens, ids of events, signatures, addresses that proxies name.

use api::{auth::Token, doors, peer::Proxies, ports::signing::PortKey};
use domain::secret::Secret;
use jiff::Timestamp;
use ledger::{Head, IdempotencyKey};
use std::{net::Ipv4Addr, sync::LazyLock};

static PROXIES: LazyLock<Proxies> = LazyLock::new(|| {
    let blocks = vec!["10.0.0.0/8".to_owned(), "2001:db8::/32".to_owned()];
    blocks.try_into().unwrap_or_default()
});
static SECRET: LazyLock<Secret> = LazyLock::new(|| Secret::new([7; 32]));
const PORT: PortKey = PortKey::new([3; 32]);
/// The letters of a cursor.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Reads a line as everything that may stand in a header or an address.
///
/// # Panics
/// Something does, or is not read as it was written.
pub fn read(bytes: &[u8]) {
    let connected = Ipv4Addr::new(10, 0, 0, 1);
    doors::client(&PROXIES, connected.into(), bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(head) = text.parse::<Head>() {
        assert_eq!(head.to_string().parse(), Ok(head));
    }
    if let Ok(key) = text.parse::<IdempotencyKey>() {
        assert_eq!(key.as_str(), text);
    }
    if let Some(token) = Token::parse(text) {
        assert_eq!(token.reveal(), text);
        drop(token.digest(&SECRET));
    }
    if let Ok(proxies) = Proxies::try_from(vec![text.to_owned()]) {
        let written = Vec::<String>::from(proxies.clone());
        assert_eq!(Proxies::try_from(written).ok(), Some(proxies));
    }
    let (timestamp, signature) = text.split_once('\n').unwrap_or((text, ""));
    let believed = PORT.verify(timestamp, signature, bytes, Timestamp::UNIX_EPOCH);
    assert!(believed.is_err(), "nobody here knows the key");
    doors::cursor(text);
    // As whoever pages through a list would write it.
    let letters = bytes.iter().map(|byte| LETTERS[usize::from(byte % 64)]);
    doors::cursor(&letters.map(char::from).collect::<String>());
}

/// One of each.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let token = format!("beian_{}", "0f".repeat(32));
    let signature = format!("1\nv1={}", "0f".repeat(32));
    let lines = [
        "1:42",
        "0192-a",
        &token,
        &signature,
        "203.0.113.7, 10.0.0.2",
        "[2400::7]:4711,10.0.0.1",
        "2001:db8::/32",
        "10.0.0.0/8",
        "eyJhIjoxfQ",
        "W10",
        "99999999999999999999:1",
        "",
    ];
    lines.map(|line| line.as_bytes().to_vec()).into()
}
