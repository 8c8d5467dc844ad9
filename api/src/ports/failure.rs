//! Why something outside did not do what it was asked to. Names no person: it is kept, logged and shown to operators.

use std::{fmt, str::FromStr};

/// What went wrong at a port.
///
/// Its text form (`answered 503`) is what the outbox keeps; [`Trouble::en`] and [`Trouble::zh`] are what an operator reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody answered in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// It answered with an HTTP status that is not a success.
    Answered(u16),
    /// The mail server answered with a code that is not a success.
    Mail(u16),
    /// It answered with something that is not what the interface describes.
    Unreadable,
    /// No such port is configured.
    Unconnected,
    /// What was to be sent cannot be made into what the port takes: an address, a text.
    Unsendable,
    /// The office's own ledger or work store did not answer.
    OfficeBusy,
    /// The desk said no, by this rule.
    Refused(String),
}

impl Trouble {
    /// Whether trying again cannot help: only an operator can, by changing something first.
    pub const fn is_lasting(&self) -> bool {
        match self {
            // 408, 425 and 429 ask for patience.
            Self::Answered(status) => {
                *status >= 400 && *status < 500 && !matches!(status, 408 | 425 | 429)
            }
            Self::Mail(code) => *code >= 500,
            Self::Unsendable | Self::Refused(_) => true,
            Self::Timeout
            | Self::Unreachable
            | Self::Unreadable
            | Self::Unconnected
            | Self::OfficeBusy => false,
        }
    }

    /// What happened and what to do, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Timeout => {
                "the other side did not answer in time; see whether it runs".to_owned()
            }
            Self::Unreachable => {
                "the other side cannot be reached; check the port's URL and the network".to_owned()
            }
            Self::Answered(401 | 403) => {
                "the other side refused our signature; check the port's key and both clocks"
                    .to_owned()
            }
            Self::Answered(status) => format!(
                "expected success, the other side answered HTTP {status}; see its log under our idempotency key"
            ),
            Self::Mail(code) => {
                format!("expected success, the mail server answered {code}; see its log")
            }
            Self::Unreadable => {
                "the other side's answer is not what the interface describes; compare versions"
                    .to_owned()
            }
            Self::Unconnected => {
                "no such port is configured; set its URL and key, then retry".to_owned()
            }
            Self::Unsendable => {
                "this cannot be sent through the port that is configured; check its settings"
                    .to_owned()
            }
            Self::OfficeBusy => {
                "the office's own database did not answer; see whether it runs".to_owned()
            }
            Self::Refused(rule) => {
                format!("the desk refused what came back, by rule {rule}; see the order's history")
            }
        }
    }

    /// What happened and what to do, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Timeout => "对方未及时应答，请检查其是否运行".to_owned(),
            Self::Unreachable => "无法连接对方，请检查端口地址和网络".to_owned(),
            Self::Answered(401 | 403) => "对方拒绝了我方签名，请检查端口密钥和双方时钟".to_owned(),
            Self::Answered(status) => {
                format!("对方返回HTTP {status}，未成功；请按幂等键查看对方日志")
            }
            Self::Mail(code) => format!("邮件服务器返回{code}，未成功；请查看其日志"),
            Self::Unreadable => "对方的应答与接口约定不符，请核对版本".to_owned(),
            Self::Unconnected => "未配置该端口，请配置地址和密钥后重试".to_owned(),
            Self::Unsendable => "所配置的端口无法发送该内容，请检查设置".to_owned(),
            Self::OfficeBusy => "本系统数据库未应答，请检查其是否运行".to_owned(),
            Self::Refused(rule) => format!("对方返回的内容因规则{rule}被拒绝，请查看订单历史"),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("timeout"),
            Self::Unreachable => f.write_str("unreachable"),
            Self::Answered(status) => write!(f, "answered {status}"),
            Self::Mail(code) => write!(f, "mail {code}"),
            Self::Unreadable => f.write_str("unreadable"),
            Self::Unconnected => f.write_str("unconnected"),
            Self::Unsendable => f.write_str("unsendable"),
            Self::OfficeBusy => f.write_str("office busy"),
            Self::Refused(rule) => write!(f, "refused {rule}"),
        }
    }
}

impl std::error::Error for Trouble {}

/// The text is no trouble that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a trouble known to this program")]
pub struct Unknown;

impl FromStr for Trouble {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let number = |digits: &str| digits.parse::<u16>().map_err(|_| Unknown);
        Ok(match text {
            "timeout" => Self::Timeout,
            "unreachable" => Self::Unreachable,
            "unreadable" => Self::Unreadable,
            "unconnected" => Self::Unconnected,
            "unsendable" => Self::Unsendable,
            "office busy" => Self::OfficeBusy,
            _ => match text.split_once(' ') {
                Some(("answered", status)) => Self::Answered(number(status)?),
                Some(("mail", code)) => Self::Mail(number(code)?),
                Some(("refused", rule)) => Self::Refused(rule.to_owned()),
                _ => return Err(Unknown),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_read_as_it_is_kept_and_knows_whether_it_lasts() {
        for (trouble, lasting) in [
            (Trouble::Timeout, false),
            (Trouble::Unreachable, false),
            (Trouble::Answered(400), true),
            (Trouble::Answered(401), true),
            (Trouble::Answered(408), false),
            (Trouble::Answered(425), false),
            (Trouble::Answered(429), false),
            (Trouble::Answered(499), true),
            (Trouble::Answered(503), false),
            (Trouble::Mail(450), false),
            (Trouble::Mail(550), true),
            (Trouble::Unreadable, false),
            (Trouble::Unconnected, false),
            (Trouble::Unsendable, true),
            (Trouble::OfficeBusy, false),
            (Trouble::Refused("SMS-29".to_owned()), true),
        ] {
            assert_eq!(trouble.to_string().parse(), Ok(trouble.clone()));
            assert_eq!(trouble.is_lasting(), lasting, "{trouble}");
            assert!(!trouble.en().is_empty() && !trouble.zh().is_empty());
        }
        assert_eq!("answered soon".parse::<Trouble>(), Err(Unknown));
    }
}
