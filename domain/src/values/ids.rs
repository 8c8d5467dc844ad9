//! Names of things: UUIDs of version 7 for what the office creates, the provider's own ids for its resources.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, sized, text_value, written},
};
use jiff::Timestamp;
use std::fmt;
use uuid::{Builder, Uuid};

macro_rules! id {
    ($(#[$meta:meta])* $type:ident, $zh:literal, $en:literal) => {
        $(#[$meta])*
        ///
        /// A UUID of version 7 (RFC 9562), in JSON the usual 36 characters in lower case. Ids made later sort later.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(Uuid);

        impl $type {
            /// How it is written.
            pub const FORM: &'static Form = &Form {
                name: Text::new($zh, $en),
                expected: Text::new("UUID（第7版），如019363b0-8c00-7000-8000-000000000001", "a UUID of version 7 such as 019363b0-8c00-7000-8000-000000000001"),
                cure: Text::new("请使用系统给出的编号", "use the id the system gave"),
            };

            /// Reads it.
            pub fn parse(raw: &str) -> Result<Self, ValueError> {
                read_uuid(raw, Self::FORM).map(Self)
            }

            /// The id made of an instant (to the millisecond) and ten random bytes. Both are passed in, because this
            /// crate knows neither clock nor chance.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(make_uuid(at, random))
            }

            /// As a UUID.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self.0)
            }
        }

        written!($type);
    };
}

fn read_uuid(raw: &str, form: &'static Form) -> Result<Uuid, ValueError> {
    if raw.is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    // Of the ways to write a UUID only the one with hyphens: braces, `urn:` and bare digits stay out of URLs and streams.
    let came = raw.chars().count();
    if came != 36 {
        return Err(form.refuse(Problem::Length { came }));
    }
    match Uuid::try_parse(raw) {
        Ok(uuid) if uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122 => {
            Ok(uuid)
        }
        Ok(_) => Err(form.refuse(Problem::Says(Text::new(
            "不是第7版UUID",
            "this is a UUID of another version",
        )))),
        Err(_) => Err(form.refuse(Problem::Says(Text::new("不是UUID", "this is not a UUID")))),
    }
}

fn make_uuid(at: Timestamp, random: [u8; 10]) -> Uuid {
    // An instant before 1970 has no place in the format; the first one stands for it.
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

id!(/// An account of the provider (账号): the owner of filings.
    AccountId, "账号编号", "account id");
id!(/// An order (订单): one filing on its way.
    OrderId, "订单编号", "order id");
id!(/// A service within an order or a file (互联网信息服务): a website or an App.
    ServiceId, "互联网信息服务编号", "service id");
id!(/// An uploaded material (材料).
    MaterialId, "材料编号", "material id");
id!(/// A lead in an account's lead book (LED-16).
    LeadId, "已保存负责人编号", "id of a stored lead");
id!(/// A submission to the bureau; each dispatch has its own (AMB-64).
    SubmissionId, "提交编号", "submission id");
id!(/// An SMS verification session (短信核验) of an order.
    SessionId, "短信核验编号", "SMS session id");
id!(/// A face check that a lead started (人脸核验); each start has its own, and a result says which it is of.
    AttemptId, "人脸核验编号", "id of a face check");
id!(/// A QR code of an authenticity verification (二维码): one scan, ten minutes.
    QrId, "二维码编号", "QR code id");

/// The id that the provider's own systems give to a server, a cloud service or an authorisation code (RES-3):
/// 1 to 64 of `A-Z a-z 0-9 . _ : -`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(String);

impl ResourceId {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("资源编号", "resource id"),
        expected: Text::new(
            "1至64位字母、数字或 . _ : -，以字母或数字开头",
            "1 to 64 letters, digits or . _ : -, beginning with a letter or digit",
        ),
        cure: Text::new(
            "请使用云服务控制台显示的编号或授权码",
            "use the id or authorisation code that the console shows",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        sized(raw, 64, Self::FORM)?;
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | ':' | '-')
        })?;
        if raw.starts_with(['.', '_', ':', '-']) {
            return Err(Self::FORM.refuse(Problem::Character { place: 1 }));
        }
        Ok(Self(raw.to_owned()))
    }
}

text_value!(ResourceId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_seven() {
        let written = "019363b0-8c00-7000-8000-000000000001";
        let id = OrderId::parse(written).unwrap();
        assert_eq!(id.to_string(), written);
        assert_eq!(format!("{id:?}"), format!("OrderId({written})"));
        assert_eq!(OrderId::parse(&written.to_uppercase()), Ok(id));
        let (other, no_uuid) = ("this is a UUID of another version", "this is not a UUID");
        let rows = [
            ("", "nothing came"),
            ("019363b08c0070008000000000000001", "32 characters came"),
            (
                "{019363b0-8c00-7000-8000-000000000001}",
                "38 characters came",
            ),
            ("019363b0-8c00-4000-8000-000000000001", other),
            ("019363b0-8c00-7000-c000-000000000001", other),
            ("00000000-0000-0000-0000-000000000000", other),
            ("019363b0-8c00-7000-8000-00000000000g", no_uuid),
            ("019363b0 8c00 7000 8000 000000000001", no_uuid),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                OrderId::parse(bad).unwrap_err().problem().en(),
                problem,
                "{bad}"
            );
        }
        assert!(
            AccountId::parse("")
                .unwrap_err()
                .en()
                .starts_with("account id")
        );
    }

    #[test]
    fn an_id_is_made_of_time_and_chance() {
        let at: Timestamp = "2024-11-25T12:00:00.123Z".parse().unwrap();
        let later: Timestamp = "2024-11-25T12:00:00.124Z".parse().unwrap();
        let id = MaterialId::new(at, [7; 10]);
        assert_eq!(id, MaterialId::new(at, [7; 10]));
        assert_ne!(id, MaterialId::new(at, [8; 10]));
        assert!(MaterialId::new(at, [255; 10]) < MaterialId::new(later, [0; 10]));
        assert_eq!(MaterialId::parse(&id.to_string()), Ok(id));
        assert_eq!(id.as_uuid().get_version_num(), 7);
        let (seconds, nanos) = id.as_uuid().get_timestamp().unwrap().to_unix();
        assert_eq!(
            (seconds.cast_signed(), nanos),
            (at.as_second(), 123_000_000)
        );
        assert_eq!(
            MaterialId::new(Timestamp::MIN, [0; 10]),
            MaterialId::new(Timestamp::UNIX_EPOCH, [0; 10])
        );
    }

    #[test]
    fn a_resource_id_is_the_providers_and_fits_a_stream_name() {
        for good in ["ecs-7", "i.0_A:b", "7", &"a".repeat(64)] {
            assert_eq!(ResourceId::parse(good).unwrap().as_str(), good);
        }
        let rows = [
            ("", Problem::Missing),
            (&"a".repeat(65), Problem::TooLong { came: 65, max: 64 }),
            ("-a", Problem::Character { place: 1 }),
            (".a", Problem::Character { place: 1 }),
            ("_a", Problem::Character { place: 1 }),
            (":a", Problem::Character { place: 1 }),
            ("a/b", Problem::Character { place: 2 }),
            ("云1", Problem::Character { place: 1 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                ResourceId::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
    }
}
