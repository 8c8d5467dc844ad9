//! Addresses of servers, as they are filed: a range, or one address written as one.

use super::{Form, Problem, Text, ValueError, written::written};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// A range of addresses (IP地址段) from `start` to `end`, both included: one family, start not after end (IPA-2, IPA-3).
///
/// One address is a range whose ends are equal (IPA-4). IPv6 may be written in any form and is kept in the canonical
/// one of RFC 5952 (IPA-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IpBlock {
    start: IpAddr,
    end: IpAddr,
}

/// The family of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IpFamily {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl IpBlock {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("IP地址", "IP address or range"),
        expected: Text::new(
            "IPv4或IPv6地址，地址段写作 起始-结束",
            "an IPv4 or IPv6 address, or a range written start-end",
        ),
        cure: Text::new(
            "请填写服务器的公网IP，如203.0.113.7或203.0.113.7-203.0.113.9",
            "enter the server's public address, such as 203.0.113.7 or 203.0.113.7-203.0.113.9",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let says = |zh, en| Self::FORM.refuse(Problem::Says(Text::new(zh, en)));
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        if raw.contains('/') {
            return Err(says("这是CIDR写法", "this is a range in CIDR notation"));
        }
        let (start, end) = raw.split_once('-').unwrap_or((raw, raw));
        let address = |part: &str| {
            part.parse()
                .map_err(|_| says("不是IP地址", "this is not an IP address"))
        };
        let (start, end): (IpAddr, IpAddr) = (address(start)?, address(end)?);
        if family(start) != family(end) {
            return Err(says(
                "起始和结束地址不是同一种IP",
                "its ends are of different families",
            ));
        }
        let mapped = |end: IpAddr| matches!(end, IpAddr::V6(v6) if is_mapped(v6));
        if mapped(start) || mapped(end) {
            return Err(says(
                "这是IPv4地址的IPv6写法",
                "this is an IPv4 address written as IPv6; write it as IPv4",
            ));
        }
        if start > end {
            return Err(says("起始地址大于结束地址", "it starts after it ends"));
        }
        Ok(Self { start, end })
    }

    /// The first address.
    pub const fn start(&self) -> IpAddr {
        self.start
    }

    /// The last address.
    pub const fn end(&self) -> IpAddr {
        self.end
    }

    /// The family of both.
    pub const fn family(&self) -> IpFamily {
        family(self.start)
    }

    /// Whether it is one address (IPA-4).
    pub fn is_single(&self) -> bool {
        self.start == self.end
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        // All IPv4 addresses sort before all IPv6 ones, so a range of one family never contains the other.
        (self.start..=self.end).contains(&address)
    }

    /// Whether all of another range lies in it: a filed range within an assigned block (IPA-3).
    pub fn covers(&self, other: &Self) -> bool {
        self.contains(other.start) && self.contains(other.end)
    }
}

impl From<IpAddr> for IpBlock {
    /// One address. An IPv4 address in IPv6 clothes becomes an IPv4 address.
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self {
            start: address,
            end: address,
        }
    }
}

const fn family(address: IpAddr) -> IpFamily {
    match address {
        IpAddr::V4(_) => IpFamily::V4,
        IpAddr::V6(_) => IpFamily::V6,
    }
}

const fn is_mapped(address: Ipv6Addr) -> bool {
    address.to_ipv4_mapped().is_some()
}

/// Always `start-end`, for one address as well (IPA-4).
impl fmt::Display for IpBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

