//! What stands between an office and its system: a small library in C, compiled when it is needed and preloaded into the process.
//! The office itself is the one that is shipped.

use crate::{Failed, site::Site};
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::process::Command;

/// A library that was compiled. It goes when this is dropped.
#[derive(Debug)]
pub struct Shim {
    folder: TempDir,
}

impl Shim {
    /// Compiles it, with the compiler that Rust links with.
    pub async fn compile(source: &str) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let code = folder.path().join("shim.c");
        std::fs::write(&code, source)?;
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(folder.path().join("shim.so"))
            .arg(&code)
            .arg("-ldl")
            .output()
            .await
            .map_err(|why| format!("cc, the compiler that Rust links with: {why}"))?;
        if compiled.status.success() {
            Ok(Self { folder })
        } else {
            Err(String::from_utf8_lossy(&compiled.stderr).into())
        }
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("shim.so")
    }

    /// The same place with this library before every process.
    pub fn before(&self, site: Site) -> Site {
        site.with("LD_PRELOAD", self.path().display().to_string())
    }
}
