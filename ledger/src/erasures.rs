//! The list of who was erased, which is kept outside of the database and of every backup.

use crate::{error::LedgerError, ledger::Ledger, screen, store::Store};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// What closes a line that was being written when the machine stopped. No name holds a control character.
const TORN: &str = "\t(torn)";
/// How many files the database is asked for at once.
const AT_ONCE: usize = 1_000;

/// The list of the files whose data keys were destroyed, one a line. A backup holds the keys of those who were erased after it was
/// taken, so the list lies outside of the database, and a restore destroys them again before anybody can read.
#[derive(Clone, Debug)]
pub struct Erasures(PathBuf);

impl Erasures {
    /// A list at a path.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The files that were erased.
    ///
    /// # Errors
    /// There is no list ([`io::ErrorKind::NotFound`]), it cannot be read, or a line names no file: the message says which line.
    pub fn read(&self) -> io::Result<Vec<String>> {
        let text = fs::read(&self.0)?;
        let mut files = Vec::new();
        for (line, number) in whole_lines(&text).zip(1..) {
            // What was torn had not been erased yet.
            if line.is_empty() || line.ends_with(TORN.as_bytes()) {
                continue;
            }
            files.push(named(line).ok_or_else(|| unknown(number, line))?);
        }
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }

    /// Makes the list if there is none, so that a list that is missing later is known to be lost.
    pub(crate) fn begin(&self) -> io::Result<()> {
        if self.0.try_exists()? {
            return Ok(());
        }
        self.open().map(drop)
    }

    /// Puts a file on the list, on disk. Nodes of one office share the list: one of them writes at a time.
    pub(crate) fn add(&self, file: &str) -> io::Result<()> {
        let mut list = self.open()?;
        list.lock()?;
        let mut text = Vec::new();
        list.read_to_end(&mut text)?;
        if whole_lines(&text).all(|line| line != file.as_bytes()) {
            let is_whole = text.last().is_none_or(|last| *last == b'\n');
            let before = if is_whole {
                String::new()
            } else {
                format!("{TORN}\n")
            };
            list.write_all(format!("{before}{file}\n").as_bytes())?;
        }
        // Also what is there already: whoever wrote it may have been stopped before this.
        list.sync_all()
    }

    fn open(&self) -> io::Result<File> {
        let is_new = !self.0.try_exists()?;
        let mut options = File::options();
        let list = options.read(true).append(true).create(true).open(&self.0)?;
        if is_new {
            let folder = self.0.parent().filter(|one| !one.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(list)
    }

    fn failed(&self, why: &io::Error) -> LedgerError {
        let path = self.0.display();
        LedgerError::unavailable(format!("the list of erasures {path}: {why}"))
    }
}

/// The lines that have an end. One without was being written when the machine stopped: its key had not been destroyed yet.
fn whole_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_suffix(b"\n"))
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn named(line: &[u8]) -> Option<String> {
    let name = str::from_utf8(line).ok()?;
    screen::name(name, "the file").ok()?;
    Some(name.to_owned())
}

fn unknown(number: usize, line: &[u8]) -> io::Error {
    let found = line.escape_ascii();
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!(
            "line {number} is \"{found}\"; expected the name of a file: 1 to 255 bytes of text without control characters; \
             put that line right from a copy of the list, or remove it if nobody was erased under such a name"
        ),
    )
}

impl Ledger {
    /// Lists a file as erased, before it is: what is listed and not done yet is done by whoever asks again, opens the office, or restores it.
    pub(crate) fn list_erasure(&self, file: &str) -> Result<(), LedgerError> {
        let Some(list) = &self.0.erasures else {
            return Ok(());
        };
        list.add(file).map_err(|why| list.failed(&why))
    }

    /// Destroys the keys of those who are listed and still have one: whoever listed them was stopped before he could. Makes the list
    /// if there is none.
    pub(crate) async fn erase_listed(&self) -> Result<(), LedgerError> {
        let Some(list) = &self.0.erasures else {
            return Ok(());
        };
        let listed = list.begin().and_then(|()| list.read());
        for files in listed.map_err(|why| list.failed(&why))?.chunks(AT_ONCE) {
            for key in self.0.store.data_keys(files).await? {
                if key.wrapped.is_some() {
                    self.erase(&key.file).await?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> (tempfile::TempDir, PathBuf, Erasures) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures.list");
        let list = Erasures::at(&path);
        (folder, path, list)
    }

    #[test]
    fn a_list_holds_each_file_once() {
        let (_folder, path, list) = list();
        assert_eq!(list.read().unwrap_err().kind(), io::ErrorKind::NotFound);
        list.begin().unwrap();
        assert!(list.read().unwrap().is_empty());
        for file in ["order/2", "lead/1", "order/2"] {
            list.add(file).unwrap();
        }
        list.begin().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "order/2\nlead/1\n");
        assert_eq!(list.read().unwrap(), ["lead/1", "order/2"]);
    }

    #[test]
    fn a_torn_line_swallows_nothing_and_stops_nobody() {
        for torn in ["order/33", "order/", "\0\0\0", "order/4\t"] {
            let (_folder, path, list) = list();
            fs::write(&path, format!("order/2\n{torn}")).unwrap();
            assert_eq!(list.read().unwrap(), ["order/2"], "{torn:?}");
            list.add("order/4").unwrap();
            list.add("order/4").unwrap();
            list.add("order/5").unwrap();
            assert_eq!(
                list.read().unwrap(),
                ["order/2", "order/4", "order/5"],
                "{torn:?}"
            );
        }
    }

    #[test]
    fn a_line_that_names_nobody_is_told() {
        let (_folder, path, list) = list();
        fs::write(&path, "order/2\r\n\nor\0der/3\n").unwrap();
        let error = list.read().unwrap_err().to_string();
        assert!(
            error.starts_with(r#"line 3 is "or\x00der/3"; expected"#),
            "{error}"
        );
        fs::write(&path, "order/2\r\n\n").unwrap();
        assert_eq!(list.read().unwrap(), ["order/2"]);
    }
}
