//! Key files: 32 bytes in hexadecimal, readable by their owner only.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A key cannot be had from its file.
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

/// Reads a key from its file.
///
/// # Errors
/// See [`NoKey`].
pub fn read_key(path: &Path) -> Result<[u8; 32], NoKey> {
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

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> io::Result<bool> {
    Ok(false)
}
