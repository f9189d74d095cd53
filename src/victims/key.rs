//! The file that holds a case's key, and who may read it.
//!
//! The key must not lie where the case lies: who gets a copy of the case would get the names with it (Directive (EU)
//! 2016/680 Art. 3(5): kept separately).

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::pseudonym::PseudonymKey;
use crate::model::hex;

const FIRST_LINE: &str = "geldspoor pseudonym key 1";

/// A key and the file that it is kept in.
#[derive(Clone, Debug)]
pub struct KeyFile {
    pub path: PathBuf,
    pub key: PseudonymKey,
    /// Something that a person should know, such as a system on which access cannot be checked.
    pub note: Option<String>,
}

/// A key that took the place of another one.
#[derive(Clone, Debug)]
pub struct Rotated {
    pub key: KeyFile,
    /// Where the key before is kept.
    pub old: PathBuf,
}

impl Rotated {
    /// What a person must know of it.
    pub fn changes(&self) -> String {
        format!(
            "Every page, export and bundle made from now on has other pseudonyms than those made before, and nobody can lay \
             them beside each other without both keys. Nothing that was given out before changes. The key before is kept \
             in {}: it alone tells who is behind the pseudonyms of what was given out; destroy it when nobody may look \
             them up any more.",
            self.old.display()
        )
    }
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file would lie inside the case.
    #[error(
        "{path}: the key of the pseudonyms must not lie inside the case {case}; give a path outside it, such as a folder \
         of your own on another disk"
    )]
    InsideCase { path: String, case: String },
    /// There is a file already.
    #[error("{path}: there is a key already and it is not overwritten; use it, or give another path")]
    Exists { path: String },
    /// Others may read it.
    #[error("{path}: others may read this key (mode {mode:03o}); run `chmod 600 {path}` or make a new key")]
    ReadableByOthers { path: String, mode: u32 },
    /// The file is none of ours.
    #[error("{path}, line {line}: found ‘{found}’; expected {expected}; restore the file or make a new key")]
    Shape {
        path: String,
        line: usize,
        found: String,
        expected: &'static str,
    },
    /// A change of the key was cut off before its end.
    #[error(
        "{path}: an earlier change of the key was cut off and left this file; the key beside it is unchanged: remove this \
         file and change the key again"
    )]
    Unfinished { path: String },
    /// The system refuses.
    #[error("{path}: {error}; {next_step}")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
        next_step: &'static str,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers for a key: {0}")]
    Random(String),
}

impl KeyFile {
    /// Makes a fresh key in a new file that only its owner may read. Refuses a path inside the case, and a file that
    /// is there already.
    pub fn create(path: &Path, case_folder: &Path) -> Result<KeyFile, KeyError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| KeyError::Random(error.to_string()))?;
        let shown = path.display().to_string();
        let io = |error, next_step| KeyError::Io {
            path: shown.clone(),
            error,
            next_step,
        };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            refuse_inside(folder, path, case_folder)?;
            std::fs::create_dir_all(folder)
                .map_err(|error| io(error, "give a path in a folder that you may write to"))?;
        }
        refuse_inside(path, path, case_folder)?;
        let mut file = new_file(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: shown.clone() },
            _ => io(error, "give a path in a folder that you may write to"),
        })?;
        let key = PseudonymKey::from_bytes(bytes);
        write!(file, "{FIRST_LINE}\n{}\n", hex(key.bytes()))
            .and_then(|()| file.sync_all())
            .map_err(|error| io(error, "free some space and try again"))?;
        Ok(KeyFile {
            path: path.to_owned(),
            key,
            note: note(),
        })
    }

    /// Puts a fresh key in the place of one and keeps that one beside it as `NAME.old-1`, or the first number that is
    /// free, for its owner alone. Refused inside the case and where others may read the key. The key before is kept
    /// before the new one takes its place, and that in one step, so that whatever happens no key is lost.
    pub fn rotate(path: &Path, case_folder: &Path) -> Result<Rotated, KeyError> {
        let before = KeyFile::read(path, case_folder)?;
        let fresh = with_ending(path, "new");
        let io = |path: &Path, error, next_step| KeyError::Io {
            path: path.display().to_string(),
            error,
            next_step,
        };
        match KeyFile::create(&fresh, case_folder) {
            Err(KeyError::Exists { path }) => return Err(KeyError::Unfinished { path }),
            made => made?,
        };
        let kept = keep(path, &before.key);
        let old = match kept {
            Ok(old) => old,
            Err(error) => {
                // Nothing has changed yet; what is left of the try is of no use.
                let _ = std::fs::remove_file(&fresh);
                return Err(io(path, error, "give the key a folder that you may write to"));
            }
        };
        std::fs::rename(&fresh, path).map_err(|error| {
            io(
                path,
                error,
                "the key before is unchanged; remove the file `.new` beside it and try again",
            )
        })?;
        Ok(Rotated {
            key: KeyFile::read(path, case_folder)?,
            old,
        })
    }

    /// The keys that were used before this one, the first of them first. For pseudonyms of what was given out earlier.
    pub fn before(path: &Path, case_folder: &Path) -> Result<Vec<KeyFile>, KeyError> {
        (1..)
            .map(|number| with_ending(path, &format!("old-{number}")))
            .take_while(|old| old.exists())
            .map(|old| KeyFile::read(&old, case_folder))
            .collect()
    }

    /// Every file that holds a key of this case: the key, those before it, and one that a cut-off change left.
    pub fn files(path: &Path) -> Vec<PathBuf> {
        let old = (1..)
            .map(|number| with_ending(path, &format!("old-{number}")))
            .take_while(|old| old.exists());
        let now = [path.to_owned(), with_ending(path, "new")].into_iter();
        now.filter(|file| file.exists()).chain(old).collect()
    }

    /// Reads a key. Refuses a path inside the case, a file that others may read, and a file that is no key.
    pub fn read(path: &Path, case_folder: &Path) -> Result<KeyFile, KeyError> {
        refuse_inside(path, path, case_folder)?;
        let shown = path.display().to_string();
        let io = |error| KeyError::Io {
            path: shown.clone(),
            error,
            next_step: "give the path of the key, or make one with `geldspoor key new`",
        };
        let mut file = File::open(path).map_err(io)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(KeyError::ReadableByOthers { path: shown, mode });
            }
        }
        let mut text = String::new();
        // A key has 91 bytes; whatever is longer is no key and need not be read whole.
        Read::by_ref(&mut file)
            .take(4_096)
            .read_to_string(&mut text)
            .map_err(io)?;
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        if first != FIRST_LINE {
            return Err(KeyError::Shape {
                path: shown,
                line: 1,
                found: first.chars().take(60).collect(),
                expected: "the line `geldspoor pseudonym key 1`",
            });
        }
        let Some(bytes) = lines.next().and_then(read_hex) else {
            return Err(KeyError::Shape {
                path: shown,
                line: 2,
                found: "something else (not shown, it may be part of a key)".to_owned(),
                expected: "64 hexadecimal digits",
            });
        };
        Ok(KeyFile {
            path: path.to_owned(),
            key: PseudonymKey::from_bytes(bytes),
            note: note(),
        })
    }
}

