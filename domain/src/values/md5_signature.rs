//! The MD5 fingerprint of an App's signing certificate.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, text_value},
};

/// The MD5 fingerprint of the signing certificate (MD5签名值; APP-20): 32 hexadecimal digits, with or without colons,
/// kept in lower case without them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Md5Signature(String);

impl Md5Signature {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("MD5签名值", "MD5 signature"),
        expected: Text::new(
            "32位十六进制数字，可用冒号分隔",
            "32 hexadecimal digits, colons between pairs allowed",
        ),
        cure: Text::new(
            "请填写签名证书的MD5指纹；40位的是SHA-1，64位的是SHA-256",
            "enter the certificate's MD5 fingerprint; 40 digits are SHA-1, 64 are SHA-256",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        only(raw, Self::FORM, |letter| {
            letter.is_ascii_hexdigit() || letter == ':'
        })?;
        let pairs: Vec<&str> = raw.split(':').collect();
        if pairs.len() > 1 && pairs.iter().any(|pair| pair.len() != 2) {
            return Err(Self::FORM.refuse(Problem::Says(Text::new(
                "冒号不在每两位之间",
                "the colons do not stand between pairs",
            ))));
        }
        let digits = pairs.concat();
        match digits.len() {
            32 => Ok(Self(digits.to_ascii_lowercase())),
            came => Err(Self::FORM.refuse(Problem::Length { came })),
        }
    }
}

text_value!(Md5Signature);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fingerprint_has_one_spelling() {
        let kept = "559ff7fa4a0e12349ee559c99a3a088e";
        for written in [
            kept,
            "559FF7FA4A0E12349EE559C99A3A088E",
            "55:9F:F7:FA:4A:0E:12:34:9E:E5:59:C9:9A:3A:08:8E",
        ] {
            assert_eq!(Md5Signature::parse(written).unwrap().as_str(), kept);
        }
        let colons = Problem::Says(Text::new(
            "冒号不在每两位之间",
            "the colons do not stand between pairs",
        ));
        let rows = [
            ("", Problem::Missing),
            (
                "559ff7fa4a0e12349ee559c99a3a088",
                Problem::Length { came: 31 },
            ),
            (
                "153ec89da70e00000059df46f153af84c9bfd061",
                Problem::Length { came: 40 },
            ),
            ("55:9F", Problem::Length { came: 4 }),
            ("559g", Problem::Character { place: 4 }),
            ("559ff7fa4a0e1234:9ee559c99a3a088e", colons),
            (":", colons),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                Md5Signature::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
    }
}
