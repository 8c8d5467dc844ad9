//! The e-mail address of a lead.

use super::{
    Form, Problem, Text, ValueError,
    written::{masked_debug, text_value},
};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// An e-mail address (电子邮件地址; LED-12), in the plain form of RFC 5321: a dot-atom, `@`, a host name.
///
/// The host is kept in lower-case A-labels; the part before `@` as it was written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("电子邮件地址", "e-mail address"),
        expected: Text::new(
            "形如 name@example.com 的地址",
            "an address such as name@example.com",
        ),
        cure: Text::new(
            "请填写负责人本人在用的邮箱",
            "enter the mailbox the lead uses",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let says = |zh, en| Err(Self::FORM.refuse(Problem::Says(Text::new(zh, en))));
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        // RFC 5321 4.5.3.1: 64 octets before the @, 254 in all.
        let fits = |written: &str| match written.len() {
            ..=254 => Ok(()),
            came => Err(Self::FORM.refuse(Problem::TooLong { came, max: 254 })),
        };
        fits(raw)?;
        let Some((local, host)) = raw.rsplit_once('@') else {
            return says("缺少@", "there is no @");
        };
        let atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atom_letter);
        if local.len() > 64 || !local.split('.').all(atom) {
            return says(
                "@前的部分不正确",
                "the part before the @ is not a mailbox name",
            );
        }
        let host = Uts46::new().to_ascii(
            host.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        );
        match host {
            Ok(host)
                if host
                    .rsplit_once('.')
                    .is_some_and(|(_, top)| !top.bytes().all(|b| b.is_ascii_digit())) =>
            {
                let kept = format!("{local}@{host}");
                fits(&kept)?; // A-labels may be longer than what was written.
                Ok(Self(kept))
            }
            _ => says(
                "@后的部分不是域名",
                "the part after the @ is not a host name",
            ),
        }
    }

    /// What LED-12 compares: the whole address in lower case. No mail provider in use tells `A@x.cn` from `a@x.cn`.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The first letter and the host: `z***@example.com`.
    pub fn mask(&self) -> String {
        let (local, host) = self.0.rsplit_once('@').unwrap_or_default();
        // A name of one or two letters would be half shown by its first.
        let head = if local.len() > 2 { &local[..1] } else { "" };
        format!("{head}***@{host}")
    }
}

/// The letters of an atom (RFC 5322, 3.2.3).
fn is_atom_letter(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&letter)
}

text_value!(Email);
masked_debug!(Email);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_name_and_lowers_the_host() {
        let rows = [
            ("name@example.com", "name@example.com", "n***@example.com"),
            (
                "Li.Lei+beian@Example.COM",
                "Li.Lei+beian@example.com",
                "L***@example.com",
            ),
            ("12345678@qq.com", "12345678@qq.com", "1***@qq.com"),
            (
                "ab@例子.中国",
                "ab@xn--fsqu00a.xn--fiqs8s",
                "***@xn--fsqu00a.xn--fiqs8s",
            ),
            ("a@x.cn", "a@x.cn", "***@x.cn"),
            ("abc@x.cn", "abc@x.cn", "a***@x.cn"),
        ];
        for (written, kept, mask) in rows {
            let email = Email::parse(written).unwrap();
            assert_eq!((email.as_str(), email.mask().as_str()), (kept, mask));
            assert_eq!(format!("{email:?}"), format!("Email({mask})"));
        }
        assert_eq!(
            Email::parse("Li.Lei@Example.com").unwrap().folded(),
            "li.lei@example.com"
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let name = "the part before the @ is not a mailbox name";
        let host = "the part after the @ is not a host name";
        let rows = [
            ("", "nothing came"),
            ("example.com", "there is no @"),
            ("@example.com", name),
            (".a@example.com", name),
            ("a.@example.com", name),
            ("a..b@example.com", name),
            ("a b@example.com", name),
            ("李雷@example.com", name),
            ("a@b@example.com", name),
            ("a@", host),
            ("a@localhost", host),
            ("a@192.168.1.1", host),
            ("a@-x.com", host),
            ("a@x..com", host),
            ("a@x.com.", host),
            ("a@x_y.com", host),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                Email::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
    }

    #[test]
    fn lengths_are_those_of_the_mail_protocol() {
        assert!(Email::parse(&format!("{}@x.cn", "n".repeat(64))).is_ok());
        assert!(Email::parse(&format!("{}@x.cn", "n".repeat(65))).is_err());

        let host = format!(
            "{}.{}.{}.cn",
            "a".repeat(63),
            "b".repeat(63),
            "c".repeat(58)
        );
        let longest = format!("{}@{host}", "n".repeat(64));
        assert_eq!(longest.len(), 254);
        assert_eq!(Email::parse(&longest).unwrap().as_str(), longest);
        let too_long = Problem::TooLong {
            came: 255,
            max: 254,
        };
        assert_eq!(
            Email::parse(&format!("{}@c{host}", "n".repeat(64)))
                .unwrap_err()
                .problem(),
            too_long
        );

        // Short enough as it is written, too long in A-labels.
        let host = format!(
            "{}.ö{}.cn",
            vec!["a".repeat(59); 3].join("."),
            "a".repeat(3)
        );
        let written = format!("{}@{host}", "n".repeat(64));
        assert_eq!(written.len(), 64 + 1 + 179 + 1 + 5 + 3);
        assert_eq!(
            Email::parse(&written).unwrap_err().problem(),
            Problem::TooLong {
                came: 259,
                max: 254
            }
        );
    }
}
