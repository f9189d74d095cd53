//! Where packs come from: built in, and the case's own folder.

use std::path::{Path, PathBuf};

use super::pack::{Pack, PackError};
use crate::model::{hex, sha256};

const BUILT_IN: [(&str, &str); 5] = [
    (
        "structuring.sql",
        include_str!("../../queries/indicators/structuring.sql"),
    ),
    (
        "pass_through.sql",
        include_str!("../../queries/indicators/pass_through.sql"),
    ),
    (
        "funnel_account.sql",
        include_str!("../../queries/indicators/funnel_account.sql"),
    ),
    (
        "dormant_reactivation.sql",
        include_str!("../../queries/indicators/dormant_reactivation.sql"),
    ),
    (
        "wage_stacking.sql",
        include_str!("../../queries/indicators/wage_stacking.sql"),
    ),
];

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

/// The built-in packs, sorted by id.
pub fn builtin() -> Result<Vec<Pack>, PackError> {
    let mut packs = BUILT_IN
        .iter()
        .map(|(name, text)| Pack::parse(&format!("queries/indicators/{name}"), text))
        .collect::<Result<Vec<Pack>, PackError>>()?;
    packs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(packs)
}

/// The built-in packs and those under `queries/indicators/` of a case. A case's pack with the id of a built-in one
/// takes its place; a second file with the same id is a fault, so that which rule ran is never a matter of names.
pub fn load(case_folder: Option<&Path>) -> Result<Loaded, PackError> {
    let mut loaded = Loaded {
        packs: builtin()?,
        ..Loaded::default()
    };
    for path in own_files(case_folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = format!("queries/indicators/{name}");
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

/// Every pack that a case may run by its file and the hash of its text, built-in ones first: equal where the same rules
/// would run.
pub fn digests(case_folder: &Path) -> Result<Vec<String>, PackError> {
    let mut lines: Vec<String> = BUILT_IN
        .iter()
        .map(|(name, text)| format!("built in {name} {}", hex(&sha256(text.as_bytes()))))
        .collect();
    for path in own_files(Some(case_folder))? {
        let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        lines.push(format!("own {name:?} {}", hex(&sha256(&bytes))));
    }
    Ok(lines)
}

/// The files under `queries/indicators/` of a case, sorted.
fn own_files(case_folder: Option<&Path>) -> Result<Vec<PathBuf>, PackError> {
    let mut files = Vec::new();
    let Some(folder) = case_folder.map(|case| case.join("queries").join("indicators")) else {
        return Ok(files);
    };
    if !folder.is_dir() {
        return Ok(files);
    }
    let listing = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, error))?;
    for item in listing {
        let path = item.map_err(|error| unreadable(&folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
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
    fn five_packs_are_built_in() {
        let ids: Vec<String> = builtin()
            .expect("they parse")
            .into_iter()
            .map(|pack| pack.id)
            .collect();
        assert_eq!(ids, ["ML-01", "ML-08", "ML-09", "ML-20", "THB-13"]);
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
        let loaded = load(Some(case.path())).expect("the good ones are taken");
        assert_eq!(loaded.packs.len(), 6);
        assert_eq!(loaded.packs[0].version, "ours");
        assert_eq!(
            loaded.overridden,
            [("ML-01".to_owned(), "queries/indicators/a.sql".to_owned())]
        );
        assert!(loaded.is_own("ML-01") && loaded.is_own("OWN-1") && !loaded.is_own("ML-08"));
        assert_eq!(loaded.faults.len(), 3);
        assert_eq!(load(None).expect("built in").packs.len(), 5);
        Ok(())
    }
}
