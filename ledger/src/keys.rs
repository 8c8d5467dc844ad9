//! Keys: who can read the personal values.
//!
//! Every *file* (an order; once approved, the principal's file) has a data key of its own. The data keys stand in the
//! database, wrapped by a key-encryption key that stands outside of it and of its backups. Destroying a file's data
//! key erases the person everywhere, and leaves every digest valid, because digests cover the sealed form.

mod cabinet;
mod suite;

pub(crate) use cabinet::{Cabinet, LiveKey, State, StoredKey};
pub(crate) use suite::{open, seal};

use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// Why a personal value could not be sealed or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The person was erased; nothing more can be sealed in this file.
    #[error(
        "the data key of file {file} was destroyed; personal values can no longer be added to it"
    )]
    Destroyed {
        /// The file.
        file: String,
    },
    /// The key exists but its key-encryption key was not given to this process. This is *not* erasure.
    #[error(
        "the data key of file {file} is wrapped by key-encryption key {wrapped_by}, which is not loaded; add it to the key ring"
    )]
    NotLoaded {
        /// The file.
        file: String,
        /// Fingerprint of the key-encryption key.
        wrapped_by: String,
    },
    /// Values were sealed for a file whose key is in no table. Keys are never removed, so this is damage.
    #[error(
        "file {file} has sealed values but no data key; restore the table data_keys from a backup"
    )]
    Missing {
        /// The file.
        file: String,
    },
    /// A box does not open: it was changed, or moved to another place.
    #[error(
        "the sealed value at {place} does not open with the data key of its file: it was changed, or moved there from another place"
    )]
    Broken {
        /// Where it stands: kind, stream, sequence and JSON pointer.
        place: String,
    },
    /// This process has no key-encryption key, so it cannot make data keys.
    #[error(
        "no key-encryption key is loaded, so personal values cannot be sealed; give the ledger a key ring"
    )]
    NoKeyRing,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes; nothing was sealed")]
    NoRandomness,
}

/// 32 secret bytes, wiped from memory when dropped.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(crate) fn random() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

struct KeyEncryptionKey {
    fingerprint: String,
    key: Key,
}

/// The key-encryption keys of the office: the current one, and former ones that old data keys are still wrapped by.
#[derive(Default)]
pub struct KeyRing {
    /// The first is current.
    keys: Vec<KeyEncryptionKey>,
}

impl KeyRing {
    /// A ring with one key, from 32 random bytes that are kept outside the database and its backups.
    pub fn from_bytes(key: [u8; 32]) -> Self {
        Self::default().and_former(key)
    }

    /// Adds a key that new data keys are no longer wrapped by.
    #[must_use]
    pub fn and_former(mut self, key: [u8; 32]) -> Self {
        let digest = Sha256::new_with_prefix(b"beian key-encryption key")
            .chain_update(key)
            .finalize();
        self.keys.push(KeyEncryptionKey {
            fingerprint: hex::encode(&digest[..8]),
            key: Key(Zeroizing::new(key)),
        });
        self
    }

    /// No keys: positions, outcomes and digests can be read, personal values cannot.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The fingerprints of its keys, the current one first: by them a backup names the keys that it needs and does not hold.
    pub fn fingerprints(&self) -> Vec<String> {
        self.keys
            .iter()
            .map(|key| key.fingerprint.clone())
            .collect()
    }

    /// Wraps a data key for its file; answers the box and the fingerprint of the wrapping key.
    fn wrap(&self, file: &str, key: &Key) -> Result<(Vec<u8>, String), KeyError> {
        let current = self.keys.first().ok_or(KeyError::NoKeyRing)?;
        Ok((
            seal(&current.key, &wrapped_place(file), key.bytes())?,
            current.fingerprint.clone(),
        ))
    }

    fn unwrap(&self, file: &str, wrapped: &[u8], wrapped_by: &str) -> Result<Key, KeyError> {
        let Some(with) = self.keys.iter().find(|key| key.fingerprint == wrapped_by) else {
            return Err(KeyError::NotLoaded {
                file: file.to_owned(),
                wrapped_by: wrapped_by.to_owned(),
            });
        };
        let plain = open(&with.key, &wrapped_place(file), wrapped)?;
        let bytes = plain.as_slice().try_into().map_err(|_| KeyError::Broken {
            place: wrapped_place(file),
        })?;
        Ok(Key(Zeroizing::new(bytes)))
    }
}

fn wrapped_place(file: &str) -> String {
    format!("data-key\n{file}")
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| &key.fingerprint))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_is_bound_to_its_file_and_to_its_wrapping_key() {
        let ring = KeyRing::from_bytes([1; 32]);
        let key = Key::random().unwrap();
        let (wrapped, by) = ring.wrap("order/1", &key).unwrap();
        assert_eq!(
            ring.unwrap("order/1", &wrapped, &by).unwrap().bytes(),
            key.bytes()
        );
        assert!(matches!(
            ring.unwrap("order/2", &wrapped, &by),
            Err(KeyError::Broken { .. })
        ));
        let other = KeyRing::from_bytes([2; 32]);
        assert!(
            matches!(other.unwrap("order/1", &wrapped, &by), Err(KeyError::NotLoaded { wrapped_by, .. }) if wrapped_by == by)
        );
        let rotated = other.and_former([1; 32]);
        assert_eq!(
            rotated.unwrap("order/1", &wrapped, &by).unwrap().bytes(),
            key.bytes()
        );
        assert_ne!(rotated.wrap("order/1", &key).unwrap().1, by);
        assert!(matches!(
            KeyRing::empty().wrap("order/1", &key),
            Err(KeyError::NoKeyRing)
        ));
    }

    #[test]
    fn a_ring_prints_fingerprints_only() {
        let shown = format!("{:?}", KeyRing::from_bytes([0x41; 32]));
        assert!(
            !shown.contains("65") && !shown.contains("AAAA") && shown.len() < 24,
            "{shown}"
        );
    }
}
