//! Where packs come from: built in, and the case's own folder.

use std::path::{Path, PathBuf};

use super::builtin::{BUILT_IN, FUNCTIONS, VIEWS, builtin, builtin_functions};
use super::pack::{Pack, PackError};
use crate::model::{hex, sha256};

/// Folder of the packs that say what a member of a cluster does for the others.
const OF_FUNCTIONS: &str = "functions";
/// Folders of packs under a case's `queries/`.
const FOLDERS: [&str; 2] = ["indicators", "shells"];
/// Folder of the lists that packs go by: a run with other lists is another run.
const LISTS: &str = "lists";

/// The packs of a run, sorted by id.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub packs: Vec<Pack>,
    /// Ids of built-in packs whose place a pack of the case took, with the case's file.
    pub overridden: Vec<(String, String)>,
    /// Ids of packs that come from the case, those that took a built-in place among them.
    pub own: Vec<String>,
    /// Files of the case that are no packs. Where one was meant to replace a built-in pack, the built-in one stays.
    pub faults: Vec<PackError>,
}

impl Loaded {
    /// Whether a rule is the case's own.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.iter().any(|own| own == id)
    }
}

/// The built-in packs and those under `queries/indicators/` and `queries/shells/` of a case. A case's pack with the id of a built-in one
/// takes its place; a second file with the same id is a fault, so that which rule ran is never a matter of names.
pub fn load(case_folder: Option<&Path>) -> Result<Loaded, PackError> {
    merged(builtin()?, own_packs(case_folder)?)
}

/// The same of `queries/functions/`: packs that say what a member of a cluster does for the others.
pub fn load_functions(case_folder: Option<&Path>) -> Result<Loaded, PackError> {
    let own = match case_folder {
        Some(case) => files(case, OF_FUNCTIONS, "sql")?,
        None => Vec::new(),
    };
    merged(builtin_functions()?, own)
}

fn merged(built_in: Vec<Pack>, own: Vec<(String, PathBuf)>) -> Result<Loaded, PackError> {
    let mut loaded = Loaded {
        packs: built_in,
        ..Loaded::default()
    };
    for (file, path) in own {
        let pack = std::fs::read_to_string(&path)
            .map_err(|error| unreadable(&path, error))
            .and_then(|text| Pack::parse(&file, &text));
        match pack {
            Err(fault) => loaded.faults.push(fault),
            Ok(pack) if loaded.own.contains(&pack.id) => loaded.faults.push(PackError::Header {
                file,
                line: 1,
                found: format!("id: {}", pack.id),
                expected: "an id that no other file of this case has".to_owned(),
            }),
            Ok(pack) => {
                loaded.own.push(pack.id.clone());
                match loaded.packs.iter_mut().find(|known| known.id == pack.id) {
                    Some(known) => {
                        loaded.overridden.push((pack.id.clone(), file));
                        *known = pack;
                    }
                    None => loaded.packs.push(pack),
                }
            }
        }
    }
    loaded.packs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(loaded)
}

/// Every pack that a case may run by its file and the hash of its text, built-in ones first, and the case's lists: equal
/// where the same rules would run and go by the same lists.
pub fn digests(case_folder: &Path) -> Result<Vec<String>, PackError> {
    let mut lines: Vec<String> = BUILT_IN
        .iter()
        .chain(FUNCTIONS)
        .map(|(file, text)| format!("built in {file} {}", hex(&sha256(text.as_bytes()))))
        .collect();
    let views = VIEWS.iter();
    lines.extend(views.map(|(name, text)| format!("view {name} {}", hex(&sha256(text.as_bytes())))));
    let mut own = own_packs(Some(case_folder))?;
    own.extend(files(case_folder, OF_FUNCTIONS, "sql")?);
    own.extend(files(case_folder, LISTS, "csv")?);
    for (file, path) in own {
        let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, error))?;
        lines.push(format!("own {file:?} {}", hex(&sha256(&bytes))));
    }
    Ok(lines)
}

