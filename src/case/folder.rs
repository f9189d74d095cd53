//! The folder of a case and what its `case.toml` says.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::erase::JOURNAL;
use super::tables::Manifest;
use super::{CaseError, Lock, Scan, Table, sources};
use crate::model::hex;

/// The layout that this tool writes.
const FORMAT: u32 = 2;
const SETTINGS: &str = "case.toml";

/// What a case is about; the head of `case.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The authority's own reference.
    pub reference: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authority: String,
    /// Currency in which thresholds are meant (ISO 4217).
    pub currency: String,
    /// Time zone of the office (IANA name); records keep their own clock.
    pub time_zone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub legal_order: String,
    /// Why the records are processed (Directive (EU) 2016/680 Art. 4(1)(b)).
    pub purpose: String,
    /// Handling marking printed on pages.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub handling: String,
    /// Language of titles and explanations of findings: `nl`, else English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    case: Settings,
    #[serde(default)]
    ledger: Head,
    /// Parameters of rules that differ from their defaults: `[parameters."ML-01"] threshold = "3000"`.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    parameters: toml::Table,
}

/// Hash and number of the ledger's last line, kept apart from the ledger itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub head: String,
    pub count: u64,
}

/// An open case. Reading needs no lock: it sees the tables as they were when it was opened.
#[derive(Debug)]
pub struct Case {
    root: PathBuf,
    settings: Settings,
    parameters: toml::Table,
    manifest: Manifest,
    /// Opened to go on with erasing sources of it, and for nothing else.
    is_being_erased: bool,
}

impl Settings {
    /// Settings with the defaults of the command line.
    pub fn new(reference: &str) -> Settings {
        Settings {
            reference: reference.to_owned(),
            authority: String::new(),
            currency: "EUR".to_owned(),
            time_zone: "Europe/Brussels".to_owned(),
            legal_order: String::new(),
            purpose: "financial investigation".to_owned(),
            handling: String::new(),
            language: String::new(),
        }
    }
}

impl Case {
    /// Makes the folder of a new case. The folder must not exist or be empty.
    pub fn create(root: &Path, settings: &Settings) -> Result<Case, CaseError> {
        Case::create_with(root, settings, toml::Table::new())
    }