/// `case.key` as `case.key.new`.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// A file that is not there yet, for its owner alone.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes a key beside its file under the first number that is free.
fn keep(path: &Path, key: &PseudonymKey) -> std::io::Result<PathBuf> {
    for number in 1_u32.. {
        let old = with_ending(path, &format!("old-{number}"));
        match new_file(&old) {
            Ok(mut file) => {
                let written =
                    write!(file, "{FIRST_LINE}\n{}\n", hex(key.bytes())).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    let _ = std::fs::remove_file(&old);
                    return Err(error);
                }
                #[cfg(unix)]
                std::fs::set_permissions(&old, std::fs::metadata(path)?.permissions())?;
                return Ok(old);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(std::io::Error::other("no number is free"))
}

fn note() -> Option<String> {
    (!cfg!(unix)).then(|| {
        "on this system the tool cannot check who may read the key: keep it in a folder of your own"
            .to_owned()
    })
}

// Whether a path that may not exist yet lies in the case: its nearest folder that exists decides, links followed.
fn refuse_inside(path: &Path, shown: &Path, case_folder: &Path) -> Result<(), KeyError> {
    let real = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut rest = PathBuf::new();
        for ancestor in absolute.ancestors() {
            if let Ok(found) = ancestor.canonicalize() {
                rest = match absolute.strip_prefix(ancestor) {
                    Ok(below) => found.join(below),
                    Err(_) => found,
                };
                break;
            }
        }
        rest
    };
    if real(path).starts_with(real(case_folder)) {
        return Err(KeyError::InsideCase {
            path: shown.display().to_string(),
            case: case_folder.display().to_string(),
        });
    }
    Ok(())
}

fn read_hex(line: &str) -> Option<[u8; 32]> {
    let line = line.trim();
    if line.len() != 64 || !line.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(line.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::victims::Kind;

    #[test]
    fn a_key_comes_back_and_is_not_overwritten() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        std::fs::create_dir(&case)?;
        let path = folder.path().join("keys/case.key");
        let made = KeyFile::create(&path, &case).expect("made");
        let read = KeyFile::read(&path, &case).expect("read");
        assert_eq!(
            made.key.label(Kind::Person, "p-1"),
            read.key.label(Kind::Person, "p-1")
        );
        assert!(matches!(
            KeyFile::create(&path, &case),
            Err(KeyError::Exists { .. })
        ));
        let other = KeyFile::create(&folder.path().join("other.key"), &case).expect("made");
        assert_ne!(
            made.key.label(Kind::Person, "p-1"),
            other.key.label(Kind::Person, "p-1")
        );
        Ok(())
    }

    #[test]
    fn a_key_never_lies_inside_the_case() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        std::fs::create_dir(&case)?;
        for inside in ["case.key", "deep/er/case.key", "../case/case.key"] {
            let refused = KeyFile::create(&case.join(inside), &case);
            assert!(matches!(refused, Err(KeyError::InsideCase { .. })), "{inside}");
        }
        assert!(
            std::fs::read_dir(&case)?.next().is_none(),
            "nothing was made inside"
        );
        assert!(matches!(
            KeyFile::read(&case.join("case.key"), &case),
            Err(KeyError::InsideCase { .. })
        ));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        std::fs::create_dir(&case)?;
        let path = folder.path().join("case.key");
        KeyFile::create(&path, &case).expect("made");
        assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640))?;
        let refused = KeyFile::read(&path, &case)
            .expect_err("others may read it")
            .to_string();
        assert!(
            refused.contains("640") && refused.contains("chmod 600"),
            "{refused}"
        );
        std::os::unix::fs::symlink(&case, folder.path().join("link"))?;
        let through_link = KeyFile::create(&folder.path().join("link/case.key"), &case);
        assert!(matches!(through_link, Err(KeyError::InsideCase { .. })));
        Ok(())
    }

    #[test]
    fn what_is_no_key_is_named_and_never_shown() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        let path = folder.path().join("case.key");
        KeyFile::create(&path, &case).expect("made");
        let text = std::fs::read_to_string(&path)?;
        let half = &text[..text.len() - 10];
        std::fs::write(&path, half)?;
        let refused = KeyFile::read(&path, &case).expect_err("cut").to_string();
        let digits = half.lines().nth(1).unwrap_or_default();
        assert!(
            refused.contains("line 2") && !refused.contains(digits),
            "{refused}"
        );
        std::fs::write(&path, "hello\n")?;
        let refused = KeyFile::read(&path, &case).expect_err("no key").to_string();
        assert!(
            refused.contains("line 1") && refused.contains("hello"),
            "{refused}"
        );
        let missing = KeyFile::read(&folder.path().join("none.key"), &case)
            .expect_err("missing")
            .to_string();
        assert!(missing.contains("key new"), "{missing}");
        Ok(())
    }

    #[test]
    fn a_changed_key_gives_other_pseudonyms_and_the_one_before_is_kept() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        std::fs::create_dir(&case)?;
        let path = folder.path().join("case.key");
        let first = KeyFile::create(&path, &case).expect("made");
        let second = KeyFile::rotate(&path, &case).expect("changed");
        let third = KeyFile::rotate(&path, &case).expect("changed again");
        assert_eq!(second.old, folder.path().join("case.key.old-1"));
        assert_eq!(third.old, folder.path().join("case.key.old-2"));
        assert!(third.changes().contains("case.key.old-2"));
        let label = |key: &KeyFile| key.key.for_bundle("b-1").label(Kind::Person, "p-1");
        let labels = [label(&first), label(&second.key), label(&third.key)];
        assert!(labels[0] != labels[1] && labels[1] != labels[2] && labels[0] != labels[2]);
        let before = KeyFile::before(&path, &case).expect("kept");
        assert_eq!(before.iter().map(label).collect::<Vec<_>>(), labels[..2]);
        assert_eq!(label(&KeyFile::read(&path, &case).expect("read")), labels[2]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for file in [&path, &second.old, &third.old] {
                assert_eq!(std::fs::metadata(file)?.permissions().mode() & 0o777, 0o600);
            }
        }
        assert!(!folder.path().join("case.key.new").exists());
        Ok(())
    }

    #[test]
    fn a_key_is_not_changed_where_it_must_not_lie_or_after_a_cut() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case");
        std::fs::create_dir(&case)?;
        let path = folder.path().join("case.key");
        let missing = KeyFile::rotate(&path, &case).expect_err("no key yet").to_string();
        assert!(missing.contains("key new"), "{missing}");
        let made = KeyFile::create(&path, &case).expect("made");
        std::fs::copy(&path, case.join("case.key"))?;
        assert!(matches!(
            KeyFile::rotate(&case.join("case.key"), &case),
            Err(KeyError::InsideCase { .. })
        ));
        std::fs::write(folder.path().join("case.key.new"), "half")?;
        let refused = KeyFile::rotate(&path, &case)
            .expect_err("cut off before")
            .to_string();
        assert!(
            refused.contains("case.key.new") && refused.contains("remove"),
            "{refused}"
        );
        let label = |key: &KeyFile| key.key.label(Kind::Person, "p-1");
        assert_eq!(label(&KeyFile::read(&path, &case).expect("read")), label(&made));
        assert!(KeyFile::before(&path, &case).expect("none").is_empty());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::remove_file(folder.path().join("case.key.new"))?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644))?;
            assert!(matches!(
                KeyFile::rotate(&path, &case),
                Err(KeyError::ReadableByOthers { .. })
            ));
            assert!(!folder.path().join("case.key.old-1").exists());
        }
        Ok(())
    }
}
