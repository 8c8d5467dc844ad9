//! The public key an App is signed with.

use super::{
    Form, Problem, Text, ValueError,
    written::{line, only, text_value},
};

/// The public key (公钥) that verifies the App's signature on one platform (APP-20).
///
/// Tools print it in many ways: hexadecimal with blanks or colons (certificate viewers, `keytool`), a decimal modulus,
/// Base64. All are taken as they come, on one line of 32 to 4096 characters; two filings of one App are compared by a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(String);

impl PublicKey {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("公钥", "public key"),
        expected: Text::new(
            "一行32至4096位的十六进制、十进制或Base64文字",
            "one line of 32 to 4096 hexadecimal, decimal or Base64 characters",
        ),
        cure: Text::new(
            "请从签名证书中复制公钥，去掉首尾行和换行",
            "copy it from the signing certificate, without its first and last line and on one line",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let key = line(raw, 4096, Self::FORM)?;
        if key.starts_with("-----BEGIN") {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "这是PEM文件",
                "this is a PEM file",
            ))));
        }
        only(&key, Self::FORM, |letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | ':' | ' ')
        })?;
        match key.len() {
            came @ ..32 => Err(Self::FORM.refuse(Problem::Length { came })),
            _ => Ok(Self(key)),
        }
    }
}

text_value!(PublicKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_as_tools_print_it() {
        let hex = "30 82 01 0a 02 82 01 01 00 c3 5a 71 9d 04";
        let colons = "30:82:01:0A:02:82:01:01:00:C3:5A:71:9D:04";
        let base64 = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw1px/+==";
        for good in [hex, colons, base64, &"7".repeat(32), &"7".repeat(4096)] {
            assert_eq!(PublicKey::parse(good).unwrap().as_str(), good);
        }
        let rows = [
            ("", Problem::Missing),
            (&"7".repeat(31), Problem::Length { came: 31 }),
            (
                &"7".repeat(4097),
                Problem::TooLong {
                    came: 4097,
                    max: 4096,
                },
            ),
            (
                "-----BEGIN PUBLIC KEY-----",
                Problem::Says(Text::new("这是PEM文件", "this is a PEM file")),
            ),
            ("没有", Problem::Character { place: 1 }),
            ("a\nb", Problem::Character { place: 2 }),
            ("a_b", Problem::Character { place: 2 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                PublicKey::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
    }
}
