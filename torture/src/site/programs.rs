//! The programs under test, where cargo puts them.

use crate::Failed;
use std::path::PathBuf;

/// The programs under test.
#[derive(Clone, Debug)]
pub struct Programs {
    /// `beian`.
    pub beian: PathBuf,
    /// `replay-tool`, as a second opinion on the ledger.
    pub replay_tool: PathBuf,
}

impl Programs {
    /// Both in one folder: where `beian` is, or beside whoever asks.
    pub fn find(beian: Option<PathBuf>) -> Result<Self, Failed> {
        let beian = match beian {
            Some(path) => path.canonicalize()?,
            None => beside()?.join("beian"),
        };
        let replay_tool = beian.with_file_name("replay-tool");
        for program in [&beian, &replay_tool] {
            if !program.exists() {
                let path = program.display();
                return Err(format!("expected {path}: build the whole workspace first").into());
            }
        }
        Ok(Self { beian, replay_tool })
    }
}

/// Where cargo puts the programs: the folder of this one, or of its parent, where this is a test.
fn beside() -> Result<PathBuf, Failed> {
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("a program is in a folder")?;
    Ok(match folder.file_name() {
        Some(name) if name == "deps" => folder.parent().unwrap_or(folder).to_owned(),
        _ => folder.to_owned(),
    })
}
