//! The office's two secrets: files of 32 random bytes in hexadecimal, readable by their owner only.

use crate::office::random;
pub use ledger::{NoKey, read_key as load};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
