//! The demo as a process, and bash beside it.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A demo that runs until this is dropped.
pub(crate) struct Demo {
    process: Child,
    /// What it said when it was open.
    pub(crate) said: String,
    pub(crate) folder: TempDir,
}

impl Demo {
    /// Starts one on a free port.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = program(Path::new(env!("CARGO_BIN_EXE_beian")), folder.path())
            .args(["--listen", "127.0.0.1:0", "demo"])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        // Its last line is what the replay tool is asked.
        while !said.contains("replay-tool") {
            let read = lines.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "the demo ended, having said: {said}");
        }
        Self {
            process,
            said,
            folder,
        }
    }

    /// `http://` and where it listens.
    pub(crate) fn address(&self) -> &str {
        let from = self.said.find("http://").unwrap();
        self.said[from..].split_whitespace().next().unwrap()
    }

    /// Runs a script by bash in the demo's folder, ending at the first command that fails. `cargo run … -- …` runs the
    /// replay tool that was built with this test; what would follow the ledger for ever stops at its end.
    pub(crate) fn bash(&self, script: &str) -> Output {
        let replay = Path::new(env!("CARGO_BIN_EXE_beian")).with_file_name("replay-tool");
        assert!(
            replay.exists(),
            "expected {} beside beian: test the whole workspace, as ./test does",
            replay.display()
        );
        let cargo = r#"cargo() {
            [[ $* == "run --release --bin replay-tool -- "* ]] || { echo "not expected: cargo $*" >&2; return 1; }
            local asked=("${@:6}")
            "$REPLAY" "${asked[@]/--follow/--json}"
        }"#;
        program(Path::new("bash"), self.folder.path())
            .args(["-euo", "pipefail", "-c"])
            .arg(format!("{cargo}\n{script}"))
            .env("API", self.address())
            .env("REPLAY", replay)
            .output()
            .unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A program in a folder, with nothing of the caller's environment but where programs are.
fn program(path: &Path, folder: &Path) -> Command {
    let mut program = Command::new(path);
    program
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .stdin(Stdio::null());
    program
}

/// A file of the repository's root.
pub(crate) fn root(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(name);
    let mut text = String::new();
    std::fs::File::open(path)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}
