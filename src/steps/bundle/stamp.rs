//! Puts the answer of a time-stamping authority beside a bundle that is there already.

use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use super::written::write_zip_file;
use crate::bundle::disk::Folder;
use crate::bundle::verify::{Ask, Report, verify};
use crate::bundle::{BundleError, Files, Kind, Listed, TIME_ANSWER, ZipFiles};
use crate::case::CaseError;
use crate::steps::StepError;

/// The files of a bundle, and one more.
struct With<'a> {
    files: &'a dyn Files,
    answer: &'a [u8],
}

impl Files for With<'_> {
    fn list(&self) -> Result<Vec<Listed>, BundleError> {
        let mut listed = self.files.list()?;
        listed.push(Listed {
            path: TIME_ANSWER.to_owned(),
            kind: Kind::File(self.answer.len() as u64),
        });
        Ok(listed)
    }

    fn open(&self, path: &str) -> Result<Box<dyn Read + '_>, BundleError> {
        match path {
            TIME_ANSWER => Ok(Box::new(Cursor::new(self.answer))),
            path => self.files.open(path),
        }
    }
}

/// Adds an answer where the bundle passes every check with it; else nothing is written. Gives the checks. One that has an
/// answer already is left alone.
pub fn stamp(bundle: &Path, answer: &[u8], ask: &Ask) -> Result<Report, StepError> {
    let io = |e| CaseError::io(bundle, e);
    if std::fs::metadata(bundle).map_err(io)?.is_dir() {
        let folder = Folder::new(bundle);
        return add(&folder, answer, ask, bundle, |_| {
            let mut fresh = beside(bundle)?;
            fresh
                .write_all(answer)
                .and_then(|()| fresh.as_file().sync_all())
                .map_err(io)?;
            let place = bundle.join(TIME_ANSWER);
            fresh
                .persist_noclobber(&place)
                .map_err(|e| CaseError::io(&place, e.error))?;
            Ok(())
        });
    }
    let zip = ZipFiles::open(File::open(bundle).map_err(io)?, &ask.limits)?;
    add(&zip, answer, ask, bundle, |all| {
        let fresh = beside(bundle)?;
        write_zip_file(all, fresh.path())?;
        fresh
            .persist(bundle)
            .map_err(|e| CaseError::io(bundle, e.error))?;
        Ok(())
    })
}

fn add(
    files: &dyn Files,
    answer: &[u8],
    ask: &Ask,
    bundle: &Path,
    write: impl FnOnce(&dyn Files) -> Result<(), StepError>,
) -> Result<Report, StepError> {
    if files.list()?.iter().any(|listed| listed.path == TIME_ANSWER) {
        return Err(BundleError::Exists {
            path: format!("{} in {}", TIME_ANSWER, bundle.display()),
        }
        .into());
    }
    let all = With { files, answer };
    let report = verify(&all, ask);
    if !report.has_failed() {
        write(&all)?;
    }
    Ok(report)
}

/// A file beside the bundle, which goes where it is not moved into its place.
fn beside(bundle: &Path) -> Result<tempfile::NamedTempFile, StepError> {
    let parent = match bundle.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    tempfile::Builder::new()
        .prefix(".bundle-")
        .suffix(".writing")
        .tempfile_in(parent)
        .map_err(|e| CaseError::io(parent, e).into())
}
