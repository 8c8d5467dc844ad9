//! Where a request comes from: the connection, or what proxies that are trusted say of it.

use crate::office::Office;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

/// What each proxy appends the address to that it was asked from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who asks, as far as throttles tell callers apart: an address; of IPv6 the network of 64 bits, because a peer has all of its
/// addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl From<IpAddr> for Peer {
    fn from(ip: IpAddr) -> Self {
        Self(match ip.to_canonical() {
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            ip @ IpAddr::V4(_) => ip,
        })
    }
}

impl FromRequestParts<Arc<Office>> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        office: &Arc<Office>,
    ) -> Result<Self, Infallible> {
        // Without a connection (a test that calls the router) all share one counter.
        let connected = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |from| from.0.ip());
        Ok(office
            .trusted_proxies
            .client(connected, &parts.headers)
            .into())
    }
}

/// The proxies whose word about a caller's address is taken: blocks such as `10.0.0.0/8`, or single addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Proxies(Vec<IpNet>);

/// A block of addresses that is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "expected blocks of addresses such as 10.0.0.0/8 or 2001:db8::/32, or addresses; got {0:?}"
)]
pub struct NotABlock(String);

impl TryFrom<Vec<String>> for Proxies {
    type Error = NotABlock;

    fn try_from(blocks: Vec<String>) -> Result<Self, NotABlock> {
        let block = |text: String| {
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| NotABlock(text))
        };
        blocks
            .into_iter()
            .map(block)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl From<Proxies> for Vec<String> {
    fn from(proxies: Proxies) -> Self {
        proxies.0.iter().map(IpNet::to_string).collect()
    }
}

impl Proxies {
    /// Who asks: the connection's other end or, as long as that is a trusted proxy, whom it names, from the right. What
    /// stands further left was written by somebody who is not trusted, perhaps by the caller, and is not looked at.
    pub fn client(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = connected.to_canonical();
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
        let named = lines
            .into_iter()
            .rev()
            // A line that is no text names nobody: as a word that is no address, it ends the search.
            .flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for name in named {
            if !self.0.iter().any(|block| block.contains(&client)) {
                break;
            }
            let Some(ip) = address(name.trim()) else {
                break;
            };
            client = ip;
        }
        client
    }
}

/// An address, with a port behind it as some proxies write it.
fn address(name: &str) -> Option<IpAddr> {
    name.parse::<IpAddr>()
        .or_else(|_| name.parse::<SocketAddr>().map(|there| there.ip()))
        .ok()
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use serde_json::json;

    fn proxies() -> Proxies {
        serde_json::from_value(json!(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"])).unwrap()
    }

    #[test]
    fn only_what_a_trusted_proxy_wrote_is_believed() {
        // Who is connected, what the lines of the header say, who asks.
        let rows: &[(&str, &[&str], &str)] = &[
            ("10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("::ffff:10.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("192.0.2.1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("2001:db8::1", &["[2400::7]:4711"], "2400::7"),
            // Several proxies, on one line or on several.
            ("10.0.0.1", &["203.0.113.7, 10.0.0.2"], "203.0.113.7"),
            ("10.0.0.1", &["203.0.113.7", "10.0.0.2"], "203.0.113.7"),
            // The caller wrote something in front.
            ("10.0.0.1", &["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            ("10.0.0.1", &["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
            (
                "10.0.0.1",
                &["10.0.0.9, 203.0.113.7, 10.0.0.2"],
                "203.0.113.7",
            ),
            // The peer is nobody's proxy.
            ("203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("192.0.2.2", &["198.51.100.1"], "192.0.2.2"),
            // Nothing is said, or nothing that is an address.
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
            // A caller from within.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ];
        for (connected, lines, client) in rows {
            let mut headers = HeaderMap::new();
            for line in *lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            let found = proxies().client(connected.parse().unwrap(), &headers);
            assert_eq!(found.to_string(), *client, "{connected} {lines:?}");
            let none = Proxies::default().client(connected.parse().unwrap(), &headers);
            assert_eq!(
                none,
                connected.parse::<IpAddr>().unwrap().to_canonical(),
                "nobody is trusted unless told so"
            );
        }
    }

    #[test]
    fn a_block_that_is_none_is_named() {
        let refused = serde_json::from_value::<Proxies>(json!(["10.0.0.0/8", "10.0.0.0/33"]));
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("10.0.0.0/33"), "{message}");
        let blocks = json!(["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
        assert_eq!(json!(proxies()), blocks);
    }

    #[test]
    fn a_peer_is_its_address_or_its_network() {
        let peer = |text: &str| Peer::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(peer("192.0.2.1"), peer("::ffff:192.0.2.1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::2:3"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
    }
}