written!(IpBlock);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // covers: IPA-2, IPA-4, IPA-5
    #[test]
    fn an_address_of_either_family_is_a_range_with_equal_ends() {
        let rows = [
            ("203.0.113.7", "203.0.113.7-203.0.113.7", IpFamily::V4),
            (
                "203.0.113.7-203.0.113.7",
                "203.0.113.7-203.0.113.7",
                IpFamily::V4,
            ),
            (
                "2001:0DB8:0000:0000:0000:0000:0000:0001",
                "2001:db8::1-2001:db8::1",
                IpFamily::V6,
            ),
            ("2001:db8:0:0:0::1", "2001:db8::1-2001:db8::1", IpFamily::V6),
            ("2001:db8::1", "2001:db8::1-2001:db8::1", IpFamily::V6),
        ];
        for (written, kept, family) in rows {
            let block = IpBlock::parse(written).unwrap();
            assert_eq!(
                (
                    block.to_string().as_str(),
                    block.family(),
                    block.is_single()
                ),
                (kept, family, true)
            );
        }
    }

    // covers: IPA-3
    #[test]
    fn a_range_has_one_family_and_starts_before_it_ends() {
        let block = IpBlock::parse("203.0.113.7-203.0.113.9").unwrap();
        assert_eq!(block.to_string(), "203.0.113.7-203.0.113.9");
        assert_eq!(
            (
                block.start().to_string().as_str(),
                block.end().to_string().as_str()
            ),
            ("203.0.113.7", "203.0.113.9")
        );
        assert!(!block.is_single());
        assert_eq!(
            IpBlock::parse("2001:db8::1-2001:db8:0::ff")
                .unwrap()
                .to_string(),
            "2001:db8::1-2001:db8::ff"
        );
        let rows = [
            ("", "nothing came"),
            ("203.0.113.9-203.0.113.7", "it starts after it ends"),
            (
                "203.0.113.7-2001:db8::1",
                "its ends are of different families",
            ),
            (
                "2001:db8::1-203.0.113.7",
                "its ends are of different families",
            ),
            ("203.0.113.0/24", "this is a range in CIDR notation"),
            (
                "::ffff:203.0.113.7",
                "this is an IPv4 address written as IPv6; write it as IPv4",
            ),
            (
                "::ffff:203.0.113.7-2001:db8::1",
                "this is an IPv4 address written as IPv6; write it as IPv4",
            ),
            (
                "::1-::ffff:203.0.113.7",
                "this is an IPv4 address written as IPv6; write it as IPv4",
            ),
            ("203.0.113.7 - 203.0.113.9", "this is not an IP address"),
            ("203.0.113.7-", "this is not an IP address"),
            ("203.0.113.007", "this is not an IP address"),
            ("203.0.113", "this is not an IP address"),
            ("203.0.113.256", "this is not an IP address"),
            ("fe80::1%eth0", "this is not an IP address"),
            ("huaweicloud.com", "this is not an IP address"),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                IpBlock::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
    }

    // covers: IPA-3
    #[test]
    fn a_range_contains_its_ends_and_nothing_of_the_other_family() {
        let block = IpBlock::parse("203.0.113.7-203.0.113.9").unwrap();
        for (address, inside) in [
            ("203.0.113.6", false),
            ("203.0.113.7", true),
            ("203.0.113.8", true),
            ("203.0.113.9", true),
            ("203.0.113.10", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(
                block.contains(address.parse().unwrap()),
                inside,
                "{address}"
            );
            assert_eq!(
                block.covers(&IpBlock::from(address.parse::<IpAddr>().unwrap())),
                inside
            );
        }
        for (other, covered) in [
            ("203.0.113.7-203.0.113.9", true),
            ("203.0.113.7-203.0.113.10", false),
            ("203.0.113.6-203.0.113.9", false),
            ("0.0.0.0-255.255.255.255", false),
        ] {
            assert_eq!(
                block.covers(&IpBlock::parse(other).unwrap()),
                covered,
                "{other}"
            );
        }
        let mapped: IpAddr = "::ffff:203.0.113.7".parse().unwrap();
        assert_eq!(
            IpBlock::from(mapped),
            IpBlock::parse("203.0.113.7").unwrap()
        );
    }

    proptest! {
        #[test]
        fn any_two_addresses_of_a_family_make_a_range_in_one_order(a: u32, b: u32) {
            let (low, high) = (std::net::Ipv4Addr::from(a.min(b)), std::net::Ipv4Addr::from(a.max(b)));
            let block = IpBlock::parse(&format!("{low}-{high}")).unwrap();
            prop_assert_eq!(IpBlock::parse(&block.to_string()).unwrap(), block);
            prop_assert_eq!(IpBlock::parse(&format!("{high}-{low}")).is_ok(), a == b);
        }

        // covers: IPA-5
        #[test]
        fn ipv6_is_kept_as_it_was_meant(bits: u128) {
            let address = Ipv6Addr::from(bits);
            prop_assume!(address.to_ipv4_mapped().is_none());
            let full = address.segments().map(|segment| format!("{segment:04X}")).join(":");
            prop_assert_eq!(IpBlock::parse(&full).unwrap(), IpBlock::from(IpAddr::from(address)));
        }
    }
}
