//! One writer at a time. The system's own file lock decides, so a killed command leaves nothing to clean up; a small
//! file beside it tells who holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::CaseError;

/// Held while a command writes; released when dropped, or by the system when the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    holder: PathBuf,
}

impl Lock {
    /// Takes the lock of a case, or says who has it.
    pub fn take(root: &Path, command: &str) -> Result<Lock, CaseError> {
        let path = root.join("case.lock");
        let holder = root.join("case.lock.holder");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| CaseError::io(&path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let who = fs::read_to_string(&holder).unwrap_or_default();
                let who = if who.trim().is_empty() {
                    "another command"
                } else {
                    who.trim()
                };
                return Err(CaseError::Locked {
                    holder: who.to_owned(),
                });
            }
            Err(TryLockError::Error(e)) => return Err(CaseError::io(&path, e)),
        }
        let text = format!("`geldspoor {command}`, process {}", std::process::id());
        fs::write(&holder, text).map_err(|e| CaseError::io(&holder, e))?;
        Ok(Lock { _file: file, holder })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only a hint for people; the lock itself goes with the file handle.
        let _ = fs::remove_file(&self.holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_hears_who_holds_it() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let first = Lock::take(folder.path(), "intake delivery").expect("free");
        let second = Lock::take(folder.path(), "detect").expect_err("held");
        assert!(second.to_string().contains("intake delivery"), "{second}");
        drop(first);
        Lock::take(folder.path(), "detect").expect("free again");
    }
}
