//! The ciphers. One byte in front of every box names the suite, so that another (SM4) can follow beside it.

use super::{Key, KeyError};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

/// An authenticated cipher over a 32-byte key. `place` is authenticated, not stored: a box opens only where it was made.
trait Suite {
    /// First byte of each of its boxes.
    const ID: u8;
    /// Appends nonce and sealed bytes to `out`.
    fn seal(key: &Key, place: &[u8], plain: &[u8], out: &mut Vec<u8>) -> Result<(), KeyError>;
    /// The plain bytes, unless anything was changed.
    fn open(key: &Key, place: &[u8], boxed: &[u8]) -> Option<Vec<u8>>;
}

/// XChaCha20-Poly1305: its nonce of 24 bytes can be random for as many boxes as anybody will make.
struct XChaCha;

const NONCE: usize = 24;

impl Suite for XChaCha {
    const ID: u8 = 1;

    fn seal(key: &Key, place: &[u8], plain: &[u8], out: &mut Vec<u8>) -> Result<(), KeyError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| KeyError::NoRandomness)?;
        let boxed = XChaCha20Poly1305::new(key.bytes().into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: place,
                },
            )
            .map_err(|_| KeyError::Broken {
                place: String::from_utf8_lossy(place).into_owned(),
            })?;
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&boxed);
        Ok(())
    }

    fn open(key: &Key, place: &[u8], boxed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = boxed.split_first_chunk::<NONCE>()?;
        XChaCha20Poly1305::new(key.bytes().into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: place,
                },
            )
            .ok()
    }
}

/// Seals with the current suite.
pub(crate) fn seal(key: &Key, place: &str, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    let mut out = Vec::with_capacity(1 + NONCE + plain.len() + 16);
    out.push(XChaCha::ID);
    XChaCha::seal(key, place.as_bytes(), plain, &mut out)?;
    Ok(out)
}

/// Opens a box of any suite we ever wrote.
pub(crate) fn open(key: &Key, place: &str, boxed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let plain = match boxed.split_first() {
        Some((&XChaCha::ID, rest)) => XChaCha::open(key, place.as_bytes(), rest),
        _ => None,
    };
    plain.map(Zeroizing::new).ok_or_else(|| KeyError::Broken {
        place: place.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_opens_only_whole_at_its_place_with_its_key() {
        let key = Key::random().unwrap();
        let boxed = seal(&key, "event/Order/o/1\n/name", b"secret").unwrap();
        assert_eq!(
            open(&key, "event/Order/o/1\n/name", &boxed)
                .unwrap()
                .as_slice(),
            b"secret"
        );
        assert!(open(&key, "event/Order/o/2\n/name", &boxed).is_err());
        assert!(open(&Key::random().unwrap(), "event/Order/o/1\n/name", &boxed).is_err());
        for index in 0..boxed.len() {
            let mut changed = boxed.clone();
            changed[index] ^= 1;
            assert!(
                open(&key, "event/Order/o/1\n/name", &changed).is_err(),
                "byte {index}"
            );
            assert!(
                open(&key, "event/Order/o/1\n/name", &boxed[..index]).is_err(),
                "cut at {index}"
            );
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let key = Key::random().unwrap();
        assert_ne!(
            seal(&key, "p", b"x").unwrap(),
            seal(&key, "p", b"x").unwrap()
        );
    }
}
