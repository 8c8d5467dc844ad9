//! The office's two secrets: files of 32 random bytes in hexadecimal, readable by their owner only.

use crate::office::random;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// The file cannot be read or made.
    #[error("the key file {path} cannot be used: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// It is not a key.
    #[error("the key file {path} does not hold 64 hexadecimal digits; restore it from your safe")]
    Form {
        /// Which.
        path: PathBuf,
    },
    /// Others can read it.
    #[error("the key file {path} can be read by others; run `chmod 600` on it")]
    Open {
        /// Which.
        path: PathBuf,
    },
}

/// A key, and whether it was made just now.
pub struct Found {
    /// The 32 bytes.
    pub bytes: [u8; 32],
    /// Made just now: whatever was sealed or digested before is lost to it.
    pub is_new: bool,
}

/// Reads a key, or makes one if there is no such file.
///
/// # Errors
/// See [`NoKey`].
pub fn load_or_create(path: &Path) -> Result<Found, NoKey> {
    let failed = |why| NoKey::File {
        path: path.to_owned(),
        why,
    };
    if !path.try_exists().map_err(failed)? {
        let bytes = random::<32>().map_err(|error| failed(io::Error::other(error)))?;
        let mut file = private(path).map_err(failed)?;
        file.write_all(hex::encode(bytes).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        return Ok(Found {
            bytes,
            is_new: true,
        });
    }
    Ok(Found {
        bytes: load(path)?,
        is_new: false,
    })
}

/// Reads a key that must be there: one that another side knows as well.
///
/// # Errors
/// See [`NoKey`].
pub fn load(path: &Path) -> Result<[u8; 32], NoKey> {
    let failed = |why| NoKey::File {
        path: path.to_owned(),
        why,
    };
    if is_open_to_others(path).map_err(failed)? {
        return Err(NoKey::Open {
            path: path.to_owned(),
        });
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| NoKey::Form {
        path: path.to_owned(),
    })?;
    Ok(bytes)
}

/// Makes a new file that only its owner can read.
///
/// # Errors
/// It exists, or cannot be made.
pub fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.key");
        let made = load_or_create(&path).unwrap();
        assert!(made.is_new);
        let read = load_or_create(&path).unwrap();
        assert_eq!((read.bytes, read.is_new), (made.bytes, false));
        assert_eq!(load(&path).unwrap(), made.bytes);
        assert!(matches!(
            load(&folder.path().join("none.key")),
            Err(NoKey::File { .. })
        ));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(load_or_create(&path), Err(NoKey::Open { .. })));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::write(&path, "short").unwrap();
        assert!(matches!(load_or_create(&path), Err(NoKey::Form { .. })));
    }
}