    /// The same with parameters of rules that differ from their defaults.
    pub fn create_with(root: &Path, settings: &Settings, parameters: toml::Table) -> Result<Case, CaseError> {
        fs::create_dir_all(root).map_err(|e| CaseError::io(root, e))?;
        let mut content = fs::read_dir(root).map_err(|e| CaseError::io(root, e))?;
        if content.next().is_some() {
            return Err(CaseError::NotEmpty {
                path: root.display().to_string(),
            });
        }
        for folder in ["sources", "tables", "decisions", "queries", "exports"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).map_err(|e| CaseError::io(&path, e))?;
        }
        restrict(root)?;
        let case = Case {
            root: root.to_owned(),
            settings: settings.clone(),
            parameters,
            manifest: Manifest::default(),
            is_being_erased: false,
        };
        let _lock = Lock::take(root, "case new")?;
        case.manifest.write(root)?;
        write_whole(&root.join("ledger.jsonl"), b"")?;
        // Last, so that a folder with case.toml is always a whole case.
        case.write_settings(&Head::default())?;
        Ok(case)
    }

    /// Opens the case in a folder.
    pub fn open(root: &Path) -> Result<Case, CaseError> {
        refuse_erased(root)?;
        Case::read(root)
    }

    /// Opens a case some of whose sources are being erased, to bring its tables to the same state.
    pub(super) fn open_to_erase(root: &Path) -> Result<Case, CaseError> {
        Ok(Case {
            is_being_erased: true,
            ..Case::read(root)?
        })
    }

    /// Whether a case may be written now: one that is being erased may only be by what erases it.
    pub(super) fn may_be_written(&self) -> Result<(), CaseError> {
        match self.is_being_erased {
            true => Ok(()),
            false => refuse_erased(&self.root),
        }
    }

    fn read(root: &Path) -> Result<Case, CaseError> {
        let path = root.join(SETTINGS);
        if !path.is_file() {
            return Err(CaseError::NotFound {
                looked: format!("{} holds no {SETTINGS}", root.display()),
            });
        }
        let file = read_settings(root)?;
        if file.format > FORMAT {
            return Err(CaseError::Newer {
                path: path.display().to_string(),
                found: file.format,
                known: FORMAT,
            });
        }
        if file.format < FORMAT {
            return Err(CaseError::Older {
                path: path.display().to_string(),
                found: file.format,
                known: FORMAT,
                sources: root.join("sources").display().to_string(),
            });
        }
        let mut manifest = Manifest::read(root)?;
        for source_id in sources::cut_off(root, &manifest)? {
            manifest.withdraw(&source_id);
        }
        Ok(Case {
            root: root.to_owned(),
            settings: file.case,
            parameters: file.parameters,
            manifest,
            is_being_erased: false,
        })
    }

    /// Opens the nearest case at or above a folder, as git does.
    pub fn discover(start: &Path) -> Result<Case, CaseError> {
        Case::open(&Case::root_of(start)?)
    }

    /// The nearest folder at or above one that holds a case, whole or being erased.
    pub fn root_of(start: &Path) -> Result<PathBuf, CaseError> {
        let start = std::path::absolute(start).map_err(|e| CaseError::io(start, e))?;
        let holds = |folder: &&Path| folder.join(SETTINGS).is_file() || folder.join(JOURNAL).is_file();
        match start.ancestors().find(holds) {
            Some(root) => Ok(root.to_owned()),
            None => Err(CaseError::NotFound {
                looked: format!(
                    "neither {} nor a folder above it holds {SETTINGS}",
                    start.display()
                ),
            }),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the case is about.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Parameters of rules that the case sets: rule id, parameter, value as text, sorted.
    pub fn parameters(&self) -> Vec<(String, String, String)> {
        let mut list = Vec::new();
        for (rule, values) in &self.parameters {
            for (name, value) in values.as_table().into_iter().flatten() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                list.push((rule.clone(), name.clone(), text));
            }
        }
        list.sort();
        list
    }

    /// The parameters as `case.toml` has them.
    pub fn parameter_table(&self) -> &toml::Table {
        &self.parameters
    }

    /// Which files are the tables now.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The files of a table, in part order.
    pub fn files(&self, table: Table) -> Vec<PathBuf> {
        let tables = self.root.join("tables");
        self.manifest
            .parts(table)
            .iter()
            .map(|part| tables.join(&part.file))
            .collect()
    }

    /// Rows of a table, batch by batch in part order, with the named columns only (all where `columns` is empty).
    pub fn scan(&self, table: Table, columns: &[&str]) -> Scan {
        Scan::new(self.files(table), table, columns)
    }

    /// The row of a source in the table `sources`, where it has one.
    pub fn source_row(&self, source_id: &str) -> Result<Option<RecordBatch>, CaseError> {
        let parts = self.manifest.parts(Table::Sources).iter();
        let files = parts
            .filter(|part| part.source_id == source_id)
            .map(|part| self.root.join("tables").join(&part.file))
            .collect();
        Scan::new(files, Table::Sources, &[]).next().transpose()
    }

    /// Where the case keeps a source as received.
    pub fn source_path(&self, source_id: &str) -> PathBuf {
        self.root.join("sources").join(source_id)
    }

    pub(super) fn set_manifest(&mut self, manifest: Manifest) {
        self.manifest = manifest;
    }

    pub(super) fn head(&self) -> Result<Head, CaseError> {
        Ok(read_settings(&self.root)?.ledger)
    }

    pub(super) fn write_settings(&self, head: &Head) -> Result<(), CaseError> {
        let path = self.root.join(SETTINGS);
        let file = File {
            format: FORMAT,
            case: self.settings.clone(),
            ledger: head.clone(),
            parameters: self.parameters.clone(),
        };
        let text = toml::to_string_pretty(&file).map_err(|e| CaseError::damaged(&path, e))?;
        write_whole(&path, text.as_bytes())
    }
}

fn refuse_erased(root: &Path) -> Result<(), CaseError> {
    match root.join(JOURNAL).is_file() {
        true => Err(CaseError::BeingErased {
            path: root.display().to_string(),
        }),
        false => Ok(()),
    }
}

fn read_settings(root: &Path) -> Result<File, CaseError> {
    let path = root.join(SETTINGS);
    let text = fs::read_to_string(&path).map_err(|e| CaseError::io(&path, e))?;
    toml::from_str(&text).map_err(|e| CaseError::damaged(&path, e))
}

/// Writes a whole file beside its place, makes it durable, and renames it into place.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    let fresh = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|e| CaseError::io(path, e))
}

/// Seized records are for their reader only, where the system knows file modes.
#[cfg(unix)]
fn restrict(root: &Path) -> Result<(), CaseError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(root, fs::Permissions::from_mode(0o700)).map_err(|e| CaseError::io(root, e))
}

#[cfg(not(unix))]
fn restrict(_root: &Path) -> Result<(), CaseError> {
    Ok(())
}

/// SHA-256 of a file in hexadecimal digits, read block by block.
pub(crate) fn hash_of(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let (mut hash, mut block) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match std::io::Read::read(&mut file, &mut block)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&block[..count]),
        }
    }
}
