//! The digest of a material's content.

use super::{
    Form, Problem, Text, ValueError,
    written::{only, written},
};
use sha2::Digest as _;
use std::fmt;

/// A SHA-256 digest (FIPS 180-4), by which a material is known in the ledger: 64 hexadecimal digits, kept in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("内容摘要", "content digest"),
        expected: Text::new(
            "64位十六进制数字（SHA-256）",
            "64 hexadecimal digits (SHA-256)",
        ),
        cure: Text::new("请使用系统给出的摘要", "use the digest the system gave"),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        only(raw, Self::FORM, |letter| letter.is_ascii_hexdigit())?;
        let mut bytes = [0; 32];
        match hex::decode_to_slice(raw, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(Self::FORM.refuse(Problem::Length { came: raw.len() })),
        }
    }

    /// The digest of a content.
    pub fn of(content: &[u8]) -> Self {
        Self(sha2::Sha256::digest(content).into())
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256 {
    /// A digest computed elsewhere, piece by piece.
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

written!(Sha256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_standards() {
        // FIPS 180-4, the examples of the empty and the three-letter message.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for (content, digest) in [(&b""[..], empty), (b"abc", abc)] {
            assert_eq!(Sha256::of(content).to_string(), digest);
            assert_eq!(
                Sha256::parse(&digest.to_uppercase()),
                Ok(Sha256::of(content))
            );
            assert_eq!(
                Sha256::from(*Sha256::of(content).as_bytes()),
                Sha256::of(content)
            );
        }
        assert_eq!(
            format!("{:?}", Sha256::of(b"abc")),
            format!("Sha256({abc})")
        );
        let rows = [
            ("", Problem::Missing),
            (&abc[1..], Problem::Length { came: 63 }),
            (&abc[2..], Problem::Length { came: 62 }),
            (&format!("{abc}00"), Problem::Length { came: 66 }),
            ("0x", Problem::Character { place: 2 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(Sha256::parse(bad).unwrap_err().problem(), problem, "{bad}");
        }
    }
}