/// Path under `queries/` and text of everything that is built in: packs, then views.
pub fn built_in_texts() -> impl Iterator<Item = (String, &'static str)> {
    let packs = BUILT_IN.iter().chain(FUNCTIONS);
    let packs = packs.map(|(path, text)| (path.trim_start_matches("queries/").to_owned(), *text));
    packs.chain(
        VIEWS
            .iter()
            .map(|(name, text)| (format!("views/{name}.sql"), *text)),
    )
}

/// The packs of a case: what each is called, and where it lies.
fn own_packs(case_folder: Option<&Path>) -> Result<Vec<(String, PathBuf)>, PackError> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        if let Some(case) = case_folder {
            all.extend(files(case, folder, "sql")?);
        }
    }
    Ok(all)
}

/// The files with an extension in a folder under a case's `queries/`, sorted.
fn files(case: &Path, folder: &str, extension: &str) -> Result<Vec<(String, PathBuf)>, PackError> {
    let mut found = Vec::new();
    let place = case.join("queries").join(folder);
    if !place.is_dir() {
        return Ok(found);
    }
    let listing = std::fs::read_dir(&place).map_err(|error| unreadable(&place, error))?;
    for item in listing {
        let path = item.map_err(|error| unreadable(&place, error))?.path();
        if path.extension().is_some_and(|own| own == extension) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            found.push((format!("queries/{folder}/{name}"), path.clone()));
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: std::io::Error) -> PackError {
    PackError::Unreadable {
        file: path.display().to_string(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_of_both_folders_are_built_in() {
        let ids: Vec<String> = builtin()
            .expect("they parse")
            .into_iter()
            .map(|pack| pack.id)
            .collect();
        let of = |prefix: &str| ids.iter().filter(|id| id.starts_with(prefix)).count();
        assert_eq!((of("ML-"), of("SH-"), of("SM-"), of("THB-")), (4, 22, 4, 43));
    }

    #[test]
    fn another_list_is_another_run() -> std::io::Result<()> {
        let case = tempfile::tempdir()?;
        let before = digests(case.path()).expect("the good ones are taken");
        let lists = case.path().join("queries/lists");
        std::fs::create_dir_all(&lists)?;
        std::fs::write(lists.join("filed_accounts.csv"), "registration_number\n")?;
        let after = digests(case.path()).expect("the good ones are taken");
        assert_eq!(after.len(), before.len() + 1);
        Ok(())
    }

    #[test]
    fn a_case_adds_replaces_and_is_told_of_faults() -> std::io::Result<()> {
        let case = tempfile::tempdir()?;
        let folder = case.path().join("queries/indicators");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("a.sql"), "-- id: ML-01\n-- version: ours\n\nSELECT 1")?;
        std::fs::write(folder.join("b.sql"), "-- id: OWN-1\n\nSELECT 1")?;
        std::fs::write(folder.join("c.sql"), "-- id: OWN-1\n\nSELECT 2")?;
        std::fs::write(folder.join("d.sql"), "-- nonsense\n")?;
        std::fs::write(folder.join("e.sql"), [0xff, 0xfe, 0x00])?;
        std::fs::write(folder.join("notes.txt"), "no pack")?;
        let shells = case.path().join("queries/shells");
        std::fs::create_dir_all(&shells)?;
        std::fs::write(shells.join("f.sql"), "-- id: OWN-2\n\nSELECT 1")?;
        let built_in = builtin().expect("they parse").len();
        let loaded = load(Some(case.path())).expect("the good ones are taken");
        assert_eq!(loaded.packs.len(), built_in + 2);
        assert_eq!(loaded.packs[0].version, "ours");
        assert_eq!(
            loaded.overridden,
            [("ML-01".to_owned(), "queries/indicators/a.sql".to_owned())]
        );
        assert!(loaded.is_own("ML-01") && loaded.is_own("OWN-1") && !loaded.is_own("ML-08"));
        assert_eq!(loaded.faults.len(), 3);
        assert_eq!(load(None).expect("built in").packs.len(), built_in);
        Ok(())
    }
}
