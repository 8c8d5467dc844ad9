//! Objects in a folder: one folder an order and one for the office's own documents, one file a material. On several nodes the folder is a shared one.

use super::{Holder, ObjectName, Objects, Stored};
use domain::values::MaterialId;
use futures::future::FutureExt;
use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// The ending of a file that no decision names yet.
const PROVISIONAL: &str = "provisional";

/// The ending of a file that is being written.
const UNFINISHED: &str = "unfinished";

/// A folder of objects.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Opens it, made if it is missing; only its owner can read what lies in it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self(path.to_owned()))
    }

    fn place(&self, name: ObjectName) -> PathBuf {
        self.0
            .join(name.of.to_string())
            .join(name.material.to_string())
    }

    /// Runs on a thread that may wait for the disk.
    fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> io::Result<T> + Send + 'static,
    ) -> Stored<'_, T> {
        let folder = self.clone();
        async move {
            tokio::task::spawn_blocking(move || work(folder))
                .await
                .unwrap_or_else(|died| Err(io::Error::other(died)))
        }
        .boxed()
    }
}

impl Objects for Folder {
    fn put(&self, name: ObjectName, bytes: Vec<u8>) -> Stored<'_, ()> {
        self.run(move |folder| {
            let place = folder.place(name);
            let parent = place.parent().unwrap_or(&folder.0);
            fs::create_dir_all(parent)?;
            let unfinished = place.with_extension(UNFINISHED);
            let written = File::create_new(&unfinished).and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()
            });
            let finished = written
                .and_then(|()| fs::rename(&unfinished, place.with_extension(PROVISIONAL)))
                // The name is as durable as the bytes only once the folders are.
                .and_then(|()| File::open(parent)?.sync_all())
                .and_then(|()| File::open(&folder.0)?.sync_all());
            if finished.is_err() {
                // A full disk is not kept full by what was refused; the first error is the one to tell.
                drop(fs::remove_file(&unfinished));
            }
            finished
        })
    }

    fn settle(&self, name: ObjectName) -> Stored<'_, ()> {
        self.run(move |folder| {
            let place = folder.place(name);
            match fs::rename(place.with_extension(PROVISIONAL), &place) {
                Err(error) if error.kind() == ErrorKind::NotFound && place.try_exists()? => Ok(()),
                done => done,
            }
        })
    }

    fn discard(&self, name: ObjectName) -> Stored<'_, ()> {
        self.run(move |folder| {
            match fs::remove_file(folder.place(name).with_extension(PROVISIONAL)) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                done => done,
            }
        })
    }

    fn get(&self, name: ObjectName) -> Stored<'_, Option<Vec<u8>>> {
        self.run(move |folder| {
            let place = folder.place(name);
            // Provisional first: settling in between moves it to where is looked next.
            for path in [place.with_extension(PROVISIONAL), place] {
                match fs::read(path) {
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    done => return done.map(Some),
                }
            }
            Ok(None)
        })
    }

    fn provisional(&self, at_least: Duration) -> Stored<'_, Vec<ObjectName>> {
        self.run(move |folder| {
            let mut found = Vec::new();
            for holder in fs::read_dir(&folder.0)? {
                let holder = holder?;
                let Some(of) = Holder::parse(&holder.file_name().to_string_lossy()) else {
                    continue;
                };
                for file in fs::read_dir(holder.path())? {
                    let file = file?;
                    let name = file.file_name().to_string_lossy().into_owned();
                    let (Some((stem, ending)), Ok(changed)) =
                        (name.rsplit_once('.'), file.metadata()?.modified())
                    else {
                        continue;
                    };
                    if changed.elapsed().is_ok_and(|age| age < at_least) {
                        continue;
                    }
                    match (MaterialId::parse(stem), ending) {
                        (Ok(material), PROVISIONAL) => found.push(ObjectName { of, material }),
                        // Nobody writes at it any more, and nobody was told that it is there.
                        (Ok(_), UNFINISHED) => fs::remove_file(file.path())?,
                        _ => {}
                    }
                }
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::values::OrderId;
    use jiff::Timestamp;

    fn name(last: u8) -> ObjectName {
        ObjectName {
            of: Holder::Order(OrderId::new(Timestamp::UNIX_EPOCH, [1; 10])),
            material: MaterialId::new(Timestamp::UNIX_EPOCH, [last; 10]),
        }
    }

    #[tokio::test]
    async fn an_object_is_provisional_until_it_is_settled() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(&place.path().join("materials")).unwrap();
        let (kept, lost) = (name(1), name(2));
        for name in [kept, lost] {
            folder.put(name, b"bytes".to_vec()).await.unwrap();
            assert_eq!(folder.get(name).await.unwrap().unwrap(), b"bytes");
        }
        assert_eq!(folder.provisional(Duration::ZERO).await.unwrap().len(), 2);
        let hour = Duration::from_hours(1);
        assert_eq!(folder.provisional(hour).await.unwrap(), []);
        for _ in 0..2 {
            folder.settle(kept).await.unwrap();
            folder.discard(kept).await.unwrap();
            folder.discard(lost).await.unwrap();
        }
        assert_eq!(folder.provisional(Duration::ZERO).await.unwrap(), []);
        assert_eq!(folder.get(kept).await.unwrap().unwrap(), b"bytes");
        assert_eq!(folder.get(lost).await.unwrap(), None);
        let own = ObjectName {
            of: Holder::Office,
            ..lost
        };
        folder.put(own, b"bytes".to_vec()).await.unwrap();
        assert_eq!(folder.provisional(Duration::ZERO).await.unwrap(), [own]);
        folder.settle(own).await.unwrap();
        assert!(folder.settle(lost).await.is_err());
    }

    #[tokio::test]
    async fn half_a_file_is_swept_away() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        folder.put(name(1), b"bytes".to_vec()).await.unwrap();
        let half = folder.place(name(2)).with_extension(UNFINISHED);
        fs::write(&half, b"by").unwrap();
        assert_eq!(folder.provisional(Duration::ZERO).await.unwrap(), [name(1)]);
        assert!(!half.exists());
    }
}
