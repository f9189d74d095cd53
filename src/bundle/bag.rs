//! The checks themselves: what is there held against what is listed, said and signed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use super::files::{Files, Kind, read_small};
use super::info::{self, InfoFault, Oxum};
use super::ledger::{self, LedgerFault};
use super::manifest::{self, Manifest, copy_hashed};
use super::names;
use super::signature::{self, SignatureFault, SignerKeys};
use super::time_answer;
use super::verify::{Ask, Check, Fault, Line};
use super::{
    DATA, DECLARATION, INFO, Limits, MANIFEST, SIGNATURE, TAG_MANIFEST, TIME_ANSWER, TIME_QUERY, time_query,
};

/// Bytes of a signature, a query or an answer.
const SMALL: u64 = 1 << 20;

/// A bundle as it was found: the files that can be looked at, and what is wrong with the rest.
pub(super) struct Bag<'a> {
    files: &'a dyn Files,
    found: BTreeMap<String, u64>,
    faults: Vec<Fault>,
    tag_bytes: u64,
}

/// Where the ledger lies and how it must end.
type Expected = (String, ledger::LedgerEnd);

impl<'a> Bag<'a> {
    pub fn look(files: &'a dyn Files, limits: &Limits) -> Result<Bag<'a>, Fault> {
        let unreadable = |e: super::BundleError| Fault::Unreadable(e.to_string());
        let listed = files.list().map_err(unreadable)?;
        if listed.len() as u64 > limits.files {
            return Err(Fault::TooMany {
                what: "files",
                most: limits.files,
            });
        }
        let mut bag = Bag {
            files,
            found: BTreeMap::new(),
            faults: Vec::new(),
            tag_bytes: limits.tag_bytes,
        };
        let mut folders = BTreeSet::new();
        let mut keys: HashMap<String, String> = HashMap::new();
        let mut bytes: u64 = 0;
        for entry in listed {
            let path = entry.path;
            if let Err(fault) = names::check_path(&path) {
                bag.faults.push(Fault::Name { path, fault });
                continue;
            }
            let key = names::collision_key(&path);
            if let Some(first) = keys.insert(key, path.clone()) {
                bag.faults.push(Fault::Collision {
                    first,
                    second: path.clone(),
                });
            }
            match entry.kind {
                Kind::Link => bag.faults.push(Fault::Link(path)),
                Kind::Special => bag.faults.push(Fault::Special(path)),
                Kind::NotText => bag.faults.push(Fault::NotText(path)),
                Kind::Folder => {
                    folders.insert(path);
                }
                Kind::File(length) => {
                    bytes = bytes.saturating_add(length);
                    bag.found.insert(path, length);
                }
            }
        }
        if bytes > limits.bytes {
            return Err(Fault::TooMany {
                what: "bytes",
                most: limits.bytes,
            });
        }
        for folder in folders {
            let inside = format!("{folder}/");
            let next = bag.found.range(inside.clone()..).next();
            if !next.is_some_and(|(path, _)| path.starts_with(&inside)) {
                bag.faults.push(Fault::EmptyFolder(folder));
            }
        }
        Ok(bag)
    }

    /// What [`Bag::look`] found wrong.
    pub fn names(&mut self) -> Line {
        let said = format!("{} files, all inside the bundle", self.found.len());
        Line::of(Check::Names, said, std::mem::take(&mut self.faults))
    }

    /// A small file; `None` where it is not there.
    fn small(&self, path: &str, most: u64) -> Option<Result<Vec<u8>, Fault>> {
        self.found.get(path)?;
        Some(read_small(self.files, path, most).map_err(|e| Fault::Unreadable(e.to_string())))
    }

    pub fn declaration(&self) -> Line {
        let faults = match self.small(DECLARATION, SMALL) {
            None => vec![Fault::Absent(DECLARATION)],
            Some(Err(fault)) => vec![fault],
            Some(Ok(bytes)) if bytes != info::DECLARATION.as_bytes() => vec![Fault::Declaration],
            Some(Ok(_)) => vec![],
        };
        Line::of(Check::Declaration, "BagIt 1.0, UTF-8".to_owned(), faults)
    }

    pub fn tags(&self) -> Line {
        let outside = [TAG_MANIFEST, SIGNATURE, TIME_QUERY, TIME_ANSWER];
        let belongs = |path: &str| !path.starts_with(DATA) && !outside.contains(&path);
        let (manifest, mut faults) = self.manifest(TAG_MANIFEST, belongs);
        // What the other checks rest on.
        for must in [DECLARATION, INFO, MANIFEST] {
            if !manifest.contains_key(must) {
                faults.push(Fault::Unlisted {
                    path: must.to_owned(),
                    listed: TAG_MANIFEST,
                });
            }
        }
        let (oxum, more) = self.compare(&manifest, TAG_MANIFEST, belongs);
        faults.extend(more);
        Line::of(
            Check::Tags,
            format!("{} files, each with its SHA-256 in {TAG_MANIFEST}", oxum.files),
            faults,
        )
    }

    pub fn payload(&self) -> (Line, Oxum) {
        let belongs = |path: &str| path.starts_with(DATA);
        let (manifest, mut faults) = self.manifest(MANIFEST, belongs);
        let (oxum, more) = self.compare(&manifest, MANIFEST, belongs);
        faults.extend(more);
        let said = format!(
            "{} files, {} bytes, each with its SHA-256 in {MANIFEST}",
            oxum.files, oxum.bytes
        );
        (Line::of(Check::Payload, said, faults), oxum)
    }

    fn manifest(&self, path: &'static str, belongs: impl Fn(&str) -> bool) -> (Manifest, Vec<Fault>) {
        match self.small(path, self.tag_bytes) {
            None => (Manifest::new(), vec![Fault::Absent(path)]),
            Some(Err(fault)) => (Manifest::new(), vec![fault]),
            Some(Ok(bytes)) => {
                let (manifest, faults) = manifest::parse(&bytes, belongs);
                let faults = faults.into_iter().map(|fault| Fault::Manifest { path, fault });
                (manifest, faults.collect())
            }
        }
    }

    /// Holds what is there against what is listed, both ways.
    fn compare(
        &self,
        manifest: &Manifest,
        listed: &'static str,
        belongs: impl Fn(&str) -> bool,
    ) -> (Oxum, Vec<Fault>) {
        let mut oxum = Oxum::default();
        let mut faults = Vec::new();
        for (path, expected) in manifest {
            if !self.found.contains_key(path) {
                faults.push(Fault::Missing {
                    path: path.clone(),
                    listed,
                });
                continue;
            }
            match self.hash(path) {
                Err(fault) => faults.push(fault),
                Ok((found, bytes)) => {
                    oxum.files += 1;
                    oxum.bytes += bytes;
                    if found != *expected {
                        faults.push(Fault::Altered {
                            path: path.clone(),
                            expected: expected.clone(),
                            found,
                        });
                    }
                }
            }
        }
        let unlisted = self
            .found
            .keys()
            .filter(|path| belongs(path) && !manifest.contains_key(*path));
        faults.extend(unlisted.map(|path| Fault::Unlisted {
            path: path.clone(),
            listed,
        }));
        (oxum, faults)
    }

    fn hash(&self, path: &str) -> Result<(String, u64), Fault> {
        let unreadable = |reason: String| Fault::Unreadable(reason);
        let mut reader = self.files.open(path).map_err(|e| unreadable(e.to_string()))?;
        copy_hashed(&mut *reader, &mut io::sink()).map_err(|e| unreadable(format!("`{path}`: {e}")))
    }

    pub fn info(&self, found: Oxum) -> (Line, Option<Expected>) {
        let bytes = match self.small(INFO, self.tag_bytes) {
            None => {
                return (
                    Line::of(Check::Info, String::new(), vec![Fault::Absent(INFO)]),
                    None,
                );
            }
            Some(Err(fault)) => return (Line::of(Check::Info, String::new(), vec![fault]), None),
            Some(Ok(bytes)) => bytes,
        };
        match info::parse(&bytes) {
            Err(fault) => (Line::of(Check::Info, String::new(), vec![fault.into()]), None),
            Ok(read) => {
                let faults = match read.oxum {
                    Some(expected) if expected == found => vec![],
                    Some(expected) => vec![Fault::Count { expected, found }],
                    None => vec![Fault::Info(InfoFault::Field {
                        label: "Payload-Oxum".to_owned(),
                        value: String::new(),
                        expected: "BYTES.FILES".to_owned(),
                    })],
                };
                let said = read
                    .labels
                    .iter()
                    .filter(|(label, _)| label == "External-Identifier");
                let said = said.map(|(_, value)| format!("of {value}; ")).collect::<String>();
                let line = Line::of(Check::Info, format!("{said}numbers of the payload agree"), faults);
                (line, read.ledger)
            }
        }
    }

    pub fn ledger(&self, expected: Option<Expected>) -> Line {
        let Some((path, end)) = expected else {
            return Line::unchecked(Check::Ledger, "bag-info.txt names no ledger".to_owned());
        };
        // What is hashed by the payload's manifest; a path from outside is never opened.
        if !path.starts_with(DATA) || !self.found.contains_key(&path) {
            return Line::of(
                Check::Ledger,
                String::new(),
                vec![Fault::Missing { path, listed: INFO }],
            );
        }
        let (found, faults) = match self.files.open(&path) {
            Ok(mut reader) => ledger::check(&mut *reader, &end),
            Err(e) => (end, vec![LedgerFault::Unreadable(e.to_string())]),
        };
        let said = format!("{} lines, unbroken, head {}", found.count, found.head);
        Line::of(Check::Ledger, said, faults.into_iter().map(Fault::from).collect())
    }

    pub fn signature(&self, keys: Option<&SignerKeys>) -> Line {
        let check = Check::Signature;
        let message = match self.small(TAG_MANIFEST, self.tag_bytes) {
            None => return Line::of(check, String::new(), vec![Fault::Absent(TAG_MANIFEST)]),
            Some(Err(fault)) => return Line::of(check, String::new(), vec![fault]),
            Some(Ok(message)) => message,
        };
        let signature = match (self.small(SIGNATURE, SMALL), keys) {
            (Some(Ok(signature)), _) => signature,
            (Some(Err(fault)), _) => return Line::of(check, String::new(), vec![fault]),
            (None, Some(_)) => return Line::of(check, String::new(), vec![SignatureFault::Absent.into()]),
            (None, None) => {
                return Line::unchecked(check, "not signed: anybody can have made these lists".to_owned());
            }
        };
        match signature::check(&message, &signature, keys) {
            Err(fault) => Line::of(check, String::new(), vec![fault.into()]),
            Ok(signed) if signed.known => Line::of(
                check,
                format!("by the key given, {} ({})", signed.fingerprint, signed.algorithm),
                vec![],
            ),
            Ok(signed) => Line::unchecked(
                check,
                format!(
                    "belongs to this bundle, by {} ({}); whose key that is, only the signer's public key tells",
                    signed.fingerprint, signed.algorithm
                ),
            ),
        }
    }

    pub fn time(&self, ask: &Ask) -> Line {
        let check = Check::Time;
        let Some(Ok(message)) = self.small(TAG_MANIFEST, self.tag_bytes) else {
            return Line::of(check, String::new(), vec![Fault::Absent(TAG_MANIFEST)]);
        };
        let query = match self.small(TIME_QUERY, SMALL) {
            Some(Err(fault)) => return Line::of(check, String::new(), vec![fault]),
            Some(Ok(query)) => match time_query::read(&query, &message) {
                Ok(nonce) => Some(nonce),
                Err(fault) => return Line::of(check, String::new(), vec![fault.into()]),
            },
            None => None,
        };
        let answer = match self.small(TIME_ANSWER, SMALL) {
            None if query.is_none() => return Line::unchecked(check, "no time stamp".to_owned()),
            None => {
                return Line::unchecked(
                    check,
                    "a query, belonging to this bundle, without an answer".to_owned(),
                );
            }
            Some(Err(fault)) => return Line::of(check, String::new(), vec![fault]),
            Some(Ok(answer)) => answer,
        };
        let nonce = query.flatten();
        match time_answer::check(&answer, &message, nonce.as_deref(), ask.roots.as_ref(), ask.now) {
            Err(fault) => Line::of(check, String::new(), vec![fault.into()]),
            Ok(token) if token.trusted => Line::of(check, token.to_string(), vec![]),
            Ok(token) => Line::unchecked(check, token.to_string()),
        }
    }
}
